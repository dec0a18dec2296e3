#include "adapters/sqlite/appends.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#define NAME "aliosbot-appends"
#define FRAME_HEAD 24 /* of a page in the WAL */
/* Frames of pages as they are here. SQLite's own VFS can't write more than 131,071 bytes at once, and doesn't say so. */
#define KEPT_MOST (31 * (FRAME_HEAD + 4096))
#define LOCK_WRITE 0 /* SQLite's: the writer's, among a WAL's */

/* The database, or its WAL; the file of the VFS below stands behind it. */
struct appends {
	sqlite3_file file;
	struct appends *wal; /* the database's; NULL: none is open */
	/* the WAL: */
	struct appends *of;
	sqlite3_int64 at; /* of what is kept; behind what was written last */
	int len;
	int failed; /* why something kept could not be written; 0 */
	bool last;  /* the page that comes is its commit's last */
	char *kept;
};

static sqlite3_vfs vfs, *below;

static struct appends *appends_of(sqlite3_file *f)
{
	return (struct appends *)f;
}

static sqlite3_file *real(sqlite3_file *f)
{
	return (sqlite3_file *)(appends_of(f) + 1);
}

/* ---- what is kept ---- */

static int write_kept(sqlite3_file *f)
{
	struct appends *a = appends_of(f);
	int len = a->len;

	a->len = 0;
	a->at += len;
	return len ? real(f)->pMethods->xWrite(real(f), a->kept, len, a->at - len) : SQLITE_OK;
}

/* Before anything but a write. SQLite counts what is kept as written: if it can't be, its transaction may not end well, so
 * that fails from now on until the writer's lock goes. (A write that fails makes SQLite take all of it back.) */
static int let_go(sqlite3_file *f)
{
	struct appends *a = appends_of(f);

	if (!a->failed)
		a->failed = write_kept(f);
	return a->failed;
}

static void keep(sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
	struct appends *a = appends_of(f);

	if (!a->len)
		a->at = at;
	memcpy(a->kept + a->len, data, (size_t)len);
	a->len += len;
}

/* A frame's head says how long the database is then, if it is its commit's last, else 0. */
static bool ends_commit(const void *head)
{
	static const char goes_on[4];

	return memcmp((const char *)head + 4, goes_on, sizeof(goes_on)) != 0;
}

/* A commit's last head that doesn't follow what was written before it may be one that is made anew in its place: then no
 * page comes behind it. */
static int append(sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
	struct appends *a = appends_of(f);
	bool follows = at == a->at + a->len, last = a->last;
	int rc = a->failed;

	if (!rc && (!follows || len > KEPT_MOST - a->len))
		rc = write_kept(f);
	a->last = len == FRAME_HEAD && ends_commit(data);
	if (rc)
		return rc;
	if (len > KEPT_MOST)
		return real(f)->pMethods->xWrite(real(f), data, len, at);
	keep(f, data, len, at);
	return last || (a->last && !follows) ? write_kept(f) : SQLITE_OK;
}

/* ---- everything else comes behind it ---- */

static int appends_close(sqlite3_file *f)
{
	struct appends *a = appends_of(f);

	if (a->of)
		a->of->wal = NULL;
	sqlite3_free(a->kept);
	return real(f)->pMethods->xClose(real(f));
}

static int appends_read(sqlite3_file *f, void *data, int len, sqlite3_int64 at)
{
	int rc = let_go(f);

	return rc ? rc : real(f)->pMethods->xRead(real(f), data, len, at);
}

static int write_through(sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
	return real(f)->pMethods->xWrite(real(f), data, len, at);
}

static int appends_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int rc = let_go(f);

	return rc ? rc : real(f)->pMethods->xTruncate(real(f), size);
}

static int appends_sync(sqlite3_file *f, int flags)
{
	int rc = let_go(f);

	return rc ? rc : real(f)->pMethods->xSync(real(f), flags);
}

static int appends_size(sqlite3_file *f, sqlite3_int64 *size)
{
	int rc = let_go(f);

	return rc ? rc : real(f)->pMethods->xFileSize(real(f), size);
}

static int appends_lock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xLock(real(f), level);
}

static int appends_unlock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xUnlock(real(f), level);
}

static int appends_reserved(sqlite3_file *f, int *is)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), is);
}

