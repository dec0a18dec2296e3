/* Rich text, and Markdown, which apps of the newer kind write instead. */
#include "adapters/slack/format/words_private.h"

#include "adapters/json/json.h"
#include "core/text.h"
#include "core/time/civil.h"

#include <string.h>

/* ---- elements: words in them are plain, nothing is escaped or marked ---- */

/* Bold and the like is no words. Code keeps its ticks, as in a text: they say that it is to the letter. */
void words_text(struct words *w, const cJSON *j)
{
	const char *text = json_str(j, "text"), *tick = json_true(j, "style.code") ? "`" : "";

	if (!text)
		return;
	buf_adds(&w->b, tick);
	text_add_words(&w->b, text, strlen(text));
	buf_adds(&w->b, tick);
}

void words_link(struct words *w, const cJSON *j)
{
	static const char *const labels[] = { "text",	       "label", "title",   "name",
					      "display_value", "value", "fallback" };
	const char *label = NULL;
	size_t i;

	for (i = 0; i < sizeof(labels) / sizeof(*labels) && (!label || !*label); i++)
		label = json_str(j, labels[i]);
	words_add_link(w, json_str(j, "url"), label);
}

void words_person(struct words *w, const cJSON *j)
{
	words_add_ref(w, text_add_person, json_str(j, "user_id"));
}

void words_channel(struct words *w, const cJSON *j)
{
	words_add_ref(w, text_add_channel, json_str(j, "channel_id"));
}

void words_group(struct words *w, const cJSON *j)
{
	words_add_ref(w, text_add_group, json_str(j, "usergroup_id"));
}

void words_broadcast(struct words *w, const cJSON *j)
{
	if (json_str(j, "range"))
		text_add_broadcast(&w->b, json_str(j, "range"));
}

void words_emoji(struct words *w, const cJSON *j)
{
	const char *name = json_str(j, "name");

	if (!name)
		return;
	buf_addc(&w->b, ':');
	text_add_words(&w->b, name, strlen(name));
	buf_addc(&w->b, ':');
}

void words_date(struct words *w, const cJSON *j)
{
	const char *fallback = json_str(j, "fallback");
	int64_t s = json_int(j, "timestamp", -1);

	if (fallback && *fallback)
		text_add_words(&w->b, fallback, strlen(fallback));
	else if (s >= 0 && s < INT64_C(100000000000))
		civil_full(&w->b, s * MS_SECOND);
}

void words_color(struct words *w, const cJSON *j)
{
	const char *value = json_str(j, "value");

	if (value)
		text_add_words(&w->b, value, strlen(value));
}

/* With the marks that Slack shows before the items, and writes into `text`. */
void words_list(struct words *w, const cJSON *j)
{
	const char *style = json_str(j, "style");
	int64_t n = json_int(j, "offset", 0);
	const cJSON *item;

	cJSON_ArrayForEach(item, json_at(j, "elements")) {
		struct words one;

		words_begin(&one, w);
		words_read(&one, item);
		if (!text_blank(one.b.s)) {
			words_line(w);
			if (style && !strcmp(style, "ordered"))
				buf_addf(&w->b, "%lld. ", (long long)++n);
			else if (style && !strcmp(style, "bullet"))
				buf_adds(&w->b, "• ");
			buf_add(&w->b, one.b.s, one.b.len);
		}
		words_end(&one);
	}
}

/* ---- Markdown: its words and links; the marks are no words ---- */

/* "[label](url)" or "![alt](url)" at s: how long it is, 0 if it is none. */
static size_t markdown_link(struct words *w, const char *s, const char *end)
{
	const char *open = s + (*s == '!'), *close, *stop;
	char *label, *url;
	struct arena a;

	close = *open == '[' ? memchr(open, ']', (size_t)(end - open)) : NULL;
	if (!close || close + 1 >= end || close[1] != '(')
		return 0;
	stop = memchr(close, ')', (size_t)(end - close));
	if (!stop)
		return 0;
	arena_init(&a);
	label = arena_strndup(&a, open + 1, (size_t)(close - open - 1));
	url = arena_strndup(&a, close + 2, (size_t)(stop - close - 2));
	url[strcspn(url, " ")] = '\0'; /* a title may come behind it */
	words_add_link(w, *s == '!' ? NULL : url, label);
	arena_release(&a);
	return (size_t)(stop + 1 - s);
}

/* A bare address: how long it is. */
static size_t bare_link(struct words *w, const char *s, const char *end)
{
	size_t n = strcspn(s, " \t\r\n<>|()[]\"*`");
	struct arena a;

	if (strncmp(s, "https://", 8) && strncmp(s, "http://", 7))
		return 0;
	while (n && strchr(".,;:!?'", s[n - 1]))
		n--;
	if (n > (size_t)(end - s))
		n = (size_t)(end - s);
	arena_init(&a);
	words_add_link(w, arena_strndup(&a, s, n), NULL);
	arena_release(&a);
	return n;
}

static size_t markdown_marks(const char *s)
{
	return !strncmp(s, "**", 2) || !strncmp(s, "~~", 2) ? 2 : 0;
}

static void markdown_line(struct words *w, const char *s, const char *end)
{
	size_t hashes = strspn(s, "#"), n;
	const char *words = s;

	if (hashes && hashes < 7 && s[hashes] == ' ')
		words = s += hashes + 1;
	for (; s < end; s += n) {
		n = markdown_marks(s);
		if (!n && (*s == '[' || *s == '!' || *s == 'h')) {
			text_add_words(&w->b, words, (size_t)(s - words));
			words = s;
			n = *s == 'h' ? bare_link(w, s, end) : markdown_link(w, s, end);
		} else if (n) {
			text_add_words(&w->b, words, (size_t)(s - words));
		}
		if (n)
			words = s + n;
		else
			n = 1;
	}
	if (words < end)
		text_add_words(&w->b, words, (size_t)(end - words));
}

void words_markdown(struct words *w, const cJSON *j)
{
	const char *s = json_str(j, "text"), *end;

	for (; s && *s && w->b.len <= WORDS_MAX; s = *end ? end + 1 : end) {
		end = s + strcspn(s, "\n");
		if (!strncmp(s + strspn(s, " "), "```", 3))
			continue;
		words_line(w);
		markdown_line(w, s, end);
	}
}
