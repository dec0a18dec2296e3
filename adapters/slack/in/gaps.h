/*
 * gaps: as of which gap an answer counts that is asked for now (store.h: as_of).
 */
#ifndef ADAPTERS_SLACK_IN_GAPS_H
#define ADAPTERS_SLACK_IN_GAPS_H

#include "core/store.h"

struct gaps {
	struct store *store;
	int ahead; /* gaps of which the store has not been told yet: a job is on its way */
};

static inline int64_t gaps_now(const struct gaps *g)
{
	int64_t gaps = store_gaps(g->store);

	return gaps < 0 ? AS_OF_NEVER : gaps + g->ahead;
}

#endif
