/*
 * restore: a copy takes the database's place. It is checked first, in a file of its own beside the database: brought up
 * to date, verified to the last row. Then the old file gets another name, and the new one its name, in one rename(2):
 * whenever the machine stops, there is a whole database under that name. Nothing is deleted.
 */
#include "adapters/sqlite/sqlite_private.h"

#include "core/base/alloc.h"
#include "core/time/civil.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct restoring {
	struct sqlite_store target; /* holds the lock: nobody else writes meanwhile */
	const char *from, *made,
		*kept; /* the copy, the new file, what the old one is called now; "": there was none */
	struct buf *why;
	struct arena arena;
	struct restored *told;
};

/* ---- a file of its own ---- */

static int restore_copy_file(struct restoring *r)
{
	struct sqlite_store from = { 0 };
	bool is_there = access(r->from, R_OK) == 0;
	int rc;

	if (!is_there)
		return sqlite_say(r->why, STORE_ABSENT, "%s can't be read: %s", r->from,
				  strerror(errno));
	rc = db_open(&from.db, r->from, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
	if (!rc)
		rc = backup_plain(&from, r->made, r->why);
	else
		sqlite_say(r->why, rc, "%s: %s", r->from, from.db.problem.s);
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
		rc = restore_tell(r, sqlite_store_of(store));
	if (store)
		store_close(store);
	unlink(arena_printf(&r->arena, "%s.lock", r->made));
	return rc;
}

/* ---- the two change places ---- */

/* What its WAL holds is moved into the file, if the file can still be read at all. */
static void restore_fold(struct restoring *r)
{
	struct db db;

	if (db_open(&db, r->target.path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX) == 0)
		sqlite3_wal_checkpoint_v2(db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	db_close(&db);
}

static int restore_fault(struct restoring *r, const char *what)
{
	return sqlite_say(r->why, STORE_FULL, "%s: %s", what, strerror(errno));
}

/* The old file's second name, and its WAL, if that couldn't be folded, beside it. */
static int restore_keep_old(struct restoring *r)
{
	const char *path = r->target.path, *wal = arena_printf(&r->arena, "%s-wal", path);
	struct stat st;

	if (stat(path, &st) != 0 || st.st_size == 0)
		return 0;
	restore_fold(r);
	if (link(path, r->kept) != 0)
		return restore_fault(r, "the old database can't be kept beside the new one");
	r->told->kept = r->kept;
	if (access(wal, F_OK) == 0 && rename(wal, arena_printf(&r->arena, "%s-wal", r->kept)) != 0)
		return restore_fault(r, "the old database's WAL can't be kept");
	unlink(arena_printf(&r->arena, "%s-shm", path));
	return backup_sync_folder(path) == 0 ? 0 : restore_fault(r, "the folder can't be written");
}

static int restore_swap(struct restoring *r)
{
	int rc = restore_keep_old(r);

	if (rc)
		return rc;
	if (rename(r->made, r->target.path) != 0)
		return restore_fault(r, "the copy can't take the database's place");
	if (backup_sync_folder(r->target.path) != 0)
		return restore_fault(r, "the folder can't be written");
	return 0;
}

/* ---- all of it ---- */

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
	buf_release(&day);
}

static int restore_all(struct restoring *r)
{
	int rc = lock_take_over(&r->target, r->why);

	if (rc)
		return rc;
	restore_names(r);
	unlink(r->made); /* a restore that was stopped left it */
	unlink(arena_printf(&r->arena, "%s-wal", r->made));
	unlink(arena_printf(&r->arena, "%s-shm", r->made));
	if (!(rc = restore_copy_file(r)) && !(rc = restore_check(r)))
		rc = restore_swap(r);
	if (rc)
		unlink(r->made);
	return rc;
}

int sqlite_store_restore(const char *path, const char *from, const struct store_seams *seams,
			 struct restored *told, struct buf *why)
{
	struct restoring r = { .from = from, .why = why, .told = told };
	char *real = realpath(path, NULL); /* a symbolic link is the file that it names */
	int rc;

	arena_init(&r.arena);
	r.target.path = real ? real : alloc_strdup(path);
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
