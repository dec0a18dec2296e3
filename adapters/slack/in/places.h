/*
 * places: what channels and groups of people are called: asked for once, when one is first mentioned or heard of,
 * and kept by the store, so that files and search have words for them. Slack's texts name them by id alone.
 */
#ifndef ADAPTERS_SLACK_IN_PLACES_H
#define ADAPTERS_SLACK_IN_PLACES_H

#include "adapters/slack/in/front.h"

struct places;

struct places *places_new(const struct front_seams *seams);
void places_free(struct places *p);

/* A channel or a group (a ref) is mentioned: learns its name, waits for nothing. */
void places_meet(struct places *p, enum text_kind kind, const char *ref);
/* Calls go_on(arg) when the channel's name is known, or can't be waited for (1.5 s): at once in the common case. */
void places_wait(struct places *p, const char *channel, void (*go_on)(void *arg), void *arg);

/* Nobody waits any more, now and later: the program is about to end, and what was read is to be done. */
void places_stop(struct places *p);

/* The job that keeps the new name of a channel; NULL: it has none with us. */
struct job *places_renamed(struct places *p, const char *channel, const char *name);

#endif
