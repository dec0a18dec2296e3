/*
 * zones: offsets out of the system's zone files (tzif.c). The process's own zone, TZ and what libc makes of it, is
 * neither set nor asked: resolver threads may be in getenv() at any time.
 */
#include "adapters/clock/clock.h"

#include "adapters/clock/tzif.h"

#include <limits.h>
#include <unistd.h>

#define ZONEINFO "/usr/share/zoneinfo/"
#define ZONE_MAX 64	/* the longest of the tz database has 32 bytes */
#define FILE_MAX 100000 /* bytes; the longest has 4000 */
#define KEPT 32		/* zones that are kept as read: people of one Slack live in few */

struct system_zones {
	struct zones zones; /* first */
	struct {
		char name[ZONE_MAX];
		struct tzif zone;
	} kept[KEPT];
	size_t next; /* whose place the next one takes */
};

/* Names come from Slack and become file names: nothing in them may lead out of the folder. */
static bool name_is_safe(const char *name)
{
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/-";
	size_t len = strlen(name);

	return len > 0 && len < ZONE_MAX && strspn(name, allowed) == len && name[0] != '/' &&
	       name[0] != '-';
}

/* False: that is no zone. Whatever else is in that folder ("leapseconds") is none either. */
static bool zones_read(struct tzif *zone, const char *name)
{
	char path[sizeof(ZONEINFO) + ZONE_MAX];
	unsigned char bytes[FILE_MAX];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", ZONEINFO, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	len = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	if (tzif_read(zone, bytes, len) == 0)
		return true;
	tzif_release(zone);
	return false;
}

/* As it was when it was first asked for. NULL: there is none. */
static const struct tzif *zones_find(struct system_zones *z, const char *name)
{
	struct tzif zone;
	size_t i;

	for (i = 0; i < KEPT; i++)
		if (!strcmp(z->kept[i].name, name))
			return &z->kept[i].zone;
	if (!name_is_safe(name) || !zones_read(&zone, name))
		return NULL;
	i = z->next++ % KEPT;
	tzif_release(&z->kept[i].zone);
	snprintf(z->kept[i].name, ZONE_MAX, "%s", name);
	z->kept[i].zone = zone;
	return &z->kept[i].zone;
}

static int offset(struct zones *zones, const char *zone, int64_t utc_ms, int *seconds)
{
	const struct tzif *found =
		zone && *zone ? zones_find((struct system_zones *)zones, zone) : NULL;

	if (!found)
		return 1;
	*seconds = tzif_offset(found, utc_ms / MS_SECOND - (utc_ms % MS_SECOND < 0));
	return 0;
}

struct zones *zones_system(void)
{
	static struct system_zones zones = { .zones = { .offset = offset } };

	return &zones.zones;
}

static bool zones_take(char *out, const char *name)
{
	struct tzif zone;

	if (!name_is_safe(name) || !zones_read(&zone, name))
		return false;
	tzif_release(&zone);
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
