/*
 * gap: the moment until which the bot has listened to Slack, kept on disk so that the next start knows how
 * long it was away (meta "listened_until"). What lies between that and the next connection is a gap for recovery.
 *
 * It is noted with batches that are written anyway, at most every 5 s, every minute when nothing happens, and when
 * the connection goes: after a kill a gap is taken to be at most a minute longer than it was.
 *
 * A machine that slept, or a program that was stopped for longer than that minute, has not listened either, though
 * its connection may still look alive: that is a gap as well, from the last moment at which it was surely awake.
 */
#ifndef ADAPTERS_SLACK_RECOVER_GAP_H
#define ADAPTERS_SLACK_RECOVER_GAP_H

#include "adapters/loop/loop.h"
#include "core/store.h"

struct gap;

struct gap_seams {
	struct loop *loop;
	struct store *store;
	struct clock *clock;
	int64_t (*boot_ms)(
		void); /* clock_boot_ms(), or a test's: goes on while the machine sleeps */
	void (*submit)(struct job *job, void *arg);
	void (*gap)(int64_t from_ms, int64_t to_ms, void *arg);
	void *arg;
};

struct gap *gap_new(const struct gap_seams *seams);
void gap_free(struct gap *l); /* NULL is fine */

/* As socket.h says it: says the gap, if there was one. */
void gap_ready(struct gap *l, int64_t gap_ms);
void gap_down(struct gap *l);
/* A batch is about to be written. */
void gap_batch(struct gap *l);

#endif
