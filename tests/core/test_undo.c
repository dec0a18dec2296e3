#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_incident.h"

#include <string.h>

static void says(const char *who, const char *line)
{
	s->now += MS_SECOND;
	scene_says(s, who, inc, line);
}

static void undo(const char *who)
{
	says(who, "undo");
}

static void assert_undone(const char *answer)
{
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	assert_string_equal(s->out.changes->op, "undo");
	assert_answer(s, answer);
}

static void assert_refused(const char *answer)
{
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	assert_answer(s, answer);
}

/* ---- what is taken back ---- */

static void a_note_is_withdrawn(void **state)
{
	(void)state;
	says(SARAH, "note rolled back");
	s->now += 3 * MS_MINUTE;
	undo(SARAH);
	assert_undone("Undone: `note E2` · 14:05");
	assert_cell(s, "entry 2 withdrawn", "i1");
	assert_string_equal(memrows_last_op(s->rows, NODE), "undo seq=3");
	assert_null(s->out.letters);
}

static void changes_are_taken_back_one_by_one(void **state)
{
	(void)state;
	says(SARAH, "note one");
	says(SARAH, "edit E2 two");
	says(TOM, "note three");
	says(SARAH, "edit E2 14:03 four");
	undo(SARAH);
	assert_cell(s, "entry 2 text", "two");
	undo(SARAH);
	assert_cell(s, "entry 2 text", "one");
	undo(SARAH);
	assert_cell(s, "entry 2 withdrawn", "i1");
	assert_cell(s, "entry 3 withdrawn", "-");
	undo(SARAH);
	assert_refused("declared the incident. If it was a false alarm: `/incident cancel WHY`");
}

/* The button under "E2 · …: one" takes that back, whatever was said since. */
static void the_button_under_a_saving_undoes_just_that(void **state)
{
	char one[100];

	(void)state;
	says(SARAH, "note one");
	assert_int_equal(s->out.answer.count, 1);
	assert_string_equal(s->out.answer.buttons[0].label, "Undo");
	snprintf(one, sizeof(one), "%s", s->out.answer.buttons[0].line);
	says(SARAH, "note two");
	says(TOM, one);
	assert_answer(s, "can't be undone");
	says(SARAH, one);
	assert_undone("Undone: `note E2`");
	assert_int_equal(s->out.answer.count, 0);
	assert_cell(s, "entry 2 withdrawn", "i1");
	assert_cell(s, "entry 3 withdrawn", "-");
	says(SARAH, one);
	assert_answer(s, "was undone already");
	says(SARAH, "redact E3 a secret");
	assert_int_equal(s->out.answer.count, 0);
}

static void paragraphs_that_were_replaced_come_back(void **state)
{
	(void)state;
	says(TOM, "cause a bug");
	says(SARAH, "cause another bug");
	undo(SARAH);
	assert_cell(s, "root_cause 1 gone", "-");
	assert_cell(s, "root_cause 2 gone", "i1");
}

static void items_go_back_to_what_they_were(void **state)
{
	(void)state;
	says(TOM, "action restart");
	says(SARAH, "drop 1 not needed");
	undo(SARAH);
	assert_cell(s, "item 1 state", "sTODO");
	assert_cell(s, "item 1 why", "-");
	assert_cell(s, "item 1 done_at", "-");
	says(SARAH, "assign 1 me");
	undo(SARAH);
	assert_cell(s, "item 1 owner", "-");
	undo(TOM);
	assert_cell(s, "item 1 withdrawn", "i1");
}

static void a_captain_goes_back_and_that_is_said(void **state)
{
	(void)state;
	says(TOM, "captain");
	says(SARAH, "captain");
	undo(SARAH);
	assert_cell(s, "node 1 captain", "s" TOM);
	assert_cell(s, "entry 3 withdrawn", "i1");
	assert_string_equal(scene_sayings(s), "line given");
	assert_non_null(strstr(scene_say(s, SAY_LINE, 0)->text, "undid that: the captain is"));
	assert_string_equal(scene_say(s, SAY_GIVEN, 0)->person, TOM);
	assert_non_null(strstr(scene_say(s, SAY_GIVEN, 0)->text, "you're captain again"));
	undo(TOM);
	assert_cell(s, "node 1 captain", "-");
	assert_cell(s, "marker 2 state", "swithdrawn");
	assert_answer(s, "There is no captain, as before.");
}

