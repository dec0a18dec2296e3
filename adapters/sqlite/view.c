/*
 * view: a Node as it is read. VIEW_CARD is bounded: every query goes through an index over what is
 * live and stops after a few rows. VIEW_FULL reads everything, the journal's edits included. What the
 * head says was never born isn't asked for.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

#define SQL_MAX 512
#define CARD_ITEMS 10 /* of each type */
#define CARD_LINKS 20
#define CARD_LINK_ROWS 400 /* the same URL may be said often; how far the card looks for others */

struct reading {
	struct sqlite_store *s;
	struct db *db;
	struct arena *a;
	struct view *v;
	const char *id;
	bool full;
};

/* An array in an arena, grown by doubling; `count` elements stand in it. */
static void *room(struct arena *a, void *array, size_t count, size_t size)
{
	void *more;

	if (count & (count - 1) || count == 1)
		return array;
	more = arena_alloc(a, (count ? 2 * count : 2) * size);
	if (count)
		memcpy(more, array, count * size);
	return more;
}
#define PUSH(a, array, count) \
	((array) = room(a, array, count, sizeof(*(array))), &(array)[(count)++])

/* ---- paragraphs, entries, items ---- */

static bool has_paras(const struct head *h)
{
	for (int s = 0; s < SECTIONS; s++)
		if (h->n_para[s])
			return true;
	return false;
}

/* All sections at once, in their order. */
static int paras_read(struct reading *r)
{
	struct view *v = r->v;
	struct buf sql;
	struct query q;
	struct para p;

	if (!has_paras(&v->head))
		return 0;
	buf_init(&sql, SECTIONS * SQL_MAX);
	for (int s = 0; s < SECTIONS; s++)
		buf_addf(&sql,
			 "%sSELECT " PARA_COLUMNS " FROM \"%s\"" PARA_FROM "WHERE p.node = ?1%s",
			 s ? " UNION ALL " : "", s, section_letter((enum section)s),
			 section_name((enum section)s), r->full ? "" : " AND p.gone IS NOT 1");
	buf_adds(&sql, " ORDER BY 1, 2");
	query(&q, r->db, r->a, sql.s, "i", v->head.row);
	while (para_next(&q, &p))
		*PUSH(r->a, v->paras, v->n_paras) = p;
	buf_release(&sql);
	return query_end(&q);
}

static void entries_turn(struct view *v)
{
	struct entry e;

	for (size_t i = 0, j = v->n_entries; i + 1 < j; i++) {
		e = v->entries[i];
		v->entries[i] = v->entries[--j];
		v->entries[j] = e;
	}
}

/* entry_tells() */
#define TELLS " AND (e.source IS NOT 'bot' OR coalesce(e.marker, 'acknowledged') <> 'acknowledged')"

static int entries_read_all(struct reading *r)
{
	struct view *v = r->v;
	struct query q;
	struct entry e;

	query(&q, r->db, r->a, ENTRY_SELECT "WHERE e.node = ?1 ORDER BY e.at, e.n", "i",
	      v->head.row);
	while (entry_next(&q, &e))
		*PUSH(r->a, v->entries, v->n_entries) = e;
	return query_end(&q);
}

/* Behind more lines of our own than are looked at. */
static int entries_read_telling(struct reading *r)
{
	struct view *v = r->v;
	struct query q;
	struct entry e;

	v->n_entries = 0;
	v->entries = NULL;
	query(&q, r->db, r->a,
	      ENTRY_SELECT "WHERE e.node = ?1 AND e.withdrawn IS NOT 1" TELLS
			   " ORDER BY e.at DESC, e.n DESC LIMIT ?",
	      "id", v->head.row, VIEW_LAST);
	while (entry_next(&q, &e))
		*PUSH(r->a, v->entries, v->n_entries) = e;
	return query_end(&q);
}

static int entries_read_last(struct reading *r)
{
	struct view *v = r->v;
	struct query q;
	struct entry e;
	int rc;

	query(&q, r->db, r->a,
	      ENTRY_SELECT "WHERE e.node = ?1 AND e.withdrawn IS NOT 1"
			   " ORDER BY e.at DESC, e.n DESC LIMIT ?",
	      "id", v->head.row, VIEW_OLDER);
	while (entry_next(&q, &e))
		if (v->n_entries < VIEW_LAST && entry_tells(&e))
			*PUSH(r->a, v->entries, v->n_entries) = e;
		else
			*PUSH(r->a, v->older, v->n_older) = e;
	if ((rc = query_end(&q)))
		return rc;
	if (v->n_entries < VIEW_LAST && v->n_entries + v->n_older == VIEW_OLDER)
		rc = entries_read_telling(r);
	entries_turn(v);
	return rc;
}

