/* Status moves, resolve, postmortem, archive, cancel, reopen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_incident.h"

#include <string.h>

static void says(const char *line, enum verdict v)
{
	scene_says(s, SARAH, inc, line);
	if (s->out.verdict != v)
		fail_msg("\"%s\": verdict %d, not %d: %s", line, s->out.verdict, v, s->words);
}

static void a_move_sets_its_marker_and_says_so(void **state)
{
	(void)state;
	says("status identified -10m it is the pool", VERDICT_DONE);
	assert_answer(s, "13:50 UTC (10 min ago): OPEN → IDENTIFIED");
	assert_cell(s, "node 1 status", "sIDENTIFIED");
	assert_cell(s, "node 1 status_at", "i1795441800000");
	assert_cell(s, "entry 2 text", "it is the pool");
	assert_cell(s, "entry 2 at", "i1795441800000");
	assert_cell(s, "marker 2 marker", "sidentified");
	assert_string_equal(scene_sayings(s), "line");
	says("status monitoring", VERDICT_DONE);
	assert_cell(s, "node 1 status", "sMITIGATED");
	assert_cell(s, "entry 3 text", "Status: IDENTIFIED → MITIGATED");
	assert_cell(s, "marker 3 marker", "smitigated");
}

static void status_alone_says_what_it_is(void **state)
{
	(void)state;
	says("status", VERDICT_USAGE);
	assert_answer(s, "Now: OPEN since ");
	says("status identified -10m it is the pool", VERDICT_DONE);
	says("status", VERDICT_USAGE);
	assert_answer(s, "Now: IDENTIFIED since 13:50 UTC (10 min ago).");
	says("sev", VERDICT_USAGE);
	assert_answer(s, "Now: 🟠 HIGH.");
	scene_says(s, SARAH, "T1/CELSEWHERE", "status");
	assert_null(strstr(s->words, "Now:"));
}

static void any_open_status_may_follow_any_other(void **state)
{
	static const char *const words[] = { "open", "investigating", "identified", "mitigated" };
	static const char *const cells[] = { "sOPEN", "sINVESTIGATING", "sIDENTIFIED",
					     "sMITIGATED" };
	char line[40];
	int from, to;

	(void)state;
	for (from = 0; from < 4; from++)
		for (to = 0; to < 4; to++) {
			snprintf(line, sizeof(line), "status %s", words[from]);
			scene_says(s, SARAH, inc, line);
			snprintf(line, sizeof(line), "status %s", words[to]);
			says(line, from == to ? VERDICT_READ : VERDICT_DONE);
			assert_cell(s, "node 1 status", cells[to]);
		}
}

static void an_earlier_when_sets_only_the_marker(void **state)
{
	(void)state;
	says("status identified", VERDICT_DONE);
	says("status mitigated -20m it calmed down", VERDICT_DONE);
	assert_answer(s, "The status stays IDENTIFIED");
	assert_cell(s, "node 1 status", "sIDENTIFIED");
	assert_cell(s, "marker 3 marker", "smitigated");
	assert_cell(s, "marker 3 at", "i1795441200000");
	assert_null(s->out.letters);
	says("status investigating -20m", VERDICT_DONE);
	assert_cell(s, "node 1 status", "sIDENTIFIED");
	assert_cell(s, "entry 4 marker", "-");
}

static void what_was_before_the_declaration_may_be_said_after_it(void **state)
{
	(void)state;
	says("status identified -30m", VERDICT_DONE);
	assert_cell(s, "node 1 status", "sIDENTIFIED");
}

static void being_there_already_changes_nothing(void **state)
{
	(void)state;
	says("status open", VERDICT_READ);
	assert_answer(s, "The status is already OPEN");
	assert_answer(s, "/incident resolve");
	says("status identified", VERDICT_DONE);
	says("status identified -20m", VERDICT_READ);
	assert_answer(s, "/incident mark identified WHEN");
	assert_null(scene_cell(s, NODE, "entry", 3, "at"));
}

static void moving_back_sets_aside_the_markers_beyond(void **state)
{
	(void)state;
	says("status identified", VERDICT_DONE);
	says("status mitigated", VERDICT_DONE);
	says("mark mitigated -1m", VERDICT_DONE);
	says("status investigating it is back", VERDICT_DONE);
	assert_answer(s, "Removed from the durations: identified, mitigated.");
	assert_cell(s, "marker 1 state", "slive");
	assert_cell(s, "marker 2 state", "saside");
	assert_cell(s, "marker 3 state", "saside");
	assert_cell(s, "marker 4 state", "saside");
	says("mark mitigated -30m", VERDICT_DONE);
	says("status identified", VERDICT_DONE);
	assert_cell(s, "marker 5 state", "slive"); /* going on is not going back */
}

