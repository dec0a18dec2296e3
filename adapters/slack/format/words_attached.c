/* What is attached to a message: an app's own words, or a message that somebody forwarded. */
#include "adapters/slack/format/words_private.h"

#include "adapters/json/json.h"
#include "adapters/slack/format/mrkdwn.h"
#include "core/text.h"
#include "core/time/civil.h"

#include <string.h>

static bool is_text(const char *s)
{
	return s && s[strspn(s, " \t\r\n")];
}

/* ---- an app's ---- */

static void words_attached_add_field(struct words *w, const cJSON *field)
{
	const char *title = json_str(field, "title"), *value = json_str(field, "value");

	words_add_line(w, title);
	if (is_text(title) && is_text(value))
		buf_adds(&w->b, ": ");
	else
		words_line(w);
	words_add(w, value);
}

static void add_linked(struct words *w, const char *words, const char *url)
{
	struct words label;

	if (!is_text(words))
		return;
	words_line(w);
	words_begin(&label, w);
	words_add(&label, words);
	/* Spans don't nest: words that have some of their own stay as they are, before the link. */
	if (!url || strchr(label.b.s, '\x02') || !mrkdwn_link(&w->b, url, label.b.s)) {
		buf_add(&w->b, label.b.s, label.b.len);
		if (url) {
			buf_addc(&w->b, ' ');
			words_add_link(w, url, NULL);
		}
	}
	words_end(&label);
}

/* "Grafana v9 2026-11-23 14:05 UTC" */
static void add_footer(struct words *w, const cJSON *j)
{
	int64_t s = json_int(j, "ts", -1);
	const char *footer = json_str(j, "footer");

	words_add_line(w, footer);
	if (s < 0 || s >= INT64_C(100000000000))
		return;
	if (is_text(footer))
		buf_addc(&w->b, ' ');
	else
		words_line(w);
	civil_full(&w->b, s * MS_SECOND);
}

/* Everything but who said it, and where: of a forwarded message that is said otherwise. */
static void add_body(struct words *w, const cJSON *j)
{
	const cJSON *field;

	add_linked(w, json_str(j, "title"), json_str(j, "title_link"));
	words_add_line(w, json_str(j, "text"));
	cJSON_ArrayForEach(field, json_at(j, "fields"))
		words_attached_add_field(w, field);
	words_read(w, json_at(j, "blocks"));
}

static void words_attached_add_fallback(struct words *w, const cJSON *j)
{
	const char *fallback = json_str(j, "fallback");

	if (fallback && strcmp(fallback, "[no preview available]"))
		words_add_line(w, fallback);
}

static void add_own(struct words *w, const cJSON *j)
{
	size_t before = w->b.len;

	words_add_line(w, json_str(j, "pretext"));
	add_linked(w, json_str(j, "author_name"), json_str(j, "author_link"));
	words_add_line(w, json_str(j, "author_subname"));
	add_body(w, j);
	if (w->b.len == before)
		words_attached_add_fallback(w, j);
	add_footer(w, j);
}

/* ---- a forwarded message ---- */

bool words_is_forwarded(const cJSON *j)
{
	/* The preview of a link to a message has the link as somebody wrote it. */
	return json_true(j, "is_share") ||
	       ((json_true(j, "is_msg_unfurl") || json_at(j, "message_blocks")) &&
		!json_str(j, "original_url"));
}

/* As rich as it was said, else as Slack has summed it up. */
static void add_forwarded_words(struct words *w, const cJSON *j)
{
	size_t before = w->b.len;
	const cJSON *m;

	cJSON_ArrayForEach(m, json_at(j, "message_blocks"))
		words_read(w, json_at(m, "message.blocks"));
	if (text_blank(w->b.s + before)) {
		buf_cut(&w->b, before);
		words_add_line(w, json_str(j, "pretext"));
		add_body(w, j);
	}
	words_attached(w, j); /* what that message had attached */
}

static void add_author(struct words *w, const cJSON *j)
{
	const char *id = json_str(j, "author_id");
	static const char *const names[] = { "author_name", "author_subname" };

	buf_adds(&w->b, "Forwarded from ");
	if (id && mrkdwn_id(id, strlen(id))) {
		words_add_ref(w, text_add_person, id);
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!is_text(json_str(j, names[i])))
			continue;
		words_add(w, json_str(j, names[i]));
		return;
	}
	buf_adds(&w->b, "somebody");
}

/* "Forwarded from @kim: the pool is full" and, on a line of its own, where that stands. */
static void add_forwarded(struct words *w, const cJSON *j)
{
	struct words said;
	const char *link = json_str(j, "from_url");

	words_begin(&said, w);
	add_forwarded_words(&said, j);
	if (text_blank(said.b.s))
		words_attached_add_fallback(&said, j);
	words_line(w);
	add_author(w, j);
	if (!text_blank(said.b.s)) {
		buf_adds(&w->b, ": ");
		buf_add(&w->b, said.b.s, said.b.len);
	}
	words_end(&said);
	if (link) {
		words_line(w);
		words_add_link(w, link, "the message");
	}
}

/* ---- */

/* Slack looked up a link that was said: nobody said what it found. */
static bool is_preview(const cJSON *j)
{
	return json_str(j, "from_url") || json_str(j, "original_url") ||
	       json_true(j, "is_app_unfurl") || json_str(j, "app_unfurl_url");
}

void words_attached(struct words *w, const cJSON *m)
{
	const cJSON *j;

	if (w->depth > 3) /* forwarded within forwarded */
		return;
	w->depth++;
	cJSON_ArrayForEach(j, json_at(m, "attachments")) {
		if (w->b.len > WORDS_MAX)
			break;
		if (words_is_forwarded(j))
			add_forwarded(w, j);
		else if (!is_preview(j))
			add_own(w, j);
	}
	w->depth--;
}
