/* The file under the bot: deleted, replaced, linked to, locked, damaged, on a disk that can't be synced.
 * Whatever is said of a deed is so, and what only reads is answered. */
#include "tests/support/a_store.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"

/* ---- a disk whose fsync fails: SQLite's own VFS, xSync in our hands ---- */

static int syncs_fail; /* so many more */
static sqlite3_vfs failing_vfs;
static sqlite3_vfs *real_vfs;
/* SQLite has some methods for files with locks and some for those without. */
static struct {
	const sqlite3_io_methods *real;
	sqlite3_io_methods failing;
} methods[4];

static int failing_sync(sqlite3_file *file, int flags)
{
	size_t i = 0;

	if (syncs_fail > 0) {
		syncs_fail--;
		return SQLITE_IOERR_FSYNC;
	}
	while (file->pMethods != &methods[i].failing)
		i++;
	return methods[i].real->xSync(file, flags);
}

static int failing_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	int rc = real_vfs->xOpen(real_vfs, name, file, flags, out);
	size_t i = 0;

	(void)vfs;
	if (rc != SQLITE_OK || !file->pMethods)
		return rc;
	while (methods[i].real && methods[i].real != file->pMethods)
		i++;
	if (!methods[i].real) {
		methods[i].real = file->pMethods;
		methods[i].failing = *file->pMethods;
		methods[i].failing.xSync = failing_sync;
	}
	file->pMethods = &methods[i].failing;
	return rc;
}

static void disk_install(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	failing_vfs = *real_vfs;
	failing_vfs.zName = "failing";
	failing_vfs.pNext = NULL;
	failing_vfs.xOpen = failing_open;
	sqlite3_vfs_register(&failing_vfs, 1);
}

static int setup(void **state)
{
	syncs_fail = 0;
	return a_store_setup_declared(state);
}

static const char *path_of(const struct a_store *s, const char *end)
{
	static char path[4][128];
	static int i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof(path[i]), "%s%s", s->path, end);
	return path[i];
}

static int try(struct a_store *s, const char *line)
{
	struct job *job = a_store_run(s, a_store_line(s, line));
	int rc = job->rc;

	job_free(job);
	return rc;
}

static void assert_problem(struct a_store *s, const char *words)
{
	if (!strstr(store_problem(s->store), words))
		fail_msg("wanted “%s” in “%s”", words, store_problem(s->store));
}

static void assert_answers(struct a_store *s, const char *line, const char *words)
{
	struct job *job = a_store_say(s, line);

	if (!job->outcome.answer.text || !strstr(job->outcome.answer.text, words))
		fail_msg("“%s” is answered: %s", line, job->outcome.answer.text);
	job_free(job);
}

static int64_t notes(struct a_store *s, const char *text)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM text WHERE body = '%s'", text);
	return a_store_number(s, sql);
}

/* What a start after a crash finds: the files as they are now, without this process. */
static int64_t notes_after_a_crash(struct a_store *s, const char *text)
{
	char line[400], copy[128];
	struct db db;
	int64_t n = -1;

	snprintf(copy, sizeof(copy), "%s/copy", s->dir);
	snprintf(line, sizeof(line), "cp %s %s && cp %s %s-wal && rm -f %s-shm", s->path, copy,
		 path_of(s, "-wal"), copy, copy);
	assert_int_equal(system(line), 0);
	assert_int_equal(db_open(&db, copy, SQLITE_OPEN_READWRITE), 0);
	snprintf(line, sizeof(line), "SELECT count(*) FROM text WHERE body = '%s'", text);
	assert_int_equal(db_one(&db, NULL, line, ">i", &n), 1);
	db_close(&db);
	return n;
}

/* ---- deleted, replaced ---- */

static void a_deleted_file_is_noticed_before_anything_is_said_to_be_saved(void **state)
{
	struct a_store *s = *state;
	char aside[128];

	snprintf(aside, sizeof(aside), "%s/copy", s->dir);
	assert_int_equal(rename(s->path, aside), 0);
	assert_int_equal(try(s, "note lost"), STORE_MOVED);
	assert_problem(s, "was deleted or replaced");
	assert_int_equal(try(s, "note lost, too"), STORE_MOVED);
	assert_answers(s, "list", "Checkout is down");
	assert_answers(s, "help", "note");
	assert_int_equal(rename(aside, s->path), 0);
	a_store_do(s, "note it is back");
	assert_int_equal(notes(s, "lost") + notes(s, "lost, too"), 0);
	a_store_assert_verified(s);
}

