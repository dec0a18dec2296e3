/*
 * when: WHEN and DATE of product.md section 2, "How a line is read".
 *
 * Both stand at the start of a text (WHEN) or alone (DATE); reading never guesses: either it is one, to
 * the letter, or it is text, or it is refused with a sentence that says what to type instead.
 */
#ifndef CORE_TIME_WHEN_H
#define CORE_TIME_WHEN_H

#include "core/base/buf.h"
#include "core/time/civil.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct when_context {
	int64_t now_ms;	  /* the message's own time, else its receipt */
	struct zone zone; /* the speaker's */
};

enum when_result {
	WHEN_NONE, /* the text does not begin with a WHEN; nothing was set */
	WHEN_READ, /* ms, used are set */
	WHEN_REFUSED, /* it is one and can't be meant (skipped by the clocks, too far ahead), or begins like one and
			 * is none (25:00, 9:30 EST); `why` says it */
};

/* Reads a WHEN at the start of s (white space before it is skipped). *used: bytes it takes, with the one
 * comma (or full stop, colon, semicolon) and the white space behind it. why: a sentence for the person
 * (neutral text).
 * WHEN_REFUSED sets *used too; `instead` gets the WHEN to type in its place. If it stays empty, that is *ms:
 * the skipped time by the clocks before the change, else now (leave it out). */
enum when_result when_read(const struct when_context *c, const char *s, size_t *used, int64_t *ms,
			   struct buf *why, struct buf *instead);

/* Does s begin with a WHEN whose meaning depends on the speaker's zone? ("14:05", "yesterday 23:50",
 * but not "-20m", "14:05 UTC", "2026-11-23T14:05Z".) */
bool when_needs_zone(const char *s);

/* Reads s, all of it, as a DATE: 2026-12-01, dec 1, 1 dec, friday, tomorrow, today, in 3 days, in 2 weeks.
 * The result is "YYYY-MM-DD". WHEN_REFUSED: a date, but in the past, or one that does not exist. */
enum when_result date_read(const struct when_context *c, const char *s, char date[11],
			   struct buf *why);

/* Does s look like a date, to somebody who reads it, where date_read() finds none ("tomorow", "next friday",
 * "friday noon", "12/01", "5pm")? *near: the word that was probably meant ("tomorrow"), else NULL. */
bool date_like(const char *s, const char **near);

/* The last moment of a date in a zone: an item due on it is over after this. */
int64_t date_end_ms(const char *date, const struct zone *z);

#endif
