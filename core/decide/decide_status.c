/* Status moves. What exists is node.c's table; what goes with a move is here. */
#include "core/decide/merged.h"

#include "core/show/show.h"

#include <string.h>

/* ---- the moves that exist, in words ---- */

static const char *move_line(enum status to)
{
	switch (to) {
	case STATUS_DONE:
		return "resolve";
	case STATUS_ARCHIVED:
		return "archive";
	case STATUS_CANCELLED:
		return "cancel WHY";
	case STATUS_MERGED:
		return "merge ID";
	default:
		return NULL;
	}
}

/* A command that this program doesn't have is no move for people. */
static bool offered(const char *line)
{
	return command_word(line, strcspn(line, " ")) != NULL;
}

static const char *moves_from(struct deed *d, enum status from)
{
	const char *line, *all = "";
	bool reopen = false;
	enum status to;

	for (to = 0; to < STATUSES; to++) {
		reopen |= status_move(from, to) == MOVE_REOPEN;
		if (status_move(from, to) != MOVE_SAY)
			continue;
		line = move_line(to);
		if (!line)
			line = arena_printf(d->arena, "status %s", status_name(to));
		if (offered(line))
			all = arena_printf(d->arena, "%s%s%s", all, *all ? ", " : "",
					   to_type(d, line));
	}
	if (reopen)
		all = arena_printf(d->arena, "%s%s%s", all, *all ? ", " : "",
				   to_type(d, "reopen WHY"));
	return all;
}

bool no_move(struct deed *d, enum status to)
{
	enum status from = d->node.status;

	if (status_move(from, to) == MOVE_SAY)
		return false;
	if (status_move(from, to) == MOVE_SAME)
		answer_same(d, "The status is already %s.", status_name(from));
	else
		answer_refuse(d, "%s is %s. From there it can't become %s.",
			      node_words(d, &d->node), status_name(from), status_name(to));
	if (d->line.has_when && status_marker(to) != MARKER_NONE)
		answer_more(d, "To set when it happened: %s",
			    to_type(d, arena_printf(d->arena, "mark %s WHEN",
						    marker_name(status_marker(to)))));
	answer_more(d, "Next: %s", moves_from(d, from));
	return true;
}

/* ---- parts of a move ---- */

/* Live markers beyond a status that the Node goes back to: they were true, and aren't any more. */
static int markers_aside(struct deed *d, struct change *c, enum status to, const char **said)
{
	enum marker *m = arena_alloc(d->arena, LIVE_MAX * sizeof(*m));
	struct marked *at = arena_alloc(d->arena, LIVE_MAX * sizeof(*at));
	int count = d->rows->live_markers(d->rows, d->node.id, m, at, LIVE_MAX), i;

	*said = "";
	for (i = 0; i < count; i++) {
		if (!marker_beyond(m[i], to))
			continue;
		effect_set(c, TABLE_MARKER, at[i].n, "state", v_str("live"), v_str("aside"));
		if (d->node.markers[m[i]].n)
			*said = arena_printf(d->arena, "%s%s%s", *said, **said ? ", " : "",
					     marker_name(m[i]));
		d->node.markers[m[i]] = (struct marked){ 0 };
	}
	return count < 0 ? count : 0;
}

static const char *move_words(struct deed *d, enum status from, enum status to)
{
	return d->line.text ? d->line.text
			    : arena_printf(d->arena, STATUS_SAYS "%s → %s", status_name(from),
					   status_name(to));
}

static void say_move(struct deed *d, enum status from, const char *entry)
{
	const char *text = d->line.text;

	say_line(d, "%s: %s → %s%s%s", who_is(d, d->in->who), status_name(from),
		 status_name(d->node.status), text ? ". " : "",
		 text ? text_for_line(d, text, entry) : "");
}

/* "📦 @Sarah archived the incident." */
static void say_end(struct deed *d, const char *emoji, const char *did, const char *entry)
{
	const char *text = d->line.text;

	say_line(d, "%s %s %s the incident%s%s", emoji, who_is(d, d->in->who), did,
		 entry && text ? ": " : ".", entry && text ? text_for_line(d, text, entry) : "");
}

/* ---- the commands ---- */

/* It was said to have happened before what was said last: only the marker is news. */
static int mark_only(struct deed *d, enum status to)
{
	enum marker m = status_marker(to);
	struct change *c = change_begin(d);
	const char *text = d->line.text ? d->line.text
					: arena_printf(d->arena, STATUS_SAYS "%s", status_name(to));
	int64_t n = entry_add(d, c, d->line.when, text, m);

	answer_saved(d, "%s · %s: %s%s%s", handle_words(d, 'E', n), moment_words(d, d->line.when),
		     m == MARKER_NONE ? status_name(to) : marker_name(m), d->line.text ? ". " : "",
		     d->line.text ? text_again(d, d->line.text) : "");
	answer_more(d, "The status stays %s: it was set at a later time.",
		    status_name(d->node.status));
	return 0;
}

