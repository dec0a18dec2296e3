/* Timeline, sections, items, people, edit and withdraw. */
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

/* ---- timeline ---- */

static void a_note_is_kept_with_all_that_is_known_of_it(void **state)
{
	(void)state;
	s->ts = "1795442400.000100";
	says(SARAH, "note 14:58 rolled back, see \x02>https://x.y/|\x03 and \x02>https://z/|z\x03",
	     VERDICT_DONE);
	assert_answer(s, "E2 · 13:58 UTC (2 min ago): rolled back");
	assert_cell(s, "entry 2 at", "i1795442280000");
	assert_cell(s, "entry 2 recorded_at", "i1795442400100");
	assert_cell(s, "entry 2 author", "s" SARAH);
	assert_cell(s, "entry 2 recorder", "s" SARAH);
	assert_cell(s, "entry 2 source", "smention");
	assert_cell(s, "entry 2 channel", "sT1/CNODE1");
	assert_cell(s, "entry 2 ts", "s1795442400.000100");
	assert_cell(s, "entry 2 marker", "-");
	assert_cell(s, "link 1 url", "https://x.y/");
	assert_cell(s, "link 2 url", "https://z/");
	assert_cell(s, "link 2 handle", "sE2");
	assert_string_equal(s->out.changes->basis, "zone=Europe/Berlin");
	assert_null(s->out.letters);
	s->ts = NULL;
}

static void an_unknown_zone_is_utc_and_said_so(void **state)
{
	(void)state;
	says(TOM, "note 13:58 rolled back", VERDICT_DONE);
	assert_answer(s,
		      "13:58 UTC (2 min ago; read as UTC: your Slack time zone isn't known yet)");
	assert_string_equal(s->out.changes->basis, "zone=unknown");
	says(TOM, "note -2m rolled back", VERDICT_DONE);
	assert_no_answer(s, "zone");
	assert_null(s->out.changes->basis);
}

static void an_update_is_posted_and_moves_nothing(void **state)
{
	(void)state;
	says(SARAH, "update we found it", VERDICT_DONE);
	assert_cell(s, "entry 2 text", "we found it");
	assert_cell(s, "node 1 update_at", "i1795442400000");
	assert_cell(s, "node 1 status", "sOPEN");
	assert_string_equal(scene_sayings(s), "line short-line");
	assert_true(scene_say(s, SAY_SHORT_LINE, 0)->loud);
	says(SARAH, "sev 3", VERDICT_DONE);
	says(SARAH, "update still", VERDICT_DONE);
	assert_false(scene_say(s, SAY_SHORT_LINE, 0)->loud);
}

static void a_posted_line_of_a_long_text_says_where_the_rest_is(void **state)
{
	char line[6000];

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, "update ", 7);
	line[sizeof(line) - 1] = '\0';
	says(SARAH, line, VERDICT_DONE);
	assert_true(strlen(scene_say(s, SAY_LINE, 0)->text) < 3000);
	assert_non_null(strstr(scene_say(s, SAY_LINE, 0)->text, "(in full on the timeline: E2)"));
	assert_int_equal(strlen(scene_cell(s, NODE, "entry", 2, "text")), sizeof(line) - 8);
}

static void the_marker_said_last_counts(void **state)
{
	(void)state;
	says(SARAH, "mark detected -10m", VERDICT_DONE);
	assert_cell(s, "entry 2 text", "Marked: detected");
	assert_cell(s, "entry 2 marker", "sdetected");
	says(SARAH, "mark detected -12m the first alert", VERDICT_DONE);
	assert_answer(s, "It replaces E2");
	assert_cell(s, "entry 3 text", "the first alert");
	assert_cell(s, "marker 3 at", "i1795441680000");
	assert_cell(s, "node 1 status", "sOPEN");
	/* The later one withdrawn, the earlier one counts again. */
	says(SARAH, "withdraw E3", VERDICT_DONE);
	assert_cell(s, "marker 3 state", "swithdrawn");
	assert_cell(s, "marker 2 state", "slive");
}

/* ---- sections ---- */

