#include "adapters/clock/clock.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define WINTER INT64_C(1767268800000)	      /* 2026-01-01T12:00Z */
#define SUMMER INT64_C(1782907200000)	      /* 2026-07-01T12:00Z */
#define BERLIN_FORWARD INT64_C(1774746000000) /* 2026-03-29T01:00Z: 02:00 becomes 03:00 */

static int offset_of(const char *zone, int64_t ms)
{
	struct zones *z = zones_system();
	int seconds = INT_MIN;

	assert_int_equal(z->offset(z, zone, ms, &seconds), 0);
	return seconds;
}

static bool known(const char *zone)
{
	struct zones *z = zones_system();
	int seconds;

	return z->offset(z, zone, WINTER, &seconds) == 0;
}

static void offset_follows_the_season(void **state)
{
	(void)state;
	assert_int_equal(offset_of("Europe/Berlin", WINTER), 3600);
	assert_int_equal(offset_of("Europe/Berlin", SUMMER), 7200);
	assert_int_equal(offset_of("America/New_York", WINTER), -5 * 3600);
	assert_int_equal(offset_of("Asia/Kathmandu", WINTER), 5 * 3600 + 45 * 60);
	assert_int_equal(offset_of("UTC", SUMMER), 0);
}

static void zones_can_be_asked_in_turn(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 50; i++) {
		assert_int_equal(offset_of("Asia/Tokyo", SUMMER), 9 * 3600);
		assert_int_equal(offset_of("America/Sao_Paulo", SUMMER), -3 * 3600);
	}
}

static void clocks_change_at_the_very_millisecond(void **state)
{
	(void)state;
	assert_int_equal(offset_of("Europe/Berlin", BERLIN_FORWARD - 1), 3600);
	assert_int_equal(offset_of("Europe/Berlin", BERLIN_FORWARD), 7200);
}

static void times_before_1970_round_down(void **state)
{
	(void)state;
	/* Tonga's clocks went from +12:20 to +13:00 at 1960-12-31T11:40Z, whole seconds before 1970. */
	assert_int_equal(offset_of("Pacific/Tongatapu", INT64_C(-284041200000) - 1),
			 12 * 3600 + 20 * 60);
	assert_int_equal(offset_of("Pacific/Tongatapu", INT64_C(-284041200000)), 13 * 3600);
}

static void unknown_zone_is_said_to_be_unknown(void **state)
{
	(void)state;
	assert_false(known("Europe/Atlantis"));
	assert_false(known(""));
	assert_false(known("Europe"));	    /* a folder */
	assert_false(known("leapseconds")); /* a file, but no zone */
	assert_true(known("Europe/Berlin"));
}

static void zone_name_cannot_leave_the_folder(void **state)
{
	(void)state;
	assert_false(known("../zoneinfo/Europe/Berlin"));
	assert_false(known("/usr/share/zoneinfo/Europe/Berlin"));
	assert_false(known("Europe/Berlin\nX"));
	assert_false(known("Europe/./Berlin"));
	assert_false(known(
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
	assert_int_equal(offset_of("UTC", WINTER), 0);
}

static void year_beyond_all_calendars_is_no_crash(void **state)
{
	struct zones *z = zones_system();
	int seconds;

	(void)state;
	z->offset(z, "Europe/Berlin", INT64_MAX, &seconds);
	z->offset(z, "Europe/Berlin", INT64_MIN, &seconds);
}

/* zone_of_system() answers once a process: each TZ is tried in a child of its own. */
static void check_system_zone(const char *tz, const char *want)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		setenv("TZ", tz, 1);
		_exit(strcmp(zone_of_system(), want) == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void system_zone_is_read_from_tz(void **state)
{
	(void)state;
	check_system_zone("Asia/Tokyo", "Asia/Tokyo");
	check_system_zone(":Europe/Berlin", "Europe/Berlin");
	check_system_zone("/usr/share/zoneinfo/Asia/Kolkata", "Asia/Kolkata");
}

static void system_zone_is_a_zone_that_exists(void **state)
{
	(void)state;
	assert_true(known(zone_of_system()));
}

static void clock_ticks_forward(void **state)
{
	struct clock *c = clock_system();
	int64_t a = c->now_ms(c), b = c->now_ms(c);

	(void)state;
	assert_true(a > WINTER);
	assert_true(b >= a);
}

static void chance_fills_every_byte(void **state)
{
	struct entropy *e = entropy_system();
	unsigned char bytes[1000], seen[sizeof(bytes)] = { 0 };
	size_t i;
	int round;

	(void)state;
	/* A byte that is zero twenty times in a row was not filled. */
	for (round = 0; round < 20; round++) {
		memset(bytes, 0, sizeof(bytes));
		e->fill(e, bytes, sizeof(bytes));
		for (i = 0; i < sizeof(bytes); i++)
			seen[i] |= bytes[i];
	}
	for (i = 0; i < sizeof(bytes); i++)
		assert_int_not_equal(seen[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_zone_is_read_from_tz),
		cmocka_unit_test(system_zone_is_a_zone_that_exists),
		cmocka_unit_test(offset_follows_the_season),
		cmocka_unit_test(zones_can_be_asked_in_turn),
		cmocka_unit_test(clocks_change_at_the_very_millisecond),
		cmocka_unit_test(times_before_1970_round_down),
		cmocka_unit_test(unknown_zone_is_said_to_be_unknown),
		cmocka_unit_test(zone_name_cannot_leave_the_folder),
		cmocka_unit_test(year_beyond_all_calendars_is_no_crash),
		cmocka_unit_test(clock_ticks_forward),
		cmocka_unit_test(chance_fills_every_byte),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
