/* Times in what people write. */
#include "core/time/when.h"

#include "core/base/arena.h"

#include "tests/support/core_zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Monday 2026-11-23, 14:30 in Berlin. */
#define NOW "2026-11-23T13:30:00Z"

static void reads_at(const char *now, const char *s, const char *moment, const char *rest)
{
	struct when_context c = test_berlin_at(now);
	size_t used = 0;
	int64_t ms = -1;
	struct buf why, got;

	buf_init(&why, 1000);
	buf_init(&got, 100);
	if (when_read(&c, s, &used, &ms, &why, &why) != WHEN_READ)
		fail_msg("\"%s\" was not read: %s", s, why.s);
	civil_rfc3339(&got, ms);
	if (ms != test_ms(moment))
		fail_msg("\"%s\" is %s, not %s", s, got.s, moment);
	assert_string_equal(s + used, rest);
	assert_string_equal(why.s, "");
	buf_release(&got);
	buf_release(&why);
}

static void reads(const char *s, const char *moment, const char *rest)
{
	reads_at(NOW, s, moment, rest);
}

static void is_text(const char *s)
{
	struct when_context c = test_berlin_at(NOW);
	size_t used = 77;
	int64_t ms = 77;
	struct buf why;

	buf_init(&why, 1000);
	if (when_read(&c, s, &used, &ms, &why, &why) != WHEN_NONE)
		fail_msg("\"%s\" was taken for a time", s);
	assert_int_equal(used, 77);
	assert_int_equal(ms, 77);
	assert_string_equal(why.s, "");
	assert_false(when_needs_zone(s));
	buf_release(&why);
}

static char typed_instead[100];

/* Refused, with these words in the sentence; returns what may stand in its place. */
static int64_t refuses_at(const char *now, const char *s, const char *words, const char *rest)
{
	struct when_context c = test_berlin_at(now);
	size_t used = 0;
	int64_t ms = -1;
	struct buf why, instead;

	buf_init(&why, 1000);
	buf_init(&instead, 100);
	if (when_read(&c, s, &used, &ms, &why, &instead) != WHEN_REFUSED)
		fail_msg("\"%s\" was not refused", s);
	if (!strstr(why.s, words))
		fail_msg("\"%s\": \"%s\" doesn't say \"%s\"", s, why.s, words);
	if (strcmp(s + used, rest))
		fail_msg("\"%s\" is refused up to \"%s\"", s, s + used);
	snprintf(typed_instead, sizeof(typed_instead), "%s", instead.s);
	buf_release(&instead);
	buf_release(&why);
	return ms;
}

/* Looks like a time and is none; what to type instead. */
static void is_none(const char *s, const char *other, const char *rest)
{
	refuses_at(NOW, s, "\u201C", rest);
	if (strcmp(typed_instead, other))
		fail_msg("\"%s\": \"%s\" is to be typed, not \"%s\"", s, typed_instead, other);
}

static void a_time_of_day_is_read_in_the_speakers_zone(void **state)
{
	(void)state;
	reads("14:05 spike", "2026-11-23T13:05:00Z", "spike");
	reads("14:05:33 spike", "2026-11-23T13:05:33Z", "spike");
	reads("9:07 x", "2026-11-23T08:07:00Z", "x");
	reads("00:00", "2026-11-22T23:00:00Z", "");
	reads("@14:05 spike", "2026-11-23T13:05:00Z", "spike");
}

static void halves_of_the_day_may_be_said(void **state)
{
	(void)state;
	reads("2:05pm spike", "2026-11-23T13:05:00Z", "spike");
	reads("2:05 PM spike", "2026-11-23T13:05:00Z", "spike");
	reads("2:05\u202FPM spike", "2026-11-23T13:05:00Z", "spike");
	reads("@2:05pm", "2026-11-23T13:05:00Z", "");
	reads("12:10am", "2026-11-22T23:10:00Z", "");
	reads("12:10 pm", "2026-11-23T11:10:00Z", "");
	reads("11:50 Am", "2026-11-23T10:50:00Z", "");
	/* 14 o'clock has no half: whoever writes this means the project manager. */
	reads("14:05 PM was told", "2026-11-23T13:05:00Z", "PM was told");
	is_none("14:05pm x", "14:05", "x");
	is_none("0:30 pm x", "0:30", "x");
	is_none("13:05 a.m. x", "13:05", "x");
}

