#include "tests/support/counted.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096

static struct counted all;
static FILE *shown;
static sqlite3_vfs *real, counting;

/* One kind of file: its real methods, and the same with ours in some places. */
struct kind {
	const sqlite3_io_methods *real;
	sqlite3_io_methods ours;
};
static struct kind file, wal;

static const sqlite3_io_methods *real_of(const sqlite3_file *f)
{
	return f->pMethods == &wal.ours ? wal.real : file.real;
}

/* The WAL is its own head, then frames: a head, then the page; a head that tells the file's size ends a commit. */
#define WAL_HEAD 32
#define FRAME_HEAD 24
#define FRAME (FRAME_HEAD + PAGE)

static sqlite3_int64 frame_of(sqlite3_int64 at)
{
	return at < WAL_HEAD ? 0 : (at - WAL_HEAD) / FRAME;
}

/* Any number of frames, and parts of them, in one write. */
static void count_frames(const char *data, int len, sqlite3_int64 at)
{
	static const char none[4];

	all.pages += frame_of(at + len) - frame_of(at);
	for (sqlite3_int64 n = frame_of(at); WAL_HEAD + n * FRAME < at + len; n++) {
		sqlite3_int64 head = WAL_HEAD + n * FRAME;

		if (head >= at && head + 8 <= at + len)
			all.commits += memcmp(data + (head - at) + 4, none, sizeof(none)) != 0;
	}
}

static int count_write(sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
	all.writes++;
	if (f->pMethods == &wal.ours)
		count_frames(data, len, at);
	return real_of(f)->xWrite(f, data, len, at);
}

static int count_read(sqlite3_file *f, void *data, int len, sqlite3_int64 at)
{
	all.reads++;
	return real_of(f)->xRead(f, data, len, at);
}

static int count_sync(sqlite3_file *f, int flags)
{
	all.syncs++;
	return real_of(f)->xSync(f, flags);
}

static int count_lock(sqlite3_file *f, int level)
{
	all.locks++;
	return real_of(f)->xLock(f, level);
}

static int count_unlock(sqlite3_file *f, int level)
{
	all.locks++;
	return real_of(f)->xUnlock(f, level);
}

static int count_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	all.locks++;
	return real_of(f)->xShmLock(f, offset, n, flags);
}

static void take_place(struct kind *k, sqlite3_file *f)
{
	if (!k->real) {
		k->real = f->pMethods;
		k->ours = *f->pMethods;
		k->ours.xWrite = count_write;
		k->ours.xRead = count_read;
		k->ours.xSync = count_sync;
		k->ours.xLock = count_lock;
		k->ours.xUnlock = count_unlock;
		k->ours.xShmLock = count_shm_lock;
	}
	if (f->pMethods != k->real)
		abort(); /* another kind of file system: its methods would have to be kept as well
			  */
	f->pMethods = &k->ours;
}

static int open_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
	int rc = real->xOpen(real, name, f, flags, out);

	(void)vfs;
	if (rc != SQLITE_OK || !f->pMethods)
		return rc;
	if (flags & SQLITE_OPEN_MAIN_DB)
		take_place(&file, f);
	else if (flags & SQLITE_OPEN_WAL)
		take_place(&wal, f);
	return rc;
}

static int count_statement(unsigned what, void *arg, void *stmt, void *sql)
{
	const char *text = sql;

	(void)arg;
	if (what == SQLITE_TRACE_PROFILE) { /* it has ended */
		all.steps += sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_VM_STEP, 1);
		return 0;
	}
	if (!strncmp(text, "--", 2))
		return 0; /* a trigger's step is no statement of ours */
	all.statements++;
	if (shown)
		fprintf(shown, "%5ld  %s\n", all.pages, text);
	return 0;
}

static int on_connection(sqlite3 *db, const char **why, const struct sqlite3_api_routines *api)
{
	(void)why;
	(void)api;
	return sqlite3_trace_v2(db, SQLITE_TRACE_STMT | SQLITE_TRACE_PROFILE, count_statement,
				NULL);
}

void counted_begin(void)
{
	real = sqlite3_vfs_find(NULL);
	counting = *real;
	counting.zName = "counting";
	counting.pNext = NULL;
	counting.xOpen = open_file;
	if (sqlite3_vfs_register(&counting, 1) ||
	    sqlite3_auto_extension((void (*)(void))on_connection))
		abort();
}

void counted_show(FILE *to)
{
	shown = to;
}

struct counted counted_now(void)
{
	return all;
}

struct counted counted_since(const struct counted *before)
{
	return (struct counted){
		.statements = all.statements - before->statements,
		.steps = all.steps - before->steps,
		.commits = all.commits - before->commits,
		.pages = all.pages - before->pages,
		.writes = all.writes - before->writes,
		.reads = all.reads - before->reads,
		.locks = all.locks - before->locks,
		.syncs = all.syncs - before->syncs,
	};
}
