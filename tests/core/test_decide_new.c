/* `new`, and what Slack says about the channel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_scene.h"

#include <string.h>

#define ID "INCIDENT-2026-001"

static void a_declaration_is_the_articles_first_entry(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new 504 Gateway Timeouts on Checkout Page sev1");
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	assert_answer(s, "Declared: [INCIDENT-2026-001] 504 Gateway Timeouts on Checkout Page");
	assert_answer(s, "🔴 CRITICAL · no captain yet");
	assert_cell(s, "node 1 title", "504 Gateway Timeouts on Checkout Page");
	assert_cell(s, "node 1 priority", "sCRITICAL");
	assert_cell(s, "node 1 status", "sOPEN");
	assert_cell(s, "node 1 declared_by", "s" SARAH);
	assert_cell(s, "node 1 asked_in", "s" OPS);
	assert_cell(s, "node 1 own_channel", "i1");
	assert_cell(s, "node 1 channel", "-");
	assert_cell(s, "node 1 captain", "-");
	assert_cell(s, "entry 1 text", AT_SARAH " declared the incident.");
	assert_cell(s, "entry 1 marker", "sdeclared");
	assert_cell(s, "marker 1 entry", "i1");
	assert_string_equal(scene_sayings(s), "channel invite card pin bookmark link short");
	assert_string_equal(scene_say(s, SAY_INVITE, 0)->person, SARAH);
}

static void the_answer_has_buttons_for_captain_and_priority(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new it burns");
	assert_cell(s, "node 1 priority", "sHIGH");
	assert_int_equal(s->out.answer.count, 4);
	assert_string_equal(s->out.answer.buttons[0].line, "2026-001 captain");
	assert_string_equal(s->out.answer.buttons[1].line, "2026-001 sev CRITICAL");
	scene_says(s, SARAH, OPS, "2026-001 sev CRITICAL");
	assert_cell(s, "node 1 priority", "sCRITICAL");
}

static void a_captain_acknowledges_with_the_declaration(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new it burns " AT_TOM);
	assert_cell(s, "node 1 captain", "s" TOM);
	assert_cell(s, "marker 2 marker", "sacknowledged");
	assert_cell(s, "marker 2 entry", "i1");
	assert_null(scene_cell(s, ID, "entry", 2, "at"));
	assert_string_equal(scene_sayings(s),
			    "channel invite brief invite card pin bookmark link short");
	assert_string_equal(scene_say(s, SAY_BRIEF, 0)->person, TOM);
	assert_string_equal(scene_say(s, SAY_INVITE, 0)->person, TOM);
	assert_string_equal(scene_say(s, SAY_INVITE, 1)->person, SARAH);
}

static void further_lines_are_the_summary(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new it burns\nAll of checkout,\nsee \x02>https://x.y/|dash\x03");
	assert_cell(s, "summary 1 text", "All of checkout,\nsee \x02>https://x.y/|dash\x03");
	assert_cell(s, "link 1 url", "https://x.y/");
	assert_cell(s, "link 1 handle", "sS1");
}

static void a_long_title_is_cut_and_said_so(void **state)
{
	struct scene *s = *state;
	char line[400];

	memset(line, 'x', sizeof(line));
	memcpy(line, "new ", 4);
	line[sizeof(line) - 1] = '\0';
	scene_says(s, SARAH, OPS, line);
	assert_answer(s, "cut at 200 characters");
	assert_int_equal(strlen(scene_cell(s, ID, "node", 1, "title")), 200 + strlen("…"));
}

static void here_makes_no_channel(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new it burns --here");
	assert_cell(s, "node 1 channel", "s" OPS);
	assert_cell(s, "node 1 own_channel", "-");
	assert_cell(s, "span 1 channel", "s" OPS);
	assert_cell(s, "span 1 to_at", "-");
	assert_string_equal(scene_sayings(s), "card pin bookmark short");
	scene_says(s, TOM, OPS, "new another --here");
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	assert_answer(s, "[INCIDENT-2026-001] it burns is already open in this channel");
	scene_says(s, TOM, NULL, "new another p3 " AT_SARAH " --here");
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	assert_answer(s, "Type: `/incident new another sev3 @Sarah`");
}

static void a_private_node_does_not_live_in_a_public_channel(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new secret --private --here");
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	assert_answer(s, "public");
	assert_answer(s, "Type: `/incident new secret --private`");
	s->channel_private = true;
	scene_says(s, SARAH, OPS, "new secret --private --here");
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	assert_answer(s, "private");
	assert_string_equal(scene_sayings(s), "card pin bookmark");
}

static void a_node_that_lives_in_a_private_channel_is_private_and_says_so(void **state)
{
	struct scene *s = *state;

	s->channel_private = true;
	scene_says(s, SARAH, OPS, "new it burns --here");
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	assert_cell(s, "node 1 private", "i1");
	assert_answer(s, "private because this channel is");
	assert_string_equal(scene_sayings(s), "card pin bookmark");
	scene_says(s, SARAH, OPS, "update half of it is back");
	assert_null(scene_say(s, SAY_SHORT_LINE, 0));
	s->channel_private = false;
	scene_says(s, TOM, SHOP, "list");
	assert_no_answer(s, "it burns");
	scene_says(s, TOM, SHOP, "new something else");
	assert_no_answer(s, "it burns");
}

static void whether_a_channel_is_private_is_not_guessed(void **state)
{
	struct scene *s = *state;

	s->channel_unsure = true;
	scene_says(s, SARAH, OPS, "new secret --private --here");
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	assert_answer(s, "hasn't told me yet");
	scene_says(s, SARAH, OPS, "new it burns --here");
	assert_cell(s, "node 1 private", "i1");
	assert_answer(s, "hasn't told me whether this channel is");
}

static void low_is_announced_only_if_the_config_says_so(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new small sev4");
	assert_null(scene_say(s, SAY_SHORT, 0));
	scene_says(s, SARAH, OPS, "1 update nothing much");
	assert_null(scene_say(s, SAY_SHORT_LINE, 0));
	scene_says(s, SARAH, OPS, "1 sev high");
	assert_non_null(scene_say(s, SAY_SHORT, 0));
	s->set.announce_low = true;
	scene_says(s, SARAH, OPS, "new small sev4");
	assert_non_null(scene_say(s, SAY_SHORT, 0));
}

static void everyday_words_ask_in_a_channel_with_an_open_node(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	scene_says(s, SARAH, channel, "open the valve\nnow");
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	assert_int_equal(s->out.answer.count, 2);
	assert_string_equal(s->out.answer.buttons[0].line, "new the valve\nnow");
	assert_string_equal(s->out.answer.buttons[1].line, "2026-001 note the valve\nnow");
	scene_says(s, SARAH, channel, "2026-001 note the valve\nnow");
	assert_cell(s, "entry 2 text", "the valve\nnow");
	scene_says(s, SARAH, channel, "new the valve");
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	scene_says(s, SARAH, OPS, "open the door");
	assert_int_equal(s->out.verdict, VERDICT_DONE);
}

static void others_that_were_declared_just_now_are_named(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new long ago");
	s->now += 3 * MS_HOUR;
	scene_says(s, SARAH, OPS, "new just now");
	assert_no_answer(s, "Is it the same as one of these?");
	s->now += MS_HOUR;
	scene_says(s, SARAH, OPS, "new the third");
	assert_answer(s, "Is it the same as one of these?");
	assert_answer(s, "[INCIDENT-2026-002] just now");
	assert_no_answer(s, "long ago");
}

static void the_shell_is_not_invited(void **state)
{
	struct scene *s = *state;

	scene_says(s, ROOT, NULL, "new from cron");
	assert_string_equal(scene_sayings(s), "channel card pin bookmark short");
	assert_cell(s, "entry 1 source", "sshell");
	assert_cell(s, "entry 1 text", "root (shell) declared the incident.");
}

static void numbers_begin_anew_each_year(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new a");
	scene_says(s, SARAH, OPS, "new b");
	assert_answer(s, "INCIDENT-2026-002");
	s->now += 60 * MS_DAY;
	scene_says(s, SARAH, OPS, "new c");
	assert_answer(s, "INCIDENT-2027-001");
}

/* ---- channels ---- */

