/*
 * Copies of the database: the one that is kept before it is brought up to date, the one that `backup` makes, and the way
 * back, `restore`. Files of earlier versions are tests/golden/store-N.sql; with a bot it is the real program.
 */
#include "adapters/sqlite/schema.h"
#include "tests/support/a_store.h"
#include "tests/support/core_file.h"
#include "tests/support/stage.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char path[200];

/* A file beside the store's: "db" and this. */
static const char *beside(const struct a_store *s, const char *behind)
{
	snprintf(path, sizeof(path), "%s%s", s->path, behind);
	return path;
}

static const char *before(const struct a_store *s, const char *number)
{
	snprintf(path, sizeof(path), "%s.before-v%d-2026-11-25%s", s->path, schema_version(),
		 number);
	return path;
}

static int64_t number_of(const char *file, const char *sql)
{
	int64_t n = -1;
	struct db db;

	assert_int_equal(db_open(&db, file, SQLITE_OPEN_READONLY), 0);
	if (db_one(&db, NULL, sql, ">i", &n) < 0)
		fail_msg("%s: %s", file, db.problem.s);
	db_close(&db);
	return n;
}

static int restore(struct a_store *s, const char *from, struct restored *told)
{
	*told = (struct restored){ 0 };
	arena_init(&told->arena);
	buf_reset(&s->why);
	return sqlite_store_restore(s->path, from, &s->seams, told, &s->why);
}

/* What is in a file, all of it. */
static void contents(struct buf *b, const char *file)
{
	buf_init(b, (size_t)16 << 20);
	assert_true(file_read(b, file));
}

static void spoil(const char *file)
{
	char noise[4096];
	int fd = open(file, O_WRONLY);

	memset(noise, 0x5A, sizeof(noise));
	for (int page = 3; page < 40; page++)
		assert_int_equal(pwrite(fd, noise, sizeof(noise), page * 4096), sizeof(noise));
	close(fd);
}

/* ---- before it is brought up to date ---- */

static void an_older_file_is_kept_beside_as_it_was(void **state)
{
	struct a_store *s = *state;
	int64_t rows;

	for (int version = 1; version < schema_version(); version++) {
		a_store_become(s, version);
		unlink(before(s, ""));
		rows = number_of(s->path, "SELECT count(*) FROM journal");
		assert_int_equal(a_store_open(s, STORE_WRITE), 0);
		assert_int_equal(number_of(before(s, ""), "PRAGMA user_version"), version);
		assert_int_equal(number_of(before(s, ""), "SELECT count(*) FROM journal"), rows);
		a_store_assert_verified(s);
	}
}

static void a_file_that_is_up_to_date_is_not_copied(void **state)
{
	struct a_store *s = *state;

	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_not_equal(access(before(s, ""), F_OK), 0);
}

static void a_copy_of_the_same_day_is_not_overwritten(void **state)
{
	struct a_store *s = *state;

	a_store_become(s, 4);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_become(s, 5);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(number_of(before(s, ""), "PRAGMA user_version"), 4);
	assert_int_equal(number_of(before(s, "-2"), "PRAGMA user_version"), 5);
}

/* No file of this process's grows beyond so much: as on a disk that is full. */
static void open_without_room(struct a_store *s)
{
	const struct rlimit little = { 32768, 32768 };

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &little);
	if (a_store_open(s, STORE_WRITE) != STORE_FULL)
		_exit(1);
	_exit(strstr(s->why.s, "not brought up to date, and not changed") ? 0 : 2);
}

static void without_room_for_the_copy_nothing_is_changed(void **state)
{
	struct a_store *s = *state;
	struct buf was, is;
	int status;
	pid_t pid;

	a_store_become(s, 5);
	contents(&was, s->path);
	pid = fork();
	if (pid == 0)
		open_without_room(s);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	contents(&is, s->path);
	assert_int_equal(is.len, was.len);
	assert_memory_equal(is.s, was.s, was.len);
	assert_int_not_equal(access(before(s, ""), F_OK), 0);
	buf_release(&was);
	buf_release(&is);
}

/* ---- restore ---- */

