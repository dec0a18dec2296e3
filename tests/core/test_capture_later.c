#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_incident.h"
#include "tests/support/core_zones.h"

#include <string.h>

/* ---- messages that nobody had seen ---- */

static void an_unknown_text_is_asked_for_and_comes_in_later(void **state)
{
	struct message m = {
		.channel = inc, .author = TOM, .id = "1795442000.000100", .text = "it began here"
	};

	(void)state;
	talk_marks(s, SARAH, inc, m.id, CAPTURE_TIMELINE, true);
	assert_string_equal(scene_sayings(s), "fetch");
	assert_string_equal(scene_say(s, SAY_FETCH, 0)->message_id, m.id);
	assert_absent("entry", 2);
	talk_marks(s, TOM, inc, m.id, CAPTURE_TIMELINE, true);
	assert_null(s->out.letters);
	talk_tells(s, &m);
	assert_cell(s, "entry 2 text", "it began here");
	assert_cell(s, "entry 2 author", "s" TOM);
	assert_cell(s, "entry 2 recorder", "s" SARAH);
	assert_cell(s, "entry 2 source", "semoji");
	assert_emoji("pushpin", true);
	talk_tells(s, &m);
	assert_nothing();
}

static void what_was_taken_back_before_it_came_makes_nothing(void **state)
{
	struct message m = {
		.channel = inc, .author = TOM, .id = "1795442000.000100", .text = "it began here"
	};

	(void)state;
	talk_marks(s, SARAH, inc, m.id, CAPTURE_TIMELINE, true);
	talk_marks(s, SARAH, inc, m.id, CAPTURE_TIMELINE, false);
	talk_tells(s, &m);
	assert_nothing();
}

static void a_message_that_is_gone_makes_nothing(void **state)
{
	struct message m = { .channel = inc, .id = "1795442000.000100", .deleted = true };

	(void)state;
	talk_marks(s, SARAH, inc, m.id, CAPTURE_TIMELINE, true);
	talk_tells(s, &m);
	assert_absent("entry", 2);
	assert_cell(s, "capture 1 deleted", "i1");
}

/* ---- edits and deletions ---- */

static void an_edit_is_a_revision_and_late_ones_are_not(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back"), *first, *second;

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	first = talk_stamp(s);
	second = talk_stamp(s);
	talk_edited(s, inc, ts, "traffic is nearly back", second);
	assert_cell(s, "entry 2 text", "traffic is nearly back");
	talk_edited(s, inc, ts, "traffic was back", first);
	assert_nothing();
	assert_cell(s, "entry 2 text", "traffic is nearly back");
	talk_edited(s, inc, ts, "traffic is nearly back", second);
	assert_nothing();
}

static void after_edit_the_text_is_its_own(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	scene_says(s, SARAH, inc, "edit E2 traffic came back");
	talk_edits(s, inc, ts, "traffic is gone");
	assert_cell(s, "entry 2 text", "traffic came back");
}

static void a_deletion_leaves_the_entry_marked(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	talk_edits(s, inc, ts, "traffic is back, mostly");
	talk_edits(s, inc, ts, "traffic is back, all of it");
	talk_deletes(s, inc, ts);
	assert_cell(s, "entry 2 deleted", "i1");
	assert_cell(s, "entry 2 withdrawn", "-");
	assert_cell(s, "entry 2 text", "traffic is back, all of it");
	talk_deletes(s, inc, ts);
	assert_nothing();
}

static void messages_that_nobody_captured_leave_no_trace(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "good morning");

	(void)state;
	assert_nothing();
	talk_edits(s, inc, ts, "good day");
	assert_nothing();
	talk_deletes(s, inc, ts);
	assert_nothing();
}

static void an_edited_mention_revises_and_never_runs_again(void **state)
{
	const char *ts = talk_mentions(s, SARAH, inc, "note rolled back");

	(void)state;
	assert_cell(s, "capture 1 kind", "ssaid");
	talk_edits(s, inc, ts, "\x02@T1/UBOT|aliosbot\x03 note 15:02 rolled back 4.2");
	assert_cell(s, "entry 2 text", "rolled back 4.2");
	assert_cell(s, "entry 2 at",
		    arena_printf(&s->arena, "i%lld", (long long)test_ms("2026-11-23T14:02:00Z")));
	assert_absent("entry", 3);
	talk_edits(s, inc, ts, "\x02@T1/UBOT|aliosbot\x03 impact all of it");
	assert_cell(s, "entry 2 text", "rolled back 4.2");
	talk_deletes(s, inc, ts);
	assert_cell(s, "entry 2 deleted", "i1");
}

