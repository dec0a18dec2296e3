/* A row of buttons under a card, a report, an answer. */
#include "adapters/slack/show/blocks_private.h"

#include "adapters/slack/format/mrkdwn.h"
#include "core/base/utf8.h"

#define CONFIRM_CHARS 300

/* Slack asks before it tells us. */
static void add_confirm(cJSON *button, const struct button *b, struct names *names)
{
	cJSON *o = cJSON_AddObjectToObject(button, "confirm");

	cJSON_AddItemToObject(o, "title", page_plain("Please confirm", names, BUTTON_CHARS));
	cJSON_AddItemToObject(o, "text", page_plain(b->confirm, names, CONFIRM_CHARS));
	cJSON_AddItemToObject(o, "confirm", page_plain(b->label, names, 30));
	cJSON_AddItemToObject(o, "deny", page_plain("Cancel", names, 30));
}

/* The value is Slack's text, as a typed line is: marks of ours are control characters, which no one
 * promises to bring back. A line too long for it gets no button: half of it would do something
 * else. */
static void add_button(cJSON *elements, const struct button *b, size_t i, struct names *names)
{
	struct buf value;
	cJSON *button;
	char id[32];

	buf_init(&value, BUF_ROOMY);
	mrkdwn_out(&value, b->line, names);
	if (utf8_length(value.s, value.len) <= VALUE_CHARS) {
		button = cJSON_CreateObject();
		cJSON_AddStringToObject(button, "type", "button");
		snprintf(id, sizeof(id), "%s:%zu", b->begun ? "form" : "say", i);
		cJSON_AddStringToObject(button, "action_id", id);
		cJSON_AddItemToObject(button, "text", page_plain(b->label, names, BUTTON_CHARS));
		cJSON_AddStringToObject(button, "value", value.s);
		if (b->primary || b->danger)
			cJSON_AddStringToObject(button, "style", b->danger ? "danger" : "primary");
		if (b->confirm)
			add_confirm(button, b, names);
		cJSON_AddItemToArray(elements, button);
	}
	buf_release(&value);
}

void page_buttons(struct page *p, const struct button *b, size_t count)
{
	cJSON *block, *elements = cJSON_CreateArray();
	size_t i;

	for (i = 0; i < count && i < BUTTONS_MOST; i++)
		add_button(elements, &b[i], i, p->names);
	if (!cJSON_GetArraySize(elements) || cJSON_GetArraySize(p->blocks) >= MESSAGE_BLOCKS) {
		cJSON_Delete(elements);
		return;
	}
	block = cJSON_CreateObject();
	cJSON_AddStringToObject(block, "type", "actions");
	cJSON_AddItemToObject(block, "elements", elements);
	cJSON_AddItemToArray(p->blocks, block);
}
