#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_incident.h"

#include <string.h>

/* ---- 🚨 and alerts ---- */

static void a_siren_offers_an_incident_that_begins_with_the_message(void **state)
{
	const char *ts = talk_posts(s, TOM, SHOP, "checkout is down\nsince ten minutes");
	const char *line;

	(void)state;
	talk_sirens(s, SARAH, SHOP, ts);
	assert_int_equal(s->out.verdict, VERDICT_REFUSED);
	line = talk_words(s, "%s", s->out.answer.buttons[0].line);
	scene_says(s, SARAH, SHOP, line);
	assert_answer(s, "Declared: [INCIDENT-2026-002] checkout is down");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 1, "text"),
			    "checkout is down\nsince ten minutes");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 1, "author"), "s" TOM);
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 2, "marker"), "sdeclared");
	talk_sirens(s, GUEST, SHOP, ts);
	assert_nothing();
	talk_sirens(s, TOM, SHOP, ts);
	assert_answer(s, "[INCIDENT-2026-002] checkout is down already has this message");
}

static const char *alert(const char *text)
{
	struct message m = { .channel = SHOP,
			     .author = SENTRY,
			     .author_name = "Sentry",
			     .text = text,
			     .bot = true };

	return talk_message(s, &m, true);
}

static const struct alert_rule rules[] = {
	{ .channel = "#cshop",
	  .bot = "sentry",
	  .pattern = "checkout|payment",
	  .open = true,
	  .priority = PRIORITY_CRITICAL,
	  .title = "Checkout errors" },
	{ .channel = "CSHOP", .pattern = "^disk", .priority = PRIORITIES },
	{ .pattern = "(", .open = true },
	{ .channel = "CSHOP", .pattern = "^monitor", .open = true, .priority = PRIORITIES },
	{ .channel = "CSHOP",
	  .bot = "USENTRY",
	  .pattern = "^boom [0-9]+",
	  .open = true,
	  .priority = PRIORITY_LOW },
};

static void with_rules(void)
{
	s->set.alerts = rules;
	s->set.n_alerts = sizeof(rules) / sizeof(*rules);
}

static void an_alert_opens_a_node_and_the_next_joins_it(void **state)
{
	(void)state;
	with_rules();
	alert("Payment errors: 500");
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-002");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "node", 1, "title"),
			    "Checkout errors");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "node", 1, "priority"), "sCRITICAL");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "node", 1, "declared_by"),
			    "s" REF_BOT);
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 1, "text"),
			    "Payment errors: 500");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 1, "marker"), "sdetected");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 1, "source"), "salert");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 1, "author"), "s" SENTRY);
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 2, "author"), "s" REF_BOT);
	assert_string_equal(scene_sayings(s), "emoji channel card pin bookmark short");
	s->now += MS_MINUTE;
	alert("checkout errors: 600");
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-002");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 3, "text"),
			    "checkout errors: 600");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 3, "marker"), "-");
	assert_null(s->out.changes->next);
}

/* Times, counts and links are others each time that the same alert comes; other words make another alert. */
static void one_first_line_and_other_words_are_another_alert(void **state)
{
	(void)state;
	with_rules();
	alert("Monitor fired\ndb-1 is full at 14:05, 97% of 80 GB");
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-002");
	s->now += MS_MINUTE;
	alert("Monitor fired\ndb-2 is full at 14:06, 97% of 80 GB");
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-003");
	s->now += MS_MINUTE;
	alert("Monitor fired\ndb-1 is full at 14:10, 98% of 80 GB https://g.example/7");
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-002");
}

static void an_alert_that_no_rule_knows_is_nothing(void **state)
{
	struct message m = { .channel = SHOP, .author = TOM, .text = "checkout is down, says Tom" };

	(void)state;
	with_rules();
	alert("all is well");
	assert_nothing();
	talk_message(s, &m, true);
	assert_nothing();
}

static void an_offer_is_a_button_under_the_alert(void **state)
{
	const char *ts = (with_rules(), alert("Disk is full " AT_TOM)), *line;

	(void)state;
	assert_string_equal(scene_sayings(s), "offer");
	assert_string_equal(scene_say(s, SAY_OFFER, 0)->message_id, ts);
	line = talk_words(s, "%s", scene_say(s, SAY_OFFER, 0)->text);
	scene_says(s, SARAH, SHOP, line);
	assert_answer(s, "Declared: [INCIDENT-2026-002] Disk is full @Tom");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "node", 1, "priority"), "sHIGH");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "node", 1, "captain"), "-");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "entry", 1, "marker"), "sdetected");
}

static void at_most_three_nodes_an_hour_open_by_themselves(void **state)
{
	(void)state;
	with_rules();
	alert("boom 1");
	alert("boom 2");
	alert("boom 3");
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-004");
	alert("boom 4");
	assert_null(s->out.changes);
	assert_string_equal(scene_sayings(s), "offer");
	alert("boom 2");
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-003");
	s->now += MS_HOUR + MS_MINUTE;
	alert("boom 5");
	assert_string_equal(s->out.changes->node, "INCIDENT-2026-005");
}

static void an_alert_told_twice_opens_one_node(void **state)
{
	struct message m = { .channel = SHOP, .author = SENTRY, .text = "boom 1", .bot = true };

	(void)state;
	with_rules();
	talk_message(s, &m, true);
	talk_message(s, &m, true);
	assert_nothing();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, incident_begin_with_bot, incident_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_siren_offers_an_incident_that_begins_with_the_message),
		TEST(an_alert_opens_a_node_and_the_next_joins_it),
		TEST(one_first_line_and_other_words_are_another_alert),
		TEST(an_alert_that_no_rule_knows_is_nothing),
		TEST(an_offer_is_a_button_under_the_alert),
		TEST(at_most_three_nodes_an_hour_open_by_themselves),
		TEST(an_alert_told_twice_opens_one_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
