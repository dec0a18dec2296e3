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
	return answer_saved(d, "%s · %s: %s", handle_words(d, 'E', n), moment_words(d, said_at(d)),
			    text_again(d, d->line.text));
}

static const char *update_goes(const struct deed *d)
{
	if (d->in->unheard)
		return "saved, to be posted when the bot runs";
	return is_announced(d) ? "posted in the incident's channel and where incidents are "
				 "announced"
			       : "posted in the incident's channel";
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
	node_set_int(c, "update_snoozed", &d->node.reminded[DUE_UPDATE].snoozed, 0);
	line = arena_printf(d->arena, "📣 Update from %s: %s", who_is(d, d->in->who),
			    text_for_line(d, d->line.text, handle_words(d, 'E', n)));
	say_line(d, "%s", line);
	say_short_line(d, line);
	return answer_saved(d, "Update %s (%s): %s", update_goes(d), handle_words(d, 'E', n),
			    text_again(d, d->line.text));
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
	text = d->line.text ? d->line.text : arena_printf(d->arena, MARK_SAYS "%s", marker_name(m));
	c = change_begin(d);
	n = entry_add(d, c, said_at(d), text, m);
	answer_saved(d, "%s · %s: %s%s%s", handle_words(d, 'E', n), moment_words(d, said_at(d)),
		     marker_name(m), d->line.text ? " – " : "",
		     d->line.text ? text_again(d, text) : "");
	if (before.n)
		answer_more(d, "It replaces %s (%s).", handle_words(d, 'E', before.entry),
			    moment_words(d, before.at));
	return 0;
}
