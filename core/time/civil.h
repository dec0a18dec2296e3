/*
 * civil: dates and times as people write them, from and to UTC milliseconds.
 *
 * All times in the program are int64_t milliseconds since 1970-01-01T00:00Z, leap seconds not counted.
 * Zones come in through struct zones: core reads no file and no environment.
 */
#ifndef CORE_TIME_CIVIL_H
#define CORE_TIME_CIVIL_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define MS_SECOND ((int64_t)1000)
#define MS_MINUTE (60 * MS_SECOND)
#define MS_HOUR (60 * MS_MINUTE)
#define MS_DAY (24 * MS_HOUR)

struct civil {
	int year, month, day; /* month 1..12, day 1..31 */
	int hour, minute, second, ms;
	int weekday; /* 0 Sunday … 6; set by civil_from_ms, ignored by civil_to_ms */
};

void civil_from_ms(struct civil *c, int64_t ms); /* UTC */
int64_t civil_to_ms(const struct civil *c);	 /* UTC; fields may be out of range, they carry */
int civil_days_in_month(int year, int month);

/* Seconds east of UTC of an IANA zone at a moment. 0 found, 1 no such zone. The system's zone files. */
struct zones {
	int (*offset)(struct zones *zones, const char *zone, int64_t utc_ms, int *seconds);
};

/* A person's clock. */
struct zone {
	const char *name;    /* "Europe/Berlin"; NULL: only the offset is known */
	int offset_s;	     /* used when the name is NULL or zones doesn't know it */
	bool known;	     /* false: nobody has told us; UTC is used and the answer says so */
	struct zones *zones; /* NULL: offset_s only */
};

int zone_offset_s(const struct zone *z, int64_t utc_ms);

/* UTC moments at which this zone's clocks show local (local_ms: a civil time read as if it were UTC).
 * Returns how many, 0 (skipped by a change of clocks), 1 or 2, ascending. */
int zone_to_utc(const struct zone *z, int64_t local_ms, int64_t utc[2]);

/* "2026-11-23T14:05:00.000Z"; back: 0 done, 1 not such a time (offset and fraction optional). */
void civil_rfc3339(struct buf *out, int64_t ms);
int civil_parse_rfc3339(const char *s, int64_t *ms);

void civil_time(struct buf *out, int64_t ms); /* "14:05" UTC */
void civil_date(struct buf *out, int64_t ms); /* "2026-11-23" UTC */
void civil_full(struct buf *out, int64_t ms); /* "2026-11-23 14:05 UTC" */

/* A date like "2026-12-04" as people say it: "Fri 4 Dec", with its year unless that is `year`. What is no date stays as
 * it is. */
void civil_day(struct buf *out, const char *date, int year);
/* The same for somebody whose clock shows local_ms: "tomorrow (Fri 4 Dec)"; today and yesterday, too. */
void civil_day_near(struct buf *out, const char *date, int64_t local_ms);

/* "45 s", "3 min", "1 h 27 min", "18 h 47 min", "2 d 3 h": two units at most. ms >= 0 */
void civil_duration(struct buf *out, int64_t ms);

/* How long before (or after) now: "3 min ago", "just now" (under 1 min), "in 4 min". */
void civil_ago(struct buf *out, int64_t ms, int64_t now_ms);

#endif
