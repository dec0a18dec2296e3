/*
 * hear: what people and apps say and mark in channels, on its way to the core: messages, edits, deletions,
 * reactions, pins.
 *
 * Always true: what happens where no Node lives, to a message that none has captured, is acked without a row or a
 * commit; what matters is acked when it is on disk, whether its text is known or not. Our own messages and our
 * own emoji mean nothing.
 *
 * Each takes an arrival of front.c's and ends it.
 */
#ifndef ADAPTERS_SLACK_IN_HEAR_H
#define ADAPTERS_SLACK_IN_HEAR_H

#include "adapters/slack/in/front_private.h"

void hear_message(struct arrival *a);
void hear_edited(struct arrival *a);
void hear_deleted(struct arrival *a);
void hear_reaction(struct arrival *a);
void hear_pin(struct arrival *a);

/* a->message: that of the payload. False: there is none, or it is our own. */
bool hear_read(struct arrival *a);
/* The names of its files are asked for first, where Slack hasn't told them. */
void hear_with_files(struct arrival *a, void (*then)(struct arrival *a));

#endif
