/*
 * gap_count: how many gaps there have been, so that an answer which is asked for now counts until the next one
 * (store.h: as_of). The store has the number; here is what it said last.
 */
#ifndef ADAPTERS_SLACK_IN_GAP_COUNT_H
#define ADAPTERS_SLACK_IN_GAP_COUNT_H

#include "core/store.h"

struct gap_count {
	int64_t known; /* 0: the store hasn't said yet */
	int ahead;     /* gaps of which the store has not been told yet: a job is on its way */
};

static inline int64_t gap_count_now(const struct gap_count *g)
{
	return g->known > 0 ? g->known + g->ahead : AS_OF_NEVER;
}

#endif
