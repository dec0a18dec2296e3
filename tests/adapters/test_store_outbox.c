/* What is said once: letters in their lanes, and what follows from their results. */
#include "tests/support/a_letter.h"
#include "tests/support/reads_now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"

static int claim(struct a_store *s, int64_t letter)
{
	struct job *job = job_new(JOB_CLAIM);
	int rc;

	job->claim.letter = letter;
	rc = a_store_run(s, job)->rc;
	job_free(job);
	return rc;
}

static void a_declaration_writes_its_letters_in_order_and_one_lane_delays_no_other(void **state)
{
	static const char *const keys[] = { ID "/channel/1", ID "/card/1", ID "/pin/",
					    ID "/bookmark/" };
	struct a_store *s = *state;
	struct job *job = a_store_line(s, "new Checkout is down");
	struct letter l;
	struct arena a;

	s->settings.announce_low = true;
	job->intent.channel = NULL;
	job_free(a_store_run(s, job));
	arena_init(&a);
	for (size_t i = 0; i < 4; i++) {
		do {
			l = a_letter_first(s, &a, "c:" ID);
			assert_int_equal(l.state, LETTER_PENDING);
			a_letter_ended(s, a_letter_result(l.id, LETTER_SENT));
		} while (l.what == SAY_INVITE);
		assert_int_equal(strncmp(l.key, keys[i], strlen(keys[i])), 0);
		assert_string_equal(l.node, ID);
		assert_int_equal(l.created_at, A_STORE_NOW);
	}
	l = a_letter_first(s, &a, "c:" ID);
	assert_int_equal(l.what, SAY_LINK);
	a_letter_ended(s, a_letter_result(l.id, LETTER_SENT));
	assert_int_equal(a_letter_first(s, &a, "c:" ID).id, 0);
	arena_release(&a);
}

static void keys_of_letters_are_never_the_same(void **state)
{
	struct a_store *s = *state;

	a_store_declare(s, "Checkout is down");
	for (int i = 0; i < 5; i++) {
		a_store_do(s, "sev low");
		a_store_do(s, "sev critical");
	}
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'line'"), 10);
	assert_int_equal(a_store_number(s, "SELECT count(*) - count(DISTINCT key) FROM letter"), 0);
	assert_true(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'short'") <= 1);
}

static void a_link_goes_to_the_reply_url_and_where_there_is_none_to_the_declarer(void **state)
{
	struct a_store *s = *state;
	struct job *job = a_store_line(s, "new One");

	job->intent.channel = NULL;
	job_free(a_store_run(s, job));
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE what = 'link' AND"
					   " person = '" ANNA "' AND reply_url IS NULL"),
			 1);
	job = a_store_line(s, "new Two");
	job->intent.replies = true;
	job->reply_url = "https://hooks.example/1";
	job_free(a_store_run(s, job));
	assert_int_equal(
		a_store_number(
			s,
			"SELECT count(*) FROM letter WHERE reply_url = 'https://hooks.example/1'"),
		1);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM letter WHERE reply_url IS NOT "
					   "NULL AND what <> 'link'"),
			 0);
}

static void a_letter_can_be_claimed_once_and_stays_sending_over_a_restart(void **state)
{
	struct a_store *s = *state;
	struct letter l;
	struct arena a;

	a_store_declare(s, "Checkout is down");
	arena_init(&a);
	l = a_letter_first(s, &a, "c:" ID);
	assert_int_equal(claim(s, l.id), 0);
	assert_int_equal(claim(s, l.id), STORE_FAULT);
	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(a_letter_first(s, &a, "c:" ID).id, l.id);
	assert_int_equal(a_letter_first(s, &a, "c:" ID).state, LETTER_SENDING);
	assert_int_equal(a_letter_first(s, &a, "c:" ID).tries, 1);
	arena_release(&a);
}

