#include "adapters/sqlite/appends.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#define NAME "aliosbot-appends"
#define FRAME_HEAD 24 /* of a page: its number, the file's size if it ends a commit, … */
/* A commit of a busy turn. SQLite's own VFS takes no more than 0x1ffff bytes at once. */
#define KEPT_MOST (31 * (4096 + FRAME_HEAD))

/* A WAL; the file of the VFS below stands behind it. */
struct appends {
	sqlite3_file file;
	sqlite3_int64 end; /* where the last write ended */
	bool commits;	   /* the last head was of a commit's last page */
	int kept;	   /* bytes before `end` that aren't in the file yet */
	char *bytes;
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

static int let_go(sqlite3_file *f)
{
	struct appends *a = appends_of(f);
	int len = a->kept;

	a->kept = 0;
	return len ? real(f)->pMethods->xWrite(real(f), a->bytes, len, a->end - len) : SQLITE_OK;
}

static int write_through(sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
	int rc = let_go(f);

	appends_of(f)->end = at + len;
	return rc ? rc : real(f)->pMethods->xWrite(real(f), data, len, at);
}

static bool ends_commit(const void *head)
{
	static const char none[4];

	return memcmp((const char *)head + 4, none, sizeof(none)) != 0;
}

static int append(sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
	struct appends *a = appends_of(f);
	bool head = len == FRAME_HEAD;

	if (head)
		a->commits = ends_commit(data);
	if (at != a->end || len > KEPT_MOST - a->kept)
		return write_through(f, data, len, at);
	memcpy(a->bytes + a->kept, data, (size_t)len);
	a->kept += len;
	a->end += len;
	return a->commits && !head ? let_go(f) : SQLITE_OK;
}

/* ---- everything else comes behind it ---- */

static int appends_close(sqlite3_file *f)
{
	int rc = let_go(f), closed = real(f)->pMethods->xClose(real(f));

	sqlite3_free(appends_of(f)->bytes);
	return rc ? rc : closed;
}

static int appends_read(sqlite3_file *f, void *data, int len, sqlite3_int64 at)
{
	int rc = let_go(f);

	return rc ? rc : real(f)->pMethods->xRead(real(f), data, len, at);
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

static const sqlite3_io_methods methods = {
	.iVersion = 1,
	.xClose = appends_close,
	.xRead = appends_read,
	.xWrite = append,
	.xTruncate = appends_truncate,
	.xSync = appends_sync,
	.xFileSize = appends_size,
	.xLock = appends_lock,
	.xUnlock = appends_unlock,
	.xCheckReservedLock = appends_reserved,
	.xFileControl = appends_control,
	.xSectorSize = appends_sector,
	.xDeviceCharacteristics = appends_device,
};

/* ---- the VFS ---- */

static int open_wal(const char *name, sqlite3_file *f, int flags, int *out)
{
	char *bytes = sqlite3_malloc(KEPT_MOST);
	int rc;

	f->pMethods = NULL;
	if (!bytes)
		return SQLITE_NOMEM;
	*appends_of(f) = (struct appends){ .bytes = bytes, .end = -1 };
	rc = below->xOpen(below, name, real(f), flags, out);
	if (real(f)->pMethods)
		f->pMethods = &methods;
	else
		sqlite3_free(bytes);
	return rc;
}

static int open_file(sqlite3_vfs *ours, const char *name, sqlite3_file *f, int flags, int *out)
{
	(void)ours;
	if (flags & SQLITE_OPEN_WAL)
		return open_wal(name, f, flags, out);
	return below->xOpen(below, name, f, flags, out);
}

/* All but how a file is opened is as below. */
const char *appends_vfs(void)
{
	sqlite3_vfs *now = sqlite3_vfs_find(NULL);

	if (now != below) {
		if (below)
			sqlite3_vfs_unregister(&vfs);
		below = now;
		vfs = *now;
		vfs.zName = NAME;
		vfs.pNext = NULL;
		vfs.szOsFile = now->szOsFile + (int)sizeof(struct appends);
		vfs.xOpen = open_file;
		if (sqlite3_vfs_register(&vfs, 0))
			return NULL; /* no memory: as SQLite has it */
	}
	return NAME;
}
