/*
 * restore: a copy takes the database's place. It is checked first, in a file of its own beside the database: brought up
 * to date, verified to the last row. Then the old file gets another name, and the new one its name, in one rename(2):
 * whenever the machine stops, there is a whole database under that name. Nothing is deleted.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"

#include "core/time/civil.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct restoring {
	struct sqlite_store target; /* holds the lock: nobody else writes meanwhile */
	const char *from, *made;    /* the copy, the new file */
	const char *kept;	    /* what the old one is called then; a name that is free */
	struct buf *why;
	struct arena arena;
	struct restored *told;
};

/* ---- the copy ---- */

/* A pipe would never end to be opened, and SQLite says of a folder that its disk fails. */
static int restore_is_file(struct restoring *r)
{
	struct stat st;

	if (stat(r->from, &st) != 0)
		return sqlite_say(r->why, STORE_ABSENT, "%s can't be read: %s", r->from,
				  strerror(errno));
	if (!S_ISREG(st.st_mode))
		return sqlite_say(r->why, STORE_FOREIGN, "%s isn't a file, so nothing was changed",
				  r->from);
	if (access(r->from, R_OK) != 0)
		return sqlite_say(r->why, STORE_ABSENT, "%s can't be read: %s", r->from,
				  strerror(errno));
	return 0;
}

/* Asked here, of the copy itself: what opens the new file would say it of that one's name. */
static int restore_is_ours(struct restoring *r, struct db *from)
{
	int version = 0, rc;
	bool ours = false;

	if ((rc = schema_read(from, &version, &ours)))
		return sqlite_say(r->why, rc, "%s: %s", r->from, from->problem.s);
	if (!ours)
		return sqlite_say(r->why, STORE_FOREIGN,
				  "%s is a database of another program, so nothing was changed",
				  r->from);
	if (!version)
		return sqlite_say(r->why, STORE_FOREIGN,
				  "%s is empty: there is no database in it. Nothing was changed",
				  r->from);
	if (version > schema_version())
		return sqlite_say(
			r->why, STORE_NEWER,
			"%s was written by a newer aliosbot (format %d, this one knows up to %d),"
			" so nothing was changed. Install that one, then restore it",
			r->from, version, schema_version());
	return 0;
}

