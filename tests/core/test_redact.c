#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_talk.h"

#include <string.h>

#define NODE "INCIDENT-2026-001"

static struct scene *s;
static const char *inc;

static int begin(void **state)
{
	(void)state;
	s = scene_new();
	inc = scene_incident(s);
	s->now += 5 * MS_MINUTE;
	return 0;
}

static int end(void **state)
{
	(void)state;
	scene_free(s);
	return 0;
}

static void assert_gone(const char *words)
{
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	if (memrows_keeps(s->rows, NODE, words))
		fail_msg("“%s” is still there", words);
}

static void all_versions_and_links_of_a_text_go(void **state)
{
	(void)state;
	scene_says(s, SARAH, inc, "note login with hunter2 at \x02>https://x.y/?key=hunter2|\x03");
	scene_says(s, SARAH, inc, "edit E2 login with hunter2 or hunter3");
	scene_says(s, TOM, inc, "redact e2 a password was in it");
	assert_gone("hunter2");
	assert_gone("hunter3");
	assert_string_equal(memrows_last_op(s->rows, NODE), "redact E2");
	assert_cell(s, "entry 2 text", "(erased)");
	assert_cell(s, "link 1 url", "(erased)");
	assert_cell(s, "entry 3 text", "Redacted E2: a password was in it");
	assert_string_equal(s->out.erase_node, NODE);
	assert_int_equal(s->out.erase_count, 3);
	assert_answer(s, "the person's own message");
	assert_answer(s, "one person only");
	assert_answer(s, "backups");
	assert_answer(s, "channel's name");
	assert_no_answer(s, "hunter");
	scene_says(s, TOM, inc, "redact E2 once more");
	assert_int_equal(s->out.verdict, VERDICT_READ);
	assert_answer(s, "redacted before");
}

static void withdrawn_and_archived_texts_can_be_redacted(void **state)
{
	(void)state;
	scene_says(s, SARAH, inc, "impact hunter2");
	scene_says(s, SARAH, inc, "withdraw M1");
	scene_says(s, SARAH, inc, "resolve");
	scene_says(s, SARAH, inc, "archive");
	scene_says(s, SARAH, inc, "redact M1 a password");
	assert_gone("hunter2");
	assert_string_equal(scene_sayings(s), "file");
}

static void an_item_goes_with_its_reason(void **state)
{
	(void)state;
	scene_says(s, SARAH, inc, "action change hunter2");
	scene_says(s, SARAH, inc, "drop 1 hunter2 is right");
	scene_says(s, SARAH, inc, "redact A1 a password");
	assert_gone("hunter2");
	scene_says(s, SARAH, inc, "show");
	assert_answer(s, "redacted");
}

static void all_that_the_message_became_goes(void **state)
{
	struct message m = { .channel = inc, .author = TOM, .text = "the key is hunter2" };
	const char *ts;

	(void)state;
	m.files[m.n_files++] = (struct said_file){ "hunter2.txt", "text/plain", NULL };
	ts = talk_message(s, &m, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_ACTION, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_LESSON, true);
	scene_says(s, SARAH, inc, "redact A1 a key");
	assert_gone("hunter2");
	assert_answer(s, "A1, E2 and L1");
	assert_cell(s, "file 1 name", "(erased)");
	/* Whoever corrects the message doesn't bring it back here. */
	s->now += MS_SECOND;
	talk_edits(s, inc, ts, "the key was hunter2");
	assert_gone("hunter2");
}

static void the_reason_must_not_say_it_again(void **state)
{
	static const char *const bad[] = { "hunter2", "it said (hunter2).",
					   "correcthorsebatterystaple!" };
	char line[100];
	size_t i;

	(void)state;
	scene_says(s, SARAH, inc, "note the password is “hunter2”, or correcthorsebatterystaple");
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(line, sizeof(line), "redact E2 %s", bad[i]);
		scene_says(s, SARAH, inc, line);
		if (s->out.verdict != VERDICT_REFUSED)
			fail_msg("not refused: %s", bad[i]);
		assert_answer(s, "without it");
		assert_no_answer(s, "hunter2");
	}
	scene_says(s, SARAH, inc, "redact E2 the password is in it");
	assert_gone("hunter2");
}

static void only_members_may(void **state)
{
	(void)state;
	scene_says(s, SARAH, inc, "note hunter2");
	scene_says(s, GUEST, inc, "redact E2 a password");
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	scene_says(s, NEW_ONE, inc, "redact E2 a password");
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	s->set.narrowed = UINT64_C(1) << VERB_REDACT;
	scene_says(s, SARAH, inc, "redact E2 a password");
	assert_answer(s, "Only the captain");
	scene_says(s, SARAH, inc, "captain");
	scene_says(s, SARAH, inc, "redact E2 a password");
	assert_gone("hunter2");
}

static void it_needs_a_handle_and_a_reason(void **state)
{
	(void)state;
	scene_says(s, SARAH, inc, "redact E2");
	assert_int_equal(s->out.verdict, VERDICT_USAGE);
	assert_answer(s, "Add the reason:");
	scene_says(s, SARAH, inc, "redact");
	assert_int_equal(s->out.verdict, VERDICT_USAGE);
	scene_says(s, SARAH, inc, "redact E9 a password");
	assert_answer(s, "has no E9");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_versions_and_links_of_a_text_go),
		TEST(withdrawn_and_archived_texts_can_be_redacted),
		TEST(an_item_goes_with_its_reason),
		TEST(all_that_the_message_became_goes),
		TEST(the_reason_must_not_say_it_again),
		TEST(only_members_may),
		TEST(it_needs_a_handle_and_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
