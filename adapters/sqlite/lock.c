/*
 * lock: the file, and who may write to it. Whoever writes holds flock(2) on FILE.lock, which says by
 * whom it is held, and on the database itself, which is what counts: a link to it is the same file.
 * The kernel lets go of both however the process ends. The database's descriptor stays open until
 * SQLite has closed its own: closing any of a file drops all locks that the process has on it.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- FILE.lock ---- */

static int lock_held(struct sqlite_store *s, struct buf *why)
{
	char pid[24] = "";
	ssize_t got = pread(s->lock, pid, sizeof(pid) - 1, 0);

	pid[got > 0 ? strcspn(pid, "\n") : 0] = '\0';
	return sqlite_say(why, STORE_BUSY, "another aliosbot (pid %s) is using %s. Stop it first.",
			  *pid ? pid : "unknown", s->path);
}

/* Never through a symbolic link: what it points to would be overwritten. */
static int lock_open(struct sqlite_store *s, const char *name, struct buf *why)
{
	struct stat st;

	s->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (s->lock < 0 && errno == ELOOP)
		return sqlite_say(why, STORE_FULL, "%s is a symbolic link. Remove it.", name);
	if (s->lock < 0)
		return sqlite_say(
			why, STORE_FULL,
			"%s can't be opened (%s); make its directory, and let this user write"
			" there",
			name, strerror(errno));
	if (fstat(s->lock, &st) != 0 || !S_ISREG(st.st_mode))
		return sqlite_say(why, STORE_FULL, "%s isn't a plain file. Remove it.", name);
	if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK ? lock_held(s, why)
				    : sqlite_say(why, STORE_FULL, "%s can't be locked (%s)", name,
						 strerror(errno));
}

/* ---- the database ---- */

bool file_has_bytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size > 0;
}

/* Nothing is begun anew where a database was: its writer leaves its pid, SQLite the WAL. */
static int file_new(struct sqlite_store *s, const char *lock, struct buf *why)
{
	const char *wal = arena_printf(&s->names, "%s-wal", s->path);
	const char *left = file_has_bytes(wal) ? wal : file_has_bytes(lock) ? lock : NULL;

	if (!left || file_has_bytes(s->path))
		return 0;
	return sqlite_say(
		why, STORE_MOVED,
		"%s is %s, but a database was there: %s is left of it. Restore it from a backup;"
		" to start over, delete %s, too.",
		s->path, access(s->path, F_OK) == 0 ? "empty" : "gone", left, left);
}

/* SQLite would make the file readable for all; its WAL takes the file's mode over. */
static int file_open(struct sqlite_store *s, struct buf *why)
{
	struct stat st;

	s->file = open(s->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (s->file < 0 || fstat(s->file, &st) != 0)
		return sqlite_say(why, STORE_FULL,
				  "%s can't be opened for writing (%s); check who owns it", s->path,
				  strerror(errno));
	s->file_id = (struct file_id){ st.st_dev, st.st_ino };
	if (flock(s->file, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return sqlite_say(why, STORE_BUSY,
				  "another aliosbot is using %s under another name. Stop it first.",
				  s->path);
	return sqlite_say(why, STORE_FULL, "%s can't be locked (%s)", s->path, strerror(errno));
}

int lock_take(struct sqlite_store *s, struct buf *why)
{
	const char *name = arena_printf(&s->names, "%s.lock", s->path);
	int rc;

	if ((rc = lock_open(s, name, why)) || (rc = file_new(s, name, why)))
		return rc;
	return file_open(s, why);
}

int lock_take_over(struct sqlite_store *s, struct buf *why)
{
	int rc = lock_open(s, arena_printf(&s->names, "%s.lock", s->path), why);

	return rc || access(s->path, F_OK) != 0 ? rc : file_open(s, why);
}

int lock_sign(struct sqlite_store *s, struct buf *why)
{
	char pid[24];
	int len = snprintf(pid, sizeof(pid), "%" PRIdMAX "\n", (intmax_t)getpid());

	if (ftruncate(s->lock, 0) || pwrite(s->lock, pid, (size_t)len, 0) != len)
		return sqlite_say(why, STORE_FULL,
				  "%s.lock can't be written (%s); is the disk full?", s->path,
				  strerror(errno));
	return 0;
}

void lock_release(struct sqlite_store *s)
{
	if (s->file >= 0)
		close(s->file);
	if (s->lock >= 0)
		close(s->lock);
}

/* ---- still the same? ---- */

bool file_is(const char *path, const struct file_id *id)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_dev == id->dev && st.st_ino == id->ino;
}

bool file_there(const struct sqlite_store *s)
{
	return file_is(s->path, &s->file_id);
}

bool file_wal_there(const struct sqlite_store *s)
{
	return !s->wal_id.ino || file_is(s->wal, &s->wal_id);
}

void file_wal_note(struct sqlite_store *s)
{
	struct stat st;

	s->wal_id = (struct file_id){ 0 };
	if (stat(s->wal, &st) == 0)
		s->wal_id = (struct file_id){ st.st_dev, st.st_ino };
}
