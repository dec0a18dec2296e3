/* What can be said: a row in core for each, and one beside the calls; and the schema says the same of them. */
#include "adapters/slack/out/courier_private.h"
#include "adapters/sqlite/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void every_saying_has_a_name_of_its_own_a_sender_and_a_way_out_of_doubt(void **state)
{
	(void)state;
	for (int i = 0; i < SAYINGS; i++) {
		const struct sender *e = &senders[i];
		bool letter = sayings[i].lane != LANE_NONE;

		assert_non_null(sayings[i].name);
		assert_int_equal(saying_from(sayings[i].name), letter ? i : -1);
		assert_int_equal(e->go != NULL, letter);
		assert_int_equal(e->harmless + (e->probe != NULL), letter);
	}
}

static void every_message_is_looked_for_somewhere(void **state)
{
	(void)state;
	for (int i = 0; i < SAYINGS; i++) {
		const struct sender *e = &senders[i];

		if (e->probe == probe_message || e->probe == probe_bookmark ||
		    e->probe == probe_link)
			assert_non_null(e->where);
		assert_int_equal(e->posted != NULL, sayings[i].holds == HOLDS_POST);
		assert_int_equal(sayings[i].key == KEY_NUMBERED, sayings[i].holds == HOLDS_POST);
	}
}

/* "'line', 'dm'", in any order */
static void assert_list(const char *list, enum holds holds)
{
	const char *p = list;
	int n = 0, named = 0;

	for (int i = 0; i < SAYINGS; i++) {
		char quoted[40];

		snprintf(quoted, sizeof(quoted), "'%s'", sayings[i].name);
		assert_int_equal(strstr(list, quoted) != NULL, sayings[i].holds == holds);
		n += sayings[i].holds == holds;
	}
	for (; *p; p++)
		named += *p == '\'';
	assert_int_equal(named, 2 * n);
}

static void the_lists_of_the_schema_are_those_of_the_table(void **state)
{
	(void)state;
	assert_list(SCHEMA_WORDS, HOLDS_WORDS);
	assert_list(SCHEMA_DRAWINGS, HOLDS_DRAWING);
	assert_list(SCHEMA_POSTS, HOLDS_POST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_saying_has_a_name_of_its_own_a_sender_and_a_way_out_of_doubt),
		cmocka_unit_test(every_message_is_looked_for_somewhere),
		cmocka_unit_test(the_lists_of_the_schema_are_those_of_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
