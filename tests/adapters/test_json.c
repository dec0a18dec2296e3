#include "adapters/json/json.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static cJSON *read_text(const char *s)
{
	return json_read(s, strlen(s), NULL);
}

static void assert_refused(const char *s, size_t len)
{
	const char *why = NULL;
	cJSON *j = json_read(s, len, &why);

	if (j)
		print_error("accepted: %.*s\n", (int)len, s);
	assert_null(j);
	assert_non_null(why);
}

static void json_to_the_letter_is_read(void **state)
{
	static const char *const good[] = {
		"{}",
		"[]",
		" [ ] ",
		"null",
		"true",
		"false",
		"0",
		"-0",
		"-1.5e+10",
		"1E5",
		"\"\"",
		"\"a\\u00e9\"",
		"\"\\ud83d\\ude00\"",
		"[1,[2,{\"a\":[]}],3]",
		"{\"a\":1,\"a\":2}",
		"\t\r\n{ \"a\" : [ 1 , 2 ] }\n",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
		"\"👩‍🚒 مرحبا\"",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		cJSON *j = read_text(good[i]);

		if (!j)
			print_error("refused: %s\n", good[i]);
		assert_non_null(j);
		cJSON_Delete(j);
	}
}

static void what_is_not_json_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"{",
		"[",
		"}",
		"]",
		"{]",
		"[}",
		"[1,]",
		"{\"a\"}",
		"{\"a\":}",
		"{\"a\":1,}",
		"{a:1}",
		"{'a':1}",
		"[1 2]",
		"01",
		"1.",
		".5",
		"+1",
		"-",
		"1e",
		"1e+",
		"--1",
		"0x10",
		"NaN",
		"nul",
		"nulll",
		"True",
		"\"",
		"\"a",
		"\"\\",
		"\"\\x\"",
		"\"\\u12\"",
		"\"\\u12g4\"",
		"\"\\ud83d\\u12\"",
		"\"tab\tinside\"",
		"\"line\ninside\"",
		"{} {}",
		"[1]x",
		"{}\x01",
		",",
		":",
		"\xEF\xBB\xBF{}",
		"\f{}",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_refused(bad[i], strlen(bad[i]));
}

/* cJSON itself takes all of these (libraries.md): the reason for the check before it. */
static void what_cjson_would_take_is_refused(void **state)
{
	(void)state;
	assert_refused("{} trailing", 11);
	assert_refused("{}\0", 3);
	assert_refused("\"a\0b\"", 5);
	assert_refused("[\x01 1]", 5);
}

static void assert_reads(const char *json, const char *words)
{
	const char *why = NULL;
	cJSON *j = json_read(json, strlen(json), &why);

	if (!j)
		print_error("refused: %s: %s\n", json, why);
	assert_non_null(j);
	assert_string_equal(json_str(j, "a[0]"), words);
	cJSON_Delete(j);
}

/* A program of somebody's has cut an emoji in two: that is no reason to know nothing of the rest. */
static void what_is_no_character_is_read_as_a_mark_for_one(void **state)
{
	(void)state;
	assert_reads("{\"a\":[\"cut \\ud83d\"]}", "cut \uFFFD");
	assert_reads("{\"a\":[\"\\ude00 cut\"]}", "\uFFFD cut");
	assert_reads("{\"a\":[\"\\ud83d\\u0041\\ud83d\\n\"]}", "\uFFFDA\uFFFD\n");
	assert_reads("{\"a\":[\"\\ud83d\\ud83d\\ude00\\\\ud83d\"]}", "\uFFFD\U0001F600\\ud83d");
	assert_reads("{\"a\":[\"one\\u0000two\"]}", "one\uFFFDtwo");
	assert_reads("{\"a\":[\"\xFF\xC3\xA9\xED\xA0\x80\"]}", "\uFFFD\u00E9\uFFFD\uFFFD\uFFFD");
	assert_reads("{\"a\":[\"\\\"\\\\\\u00e9\\u0000\"],\"\\udc00\":1}", "\"\\\u00E9\uFFFD");
}

static void a_refusal_says_where(void **state)
{
	const char *why = NULL;

	(void)state;
	assert_null(json_read("[1,x]", 5, &why));
	assert_string_equal(why, "byte 4: this isn't a JSON value");
}

static void nesting_is_bounded_before_anything_recurses(void **state)
{
	size_t deep = 1 << 20;
	char *s = malloc(deep + 1);
	cJSON *j;

	(void)state;
	memset(s, '[', deep);
	assert_refused(s, deep);
	s[JSON_DEPTH] = '\0';
	memset(s + JSON_DEPTH, ']', JSON_DEPTH);
	j = json_read(s, 2 * JSON_DEPTH, NULL);
	assert_non_null(j);
	cJSON_Delete(j);
	memset(s, '[', JSON_DEPTH + 1);
	memset(s + JSON_DEPTH + 1, ']', JSON_DEPTH + 1);
	assert_refused(s, 2 * JSON_DEPTH + 2);
	free(s);
}

