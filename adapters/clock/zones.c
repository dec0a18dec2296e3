/*
 * zones: offsets out of the system's zone files, by libc, which knows only one zone at a time: TZ.
 *
 * setenv() moves the environment about while a resolver thread of getaddrinfo_a() may be in getenv().
 * So one static string "TZ=…" goes into the environment once, before there is a thread, and is then
 * changed in place; nobody but tzset() reads its value.
 */
#include "adapters/clock/clock.h"

#include <limits.h>
#include <unistd.h>

#define ZONEINFO "/usr/share/zoneinfo/"
#define ZONE_MAX 64 /* the longest of the tz database has 32 bytes */

/* The ':' keeps libc from reading a name as a POSIX rule ("EST5EDT"). */
static char environment[4 + ZONE_MAX] = "TZ=:UTC";
#define CURRENT (environment + 4)

/* Names come from Slack and become file names: nothing in them may lead out of the folder. */
static bool name_is_safe(const char *name)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/-";
	size_t len = strlen(name);

	return len > 0 && len < ZONE_MAX && strspn(name, allowed) == len && name[0] != '/' &&
	       name[0] != '-';
}

/* Anything else in that folder (a directory, "leapseconds") libc would quietly read as UTC. */
static bool file_is_zone(const char *name)
{
	char path[sizeof(ZONEINFO) + ZONE_MAX], magic[4];
	bool is_zone;
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", ZONEINFO, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	is_zone =
		fread(magic, sizeof(magic), 1, f) == 1 && memcmp(magic, "TZif", sizeof(magic)) == 0;
	fclose(f);
	return is_zone;
}

static int select_zone(const char *name)
{
	if (strcmp(CURRENT, name) == 0)
		return 0;
	if (!name_is_safe(name) || !file_is_zone(name))
		return 1;
	snprintf(CURRENT, ZONE_MAX, "%s", name);
	tzset();
	return 0;
}

static int offset(struct zones *zones, const char *zone, int64_t utc_ms, int *seconds)
{
	time_t t = (time_t)(utc_ms / MS_SECOND - (utc_ms % MS_SECOND < 0));
	struct tm tm;

	(void)zones;
	if (!zone || select_zone(zone) != 0)
		return 1;
	if (!localtime_r(&t, &tm)) /* a year that an int can't hold */
		return 1;
	*seconds = (int)tm.tm_gmtoff;
	return 0;
}

struct zones *zones_system(void)
{
	static struct zones zones;

	if (!zones.offset) {
		zone_of_system(); /* reads the TZ that is about to be replaced */
		putenv(environment);
		tzset();
		zones.offset = offset;
	}
	return &zones;
}

static bool zones_take(char *out, const char *name)
{
	if (!name_is_safe(name) || !file_is_zone(name))
		return false;
	snprintf(out, ZONE_MAX, "%s", name);
	return true;
}

/* A name, or a path into the zone files: "Europe/Berlin", ":Europe/Berlin", "/usr/share/zoneinfo/…". */
static bool zones_take_path(char *out, const char *s)
{
	const char *inside;

	if (*s == ':')
		s++;
	inside = strstr(s, "zoneinfo/");
	return zones_take(out, inside ? inside + strlen("zoneinfo/") : s);
}

static bool take_localtime(char *out)
{
	char target[PATH_MAX];
	ssize_t len = readlink("/etc/localtime", target, sizeof(target) - 1);

	if (len < 0)
		return false;
	target[len] = '\0';
	return zones_take_path(out, target);
}

const char *zone_of_system(void)
{
	static char name[ZONE_MAX];
	const char *tz;

	if (name[0])
		return name;
	tz = getenv("TZ");
	if (!(tz && *tz && zones_take_path(name, tz)) && !take_localtime(name))
		snprintf(name, sizeof(name), "UTC");
	return name;
}
