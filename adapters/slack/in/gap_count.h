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
	bool reading;
	void (*submit)(struct job *job, void *arg);
	void *submit_arg;
	/* The store knows of one more, or can't be told: then there is a gap again when it can. */
	void (*raised)(void *arg);
	void *arg;
};

static inline int64_t gap_count_now(const struct gap_count *g)
{
	return g->known > 0 ? g->known + g->ahead : AS_OF_NEVER;
}

/* Asks the store, unless it has said. */
void gap_count_read(struct gap_count *g);
/* Nothing was heard for a while. */
void gap_count_raise(struct gap_count *g);

#endif
