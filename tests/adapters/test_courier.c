/* The courier between a real store and a Slack of which the test plays every answer: the web, the loop's
 * clock and the moment of each commit are scripted here. */
#include "adapters/digest/digest.h"
#include "adapters/log/log.h"
#include "adapters/loop/loop.h"
#include "adapters/slack/out/courier.h"
#include "tests/support/a_store.h"
#include "tests/support/reads_now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"
#define KEY "\"metadata\":{\"event_payload\":{\"key\":\"" ID "/card/1\"}}"

/* ---- the loop: time passes when the test says so ---- */

struct loop_timer {
	void (*fire)(void *arg);
	void *arg;
	int64_t at; /* -1: off */
};

static int64_t now = 1000;
static struct loop_timer *timer; /* the courier has one */

int64_t loop_now_ms(void)
{
	return now;
}

struct loop_timer *loop_timer_new(struct loop *loop, void (*fire)(void *arg), void *arg)
{
	(void)loop;
	timer = calloc(1, sizeof(*timer));
	*timer = (struct loop_timer){ .fire = fire, .arg = arg, .at = -1 };
	return timer;
}

void loop_timer_set(struct loop_timer *t, int64_t in_ms)
{
	t->at = in_ms < 0 ? -1 : now + in_ms;
}

void loop_timer_free(struct loop_timer *t)
{
	free(t);
}

/* ---- the web: a call waits until the test answers it ---- */

struct call {
	enum web_method method;
	struct buf params;
	web_done *done;
	void *arg;
};

static struct call calls[8];
static int n_calls, n_made; /* waiting; ever */

static struct call *call_new(enum web_method m, web_done *done, void *arg)
{
	struct call *c = &calls[n_calls++];

	assert_true(n_calls <= 8);
	n_made++;
	*c = (struct call){ .method = m, .done = done, .arg = arg };
	buf_init(&c->params, BUF_ROOMY);
	return c;
}

void web_call(struct web *w, enum web_method m, const char *channel, const struct web_param *params,
	      web_done *done, void *arg)
{
	struct call *c = call_new(m, done, arg);

	(void)w;
	(void)channel;
	for (; params->name; params++)
		if (params->value)
			buf_addf(&c->params, "%s=%s\n", params->name, params->value);
}

void web_upload(struct web *w, const char *url, const char *data, size_t len, web_done *done,
		void *arg)
{
	(void)w, (void)url, (void)data, (void)len;
	call_new(WEB_METHODS, done, arg);
}

void web_respond(struct web *w, const char *url, const char *json, web_done *done, void *arg)
{
	(void)w, (void)url, (void)json;
	call_new(WEB_METHODS, done, arg);
}

int64_t web_wait_ms(struct web *w, enum web_method m, const char *channel)
{
	(void)w, (void)m, (void)channel;
	return 0;
}

static void forget_calls(void)
{
	while (n_calls)
		buf_release(&calls[--n_calls].params);
}

/* ---- the bot around it ---- */

static struct a_store *store;
static struct courier *courier;
static struct job *jobs, **jobs_end = &jobs;
static bool full; /* nothing can be written */

static void submit(struct job *job, void *arg)
{
	(void)arg;
	job->next = NULL;
	*jobs_end = job;
	jobs_end = &job->next;
}

static unsigned stirred; /* enum stir */

static void note_stirred(unsigned what, void *arg)
{
	(void)arg;
	stirred |= what;
}

/* What only reads is answered. */
static void batch_when_full(struct job *these)
{
	for (struct job *job = these, *next; job; job = next) {
		next = job->next;
		job->next = NULL;
		if (job->kind == JOB_READ) {
			store_batch(store->store, job);
			continue;
		}
		job->rc = STORE_FULL;
		job->done(job, job->arg);
	}
}

static void batch(void)
{
	struct job *these = jobs;
	unsigned what;

	jobs = NULL;
	jobs_end = &jobs;
	if (full)
		batch_when_full(these);
	else
		store_batch(store->store, these);
	what = stirred;
	stirred = 0;
	courier_stirred(courier, what);
}

static void settle(void)
{
	while (jobs)
		batch();
}

/* Time passes; timers that come due fire at their time. */
static void pass(int64_t ms)
{
	int64_t end = now + ms;

	settle();
	while (timer->at >= 0 && timer->at <= end) {
		now = timer->at > now ? timer->at : now;
		timer->at = -1;
		timer->fire(timer->arg);
		settle();
	}
	now = end;
}

