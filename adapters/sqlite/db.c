#include "adapters/sqlite/db.h"

#include "adapters/sqlite/appends.h"

#include "core/base/alloc.h"
#include "core/store.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define PROBLEM_MAX 512

struct statement {
	struct statement *next; /* in its bucket */
	sqlite3_stmt *stmt;
	bool busy; /* between query() and query_end() */
	char sql[];
};

/* Before main(), once: SQLite counts its memory, under a lock, for programs that ask how much it is. */
__attribute__((constructor)) static void db_memory(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* ---- life ---- */

int db_open(struct db *db, const char *path, int flags)
{
	struct buf file;
	int rc;

	*db = (struct db){ 0 };
	buf_init(&db->problem, PROBLEM_MAX);
	buf_init(&file, BUF_ROOMY);
	/* SQLite as Debian builds it takes "file:x?mode=memory" and ":memory:" for something else. */
	buf_addf(&file, "%s%s", *path == '/' || flags & SQLITE_OPEN_MEMORY ? "" : "./", path);
	rc = sqlite3_open_v2(file.s, &db->handle, flags,
			     flags & SQLITE_OPEN_READWRITE ? appends_vfs() : NULL);
	buf_release(&file);
	if (rc == SQLITE_OK)
		return 0;
	if (!db->handle)
		alloc_failed();
	return db_error(db);
}

void db_close(struct db *db)
{
	struct statement *st, *next;

	for (size_t i = 0; i < DB_BUCKETS; i++)
		for (st = db->statements[i]; st; st = next) {
			next = st->next;
			sqlite3_finalize(st->stmt);
			free(st);
		}
	memset(db->statements, 0, sizeof(db->statements));
	memset(db->literals, 0, sizeof(db->literals));
	sqlite3_close(db->handle);
	db->handle = NULL;
	buf_release(&db->problem);
}

/* ---- faults ---- */

int db_fault(struct db *db, const char *fmt, ...)
{
	va_list ap;

	buf_reset(&db->problem);
	va_start(ap, fmt);
	buf_vaddf(&db->problem, fmt, ap);
	va_end(ap);
	return STORE_FAULT;
}

int db_damaged(struct db *db, const char *fmt, ...)
{
	va_list ap;

	buf_reset(&db->problem);
	va_start(ap, fmt);
	buf_vaddf(&db->problem, fmt, ap);
	va_end(ap);
	buf_adds(&db->problem, DB_TO_DO);
	return STORE_DAMAGED;
}

int db_error(struct db *db)
{
	const char *says = sqlite3_errmsg(db->handle);

	db->code = sqlite3_extended_errcode(db->handle);
	switch (db->code & 0xff) {
	case SQLITE_FULL:
		db_fault(db, "the disk is full, so nothing can be saved; free some space");
		return STORE_FULL;
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		db_fault(db,
			 "the database file can't be read or written (%s); check the disk and the"
			 " file's rights",
			 says);
		return STORE_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		db_fault(db, "another program has the database locked; end it, or wait until it is"
			     " done");
		return STORE_BUSY;
	case SQLITE_NOMEM:
		alloc_failed();
	case SQLITE_CORRUPT:
		return db_damaged(db, "the database file is damaged (%s)", says);
	case SQLITE_NOTADB:
		return db_damaged(db,
				  "this isn't an aliosbot database, or its beginning is damaged:"
				  " check --db or ALIOSBOT_DB");
	default:
		return db_fault(db, "SQLite says: %s", says);
	}
}

/* ---- statements, kept ---- */

static size_t bucket_of(const char *sql)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *sql; sql++)
		h = (h ^ (unsigned char)*sql) * 16777619u;
	return h % DB_BUCKETS;
}

static struct statement *statement_kept(struct db *db, const char *sql)
{
	struct statement **bucket = &db->statements[bucket_of(sql)], *st;
	size_t size = strlen(sql) + 1;

	for (st = *bucket; st; st = st->next)
		if (strcmp(st->sql, sql) == 0)
			return st;
	st = alloc(sizeof(*st) + size);
	memcpy(st->sql, sql, size);
	if (sqlite3_prepare_v3(db->handle, sql, (int)size, SQLITE_PREPARE_PERSISTENT, &st->stmt,
			       NULL)) {
		free(st);
		return NULL;
	}
	st->next = *bucket;
	*bucket = st;
	return st;
}

/* Nearly all are literals: where the words lie says most quickly which they are. Those that were put together may lie
 * where others lay before, so the words are compared all the same. */
static struct statement *statement(struct db *db, const char *sql)
{
	struct statement **here = &db->literals[((uintptr_t)sql >> 3) % DB_LITERALS];

	if (!*here || strcmp((*here)->sql, sql) != 0)
		*here = statement_kept(db, sql);
	return *here;
}

/* clang-tidy 14 takes a va_list behind a pointer for one that was never started. */
/* NOLINTBEGIN(clang-analyzer-valist.Uninitialized) */