static void an_edited_mention_revises_what_it_made(void **state)
{
	static const struct {
		const char *line, *edited, *cell, *text;
	} rows[] = {
		{ "impact 10%", "impact 30%", "impact 1 text", "30%" },
		{ "cause a bug", "cause the bug", "root_cause 1 text", "the bug" },
		{ "todo restart", "todo restart now", "item 1 text", "restart now" },
		{ "update we look", "update we have looked", "entry 2 text", "we have looked" },
		{ "status mitigated it flows", "status mitigated it flows again", "entry 3 text",
		  "it flows again" },
		{ "cancel no alarm", "cancel false alarm", "entry 4 text", "Cancelled: no alarm" },
	};
	const char *ts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ts = talk_mentions(s, SARAH, inc, rows[i].line);
		assert_int_equal(s->out.verdict, VERDICT_DONE);
		talk_edits(s, inc, ts, talk_words(s, "\x02@T1/UBOT|\x03 %s", rows[i].edited));
		assert_cell(s, rows[i].cell, rows[i].text); /* the last is read-only by then */
	}
}

/* ---- whose message ---- */

static void read_only_nodes_capture_nothing(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back");

	(void)state;
	scene_says(s, SARAH, inc, "resolve");
	scene_says(s, SARAH, inc, "archive");
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	assert_nothing();
	talk_posts(s, TOM, inc, "#timeline late");
	assert_nothing();
}

static void a_resolved_node_still_captures(void **state)
{
	(void)state;
	scene_says(s, SARAH, inc, "resolve");
	s->now += MS_HOUR;
	talk_posts(s, TOM, inc, "#lesson test first");
	assert_cell(s, "lesson 1 text", "test first");
}

static void a_message_belongs_to_the_node_of_its_time(void **state)
{
	const char *early, *late;

	(void)state;
	scene_says(s, SARAH, OPS, "new first one --here"); /* 002 */
	early = talk_posts(s, TOM, OPS, "early");
	s->now += MS_MINUTE;
	scene_says(s, SARAH, OPS, "resolve");
	s->now += MS_MINUTE;
	scene_says(s, SARAH, OPS, "new second one --here"); /* 003 */
	s->now += MS_MINUTE;
	late = talk_posts(s, TOM, OPS, "late");
	talk_marks(s, SARAH, OPS, early, CAPTURE_TIMELINE, true);
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-002");
	talk_marks(s, SARAH, OPS, late, CAPTURE_TIMELINE, true);
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-003");
	/* From before both: the open one. */
	talk_marks(s, SARAH, OPS, "1795440000.000001", CAPTURE_TIMELINE, true);
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-003");
	/* Captured already: there. */
	talk_marks(s, SARAH, OPS, early, CAPTURE_LESSON, true);
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-002");
}

static void what_was_marked_a_day_before_the_node_is_not_of_it(void **state)
{
	const char *early, *tagged;
	int64_t declared;

	(void)state;
	early = talk_posts(s, TOM, OPS, "early");
	s->now += 30 * MS_HOUR;
	scene_says(s, SARAH, OPS, "new first one --here"); /* 002 */
	declared = s->now;
	/* Its event was delivered late. */
	s->now = declared - 25 * MS_HOUR;
	talk_marks(s, SARAH, OPS, early, CAPTURE_TIMELINE, true);
	assert_nothing();
	tagged = talk_posts(s, TOM, OPS, "#timeline deploy 4.1 went out");
	assert_nothing();
	s->now = declared - 23 * MS_HOUR;
	talk_marks(s, SARAH, OPS, early, CAPTURE_TIMELINE, true);
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-002");
	s->now = declared + MS_MINUTE;
	talk_marks(s, SARAH, OPS, tagged, CAPTURE_LESSON, true);
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-002");
}

static void a_reply_under_the_short_card_belongs_to_its_node(void **state)
{
	struct message m = { .channel = SHOP,
			     .author = TOM,
			     .thread = "1795442300.000001",
			     .text = "#impact we see it too" };

	(void)state;
	memrows_thread(s->rows, SHOP, "1795442300.000001", NODE);
	talk_message(s, &m, true);
	assert_cell(s, "impact 1 text", "we see it too");
}