static void progress_is_kept_when_a_letter_is_tried_again(void **state)
{
	struct a_store *s = *state;
	struct job *job;
	struct letter l;
	struct arena a;

	a_store_declare(s, "Checkout is down");
	arena_init(&a);
	l = a_letter_first(s, &a, "c:" ID);
	claim(s, l.id);
	job = a_letter_result(l.id, LETTER_SENDING);
	job->result.progress = "F123";
	a_letter_ended(s, job);
	job = a_letter_result(l.id, LETTER_PENDING);
	job->result.not_before = s->now + MS_MINUTE;
	a_letter_ended(s, job);
	l = a_letter_first(s, &a, "c:" ID);
	assert_string_equal(l.progress, "F123");
	assert_int_equal(l.state, LETTER_PENDING);
	assert_int_equal(l.not_before, s->now + MS_MINUTE);
	arena_release(&a);
}

static void a_dead_letter_is_kept_with_its_reason_and_the_lane_goes_on(void **state)
{
	struct a_store *s = *state;
	struct letter first, next;
	struct job *job;
	struct arena a;

	a_store_declare(s, "Checkout is down");
	arena_init(&a);
	first = a_letter_first(s, &a, "c:" ID);
	job = a_letter_result(first.id, LETTER_DEAD);
	job->result.error = "restricted_action";
	a_letter_ended(s, job);
	next = a_letter_first(s, &a, "c:" ID);
	assert_true(next.id > first.id);
	assert_int_equal(
		a_store_number(s, "SELECT count(*) FROM letter WHERE error = 'restricted_action'"),
		1);
	arena_release(&a);
}

static void lanes_that_only_wait_hide_none_that_could_go(void **state)
{
	struct a_store *s = *state;
	struct letter l[2];
	struct arena a;

	a_store_declare(s, "One");
	a_store_script(s, "UPDATE letter SET not_before = 9000000000000");
	a_store_do(s, "resolve");
	a_store_declare(s, "Two");
	arena_init(&a);
	assert_int_equal(store_letters(s->store, &a, l, 1), 1);
	assert_string_equal(l[0].node, "INCIDENT-2026-002");
	arena_release(&a);
}

/* ---- posts ---- */

static void what_would_show_the_same_waits_once(void **state)
{
	static const char *const files =
		"SELECT count(*) FROM letter WHERE what = 'file' AND state = 'pending'";
	struct a_store *s = *state;
	int64_t file;

	a_store_declare(s, "Checkout is down");
	a_store_do(s, "resolve");
	a_store_do(s, "postmortem");
	assert_int_equal(a_store_number(s, files), 1);
	file = a_store_number(s, "SELECT id FROM letter WHERE what = 'file'");
	a_store_script(s, "UPDATE letter SET state = 'sending' WHERE what = 'file'");
	a_store_do(s, "postmortem"); /* it may be of what is there now */
	assert_int_equal(a_store_number(s, files), 1);
	a_letter_ended(s, a_letter_result(file, LETTER_PENDING)); /* 429 */
	assert_int_equal(a_store_number(s, files), 1);
	assert_int_equal(a_store_number(s, "SELECT id FROM letter WHERE what = 'file'"), file);
}

static void what_may_be_done_once_is_done_once_and_a_refusal_uses_it_up_for_nobody(void **state)
{
	struct a_store *s = *state;
	struct job *job;

	a_store_declare(s, "Checkout is down");
	for (int i = 0; i < 3; i++) {
		job = a_store_line(s, i ? "note once" : "done 77");
		job->key = arena_printf(&job->arena, "envelope:%d", i);
		job->once = "view:V1";
		a_store_run(s, job);
		assert_int_equal(job->outcome.verdict, i ? VERDICT_DONE : VERDICT_REFUSED);
		assert_int_equal(job->duplicate, i == 2);
		assert_int_equal(job->again, i == 2);
		job_free(job);
	}
	assert_int_equal(a_store_number(s, "SELECT n_entry FROM node"), 2);
}