static void moves_that_do_not_exist_name_those_that_do(void **state)
{
	(void)state;
	says("archive", VERDICT_REFUSED);
	assert_answer(s, "/incident status INVESTIGATING");
	assert_answer(s, "/incident resolve");
	assert_answer(s, "/incident cancel WHY");
	says("status merged", VERDICT_REFUSED);
	says("resolve", VERDICT_DONE);
	says("status identified", VERDICT_REFUSED);
	assert_answer(s, "/incident archive");
	assert_answer(s, "/incident reopen WHY");
	says("status investigating", VERDICT_REFUSED);
	assert_answer(s, "/incident reopen WHY");
	says("cancel no", VERDICT_REFUSED);
	says("resolve", VERDICT_READ);
}

static void resolving_posts_the_report_which_says_what_is_missing(void **state)
{
	(void)state;
	says("mark detected -55m", VERDICT_DONE);
	says("resolve -5m error rates are back to 0%", VERDICT_DONE);
	assert_cell(s, "node 1 status", "sDONE");
	assert_cell(s, "node 1 closed_at", "i1795442400000");
	assert_cell(s, "node 1 report", "i1");
	assert_cell(s, "entry 3 text", "error rates are back to 0%");
	assert_cell(s, "marker 3 marker", "sresolved");
	assert_cell(s, "marker 3 at", "i1795442100000");
	assert_cell(s, "span 1 to_at", "i1795442400000");
	assert_string_equal(scene_sayings(s), "line report file short-line short-report");
	assert_int_equal(scene_say(s, SAY_REPORT, 0)->generation, 1);
	assert_int_equal(scene_say(s, SAY_FILE, 0)->generation, 1);
	assert_true(scene_say(s, SAY_SHORT_LINE, 0)->loud);
	/* Between 13:05 and 13:55 there is nothing: a gap that only the new marker shows. */
	assert_answer(s, "8 things are still missing from it.");
	assert_no_answer(s, "/incident summary");
}

static void status_done_is_resolve(void **state)
{
	(void)state;
	says("status fixed -5m all well", VERDICT_DONE);
	assert_cell(s, "node 1 status", "sDONE");
	assert_cell(s, "node 1 report", "i1");
	assert_string_equal(s->out.changes->op, "resolve");
	says("status archived", VERDICT_DONE);
	assert_cell(s, "node 1 status", "sARCHIVED");
	assert_string_equal(s->out.changes->op, "archive");
}

static void status_cancelled_wants_a_reason(void **state)
{
	(void)state;
	says("status cancelled", VERDICT_REFUSED);
	assert_answer(s, "/incident cancel WHY");
	says("status cancelled a test alert", VERDICT_DONE);
	assert_cell(s, "node 1 status", "sCANCELLED");
	assert_cell(s, "entry 2 text", "Cancelled: a test alert");
	assert_cell(s, "span 1 to_at", "i1795442400000");
	assert_null(scene_say(s, SAY_REPORT, 0));
}

static void reopening_voids_the_report_and_sets_resolved_aside(void **state)
{
	(void)state;
	says("resolve", VERDICT_DONE);
	says("reopen it is back", VERDICT_DONE);
	assert_cell(s, "node 1 status", "sINVESTIGATING");
	assert_cell(s, "node 1 closed_at", "-");
	assert_cell(s, "node 1 report", "i1");
	assert_cell(s, "node 1 report_void", "i1");
	assert_cell(s, "marker 2 state", "saside");
	assert_cell(s, "entry 3 text", "Reopened: it is back");
	assert_cell(s, "span 2 channel", "sT1/CNODE1");
	assert_cell(s, "span 2 to_at", "-");
	assert_string_equal(scene_sayings(s), "line short-line");
	assert_true(scene_say(s, SAY_SHORT_LINE, 0)->loud);
	says("resolve", VERDICT_DONE);
	assert_cell(s, "node 1 report", "i2");
	assert_cell(s, "node 1 report_void", "-");
	assert_int_equal(scene_say(s, SAY_REPORT, 0)->generation, 2);
	assert_cell(s, "span 2 to_at", "i1795442400000");
}

static void a_cancelled_node_is_reopened_without_a_report(void **state)
{
	(void)state;
	says("cancel false alarm", VERDICT_DONE);
	says("reopen it was real", VERDICT_DONE);
	assert_cell(s, "node 1 status", "sINVESTIGATING");
	assert_cell(s, "node 1 report_void", "-");
	says("reopen again", VERDICT_READ);
	assert_answer(s, "is already open (INVESTIGATING)");
}

