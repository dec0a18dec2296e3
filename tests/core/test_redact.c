#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_incident.h"

#include "core/line/line.h"

#include <string.h>

static void assert_away(const char *words)
{
	if (memrows_keeps(s->rows, NODE, words))
		fail_msg("“%s” is still there", words);
}

static void assert_gone(const char *words)
{
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	assert_away(words);
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
	assert_string_equal(s->out.erase->node, NODE);
	assert_int_equal(s->out.erase->count, 3);
	assert_null(s->out.erase->next);
	assert_answer(s, "the person's own message");
	assert_answer(s, "one person only");
	assert_answer(s, "backups");
	assert_answer(s, "channel's name");
	assert_no_answer(s, "hunter");
	scene_says(s, TOM, inc, "redact E2 once more");
	assert_gone("hunter2");
	assert_answer(s, "E2 is erased for good");
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
	m.files[m.n_files++] = (struct message_file){ .name = "hunter2.txt", .type = "text/plain" };
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
	assert_away("hunter2");
}

static void an_erased_message_is_not_kept_again_by_another_emoji(void **state)
{
	struct message m = { .channel = inc, .author = TOM, .text = "swordfish opens it" };
	const char *ts;

	(void)state;
	ts = talk_message(s, &m, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	scene_says(s, SARAH, inc, "redact E2 a key");
	talk_marks(s, SARAH, inc, ts, CAPTURE_LESSON, true);
	m.id = ts;
	talk_tells(s, &m); /* Slack is asked, or recovery reads it */
	talk_edits(s, inc, ts, "Swordfish opens it!");
	assert_away("wordfish");
	assert_null(memrows_cell(s->rows, NODE, "lesson", 1, "text"));
}

static void what_its_author_makes_of_it_is_kept_when_the_words_are_others(void **state)
{
	struct message m = { .channel = inc, .author = TOM, .text = "the key is hunter2" };
	const char *ts;

	(void)state;
	ts = talk_message(s, &m, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	scene_says(s, SARAH, inc, "redact E2 a key");
	s->now += MS_SECOND;
	talk_edits(s, inc, ts, "the key is in the vault");
	assert_cell(s, "entry 2 text", "the key is in the vault");
	s->now += MS_SECOND;
	talk_edits(s, inc, ts, "the key is in the vault: hunter2");
	assert_away("hunter2");
	assert_cell(s, "entry 2 text", "the key is in the vault");
}

static void the_same_message_goes_on_every_incident_that_has_it(void **state)
{
	static const char other[] = "INCIDENT-2026-002";
	struct message m = { .channel = inc, .author = TOM, .text = "the key is hunter2" };
	const char *ts;

	(void)state;
	ts = talk_message(s, &m, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	scene_says(s, SARAH, inc, talk_words(s, "new-from-message %s", ts));
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	assert_true(memrows_keeps(s->rows, other, "hunter2"));
	scene_says(s, SARAH, inc, "redact E2 a customer has told us");
	assert_gone("hunter2");
	assert_false(memrows_keeps(s->rows, other, "hunter2")); /* the title is the same words */
	assert_string_equal(memrows_last_op(s->rows, other), "redact E1 and title");
	assert_false(memrows_keeps(s->rows, other, "customer")); /* its readers may be others */
	assert_answer(s, "also erased on [INCIDENT-2026-002] (redacted): E1 and title");
	assert_no_answer(s, "hunter2");
}

static void titles_files_links_and_reasons_have_handles_too(void **state)
{
	struct message m = { .channel = inc, .author = TOM, .text = "see it" };
	const char *ts;

	(void)state;
	m.files[m.n_files++] =
		(struct message_file){ .name = "anna-miller.png", .type = "image/png" };
	ts = talk_message(s, &m, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	scene_says(s, SARAH, inc, "note look at \x02>https://x.y/?u=annam|\x03");
	scene_says(s, SARAH, inc, "impact \x02>https://x.y/?u=annam|\x03 has them");
	scene_says(s, SARAH, inc, "action call her");
	scene_says(s, SARAH, inc, "drop 1 anna m is away");
	scene_says(s, SARAH, inc, "title anna can't pay");
	scene_says(s, SARAH, inc, "title Somebody can't pay");
	scene_says(s, SARAH, inc, "show");
	assert_answer(s, "file1");
	assert_answer(s, "anna-miller.png");
	assert_answer(s, "link1");
	assert_answer(s, "why1");

	scene_says(s, SARAH, inc, "redact file1 a customer's name");
	assert_gone("anna-miller");
	assert_cell(s, "entry 2 text", "see it");
	scene_says(s, SARAH, inc, "redact Link 1 an account");
	assert_gone("annam");
	assert_answer(s, "link1, E3 and M1 are erased");
	scene_says(s, SARAH, inc, "redact why1 a name");
	assert_gone("anna m");
	assert_cell(s, "item 1 text", "call her");
	scene_says(s, SARAH, inc, "redact title a name");
	assert_gone("anna can't");
	assert_away("Somebody");
	scene_says(s, SARAH, inc, "show");
	assert_answer(s, "[INCIDENT-2026-001] (redacted)");
	scene_says(s, SARAH, inc, "title Checkout is down");
	scene_says(s, SARAH, inc, "show");
	assert_answer(s, "[INCIDENT-2026-001] Checkout is down");
}

static void what_is_not_there_cannot_be_redacted(void **state)
{
	static const char *const none[] = { "file1", "link 7", "why3", "E99" };
	char line[60];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		snprintf(line, sizeof(line), "redact %s a name", none[i]);
		scene_says(s, SARAH, inc, line);
		if (s->out.verdict != VERDICT_REFUSED)
			fail_msg("not refused: %s", line);
	}
	scene_says(s, SARAH, inc, "edit title a name");
	assert_int_equal(s->out.verdict, VERDICT_USAGE);
	scene_says(s, SARAH, inc, "withdraw file1");
	assert_int_equal(s->out.verdict, VERDICT_USAGE);
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, incident_begin, incident_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_versions_and_links_of_a_text_go),
		TEST(withdrawn_and_archived_texts_can_be_redacted),
		TEST(an_item_goes_with_its_reason),
		TEST(all_that_the_message_became_goes),
		TEST(an_erased_message_is_not_kept_again_by_another_emoji),
		TEST(what_its_author_makes_of_it_is_kept_when_the_words_are_others),
		TEST(the_same_message_goes_on_every_incident_that_has_it),
		TEST(titles_files_links_and_reasons_have_handles_too),
		TEST(what_is_not_there_cannot_be_redacted),
		TEST(the_reason_must_not_say_it_again),
		TEST(only_members_may),
		TEST(it_needs_a_handle_and_a_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