/* Answers the call that waits longest, which must be of this method; json NULL: none. */
static void answer(enum web_method m, enum web_end end, const char *error, const char *json)
{
	cJSON *j = json ? json_read(json, strlen(json), NULL) : NULL;
	const struct web_result r = { .end = end, .error = error, .json = j, .retry_ms = 1000 };
	struct call c = calls[0];

	assert_true(n_calls > 0);
	if (c.method != m)
		fail_msg("%s was called, not %s", web_method_name(c.method), web_method_name(m));
	memmove(calls, calls + 1, sizeof(calls) - sizeof(*calls));
	n_calls--;
	c.done(&r, c.arg);
	buf_release(&c.params);
	cJSON_Delete(j);
	settle();
}

static void take(const char *json, enum web_method m)
{
	answer(m, WEB_OK, NULL, json);
}

#define TAKEN "{\"ok\":true,\"ts\":\"100.000001\"}"

static bool asked_with(const char *words)
{
	return n_calls > 0 && strstr(calls[0].params.s, words);
}

static void courier_make_unannounced(void)
{
	const struct courier_seams seams = {
		.store = store->store,
		.clock = &store->clock,
		.digest = digest_openssl(),
		.root = "/incident",
		.submit = submit,
		.probe_ms = 15000,
	};

	courier = courier_new(&seams);
}

static void courier_make(void)
{
	courier_make_unannounced();
	courier_announce_in(courier, NULL);
}

static void courier_start(void)
{
	courier_make();
	courier_identity(courier, "T1", "UBOT");
	pass(0);
}

static void courier_end(void)
{
	courier_free(courier);
	courier = NULL;
	forget_calls();
}

/* A Node in a channel; all has been said but what `left` names. */
static void stage(const char *left)
{
	char sql[100];

	a_store_declare(store, "Checkout is down");
	snprintf(sql, sizeof(sql), "UPDATE letter SET state = 'sent' WHERE what <> '%s'", left);
	a_store_script(store, sql);
}

static int setup(void **state)
{
	static struct a_store s;

	(void)state;
	log_level_set(LOG_LEVEL_ERROR);
	a_store_init(&s);
	sqlite_store_of(s.store)->seams.stirred = note_stirred;
	store = &s;
	stirred = 0;
	full = false;
	n_made = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	courier_end();
	a_store_release(store);
	return 0;
}

static int64_t letters(const char *state)
{
	char sql[100];

	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM letter WHERE what = 'card' AND state = '%s'", state);
	return a_store_number(store, sql);
}

/* ---- our own disk ---- */

static void nothing_is_sent_while_it_cannot_be_claimed_and_once_when_it_can(void **state)
{
	(void)state;
	stage("card");
	full = true;
	courier_start();
	pass(60000);
	assert_int_equal(n_made, 0);
	full = false;
	pass(15000);
	take(TAKEN, WEB_CHAT_POST_MESSAGE);
	assert_int_equal(letters("sent"), 1);
}

static void a_result_that_cannot_be_written_is_kept_and_nothing_is_sent_again(void **state)
{
	(void)state;
	stage("card");
	courier_start();
	full = true;
	take(TAKEN, WEB_CHAT_POST_MESSAGE);
	pass(300000);
	assert_int_equal(n_made, 1);
	assert_int_equal(letters("sending"), 1);
	full = false;
	pass(15000);
	assert_int_equal(letters("sent"), 1);
	assert_int_equal(a_store_number(store, "SELECT count(*) FROM post WHERE what = 'card'"), 1);
}

static void a_letter_that_could_not_be_put_back_is_tried_again_all_the_same(void **state)
{
	(void)state;
	stage("card");
	courier_start();
	full = true;
	answer(WEB_CHAT_POST_MESSAGE, WEB_LATER, "ratelimited", NULL);
	full = false;
	pass(5000);
	take(TAKEN, WEB_CHAT_POST_MESSAGE);
	assert_int_equal(letters("sent"), 1);
}

static void a_result_kept_at_the_end_leaves_the_letter_to_be_looked_for(void **state)
{
	(void)state;
	stage("card");
	courier_start();
	full = true;
	take(TAKEN, WEB_CHAT_POST_MESSAGE);
	courier_end();
	full = false;
	courier_start();
	assert_int_equal(n_calls, 0);
	pass(15000);
	take("{\"ok\":true,\"messages\":[{\"ts\":\"100.000001\"," KEY "}]}",
	     WEB_CONVERSATIONS_HISTORY);
	assert_int_equal(letters("sent"), 1);
}

static bool card_is_behind(void)
{
	struct post p[4];
	struct arena a;
	bool is = false;
	int n;

	arena_init(&a);
	n = store_dirty(store->store, &a, p, 4);
	assert_true(n >= 0);
	for (int i = 0; i < n; i++)
		is |= p[i].what == POST_CARD;
	arena_release(&a);
	return is;
}

