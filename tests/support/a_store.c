#include "tests/support/a_store.h"

#include "adapters/digest/digest.h"
#include "adapters/sqlite/sqlite_store.h"
#include "tests/support/core_file.h"
#include "tests/support/reads_now.h"
#include "tests/support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int64_t clock_now(struct clock *c)
{
	return ((struct a_store *)((char *)c - offsetof(struct a_store, clock)))->now;
}

static void chance_fill(struct entropy *e, void *bytes, size_t len)
{
	struct a_store *s = (struct a_store *)((char *)e - offsetof(struct a_store, entropy));
	unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++) {
		s->chance = s->chance * 6364136223846793005u + 1442695040888963407u;
		p[i] = (unsigned char)(s->chance >> 56);
	}
}

static void count_commit(void *arg)
{
	((struct a_store *)arg)->commits++;
}

static void count_done(struct job *job, void *arg)
{
	(void)job;
	((struct a_store *)arg)->done++;
}

void a_store_init(struct a_store *s)
{
	*s = (struct a_store){
		.settings = { .default_priority = PRIORITY_HIGH },
		.clock.now_ms = clock_now,
		.entropy.fill = chance_fill,
		.now = A_STORE_NOW,
		.chance = 1,
	};
	s->seams = (struct store_seams){
		.settings = &s->settings,
		.entropy = &s->entropy,
		.digest = digest_openssl(),
		.clock = &s->clock,
		.committed = count_commit,
		.committed_arg = s,
	};
	buf_init(&s->why, BUF_ROOMY);
	scratch_make(s->dir, sizeof(s->dir), "store");
	snprintf(s->path, sizeof(s->path), "%s/db", s->dir);
	if (a_store_open(s, STORE_WRITE))
		fail_msg("%s", s->why.s);
}

int a_store_open(struct a_store *s, enum store_mode mode)
{
	return sqlite_store_open(&s->store, s->path, mode, &s->seams, &s->why);
}

void a_store_close(struct a_store *s)
{
	if (s->store)
		store_close(s->store);
	s->store = NULL;
}

void a_store_release(struct a_store *s)
{
	DIR *dir = opendir(s->dir);
	struct dirent *one;

	a_store_close(s);
	while ((one = readdir(dir)))
		unlinkat(dirfd(dir), one->d_name, 0);
	closedir(dir);
	rmdir(s->dir);
	buf_release(&s->why);
}

void a_store_become(struct a_store *s, int version)
{
	char path[64];
	struct buf sql;
	struct db db;

	a_store_close(s);
	assert_int_equal(unlink(s->path), 0);
	snprintf(path, sizeof(path), "tests/golden/store-%d.sql", version);
	buf_init(&sql, BUF_ROOMY);
	assert_true(file_read(&sql, path));
	assert_int_equal(db_open(&db, s->path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE), 0);
	if (db_script(&db, sql.s))
		fail_msg("%s", db.problem.s);
	db_close(&db);
	buf_release(&sql);
}

struct job *a_store_line(struct a_store *s, const char *line)
{
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = INTENT_LINE,
		.via = VIA_COMMAND,
		.place = "T1",
		.who = ANNA,
		.channel = A_STORE_CHANNEL,
		.now_ms = s->now,
		.received_ms = s->now,
		.line = arena_strdup(&job->arena, line),
	};
	job->done = count_done;
	job->arg = s;
	return job;
}

struct job *a_store_run(struct a_store *s, struct job *job)
{
	job->next = NULL;
	job->done = count_done;
	job->arg = s;
	store_batch(s->store, job);
	return job;
}

struct job *a_store_say(struct a_store *s, const char *line)
{
	struct job *job = a_store_run(s, a_store_line(s, line));

	if (job->rc)
		fail_msg("“%s” faults: %s", line, store_problem(s->store));
	return job;
}

void a_store_do(struct a_store *s, const char *line)
{
	struct job *job = a_store_say(s, line);

	if (job->outcome.verdict != VERDICT_DONE)
		fail_msg("“%s” is not done: %s", line, job->outcome.answer.text);
	job_free(job);
}

void a_store_channel_made(struct a_store *s, const char *node, const char *channel)
{
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = INTENT_CHANNEL_MADE,
		.via = VIA_BOT,
		.who = REF_BOT,
		.node = node,
		.channel = channel,
		.name = "inc-channel",
		.now_ms = s->now,
		.received_ms = s->now,
	};
	a_store_run(s, job);
	assert_int_equal(job->rc, 0);
	assert_int_equal(job->outcome.verdict, VERDICT_DONE);
	job_free(job);
}