static int entries_read(struct reading *r)
{
	return r->full ? entries_read_all(r) : entries_read_last(r);
}

#define OPEN_ITEMS(type) \
	"SELECT * FROM (" ITEM_SELECT "WHERE i.node = ?1 AND i.state = 'TODO'" \
	" AND i.withdrawn IS NOT 1 AND i.type = '" type "' ORDER BY i.n LIMIT ?2)"

static int items_read(struct reading *r)
{
	struct view *v = r->v;
	struct query q;
	struct item i;
	int rc;

	if (!v->head.n_item)
		return 0;
	if (r->full)
		query(&q, r->db, r->a, ITEM_SELECT "WHERE i.node = ?1 ORDER BY i.n", "i",
		      v->head.row);
	else
		query(&q, r->db, r->a,
		      OPEN_ITEMS("mitigate") " UNION ALL " OPEN_ITEMS("prevent") " ORDER BY 1",
		      "id", v->head.row, CARD_ITEMS);
	while (item_next(&q, &i))
		*PUSH(r->a, v->items, v->n_items) = i;
	if ((rc = query_end(&q)))
		return rc;
	return 0;
}

/* ---- links, files, roles, people ---- */

/* min(n) picks the row whose handle is shown: the first that said it. */
static int links_read(struct reading *r)
{
	struct view *v = r->v;
	struct link l;
	struct query q;

	if (!v->head.n_link)
		return 0;
	query(&q, r->db, r->a,
	      "SELECT t.body, l.handle, min(l.n) FROM (SELECT * FROM link WHERE node = ?1 ORDER BY n LIMIT ?) AS l JOIN text t ON t.node = l.node AND t.n = l.url"
	      " WHERE t.body IS NOT NULL"
	      " GROUP BY t.body ORDER BY min(l.n) LIMIT ?",
	      "idd", r->v->head.row, r->full ? -1 : CARD_LINK_ROWS, r->full ? -1 : CARD_LINKS);
	while (query_next(&q, "ssi", &l.url, &l.handle, &l.n))
		*PUSH(r->a, v->links, v->n_links) = l;
	return query_end(&q);
}

static int files_read(struct reading *r)
{
	struct view *v = r->v;
	struct file f;
	struct query q;

	if (!v->head.n_file)
		return 0;
	query(&q, r->db, r->a,
	      "SELECT f.n, f.entry, t.body, f.type, f.permalink FROM file f"
	      " LEFT JOIN text t ON t.node = f.node AND t.n = f.name WHERE f.node = ?1 ORDER BY f.n",
	      "i", r->v->head.row);
	while (query_next(&q, "iisss", &f.n, &f.entry, &f.name, &f.type, &f.permalink))
		*PUSH(r->a, v->files, v->n_files) = f;
	return query_end(&q);
}

static int roles_read(struct reading *r)
{
	struct view *v = r->v;
	int64_t has = v->head.n_role;
	int most = has < 0 ? 0 : has < 1000 ? (int)has : 1000, n;

	v->roles = arena_alloc(r->a, (size_t)most * sizeof(*v->roles));
	n = r->s->rows.roles(&r->s->rows, r->id, r->a, v->roles, most);
	v->n_roles = n > 0 ? (size_t)n : 0;
	return n < 0 ? n : 0;
}

static int services_read(struct reading *r)
{
	struct view *v = r->v;
	int n;

	if (!v->head.n_service)
		return 0;
	v->services = arena_alloc(r->a, SERVICES_MAX * sizeof(*v->services));
	n = r->s->rows.services(&r->s->rows, r->id, r->a, v->services, SERVICES_MAX);
	v->n_services = n > 0 ? (size_t)n : 0;
	return n < 0 ? n : 0;
}

static int merged_read(struct reading *r)
{
	struct view *v = r->v;
	int64_t has = v->head.n_merged;
	int most = has < 0 ? 0 : has < 1000 ? (int)has : 1000, n;

	if (!most)
		return 0;
	v->merged = arena_alloc(r->a, (size_t)most * sizeof(*v->merged));
	n = r->s->rows.merged(&r->s->rows, r->id, r->a, v->merged, most);
	v->n_merged = n > 0 ? (size_t)n : 0;
	return n < 0 ? n : 0;
}

