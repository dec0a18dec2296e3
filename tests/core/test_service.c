/* Services, and drills: what is down, and what is an exercise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_incident.h"

#include <string.h>

static void says_in(const char *who, const char *where, const char *line, enum verdict v)
{
	scene_says(s, who, where, line);
	if (s->out.verdict != v)
		fail_msg("\"%s\": verdict %d, not %d: %s", line, s->out.verdict, v, s->words);
}

static void says(const char *line, enum verdict v)
{
	says_in(SARAH, inc, line, v);
}

static bool has_button(const char *label)
{
	for (size_t i = 0; i < s->out.answer.count; i++)
		if (!strcmp(s->out.answer.buttons[i].label, label))
			return true;
	return false;
}

/* ---- names ---- */

static void names_stand_with_commas_between_them_or_without(void **state)
{
	(void)state;
	says("service checkout, payments", VERDICT_DONE);
	assert_answer(s, "Affected services: checkout, payments");
	says("affects search and api.", VERDICT_DONE);
	assert_answer(s, "Affected services: checkout, payments, search, api");
	assert_cell(s, "service 1 name", "checkout");
	assert_cell(s, "service 4 name", "api");
}

static void a_name_is_listed_once_whatever_its_letter_case(void **state)
{
	(void)state;
	says("service Checkout checkout", VERDICT_DONE);
	assert_answer(s, "Affected services: Checkout");
	says("service CHECKOUT", VERDICT_READ);
	assert_answer(s, "Already listed. Affected services: Checkout");
	assert_cell(s, "service 1 name", "Checkout");
}

static void what_slack_makes_a_link_is_a_name_again(void **state)
{
	(void)state;
	says("service \x02>http://api.example.com|api.example.com\x03,\x02>https://pay.example.com|\x03",
	     VERDICT_DONE);
	assert_answer(s, "Affected services: api.example.com, pay.example.com");
	says("service " AT_TOM, VERDICT_USAGE);
	assert_answer(s, "isn't the name of a service");
	says("service thisnameislongerthananyservicewillevercallitself", VERDICT_USAGE);
	assert_answer(s, "at most 40 characters");
}

static void a_service_is_dropped_and_can_come_back(void **state)
{
	(void)state;
	says("service checkout payments", VERDICT_DONE);
	says("service drop Checkout", VERDICT_DONE);
	assert_answer(s, "Affected services: payments");
	assert_cell(s, "service 1 gone", "i1");
	says("service drop checkout", VERDICT_REFUSED);
	assert_answer(s, "checkout isn't listed. Affected services: payments");
	says("service drop", VERDICT_USAGE);
	assert_answer(s, "Which service? Name it: `/incident service drop checkout`");
	says("service checkout", VERDICT_DONE);
	assert_answer(s, "Affected services: payments, checkout");
}

/* ---- like the other fields ---- */

static void undo_takes_back_what_was_named_and_what_was_dropped(void **state)
{
	(void)state;
	says("service checkout", VERDICT_DONE);
	says("undo", VERDICT_DONE);
	says("service", VERDICT_READ);
	assert_answer(s, "No affected services.");
	says("service payments", VERDICT_DONE);
	says("service drop payments", VERDICT_DONE);
	says("undo", VERDICT_DONE);
	says("service", VERDICT_READ);
	assert_answer(s, "Affected services: payments");
}

static void a_name_can_be_redacted(void **state)
{
	(void)state;
	says("service hunter2secret checkout", VERDICT_DONE);
	says("show", VERDICT_READ);
	assert_answer(s, "`service1` hunter2secret, `service2` checkout");
	says("redact service1 a password", VERDICT_DONE);
	assert_answer(s, "service1 is erased for good");
	says("service", VERDICT_READ);
	assert_answer(s, "Affected services: (redacted), checkout");
	says("redact service9 nothing there", VERDICT_REFUSED);
	assert_answer(s, "There is no service9");
}

static void a_closed_incident_keeps_its_services(void **state)
{
	(void)state;
	says("service checkout", VERDICT_DONE);
	says("cancel the monitor was wrong", VERDICT_DONE);
	says("service payments", VERDICT_REFUSED);
}

