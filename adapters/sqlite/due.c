/*
 * due: when what is due, as rows by which the earliest is found. They follow from the Node's tables by core's due_at(),
 * and are made anew, in the same transaction, where a change may have moved them: nothing of them is journaled, and
 * none of them is ever read to decide anything but that it is time to decide.
 */
#include "adapters/sqlite/sqlite_private.h"

#include "core/base/alloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONE_NODE 0 /* of what is about no Node */

const struct settings *due_set(const struct sqlite_store *s)
{
	static const struct settings none;

	return s->seams.settings ? s->seams.settings : &none;
}

/* ---- one row ---- */

static int due_delete(struct sqlite_store *s, int64_t node, int kind, int64_t key)
{
	int rc = db_run(&s->db, "DELETE FROM due WHERE node = ? AND kind = ? AND key = ?", "isi",
			node, due_rows[kind].name, key);

	if (!rc && db_changed(&s->db))
		s->stirred |= STIR_DUE;
	return rc;
}

/* at 0: nothing is due. */
static int due_put(struct sqlite_store *s, int64_t node, int kind, int64_t key, int64_t at)
{
	int rc;

	if (!at)
		return due_delete(s, node, kind, key);
	rc = db_run(&s->db,
		    "INSERT INTO due (node, kind, key, at) VALUES (?, ?, ?, ?)"
		    " ON CONFLICT (node, kind, key) DO UPDATE SET at = excluded.at"
		    " WHERE at <> excluded.at",
		    "isii", node, due_rows[kind].name, key, at);
	if (!rc && db_changed(&s->db))
		s->stirred |= STIR_DUE;
	return rc;
}

/* ---- when ---- */

/* When the clock was set back last, as JOB_CLOCK was told; *at 0: never. */
int due_clock_read(struct sqlite_store *s, int64_t *at)
{
	int rc;

	*at = 0;
	rc = db_one(&s->db, NULL,
		    "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'due_clock'", ">i", at);
	return rc < 0 ? rc : 0;
}

/* It is asked only where it matters. */
static int due_clock_of(struct sqlite_store *s, const struct head *h, const struct item *i,
			int64_t now, struct due_clock *c)
{
	*c = (struct due_clock){ .now = now };
	return due_ahead_of(h, i, now) ? due_clock_read(s, &c->set) : 0;
}

int due_bent(struct sqlite_store *s, struct head *h)
{
	struct due_clock c;
	int rc = due_clock_of(s, h, NULL, now_of(s), &c);

	due_bend(h, NULL, &c);
	return rc;
}

static int due_when(struct sqlite_store *s, int kind, const struct head *h, const struct item *i,
		    struct arena *a, int64_t *at, struct zone *z)
{
	const char *who = due_person(kind, h, i);
	struct due_facts f = { .head = h, .item = i, .set = due_set(s) };
	struct person p = { 0 };
	int rc = who ? s->rows.person(&s->rows, who, a, &p) : 0;

	if (rc < 0)
		return rc;
	*z = f.zone = due_zone(&p, s->seams.zones);
	rc = due_clock_of(s, h, i, now_of(s), &f.clock);
	if (!rc)
		*at = due_at(kind, &f);
	return rc;
}

/* A person is told at nine: what became overdue by a change of just now waits for theirs. What was missed is a row
 * already, and stays as it was. */
static int64_t due_moved(struct sqlite_store *s, int kind, const struct zone *z, int64_t at)
{
	int64_t now = now_of(s), nine;

	if (!at || at > now || (kind != DUE_ITEM && kind != DUE_POSTMORTEM))
		return at;
	nine = due_nine(z, now, 0);
	return nine > now ? nine : due_nine(z, now, 1);
}

static int due_of_node(struct sqlite_store *s, const struct head *h, int kind, struct arena *a)
{
	struct zone z;
	int64_t at;
	int rc = due_when(s, kind, h, NULL, a, &at, &z);

	return rc ? rc : due_put(s, h->row, kind, 0, due_moved(s, kind, &z, at));
}

static int due_of_item(struct sqlite_store *s, const struct head *h, int64_t n, struct arena *a)
{
	struct item i;
	struct zone z;
	int64_t at;
	int rc = s->rows.item(&s->rows, h->id, n, a, &i);

	if (rc <= 0)
		return rc < 0 ? rc : due_delete(s, h->row, DUE_ITEM, n);
	rc = due_when(s, DUE_ITEM, h, &i, a, &at, &z);
	return rc ? rc : due_put(s, h->row, DUE_ITEM, n, due_moved(s, DUE_ITEM, &z, at));
}

