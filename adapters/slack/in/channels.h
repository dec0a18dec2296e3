/*
 * channels: what channels and groups of people are called: asked for once, when one is first mentioned or heard of,
 * and kept by the store, so that files and search have words for them. Slack's texts name them by id alone.
 */
#ifndef ADAPTERS_SLACK_IN_CHANNELS_H
#define ADAPTERS_SLACK_IN_CHANNELS_H

#include "adapters/slack/in/router.h"

struct channels;

struct channels *channels_new(const struct router_seams *seams);
void channels_free(struct channels *p);

/* A channel or a group (a ref) is mentioned: learns its name, waits for nothing. */
void channels_meet(struct channels *p, enum text_kind kind, const char *ref);
/* Calls go_on(arg) when the channel's name is known, or can't be waited for (1.5 s): at once in the common case. */
void channels_wait(struct channels *p, const char *channel, void (*go_on)(void *arg), void *arg);

/* Nobody waits any more, now and later: the program is about to end, and what was read is to be done. */
void channels_stop(struct channels *p);

/* The job that keeps the new name of a channel; NULL: it has none with us. */
struct job *channels_renamed(struct channels *p, const char *channel, const char *name);

#endif
