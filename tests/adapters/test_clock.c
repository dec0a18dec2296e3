#include "adapters/clock/clock.h"

#include "adapters/clock/tzif.h"

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

/* A file that has nothing but a rule; what is beyond all calendars has its winter time. */
static void a_rule_holds_at_any_moment(void **state)
{
	static const unsigned char head[44] = { 'T', 'Z', 'i', 'f', '2', [39] = 1, [43] = 1 },
				   info[7] = { 0 };
	static const char rule[] = "\nAAA0BBB,M3.5.0,M10.5.0\n";
	unsigned char file[2 * (sizeof(head) + sizeof(info)) + sizeof(rule) - 1];
	struct tzif z;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		memcpy(file + i * (sizeof(head) + sizeof(info)), head, sizeof(head));
		memcpy(file + i * (sizeof(head) + sizeof(info)) + sizeof(head), info, sizeof(info));
	}
	memcpy(file + 2 * (sizeof(head) + sizeof(info)), rule, sizeof(rule) - 1);
	assert_int_equal(tzif_read(&z, file, sizeof(file)), 0);
	assert_int_equal(tzif_offset(&z, 1782993600), 3600); /* 2026-07-02 */
	assert_int_equal(tzif_offset(&z, INT64_MIN), 0);
	assert_int_equal(tzif_offset(&z, INT64_MAX), 0);
	tzif_offset(&z, INT64_C(9200000000000000));
	tzif_offset(&z, -INT64_C(9200000000000000));
	tzif_release(&z);
}

/* ---- the zone files, against libc, which reads them too ---- */

static int libc_offset(int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	return (int)tm.tm_gmtoff;
}

static void compare_at(const char *zone, int64_t at)
{
	int is = offset_of(zone, at * MS_SECOND), want = libc_offset(at);

	if (is != want)
		fail_msg("%s at %lld: %d, libc has %d", zone, (long long)at, is, want);
}

/* Every 17 days and some from 1900 to 2200; where the offset changes, to the second. */
static void compare_zone(const char *zone)
{
	const int64_t from = INT64_C(-2208988800), to = INT64_C(7258118400), step = 1474567;
	char tz[80];

	snprintf(tz, sizeof(tz), ":%s", zone);
	setenv("TZ", tz, 1);
	tzset();
	for (int64_t at = from; at < to; at += step) {
		int64_t low = at, high = at + step;

		compare_at(zone, at);
		if (libc_offset(low) == libc_offset(high))
			continue;
		while (high - low > 1) {
			int64_t middle = low + (high - low) / 2;

			if (libc_offset(middle) == libc_offset(low))
				low = middle;
			else
				high = middle;
		}
		compare_at(zone, low);
		compare_at(zone, high);
	}
}

static void every_zone_of_the_system_has_the_offsets_that_libc_finds(void **state)
{
	FILE *f = fopen("/usr/share/zoneinfo/tzdata.zi", "re");
	char line[200], zone[64], other[64];
	int zones = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Z %63s", zone) != 1 &&
		    sscanf(line, "L %63s %63s", other, zone) != 2)
			continue;
		if (!known(zone))
			fail_msg("%s is not known", zone);
		compare_zone(zone);
		zones++;
	}
	fclose(f);
	unsetenv("TZ");
	tzset();
	assert_in_range(zones, 400, 1000);
}

static void a_damaged_file_is_no_zone_or_another_but_never_a_crash(void **state)
{
	static unsigned char bytes[100000], bad[sizeof(bytes)];
	FILE *f = fopen("/usr/share/zoneinfo/Europe/Berlin", "re");
	uint64_t chance = 1;
	struct tzif z;
	size_t len;

	(void)state;
	assert_non_null(f);
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	for (size_t cut = 0; cut < len; cut++) {
		unsigned char *part = malloc(cut + 1); /* of its own: reading past it is seen */

		memcpy(part, bytes, cut);
		assert_int_equal(tzif_read(&z, part, cut), 1);
		tzif_release(&z);
		free(part);
	}
	for (int i = 0; i < 20000; i++) {
		memcpy(bad, bytes, len);
		for (int k = 0; k < 3; k++) {
			chance = chance * 6364136223846793005u + 1442695040888963407u;
			/* Mostly in headers and the rule, where the meaning is. */
			bad[(chance >> 33) % (chance & 1024 ? len : 100)] =
				(unsigned char)(chance >> 56);
		}
		if (tzif_read(&z, bad, len) == 0)
			for (int64_t at = -5000000000; at < 9000000000; at += 777777777)
				assert_in_range(tzif_offset(&z, at) + 200000, 0, 400000);
		tzif_release(&z);
	}
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
		cmocka_unit_test(a_rule_holds_at_any_moment),
		cmocka_unit_test(every_zone_of_the_system_has_the_offsets_that_libc_finds),
		cmocka_unit_test(a_damaged_file_is_no_zone_or_another_but_never_a_crash),
		cmocka_unit_test(clock_ticks_forward),
		cmocka_unit_test(chance_fills_every_byte),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
