/*
 * lookup: the names of a loop. A thread for each question does the waiting (getaddrinfo), so a silent
 * resolver never holds the loop, and wakes it when an answer is there.
 *
 * Private to adapters/loop; loop.h is what others use.
 */
#ifndef ADAPTERS_LOOP_LOOKUP_H
#define ADAPTERS_LOOP_LOOKUP_H

#include "adapters/loop/loop.h"

struct lookups;

struct lookups *lookups_new(struct loop *loop);
/* Before the lws context goes: nobody wakes it any more, nobody is answered. */
void lookups_stop(struct lookups *l);
/* After it: a connection that goes down with it may still name its address as a bad one. */
void lookups_free(struct lookups *l);
/* The loop was woken: takes the answers that are there, tells who waits. */
void lookups_collect(struct lookups *l);
struct lookups *loop_lookups(struct loop *loop);

#endif
