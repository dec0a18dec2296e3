/*
 * Every write fails once, with ENOSPC and with EIO, each in a run of its own, half written: what was said to be saved is
 * there, also after a crash at that very moment, and what was said not to be isn't; said again, it is done, once; and
 * the end is that of the run in which no write failed.
 *
 * A step of the story is played on the files that the steps before it have left. Here the first write of each step fails
 * and every 97th behind it, `make soak` takes all: WRITES=1.
 */
#include "adapters/sqlite/sqlite_store.h"
#include "tests/support/a_store.h"
#include "tests/support/bad_disk.h"
#include "tests/support/core_file.h"
#include "tests/support/node_dump.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define EVERY 97

static struct bad_disk disk;

static void until_it_is_idle(struct a_store *s);
static void back_up(struct a_store *s);
static void open_again(struct a_store *s);

/* Said by somebody, or done to the store. */
static const struct step {
	const char *line;
	void (*act)(struct a_store *s);
	const char *before; /* said before any write fails; NULL */
} story[] = {
	{ .line = "(a new file is opened)", .act = open_again },
	{ .line = "new Checkout is down --here" },
	{ .line = "1 note rolled the pod back" },
	{ .line = "1 action scale up the database" },
	{ .line = "1 done 1" },
	{ .line = "1 note a secret 4711" },
	{ .line = "(the WAL is moved into the file)",
	  .act = until_it_is_idle,
	  .before = "1 note looking" },
	{ .line = "1 redact E3 it was said by mistake" },
	{ .line = "(what was redacted leaves the file)",
	  .act = until_it_is_idle,
	  .before = "1 note still looking" },
	{ .line = "(a copy is made)", .act = back_up },
	{ .line = "1 resolve over" },
	{ .line = "(it is closed and opened)", .act = open_again },
};
#define STEPS ((int)(sizeof(story) / sizeof(*story)))

static const struct step *at;

#define FAIL(...) \
	do { \
		print_message("“%s”, write %ld, %s:\n", at->line, (long)disk.first, \
			      strerror((int)disk.error)); \
		fail_msg(__VA_ARGS__); \
	} while (0)

/* ---- files ---- */

static const char *const ends[] = { "", "-wal", ".lock" };

static void file_write(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(b->s, 1, b->len, f), b->len);
	fclose(f);
}

static void files_copy(const struct a_store *s, const char *to)
{
	char path[128];
	struct buf b;

	buf_init(&b, (size_t)16 << 20);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", s->path, ends[i]);
		buf_reset(&b);
		if (file_read(&b, path)) {
			snprintf(path, sizeof(path), "%s/%s%s", s->dir, to, ends[i]);
			file_write(path, &b);
		}
	}
	buf_release(&b);
}

static void files_remove(const struct a_store *s, const char *name)
{
	char path[128];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s%s", s->dir, name, ends[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/%s-shm", s->dir, name);
	unlink(path);
}

static void path_set(struct a_store *s, const char *name)
{
	snprintf(s->path, sizeof(s->path), "%.60s/%s", s->dir, name);
}

/* ---- what is there ---- */

static char *dump(struct a_store *s)
{
	return node_dump(sqlite_store_of(s->store)->db.handle);
}

/* The files as they are now, without this process: what a start after a crash finds. */
static char *dump_after_a_crash(struct a_store *s)
{
	char copy[128];
	char *text;

	files_copy(s, "copy");
	snprintf(copy, sizeof(copy), "%s/copy", s->dir);
	text = node_dump_file(copy);
	files_remove(s, "copy");
	return text;
}

static void assert_said_is_so(struct a_store *s, int rc, const char *before)
{
	char *now = dump(s), *crashed = dump_after_a_crash(s);

	if (rc == STORE_FULL && strcmp(before, now) != 0)
		FAIL("said not to be saved, and is:\n%s", now);
	if (rc == 0 && strcmp(before, now) == 0)
		FAIL("said to be saved, and isn't");
	if (rc != STORE_UNSURE && strcmp(now, crashed) != 0)
		FAIL("after a crash there is\n%s\ninstead of\n%s", crashed, now);
	free(now);
	free(crashed);
}

/* ---- the steps ---- */