static void a_copy_takes_the_databases_place_and_the_old_one_is_kept(void **state)
{
	struct a_store *s = *state;
	char copy[200];
	struct restored told;

	snprintf(copy, sizeof(copy), "%s", beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_do(s, "note said after the copy");
	a_store_close(s);
	if (restore(s, copy, &told))
		fail_msg("%s", s->why.s);
	assert_int_equal(told.nodes, 1);
	assert_string_equal(told.kept, beside(s, ".old-2026-11-25T14-05-00"));
	assert_int_equal(number_of(told.kept, "SELECT count(*) FROM journal") -
				 number_of(s->path, "SELECT count(*) FROM journal"),
			 1);
	arena_release(&told.arena);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_assert_verified(s);
	assert_int_not_equal(access(beside(s, ".restoring"), F_OK), 0);
	assert_int_not_equal(access(beside(s, ".restoring.lock"), F_OK), 0);
	assert_int_equal(access(copy, F_OK), 0);
}

static void a_copy_of_an_older_version_is_brought_up_to_date(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	char copy[200];

	for (int version = 1; version < schema_version(); version++) {
		a_store_become(s, version);
		snprintf(copy, sizeof(copy), "%s", beside(s, ".older"));
		assert_int_equal(rename(s->path, copy), 0);
		if (restore(s, copy, &told))
			fail_msg("%s", s->why.s);
		assert_null(told.kept);
		arena_release(&told.arena);
		assert_int_equal(number_of(copy, "PRAGMA user_version"), version);
		assert_int_equal(a_store_open(s, STORE_WRITE), 0);
		a_store_assert_verified(s);
		assert_int_not_equal(access(before(s, ""), F_OK), 0);
	}
}

static void a_copy_that_is_not_whole_changes_nothing(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	struct buf was, is;
	char copy[200];

	a_store_live_through(s);
	snprintf(copy, sizeof(copy), "%s", beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_close(s);
	contents(&was, s->path);
	spoil(copy);
	assert_true(restore(s, copy, &told) < 0);
	arena_release(&told.arena);
	assert_non_null(strstr(s->why.s, "nothing was changed"));
	assert_int_not_equal(access(beside(s, ".restoring"), F_OK), 0);
	contents(&is, s->path);
	assert_int_equal(is.len, was.len);
	assert_memory_equal(is.s, was.s, was.len);
	buf_release(&was);
	buf_release(&is);
}

static void a_copy_whose_journal_was_changed_is_refused(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	struct db db;
	char copy[200];

	snprintf(copy, sizeof(copy), "%s", beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_close(s);
	assert_int_equal(db_open(&db, copy, SQLITE_OPEN_READWRITE), 0);
	assert_int_equal(db_script(&db, "UPDATE journal SET who = 'T1/UEVE'"), 0);
	db_close(&db);
	assert_int_equal(restore(s, copy, &told), STORE_DAMAGED);
	arena_release(&told.arena);
	assert_non_null(
		strstr(s->why.s, "isn't whole, so nothing was changed. What was found in it:"));
}

static void a_damaged_database_can_be_replaced_and_is_kept(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	char copy[200];

	a_store_live_through(s);
	snprintf(copy, sizeof(copy), "%s", beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_close(s);
	spoil(s->path);
	if (restore(s, copy, &told))
		fail_msg("%s", s->why.s);
	assert_int_equal(access(told.kept, F_OK), 0);
	arena_release(&told.arena);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_assert_verified(s);
}

static void nothing_is_restored_under_a_writer(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	char copy[200];

	snprintf(copy, sizeof(copy), "%s", beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	assert_int_equal(restore(s, copy, &told), STORE_BUSY);
	arena_release(&told.arena);
	assert_non_null(strstr(s->why.s, "another aliosbot (pid "));
	a_store_assert_verified(s);
}

/* ---- with a bot ---- */

static struct stage stage;

static void shell(const char *line, int exit_code, const char *words)
{
	stage_shell(&stage, line);
	if (stage.shell_exit != exit_code ||
	    (!strstr(stage.out.s, words) && !strstr(stage.err.s, words)))
		fail_msg("%s: exit code %d\n%s%s", line, stage.shell_exit, stage.out.s,
			 stage.err.s);
}

static int posted(const char *words)
{
	int n = 0;

	for (const struct sl_call *c = slackd_calls(stage.d); c; c = c->next)
		n += strcmp(c->method, "chat.postMessage") == 0 && strcmp(c->outcome, "ok") == 0 &&
		     strstr(jstr(c->args, "text"), words);
	return n;
}

static void what_was_sent_since_the_copy_is_not_sent_again(void **state)
{
	(void)state;
	stage_open(&stage, 1);
	assert_true(stage_start(&stage, NULL));
	shell("aliosbot new checkout is down sev2", 0, "INCIDENT-");
	assert_true(stage_quiet(&stage, STAGE_PATIENCE_MS));
	assert_int_equal(stage_end(&stage, SIGTERM), 0);
	shell("aliosbot update 1 the cause is found", 0, "");
	shell("cd ${ALIOSBOT_DB%/*} && aliosbot backup copy.db", 0, "checked the copy");

	assert_true(stage_start(&stage, NULL));
	assert_true(stage_quiet(&stage, STAGE_PATIENCE_MS));
	assert_int_equal(posted("the cause is found"), 1);
	shell("cd ${ALIOSBOT_DB%/*} && aliosbot restore copy.db", 5, "another aliosbot (pid ");
	assert_int_equal(stage_end(&stage, SIGTERM), 0);
	shell("cd ${ALIOSBOT_DB%/*} && aliosbot restore copy.db", 0, "is kept as ");

	assert_true(stage_start(&stage, NULL));
	assert_true(stage_quiet(&stage, STAGE_PATIENCE_MS));
	shell("aliosbot show 1", 0, "the cause is found");
	assert_int_equal(posted("the cause is found"), 1);
	assert_int_equal(stage_end(&stage, SIGTERM), 0);
	shell("aliosbot verify", 0, "All is well");
	stage_close(&stage, false);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, a_store_setup_declared, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_older_file_is_kept_beside_as_it_was),
		TEST(a_file_that_is_up_to_date_is_not_copied),
		TEST(a_copy_of_the_same_day_is_not_overwritten),
		TEST(without_room_for_the_copy_nothing_is_changed),
		TEST(a_copy_takes_the_databases_place_and_the_old_one_is_kept),
		TEST(a_copy_of_an_older_version_is_brought_up_to_date),
		TEST(a_copy_that_is_not_whole_changes_nothing),
		TEST(a_copy_whose_journal_was_changed_is_refused),
		TEST(a_damaged_database_can_be_replaced_and_is_kept),
		TEST(nothing_is_restored_under_a_writer),
		cmocka_unit_test(what_was_sent_since_the_copy_is_not_sent_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
