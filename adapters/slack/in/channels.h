/*
 * channels: what channels and groups of people are called: asked for once, when one is first mentioned or heard of,
 * and kept by the store, so that files and search have words for them. Slack's texts name them by id alone.
 */
#ifndef ADAPTERS_SLACK_IN_CHANNELS_H
#define ADAPTERS_SLACK_IN_CHANNELS_H

#include "adapters/slack/in/gap_count.h"
#include "adapters/slack/in/router.h"

struct channels;

struct channels *channels_new(const struct router_seams *seams, const struct gap_count *gaps);
void channels_free(struct channels *p);

/* A channel or a group (a ref) that the store has no name for is mentioned: learns it, waits for nothing. */
void channels_meet(struct channels *p, enum text_kind kind, const char *ref);
/* Calls go_on(arg) when the channel's name is known, or can't be waited for (1.5 s). */
void channels_wait(struct channels *p, const char *channel, void (*go_on)(void *arg), void *arg);

/* Nobody waits any more, now and later: the program is about to end, and what was read is to be done. */
void channels_stop(struct channels *p);

/* The job that keeps the name of a channel. */
struct job *channels_job(const char *channel, const char *name);
/* From a JOB_READ: has the channel, or the group, a name with us? */
bool channels_named(struct reads *r, enum text_kind kind, const char *ref);

#endif