static void halves_are_read_as_people_and_phones_write_them(void **state)
{
	(void)state;
	reads("2:05 p.m. spike", "2026-11-23T13:05:00Z", "spike");
	reads("2:05 P.M., spike", "2026-11-23T13:05:00Z", "spike");
	reads("2:05p.m spike", "2026-11-23T13:05:00Z", "spike");
	reads("2:05 p.\u00A0m. spike", "2026-11-23T13:05:00Z", "spike");
	reads("11:50 a.m. spike", "2026-11-23T10:50:00Z", "spike");
	reads("2pm spike", "2026-11-23T13:00:00Z", "spike");
	reads("at 2 pm spike", "2026-11-23T13:00:00Z", "spike");
	reads("11 p.m. spike", "2026-11-22T22:00:00Z", "spike");
	reads("yesterday 11:50 p.m. spike", "2026-11-22T22:50:00Z", "spike");
	is_text("2 pods are down");
	is_text("2 PMs were told");
}

static void utc_may_be_said(void **state)
{
	(void)state;
	reads("13:05 UTC spike", "2026-11-23T13:05:00Z", "spike");
	reads("1:05pm utc, spike", "2026-11-23T13:05:00Z", "spike");
	reads("yesterday 23:50 UTC", "2026-11-22T23:50:00Z", "");
	reads("2026-11-23 13:05 UTC", "2026-11-23T13:05:00Z", "");
	reads("14:05 UTCs differ", "2026-11-23T13:05:00Z", "UTCs differ");
	reads("13:05Z spike", "2026-11-23T13:05:00Z", "spike");
	reads("13:05 Z: spike", "2026-11-23T13:05:00Z", "spike");
	reads("13:05 GMT spike", "2026-11-23T13:05:00Z", "spike");
}

static void other_zones_are_refused_never_left_in_the_text(void **state)
{
	(void)state;
	is_none("9:30 EST x", "9:30", "x");
	is_none("9:30 est, x", "9:30", "x");
	is_none("9:30am PT x", "9:30am", "x");
	is_none("14:05 CET x", "14:05", "x");
	is_none("14:05 UTC+2 x", "14:05", "x");
	is_none("14:05 GMT-5: x", "14:05", "x");
	is_none("14:05 Europe/Berlin x", "14:05", "x");
	is_none("2026-11-23 14:05 EST x", "2026-11-23 14:05", "x");
	is_none("yesterday 14:05 PST x", "yesterday 14:05", "x");
	reads("14:05 pt 2 of the migration", "2026-11-23T13:05:00Z", "pt 2 of the migration");
	reads("14:05 met the vendor", "2026-11-23T13:05:00Z", "met the vendor");
	reads("14:05 US/EU traffic is down", "2026-11-23T13:05:00Z", "US/EU traffic is down");
}

static void any_dash_and_any_space_will_do(void **state)
{
	static const char *const dashes[] = { "-",	"\u2010", "\u2011", "\u2012", "\u2013",
					      "\u2014", "\u2212", "\uFE63", "\uFF0D" };
	struct arena a;
	size_t i;

	(void)state;
	arena_init(&a);
	for (i = 0; i < sizeof(dashes) / sizeof(dashes[0]); i++) {
		const char *d = dashes[i];

		reads(arena_printf(&a, "%s20m spike", d), "2026-11-23T13:10:00Z", "spike");
		reads(arena_printf(&a, "2026%s11%s23 14:05 spike", d, d), "2026-11-23T13:05:00Z",
		      "spike");
		is_text(arena_printf(&a, "14:05%s14:20 spike", d));
		is_text(arena_printf(&a, "%s20 errors", d));
		is_none(arena_printf(&a, "%s10 minutes ago x", d), "10m ago", "x");
	}
	arena_release(&a);
	reads("14:05\u00A0spike", "2026-11-23T13:05:00Z", "spike");
	reads("2:05\u2009pm spike", "2026-11-23T13:05:00Z", "spike");
	reads("20\u202Fmin\u00A0ago spike", "2026-11-23T13:10:00Z", "spike");
}

