/*
 * store: life of a store: how it is opened, opened again, closed.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"
#include "core/base/alloc.h"
#include "core/decide/decide.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int sqlite_say(struct buf *why, int rc, const char *fmt, ...)
{
	va_list ap;

	buf_reset(why);
	va_start(ap, fmt);
	buf_vaddf(why, fmt, ap);
	va_end(ap);
	return rc;
}

/* ---- open ---- */

char *path_real(const char *path, struct buf *why)
{
	struct stat st;
	char *real;

	if (lstat(path, &st) != 0 || !S_ISLNK(st.st_mode))
		return alloc_strdup(path);
	real = realpath(path, NULL);
	if (!real)
		sqlite_say(why, STORE_FULL, "%s is a symbolic link that leads nowhere (%s)", path,
			   strerror(errno));
	return real;
}

/* A symbolic link is the file that it names: its lock, WAL and socket are that one's. */
static int path_resolve(struct sqlite_store *s, struct buf *why)
{
	char *real = path_real(s->path, why);

	if (!real)
		return STORE_FULL;
	free(s->path);
	s->path = real;
	s->wal = arena_printf(&s->lasting, "%s-wal", s->path);
	return 0;
}

static int sqlite_readable(struct sqlite_store *s, struct buf *why)
{
	struct stat st;

	if (stat(s->path, &st) == 0 && !S_ISREG(st.st_mode))
		return sqlite_say(why, STORE_FOREIGN,
				  "%s isn't a file; name another one in ALIOSBOT_DB", s->path);
	if (stat(s->path, &st) == 0)
		return st.st_size
			       ? 0
			       : sqlite_say(
					 why, STORE_DAMAGED,
					 "%s is empty; restore it from a backup, or check --db or"
					 " ALIOSBOT_DB",
					 s->path);
	if (errno == ENOENT)
		return sqlite_say(why, STORE_ABSENT,
				  "there is no database %s yet; `aliosbot run` makes it", s->path);
	return sqlite_say(why, STORE_FULL, "%s can't be read (%s)", s->path, strerror(errno));
}

static int on_commit(void *arg, sqlite3 *handle, const char *name, int pages)
{
	struct sqlite_store *s = arg;

	(void)handle;
	(void)name;
	s->wal_pages = pages;
	s->wrote = true;
	return SQLITE_OK;
}

/* cache_size in KiB when negative. The hook takes the place of SQLite's automatic checkpoint, which
 * would run inside the very commit that somebody's answer waits for. */
