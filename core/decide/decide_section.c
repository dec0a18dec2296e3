/* Sections: impact adds a bullet, the others are replaced; change origin and title are fields of
 * the Node. */
#include "core/decide/decide_common.h"

#include <string.h>

static const char *section_says(enum section s)
{
	return s == SECTION_IMPACT    ? "Impact"
	       : s == SECTION_CAUSE   ? "Root cause"
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

int decide_section(struct deed *d)
{
	enum section s = (enum section)section_with(d->line.command->piece);
	struct change *c;
	int before = 0, rc;
	int64_t n;

	if (read_only(d))
		return 0;
	c = change_begin(d);
	if (s != SECTION_IMPACT)
		before = set_aside(d, c, s);
	if (before < 0)
		return before;
	n = para_add(d, c, s, d->line.text);
	rc = similar_say(d, s, d->line.text);
	if (rc < 0)
		return rc;
	return answer_saved(d, "%s %s (%s): %s", section_says(s),
			    s == SECTION_IMPACT ? "added"
			    : before		? "replaced"
						: "saved",
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
