#include "core/due.h"

#include "core/effect.h"
#include "core/text.h"

#include <inttypes.h>
#include <string.h>

#define MS_WEEK (7 * MS_DAY)
#define NINE (9 * MS_HOUR)

const struct due_row due_rows[DUES] = {
	[DUE_UPDATE] = { .name = "update",
			 .said = "update_said",
			 .snoozed = "update_snoozed",
			 .label = "Post update",
			 .line = "update",
			 .begun = true },
	[DUE_CAPTAIN] = { .name = "captain",
			  .said = "captain_said",
			  .snoozed = "captain_snoozed",
			  .label = "I'm captain",
			  .line = "captain" },
	[DUE_POSTMORTEM] = { .name = "postmortem",
			     .said = "postmortem_said",
			     .snoozed = "postmortem_snoozed",
			     .label = "Complete the postmortem",
			     .line = "complete-postmortem",
			     .begun = true },
	[DUE_ITEM] = { .name = "items", .said = "reminded_at", .snoozed = "snoozed_until" },
	[DUE_DIGEST] = { .name = "digest" },
};

int due_from(const char *name)
{
	for (int i = 0; i < DUES; i++)
		if (name && !strcmp(due_rows[i].name, name))
			return i;
	return -1;
}

/* ---- nine o'clock ---- */

struct zone due_zone(const struct person *p, struct zones *zones)
{
	struct zone z = { .zones = zones };

	if (p->zone_known) {
		z.name = p->zone;
		z.offset_s = p->zone_offset_s;
		z.known = true;
	}
	return z;
}

static int64_t floor_day(int64_t ms)
{
	return ms / MS_DAY - (ms % MS_DAY < 0);
}

/* 9:00 of a day, counted from 1970 as the zone counts it. Where the clocks skip it, as if they had not. */
static int64_t nine_of(const struct zone *z, int64_t day)
{
	int64_t local = day * MS_DAY + NINE, utc[2];

	return zone_to_utc(z, local, utc) ? utc[0] : local - zone_offset_s(z, local) * MS_SECOND;
}

static int64_t local_day(const struct zone *z, int64_t ms)
{
	return floor_day(ms + zone_offset_s(z, ms) * MS_SECOND);
}

int64_t due_nine(const struct zone *z, int64_t ms, int days)
{
	return nine_of(z, local_day(z, ms) + days);
}

/* ---- a clock that was set ---- */

#define PUT_OFF_MOST (2 * MS_DAY) /* "tomorrow 9:00" is sooner than that */

static bool lies_ahead(int64_t fact, int64_t now)
{
	return now && fact > now + DUE_AHEAD_MS;
}

static int64_t set_at(const struct due_clock *c)
{
	return c->set && c->set < c->now ? c->set : c->now;
}

static void bend(int64_t *fact, const struct due_clock *c)
{
	if (lies_ahead(*fact, c->now))
		*fact = set_at(c);
}

/* What was put off stays put off as long, an hour if nobody can say; what came of it has come. */
static void bend_reminded(int64_t *said, int64_t *snoozed, const struct due_clock *c)
{
	if (lies_ahead(*said, c->now))
		*snoozed = *snoozed > *said ? set_at(c) + (*snoozed - *said) : 0;
	else if (c->now && *snoozed > c->now + PUT_OFF_MOST)
		*snoozed = set_at(c) + MS_HOUR;
	bend(said, c);
}

void due_bend(struct head *h, struct item *i, const struct due_clock *c)
{
	bend(&h->declared_at, c);
	bend(&h->closed_at, c);
	bend(&h->update_at, c);
	bend(&h->update_from, c);
	for (int kind = 0; kind < NODE_DUES; kind++)
		bend_reminded(&h->reminded[kind].said, &h->reminded[kind].snoozed, c);
	if (i)
		bend_reminded(&i->reminded_at, &i->snoozed_until, c);
}

static bool reminded_ahead(int64_t said, int64_t snoozed, int64_t now)
{
	return lies_ahead(said, now) || (now && snoozed > now + PUT_OFF_MOST);
}

bool due_ahead_of(const struct head *h, const struct item *i, int64_t now)
{
	bool ahead = lies_ahead(h->declared_at, now) || lies_ahead(h->closed_at, now) ||
		     lies_ahead(h->update_at, now) || lies_ahead(h->update_from, now);

	for (int kind = 0; kind < NODE_DUES; kind++)
		ahead |= reminded_ahead(h->reminded[kind].said, h->reminded[kind].snoozed, now);
	return ahead || (i && reminded_ahead(i->reminded_at, i->snoozed_until, now));
}

