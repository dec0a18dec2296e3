/*
 * counts: what whoever watches wants to know of the store (struct store_counts). Most of it is counted where it happens.
 *
 * How many Nodes have which status is counted once, when it is first asked for, and from then on kept by the effects that
 * change a status: nothing is walked over that grows with what is stored. A transaction that is rolled back takes its part
 * with it.
 */
#include "adapters/sqlite/sqlite_private.h"

/* With a Slack that is away for hours there are more; but to look at them all, each quarter of a minute, helps nobody. */
#define LETTERS_MOST 10000

static int nodes_know(struct sqlite_store *s)
{
	struct node_counts *c = &s->nodes;
	const char *name;
	struct arena a;
	struct query q;
	int status, rc;
	int64_t n;

	if (c->known)
		return 0;
	*c = (struct node_counts){ 0 };
	arena_init(&a);
	query(&q, &s->db, &a, "SELECT status, count(*) FROM node GROUP BY status", "");
	while (query_next(&q, "si", &name, &n)) {
		status = name ? status_from(name) : -1;
		if (status >= 0)
			c->n[status] += n;
	}
	rc = query_end(&q);
	arena_release(&a);
	/* Who only reads isn't told of what others write. */
	c->known = !rc && s->mode == STORE_WRITE;
	return rc;
}

void counts_status(struct sqlite_store *s, const char *from, const char *to)
{
	int was = from ? status_from(from) : -1, is = to ? status_from(to) : -1;

	if (was >= 0)
		s->nodes.n[was]--;
	if (is >= 0)
		s->nodes.n[is]++;
}

int counts_came(struct sqlite_store *s, const char *node)
{
	const char *status = NULL;
	struct arena a;
	int rc;

	arena_init(&a);
	rc = db_one(&s->db, &a, "SELECT status FROM node WHERE id = ?", "s>s", node, &status);
	if (rc > 0)
		counts_status(s, NULL, status);
	arena_release(&a);
	return rc < 0 ? rc : 0;
}

#define OPEN_LETTERS "letter INDEXED BY letter_open WHERE state IN ('pending', 'sending')"

/* There are more than are looked at: what is oldest in each lane stands at its beginning, so that is looked at. */
static int letters_oldest(struct sqlite_store *s, int64_t now, struct store_counts *c)
{
	return db_one(&s->db, NULL,
		      "WITH RECURSIVE lanes(name) AS (SELECT min(lane) FROM " OPEN_LETTERS
		      " UNION ALL SELECT (SELECT min(lane) FROM " OPEN_LETTERS
		      " AND lane > lanes.name) FROM lanes WHERE lanes.name IS NOT NULL LIMIT ?2)"
		      " SELECT coalesce(min((SELECT created_at FROM " OPEN_LETTERS
		      " AND lane = lanes.name AND " LETTER_IS_DUE
		      " ORDER BY id LIMIT 1)), 0) FROM lanes",
		      "ii>i", now, (int64_t)LETTERS_MOST, &c->oldest_letter_ms);
}

static int letters_count(struct sqlite_store *s, struct store_counts *c)
{
	int64_t seen = 0, now = now_of(s);
	int rc;

	rc = db_one(&s->db, NULL,
		    "SELECT count(*), count(*) FILTER (WHERE due), coalesce(min(at) FILTER"
		    " (WHERE due), 0) FROM (SELECT " LETTER_IS_DUE " AS due, created_at AS at"
		    " FROM " OPEN_LETTERS " LIMIT ?2)",
		    "ii>iii", now, (int64_t)LETTERS_MOST, &seen, &c->letters, &c->oldest_letter_ms);
	if (rc >= 0 && seen == LETTERS_MOST)
		rc = letters_oldest(s, now, c);
	return rc < 0 ? rc : 0;
}

int counts_read(struct reads *r, struct store_counts *c)
{
	struct sqlite_store *s = of_reads(r);
	int rc = nodes_know(s);

	*c = s->counts;
	for (int i = 0; i < STATUSES; i++)
		c->nodes[i] = s->nodes.n[i];
	return rc ? rc : letters_count(s, c);
}