/* ---- of a Node ---- */

static int due_all_items(struct sqlite_store *s, const struct head *h, struct arena *a)
{
	int64_t *dated = arena_alloc(a, (size_t)(h->n_item + 1) * sizeof(*dated));
	struct query q;
	size_t count = 0, i;
	int rc = db_run(&s->db, "DELETE FROM due WHERE node = ? AND kind = ?", "is", h->row,
			due_rows[DUE_ITEM].name);

	if (rc)
		return rc;
	if (db_changed(&s->db))
		s->stirred |= STIR_DUE;
	query(&q, &s->db, NULL,
	      "SELECT n FROM item INDEXED BY item_open WHERE node = ? AND state = 'TODO'"
	      " AND withdrawn IS NOT 1 AND due IS NOT NULL AND owner IS NOT NULL",
	      "i", h->row);
	while ((int64_t)count < h->n_item && query_next(&q, "i", &dated[count]))
		count++;
	rc = query_end(&q);
	for (i = 0; i < count && !rc; i++)
		rc = due_of_item(s, h, dated[i], a);
	return rc;
}

/* Was it born without a date? */
static bool is_undated(const struct change *c, int64_t item)
{
	bool born = false;

	for (const struct effect *e = c->effects; e < c->effects + c->count; e++) {
		if (e->table != TABLE_ITEM || e->row != item)
			continue;
		if (e->field && !strcmp(e->field, "due"))
			return false;
		born |= !e->field;
	}
	return born;
}

static int due_changed_items(struct sqlite_store *s, const struct head *h, const struct change *c,
			     struct arena *a)
{
	int64_t before = 0;
	int rc = 0;

	for (const struct effect *e = c->effects; e < c->effects + c->count && !rc; e++) {
		if (!due_item_moved(e) || e->row == before)
			continue;
		before = e->row;
		if (!is_undated(c, e->row))
			rc = due_of_item(s, h, e->row, a);
	}
	return rc;
}

static int due_kinds(struct sqlite_store *s, const struct head *h, unsigned kinds,
		     const struct change *c, struct arena *a)
{
	int rc = 0;

	for (int kind = 0; kind < NODE_DUES && !rc; kind++)
		if (kinds >> kind & 1)
			rc = due_of_node(s, h, kind, a);
	if (!rc && kinds & DUE_ALL_ITEMS)
		rc = due_all_items(s, h, a);
	else if (!rc && kinds & 1u << DUE_ITEM)
		rc = due_changed_items(s, h, c, a);
	return rc;
}

static bool due_only_undated(const struct change *c)
{
	for (const struct effect *e = c->effects; e < c->effects + c->count; e++)
		if (due_item_moved(e) && !is_undated(c, e->row))
			return false;
	return true;
}

#define HOPS_MOST 16

/* Copies of copies, wherever those went: whose original lives its own life again is nobody's business. */
static int due_further(struct sqlite_store *s, const struct head *h, struct arena *a)
{
	struct head into = *h;
	int rc = 1;

	for (int hops = 0; hops < HOPS_MOST && into.merged_into && rc > 0; hops++) {
		rc = s->rows.node_id(&s->rows, into.merged_into, a, &into);
		if (rc > 0)
			rc = due_all_items(s, &into, a) < 0 ? STORE_FAULT : 1;
	}
	return rc < 0 ? rc : 0;
}

int due_changed(struct sqlite_store *s, const struct change *c)
{
	unsigned kinds = dues_changed_by(c);
	struct arena a;
	struct head h;
	int rc;

	if (!kinds || (kinds == 1u << DUE_ITEM && due_only_undated(c)))
		return 0;
	arena_init(&a);
	rc = s->rows.node_id(&s->rows, c->node, &a, &h);
	rc = rc > 0 ? due_kinds(s, &h, kinds, c, &a) : rc;
	if (!rc && kinds & DUE_ALL_ITEMS && h.status == STATUS_MERGED)
		rc = due_further(s, &h, &a);
	arena_release(&a);
	return rc;
}

#define ALL_KINDS (1u << DUE_UPDATE | 1u << DUE_CAPTAIN | 1u << DUE_POSTMORTEM | DUE_ALL_ITEMS)

