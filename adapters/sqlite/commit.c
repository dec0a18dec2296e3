/*
 * commit: the moment after which something is said to be saved. It is when the WAL is synced, and when
 * the file that was written to is the one that has the database's name.
 *
 * A COMMIT that can't be synced is in the WAL all the same: a crash, and it counts. So the database is opened again, what the WAL holds is what happened (`tally.commits` tells), and one
 * more commit goes over whatever else was left behind it, before anything is said. If that fails,
 * too, nobody knows; that is said, and the next transaction has to settle it first.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

#define MOVED \
	"the database file %s was deleted or replaced while the bot has it open: nothing is saved." \
	" Put it back, or stop the bot, restore a backup and start it"

#define TALLY_COMMIT "UPDATE tally SET commits = commits + 1 WHERE n = 1"

static int commit_moved(struct sqlite_store *s)
{
	s->moved = !file_there(s);
	if (!s->moved)
		return 0;
	db_fault(&s->db, MOVED, s->path);
	return STORE_MOVED;
}

/* The WAL has no name any more: what is in it goes into the file, and a new one is begun. */
static int wal_begin_again(struct sqlite_store *s)
{
	int pages = 0, done = 0, rc;

	rc = sqlite3_wal_checkpoint_v2(s->db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, &pages,
				       &done);
	if (rc) {
		db_fault(&s->db, MOVED, s->wal);
		return STORE_MOVED;
	}
	return store_open_again(s);
}

static int still_there(struct sqlite_store *s)
{
	int rc = commit_moved(s);

	return rc || file_wal_there(s) ? rc : wal_begin_again(s);
}

static int commits_read(struct sqlite_store *s, int64_t *commits)
{
	int rc = db_one(&s->db, NULL, "SELECT commits FROM tally WHERE n = 1", ">i", commits);

	return rc == 0 ? db_damaged(&s->db, "the tally of all changes is gone") : rc < 0 ? rc : 0;
}

/* Now that it is open again: what counts? *commits: so many; then nothing else can come of the WAL. */
static int commit_settle(struct sqlite_store *s, int64_t *commits)
{
	int rc;

	if ((rc = store_open_again(s)) || (rc = commits_read(s, commits)) ||
	    (rc = db_run(&s->db, TALLY_COMMIT, "")))
		return rc;
	committed(s);
	return checkpoint(s);
}

/* The COMMIT that would have brought the tally to `wanted` has failed; db.problem says why. */
static int commit_failed(struct sqlite_store *s, int64_t wanted)
{
	struct buf why;
	int64_t is = 0;
	int rc;

	buf_init(&why, BUF_ROOMY);
	buf_adds(&why, s->db.problem.s);
	rc = commit_settle(s, &is);
	s->unsure = rc != 0;
	s->nodes.known = false;
	db_fault(&s->db,
		 s->unsure ? "%s. It may have been saved or not: look before trying again" : "%s",
		 why.s);
	buf_release(&why);
	return s->unsure ? STORE_UNSURE : is >= wanted ? 0 : STORE_FULL;
}

int commit_ready(struct sqlite_store *s)
{
	int64_t commits;
	int rc;

	if (s->mode == STORE_READ)
		return 0;
	/* Before as well: what goes into a file without a name is there when it is put back, and was said not to be. */
	if ((rc = commit_moved(s)))
		return rc;
	if (s->unsure && (rc = commit_settle(s, &commits)))
		return rc;
	s->unsure = false;
	return 0;
}

/* 0, or a fault; *wanted: the commits that there are then. */
static int tally_write(struct sqlite_store *s, int64_t *wanted)
{
	int rc = tally_know(s);
	struct buf unshown;

	if (rc)
		return rc;
	buf_init(&unshown, BUF_ROOMY);
	unshown_write(&s->tally.unshown, &unshown);
	rc = db_run(&s->db,
		    "UPDATE tally SET journal = ?, sum = ?, commits = ?3, behind = ?, unwalked = ?,"
		    " answers = ?, unshown = ? WHERE n = 1 AND commits = ?3 - 1",
		    "ibisiis", s->tally.journal, s->tally.sum, sizeof(s->tally.sum),
		    s->tally.commits + 1, words_behind(s), s->tally.unwalked, s->tally.answers,
		    unshown.s);
	buf_release(&unshown);
	if (!rc && db_changed(&s->db) != 1)
		return db_damaged(&s->db,
				  "the tally of all changes was changed by another program");
	*wanted = ++s->tally.commits;
	return rc;
}

/* What does no harm a second time isn't counted: if its commit fails, it wasn't saved. */
#define UNCOUNTED INT64_MAX

void roll_back(struct sqlite_store *s)
{
	db_began(&s->db);
	s->tally.known = false;
	s->nodes = s->nodes_before;
	head_forget(s);
	rows_names_doubt(s);
	if (!sqlite3_get_autocommit(s->db.handle))
		sqlite3_exec(s->db.handle, "ROLLBACK", NULL, NULL, NULL);
}

int commit(struct sqlite_store *s, enum wrote wrote)
{
	int64_t wanted = UNCOUNTED, began = histogram_now_us();
	int rc = 0;

	if (s->mode != STORE_WRITE)
		wrote = WROTE_NOTHING;
	if (wrote == WROTE_ONCE)
		rc = tally_write(s, &wanted);
	if (!rc && db_began(&s->db))
		rc = db_run(&s->db, "COMMIT", "");
	if (rc) {
		roll_back(s);
		return wrote && s->db.code == SQLITE_IOERR_FSYNC ? commit_failed(s, wanted) : rc;
	}
	if (s->wrote)
		histogram_add(&s->counts.commit, histogram_now_us() - began);
	committed(s);
	return wrote ? still_there(s) : 0;
}

int commit_alone(struct sqlite_store *s)
{
	committed(s);
	return still_there(s);
}
