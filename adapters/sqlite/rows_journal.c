/*
 * past: what the journal knows: what a person changed last, and who changed something since (for
 * `undo`; it is walked from its end, as far as the minutes that undo reaches), and every text that
 * a piece ever had (for `redact`; it is read whole).
 *
 * An undo's row names the one that it took back: "seq=12" among the words of its basis. Both are as
 * if they had never been.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <inttypes.h>
#include <string.h>

/* Of journal row j: it is no undo, and none took it back. SQLite would walk over all rows behind it. */
#define STANDS \
	"j.op <> 'undo' AND NOT EXISTS (SELECT 1 FROM journal u INDEXED BY journal_undo WHERE u.node = j.node" \
	" AND u.op = 'undo' AND u.seq > j.seq" \
	" AND instr(' ' || u.basis || ' ', ' seq=' || j.seq || ' '))"

static int effects_read(struct sqlite_store *s, const char *at, struct arena *a, struct past *p)
{
	size_t lines = 0;

	for (const char *c = at; *c; c++)
		lines += *c == '\n';
	p->effects = arena_alloc(a, lines * sizeof(*p->effects));
	p->count = 0;
	while (p->count < lines && effect_read(&at, a, &p->effects[p->count]) > 0)
		p->count++;
	return *at ? db_damaged(&s->db, "journal row %" PRId64 " can't be read", p->seq) : 1;
}

int rows_last_change(struct rows *r, const char *node, const char *who, int64_t since_ms,
		     int64_t seq, struct arena *a, struct past *p)
{
	struct sqlite_store *s = of_rows(r);
	const char *effects;
	int rc =
		db_one(&s->db, a,
		       "SELECT j.seq, j.at, j.op, j.effects FROM journal j WHERE j.node = " THE_NODE
		       " AND j.seq > coalesce((SELECT o.seq FROM journal o WHERE o.node = " THE_NODE
		       " AND o.at < ?3 ORDER BY o.seq DESC LIMIT 1), 0)"
		       " AND j.seq = iif(?4, ?4, j.seq) AND j.who = ?2 AND " STANDS
		       " ORDER BY j.seq DESC LIMIT 1",
		       "ssii>iiss", node, who, since_ms, seq, &p->seq, &p->at, &p->op, &effects);

	return rc > 0 ? effects_read(s, effects, a, p) : rc;
}

/* A line of the journal begins with table, row and field; in its values spaces and line breaks are
 * escaped. */
int rows_changed_after(struct rows *r, const char *node, int64_t seq, enum table t, int64_t row,
		       const char *field, struct arena *a, const char **who, const char **op)
{
	const char *line = arena_printf(a, "\n%s %" PRId64 " %s ", table_name(t), row, field);

	return db_one(&of_rows(r)->db, a,
		      "SELECT j.who, j.op FROM journal j WHERE j.node = " THE_NODE
		      " AND j.seq > ?2 AND instr(char(10) || j.effects, ?3) AND " STANDS
		      " ORDER BY j.seq DESC LIMIT 1",
		      "sis>ss", node, seq, line, who, op);
}

/* ---- texts of a piece ---- */

struct numbers {
	struct arena *a;
	int64_t *n;
	int count;
};

static void number_add(struct numbers *found, int64_t n)
{
	int64_t *more;

	if ((found->count & (found->count - 1)) == 0) {
		more = arena_alloc(found->a, 2 * ((size_t)found->count + 1) * sizeof(*more));
		if (found->count)
			memcpy(more, found->n, (size_t)found->count * sizeof(*more));
		found->n = more;
	}
	found->n[found->count++] = n;
}

static enum table table_of(const struct handle *h)
{
	switch (h->letter) {
	case 'E':
		return TABLE_ENTRY;
	case HANDLE_TITLE:
		return TABLE_NODE;
	case HANDLE_FILE:
		return TABLE_FILE;
	case HANDLE_LINK:
		return TABLE_LINK;
	case HANDLE_SERVICE:
		return TABLE_SERVICE;
	default:
		break;
	}
	for (int s = 0; s < SECTIONS; s++)
		if (section_letter((enum section)s) == h->letter)
			return (enum table)(TABLE_SUMMARY + s);
	return TABLE_ITEM;
}

/* field NULL: any. */
static int texts_of_row(struct sqlite_store *s, const char *effects, enum table t, int64_t row,
			const char *field, struct numbers *found)
{
	struct effect e;
	int got;

	while ((got = effect_read(&effects, found->a, &e)) > 0)
		if (e.table == t && e.row == row && e.field && e.new_.kind == VALUE_TEXT &&
		    (!field || !strcmp(e.field, field)))
			number_add(found, e.new_.i);
	return got < 0 ? db_damaged(&s->db, "the journal can't be read") : 0;
}

/* Every text that stood in one of its fields once. One that was put back stands there twice. */
static int texts_ever(struct sqlite_store *s, const char *node, const struct handle *h,
		      struct numbers *found)
{
	enum table t = table_of(h);
	const char *field = h->letter == HANDLE_WHY ? "why" : NULL;
	int64_t row = h->n;
	const char *line = arena_printf(found->a, "\n%s %" PRId64 " ", table_name(t), row),
		   *effects;
	struct query q;
	int rc = 0, end;

	query(&q, &s->db, found->a,
	      "SELECT effects FROM journal WHERE node = " THE_NODE
	      " AND instr(char(10) || effects, ?2) ORDER BY seq",
	      "ss", node, line);
	while (!rc && query_next(&q, "s", &effects))
		rc = texts_of_row(s, effects, t, row, field, found);
	end = query_end(&q);
	return rc ? rc : end;
}

static int texts_beside(struct sqlite_store *s, const char *node, const struct handle *h,
			struct numbers *found)
{
	char piece[HANDLE_MAX];
	struct query q;
	int64_t n;

	handle_write(piece, h);
	query(&q, &s->db, NULL,
	      "SELECT url FROM link WHERE node = " THE_NODE " AND handle = ?2 AND url NOT NULL"
	      " UNION SELECT name FROM file WHERE node = " THE_NODE
	      " AND entry = ?3 AND name NOT NULL",
	      "ssi", node, piece, h->letter == 'E' ? h->n : 0);
	while (query_next(&q, "i", &n))
		number_add(found, n);
	return query_end(&q);
}

int rows_piece_texts(struct rows *r, const char *node, const char *piece, struct arena *a,
		     int64_t **n)
{
	struct sqlite_store *s = of_rows(r);
	struct numbers found = { .a = a };
	struct handle h;
	int rc;

	if (handle_read_any(piece, strlen(piece), &h))
		return db_fault(&s->db, "“%s” is no handle", piece);
	if ((rc = texts_ever(s, node, &h, &found)) || (rc = texts_beside(s, node, &h, &found)))
		return rc;
	*n = found.n;
	return found.count;
}

int rows_link_handles(struct rows *r, const char *node, int64_t link, struct arena *a,
		      const char **handles, int most)
{
	struct query q;
	int n = 0, rc;

	query(&q, &of_rows(r)->db, a,
	      "SELECT DISTINCT l.handle FROM link l LEFT JOIN text t ON t.node = l.node AND t.n = l.url"
	      " WHERE l.node = " THE_NODE " AND l.handle NOT NULL AND (l.n = ?2 OR t.body ="
	      " (SELECT u.body FROM link m JOIN text u ON u.node = m.node AND u.n = m.url"
	      " WHERE m.node = " THE_NODE " AND m.n = ?2)) ORDER BY l.n LIMIT ?3",
	      "sid", node, link, most);
	while (n < most && query_next(&q, "s", &handles[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}
