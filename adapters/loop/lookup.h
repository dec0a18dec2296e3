/*
 * lookup: the names of a loop. glibc's resolver threads do the waiting (getaddrinfo_a), so a silent
 * resolver never holds the loop; a thread of theirs wakes it when an answer is there.
 *
 * Private to adapters/loop; loop.h is what others use.
 */
#ifndef ADAPTERS_LOOP_LOOKUP_H
#define ADAPTERS_LOOP_LOOKUP_H

#include "adapters/loop/loop.h"

struct lookups;

struct lookups *lookups_new(struct loop *loop);
/* Before the lws context goes: resolver threads may wake it until then. */
void lookups_free(struct lookups *l);
/* The loop was woken: takes the answers that are there, tells who waits. */
void lookups_collect(struct lookups *l);
struct lookups *loop_lookups(struct loop *loop);

#endif
