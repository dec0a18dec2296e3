#include "adapters/sqlite/appends.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#define NAME "aliosbot-appends"
#define FRAME_HEAD 24	/* of a page in the WAL */
#define PAGE_MOST 65536 /* SQLite's */

/* A WAL; the file of the VFS below stands behind it. */
struct appends {
	sqlite3_file file;
	sqlite3_int64 end; /* where the last write ended; -1: none yet */
	bool head;	   /* before `end` is a head that isn't in the file yet */
	char *frame;	   /* it, and room for its page */
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

	if (!a->head)
		return SQLITE_OK;
	a->head = false;
	return real(f)->pMethods->xWrite(real(f), a->frame, FRAME_HEAD, a->end - FRAME_HEAD);
}

static int write_through(sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
	int rc = let_go(f);

	return rc ? rc : real(f)->pMethods->xWrite(real(f), data, len, at);
}

static int write_frame(sqlite3_file *f, const void *page, int len, sqlite3_int64 at)
{
	struct appends *a = appends_of(f);

	memcpy(a->frame + FRAME_HEAD, page, (size_t)len);
	a->head = false;
	return real(f)->pMethods->xWrite(real(f), a->frame, FRAME_HEAD + len, at - FRAME_HEAD);
}

/* Heads alone are written elsewhere too, where those of a transaction are made anew: never at the end. */
static int append(sqlite3_file *f, const void *data, int len, sqlite3_int64 at)
{
	struct appends *a = appends_of(f);
	bool goes_on = at == a->end;

	a->end = at + len;
	if (goes_on && a->head && len <= PAGE_MOST)
		return write_frame(f, data, len, at);
	if (goes_on && !a->head && len == FRAME_HEAD) {
		memcpy(a->frame, data, FRAME_HEAD);
		a->head = true;
		return SQLITE_OK;
	}
	return write_through(f, data, len, at);
}

/* ---- everything else comes behind it ---- */

static int appends_close(sqlite3_file *f)
{
	sqlite3_free(appends_of(f)->frame);
	return real(f)->pMethods->xClose(real(f));
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
	char *frame = sqlite3_malloc(FRAME_HEAD + PAGE_MOST);
	int rc;

	f->pMethods = NULL;
	if (!frame)
		return SQLITE_NOMEM;
	*appends_of(f) = (struct appends){ .frame = frame, .end = -1 };
	rc = below->xOpen(below, name, real(f), flags, out);
	if (real(f)->pMethods)
		f->pMethods = &methods;
	else
		sqlite3_free(frame);
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
