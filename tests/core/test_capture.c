#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_incident.h"
#include "tests/support/core_zones.h"

#include <string.h>

/* ---- words ---- */

static void kinds_and_sources_have_names(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < CAPTURE_KINDS; i++)
		assert_int_equal(capture_from(capture_name((enum capture_kind)i)), i);
	for (i = 0; i < CAPTURE_VIAS; i++)
		assert_int_equal(capture_via_from(capture_via_name((enum capture_via)i)), i);
	assert_int_equal(capture_from("timelin"), -1);
	assert_int_equal(capture_via_from(""), -1);
}

static void a_tag_stands_at_the_start(void **state)
{
	static const struct {
		const char *text;
		int kind;
		const char *rest;
	} rows[] = {
		{ "#timeline 14:05 rolled back", CAPTURE_TIMELINE, "14:05 rolled back" },
		{ "  #Timeline: rolled back", CAPTURE_TIMELINE, "rolled back" },
		{ "#action", CAPTURE_ACTION, "" },
		{ "#prevent\nload test", CAPTURE_PREVENT, "load test" },
		{ "#impact 30%", CAPTURE_IMPACT, "30%" },
		{ "#cause x", CAPTURE_CAUSE, "x" },
		{ "#lesson x", CAPTURE_LESSON, "x" },
		{ "#summary x", CAPTURE_SUMMARY, "x" },
		{ "TODO: restart", CAPTURE_ACTION, "restart" },
		{ "todo:restart", CAPTURE_ACTION, "restart" },
		{ "Action: restart", CAPTURE_ACTION, "restart" },
		{ "*TODO:* restart", CAPTURE_ACTION, "restart" },
		{ "*TODO*: restart", CAPTURE_ACTION, "restart" },
		{ "_todo:_ *restart*", CAPTURE_ACTION, "*restart*" },
		{ "*TODO: restart it*", CAPTURE_ACTION, "restart it" },
		{ "**_#timeline_** 14:05 rolled back", CAPTURE_TIMELINE, "14:05 rolled back" },
		{ "*#cause:* x_y", CAPTURE_CAUSE, "x_y" },
		{ "*\x02#T1/C9|timeline\x03* rolled back", CAPTURE_TIMELINE, "rolled back" },
		{ "*#action_2* x", -1, NULL },
		{ "*#actions* x", -1, NULL },
		{ "*todo* restart", -1, NULL },
		{ "*** TODO: x", -1, NULL },
		{ "**", -1, NULL },
		{ "\x02#T1/C9|timeline\x03 rolled back", CAPTURE_TIMELINE, "rolled back" },
		{ "\x02#T1/C9|shop\x03 rolled back", -1, NULL },
		{ "#timelines are long", -1, NULL },
		{ "#action-items are these", -1, NULL },
		{ "#action_2", -1, NULL },
		{ "# action", -1, NULL },
		{ "todo restart", -1, NULL },
		{ "timeline: x", -1, NULL },
		{ "so #timeline x", -1, NULL },
		{ AT_SARAH " #timeline x", -1, NULL },
		{ "#", -1, NULL },
		{ ":", -1, NULL },
		{ "", -1, NULL },
	};
	const char *rest;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		rest = NULL;
		if (tag_read(rows[i].text, &rest) != rows[i].kind ||
		    (rows[i].rest && (strncmp(rest, rows[i].rest, tag_rest(rows[i].text, rest)) ||
				      strlen(rows[i].rest) != tag_rest(rows[i].text, rest))))
			fail_msg("“%s”: %s", rows[i].text, rest ? rest : "no tag");
	}
}

static void stamps_are_ordered_by_their_digits(void **state)
{
	(void)state;
	assert_true(stamp_order("1763906700.000200", "1763906700.000100") > 0);
	assert_true(stamp_order("999.9", "1000.1") < 0);
	assert_true(stamp_order("0999.9", "1000.1") < 0);
	assert_true(stamp_order("5.1", "5.100") == 0);
	assert_true(stamp_order("5", "5.000001") < 0);
	assert_true(stamp_order(NULL, "5") < 0);
	assert_true(stamp_order("5", NULL) > 0);
	assert_true(stamp_order(NULL, NULL) == 0);
}

