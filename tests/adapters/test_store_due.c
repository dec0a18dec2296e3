/* What is due when: rows that follow from the Nodes' tables, by which the earliest is found. */
#include "tests/support/a_store.h"
#include "tests/support/counted.h"
#include "tests/support/reads_now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#define ID "INCIDENT-2026-001"
#define PENDING 10000

static int setup(void **state)
{
	struct a_store *s;

	if (a_store_setup(state))
		return -1;
	s = *state;
	a_store_close(s);
	s->settings.remind_update_ms[PRIORITY_CRITICAL] = 30 * MS_MINUTE;
	s->settings.remind_update_ms[PRIORITY_HIGH] = MS_HOUR;
	s->settings.remind_captain_ms = 5 * MS_MINUTE;
	s->settings.remind_items = s->settings.remind_postmortem = true;
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	a_store_declare(s, "Checkout is down");
	return 0;
}

/* The row of a kind of the first Node; 0: there is none. */
static int64_t due_of(struct a_store *s, const char *kind)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
		 "SELECT coalesce((SELECT at FROM due WHERE node = 1 AND kind = '%s'), 0)", kind);
	return a_store_number(s, sql);
}

/* All of them, as one number that any other would change. */
static int64_t all_of_them(struct a_store *s)
{
	return a_store_number(s, "SELECT coalesce(sum(at % 1000003 * (1 + node) * (7 + key)"
				 " * length(kind) % 1000003), 0) + count(*) FROM due");
}

/* The earliest comes; its verdict. */
static enum verdict fire(struct a_store *s)
{
	struct job *job = job_new(JOB_DEED);
	enum verdict v;

	job->intent = (struct intent){ .kind = INTENT_DUE,
				       .via = VIA_BOT,
				       .who = REF_BOT,
				       .now_ms = s->now,
				       .received_ms = s->now };
	assert_int_equal(store_reads(s->store)->due(store_reads(s->store), &job->intent.due, 1), 1);
	a_store_run(s, job);
	assert_int_equal(job->rc, 0);
	v = job->outcome.verdict;
	job_free(job);
	return v;
}

/* ---- what moves them ---- */

static void what_is_due_follows_from_what_is_said(void **state)
{
	struct a_store *s = *state;

	assert_int_equal(due_of(s, "update"), s->now + MS_HOUR);
	assert_int_equal(due_of(s, "captain"), s->now + 5 * MS_MINUTE);
	a_store_do(s, "captain");
	assert_int_equal(due_of(s, "captain"), 0);
	s->now += 10 * MS_MINUTE;
	a_store_do(s, "sev critical");
	assert_int_equal(due_of(s, "update"), s->now + 30 * MS_MINUTE);
	a_store_do(s, "undo");
	assert_int_equal(due_of(s, "update"), s->now + 50 * MS_MINUTE);
	s->now += 10 * MS_MINUTE;
	a_store_do(s, "update soon");
	assert_int_equal(due_of(s, "update"), s->now + MS_HOUR);
	a_store_do(s, "sev low");
	assert_int_equal(due_of(s, "update"), 0);
	a_store_do(s, "sev high");
	assert_int_equal(due_of(s, "update"), s->now + MS_HOUR);
	a_store_do(s, "remind off");
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM due"), 0);
	a_store_do(s, "remind on");
	a_store_do(s, "resolve");
	assert_int_equal(due_of(s, "update"), 0);
	assert_int_equal(due_of(s, "postmortem"), INT64_C(1795856400000)); /* Sat 28th, 9:00 UTC */
	a_store_do(s, "reopen it came back");
	assert_int_equal(due_of(s, "postmortem"), 0);
	assert_int_equal(due_of(s, "update"), s->now + MS_HOUR);
	a_store_assert_verified(s);
}

