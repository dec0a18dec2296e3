#include "adapters/slack/in/form_private.h"

#include "adapters/slack/format/mrkdwn.h"
#include "core/base/alloc.h"
#include "core/base/utf8.h"
#include "core/show/show.h"

#include <string.h>

#define OPTION_CHARS 75
#define OPTIONS_MOST 100
#define LINE_CHARS 150
#define METADATA_MOST 3000
#define HEADING_CHARS 500

/* ---- pieces ---- */

static cJSON *option(const char *label, const char *value)
{
	cJSON *j = cJSON_CreateObject();

	cJSON_AddItemToObject(j, "text", plain_object(label));
	cJSON_AddStringToObject(j, "value", value);
	return j;
}

static void form_add_option(cJSON *element, const char *label, const char *value, bool chosen)
{
	cJSON *options = cJSON_GetObjectItem(element, "options");

	if (!options)
		options = cJSON_AddArrayToObject(element, "options");
	cJSON_AddItemToArray(options, option(label, value));
	if (chosen)
		cJSON_AddItemToObject(element, "initial_option", option(label, value));
}

/* ---- what can be chosen ---- */

static void priorities(cJSON *element, const struct form_start *start)
{
	char label[64], value[8];

	for (int p = 0; p < PRIORITIES; p++) {
		snprintf(label, sizeof(label), "%s %s", priority_emoji(p), priority_name(p));
		snprintf(value, sizeof(value), "sev%d", p + 1);
		form_add_option(element, label, value, p == (int)start->priority);
	}
}

static void privacy(cJSON *element, const struct form_start *start)
{
	(void)start;
	form_add_option(element, "Private: only invited people see it", "--private", false);
	form_add_option(element, "A drill: announced nowhere, counted nowhere", "--drill", false);
}

static void statuses(cJSON *element, const struct form_start *start)
{
	static const char *const says[STATUSES] = {
		[STATUS_OPEN] = "OPEN: declared, nothing more is known",
		[STATUS_INVESTIGATING] = "INVESTIGATING: looking for the cause",
		[STATUS_IDENTIFIED] = "IDENTIFIED: the cause is known",
		[STATUS_MITIGATED] = "MITIGATED: users are no longer affected",
		[STATUS_DONE] = "DONE: over; posts the postmortem",
	};

	for (int s = 0; s < STATUSES; s++)
		if (says[s] && status_move(start->status, s) == MOVE_SAY)
			form_add_option(element, says[s], status_name(s), false);
}

void form_origins(cJSON *element, const struct form_start *start)
{
	(void)start;
	for (int o = 0; o < ORIGINS; o++)
		form_add_option(element, origin_says(o), origin_name(o), false);
}

static void kinds(cJSON *element, const struct form_start *start)
{
	static const char *const says[CAPTURE_KINDS] = {
		[CAPTURE_TIMELINE] = "📌 Timeline",
		[CAPTURE_ACTION] = "🛠 Action item",
		[CAPTURE_PREVENT] = "🛡 Prevention item",
		[CAPTURE_IMPACT] = "📊 Impact",
		[CAPTURE_SUMMARY] = "🚨 Summary",
		[CAPTURE_CAUSE] = "🎯 Root cause",
		[CAPTURE_LESSON] = "💡 Lesson",
	};

	(void)start;
	for (int k = 0; k < CAPTURE_KINDS; k++)
		if (says[k])
			form_add_option(element, says[k], capture_name(k), k == CAPTURE_TIMELINE);
}

void form_services(cJSON *element, const struct form_start *start)
{
	for (size_t i = 0; i < start->n_services && i < FORM_SERVICES; i++)
		form_add_option(element, start->services[i], start->services[i], false);
}

static void nodes(cJSON *element, const struct form_start *start)
{
	struct buf name, label;

	for (size_t i = 0; i < start->n_nodes && i < OPTIONS_MOST; i++) {
		buf_init(&name, BUF_ROOMY);
		buf_init(&label, BUF_ROOMY);
		view_name(&name, &start->nodes[i]);
		plain_words(&label, name.s, start->names, OPTION_CHARS);
		form_add_option(element, label.s, start->nodes[i].id, i == 0);
		buf_release(&name);
		buf_release(&label);
	}
}

/* ---- the forms ---- */

#define WHEN(says) \
	{ \
		"when", FIELD_WHEN, false, says, "14:05, 20m ago, yesterday 23:50", NULL, NULL \
	}
#define TEXT(says, such_as) \
	{ \
		"text", FIELD_TEXT, true, says, such_as, NULL, NULL \
	}
#define MAYBE_TEXT(says) \
	{ \
		"text", FIELD_TEXT, false, says, NULL, NULL, NULL \
	}
#define PERSON(id, must, says) \
	{ \
		id, FIELD_PERSON, must, says, NULL, NULL, NULL \
	}
#define CHOICE(id, says, choices) \
	{ \
		id, FIELD_CHOICE, true, says, NULL, NULL, choices \
	}