/* ---- tags ---- */

static void a_tagged_message_is_an_entry_at_its_when(void **state)
{
	const char *ts = talk_posts(s, SARAH, inc, "#timeline 15:01 rolled back 4.2");

	(void)state;
	assert_cell(s, "entry 2 text", "rolled back 4.2");
	assert_cell(s, "entry 2 at",
		    arena_printf(&s->arena, "i%lld", (long long)test_ms("2026-11-23T14:01:00Z")));
	assert_cell(s, "entry 2 author", "s" SARAH);
	assert_cell(s, "entry 2 recorder", "s" SARAH);
	assert_cell(s, "entry 2 source", "stag");
	assert_cell(s, "entry 2 ts", arena_printf(&s->arena, "s%s", ts));
	assert_cell(s, "capture 1 piece", "sE2");
	assert_string_equal(memrows_last_op(s->rows, NODE), "capture zone=Europe/Berlin");
	assert_emoji("pushpin", true);
}

static void a_when_that_cannot_be_meant_is_kept_as_text(void **state)
{
	(void)state;
	talk_posts(s, SARAH, inc, "#timeline 2027-01-01 10:00 too far ahead");
	assert_cell(s, "entry 2 text", "2027-01-01 10:00 too far ahead");
}

static void a_tagged_item_has_its_owner_and_date(void **state)
{
	(void)state;
	talk_posts(s, SARAH, inc, "TODO: restart the workers " AT_TOM " by friday");
	assert_cell(s, "item 1 text", "restart the workers");
	assert_cell(s, "item 1 owner", "s" TOM);
	assert_cell(s, "item 1 due", "s2026-11-27");
	assert_cell(s, "item 1 type", "smitigate");
	assert_cell(s, "item 1 author", "s" SARAH);
}

static void a_tag_adds_a_paragraph_and_replaces_none(void **state)
{
	(void)state;
	scene_says(s, SARAH, inc, "cause the query has no index");
	talk_posts(s, TOM, inc, "#cause and the table is huge");
	assert_cell(s, "root_cause 1 gone", "-");
	assert_cell(s, "root_cause 2 text", "and the table is huge");
	talk_posts(s, TOM, inc, "#summary it is slow");
	assert_cell(s, "summary 1 text", "it is slow");
	assert_null(scene_say(s, SAY_EMOJI, 0));
}

static void a_tag_with_nothing_behind_it_is_nothing(void **state)
{
	struct message m = { .channel = inc, .author = SARAH, .text = "#timeline " };

	(void)state;
	talk_message(s, &m, true);
	assert_nothing();
	m.id = NULL;
	m.files[m.n_files++] = (struct message_file){ .name = "error.png",
						      .type = "image/png",
						      .permalink = "https://x.slack.com/f" };
	talk_message(s, &m, true);
	assert_cell(s, "entry 2 text", "error.png");
	assert_cell(s, "file 1 name", "error.png");
	assert_cell(s, "file 1 entry", "i2");
}

static void an_edit_that_takes_the_tag_away_withdraws(void **state)
{
	const char *ts = talk_posts(s, SARAH, inc, "#timeline rolled back");

	(void)state;
	talk_edits(s, inc, ts, "rolled back");
	assert_cell(s, "entry 2 withdrawn", "i1");
	assert_emoji("pushpin", false);
	talk_edits(s, inc, ts, "#timeline rolled back 4.3");
	assert_cell(s, "entry 2 withdrawn", "-");
	assert_cell(s, "entry 2 text", "rolled back 4.3");
	assert_emoji("pushpin", true);
	assert_absent("entry", 3);
}

