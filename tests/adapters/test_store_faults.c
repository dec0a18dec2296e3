/* What goes wrong: full disks, damaged rows, two writers, files of others. Decisions are scripted
 * here, so that a deed can fault, or write much. */
#include "tests/support/a_store.h"
#include "tests/support/counted.h"
#include "tests/support/reads_now.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"

/* ---- a script in decide()'s place: "fault", "big", "broken", "slow"; anything else is a note ----
 */

static void born_entry(struct change *c, struct rows *rows, struct arena *a, const char *text)
{
	struct head h;

	assert_int_equal(rows->node_id(rows, ID, a, &h), 1);
	effect_born(c, TABLE_ENTRY, h.n_entry + 1);
	effect_set(c, TABLE_ENTRY, h.n_entry + 1, "text", v_null(), v_text(text));
	effect_set(c, TABLE_ENTRY, h.n_entry + 1, "at", v_null(), v_int(1));
}

static int script(const struct intent *in, const struct settings *set, struct rows *rows,
		  struct zones *zones, struct arena *a, struct outcome *out)
{
	struct change *c = arena_alloc(a, sizeof(*c));
	char *big;

	(void)set;
	(void)zones;
	*c = (struct change){ .node = ID, .op = "note", .arena = a };
	out->verdict = VERDICT_DONE;
	out->changes = c;
	out->answer = (struct answer){ .kind = ANSWER_WORDS, .text = "done" };
	if (strcmp(in->line, "fault") == 0)
		return STORE_FAULT;
	if (strcmp(in->line, "big") == 0) {
		big = arena_alloc(a, 400001);
		memset(big, 'x', 400000);
		born_entry(c, rows, a, big);
	} else {
		born_entry(c, rows, a, in->line);
	}
	if (strncmp(in->line, "status", 6) == 0)
		effect_set(c, TABLE_NODE, 1, "status", v_str("OPEN"), v_str("MITIGATED"));
	if (strcmp(in->line, "slow") == 0)
		((struct a_store *)of_rows(rows)->seams.committed_arg)->now += 25;
	if (strstr(in->line, "broken"))
		effect_set(c, TABLE_ITEM, 77, "owner", v_null(), v_str(ANNA)); /* no such row */
	return 0;
}

/* Runs lines as one list; the jobs stay, in jobs[]. */
static void run_list(struct a_store *s, const char *const *lines, size_t count, struct job **jobs)
{
	sqlite_store_of(s->store)->decide = script;
	for (size_t i = 0; i < count; i++)
		jobs[i] = a_store_line(s, lines[i]);
	for (size_t i = 0; i + 1 < count; i++)
		jobs[i]->next = jobs[i + 1];
	store_batch(s->store, jobs[0]);
}

static void free_all(struct job **jobs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		job_free(jobs[i]);
}

static void a_deed_that_faults_leaves_nothing_and_the_rest_of_the_batch_stands(void **state)
{
	static const char *const lines[] = { "one", "fault", "broken", "two" };
	static const int rc[] = { 0, STORE_FAULT, STORE_FAULT, 0 };
	struct a_store *s = *state;
	int64_t entries = a_store_number(s, "SELECT count(*) FROM entry");
	struct job *jobs[4];

	s->done = 0;
	run_list(s, lines, 4, jobs);
	assert_int_equal(s->done, 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(jobs[i]->rc, rc[i]);
	assert_null(jobs[1]->outcome.changes);
	free_all(jobs, 4);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM entry"), entries + 2);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM text WHERE body = 'broken'"), 0);
	a_store_assert_verified(s);
}

static void assert_counted(struct a_store *s, int64_t open, int64_t mitigated)
{
	struct store_counts c;

	assert_int_equal(store_counted(s->store, &c), 0);
	assert_int_equal(c.nodes[STATUS_OPEN], open);
	assert_int_equal(c.nodes[STATUS_MITIGATED], mitigated);
}

static void a_status_that_was_rolled_back_is_not_counted(void **state)
{
	static const char *const lines[] = { "one", "status, broken", "two", "status" };
	struct a_store *s = *state;
	struct job *jobs[4];

	assert_counted(s, 1, 0);
	run_list(s, lines, 2, jobs);
	assert_int_equal(jobs[1]->rc, STORE_FAULT);
	free_all(jobs, 2);
	assert_counted(s, 1, 0);
	run_list(s, lines, 4, jobs);
	assert_int_equal(jobs[3]->rc, 0);
	free_all(jobs, 4);
	assert_counted(s, 0, 1);
	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_counted(s, 0, 1);
}

static long steps_of_counts(struct a_store *s)
{
	struct store_counts c;
	struct counted before;

	a_store_script(s, "UPDATE letter SET state = 'sent'");
	before = counted_now();
	assert_int_equal(store_counted(s->store, &c), 0);
	return counted_since(&before).steps;
}