static void impact_adds_and_the_others_replace(void **state)
{
	(void)state;
	says(SARAH, "impact 100% of checkouts", VERDICT_DONE);
	says(SARAH, "impact web and mobile", VERDICT_DONE);
	assert_cell(s, "impact 1 gone", "-");
	assert_cell(s, "impact 2 text", "web and mobile");
	says(SARAH,
	     "impact 4,000 € lost\n\n- 30 calls to support\n•  one \x02`two\nlines\x03 in it ",
	     VERDICT_DONE);
	assert_answer(s, "Impact added (M3–M5):\n• 4,000 € lost\n• 30 calls to support\n• one");
	assert_cell(s, "impact 3 text", "4,000 € lost");
	assert_cell(s, "impact 4 text", "30 calls to support");
	assert_cell(s, "impact 5 text", "one \x02`two\nlines\x03 in it");
	says(SARAH, "cause a loop", VERDICT_DONE);
	says(SARAH, "cause a recursive loop", VERDICT_DONE);
	assert_cell(s, "root_cause 1 gone", "i1");
	assert_cell(s, "root_cause 2 gone", "-");
	says(SARAH, "summary x", VERDICT_DONE);
	says(SARAH, "trigger x", VERDICT_DONE);
	says(SARAH, "lesson x", VERDICT_DONE);
	assert_cell(s, "summary 1 text", "x");
	assert_cell(s, "trigger 1 text", "x");
	assert_cell(s, "lesson 1 author", "s" SARAH);
	assert_null(scene_cell(s, NODE, "entry", 2, "at"));
}

static void origin_and_title_are_fields_of_the_node(void **state)
{
	(void)state;
	says(SARAH, "origin ai-context", VERDICT_DONE);
	assert_cell(s, "node 1 origin", "sai-context");
	says(SARAH, "origin ai-context", VERDICT_READ);
	says(SARAH, "title Checkout times out", VERDICT_DONE);
	assert_cell(s, "node 1 title", "Checkout times out");
	says(SARAH, "title Checkout times out", VERDICT_READ);
	assert_null(scene_cell(s, NODE, "entry", 2, "at"));
}

/* ---- items ---- */

static void items_have_a_type_an_owner_and_a_date(void **state)
{
	(void)state;
	says(SARAH, "action scale up " AT_TOM " by tomorrow", VERDICT_DONE);
	assert_answer(s, "Action item 1: scale up · @Tom · due tomorrow (Tue 24 Nov)");
	assert_cell(s, "item 1 type", "smitigate");
	assert_cell(s, "item 1 state", "sTODO");
	assert_cell(s, "item 1 text", "scale up");
	assert_cell(s, "item 1 owner", "s" TOM);
	assert_cell(s, "item 1 due", "s2026-11-24");
	says(SARAH, "prevent an audit step", VERDICT_DONE);
	assert_cell(s, "item 2 type", "sprevent");
	assert_cell(s, "item 2 owner", "-");
}

static void several_items_are_done_together_or_not_at_all(void **state)
{
	(void)state;
	says(SARAH, "action one", VERDICT_DONE);
	says(SARAH, "action two", VERDICT_DONE);
	says(SARAH, "action three", VERDICT_DONE);
	says(SARAH, "done 1, #2 and 7", VERDICT_REFUSED);
	assert_answer(s, "has no item 7");
	assert_answer(s, "Open items:");
	assert_cell(s, "item 1 state", "sTODO");
	says(SARAH, "done 1, #2 and 1", VERDICT_DONE);
	assert_answer(s, "✓ 1 and 2 are done.");
	assert_cell(s, "item 2 state", "sDONE");
	assert_cell(s, "item 2 done_at", "i1795442400000");
	says(SARAH, "done 2", VERDICT_READ);
	says(SARAH, "done 2 3", VERDICT_DONE);
	assert_cell(s, "item 3 state", "sDONE");
}

static void done_alone_shows_what_is_open(void **state)
{
	(void)state;
	says(SARAH, "done", VERDICT_READ);
	assert_answer(s, "has no open items");
	assert_answer(s, "/incident resolve");
	says(SARAH, "action look at the pool", VERDICT_DONE);
	says(SARAH, "done", VERDICT_READ);
	assert_answer(s, "`1` look at the pool");
	assert_cell(s, "item 1 state", "sTODO");
}

