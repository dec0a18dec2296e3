/* The store as a whole: what is said is on disk, once, and is read again as it was said. */
#include "tests/support/a_store.h"
#include "tests/support/reads_now.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"

/* ---- schema ---- */

static void tables_have_the_fields_that_effect_h_lists(void **state)
{
	static const char *const types[] = {
		[VALUE_INT] = "INTEGER", [VALUE_STRING] = "TEXT", [VALUE_TEXT] = "INTEGER"
	};
	struct a_store *s = *state;
	const char *name, *type;
	struct arena a;
	struct query q;

	arena_init(&a);
	for (int t = 0; t < TABLES; t++) {
		const struct field *f = table_fields((enum table)t);

		query(&q, &sqlite_store_of(s->store)->db, &a,
		      "SELECT name, type FROM pragma_table_info(?)", "s", table_name(t));
		while (query_next(&q, "ss", &name, &type)) {
			if (!table_field((enum table)t, name, strlen(name)))
				continue;
			assert_string_equal(name, f->name);
			assert_string_equal(type, types[f->kind]);
			f++;
		}
		assert_int_equal(query_end(&q), 0);
		assert_null(f->name);
	}
	arena_release(&a);
}

static void every_look_of_a_deed_goes_through_an_index(void **state)
{
	static const char *const looks[] = {
		"SELECT n FROM entry WHERE node = 1 AND withdrawn IS NOT 1 ORDER BY at DESC, n "
		"DESC LIMIT 5",
		"SELECT count(*) FROM entry INDEXED BY entry_withdrawn WHERE node = 1 AND withdrawn = 1",
		"SELECT n FROM item WHERE node = 1 AND state = 'TODO' AND withdrawn IS NOT 1 ORDER "
		"BY n",
		"SELECT n FROM marker WHERE node = 1 AND state = 'live' ORDER BY n",
		"SELECT n FROM impact WHERE node = 1 AND gone IS NOT 1 ORDER BY n",
		"SELECT seq FROM journal INDEXED BY journal_edit WHERE node = 1 AND (op = 'edit' OR"
		" op = 'revise' OR op = 'undo') ORDER BY seq",
		"SELECT n FROM inbox WHERE key = 'a' OR key2 = 'b'",
		"SELECT min(id) FROM letter WHERE state IN ('pending', 'sending') GROUP BY lane",
		"SELECT n FROM node WHERE channel = 'c' AND status IN ('OPEN', 'INVESTIGATING')",
		"SELECT n FROM node WHERE number = 42 ORDER BY year DESC",
		"SELECT node FROM post WHERE dirty_at > 0",
		"SELECT n FROM capture WHERE channel = 'c' AND ts = '1' ORDER BY node, n",
		"SELECT n FROM capture WHERE channel = 'c' AND ts > '1' AND ts <= '2' ORDER BY ts",
		"SELECT n FROM capture WHERE node = 1 AND piece = 'E7' ORDER BY n",
		"SELECT n FROM source WHERE node = 1 AND capture = 7 ORDER BY n",
		"SELECT id FROM message WHERE channel = 'c' AND ts = '1'",
		"SELECT id FROM message WHERE channel = 'c' AND ts > '1' AND ts <= '2' ORDER BY ts",
		"SELECT node FROM span WHERE channel = 'c' AND from_at <= 5 ORDER BY from_at DESC",
		"SELECT node FROM post WHERE channel = 'c' AND ts = '1' AND what = 'short'",
		"SELECT n FROM node WHERE status = 'DONE' AND closed_at > 5",
		"SELECT seq FROM journal WHERE node = 1 AND at < 5 ORDER BY seq DESC LIMIT 1",
		"SELECT seq FROM journal INDEXED BY journal_undo WHERE node = 1 AND op = 'undo' AND seq > 5",
		"SELECT state FROM letter WHERE lane = 'l' AND state IN ('pending', 'sending') AND"
		" what = 'fetch' ORDER BY id DESC LIMIT 1",
		"SELECT ts FROM emoji WHERE channel > 'c' ORDER BY channel, ts, name LIMIT 1",
		"SELECT id FROM letter WHERE node = 1 OR node IS NULL",
	};
	struct a_store *s = *state;
	char sql[256];
	const char *plan;
	struct arena a;
	struct query q;

	arena_init(&a);
	for (size_t i = 0; i < sizeof(looks) / sizeof(*looks); i++) {
		snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s", looks[i]);
		query(&q, &sqlite_store_of(s->store)->db, &a, sql, "");
		for (int64_t x, y, z; query_next(&q, "iiis", &x, &y, &z, &plan);)
			if (strncmp(plan, "SCAN", 4) == 0 && !strstr(plan, "INDEX letter_open"))
				fail_msg("%s: %s", looks[i], plan);
		assert_int_equal(query_end(&q), 0);
	}
	arena_release(&a);
}

