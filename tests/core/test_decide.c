/* The door: which Node, and lines that are no command. Who may is test_decide_rights.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_scene.h"

#include "core/line/line.h"

#include <string.h>

#define ID "INCIDENT-2026-001"

/* ---- which Node ---- */

static void a_command_is_about_the_channels_open_node(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	scene_says(s, TOM, channel, "note here we are");
	assert_cell(s, "entry 2 text", "here we are");
	scene_says(s, TOM, OPS, "1 note from elsewhere");
	assert_cell(s, "entry 3 text", "from elsewhere");
	scene_says(s, TOM, NULL, "INCIDENT-2026-001 note in a DM");
	assert_cell(s, "entry 4 text", "in a DM");
}

static void a_done_node_keeps_its_channel_until_another_opens(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new first --here");
	scene_says(s, SARAH, OPS, "resolve");
	scene_says(s, SARAH, OPS, "note after the end");
	assert_cell(s, "entry 3 text", "after the end");
	scene_says(s, SARAH, OPS, "new second --here");
	scene_says(s, SARAH, OPS, "note for the second");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 2, "text"),
			    "for the second");
}

static void without_a_node_nothing_is_guessed(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "note nobody hears this");
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "No incident is open");
	scene_incident(s);
	scene_says(s, SARAH, OPS, "note -20m which one");
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "Which incident?");
	assert_answer(s, "[INCIDENT-2026-001] 504s on checkout");
	assert_int_equal(s->out.answer.count, 1);
	/* Pressed later, it means the same moment. */
	assert_string_equal(s->out.answer.buttons[0].line,
			    "2026-001 note 2026-11-23T13:40:00Z which one");
	scene_says(s, SARAH, OPS, "2026-001 note 2026-11-23T13:40:00Z which one");
	assert_cell(s, "entry 2 text", "which one");
	assert_cell(s, "entry 2 at", "i1795441200000");
}

static void a_line_too_long_for_a_button_gets_none(void **state)
{
	struct scene *s = *state;
	char line[3000];

	scene_incident(s);
	memset(line, 'x', sizeof(line));
	memcpy(line, "note ", 5);
	line[sizeof(line) - 1] = '\0';
	scene_says(s, SARAH, OPS, line);
	assert_int_equal(s->out.answer.count, 0);
	assert_answer(s, "Or type its number first");
}

static void an_archived_node_is_read_and_reopened_in_its_channel(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	scene_says(s, SARAH, channel, "action look at it");
	scene_says(s, SARAH, channel, "resolve");
	scene_says(s, SARAH, channel, "archive");
	scene_says(s, SARAH, channel, "note too late");
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "read-only");
	scene_says(s, SARAH, channel, "show");
	assert_answer(s, "ARCHIVED");
	scene_says(s, SARAH, channel, "done 1");
	assert_cell(s, "item 1 state", "sDONE");
	scene_says(s, SARAH, channel, "reopen not over yet");
	assert_cell(s, "node 1 status", "sINVESTIGATING");
}

static void a_number_that_is_nobodys_is_said_so(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "77 note x");
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "There is no incident 77 that you can see");
	scene_says(s, SARAH, OPS, "show 2025-007");
	assert_answer(s, "There is no INCIDENT-2025-007 that you can see");
}

/* ---- lines that are no command ---- */

static void an_unknown_word_changes_nothing_and_offers_to_declare(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	scene_says(s, SARAH, OPS, "504 errors everywhere");
	assert_verdict(s, VERDICT_USAGE);
	assert_int_equal(s->out.answer.count, 1);
	assert_string_equal(s->out.answer.buttons[0].label, "Declare “504 errors everywhere”");
	assert_string_equal(s->out.answer.buttons[0].line, "new 504 errors everywhere");
	scene_says(s, SARAH, channel, "nite 504 errors");
	assert_verdict(s, VERDICT_USAGE);
	assert_answer(s, "I don't know the command “nite”. Nothing was changed.");
	assert_answer(s, "Did you mean `/incident note`?");
	assert_int_equal(s->out.answer.count, 1);
	assert_string_equal(s->out.answer.buttons[0].line, "note 504 errors");
	/* A first word that looks like `new` is none of the title. */
	scene_says(s, SARAH, OPS, "decalre payments are down");
	assert_int_equal(s->out.answer.count, 1);
	assert_string_equal(s->out.answer.buttons[0].line, "new payments are down");
}