static void elsewhere_the_person_is_asked_which_node(void **state)
{
	const char *ts = talk_posts(s, TOM, SHOP, "we see it too"), *line;

	(void)state;
	assert_nothing();
	talk_marks(s, SARAH, SHOP, ts, CAPTURE_LESSON, true);
	assert_nothing();
	talk_marks(s, SARAH, SHOP, ts, CAPTURE_TIMELINE, false);
	assert_nothing();
	talk_pins(s, SARAH, SHOP, ts, true);
	assert_nothing();
	talk_marks(s, SARAH, SHOP, ts, CAPTURE_TIMELINE, true);
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	assert_answer(s, "Which one");
	assert_int_equal(s->out.answer.count, 1);
	line = talk_words(s, "%s", s->out.answer.buttons[0].line);
	scene_says(s, SARAH, SHOP, line);
	assert_answer(s, "Added to [INCIDENT-2026-001]");
	assert_cell(s, "entry 2 text", "we see it too");
	assert_cell(s, "entry 2 author", "s" TOM);
	/* Now it is known whose it is. */
	talk_marks(s, TOM, SHOP, ts, CAPTURE_TIMELINE, true);
	assert_int_equal(s->out.answer.kind, ANSWER_NONE);
	talk_marks(s, SARAH, SHOP, ts, CAPTURE_TIMELINE, false);
	talk_marks(s, TOM, SHOP, ts, CAPTURE_TIMELINE, false);
	assert_cell(s, "entry 2 withdrawn", "i1");
}

static void a_button_says_nothing_of_other_channels(void **state)
{
	const char *ts = talk_posts(s, TOM, SHOP, "a secret of the shop");

	(void)state;
	/* The stamp is looked for in the channel that the button was pressed in. */
	scene_says(s, SARAH, OPS, talk_words(s, "42 capture-message timeline %s", ts));
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	scene_says(s, SARAH, OPS, talk_words(s, "1 capture-message timeline %s", ts));
	assert_string_equal(scene_sayings(s), "fetch");
	scene_says(s, SARAH, OPS, "1 capture-message check 5.1");
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	scene_says(s, SARAH, OPS, "1 capture-message timeline");
	assert_int_equal(s->out.verdict, VERDICT_USAGE);
	scene_says(s, SARAH, OPS, "1 capture-message timeline x.y");
	assert_int_equal(s->out.verdict, VERDICT_USAGE);
	scene_says(s, SARAH, NULL, "1 capture-message timeline 5.1");
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
}

/* ---- after recovery ---- */

static void recovered(int64_t gap, int64_t count)
{
	struct intent in = { .kind = INTENT_RECOVERED,
			     .via = VIA_BOT,
			     .who = REF_BOT,
			     .node = NODE,
			     .from_ms = s->now - gap,
			     .now_ms = s->now,
			     .received_ms = s->now,
			     .count = count };

	scene_does(s, &in);
}

static void a_gap_is_one_line_when_it_mattered(void **state)
{
	(void)state;
	recovered(5 * MS_MINUTE, 0);
	assert_nothing();
	recovered(3 * MS_MINUTE, 3);
	assert_cell(
		s, "entry 2 text",
		"aliosbot was offline 14:02–14:05 UTC; 3 entries were recovered from the channel");
	assert_cell(s, "entry 2 author", "s" REF_BOT);
	recovered(MS_MINUTE, 1);
	assert_cell(s, "entry 3 text",
		    "aliosbot was offline 14:04–14:05 UTC; 1 entry was recovered from the channel");
	recovered(MS_DAY, 0);
	assert_cell(
		s, "entry 4 text",
		"aliosbot was offline 2026-11-22 14:05 UTC – 2026-11-23 14:05 UTC; nothing was missed");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, incident_begin_with_bot, incident_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_unknown_text_is_asked_for_and_comes_in_later),
		TEST(what_was_taken_back_before_it_came_makes_nothing),
		TEST(a_message_that_is_gone_makes_nothing),
		TEST(an_edit_is_a_revision_and_late_ones_are_not),
		TEST(after_edit_the_text_is_its_own),
		TEST(a_deletion_leaves_the_entry_marked),
		TEST(messages_that_nobody_captured_leave_no_trace),
		TEST(an_edited_mention_revises_and_never_runs_again),
		TEST(an_edited_mention_revises_what_it_made),
		TEST(read_only_nodes_capture_nothing),
		TEST(a_resolved_node_still_captures),
		TEST(a_message_belongs_to_the_node_of_its_time),
		TEST(what_was_marked_a_day_before_the_node_is_not_of_it),
		TEST(a_reply_under_the_short_card_belongs_to_its_node),
		TEST(elsewhere_the_person_is_asked_which_node),
		TEST(a_button_says_nothing_of_other_channels),
		TEST(a_gap_is_one_line_when_it_mattered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