static void what_follows_from_a_result_is_decided_with_it(void **state)
{
	struct a_store *s = *state;
	struct job *job = a_store_line(s, "new Checkout is down");
	struct letter l;
	struct arena a;
	int commits;

	job->intent.channel = NULL;
	job_free(a_store_run(s, job));
	arena_init(&a);
	l = a_letter_first(s, &a, "c:" ID);
	assert_int_equal(l.what, SAY_CHANNEL);
	commits = s->commits;
	job = a_letter_result(l.id, LETTER_SENT);
	job->result.then = true;
	job->intent = (struct intent){ .kind = INTENT_CHANNEL_MADE,
				       .via = VIA_BOT,
				       .who = REF_BOT,
				       .node = ID,
				       .channel = "T1/C7",
				       .name = "inc-7",
				       .now_ms = s->now,
				       .received_ms = s->now };
	a_letter_ended(s, job);
	assert_int_equal(s->commits, commits + 1);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM node WHERE channel = 'T1/C7'"), 1);
	assert_int_equal(
		a_store_number(
			s, "SELECT count(*) FROM letter WHERE what = 'channel' AND state = 'sent'"),
		1);
	arena_release(&a);
	a_store_assert_verified(s);
}

/* ---- how many there are, for who watches ---- */

static void letters_many(struct a_store *s, const char *lane, int n, int64_t at)
{
	char sql[400];

	snprintf(sql, sizeof(sql),
		 "INSERT INTO letter (key, what, state, lane, node, generation, loud, created_at,"
		 " changed_at) WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n"
		 " WHERE i < %d) SELECT '%s' || i, 'note', 'pending', '%s', 1, 0, 0, %lld + i, 0"
		 " FROM n",
		 n, lane, lane, (long long)at);
	a_store_script(s, sql);
}

static void the_oldest_letter_is_the_oldest_of_all_that_are_not_put_off(void **state)
{
	struct a_store *s = *state;
	struct store_counts c;

	a_store_declare(s, "Checkout is down");
	a_store_script(s, "DELETE FROM letter");
	letters_many(s, "z", 10, 1000);
	assert_int_equal(store_counted(s->store, &c), 0);
	assert_int_equal(c.letters, 10);
	assert_int_equal(c.oldest_letter_ms, 1001);
	letters_many(s, "a", 10100, 5000);
	assert_int_equal(store_counted(s->store, &c), 0);
	assert_int_equal(c.letters, 10000);
	assert_int_equal(c.oldest_letter_ms, 1001);
	/* One that is to wait is where it should be; one that was tried is late. */
	a_store_script(s, "UPDATE letter SET not_before = 9000000000000 WHERE lane = 'z'");
	assert_int_equal(store_counted(s->store, &c), 0);
	assert_int_equal(c.oldest_letter_ms, 5001);
	a_store_script(s, "UPDATE letter SET tries = 1 WHERE lane = 'z' AND created_at = 1010");
	assert_int_equal(store_counted(s->store, &c), 0);
	assert_int_equal(c.oldest_letter_ms, 1010);
	a_store_script(s, "DELETE FROM letter WHERE lane = 'a'");
	assert_int_equal(store_counted(s->store, &c), 0);
	assert_int_equal(c.letters, 1);
	assert_int_equal(c.oldest_letter_ms, 1010);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, a_store_setup, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_declaration_writes_its_letters_in_order_and_one_lane_delays_no_other),
		TEST(keys_of_letters_are_never_the_same),
		TEST(a_link_goes_to_the_reply_url_and_where_there_is_none_to_the_declarer),
		TEST(a_letter_can_be_claimed_once_and_stays_sending_over_a_restart),
		TEST(progress_is_kept_when_a_letter_is_tried_again),
		TEST(a_dead_letter_is_kept_with_its_reason_and_the_lane_goes_on),
		TEST(lanes_that_only_wait_hide_none_that_could_go),
		TEST(what_would_show_the_same_waits_once),
		TEST(what_may_be_done_once_is_done_once_and_a_refusal_uses_it_up_for_nobody),
		TEST(what_follows_from_a_result_is_decided_with_it),
		TEST(the_oldest_letter_is_the_oldest_of_all_that_are_not_put_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
