/*
 * `restore`: a copy takes the database's place. Files of earlier versions are tests/golden/store-N.sql; with a bot it is the
 * real program.
 */
#include "adapters/sqlite/schema.h"
#include "tests/support/copies.h"
#include "tests/support/stage.h"
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

static int restore(struct a_store *s, const char *from, struct restored *told)
{
	*told = (struct restored){ 0 };
	arena_init(&told->arena);
	buf_reset(&s->why);
	return sqlite_store_restore(s->path, from, &s->seams, told, &s->why);
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

/* ---- restore ---- */

static void a_copy_takes_the_databases_place_and_the_old_one_is_kept(void **state)
{
	struct a_store *s = *state;
	char copy[200];
	struct restored told;

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_do(s, "note said after the copy");
	a_store_close(s);
	if (restore(s, copy, &told))
		fail_msg("%s", s->why.s);
	assert_int_equal(told.nodes, 1);
	assert_string_equal(told.kept, copies_beside(s, ".old-2026-11-25T14-05-00"));
	assert_int_equal(copies_number(told.kept, "SELECT count(*) FROM journal") -
				 copies_number(s->path, "SELECT count(*) FROM journal"),
			 1);
	arena_release(&told.arena);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_assert_verified(s);
	assert_int_not_equal(access(copies_beside(s, ".restoring"), F_OK), 0);
	assert_int_not_equal(access(copies_beside(s, ".restoring.lock"), F_OK), 0);
	assert_int_equal(access(copy, F_OK), 0);
}

/* The numbers of what was declared since are in chats and minds. */
static void an_id_that_was_given_since_the_copy_is_not_given_again(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	char copy[200];

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_declare(s, "Since");
	a_store_declare(s, "Since as well");
	for (int again = 0; again < 2; again++) {
		a_store_close(s);
		if (restore(s, copy, &told))
			fail_msg("%s", s->why.s);
		assert_true(told.numbers_known);
		arena_release(&told.arena);
		assert_int_equal(a_store_open(s, STORE_WRITE), 0);
		a_store_assert_verified(s);
		s->now += MS_MINUTE; /* the next one is kept under another name */
	}
	a_store_do(s, "new After it");
	assert_int_equal(a_store_number(s, "SELECT max(number) FROM node"), 4);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM node"), 2);
	a_store_assert_verified(s);
	a_store_assert_finds(s, "UPDATE year SET last = 5", "the counter says 5 incidents");
}

static void restored_and_opened(struct a_store *s, const char *copy)
{
	struct restored told;

	a_store_close(s);
	if (restore(s, copy, &told))
		fail_msg("%s", s->why.s);
	arena_release(&told.arena);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_assert_verified(s);
	s->now += MS_MINUTE; /* the next one is kept under another name */
}

/* The second copy has a counter that is ahead of its last incident; and a damaged one counts nothing. */
static void ids_go_on_over_copies_of_restored_databases_and_damaged_counters(void **state)
{
	struct a_store *s = *state;
	char first[200], second[200];
	int64_t most = a_store_number(s, "SELECT max(number) FROM node");

	snprintf(first, sizeof(first), "%s", copies_beside(s, ".first"));
	assert_int_equal(sqlite_store_backup(s->store, first, &s->why), 0);
	a_store_declare(s, "Since");
	a_store_declare(s, "Since as well");
	restored_and_opened(s, first);
	snprintf(second, sizeof(second), "%s", copies_beside(s, ".second"));
	assert_int_equal(sqlite_store_backup(s->store, second, &s->why), 0);
	a_store_do(s, "new After the first");
	restored_and_opened(s, second);
	a_store_do(s, "new After the second");
	assert_int_equal(a_store_number(s, "SELECT max(number) FROM node"), most + 4);
	a_store_assert_verified(s);
	a_store_script(s, "UPDATE year SET last = 4000000000000000000");
	restored_and_opened(s, second);
	a_store_do(s, "new After the damage");
	assert_int_equal(a_store_number(s, "SELECT max(number) FROM node"), most + 5);
	a_store_assert_verified(s);
}

static void where_nobody_knows_which_ids_were_given_it_is_told(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	char copy[200];

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_close(s);
	copies_put(s->path, "not a database, but bytes", 25);
	if (restore(s, copy, &told))
		fail_msg("%s", s->why.s);
	assert_false(told.numbers_known);
	assert_non_null(told.kept);
	arena_release(&told.arena);
	assert_int_equal(unlink(s->path), 0);
	if (restore(s, copy, &told))
		fail_msg("%s", s->why.s);
	assert_false(told.numbers_known);
	assert_null(told.kept);
	arena_release(&told.arena);
}

static void a_copy_of_an_older_version_is_brought_up_to_date(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	char copy[200];

	for (int version = 1; version < schema_version(); version++) {
		a_store_become(s, version);
		snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".older"));
		assert_int_equal(rename(s->path, copy), 0);
		if (restore(s, copy, &told))
			fail_msg("%s", s->why.s);
		assert_null(told.kept);
		arena_release(&told.arena);
		assert_int_equal(copies_number(copy, "PRAGMA user_version"), version);
		assert_int_equal(a_store_open(s, STORE_WRITE), 0);
		a_store_assert_verified(s);
		assert_int_not_equal(access(copies_before(s, ""), F_OK), 0);
	}
}

