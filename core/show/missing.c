#include "core/show/show.h"

#include <string.h>

#define GAP (30 * MS_MINUTE)

struct keys {
	struct arena *arena;
	const char **list;
	size_t count, room;
};

static void add_key(struct keys *k, const char *key)
{
	if (k->count == k->room) {
		const char **more = arena_alloc(k->arena, (k->room + 16) * 2 * sizeof(*more));

		if (k->count)
			memcpy(more, k->list, k->count * sizeof(*more));
		k->list = more;
		k->room = (k->room + 16) * 2;
	}
	k->list[k->count++] = key;
}

/* ---- what is missing ---- */

static bool missing_said(const struct view *v, enum section s)
{
	size_t i;

	for (i = 0; i < v->n_paras; i++)
		if (v->paras[i].section == s && !v->paras[i].gone && v->paras[i].text)
			return true;
	return false;
}

static bool counts(const struct item *i)
{
	return !i->withdrawn && i->state != ITEM_DROPPED;
}

static bool has_prevention(const struct view *v)
{
	size_t i;

	for (i = 0; i < v->n_items; i++)
		if (v->items[i].type == ITEM_PREVENT && counts(&v->items[i]))
			return true;
	return false;
}

static void missing_add_items(struct keys *k, const struct view *v)
{
	size_t i;

	for (i = 0; i < v->n_items; i++) {
		const struct item *it = &v->items[i];

		if (it->withdrawn || it->state != ITEM_TODO)
			continue;
		if (!it->owner)
			add_key(k, arena_printf(k->arena, "item:%lld:owner", (long long)it->n));
		if (!it->due && it->type == ITEM_PREVENT)
			add_key(k, arena_printf(k->arena, "item:%lld:due", (long long)it->n));
	}
}

static void add_gap(struct keys *k, int64_t from, int64_t to)
{
	struct buf b;

	if (to - from <= GAP)
		return;
	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, "gap:");
	civil_rfc3339(&b, from);
	buf_addc(&b, '/');
	civil_rfc3339(&b, to);
	add_key(k, arena_strdup(k->arena, b.s));
	buf_release(&b);
}

static int64_t detected_at(const struct head *h)
{
	if (h->markers[MARKER_DETECTED].n)
		return h->markers[MARKER_DETECTED].at;
	if (h->markers[MARKER_DECLARED].n)
		return h->markers[MARKER_DECLARED].at;
	return h->declared_at;
}

/* Entries come in order of `at`; detection and resolution are the outer posts of the fence. */
static void add_gaps(struct keys *k, const struct view *v)
{
	const struct marked *resolved = &v->head.markers[MARKER_RESOLVED];
	int64_t last = detected_at(&v->head);
	size_t i;

	if (!resolved->n)
		return;
	for (i = 0; i < v->n_entries; i++) {
		const struct entry *e = &v->entries[i];

		if (e->withdrawn || e->at <= last || e->at >= resolved->at)
			continue;
		add_gap(k, last, e->at);
		last = e->at;
	}
	add_gap(k, last, resolved->at);
}

size_t missing_of(const struct view *v, struct arena *a, const char ***keys)
{
	struct keys k = { .arena = a };

	if (!missing_said(v, SECTION_SUMMARY))
		add_key(&k, "summary");
	if (!missing_said(v, SECTION_IMPACT))
		add_key(&k, "impact");
	if (!v->head.captain)
		add_key(&k, "captain");
	if (!missing_said(v, SECTION_CAUSE))
		add_key(&k, "root_cause");
	if (!missing_said(v, SECTION_LESSON))
		add_key(&k, "lesson");
	if (v->head.origin == ORIGIN_NONE)
		add_key(&k, "origin");
	if (!has_prevention(v))
		add_key(&k, "prevention");
	missing_add_items(&k, v);
	add_gaps(&k, v);
	*keys = k.list;
	return k.count;
}

/* ---- a key, for people ---- */

static const struct {
	const char *key, *says, *line;
} plain[] = {
	{ "summary", "the summary: what happened?", "summary " },
	{ "impact", "the impact: who and what was affected, and how much?", "impact " },
	{ "captain", "a captain: who led the response?", "captain @" },
	{ "root_cause", "the root cause: why did it happen?", "cause " },
	{ "lesson", "the lesson: what did we learn?", "lesson " },
	{ "origin", "the change origin: what kind of change caused it?", "origin " },
	{ "prevention", "a prevention item: what keeps it from happening again?", "prevent " },
};

struct item_key {
	long long n;
	bool due; /* else owner */
};

static bool item_key_read(const char *key, struct item_key *k)
{
	char *end;

	if (strncmp(key, "item:", 5))
		return false;
	k->n = strtoll(key + 5, &end, 10);
	k->due = !strcmp(end, ":due");
	return k->due || !strcmp(end, ":owner");
}

static bool gap_key_read(const char *key, int64_t *from, int64_t *to)
{
	const char *slash = strchr(key, '/');
	char first[40];

	if (strncmp(key, "gap:", 4) || !slash || slash - key - 4 >= (ptrdiff_t)sizeof(first))
		return false;
	memcpy(first, key + 4, (size_t)(slash - key - 4));
	first[slash - key - 4] = '\0';
	return !civil_parse_rfc3339(first, from) && !civil_parse_rfc3339(slash + 1, to);
}

/* Two times of one day need no date; of two days they would say nothing without. */
static void gap_says(struct buf *out, int64_t from, int64_t to)
{
	enum moment_format kind = from / MS_DAY == to / MS_DAY ? MOMENT_TIME : MOMENT_FULL;

	buf_adds(out, "what happened between ");
	text_add_moment(out, from, kind);
	buf_adds(out, " and ");
	text_add_moment(out, to, kind);
	buf_adds(out, " (");
	civil_duration(out, to - from);
	buf_adds(out, " without an entry)");
}

void missing_says(struct buf *out, const char *key)
{
	struct item_key item;
	int64_t from, to;
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (!strcmp(plain[i].key, key)) {
			buf_adds(out, plain[i].says);
			return;
		}
	if (item_key_read(key, &item))
		buf_addf(out, "item %lld has no %s", item.n, item.due ? "due date" : "owner");
	else if (gap_key_read(key, &from, &to))
		gap_says(out, from, to);
	else
		buf_adds(out, key);
}

bool missing_possible(const struct view *v, const char *key)
{
	return status_writable(v->head.status) || !strncmp(key, "item:", 5);
}

/* The middle of a gap, to the minute: a WHEN to begin with, that means the same in every zone. */
static void gap_line(struct buf *out, int64_t from, int64_t to)
{
	int64_t middle = (from + (to - from) / 2) / MS_MINUTE * MS_MINUTE;
	struct civil c;

	civil_from_ms(&c, middle);
	buf_addf(out, "note %04d-%02d-%02dT%02d:%02dZ ", c.year, c.month, c.day, c.hour, c.minute);
}

void missing_line(struct buf *out, const char *key)
{
	struct item_key item;
	int64_t from, to;
	size_t i;

	for (i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (!strcmp(plain[i].key, key))
			buf_adds(out, plain[i].line);
	if (item_key_read(key, &item))
		buf_addf(out, item.due ? "due %lld " : "assign %lld @", item.n);
	else if (gap_key_read(key, &from, &to))
		gap_line(out, from, to);
}