static void person_add(struct reading *r, const char *person, int role)
{
	struct view *v = r->v;

	if (!person || strcmp(person, REF_BOT) == 0)
		return;
	for (size_t i = 0; i < v->n_people; i++)
		if (strcmp(v->people[i].person, person) == 0 &&
		    (role < 0 || v->people[i].role == role))
			return;
	*PUSH(r->a, v->people, v->n_people) =
		(struct participant){ .person = person, .role = role };
}

/* Captain, roles, then everybody who did something, in the order in which they came. */
static int people_read(struct reading *r)
{
	struct view *v = r->v;
	const char *who;
	struct query q;

	person_add(r, v->head.captain, ROLE_CAPTAIN);
	for (size_t i = 0; i < v->n_roles; i++)
		person_add(r, v->roles[i].person, v->roles[i].role);
	query(&q, r->db, r->a,
	      "SELECT who FROM (SELECT who, min(seq) AS first FROM journal WHERE node = ?1 GROUP BY who) ORDER BY first",
	      "i", r->v->head.row);
	while (query_next(&q, "s", &who))
		person_add(r, who, -1);
	if (query_end(&q))
		return q.rc;
	query(&q, r->db, r->a,
	      "SELECT author FROM (SELECT author, min(n) AS first FROM entry WHERE node = ?1 GROUP BY author) ORDER BY first",
	      "i", r->v->head.row);
	while (query_next(&q, "s", &who))
		person_add(r, who, -1);
	return query_end(&q);
}

/* ---- revisions: what an entry was before each edit, from the journal ---- */

struct edit {
	size_t entry; /* its place in the view */
	struct revision was;
	int64_t old_text; /* text before, when the edit changed it; else 0 */
};

#define ENTRIES_MOST 10000000

struct edits {
	struct edit *list; /* as they happened */
	size_t count;
	size_t *place; /* of entry n in the view, plus one; 0: it isn't there */
	int64_t highest;
};

/* Entries are numbered without gaps; a number far off is of a damaged row. */
static int moves_make(struct reading *r, struct edits *edits)
{
	const struct view *v = r->v;

	for (size_t i = 0; i < v->n_entries; i++) {
		if (v->entries[i].n < 1 || v->entries[i].n > ENTRIES_MOST)
			return db_damaged(r->db, "%s: an entry has the number %lld", r->id,
					  (long long)v->entries[i].n);
		if (v->entries[i].n > edits->highest)
			edits->highest = v->entries[i].n;
	}
	edits->place = arena_alloc(r->a, ((size_t)edits->highest + 1) * sizeof(*edits->place));
	for (size_t i = 0; i < v->n_entries; i++)
		edits->place[v->entries[i].n] = i + 1;
	return 0;
}

/* An edit's effects on one entry, its text and its time, are one revision; `row` is where those of
 * this journal row begin. */
static struct edit *view_rows_edit_of(struct reading *r, struct edits *edits, size_t row,
				      size_t entry)
{
	for (size_t i = row; i < edits->count; i++)
		if (edits->list[i].entry == entry)
			return &edits->list[i];
	*PUSH(r->a, edits->list, edits->count) = (struct edit){ .entry = entry };
	return &edits->list[edits->count - 1];
}

/* The place, plus one, of the entry that had a text or a time which this effect changes; 0: it revises none. */
static size_t revised(const struct edits *edits, const struct effect *e)
{
	if (e->table != TABLE_ENTRY || !e->field || e->old.kind == VALUE_NULL)
		return 0;
	if (strcmp(e->field, "text") != 0 && strcmp(e->field, "at") != 0)
		return 0;
	return edits->place && e->row > 0 && e->row <= edits->highest ? edits->place[e->row] : 0;
}

static int edits_of_row(struct reading *r, const char *effects, int64_t at, const char *who,
			struct edits *edits)
{
	size_t row = edits->count, place;
	struct effect e;
	struct edit *edit;
	int got;

	while ((got = effect_read(&effects, r->a, &e)) > 0) {
		place = revised(edits, &e);
		if (!place)
			continue;
		edit = view_rows_edit_of(r, edits, row, place - 1);
		edit->was.at = at;
		edit->was.who = who;
		if (e.old.kind == VALUE_TEXT)
			edit->old_text = e.old.i;
		else
			edit->was.moved_from = e.old.i;
	}
	return got < 0 ? db_damaged(r->db, "%s: its journal can't be read", r->id) : 0;
}