/* SQLITE_STATIC: what is bound is borrowed until query_end(), and bound anew before the next use.
 */
static int bind(sqlite3_stmt *stmt, const char *binding, va_list *ap)
{
	const void *p;
	int rc = SQLITE_OK;

	for (int i = 1; *binding && *binding != '>' && rc == SQLITE_OK; i++, binding++) {
		switch (*binding) {
		case 'i':
			rc = sqlite3_bind_int64(stmt, i, va_arg(*ap, int64_t));
			break;
		case 'd':
			rc = sqlite3_bind_int(stmt, i, va_arg(*ap, int));
			break;
		case 's':
			rc = sqlite3_bind_text(stmt, i, va_arg(*ap, const char *), -1,
					       SQLITE_STATIC);
			break;
		case 'S':
			p = va_arg(*ap, const char *);
			rc = sqlite3_bind_text(stmt, i, p, (int)va_arg(*ap, size_t), SQLITE_STATIC);
			break;
		case 'b':
			p = va_arg(*ap, const void *);
			rc = sqlite3_bind_blob(stmt, i, p, (int)va_arg(*ap, size_t), SQLITE_STATIC);
			break;
		default:
			rc = SQLITE_MISUSE;
		}
	}
	return rc;
}

/* The statement is q's until query_end(). False: q->rc says why not. */
static bool statement_take(struct query *q, const char *sql)
{
	struct statement *st = statement(q->db, sql);

	q->rc = 0;
	q->statement = NULL;
	if (!st)
		q->rc = db_error(q->db);
	else if (st->busy)
		q->rc = db_fault(q->db, "a query was begun inside itself: %s", sql);
	if (q->rc)
		return false;
	st->busy = true;
	q->statement = st;
	return true;
}

static void query_open(struct query *q, const char *sql, const char *binding, va_list *ap)
{
	if (statement_take(q, sql) && bind(q->statement->stmt, binding, ap) != SQLITE_OK)
		q->rc = db_error(q->db);
}

static int cell_bind(sqlite3_stmt *stmt, int i, const struct cell *c)
{
	switch (c->kind) {
	case CELL_INT:
		return sqlite3_bind_int64(stmt, i, c->i);
	case CELL_STRING:
		return sqlite3_bind_text(stmt, i, c->p, -1, SQLITE_STATIC);
	case CELL_BLOB:
		return sqlite3_bind_blob(stmt, i, c->p, (int)c->len, SQLITE_STATIC);
	case CELL_NULL:
		break;
	}
	return sqlite3_bind_null(stmt, i); /* a statement keeps what was bound before */
}

void query(struct query *q, struct db *db, struct arena *a, const char *sql, const char *binding,
	   ...)
{
	va_list ap;

	q->db = db;
	q->arena = a;
	va_start(ap, binding);
	query_open(q, sql, binding, &ap);
	va_end(ap);
}

void db_begin_later(struct db *db)
{
	db->begins = true;
}

bool db_began(struct db *db)
{
	bool began = !db->begins;

	db->begins = false;
	return began;
}

bool db_lost(const struct db *db)
{
	return !db->begins && sqlite3_get_autocommit(db->handle);
}

static int begin_now(struct db *db)
{
	return db_began(db) ? 0 : db_run(db, "BEGIN", "");
}

static bool step(struct query *q)
{
	if (q->rc || !q->statement)
		return false;
	q->rc = begin_now(q->db);
	if (q->rc)
		return false;
	switch (sqlite3_step(q->statement->stmt)) {
	case SQLITE_ROW:
		return true;
	case SQLITE_DONE:
		return false;
	default:
		q->rc = db_error(q->db);
		return false;
	}
}

static const char *read_string(struct query *q, int i)
{
	const char *s = (const char *)sqlite3_column_text(q->statement->stmt, i);

	return s ? arena_strndup(q->arena, s, (size_t)sqlite3_column_bytes(q->statement->stmt, i))
		 : NULL;
}

static bool read_blob(struct query *q, int i, void *out, size_t size)
{
	const void *p = sqlite3_column_blob(q->statement->stmt, i);

	if (!p || (size_t)sqlite3_column_bytes(q->statement->stmt, i) != size) {
		q->rc = db_damaged(q->db, "a value of %zu bytes is damaged in the database", size);
		return false;
	}
	memcpy(out, p, size);
	return true;
}

#define NUMBER_MOST (INT64_MAX / 4)

int64_t db_number(int64_t n)
{
	return n > NUMBER_MOST ? NUMBER_MOST : n < -NUMBER_MOST ? -NUMBER_MOST : n;
}

static int64_t read_number(sqlite3_stmt *stmt, int column)
{
	return db_number(sqlite3_column_int64(stmt, column));
}