static int appends_control(sqlite3_file *f, int op, void *arg)
{
	int rc = let_go(f);

	return rc ? rc : real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int appends_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int appends_device(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

/* ---- the database's own, whose locks are its WAL's as well ---- */

static int shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **at)
{
	return real(f)->pMethods->xShmMap(real(f), page, size, extend, at);
}

/* What is still kept when the writer's lock goes was rolled back: it is never written, for from now on there may be
 * another's commit in its place. */
static int shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	struct appends *wal = appends_of(f)->wal;

	if (wal && at == LOCK_WRITE && flags & SQLITE_SHM_UNLOCK && flags & SQLITE_SHM_EXCLUSIVE)
		wal->len = wal->failed = 0;
	return real(f)->pMethods->xShmLock(real(f), at, n, flags);
}

static void shm_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int shm_unmap(sqlite3_file *f, int delete)
{
	return real(f)->pMethods->xShmUnmap(real(f), delete);
}

static int map_fetch(sqlite3_file *f, sqlite3_int64 at, int len, void **page)
{
	return real(f)->pMethods->xFetch(real(f), at, len, page);
}

static int map_unfetch(sqlite3_file *f, sqlite3_int64 at, void *page)
{
	return real(f)->pMethods->xUnfetch(real(f), at, page);
}

#define OF_BOTH \
	.xClose = appends_close, .xRead = appends_read, .xTruncate = appends_truncate, \
	.xSync = appends_sync, .xFileSize = appends_size, .xLock = appends_lock, \
	.xUnlock = appends_unlock, .xCheckReservedLock = appends_reserved, \
	.xFileControl = appends_control, .xSectorSize = appends_sector, \
	.xDeviceCharacteristics = appends_device

static const sqlite3_io_methods wal_methods = { .iVersion = 1, OF_BOTH, .xWrite = append };
static const sqlite3_io_methods db_methods = {
	.iVersion = 3,
	OF_BOTH,
	.xWrite = write_through,
	.xShmMap = shm_map,
	.xShmLock = shm_lock,
	.xShmBarrier = shm_barrier,
	.xShmUnmap = shm_unmap,
	.xFetch = map_fetch,
	.xUnfetch = map_unfetch,
};

/* ---- the VFS ---- */

static int open_db(const char *name, sqlite3_file *f, int flags, int *out)
{
	int rc;

	f->pMethods = NULL;
	*appends_of(f) = (struct appends){ 0 };
	rc = below->xOpen(below, name, real(f), flags, out);
	if (real(f)->pMethods)
		f->pMethods = &db_methods;
	return rc;
}

static int open_wal(const char *name, sqlite3_file *f, int flags, int *out)
{
	struct appends *of = appends_of(sqlite3_database_file_object(name));
	char *kept = sqlite3_malloc(KEPT_MOST);
	int rc;

	f->pMethods = NULL;
	if (!kept)
		return SQLITE_NOMEM;
	*appends_of(f) = (struct appends){ .of = of, .kept = kept };
	rc = below->xOpen(below, name, real(f), flags, out);
	if (!real(f)->pMethods) {
		sqlite3_free(kept);
		return rc;
	}
	f->pMethods = &wal_methods;
	of->wal = appends_of(f);
	return rc;
}

static int open_file(sqlite3_vfs *ours, const char *name, sqlite3_file *f, int flags, int *out)
{
	(void)ours;
	if (flags & SQLITE_OPEN_MAIN_DB)
		return open_db(name, f, flags, out);
	if (flags & SQLITE_OPEN_WAL)
		return open_wal(name, f, flags, out);
	return below->xOpen(below, name, f, flags, out);
}

/* All but how a file is opened is as below. */
static int appends_register(sqlite3_vfs *now)
{
	if (below)
		sqlite3_vfs_unregister(&vfs);
	below = NULL;
	vfs = *now;
	vfs.zName = NAME;
	vfs.pNext = NULL;
	vfs.szOsFile = now->szOsFile + (int)sizeof(struct appends);
	vfs.xOpen = open_file;
	if (sqlite3_vfs_register(&vfs, 0))
		return -1;
	below = now;
	return 0;
}

const char *appends_vfs(void)
{
	sqlite3_vfs *now = sqlite3_vfs_find(NULL);

	return now == below || appends_register(now) == 0 ? NAME : NULL;
}
