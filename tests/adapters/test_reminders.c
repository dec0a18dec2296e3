/* One alarm, for the earliest of what is due; a clock that is set is looked at anew. Real loop, told clock. */
#include "adapters/loop/alarm.h"
#include "bot/reminders.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>

#define LONG_MS 5000 /* what must happen happens before this */
#define NOW INT64_C(1795615500000)
#define MOST_DUE 700

static struct loop *loop;
static int64_t now;
static int rings;

static int begin(void **state)
{
	(void)state;
	loop = loop_new(NULL);
	now = NOW;
	rings = 0;
	return !loop;
}

static int end(void **state)
{
	(void)state;
	loop_free(loop);
	return 0;
}

static void turn_for(int64_t ms)
{
	int64_t until = loop_now_ms() + ms;

	while (loop_now_ms() < until) {
		loop_wake(loop);
		assert_int_equal(loop_turn(loop), 0);
	}
}

/* ---- the alarm ---- */

static void ring(void *arg)
{
	(void)arg;
	rings++;
}

static int64_t told(void *arg)
{
	(void)arg;
	return now;
}

static int64_t wall_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void the_systems_clock_rings_when_it_is_time_and_once(void **state)
{
	struct alarm *a = alarm_new(loop, NULL, ring, NULL);
	int64_t late = loop_now_ms() + LONG_MS, at = wall_ms() + 30;

	(void)state;
	alarm_set(a, at + 100000);
	alarm_set(a, at);
	while (!rings && loop_now_ms() < late)
		assert_int_equal(loop_turn(loop), 0);
	assert_true(wall_ms() >= at);
	assert_int_equal(alarm_at(a), 0);
	turn_for(50);
	assert_int_equal(rings, 1);
	alarm_set(a, 1); /* long over */
	while (rings < 2 && loop_now_ms() < late)
		assert_int_equal(loop_turn(loop), 0);
	assert_int_equal(rings, 2);
	alarm_free(a);
}

static void a_told_clock_rings_when_it_is_time_and_when_it_is_set(void **state)
{
	struct alarm *a = alarm_new(loop, told, ring, NULL);

	(void)state;
	alarm_set(a, NOW + 3600000);
	turn_for(60);
	assert_int_equal(rings, 0);
	now -= 3600000;
	turn_for(60);
	assert_int_equal(rings, 1);
	alarm_set(a, NOW + 3600000);
	now = NOW + 3600000;
	turn_for(60);
	assert_int_equal(rings, 2);
	alarm_free(a);
}

/* ---- reminders: a store of the test's own, that counts ---- */

static struct {
	struct due due[MOST_DUE];
	int n;
	int reads, decided, most_decided;
	int walks,
		walk_fails; /* JOB_CLOCK, JOB_SETTINGS: how many, and how many of the next ones fail */
	int settings, most_walks; /* of those the latter; and of both in one turn */
	int64_t nodes, walked;	  /* how many there are to walk through; where the last one began */
	bool all;
	struct job *jobs, **end;
} store;

static int fake_due(struct reads *r, struct due *d, int most)
{
	int n = store.n < most ? store.n : most;

	(void)r;
	memcpy(d, store.due, (size_t)n * sizeof(*d));
	return n;
}

static int64_t fake_count(struct reads *r, int64_t until)
{
	int64_t n = 0;

	(void)r;
	while (n < store.n && store.due[n].at <= until)
		n++;
	return n;
}

/* 64 Nodes of those that there are. */
static void fake_clock(struct job *job)
{
	store.walks++;
	store.settings += job->kind == JOB_SETTINGS;
	store.all = job->walk.back;
	store.walked = job->walk.after;
	if (store.walk_fails && store.walk_fails--)
		job->rc = STORE_FAULT;
	else
		job->walk.next = job->walk.after + 64 <= store.nodes ? job->walk.after + 64 : -1;
}

static void fake_submit(struct job *job, void *arg)
{
	(void)arg;
	job->next = NULL;
	*store.end = job;
	store.end = &job->next;
	loop_wake(loop);
}

/* What was decided is due no longer. */
static void fake_run(void)
{
	struct reads r = { .due = fake_due, .due_count = fake_count };
	struct job *job, *jobs = store.jobs;
	int decided = 0, walks = store.walks;

	store.jobs = NULL;
	store.end = &store.jobs;
	while ((job = jobs)) {
		jobs = job->next;
		if (job->kind == JOB_READ) {
			store.reads++;
			job->rc = job->read(&r, job) < 0 ? STORE_FAULT : 0;
		} else if (job->kind == JOB_CLOCK || job->kind == JOB_SETTINGS) {
			fake_clock(job);
		} else {
			memmove(store.due, store.due + 1, (size_t)--store.n * sizeof(*store.due));
			decided++;
		}
		job->done(job, job->arg);
	}
	store.decided += decided;
	if (store.walks - walks > store.most_walks)
		store.most_walks = store.walks - walks;
	if (decided > store.most_decided)
		store.most_decided = decided;
}