static void an_edit_that_slack_shows_and_the_disk_does_not_know_is_not_made_again(void **state)
{
	(void)state;
	stage("card");
	courier_start();
	take(TAKEN, WEB_CHAT_POST_MESSAGE);
	pass(1000);
	forget_calls(); /* the topic */
	a_store_do(store, "impact nobody can pay");
	courier_look(courier);
	pass(2000);
	assert_true(asked_with("nobody can pay"));
	n_made = 0;
	full = true;
	take("{\"ok\":true}", WEB_CHAT_UPDATE);
	pass(60000);
	full = false;
	pass(5000);
	assert_int_equal(n_made, 0);
	assert_false(card_is_behind());
}

static void what_can_never_be_stored_dies_and_its_lane_goes_on(void **state)
{
	(void)state;
	stage("card");
	a_store_do(store, "sev sev1"); /* a line, behind the card */
	a_store_script(
		store,
		"CREATE TRIGGER no BEFORE INSERT ON post BEGIN SELECT raise(FAIL, 'no'); END");
	courier_start();
	take(TAKEN, WEB_CHAT_POST_MESSAGE);
	pass(1000);
	assert_int_equal(letters("dead"), 1);
	assert_true(asked_with("/line/"));
}

/* ---- Slack ---- */

static void a_probe_after_an_unknown_outcome_begins_with_the_first_page(void **state)
{
	(void)state;
	stage("card");
	courier_start();
	answer(WEB_CHAT_POST_MESSAGE, WEB_UNKNOWN, "HTTP 500", NULL);
	pass(15000);
	take("{\"ok\":true,\"messages\":[],\"response_metadata\":{\"next_cursor\":\"p2\"}}",
	     WEB_CONVERSATIONS_HISTORY);
	assert_true(asked_with("cursor=p2"));
	answer(WEB_CONVERSATIONS_HISTORY, WEB_LATER, "ratelimited", NULL);
	pass(2000);
	assert_true(asked_with("cursor=p2")); /* a probe of many pages gets to its end */
	answer(WEB_CONVERSATIONS_HISTORY, WEB_UNKNOWN, "HTTP 500", NULL);
	pass(15000);
	assert_true(n_calls && !asked_with("cursor="));
	take("{\"ok\":true,\"messages\":[{\"ts\":\"100.000001\"," KEY "}]}",
	     WEB_CONVERSATIONS_HISTORY);
	assert_int_equal(letters("sent"), 1);
}

static void a_cursor_that_slack_no_longer_knows_kills_nothing(void **state)
{
	(void)state;
	stage("card");
	courier_start();
	answer(WEB_CHAT_POST_MESSAGE, WEB_UNKNOWN, "HTTP 500", NULL);
	pass(15000);
	take("{\"ok\":true,\"messages\":[],\"response_metadata\":{\"next_cursor\":\"p2\"}}",
	     WEB_CONVERSATIONS_HISTORY);
	answer(WEB_CONVERSATIONS_HISTORY, WEB_REFUSED, "invalid_cursor", NULL);
	pass(15000);
	assert_true(n_calls && !asked_with("cursor="));
}

static void a_message_that_arrived_twice_is_deleted_once(void **state)
{
	(void)state;
	stage("card");
	courier_start();
	answer(WEB_CHAT_POST_MESSAGE, WEB_UNKNOWN, "HTTP 500", NULL);
	pass(15000);
	take("{\"ok\":true,\"messages\":[{\"ts\":\"100.000002\"," KEY
	     "},{\"ts\":\"100.000001\"," KEY "}]}",
	     WEB_CONVERSATIONS_HISTORY);
	assert_true(asked_with("ts=100.000001"));
	take("{\"ok\":true}", WEB_CHAT_DELETE);
	assert_int_equal(letters("sent"), 1);
}

static void a_card_that_is_found_is_compared_whatever_was_sent_last(void **state)
{
	(void)state;
	stage("card");
	courier_start();
	answer(WEB_CHAT_POST_MESSAGE, WEB_UNKNOWN, "HTTP 500", NULL);
	pass(15000);
	take("{\"ok\":true,\"messages\":[{\"ts\":\"100.000001\"," KEY "}]}",
	     WEB_CONVERSATIONS_HISTORY);
	pass(1000);
	take("{\"ok\":true}", WEB_CHAT_UPDATE);
	assert_false(card_is_behind());
}

