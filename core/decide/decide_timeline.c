/* What goes on the timeline and nowhere else: note, update, mark. */
#include "core/decide/decide_common.h"

#include <string.h>

int decide_note(struct deed *d)
{
	struct change *c;
	int64_t n;

	if (read_only(d))
		return 0;
	c = change_begin(d);
	n = entry_add(d, c, said_at(d), d->line.text, MARKER_NONE);
	return answer(d, VERDICT_DONE, "Noted as %s on %s, at %s.", handle_words(d, 'E', n),
		      d->node.id, moment_words(d, said_at(d)));
}

int decide_update(struct deed *d)
{
	const char *line;
	struct change *c;
	int64_t n;

	if (read_only(d))
		return 0;
	c = change_begin(d);
	n = entry_add(d, c, d->in->now_ms, d->line.text, MARKER_NONE);
	node_set_int(c, "update_at", &d->node.update_at, d->in->now_ms);
	line = arena_printf(d->arena, "📣 Update from %s: %s", who_is(d, d->in->who),
			    text_for_line(d, d->line.text, handle_words(d, 'E', n)));
	say_line(d, "%s", line);
	say_short_line(d, line);
	if (d->in->unheard)
		return answer(
			d, VERDICT_DONE,
			"Update kept as %s on %s. It will be posted when the bot runs. The status stays %s.",
			handle_words(d, 'E', n), d->node.id, status_name(d->node.status));
	return answer(d, VERDICT_DONE,
		      "Update posted in the incident's channel%s, and kept as %s on %s. The status "
		      "stays %s.",
		      is_announced(d) ? " and where incidents are announced" : "",
		      handle_words(d, 'E', n), d->node.id, status_name(d->node.status));
}

int decide_mark(struct deed *d)
{
	enum marker m = (enum marker)d->line.marker;
	struct marked before = d->node.markers[m];
	struct change *c;
	const char *text;
	int64_t n;

	if (read_only(d))
		return 0;
	text = d->line.text ? d->line.text : arena_printf(d->arena, "Marked: %s", marker_name(m));
	c = change_begin(d);
	n = entry_add(d, c, said_at(d), text, m);
	answer(d, VERDICT_DONE, "Marked on %s: %s at %s, as %s.", d->node.id, marker_name(m),
	       moment_words(d, said_at(d)), handle_words(d, 'E', n));
	if (before.n)
		answer_more(d, "It counts instead of %s (%s).", handle_words(d, 'E', before.entry),
			    moment_words(d, before.at));
	return 0;
}