static void an_item_is_due_on_the_day_after_its_date_while_it_is_open_and_somebodys(void **state)
{
	struct a_store *s = *state;
	const int64_t nine = INT64_C(1795942800000); /* 2026-11-29T09:00Z */

	a_store_do(s, "action restart it by 2026-11-28");
	assert_int_equal(due_of(s, "items"), 0);
	a_store_do(s, "assign 1 me");
	assert_int_equal(due_of(s, "items"), nine);
	a_store_do(s, "done 1");
	assert_int_equal(due_of(s, "items"), 0);
	a_store_do(s, "reopen-item 1");
	assert_int_equal(due_of(s, "items"), nine);
	a_store_do(s, "due 1 2026-11-29");
	assert_int_equal(due_of(s, "items"), nine + MS_DAY);
	a_store_do(s, "withdraw A1");
	assert_int_equal(due_of(s, "items"), 0);
	a_store_do(s, "undo");
	assert_int_equal(due_of(s, "items"), nine + MS_DAY);
}

/* Somebody's clock is told later than the item that waits for its nine o'clock. */
static void nine_oclock_moves_when_a_clock_becomes_known(void **state)
{
	struct a_store *s = *state;
	struct job *job = job_new(JOB_PERSON);

	a_store_do(s, "action restart it \x02@" ANNA "|Anna\x03 by 2026-11-28");
	assert_int_equal(due_of(s, "items"), INT64_C(1795942800000));
	job->person = (struct person){ .ref = ANNA,
				       .name = "Anna",
				       .zone = "Asia/Tokyo",
				       .zone_offset_s = 9 * 3600,
				       .zone_known = true,
				       .rank = RANK_MEMBER };
	job_free(a_store_run(s, job));
	assert_int_equal(due_of(s, "items"), INT64_C(1795942800000) - 9 * MS_HOUR);
}

/* ---- they can be made anew ---- */

static void made_anew_they_are_the_same(void **state)
{
	static const char *const lines[] = { "captain",
					     "action one \x02@" ANNA "|Anna\x03 by 2026-11-28",
					     "prevent two \x02@" ANNA "|Anna\x03 by 2026-12-01",
					     "sev sev1",
					     "update soon",
					     "snooze update 1h",
					     "snooze items 1 tomorrow",
					     "due 2 2026-12-24",
					     "remind off",
					     "remind on",
					     "drop 1",
					     "undo",
					     "resolve" };
	struct a_store *s = *state;
	int64_t before;

	a_store_declare(s, "Another");
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		s->now += MS_MINUTE;
		a_store_do(s, lines[i]);
		before = all_of_them(s);
		assert_true(before > 0);
		a_store_script(s, "DELETE FROM due; DELETE FROM meta WHERE name = 'due_settings'");
		a_store_close(s);
		assert_int_equal(a_store_open(s, STORE_WRITE), 0);
		assert_int_equal(all_of_them(s), before);
	}
	a_store_assert_verified(s);
}

static void other_settings_make_them_anew(void **state)
{
	struct a_store *s = *state;

	a_store_close(s);
	s->settings.remind_update_ms[PRIORITY_HIGH] = 20 * MS_MINUTE;
	s->settings.remind_captain_ms = 0;
	s->settings.remind_digest = 2;
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(due_of(s, "update"), s->now + 20 * MS_MINUTE);
	assert_int_equal(due_of(s, "captain"), 0);
	/* The next Monday, 9:00 UTC. */
	assert_int_equal(a_store_number(s, "SELECT at FROM due WHERE kind = 'digest'"),
			 INT64_C(1796029200000));
}

/* A JOB_SETTINGS: where the next goes on, -1: it is done, < -1 a fault. */
static int64_t settle(struct a_store *s, int64_t after)
{
	struct job *job = job_new(JOB_SETTINGS);
	int64_t next;

	job->walk.after = after;
	a_store_run(s, job);
	next = job->rc ? job->rc - 1 : job->walk.next;
	job_free(job);
	return next;
}

