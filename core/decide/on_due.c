/*
 * The time of something has come: a reminder is said, if there is still something to remind of. That it was said is a
 * fact of the Node, from which core/due.c knows when it comes again; so it is said once, whatever happens in between.
 */
#include "core/decide/decide_common.h"

#include "core/show/show.h"

#include <inttypes.h>
#include <string.h>

#define ITEM_POINTS 300	  /* of an item's text, as its owner reads it */
#define MISSING_SHOWN 5	  /* of what a postmortem lacks */
#define DIGEST_SHOWN 20	  /* items */
#define DIGEST_LOOKED 500 /* that it counts */
#define DIGEST_POINTS 120

static const char *duration_words(struct deed *d, int64_t ms)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	civil_duration(&b, ms > 0 ? ms : 0);
	return deed_keep(d, &b);
}

/* The Node was reminded of a kind of its own. */
static struct change *due_said(struct deed *d, int kind)
{
	struct change *c = change_of(d, "reminded");

	node_set_int(c, due_rows[kind].said, &d->node.reminded[kind].said, d->in->now_ms);
	d->out->verdict = VERDICT_DONE;
	return c;
}

static void remind(struct deed *d, int kind, const char *text)
{
	struct letter *s = say(d, SAY_REMIND);

	due_said(d, kind);
	s->text = text;
	s->gives = due_rows[kind].name;
	s->generation = d->in->now_ms;
}

static struct due_clock clock_of(const struct deed *d)
{
	return (struct due_clock){ .now = d->in->now_ms, .set = d->in->due.clock_set };
}

/* The Node's facts as they count. */
static struct head node_bent(const struct deed *d)
{
	const struct due_clock clock = clock_of(d);
	struct head h = d->node;

	due_bend(&h, NULL, &clock);
	return h;
}

/* ---- in the Node's channel ---- */

static int remind_update(struct deed *d)
{
	const struct head h = node_bent(d);
	int64_t since = due_update_since(&h);

	remind(d, DUE_UPDATE,
	       arena_printf(d->arena, "⏰ No update for %s. People outside are waiting: %s",
			    duration_words(d, d->in->now_ms - since), to_type(d, "update …")));
	return 0;
}

static int remind_captain(struct deed *d)
{
	const struct head h = node_bent(d);

	remind(d, DUE_CAPTAIN,
	       arena_printf(d->arena, "⏰ No captain for %s. To take it: %s",
			    duration_words(d, d->in->now_ms - h.declared_at),
			    to_type(d, "captain")));
	return 0;
}

/* ---- by a DM ---- */

static void remind_by_dm(struct deed *d, const char *person, const char *text, const char *gives)
{
	struct letter *s = say(d, SAY_REMIND_DM);

	s->person = person;
	s->text = arena_printf(d->arena, "⏰ %s\n%s", text, node_words(d, &d->node));
	s->gives = gives;
	s->generation = d->in->now_ms;
}

static const char *missing_words(struct deed *d, const char **keys, size_t count)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	for (size_t i = 0; i < count && i < MISSING_SHOWN; i++) {
		buf_adds(&b, "\n• ");
		missing_says(&b, keys[i]);
	}
	if (count > MISSING_SHOWN)
		buf_addf(&b, "\n… and %zu more", count - MISSING_SHOWN);
	return deed_keep(d, &b);
}

/* For so long after the end; whoever was away longer than that doesn't begin with old ones. */
static int remind_postmortem(struct deed *d)
{
	const char **keys;
	struct view v;
	size_t count;
	int rc;

	if (d->in->now_ms > d->node.closed_at + LIVES_ON_MS)
		return 0;
	rc = d->rows->view(d->rows, d->node.id, VIEW_FULL, d->arena, &v);
	if (rc <= 0)
		return rc;
	count = missing_of(&v, d->arena, &keys);
	if (!count)
		return 0;
	due_said(d, DUE_POSTMORTEM);
	remind_by_dm(d, d->node.captain,
		     arena_printf(d->arena, "The postmortem isn't complete. Still missing:%s",
				  missing_words(d, keys, count)),
		     due_rows[DUE_POSTMORTEM].name);
	return 0;
}

/* As that one is, and another. */
static bool is_overdue(struct deed *d, const struct item *i, const struct item *like,
		       const struct zone *z)
{
	const struct due_facts f = {
		.head = &d->node, .item = i, .zone = *z, .set = d->set, .clock = clock_of(d)
	};
	int64_t at;

	if (i->n == like->n || !i->owner || strcmp(i->owner, like->owner) != 0)
		return false;
	at = due_at(DUE_ITEM, &f);
	return at && at <= d->in->now_ms;
}

/* A message stays, so its date isn't "yesterday". */
static const char *overdue_words(struct deed *d, const struct item *i)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	buf_addf(&b, "%" PRId64 " %s (due ", i->n, text_upto(d, view_text(i->text), ITEM_POINTS));
	civil_day(&b, i->due, d->node.year);
	buf_addc(&b, ')');
	return deed_keep(d, &b);
}

struct overdue_list { /* of one owner, as one DM says it */
	struct change *change;
	const char *words, *gives;
	int count;
};

static void overdue_say(struct deed *d, struct overdue_list *l, const struct item *i)
{
	effect_set(l->change, TABLE_ITEM, i->n, "reminded_at", v_int(i->reminded_at),
		   v_int(d->in->now_ms));
	l->gives = arena_printf(d->arena, "%s %" PRId64, l->gives, i->n);
	l->words = arena_printf(d->arena, "%s\n• %s", l->words, overdue_words(d, i));
	l->count++;
}

