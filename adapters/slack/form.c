#include "form.h"

#include "adapters/json/json.h"

#include <string.h>

#define TITLE_MAX 150
#define SUMMARY_MAX 3000

static cJSON *plain(const char *text)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddStringToObject(j, "type", "plain_text");
	cJSON_AddStringToObject(j, "text", text);
	return j;
}

/* An input block; returns its element. block_id and action_id are the same word. */
static cJSON *add_input(cJSON *blocks, const char *id, const char *label, const char *type, bool optional)
{
	cJSON *block = cJSON_CreateObject(), *element = cJSON_CreateObject();

	cJSON_AddStringToObject(block, "type", "input");
	cJSON_AddStringToObject(block, "block_id", id);
	cJSON_AddBoolToObject(block, "optional", optional);
	cJSON_AddItemToObject(block, "label", plain(label));
	cJSON_AddStringToObject(element, "type", type);
	cJSON_AddStringToObject(element, "action_id", id);
	cJSON_AddItemToObject(block, "element", element);
	cJSON_AddItemToArray(blocks, block);
	return element;
}

static cJSON *option(const char *label, const char *value)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddItemToObject(j, "text", plain(label));
	cJSON_AddStringToObject(j, "value", value);
	return j;
}

static void add_priorities(cJSON *element, enum priority initial)
{
	cJSON *options = cJSON_AddArrayToObject(element, "options");
	char label[64], value[8];

	for (int p = 0; p < PRIORITIES; p++) {
		snprintf(label, sizeof(label), "%s %s", priority_emoji(p), priority_name(p));
		snprintf(value, sizeof(value), "sev%d", p + 1);
		cJSON_AddItemToArray(options, option(label, value));
		if (p == (int)initial)
			cJSON_AddItemToObject(element, "initial_option", option(label, value));
	}
}

void form_declare_view(struct buf *out, const struct settings *set, const char *channel)
{
	cJSON *view = cJSON_CreateObject(), *blocks, *e;

	cJSON_AddStringToObject(view, "type", "modal");
	cJSON_AddStringToObject(view, "callback_id", FORM_DECLARE);
	cJSON_AddStringToObject(view, "private_metadata", channel ? channel : "");
	cJSON_AddItemToObject(view, "title", plain("Declare an incident"));
	cJSON_AddItemToObject(view, "submit", plain("Declare"));
	cJSON_AddItemToObject(view, "close", plain("Not now"));
	blocks = cJSON_AddArrayToObject(view, "blocks");
	e = add_input(blocks, FORM_TITLE, "What is happening?", "plain_text_input", false);
	cJSON_AddNumberToObject(e, "max_length", TITLE_MAX);
	cJSON_AddItemToObject(e, "placeholder", plain("504 Gateway Timeouts on Checkout Page"));
	add_priorities(add_input(blocks, "priority", "Priority", "static_select", false),
		       set->default_priority);
	add_input(blocks, "captain", "Captain: who coordinates?", "users_select", true);
	e = add_input(blocks, "summary", "Summary", "plain_text_input", true);
	cJSON_AddBoolToObject(e, "multiline", true);
	cJSON_AddNumberToObject(e, "max_length", SUMMARY_MAX);
	e = add_input(blocks, "private", "Who may see it?", "checkboxes", true);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(e, "options"),
			     option("Private: only those invited", "private"));
	json_print(out, view);
	cJSON_Delete(view);
}

int form_declare_line(struct buf *out, const char *place, const char *state)
{
	cJSON *j = state ? json_read(state, strlen(state), NULL) : NULL;
	const char *title = json_str(j, "title.title.value");
	const char *sev = json_str(j, "priority.priority.selected_option.value");
	const char *captain = json_str(j, "captain.captain.selected_user");
	const char *summary = json_str(j, "summary.summary.value");
	struct buf clean, ref;
	int none;

	buf_init(&clean, 4 * TITLE_MAX);
	buf_init(&ref, 256);
	if (title)
		text_from_plain(&clean, title, strcspn(title, "\r\n"));
	none = text_blank(clean.s);
	buf_addf(out, "new %s %s", clean.s, sev && priority_from(sev) >= 0 ? sev : "");
	if (captain) {
		buf_addf(&ref, "%s/%s", place, captain);
		buf_addc(out, ' ');
		text_add_person(out, ref.s, NULL);
	}
	if (json_str(j, "private.private.selected_options[0].value"))
		buf_adds(out, " --private");
	if (summary) {
		buf_addc(out, '\n');
		text_from_plain(out, summary, strlen(summary));
	}
	buf_release(&clean);
	buf_release(&ref);
	cJSON_Delete(j);
	return none;
}
