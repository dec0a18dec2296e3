#include "adapters/slack/format/words_private.h"

#include "adapters/json/json.h"
#include "adapters/slack/format/mrkdwn.h"
#include "core/text.h"

#include <string.h>

#define DEEP 32 /* members within members; Slack's own go to twelve */

/* ---- writing ---- */

void words_begin(struct words *w, const struct words *like)
{
	*w = (struct words){ .place = like->place, .depth = like->depth };
	buf_init(&w->b, BUF_ROOMY);
}

void words_end(struct words *w)
{
	buf_release(&w->b);
}

void words_line(struct words *w)
{
	if (w->b.len && w->b.s[w->b.len - 1] != '\n')
		buf_addc(&w->b, '\n');
}

void words_add(struct words *w, const char *slack)
{
	if (slack && w->b.len <= WORDS_MAX)
		mrkdwn_in(&w->b, w->place, slack, strlen(slack));
}

void words_add_line(struct words *w, const char *slack)
{
	if (!slack || !slack[strspn(slack, " \t\r\n")])
		return;
	words_line(w);
	words_add(w, slack);
}

void words_add_link(struct words *w, const char *url, const char *label)
{
	struct buf words;

	buf_init(&words, BUF_ROOMY);
	if (label)
		text_add_words(&words, label, strlen(label));
	if (!url || !mrkdwn_link(&w->b, url, words.s))
		buf_add(&w->b, words.s, words.len);
	buf_release(&words);
}

void words_add_ref(struct words *w, void (*add_span)(struct buf *, const char *, const char *),
		   const char *id)
{
	struct arena a;

	if (!id || !mrkdwn_id(id, strlen(id)))
		return;
	arena_init(&a);
	add_span(&w->b, ref_make(&a, w->place, id), NULL);
	arena_release(&a);
}

/* What another one says, on one line, behind `before` if there is something in front of it. */
static void words_add_flat(struct words *w, const struct words *said, const char *before)
{
	const char *s = said->b.s + strspn(said->b.s, " \t\n");
	size_t len = strlen(s), begin = w->b.len;

	while (len && strchr(" \t\n", s[len - 1]))
		len--;
	if (!len)
		return;
	if (begin && w->b.s[begin - 1] != '\n')
		buf_adds(&w->b, before);
	for (; len; s++, len--)
		buf_addc(&w->b, *s == '\n' ? ' ' : *s);
}

static void add_lines(struct words *w, const struct words *said)
{
	words_line(w);
	buf_add(&w->b, said->b.s, said->b.len);
}

/* ---- the table ---- */

static void words_add_text(struct words *w, const cJSON *j)
{
	words_add_line(w, json_str(j, "text"));
}

/* Side by side, as they are seen. */
static void add_row(struct words *w, const cJSON *elements, const char *between)
{
	const cJSON *j;
	struct words one;

	words_line(w);
	cJSON_ArrayForEach(j, elements) {
		words_begin(&one, w);
		words_read(&one, j);
		words_add_flat(w, &one, between);
		words_end(&one);
	}
}

static void add_context(struct words *w, const cJSON *j)
{
	add_row(w, json_at(j, "elements"), " ");
}

static void add_rows(struct words *w, const cJSON *j)
{
	const cJSON *row;

	words_add_line(w, json_str(j, "caption"));
	cJSON_ArrayForEach(row, json_at(j, "rows"))
		add_row(w, row, " | ");
}

/* A cell's number may come with the form it is shown in. */
static void add_number(struct words *w, const cJSON *j)
{
	const cJSON *value = json_at(j, "value");
	const char *text = json_str(j, "text");

	words_line(w);
	if (text || cJSON_IsString(value))
		words_add(w, text ? text : value->valuestring);
	else if (cJSON_IsNumber(value))
		json_print(&w->b, value);
}