static void what_is_counted_costs_the_same_however_much_is_stored(void **state)
{
	struct a_store *s = *state;
	struct store_counts c;
	char title[32];
	long few;

	assert_int_equal(store_counted(s->store, &c), 0); /* once all are looked at */
	few = steps_of_counts(s);
	assert_true(few > 0);
	for (int i = 0; i < 100; i++) {
		snprintf(title, sizeof(title), "another one, %d", i);
		a_store_declare(s, title);
	}
	assert_int_equal(steps_of_counts(s), few);
	assert_counted(s, 101, 0);
}

static void what_faults_again_is_parked_once_with_its_body_and_problem(void **state)
{
	struct a_store *s = *state;

	sqlite_store_of(s->store)->decide = script;
	for (int i = 0; i < 2; i++) {
		struct job *job = a_store_line(s, "broken");

		job->key = "envelope:1";
		assert_int_equal(a_store_run(s, job)->rc, STORE_FAULT);
		assert_non_null(strstr(store_problem(s->store), "item 77"));
		job_free(job);
	}
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM parked"), 1);
	assert_int_equal(a_store_number(s, "SELECT times FROM parked WHERE body LIKE '%: broken' "
					   "AND problem LIKE '%item 77%'"),
			 2);
}

/* SQLite ends the whole transaction when the file may not grow any more. */
static void a_full_database_refuses_only_what_does_not_fit(void **state)
{
	static const char *const lines[] = { "one", "big", "two" };
	struct a_store *s = *state;
	struct job *jobs[3];
	char limit[64];

	snprintf(limit, sizeof(limit), "PRAGMA max_page_count = %d",
		 (int)a_store_number(s, "SELECT page_count + 20 FROM pragma_page_count"));
	a_store_script(s, limit);
	s->done = 0;
	run_list(s, lines, 3, jobs);
	assert_int_equal(s->done, 3);
	assert_int_equal(jobs[0]->rc, 0);
	assert_int_equal(jobs[1]->rc, STORE_FULL);
	assert_int_equal(jobs[2]->rc, 0);
	free_all(jobs, 3);
	assert_int_equal(
		a_store_number(s, "SELECT count(*) FROM text WHERE body IN ('one', 'two')"), 2);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM text WHERE length(body) > 1000"),
			 0);
	a_store_assert_verified(s);
}

/* The WAL may not grow: what SQLite learns at COMMIT. */
static void a_commit_that_fails_saves_none_of_its_jobs_and_says_so(void **state)
{
	static const char *const lines[] = { "one", "two" };
	struct a_store *s = *state;
	struct rlimit before, none = { .rlim_cur = 4096, .rlim_max = RLIM_INFINITY };
	int64_t entries = a_store_number(s, "SELECT count(*) FROM entry");
	struct job *jobs[2];

	getrlimit(RLIMIT_FSIZE, &before);
	none.rlim_max = before.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &none);
	run_list(s, lines, 2, jobs);
	setrlimit(RLIMIT_FSIZE, &before);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(jobs[0]->rc, STORE_FULL);
	assert_int_equal(jobs[1]->rc, STORE_FULL);
	assert_null(jobs[0]->outcome.changes);
	free_all(jobs, 2);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM entry"), entries);
	run_list(s, lines, 2, jobs); /* there is room again */
	assert_int_equal(jobs[0]->rc, 0);
	assert_int_equal(jobs[1]->rc, 0);
	free_all(jobs, 2);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM entry"), entries + 2);
	a_store_assert_verified(s);
}

static void a_batch_goes_on_in_a_new_transaction_when_its_time_is_up(void **state)
{
	static const char *const lines[] = { "one", "slow", "two", "three" };
	struct a_store *s = *state;
	struct job *jobs[4];
	int commits = s->commits;

	run_list(s, lines, 4, jobs);
	assert_int_equal(s->commits - commits, 2);
	free_all(jobs, 4);
}

/* ---- life ---- */

static void a_second_writer_is_told_who_has_the_file(void **state)
{
	struct a_store *s = *state;
	struct store *mine = s->store;
	char pid[32];

	assert_int_equal(a_store_open(s, STORE_WRITE), STORE_BUSY);
	assert_null(s->store);
	snprintf(pid, sizeof(pid), "(pid %d)", (int)getpid());
	assert_non_null(strstr(s->why.s, pid));
	s->store = mine;
}

static void a_killed_writer_leaves_the_lock_free(void **state)
{
	struct a_store *s = *state;
	pid_t child;
	int status;

	a_store_close(s);
	child = fork();
	if (child == 0) {
		if (a_store_open(s, STORE_WRITE))
			_exit(1);
		raise(SIGKILL);
	}
	waitpid(child, &status, 0);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_assert_verified(s);
}

