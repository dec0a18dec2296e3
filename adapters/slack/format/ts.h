/*
 * ts: Slack's time stamps, "1763906700.000200": the id of a message in its channel, and the order of events and edits.
 * Nobody but this adapter knows that there is a time in them: everybody else is told it beside them.
 */
#ifndef ADAPTERS_SLACK_FORMAT_TS_H
#define ADAPTERS_SLACK_FORMAT_TS_H

#include "core/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* Is it a ts as Slack gives them? NULL is none. */
bool ts_is(const char *s);
/* In ms, also of one without a fraction; 0 for NULL or nonsense. */
int64_t ts_ms(const char *ts);
/* In microseconds; 0: no ts. And back. */
int64_t ts_us(const char *ts);
const char *ts_write(struct arena *a, int64_t us);
/* The first word of a neutral line that is a ts; in the arena; NULL: none is. */
const char *ts_in_words(const char *line, struct arena *a);

#endif
