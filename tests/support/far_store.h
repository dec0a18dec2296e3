/*
 * far_store: two stores of the tests' own, which answer later, as one would that is far away. Behind each is the one of
 * sqlite, in the same process.
 *
 *  late    a job is run in the turn in which the store's own would answer it, and handed back in the next one
 *  thread  jobs are run on a thread of its own, and handed back in the turn that it wakes
 *
 * Always true: jobs come back in the order in which they were submitted; `done` and `stirred` are called from
 * store_turn() alone. Without `wake` (a shell command has no loop) store_turn() waits.
 */
#ifndef TESTS_SUPPORT_FAR_STORE_H
#define TESTS_SUPPORT_FAR_STORE_H

#include "core/store.h"

/* As sqlite_store_open(). */
int late_store_open(struct store **s, const char *path, enum store_mode mode,
		    const struct store_seams *seams, struct buf *why);
int thread_store_open(struct store **s, const char *path, enum store_mode mode,
		      const struct store_seams *seams, struct buf *why);

#endif