static void changed_settings_are_followed_in_bites_and_again_after_a_fault(void **state)
{
	struct a_store *s = *state;
	int64_t expected, at, failed;
	char sql[160];

	for (int i = 1; i < 150; i++)
		a_store_declare(s, "Another");
	assert_int_equal(settle(s, 0), -1); /* nothing has changed */
	s->settings.remind_update_ms[PRIORITY_HIGH] = 20 * MS_MINUTE;
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM due WHERE kind = 'update' AND at = %lld",
		 (long long)(s->now + 20 * MS_MINUTE));
	assert_int_equal(a_store_number(s, sql), 0);
	at = settle(s, 0);
	assert_true(at > 0);
	assert_int_equal(a_store_number(s, sql), 64);
	a_store_script(s, "CREATE TRIGGER full BEFORE INSERT ON due BEGIN"
			  " SELECT raise(ABORT, 'no'); END");
	failed = settle(s, at);
	assert_true(failed < -1);
	assert_int_equal(a_store_number(s, sql), 64);
	a_store_script(s, "DROP TRIGGER full");
	at = settle(s, at);
	assert_true(at > 0);
	assert_int_equal(a_store_number(s, sql), 128);
	assert_int_equal(settle(s, at), -1);
	assert_int_equal(a_store_number(s, sql), 150);
	expected = all_of_them(s);
	a_store_script(s, "DELETE FROM due; DELETE FROM meta WHERE name = 'due_settings'");
	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(all_of_them(s), expected);
}

/* The first bite has gone by settings that are no longer wanted. */
static void settings_changed_back_meanwhile_are_followed_too(void **state)
{
	struct a_store *s = *state;
	int64_t before, at;

	for (int i = 1; i < 70; i++)
		a_store_declare(s, "Another");
	before = all_of_them(s);
	s->settings.remind_update_ms[PRIORITY_HIGH] = 20 * MS_MINUTE;
	assert_true(settle(s, 0) > 0);
	assert_true(all_of_them(s) != before);
	s->settings.remind_update_ms[PRIORITY_HIGH] = MS_HOUR;
	at = settle(s, 0);
	assert_true(at > 0);
	assert_int_equal(settle(s, at), -1);
	assert_int_equal(all_of_them(s), before);
}

/* The program ended behind the first bite, and was started again with what it had before. */
static void a_walk_that_was_stopped_is_made_up_for_at_the_next_start(void **state)
{
	struct a_store *s = *state;
	int64_t before;

	for (int i = 1; i < 70; i++)
		a_store_declare(s, "Another");
	before = all_of_them(s);
	s->settings.remind_update_ms[PRIORITY_HIGH] = 20 * MS_MINUTE;
	assert_true(settle(s, 0) > 0);
	a_store_close(s);
	s->settings.remind_update_ms[PRIORITY_HIGH] = MS_HOUR;
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(all_of_them(s), before);
}

static void settle_costs(struct a_store *s, int64_t minutes, struct counted *c)
{
	struct counted before;

	s->settings.remind_update_ms[PRIORITY_HIGH] = minutes * MS_MINUTE;
	assert_true(settle(s, 0) > 0);
	s->settings.remind_update_ms[PRIORITY_HIGH] = (minutes + 1) * MS_MINUTE;
	before = counted_now();
	assert_true(settle(s, 0) > 0);
	*c = counted_since(&before);
}

static void declare_many(struct a_store *s, int from, int to)
{
	char sql[400];

	snprintf(
		sql, sizeof(sql),
		"INSERT INTO node (n, id, year, number, priority, status, declared_at) WITH"
		" RECURSIVE k(i) AS (VALUES (%d) UNION ALL SELECT i + 1 FROM k WHERE i < %d) SELECT"
		" i, 'INCIDENT-2026-' || (1000 + i), 2026, 1000 + i, 'HIGH', 'OPEN', %lld - i FROM k",
		from, to, (long long)s->now);
	a_store_script(s, sql);
}

/* No turn of the loop is longer for it: a job is 64 of them, whatever there is. */
static void a_bite_costs_the_same_however_many_incidents_there_are(void **state)
{
	struct a_store *s = *state;
	struct counted few, many;

	declare_many(s, 100, 200);
	settle_costs(s, 20, &few);
	declare_many(s, 201, 30000);
	settle_costs(s, 30, &many);
	assert_int_equal(few.statements, many.statements);
	assert_int_equal(few.steps, many.steps);
}

/* ---- when they come ---- */

