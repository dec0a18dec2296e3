#include "tests/support/core_zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* The last Sunday of a month with 31 days, 01:00 UTC. */
static int64_t last_sunday(int year, int month)
{
	struct civil c = { .year = year, .month = month, .day = 31, .hour = 1 };

	civil_from_ms(&c, civil_to_ms(&c));
	c.day -= c.weekday;
	return civil_to_ms(&c);
}

static int berlin(int64_t utc_ms)
{
	struct civil c;

	civil_from_ms(&c, utc_ms);
	return utc_ms >= last_sunday(c.year, 3) && utc_ms < last_sunday(c.year, 10) ? 7200 : 3600;
}

/* Samoa left out 2011-12-30. */
static int apia(int64_t utc_ms)
{
	return utc_ms < test_ms("2011-12-30T10:00:00Z") ? -36000 : 50400;
}

static int offset(struct zones *zones, const char *zone, int64_t utc_ms, int *seconds)
{
	(void)zones;
	if (strcmp(zone, "Europe/Berlin") == 0)
		*seconds = berlin(utc_ms);
	else if (strcmp(zone, "Pacific/Apia") == 0)
		*seconds = apia(utc_ms);
	else
		return 1;
	return 0;
}

struct zones test_zones = { offset };

struct zone test_berlin(void)
{
	return (struct zone){ .name = "Europe/Berlin", .known = true, .zones = &test_zones };
}

int64_t test_ms(const char *rfc3339)
{
	int64_t ms = -1;

	assert_int_equal(civil_parse_rfc3339(rfc3339, &ms), 0);
	return ms;
}

struct when_context test_berlin_at(const char *now)
{
	return (struct when_context){ .now_ms = test_ms(now), .zone = test_berlin() };
}