static void who_is_named_without_a_mention_is_said_and_offered(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);
	char line[100];

	scene_says(s, SARAH, channel, "captain tom");
	assert_verdict(s, VERDICT_USAGE);
	assert_answer(
		s, "I don't see who “tom” is. Type @ and pick the name: `/incident captain @tom`");
	assert_int_equal(s->out.answer.count, 1);
	assert_string_equal(s->out.answer.buttons[0].label, "captain @Tom");
	snprintf(line, sizeof(line), "%s", s->out.answer.buttons[0].line);
	scene_says(s, SARAH, channel, line);
	assert_verdict(s, VERDICT_DONE);
	assert_cell(s, "node 1 captain", "s" TOM);
	scene_says(s, SARAH, channel, "captain nobody-here");
	assert_int_equal(s->out.answer.count, 0);
	scene_says(s, SARAH, channel, "role scribe Tom");
	assert_string_equal(s->out.answer.buttons[0].label, "role scribe @Tom");
	scene_says(s, SARAH, channel, "take the database offline");
	assert_answer(s, "To name a captain: `/incident captain @name`");
}

static void alone_it_is_the_form_or_the_card(void **state)
{
	struct scene *s = *state;
	const char *channel;

	scene_says(s, SARAH, OPS, "");
	assert_int_equal(s->out.answer.kind, ANSWER_FORM);
	assert_answer(s, "/incident new TITLE");
	channel = scene_incident(s);
	scene_says(s, SARAH, channel, "  ");
	assert_int_equal(s->out.answer.kind, ANSWER_CARD);
	assert_string_equal(s->out.answer.node, ID);
	scene_says(s, SARAH, channel, "card");
	assert_int_equal(s->out.answer.kind, ANSWER_CARD);
}

static void what_cannot_be_meant_is_refused_with_the_line_to_type(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	scene_says(s, SARAH, channel, "status identifed 14:05 it is the cache");
	assert_verdict(s, VERDICT_USAGE);
	assert_answer(s, "Type: `/incident status identified 14:05 it is the cache`");
	/* What was meant can't be known: no line that would do something else. */
	scene_says(s, SARAH, channel, "status nonsense");
	assert_answer(s, "There is no status `nonsense`. Use open, investigating");
	assert_no_answer(s, "Type:");
}

static void a_text_that_is_too_long_is_not_cut_in_silence(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);
	static char big[50001];

	memset(big, 'x', 50000);
	memcpy(big, "note ", 5);
	scene_says(s, SARAH, channel, big);
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "50000 characters");
	/* Slack's 40,000 characters, with the command in front. */
	big[40005] = '\0';
	scene_says(s, SARAH, channel, big);
	assert_verdict(s, VERDICT_DONE);
	assert_int_equal(strlen(scene_cell(s, ID, "entry", 2, "text")), 40000);
}

static void what_to_type_names_the_node_that_was_named(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	scene_says(s, SARAH, OPS, "new another one --here");
	scene_says(s, SARAH, OPS, "1 action restart");
	assert_answer(s, "`/incident 2026-001 assign 1 @name`");
	scene_says(s, SARAH, OPS, "show 1");
	assert_answer(s, "To take it: `/incident 1 captain`");
	scene_says(s, SARAH, OPS, "1 resolve");
	assert_string_equal(s->out.answer.buttons[0].line, "INCIDENT-2026-001 complete-postmortem");
	scene_says(s, SARAH, OPS, "1 status open");
	assert_answer(s, "`/incident 2026-001 archive`");
	scene_says(s, SARAH, channel, "postmortem");
	assert_string_equal(s->out.answer.buttons[0].line, "INCIDENT-2026-001 complete-postmortem");
}

static void an_everyday_word_in_a_sentence_is_no_command(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	scene_says(s, SARAH, channel, "close the valve");
	assert_verdict(s, VERDICT_USAGE);
	assert_answer(s, "`close the valve` isn't a command.");
	assert_answer(s, "To note it: `/incident note close the valve`");
	assert_answer(s, "To resolve: `/incident resolve`");
	assert_string_equal(s->out.answer.buttons[0].line, "note close the valve");
	assert_cell(s, "node 1 status", "sOPEN");
	scene_says(s, SARAH, channel, "clsoe");
	assert_answer(s, "I don't know the command “clsoe”");
}

/* ---- reading ---- */

static void lists_show_what_one_may_see(void **state)
{
	struct scene *s = *state;
	char line[40];
	int i;

	scene_says(s, SARAH, OPS, "list");
	assert_answer(s, "No incident is open");
	scene_says(s, SARAH, OPS, "list mine");
	assert_answer(s, "You aren't captain of any incident");
	for (i = 1; i <= 33; i++) {
		snprintf(line, sizeof(line), "new number %d", i);
		scene_says(s, SARAH, OPS, line);
	}
	scene_says(s, TOM, OPS, "list");
	assert_answer(s, "number 33");
	assert_answer(s, "number 4 ");
	assert_no_answer(s, "number 3 ");
	assert_answer(s, "And 3 more: ");
	scene_says(s, TOM, OPS, "7 captain");
	scene_says(s, TOM, OPS, "list mine");
	assert_answer(s, "🟠 [INCIDENT-2026-007] number 7 · OPEN · @Tom · just now");
}