static void an_edit_that_changes_the_tag_changes_the_kind(void **state)
{
	const char *ts = talk_posts(s, SARAH, inc, "#timeline add a load test");

	(void)state;
	talk_edits(s, inc, ts, "#prevent add a load test");
	assert_cell(s, "entry 2 withdrawn", "i1");
	assert_cell(s, "item 1 text", "add a load test");
	assert_cell(s, "item 1 type", "sprevent");
}

static void an_edit_that_adds_a_tag_captures(void **state)
{
	const char *ts = talk_posts(s, SARAH, inc, "rolled back");

	(void)state;
	assert_nothing();
	talk_edits(s, inc, ts, "#timeline rolled back");
	assert_cell(s, "entry 2 text", "rolled back");
	assert_string_not_equal(scene_cell(s, NODE, "capture", 1, "edited"), "-");
}

static void an_edited_owner_follows_until_somebody_assigns(void **state)
{
	const char *ts = talk_posts(s, SARAH, inc, "#action restart");

	(void)state;
	talk_edits(s, inc, ts, "#action restart " AT_TOM);
	assert_cell(s, "item 1 owner", "s" TOM);
	assert_cell(s, "item 1 text", "restart");
	talk_edits(s, inc, ts, "#action restart " AT_SARAH);
	assert_cell(s, "item 1 owner", "s" SARAH);
	scene_says(s, TOM, inc, "assign 1 " AT_TOM);
	talk_edits(s, inc, ts, "#action restart now " AT_SARAH);
	assert_cell(s, "item 1 owner", "s" TOM);
	assert_cell(s, "item 1 text", "restart now");
}

static void a_message_told_late_does_not_undo_its_edit(void **state)
{
	struct message m = { .channel = inc,
			     .author = SARAH,
			     .id = talk_stamp(s),
			     .text = "no tag any more" },
		       late = m;

	(void)state;
	m.edited = talk_stamp(s);
	talk_message(s, &m, false);
	late.text = "#timeline rolled back";
	late.edited = NULL;
	{
		struct intent in = { .kind = INTENT_MESSAGE,
				     .via = VIA_TAG,
				     .who = SARAH,
				     .channel = inc,
				     .now_ms = s->now,
				     .received_ms = s->now,
				     .message = &late };

		scene_does(s, &in);
	}
	assert_nothing();
}

/* ---- emoji and pins ---- */

static void an_emoji_makes_an_entry_at_the_messages_time(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back");

	(void)state;
	s->now += 20 * MS_MINUTE;
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	assert_cell(s, "entry 2 text", "traffic is back");
	assert_cell(s, "entry 2 at", arena_printf(&s->arena, "i%lld", (long long)scene_at(ts)));
	assert_cell(s, "entry 2 author", "s" TOM);
	assert_cell(s, "entry 2 recorder", "s" SARAH);
	assert_cell(s, "entry 2 source", "semoji");
	assert_emoji("pushpin", true);
}

static void one_capture_however_many_react(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	talk_marks(s, TOM, inc, ts, CAPTURE_TIMELINE, true);
	assert_null(s->out.letters);
	talk_pins(s, GUEST, inc, ts, true);
	assert_absent("entry", 3);
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, false);
	talk_marks(s, TOM, inc, ts, CAPTURE_TIMELINE, false);
	assert_cell(s, "entry 2 withdrawn", "-");
	talk_pins(s, TOM, inc, ts, false);
	assert_cell(s, "entry 2 withdrawn", "i1");
	assert_emoji("pushpin", false);
	talk_marks(s, GUEST, inc, ts, CAPTURE_TIMELINE, true);
	assert_cell(s, "entry 2 withdrawn", "-");
	assert_emoji("pushpin", true);
	assert_absent("entry", 3);
}

static void a_deleted_message_takes_its_pin_along_and_stays(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back");

	(void)state;
	talk_pins(s, SARAH, inc, ts, true);
	talk_deletes(s, inc, ts);
	talk_pins(s, SARAH, inc, ts, false);
	assert_cell(s, "entry 2 withdrawn", "-");
	assert_cell(s, "entry 2 deleted", "i1");
}