static void a_day_may_be_said(void **state)
{
	(void)state;
	reads("yesterday 23:50 spike", "2026-11-22T22:50:00Z", "spike");
	reads("Yesterday  11:50pm", "2026-11-22T22:50:00Z", "");
	reads("today 09:00 x", "2026-11-23T08:00:00Z", "x");
	reads("2026-11-23 14:05 spike", "2026-11-23T13:05:00Z", "spike");
	reads("2026-11-23T14:05 spike", "2026-11-23T13:05:00Z", "spike");
	is_text("yesterday the db was slow");
	is_text("2026-11-23 deploy");
	is_text("yesterdays 14:05 spike");
}

static void yesterday_is_the_speakers(void **state)
{
	(void)state;
	/* 00:30 on the 24th in Berlin, still the 23rd in UTC. */
	reads_at("2026-11-23T23:30:00Z", "yesterday 23:50", "2026-11-23T22:50:00Z", "");
}

static void offsets_stand_behind_dated_times_only(void **state)
{
	(void)state;
	reads("2026-11-23T13:05Z spike", "2026-11-23T13:05:00Z", "spike");
	reads("2026-11-23T13:05:33.250Z", "2026-11-23T13:05:33Z", "");
	reads("2026-11-23T08:05-05:00 spike", "2026-11-23T13:05:00Z", "spike");
	reads("2026-11-23 18:35+0530", "2026-11-23T13:05:00Z", "");
	reads("2026-11-23T08:05\u221205:00 spike", "2026-11-23T13:05:00Z", "spike");
	is_none("14:05+01:00 spike", "2026-11-23 14:05+01:00", "spike");
	is_none("2026-11-23T13:05+1 spike", "2026-11-23 13:05", "spike");
}

static void times_ago_count_from_the_message(void **state)
{
	(void)state;
	reads("-20m spike", "2026-11-23T13:10:00Z", "spike");
	reads("-1h30m", "2026-11-23T12:00:00Z", "");
	reads("20m ago spike", "2026-11-23T13:10:00Z", "spike");
	reads("1h30m ago, spike", "2026-11-23T12:00:00Z", "spike");
	reads("2 hours ago", "2026-11-23T11:30:00Z", "");
	reads("90s ago", "2026-11-23T13:28:30Z", "");
	reads("-2d", "2026-11-21T13:30:00Z", "");
	is_text("-20 errors");
	is_text("- 20m spike");
	is_text("20m of logs are gone");
	is_text("20m agony");
	is_text("-20mb of heap");
	is_text("20");
	reads("1h30 ago spike", "2026-11-23T12:00:00Z", "spike");
	reads("1 hour and 30 minutes ago spike", "2026-11-23T12:00:00Z", "spike");
	reads("2 hours 30 minutes ago spike", "2026-11-23T11:00:00Z", "spike");
	reads("1.5h ago spike", "2026-11-23T12:00:00Z", "spike");
	reads("an hour ago spike", "2026-11-23T12:30:00Z", "spike");
	reads("half an hour ago, spike", "2026-11-23T13:00:00Z", "spike");
	reads("10 min. ago: spike", "2026-11-23T13:20:00Z", "spike");
	reads("~10m ago spike", "2026-11-23T13:20:00Z", "spike");
	is_text("a spike an hour ago");
}

static void a_minus_before_a_time_ago_is_refused(void **state)
{
	(void)state;
	is_none("-10 minutes ago x", "10m ago", "x");
	is_none("-10m ago x", "10m ago", "x");
	is_none("-1h30m ago, x", "1h30m ago", "x");
	is_none("-2 hours x", "2h ago", "x");
}

static void a_time_ends_at_white_space_or_a_comma(void **state)
{
	(void)state;
	reads("14:05, spike", "2026-11-23T13:05:00Z", "spike");
	reads("14:05,spike", "2026-11-23T13:05:00Z", "spike");
	reads("14:05,, spike", "2026-11-23T13:05:00Z", ", spike");
	reads("  14:05\n spike", "2026-11-23T13:05:00Z", "spike");
	reads("14:05: spike", "2026-11-23T13:05:00Z", "spike");
	reads("14:05. spike", "2026-11-23T13:05:00Z", "spike");
	reads("14:05;", "2026-11-23T13:05:00Z", "");
	is_none("14:05h spike", "14:05", "spike");
	is_none("14:05:3 spike", "14:05", "spike");
	is_none("[14:05] spike", "14:05", "spike");
	is_none("*14:05* spike", "14:05", "spike");
	is_text("14:055");
}

