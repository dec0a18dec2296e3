/*
 * What lies in the WAL after each commit, as another connection finds it, that knows nothing of how it was written:
 * commits of one page and of hundreds, pages that are spilled and written again within one transaction, rollbacks,
 * checkpoints, with and without a sync.
 */
#include "adapters/sqlite/appends.h"
#include "tests/support/bad_disk.h"
#include "tests/support/counted.h"
#include "tests/support/scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char dir[80], path[96];
static sqlite3 *ours, *other;
static volatile struct bad_disk bad;
static uint32_t chance = 20261130;

static uint32_t some(uint32_t most)
{
	chance = chance * 1664525u + 1013904223u;
	return (chance >> 8) % most;
}

static void run(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why))
		fail_msg("%s: %s", sql, why);
}

/* The one row that it answers. */
static void row_of(sqlite3 *db, const char *sql, char row[80])
{
	sqlite3_stmt *q;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	snprintf(row, 80, "%s", (const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
}

static void print_of(sqlite3 *db, char print[80])
{
	row_of(db,
	       "SELECT count(*) || ' ' || coalesce(sum(length(b)), 0) || ' ' || coalesce(sum(a * n), 0) FROM t",
	       print);
}

static void assert_both_have_the_same(void)
{
	char a[80], b[80];

	print_of(ours, a);
	print_of(other, b);
	assert_string_equal(a, b);
}

static int begin(void **state)
{
	(void)state;
	scratch_make(dir, sizeof(dir), "appends");
	snprintf(path, sizeof(path), "%s/db", dir);
	assert_int_equal(sqlite3_open_v2(path, &ours, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
					 appends_vfs()),
			 SQLITE_OK);
	run(ours,
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
	    "CREATE TABLE t (n INTEGER PRIMARY KEY, a INTEGER, b BLOB)");
	assert_int_equal(sqlite3_open_v2(path, &other, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	return 0;
}

static int end(void **state)
{
	char beside[112];

	(void)state;
	sqlite3_close(other);
	sqlite3_close(ours);
	unlink(path);
	snprintf(beside, sizeof(beside), "%s-wal", path);
	unlink(beside);
	snprintf(beside, sizeof(beside), "%s-shm", path);
	unlink(beside);
	assert_int_equal(rmdir(dir), 0);
	return 0;
}

static void a_commit_of_a_few_pages_is_one_write(void **state)
{
	struct counted before, took;

	(void)state;
	run(ours,
	    "INSERT INTO t VALUES (1, 1, zeroblob(100))"); /* the first has the WAL's own head to write */
	before = counted_now();
	run(ours, "INSERT INTO t VALUES (2, 1, zeroblob(40000))");
	took = counted_since(&before);
	assert_true(took.pages > 10);
	assert_int_equal(took.commits, 1);
	assert_int_equal(took.writes, 1);
	assert_int_equal(took.syncs, 1);
	assert_both_have_the_same();
}

static void another_connection_finds_every_commit_whole(void **state)
{
	static const char *const endings[] = { "COMMIT", "COMMIT", "COMMIT", "ROLLBACK" };
	char sql[200], whole[80];

	(void)state;
	run(ours, "PRAGMA cache_size = 10"); /* long transactions are spilled */
	for (int i = 0; i < 400; i++) {
		run(ours, some(2) ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL");
		run(ours, "BEGIN IMMEDIATE");
		for (uint32_t rows = some(6); rows; rows--) {
			snprintf(sql, sizeof(sql),
				 "INSERT OR REPLACE INTO t VALUES (%u, %u, randomblob(%u));"
				 " UPDATE t SET a = a + 1 WHERE n %% 7 = %u",
				 some(60), some(1000), some(some(4) ? 3000 : 90000), some(7));
			run(ours, sql);
		}
		run(ours, endings[some(4)]);
		assert_both_have_the_same();
		if (!some(12))
			run(ours, some(2) ? "PRAGMA wal_checkpoint(PASSIVE)"
					  : "PRAGMA wal_checkpoint(TRUNCATE)");
		assert_both_have_the_same();
	}
	row_of(other, "PRAGMA integrity_check", whole);
	assert_string_equal(whole, "ok");
}

static char copied[112];

/* What is in the files, as after a kill. */
static sqlite3 *copy_open(void)
{
	char command[512];
	sqlite3 *copy;

	snprintf(copied, sizeof(copied), "%s-copy", path);
	snprintf(command, sizeof(command), "cp %s %s && cp %s-wal %s-wal", path, copied, path,
		 copied);
	assert_int_equal(system(command), 0);
	assert_int_equal(sqlite3_open_v2(copied, &copy, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	return copy;
}

static void copy_close(sqlite3 *copy)
{
	sqlite3_close(copy);
	unlink(copied);
}

/* As after a kill: nobody closes it, and what the WAL holds is all there is. */
static void what_was_committed_is_in_the_file_and_nothing_else(void **state)
{
	char print[80], is[80];
	sqlite3 *copy;

	(void)state;
	run(ours, "INSERT INTO t VALUES (1, 7, randomblob(9000))");
	print_of(ours, print);
	run(ours,
	    "PRAGMA cache_size = 2; BEGIN IMMEDIATE; INSERT INTO t VALUES (2, 7, randomblob(90000))");
	copy = copy_open();
	run(ours, "ROLLBACK");
	print_of(copy, is);
	assert_string_equal(is, print);
	copy_close(copy);
}

/* Pages that are spilled and written again have the heads of all frames behind them made anew, the commit's own last. */
static void a_commit_that_is_not_synced_is_whole_after_a_kill(void **state)
{
	char print[80], is[80];
	sqlite3 *copy;

	(void)state;
	run(ours, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = 5; BEGIN IMMEDIATE;"
		  "INSERT INTO t VALUES (2, 1, randomblob(60000)); UPDATE t SET a = a + 1;"
		  "INSERT INTO t VALUES (3, 1, randomblob(60000)); UPDATE t SET a = a + 1; COMMIT");
	print_of(ours, print);
	copy = copy_open();
	print_of(copy, is);
	assert_string_equal(is, print);
	copy_close(copy);
}

/* A page that was kept can't be written when another is to be read: SQLite would take only that statement back. */
static void what_cannot_be_written_ends_its_transaction(void **state)
{
	char sql[200], row[80];
	int rc, failed = 0;

	(void)state;
	for (int nth = 1; nth <= 60; nth++) {
		run(ours,
		    "DELETE FROM t; PRAGMA wal_checkpoint(RESTART); PRAGMA cache_size = 8; BEGIN IMMEDIATE");
		bad.first = bad.writes + nth;
		rc = SQLITE_OK;
		for (int i = 1; i <= 30 && !rc; i++) {
			snprintf(sql, sizeof(sql),
				 "INSERT OR REPLACE INTO t VALUES (%d, %d, randomblob(3000));"
				 "UPDATE t SET a = a + 1, b = randomblob(3000) WHERE n %% 5 = %d",
				 i, i * 1000, i % 5);
			rc = sqlite3_exec(ours, sql, NULL, NULL, NULL);
		}
		bad.first = 0;
		failed += rc != SQLITE_OK;
		sqlite3_exec(ours, "COMMIT", NULL, NULL, NULL);
		if (!sqlite3_get_autocommit(ours))
			run(ours, "ROLLBACK");
		assert_both_have_the_same();
		row_of(ours, "SELECT count(*) FROM t", row);
		if (rc)
			assert_string_equal(row, "0");
		row_of(other, "PRAGMA integrity_check", row);
		assert_string_equal(row, "ok");
	}
	assert_true(failed > 30);
}

/* Pages of a transaction that was too long for memory are in the WAL already when it is rolled back. */
static void what_was_rolled_back_is_written_over_nobody_elses(void **state)
{
	sqlite3 *writer;
	char whole[80];

	(void)state;
	assert_int_equal(sqlite3_open_v2(path, &writer, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	run(ours,
	    "INSERT INTO t VALUES (1, 1, randomblob(50000)); PRAGMA wal_checkpoint(PASSIVE);"
	    "PRAGMA cache_size = 5; BEGIN IMMEDIATE; INSERT INTO t VALUES (2, 1, randomblob(60000));"
	    "ROLLBACK");
	run(writer,
	    "INSERT INTO t VALUES (3, 1, randomblob(90000)); INSERT INTO t VALUES (4, 1, randomblob(9000))");
	assert_both_have_the_same();
	run(ours, "INSERT INTO t VALUES (5, 1, randomblob(3000))");
	assert_both_have_the_same();
	row_of(other, "PRAGMA integrity_check", whole);
	assert_string_equal(whole, "ok");
	sqlite3_close(writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_rolled_back_is_written_over_nobody_elses,
						begin, end),
		cmocka_unit_test_setup_teardown(a_commit_that_is_not_synced_is_whole_after_a_kill,
						begin, end),
		cmocka_unit_test_setup_teardown(what_cannot_be_written_ends_its_transaction, begin,
						end),
		cmocka_unit_test_setup_teardown(a_commit_of_a_few_pages_is_one_write, begin, end),
		cmocka_unit_test_setup_teardown(another_connection_finds_every_commit_whole, begin,
						end),
		cmocka_unit_test_setup_teardown(what_was_committed_is_in_the_file_and_nothing_else,
						begin, end),
	};

	bad.times = 1;
	bad.error = ENOSPC;
	bad_disk_install(&bad);
	counted_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