static int restore_copy_file(struct restoring *r)
{
	struct sqlite_store from = { 0 };
	int rc = restore_is_file(r);

	if (rc)
		return rc;
	rc = db_open(&from.db, r->from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
	if (rc)
		sqlite_say(r->why, rc, "%s: %s", r->from, from.db.problem.s);
	else if (!(rc = restore_is_ours(r, &from.db)))
		rc = backup_plain(&from, r->made, r->why);
	if (rc == STORE_DAMAGED)
		sqlite_say(r->why, rc,
			   "%s isn't an aliosbot database, or it is damaged; nothing was changed",
			   r->from);
	db_close(&from.db);
	return rc;
}

/* What was to be sent when the copy was made may have been sent since: as after a crash, it is looked for first. */
static int restore_doubt_letters(struct sqlite_store *s)
{
	return db_run(&s->db, "UPDATE letter SET state = 'sending' WHERE state = 'pending'", "");
}

/* A number that was given once is not given again: what was declared since the copy is gone, but was spoken of. */
static int restore_year(struct sqlite_store *s, int64_t year, int64_t last)
{
	int64_t copied = 0, highest = 0;
	int rc = db_one(&s->db, NULL,
			"SELECT coalesce((SELECT last FROM year WHERE year = ?1), 0),"
			" coalesce((SELECT max(number) FROM node WHERE year = ?1), 0)",
			"i>ii", year, &copied, &highest);

	if (rc < 0 || last <= copied)
		return rc < 0 ? rc : 0;
	rc = transfer_skip(s, year, highest + 1, last + 1);
	return rc ? rc
		  : db_run(&s->db,
			   "INSERT INTO year (year, last) VALUES (?1, ?2)"
			   " ON CONFLICT (year) DO UPDATE SET last = ?2",
			   "ii", year, last);
}

/* Numbers that there were, by those who had them and by what was skipped; no counter, for the file may be damaged, and no
 * number that none can be. */
#define NUMBERS_GIVEN \
	"SELECT year, max(number) FROM (SELECT year, number FROM node UNION ALL" \
	" SELECT CAST(substr(name, 9, 4) AS INTEGER), CAST(substr(name, 14) AS INTEGER) - 1" \
	" FROM meta WHERE name GLOB '" SKIPPED "[0-9][0-9][0-9][0-9]/*')" \
	" WHERE number BETWEEN 1 AND 999999999999 GROUP BY year"

static int restore_years(struct sqlite_store *s, struct db *old, bool *known)
{
	int64_t year, last;
	struct query q;
	int rc = 0;

	query(&q, old, NULL, NUMBERS_GIVEN, "");
	while (!rc && query_next(&q, "ii", &year, &last))
		rc = restore_year(s, year, last);
	*known = query_end(&q) == 0;
	return rc;
}

/* The counter goes on from the higher one. What is to be replaced may be anything: then it is said that nobody knows. */
static int restore_numbers(struct restoring *r, struct sqlite_store *s)
{
	bool ours = false, known = false;
	int version, rc = 0;
	struct db old;

	if (!file_has_bytes(r->target.path))
		return 0;
	if (!db_open(&old, r->target.path, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX) &&
	    !schema_read(&old, &version, &ours) && ours && version)
		rc = restore_years(s, &old, &known);
	db_close(&old);
	r->told->numbers_known = known;
	return rc ? sqlite_say(r->why, rc, "%s: %s. Nothing was changed", r->made, s->db.problem.s)
		  : 0;
}

static int restore_tell(struct restoring *r, struct sqlite_store *s)
{
	int rc = db_one(&s->db, NULL, "SELECT count(*), (SELECT max(at) FROM journal) FROM node",
			">ii", &r->told->nodes, &r->told->newest_at);

	return rc < 0 ? rc : 0;
}

static int restore_verify(struct restoring *r, struct store *store)
{
	struct buf findings;
	int rc;

	buf_init(&findings, BUF_ROOMY);
	rc = sqlite_store_verify(store, &findings);
	if (rc > 0)
		rc = sqlite_say(r->why, STORE_DAMAGED,
				"%s isn't whole, so nothing was changed. What was found in it:\n%s",
				r->from, findings.s);
	else if (rc < 0)
		sqlite_say(r->why, rc, "%s can't be checked: %s", r->from, store_problem(store));
	buf_release(&findings);
	return rc;
}

/* It becomes what a bot would make of it at its start. */
static int restore_check(struct restoring *r)
{
	struct store_seams seams = r->target.seams;
	struct store *store = NULL;
	struct buf why;
	int rc;

	buf_init(&why, BUF_ROOMY);
	seams.alone = true;
	rc = sqlite_store_open(&store, r->made, STORE_WRITE, &seams, &why);
	if (rc)
		sqlite_say(r->why, rc, "%s can't be used, so nothing was changed: %s", r->from,
			   why.s);
	buf_release(&why);
	if (!rc)
		rc = restore_verify(r, store);
	if (!rc)
		rc = restore_doubt_letters(sqlite_store_of(store));
	if (!rc)
		rc = restore_numbers(r, sqlite_store_of(store));
	if (!rc)
		rc = restore_tell(r, sqlite_store_of(store));
	if (store)
		store_close(store);
	unlink(arena_printf(&r->arena, "%s.lock", r->made));
	return rc;
}

/* ---- the two change places ---- */

static int restore_fault(struct restoring *r, const char *what)
{
	return sqlite_say(r->why, STORE_FULL, "%s: %s. %s is as it was", what, strerror(errno),
			  r->target.path);
}

static const char *restore_wal(struct restoring *r)
{
	return arena_printf(&r->arena, "%s-wal", r->target.path);
}

/* The first reading opens the WAL: without one, a checkpoint has nothing to do. */
static int restore_checkpoint(struct db *db)
{
	int64_t tables;
	int rc;

	sqlite3_busy_timeout(db->handle, BUSY_MS);
	rc = db_one(db, NULL, "SELECT count(*) FROM sqlite_schema", ">i", &tables);
	if (rc < 0)
		return rc;
	return sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL,
					 NULL) == SQLITE_OK
		       ? 0
		       : db_error(db);
}

/* What its WAL holds is moved into the file, so that nothing depends on the two being found together. 0, or
 * STORE_DAMAGED: the file can't be read, the WAL stays what it is; else < 0, and why. */
static int restore_fold(struct restoring *r)
{
	struct db db;
	int rc = db_open(&db, r->target.path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);

	if (!rc)
		rc = restore_checkpoint(&db);
	if (rc == STORE_FAULT || (rc == STORE_FULL && db.code == SQLITE_IOERR_READ))
		rc = STORE_DAMAGED;
	if (rc && rc != STORE_DAMAGED)
		sqlite_say(r->why, rc, "%s: %s. Nothing was changed", r->target.path, db.problem.s);
	db_close(&db);
	if (rc == STORE_BUSY || (!rc && file_has_bytes(restore_wal(r))))
		return sqlite_say(r->why, STORE_BUSY,
				  "another program is reading %s; end it, then try again. Nothing"
				  " was changed",
				  r->target.path);
	return rc;
}

/* What SQLite would play into a file of that name, whosever it was. */
static const char *const restore_logs[] = { "-wal", "-journal" };
#define LOGS (sizeof(restore_logs) / sizeof(*restore_logs))

static bool restore_move(struct restoring *r, const char *log, const char *from, const char *to)
{
	const char *is = arena_printf(&r->arena, "%s%s", from, log);

	if (access(is, F_OK) != 0)
		return true;
	return rename(is, arena_printf(&r->arena, "%s%s", to, log)) == 0;
}

/* The old file has its name still; its logs get theirs again. */
static void restore_undo(struct restoring *r)
{
	for (size_t i = 0; i < LOGS; i++)
		if (!restore_move(r, restore_logs[i], r->kept, r->target.path)) {
			buf_addf(r->why, ", but for its log: rename %s%s to %s%s", r->kept,
				 restore_logs[i], r->target.path, restore_logs[i]);
			return;
		}
	unlink(r->kept);
	r->told->kept = r->told->left = NULL;
	backup_sync_folder(r->target.path);
}

