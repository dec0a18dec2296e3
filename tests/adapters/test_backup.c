/*
 * Copies of the database: the one that is kept before it is brought up to date, and the one that `backup` makes. Files of
 * earlier versions are tests/golden/store-N.sql. The way back is test_restore.c.
 */
#include "adapters/sqlite/schema.h"
#include "tests/support/copies.h"
#include "tests/support/unmovable.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void a_copy_has_its_name_only_when_it_is_whole(void **state)
{
	struct a_store *s = *state;
	char copy[200];

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	unmovable = ".copy.new";
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), STORE_FULL);
	unmovable = NULL;
	assert_non_null(strstr(s->why.s, ".copy was not made: Input/output error"));
	assert_int_not_equal(access(copy, F_OK), 0);
	assert_int_not_equal(access(copies_beside(s, ".copy.new"), F_OK), 0);
}

/* A copy that was stopped may have left it, or a person: who can tell? */
static void what_lies_where_a_copy_is_written_stays(void **state)
{
	struct a_store *s = *state;
	struct buf was;
	char copy[200];

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	copies_put(copies_beside(s, ".copy.new"), "mine", 4);
	copies_put(copies_beside(s, ".copy.new-2-journal"), "half", 4);
	copies_read(&was, copies_beside(s, ".copy.new"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	assert_int_equal(copies_number(copy, "SELECT count(*) FROM node"), 1);
	copies_assert_same(copies_beside(s, ".copy.new"), &was);
	assert_int_equal(access(copies_beside(s, ".copy.new-2-journal"), F_OK), 0);
	assert_int_not_equal(access(copies_beside(s, ".copy.new-2"), F_OK), 0);
	assert_int_not_equal(access(copies_beside(s, ".copy.new-3"), F_OK), 0);
	assert_true(sqlite_store_backup(s->store, copy, &s->why) < 0);
	assert_non_null(strstr(s->why.s, "is there already"));
	buf_release(&was);
}

static void nine_copies_that_were_stopped_are_told_of(void **state)
{
	struct a_store *s = *state;
	char copy[200], name[16];

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	for (int n = 1; n <= 9; n++) {
		snprintf(name, sizeof(name), n == 1 ? ".copy.new" : ".copy.new-%d", n);
		copies_put(copies_beside(s, name), "half", 4);
	}
	buf_reset(&s->why);
	assert_true(sqlite_store_backup(s->store, copy, &s->why) < 0);
	assert_non_null(strstr(s->why.s, "have left 9 files, the last is"));
	assert_int_not_equal(access(copy, F_OK), 0);
	unlink(copies_beside(s, ".copy.new-7"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
}

static void an_older_file_is_kept_beside_as_it_was(void **state)
{
	struct a_store *s = *state;
	int64_t rows;

	for (int version = 1; version < schema_version(); version++) {
		a_store_become(s, version);
		unlink(copies_before(s, ""));
		rows = copies_number(s->path, "SELECT count(*) FROM journal");
		assert_int_equal(a_store_open(s, STORE_WRITE), 0);
		assert_int_equal(copies_number(copies_before(s, ""), "PRAGMA user_version"),
				 version);
		assert_int_equal(
			copies_number(copies_before(s, ""), "SELECT count(*) FROM journal"), rows);
		a_store_assert_verified(s);
	}
}

static void a_file_that_is_up_to_date_is_not_copied(void **state)
{
	struct a_store *s = *state;

	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_not_equal(access(copies_before(s, ""), F_OK), 0);
}

static void a_copy_of_the_same_day_is_not_overwritten(void **state)
{
	struct a_store *s = *state;

	a_store_become(s, 4);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_become(s, 5);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(copies_number(copies_before(s, ""), "PRAGMA user_version"), 4);
	assert_int_equal(copies_number(copies_before(s, "-2"), "PRAGMA user_version"), 5);
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
	copies_read(&was, s->path);
	pid = fork();
	if (pid == 0)
		open_without_room(s);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	copies_read(&is, s->path);
	assert_int_equal(is.len, was.len);
	assert_memory_equal(is.s, was.s, was.len);
	assert_int_not_equal(access(copies_before(s, ""), F_OK), 0);
	buf_release(&was);
	buf_release(&is);
}

static void a_file_that_cannot_be_brought_up_to_date_leaves_no_copy(void **state)
{
	struct a_store *s = *state;
	struct db db;

	a_store_become(s, 5);
	assert_int_equal(db_open(&db, s->path, SQLITE_OPEN_READWRITE), 0);
	assert_int_equal(db_script(&db, "CREATE TABLE due (sixth TEXT)"), 0);
	db_close(&db);
	assert_true(a_store_open(s, STORE_WRITE) < 0);
	assert_non_null(strstr(s->why.s, "Nothing was changed, and the copy "));
	assert_int_not_equal(access(copies_before(s, ""), F_OK), 0);
	assert_int_not_equal(access(copies_before(s, ".new"), F_OK), 0);
	assert_int_equal(copies_number(s->path, "PRAGMA user_version"), 5);
}

static void too_many_copies_of_one_day_are_told(void **state)
{
	struct a_store *s = *state;
	char number[8];

	a_store_become(s, 5);
	copies_put(copies_before(s, ""), "", 0);
	for (int n = 2; n <= 9; n++) {
		snprintf(number, sizeof(number), "-%d", n);
		copies_put(copies_before(s, number), "", 0);
	}
	assert_true(a_store_open(s, STORE_WRITE) < 0);
	assert_non_null(strstr(s->why.s, "as many copies of it were made today"));
	assert_non_null(strstr(s->why.s, copies_before(s, "-9")));
	assert_int_equal(copies_number(s->path, "PRAGMA user_version"), 5);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, copies_setup, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_copy_has_its_name_only_when_it_is_whole),
		TEST(what_lies_where_a_copy_is_written_stays),
		TEST(nine_copies_that_were_stopped_are_told_of),
		TEST(an_older_file_is_kept_beside_as_it_was),
		TEST(a_file_that_is_up_to_date_is_not_copied),
		TEST(a_copy_of_the_same_day_is_not_overwritten),
		TEST(without_room_for_the_copy_nothing_is_changed),
		TEST(a_file_that_cannot_be_brought_up_to_date_leaves_no_copy),
		TEST(too_many_copies_of_one_day_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