static void a_priority_a_status_and_an_update_are_said_again(void **state)
{
	(void)state;
	says(SARAH, "sev 1");
	undo(SARAH);
	assert_cell(s, "node 1 priority", "sHIGH");
	assert_answer(s, "The priority is HIGH again.");
	says(SARAH, "status identified");
	undo(SARAH);
	assert_cell(s, "node 1 status", "sOPEN");
	assert_string_equal(scene_sayings(s), "line");
	says(SARAH, "update we look");
	undo(SARAH);
	assert_cell(s, "node 1 update_at", "-");
	assert_string_equal(scene_sayings(s), "line short-line");
}

static void roles_go_back(void **state)
{
	(void)state;
	says(SARAH, "role scribe me");
	says(SARAH, "role scribe " AT_TOM);
	undo(SARAH);
	assert_cell(s, "role 1 gone", "-");
	assert_cell(s, "role 2 gone", "i1");
}

static void a_resolve_heads_its_report_withdrawn(void **state)
{
	(void)state;
	says(SARAH, "status mitigated");
	says(SARAH, "resolve");
	undo(SARAH);
	assert_undone("headed “withdrawn”");
	assert_cell(s, "node 1 status", "sMITIGATED");
	assert_cell(s, "node 1 closed_at", "-");
	assert_cell(s, "node 1 report", "i1");
	assert_cell(s, "node 1 report_void", "i2");
	assert_cell(s, "marker 3 state", "swithdrawn");
	assert_cell(s, "span 1 to_at", "-");
	says(SARAH, "resolve");
	assert_cell(s, "node 1 report", "i2");
	assert_cell(s, "node 1 report_void", "-");
}

static void a_reopen_is_taken_back_with_its_report(void **state)
{
	(void)state;
	says(SARAH, "resolve");
	says(SARAH, "reopen it is back");
	undo(SARAH);
	assert_cell(s, "node 1 status", "sDONE");
	assert_cell(s, "node 1 report_void", "-");
	assert_string_not_equal(scene_cell(s, NODE, "span", 2, "to_at"), "-");
}

static void a_cancel_is_taken_back(void **state)
{
	(void)state;
	says(SARAH, "cancel wrong monitor");
	undo(SARAH);
	assert_cell(s, "node 1 status", "sOPEN");
}

static void a_withdrawal_brings_back_the_sources(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "#timeline traffic is back");

	(void)state;
	says(SARAH, "withdraw E2");
	undo(SARAH);
	assert_cell(s, "entry 2 withdrawn", "-");
	assert_cell(s, "capture 1 alive", "i1");
	assert_cell(s, "source 1 beaten", "-");
	assert_string_equal(scene_sayings(s), "emoji");
	assert_true(scene_say(s, SAY_EMOJI, 0)->on);
	s->now += MS_SECOND;
	talk_edits(s, inc, ts, "traffic is back");
	assert_cell(s, "entry 2 withdrawn", "i1");
}

static void a_mention_is_undone_with_its_capture(void **state)
{
	(void)state;
	talk_mentions(s, SARAH, inc, "note rolled back");
	undo(SARAH);
	assert_cell(s, "entry 2 withdrawn", "i1");
	assert_cell(s, "capture 1 alive", "-");
}

/* ---- marks ---- */

static void a_mark_is_beaten(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	undo(SARAH);
	assert_undone("Undone");
	assert_cell(s, "entry 2 withdrawn", "i1");
	assert_cell(s, "source 1 beaten", "i1");
	assert_string_equal(scene_sayings(s), "emoji");
	/* Slack still shows it: that is no news. */
	s->now += MS_SECOND;
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	assert_cell(s, "entry 2 withdrawn", "i1");
}

static void a_mark_beside_others_leaves_the_piece(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back");

	(void)state;
	talk_marks(s, TOM, inc, ts, CAPTURE_TIMELINE, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	undo(SARAH);
	assert_undone("Undone");
	assert_cell(s, "entry 2 withdrawn", "-");
	undo(TOM);
	assert_cell(s, "entry 2 withdrawn", "i1");
	undo(TOM);
	assert_answer(s, "Nothing to undo");
}

static void a_check_is_undone(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "#action restart");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_CHECK, true);
	undo(SARAH);
	assert_cell(s, "item 1 state", "sTODO");
}

static void a_mark_whose_text_is_still_to_come_is_undone(void **state)
{
	struct message m = {
		.channel = inc, .author = TOM, .id = "1795442000.000100", .text = "it began here"
	};

	(void)state;
	talk_marks(s, SARAH, inc, m.id, CAPTURE_TIMELINE, true);
	undo(SARAH);
	assert_undone("Undone");
	talk_tells(s, &m);
	assert_null(scene_cell(s, NODE, "entry", 2, "text"));
}