static void each_kind_makes_its_piece(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "one message");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_ACTION, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_PREVENT, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_IMPACT, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_CAUSE, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_LESSON, true);
	assert_cell(s, "item 1 type", "smitigate");
	assert_cell(s, "item 2 type", "sprevent");
	assert_cell(s, "impact 1 text", "one message");
	assert_cell(s, "root_cause 1 author", "s" TOM);
	assert_cell(s, "lesson 1 at", arena_printf(&s->arena, "i%lld", (long long)scene_at(ts)));
	assert_emoji("bulb", true);
}

static void a_late_delivery_changes_nothing(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back");
	const char *added = talk_stamp(s), *removed = talk_stamp(s);

	(void)state;
	talk_reacted(s, SARAH, inc, ts, CAPTURE_TIMELINE, CAPTURED_BY_EMOJI, true, added);
	talk_reacted(s, SARAH, inc, ts, CAPTURE_TIMELINE, CAPTURED_BY_EMOJI, false, removed);
	assert_cell(s, "entry 2 withdrawn", "i1");
	s->now += 5 * MS_MINUTE;
	talk_reacted(s, SARAH, inc, ts, CAPTURE_TIMELINE, CAPTURED_BY_EMOJI, true, added);
	assert_nothing();
	assert_cell(s, "entry 2 withdrawn", "i1");
}

static void a_removal_that_comes_first_wins(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "traffic is back");
	const char *added = talk_stamp(s), *removed = talk_stamp(s);

	(void)state;
	talk_reacted(s, SARAH, inc, ts, CAPTURE_TIMELINE, CAPTURED_BY_EMOJI, false, removed);
	talk_reacted(s, SARAH, inc, ts, CAPTURE_TIMELINE, CAPTURED_BY_EMOJI, true, added);
	assert_nothing();
	assert_absent("entry", 2);
}

static void withdraw_beats_the_sources_that_were_there(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "#timeline traffic is back");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	scene_says(s, SARAH, inc, "withdraw E2");
	assert_emoji("pushpin", false);
	assert_cell(s, "entry 2 withdrawn", "i1");
	/* Recovery finds her emoji, and the tag, still there. */
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	assert_nothing();
	talk_edits(s, inc, ts, "#timeline traffic is back!");
	assert_cell(s, "entry 2 withdrawn", "i1");
	/* A later one counts. */
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, false);
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	assert_cell(s, "entry 2 withdrawn", "-");
	assert_cell(s, "entry 2 text", "traffic is back!");
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, false);
	assert_cell(s, "entry 2 withdrawn", "i1");
}

static void an_item_that_was_taken_up_stays(void **state)
{
	const char *one = talk_posts(s, TOM, inc, "restart"),
		   *two = talk_posts(s, TOM, inc, "scale up");

	(void)state;
	talk_marks(s, SARAH, inc, one, CAPTURE_ACTION, true);
	talk_marks(s, SARAH, inc, two, CAPTURE_ACTION, true);
	scene_says(s, TOM, inc, "assign 2 me");
	talk_marks(s, SARAH, inc, one, CAPTURE_ACTION, false);
	assert_cell(s, "item 1 state", "sDROPPED");
	assert_emoji("hammer_and_wrench", false);
	talk_marks(s, SARAH, inc, two, CAPTURE_ACTION, false);
	assert_cell(s, "item 2 state", "sTODO");
	assert_null(scene_say(s, SAY_EMOJI, 0));
	talk_marks(s, TOM, inc, one, CAPTURE_ACTION, true);
	assert_cell(s, "item 1 state", "sTODO");
	assert_cell(s, "item 1 done_at", "-");
	assert_absent("item", 3);
}