/* The owner goes first: anywhere else the words beside a mention have a say in whether it is one. */
#define ITEM "{owner} {text} {due}"
#define ITEM_FIELDS(such_as) \
	{ \
		TEXT("What needs to be done?", such_as), PERSON("owner", false, "Who does it?"), \
			{ "due", FIELD_DATE, false, "Due date", NULL, "by ", NULL }, \
	}

#define DECLARE "{title} {priority} {captain} {services} {others} {private} {summary}"
#define DECLARE_FIELDS \
	{ \
		{ "title", \
		  FIELD_LINE, \
		  true, \
		  "What is happening?", \
		  "504 Gateway Timeouts on Checkout Page", \
		  NULL, \
		  NULL }, \
			CHOICE("priority", "Priority", priorities), \
			PERSON("captain", false, "Captain: who coordinates?"), \
			{ "summary", FIELD_TEXT, false, "Summary", NULL, "\n", NULL }, \
			{ "services", FIELD_CHECK,   false,	   "Affected services", \
			  NULL,	      "--services=", form_services }, \
			{ FORM_OTHERS,		FIELD_LINE,    false, "Other affected services", \
			  "checkout, payments", "--services=", NULL }, \
			{ "private", FIELD_CHECK, false, "Options", NULL, NULL, privacy }, \
	}

static const struct form forms[] = {
	{ FORM_DECLARE, "Declare an incident", "Declare", DECLARE, DECLARE_FIELDS },
	{ FORM_DECLARE_FROM, "Declare an incident", "Declare", "{ts} " DECLARE, DECLARE_FIELDS },
	{ "note",
	  "Add a note",
	  "Add",
	  "{when} {text}",
	  {
		  TEXT("What happened?", "Rolled back to 4.2"),
		  WHEN("When? (leave empty for now)"),
	  } },
	{ "action", "Add an action item", "Add", ITEM, ITEM_FIELDS("Restart the payment workers") },
	{ "prevent", "Add a prevention item", "Add", ITEM,
	  ITEM_FIELDS("Add a load test for checkout") },
	{ "status",
	  "Update the status",
	  "Update",
	  "{status} {when} {text}",
	  {
		  CHOICE("status", "New status", statuses),
		  MAYBE_TEXT("What do you know so far?"),
		  WHEN("When? (leave empty for now)"),
	  } },
	{ "update",
	  "Post an update",
	  "Post",
	  "{text}",
	  { TEXT("What should stakeholders know?",
		 "We have found the cause and are rolling back") } },
	{ "reopen",
	  "Reopen the incident",
	  "Reopen",
	  "{text}",
	  { TEXT("Why?", "The errors are back") } },
	{ "summary", "Summary", "Save", "{text}", { TEXT("What is happening, in short?", NULL) } },
	{ "impact",
	  "Impact",
	  "Add",
	  "{text}",
	  { TEXT("Who and what is affected, how much?", NULL) } },
	{ "cause", "Root cause", "Save", "{text}", { TEXT("Why did it happen?", NULL) } },
	{ "lesson", "The lesson", "Save", "{text}", { TEXT("What did we learn?", NULL) } },
	{ "origin",
	  "Change origin",
	  "Save",
	  "{origin}",
	  { CHOICE("origin", "What kind of change caused it?", form_origins) } },
	{ "captain",
	  "Captain",
	  "Save",
	  "{captain}",
	  { PERSON("captain", true, "Who is captain?") } },
	{ "assign",
	  "Owner of an item",
	  "Save",
	  "{item} {owner}",
	  { PERSON("owner", true, "Who does it?") } },
	{ "due",
	  "Due date of an item",
	  "Save",
	  "{item} {due}",
	  {
		  { "due", FIELD_DATE, true, "Due date", NULL, NULL, NULL },
	  } },
	{ FORM_COMPLETE, "Complete the postmortem", "Save", NULL, { { 0 } } },
	{ "capture-message",
	  "Add to incident…",
	  "Add",
	  "{kind} {ts} {when} {text}",
	  {
		  CHOICE("node", "Incident", nodes),
		  CHOICE("kind", "As", kinds),
		  MAYBE_TEXT("Text (leave empty to keep the message's)"),
		  WHEN("When? (leave empty for the message's time)"),
	  } },
};

const struct form *form_named(const char *word)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (!strcmp(forms[i].word, word))
			return &forms[i];
	return NULL;
}

const char *form_word_at(size_t i)
{
	return i < sizeof(forms) / sizeof(*forms) ? forms[i].word : NULL;
}

const struct form_field *form_field_named(const struct form *f, const char *id, size_t len)
{
	for (size_t i = 0; i < FORM_FIELDS && f->fields[i].id; i++)
		if (strlen(f->fields[i].id) == len && !memcmp(f->fields[i].id, id, len))
			return &f->fields[i];
	return NULL;
}

/* ---- drawing ---- */