static void a_copy_that_is_not_whole_changes_nothing(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	struct buf was, is;
	char copy[200];

	a_store_live_through(s);
	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_close(s);
	copies_read(&was, s->path);
	spoil(copy);
	assert_true(restore(s, copy, &told) < 0);
	arena_release(&told.arena);
	assert_non_null(strstr(s->why.s, "nothing was changed"));
	assert_int_not_equal(access(copies_beside(s, ".restoring"), F_OK), 0);
	copies_read(&is, s->path);
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

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
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
	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
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

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	assert_int_equal(restore(s, copy, &told), STORE_BUSY);
	arena_release(&told.arena);
	assert_non_null(strstr(s->why.s, "another aliosbot (pid "));
	a_store_assert_verified(s);
}

/* A copy of the database is made; then the life goes on, and ends with the database gone and its WAL left. */
static void lose(struct a_store *s, char *copy, size_t size, struct buf *wal)
{
	snprintf(copy, size, "%s", copies_beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_live_through(s);
	copies_read(wal, copies_beside(s, "-wal"));
	assert_true(wal->len > 0);
	a_store_close(s);
	assert_int_equal(unlink(s->path), 0);
	copies_put(copies_beside(s, "-wal"), wal->s, wal->len);
}

static void assert_restored_without(struct a_store *s, const char *copy, const struct buf *wal)
{
	struct restored told;

	if (restore(s, copy, &told))
		fail_msg("%s", s->why.s);
	assert_null(told.kept);
	assert_non_null(told.left);
	copies_assert_same(told.left, wal);
	arena_release(&told.arena);
	assert_int_equal(copies_number(s->path, "SELECT count(*) FROM journal"),
			 copies_number(copy, "SELECT count(*) FROM journal"));
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_assert_verified(s);
}

static void the_wal_of_a_lost_database_is_not_played_into_the_copy(void **state)
{
	struct a_store *s = *state;
	struct buf wal;
	char copy[200];

	lose(s, copy, sizeof(copy), &wal);
	assert_restored_without(s, copy, &wal);
	buf_release(&wal);
}

static void the_wal_of_an_empty_database_is_not_played_into_the_copy(void **state)
{
	struct a_store *s = *state;
	struct buf wal;
	char copy[200];

	lose(s, copy, sizeof(copy), &wal);
	copies_put(s->path, "", 0);
	assert_restored_without(s, copy, &wal);
	buf_release(&wal);
}

static void a_copy_that_cannot_take_the_place_leaves_what_was_there(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	struct buf wal;
	char copy[200];

	lose(s, copy, sizeof(copy), &wal);
	unmovable = ".restoring";
	assert_int_equal(restore(s, copy, &told), STORE_FULL);
	unmovable = NULL;
	assert_non_null(strstr(s->why.s, "is as it was"));
	assert_null(told.left);
	arena_release(&told.arena);
	copies_assert_same(copies_beside(s, "-wal"), &wal);
	assert_int_not_equal(access(copies_beside(s, ".restoring"), F_OK), 0);
	assert_restored_without(s, copy, &wal);
	buf_release(&wal);
}

static void a_database_whose_place_cannot_be_taken_keeps_its_name(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	struct buf was;
	char copy[200];

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_do(s, "note said after the copy");
	a_store_close(s);
	copies_read(&was, s->path);
	unmovable = ".restoring";
	assert_int_equal(restore(s, copy, &told), STORE_FULL);
	unmovable = NULL;
	assert_null(told.kept);
	arena_release(&told.arena);
	copies_assert_same(s->path, &was);
	assert_int_not_equal(access(copies_beside(s, ".old-2026-11-25T14-05-00"), F_OK), 0);
	buf_release(&was);
}

static void what_a_reader_keeps_in_the_wal_is_not_lost(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	struct buf was, wal;
	struct db reader;
	char copy[200];
	int64_t rows, n;

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	assert_int_equal(db_open(&reader, s->path, SQLITE_OPEN_READONLY), 0);
	assert_int_equal(db_script(&reader, "BEGIN"), 0);
	assert_true(db_one(&reader, NULL, "SELECT count(*) FROM node", ">i", &n) > 0);
	a_store_do(s, "note said after the copy");
	a_store_close(s);
	rows = copies_number(s->path, "SELECT count(*) FROM journal");
	copies_read(&was, s->path);
	copies_read(&wal, copies_beside(s, "-wal"));

	assert_int_equal(restore(s, copy, &told), STORE_BUSY);
	arena_release(&told.arena);
	assert_non_null(strstr(s->why.s, "another program is reading "));
	copies_assert_same(s->path, &was);
	copies_assert_same(copies_beside(s, "-wal"), &wal);
	assert_int_not_equal(access(copies_beside(s, ".old-2026-11-25T14-05-00"), F_OK), 0);

	db_close(&reader);
	if (restore(s, copy, &told))
		fail_msg("%s", s->why.s);
	assert_int_equal(copies_number(told.kept, "SELECT count(*) FROM journal"), rows);
	arena_release(&told.arena);
	buf_release(&was);
	buf_release(&wal);
}

/* It says so of `from`, by the name that was given, and nothing else has happened. */
static void refused(struct a_store *s, const char *from, int rc, const char *words)
{
	struct restored told;
	struct buf was;

	copies_read(&was, s->path);
	assert_int_equal(restore(s, from, &told), rc);
	arena_release(&told.arena);
	if (!strstr(s->why.s, words) || strncmp(s->why.s, from, strlen(from)) != 0 ||
	    strstr(s->why.s, ".restoring"))
		fail_msg("%s", s->why.s);
	copies_assert_same(s->path, &was);
	assert_int_not_equal(access(copies_beside(s, ".restoring"), F_OK), 0);
	buf_release(&was);
}

static void made_by(const char *file, const char *sql)
{
	struct db db;

	assert_int_equal(db_open(&db, file, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE), 0);
	assert_int_equal(db_script(&db, sql), 0);
	db_close(&db);
}

static void what_is_no_copy_is_refused_by_its_name(void **state)
{
	struct a_store *s = *state;
	char from[200];

	snprintf(from, sizeof(from), "%s", copies_beside(s, ".from"));
	assert_int_equal(sqlite_store_backup(s->store, from, &s->why), 0);
	a_store_close(s);
	made_by(from, "PRAGMA user_version = 4711");
	refused(s, from, STORE_NEWER, "written by a newer aliosbot (format 4711");
	unlink(from);
	refused(s, from, STORE_ABSENT, "No such file");
	made_by(from, "CREATE TABLE photo (n INTEGER)");
	refused(s, from, STORE_FOREIGN, "a database of another program");
	copies_put(from, "", 0);
	refused(s, from, STORE_FOREIGN, "is empty");
	copies_put(from, "Dear diary", 10);
	refused(s, from, STORE_DAMAGED, "isn't an aliosbot database");
	unlink(from);
	assert_int_equal(mkfifo(from, 0600), 0);
	refused(s, from, STORE_FOREIGN, "isn't a file");
	refused(s, s->dir, STORE_FOREIGN, "isn't a file");
}

static void a_link_that_leads_nowhere_is_not_replaced(void **state)
{
	struct a_store *s = *state;
	struct restored told;
	char copy[200], to[8];

	snprintf(copy, sizeof(copy), "%s", copies_beside(s, ".copy"));
	assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	a_store_close(s);
	unlink(s->path);
	assert_int_equal(symlink("gone/db", s->path), 0);
	assert_int_equal(restore(s, copy, &told), STORE_FULL);
	arena_release(&told.arena);
	assert_non_null(strstr(s->why.s, "is a symbolic link that leads nowhere"));
	assert_int_equal(readlink(s->path, to, sizeof(to)), 7);
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
	shell("cd ${ALIOSBOT_DB%/*} && aliosbot restore nowhere.db", 5,
	      "nowhere.db can't be read: No such file or directory.\n");
	shell("cd ${ALIOSBOT_DB%/*} && aliosbot restore copy.db", 0, "is kept as ");

	assert_true(stage_start(&stage, NULL));
	assert_true(stage_quiet(&stage, STAGE_PATIENCE_MS));
	shell("aliosbot show 1", 0, "the cause is found");
	assert_int_equal(posted("the cause is found"), 1);
	assert_int_equal(stage_end(&stage, SIGTERM), 0);
	shell("aliosbot verify", 0, "All is well");
	stage_close(&stage, false);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, copies_setup, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_copy_takes_the_databases_place_and_the_old_one_is_kept),
		TEST(an_id_that_was_given_since_the_copy_is_not_given_again),
		TEST(ids_go_on_over_copies_of_restored_databases_and_damaged_counters),
		TEST(where_nobody_knows_which_ids_were_given_it_is_told),
		TEST(a_copy_of_an_older_version_is_brought_up_to_date),
		TEST(a_copy_that_is_not_whole_changes_nothing),
		TEST(a_copy_whose_journal_was_changed_is_refused),
		TEST(a_damaged_database_can_be_replaced_and_is_kept),
		TEST(nothing_is_restored_under_a_writer),
		TEST(the_wal_of_a_lost_database_is_not_played_into_the_copy),
		TEST(the_wal_of_an_empty_database_is_not_played_into_the_copy),
		TEST(a_copy_that_cannot_take_the_place_leaves_what_was_there),
		TEST(a_database_whose_place_cannot_be_taken_keeps_its_name),
		TEST(what_a_reader_keeps_in_the_wal_is_not_lost),
		TEST(what_is_no_copy_is_refused_by_its_name),
		TEST(a_link_that_leads_nowhere_is_not_replaced),
		cmocka_unit_test(what_was_sent_since_the_copy_is_not_sent_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
