#include "adapters/clock/tzif.h"

#include "core/base/alloc.h"
#include "core/base/buf.h"
#include "core/time/civil.h"

#include <stdlib.h>
#include <string.h>

#define HEADER 44
#define TYPE 6 /* bytes of a type: offset, summer, abbreviation */
#define DAY_S 86400
#define OFFSET_MOST (26 * 3600) /* of any zone that ever was; RFC 8536 wants under 26 hours */
#define BEYOND_ALL INT64_C(9200000000000000) /* seconds: milliseconds go little further */
#define CHANGES_MOST 10000		     /* the fullest file has 500 */

/* ---- numbers, big-endian ---- */

static int64_t tzif_number(const unsigned char *p, size_t bytes)
{
	uint64_t n = p[0] & 0x80 ? UINT64_MAX : 0;

	while (bytes--)
		n = n << 8 | *p++;
	return (int64_t)n;
}

/* ---- a block: header and data, once with times of 4 bytes, then with 8 ---- */

struct tzif_block {
	const unsigned char *times, *types, *infos;
	size_t count, n_infos, time_size;
	size_t size; /* header included */
};

static bool block_read(struct tzif_block *b, const unsigned char *s, size_t len, size_t time_size)
{
	uint64_t n[6]; /* isut, isstd, leap, time, type, char */
	uint64_t size = HEADER;

	if (len < HEADER || memcmp(s, "TZif", 4))
		return false;
	for (size_t i = 0; i < 6; i++)
		n[i] = (uint32_t)tzif_number(s + 20 + 4 * i, 4);
	if (n[3] > CHANGES_MOST || !n[4] || n[4] > 256)
		return false;
	*b = (struct tzif_block){ .count = n[3], .n_infos = n[4], .time_size = time_size };
	b->times = s + size;
	size += n[3] * time_size;
	b->types = s + size;
	size += n[3];
	b->infos = s + size;
	size += n[4] * TYPE + n[5] + n[2] * (time_size + 4) + n[1] + n[0];
	b->size = size;
	return size <= len;
}

static bool info_offset(const struct tzif_block *b, size_t type, int32_t *offset)
{
	if (type >= b->n_infos)
		return false;
	*offset = (int32_t)tzif_number(b->infos + type * TYPE, 4);
	return *offset > -OFFSET_MOST && *offset < OFFSET_MOST;
}

static bool block_keep(struct tzif *z, const struct tzif_block *b)
{
	if (!info_offset(b, 0, &z->first))
		return false;
	z->times = alloc_more(NULL, b->count + 1, sizeof(*z->times));
	z->offsets = alloc_more(NULL, b->count + 1, sizeof(*z->offsets));
	for (z->count = 0; z->count < b->count; z->count++) {
		size_t i = z->count;

		z->times[i] = tzif_number(b->times + i * b->time_size, b->time_size);
		if (!info_offset(b, b->types[i], &z->offsets[i]) ||
		    (i && z->times[i] <= z->times[i - 1]))
			return false;
	}
	return true;
}

/* ---- the rule at the end of the file, as POSIX writes TZ ---- */

/* 1 to 3 digits. */
static bool rule_number(const char **s, int most, int *n)
{
	int digits = 0;

	for (*n = 0; digits < 3 && **s >= '0' && **s <= '9'; digits++)
		*n = *n * 10 + *(*s)++ - '0';
	return digits && *n <= most;
}

/* "3", "-10:30", "+26:00:00", in seconds. */
static bool rule_clock(const char **s, int hours_most, int32_t *seconds)
{
	int part[3] = { 0 }, sign = **s == '-' ? -1 : 1;

	*s += **s == '-' || **s == '+';
	if (!rule_number(s, hours_most, &part[0]))
		return false;
	for (int i = 1; i < 3 && **s == ':'; i++) {
		(*s)++;
		if (!rule_number(s, 59, &part[i]))
			return false;
	}
	*seconds = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
	return true;
}