static int restore_put_aside(struct restoring *r)
{
	const char *wal = restore_wal(r);

	if (!file_has_bytes(wal))
		unlink(wal);
	for (size_t i = 0; i < LOGS; i++)
		if (!restore_move(r, restore_logs[i], r->target.path, r->kept))
			return restore_fault(r, "the old database's log can't be kept");
	unlink(arena_printf(&r->arena, "%s-shm", r->target.path));
	return backup_sync_folder(r->target.path) == 0
		       ? 0
		       : restore_fault(r, "the folder can't be written");
}

/* The old file gets its second name. */
static int restore_link(struct restoring *r)
{
	int rc = restore_fold(r);

	if (rc && rc != STORE_DAMAGED)
		return rc;
	if (link(r->target.path, r->kept) != 0)
		return restore_fault(r, "the old database can't be kept beside the new one");
	r->told->kept = r->kept;
	return 0;
}

/* What can't be folded, and what a file that is gone or empty has left, is kept beside it: under the name that it has it
 * would be played into the new file. */
static int restore_keep_old(struct restoring *r)
{
	const char *wal = arena_printf(&r->told->arena, "%s-wal", r->kept);
	int rc = file_has_bytes(r->target.path) ? restore_link(r) : 0;

	if (rc)
		return rc;
	if ((rc = restore_put_aside(r)))
		restore_undo(r);
	else if (!r->told->kept && access(wal, F_OK) == 0)
		r->told->left = wal;
	return rc;
}

/* Read once more, from where the bot will read it. */
static int restore_look(struct restoring *r)
{
	const char *damage = NULL;
	struct arena a;
	struct db db;
	int rc;

	arena_init(&a);
	rc = db_open(&db, r->target.path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
	if (!rc && !(rc = db_quick_check(&db, &a, &damage)) && damage)
		rc = STORE_DAMAGED;
	if (rc)
		sqlite_say(r->why, rc,
			   "%s took the place of %s, but can't be read there (%s). Check the disk,"
			   " then restore it again",
			   r->from, r->target.path, damage ? damage : db.problem.s);
	db_close(&db);
	arena_release(&a);
	return rc;
}

static int restore_took_place(struct restoring *r)
{
	int rc;

	if (backup_sync_folder(r->target.path) == 0)
		rc = restore_look(r);
	else
		rc = sqlite_say(r->why, STORE_FULL,
				"%s took the place of %s, but the folder can't be written to disk"
				" (%s). Check the disk, then restore it again",
				r->from, r->target.path, strerror(errno));
	if (rc && r->told->kept)
		buf_addf(r->why, ". The old database is kept as %s", r->told->kept);
	return rc;
}

static int restore_swap(struct restoring *r)
{
	int rc = restore_keep_old(r);

	if (rc)
		return rc;
	if (rename(r->made, r->target.path) == 0)
		return restore_took_place(r);
	rc = restore_fault(r, "the copy can't take the database's place");
	restore_undo(r);
	return rc;
}

/* ---- all of it ---- */

static bool restore_taken(struct restoring *r)
{
	return access(r->kept, F_OK) == 0 ||
	       access(arena_printf(&r->arena, "%s-wal", r->kept), F_OK) == 0;
}

static void restore_names(struct restoring *r)
{
	struct buf day;

	buf_init(&day, 64);
	civil_rfc3339(&day, now_of(&r->target));
	day.s[strcspn(day.s, ".Z")] = '\0';
	for (char *c = day.s; *c; c++)
		if (*c == ':')
			*c = '-';
	r->made = arena_printf(&r->arena, "%s.restoring", r->target.path);
	r->kept = arena_printf(&r->told->arena, "%s.old-%s", r->target.path, day.s);
	for (int n = 2; restore_taken(r); n++)
		r->kept = arena_printf(&r->told->arena, "%s.old-%s-%d", r->target.path, day.s, n);
	buf_release(&day);
}

static int restore_all(struct restoring *r)
{
	int rc = lock_take_over(&r->target, r->why);

	if (rc)
		return rc;
	restore_names(r);
	backup_unlink(r->made); /* a restore that was stopped left it */
	if (!(rc = restore_copy_file(r)) && !(rc = restore_check(r)))
		rc = restore_swap(r);
	if (rc)
		backup_unlink(r->made);
	return rc;
}

int sqlite_store_restore(const char *path, const char *from, const struct store_seams *seams,
			 struct restored *told, struct buf *why)
{
	struct restoring r = { .from = from, .why = why, .told = told };
	int rc;

	r.target.path = path_real(path, why);
	if (!r.target.path)
		return STORE_FULL;
	arena_init(&r.arena);
	r.target.seams = *seams;
	r.target.lock = r.target.file = -1;
	arena_init(&r.target.names);
	rc = restore_all(&r);
	lock_release(&r.target);
	arena_release(&r.target.names);
	arena_release(&r.arena);
	free(r.target.path);
	return rc;
}
