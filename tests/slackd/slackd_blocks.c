/*
 * slackd_blocks: what Slack takes as blocks (shared/slack.md, "Limits"), one row a kind of block.
 */
#include "tests/slackd/slackd_private.h"

#include "core/base/utf8.h"

struct check {
	struct buf *why;
	char where[64]; /* "/blocks/3" */
	bool modal;
};

static bool blocks_wrong(const struct check *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static bool blocks_wrong(const struct check *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_adds(c->why, "[ERROR] ");
	buf_vaddf(c->why, fmt, ap);
	buf_addf(c->why, " [json-pointer:%s]", c->where);
	va_end(ap);
	return false;
}

static const cJSON *get(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

static bool length_ok(const struct check *c, const char *what, const char *s, size_t most)
{
	size_t n = s ? utf8_length(s, strlen(s)) : 0;

	if (!s || !n)
		return blocks_wrong(c, "must be more than 0 characters: %s", what);
	if (n > most)
		return blocks_wrong(c, "must be less than %zu characters: %s has %zu", most + 1,
				    what, n);
	return true;
}

/* kind: the type it must have, NULL: plain_text or mrkdwn */
static bool text_ok(const struct check *c, const char *what, const cJSON *text, const char *kind,
		    size_t most)
{
	const char *type = jstr(text, "type");

	if (!cJSON_IsObject(text) || !type)
		return blocks_wrong(c, "missing required field: %s", what);
	if (strcmp(type, "plain_text") != 0 && strcmp(type, "mrkdwn") != 0)
		return blocks_wrong(c, "unsupported type: %s in %s", type, what);
	if (kind && strcmp(type, kind) != 0)
		return blocks_wrong(c, "%s must be %s", what, kind);
	if (strcmp(type, "plain_text") == 0 && get(text, "verbatim"))
		return blocks_wrong(c, "invalid additional property: verbatim in %s", what);
	return length_ok(c, what, jstr(text, "text"), most);
}

static bool maybe_text_ok(const struct check *c, const char *what, const cJSON *text,
			  const char *kind, size_t most)
{
	return !text || text_ok(c, what, text, kind, most);
}

static bool short_string(const struct check *c, const cJSON *o, const char *key, size_t most)
{
	const char *s = jstr(o, key);

	return !s || strlen(s) <= most || blocks_wrong(c, "%s is longer than %zu", key, most);
}

static bool confirm_ok(const struct check *c, const cJSON *confirm)
{
	return !confirm ||
	       (text_ok(c, "confirm.title", get(confirm, "title"), "plain_text", 100) &&
		text_ok(c, "confirm.text", get(confirm, "text"), NULL, 300) &&
		text_ok(c, "confirm.confirm", get(confirm, "confirm"), "plain_text", 30) &&
		text_ok(c, "confirm.deny", get(confirm, "deny"), "plain_text", 30));
}

static bool button_ok(const struct check *c, const cJSON *e)
{
	const char *style = jstr(e, "style");

	if (style && strcmp(style, "primary") != 0 && strcmp(style, "danger") != 0)
		return blocks_wrong(c, "unknown style: %s", style);
	return text_ok(c, "button text", get(e, "text"), "plain_text", 75) &&
	       short_string(c, e, "value", 2000) && short_string(c, e, "url", 3000) &&
	       confirm_ok(c, get(e, "confirm"));
}

static bool option_ok(const struct check *c, const cJSON *o)
{
	return text_ok(c, "option text", get(o, "text"), NULL, 75) &&
	       length_ok(c, "option value", jstr(o, "value"), 150);
}

static bool select_ok(const struct check *c, const cJSON *e)
{
	const cJSON *options = get(e, "options"), *o;
	int n = cJSON_GetArraySize(options);

	if (n < 1 || n > 100)
		return blocks_wrong(c, "options must be 1 to 100");
	cJSON_ArrayForEach(o, options)
		if (!option_ok(c, o))
			return false;
	return maybe_text_ok(c, "placeholder", get(e, "placeholder"), "plain_text", 150) &&
	       (!get(e, "initial_option") || option_ok(c, get(e, "initial_option")));
}

static bool input_text_ok(const struct check *c, const cJSON *e)
{
	const char *initial = jstr(e, "initial_value");

	if (initial && utf8_length(initial, strlen(initial)) > 3000)
		return blocks_wrong(c, "initial_value is longer than 3000");
	return maybe_text_ok(c, "placeholder", get(e, "placeholder"), "plain_text", 150);
}

static bool plain_ok(const struct check *c, const cJSON *e)
{
	return maybe_text_ok(c, "placeholder", get(e, "placeholder"), "plain_text", 150);
}

static bool image_ok(const struct check *c, const cJSON *b)
{
	return length_ok(c, "alt_text", jstr(b, "alt_text"), 2000);
}

#define IN_ACTIONS 1u
#define IN_INPUT 2u
#define IN_SECTION 4u

static const struct element {
	const char *type;
	unsigned in;
	bool (*ok)(const struct check *c, const cJSON *e);
} elements[] = {
	{ "button", IN_ACTIONS | IN_SECTION, button_ok },
	{ "static_select", IN_ACTIONS | IN_SECTION | IN_INPUT, select_ok },
	{ "overflow", IN_ACTIONS | IN_SECTION, select_ok },
	{ "radio_buttons", IN_ACTIONS | IN_SECTION | IN_INPUT, select_ok },
	{ "checkboxes", IN_ACTIONS | IN_SECTION | IN_INPUT, select_ok },
	{ "users_select", IN_ACTIONS | IN_SECTION | IN_INPUT, plain_ok },
	{ "conversations_select", IN_ACTIONS | IN_SECTION | IN_INPUT, plain_ok },
	{ "channels_select", IN_ACTIONS | IN_SECTION | IN_INPUT, plain_ok },
	{ "datepicker", IN_ACTIONS | IN_SECTION | IN_INPUT, plain_ok },
	{ "timepicker", IN_ACTIONS | IN_SECTION | IN_INPUT, plain_ok },
	{ "plain_text_input", IN_INPUT, input_text_ok },
	{ "image", IN_SECTION, image_ok },
};

static bool element_ok(const struct check *c, const cJSON *e, unsigned in)
{
	const char *type = jstr(e, "type");
	size_t i;

	for (i = 0; type && i < sizeof(elements) / sizeof(*elements); i++)
		if (strcmp(elements[i].type, type) == 0 && (elements[i].in & in))
			return short_string(c, e, "action_id", 255) && elements[i].ok(c, e);
	return blocks_wrong(c, "unsupported element: %s", type ? type : "(none)");
}

static bool section_ok(const struct check *c, const cJSON *b)
{
	const cJSON *text = get(b, "text"), *fields = get(b, "fields"), *f;

	if (!text && !fields)
		return blocks_wrong(c, "a section needs text or fields");
	if (!maybe_text_ok(c, "section text", text, NULL, 3000))
		return false;
	if (fields && (cJSON_GetArraySize(fields) < 1 || cJSON_GetArraySize(fields) > 10))
		return blocks_wrong(c, "no more than 10 fields allowed");
	cJSON_ArrayForEach(f, fields)
		if (!text_ok(c, "field", f, NULL, 2000))
			return false;
	return !get(b, "accessory") || element_ok(c, get(b, "accessory"), IN_SECTION);
}

static bool header_ok(const struct check *c, const cJSON *b)
{
	return text_ok(c, "header text", get(b, "text"), "plain_text", 150);
}

static bool context_ok(const struct check *c, const cJSON *b)
{
	const cJSON *all = get(b, "elements"), *e;
	int n = cJSON_GetArraySize(all);

	if (n < 1 || n > 10)
		return blocks_wrong(c, "a context has 1 to 10 elements, not %d", n);
	cJSON_ArrayForEach(e, all) {
		const char *type = jstr(e, "type");
		bool picture = type && strcmp(type, "image") == 0;

		if (picture ? !image_ok(c, e) : !text_ok(c, "context text", e, NULL, 2000))
			return false;
	}
	return true;
}

static bool actions_ok(const struct check *c, const cJSON *b)
{
	const cJSON *all = get(b, "elements"), *e, *other;
	int n = cJSON_GetArraySize(all);

	if (n < 1 || n > 25)
		return blocks_wrong(c, "actions have 1 to 25 elements, not %d", n);
	cJSON_ArrayForEach(e, all) {
		const char *id = jstr(e, "action_id");

		if (!element_ok(c, e, IN_ACTIONS))
			return false;
		for (other = e->next; id && other; other = other->next)
			if (jstr(other, "action_id") && strcmp(jstr(other, "action_id"), id) == 0)
				return blocks_wrong(c, "action_id already exists: %s", id);
	}
	return true;
}

static bool input_ok(const struct check *c, const cJSON *b)
{
	return text_ok(c, "label", get(b, "label"), "plain_text", 2000) &&
	       maybe_text_ok(c, "hint", get(b, "hint"), "plain_text", 2000) &&
	       element_ok(c, get(b, "element"), IN_INPUT);
}

/* ---- charts and tables ---- */

static bool count_between(const struct check *c, const char *what, int n, int least, int most)
{
	return (n >= least && n <= most) ||
	       blocks_wrong(c, "%s must be %d to %d, not %d", what, least, most, n);
}

static bool pie_ok(const struct check *c, const cJSON *chart)
{
	const cJSON *all = get(chart, "segments"), *s;

	if (!count_between(c, "segments", cJSON_GetArraySize(all), 1, 6))
		return false;
	cJSON_ArrayForEach(s, all) {
		if (!length_ok(c, "segment label", jstr(s, "label"), 20))
			return false;
		if (!cJSON_IsNumber(get(s, "value")) || !(get(s, "value")->valuedouble > 0))
			return blocks_wrong(c, "a segment's value must be more than 0");
	}
	return true;
}

/* One finite value for every category, in whatever order. */
static bool series_ok(const struct check *c, const cJSON *series, const cJSON *categories)
{
	const cJSON *data = get(series, "data"), *point;

	if (!length_ok(c, "series name", jstr(series, "name"), 20))
		return false;
	if (cJSON_GetArraySize(data) != cJSON_GetArraySize(categories))
		return blocks_wrong(c, "a series has a value for every category");
	cJSON_ArrayForEach(point, data)
		if (!jstr(point, "label") || !jhas(categories, jstr(point, "label")) ||
		    !cJSON_IsNumber(get(point, "value")))
			return blocks_wrong(c, "no category: %s",
					    jstr(point, "label") ? jstr(point, "label") : "(none)");
	return true;
}

static bool categories_ok(const struct check *c, const cJSON *categories)
{
	const cJSON *one, *other;

	if (!count_between(c, "categories", cJSON_GetArraySize(categories), 1, 20))
		return false;
	cJSON_ArrayForEach(one, categories) {
		if (!length_ok(c, "category", cJSON_GetStringValue(one), 20))
			return false;
		for (other = one->next; other; other = other->next)
			if (strcmp(one->valuestring, other->valuestring) == 0)
				return blocks_wrong(c, "category twice: %s", one->valuestring);
	}
	return true;
}

static bool chart_ok(const struct check *c, const cJSON *b)
{
	static const char *const types[] = { "bar", "line", "area" };
	const cJSON *chart = get(b, "chart"), *all = get(chart, "series"), *s;
	const cJSON *axis = get(chart, "axis_config"), *categories = get(axis, "categories");
	const char *type = jstr(chart, "type");
	bool known = false;

	if (c->modal)
		return blocks_wrong(c, "unsupported block: data_visualization");
	if (!length_ok(c, "title", jstr(b, "title"), 50))
		return false;
	if (type && strcmp(type, "pie") == 0)
		return pie_ok(c, chart);
	for (size_t i = 0; type && i < sizeof(types) / sizeof(*types); i++)
		known |= strcmp(types[i], type) == 0;
	if (!known)
		return blocks_wrong(c, "unknown chart: %s", type ? type : "(none)");
	if (!categories_ok(c, categories) ||
	    !count_between(c, "series", cJSON_GetArraySize(all), 1, 6) ||
	    !short_string(c, axis, "x_label", 50) || !short_string(c, axis, "y_label", 50))
		return false;
	cJSON_ArrayForEach(s, all)
		if (!series_ok(c, s, categories))
			return false;
	return true;
}

static int cells_of(const struct check *c, const cJSON *row)
{
	const cJSON *cell;

	cJSON_ArrayForEach(cell, row) {
		const char *type = jstr(cell, "type");

		if (!type || (strcmp(type, "raw_text") != 0 && strcmp(type, "raw_number") != 0 &&
			      strcmp(type, "rich_text") != 0)) {
			blocks_wrong(c, "unknown cell: %s", type ? type : "(none)");
			return -1;
		}
	}
	return cJSON_GetArraySize(row);
}

static bool table_ok(const struct check *c, const cJSON *b)
{
	const cJSON *rows = get(b, "rows"), *row;
	int columns = cells_of(c, cJSON_GetArrayItem(rows, 0));

	if (!length_ok(c, "caption", jstr(b, "caption"), 150) ||
	    !count_between(c, "rows", cJSON_GetArraySize(rows), 2, 101) ||
	    !count_between(c, "columns", columns, 1, 20))
		return false;
	cJSON_ArrayForEach(row, rows)
		if (cells_of(c, row) != columns)
			return blocks_wrong(c, "rows must be of equal length");
	return true;
}

static bool block_ok(const struct check *c, const cJSON *b);

static bool is_one_of(const char *s, const char *const *words, size_t n)
{
	for (size_t i = 0; s && i < n; i++)
		if (strcmp(words[i], s) == 0)
			return true;
	return false;
}

static bool flag_ok(const struct check *c, const cJSON *b, const char *key)
{
	return !get(b, key) || cJSON_IsBool(get(b, key)) ||
	       blocks_wrong(c, "must be true or false: %s", key);
}

static bool child_ok(const struct check *c, const cJSON *b)
{
	static const char *const kinds_inside[] = { "section", "context", "divider",
						    "header",  "actions", "image" };
	const char *type = jstr(b, "type");

	if (!is_one_of(type, kinds_inside, sizeof(kinds_inside) / sizeof(*kinds_inside)))
		return blocks_wrong(c, "unsupported block in a container: %s",
				    type ? type : "(none)");
	return block_ok(c, b);
}

static bool container_ok(const struct check *c, const cJSON *b)
{
	static const char *const widths[] = { "narrow", "standard", "wide", "full" };
	const cJSON *children = get(b, "child_blocks"), *child;
	const char *width = jstr(b, "width");

	if (c->modal)
		return blocks_wrong(c, "unsupported block: container");
	if (!text_ok(c, "title", get(b, "title"), "plain_text", 150) ||
	    !maybe_text_ok(c, "subtitle", get(b, "subtitle"), "plain_text", 150) ||
	    !count_between(c, "child_blocks", cJSON_GetArraySize(children), 1, 10) ||
	    !flag_ok(c, b, "is_collapsible") || !flag_ok(c, b, "default_collapsed"))
		return false;
	if (width && !is_one_of(width, widths, sizeof(widths) / sizeof(*widths)))
		return blocks_wrong(c, "unknown width: %s", width);
	cJSON_ArrayForEach(child, children)
		if (!child_ok(c, child))
			return false;
	return true;
}

static bool always_ok(const struct check *c, const cJSON *b)
{
	(void)c;
	(void)b;
	return true;
}

static const struct kind {
	const char *type;
	bool (*ok)(const struct check *c, const cJSON *b);
} kinds[] = {
	{ "section", section_ok },
	{ "header", header_ok },
	{ "divider", always_ok },
	{ "context", context_ok },
	{ "actions", actions_ok },
	{ "image", image_ok },
	{ "input", input_ok },
	{ "rich_text", always_ok },
	{ "data_visualization", chart_ok },
	{ "data_table", table_ok },
	{ "container", container_ok },
};

static bool block_ok(const struct check *c, const cJSON *b)
{
	const char *type = jstr(b, "type");
	size_t i;

	for (i = 0; type && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kinds[i].type, type) == 0)
			return short_string(c, b, "block_id", 255) && kinds[i].ok(c, b);
	return blocks_wrong(c, "unsupported block: %s", type ? type : "(none)");
}

static bool block_ids_differ(const struct check *c, const cJSON *blocks)
{
	const cJSON *b, *other;

	cJSON_ArrayForEach(b, blocks)
		for (other = b->next; jstr(b, "block_id") && other; other = other->next)
			if (jstr(other, "block_id") &&
			    strcmp(jstr(other, "block_id"), jstr(b, "block_id")) == 0)
				return blocks_wrong(c, "block_id already exists: %s",
						    jstr(b, "block_id"));
	return true;
}

static int blocks_of(const cJSON *blocks, const char *type)
{
	const cJSON *b;
	int n = 0;

	cJSON_ArrayForEach(b, blocks)
		n += jstr(b, "type") && strcmp(jstr(b, "type"), type) == 0;
	return n;
}

bool slackd_blocks_ok(const cJSON *blocks, int most, struct buf *why)
{
	struct check c = { .why = why, .where = "/blocks", .modal = most > 50 };
	const cJSON *b;
	int i = 0;

	if (!cJSON_IsArray(blocks))
		return blocks_wrong(&c, "blocks must be an array");
	if (cJSON_GetArraySize(blocks) > most)
		return blocks_wrong(&c, "no more than %d items allowed", most);
	cJSON_ArrayForEach(b, blocks) {
		snprintf(c.where, sizeof(c.where), "/blocks/%d", i++);
		if (!block_ok(&c, b))
			return false;
	}
	if (blocks_of(blocks, "data_visualization") > 2 || blocks_of(blocks, "data_table") > 1)
		return blocks_wrong(&c, "too many charts or tables in one message");
	return block_ids_differ(&c, blocks);
}

/* A container that was edited under its old block_id goes on showing what it showed. */
static bool container_is_new(const struct check *c, const cJSON *b, const cJSON *before)
{
	const char *id = jstr(b, "block_id");
	const cJSON *old;

	cJSON_ArrayForEach(old, before) {
		const char *type = jstr(old, "type"), *was = jstr(old, "block_id");

		if (!type || strcmp(type, "container") != 0 || cJSON_Compare(old, b, true))
			continue;
		if (!id || !was || strcmp(id, was) == 0)
			return blocks_wrong(c, "an edited container needs a new block_id");
	}
	return true;
}

bool slackd_edit_ok(const cJSON *blocks, const cJSON *before, struct buf *why)
{
	struct check c = { .why = why, .where = "/blocks" };
	const cJSON *b;

	cJSON_ArrayForEach(b, blocks)
		if (jstr(b, "type") && strcmp(jstr(b, "type"), "container") == 0 &&
		    !container_is_new(&c, b, before))
			return false;
	return true;
}

static bool has_input(const cJSON *blocks)
{
	const cJSON *b;

	cJSON_ArrayForEach(b, blocks)
		if (jstr(b, "type") && strcmp(jstr(b, "type"), "input") == 0)
			return true;
	return false;
}

bool slackd_view_ok(const cJSON *view, struct buf *why)
{
	struct check c = { .why = why, .where = "/view", .modal = true };
	const char *type = jstr(view, "type");

	if (!type || (strcmp(type, "modal") != 0 && strcmp(type, "home") != 0))
		return blocks_wrong(&c, "view type must be modal or home");
	if (strcmp(type, "modal") == 0 &&
	    !text_ok(&c, "title", get(view, "title"), "plain_text", 24))
		return false;
	if (strcmp(type, "home") == 0 &&
	    (get(view, "title") || get(view, "submit") || get(view, "close")))
		return blocks_wrong(&c, "a home view has no title, submit or close");
	if (strcmp(type, "modal") == 0 && has_input(get(view, "blocks")) &&
	    !text_ok(&c, "submit", get(view, "submit"), "plain_text", 24))
		return false;
	return maybe_text_ok(&c, "close", get(view, "close"), "plain_text", 24) &&
	       short_string(&c, view, "callback_id", 255) &&
	       short_string(&c, view, "private_metadata", 3000) &&
	       slackd_blocks_ok(get(view, "blocks"), 100, why);
}

bool slackd_payload_ok(const cJSON *payload, struct buf *why)
{
	struct check c = { .why = why, .where = "/" };
	const char *text = jstr(payload, "text");
	const cJSON *blocks = get(payload, "blocks");

	if (!cJSON_IsObject(payload))
		return blocks_wrong(&c, "the payload is no object");
	if (text && utf8_length(text, strlen(text)) > 40000)
		return blocks_wrong(&c, "text is longer than 40000");
	if (!text && !blocks && !get(payload, "delete_original") &&
	    !get(payload, "response_action"))
		return blocks_wrong(&c, "neither text nor blocks");
	return !blocks || slackd_blocks_ok(blocks, 50, why);
}