static void files_are_readable_by_their_owner_only(void **state)
{
	static const char *const ends[] = { "", "-wal", ".lock" };
	struct a_store *s = *state;
	struct stat st;
	char path[128];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", s->path, ends[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
	}
}

static void a_reader_sees_what_the_writer_commits_and_changes_nothing(void **state)
{
	struct a_store *s = *state;
	struct store *writer = s->store, *reader;
	struct job *job;
	struct head h;
	struct arena a;
	int64_t seq;

	assert_int_equal(a_store_open(s, STORE_READ), 0);
	reader = s->store;
	arena_init(&a);
	assert_int_equal(store_rows(reader)->node_id(store_rows(reader), ID, &a, &h), 1);
	seq = h.seq;
	s->store = writer;
	a_store_do(s, "note more");
	assert_int_equal(store_rows(reader)->node_id(store_rows(reader), ID, &a, &h), 1);
	assert_int_equal(h.seq, seq + 1);
	s->store = reader;
	job = a_store_run(s, a_store_line(s, "note not this way"));
	assert_true(job->rc < 0);
	job_free(job);
	job = a_store_say(s, "list");
	assert_int_equal(job->outcome.verdict, VERDICT_READ);
	job_free(job);
	a_store_assert_verified(s);
	store_close(reader);
	s->store = writer;
	arena_release(&a);
}

static void a_reader_opens_a_file_that_no_bot_has_open(void **state)
{
	struct a_store *s = *state;
	struct job *job;

	a_store_close(s);
	if (a_store_open(s, STORE_READ))
		fail_msg("%s", s->why.s);
	job = a_store_say(s, "list all");
	assert_non_null(strstr(job->outcome.answer.text, "Checkout is down"));
	job_free(job);
}

static void files_that_are_absent_newer_foreign_or_no_database_are_refused_in_words(void **state)
{
	struct a_store *s = *state;
	FILE *f;

	a_store_script(s, "PRAGMA user_version = 99");
	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), STORE_NEWER);
	assert_non_null(strstr(s->why.s, "newer"));
	assert_int_equal(a_store_open(s, STORE_READ), STORE_NEWER);
	unlink(s->path);
	assert_int_equal(a_store_open(s, STORE_READ), STORE_ABSENT);
	assert_non_null(strstr(s->why.s, "no database"));

	f = fopen(s->path, "w");
	fputs("Dear diary, this is a long text and no database of anybody's, not even a small "
	      "one.\n",
	      f);
	fclose(f);
	assert_int_equal(a_store_open(s, STORE_WRITE), STORE_DAMAGED);
	assert_non_null(strstr(s->why.s, "isn't an aliosbot database"));
	unlink(s->path);
	{
		sqlite3 *other;

		sqlite3_open(s->path, &other);
		sqlite3_exec(other, "CREATE TABLE node (photo TEXT)", NULL, NULL, NULL);
		sqlite3_close(other);
	}
	assert_int_equal(a_store_open(s, STORE_WRITE), STORE_FOREIGN);
	assert_non_null(strstr(s->why.s, "another program"));
}

static void a_directory_that_is_not_there_is_named(void **state)
{
	struct a_store *s = *state, other = *s;
	struct store *store;

	assert_int_equal(
		sqlite_store_open(&store, "/nowhere/at/all/db", STORE_WRITE, &other.seams, &s->why),
		STORE_FULL);
	assert_non_null(strstr(s->why.s, "/nowhere/at/all/db"));
	assert_null(store);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, a_store_setup_declared, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_counted_costs_the_same_however_much_is_stored),
		TEST(a_status_that_was_rolled_back_is_not_counted),
		TEST(a_deed_that_faults_leaves_nothing_and_the_rest_of_the_batch_stands),
		TEST(what_faults_again_is_parked_once_with_its_body_and_problem),
		TEST(a_full_database_refuses_only_what_does_not_fit),
		TEST(a_commit_that_fails_saves_none_of_its_jobs_and_says_so),
		TEST(a_batch_goes_on_in_a_new_transaction_when_its_time_is_up),
		TEST(a_second_writer_is_told_who_has_the_file),
		TEST(a_killed_writer_leaves_the_lock_free),
		TEST(files_are_readable_by_their_owner_only),
		TEST(a_reader_sees_what_the_writer_commits_and_changes_nothing),
		TEST(a_reader_opens_a_file_that_no_bot_has_open),
		TEST(files_that_are_absent_newer_foreign_or_no_database_are_refused_in_words),
		TEST(a_directory_that_is_not_there_is_named),
	};

	counted_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
