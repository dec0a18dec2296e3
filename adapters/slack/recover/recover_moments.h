/*
 * recover_moments: small sets of moments (microseconds: Slack's ts as numbers).
 */
#ifndef ADAPTERS_SLACK_RECOVER_RECOVER_MOMENTS_H
#define ADAPTERS_SLACK_RECOVER_RECOVER_MOMENTS_H

#include "adapters/slack/format/ts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct moments {
	int64_t *at;
	size_t n, room, most; /* most: it never has more */
};

bool moments_add(struct moments *set, int64_t us); /* false: full; twice is once */
bool moments_has(const struct moments *set, int64_t us);
void moments_drop(struct moments *set, int64_t us);
void moments_release(struct moments *set);

#endif