static void channel_says(struct scene *s, enum intent_kind kind, const char *channel,
			 const char *words)
{
	struct intent in = {
		.kind = kind,
		.via = VIA_BOT,
		.place = "T1",
		.who = REF_BOT,
		.channel = channel,
		.name = words,
		.now_ms = s->now,
		.received_ms = s->now,
		.node = ID,
		.line = words,
	};

	scene_does(s, &in);
}

static void the_channel_is_the_nodes_when_slack_has_made_it(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	assert_cell(s, "node 1 channel", "sT1/CNODE1");
	assert_cell(s, "node 1 channel_name", "sinc-made");
	assert_cell(s, "span 1 channel", "sT1/CNODE1");
	assert_string_equal(s->out.changes->op, "channel");
	channel_says(s, INTENT_CHANNEL_MADE, channel, "inc-made");
	assert_int_equal(s->out.verdict, VERDICT_NOTHING);
	channel_says(s, INTENT_CHANNEL_RENAMED, channel, "better-name");
	assert_cell(s, "node 1 channel_name", "sbetter-name");
	channel_says(s, INTENT_CHANNEL_RENAMED, channel, "better-name");
	assert_int_equal(s->out.verdict, VERDICT_NOTHING);
}

static void a_channel_made_after_the_end_opens_no_span(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new short one");
	scene_says(s, SARAH, OPS, "1 resolve");
	scene_channel_made(s, ID);
	assert_cell(s, "node 1 channel", "sT1/CNODE1");
	assert_null(scene_cell(s, ID, "span", 1, "channel"));
}