static void add_image(struct words *w, const cJSON *j)
{
	const char *title = json_str(j, "title.text"), *alt = json_str(j, "alt_text");

	words_add_line(w, title ? title : json_str(j, "title"));
	if (alt && (!title || strcmp(title, alt)))
		words_add_line(w, alt);
}

static void add_video(struct words *w, const cJSON *j)
{
	const char *url = json_str(j, "title_url"), *title = json_str(j, "title.text");

	words_line(w);
	words_add_link(w, url ? url : json_str(j, "video_url"), title);
	words_read(w, json_at(j, "description"));
	words_add_line(w, json_str(j, "author_name"));
	words_add_line(w, json_str(j, "provider_name"));
	if (!title || !json_str(j, "alt_text") || strcmp(title, json_str(j, "alt_text")))
		words_add_line(w, json_str(j, "alt_text"));
}

/* "checkout 12, shop 3": labels and values of a chart, on one line. */
static void add_points(struct words *w, const cJSON *points)
{
	const char *between = "";
	const cJSON *p;

	cJSON_ArrayForEach(p, points) {
		buf_adds(&w->b, between);
		words_add(w, json_str(p, "label"));
		if (cJSON_IsNumber(json_at(p, "value"))) {
			buf_addc(&w->b, ' ');
			json_print(&w->b, json_at(p, "value"));
		}
		between = ", ";
	}
}

static void add_chart(struct words *w, const cJSON *j)
{
	const cJSON *series;

	words_add_line(w, json_str(j, "title"));
	words_read(w, cJSON_IsObject(json_at(j, "title")) ? json_at(j, "title") : NULL);
	words_line(w);
	add_points(w, json_at(j, "chart.segments"));
	cJSON_ArrayForEach(series, json_at(j, "chart.series")) {
		words_add_line(w, json_str(series, "name"));
		buf_adds(&w->b, ": ");
		add_points(w, json_at(series, "data"));
	}
	words_add_line(w, json_str(j, "chart.axis_config.x_label"));
	words_add_line(w, json_str(j, "chart.axis_config.y_label"));
}

/* What may be chosen; of a menu only what is chosen shows. */
static void add_options(struct words *w, const cJSON *options)
{
	const cJSON *o;

	cJSON_ArrayForEach(o, options) {
		words_read(w, json_at(o, "text"));
		words_read(w, json_at(o, "description"));
	}
}

static void add_choices(struct words *w, const cJSON *j)
{
	add_options(w, json_at(j, "options"));
}

static void add_chosen(struct words *w, const cJSON *j)
{
	words_read(w, json_at(j, "initial_option.text"));
	add_options(w, json_at(j, "initial_options"));
}

/* One after the other, as they come. */
static void add_flow(struct words *w, const cJSON *j)
{
	bool flows = w->flows;

	w->flows = true;
	words_read(w, json_at(j, "elements"));
	w->flows = flows;
}

/*
 * What a type says: its members, in the order of reading ("" is nothing: buttons and pickers are no words, a
 * divider has none), or what `say` makes of it. inside: it stands within a line. Slack's reference, 2026.
 */
