/*
 * backup: a copy of one moment. All pages go in one step: in WAL mode a reader holds up no writer,
 * while a copy in small steps begins anew at each commit of the bot's and might never end.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"
#include "core/base/alloc.h"
#include "core/time/civil.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define NAMES_A_DAY 9
#define TALLY_SINCE 4 /* versions of the format */
#define WORDS_SINCE 5
#define BUSY_TRIES 500
#define BUSY_SLEEP_MS 10
#define NEW_NAMES 9

/* A database, and what SQLite keeps beside one. */
static const char *const backup_ends[] = { "", "-journal", "-wal", "-shm" };
#define BACKUP_ENDS (sizeof(backup_ends) / sizeof(*backup_ends))

static int backup_copy(sqlite3_backup *b)
{
	int rc = SQLITE_BUSY;

	for (int i = 0; i < BUSY_TRIES && (rc == SQLITE_BUSY || rc == SQLITE_LOCKED); i++) {
		if (i)
			sqlite3_sleep(BUSY_SLEEP_MS);
		rc = sqlite3_backup_step(b, -1);
	}
	return rc;
}

/* All pages were copied, those too in which redacted words may still lie. */
static int backup_squeeze(struct db *to, int version)
{
	int rc = vacuum_asked(to);

	if (rc <= 0)
		return rc;
	rc = version >= WORDS_SINCE ? words_index_squeeze(to) : 0;
	return rc ? rc : db_script(to, "VACUUM");
}

static int tally_read(struct db *db, int64_t *rows, unsigned char sum[DIGEST_SIZE])
{
	return db_one(db, NULL, "SELECT journal, sum FROM tally", ">ib", rows, sum,
		      (size_t)DIGEST_SIZE);
}

/* The head of all journals together is the original's, as of the moment that was copied. */
static int backup_compare(struct db *from, struct db *to)
{
	unsigned char sum[DIGEST_SIZE], copied[DIGEST_SIZE];
	int64_t rows = -1, rows_copied = -2;
	int rc;

	if (tally_read(from, &rows, sum) < 0)
		return db_fault(to, "%s", from->problem.s);
	rc = tally_read(to, &rows_copied, copied);
	if (rc < 0)
		return rc;
	if (rows != rows_copied || memcmp(sum, copied, DIGEST_SIZE) != 0)
		return db_fault(to, "it isn't what was copied; check the disk");
	return 0;
}

static int backup_pages(struct sqlite_store *s, struct db *to)
{
	sqlite3_backup *b = sqlite3_backup_init(to->handle, "main", s->db.handle, "main");
	int rc;

	if (!b)
		return db_error(to);
	rc = backup_copy(b);
	/* finish() puts the error on the target, where db_error() finds it. */
	if (sqlite3_backup_finish(b) != SQLITE_OK)
		return db_error(to);
	if (rc != SQLITE_DONE)
		return db_fault(to, "the database stayed locked; try again");
	return 0;
}

/* A copy is one file: nothing of it lies in a WAL, and reading it makes none. */
static int backup_into(struct sqlite_store *s, struct db *to, int version)
{
	int rc = backup_pages(s, to);

	if (!rc)
		rc = db_script(to, "PRAGMA journal_mode = DELETE");
	if (!rc && version >= TALLY_SINCE)
		rc = backup_compare(&s->db, to);
	return rc ? rc : backup_squeeze(to, version);
}

/* Into `made`, an empty file; `path` is what it will be called. */
static int backup_file(struct sqlite_store *s, const char *made, const char *path, int version,
		       struct buf *why)
{
	struct db to;
	int rc, end;

	/* One moment: of what is copied, and of what it is compared with. */
	rc = db_run(&s->db, "SAVEPOINT backup", "");
	if (rc)
		return sqlite_say(why, rc, "the copy to %s was not made: %s", path,
				  s->db.problem.s);
	rc = db_open(&to, made, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
	if (!rc)
		rc = backup_into(s, &to, version);
	if (rc)
		sqlite_say(why, rc, "the copy to %s was not made: %s", path, to.problem.s);
	db_close(&to);
	end = db_run(&s->db, "RELEASE backup", "");
	return rc ? rc : end;
}

int backup_sync_folder(const char *path)
{
	char *folder = alloc_strdup(path);
	int fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	free(folder);
	return rc;
}

static bool backup_taken(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static int backup_refuse(const char *path, struct buf *why)
{
	return sqlite_say(why, STORE_FAULT,
			  "%s is there already; name a new file, nothing is overwritten", path);
}

/* A new file, which is `id`. 0, or -1 and errno. */
static int backup_new(const char *path, struct file_id *id)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return -1;
	*id = (struct file_id){ st.st_dev, st.st_ino };
	close(fd);
	return 0;
}

static int backup_unmade(const char *path, struct buf *why)
{
	return sqlite_say(why, STORE_FULL, "%s can't be made (%s); check the directory", path,
			  strerror(errno));
}

/* The same; 0, or < 0 and why. */
static int backup_make(const char *path, struct file_id *id, struct buf *why)
{
	if (backup_new(path, id) == 0)
		return 0;
	return errno == EEXIST ? backup_refuse(path, why) : backup_unmade(path, why);
}

/* Would SQLite find something there that isn't its own? */
static bool backup_has_logs(const char *path, struct arena *a)
{
	for (size_t i = 1; i < BACKUP_ENDS; i++)
		if (backup_taken(arena_printf(a, "%s%s", path, backup_ends[i])))
			return true;
	return false;
}

/* Under a name that is nobody's: PATH.new, PATH.new-2 …. What lies there may be anybody's, and stays. NULL and why. */
static const char *backup_make_beside(const char *path, struct file_id *id, struct arena *a,
				      struct buf *why)
{
	const char *made = NULL;

