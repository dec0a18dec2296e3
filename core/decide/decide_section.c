/* Sections: impact adds a bullet, the others are replaced; change origin and title are fields of
 * the Node. */
#include "core/decide/decide_common.h"

#include <inttypes.h>
#include <string.h>

static const char *section_says(enum section s)
{
	return s == SECTION_CAUSE     ? "Root cause"
	       : s == SECTION_TRIGGER ? "Trigger"
	       : s == SECTION_LESSON  ? "Lesson"
				      : "Summary";
}

/* What stood there goes; the journal keeps it. */
static int set_aside(struct deed *d, struct change *c, enum section s)
{
	int64_t *live = arena_alloc(d->arena, LIVE_MAX * sizeof(*live));
	int count = d->rows->paras(d->rows, d->node.id, s, live, LIVE_MAX), i;

	for (i = 0; i < count; i++)
		effect_set(c, TABLE_SUMMARY + (unsigned)s, live[i], "gone", v_null(), v_int(1));
	return count;
}

/* ---- impact: each line is a bullet ---- */

/* The line break that ends the first line; spans are whole. At the end of the text if there is none. */
static const char *line_end(const char *text)
{
	const char *at = text, *end;
	struct text_part part;

	while (text_next(&at, &part)) {
		end = part.kind == TEXT_WORDS ? memchr(part.begin, '\n', part.size) : NULL;
		if (end)
			return end;
	}
	return text + strlen(text);
}

/* Without the sign that people put before a bullet; NULL: nothing is in it. */
static const char *bullet(struct deed *d, const char *s, size_t len)
{
	static const char *const signs[] = { "- ", "* ", "• ", "– " };
	size_t before = 0, n;

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		n = strlen(signs[i]);
		if (len > n && !memcmp(s, signs[i], n))
			before = n;
	}
	s += before;
	len -= before;
	for (; len && strchr(" \t\r", *s); len--)
		s++;
	while (len && strchr(" \t\r", s[len - 1]))
		len--;
	return len ? arena_strndup(d->arena, s, len) : NULL;
}

const char *bullet_next(struct deed *d, const char **text)
{
	const char *s = NULL, *end;

	while (!s && **text) {
		end = line_end(*text);
		s = bullet(d, *text, (size_t)(end - *text));
		*text = end + (*end == '\n');
	}
	return s;
}

static int add_bullets(struct deed *d)
{
	struct change *c = change_begin(d);
	const char *text = d->line.text, *s, *said = "";
	int64_t first = d->node.n_para[SECTION_IMPACT] + 1, n = first;
	bool several = text[strcspn(text, "\n")];

	while ((s = bullet_next(d, &text))) {
		n = para_add(d, c, SECTION_IMPACT, s);
		said = arena_printf(d->arena, "%s%s%s", said, several ? "\n• " : " ",
				    text_again(d, s));
	}
	if (n == first)
		return answer_saved(d, "Impact added (M%" PRId64 "):%s", n, said);
	return answer_saved(d, "Impact added (M%" PRId64 "–M%" PRId64 "):%s", first, n, said);
}

int decide_impact(struct deed *d)
{
	return read_only(d) ? 0 : add_bullets(d);
}

/* ---- the others: one text ---- */

int decide_section(struct deed *d)
{
	enum section s = (enum section)section_with(d->line.command->piece);
	struct change *c;
	int before, rc;
	int64_t n;

	if (read_only(d))
		return 0;
	c = change_begin(d);
	before = set_aside(d, c, s);
	if (before < 0)
		return before;
	n = para_add(d, c, s, d->line.text);
	rc = similar_say(d, s, d->line.text);
	if (rc < 0)
		return rc;
	return answer_saved(d, "%s %s (%s): %s", section_says(s), before ? "replaced" : "saved",
			    handle_words(d, section_letter(s), n), text_again(d, d->line.text));
}

int decide_origin(struct deed *d)
{
	enum origin o = (enum origin)d->line.origin;
	struct change *c;

	if (read_only(d))
		return 0;
	if (d->node.origin == o)
		return answer_same(d, "The change origin is already %s.", origin_name(o));
	c = change_begin(d);
	effect_set(c, TABLE_NODE, 1, "origin", v_str(origin_name(d->node.origin)),
		   v_str(origin_name(o)));
	d->node.origin = o;
	return answer_saved(d, "Change origin: %s (%s).", origin_says(o), origin_name(o));
}

int decide_title(struct deed *d)
{
	const char *title, *old = d->node.title;
	struct change *c;
	bool cut;

	if (read_only(d))
		return 0;
	title = title_from(d, d->line.text, &cut);
	if (old && !strcmp(old, title))
		return answer_same(d, "That is already the title.");
	c = change_begin(d);
	effect_set(c, TABLE_NODE, 1, "title", V_WHATEVER, v_text(title));
	links_add(d, c, title, "title", old);
	d->node.title = title;
	answer(d, VERDICT_DONE, "New title: %s", node_words(d, &d->node));
	if (cut)
		answer_more(d, "It was cut at %d characters.", TITLE_MAX);
	return 0;
}