static void a_day_may_stand_behind_and_other_days_are_refused(void **state)
{
	(void)state;
	reads("23:50 yesterday spike", "2026-11-22T22:50:00Z", "spike");
	reads("yesterday, 23:50 spike", "2026-11-22T22:50:00Z", "spike");
	reads("yesterday at 23:50 spike", "2026-11-22T22:50:00Z", "spike");
	reads("2026-11-23 at 14:05 spike", "2026-11-23T13:05:00Z", "spike");
	reads("at 14:05 we rolled back", "2026-11-23T13:05:00Z", "we rolled back");
	reads("14:05 on call was paged", "2026-11-23T13:05:00Z", "on call was paged");
	is_none("friday 14:05 spike", "2026-11-20 14:05", "spike");
	is_none("last friday at 2:05pm spike", "2026-11-20 2:05pm", "spike");
	is_none("nov 22 14:05 spike", "2026-11-22 14:05", "spike");
	is_none("24 dec 14:05 spike", "2025-12-24 14:05", "spike");
	is_none("14:05 on 2026-11-20 spike", "2026-11-20 14:05", "spike");
	is_none("23.11. 14:05 spike", "2026-11-23 14:05", "spike");
	is_none("23.11. 14.05 spike", "2026-11-23 14:05", "spike");
	is_text("friday the db was slow");
	is_text("may 5 pods restart");
}

/* Each was looked at twice by the one before: a line of forty kept the bot for days. */
static void words_before_a_day_are_read_once_however_many_there_are(void **state)
{
	struct buf said;

	(void)state;
	buf_init(&said, BUF_ROOMY);
	for (int i = 0; i < 1000; i++)
		buf_adds(&said, "on last ");
	is_text(said.s);
	buf_adds(&said, "friday 14:05 spike");
	refuses_at(NOW, said.s, "", "spike");
	buf_release(&said);
}

static void a_time_full_of_blanks_is_not_said_again_as_typed(void **state)
{
	char said[300];

	(void)state;
	snprintf(said, sizeof(said), "`2%200sam", "");
	is_none(said, "2:00", "");
}

static void ranges_and_times_further_on_are_text(void **state)
{
	(void)state;
	is_text("14:05-14:20 spike");
	is_text("14:05 - 14:20 spike");
	is_text("14:05\u201314:20 spike");
	is_text("14:05 \u2013 14:20 spike");
	is_text("2026-11-23 14:05-14:20 spike");
	is_text("5xx at 14:05");
	reads("14:05 - rolled back", "2026-11-23T13:05:00Z", "- rolled back");
}

static void numbers_that_are_no_time_are_text(void **state)
{
	(void)state;
	is_text("80:20 split");
	is_text("1:1 with sam");
	is_text("00:1b:44:11:3a:b7 is the card");
	is_text("12:34:56:78:90:12 is the card");
	is_text("80:8080 is mapped");
	is_text("");
	is_text("   ");
}

static void what_begins_like_a_time_and_is_none_is_refused(void **state)
{
	(void)state;
	is_none("25:00 x", "14:30", "x");
	is_none("24:00 x", "00:00", "x");
	is_none("14:60 x", "14:30", "x");
	is_none("14:05:60 x", "14:30", "x");
	is_none("yesterday 25:00 x", "14:30", "x");
}