static int try_step(struct a_store *s)
{
	char *before = dump(s);
	struct job *job = a_store_line(s, at->line);
	int rc;

	job->intent.via = VIA_SHELL;
	job->intent.who = REF_SHELL_PLACE "/anna"; /* who may do everything */
	job->key = arena_printf(&job->arena, "envelope:%d", (int)(at - story));
	rc = a_store_run(s, job)->rc;
	if (rc && rc != STORE_FULL && rc != STORE_UNSURE)
		FAIL("faults with %d: %s", rc, store_problem(s->store));
	if (!rc && job->outcome.verdict != VERDICT_DONE)
		FAIL("is not done: %s", job->outcome.answer.text);
	if (disk.failed)
		assert_said_is_so(s, rc, before);
	job_free(job);
	free(before);
	return rc;
}

/* Each time it is the same envelope. */
static void say(struct a_store *s)
{
	if (try_step(s) && try_step(s))
		FAIL("isn't saved when the disk is well again: %s", store_problem(s->store));
}

static void until_it_is_idle(struct a_store *s)
{
	for (int i = 0; i < 1000 && store_idle(s->store) > 0; i++)
		;
}

static void back_up(struct a_store *s)
{
	char copy[128];

	snprintf(copy, sizeof(copy), "%s/backup", s->dir);
	if (sqlite_store_backup(s->store, copy, &s->why)) {
		assert_int_equal(disk.failed, 1);
		assert_int_not_equal(access(copy, F_OK), 0);
		assert_int_equal(sqlite_store_backup(s->store, copy, &s->why), 0);
	}
	unlink(copy);
}

static void open_again(struct a_store *s)
{
	a_store_close(s);
	if (a_store_open(s, STORE_WRITE) && a_store_open(s, STORE_WRITE))
		FAIL("doesn't open when the disk is well again: %s", s->why.s);
}

/* ---- a run ---- */

/* What it has come to. The files are left as they are then, closed; *writes: how many of the step's there were. */
static char *play_step(struct a_store *s, int64_t failing, int error, int64_t *writes)
{
	char *end;

	disk = (struct bad_disk){ 0 };
	if (at->act != open_again && a_store_open(s, STORE_WRITE))
		FAIL("%s", s->why.s);
	if (at->before)
		a_store_do(s, at->before);
	disk = (struct bad_disk){ .first = failing, .times = 1, .error = error };
	if (at->act)
		at->act(s);
	else
		say(s);
	*writes = disk.writes;
	if (failing && disk.failed != 1)
		FAIL("no write failed");
	a_store_assert_verified(s);
	end = dump(s);
	disk = (struct bad_disk){ 0 };
	a_store_close(s);
	return end;
}

static const int errors[] = { ENOSPC, EIO };
#define ERRORS ((int)(sizeof(errors) / sizeof(*errors)))

/* The files of the step before are at "base". */
static int each_write_of_the_step_fails(struct a_store *s, int64_t every)
{
	char *right, *is;
	int64_t writes, some;
	int n = 0;

	path_set(s, "base");
	files_copy(s, "right");
	path_set(s, "right");
	right = play_step(s, 0, 0, &writes);
	for (int64_t k = 1; k <= writes; k += every) {
		for (int e = 0; e < ERRORS; e++, n++) {
			path_set(s, "base");
			files_copy(s, "db");
			path_set(s, "db");
			is = play_step(s, k, errors[e], &some);
			if (strcmp(is, right) != 0)
				FAIL("%s: the end is:\n%s\ninstead of:\n%s", strerror(errors[e]),
				     is, right);
			free(is);
			files_remove(s, "db");
		}
	}
	free(right);
	files_remove(s, "base");
	path_set(s, "right");
	files_copy(s, "base");
	files_remove(s, "right");
	return n;
}

static void what_is_said_of_a_write_that_meets_a_full_or_a_bad_disk_is_so(void **state)
{
	const char *all = getenv("WRITES");
	int64_t every = all ? strtol(all, NULL, 10) : EVERY;
	struct a_store s;
	int n = 0, some;

	(void)state;
	disk = (struct bad_disk){ 0 };
	a_store_init(&s);
	a_store_close(&s);
	files_remove(&s, "db");
	for (int i = 0; i < STEPS; i++) {
		at = &story[i];
		some = each_write_of_the_step_fails(&s, every);
		print_message("%d writes of “%s”\n", some, at->line);
		assert_true(some >= ERRORS);
		n += some;
	}
	print_message("%d writes have failed, one in a run\n", n);
	a_store_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_of_a_write_that_meets_a_full_or_a_bad_disk_is_so),
	};

	bad_disk_install(&disk);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
