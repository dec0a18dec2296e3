#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/node.h"

#include <string.h>

static void every_name_is_read_back(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < PRIORITIES; i++)
		assert_int_equal(priority_from(priority_name((enum priority)i)), i);
	for (i = 0; i < STATUSES; i++)
		assert_int_equal(status_from(status_name((enum status)i)), i);
	for (i = 0; i < MARKERS; i++)
		assert_int_equal(marker_from(marker_name((enum marker)i)), i);
	for (i = 0; i < SECTIONS; i++)
		assert_int_equal(section_from(section_name((enum section)i)), i);
	for (i = 0; i < ITEM_TYPES; i++)
		assert_int_equal(item_type_from(item_type_name((enum item_type)i)), i);
	for (i = 0; i < ITEM_STATES; i++)
		assert_int_equal(item_state_from(item_state_name((enum item_state)i)), i);
	for (i = 0; i < ROLES; i++)
		assert_int_equal(role_from(role_name((enum role)i)), i);
	for (i = 0; i < ORIGINS; i++)
		assert_int_equal(origin_from(origin_name((enum origin)i)), i);
	for (i = 0; i < VIAS; i++)
		assert_int_equal(via_from(via_name((enum via)i)), i);
	for (i = 0; i < RANKS; i++)
		assert_int_equal(rank_from(rank_name((enum rank)i)), i);
	assert_int_equal(status_from("nonsense"), -1);
	assert_null(marker_name(MARKER_NONE));
	assert_null(origin_name(ORIGIN_NONE));
}

static void other_words_mean_the_same(void **state)
{
	(void)state;
	assert_int_equal(priority_from("sev0"), PRIORITY_CRITICAL);
	assert_int_equal(priority_from("SEV1"), PRIORITY_CRITICAL);
	assert_int_equal(priority_from("p0"), PRIORITY_CRITICAL);
	assert_int_equal(priority_from("P2"), PRIORITY_HIGH);
	assert_int_equal(priority_from("sev4"), PRIORITY_LOW);
	assert_int_equal(priority_from("sev5"), -1);
	assert_int_equal(status_from("Monitoring"), STATUS_MITIGATED);
	assert_int_equal(status_from("fixed"), STATUS_DONE);
	assert_int_equal(status_from("resolved"), STATUS_DONE);
}

/* The table of product.md section 1, as it stands there: rows from, columns to. */
static void exactly_the_moves_of_the_table_exist(void **state)
{
	static const char *const moves[STATUSES] = {
		/*                   O I I M D A C M */
		[STATUS_OPEN] = "=sss"
				"s-ss",
		[STATUS_INVESTIGATING] = "s=ss"
					 "s-ss",
		[STATUS_IDENTIFIED] = "ss=s"
				      "s-ss",
		[STATUS_MITIGATED] = "sss="
				     "s-ss",
		[STATUS_DONE] = "-r--"
				"=s--",
		[STATUS_ARCHIVED] = "-r--"
				    "-=--",
		[STATUS_CANCELLED] = "-r--"
				     "--=-",
		[STATUS_MERGED] = "rrrr"
				  "---=",
	};
	static const char letters[] = {
		[MOVE_NONE] = '-', [MOVE_SAY] = 's', [MOVE_REOPEN] = 'r', [MOVE_SAME] = '='
	};
	int from, to;

	(void)state;
	for (from = 0; from < STATUSES; from++)
		for (to = 0; to < STATUSES; to++)
			if (letters[status_move((enum status)from, (enum status)to)] !=
			    moves[from][to])
				fail_msg("%s to %s", status_name((enum status)from),
					 status_name((enum status)to));
}

static void going_back_sets_aside_what_lies_beyond(void **state)
{
	(void)state;
	assert_true(marker_beyond(MARKER_IDENTIFIED, STATUS_INVESTIGATING));
	assert_true(marker_beyond(MARKER_RESOLVED, STATUS_INVESTIGATING));
	assert_false(marker_beyond(MARKER_IDENTIFIED, STATUS_IDENTIFIED));
	assert_true(marker_beyond(MARKER_MITIGATED, STATUS_IDENTIFIED));
	assert_false(marker_beyond(MARKER_DETECTED, STATUS_OPEN));
	assert_false(marker_beyond(MARKER_ACKNOWLEDGED, STATUS_OPEN));
	assert_false(marker_beyond(MARKER_RESOLVED, STATUS_DONE));
}

static void a_node_is_named_in_four_ways(void **state)
{
	static const struct {
		const char *s;
		int year;
		int64_t number;
	} names[] = {
		{ "INCIDENT-2026-042", 2026, 42 },
		{ "incident-2026-1042", 2026, 1042 },
		{ "2026-042", 2026, 42 },
		{ "042", 0, 42 },
		{ "42", 0, 42 },
		{ "504", 0, 504 },
	};
	static const char *const not_names[] = {
		"",
		"x",
		"0",
		"2026-",
		"-42",
		"2026-0",
		"INCIDENT-42",
		"INCIDENT-",
		"42a",
		"4 2",
		"2026-04-2",
		"0000-1",
		"12345678901234567890",
		"INCIDENT-2026-042 ",
		"+42",
		"99999-1",
	};
	struct node_name name;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_int_equal(node_name_read(names[i].s, strlen(names[i].s), &name), 0);
		assert_int_equal(name.year, names[i].year);
		assert_int_equal(name.number, names[i].number);
	}
	for (i = 0; i < sizeof(not_names) / sizeof(*not_names); i++)
		if (!node_name_read(not_names[i], strlen(not_names[i]), &name))
			fail_msg("\"%s\" was read as a Node", not_names[i]);
}

static void ids_have_three_digits_or_more(void **state)
{
	char id[NODE_ID_MAX];

	(void)state;
	node_id_write(id, 2026, 7);
	assert_string_equal(id, "INCIDENT-2026-007");
	node_id_write(id, 2026, 12345);
	assert_string_equal(id, "INCIDENT-2026-12345");
}

static void handles_are_a_letter_and_a_number(void **state)
{
	static const char *const not_handles[] = { "",	  "E",	 "7",	"X7", "E0",
						   "E-1", "E7x", "EE7", "E 7" };
	struct handle h;
	size_t i;

	(void)state;
	assert_int_equal(handle_read("E7", 2, &h), 0);
	assert_int_equal(h.letter, 'E');
	assert_int_equal(h.n, 7);
	assert_int_equal(handle_read("m12", 3, &h), 0);
	assert_int_equal(h.letter, 'M');
	assert_int_equal(h.n, 12);
	for (i = 0; i < sizeof(not_handles) / sizeof(*not_handles); i++)
		if (!handle_read(not_handles[i], strlen(not_handles[i]), &h))
			fail_msg("\"%s\" was read as a handle", not_handles[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_read_back),
		cmocka_unit_test(other_words_mean_the_same),
		cmocka_unit_test(exactly_the_moves_of_the_table_exist),
		cmocka_unit_test(going_back_sets_aside_what_lies_beyond),
		cmocka_unit_test(a_node_is_named_in_four_ways),
		cmocka_unit_test(ids_have_three_digits_or_more),
		cmocka_unit_test(handles_are_a_letter_and_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