/* "CET", "<-03>": nobody asks for it. */
static bool rule_name(const char **s)
{
	const char *from = *s;

	if (*from == '<') {
		*s += strcspn(from, ">\n");
		return *(*s)++ == '>';
	}
	*s += strspn(from, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
	return *s - from >= 3;
}

static bool rule_month(const char **s, struct tzif_day *d)
{
	return rule_number(s, 12, &d->month) && d->month && *(*s)++ == '.' &&
	       rule_number(s, 5, &d->week) && d->week && *(*s)++ == '.' &&
	       rule_number(s, 6, &d->weekday);
}

/* ",M3.5.0/2", ",J60", ",59/-1" */
static bool rule_day(const char **s, struct tzif_day *d)
{
	bool good;

	if (*(*s)++ != ',')
		return false;
	d->kind = **s == 'M' ? TZIF_MONTH : **s == 'J' ? TZIF_JULIAN : TZIF_DAY;
	*s += d->kind != TZIF_DAY;
	good = d->kind == TZIF_MONTH ? rule_month(s, d) : rule_number(s, 365, &d->day);
	if (!good || (d->kind == TZIF_JULIAN && !d->day))
		return false;
	d->second = 2 * 3600;
	if (**s != '/')
		return true;
	(*s)++;
	return rule_clock(s, 167, &d->second);
}

/* What POSIX writes is west of UTC. */
static bool rule_offset(const char **s, int32_t *offset)
{
	if (!rule_clock(s, 24, offset))
		return false;
	*offset = -*offset;
	return true;
}

static bool rule_read(struct tzif_rule *r, const char *s)
{
	if (!*s)
		return true; /* there is none: the last offset stands */
	r->is = true;
	if (!rule_name(&s) || !rule_offset(&s, &r->offset))
		return false;
	if (!*s)
		return true;
	r->turns = true;
	if (!rule_name(&s))
		return false;
	r->summer = r->offset + 3600;
	if (*s != ',' && !rule_offset(&s, &r->summer))
		return false;
	return rule_day(&s, &r->begins) && rule_day(&s, &r->ends) && !*s;
}

/* Between two line feeds. */
static bool footer_read(struct tzif_rule *r, const unsigned char *s, size_t len)
{
	const unsigned char *end = len > 1 ? memchr(s + 1, '\n', len - 1) : NULL;
	char rule[100];

	if (!end || *s != '\n' || (size_t)(end - s) > sizeof(rule) ||
	    memchr(s, '\0', (size_t)(end - s)))
		return false;
	memcpy(rule, s + 1, (size_t)(end - s) - 1);
	rule[end - s - 1] = '\0';
	return rule_read(r, rule);
}

int tzif_read(struct tzif *z, const unsigned char *bytes, size_t len)
{
	struct tzif_block b;

	*z = (struct tzif){ 0 };
	if (!block_read(&b, bytes, len, 4))
		return 1;
	if (bytes[4] < '2') /* version 1 ends here */
		return !block_keep(z, &b);
	bytes += b.size;
	len -= b.size;
	if (!block_read(&b, bytes, len, 8) || !block_keep(z, &b))
		return 1;
	return !footer_read(&z->rule, bytes + b.size, len - b.size);
}

void tzif_release(struct tzif *z)
{
	free(z->times);
	free(z->offsets);
	*z = (struct tzif){ 0 };
}

/* ---- asking ---- */

static int64_t days_to(int year, int month, int day)
{
	const struct civil c = { .year = year, .month = month, .day = day };

	return civil_to_ms(&c) / MS_DAY;
}

/* The day of a year on which clocks change, in days since 1970. */
static int64_t day_of_rule(const struct tzif_day *d, int year)
{
	int64_t day;

	if (d->kind == TZIF_DAY)
		return days_to(year, 1, 1) + d->day;
	if (d->kind == TZIF_JULIAN)
		return days_to(year, 1, 1) + d->day - 1 +
		       (d->day >= 60 && civil_days_in_month(year, 2) == 29);
	/* 1970-01-01 was a Thursday; days may be negative. */
	day = days_to(year, d->month, 1);
	day += (d->weekday - (day % 7 + 11) % 7 + 7) % 7 + 7 * (d->week - 1);
	while (day - days_to(year, d->month, 1) >= civil_days_in_month(year, d->month))
		day -= 7;
	return day;
}

static int32_t rule_at(const struct tzif_rule *r, int64_t at)
{
	int64_t begins, ends;
	struct civil c;
	bool summer;

	if (!r->turns || at > BEYOND_ALL || at < -BEYOND_ALL)
		return r->offset;
	civil_from_ms(&c, (at + r->offset) * MS_SECOND);
	begins = day_of_rule(&r->begins, c.year) * DAY_S + r->begins.second - r->offset;
	ends = day_of_rule(&r->ends, c.year) * DAY_S + r->ends.second - r->summer;
	summer = begins < ends ? at >= begins && at < ends : at >= begins || at < ends;
	return summer ? r->summer : r->offset;
}

int32_t tzif_offset(const struct tzif *z, int64_t at)
{
	size_t low = 0, high = z->count; /* times[low - 1] <= at < times[high] */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (z->times[middle] <= at)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == z->count && z->rule.is)
		return rule_at(&z->rule, at);
	return low ? z->offsets[low - 1] : z->first;
}