/* ---- deeds ---- */

static void what_was_said_is_there_after_a_restart(void **state)
{
	struct a_store *s = *state;
	struct arena a;
	struct view *v;

	a_store_declare(s, "504 Gateway Timeouts on Checkout Page sev1");
	a_store_do(s, "note 14:01 UTC The first 504");
	a_store_do(s, "impact Nobody can pay");
	a_store_do(s, "action Roll back <@all> by 2026-12-01");
	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);

	arena_init(&a);
	v = a_store_view(s, VIEW_FULL, &a);
	assert_string_equal(v->head.title, "504 Gateway Timeouts on Checkout Page");
	assert_int_equal(v->head.priority, PRIORITY_CRITICAL);
	assert_int_equal(v->head.status, STATUS_OPEN);
	assert_string_equal(v->head.channel, A_STORE_CHANNEL);
	assert_int_equal(v->n_paras, 1);
	assert_string_equal(v->paras[0].text, "Nobody can pay");
	assert_int_equal(v->paras[0].section, SECTION_IMPACT);
	assert_int_equal(v->n_items, 1);
	assert_string_equal(v->items[0].due, "2026-12-01");
	assert_string_equal(v->entries[0].text, "The first 504");
	assert_int_equal(v->entries[0].at, A_STORE_NOW - 4 * MS_MINUTE);
	assert_string_equal(v->entries[0].author, ANNA);
	assert_int_equal(v->entries_live, v->n_entries);
	arena_release(&a);
	a_store_assert_verified(s);
}

static void redelivered_envelope_opens_one_incident(void **state)
{
	struct a_store *s = *state;
	struct job *first = a_store_line(s, "new Checkout is down"),
		   *again = a_store_line(s, "new Checkout is down");
	int commits;

	first->key = again->key = "envelope:1";
	a_store_run(s, first);
	assert_int_equal(first->outcome.verdict, VERDICT_DONE);
	assert_false(first->duplicate);
	commits = s->commits;
	a_store_run(s, again);
	assert_true(again->duplicate);
	assert_int_equal(again->outcome.verdict, VERDICT_DONE);
	assert_int_equal(again->outcome.answer.kind, first->outcome.answer.kind);
	assert_string_equal(again->outcome.answer.text, first->outcome.answer.text);
	assert_string_equal(again->outcome.answer.node, ID);
	assert_int_equal(again->outcome.answer.count, first->outcome.answer.count);
	for (size_t i = 0; i < first->outcome.answer.count; i++) {
		assert_string_equal(again->outcome.answer.buttons[i].label,
				    first->outcome.answer.buttons[i].label);
		assert_string_equal(again->outcome.answer.buttons[i].line,
				    first->outcome.answer.buttons[i].line);
		assert_int_equal(again->outcome.answer.buttons[i].primary,
				 first->outcome.answer.buttons[i].primary);
		assert_int_equal(again->outcome.answer.buttons[i].danger,
				 first->outcome.answer.buttons[i].danger);
	}
	assert_int_equal(s->commits, commits);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM node"), 1);
	job_free(first);
	job_free(again);
}