static void a_wrong_clock_of_ours_hides_no_message(void **state)
{
	(void)state;
	stage("card");
	a_store_script(store, "UPDATE letter SET created_at = 1795615500000 + 8 * 3600000");
	courier_start();
	answer(WEB_CHAT_POST_MESSAGE, WEB_UNKNOWN, "HTTP 500", NULL);
	pass(15000);
	assert_true(n_calls && strstr(calls[0].params.s, "oldest="));
	assert_true(strtoll(strstr(calls[0].params.s, "oldest=") + 7, NULL, 10) < 1795615500);
}

static void an_edit_waits_for_a_new_token(void **state)
{
	(void)state;
	stage("card");
	courier_start();
	take(TAKEN, WEB_CHAT_POST_MESSAGE);
	pass(1000);
	forget_calls();
	a_store_do(store, "impact nobody can pay");
	courier_look(courier);
	pass(2000);
	answer(WEB_CHAT_UPDATE, WEB_REFUSED, "token_revoked", NULL);
	assert_true(card_is_behind());
	pass(60000);
	assert_true(asked_with("nobody can pay"));
}

/* ---- the end ---- */

/* ---- many lanes ---- */

static void stuck_lanes_hide_none_however_many_there_are(void **state)
{
	(void)state;
	stage("nothing");
	/* Announcements go nowhere as long as nobody knows where that is: two hundred lanes ahead of the card's. */
	a_store_script(
		store,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
		" INSERT INTO letter (key, what, state, lane, node, generation, loud, created_at,"
		" changed_at) SELECT 'stuck/' || i, 'short', 'pending', 'a:' || i, 1, 1, 0, 0, 0 FROM n");
	a_store_script(
		store,
		"INSERT INTO letter (key, what, state, lane, node, generation, loud, created_at,"
		" changed_at) VALUES ('late', 'card', 'pending', 'c:late', 1, 1, 0, 0, 0)");
	courier_make_unannounced();
	courier_identity(courier, "T1", "UBOT");
	pass(0);
	take(TAKEN, WEB_CHAT_POST_MESSAGE);
	assert_int_equal(
		a_store_number(store, "SELECT state = 'sent' FROM letter WHERE key = 'late'"), 1);
}

static void lanes_that_wait_for_slack_hide_none(void **state)
{
	(void)state;
	stage("nothing");
	/* Under way when the program last ended: each is looked for, a while from now. */
	a_store_script(
		store,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)"
		" INSERT INTO letter (key, what, state, lane, node, generation, loud, created_at,"
		" changed_at) SELECT 'stuck/' || i, 'card', 'sending', 'c:' || i, 1, 1, 0, 0, 0 FROM n");
	a_store_script(
		store,
		"INSERT INTO letter (key, what, state, lane, node, generation, loud, created_at,"
		" changed_at) VALUES ('late', 'card', 'pending', 'c:late', 1, 1, 0, 0, 0)");
	courier_start();
	for (int i = 0; i < 5; i++)
		courier_look(courier);
	settle();
	take(TAKEN, WEB_CHAT_POST_MESSAGE);
	assert_int_equal(
		a_store_number(store, "SELECT state = 'sent' FROM letter WHERE key = 'late'"), 1);
}

static void a_letter_claimed_at_the_end_is_put_back(void **state)
{
	(void)state;
	stage("card");
	courier_make();
	courier_identity(courier, "T1", "UBOT");
	courier_look(courier); /* the claim is queued */
	courier_stop(courier);
	settle();
	assert_int_equal(n_made, 0);
	assert_int_equal(letters("pending"), 1);
	assert_true(courier_quiet(courier));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_sent_while_it_cannot_be_claimed_and_once_when_it_can),
		TEST(a_result_that_cannot_be_written_is_kept_and_nothing_is_sent_again),
		TEST(a_letter_that_could_not_be_put_back_is_tried_again_all_the_same),
		TEST(a_result_kept_at_the_end_leaves_the_letter_to_be_looked_for),
		TEST(an_edit_that_slack_shows_and_the_disk_does_not_know_is_not_made_again),
		TEST(what_can_never_be_stored_dies_and_its_lane_goes_on),
		TEST(a_probe_after_an_unknown_outcome_begins_with_the_first_page),
		TEST(a_cursor_that_slack_no_longer_knows_kills_nothing),
		TEST(a_message_that_arrived_twice_is_deleted_once),
		TEST(a_card_that_is_found_is_compared_whatever_was_sent_last),
		TEST(a_wrong_clock_of_ours_hides_no_message),
		TEST(an_edit_waits_for_a_new_token),
		TEST(stuck_lanes_hide_none_however_many_there_are),
		TEST(lanes_that_wait_for_slack_hide_none),
		TEST(a_letter_claimed_at_the_end_is_put_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
