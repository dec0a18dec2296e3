/*
 * batch: jobs → transactions. As many jobs as the bounds allow share one commit (one fsync); `done` is called when the
 * commit is on disk. A turn runs what was submitted before it.
 *
 * But for a job that looks ahead of a deed (struct job, ahead): it is handed back as soon as it has looked, and what was
 * submitted by then joins the turn. So what one turn of the loop brought is one commit.
 *
 * Nearly always every job goes well, and none was there before. So a transaction is first run as if that were so,
 * without savepoints and questions; when it isn't, it is rolled back and run again, carefully: a savepoint a job,
 * and "was this done before?" ahead of each deed.
 *
 * Faults, by how far they reach (pipeline.md 9):
 *  - a job's own (a bug, a damaged row): its savepoint is rolled back, the others stand, the deed
 * is parked;
 *  - the transaction's (a full disk makes SQLite end all of it): its jobs run again, one a
 * transaction, so that only what really doesn't fit is refused;
 *  - the commit's, or BEGIN's: nothing can be written now, and every job of it hears that; but
 * what only reads is answered (commit.c says what counts when a commit fails).
 */
#include "adapters/sqlite/sqlite_private.h"

#include "core/base/alloc.h"

#include <string.h>

#define BATCH_JOBS 128
#define BATCH_MS 20
#define WAL_PAGES_MAX 4096 /* 16 MiB: past this a batch moves the WAL itself, idle or not */

enum {
	LOST = 1,  /* SQLite ended the transaction by itself */
	CAREFULLY, /* it is to be run again */
};

static void outcome_reset(struct job *job)
{
	job->rc = 0;
	job->duplicate = job->again = false;
	job->outcome = (struct outcome){ 0 };
	job->outcome.changes_end = &job->outcome.changes;
	job->outcome.letters_end = &job->outcome.letters;
}

static void batch_refuse(struct job *job, int rc)
{
	outcome_reset(job);
	job->rc = rc;
}

/* ---- one job ---- */

/* A deed that can't be done is kept for `doctor`. That it can't be parked either changes nothing
 * for it. */
static void park(struct sqlite_store *s, const struct job *job)
{
	char *problem;

	if (!job->key || s->mode == STORE_READ)
		return;
	problem = alloc_strdup(s->db.problem.s);
	inbox_park(s, job, problem);
	buf_reset(&s->db.problem);
	buf_adds(&s->db.problem, problem);
	free(problem);
}

/* What only looks needs nothing to go back to. */
static int run_read(struct sqlite_store *s, struct job *job)
{
	job->rc = job_run(s, job);
	if (job->rc > 0)
		job->rc = 0;
	return db_lost(&s->db) ? LOST : 0;
}

/* Lines, and what is said of messages: most of it means nothing here. */
static bool may_only_read(const struct intent *in)
{
	return in->kind == INTENT_LINE || intent_about_message(in);
}

/* Something can't be written, or not be read: does the job need it? What it only reads is answered,
 * though not remembered. 0, or `because`, of which s->db.problem speaks. */
static int run_reading(struct sqlite_store *s, struct job *job, int because)
{
	struct buf why;
	int rc = because;

	buf_init(&why, BUF_ROOMY);
	buf_adds(&why, s->db.problem.s);
	outcome_reset(job);
	if (job->kind == JOB_READ || (job->kind == JOB_DEED && may_only_read(&job->intent))) {
		sqlite3_busy_timeout(s->db.handle, 0);
		s->only_read = because;
		rc = job_run(s, job);
		if (rc > 0)
			rc = 0;
		s->only_read = 0;
		sqlite3_busy_timeout(s->db.handle, BUSY_MS);
	}
	if (rc && rc != STORE_DAMAGED) {
		db_fault(&s->db, "%s", why.s);
		rc = because;
	}
	buf_release(&why);
	return rc;
}

/* The job's savepoint is as it was at its begin, when the tally was `tally`, and the Nodes so many. 0, or LOST. */
static int start_over(struct sqlite_store *s, const struct tally *tally,
		      const struct node_counts *nodes)
{
	s->tally = *tally;
	s->nodes = *nodes;
	head_forget(s);
	rows_names_doubt(s);
	return sqlite3_get_autocommit(s->db.handle) || db_run(&s->db, "ROLLBACK TO job", "") ? LOST
											     : 0;
}

