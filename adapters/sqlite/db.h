/*
 * db: one SQLite connection made pleasant. A statement is prepared once and found again by its
 * text; it is bound and read by format strings:
 *
 *     query(&q, db, arena, "SELECT n, author FROM entry WHERE node = ?", "i", node);
 *     while (query_next(&q, "is", &n, &author))
 *             look_at(n, author);
 *     return query_end(&q);
 *
 *       binding                                     reading
 *   i   int64_t                                     int64_t *; null is 0
 *   d   int, bool, enum                             int *
 *   o                                               bool *
 *   s   const char *; NULL is null                  const char **, into the arena; null is NULL
 *   S   const char *, size_t
 *   b   const void *, size_t                        void *, size_t: a blob of just that size
 *
 * Always true: SQL is a literal, or built from the core's table and field names; what comes from
 * outside is only ever bound. Every query() is followed by a query_end(), also after leaving the
 * loop early.
 *
 * Results: 0 or more is fine, below 0 is one of core/store.h's faults, which db->problem says in
 * words.
 */
#ifndef ADAPTERS_SQLITE_DB_H
#define ADAPTERS_SQLITE_DB_H

#include "core/base/arena.h"
#include "core/base/buf.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What to do about damage: ends the sentence that names it. */
#define DB_TO_DO "; run `aliosbot verify`, or go back to a backup"

#define DB_LITERALS 512
#define DB_BUCKETS 128 /* about as many as there are statements */

struct statement;

struct db {
	sqlite3 *handle;
	struct statement *statements[DB_BUCKETS];
	struct statement *literals[DB_LITERALS]; /* some of them, by where their words lie */
	struct buf problem;			 /* the last fault, a sentence */
	int code;				 /* SQLite's, of its last error (extended) */
	bool begins;				 /* db_begin_later() was asked for */
};

struct query {
	struct db *db;
	struct arena *arena;
	struct statement *statement;
	int column; /* the next to be read of the row */
	int rc;	    /* 0, or the fault that ended it */
};

/* Flags of sqlite3_open_v2. The path is a file's, whatever it looks like: never a URI or ":memory:" (for
 * that, SQLITE_OPEN_MEMORY). */
int db_open(struct db *db, const char *path, int flags);
void db_close(struct db *db);

int db_script(struct db *db, const char *sql); /* several statements, nothing bound, nothing kept */

void query(struct query *q, struct db *db, struct arena *a, const char *sql, const char *binding,
	   ...);
/* False at the end, or after a fault. */
bool query_next(struct query *q, const char *reading, ...);
/* Reads on in that row. */
bool query_further(struct query *q, const char *reading, ...);
/* A column in words: 12, “abc”, nothing. */
void query_column(struct query *q, int column, struct buf *out);
/* Do both have the same in this column, type and every byte? */
bool query_same(struct query *a, struct query *b, int column);
/* A column's name; NULL past the last. */
const char *query_name(struct query *q, int column);
int query_end(struct query *q);

/* No rows come back: 0. */
int db_run(struct db *db, const char *sql, const char *binding, ...);
/* A transaction that only reads begins with its first statement: one that asks nothing costs nothing. */
void db_begin_later(struct db *db);
bool db_began(struct db *db); /* false: it never did, and won't */
bool db_lost(const struct db *
		     db); /* no transaction, and none to come: SQLite may have ended it by itself */
/* The same, with values that were gathered: number i is bound to the i-th ?. */
struct cell {
	enum { CELL_NULL, CELL_INT, CELL_STRING, CELL_BLOB } kind;
	int64_t i;
	const void *p; /* STRING, BLOB: borrowed during the call */
	size_t len;    /* BLOB */
};
int db_run_cells(struct db *db, const char *sql, const struct cell *cells, size_t count);
/* At most one row comes back, 1 or 0. The format is BINDING>READING: "is>io". */
int db_one(struct db *db, struct arena *a, const char *sql, const char *format, ...);
/* Nothing that the program writes is so large as this leaves it. A number of a damaged row is cut, so that whoever
 * adds and subtracts times needn't fear an overflow; verify compares what stands there (query_same). Columns are
 * read so; for those that are read out of a text. */
int64_t db_number(int64_t n);
/* SQLite's own look over the file; *damage: the first thing that it finds (the arena's), NULL: nothing. */
int db_quick_check(struct db *db, struct arena *a, const char **damage);
int db_bytes(struct db *db, int64_t *bytes); /* of the file, without a WAL */
/* Rows that the last db_run() changed. */
int64_t db_changed(struct db *db);

/* Says a fault of our own; gives STORE_FAULT. */
int db_fault(struct db *db, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Says what in the file is damaged, and what to do; gives STORE_DAMAGED. */
int db_damaged(struct db *db, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Says SQLite's last error; gives STORE_FULL, STORE_BUSY, STORE_DAMAGED or STORE_FAULT. */
int db_error(struct db *db);

#endif