static void a_command_seen_by_its_second_key_is_a_duplicate_too(void **state)
{
	struct a_store *s = *state;
	struct job *jobs[3];

	for (int i = 0; i < 3; i++)
		jobs[i] = a_store_line(s, "new Checkout is down");
	jobs[0]->key = "envelope:1", jobs[0]->key2 = "trigger:7";
	jobs[1]->key = "envelope:2", jobs[1]->key2 = "trigger:7";
	jobs[2]->key = "envelope:1", jobs[2]->key2 = "trigger:8";
	jobs[0]->next = jobs[1];
	jobs[1]->next = jobs[2];
	store_batch(s->store, jobs[0]);
	assert_false(jobs[0]->duplicate);
	assert_true(jobs[1]->duplicate);
	assert_true(jobs[2]->duplicate);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM node"), 1);
	for (int i = 0; i < 3; i++)
		job_free(jobs[i]);
}

static void a_refusal_is_answered_the_same_again_although_it_would_be_done_now(void **state)
{
	struct a_store *s = *state;
	struct job *first = a_store_line(s, "note It hurts"),
		   *again = a_store_line(s, "note It hurts");

	first->key = again->key = "envelope:1";
	a_store_run(s, first);
	assert_int_equal(first->outcome.verdict, VERDICT_REFUSED);
	a_store_declare(s, "Checkout is down");
	a_store_run(s, again);
	assert_int_equal(again->outcome.verdict, VERDICT_REFUSED);
	assert_true(again->duplicate);
	assert_string_equal(again->outcome.answer.text, first->outcome.answer.text);
	job_free(first);
	job_free(again);
}

static void reading_commits_nothing_and_is_answered_anew(void **state)
{
	struct a_store *s = *state;
	struct job *job;
	int commits;

	a_store_declare(s, "Checkout is down");
	commits = s->commits;
	job = a_store_line(s, "list");
	job->key = "envelope:9";
	a_store_run(s, job);
	assert_int_equal(job->outcome.verdict, VERDICT_READ);
	assert_int_equal(s->commits, commits);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM inbox"), 0);
	job_free(job);
}

static void a_hundred_and_twenty_eight_jobs_share_one_commit(void **state)
{
	struct a_store *s = *state;
	struct job *first = NULL, **end = &first, *next;
	int commits, n = 0;

	a_store_declare(s, "Checkout is down");
	commits = s->commits;
	s->done = 0;
	for (int i = 0; i < 129; i++) {
		*end = a_store_line(s, "note It still hurts");
		end = &(*end)->next;
	}
	store_batch(s->store, first);
	assert_int_equal(s->done, 129);
	assert_int_equal(s->commits - commits, 2);
	for (struct job *job = first; job; job = next, n++) {
		next = job->next;
		assert_int_equal(job->rc, 0);
		assert_int_equal(job->outcome.verdict, VERDICT_DONE);
		job_free(job);
	}
	assert_int_equal(n, 129);
	assert_int_equal(a_store_number(s, "SELECT n_entry FROM node"),
			 a_store_number(s, "SELECT count(*) FROM entry"));
	a_store_assert_verified(s);
}

/* ---- a look, then its deed ---- */

struct ahead { /* a look, and the deed that it is for */
	struct a_store *s;
	const char *line, *key;
	int looked, done;
};

static void ahead_done(struct job *job, void *arg)
{
	struct ahead *x = arg;

	assert_int_equal(job->rc, 0);
	x->done++;
	job_free(job);
}

static void ahead_looked(struct job *job, void *arg)
{
	struct ahead *x = arg;
	struct job *deed = a_store_line(x->s, x->line);

	assert_int_equal(job->rc, 0);
	x->looked++;
	job_free(job);
	deed->key = x->key;
	deed->done = ahead_done;
	deed->arg = x;
	store_submit(x->s->store, deed);
}