/* ---- when ---- */

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* What was said since counts, also where the declaration was dated by a clock that was ahead. */
int64_t due_update_since(const struct head *h)
{
	int64_t said = later(h->update_at, h->update_from);

	return said ? said : h->declared_at;
}

bool due_settled(int kind, const struct head *h)
{
	if (h->remind_off)
		return true;
	if (kind == DUE_POSTMORTEM)
		return h->status != STATUS_DONE;
	return !status_open(h->status) || (kind == DUE_CAPTAIN && h->captain);
}

/* Who isn't reminded of anything: an exercise, a Node without a channel to speak in, one that lives on elsewhere. */
static bool is_silent(const struct head *h)
{
	return h->remind_off || h->drill || !h->channel || h->status == STATUS_MERGED;
}

int64_t due_update(const struct head *h, const struct settings *set)
{
	int64_t every = set->remind_update_ms[h->priority];

	if (!every || is_silent(h) || due_settled(DUE_UPDATE, h))
		return 0;
	return later(due_update_since(h) + every, h->reminded[DUE_UPDATE].snoozed);
}

/* Again and again, until there is one: each time as long again as was waited already, a day at most. */
static int64_t update_again(const struct due_facts *f, int64_t said)
{
	const struct head *h = f->head;
	int64_t wait = later(f->set->remind_update_ms[h->priority], said - due_update_since(h));

	return said + (wait < MS_DAY ? wait : MS_DAY);
}

static int64_t update_at(const struct due_facts *f)
{
	const struct head *h = f->head;
	const struct reminded *r = &h->reminded[DUE_UPDATE];
	int64_t at = due_update(h, f->set);

	if (!at || r->snoozed > r->said || !r->said)
		return at;
	return later(at, update_again(f, r->said));
}

/* Once, unless it was put off. */
static int64_t captain_at(const struct due_facts *f)
{
	const struct head *h = f->head;
	const struct reminded *r = &h->reminded[DUE_CAPTAIN];

	if (!f->set->remind_captain_ms || is_silent(h) || due_settled(DUE_CAPTAIN, h))
		return 0;
	if (r->snoozed > r->said)
		return r->snoozed;
	return r->said ? 0 : h->declared_at + f->set->remind_captain_ms;
}

static int64_t postmortem_at(const struct due_facts *f)
{
	static const int days[] = { 3, 7 };
	const struct head *h = f->head;
	const struct reminded *r = &h->reminded[DUE_POSTMORTEM];
	int64_t day;

	if (!f->set->remind_postmortem || due_settled(DUE_POSTMORTEM, h) || !h->closed_at ||
	    is_silent(h) || !due_person(DUE_POSTMORTEM, h, NULL))
		return 0;
	if (r->snoozed > r->said)
		return r->snoozed;
	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
		day = local_day(&f->zone, h->closed_at) + days[i];
		if (day > local_day(&f->zone, r->said))
			return nine_of(&f->zone, day);
	}
	return 0;
}

/* The day after, then weekly; each day's own nine o'clock, so that a change of clocks moves none, and once a day,
 * whatever zone they go to. */
static int64_t item_at(const struct due_facts *f)
{
	const struct item *i = f->item;
	char end[32];
	int64_t day, said;

	snprintf(end, sizeof(end), "%sT00:00:00Z", i->due ? i->due : "");
	if (!f->set->remind_items || is_silent(f->head) || i->state != ITEM_TODO || i->withdrawn ||
	    i->left || !due_person(DUE_ITEM, f->head, i) || civil_parse_rfc3339(end, &day))
		return 0;
	day = floor_day(day) + 1;
	if (i->snoozed_until > i->reminded_at)
		return later(nine_of(&f->zone, day), i->snoozed_until);
	said = local_day(&f->zone, i->reminded_at);
	return nine_of(&f->zone, said < day ? day : day + 7 * ((said - day) / 7 + 1));
}

static int64_t (*const ats[])(const struct due_facts *f) = {
	[DUE_UPDATE] = update_at,
	[DUE_CAPTAIN] = captain_at,
	[DUE_POSTMORTEM] = postmortem_at,
	[DUE_ITEM] = item_at,
};

int64_t due_at(int kind, const struct due_facts *f)
{
	struct head h = *f->head;
	struct item i = f->item ? *f->item : (struct item){ 0 };
	struct due_facts bent = *f;

	due_bend(&h, f->item ? &i : NULL, &f->clock);
	bent.head = &h;
	bent.item = f->item ? &i : NULL;
	return ats[kind](&bent);
}