static void a_file_in_the_place_of_ours_is_not_ours(void **state)
{
	struct a_store *s = *state;
	char aside[128];

	snprintf(aside, sizeof(aside), "%s/copy", s->dir);
	if (sqlite_store_backup(s->store, aside, &s->why))
		fail_msg("%s", s->why.s);
	assert_int_equal(rename(aside, s->path), 0);
	assert_int_equal(try(s, "note lost"), STORE_MOVED);
	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_do(s, "note kept");
	assert_int_equal(notes(s, "lost"), 0);
	a_store_assert_verified(s);
}

static void a_wal_that_was_deleted_loses_nothing(void **state)
{
	struct a_store *s = *state;
	struct store *writer = s->store;

	a_store_do(s, "note before");
	assert_int_equal(unlink(path_of(s, "-wal")), 0);
	a_store_do(s, "note at that moment");
	a_store_do(s, "note after");
	assert_int_equal(access(path_of(s, "-wal"), F_OK), 0);
	assert_int_equal(a_store_open(s, STORE_READ), 0);
	assert_int_equal(notes(s, "before") + notes(s, "at that moment") + notes(s, "after"), 3);
	a_store_close(s);
	s->store = writer;
	assert_int_equal(notes_after_a_crash(s, "before") +
				 notes_after_a_crash(s, "at that moment") +
				 notes_after_a_crash(s, "after"),
			 3);
	a_store_assert_verified(s);
}

static void nothing_is_begun_anew_where_a_database_was(void **state)
{
	struct a_store *s = *state;
	struct stat st;

	a_store_close(s);
	assert_int_equal(truncate(s->path, 0), 0);
	assert_int_equal(a_store_open(s, STORE_WRITE), STORE_MOVED);
	assert_non_null(strstr(s->why.s, "is empty, but a database was there"));
	assert_int_equal(a_store_open(s, STORE_READ), STORE_DAMAGED);
	unlink(s->path);
	assert_int_equal(a_store_open(s, STORE_WRITE), STORE_MOVED);
	assert_non_null(strstr(s->why.s, "is gone"));
	assert_non_null(strstr(s->why.s, "db.lock"));
	assert_int_not_equal(stat(s->path, &st), 0);
	unlink(path_of(s, ".lock")); /* as the sentence says */
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_close(s);

	unlink(path_of(s, ".lock"));
	assert_int_equal(truncate(s->path, 0), 0);
	assert_int_equal(symlink("/dev/null", path_of(s, "-wal")), 0);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0); /* an empty WAL is of nothing */
	a_store_close(s);
}

static void a_wal_without_its_database_is_kept(void **state)
{
	struct a_store *s = *state;
	FILE *f;

	a_store_close(s);
	unlink(s->path);
	unlink(path_of(s, ".lock"));
	f = fopen(path_of(s, "-wal"), "w");
	fputs("frames that somebody was told are saved", f);
	fclose(f);
	assert_int_equal(a_store_open(s, STORE_WRITE), STORE_MOVED);
	assert_non_null(strstr(s->why.s, "db-wal"));
	assert_int_equal(access(path_of(s, "-wal"), F_OK), 0);
}

/* ---- the lock ---- */