static void what_comes_is_said_once_and_comes_again_when_it_is_due_again(void **state)
{
	struct a_store *s = *state;

	s->now += 5 * MS_MINUTE;
	assert_int_equal(fire(s), VERDICT_DONE);
	assert_int_equal(due_of(s, "captain"), 0);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'remind'"), 1);
	s->now += 2 * MS_DAY;
	assert_int_equal(fire(s), VERDICT_DONE);
	/* As long again as was waited, a day at most. */
	assert_int_equal(due_of(s, "update"), s->now + MS_DAY);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'remind'"), 2);
	a_store_assert_verified(s);
}

/* A row that somebody's clock or a lost race left too early: it decides nothing. */
static void what_is_not_due_yet_is_not_said_and_waits_for_its_time(void **state)
{
	struct a_store *s = *state;
	int64_t at = due_of(s, "captain");

	a_store_script(s, "UPDATE due SET at = 1 WHERE kind = 'captain'");
	assert_int_equal(fire(s), VERDICT_NOTHING);
	assert_int_equal(due_of(s, "captain"), at);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'remind'"), 0);
}

static void a_complete_postmortem_is_not_asked_for_again(void **state)
{
	struct a_store *s = *state;
	static const char *const lines[] = { "captain",
					     "summary it hurts",
					     "impact nobody can pay",
					     "cause a deploy",
					     "lesson never again",
					     "origin config",
					     "prevent test it \x02@" ANNA "|Anna\x03 by 2027-06-01",
					     "resolve" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		a_store_do(s, lines[i]);
	s->now = due_of(s, "postmortem");
	assert_int_equal(fire(s), VERDICT_NOTHING);
	assert_int_equal(due_of(s, "postmortem"), 0);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'remind-dm'"),
			 0);
}

/* ---- how much it costs ---- */

static void note_costs(struct a_store *s, struct counted *cost)
{
	struct counted before = counted_now();

	a_store_do(s, "note it goes on");
	*cost = counted_since(&before);
}

static void start_costs(struct a_store *s, struct counted *cost)
{
	struct counted before;
	struct due due;

	a_store_close(s);
	before = counted_now();
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(store_reads(s->store)->due(store_reads(s->store), &due, 1), 1);
	*cost = counted_since(&before);
}

static void ten_thousand_that_wait_cost_nothing(void **state)
{
	struct a_store *s = *state;
	struct counted few, many;
	char sql[320];

	start_costs(s, &few);
	snprintf(
		sql, sizeof(sql),
		"INSERT INTO due (node, kind, key, at) WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL"
		" SELECT i + 1 FROM n WHERE i < %d) SELECT 1, 'items', i, %lld + i FROM n",
		PENDING, (long long)(s->now + MS_DAY));
	a_store_script(s, sql);
	start_costs(s, &many);
	assert_int_equal(few.statements, many.statements);
	assert_int_equal(few.steps, many.steps);
	note_costs(s, &many); /* the first after a start */
	note_costs(s, &many);
	a_store_script(s, "DELETE FROM due");
	note_costs(s, &few);
	assert_int_equal(few.statements, many.statements);
	assert_int_equal(few.steps, many.steps);
}

/* ---- a clock that was ahead ---- */

static void set_clock(struct a_store *s, bool back)
{
	struct job *job = job_new(JOB_CLOCK);

	job->walk.now = s->now;
	job->walk.back = back;
	a_store_run(s, job);
	assert_int_equal(job->rc, 0);
	assert_int_equal(job->walk.next, -1);
	job_free(job);
}

static void what_was_said_by_a_clock_that_was_ahead_counts_from_when_it_was_set_back(void **state)
{
	struct a_store *s = *state;
	int64_t set, rows;

	a_store_do(s, "captain");
	s->now += 3 * MS_DAY;
	assert_int_equal(fire(s), VERDICT_DONE);
	a_store_do(s, "update soon");
	a_store_do(s, "snooze update 1h");
	s->now -= 3 * MS_DAY;
	set = s->now;
	assert_true(due_of(s, "update") > s->now + 2 * MS_DAY);
	rows = a_store_number(s, "SELECT count(*) FROM journal");
	set_clock(s, false);
	assert_int_equal(due_of(s, "update"), set + MS_HOUR);
	s->now += 10 * MS_MINUTE;
	set_clock(s, false); /* another start moves nothing */
	assert_int_equal(due_of(s, "update"), set + MS_HOUR);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM journal"), rows);
	s->now = set + MS_HOUR;
	assert_int_equal(fire(s), VERDICT_DONE);
	assert_int_equal(due_of(s, "update"), set + 2 * MS_HOUR);
	a_store_assert_verified(s);
}