static int edits_read(struct reading *r, struct edits *edits)
{
	const char *effects, *who;
	struct query q;
	int64_t at;
	int rc = 0, end;

	query(&q, r->db, r->a,
	      "SELECT at, who, effects FROM journal INDEXED BY journal_edit WHERE node = ?1 AND " SCHEMA_IS_EDIT
	      " ORDER BY seq",
	      "i", r->v->head.row);
	while (!rc && query_next(&q, "iss", &at, &who, &effects))
		rc = edits_of_row(r, effects, at, who, edits);
	end = query_end(&q);
	return rc ? rc : end;
}

/* Backwards: an edit of the time alone left the text that stood after it. */
static int texts_before(struct reading *r, struct edit *edits, size_t count)
{
	const char **text = arena_alloc(r->a, r->v->n_entries * sizeof(*text));
	int rc = 0;

	for (size_t i = 0; i < r->v->n_entries; i++)
		text[i] = r->v->entries[i].text;
	for (size_t i = count; i-- > 0 && rc >= 0;) {
		if (edits[i].old_text) {
			text[edits[i].entry] = NULL; /* redacted, unless there is a body */
			rc = db_one(r->db, r->a, "SELECT body FROM text WHERE node = ?1 AND n = ?",
				    "ii>s", r->v->head.row, edits[i].old_text,
				    &text[edits[i].entry]);
		}
		edits[i].was.text = text[edits[i].entry];
	}
	return rc < 0 ? rc : 0;
}

static void revisions_sort(struct reading *r, const struct edit *edits, size_t count)
{
	struct view *v = r->v;
	size_t *next;

	v->entry_rev = arena_alloc(r->a, (v->n_entries + 1) * sizeof(*v->entry_rev));
	v->revisions = arena_alloc(r->a, count * sizeof(*v->revisions));
	next = arena_alloc(r->a, (v->n_entries + 1) * sizeof(*next));
	for (size_t i = 0; i < count; i++)
		v->entries[edits[i].entry].revisions++;
	for (size_t i = 0; i < v->n_entries; i++)
		v->entry_rev[i + 1] = next[i + 1] =
			v->entry_rev[i] + (size_t)v->entries[i].revisions;
	for (size_t i = 0; i < count; i++)
		v->revisions[next[edits[i].entry]++] = edits[i].was;
}

static int revisions_read(struct reading *r)
{
	struct edits edits = { 0 };
	int rc;

	if ((rc = moves_make(r, &edits)) || (rc = edits_read(r, &edits)) ||
	    (rc = texts_before(r, edits.list, edits.count)))
		return rc;
	revisions_sort(r, edits.list, edits.count);
	return 0;
}

/* ---- the whole ---- */

/* In the order in which they are read; the second list only for VIEW_FULL. */
static int (*const parts[])(struct reading *r) = {
	paras_read, entries_read, items_read, links_read, roles_read, services_read, merged_read,
};
static int (*const more_parts[])(struct reading *r) = { files_read, people_read, revisions_read };

static int parts_read(struct reading *r)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts) && !rc; i++)
		rc = parts[i](r);
	for (size_t i = 0; r->full && i < sizeof(more_parts) / sizeof(*more_parts) && !rc; i++)
		rc = more_parts[i](r);
	return rc;
}

/* All parts are of one moment, also when another process writes meanwhile. */
int rows_view(struct rows *rows, const char *node, enum view_size size, struct arena *a,
	      struct view *v)
{
	struct sqlite_store *s = of_rows(rows);
	struct reading r = { .s = s, .db = &s->db, .a = a, .v = v, .full = size == VIEW_FULL };
	bool alone = db_lost(&s->db);
	int rc, end;

	*v = (struct view){ .names = &rows->names };
	if (alone && (rc = db_run(&s->db, "BEGIN", "")))
		return rc;
	rc = rows_node_of_view(rows, node, a, v);
	if (rc > 0) {
		r.id = v->head.id;
		rc = parts_read(&r);
		rc = rc ? rc : 1;
	}
	end = alone ? db_run(&s->db, "COMMIT", "") : 0;
	return end && rc >= 0 ? end : rc;
}