static void a_channel_has_one_open_node_at_most(void **state)
{
	(void)state;
	says("resolve", VERDICT_DONE);
	scene_says(s, SARAH, inc, "new another --here");
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	says("1 reopen it is back", VERDICT_REFUSED);
	assert_answer(s, "[INCIDENT-2026-002] another is open in its channel");
	assert_answer(s, "Resolve that one first: `/incident 2026-002 resolve`");
	assert_cell(s, "node 1 status", "sDONE");
}

static void postmortem_shows_where_it_is_and_posts_the_file_anew(void **state)
{
	(void)state;
	says("postmortem", VERDICT_READ);
	assert_answer(s, "has no postmortem yet");
	says("resolve", VERDICT_DONE);
	says("postmortem", VERDICT_DONE);
	assert_answer(s, "is in #inc-made");
	assert_answer(s, "Still missing");
	assert_null(s->out.changes);
	assert_string_equal(scene_sayings(s), "file");
	says("reopen x", VERDICT_DONE);
	says("postmortem", VERDICT_DONE);
	assert_answer(s, "superseded");
	says("resolve", VERDICT_DONE);
	says("archive", VERDICT_DONE);
	assert_string_equal(scene_sayings(s), "line file");
	assert_int_equal(scene_say(s, SAY_FILE, 0)->generation, 2);
}

static void a_private_node_is_announced_nowhere(void **state)
{
	(void)state;
	scene_says(s, SARAH, OPS, "new secret --private");
	assert_null(scene_say(s, SAY_SHORT, 0));
	scene_says(s, ROOT, NULL, "2 resolve");
	assert_string_equal(scene_sayings(s), "line report file");
	scene_says(s, ROOT, NULL, "2 reopen x");
	assert_string_equal(scene_sayings(s), "line");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, incident_begin_just_now, incident_end)

static void a_captain_named_after_the_end_acknowledges_nothing(void **state)
{
	(void)state;
	says("resolve", VERDICT_DONE);
	says("captain", VERDICT_DONE);
	assert_cell(s, "node 1 captain", "s" SARAH);
	assert_null(memrows_cell(s->rows, "INCIDENT-2026-001", "marker", 3, "marker"));
	/* It came back: whoever leads it now isn't the first. */
	says("reopen it is back", VERDICT_DONE);
	says("captain " AT_TOM, VERDICT_DONE);
	assert_cell(s, "node 1 captain", "s" TOM);
	assert_null(memrows_cell(s->rows, "INCIDENT-2026-001", "marker", 3, "marker"));
}

static void without_a_bot_nothing_is_said_to_be_posted(void **state)
{
	(void)state;
	s->unheard = true;
	scene_says(s, ROOT, NULL, "1 update rolling back");
	assert_answer(s, "to be posted when the bot runs");
	scene_says(s, ROOT, NULL, "1 resolve");
	assert_answer(s, "Its postmortem will be posted in its channel when the bot runs.");
	assert_no_answer(s, "is posted");
}

static void what_a_closed_incident_lacks_isnt_asked_for(void **state)
{
	(void)state;
	says("resolve", VERDICT_DONE);
	says("postmortem", VERDICT_DONE);
	assert_int_equal(s->out.answer.count, 1);
	assert_string_equal(s->out.answer.buttons[0].label, "Complete the postmortem");
	assert_true(s->out.answer.buttons[0].begun);
	says("archive", VERDICT_DONE);
	says("postmortem", VERDICT_DONE);
	assert_answer(s, "the summary: what happened?");
	assert_int_equal(s->out.answer.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_move_sets_its_marker_and_says_so),
		TEST(status_alone_says_what_it_is),
		TEST(any_open_status_may_follow_any_other),
		TEST(an_earlier_when_sets_only_the_marker),
		TEST(what_was_before_the_declaration_may_be_said_after_it),
		TEST(being_there_already_changes_nothing),
		TEST(moving_back_sets_aside_the_markers_beyond),
		TEST(moves_that_do_not_exist_name_those_that_do),
		TEST(resolving_posts_the_report_which_says_what_is_missing),
		TEST(status_done_is_resolve),
		TEST(status_cancelled_wants_a_reason),
		TEST(reopening_voids_the_report_and_sets_resolved_aside),
		TEST(a_captain_named_after_the_end_acknowledges_nothing),
		TEST(without_a_bot_nothing_is_said_to_be_posted),
		TEST(what_a_closed_incident_lacks_isnt_asked_for),
		TEST(a_cancelled_node_is_reopened_without_a_report),
		TEST(a_channel_has_one_open_node_at_most),
		TEST(postmortem_shows_where_it_is_and_posts_the_file_anew),
		TEST(a_private_node_is_announced_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