/* All that its owner has overdue on this Node goes with it: one DM, and each is counted as said. */
static int remind_items(struct deed *d, const struct item *item, const struct zone *z)
{
	struct item *open = arena_alloc(d->arena, LIVE_MAX * sizeof(*open));
	int count = d->rows->open_items(d->rows, d->node.id, d->arena, open, LIVE_MAX), i;
	struct overdue_list l = { .words = "", .gives = due_rows[DUE_ITEM].name };

	if (count < 0)
		return count;
	l.change = change_of(d, "reminded");
	overdue_say(d, &l, item);
	for (i = 0; i < count && l.count < LINE_NUMBERS_MAX; i++)
		if (is_overdue(d, &open[i], item, z))
			overdue_say(d, &l, &open[i]);
	d->out->verdict = VERDICT_DONE;
	remind_by_dm(d, item->owner,
		     l.count == 1 ? arena_printf(d->arena, "Overdue: %s", overdue_words(d, item))
				  : arena_printf(d->arena, "%d of your items are overdue:%s",
						 l.count, l.words),
		     l.gives);
	return 0;
}

/* ---- the week's digest ---- */

/* By name: nobody is called to a list. */
static const char *digest_item(struct deed *d, const struct overdue *o, int year)
{
	struct names *names = &d->rows->names;
	const char *owner =
		o->owner ? names->name(names, TEXT_PERSON, o->owner, strlen(o->owner)) : "no owner";
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	buf_addf(&b, "\n• %s · %" PRId64 " ", o->node, o->n);
	text_words(&b, text_upto(d, view_text(o->text), DIGEST_POINTS), names);
	buf_addf(&b, " — %s, due ", owner ? owner : "somebody");
	civil_day(&b, o->due, year);
	return deed_keep(d, &b);
}

static bool is_shown(const struct deed *d, const struct overdue *o)
{
	return o->priority != PRIORITY_LOW || d->set->announce_low;
}

static const char *digest_words(struct deed *d, const struct overdue *o, int count, int year)
{
	const char *lines = "";
	int n = 0, i;

	for (i = 0; i < count; i++)
		if (is_shown(d, &o[i]) && n++ < DIGEST_SHOWN)
			lines = arena_printf(d->arena, "%s%s", lines, digest_item(d, &o[i], year));
	if (!n)
		return NULL;
	return arena_printf(d->arena, "📅 %d prevention %s overdue:%s%s", n,
			    n == 1 ? "item is" : "items are", lines,
			    n > DIGEST_SHOWN
				    ? arena_printf(d->arena, "\n… and %d more", n - DIGEST_SHOWN)
				    : "");
}

/* Once a day, however often its hour comes; and when it was put off until. */
static bool is_put_off(struct deed *d)
{
	return due_digest(d->set, d->zones, d->in->due.at - 1) != d->in->due.at;
}

/* Its day, by its own clock: what was due yesterday is overdue. */
static int on_digest(struct deed *d)
{
	const struct zone z = { .name = d->set->remind_digest_zone,
				.known = true,
				.zones = d->zones };
	struct overdue *o = arena_alloc(d->arena, DIGEST_LOOKED * sizeof(*o));
	int64_t local = d->in->now_ms + zone_offset_s(&z, d->in->now_ms) * MS_SECOND;
	struct letter *s;
	struct civil today;
	struct buf day;
	const char *words;
	int count;

	if (!d->set->remind_digest)
		return 0;
	buf_init(&day, BUF_ROOMY);
	civil_date(&day, local);
	count = d->rows->overdue(d->rows, deed_keep(d, &day), d->arena, o, DIGEST_LOOKED);
	civil_from_ms(&today, local);
	words = count > 0 ? digest_words(d, o, count, today.year) : NULL;
	if (!words)
		return count < 0 ? count : 0;
	s = say(d, SAY_DIGEST);
	s->text = words;
	s->gives = due_rows[DUE_DIGEST].name;
	s->generation = is_put_off(d) ? d->in->due.at : local / MS_DAY;
	d->out->verdict = VERDICT_DONE;
	return 0;
}

/* ---- what is it, and is it still so? ---- */

/* Is it due: 1, and *item and *zone are set; 0, < 0. */
static int is_due(struct deed *d, struct item *item, struct zone *zone)
{
	const struct due *due = &d->in->due;
	struct due_facts f = {
		.head = &d->node, .item = item, .set = d->set, .clock = clock_of(d)
	};
	struct person p = { 0 };
	const char *who;
	int64_t at;
	int rc = d->rows->node_id(d->rows, due->node, d->arena, &d->node);

	if (rc > 0 && due->kind == DUE_ITEM)
		rc = d->rows->item(d->rows, due->node, due->key, d->arena, item);
	if (rc <= 0)
		return rc;
	who = due_person(due->kind, &d->node, item);
	rc = who ? d->rows->person(d->rows, who, d->arena, &p) : 0;
	if (rc < 0)
		return rc;
	*zone = f.zone = due_zone(&p, d->zones);
	at = due_at(due->kind, &f);
	return at && at <= d->in->now_ms && !(who && p.rank == RANK_GONE);
}

int on_due(struct deed *d)
{
	struct item item = { 0 };
	struct zone zone;
	int rc;

	if (d->in->due.kind == DUE_DIGEST)
		return on_digest(d);
	rc = is_due(d, &item, &zone);
	if (rc <= 0)
		return rc;
	switch (d->in->due.kind) {
	case DUE_UPDATE:
		return remind_update(d);
	case DUE_CAPTAIN:
		return remind_captain(d);
	case DUE_POSTMORTEM:
		return remind_postmortem(d);
	default:
		return remind_items(d, &item, &zone);
	}
}