static int run_guarded(struct sqlite_store *s, struct job *job)
{
	const struct tally tally = s->tally;
	const struct node_counts nodes = s->nodes;
	int rc;

	outcome_reset(job);
	rc = db_run(&s->db, "SAVEPOINT job", "");
	if (!rc)
		rc = job_run(s, job);
	if (rc > 0)
		rc = 0;
	if (rc == STORE_DAMAGED) {
		if (start_over(s, &tally, &nodes))
			return LOST;
		rc = run_reading(s, job, rc);
	}
	if (sqlite3_get_autocommit(s->db.handle))
		return LOST;
	if (!rc)
		return db_run(&s->db, "RELEASE job", "") ? LOST : 0;
	if (start_over(s, &tally, &nodes) || db_run(&s->db, "RELEASE job", ""))
		return LOST;
	batch_refuse(job, rc);
	if (store_for_good(rc))
		park(s, job);
	return sqlite3_get_autocommit(s->db.handle) ? LOST : 0;
}

/* ---- handing back ---- */

static void hand_back(struct sqlite_store *s, struct job *jobs, const struct job *end)
{
	struct job *next;

	for (struct job *job = jobs; job != end; job = next) {
		next = job->next; /* done may free the job */
		s->counts.duplicates += job->duplicate;
		s->counts.refused += job->rc < 0;
		s->counts.dead +=
			!job->rc && job->kind == JOB_RESULT && job->result.state == LETTER_DEAD;
		if (job->done)
			job->done(job, job->arg);
	}
}

/* One that has looked ahead, out of its list; what it submits goes to the end of that. */
static void hand_back_ahead(struct sqlite_store *s, struct job **at)
{
	struct job *job = *at;

	*at = job->next;
	if (s->turn_end == &job->next)
		s->turn_end = at;
	s->handing_ahead = true;
	hand_back(s, job, job->next);
	s->handing_ahead = false;
	if (!s->jobs)
		return;
	*s->turn_end = s->jobs;
	s->turn_end = s->jobs_end;
	s->jobs = NULL;
	s->jobs_end = &s->jobs;
}

/* ---- one transaction ---- */

/* 0, LOST, or CAREFULLY. */
static int run_boldly(struct sqlite_store *s, struct job *job)
{
	outcome_reset(job);
	return job_run(s, job) ? CAREFULLY : 0;
}

static int run_one(struct sqlite_store *s, struct job *job)
{
	if (job->kind == JOB_READ) {
		outcome_reset(job);
		return run_read(s, job);
	}
	return s->careful ? run_guarded(s, job) : run_boldly(s, job);
}

/* Up to `most` of *jobs; those that look ahead leave the list, if `early`. */
static int run_jobs(struct sqlite_store *s, struct job **jobs, int most, bool early,
		    struct job **end)
{
	int64_t began = now_of(s), now = began;
	struct job **at = jobs;
	int n = 0, rc = 0;

	while (*at && n < most && now >= began && now - began < BATCH_MS && !rc) {
		rc = run_one(s, *at);
		if (!rc && early && (*at)->ahead) {
			hand_back_ahead(s, at);
		} else {
			at = &(*at)->next;
			n++;
		}
		now = now_of(s);
	}
	*end = *at;
	return rc;
}

static bool may_write(struct sqlite_store *s, const struct job *job, int most)
{
	if (s->mode == STORE_READ)
		return false;
	for (int n = 0; job && n < most; job = job->next, n++)
		if (job->kind != JOB_READ || job->ahead)
			return true;
	return false;
}

/* What the jobs have done, of which sqlite3_total_changes() was `before`. */
static enum wrote wrote(struct sqlite_store *s, int64_t before, const struct job *jobs,
			const struct job *end)
{
	if (sqlite3_total_changes64(s->db.handle) == before)
		return WROTE_NOTHING;
	for (; jobs != end; jobs = jobs->next)
		if (!job_repeats(jobs) || jobs->rc)
			return WROTE_ONCE;
	return WROTE_AGAIN;
}

/* 0, LOST, CAREFULLY, or a fault: nothing of it stands. */
static int try_transaction(struct sqlite_store *s, struct job **jobs, int most, struct job **end)
{
	int64_t before = sqlite3_total_changes64(s->db.handle);
	int rc = commit_ready(s);

	head_forget(s);
	s->nodes_before = s->nodes;
	if (!rc && may_write(s, *jobs, most))
		rc = db_run(&s->db, "BEGIN IMMEDIATE", "");
	else if (!rc)
		db_begin_later(&s->db);
	if (rc) {
		*end = NULL;
		return rc;
	}
	rc = run_jobs(s, jobs, most, most > 1 && !s->careful, end);
	if (rc) {
		roll_back(s);
		return rc;
	}
	return commit(s, wrote(s, before, *jobs, *end));
}

