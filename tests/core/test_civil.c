#include "core/time/civil.h"

#include "tests/support/core_zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void assert_written(void (*write)(struct buf *, int64_t), int64_t ms, const char *expected)
{
	struct buf b;

	buf_init(&b, 100);
	write(&b, ms);
	assert_string_equal(b.s, expected);
	buf_release(&b);
}

static void every_day_of_eight_centuries_comes_back(void **state)
{
	int64_t day;
	struct civil c;

	(void)state;
	for (day = -200000; day < 100000; day++) {
		civil_from_ms(&c, day * MS_DAY + 12345);
		assert_int_equal(civil_to_ms(&c), day * MS_DAY + 12345);
		assert_in_range(c.day, 1, civil_days_in_month(c.year, c.month));
		assert_int_equal(c.weekday, ((day + 4) % 7 + 7) % 7);
	}
}

static void known_days_have_their_dates(void **state)
{
	struct civil c;

	(void)state;
	civil_from_ms(&c, 0);
	assert_int_equal(c.year, 1970);
	assert_int_equal(c.weekday, 4);
	civil_from_ms(&c, 1763906700123);
	assert_int_equal(c.year, 2025);
	assert_int_equal(c.month, 11);
	assert_int_equal(c.day, 23);
	assert_int_equal(c.hour, 14);
	assert_int_equal(c.minute, 5);
	assert_int_equal(c.second, 0);
	assert_int_equal(c.ms, 123);
	assert_int_equal(c.weekday, 0);
	civil_from_ms(&c, -1);
	assert_int_equal(c.year, 1969);
	assert_int_equal(c.ms, 999);
}

static void fields_out_of_range_carry(void **state)
{
	struct civil c = { .year = 2026, .month = 14, .day = 0, .hour = 25, .minute = -1 };

	(void)state;
	assert_int_equal(civil_to_ms(&c), test_ms("2027-02-01T00:59:00Z"));
}

static void february_knows_its_leap_years(void **state)
{
	(void)state;
	assert_int_equal(civil_days_in_month(2024, 2), 29);
	assert_int_equal(civil_days_in_month(2026, 2), 28);
	assert_int_equal(civil_days_in_month(2000, 2), 29);
	assert_int_equal(civil_days_in_month(2100, 2), 28);
	assert_int_equal(civil_days_in_month(2026, 13), 0);
	assert_int_equal(civil_days_in_month(2026, 0), 0);
}

static void a_zone_is_used_by_its_name(void **state)
{
	struct zone z = test_berlin();

	(void)state;
	assert_int_equal(zone_offset_s(&z, test_ms("2026-07-01T00:00:00Z")), 7200);
	assert_int_equal(zone_offset_s(&z, test_ms("2026-12-01T00:00:00Z")), 3600);
}

static void an_offset_counts_only_when_the_name_is_unknown(void **state)
{
	struct zone unknown_name = { "Moon/Base", 1800, true, &test_zones };
	struct zone no_name = { NULL, -3600, true, NULL };
	struct zone nobody_told = { "Europe/Berlin", 1800, false, &test_zones };

	(void)state;
	assert_int_equal(zone_offset_s(&unknown_name, 0), 1800);
	assert_int_equal(zone_offset_s(&no_name, 0), -3600);
	assert_int_equal(zone_offset_s(&nobody_told, 0), 0);
}

static void a_local_time_is_one_moment_two_or_none(void **state)
{
	struct zone z = test_berlin();
	int64_t utc[2];

	(void)state;
	assert_int_equal(zone_to_utc(&z, test_ms("2026-11-23T14:05:00Z"), utc), 1);
	assert_int_equal(utc[0], test_ms("2026-11-23T13:05:00Z"));
	assert_int_equal(zone_to_utc(&z, test_ms("2026-10-25T02:30:00Z"), utc), 2);
	assert_int_equal(utc[0], test_ms("2026-10-25T00:30:00Z"));
	assert_int_equal(utc[1], test_ms("2026-10-25T01:30:00Z"));
	assert_int_equal(zone_to_utc(&z, test_ms("2026-03-29T02:30:00Z"), utc), 0);
	assert_int_equal(zone_to_utc(&z, test_ms("2026-03-29T03:00:00Z"), utc), 1);
	assert_int_equal(utc[0], test_ms("2026-03-29T01:00:00Z"));
}

static void a_whole_day_can_be_skipped(void **state)
{
	struct zone z = { "Pacific/Apia", 0, true, &test_zones };
	int64_t utc[2];

	(void)state;
	assert_int_equal(zone_to_utc(&z, test_ms("2011-12-30T12:00:00Z"), utc), 0);
	assert_int_equal(zone_to_utc(&z, test_ms("2011-12-29T23:59:00Z"), utc), 1);
	assert_int_equal(utc[0], test_ms("2011-12-30T09:59:00Z"));
	assert_int_equal(zone_to_utc(&z, test_ms("2011-12-31T00:00:00Z"), utc), 1);
	assert_int_equal(utc[0], test_ms("2011-12-30T10:00:00Z"));
}