/* By another process, as it is in life: locks of one's own don't stand in one's way. */
static int open_elsewhere(struct a_store *s, const char *path)
{
	pid_t child;
	int status;

	fflush(stdout);
	child = fork();
	if (child == 0) {
		struct a_store other = *s;

		buf_init(&other.why, BUF_ROOMY);
		snprintf(other.path, sizeof(other.path), "%s", path);
		_exit(-a_store_open(&other, STORE_WRITE));
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	return -WEXITSTATUS(status);
}

static void a_link_to_the_file_has_the_same_lock(void **state)
{
	struct a_store *s = *state;
	char link_[128];

	snprintf(link_, sizeof(link_), "%s/copy", s->dir);
	assert_int_equal(open_elsewhere(s, s->path), STORE_BUSY);
	assert_int_equal(link(s->path, link_), 0);
	assert_int_equal(open_elsewhere(s, link_), STORE_BUSY);
	unlink(link_);
	assert_int_equal(symlink(s->path, link_), 0);
	assert_int_equal(open_elsewhere(s, link_), STORE_BUSY);
	unlink(path_of(s, ".lock")); /* the lock is the database's own as well */
	assert_int_equal(open_elsewhere(s, s->path), STORE_BUSY);
	a_store_do(s, "note undisturbed");
	a_store_assert_verified(s);
}

static void a_database_by_way_of_a_symbolic_link_is_the_one_it_names(void **state)
{
	struct a_store *s = *state;
	char path[80], link_[80];

	a_store_close(s);
	snprintf(path, sizeof(path), "%s", s->path);
	snprintf(link_, sizeof(link_), "%.60s/copy", s->dir);
	assert_int_equal(symlink(path, link_), 0);
	snprintf(s->path, sizeof(s->path), "%s", link_);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_do(s, "note through the link");
	assert_int_not_equal(access(path_of(s, "-wal"), F_OK), 0);
	snprintf(s->path, sizeof(s->path), "%s", path);
	assert_int_equal(access(path_of(s, "-wal"), F_OK), 0);
}

static void the_lock_file_follows_no_link(void **state)
{
	struct a_store *s = *state;
	char victim[128], text[40] = "";
	FILE *f;

	a_store_close(s);
	unlink(path_of(s, ".lock"));
	snprintf(victim, sizeof(victim), "%s/copy", s->dir);
	f = fopen(victim, "w");
	fputs("somebody's own words", f);
	fclose(f);
	assert_int_equal(symlink(victim, path_of(s, ".lock")), 0);
	assert_int_equal(a_store_open(s, STORE_WRITE), STORE_FULL);
	assert_non_null(strstr(s->why.s, "is a symbolic link"));
	f = fopen(victim, "r");
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	assert_string_equal(text, "somebody's own words");
}

static void a_path_is_never_a_uri(void **state)
{
	struct a_store *s = *state;
	char path[128], before[128];

	a_store_close(s);
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(chdir(s->dir), 0);
	snprintf(path, sizeof(path), "%s", s->path);
	snprintf(s->path, sizeof(s->path), "file:x?mode=memory");
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(access("file:x?mode=memory", F_OK), 0);
	a_store_close(s);
	unlink("file:x?mode=memory");
	unlink("file:x?mode=memory.lock");
	snprintf(s->path, sizeof(s->path), "%s", path);
	assert_int_equal(chdir(before), 0);
}

/* ---- fsync ---- */

static void what_could_not_be_synced_once_is_what_was_said_of_it(void **state)
{
	struct a_store *s = *state;
	int rc;

	syncs_fail = 1;
	rc = try(s, "note in doubt");
	assert_int_equal(syncs_fail, 0);
	assert_true(rc == 0 || rc == STORE_FULL);
	assert_int_equal(notes(s, "in doubt"), rc == 0);
	assert_int_equal(notes_after_a_crash(s, "in doubt"), rc == 0);
	if (rc)
		a_store_do(s, "note in doubt");
	assert_int_equal(notes_after_a_crash(s, "in doubt"), 1);
	a_store_assert_verified(s);
}

static void what_nobody_knows_is_said_to_be_unknown(void **state)
{
	struct a_store *s = *state;

	syncs_fail = 1000;
	assert_int_equal(try(s, "note in doubt"), STORE_UNSURE);
	assert_problem(s, "may have been saved or not");
	assert_int_equal(try(s, "note not saved"), STORE_FULL);
	assert_answers(s, "list", "Checkout is down");
	syncs_fail = 0;
	a_store_do(s, "note well again");
	assert_int_equal(notes_after_a_crash(s, "not saved"), 0);
	assert_int_equal(notes_after_a_crash(s, "in doubt"), notes(s, "in doubt"));
	a_store_assert_verified(s);
}

static void a_redelivered_deed_that_could_not_be_synced_is_there_once(void **state)
{
	struct a_store *s = *state;
	struct job *job;

	for (int fail = 0; fail < 3; fail++) {
		for (int i = 0; i < 3; i++) {
			job = a_store_line(s, "note once");
			job->key = arena_printf(&job->arena, "envelope:%d", fail);
			syncs_fail = i ? 0 : fail;
			job_free(a_store_run(s, job));
		}
		assert_int_equal(notes(s, "once"), fail + 1);
	}
	a_store_assert_verified(s);
}

/* ---- locked ---- */

static sqlite3 *lock_by_another(struct a_store *s)
{
	sqlite3 *other;

	assert_int_equal(sqlite3_open(s->path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	return other;
}

static void a_locked_database_is_read_and_named(void **state)
{
	struct a_store *s = *state;
	sqlite3 *other = lock_by_another(s);
	struct job *job;

	assert_int_equal(try(s, "note not now"), STORE_BUSY);
	assert_problem(s, "another program has the database locked");
	assert_answers(s, "list", "Checkout is down");
	assert_answers(s, "show 1", "Checkout is down");
	assert_answers(s, "help", "note");
	assert_answers(s, "done 77", "77");
	job = a_store_line(s, "list");
	job->key = "envelope:list";
	job_free(a_store_run(s, job));
	sqlite3_close(other);
	assert_int_equal(
		a_store_number(s, "SELECT count(*) FROM inbox WHERE key = 'envelope:list'"), 0);
	a_store_do(s, "note now");
	assert_int_equal(notes(s, "not now"), 0);
	a_store_assert_verified(s);
}

/* ---- damaged ---- */

/* The root page of a table is overwritten in the file, behind SQLite's back. */
static void damage(struct a_store *s, const char *table)
{
	char sql[120], junk[4096];
	int64_t page;
	int fd;

	snprintf(sql, sizeof(sql), "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", table);
	page = *table ? a_store_number(s, sql) : 1;
	a_store_close(s);
	memset(junk, 0x5a, sizeof(junk));
	fd = open(s->path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	sqlite3_db_release_memory(sqlite_store_of(s->store)->db.handle);
	assert_int_equal(pwrite(fd, junk, sizeof(junk), (page - 1) * 4096), sizeof(junk));
	close(fd);
}

static void help_is_answered_from_any_damaged_database(void **state)
{
	static const char *const tables[] = { "inbox", "person", "node", "journal", "" };

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		struct a_store *s = *state;
		struct job *job;

		damage(s, tables[i]);
		job = a_store_line(s, "help");
		job->key = "envelope:help";
		job->key2 = "trigger:help";
		a_store_run(s, job);
		if (job->rc || !strstr(job->outcome.answer.text, "note"))
			fail_msg("with %s damaged, help: %s", tables[i], store_problem(s->store));
		job_free(job);
		a_store_teardown(state);
		setup(state);
	}
}

static void what_is_damaged_is_named_and_the_rest_is_read(void **state)
{
	struct a_store *s = *state;
	struct job *job;

	damage(s, "inbox");
	job = a_store_line(s, "list");
	job->key = "envelope:list";
	a_store_run(s, job);
	assert_int_equal(job->rc, 0);
	assert_non_null(strstr(job->outcome.answer.text, "Checkout is down"));
	job_free(job);
	job = a_store_line(s, "note this");
	job->key = "envelope:note";
	a_store_run(s, job);
	assert_int_equal(job->rc, STORE_DAMAGED);
	assert_problem(s, "is damaged");
	job_free(job);
}

static void a_list_that_is_damaged_is_no_empty_list(void **state)
{
	struct a_store *s = *state;

	damage(s, "node");
	assert_int_equal(try(s, "list"), STORE_DAMAGED);
	assert_problem(s, "is damaged");
	assert_problem(s, "aliosbot verify");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_deleted_file_is_noticed_before_anything_is_said_to_be_saved),
		TEST(a_file_in_the_place_of_ours_is_not_ours),
		TEST(a_wal_that_was_deleted_loses_nothing),
		TEST(nothing_is_begun_anew_where_a_database_was),
		TEST(a_wal_without_its_database_is_kept),
		TEST(a_link_to_the_file_has_the_same_lock),
		TEST(a_database_by_way_of_a_symbolic_link_is_the_one_it_names),
		TEST(the_lock_file_follows_no_link),
		TEST(a_path_is_never_a_uri),
		TEST(what_could_not_be_synced_once_is_what_was_said_of_it),
		TEST(what_nobody_knows_is_said_to_be_unknown),
		TEST(a_redelivered_deed_that_could_not_be_synced_is_there_once),
		TEST(a_locked_database_is_read_and_named),
		TEST(help_is_answered_from_any_damaged_database),
		TEST(what_is_damaged_is_named_and_the_rest_is_read),
		TEST(a_list_that_is_damaged_is_no_empty_list),
	};

	disk_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