static struct job *ahead_job(struct ahead *x)
{
	struct job *job = job_new(JOB_READ);

	job->ahead = true;
	job->done = ahead_looked;
	job->arg = x;
	return job;
}

static struct job *ahead_deed(struct ahead *x)
{
	struct job *job = a_store_line(x->s, x->line);

	job->key = x->key;
	job->done = ahead_done;
	job->arg = x;
	return job;
}

/* In one turn: what looks ahead of `first`, the deed `second`, what looks ahead of `third`. Each is done once. */
static void look_and_do(struct ahead *first, struct ahead *second, struct ahead *third)
{
	struct job *jobs = ahead_job(first);

	jobs->next = ahead_deed(second);
	jobs->next->next = ahead_job(third);
	store_batch(first->s->store, jobs);
	assert_int_equal(first->looked, 1);
	assert_int_equal(third->looked, 1);
	assert_int_equal(first->done, 1);
	assert_int_equal(second->done, 1);
	assert_int_equal(third->done, 1);
}

static void what_looks_ahead_shares_its_commit_with_its_deed(void **state)
{
	struct a_store *s = *state;
	struct ahead first = { .s = s, .line = "note first" },
		     second = { .s = s, .line = "note second" },
		     third = { .s = s, .line = "note third" };
	int commits;

	a_store_declare(s, "Checkout is down");
	commits = s->commits;
	look_and_do(&first, &second, &third);
	assert_int_equal(s->commits - commits, 1);
	/* Behind what came in the same turn. */
	assert_int_equal(
		a_store_number(s,
			       "SELECT (SELECT group_concat(t.body, ' ') FROM entry e JOIN text t"
			       " ON t.node = e.node AND t.n = e.text ORDER BY e.n)"
			       " LIKE '%second first third'"),
		1);
	a_store_assert_verified(s);
}

/* One of the turn was here before: all of it is run again, but nobody looks twice. */
static void what_looked_ahead_is_not_asked_again_with_its_transaction(void **state)
{
	struct a_store *s = *state;
	struct ahead first = { .s = s, .line = "note first", .key = "envelope:1" },
		     second = { .s = s, .line = "note second", .key = "envelope:2" }, third = first;
	struct job *before;

	a_store_declare(s, "Checkout is down");
	before = a_store_line(s, "note second");
	before->key = "envelope:2";
	job_free(a_store_run(s, before));
	look_and_do(&first, &second, &third);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM text WHERE body = 'first'"), 1);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM text WHERE body = 'second'"), 1);
	a_store_assert_verified(s);
}

/* A Node's head is read once in a turn. Yet the next deed knows when its own row has changed, and that it is open in the
 * channel no more. */
static void what_one_deed_of_a_turn_changes_the_next_one_knows(void **state)
{
	static const char *const lines[] = { "note one",   "note two", "sev 3",
					     "note three", "resolve",  "new Another --here",
					     "note four" };
	struct a_store *s = *state;
	struct job *first = NULL, **end = &first, *next;

	a_store_declare(s, "One");
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		*end = a_store_line(s, lines[i]);
		end = &(*end)->next;
	}
	store_batch(s->store, first);
	for (struct job *job = first; job; job = next) {
		next = job->next;
		assert_int_equal(job->rc, 0);
		assert_int_equal(job->outcome.verdict, VERDICT_DONE);
		job_free(job);
	}
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM node WHERE status = 'DONE'"), 1);
	assert_int_equal(a_store_number(s, "SELECT n_entry FROM node WHERE n = 1"),
			 a_store_number(s, "SELECT count(*) FROM entry WHERE node = 1"));
	assert_int_equal(a_store_number(s,
					"SELECT e.node FROM entry e JOIN text t ON t.node = e.node"
					" AND t.n = e.text WHERE t.body = 'four'"),
			 2);
	a_store_assert_verified(s);
}

