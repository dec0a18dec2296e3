/*
 * people: zone and rank of whoever is seen, asked for once (users.info; an app's name: bots.info), kept by the store, kept fresh by
 * user_change. Who says something whose meaning hangs on a fact still unknown waits for it, 1.5 s at most,
 * with what they say next behind it (16 at most); nobody else waits (pipeline.md 3).
 */
#ifndef ADAPTERS_SLACK_PEOPLE_H
#define ADAPTERS_SLACK_PEOPLE_H

#include "adapters/slack/front.h"

struct people;

struct people *people_new(const struct front_seams *seams);
void people_free(struct people *p);

/* Calls go_on(arg) when what LINE_NEEDS_* asks for is known of `who`, or can't be waited for: at once (inside
 * this call) in the common case. handle: their user name as the payload had it, NULL. */
void people_wait(struct people *p, const char *who, const char *handle, unsigned needs,
		 void (*go_on)(void *arg), void *arg);

/* Nobody waits any more, now and later: the program is about to end, and what was read is to be done. */
void people_stop(struct people *p);

/* Somebody is mentioned, by this name if the mention had one (name NULL or ""): learns who it is, waits for
 * nothing. */
void people_meet(struct people *p, const char *who, const char *name);

/* A JOB_PERSON for what Slack says of a person. */
struct job *people_job(const char *ref, const struct person *said);

#endif
