/*
 * when_private: what WHEN (when.c, when_said.c) and DATE (when_date.c) share.
 */
#ifndef CORE_TIME_WHEN_PRIVATE_H
#define CORE_TIME_WHEN_PRIVATE_H

#include "core/time/when.h"

/* May a WHEN or a word of a DATE end here: at the end, white space or a comma? */
bool when_ends(const char *s);

/* "2026-11-23": moves *at behind it and sets year, month, day; they may be out of range. */
bool when_read_date(const char **at, struct civil *c);
bool when_date_exists(const struct civil *c);

/* The midnight with which the local day of a moment began, read as if it were UTC. */
int64_t when_local_midnight(const struct zone *z, int64_t utc_ms);

/* "“what was said” is over. …": WHEN_REFUSED. */
enum when_result when_refuse(const char *said, size_t len, struct buf *why, const char *sentence);

/* ---- what was said, before anybody's clock is asked (when_said.c) ---- */

enum spoken_kind {
	SPOKEN_CLOCK, /* 14:05: the latest such moment */
	SPOKEN_DAY,   /* yesterday 23:50 */
	SPOKEN_DATE,  /* 2026-11-23 14:05 */
	SPOKEN_AGO,   /* -20m */
};

/* What begins like a time, and is none that can be kept. */
enum spoken_wrong {
	SPOKEN_RIGHT,
	SPOKEN_NO_CLOCK, /* 25:00, 14:60 */
	SPOKEN_NO_DATE,	 /* 2026-02-30 14:05 */
	SPOKEN_FORM, /* 14.05, 14h05, 1405 UTC: the time is clear, and is shown in the form that is read */
	SPOKEN_TAIL,   /* 14:05h, 14:05pm, [14:05]: the time is clear, what is stuck to it isn't */
	SPOKEN_ZONE,   /* 9:30 EST */
	SPOKEN_OFFSET, /* 14:05+01:00: offsets belong to dated times */
	SPOKEN_MINUS,  /* -10 minutes ago */
	SPOKEN_OTHER_DAY, /* monday 14:05, 23.11. 14:05 */
};

struct spoken {
	enum spoken_kind kind;
	enum spoken_wrong wrong;
	struct civil c; /* DATE: all of it; CLOCK, DAY: hour, minute, second */
	int days_back;	/* DAY; tomorrow: -1 */
	int64_t ago_ms; /* AGO */
	bool fixed;	/* UTC or an offset was said: the speaker's zone doesn't matter */
	int offset_s;
	bool led; /* "at" or a day stands before the clock: it can be nothing else */
	const char *
		clock; /* the clock's own words, for what is to be typed instead: "9:30", "2:05pm" */
	size_t clock_len;
	const char *tail; /* ZONE, OFFSET: the zone */
	size_t tail_len;
	const char *day; /* OTHER_DAY: the day's words */
	size_t day_len;
	size_t said; /* bytes of the WHEN itself */
	size_t used; /* with the comma and white space behind it */
};

/* False: the text doesn't begin with a WHEN, nor with what looks like one. */
bool spoken_read(const char *s, struct spoken *w);

/* Words that name a day, at the start of a text: a weekday, "nov 23", "23.11.", "2026/11/23". Their bytes, 0 if
 * there are none. day_before(): which day that was, as of today; false if that can't be told. */
size_t day_words(const char *s);
bool day_before(const char *s, size_t len, const struct civil *today, struct civil *day);

#endif