static void numbers_of_a_year_have_no_gap_when_a_declaration_is_refused(void **state)
{
	struct a_store *s = *state;
	struct job *job;

	a_store_do(s, "new One --here");
	job = a_store_say(s, "new Two --here"); /* one is open here */
	assert_int_equal(job->outcome.verdict, VERDICT_REFUSED);
	job_free(job);
	job = a_store_line(s, "new Three");
	job->intent.channel = "T1/C9";
	a_store_run(s, job);
	assert_int_equal(job->outcome.verdict, VERDICT_DONE);
	assert_string_equal(job->outcome.changes->node, "INCIDENT-2026-002");
	job_free(job);
}

/* ---- the world ---- */

static void a_person_known_better_keeps_what_was_known(void **state)
{
	struct a_store *s = *state;
	struct job *job = job_new(JOB_PERSON);
	struct person p;
	struct rows *r;
	struct arena a;

	job->person = (struct person){ .ref = ANNA,
				       .name = "Anna",
				       .zone = "Europe/Berlin",
				       .zone_offset_s = 3600,
				       .zone_known = true,
				       .rank = RANK_MEMBER };
	job_free(a_store_run(s, job));
	job = job_new(JOB_PERSON);
	job->person = (struct person){ .ref = ANNA };
	job_free(a_store_run(s, job));
	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->person(r, ANNA, &a, &p), 1);
	assert_string_equal(p.name, "Anna");
	assert_string_equal(p.zone, "Europe/Berlin");
	assert_int_equal(p.zone_offset_s, 3600);
	assert_true(p.zone_known);
	assert_int_equal(p.rank, RANK_MEMBER);
	assert_int_equal(r->person(r, "T1/UNOBODY", &a, &p), 0);
	assert_string_equal(r->names.name(&r->names, TEXT_PERSON, ANNA " and more", strlen(ANNA)),
			    "Anna");
	assert_null(r->names.name(&r->names, TEXT_PERSON, "T1/UNOBODY", 10));
	assert_string_equal(r->names.name(&r->names, TEXT_PERSON, REF_BOT, strlen(REF_BOT)),
			    "aliosbot");
	arena_release(&a);
}

static void members_come_and_go_and_settings_are_kept(void **state)
{
	struct a_store *s = *state;
	const char *value = NULL;
	struct job *job;
	struct rows *r;
	struct arena a;

	arena_init(&a);
	r = store_rows(s->store);
	for (int in = 1; in >= 0; in--) {
		job = job_new(JOB_MEMBER);
		job->member.channel = A_STORE_CHANNEL;
		job->member.person = ANNA;
		job->member.in = in;
		job_free(a_store_run(s, job));
		assert_int_equal(r->member(r, A_STORE_CHANNEL, ANNA), in);
	}
	job = job_new(JOB_CHANNEL);
	job->channel.ref = A_STORE_CHANNEL;
	job->channel.name = "shop";
	job_free(a_store_run(s, job));
	r = store_rows(s->store);
	assert_string_equal(r->names.name(&r->names, TEXT_CHANNEL, A_STORE_CHANNEL, 5), "shop");
	job = job_new(JOB_META);
	job->meta.name = "team";
	job->meta.value = "T1";
	job_free(a_store_run(s, job));
	assert_int_equal(store_meta(s->store, "team", &a, &value), 1);
	assert_string_equal(value, "T1");
	assert_int_equal(store_meta(s->store, "nothing", &a, &value), 0);
	arena_release(&a);
}

/* So many rows after those that are there, of that time. */
static void many_answers(struct a_store *s, int count, int64_t at)
{
	char sql[500];

	snprintf(
		sql, sizeof(sql),
		"WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < %d)"
		" INSERT INTO inbox (key, n, at, verdict, answer) SELECT 'later:%" PRId64 ":' || n,"
		" n + (SELECT answers FROM tally), %" PRId64 ", 'done', '5:words,4:done,-,' FROM i;"
		" UPDATE tally SET answers = answers + %d",
		count, at, at, count);
	a_store_script(s, sql);
	sqlite_store_of(s->store)->tally.known = false;
}