void a_store_declare(struct a_store *s, const char *title)
{
	char line[200];
	struct job *job;

	snprintf(line, sizeof(line), "new %s", title);
	job = a_store_line(s, line);
	job->intent.channel = NULL;
	a_store_run(s, job);
	assert_int_equal(job->rc, 0);
	assert_int_equal(job->outcome.verdict, VERDICT_DONE);
	a_store_channel_made(s, job->outcome.changes->node, A_STORE_CHANNEL);
	job_free(job);
}

struct view *a_store_view(struct a_store *s, enum view_size size, struct arena *a)
{
	struct view *v = arena_alloc(a, sizeof(*v));
	struct rows *rows = store_rows(s->store);

	assert_int_equal(rows->view(rows, "INCIDENT-2026-001", size, a, v), 1);
	return v;
}

void a_store_meet(struct a_store *s, const struct person *p)
{
	struct job *job = job_new(JOB_PERSON);

	job->person = *p;
	a_store_run(s, job);
	assert_int_equal(job->rc, 0);
	job_free(job);
}

int64_t a_store_number(struct a_store *s, const char *sql)
{
	int64_t n = -1;

	if (db_one(&sqlite_store_of(s->store)->db, NULL, sql, ">i", &n) < 0)
		fail_msg("%s: %s", sql, store_problem(s->store));
	return n;
}

void a_store_script(struct a_store *s, const char *sql)
{
	if (db_script(&sqlite_store_of(s->store)->db, sql))
		fail_msg("%s: %s", sql, store_problem(s->store));
}

void a_store_assert_verified(struct a_store *s)
{
	int rc;

	buf_reset(&s->why);
	rc = sqlite_store_verify(s->store, &s->why);
	if (rc)
		fail_msg("verify gives %d: %s%s", rc, s->why.s,
			 rc < 0 ? store_problem(s->store) : "");
}

void a_store_assert_finds(struct a_store *s, const char *sql, const char *finding)
{
	a_store_script(s, "SAVEPOINT tamper");
	a_store_script(s, sql);
	buf_reset(&s->why);
	assert_int_equal(sqlite_store_verify(s->store, &s->why), finding != NULL);
	if (finding && !strstr(s->why.s, finding))
		fail_msg("%s gives: %s", sql, s->why.s);
	a_store_script(s, "ROLLBACK TO tamper; RELEASE tamper");
}

int a_store_setup(void **state)
{
	static struct a_store s;

	a_store_init(&s);
	*state = &s;
	return 0;
}

int a_store_setup_declared(void **state)
{
	a_store_setup(state);
	a_store_declare(*state, "Checkout is down");
	return 0;
}

int a_store_teardown(void **state)
{
	a_store_release(*state);
	return 0;
}

/* Which number it has depends on what the Node has lived through before. */
static void redact_last(struct a_store *s)
{
	char line[80];

	snprintf(line, sizeof(line), "redact E%d it was said by mistake",
		 (int)a_store_number(s, "SELECT max(n) FROM entry WHERE node = 1"));
	a_store_do(s, line);
}

void a_store_live_through(struct a_store *s)
{
	static const char *const lines[] = {
		"captain",
		"role scribe \x02@T1/UBOB|Bob\x03",
		"sev sev1",
		"note see \x02>https://a.example/1|\x03",
		"summary it hurts",
		"cause a deploy",
		"trigger a switch",
		"lesson never again",
		"prevent write a test by 2027-01-02",
		"drop 1 no need",
		"origin ai-context",
		"mark began 13:30 UTC",
		"note a secret 4711",
	};
	static const char *const then[] = {
		"withdraw E2",
		"undo",
		"status mitigated",
		"resolve over",
	};
	struct job *job = job_new(JOB_DEED);

	job->message = (struct message){ .channel = A_STORE_CHANNEL,
					 .id = "1795615500.000100",
					 .at = 1795615500000,
					 .author = ANNA,
					 .text = "#timeline it burns",
					 .files = { { .name = "graph.png", .type = "png" } },
					 .n_files = 1 };
	job->intent = (struct intent){ .kind = INTENT_MESSAGE,
				       .via = VIA_TAG,
				       .place = "T1",
				       .who = ANNA,
				       .channel = A_STORE_CHANNEL,
				       .now_ms = s->now,
				       .received_ms = s->now,
				       .message = &job->message };
	job_free(a_store_run(s, job));
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		a_store_do(s, lines[i]);
	redact_last(s);
	assert_int_equal(
		a_store_number(s, "SELECT count(*) FROM text WHERE body = 'a secret 4711'"), 0);
	for (size_t i = 0; i < sizeof(then) / sizeof(*then); i++)
		a_store_do(s, then[i]);
	a_store_declare(s, "A second one");
	a_store_do(s, "note of the second");
	a_store_declare(s, "A third one");
	a_store_do(s, "note of the third");
}
