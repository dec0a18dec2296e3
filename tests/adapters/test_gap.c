/* How long nobody listened: cuts, sleep and standstill. Time is the test's; the store is a real one. */
#include "adapters/slack/recover/gap.h"
#include "tests/support/a_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define HOUR_MS (3600 * 1000)

static struct a_store store;
static struct loop *loop;
static struct gap *l;
static int64_t asleep; /* how long the machine has slept so far */
static int gaps;
static int64_t gap_from, gap_to;

static int64_t boot_ms(void)
{
	return loop_now_ms() + asleep;
}

static void submit(struct job *job, void *arg)
{
	(void)arg;
	store_batch(store.store, job);
}

static void gap(int64_t from_ms, int64_t to_ms, void *arg)
{
	(void)arg;
	gaps++;
	gap_from = from_ms;
	gap_to = to_ms;
}

static int begin(void **state)
{
	(void)state;
	a_store_init(&store);
	loop = loop_new(NULL);
	asleep = gaps = 0;
	l = gap_new(&(struct gap_seams){ .loop = loop,
					 .store = store.store,
					 .clock = &store.clock,
					 .boot_ms = boot_ms,
					 .submit = submit,
					 .gap = gap });
	return 0;
}

static int end(void **state)
{
	(void)state;
	gap_free(l);
	loop_free(loop);
	a_store_release(&store);
	return 0;
}

static void sleep_for(int64_t ms)
{
	asleep += ms;
	store.now += ms;
}

/* What two readings of real clocks cost is no part of it. */
static void assert_gap(int64_t ms)
{
	assert_int_equal(gaps, 1);
	assert_int_equal(gap_to, store.now);
	assert_in_range(gap_to - gap_from, ms, ms + 1000);
	gaps = 0;
}

static void a_quiet_hour_of_work_is_no_gap(void **state)
{
	(void)state;
	gap_ready(l, -1);
	store.now += HOUR_MS; /* somebody set the clock: nothing was missed */
	gap_batch(l);
	assert_int_equal(gaps, 0);
}

static void a_machine_that_slept_heard_nothing_though_its_connection_looks_alive(void **state)
{
	(void)state;
	gap_ready(l, -1);
	sleep_for(2 * HOUR_MS);
	gap_batch(l);
	assert_gap(2 * HOUR_MS);
	gap_batch(l);
	assert_int_equal(gaps, 0);
}

static void half_a_minute_of_sleep_is_a_gap_as_well(void **state)
{
	(void)state;
	gap_ready(l, -1);
	sleep_for(30 * 1000);
	gap_batch(l);
	assert_gap(30 * 1000);
}

static void sleep_is_seen_when_the_connection_turns_out_to_be_dead(void **state)
{
	(void)state;
	gap_ready(l, -1);
	sleep_for(HOUR_MS);
	gap_down(l);
	assert_gap(HOUR_MS);
}

static void sleep_while_there_was_no_connection_counts_into_the_gap(void **state)
{
	(void)state;
	gap_ready(l, -1);
	gap_down(l);
	sleep_for(HOUR_MS);
	gap_ready(l, 200); /* so much the monotonic clock has seen */
	assert_gap(HOUR_MS);
}

static void a_connection_replaced_without_a_break_is_no_gap(void **state)
{
	(void)state;
	gap_ready(l, -1);
	gap_ready(l, 0);
	assert_int_equal(gaps, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_quiet_hour_of_work_is_no_gap, begin, end),
		cmocka_unit_test_setup_teardown(
			a_machine_that_slept_heard_nothing_though_its_connection_looks_alive, begin,
			end),
		cmocka_unit_test_setup_teardown(half_a_minute_of_sleep_is_a_gap_as_well, begin,
						end),
		cmocka_unit_test_setup_teardown(
			sleep_is_seen_when_the_connection_turns_out_to_be_dead, begin, end),
		cmocka_unit_test_setup_teardown(
			sleep_while_there_was_no_connection_counts_into_the_gap, begin, end),
		cmocka_unit_test_setup_teardown(a_connection_replaced_without_a_break_is_no_gap,
						begin, end),
	};

	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
