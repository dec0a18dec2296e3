/*
 * verify_file: what belongs to no Node alone: SQLite's own checks, the schema, the counters, and the
 * tally of all journals, in which a Node is missed that was taken out with all that is its own.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/verify_private.h"

#include <string.h>

/* ---- SQLite's ---- */

static int integrity_check(struct check *c)
{
	struct query q;
	const char *says, *table, *parent;
	struct arena a;

	arena_init(&a);
	query(&q, c->db, &a, "PRAGMA integrity_check(20)", "");
	while (query_next(&q, "s", &says))
		if (strcmp(says, "ok") != 0)
			finding(c, "SQLite: %s", says);
	if (query_end(&q) == 0) {
		query(&q, c->db, &a,
		      "SELECT \"table\", parent FROM pragma_foreign_key_check LIMIT 20", "");
		while (query_next(&q, "ss", &table, &parent))
			finding(c, "a row of %s points to a row of %s that isn't there", table,
				parent);
		query_end(&q);
	}
	arena_release(&a);
	return q.rc;
}

/* ---- the schema ---- */

struct thing {
	const char *name; /* "index entry_live" */
	const char *sql;
};

/* Statistics are ANALYZE's, and change nothing that is read. */
static void things_begin(struct query *q, struct db *db, struct arena *a)
{
	query(q, db, a,
	      "SELECT type || ' ' || name, tbl_name || ': ' || coalesce(sql, '') FROM sqlite_schema"
	      " WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY 1",
	      "");
}

static bool thing_next(struct query *q, struct thing *t)
{
	*t = (struct thing){ 0 };
	return query_next(q, "ss", &t->name, &t->sql);
}

/* Both lists are in order; the one that lacks a name stands still. */
static void things_compare(struct check *c, struct query *now, struct query *made)
{
	struct thing is, should;
	int order;

	thing_next(now, &is);
	thing_next(made, &should);
	while (is.name || should.name) {
		order = !is.name ? 1 : !should.name ? -1 : strcmp(is.name, should.name);
		if (order < 0)
			finding(c, "schema: the %s isn't aliosbot's: it was put in", is.name);
		else if (order > 0)
			finding(c, "schema: the %s is missing", should.name);
		else if (strcmp(is.sql, should.sql) != 0)
			finding(c, "schema: the %s was changed", is.name);
		if (order <= 0)
			thing_next(now, &is);
		if (order >= 0)
			thing_next(made, &should);
	}
}

static int schema_check(struct check *c)
{
	struct query now, made;
	struct arena a;

	arena_init(&a);
	things_begin(&now, c->db, &a);
	things_begin(&made, &c->again, &a);
	things_compare(c, &now, &made);
	query_end(&made);
	query_end(&now);
	arena_release(&a);
	return now.rc ? now.rc : made.rc;
}

/* ---- the counters ---- */

/* Did an import, or a copy that was restored, skip the numbers from first to next - 1? What was brought may have come between
 * some of them. 1, 0, < 0. */
static int numbers_skipped(struct check *c, int64_t year, int64_t first, int64_t next)
{
	return db_one(c->db, NULL,
		      "SELECT 1 FROM meta WHERE name GLOB '" SKIPPED "' || ?1 || '/*'"
		      " AND CAST(value AS INTEGER) <= ?2"
		      " AND CAST(substr(name, length('" SKIPPED
		      "' || ?1 || '/') + 1) AS INTEGER) >= ?3",
		      "iii>", year, first, next);
}

/* Numbers are given without a gap: what is refused takes none. */
static int numbers_check(struct check *c)
{
	int64_t year, number, before = 0, last = 0;
	struct query q;
	int rc = 0, end;

	query(&q, c->db, NULL, "SELECT year, number FROM node ORDER BY year, number", "");
	while (rc >= 0 && query_next(&q, "ii", &year, &number)) {
		last = year == before ? last : 0;
		if (number != last + 1 && (rc = numbers_skipped(c, year, last + 1, number)) == 0)
			finding(c, "incident %lld of %lld is missing: it was taken out as a whole",
				(long long)last + 1, (long long)year);
		before = year;
		last = number;
	}
	end = query_end(&q);
	return rc < 0 ? rc : end;
}

/* Behind the last one there may be those that a restored copy didn't have. */
static int years_check(struct check *c)
{
	int64_t year, last, most;
	struct query q;
	int rc = 0, end;

	query(&q, c->db, NULL,
	      "SELECT a.year, coalesce((SELECT last FROM year WHERE year.year = a.year), 0) AS last,"
	      " coalesce((SELECT max(number) FROM node WHERE node.year = a.year), 0) AS most"
	      " FROM (SELECT year FROM year UNION SELECT year FROM node) a WHERE last <> most",
	      "");
	while (rc >= 0 && query_next(&q, "iii", &year, &last, &most))
		if (last < most || !(rc = numbers_skipped(c, year, most + 1, last + 1)))
			finding(c,
				"%lld: the counter says %lld incidents, the last one is number %lld",
				(long long)year, (long long)last, (long long)most);
	end = query_end(&q);
	return rc < 0 ? rc : end;
}

/* The outbox is not checked, but a number that it has given once may not be given again. */
static int letters_check(struct check *c)
{
	struct query q;
	const char *id;
	struct arena a;

	arena_init(&a);
	query(&q, c->db, &a,
	      "SELECT node.id FROM node WHERE n_letter < (SELECT max(CAST("
	      "replace(key, rtrim(key, '0123456789'), '') AS INTEGER)) FROM letter"
	      " WHERE letter.node = node.n AND what NOT IN (" SCHEMA_POSTS ", 'offer'))"
	      " UNION ALL SELECT 'all' WHERE (SELECT coalesce(max(id), 0) FROM letter) >"
	      " coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'letter'), 0)",
	      "");
	while (query_next(&q, "s", &id))
		finding(c, "%s: the counter of letters was set back", id);
	arena_release(&a);
	return query_end(&q);
}

/* ---- the tally ---- */

static int tally_check(struct check *c)
{
	unsigned char stored[DIGEST_SIZE], sum[DIGEST_SIZE];
	int64_t journal, rows = 0, row = 0;
	int rc = db_one(c->db, NULL,
			"SELECT journal, sum, (SELECT coalesce(max(n), 0) - count(*) FROM node)"
			" FROM tally WHERE n = 1",
			">ibi", &journal, stored, sizeof(stored), &row);

	if (rc < 0)
		return rc;
	if (rc == 0) {
		finding(c, "the tally of all changes is gone");
		return 0;
	}
	if (row)
		finding(c, "rows of node are missing, or have got other numbers");
	rc = tally_of_all(c->db, &rows, sum);
	if (rows != journal)
		finding(c,
			"all journals together have %lld rows, and not the %lld that were written:"
			" some were taken away or added",
			(long long)rows, (long long)journal);
	if (!rc && memcmp(stored, sum, DIGEST_SIZE) != 0)
		finding(c, "the journals together are not those that were written: one was changed,"
			   " taken away or put in, or the tally was");
	return rc;
}

int verify_file(struct check *c)
{
	int rc = integrity_check(c);

	if (!rc)
		rc = schema_check(c);
	if (!rc)
		rc = numbers_check(c);
	if (!rc)
		rc = years_check(c);
	if (!rc)
		rc = letters_check(c);
	return rc ? rc : tally_check(c);
}