static int64_t cards_behind(struct a_store *s)
{
	return a_store_number(s, "SELECT count(*) FROM post WHERE what = 'card' AND dirty_at > 0");
}

/* A card that shows all that the Node is. */
static void card_shown(struct a_store *s)
{
	a_store_script(s, "INSERT OR REPLACE INTO post (node, what, generation, channel, ts, shown,"
			  " hash, dirty_at) SELECT n, 'card', 1, 'T1/C1', '1.1', seq, 'x', 0"
			  " FROM node WHERE n = 1");
}

static void a_card_is_drawn_anew_when_the_clock_moves_what_it_says(void **state)
{
	struct a_store *s = *state;
	int64_t right;

	a_store_do(s, "captain");
	s->now += 10 * MS_HOUR;
	a_store_do(s, "update soon");
	right = s->now;
	card_shown(s);
	set_clock(s, false);
	assert_int_equal(cards_behind(s), 0);
	s->now -= 9 * MS_HOUR;
	set_clock(s, true);
	assert_int_equal(cards_behind(s), 1);
	card_shown(s);
	set_clock(s, true); /* it says so already */
	assert_int_equal(cards_behind(s), 0);
	s->now = right + MS_MINUTE;
	assert_int_equal(fire(s), VERDICT_NOTHING);
	assert_int_equal(cards_behind(s), 1);
}

static void a_clock_that_is_behind_for_a_while_is_forgotten_when_it_is_right(void **state)
{
	struct a_store *s = *state;
	int64_t before, right;

	a_store_do(s, "captain");
	s->now += 10 * MS_HOUR;
	a_store_do(s, "update soon");
	right = s->now;
	before = due_of(s, "update");
	s->now -= 9 * MS_HOUR;
	set_clock(s, true);
	assert_int_equal(due_of(s, "update"), s->now + MS_HOUR);
	s->now = right + MS_MINUTE;
	assert_int_equal(fire(s), VERDICT_NOTHING);
	assert_int_equal(due_of(s, "update"), before);
}

static void a_clock_that_is_behind_for_an_hour_moves_nothing(void **state)
{
	struct a_store *s = *state;
	int64_t before;

	s->now += 2 * MS_HOUR;
	assert_int_equal(fire(s), VERDICT_DONE);
	before = all_of_them(s);
	s->now -= MS_HOUR;
	set_clock(s, true);
	assert_int_equal(all_of_them(s), before);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, a_store_teardown)
	const struct CMUnitTest tests[] = {
		CASE(what_is_due_follows_from_what_is_said),
		CASE(an_item_is_due_on_the_day_after_its_date_while_it_is_open_and_somebodys),
		CASE(nine_oclock_moves_when_a_clock_becomes_known),
		CASE(made_anew_they_are_the_same),
		CASE(other_settings_make_them_anew),
		CASE(changed_settings_are_followed_in_bites_and_again_after_a_fault),
		CASE(settings_changed_back_meanwhile_are_followed_too),
		CASE(a_walk_that_was_stopped_is_made_up_for_at_the_next_start),
		CASE(a_bite_costs_the_same_however_many_incidents_there_are),
		CASE(what_comes_is_said_once_and_comes_again_when_it_is_due_again),
		CASE(what_is_not_due_yet_is_not_said_and_waits_for_its_time),
		CASE(a_complete_postmortem_is_not_asked_for_again),
		CASE(ten_thousand_that_wait_cost_nothing),
		CASE(what_was_said_by_a_clock_that_was_ahead_counts_from_when_it_was_set_back),
		CASE(a_card_is_drawn_anew_when_the_clock_moves_what_it_says),
		CASE(a_clock_that_is_behind_for_a_while_is_forgotten_when_it_is_right),
		CASE(a_clock_that_is_behind_for_an_hour_moves_nothing),
	};

	counted_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
