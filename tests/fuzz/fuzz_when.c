/* WHEN and DATE: the first bytes are the clock and the zone, the rest is what was typed. */
#include "core/time/when.h"

#include <assert.h>

/* Two changes of clocks a month, by an hour and a half: more than any zone does. */
static int restless(struct zones *zones, const char *zone, int64_t utc_ms, int *seconds)
{
	(void)zones;
	if (!*zone)
		return 1;
	*seconds = utc_ms / (15 * MS_DAY) % 2 ? 5400 : 0;
	return 0;
}

static struct zones zones = { restless };

static void check_when(const struct when_context *c, const char *s)
{
	enum when_result result;
	size_t used = 0;
	int64_t ms = 0;
	struct buf why, instead;

	buf_init(&why, 2000);
	buf_init(&instead, 200);
	result = when_read(c, s, &used, &ms, &why, &instead);
	if (result == WHEN_NONE)
		assert(!used && !when_needs_zone(s) && !why.len);
	else
		assert(used && used <= strlen(s) && ms > 0);
	if (result == WHEN_READ)
		assert(ms <= c->now_ms + 10 * MS_MINUTE && !why.len);
	if (result == WHEN_REFUSED)
		assert(why.len);
	assert(result == WHEN_REFUSED || !instead.len);
	/* What is to be typed instead can be meant. */
	if (instead.len)
		assert(when_read(c, instead.s, &used, &ms, &why, &why) != WHEN_NONE);
	buf_release(&instead);
	buf_release(&why);
}

static void check_date(const struct when_context *c, const char *s)
{
	char date[11] = "", again[11] = "";
	struct buf why;

	buf_init(&why, 2000);
	if (date_read(c, s, date, &why) == WHEN_READ) {
		assert(strlen(date) == 10);
		/* Midnight may be skipped: never earlier than the day before. */
		assert(date_end_ms(date, &c->zone) > c->now_ms - MS_DAY);
		assert(date_read(c, date, again, &why) == WHEN_READ);
		assert(strcmp(date, again) == 0);
	}
	buf_release(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* 2026-01-01, and up to 65535 hours later. */
	struct when_context c = { .now_ms = 1767225600000 };
	char *s;

	if (size < 3)
		return 0;
	c.now_ms += (data[0] * 256 + data[1]) * MS_HOUR;
	c.zone = (struct zone){ .name = data[2] & 1 ? "Test/Zone" : "",
				.known = data[2] & 2,
				.offset_s = (data[2] / 4 - 32) * 900,
				.zones = &zones };
	s = strndup((const char *)data + 3, size - 3);
	check_when(&c, s);
	check_date(&c, s);
	free(s);
	return 0;
}