static void rfc3339_is_written_with_milliseconds(void **state)
{
	(void)state;
	assert_written(civil_rfc3339, 1763906700007, "2025-11-23T14:05:00.007Z");
}

static void rfc3339_is_read_with_or_without_fraction_and_offset(void **state)
{
	(void)state;
	assert_int_equal(test_ms("2025-11-23T14:05:00.000Z"), 1763906700000);
	assert_int_equal(test_ms("2025-11-23T14:05:00"), 1763906700000);
	assert_int_equal(test_ms("2025-11-23T15:05:00+01:00"), 1763906700000);
	assert_int_equal(test_ms("2025-11-23t09:35:00-04:30"), 1763906700000);
	assert_int_equal(test_ms("2025-11-23T14:05:00.5Z"), 1763906700500);
	assert_int_equal(test_ms("2025-11-23T14:05:00.0079999Z"), 1763906700007);
}

static void what_is_no_rfc3339_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"2025",
		"2025-11-23",
		"2025-11-23T14:05",
		"2025-13-01T00:00:00Z",
		"2025-02-29T00:00:00Z",
		"2025-11-23T24:00:00Z",
		"2025-11-23T14:60:00Z",
		"2025-11-23T14:05:00.Z",
		"2025-11-23T14:05:00Zx",
		"2025-11-23T14:05:00+1",
		"25-11-23T14:05:00Z",
		"2025-11-00T14:05:00Z",
		"2025-11-23T14:05:00+24:00",
	};
	int64_t ms = 7;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(civil_parse_rfc3339(wrong[i], &ms), 1);
	assert_int_equal(ms, 7);
}

static void times_and_dates_are_written_in_utc(void **state)
{
	(void)state;
	assert_written(civil_time, 1763906700000, "14:05");
	assert_written(civil_date, 1763906700000, "2025-11-23");
	assert_written(civil_full, 1763906700000, "2025-11-23 14:05 UTC");
}

static void durations_have_two_units_at_most(void **state)
{
	(void)state;
	assert_written(civil_duration, 0, "0 s");
	assert_written(civil_duration, 45999, "45 s");
	assert_written(civil_duration, 3 * MS_MINUTE + 20 * MS_SECOND, "3 min");
	assert_written(civil_duration, MS_HOUR, "1 h");
	assert_written(civil_duration, 87 * MS_MINUTE, "1 h 27 min");
	assert_written(civil_duration, 18 * MS_HOUR + 47 * MS_MINUTE, "18 h 47 min");
	assert_written(civil_duration, 51 * MS_HOUR + 59 * MS_MINUTE, "2 d 3 h");
	assert_written(civil_duration, 48 * MS_HOUR, "2 d");
}

static void how_long_ago_is_said_in_words(void **state)
{
	static const struct {
		int64_t ms;
		const char *says;
	} cases[] = {
		{ 0, "just now" },
		{ 59 * MS_SECOND, "just now" },
		{ -59 * MS_SECOND, "just now" },
		{ 3 * MS_MINUTE, "3 min ago" },
		{ -4 * MS_MINUTE, "in 4 min" },
		{ 27 * MS_HOUR, "1 d 3 h ago" },
	};
	int64_t now = 1763906700000;
	struct buf b;
	size_t i;

	(void)state;
	buf_init(&b, 100);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_reset(&b);
		civil_ago(&b, now - cases[i].ms, now);
		assert_string_equal(b.s, cases[i].says);
	}
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_day_of_eight_centuries_comes_back),
		cmocka_unit_test(known_days_have_their_dates),
		cmocka_unit_test(fields_out_of_range_carry),
		cmocka_unit_test(february_knows_its_leap_years),
		cmocka_unit_test(a_zone_is_used_by_its_name),
		cmocka_unit_test(an_offset_counts_only_when_the_name_is_unknown),
		cmocka_unit_test(a_local_time_is_one_moment_two_or_none),
		cmocka_unit_test(a_whole_day_can_be_skipped),
		cmocka_unit_test(rfc3339_is_written_with_milliseconds),
		cmocka_unit_test(rfc3339_is_read_with_or_without_fraction_and_offset),
		cmocka_unit_test(what_is_no_rfc3339_is_refused),
		cmocka_unit_test(times_and_dates_are_written_in_utc),
		cmocka_unit_test(durations_have_two_units_at_most),
		cmocka_unit_test(how_long_ago_is_said_in_words),
	};

	return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