/* ---- those used before ---- */

static void alone_it_shows_what_is_down_and_offers_what_was_before(void **state)
{
	(void)state;
	says("service", VERDICT_READ);
	assert_answer(s,
		      "No affected services.\nTo add one: `/incident service checkout payments`");
	says("service checkout payments", VERDICT_DONE);
	says_in(SARAH, OPS, "new Another one --services=search", VERDICT_DONE);
	says("service", VERDICT_READ);
	assert_answer(s, "Affected services: checkout, payments");
	assert_true(has_button("search"));
	assert_false(has_button("checkout"));
}

static void those_of_a_private_incident_are_offered_to_its_members_alone(void **state)
{
	const char *private_;

	(void)state;
	says_in(SARAH, OPS, "new Leak --private --services=payroll", VERDICT_DONE);
	private_ = scene_channel_made(s, "INCIDENT-2026-002");
	memrows_member(s->rows, private_, SARAH);
	says_in(SARAH, inc, "service", VERDICT_READ);
	assert_true(has_button("payroll"));
	says_in(TOM, inc, "service", VERDICT_READ);
	assert_false(has_button("payroll"));
	says_in(GUEST, inc, "service", VERDICT_READ);
	assert_false(has_button("payroll"));
}

/* ---- declaring ---- */

static void a_declaration_names_services_and_refuses_bad_ones_whole(void **state)
{
	(void)state;
	says_in(SARAH, OPS, "new Slow search --services=search,api sev2", VERDICT_DONE);
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "service", 2, "name"), "api");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "node", 1, "title"), "Slow search");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "node", 1, "priority"), "sHIGH");
	says_in(SARAH, OPS,
		"new Slow search --services=thisnameislongerthananyservicewillevercallitself",
		VERDICT_USAGE);
	says_in(SARAH, OPS, "new Slow search --serivces=search", VERDICT_USAGE);
	assert_answer(s, "so nothing was declared");
}

static void a_drill_says_so_and_is_announced_nowhere(void **state)
{
	(void)state;
	says_in(SARAH, OPS, "new Region failover sev1 --drill", VERDICT_DONE);
	assert_answer(s, "Declared: [INCIDENT-2026-002] DRILL: Region failover");
	assert_answer(s, " · drill");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "node", 1, "drill"), "i1");
	assert_null(scene_say(s, SAY_SHORT, 0));
	inc = scene_channel_made(s, "INCIDENT-2026-002");
	says("update We are switching over", VERDICT_DONE);
	assert_null(scene_say(s, SAY_SHORT_LINE, 0));
	says("resolve", VERDICT_DONE);
	assert_non_null(scene_say(s, SAY_REPORT, 0));
	assert_null(scene_say(s, SAY_SHORT_REPORT, 0));
	says_in(SARAH, OPS, "list all", VERDICT_READ);
	assert_answer(s, "DRILL: Region failover");
}

static void a_spelling_makes_no_real_incident_of_a_drill(void **state)
{
	(void)state;
	says_in(SARAH, OPS, "new Region failover --dril", VERDICT_USAGE);
	assert_answer(s, "--drill");
	says_in(SARAH, OPS, "new Fire-drill alarm rings", VERDICT_DONE);
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "node", 1, "drill"), "-");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, incident_begin_just_now, incident_end)
	const struct CMUnitTest tests[] = {
		TEST(names_stand_with_commas_between_them_or_without),
		TEST(a_name_is_listed_once_whatever_its_letter_case),
		TEST(what_slack_makes_a_link_is_a_name_again),
		TEST(a_service_is_dropped_and_can_come_back),
		TEST(undo_takes_back_what_was_named_and_what_was_dropped),
		TEST(a_name_can_be_redacted),
		TEST(a_closed_incident_keeps_its_services),
		TEST(alone_it_shows_what_is_down_and_offers_what_was_before),
		TEST(those_of_a_private_incident_are_offered_to_its_members_alone),
		TEST(a_declaration_names_services_and_refuses_bad_ones_whole),
		TEST(a_drill_says_so_and_is_announced_nowhere),
		TEST(a_spelling_makes_no_real_incident_of_a_drill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
