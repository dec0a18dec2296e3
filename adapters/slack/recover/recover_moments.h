/*
 * recover_moments: Slack's ts as numbers (microseconds), and small sets of them.
 */
#ifndef ADAPTERS_SLACK_RECOVER_RECOVER_MOMENTS_H
#define ADAPTERS_SLACK_RECOVER_RECOVER_MOMENTS_H

#include "core/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int64_t ts_us(const char *ts); /* 0: no ts */
const char *ts_write(struct arena *a, int64_t us);

struct moments {
	int64_t *at;
	size_t n, room, most; /* most: it never has more */
};

bool moments_add(struct moments *set, int64_t us); /* false: full; twice is once */
bool moments_has(const struct moments *set, int64_t us);
void moments_drop(struct moments *set, int64_t us);
void moments_release(struct moments *set);

#endif
