/*
 * A person's Home: what is theirs, what is open, what is overdue, and where to begin. And an answer in a window of its own,
 * for what was asked there: Home is published at most once in a while, a window opens at once.
 */
#include "adapters/slack/show/blocks_private.h"

#define HOME_CHARS 2800
#define SAID_CHARS 1200
#define WINDOW_CHARS 20000

/* Enter sends it. */
static void home_search(struct page *p)
{
	cJSON *block = cJSON_CreateObject(), *element = cJSON_CreateObject(), *config, *on;

	cJSON_AddStringToObject(block, "type", "input");
	cJSON_AddStringToObject(block, "block_id", HOME_SEARCH);
	cJSON_AddTrueToObject(block, "dispatch_action");
	cJSON_AddItemToObject(block, "label", plain_object("Search all incidents"));
	cJSON_AddStringToObject(element, "type", "plain_text_input");
	cJSON_AddStringToObject(element, "action_id", HOME_SEARCH);
	cJSON_AddItemToObject(element, "placeholder", plain_object("connection pool exhausted"));
	config = cJSON_AddObjectToObject(element, "dispatch_action_config");
	on = cJSON_AddArrayToObject(config, "trigger_actions_on");
	cJSON_AddItemToArray(on, cJSON_CreateString("on_enter_pressed"));
	cJSON_AddItemToObject(block, "element", element);
	cJSON_AddItemToArray(p->blocks, block);
}

/* One block an item: its line, and Done beside it. */
static void home_item(struct page *p, const struct answer_row *row)
{
	struct page aside = { .blocks = cJSON_CreateArray(), .names = p->names, .percent = 100 };
	cJSON *section, *elements;

	page_text(p, row->text, ROW_CHARS, "…");
	section = cJSON_GetArrayItem(p->blocks, cJSON_GetArraySize(p->blocks) - 1);
	page_buttons(&aside, row->buttons, 1);
	elements = cJSON_GetObjectItem(cJSON_GetArrayItem(aside.blocks, 0), "elements");
	if (elements)
		cJSON_AddItemToObject(section, "accessory", cJSON_DetachItemFromArray(elements, 0));
	cJSON_Delete(aside.blocks);
}

static void home_items(struct page *p, const struct desk *d)
{
	page_header(p, "My items");
	if (!d->n_items)
		page_context(p, "You have no open items.");
	for (size_t i = 0; i < d->n_items; i++)
		home_item(p, &d->items[i]);
	if (d->more_items)
		page_context(p, d->more_items);
}

static void home_section(struct page *p, const char *title, const char *text, const char *nothing)
{
	if (!text && !nothing)
		return;
	page_header(p, title);
	if (text)
		page_text(p, text, HOME_CHARS, "…");
	else
		page_context(p, nothing);
}

static void home_begin(struct page *p, const struct desk *d)
{
	static const struct button declare = {
		.label = "Declare an incident", .line = "new", .primary = true, .begun = true
	};

	if (d->may_declare)
		page_buttons(p, &declare, 1);
	home_search(p);
}

static void view_print(struct buf *out, cJSON *view, cJSON *blocks)
{
	cJSON_AddItemToObject(view, "blocks", blocks);
	json_print(out, view);
	cJSON_Delete(view);
}

void home_view(struct buf *out, const struct desk *d, const struct answer *said,
	       struct names *names)
{
	struct page p = { .blocks = cJSON_CreateArray(), .names = names, .percent = 100 };
	cJSON *view = cJSON_CreateObject();

	cJSON_AddStringToObject(view, "type", "home");
	home_begin(&p, d);
	if (said && said->text) {
		page_text(&p, said->text, SAID_CHARS, "…");
		page_buttons(&p, said->buttons, said->count);
	}
	home_items(&p, d);
	home_section(&p, "My incidents", d->mine, NULL);
	home_section(&p, "Open incidents", d->open, "No incident is open.");
	home_section(&p, "Overdue (other people's)", d->overdue, NULL);
	view_print(out, view, p.blocks);
}

/* A form can't be opened over another window. */
static void window_buttons(struct page *p, const struct answer *a)
{
	struct button whole[ANSWER_BUTTONS];
	size_t n = 0;

	for (size_t i = 0; i < a->count; i++)
		if (!a->buttons[i].begun)
			whole[n++] = a->buttons[i];
	page_buttons(p, whole, n);
}

void window_view(struct buf *out, const struct answer *a, struct names *names)
{
	struct page p = { .blocks = cJSON_CreateArray(), .names = names, .percent = 100 };
	cJSON *view = cJSON_CreateObject();

	cJSON_AddStringToObject(view, "type", "modal");
	cJSON_AddStringToObject(view, "callback_id", "window");
	cJSON_AddItemToObject(view, "title", plain_object("Incidents"));
	cJSON_AddItemToObject(view, "close", plain_object("Close"));
	page_text(
		&p, a->text, WINDOW_CHARS,
		"… cut: too long for one window. On the shell, the same command shows all of it.");
	page_rows(&p, a, ROW_CHARS, false);
	window_buttons(&p, a);
	view_print(out, view, p.blocks);
}