static void answer_aside(struct deed *d, const char *markers)
{
	if (*markers)
		answer_more(d, "Removed from the durations: %s.", markers);
}

static int move(struct deed *d, enum status to)
{
	enum status from = d->node.status;
	struct change *c = change_begin(d);
	const char *aside = "", *entry;
	int64_t n;
	int rc = 0;

	if (to < from)
		rc = markers_aside(d, c, to, &aside);
	if (rc < 0)
		return rc;
	n = entry_add(d, c, said_at(d), move_words(d, from, to), status_marker(to));
	entry = handle_words(d, 'E', n);
	node_set_status(d, c, to);
	node_set_int(c, "status_at", &d->node.status_at, said_at(d));
	say_move(d, from, entry);
	answer_saved(d, "%s · %s: %s → %s%s%s", entry, moment_words(d, said_at(d)),
		     status_name(from), status_name(to), d->line.text ? ". " : "",
		     d->line.text ? text_again(d, d->line.text) : "");
	answer_aside(d, aside);
	return 0;
}

int decide_status(struct deed *d)
{
	enum status to = (enum status)d->line.status;

	if (to == STATUS_DONE)
		return decide_as(d, VERB_RESOLVE);
	if (to == STATUS_ARCHIVED)
		return decide_as(d, VERB_ARCHIVE);
	if (no_move(d, to))
		return 0;
	if (to == STATUS_CANCELLED && !d->line.text)
		return answer_refuse(d, "Add the reason: %s", to_type(d, "cancel WHY"));
	if (to == STATUS_CANCELLED)
		return decide_as(d, VERB_CANCEL);
	if (to == STATUS_MERGED)
		return answer_refuse(d, "%s can't be set with %s. Nothing was changed.",
				     status_name(to), to_type(d, "status"));
	if (d->line.has_when && d->line.when < d->node.status_at)
		return mark_only(d, to);
	return move(d, to);
}

int decide_resolve(struct deed *d)
{
	enum status from = d->node.status;
	struct change *c;
	const char *line;
	int64_t n;
	int rc;

	if (no_move(d, STATUS_DONE))
		return 0;
	c = change_begin(d);
	n = entry_add(d, c, said_at(d), move_words(d, from, STATUS_DONE), MARKER_RESOLVED);
	node_set_status(d, c, STATUS_DONE);
	node_set_int(c, "status_at", &d->node.status_at, said_at(d));
	node_set_int(c, "closed_at", &d->node.closed_at, d->in->now_ms);
	node_set_int(c, "report", &d->node.report, d->node.report + 1);
	node_set_int(c, "report_void", &d->node.report_void, 0);
	rc = span_close(d, c, d->in->now_ms);
	if (rc < 0)
		return rc;
	say_line(d, "✅ %s resolved the incident.%s%s", who_is(d, d->in->who),
		 d->line.text ? " " : "",
		 d->line.text ? text_for_line(d, d->line.text, handle_words(d, 'E', n)) : "");
	say(d, SAY_REPORT)->generation = d->node.report;
	say(d, SAY_FILE)->generation = d->node.report;
	line = arena_printf(
		d->arena, "✅ Resolved: %s%s%s", node_words(d, &d->node), d->line.text ? " – " : "",
		d->line.text ? text_for_line(d, d->line.text, handle_words(d, 'E', n)) : "");
	say_short_line(d, line);
	if (is_announced(d))
		say(d, SAY_SHORT_REPORT)->generation = d->node.report;
	answer(d, VERDICT_DONE, "%s is resolved · %s", subject_words(d),
	       moment_words(d, said_at(d)));
	answer_more(d, "Its postmortem %s.",
		    d->in->unheard ? "will be posted in its channel when the bot runs"
				   : "is posted in its channel");
	return answer_missing_count(d);
}

int decide_postmortem(struct deed *d)
{
	const struct head *h = &d->node;
	struct buf b;

	if (!h->report) {
		answer(d, VERDICT_READ, "%s has no postmortem yet: %s posts it.", node_words(d, h),
		       to_type(d, "resolve"));
		return answer_missing(d);
	}
	buf_init(&b, BUF_ROOMY);
	if (h->channel)
		text_add_channel(&b, h->channel, h->channel_name);
	else
		buf_adds(&b, "its channel");
	say(d, SAY_FILE)->generation = h->report;
	answer(d, VERDICT_DONE, "The postmortem of %s is in %s%s. It updates itself; %s.",
	       node_words(d, h), deed_keep(d, &b),
	       h->report_void ? arena_printf(d->arena, ", headed “%s”", report_heading(h)) : "",
	       d->in->unheard ? "the file will be posted again when the bot runs"
			      : "I've posted the file again");
	return answer_missing(d);
}