static int64_t fake_now(struct clock *c)
{
	(void)c;
	return now;
}

static struct reminders *reminders_of(int n, int64_t first, int64_t step, bool at_once)
{
	static struct clock clock = { fake_now };
	const struct reminders_seams seams = { .loop = loop,
					       .clock = &clock,
					       .told = true,
					       .at_once = at_once,
					       .submit = fake_submit };

	memset(&store, 0, sizeof(store));
	store.end = &store.jobs;
	for (store.n = 0; store.n < n; store.n++)
		store.due[store.n] = (struct due){ .kind = DUE_ITEM,
						   .key = store.n,
						   .at = first + store.n * step };
	return reminders_new(&seams);
}

static void turn_reminders_for(int64_t ms)
{
	int64_t until = loop_now_ms() + ms;

	while (loop_now_ms() < until) {
		loop_wake(loop);
		assert_int_equal(loop_turn(loop), 0);
		fake_run();
	}
}

static void only_the_earliest_is_waited_for(void **state)
{
	struct reminders *r = reminders_of(MOST_DUE, NOW + 60000, 60000, true);

	(void)state;
	reminders_look(r);
	turn_reminders_for(100);
	assert_int_equal(store.reads, 1);
	assert_int_equal(store.decided, 0);
	now += 60000;
	turn_reminders_for(100);
	assert_int_equal(store.decided, 1);
	assert_int_equal(store.reads, 3); /* it rang; and the next one is the earliest */
	reminders_stop(r);
	reminders_free(r);
}

static void what_came_due_while_nobody_was_there_is_spread_over_a_minute(void **state)
{
	struct reminders *r = reminders_of(600, NOW - 1000000, 1000, false);

	(void)state;
	reminders_look(r);
	turn_reminders_for(500);
	assert_int_equal(store.decided, 10);
	turn_reminders_for(1000);
	assert_int_equal(store.decided, 20);
	assert_int_equal(store.most_decided, 10);
	reminders_stop(r);
	reminders_free(r);
}

static void a_clock_that_was_set_back_is_followed_by_every_node(void **state)
{
	struct reminders *r = reminders_of(1, NOW + 60000, 0, true);

	(void)state;
	reminders_look(r);
	turn_reminders_for(100);
	assert_int_equal(store.walks, 1); /* it may have been set before the start */
	assert_false(store.all);
	store.nodes = 150;
	now -= 30 * 60000; /* it may be right again before long */
	turn_reminders_for(100);
	assert_int_equal(store.walks, 1);
	now -= 31 * 60000;
	turn_reminders_for(300);
	assert_true(store.all);
	assert_int_equal(store.walks, 4); /* 64, 64, 22 */
	assert_int_equal(store.walked, 128);
	assert_int_equal(store.decided, 0);
	reminders_stop(r);
	reminders_free(r);
}

static void a_walk_that_fails_is_gone_on_with_and_keeps_nobody_waiting(void **state)
{
	struct reminders *r = reminders_of(1, NOW - 60000, 0, true);

	(void)state;
	store.nodes = 100;
	store.walk_fails = 1;
	reminders_look(r);
	turn_reminders_for(100);
	assert_int_equal(store.walks, 1);
	assert_int_equal(store.decided, 1);
	reminders_stop(r);
	reminders_free(r);
}

static void changed_settings_are_followed_a_job_at_a_time(void **state)
{
	struct reminders *r = reminders_of(1, NOW - 60000, 0, true);

	(void)state;
	store.nodes = 30000;
	reminders_settings(r);
	turn_reminders_for(100);
	assert_true(store.walks > 0);
	turn_reminders_for(3000);
	assert_int_equal(store.settings, 469); /* of 64 each */
	assert_int_equal(store.most_walks, 1); /* a turn */
	assert_int_equal(store.decided, 1);
	reminders_stop(r);
	reminders_free(r);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		CASE(the_systems_clock_rings_when_it_is_time_and_once),
		CASE(a_told_clock_rings_when_it_is_time_and_when_it_is_set),
		CASE(only_the_earliest_is_waited_for),
		CASE(what_came_due_while_nobody_was_there_is_spread_over_a_minute),
		CASE(a_clock_that_was_set_back_is_followed_by_every_node),
		CASE(changed_settings_are_followed_a_job_at_a_time),
		CASE(a_walk_that_fails_is_gone_on_with_and_keeps_nobody_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