static void a_number_that_cjson_would_read_in_part_is_refused(void **state)
{
	char s[80];
	cJSON *j;

	(void)state;
	memset(s, '1', sizeof(s));
	j = json_read(s, 63, NULL);
	assert_non_null(j);
	cJSON_Delete(j);
	assert_refused(s, 64);
}

static void text_need_not_end_in_a_nul(void **state)
{
	char *s = malloc(7);
	cJSON *j;

	(void)state;
	memcpy(s, "{\"a\":1}", 7);
	j = json_read(s, 7, NULL);
	assert_int_equal(json_int(j, "a", -1), 1);
	cJSON_Delete(j);
	free(s);
}

static void paths_pick_by_type(void **state)
{
	cJSON *j = read_text(
		"{\"payload\":{\"event\":{\"item\":{\"ts\":\"1.2\"}},\"n\":7,\"list\":[[1,2],[3]]},"
		"\"actions\":[{\"value\":\"note x\"},{\"value\":null}],\"a\":1,\"a\":2}");

	(void)state;
	assert_string_equal(json_str(j, "payload.event.item.ts"), "1.2");
	assert_string_equal(json_str(j, "actions[0].value"), "note x");
	assert_null(json_str(j, "actions[1].value"));
	assert_null(json_str(j, "actions[2].value"));
	assert_null(json_str(j, "actions[-1].value"));
	assert_null(json_str(j, "actions[99999999999999999999].value"));
	assert_null(json_str(j, "actions.value"));
	assert_null(json_str(j, "payload[0]"));
	assert_null(json_str(j, "payload.n"));
	assert_null(json_str(j, "payload.Event.item.ts"));
	assert_null(json_str(j, "payload.eve"));
	assert_null(json_str(NULL, "payload"));
	assert_int_equal(json_int(j, "payload.list[0][1]", -1), 2);
	assert_int_equal(json_int(j, "payload.list[1][0]", -1), 3);
	assert_int_equal(json_int(j, "a", -1), 1);
	assert_ptr_equal(json_at(j, ""), j);
	cJSON_Delete(j);
}

static void whole_numbers_only(void **state)
{
	cJSON *j = read_text(
		"{\"a\":-18000,\"b\":\"1700000000\",\"c\":1.5,\"d\":1e999,\"e\":\"12x\",\"f\":\"\","
		"\"g\":12345678901234567890,\"h\":\"9999999999999999999\",\"i\":true,"
		"\"j\":\"999999999999999999\"}");

	(void)state;
	assert_int_equal(json_int(j, "a", -1), -18000);
	assert_int_equal(json_int(j, "b", -1), 1700000000);
	assert_int_equal(json_int(j, "c", -1), -1);
	assert_int_equal(json_int(j, "d", -1), -1);
	assert_int_equal(json_int(j, "e", -1), -1);
	assert_int_equal(json_int(j, "f", -1), -1);
	assert_int_equal(json_int(j, "g", -1), -1);
	assert_int_equal(json_int(j, "h", -1), -1);
	assert_int_equal(json_int(j, "i", -1), -1);
	assert_int_equal(json_int(j, "j", -1), 999999999999999999);
	assert_int_equal(json_int(j, "none", 42), 42);
	cJSON_Delete(j);
}

/* Slack sends is_enterprise_install as either. */
static void true_may_be_a_word(void **state)
{
	cJSON *j = read_text(
		"{\"a\":true,\"b\":\"true\",\"c\":1,\"d\":false,\"e\":\"false\",\"f\":0,\"g\":null}");

	(void)state;
	assert_true(json_true(j, "a") && json_true(j, "b") && json_true(j, "c"));
	assert_false(json_true(j, "d") || json_true(j, "e") || json_true(j, "f") ||
		     json_true(j, "g"));
	assert_false(json_true(j, "h"));
	cJSON_Delete(j);
}

static void print_is_compact(void **state)
{
	cJSON *j = read_text(" { \"a\" : [ 1 , \"é\\n\\\"\" ] } ");
	struct buf b;

	(void)state;
	buf_init(&b, BUF_ROOMY);
	json_print(&b, j);
	json_print(&b, NULL);
	assert_string_equal(b.s, "{\"a\":[1,\"é\\n\\\"\"]}null");
	buf_release(&b);
	cJSON_Delete(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_to_the_letter_is_read),
		cmocka_unit_test(what_is_not_json_is_refused),
		cmocka_unit_test(what_cjson_would_take_is_refused),
		cmocka_unit_test(what_is_no_character_is_read_as_a_mark_for_one),
		cmocka_unit_test(a_refusal_says_where),
		cmocka_unit_test(nesting_is_bounded_before_anything_recurses),
		cmocka_unit_test(a_number_that_cjson_would_read_in_part_is_refused),
		cmocka_unit_test(text_need_not_end_in_a_nul),
		cmocka_unit_test(paths_pick_by_type),
		cmocka_unit_test(whole_numbers_only),
		cmocka_unit_test(true_may_be_a_word),
		cmocka_unit_test(print_is_compact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