static void other_ways_to_write_a_time_are_refused_with_the_right_one(void **state)
{
	(void)state;
	is_none("14.05 x", "14:05", "x");
	is_none("9.30, x", "9:30", "x");
	is_none("2.05pm x", "14:05", "x");
	is_none("14.05: x", "14:05", "x");
	is_none("14h05 x", "14:05", "x");
	is_none("14H05 x", "14:05", "x");
	is_none("1405 UTC x", "14:05 UTC", "x");
	is_none("14.05 UTC x", "14:05", "UTC x");
	is_none("at 14.05 x", "14:05", "x");
	is_none("1405Z x", "14:05 UTC", "x");
	is_none("1405h x", "14:05", "x");
	is_none("2026-11-22 14.05 x", "2026-11-22 14:05", "x");
	is_none("yesterday 14h05 x", "yesterday 14:05", "x");
	reads("14\uFF1A05 x", "2026-11-23T13:05:00Z", "x");
	reads("\uFF11\uFF14:\uFF10\uFF15 x", "2026-11-23T13:05:00Z", "x");
	reads("14\u223605 x", "2026-11-23T13:05:00Z", "x");
	reads("around 14:05 x", "2026-11-23T13:05:00Z", "x");
	reads("ca. 14:05, x", "2026-11-23T13:05:00Z", "x");
	is_none("about 14.05 x", "14:05", "x");
	is_none("last night 23:10 x", "2026-11-22 23:10", "x");
	is_none("yesterday evening at 9:30pm x", "2026-11-22 9:30pm", "x");
	is_none("this morning, 9:30 x", "2026-11-23 9:30", "x");
	is_none("the day before yesterday 9:30 x", "2026-11-21 9:30", "x");
	is_text("last night the db was slow");
	is_text("about 20 hosts are down");
	is_text("14.05% of checkouts fail");
	is_text("1.25 GB of logs are gone");
	is_text("1.25 million requests failed");
	is_text("14.05.1 is rolled out");
	is_text("10.20.30.40 is down");
	is_text("25.10 x");
	is_text("99.95 x");
	is_text("1405 errors");
	is_text("2h of logs are gone");
	is_text("5xx");
}

static void noon_and_midnight_are_times_where_they_can_be_nothing_else(void **state)
{
	(void)state;
	reads("at noon we rolled back", "2026-11-23T11:00:00Z", "we rolled back");
	reads("12 noon rolled back", "2026-11-23T11:00:00Z", "rolled back");
	reads("noon, rolled back", "2026-11-23T11:00:00Z", "rolled back");
	reads("yesterday at noon rolled back", "2026-11-22T11:00:00Z", "rolled back");
	reads("2026-11-22 noon rolled back", "2026-11-22T11:00:00Z", "rolled back");
	reads("at midnight the job began", "2026-11-22T23:00:00Z", "the job began");
	is_none("nov 22, at noon x", "2026-11-22 noon", "x");
	is_none("friday noon x", "2026-11-20 noon", "x");
	/* The first moment of it, or the last? */
	is_none("yesterday midnight x", "00:00", "x");
	is_text("noon traffic is high");
	is_text("midnight job is late");
}

static void without_a_date_it_is_the_latest_such_moment(void **state)
{
	(void)state;
	reads("14:30", "2026-11-23T13:30:00Z", "");
	reads("14:31", "2026-11-23T13:31:00Z", "");
	reads("14:40", "2026-11-23T13:40:00Z", "");
	reads("14:41", "2026-11-22T13:41:00Z", "");
	reads("23:50", "2026-11-22T22:50:00Z", "");
	/* 23:55 in Berlin: five past midnight is ten minutes ahead, and tomorrow. */
	reads_at("2026-11-23T22:55:00Z", "0:05", "2026-11-23T23:05:00Z", "");
	reads_at("2026-11-23T22:55:00Z", "0:06", "2026-11-22T23:06:00Z", "");
}

static void nothing_lies_further_ahead_than_ten_minutes(void **state)
{
	(void)state;
	reads("2026-11-23 14:40", "2026-11-23T13:40:00Z", "");
	assert_int_equal(refuses_at(NOW, "2026-11-23 14:41 spike", "is in the future", "spike"),
			 test_ms(NOW));
	refuses_at(NOW, "2027-01-01T00:00Z", "Leave the time out", "");
	refuses_at(NOW, "today 18:00, x", "is in the future", "x");
}

static void a_date_that_does_not_exist_is_refused(void **state)
{
	(void)state;
	refuses_at(NOW, "2026-02-30 14:05 x", "2026-02-30 14:05", "x");
	refuses_at(NOW, "2026-13-01T14:05", "doesn't exist", "");
	refuses_at(NOW, "2026-11-22 25:00 x", "doesn't exist", "x");
}

static void a_moment_before_1970_is_refused(void **state)
{
	(void)state;
	refuses_at(NOW, "1926-11-23 14:05 x", "too long ago", "x");
	refuses_at(NOW, "-999999d", "too long ago", "");
}

