/* Whoever is given something hears of it, once, and can give it back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_incident.h"

#include <string.h>

static void says(const char *who, const char *line, enum verdict v)
{
	scene_says(s, who, inc, line);
	if (s->out.verdict != v)
		fail_msg("\"%s\": verdict %d, not %d: %s", line, s->out.verdict, v, s->words);
}

static void assert_told(enum saying what, const char *person, const char *gives, const char *text)
{
	const struct letter *l = scene_say(s, what, 0);

	assert_non_null(l);
	assert_null(scene_say(s, what, 1));
	assert_string_equal(l->person, person);
	assert_string_equal(l->gives, gives);
	assert_string_equal(l->text, text);
}

/* ---- told ---- */

static void every_way_to_give_something_tells_of_it_once(void **state)
{
	static const struct {
		const char *line;
		enum saying what;
		const char *gives, *text;
	} ways[] = {
		{ "action restart it " AT_TOM " by 2026-12-01", SAY_GIVEN, "1",
		  AT_SARAH " gave you action item 1: restart it · due Tue 1 Dec\n"
			   "[INCIDENT-2026-001] 504s on checkout" },
		{ "prevent test it " AT_TOM, SAY_GIVEN, "2",
		  AT_SARAH " gave you prevention item 2: test it\n"
			   "[INCIDENT-2026-001] 504s on checkout" },
		{ "role scribe " AT_TOM, SAY_GIVEN, "scribe",
		  AT_SARAH " made you scribe\n[INCIDENT-2026-001] 504s on checkout" },
		{ "role helper " AT_TOM, SAY_GIVEN, "helper",
		  AT_SARAH " made you helper\n[INCIDENT-2026-001] 504s on checkout" },
		{ "captain " AT_TOM, SAY_BRIEF, "captain", AT_SARAH " made you captain" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		says(SARAH, ways[i].line, VERDICT_DONE);
		assert_told(ways[i].what, TOM, ways[i].gives, ways[i].text);
		assert_string_equal(scene_say(s, SAY_INVITE, 0)->person, TOM);
		assert_null(scene_say(s, SAY_INVITE, 1));
	}
}

static void items_given_together_are_told_together(void **state)
{
	(void)state;
	says(SARAH, "action one", VERDICT_DONE);
	says(SARAH, "action two by 2026-12-01", VERDICT_DONE);
	says(SARAH, "action three " AT_TOM, VERDICT_DONE);
	says(SARAH, "assign 1 2 3 " AT_TOM, VERDICT_DONE);
	assert_told(SAY_GIVEN, TOM, "1 2",
		    AT_SARAH " gave you 2 items:\n• 1: one\n• 2: two · due Tue 1 Dec\n"
			     "[INCIDENT-2026-001] 504s on checkout");
}

static void whoever_was_told_hears_that_it_was_undone(void **state)
{
	static const struct {
		const char *line, *text;
	} ways[] = {
		{ "action restart it " AT_TOM, "action item 1 is no longer yours: restart it" },
		{ "role scribe " AT_TOM, "you're no longer scribe" },
		{ "captain " AT_TOM, "you're no longer captain" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		says(SARAH, ways[i].line, VERDICT_DONE);
		says(SARAH, "undo", VERDICT_DONE);
		assert_string_equal(scene_say(s, SAY_GIVEN, 0)->person, TOM);
		assert_null(scene_say(s, SAY_GIVEN, 0)->gives);
		assert_string_equal(
			scene_say(s, SAY_GIVEN, 0)->text,
			talk_words(s,
				   "↩️ " AT_SARAH
				   " undid that: %s\n[INCIDENT-2026-001] 504s on checkout",
				   ways[i].text));
		assert_null(scene_say(s, SAY_GIVEN, 1));
	}
	says(SARAH, "action restart it me", VERDICT_DONE);
	says(SARAH, "undo", VERDICT_DONE);
	assert_null(scene_say(s, SAY_GIVEN, 0));
}

static void nobody_is_told_what_they_gave_themselves(void **state)
{
	(void)state;
	says(SARAH, "action one " AT_SARAH, VERDICT_DONE);
	assert_string_equal(scene_sayings(s), "");
	says(SARAH, "action two", VERDICT_DONE);
	says(SARAH, "assign 2 me", VERDICT_DONE);
	assert_string_equal(scene_sayings(s), "");
	says(SARAH, "role scribe me", VERDICT_DONE);
	assert_string_equal(scene_sayings(s), "invite");
	says(SARAH, "captain", VERDICT_DONE);
	assert_string_equal(scene_sayings(s), "invite line");
}

static void what_is_given_by_a_message_is_told_by_its_author(void **state)
{
	(void)state;
	s->ts = "1795442400.000100";
	says(SARAH, "action restart it " AT_TOM, VERDICT_DONE);
	assert_non_null(scene_say(s, SAY_GIVEN, 0));
	s->ts = NULL;
}

static void the_shell_and_who_left_are_not_written_to(void **state)
{
	(void)state;
	says(ROOT, "action one " AT_TOM, VERDICT_DONE);
	assert_told(
		SAY_GIVEN, TOM, "1",
		"root (shell) gave you action item 1: one\n[INCIDENT-2026-001] 504s on checkout");
	memrows_person_is(s->rows, TOM, RANK_GONE, false);
	says(SARAH, "action two " AT_TOM, VERDICT_DONE);
	assert_answer(s, "no active Slack account");
	assert_string_equal(scene_sayings(s), "");
	says(ROOT, "captain", VERDICT_DONE);
	assert_string_equal(scene_sayings(s), "line");
}

static void a_drill_says_so(void **state)
{
	(void)state;
	scene_says(s, SARAH, OPS, "new Region failover --drill " AT_TOM);
	assert_told(SAY_BRIEF, TOM, "captain", "🧪 Drill: " AT_SARAH " made you captain");
}

/* ---- buttons ---- */

static void the_buttons_say_lines_that_name_the_incident(void **state)
{
	static const struct {
		const char *gives, *labels, *lines;
	} gifts[] = {
		{ "3", "Done|Not me|", "2026-042 done 3|2026-042 not-me 3|" },
		{ "3 14", "Done: 3|Done: 14|Not me|",
		  "2026-042 done 3|2026-042 done 14|2026-042 not-me 3 14|" },
		{ "1 2 3 4 5 6 7 8 9 10 11",
		  "Done: 1|Done: 2|Done: 3|Done: 4|Done: 5|Done: 6|Done: 7|Done: 8|Done: 9|Not me|",
		  NULL },
		{ "scribe", "Not me|", "2026-042 not-me scribe|" },
		{ NULL, "", "" },
	};
	struct button b[ANSWER_BUTTONS];

	(void)state;
	for (size_t i = 0; i < sizeof(gifts) / sizeof(*gifts); i++) {
		const struct letter l = { .node = "INCIDENT-2026-042", .gives = gifts[i].gives };
		size_t n = letter_buttons(&l, &s->arena, b);
		const char *labels = "", *lines = "";

		for (size_t k = 0; k < n; k++) {
			labels = arena_printf(&s->arena, "%s%s|", labels, b[k].label);
			lines = arena_printf(&s->arena, "%s%s|", lines, b[k].line);
		}
		assert_string_equal(labels, gifts[i].labels);
		if (gifts[i].lines)
			assert_string_equal(lines, gifts[i].lines);
	}
}

/* ---- given back ---- */

static void what_is_given_back_is_nobodys_and_said(void **state)
{
	(void)state;
	says(SARAH, "action one " AT_TOM, VERDICT_DONE);
	says(SARAH, "action two " AT_TOM, VERDICT_DONE);
	says(TOM, "not-me 1 2", VERDICT_DONE);
	assert_answer(s, "1 one, 2 two: no longer yours.");
	assert_cell(s, "item 1 owner", "-");
	assert_cell(s, "item 2 owner", "-");
	assert_string_equal(scene_say(s, SAY_LINE, 0)->text,
			    "↩️ " AT_TOM " gave back 1 one, 2 two. They have no owner.");
	says(SARAH, "role scribe " AT_TOM, VERDICT_DONE);
	says(TOM, "not-me scribe", VERDICT_DONE);
	assert_cell(s, "role 1 gone", "i1");
	assert_string_equal(scene_sayings(s), "line");
	says(SARAH, "captain " AT_TOM, VERDICT_DONE);
	says(TOM, "not-me captain", VERDICT_DONE);
	assert_cell(s, "node 1 captain", "-");
	assert_cell(s, "entry 3 text", AT_TOM " gave the captaincy back");
	assert_string_equal(scene_sayings(s), "line");
}

static void what_is_no_longer_theirs_stays_and_they_are_told_whose_it_is(void **state)
{
	static const struct {
		const char *who, *line, *answer;
	} late[] = {
		{ TOM, "not-me 1", "1 one isn't yours: it belongs to @Sarah." },
		{ TOM, "not-me 2", "2 two isn't yours: nobody has it." },
		{ TOM, "not-me 3", "3 three is already done or dropped." },
		{ TOM, "not-me 4", "4 four was withdrawn." },
		{ TOM, "not-me 9", "There is no such item." },
		{ TOM, "not-me scribe", "The role scribe isn't yours: it belongs to @Sarah." },
		{ TOM, "not-me comms", "The role comms isn't yours: nobody has it." },
		{ TOM, "not-me helper", "The role helper isn't yours: nobody has it." },
		{ TOM, "not-me captain", "You aren't captain: @Sarah is." },
	};

	(void)state;
	says(SARAH, "action one " AT_SARAH, VERDICT_DONE);
	says(SARAH, "action two", VERDICT_DONE);
	says(SARAH, "action three " AT_TOM, VERDICT_DONE);
	says(TOM, "done 3", VERDICT_DONE);
	says(SARAH, "action four " AT_TOM, VERDICT_DONE);
	says(SARAH, "withdraw A4", VERDICT_DONE);
	says(SARAH, "role scribe me", VERDICT_DONE);
	says(SARAH, "captain", VERDICT_DONE);
	for (size_t i = 0; i < sizeof(late) / sizeof(*late); i++) {
		says(late[i].who, late[i].line, VERDICT_READ);
		assert_answer(s, late[i].answer);
		assert_string_equal(scene_sayings(s), "");
	}
	assert_cell(s, "item 1 owner", "s" SARAH);
	assert_cell(s, "item 3 owner", "s" TOM);
	assert_cell(s, "node 1 captain", "s" SARAH);
}

static void giving_back_can_be_undone(void **state)
{
	(void)state;
	says(SARAH, "action one " AT_TOM, VERDICT_DONE);
	says(TOM, "not-me 1", VERDICT_DONE);
	says(TOM, "undo", VERDICT_DONE);
	assert_cell(s, "item 1 owner", "s" TOM);
	assert_no_answer(s, "captain");
	says(SARAH, "captain " AT_TOM, VERDICT_DONE);
	says(TOM, "not-me captain", VERDICT_DONE);
	says(TOM, "undo", VERDICT_DONE);
	assert_cell(s, "node 1 captain", "s" TOM);
	assert_answer(s, "captain is @Tom again");
}

static void on_a_closed_incident_items_can_be_given_back_and_roles_not(void **state)
{
	(void)state;
	says(SARAH, "action one " AT_TOM, VERDICT_DONE);
	says(SARAH, "role scribe " AT_TOM, VERDICT_DONE);
	says(SARAH, "captain " AT_TOM, VERDICT_DONE);
	says(SARAH, "cancel false alarm", VERDICT_DONE);
	says(TOM, "not-me scribe", VERDICT_REFUSED);
	says(TOM, "not-me captain", VERDICT_REFUSED);
	says(TOM, "not-me 1", VERDICT_DONE);
	assert_cell(s, "item 1 owner", "-");
}

/* ---- a channel that is only used ---- */

static void pin_and_bookmark_are_there_while_an_incident_is_open_here(void **state)
{
	static const struct {
		const char *line, *sayings;
	} moves[] = {
		{ "resolve", "line report file short-line short-report unpin" },
		{ "undo", "line short-line pin bookmark" },
		{ "resolve", "line report file short-line short-report unpin" },
		{ "archive", "line file" },
		{ "reopen it is back", "line short-line pin bookmark" },
		{ "status mitigated", "line" },
		{ "cancel false alarm", "line unpin" },
	};

	(void)state;
	scene_says(s, SARAH, SHOP, "new it burns --here");
	for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++) {
		scene_says(s, SARAH, SHOP, moves[i].line);
		assert_string_equal(scene_sayings(s), moves[i].sayings);
	}
	says(SARAH, "resolve", VERDICT_DONE);
	assert_null(scene_say(s, SAY_UNPIN, 0));
}

/* ---- a topic ---- */

static void a_topics_changes_wait_half_a_minute_its_first_not(void **state)
{
	static const struct {
		struct post post;
		int64_t now, waits;
	} posts[] = {
		{ { .what = POST_TOPIC, .hash = "ab", .dirty_at = 1000 }, 1000, 30000 },
		{ { .what = POST_TOPIC, .hash = "ab", .dirty_at = 1000 }, 21000, 10000 },
		{ { .what = POST_TOPIC, .hash = "ab", .dirty_at = 1000 }, 31000, 0 },
		{ { .what = POST_TOPIC, .hash = "ab", .dirty_at = 900000 }, 1000, 30000 },
		{ { .what = POST_TOPIC, .hash = "", .dirty_at = 1000 }, 1000, 0 },
		{ { .what = POST_TOPIC, .dirty_at = 1000 }, 1000, 0 },
		{ { .what = POST_CARD, .hash = "ab", .dirty_at = 1000 }, 1000, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(posts) / sizeof(*posts); i++)
		assert_int_equal(post_gathers(&posts[i].post, posts[i].now), posts[i].waits);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, incident_begin_just_now, incident_end)
	const struct CMUnitTest tests[] = {
		TEST(every_way_to_give_something_tells_of_it_once),
		TEST(items_given_together_are_told_together),
		TEST(whoever_was_told_hears_that_it_was_undone),
		TEST(nobody_is_told_what_they_gave_themselves),
		TEST(what_is_given_by_a_message_is_told_by_its_author),
		TEST(the_shell_and_who_left_are_not_written_to),
		TEST(a_drill_says_so),
		TEST(the_buttons_say_lines_that_name_the_incident),
		TEST(what_is_given_back_is_nobodys_and_said),
		TEST(what_is_no_longer_theirs_stays_and_they_are_told_whose_it_is),
		TEST(giving_back_can_be_undone),
		TEST(on_a_closed_incident_items_can_be_given_back_and_roles_not),
		TEST(pin_and_bookmark_are_there_while_an_incident_is_open_here),
		TEST(a_topics_changes_wait_half_a_minute_its_first_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