static void a_check_is_done_and_its_end_todo(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "restart");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_ACTION, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_CHECK, true);
	assert_cell(s, "item 1 state", "sDONE");
	assert_emoji("white_check_mark", true);
	talk_marks(s, TOM, inc, ts, CAPTURE_CHECK, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_CHECK, false);
	assert_cell(s, "item 1 state", "sDONE");
	talk_marks(s, TOM, inc, ts, CAPTURE_CHECK, false);
	assert_cell(s, "item 1 state", "sTODO");
	assert_emoji("white_check_mark", false);
}

static void a_check_that_came_first_counts_too(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "restart");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_CHECK, true);
	assert_null(s->out.letters);
	talk_marks(s, SARAH, inc, ts, CAPTURE_ACTION, true);
	assert_cell(s, "item 1 state", "sDONE");
	/* The hammer goes first, then the check: nobody has taken it up. */
	talk_marks(s, SARAH, inc, ts, CAPTURE_ACTION, false);
	assert_cell(s, "item 1 state", "sDONE");
	talk_marks(s, SARAH, inc, ts, CAPTURE_CHECK, false);
	assert_cell(s, "item 1 state", "sDROPPED");
}

static void a_command_has_said_more_than_a_check(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "restart");

	(void)state;
	talk_marks(s, SARAH, inc, ts, CAPTURE_ACTION, true);
	talk_marks(s, SARAH, inc, ts, CAPTURE_CHECK, true);
	scene_says(s, TOM, inc, "reopen-item 1");
	scene_says(s, TOM, inc, "done 1");
	talk_marks(s, SARAH, inc, ts, CAPTURE_CHECK, false);
	assert_cell(s, "item 1 state", "sDONE");
}

static void emoji_of_bots_mean_nothing(void **state)
{
	const char *ts = talk_posts(s, TOM, inc, "restart");

	(void)state;
	talk_marks(s, SENTRY, inc, ts, CAPTURE_TIMELINE, true);
	assert_nothing();
}

static void an_app_without_a_user_has_its_name(void **state)
{
	struct message m = {
		.channel = inc, .author_name = "Sentry", .text = "TypeError", .bot = true
	};
	const char *ts = talk_message(s, &m, true);

	(void)state;
	assert_nothing();
	talk_marks(s, SARAH, inc, ts, CAPTURE_TIMELINE, true);
	assert_cell(s, "entry 2 author", "sapp/Sentry");
	scene_says(s, SARAH, inc, "show");
	assert_answer(s, "TypeError — Sentry");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, incident_begin_with_bot, incident_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_and_sources_have_names),
		cmocka_unit_test(a_tag_stands_at_the_start),
		cmocka_unit_test(stamps_are_ordered_by_their_digits),
		TEST(a_tagged_message_is_an_entry_at_its_when),
		TEST(a_when_that_cannot_be_meant_is_kept_as_text),
		TEST(a_tagged_item_has_its_owner_and_date),
		TEST(a_tag_adds_a_paragraph_and_replaces_none),
		TEST(a_tag_with_nothing_behind_it_is_nothing),
		TEST(an_edit_that_takes_the_tag_away_withdraws),
		TEST(an_edit_that_changes_the_tag_changes_the_kind),
		TEST(an_edit_that_adds_a_tag_captures),
		TEST(an_edited_owner_follows_until_somebody_assigns),
		TEST(a_message_told_late_does_not_undo_its_edit),
		TEST(an_emoji_makes_an_entry_at_the_messages_time),
		TEST(one_capture_however_many_react),
		TEST(a_deleted_message_takes_its_pin_along_and_stays),
		TEST(each_kind_makes_its_piece),
		TEST(a_late_delivery_changes_nothing),
		TEST(a_removal_that_comes_first_wins),
		TEST(withdraw_beats_the_sources_that_were_there),
		TEST(an_item_that_was_taken_up_stays),
		TEST(a_check_is_done_and_its_end_todo),
		TEST(a_check_that_came_first_counts_too),
		TEST(a_command_has_said_more_than_a_check),
		TEST(emoji_of_bots_mean_nothing),
		TEST(an_app_without_a_user_has_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