int due_anew(struct sqlite_store *s, const char *node)
{
	struct arena a;
	struct head h;
	int rc;

	arena_init(&a);
	rc = s->rows.node_id(&s->rows, node, &a, &h);
	rc = rc > 0 ? due_kinds(s, &h, ALL_KINDS, NULL, &a) : rc;
	arena_release(&a);
	return rc;
}

/* ---- of many Nodes ---- */

/* Those of these ids; the list is read before any of them is looked at. */
static int due_anew_all(struct sqlite_store *s, const char *sql, const char *person)
{
	struct arena a;
	struct query q;
	const char *id, **ids = NULL;
	size_t count = 0, room = 0;
	int rc;

	arena_init(&a);
	query(&q, &s->db, &a, sql, "s", person);
	while (query_next(&q, "s", &id)) {
		if (count == room) {
			const char **more = arena_alloc(&a, 2 * (room + 8) * sizeof(*more));

			if (count)
				memcpy(more, ids, count * sizeof(*more));
			ids = more;
			room = 2 * (room + 8);
		}
		ids[count++] = id;
	}
	rc = query_end(&q);
	for (size_t i = 0; i < count && !rc; i++)
		rc = due_anew(s, ids[i]);
	arena_release(&a);
	return rc;
}

/* Nine o'clock is theirs: wherever something waits for theirs. */
int due_zone_changed(struct sqlite_store *s, const char *person)
{
	return due_anew_all(s,
			    "SELECT id FROM node WHERE n IN (SELECT node FROM item WHERE owner = ?1"
			    " AND state = 'TODO' AND withdrawn IS NOT 1 AND due IS NOT NULL"
			    " UNION SELECT n FROM node WHERE captain = ?1 AND status = 'DONE')",
			    person);
}

int due_digest_put(struct sqlite_store *s, int64_t at)
{
	return due_put(s, NONE_NODE, DUE_DIGEST, 0, at);
}

int due_digest_anew(struct sqlite_store *s, int64_t after)
{
	return due_digest_put(s, due_digest(due_set(s), s->seams.zones, after));
}

/* ---- it has come ---- */

/* What is still due at this moment was not said, for it is settled: it isn't asked again. */
int due_fired(struct sqlite_store *s, const struct intent *in)
{
	const struct due *due = &in->due;
	struct arena a;
	struct head h;
	struct item i = { 0 };
	struct zone z;
	int64_t at = 0;
	int rc;

	if (due->kind == DUE_DIGEST)
		return due_digest_anew(s, in->now_ms);
	arena_init(&a);
	rc = s->rows.node_id(&s->rows, due->node, &a, &h);
	if (!rc)
		rc = db_fault(&s->db, "there is no Node “%s” of which something is due", due->node);
	if (rc > 0 && due->kind == DUE_ITEM)
		rc = s->rows.item(&s->rows, due->node, due->key, &a, &i);
	if (rc > 0)
		rc = due_when(s, due->kind, &h, &i, &a, &at, &z);
	if (rc >= 0)
		rc = due_put(s, h.row, due->kind, due->key, at > in->now_ms ? at : 0);
	/* It may have been put off by a clock that was behind: the card says so still. */
	if (!rc && due->kind == DUE_UPDATE && at > in->now_ms)
		rc = post_redraw(s, h.row);
	arena_release(&a);
	return rc;
}

/* ---- reading ---- */

int due_earliest(struct reads *r, struct due *d, int most)
{
	const char *kind, *node;
	struct arena a;
	struct query q;
	int n = 0, rc;

	arena_init(&a);
	query(&q, &of_reads(r)->db, &a,
	      "SELECT due.kind, coalesce(node.id, ''), due.key, due.at,"
	      " (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'due_clock') FROM due"
	      " LEFT JOIN node ON node.n = due.node ORDER BY due.at LIMIT ?",
	      "d", most);
	while (n < most &&
	       query_next(&q, "ssiii", &kind, &node, &d[n].key, &d[n].at, &d[n].clock_set) &&
	       word_read(&q, "reminder", due_from, kind, -1, &d[n].kind))
		snprintf(d[n++].node, NODE_ID_MAX, "%s", node);
	rc = query_end(&q);
	arena_release(&a);
	return rc ? rc : n;
}

int64_t due_count(struct reads *r, int64_t until)
{
	int64_t count = 0;
	int rc = db_one(&of_reads(r)->db, NULL, "SELECT count(*) FROM due WHERE at <= ?", "i>i",
			until, &count);

	return rc < 0 ? rc : count;
}