	for (int n = 1; n <= NEW_NAMES; n++) {
		made = n == 1 ? arena_printf(a, "%s.new", path)
			      : arena_printf(a, "%s.new-%d", path, n);
		if (backup_has_logs(made, a))
			continue;
		if (backup_new(made, id) == 0)
			return made;
		if (errno != EEXIST) {
			backup_unmade(made, why);
			return NULL;
		}
	}
	sqlite_say(why, STORE_FAULT,
		   "the copy to %s was not made: copies that were stopped have left %d files, the"
		   " last is %s. Delete those that nobody needs, then try again",
		   path, NEW_NAMES, made);
	return NULL;
}

void backup_unlink(const char *path)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < BACKUP_ENDS; i++)
		unlink(arena_printf(&a, "%s%s", path, backup_ends[i]));
	arena_release(&a);
}

/* Nothing that has come there meanwhile is overwritten, where the file system can see to that. 0, or -1 and errno. */
static int backup_rename(const char *made, const char *path)
{
	if (renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return 0;
	return errno == EINVAL || errno == ENOSYS ? rename(made, path) : -1;
}

/* It is on disk: all but its name. */
static int backup_name_it(const char *made, const char *path, const struct file_id *id,
			  struct buf *why)
{
	if (!file_is(made, id))
		return sqlite_say(why, STORE_FAULT,
				  "the copy to %s was not made: another one was being written"
				  " there at the same time",
				  path);
	if (backup_rename(made, path) != 0)
		return errno == EEXIST
			       ? backup_refuse(path, why)
			       : sqlite_say(why, STORE_FULL, "the copy to %s was not made: %s",
					    path, strerror(errno));
	if (backup_sync_folder(path) == 0)
		return 0;
	sqlite_say(why, STORE_FULL, "the copy to %s was not made: %s", path, strerror(errno));
	unlink(path);
	return STORE_FULL;
}

/* Until it is whole and on disk it is NAME.new: what is called NAME is never half a copy. */
static int backup_whole(struct sqlite_store *s, const char *path, int version, struct buf *why)
{
	int rc = STORE_FULL;
	struct file_id id;
	const char *made;
	struct arena a;

	if (backup_taken(path))
		return backup_refuse(path, why);
	arena_init(&a);
	if ((made = backup_make_beside(path, &id, &a, why))) {
		rc = backup_file(s, made, path, version, why);
		if (!rc)
			rc = backup_name_it(made, path, &id, why);
		if (rc && file_is(made, &id))
			backup_unlink(made);
	}
	arena_release(&a);
	return rc;
}

int sqlite_store_backup(struct store *store, const char *path, struct buf *why)
{
	return backup_whole(sqlite_store_of(store), path, schema_version(), why);
}

int backup_plain(struct sqlite_store *s, const char *path, struct buf *why)
{
	struct file_id id;
	int rc = backup_make(path, &id, why);

	if (!rc && (rc = backup_file(s, path, path, 0, why)))
		backup_unlink(path);
	return rc;
}

/* ---- before the file is brought up to date ---- */

/* Said before anything is tried, in words; a disk that fills up meanwhile is found all the same. */
static int backup_room(struct sqlite_store *s, struct buf *why)
{
	struct statvfs v;
	int64_t bytes = 0, room;
	int rc = db_bytes(&s->db, &bytes);

	if (rc)
		return sqlite_say(why, rc, "%s: %s", s->path, s->db.problem.s);
	if (statvfs(s->path, &v) != 0)
		return 0;
	room = (int64_t)v.f_bavail * (int64_t)v.f_frsize;
	if (room >= bytes)
		return 0;
	return sqlite_say(
		why, STORE_FULL,
		"%s has to be brought up to date, and there is no room for the copy that is"
		" made before: it needs %lld MiB, %lld are free. Nothing was changed; free"
		" some space, then start again",
		s->path, (long long)(bytes >> 20) + 1, (long long)(room >> 20));
}

/* The n-th name of that day: a start that was stopped may have left one. */
static char *backup_name(struct sqlite_store *s, int n)
{
	struct buf day;
	char *name;

	buf_init(&day, 40);
	civil_date(&day, now_of(s));
	name = n == 1 ? arena_printf(&s->names, "%s.before-v%d-%s", s->path, schema_version(),
				     day.s)
		      : arena_printf(&s->names, "%s.before-v%d-%s-%d", s->path, schema_version(),
				     day.s, n);
	buf_release(&day);
	return name;
}

/* NULL: all names of that day are taken, the last of them is in why. */
static const char *backup_name_free(struct sqlite_store *s, struct buf *why)
{
	const char *name = NULL;

	for (int n = 1; n <= NAMES_A_DAY; n++)
		if (!backup_taken(name = backup_name(s, n)))
			return name;
	sqlite_say(why, STORE_FAULT,
		   "%s has to be brought up to date, and as many copies of it were made today as"
		   " there may be: %d, the last is %s. Nothing was changed; delete those that you"
		   " don't need, then start again",
		   s->path, NAMES_A_DAY, name);
	return NULL;
}

int backup_before(struct sqlite_store *s, int version, const char **copy, struct buf *why)
{
	const char *name;
	int rc = backup_room(s, why);

	if (rc)
		return rc;
	if (!(name = backup_name_free(s, why)))
		return STORE_FAULT;
	if ((rc = backup_whole(s, name, version, why))) {
		buf_adds(why, ". The database was not brought up to date, and not changed");
		return rc;
	}
	*copy = name;
	if (s->seams.says)
		s->seams.says(arena_printf(
			&s->names,
			"%s is of an older version and is brought up to date; a copy is kept as %s",
			s->path, name));
	return 0;
}