static bool read_row(struct query *q, const char *reading, va_list *ap)
{
	sqlite3_stmt *stmt = q->statement->stmt;
	void *p;

	for (; *reading; q->column++, reading++) {
		int i = q->column;

		p = va_arg(*ap, void *);
		switch (*reading) {
		case 'i':
			*(int64_t *)p = read_number(stmt, i);
			break;
		case 'd':
			*(int *)p = sqlite3_column_int(stmt, i);
			break;
		case 'o':
			*(bool *)p = sqlite3_column_int64(stmt, i) != 0;
			break;
		case 's':
			*(const char **)p = read_string(q, i);
			break;
		case 'b':
			if (!read_blob(q, i, p, va_arg(*ap, size_t)))
				return false;
			break;
		default:
			q->rc = db_fault(q->db, "'%c' is no format of a column", *reading);
			return false;
		}
	}
	return true;
}

/* NOLINTEND(clang-analyzer-valist.Uninitialized) */

bool query_next(struct query *q, const char *reading, ...)
{
	va_list ap;
	bool read;

	if (!step(q))
		return false;
	q->column = 0;
	va_start(ap, reading);
	read = read_row(q, reading, &ap);
	va_end(ap);
	return read;
}

bool query_further(struct query *q, const char *reading, ...)
{
	va_list ap;
	bool read;

	va_start(ap, reading);
	read = read_row(q, reading, &ap);
	va_end(ap);
	return read;
}

void query_column(struct query *q, int column, struct buf *out)
{
	sqlite3_stmt *stmt = q->statement->stmt;

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_NULL:
		buf_adds(out, "nothing");
		break;
	case SQLITE_INTEGER:
		buf_addf(out, "%lld", (long long)sqlite3_column_int64(stmt, column));
		break;
	case SQLITE_BLOB:
		for (int i = 0; i < sqlite3_column_bytes(stmt, column); i++)
			buf_addf(out, "%02x",
				 ((const unsigned char *)sqlite3_column_blob(stmt, column))[i]);
		break;
	default:
		buf_addf(out, "“%s”", (const char *)sqlite3_column_text(stmt, column));
	}
}

bool query_same(struct query *a, struct query *b, int column)
{
	sqlite3_stmt *x = a->statement->stmt, *y = b->statement->stmt;
	int type = sqlite3_column_type(x, column), size;
	const void *p, *q;

	if (type != sqlite3_column_type(y, column))
		return false;
	if (type == SQLITE_INTEGER)
		return sqlite3_column_int64(x, column) == sqlite3_column_int64(y, column);
	p = sqlite3_column_blob(x, column);
	q = sqlite3_column_blob(y, column);
	size = sqlite3_column_bytes(x, column);
	return size == sqlite3_column_bytes(y, column) &&
	       (!size || memcmp(p, q, (size_t)size) == 0);
}

const char *query_name(struct query *q, int column)
{
	return q->statement ? sqlite3_column_name(q->statement->stmt, column) : NULL;
}

int query_end(struct query *q)
{
	if (!q->statement)
		return q->rc;
	sqlite3_reset(q->statement->stmt);
	q->statement->busy = false;
	q->statement = NULL;
	return q->rc;
}

/* ---- in one go ---- */

int db_run(struct db *db, const char *sql, const char *binding, ...)
{
	struct query q = { .db = db };
	va_list ap;

	va_start(ap, binding);
	query_open(&q, sql, binding, &ap);
	va_end(ap);
	while (step(&q))
		;
	return query_end(&q);
}

int db_run_cells(struct db *db, const char *sql, const struct cell *cells, size_t count)
{
	struct query q = { .db = db };

	if (statement_take(&q, sql))
		for (size_t i = 0; i < count && !q.rc; i++)
			if (cell_bind(q.statement->stmt, (int)i + 1, &cells[i]) != SQLITE_OK)
				q.rc = db_error(db);
	while (step(&q))
		;
	return query_end(&q);
}

int db_one(struct db *db, struct arena *a, const char *sql, const char *format, ...)
{
	struct query q = { .db = db, .arena = a };
	const char *reading = strchr(format, '>');
	bool found = false;
	va_list ap;
	int rc;

	va_start(ap, format);
	query_open(&q, sql, format, &ap);
	if (step(&q))
		found = read_row(&q, reading ? reading + 1 : "", &ap);
	va_end(ap);
	rc = query_end(&q);
	return rc ? rc : found;
}

int64_t db_changed(struct db *db)
{
	return sqlite3_changes64(db->handle);
}

int db_script(struct db *db, const char *sql)
{
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : db_error(db);
}

/* ---- the file ---- */

int db_quick_check(struct db *db, struct arena *a, const char **damage)
{
	const char *says = NULL;
	int rc = db_one(db, a, "PRAGMA quick_check(1)", ">s", &says);

	*damage = rc > 0 && strcmp(says, "ok") != 0 ? says : NULL;
	return rc < 0 ? rc : 0;
}

int db_bytes(struct db *db, int64_t *bytes)
{
	int rc = db_one(db, NULL,
			"SELECT (SELECT page_count FROM pragma_page_count) *"
			" (SELECT page_size FROM pragma_page_size)",
			">i", bytes);

	return rc < 0 ? rc : 0;
}