static const struct speech {
	const char *type;
	const char *members;
	void (*say)(struct words *w, const cJSON *j);
	bool inside;
} speeches[] = {
	/* text objects */
	{ "mrkdwn", NULL, words_add_text, false },
	{ "plain_text", NULL, words_add_text, false },

	/* blocks */
	{ "actions", "elements", NULL, false },
	{ "alert", "text", NULL, false },
	{ "card", "title subtitle body subtext icon hero_image", NULL, false },
	{ "carousel", "elements", NULL, false },
	{ "container", "title subtitle child_blocks", NULL, false },
	{ "context", NULL, add_context, false },
	{ "context_actions", "elements", NULL, false },
	{ "data_table", NULL, add_rows, false },
	{ "data_visualization", NULL, add_chart, false },
	{ "divider", "", NULL, false },
	{ "header", "text", NULL, false },
	{ "image", NULL, add_image, false },
	{ "input", "label hint element", NULL, false },
	{ "markdown", NULL, words_markdown, false },
	{ "plan", "title tasks", NULL, false },
	{ "rich_text", "elements", NULL, false },
	{ "section", "text fields accessory", NULL, false },
	{ "table", NULL, add_rows, false },
	{ "task_card", "title details output sources", NULL, false },
	{ "video", NULL, add_video, false },

	/* cells */
	{ "raw_text", "text", NULL, false },
	{ "raw_number", NULL, add_number, false },

	/* rich text */
	{ "rich_text_section", NULL, add_flow, false },
	{ "rich_text_preformatted", NULL, add_flow, false },
	{ "rich_text_quote", NULL, add_flow, false },
	{ "rich_text_header", "text elements", NULL, false },
	{ "rich_text_divider", "", NULL, false },
	{ "rich_text_list", NULL, words_list, false },
	{ "text", NULL, words_text, true },
	{ "link", NULL, words_link, true },
	{ "user", NULL, words_person, true },
	{ "canvas_user_mention", NULL, words_person, true },
	{ "channel", NULL, words_channel, true },
	{ "usergroup", NULL, words_group, true },
	{ "broadcast", NULL, words_broadcast, true },
	{ "emoji", NULL, words_emoji, true },
	{ "date", NULL, words_date, true },
	{ "color", NULL, words_color, true },
	{ "attachment_mention", NULL, words_link, true },
	{ "canvas", NULL, words_link, true },
	{ "citation", NULL, words_link, true },
	{ "file", NULL, words_link,
	  true }, /* the block of this name has no words: the file is the message's */
	{ "list_record", NULL, words_link, true },
	{ "message_mention", NULL, words_link, true },
	{ "salesforce_data_field", NULL, words_link, true },
	{ "tag", NULL, words_link, true },
	{ "work_object_mention", NULL, words_link, true },
	{ "workflow_mention", NULL, words_link, true },
	{ "url", NULL, words_link, false }, /* a source of a task */
	{ "team", "", NULL, true },
	{ "canvas_message_unfurl", "", NULL, true },
	{ "icon", "", NULL, true },

	/* what is pressed, chosen, typed */
	{ "button", "", NULL, false },
	{ "workflow_button", "", NULL, false },
	{ "icon_button", "", NULL, false },
	{ "feedback_buttons", "", NULL, false },
	{ "overflow", "", NULL, false },
	{ "datepicker", "", NULL, false },
	{ "timepicker", "", NULL, false },
	{ "datetimepicker", "", NULL, false },
	{ "file_input", "", NULL, false },
	{ "users_select", "", NULL, false },
	{ "multi_users_select", "", NULL, false },
	{ "channels_select", "", NULL, false },
	{ "multi_channels_select", "", NULL, false },
	{ "conversations_select", "", NULL, false },
	{ "multi_conversations_select", "", NULL, false },
	{ "checkboxes", NULL, add_choices, false },
	{ "radio_buttons", NULL, add_choices, false },
	{ "static_select", NULL, add_chosen, false },
	{ "multi_static_select", NULL, add_chosen, false },
	{ "external_select", NULL, add_chosen, false },
	{ "multi_external_select", NULL, add_chosen, false },
	{ "plain_text_input", "initial_value", NULL, false },
	{ "email_text_input", "initial_value", NULL, false },
	{ "url_text_input", "initial_value", NULL, false },
	{ "number_input", "initial_value", NULL, false },
	{ "rich_text_input", "initial_value", NULL, false },
};

/* Of something newer than this program: members that a reader would see, wherever it has them. */
static const char visible[] =
	"text title subtitle label name caption description header heading body summary content "
	"message details output hint value alt_text footer";

static const struct speech *speech_of(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof(speeches) / sizeof(*speeches); i++)
		if (!strcmp(speeches[i].type, type))
			return &speeches[i];
	return NULL;
}

