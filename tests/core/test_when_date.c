/* Dates in what people write: until when an item should be done. */
#include "core/time/when.h"

#include "core/base/arena.h"

#include "tests/support/core_zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Monday 2026-11-23, 14:30 in Berlin. */
#define NOW "2026-11-23T13:30:00Z"

static void date_is_at(const char *now, const char *s, const char *expected)
{
	struct when_context c = test_berlin_at(now);
	char date[11] = "";
	struct buf why;

	buf_init(&why, 1000);
	if (date_read(&c, s, date, &why) != WHEN_READ)
		fail_msg("\"%s\" is no date: %s", s, why.s);
	if (strcmp(date, expected) != 0)
		fail_msg("\"%s\" is %s, not %s", s, date, expected);
	buf_release(&why);
}

static void date_is(const char *s, const char *expected)
{
	date_is_at(NOW, s, expected);
}

static enum when_result date_result(const char *s, const char *words)
{
	struct when_context c = test_berlin_at(NOW);
	enum when_result result;
	char date[11] = "none";
	struct buf why;

	buf_init(&why, 1000);
	result = date_read(&c, s, date, &why);
	assert_string_equal(date, "none");
	if (!strstr(why.s, words))
		fail_msg("\"%s\": \"%s\" doesn't say \"%s\"", s, why.s, words);
	if (result == WHEN_NONE)
		assert_string_equal(why.s, "");
	buf_release(&why);
	return result;
}

static void dates_are_read_in_every_form(void **state)
{
	(void)state;
	date_is("2026-12-01", "2026-12-01");
	date_is(" dec 1 ", "2026-12-01");
	date_is("1 Dec", "2026-12-01");
	date_is("December 1st", "2026-12-01");
	date_is("dec 1, 2027", "2027-12-01");
	date_is("tomorrow", "2026-11-24");
	date_is("Today", "2026-11-23");
	date_is("in 3 days", "2026-11-26");
	date_is("in 1 day", "2026-11-24");
	date_is("in 2 weeks", "2026-12-07");
	date_is("friday", "2026-11-27");
	date_is("Fri", "2026-11-27");
	date_is("friday.", "2026-11-27");
}

static void a_weekdays_name_is_never_today(void **state)
{
	(void)state;
	date_is("monday", "2026-11-30");
	date_is("sunday", "2026-11-29");
	date_is("tuesday", "2026-11-24");
}

static void a_date_may_be_today(void **state)
{
	(void)state;
	date_is("nov 23", "2026-11-23");
	date_is("2026-11-23", "2026-11-23");
	date_is("nov 22", "2027-11-22");
	date_is("jan 2", "2027-01-02");
	date_is("feb 29", "2028-02-29");
}

static void today_is_the_speakers(void **state)
{
	(void)state;
	date_is_at("2026-11-23T23:30:00Z", "today", "2026-11-24");
	date_is_at("2026-12-31T12:00:00Z", "in 1 day", "2027-01-01");
}

static void a_past_date_is_refused(void **state)
{
	(void)state;
	assert_int_equal(date_result("2026-11-22", "is in the past"), WHEN_REFUSED);
	assert_int_equal(date_result("dec 1 2020", "is in the past"), WHEN_REFUSED);
	assert_int_equal(date_result("0000-01-01", "is in the past"), WHEN_REFUSED);
	assert_int_equal(date_result("yesterday", "is in the past"), WHEN_REFUSED);
}

static void an_impossible_date_is_refused(void **state)
{
	(void)state;
	assert_int_equal(date_result("2026-02-30", "calendar"), WHEN_REFUSED);
	assert_int_equal(date_result("feb 30", "calendar"), WHEN_REFUSED);
	assert_int_equal(date_result("feb 29 2027", "calendar"), WHEN_REFUSED);
	assert_int_equal(date_result("2026-00-10", "calendar"), WHEN_REFUSED);
}

static void anything_else_is_no_date(void **state)
{
	static const char *const texts[] = {
		"",
		"the customers",
		"friday morning",
		"12/01",
		"dec",
		"1",
		"in days",
		"in 3 months",
		"may be",
		"dec 45",
		"2026-12-01 14:05",
		"in 3 days or so",
		"1 2",
		"dec 1 26",
		"fr",
		"averyveryveryveryveryveryveryveryveryveryveryveryveryverylongword of many",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (date_result(texts[i], "") != WHEN_NONE)
			fail_msg("\"%s\" was taken for a date", texts[i]);
}

static void some_words_look_like_a_date_and_are_none(void **state)
{
	static const char *const like[] = {
		"tomorow",   "tomorrw",	    "firday",	   "friday noon",  "next friday",
		"next week", "end of week", "eod",	   "the 5th",	   "5th",
		"12/01",     "1.12.2026",   "in 2 months", "this evening", "5pm",
		"14:05",     "decembre 1",  "1 of dec",	   "tonight",	   "dec",
	};
	static const char *const unlike[] = {
		"hand",	     "the vendor", "one",	"tom",		"2 hours",
		"10%",	     "1.5",	   "2-3 nodes", "next release", "default",
		"marketing", "end users",  "",		"on-call",	"in-house staff",
	};
	const char *near;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(like) / sizeof(like[0]); i++)
		if (!date_like(like[i], &near))
			fail_msg("\"%s\" doesn't look like a date", like[i]);
	for (i = 0; i < sizeof(unlike) / sizeof(unlike[0]); i++)
		if (date_like(unlike[i], &near))
			fail_msg("\"%s\" looks like a date", unlike[i]);
	assert_true(date_like("tomorow", &near));
	assert_string_equal(near, "tomorrow");
}

static void a_date_is_over_at_the_end_of_that_day(void **state)
{
	struct zone berlin = test_berlin(), unknown = { 0 };

	(void)state;
	assert_int_equal(date_end_ms("2026-12-01", &berlin), test_ms("2026-12-01T22:59:59.999Z"));
	assert_int_equal(date_end_ms("2026-07-01", &berlin), test_ms("2026-07-01T21:59:59.999Z"));
	assert_int_equal(date_end_ms("2026-12-31", &unknown), test_ms("2026-12-31T23:59:59.999Z"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dates_are_read_in_every_form),
		cmocka_unit_test(a_weekdays_name_is_never_today),
		cmocka_unit_test(a_date_may_be_today),
		cmocka_unit_test(today_is_the_speakers),
		cmocka_unit_test(a_past_date_is_refused),
		cmocka_unit_test(an_impossible_date_is_refused),
		cmocka_unit_test(anything_else_is_no_date),
		cmocka_unit_test(some_words_look_like_a_date_and_are_none),
		cmocka_unit_test(a_date_is_over_at_the_end_of_that_day),
	};

	return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