static void items_are_dropped_with_a_reason_and_come_back(void **state)
{
	(void)state;
	says(SARAH, "action one", VERDICT_DONE);
	says(SARAH, "drop 1 no need any more", VERDICT_DONE);
	assert_cell(s, "item 1 state", "sDROPPED");
	assert_cell(s, "item 1 why", "no need any more");
	says(SARAH, "reopen-item 1", VERDICT_DONE);
	assert_cell(s, "item 1 state", "sTODO");
	assert_cell(s, "item 1 why", "-");
	assert_cell(s, "item 1 done_at", "-");
	says(SARAH, "reopen-item 1", VERDICT_READ);
	says(SARAH, "assign 1 me", VERDICT_DONE);
	assert_cell(s, "item 1 owner", "s" SARAH);
	says(SARAH, "assign 1 " AT_TOM, VERDICT_DONE);
	assert_cell(s, "item 1 owner", "s" TOM);
	says(SARAH, "assign 1 " AT_TOM, VERDICT_READ);
	says(SARAH, "due 1 2026-12-01", VERDICT_DONE);
	assert_cell(s, "item 1 due", "s2026-12-01");
	says(SARAH, "due 1 2026-12-01", VERDICT_READ);
}

static void items_can_be_worked_on_when_the_rest_is_read_only(void **state)
{
	(void)state;
	says(SARAH, "action one", VERDICT_DONE);
	says(SARAH, "cancel false alarm", VERDICT_DONE);
	says(SARAH, "note x", VERDICT_REFUSED);
	says(SARAH, "impact x", VERDICT_REFUSED);
	says(SARAH, "action two", VERDICT_REFUSED);
	says(SARAH, "edit E1 x", VERDICT_REFUSED);
	says(SARAH, "withdraw A1", VERDICT_REFUSED);
	says(SARAH, "assign 1 me", VERDICT_DONE);
	says(SARAH, "due 1 friday", VERDICT_DONE);
	says(SARAH, "drop 1", VERDICT_DONE);
	says(SARAH, "reopen-item 1", VERDICT_DONE);
	says(SARAH, "done 1", VERDICT_DONE);
}

/* ---- people ---- */

static void the_first_captain_acknowledges(void **state)
{
	(void)state;
	says(SARAH, "captain", VERDICT_DONE);
	assert_cell(s, "node 1 captain", "s" SARAH);
	assert_cell(s, "entry 2 text", AT_SARAH " is captain");
	assert_cell(s, "entry 2 marker", "sacknowledged");
	assert_string_equal(scene_sayings(s), "invite line");
	says(SARAH, "captain", VERDICT_READ);
}

static void a_handover_tells_whoever_did_not_say_it(void **state)
{
	(void)state;
	says(SARAH, "captain", VERDICT_DONE);
	says(SARAH, "captain " AT_TOM, VERDICT_DONE);
	assert_cell(s, "entry 3 text", AT_TOM " is captain (was " AT_SARAH ")");
	assert_cell(s, "entry 3 marker", "-");
	assert_string_equal(scene_sayings(s), "invite brief line");
	assert_string_equal(scene_say(s, SAY_INVITE, 0)->person, TOM);
	assert_string_equal(scene_say(s, SAY_BRIEF, 0)->person, TOM);
	says(SARAH, "captain", VERDICT_DONE);
	assert_string_equal(scene_sayings(s), "invite line dm");
	assert_string_equal(scene_say(s, SAY_DM, 0)->person, TOM);
}

static void scribe_and_comms_are_one_person_helpers_are_many(void **state)
{
	(void)state;
	says(SARAH, "role scribe me", VERDICT_DONE);
	says(SARAH, "role scribe " AT_TOM, VERDICT_DONE);
	assert_cell(s, "role 1 gone", "i1");
	assert_cell(s, "role 2 person", "s" TOM);
	says(SARAH, "role scribe " AT_TOM, VERDICT_READ);
	says(SARAH, "role helper " AT_TOM, VERDICT_DONE);
	says(SARAH, "role helper me", VERDICT_DONE);
	assert_cell(s, "role 3 gone", "-");
	assert_cell(s, "role 4 person", "s" SARAH);
	says(SARAH, "role captain " AT_TOM, VERDICT_DONE);
	assert_cell(s, "node 1 captain", "s" TOM);
	assert_null(scene_cell(s, NODE, "role", 5, "role"));
}