static void help_knows_every_command(void **state)
{
	struct scene *s = *state;
	char word[60];
	size_t i;

	for (i = 0; command_at(i); i++) {
		scene_says(s, SARAH, OPS, "help");
		snprintf(word, sizeof(word), "`%s`", command_at(i)->word);
		assert_answer(s, word);
		snprintf(word, sizeof(word), "help %s", command_at(i)->word);
		scene_says(s, SARAH, OPS, word);
		snprintf(word, sizeof(word), "`/incident %.*s",
			 (int)strcspn(command_at(i)->usage, "|"), command_at(i)->usage);
		assert_answer(s, word);
		assert_answer(s, command_at(i)->says);
	}
}

static void show_and_catchup_tell_the_node(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	scene_says(s, SARAH, channel, "summary it times out");
	scene_says(s, TOM, channel, "catchup");
	assert_verdict(s, VERDICT_READ);
	assert_answer(s, "it times out");
	scene_says(s, TOM, NULL, "show 42");
	assert_verdict(s, VERDICT_REFUSED);
	scene_says(s, TOM, NULL, "show 1");
	assert_answer(s, "it times out");
}

static void a_list_that_is_cut_says_how_to_see_the_rest(void **state)
{
	struct scene *s = *state;
	char line[40];
	int i;

	for (i = 0; i < 35; i++) {
		snprintf(line, sizeof(line), "new Incident number %d", i);
		scene_says(s, SARAH, OPS, line);
	}
	scene_says(s, SARAH, OPS, "list");
	assert_answer(s, "[INCIDENT-2026-035]");
	assert_no_answer(s, "[INCIDENT-2026-005]");
	assert_answer(s, "And 5 more: ");
	assert_answer(s, "/incident list open 2");
	assert_string_equal(s->out.answer.buttons[0].line, "list open 2");
	scene_says(s, SARAH, OPS, "list open 2");
	assert_answer(s, "[INCIDENT-2026-005]");
	assert_no_answer(s, "[INCIDENT-2026-006]");
	assert_no_answer(s, " more: ");
	scene_says(s, SARAH, OPS, "list all 99");
	assert_answer(s, "[INCIDENT-2026-001]");
	scene_says(s, SARAH, OPS, "list all of them");
	assert_int_equal(s->out.verdict, VERDICT_USAGE);
}

static void a_channel_with_another_id_takes_its_incident_along(void **state)
{
	struct scene *s = *state;
	struct intent in = {
		.kind = INTENT_CHANNEL_MOVED, .via = VIA_BOT, .who = REF_BOT, .name = "T1/CNEW"
	};
	const char *inc;

	inc = scene_incident(s);
	in.channel = inc;
	in.now_ms = in.received_ms = s->now;
	scene_does(s, &in);
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	assert_cell(s, "node 1 channel", "sT1/CNEW");
	assert_cell(s, "span 1 channel", "sT1/CNEW");
	assert_string_equal(s->out.moved_to, "T1/CNEW");
	scene_says(s, SARAH, "T1/CNEW", "note it goes on");
	assert_cell(s, "entry 2 text", "it goes on");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_list_that_is_cut_says_how_to_see_the_rest),
		TEST(a_channel_with_another_id_takes_its_incident_along),
		TEST(a_command_is_about_the_channels_open_node),
		TEST(a_done_node_keeps_its_channel_until_another_opens),
		TEST(without_a_node_nothing_is_guessed),
		TEST(a_line_too_long_for_a_button_gets_none),
		TEST(an_archived_node_is_read_and_reopened_in_its_channel),
		TEST(a_number_that_is_nobodys_is_said_so),
		TEST(an_unknown_word_changes_nothing_and_offers_to_declare),
		TEST(who_is_named_without_a_mention_is_said_and_offered),
		TEST(alone_it_is_the_form_or_the_card),
		TEST(what_cannot_be_meant_is_refused_with_the_line_to_type),
		TEST(a_text_that_is_too_long_is_not_cut_in_silence),
		TEST(what_to_type_names_the_node_that_was_named),
		TEST(an_everyday_word_in_a_sentence_is_no_command),
		TEST(lists_show_what_one_may_see),
		TEST(help_knows_every_command),
		TEST(show_and_catchup_tell_the_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
