/*
 * The clock is behind what reminders follow from: it was ahead, and was set right. What was said then was said a moment
 * ago at the most, so that the next time comes as it does behind any other; what was put off stays put off as long.
 */
#include "core/decide/decide_common.h"

#include <string.h>

#define PUT_OFF_MOST (2 * MS_DAY) /* "tomorrow 9:00" is sooner than that */

/* How far ahead it lies, 0: it may be right. */
static int64_t ahead_by(const struct deed *d, int64_t at)
{
	return at > d->in->now_ms + DUE_AHEAD_MS ? at - d->in->now_ms : 0;
}

static struct change *clock_change(struct deed *d)
{
	struct change *c = d->out->changes;

	if (!c)
		c = change_of(d, "reminded");
	d->out->verdict = VERDICT_DONE;
	return c;
}

/* Until when it is put off by the clock of now: as long as before, an hour if nobody can say. */
static int64_t put_off(const struct deed *d, int64_t said_ahead, int64_t until)
{
	if (said_ahead && until > d->in->now_ms + said_ahead)
		return until - said_ahead;
	if (until > d->in->now_ms + PUT_OFF_MOST)
		return d->in->now_ms + MS_HOUR;
	return until;
}

static void clock_node_int(struct deed *d, const char *field, int64_t *now, int64_t to)
{
	if (*now != to)
		node_set_int(clock_change(d), field, now, to);
}

static void clock_reminded(struct deed *d, int kind)
{
	struct reminded *r = &d->node.reminded[kind];
	int64_t ahead = ahead_by(d, r->said);

	clock_node_int(d, due_rows[kind].snoozed, &r->snoozed, put_off(d, ahead, r->snoozed));
	if (ahead)
		clock_node_int(d, due_rows[kind].said, &r->said, d->in->now_ms);
}

static void clock_since(struct deed *d, const char *field, int64_t *since)
{
	if (ahead_by(d, *since))
		clock_node_int(d, field, since, d->in->now_ms);
}

/* It was declared when the clock was ahead; that stays as it was said, and what counts from it counts from now. */
static void clock_declared(struct deed *d)
{
	struct head *h = &d->node;
	struct reminded *captain = &h->reminded[DUE_CAPTAIN];

	if (!ahead_by(d, h->declared_at))
		return;
	if (!h->update_at && !h->update_from)
		clock_node_int(d, "update_from", &h->update_from, d->in->now_ms);
	if (!captain->said && !captain->snoozed && d->set->remind_captain_ms)
		clock_node_int(d, due_rows[DUE_CAPTAIN].snoozed, &captain->snoozed,
			       d->in->now_ms + d->set->remind_captain_ms);
}

/* And so with its end: the third day is that of now. */
static int clock_closed(struct deed *d)
{
	struct reminded *r = &d->node.reminded[DUE_POSTMORTEM];
	const char *who = due_person(DUE_POSTMORTEM, &d->node, NULL);
	struct person p = { 0 };
	struct zone zone;
	int rc;

	if (!ahead_by(d, d->node.closed_at) || r->said || r->snoozed || !who)
		return 0;
	rc = d->rows->person(d->rows, who, d->arena, &p);
	if (rc < 0)
		return rc;
	zone = due_zone(&p, d->zones);
	clock_node_int(d, due_rows[DUE_POSTMORTEM].snoozed, &r->snoozed,
		       due_nine(&zone, d->in->now_ms, 3));
	return 0;
}

static int clock_items(struct deed *d)
{
	struct item *open = arena_alloc(d->arena, LIVE_MAX * sizeof(*open));
	int count = d->rows->open_items(d->rows, d->node.id, d->arena, open, LIVE_MAX);

	for (int i = 0; i < count; i++) {
		int64_t ahead = ahead_by(d, open[i].reminded_at);
		int64_t until = put_off(d, ahead, open[i].snoozed_until);

		if (until != open[i].snoozed_until)
			effect_set(clock_change(d), TABLE_ITEM, open[i].n, "snoozed_until",
				   v_int(open[i].snoozed_until), v_int(until));
		if (ahead)
			effect_set(clock_change(d), TABLE_ITEM, open[i].n, "reminded_at",
				   v_int(open[i].reminded_at), v_int(d->in->now_ms));
	}
	return count < 0 ? count : 0;
}

int on_clock_set(struct deed *d)
{
	int rc = *d->in->node ? d->rows->node_id(d->rows, d->in->node, d->arena, &d->node) : 0;

	if (rc <= 0)
		return rc;
	for (int kind = 0; kind < NODE_DUES; kind++)
		clock_reminded(d, kind);
	clock_since(d, "update_at", &d->node.update_at);
	clock_since(d, "update_from", &d->node.update_from);
	if (status_open(d->node.status))
		clock_declared(d);
	rc = d->node.status == STATUS_DONE ? clock_closed(d) : 0;
	return rc < 0 ? rc : clock_items(d);
}