/* ---- reading ---- */

static bool is_one_of(const char *words, const char *word)
{
	size_t len = strlen(word), n;

	for (; *words; words += n, words += *words == ' ') {
		n = strcspn(words, " ");
		if (n == len && !memcmp(words, word, n))
			return true;
	}
	return false;
}

/* A member's words: those of what it is, or itself. */
static void add_member(struct words *w, const cJSON *j)
{
	if (cJSON_IsString(j))
		words_add_line(w, j->valuestring);
	else
		words_read(w, j);
}

static void words_add_members(struct words *w, const cJSON *j, const char *members)
{
	char name[32];
	size_t n;

	for (; *members; members += n, members += *members == ' ') {
		n = strcspn(members, " ");
		snprintf(name, sizeof(name), "%.*s", (int)n, members);
		add_member(w, json_at(j, name));
	}
}

/* What an app gets when it is pressed or chosen is shown to nobody. */
static bool is_shown(const cJSON *j, const char *member)
{
	return is_one_of(visible, member) &&
	       (strcmp(member, "value") || !(json_at(j, "text") || json_at(j, "action_id")));
}

static void add_unknown(struct words *w, const cJSON *j)
{
	const cJSON *child;
	struct words one;

	words_begin(&one, w);
	cJSON_ArrayForEach(child, j) {
		if (cJSON_IsObject(child) || cJSON_IsArray(child))
			words_read(&one, child);
		else if (child->string && is_shown(j, child->string))
			add_member(&one, child);
	}
	if (text_blank(one.b.s))
		words_add_line(&one, json_str(j, "fallback"));
	if (w->flows)
		words_add_flat(w, &one, "");
	else if (!text_blank(one.b.s))
		add_lines(w, &one);
	words_end(&one);
}

static void add_object(struct words *w, const cJSON *j)
{
	const char *type = json_str(j, "type");
	const struct speech *s = type ? speech_of(type) : NULL;

	if (!s) {
		add_unknown(w, j);
		return;
	}
	if (!s->inside)
		words_line(w);
	if (s->say)
		s->say(w, j);
	else
		words_add_members(w, j, s->members);
}

void words_read(struct words *w, const cJSON *j)
{
	const cJSON *child;

	if (!j || w->depth >= DEEP || w->b.len > WORDS_MAX)
		return;
	w->depth++;
	if (cJSON_IsArray(j))
		cJSON_ArrayForEach(child, j)
			words_read(w, child);
	else if (cJSON_IsObject(j))
		add_object(w, j);
	w->depth--;
}

/* ---- a message ---- */

/* What Slack writes where it has only blocks and no fallback for them. */
static bool words_says_nothing(const cJSON *m, const char *text)
{
	static const char *const nothings[] = { "[no preview available]",
						"This content can't be displayed." };
	bool more = cJSON_GetArraySize(json_at(m, "blocks")) ||
		    cJSON_GetArraySize(json_at(m, "attachments"));

	for (size_t i = 0; more && text && i < sizeof(nothings) / sizeof(*nothings); i++)
		if (!strcmp(text, nothings[i]))
			return true;
	return false;
}

void words_of_message(struct buf *out, const char *place, const cJSON *m)
{
	const char *text = json_str(m, "text"), *s;
	struct words w = { .place = place };

	buf_init(&w.b, BUF_ROOMY);
	words_read(&w, json_at(m, "blocks"));
	if (text_blank(w.b.s) && !words_says_nothing(m, text)) {
		buf_reset(&w.b);
		words_add(&w, text);
	}
	words_attached(&w, m);
	while (w.b.len && strchr(" \t\n", w.b.s[w.b.len - 1]))
		buf_cut(&w.b, w.b.len - 1);
	s = w.b.s + strspn(w.b.s, " \t\n");
	buf_adds(out, s);
	buf_release(&w.b);
}
