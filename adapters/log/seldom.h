/*
 * seldom: a line of the log that others can bring about as often as they like: it is said once, and from then on once an
 * hour at most, with how often it was left out.
 */
#ifndef ADAPTERS_LOG_SELDOM_H
#define ADAPTERS_LOG_SELDOM_H

#include <stdbool.h>
#include <stdint.h>

#define SELDOM_MS ((int64_t)3600 * 1000)

struct seldom { /* all 0: never said */
	bool said;
	int64_t said_ms;
	int64_t unsaid; /* since then */
};

/* now_ms: monotonic. true: it is time to say it, and *unsaid is how often it wasn't; false: it was counted. */
bool seldom(struct seldom *s, int64_t now_ms, int64_t *unsaid);

#endif