int decide_archive(struct deed *d)
{
	struct change *c;

	if (no_move(d, STATUS_ARCHIVED))
		return 0;
	c = change_begin(d);
	node_set_status(d, c, STATUS_ARCHIVED);
	node_set_int(c, "status_at", &d->node.status_at, d->in->now_ms);
	say_end(d, "📦", "archived", NULL);
	say(d, SAY_FILE)->generation = d->node.report;
	return answer(d, VERDICT_DONE,
		      "%s is archived. It is read-only (items can still be changed); the channel "
		      "stays open. To write again: %s",
		      subject_words(d), to_type(d, "reopen WHY"));
}

int decide_cancel(struct deed *d)
{
	const char *text;
	struct change *c;
	int64_t n;
	int rc;

	if (no_move(d, STATUS_CANCELLED))
		return 0;
	text = text_of_line(d, &d->line);
	c = change_begin(d);
	n = entry_add(d, c, d->in->now_ms, text, MARKER_NONE);
	node_set_status(d, c, STATUS_CANCELLED);
	node_set_int(c, "status_at", &d->node.status_at, d->in->now_ms);
	node_set_int(c, "closed_at", &d->node.closed_at, d->in->now_ms);
	rc = span_close(d, c, d->in->now_ms);
	if (rc < 0)
		return rc;
	say_end(d, "🚫", "cancelled", handle_words(d, 'E', n));
	return answer(d, VERDICT_DONE, "%s is cancelled: %s", subject_words(d),
		      text_again(d, d->line.text));
}

/* ---- reopening ---- */

int channel_taken(struct deed *d)
{
	struct head open;
	int rc;

	if (!d->node.channel)
		return 0;
	rc = d->rows->node_open_in(d->rows, d->node.channel, d->arena, &open);
	if (rc <= 0)
		return rc;
	rc = node_seen(d, &open);
	if (rc >= 0)
		answer_refuse(d,
			      "%s is open in its channel, and a channel has one open incident at "
			      "most. Resolve that one first%s",
			      rc ? node_words(d, &open) : "Another incident",
			      rc ? arena_printf(d->arena, ": %s",
						to_type(d, node_line(d, &open, "resolve")))
				 : ".");
	return rc < 0 ? rc : 1;
}

int decide_reopen(struct deed *d)
{
	enum status from = d->node.status, to;
	const char *text, *aside, *line;
	struct head into = { .status = STATUS_OPEN };
	struct change *c;
	int64_t n;
	int rc;

	if (status_open(from))
		return answer(d, VERDICT_READ, "%s is already open (%s).", node_words(d, &d->node),
			      status_name(from));
	rc = channel_taken(d);
	if (rc)
		return rc < 0 ? rc : 0;
	if (from == STATUS_MERGED && d->node.merged_into)
		rc = d->rows->node_id(d->rows, d->node.merged_into, d->arena, &into);
	if (rc < 0)
		return rc;
	to = from == STATUS_MERGED ? d->node.before_merge : STATUS_INVESTIGATING;
	text = text_of_line(d, &d->line);
	c = change_begin(d);
	rc = markers_aside(d, c, to, &aside);
	if (rc < 0)
		return rc;
	n = entry_add(d, c, d->in->now_ms, text, MARKER_NONE);
	node_set_status(d, c, to);
	node_set_int(c, "status_at", &d->node.status_at, d->in->now_ms);
	node_set_int(c, "closed_at", &d->node.closed_at, 0);
	node_set_int(c, "update_from", &d->node.update_from, d->in->now_ms);
	node_set_int(c, due_rows[DUE_POSTMORTEM].snoozed, &d->node.reminded[DUE_POSTMORTEM].snoozed,
		     0);
	node_set_int(c, "report_void", &d->node.report_void, d->node.report ? REPORT_REOPENED : 0);
	if (from == STATUS_MERGED)
		effect_set(c, TABLE_NODE, 1, "before_merge", v_str(status_name(to)), v_null());
	node_set_string(c, "merged_into", &d->node.merged_into, NULL);
	span_open(d, c, d->in->now_ms);
	say_end(d, "🔁", "reopened", handle_words(d, 'E', n));
	line = arena_printf(d->arena, "🔁 Reopened: %s – %s", node_words(d, &d->node),
			    text_for_line(d, d->line.text, handle_words(d, 'E', n)));
	say_short_line(d, line);
	answer(d, VERDICT_DONE, "%s is open again (%s): %s", subject_words(d), status_name(to),
	       text_again(d, d->line.text));
	answer_aside(d, aside);
	return *into.id ? merged_part(d, &into) : 0;
}