static int settings_make(struct sqlite_store *s)
{
	const char *journal = NULL;
	int rc = db_script(
		&s->db,
		"PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;"
		"PRAGMA cache_size = -2000; PRAGMA mmap_size = 0");

	sqlite3_db_config(s->db.handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (rc || s->mode == STORE_READ)
		return rc;
	rc = db_one(&s->db, &s->names, "PRAGMA journal_mode = WAL", ">s", &journal);
	if (rc < 0)
		return rc;
	if (!journal || strcmp(journal, "wal") != 0)
		return db_fault(
			&s->db,
			"SQLite can't keep a write-ahead log here; put the file on a local disk");
	sqlite3_wal_hook(s->db.handle, on_commit, s);
	/* More than the WAL may have (WAL_PAGES_MAX): one that was cut grows again, and while it grows each commit has
	 * its new size to write down, too. */
	return db_script(&s->db, "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 20971520;"
				 "PRAGMA secure_delete = ON");
}

/* Whose file is it, and can this program use it? */
static int version_check(struct sqlite_store *s, int *version, struct buf *why)
{
	bool ours = false;
	int rc = schema_read(&s->db, version, &ours);

	if (rc)
		return sqlite_say(why, rc, "%s: %s", s->path, s->db.problem.s);
	if (!ours)
		return sqlite_say(
			why, STORE_FOREIGN,
			"%s is a database of another program; name another file in ALIOSBOT_DB",
			s->path);
	if (*version > schema_version())
		return sqlite_say(
			why, STORE_NEWER,
			"%s was written by a newer aliosbot (format %d, this one knows up to %d);"
			" install that one again",
			s->path, *version, schema_version());
	if (*version < schema_version() && s->mode == STORE_READ)
		return sqlite_say(
			why, STORE_OLDER,
			"%s is of an older aliosbot (format %d); start `aliosbot run` once, it"
			" brings it up to date",
			s->path, *version);
	return 0;
}

static int flags_of(const struct sqlite_store *s)
{
	return (s->mode == STORE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
	       SQLITE_OPEN_NOMUTEX;
}

#define WORKING_STEPS 20000000 /* of SQLite's machine: some tenths of a second */

static int still_working(void *arg)
{
	struct sqlite_store *s = arg;

	s->seams.working(NULL);
	return 0;
}

static int bring_up_to_date(struct sqlite_store *s, int version)
{
	int rc;

	if (s->seams.working)
		sqlite3_progress_handler(s->db.handle, WORKING_STEPS, still_working, s);
	rc = schema_migrate(&s->db, version);
	sqlite3_progress_handler(s->db.handle, 0, NULL, NULL);
	return rc;
}

/* It is as it was, so its copy is one too many: each start that fails would make another. */
static void copy_forget(struct sqlite_store *s, const char *copy, int version, struct buf *why)
{
	bool ours;
	int is;

	if (copy && schema_read(&s->db, &is, &ours) == 0 && is == version && unlink(copy) == 0)
		buf_addf(why, ". Nothing was changed, and the copy %s was removed again", copy);
}

static int open_file(struct sqlite_store *s, struct buf *why)
{
	const char *copy = NULL;
	int version = 0, rc;

	rc = db_open(&s->db, s->path, flags_of(s));
	if (rc)
		return sqlite_say(why, rc, "%s: %s", s->path, s->db.problem.s);
	/* SQLite opens what it may not write for reading, and says nothing. */
	if (s->mode == STORE_WRITE && sqlite3_db_readonly(s->db.handle, "main") == 1)
		return sqlite_say(
			why, STORE_FULL,
			"%s can't be written to: it, or its disk, is read-only; check the "
			"file's owner and rights, and how the disk is mounted",
			s->path);
	sqlite3_busy_timeout(s->db.handle, BUSY_MS);
	if ((rc = version_check(s, &version, why)))
		return rc;
	if (version && version < schema_version() && !s->seams.alone &&
	    (rc = backup_before(s, version, &copy, why)))
		return rc;
	if ((rc = settings_make(s)) || (rc = bring_up_to_date(s, version)) ||
	    (s->mode == STORE_WRITE && (rc = due_open(s))) || (rc = vacuum_asked(&s->db)) < 0) {
		sqlite_say(why, rc, "%s: %s", s->path, s->db.problem.s);
		copy_forget(s, copy, version, why);
		return rc;
	}
	s->vacuum = rc ? VACUUM_FILE : VACUUM_NONE;
	return 0;
}

static int sqlite_open_all(struct sqlite_store *s, struct buf *why)
{
	int rc = path_resolve(s, why);

	if (rc)
		return rc;
	if (s->mode == STORE_READ)
		return (rc = sqlite_readable(s, why)) ? rc : open_file(s, why);
	if ((rc = lock_take(s, why)) || (rc = open_file(s, why)) || (rc = lock_sign(s, why)))
		return rc;
	file_wal_note(s);
	return 0;
}

/* The new one is opened before the old one is closed: if that fails, there is still one. */
int store_open_again(struct sqlite_store *s)
{
	struct db before = s->db;
	int rc = db_open(&s->db, s->path, flags_of(s));

	if (!rc) {
		sqlite3_busy_timeout(s->db.handle, BUSY_MS);
		rc = settings_make(s);
	}
	s->tally.known = false;
	if (!rc) {
		db_close(&before);
		file_wal_note(s);
		return 0;
	}
	buf_reset(&before.problem);
	buf_adds(&before.problem, s->db.problem.s);
	db_close(&s->db);
	s->db = before;
	return rc;
}

/* ---- while it is open ---- */

static int meta_read(struct reads *r, const char *name, struct arena *a, const char **value)
{
	return db_one(&of_reads(r)->db, a, "SELECT value FROM meta WHERE name = ?", "s>s", name,
		      value);
}

static const char *store_problem_of(struct store *store)
{
	return sqlite_store_of(store)->db.problem.s;
}

void committed(struct sqlite_store *s)
{
	if (!s->wrote)
		return;
	s->wrote = false;
	if (s->seams.committed)
		s->seams.committed(s->seams.committed_arg);
}

/* ---- close ---- */

static void store_close_do(struct store *store)
{
	struct sqlite_store *s = sqlite_store_of(store);

	if (s->db.handle && s->mode == STORE_WRITE)
		sqlite3_wal_checkpoint_v2(s->db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
					  NULL);
	db_close(&s->db);
	lock_release(s);
	arena_release(&s->names);
	buf_release(&s->behind);
	buf_release(&s->walked.upto);
	arena_release(&s->heads);
	arena_release(&s->lasting);
	free(s->path);
	free(s);
}

struct reads *sqlite_store_reads(struct store *store)
{
	head_forget(sqlite_store_of(store));
	rows_forget_names(sqlite_store_of(store));
	return &sqlite_store_of(store)->reads;
}

static const struct reads reading = {
	.letters = outbox_letters,
	.dirty = post_dirty,
	.post = post_read,
	.post_at = post_read_at,
	.emoji = emoji_next,
	.due = due_earliest,
	.due_count = due_count,
	.meta = meta_read,
	.gaps = known_gaps,
	.in_doubt = known_in_doubt,
	.watched = node_watched,
	.captured = capture_captured,
	.remembered = message_remembered,
	.ids = transfer_ids,
	.counts = counts_read,
	.transfer = transfer_out,
};

static const struct store_ops ops = {
	.submit = batch_submit,
	.turn = batch_turn,
	.waits = batch_waits,
	.idle = prune,
	.close = store_close_do,
	.problem = store_problem_of,
	.verify = sqlite_store_verify,
	.verified =
		"Checked: SQLite, the schema, the counters, every incident against its journal.\n"
		"Not checked: " SQLITE_STORE_UNVERIFIED ".\n",
	.backup = sqlite_store_backup,
	.health = sqlite_store_health,
};

int sqlite_store_open(struct store **out, const char *path, enum store_mode mode,
		      const struct store_seams *seams, struct buf *why)
{
	struct sqlite_store *s = alloc(sizeof(*s));
	int rc;

	*out = NULL;
	s->path = alloc_strdup(path);
	s->store.ops = &ops;
	s->reads = reading;
	s->reads.rows = &s->rows;
	s->jobs_end = &s->jobs;
	s->mode = mode;
	s->seams = *seams;
	s->lock = s->file = -1;
	s->decide = decide;
	words_behind_init(s);
	s->unmerged = true; /* whoever had it before may have been killed */
	buf_init(&s->walked.upto, BUF_ROOMY);
	arena_init(&s->lasting);
	arena_init(&s->names);
	arena_init(&s->heads);
	rows_init(&s->rows);
	rc = sqlite_open_all(s, why);
	if (rc) {
		store_close_do(&s->store);
		return rc;
	}
	*out = &s->store;
	return 0;
}