static void tidied(struct a_store *s)
{
	for (int turns = 0; store_idle(s->store) == 1; turns++)
		assert_true(turns < 200);
}

static void a_clock_that_leaps_ahead_and_comes_back_makes_nothing_happen_twice(void **state)
{
	struct a_store *s = *state;
	struct job *job = a_store_line(s, "new Checkout is down");

	job->key = "envelope:1";
	job_free(a_store_run(s, job));
	s->now += 400 * MS_DAY;
	tidied(s);
	s->now -= 400 * MS_DAY;
	tidied(s);
	job = a_store_line(s, "new Checkout is down");
	job->key = "envelope:1";
	a_store_run(s, job);
	assert_true(job->duplicate);
	job_free(job);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM node"), 1);
}

static void answers_whose_time_lies_ahead_go_with_those_that_came_after(void **state)
{
	struct a_store *s = *state;

	many_answers(s, 300, 1895615500000); /* three years ahead */
	many_answers(s, 300, 1795615500000);
	many_answers(s, 4000, 1795615600000);
	tidied(s);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM inbox"), 4600);
	s->now += 74 * MS_HOUR;
	tidied(s);
	s->now += MS_HOUR;
	tidied(s); /* now it is known how many have become old */
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM inbox WHERE at > 1800000000000"),
			 0);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM inbox"), 4000);
}

static void idle_time_forgets_old_answers_and_sent_letters_but_no_card(void **state)
{
	struct a_store *s = *state;
	struct job *job = a_store_line(s, "new Checkout is down");
	int turns = 0;

	job->key = "envelope:1";
	job_free(a_store_run(s, job));
	a_store_script(s, "UPDATE letter SET state = 'sent'");
	assert_int_equal(store_idle(s->store), 0);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM inbox"), 1);
	many_answers(s, 4000, 1795615500000);
	s->now += 72 * MS_HOUR; /* so long does Slack replay what was missed */
	while (store_idle(s->store) == 1)
		assert_true(++turns < 100); /* of so many answers some are looked at in each */
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM inbox WHERE key = 'envelope:1'"),
			 1);
	s->now += 2 * MS_HOUR;
	while (store_idle(s->store) == 1)
		assert_true(++turns < 200);
	assert_true(turns > 0);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM inbox WHERE key = 'envelope:1'"),
			 0);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what NOT IN ('card', "
					   "'short', 'report')"),
			 0);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'card'"), 1);
	assert_int_equal(sqlite_store_of(s->store)->wal_pages, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, a_store_setup, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tables_have_the_fields_that_effect_h_lists),
		TEST(every_look_of_a_deed_goes_through_an_index),
		TEST(what_was_said_is_there_after_a_restart),
		TEST(redelivered_envelope_opens_one_incident),
		TEST(a_command_seen_by_its_second_key_is_a_duplicate_too),
		TEST(a_refusal_is_answered_the_same_again_although_it_would_be_done_now),
		TEST(reading_commits_nothing_and_is_answered_anew),
		TEST(a_hundred_and_twenty_eight_jobs_share_one_commit),
		TEST(what_looks_ahead_shares_its_commit_with_its_deed),
		TEST(what_looked_ahead_is_not_asked_again_with_its_transaction),
		TEST(what_one_deed_of_a_turn_changes_the_next_one_knows),
		TEST(numbers_of_a_year_have_no_gap_when_a_declaration_is_refused),
		TEST(a_person_known_better_keeps_what_was_known),
		TEST(members_come_and_go_and_settings_are_kept),
		TEST(idle_time_forgets_old_answers_and_sent_letters_but_no_card),
		TEST(a_clock_that_leaps_ahead_and_comes_back_makes_nothing_happen_twice),
		TEST(answers_whose_time_lies_ahead_go_with_those_that_came_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