/* 0, or whatever it was that a transaction can deal with. */
static int try_alone(struct sqlite_store *s, struct job *job)
{
	int64_t before = sqlite3_total_changes64(s->db.handle);
	int rc;

	if (!job_is_one_statement(job) || commit_ready(s))
		return CAREFULLY;
	head_forget(s);
	outcome_reset(job);
	rc = job_run(s, job);
	if (rc < 0 || (sqlite3_total_changes64(s->db.handle) != before && commit_alone(s))) {
		s->tally.known = false;
		return CAREFULLY;
	}
	return 0;
}

/* Up to `most` of *jobs; *end is the first that was not tried. 0, LOST, or a fault: nothing of it
 * stands. */
static int transaction(struct sqlite_store *s, struct job **jobs, int most, struct job **end)
{
	int rc;

	*end = (*jobs)->next;
	if ((!*end || most == 1) && try_alone(s, *jobs) == 0)
		return 0;
	s->careful = s->mode == STORE_READ;
	rc = try_transaction(s, jobs, most, end);
	if (rc != CAREFULLY)
		return rc;
	s->careful = true;
	return try_transaction(s, jobs, most, end);
}

/* A job of a transaction that can't be, because of `rc`. */
static void only_read(struct sqlite_store *s, struct job *job, int rc)
{
	if (rc != STORE_UNSURE && sqlite3_exec(s->db.handle, "BEGIN", NULL, NULL, NULL) == 0) {
		rc = run_reading(s, job, rc);
		roll_back(s);
	}
	if (rc)
		batch_refuse(job, rc);
}

/* What one that looks ahead submits comes behind the others, and is refused with them if all of the turn is. */
static void only_read_all(struct sqlite_store *s, struct job **jobs, const struct job *end, int rc)
{
	struct job **at = jobs;

	while (*at != end) {
		only_read(s, *at, rc);
		if ((*at)->ahead)
			hand_back_ahead(s, at);
		else
			at = &(*at)->next;
	}
}

/* ---- the list ---- */

/* The transaction was lost to one of these jobs: each gets its own. */
static void one_by_one(struct sqlite_store *s, struct job *jobs, const struct job *end)
{
	struct job *next, *tried;
	int rc;

	for (struct job *job = jobs; job != end; job = next) {
		next = job->next;
		rc = transaction(s, &job, 1, &tried);
		if (rc)
			only_read(s, job, rc == LOST ? STORE_FULL : rc);
		hand_back(s, job, next);
	}
}

static void tell_stirred(struct sqlite_store *s)
{
	unsigned what = s->stirred;

	s->stirred = 0;
	if (what && s->seams.stirred)
		s->seams.stirred(what, s->seams.arg);
}

static void batch_run_all(struct sqlite_store *s, struct job *jobs)
{
	struct job *end;
	int rc;

	rows_forget_names(s);
	for (; jobs; jobs = end) {
		rc = transaction(s, &jobs, BATCH_JOBS, &end);
		if (rc == LOST) {
			one_by_one(s, jobs, end);
			continue;
		}
		if (rc)
			only_read_all(s, &jobs, end, rc);
		hand_back(s, jobs, end);
		if (s->unindexed > WORDS_UNINDEXED_MOST)
			words_bite(s);
	}
	tell_stirred(s);
	if (s->wal_pages > WAL_PAGES_MAX)
		checkpoint(s);
}

/* ---- the seam ---- */

void batch_submit(struct store *store, struct job *jobs)
{
	struct sqlite_store *s = sqlite_store_of(store);

	*s->jobs_end = jobs;
	while (*s->jobs_end)
		s->jobs_end = &(*s->jobs_end)->next;
	if (s->seams.wake && !s->handing_ahead)
		s->seams.wake(s->seams.arg);
}

bool batch_turn(struct store *store)
{
	struct sqlite_store *s = sqlite_store_of(store);
	struct job *jobs = s->jobs;

	if (!jobs)
		return false;
	s->turn_end = s->jobs_end;
	s->jobs = NULL;
	s->jobs_end = &s->jobs;
	batch_run_all(s, jobs);
	return true;
}

bool batch_waits(const struct store *store)
{
	return ((const struct sqlite_store *)store)->jobs;
}