static void a_time_that_occurs_twice_is_the_later_one_not_in_the_future(void **state)
{
	(void)state;
	/* 02:30 on October 25 is 00:30 and 01:30 UTC. */
	reads_at("2026-10-25T08:00:00Z", "02:30", "2026-10-25T01:30:00Z", "");
	reads_at("2026-10-25T01:30:00Z", "02:30", "2026-10-25T01:30:00Z", "");
	reads_at("2026-10-25T01:29:00Z", "02:30", "2026-10-25T00:30:00Z", "");
	reads_at("2026-10-25T00:25:00Z", "02:30", "2026-10-25T00:30:00Z", "");
	reads_at("2026-11-01T08:00:00Z", "2026-10-25 02:30", "2026-10-25T01:30:00Z", "");
}

static void a_time_that_the_clocks_skipped_is_refused(void **state)
{
	(void)state;
	/* 02:30 on March 29 never was; by the old clocks it is 03:30. */
	assert_int_equal(refuses_at("2026-03-29T08:00:00Z", "02:30 spike", "03:30", "spike"),
			 test_ms("2026-03-29T01:30:00Z"));
	refuses_at("2026-04-01T08:00:00Z", "2026-03-29 02:30 x", "clocks went forward", "x");
	refuses_at("2026-03-30T08:00:00Z", "yesterday 02:30", "clocks went forward", "");
	/* At one o'clock in that night it is yesterday's. */
	reads_at("2026-03-29T00:00:00Z", "02:30", "2026-03-28T01:30:00Z", "");
	reads_at("2026-03-29T08:00:00Z", "2026-03-29 02:30 UTC", "2026-03-29T02:30:00Z", "");
}

static void only_local_times_need_a_zone(void **state)
{
	(void)state;
	assert_true(when_needs_zone("14:05 x"));
	assert_true(when_needs_zone("2:05 PM"));
	assert_true(when_needs_zone("yesterday 23:50"));
	assert_true(when_needs_zone("2026-11-23 14:05"));
	assert_false(when_needs_zone("-20m"));
	assert_false(when_needs_zone("20m ago x"));
	assert_false(when_needs_zone("14:05 UTC x"));
	assert_false(when_needs_zone("2026-11-23T14:05Z"));
	assert_false(when_needs_zone("2026-11-23T14:05+01:00"));
	assert_false(when_needs_zone("no time"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_of_day_is_read_in_the_speakers_zone),
		cmocka_unit_test(halves_of_the_day_may_be_said),
		cmocka_unit_test(utc_may_be_said),
		cmocka_unit_test(a_day_may_be_said),
		cmocka_unit_test(yesterday_is_the_speakers),
		cmocka_unit_test(offsets_stand_behind_dated_times_only),
		cmocka_unit_test(times_ago_count_from_the_message),
		cmocka_unit_test(a_time_ends_at_white_space_or_a_comma),
		cmocka_unit_test(ranges_and_times_further_on_are_text),
		cmocka_unit_test(numbers_that_are_no_time_are_text),
		cmocka_unit_test(without_a_date_it_is_the_latest_such_moment),
		cmocka_unit_test(nothing_lies_further_ahead_than_ten_minutes),
		cmocka_unit_test(a_date_that_does_not_exist_is_refused),
		cmocka_unit_test(a_moment_before_1970_is_refused),
		cmocka_unit_test(a_time_that_occurs_twice_is_the_later_one_not_in_the_future),
		cmocka_unit_test(a_time_that_the_clocks_skipped_is_refused),
		cmocka_unit_test(only_local_times_need_a_zone),
		cmocka_unit_test(halves_are_read_as_people_and_phones_write_them),
		cmocka_unit_test(other_zones_are_refused_never_left_in_the_text),
		cmocka_unit_test(any_dash_and_any_space_will_do),
		cmocka_unit_test(a_minus_before_a_time_ago_is_refused),
		cmocka_unit_test(a_day_may_stand_behind_and_other_days_are_refused),
		cmocka_unit_test(words_before_a_day_are_read_once_however_many_there_are),
		cmocka_unit_test(a_time_full_of_blanks_is_not_said_again_as_typed),
		cmocka_unit_test(what_begins_like_a_time_and_is_none_is_refused),
		cmocka_unit_test(other_ways_to_write_a_time_are_refused_with_the_right_one),
		cmocka_unit_test(noon_and_midnight_are_times_where_they_can_be_nothing_else),
	};

	return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
