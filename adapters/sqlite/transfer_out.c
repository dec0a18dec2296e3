/*
 * transfer_out: a Node as it goes to another file: its journal row by row, and its texts.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

int transfer_ids(struct reads *r, const char *after, struct arena *a, const char **ids, int most)
{
	struct node_name from = { 0 };
	struct query q;
	int n = 0, rc;

	if (*after && node_name_read(after, strlen(after), &from))
		return db_fault(&of_reads(r)->db, "“%s” is no id of a Node", after);
	query(&q, &of_reads(r)->db, a,
	      "SELECT id FROM node WHERE (year, number) > (?, ?) ORDER BY year, number LIMIT ?",
	      "did", from.year, from.number, most);
	while (n < most && query_next(&q, "s", &ids[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}

static int rows_out(struct db *db, int64_t node, struct arena *a, struct transfer *t)
{
	struct transfer_row *row;
	struct query q;
	int64_t count = 0;
	int rc = db_one(db, NULL, "SELECT count(*) FROM journal WHERE node = ?", "i>i", node,
			&count);

	if (rc < 0)
		return rc;
	t->rows = arena_alloc(a, (size_t)count * sizeof(*t->rows));
	query(&q, db, a,
	      "SELECT seq, at, who, source, op, basis, effects, digest FROM journal WHERE node = ?"
	      " ORDER BY seq",
	      "i", node);
	while (t->n_rows < (size_t)count && (row = &t->rows[t->n_rows]) &&
	       query_next(&q, "iisssssb", &row->seq, &row->at, &row->who, &row->source, &row->op,
			  &row->basis, &row->effects, row->digest, sizeof(row->digest)))
		t->n_rows++;
	return query_end(&q);
}

static int texts_out(struct db *db, int64_t node, struct arena *a, struct transfer *t)
{
	unsigned char salt[SALT_SIZE];
	struct transfer_text *text;
	struct query q;
	int64_t count = 0;
	int rc = db_one(db, NULL, "SELECT count(*) FROM text WHERE node = ?", "i>i", node, &count);

	if (rc < 0)
		return rc;
	t->texts = arena_alloc(a, (size_t)count * sizeof(*t->texts));
	query(&q, db, a,
	      "SELECT n, coalesce(salt, zeroblob(16)), body FROM text WHERE node = ? ORDER BY n",
	      "i", node);
	while (t->n_texts < (size_t)count && (text = &t->texts[t->n_texts]) &&
	       query_next(&q, "ibs", &text->n, salt, sizeof(salt), &text->body)) {
		if (text->body)
			text->salt = memcpy(arena_alloc(a, sizeof(salt)), salt, sizeof(salt));
		t->n_texts++;
	}
	return query_end(&q);
}

int transfer_out(struct reads *r, const char *node, struct arena *a, struct transfer *t)
{
	struct db *db = &of_reads(r)->db;
	int64_t n;
	int rc;

	memset(t, 0, sizeof(*t));
	rc = db_one(db, NULL, "SELECT n FROM node WHERE id = ?", "s>i", node, &n);
	if (rc <= 0)
		return rc;
	snprintf(t->id, sizeof(t->id), "%s", node);
	if ((rc = rows_out(db, n, a, t)) || (rc = texts_out(db, n, a, t)))
		return rc;
	return 1;
}
