#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/view.h"

#include "core/show/show.h"

#include <string.h>

static void mark(struct head *h, enum marker m, int64_t at)
{
	h->markers[m] = (struct marked){ .n = m + 1, .at = at, .entry = 1 };
}

static struct durations of(const struct head *h)
{
	struct durations d;

	durations_of(h, &d);
	return d;
}

static void each_duration_needs_both_its_markers(void **state)
{
	struct head h = { 0 };
	struct durations d;

	(void)state;
	mark(&h, MARKER_DETECTED, 1000);
	mark(&h, MARKER_IDENTIFIED, 61000);
	d = of(&h);
	assert_int_equal(d.state[DURATION_IDENTIFY], DURATION_SET);
	assert_int_equal(d.ms[DURATION_IDENTIFY], 60000);
	assert_int_equal(d.state[DURATION_DETECT], DURATION_UNSET);
	assert_int_equal(d.state[DURATION_MITIGATE], DURATION_UNSET);
	assert_int_equal(d.state[DURATION_IMPACT], DURATION_UNSET);
	assert_false(d.detected_is_declared);
}

static void declared_stands_in_for_an_unmarked_detection(void **state)
{
	struct head h = { 0 };
	struct durations d;

	(void)state;
	mark(&h, MARKER_BEGAN, 0);
	mark(&h, MARKER_DECLARED, 5000);
	mark(&h, MARKER_RESOLVED, 65000);
	d = of(&h);
	assert_true(d.detected_is_declared);
	assert_int_equal(d.ms[DURATION_DETECT], 5000);
	assert_int_equal(d.ms[DURATION_RESOLVE], 60000);
	assert_int_equal(d.state[DURATION_DECLARE], DURATION_SET);
	assert_int_equal(d.ms[DURATION_DECLARE], 0);
}

static void impact_ends_when_mitigated_else_when_resolved(void **state)
{
	struct head h = { 0 };

	(void)state;
	mark(&h, MARKER_BEGAN, 0);
	mark(&h, MARKER_RESOLVED, 9000);
	assert_int_equal(of(&h).ms[DURATION_IMPACT], 9000);
	mark(&h, MARKER_MITIGATED, 4000);
	assert_int_equal(of(&h).ms[DURATION_IMPACT], 4000);
}

static void a_negative_duration_is_out_of_order_and_no_number(void **state)
{
	struct head h = { 0 };
	struct durations d;
	struct buf b;

	(void)state;
	mark(&h, MARKER_DETECTED, 600000);
	mark(&h, MARKER_IDENTIFIED, 0);
	d = of(&h);
	assert_int_equal(d.state[DURATION_IDENTIFY], DURATION_OUT_OF_ORDER);
	buf_init(&b, BUF_ROOMY);
	durations_write(&b, &d);
	assert_string_equal(b.s, "- Identify: markers out of order\n");
	buf_release(&b);
}

static void the_words_say_when_declared_stands_in(void **state)
{
	struct head h = { 0 };
	struct durations d;
	struct buf b;

	(void)state;
	mark(&h, MARKER_BEGAN, 0);
	mark(&h, MARKER_DECLARED, 5 * MS_MINUTE);
	mark(&h, MARKER_MITIGATED, 47 * MS_MINUTE);
	d = of(&h);
	buf_init(&b, BUF_ROOMY);
	durations_write(&b, &d);
	assert_string_equal(b.s, "- Detect: 5 min (began → declared)\n"
				 "- Mitigate: 42 min (declared → mitigated)\n"
				 "- Impact: 47 min (began → mitigated)\n"
				 "- Detection time unknown; the declaration time is used\n");
	buf_release(&b);
}

static void no_markers_give_a_sentence(void **state)
{
	struct head h = { 0 };
	struct durations d = of(&h);
	struct buf b;

	(void)state;
	buf_init(&b, BUF_ROOMY);
	durations_write(&b, &d);
	assert_string_equal(b.s, "- None: each needs two markers\n");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_duration_needs_both_its_markers),
		cmocka_unit_test(declared_stands_in_for_an_unmarked_detection),
		cmocka_unit_test(impact_ends_when_mitigated_else_when_resolved),
		cmocka_unit_test(a_negative_duration_is_out_of_order_and_no_number),
		cmocka_unit_test(the_words_say_when_declared_stands_in),
		cmocka_unit_test(no_markers_give_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