static void what_was_done_in_slack_is_taken_back_there(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "#timeline traffic is back");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_LESSON, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_LESSON, false);
	undo(SARAH);
	assert_refused("react, pin or tag the message again");
	talk_edits(s, inc, ts, "#timeline traffic is almost back");
	undo(TOM);
	assert_refused("`/incident withdraw HANDLE`");
}

/* ---- what isn't ---- */

static void nothing_to_take_back(void **state)
{
	(void)state;
	undo(TOM);
	assert_int_equal(s->out.verdict, VERDICT_READ);
	assert_answer(
		s,
		"you have changed nothing on [INCIDENT-2026-001] 504s on checkout in the last 15 minutes");
	says(TOM, "note late");
	s->now += 15 * MS_MINUTE + MS_SECOND;
	undo(TOM);
	assert_answer(s, "Nothing to undo");
}

static void refused_when_somebody_changed_the_same_since(void **state)
{
	(void)state;
	says(SARAH, "note one");
	says(TOM, "edit E2 two");
	undo(SARAH);
	assert_refused("Can't undo that: @Tom has changed E2 since (`edit`).");
	assert_cell(s, "entry 2 text", "two");
	undo(TOM);
	assert_undone("Undone");
	undo(SARAH);
	assert_undone("Undone");
}

static void refused_when_the_status_moved_on(void **state)
{
	(void)state;
	says(SARAH, "status identified");
	says(TOM, "status mitigated");
	undo(SARAH);
	assert_refused("@Tom has changed the status since (`status`)");
}

static void refused_when_somebody_took_the_item_up(void **state)
{
	(void)state;
	says(SARAH, "action restart");
	says(TOM, "assign 1 me");
	undo(SARAH);
	assert_refused("@Tom has changed A1 since (`assign`)");
}

static void refused_for_what_is_for_good(void **state)
{
	(void)state;
	says(SARAH, "resolve");
	says(SARAH, "archive");
	undo(SARAH);
	assert_refused("`/incident reopen WHY`");
	says(SARAH, "reopen look again");
	says(SARAH, "note hunter2");
	says(SARAH, "redact E4 a password");
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	undo(SARAH);
	assert_refused("for good");
}

static void refused_while_the_node_is_read_only(void **state)
{
	(void)state;
	says(SARAH, "note one");
	says(SARAH, "action restart");
	says(TOM, "resolve");
	says(SARAH, "done 1");
	says(TOM, "archive");
	undo(SARAH);
	assert_undone("Undone");
	assert_cell(s, "item 1 state", "sTODO");
	undo(SARAH);
	assert_refused("read-only");
}

static void refused_where_another_node_is_open_by_now(void **state)
{
	(void)state;
	scene_says(s, SARAH, OPS, "new one --here");
	s->now += MS_SECOND;
	scene_says(s, SARAH, OPS, "resolve");
	s->now += MS_SECOND;
	scene_says(s, TOM, OPS, "new two --here");
	s->now += MS_SECOND;
	scene_says(s, SARAH, OPS, "2 undo");
	assert_refused("[INCIDENT-2026-003] two is open in its channel");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, incident_begin, incident_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_note_is_withdrawn),
		TEST(changes_are_taken_back_one_by_one),
		TEST(the_button_under_a_saving_undoes_just_that),
		TEST(paragraphs_that_were_replaced_come_back),
		TEST(items_go_back_to_what_they_were),
		TEST(a_captain_goes_back_and_that_is_said),
		TEST(a_priority_a_status_and_an_update_are_said_again),
		TEST(roles_go_back),
		TEST(a_resolve_heads_its_report_withdrawn),
		TEST(a_reopen_is_taken_back_with_its_report),
		TEST(a_cancel_is_taken_back),
		TEST(a_withdrawal_brings_back_the_sources),
		TEST(a_mention_is_undone_with_its_capture),
		TEST(a_mark_is_beaten),
		TEST(a_mark_beside_others_leaves_the_piece),
		TEST(a_check_is_undone),
		TEST(a_mark_whose_text_is_still_to_come_is_undone),
		TEST(what_was_done_in_slack_is_taken_back_there),
		TEST(nothing_to_take_back),
		TEST(refused_when_somebody_changed_the_same_since),
		TEST(refused_when_the_status_moved_on),
		TEST(refused_when_somebody_took_the_item_up),
		TEST(refused_for_what_is_for_good),
		TEST(refused_while_the_node_is_read_only),
		TEST(refused_where_another_node_is_open_by_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