static void priority_is_on_the_timeline_and_said(void **state)
{
	(void)state;
	says(SARAH, "sev 1", VERDICT_DONE);
	assert_cell(s, "entry 2 text", "Priority: HIGH → CRITICAL");
	assert_string_equal(scene_sayings(s), "line");
	says(SARAH, "sev critical", VERDICT_READ);
}

/* ---- edit, withdraw ---- */

static void an_entry_moves_with_its_marker(void **state)
{
	(void)state;
	says(SARAH, "mark began -30m", VERDICT_DONE);
	says(SARAH, "edit E2 -40m", VERDICT_DONE);
	assert_cell(s, "entry 2 at", "i1795440000000");
	assert_cell(s, "marker 2 at", "i1795440000000");
	assert_cell(s, "entry 2 text", "Marked: began");
	says(SARAH, "edit E2 first errors, see \x02>https://x.y/|\x03", VERDICT_DONE);
	assert_cell(s, "link 1 url", "https://x.y/");
	says(SARAH, "edit E2 first errors in the log, see \x02>https://x.y/|\x03", VERDICT_DONE);
	assert_null(scene_cell(s, NODE, "link", 2, "url"));
	says(SARAH, "edit E2 first errors in the log, see \x02>https://x.y/|\x03", VERDICT_READ);
}

static void every_piece_is_edited_and_withdrawn_by_its_handle(void **state)
{
	static const struct {
		const char *add, *edit, *cell, *withdraw, *gone;
	} pieces[] = {
		{ "note x", "edit E2 y", "entry 2 text", "withdraw E2", "entry 2 withdrawn" },
		{ "impact x", "edit M1 y", "impact 1 text", "withdraw m1", "impact 1 gone" },
		{ "summary x", "edit S1 y", "summary 1 text", "withdraw S1", "summary 1 gone" },
		{ "cause x", "edit C1 y", "root_cause 1 text", "withdraw C1", "root_cause 1 gone" },
		{ "trigger x", "edit T1 y", "trigger 1 text", "withdraw T1", "trigger 1 gone" },
		{ "lesson x", "edit L1 y", "lesson 1 text", "withdraw L1", "lesson 1 gone" },
		{ "action x", "edit A1 y", "item 1 text", "withdraw A1", "item 1 withdrawn" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		says(SARAH, pieces[i].add, VERDICT_DONE);
		says(TOM, pieces[i].edit, VERDICT_DONE);
		assert_cell(s, pieces[i].cell, "y");
		says(TOM, pieces[i].withdraw, VERDICT_DONE);
		assert_cell(s, pieces[i].gone, "i1");
		says(TOM, pieces[i].withdraw, VERDICT_REFUSED);
		says(TOM, pieces[i].edit, VERDICT_REFUSED);
	}
	says(SARAH, "done 1", VERDICT_REFUSED);
}

static void what_is_not_there_is_not_edited(void **state)
{
	(void)state;
	says(SARAH, "edit E99 x", VERDICT_REFUSED);
	assert_answer(s, "has no E99");
	says(SARAH, "withdraw M1", VERDICT_REFUSED);
	says(SARAH, "edit E1", VERDICT_USAGE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, incident_begin_just_now, incident_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_note_is_kept_with_all_that_is_known_of_it),
		TEST(an_unknown_zone_is_utc_and_said_so),
		TEST(an_update_is_posted_and_moves_nothing),
		TEST(a_posted_line_of_a_long_text_says_where_the_rest_is),
		TEST(the_marker_said_last_counts),
		TEST(impact_adds_and_the_others_replace),
		TEST(origin_and_title_are_fields_of_the_node),
		TEST(items_have_a_type_an_owner_and_a_date),
		TEST(several_items_are_done_together_or_not_at_all),
		TEST(done_alone_shows_what_is_open),
		TEST(items_are_dropped_with_a_reason_and_come_back),
		TEST(items_can_be_worked_on_when_the_rest_is_read_only),
		TEST(the_first_captain_acknowledges),
		TEST(a_handover_tells_whoever_did_not_say_it),
		TEST(scribe_and_comms_are_one_person_helpers_are_many),
		TEST(priority_is_on_the_timeline_and_said),
		TEST(an_entry_moves_with_its_marker),
		TEST(every_piece_is_edited_and_withdrawn_by_its_handle),
		TEST(what_is_not_there_is_not_edited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