static void start_with(cJSON *element, const char *text, size_t chars)
{
	char *cut;

	if (!text || text_blank(text))
		return;
	cut = alloc_strndup(text, grapheme_cut(text, utf8_bytes(text, strlen(text), chars)));
	cJSON_AddStringToObject(element, "initial_value", cut);
	free(cut);
}

static void draw_line(cJSON *element, const struct form_field *f, const struct form_start *start)
{
	cJSON_AddNumberToObject(element, "max_length", LINE_CHARS);
	if (!strcmp(f->id, "title"))
		start_with(element, start->title, LINE_CHARS);
}

static void form_draw_text(cJSON *element, const struct form_field *f,
			   const struct form_start *start)
{
	(void)f;
	cJSON_AddBoolToObject(element, "multiline", true);
	cJSON_AddNumberToObject(element, "max_length", TEXT_CHARS);
	start_with(element, start->text, TEXT_CHARS);
}

static void draw_when(cJSON *element, const struct form_field *f, const struct form_start *start)
{
	draw_line(element, f, start);
	start_with(element, start->when, LINE_CHARS);
}

static void draw_choices(cJSON *element, const struct form_field *f, const struct form_start *start)
{
	f->choices(element, start);
}

static const struct {
	const char *type;
	void (*draw)(cJSON *element, const struct form_field *f, const struct form_start *start);
} drawn[] = {
	[FIELD_LINE] = { "plain_text_input", draw_line },
	[FIELD_TEXT] = { "plain_text_input", form_draw_text },
	[FIELD_WHEN] = { "plain_text_input", draw_when },
	[FIELD_DATE] = { "datepicker", NULL },
	[FIELD_PERSON] = { "users_select", NULL },
	[FIELD_CHOICE] = { "static_select", draw_choices },
	[FIELD_CHECK] = { "checkboxes", draw_choices },
};

void form_add_field(cJSON *blocks, const struct form_field *f, const struct form_start *start)
{
	cJSON *block = cJSON_CreateObject(), *element = cJSON_CreateObject();

	cJSON_AddStringToObject(block, "type", "input");
	cJSON_AddStringToObject(block, "block_id", f->id);
	cJSON_AddBoolToObject(block, "optional", !f->must);
	cJSON_AddItemToObject(block, "label", plain_object(f->label));
	cJSON_AddStringToObject(element, "type", drawn[f->kind].type);
	cJSON_AddStringToObject(element, "action_id", f->id);
	if (f->example)
		cJSON_AddItemToObject(element, "placeholder", plain_object(f->example));
	if (drawn[f->kind].draw)
		drawn[f->kind].draw(element, f, start);
	cJSON_AddItemToObject(block, "element", element);
	/* Slack takes no list of nothing. */
	if (f->kind == FIELD_CHECK && !cJSON_HasObjectItem(element, "options"))
		cJSON_Delete(block);
	else
		cJSON_AddItemToArray(blocks, block);
}

/* Left out as a whole where one thing is too long: a response_url, the only one that can be. */
static void add_metadata(cJSON *view, const struct form_about *about)
{
	const struct {
		const char *name, *value;
	} pairs[] = {
		{ "node", about->node }, { "item", about->item },   { "channel", about->channel },
		{ "ts", about->ts },	 { "words", about->words }, { "respond", about->respond },
	};
	cJSON *j = cJSON_CreateObject();
	struct buf b;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		if (pairs[i].value)
			cJSON_AddStringToObject(j, pairs[i].name, pairs[i].value);
	buf_init(&b, BUF_ROOMY);
	json_print(&b, j);
	if (b.len > METADATA_MOST) {
		cJSON_DeleteItemFromObject(j, "respond");
		buf_reset(&b);
		json_print(&b, j);
	}
	cJSON_AddStringToObject(view, "private_metadata", b.s);
	buf_release(&b);
	cJSON_Delete(j);
}

void form_view(struct buf *out, const struct form *f, const struct form_about *about,
	       const struct form_start *start)
{
	cJSON *view = cJSON_CreateObject();
	struct page p = { .names = start->names, .percent = 100 };
	struct form_about kept = *about;
	char words[9];

	if (start->text) {
		form_fingerprint(words, start->text);
		kept.words = words;
	}
	cJSON_AddStringToObject(view, "type", "modal");
	cJSON_AddStringToObject(view, "callback_id", f->word);
	add_metadata(view, &kept);
	cJSON_AddItemToObject(view, "title", plain_object(f->title));
	cJSON_AddItemToObject(view, "submit", plain_object(f->submit));
	cJSON_AddItemToObject(view, "close", plain_object("Not now"));
	p.blocks = cJSON_AddArrayToObject(view, "blocks");
	if (start->heading)
		page_text(&p, start->heading, HEADING_CHARS, "…");
	for (size_t i = 0; i < FORM_FIELDS && f->fields[i].id; i++)
		form_add_field(p.blocks, &f->fields[i], start);
	if (!f->line)
		form_draw_complete(p.blocks, start);
	json_print(out, view);
	cJSON_Delete(view);
}