/* A system user can't be told anything in the chat. */
const char *due_person(int kind, const struct head *h, const struct item *i)
{
	const char *who = kind == DUE_ITEM ? i->owner : kind == DUE_POSTMORTEM ? h->captain : NULL;

	return who && !ref_in(who, REF_SHELL_PLACE) && strcmp(who, REF_BOT) != 0 ? who : NULL;
}

int64_t due_digest(const struct settings *set, struct zones *zones, int64_t after)
{
	const struct zone z = { .name = set->remind_digest_zone ? set->remind_digest_zone : "UTC",
				.known = true,
				.zones = zones };
	int64_t day = local_day(&z, after);

	if (!set->remind_digest)
		return 0;
	/* 1970 began on a Thursday. */
	while ((day + 4) % 7 + 1 != set->remind_digest || nine_of(&z, day) <= after)
		day++;
	return nine_of(&z, day);
}

/* ---- what moves it ---- */

static const struct {
	const char *field;
	unsigned moves;
} movers[] = {
	{ "status", 1u << DUE_UPDATE | 1u << DUE_CAPTAIN | 1u << DUE_POSTMORTEM },
	{ "channel", 1u << DUE_UPDATE | 1u << DUE_CAPTAIN | 1u << DUE_POSTMORTEM | DUE_ALL_ITEMS },
	{ "drill", 1u << DUE_UPDATE | 1u << DUE_CAPTAIN | 1u << DUE_POSTMORTEM | DUE_ALL_ITEMS },
	{ "remind_off",
	  1u << DUE_UPDATE | 1u << DUE_CAPTAIN | 1u << DUE_POSTMORTEM | DUE_ALL_ITEMS },
	{ "priority", 1u << DUE_UPDATE },
	{ "update_at", 1u << DUE_UPDATE },
	{ "update_from", 1u << DUE_UPDATE },
	{ "update_said", 1u << DUE_UPDATE },
	{ "update_snoozed", 1u << DUE_UPDATE },
	{ "captain", 1u << DUE_CAPTAIN | 1u << DUE_POSTMORTEM },
	{ "captain_said", 1u << DUE_CAPTAIN },
	{ "captain_snoozed", 1u << DUE_CAPTAIN },
	{ "closed_at", 1u << DUE_POSTMORTEM },
	{ "postmortem_said", 1u << DUE_POSTMORTEM },
	{ "postmortem_snoozed", 1u << DUE_POSTMORTEM },
};

static bool is_merged(const struct value *v)
{
	return v->kind == VALUE_STRING && status_from(v->s) == STATUS_MERGED;
}

static unsigned node_moves(const struct effect *e)
{
	/* It has another id, no other place. */
	if (!strcmp(e->field, "channel") && e->old.kind != VALUE_NULL)
		return 0;
	for (size_t i = 0; i < sizeof(movers) / sizeof(*movers); i++)
		if (!strcmp(movers[i].field, e->field))
			return movers[i].moves |
			       (is_merged(&e->old) || is_merged(&e->new_) ? DUE_ALL_ITEMS : 0);
	return 0;
}

bool due_item_moved(const struct effect *e)
{
	static const char *const fields[] = { "state",	   "owner",	  "due",
					      "withdrawn", "reminded_at", "snoozed_until" };

	for (size_t i = 0;
	     e->table == TABLE_ITEM && e->field && i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp(fields[i], e->field))
			return true;
	return false;
}

/* A Node is born without a channel, but for one that lives in another's: nothing is due before it has one. */
static bool is_birth(const struct change *c)
{
	const struct effect *e = c->effects;

	if (!c->count || e->field || e->table != TABLE_NODE)
		return false;
	for (; e < c->effects + c->count; e++)
		if (e->table == TABLE_NODE && e->field && !strcmp(e->field, "channel"))
			return false;
	return true;
}

unsigned dues_changed_by(const struct change *c)
{
	unsigned moves = 0;

	if (is_birth(c))
		return 0;
	for (const struct effect *e = c->effects; e < c->effects + c->count; e++)
		if (e->table == TABLE_NODE && e->field)
			moves |= node_moves(e);
		else if (due_item_moved(e))
			moves |= 1u << DUE_ITEM;
		else if (e->table == TABLE_MERGED) /* copies count, or no longer */
			moves |= DUE_ALL_ITEMS;
	return moves;
}

void due_settings(struct buf *out, const struct settings *set)
{
	for (int i = 0; i < PRIORITIES; i++)
		buf_addf(out, "%" PRId64 " ", set->remind_update_ms[i]);
	buf_addf(out, "%" PRId64 " %d %d %d %s", set->remind_captain_ms, set->remind_items,
		 set->remind_postmortem, set->remind_digest,
		 set->remind_digest_zone ? set->remind_digest_zone : "UTC");
}
