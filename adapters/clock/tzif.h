/*
 * tzif: one zone of the system's zone files (RFC 8536): its changes of clocks, and the rule by which they go on after
 * the last of them. Pure: bytes in, offsets out; nothing of the environment or of libc's zone is read or set.
 *
 * The files are written by root, and read like anything from outside: whatever is in them, nothing is read beyond
 * their end, and what makes no sense is no zone.
 */
#ifndef ADAPTERS_CLOCK_TZIF_H
#define ADAPTERS_CLOCK_TZIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tzif_day { /* of a year, and the second of it at which clocks change */
	enum { TZIF_MONTH, TZIF_JULIAN, TZIF_DAY } kind;
	int month, week, weekday; /* MONTH: 1..12; 1..5, 5 is the last; 0 is Sunday */
	int day;		  /* JULIAN: 1..365, without 29 February; DAY: 0..365, with it */
	int32_t second;		  /* may lie in another day: up to 167 hours either way */
};

struct tzif_rule {  /* "CET-1CEST,M3.5.0,M10.5.0/3" */
	bool is;    /* there is one */
	bool turns; /* it has a summer time */
	int32_t offset, summer;
	struct tzif_day begins, ends;
};

struct tzif {
	size_t count;	  /* of changes */
	int64_t *times;	  /* seconds since 1970, ascending */
	int32_t *offsets; /* seconds east of UTC from times[i] on */
	int32_t first;	  /* before the first of them */
	struct tzif_rule rule;
};

/* 0, or 1: that is no zone file. *z is to be released in both cases. */
int tzif_read(struct tzif *z, const unsigned char *bytes, size_t len);
void tzif_release(struct tzif *z);

/* Seconds east of UTC at a moment, in seconds since 1970. */
int32_t tzif_offset(const struct tzif *z, int64_t at);

#endif
