#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/effect.h"
#include "tests/support/core_arena.h"

#include <string.h>

static const char *written(const struct effect *e, size_t count)
{
	struct buf b;
	char *s;

	buf_init(&b, BUF_ROOMY);
	effects_write(&b, e, count);
	s = arena_strdup(&arena, b.s);
	buf_release(&b);
	return s;
}

/* All lines of a journal are read, and written again are the same bytes. */
static void assert_round_trip(const char *lines)
{
	struct effect e[32];
	const char *at = lines;
	size_t count = 0;
	int rc;

	while ((rc = effect_read(&at, &arena, &e[count])) == 1)
		count++;
	assert_int_equal(rc, 0);
	assert_string_equal(written(e, count), lines);
}

#define DIGEST_0 "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static void the_journals_form_is_read_and_written_alike(void **state)
{
	(void)state;
	assert_round_trip("+entry 7\n"
			  "entry 7 at - i1763906700000\n"
			  "entry 7 author - sT1/U1\n"
			  "entry 7 text - t12:" DIGEST_0 "\n"
			  "entry 7 text t12:" DIGEST_0 " t13:" DIGEST_0 "\n"
			  "node 1 status sOPEN sIDENTIFIED\n"
			  "node 1 captain sT1/U1 -\n"
			  "node 1 channel_name - sa\\sb\\nc\\\\d\n"
			  "node 1 channel_name s -\n"
			  "entry 7 at i-9223372036854775808 i9223372036854775807\n");
}

static void what_is_not_an_effect_is_refused(void **state)
{
	static const char *const bad[] = {
		"entry 7 at - i1",
		"\n",
		"+\n",
		"+entry\n",
		"+entry 0\n",
		"+entry -1\n",
		"+entry 07\n",
		"+entry 7 \n",
		"+nothing 7\n",
		"entry 7\n",
		"entry 7 at\n",
		"entry 7 at -\n",
		"entry 7 at - \n",
		"entry 7 at - i1 \n",
		"entry 7 at - i1 i2\n",
		"entry 7 at - x\n",
		"entry 7 at - s1\n",
		"entry 7 at - i\n",
		"entry 7 at - i1x\n",
		"entry 7 at - i-0\n",
		"entry 7 at - i01\n",
		"entry 7 at - i9223372036854775808\n",
		"entry 7 nothing - i1\n",
		"entry 7 author - sa\\x\n",
		"entry 7 author - sa\\\n",
		"entry 7 text - t1:00\n",
		"entry 7 text - t0:" DIGEST_0 "\n",
		"entry 7 text - t1:" DIGEST_0 "0\n",
		"entry 7 text - t:" DIGEST_0 "\n",
		"entry  7 at - i1\n",
		" entry 7 at - i1\n",
		"entry 99999999999999999999 at - i1\n",
	};
	struct effect e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *at = bad[i];

		if (effect_read(&at, &arena, &e) != -1)
			fail_msg("read: %s", bad[i]);
	}
}

static struct change *a_change(void)
{
	struct change *c = arena_alloc(&arena, sizeof(*c));

	c->arena = &arena;
	return c;
}

static void setting_a_field_to_what_it_is_adds_nothing(void **state)
{
	struct change *c = a_change();

	(void)state;
	effect_set(c, TABLE_NODE, 1, "status", v_str("OPEN"), v_str("OPEN"));
	effect_set(c, TABLE_NODE, 1, "captain", v_null(), v_null());
	effect_set(c, TABLE_NODE, 1, "report", v_int(2), v_int(2));
	assert_int_equal(c->count, 0);
	effect_set(c, TABLE_NODE, 1, "status", v_str("OPEN"), v_str("DONE"));
	effect_set(c, TABLE_NODE, 1, "title", V_WHATEVER, v_text("same"));
	assert_int_equal(c->count, 2);
}

static void zero_is_null_in_an_integer_field(void **state)
{
	struct change *c = a_change();

	(void)state;
	effect_set(c, TABLE_NODE, 1, "private", v_null(), v_int(0));
	effect_set(c, TABLE_NODE, 1, "closed_at", v_int(0), v_null());
	assert_int_equal(c->count, 0);
	effect_set(c, TABLE_NODE, 1, "closed_at", v_int(5), v_int(0));
	assert_string_equal(written(c->effects, c->count), "node 1 closed_at i5 -\n");
}

static void effects_keep_copies_of_their_strings(void **state)
{
	char who[] = "T1/U1";
	struct change *c = a_change();
	int i;

	(void)state;
	effect_born(c, TABLE_ENTRY, 3);
	effect_set(c, TABLE_ENTRY, 3, "author", v_null(), v_str(who));
	who[0] = 'X';
	for (i = 0; i < 100; i++) /* over the first room */
		effect_set(c, TABLE_ENTRY, 3, "at", v_int(i), v_int(i + 1));
	assert_int_equal(c->count, 102);
	assert_string_equal(written(c->effects, 2), "+entry 3\nentry 3 author - sT1/U1\n");
}

static void tables_and_fields_are_found_by_name(void **state)
{
	int t;

	(void)state;
	for (t = 0; t < TABLES; t++) {
		const struct field *f;

		assert_int_equal(
			table_from(table_name((enum table)t), strlen(table_name((enum table)t))),
			t);
		for (f = table_fields((enum table)t); f->name; f++)
			assert_ptr_equal(table_field((enum table)t, f->name, strlen(f->name)), f);
	}
	assert_int_equal(table_from("entr", 4), -1);
	assert_int_equal(table_from("entryx", 6), -1);
	assert_null(table_field(TABLE_NODE, "titl", 4));
	/* The paragraph tables are in the order of the sections. */
	for (t = 0; t < SECTIONS; t++)
		assert_string_equal(table_name((enum table)(TABLE_SUMMARY + t)),
				    section_name((enum section)t));
}

static void a_journal_row_covers_its_facts(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, BUF_ROOMY);
	journal_row_write(&b, "INCIDENT-2026-042", 57, 1763906700000, "T1/U1", "command", "note",
			  "zone=Europe/Berlin x", "+entry 7\n");
	assert_string_equal(
		b.s,
		"INCIDENT-2026-042 57 1763906700000 T1/U1 command note zone=Europe/Berlin\\sx\n"
		"+entry 7\n");
	buf_reset(&b);
	journal_row_write(&b, "INCIDENT-2026-042", 1, 0, "T1/U1", "shell", "new", NULL, "");
	assert_string_equal(b.s, "INCIDENT-2026-042 1 0 T1/U1 shell new -\n");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_journals_form_is_read_and_written_alike,
						arena_begin, arena_end),
		cmocka_unit_test_setup_teardown(what_is_not_an_effect_is_refused, arena_begin,
						arena_end),
		cmocka_unit_test_setup_teardown(setting_a_field_to_what_it_is_adds_nothing,
						arena_begin, arena_end),
		cmocka_unit_test_setup_teardown(zero_is_null_in_an_integer_field, arena_begin,
						arena_end),
		cmocka_unit_test_setup_teardown(effects_keep_copies_of_their_strings, arena_begin,
						arena_end),
		cmocka_unit_test_setup_teardown(tables_and_fields_are_found_by_name, arena_begin,
						arena_end),
		cmocka_unit_test_setup_teardown(a_journal_row_covers_its_facts, arena_begin,
						arena_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
