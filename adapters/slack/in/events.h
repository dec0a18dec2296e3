/*
 * events: what people and apps say and mark in channels, on its way to the core: messages, edits, deletions,
 * reactions, pins.
 *
 * Always true: what happens where no Node lives, to a message that none has captured, is acked without a row or a
 * commit; what matters is acked when it is on disk, whether its text is known or not. Our own messages and our
 * own emoji mean nothing.
 *
 * Each takes a request of router.c's and ends it.
 */
#ifndef ADAPTERS_SLACK_IN_EVENTS_H
#define ADAPTERS_SLACK_IN_EVENTS_H

#include "adapters/slack/in/router_private.h"

void events_message(struct request *a);
void events_edited(struct request *a);
void events_deleted(struct request *a);
void events_reaction(struct request *a);
void events_pin(struct request *a);

/* a->message: that of the payload. False: there is none, or it is our own. */
bool events_read(struct request *a);
/* The names of its files are asked for first, where Slack hasn't told them. */
void events_with_files(struct request *a, void (*then)(struct request *a));

#endif