static void a_refused_channel_is_replaced_by_the_one_it_was_asked_in(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new it burns");
	channel_says(s, INTENT_CHANNEL_REFUSED, NULL, "not allowed to make channels");
	assert_cell(s, "node 1 channel", "s" OPS);
	assert_cell(s, "node 1 own_channel", "-");
	assert_cell(s, "span 1 channel", "s" OPS);
	assert_string_equal(scene_sayings(s), "line");
	assert_non_null(strstr(scene_say(s, SAY_LINE, 0)->text, "not allowed to make channels"));
	scene_says(s, SARAH, OPS, "note here");
	assert_cell(s, "entry 2 text", "here");
}

static void a_private_channel_is_no_second_best_for_a_public_node(void **state)
{
	struct scene *s = *state;

	s->channel_private = true;
	scene_says(s, SARAH, OPS, "new it burns");
	assert_cell(s, "node 1 private", "-");
	channel_says(s, INTENT_CHANNEL_REFUSED, NULL, "not allowed to make channels");
	assert_cell(s, "node 1 channel", "-");
	assert_string_equal(scene_sayings(s), "dm");
}

static void a_refused_channel_is_told_when_there_is_no_other(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new secret --private");
	channel_says(s, INTENT_CHANNEL_REFUSED, NULL, "no");
	assert_cell(s, "node 1 channel", "-");
	assert_string_equal(scene_sayings(s), "dm");
	assert_string_equal(scene_say(s, SAY_DM, 0)->person, SARAH);
}

static void a_refused_channel_does_not_join_another_open_node(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new it burns");
	scene_says(s, SARAH, OPS, "new here --here");
	channel_says(s, INTENT_CHANNEL_REFUSED, NULL, "no");
	assert_cell(s, "node 1 channel", "-");
	assert_string_equal(scene_sayings(s), "dm");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_declaration_is_the_articles_first_entry),
		TEST(the_answer_has_buttons_for_captain_and_priority),
		TEST(a_captain_acknowledges_with_the_declaration),
		TEST(further_lines_are_the_summary),
		TEST(a_long_title_is_cut_and_said_so),
		TEST(here_makes_no_channel),
		TEST(a_private_node_does_not_live_in_a_public_channel),
		TEST(a_node_that_lives_in_a_private_channel_is_private_and_says_so),
		TEST(whether_a_channel_is_private_is_not_guessed),
		TEST(a_private_channel_is_no_second_best_for_a_public_node),
		TEST(low_is_announced_only_if_the_config_says_so),
		TEST(everyday_words_ask_in_a_channel_with_an_open_node),
		TEST(others_that_were_declared_just_now_are_named),
		TEST(the_shell_is_not_invited),
		TEST(numbers_begin_anew_each_year),
		TEST(the_channel_is_the_nodes_when_slack_has_made_it),
		TEST(a_channel_made_after_the_end_opens_no_span),
		TEST(a_refused_channel_is_replaced_by_the_one_it_was_asked_in),
		TEST(a_refused_channel_is_told_when_there_is_no_other),
		TEST(a_refused_channel_does_not_join_another_open_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
