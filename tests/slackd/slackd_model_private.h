/*
 * slackd_model_private: what slackd_model.c and slackd_messages.c share.
 */
#ifndef TESTS_SLACKD_SLACKD_MODEL_PRIVATE_H
#define TESTS_SLACKD_SLACKD_MODEL_PRIVATE_H

#include "tests/slackd/slackd_model.h"

void *sl_made(size_t size);			   /* zeroed; free() */
char *sl_copy(const char *s);			   /* of "" if NULL; free() */
int sl_at(const cJSON *array, const char *string); /* where in an array of strings; -1 */

/* Sees to it that a reply's parent tells of it. */
void sl_reply_counts(const struct sl_channel *c, const struct sl_message *reply);
void sl_bot_fields(cJSON *o); /* what a bot's message has beside the others' */
void sl_message_changed(struct sl_team *t, struct sl_channel *c, struct sl_message *m);
/* Puts a message of its own where its ts belongs. */
void sl_insert(struct sl_channel *c, struct sl_message *m);
/* An event that happens in a channel reaches the app only while its bot is a member there: else
 * NULL. */
cJSON *sl_event_in(const struct sl_channel *c, const char *type);
void sl_emit(struct sl_team *t, cJSON *event); /* taken; NULL: nothing */
const char *sl_channel_type(const struct sl_channel *c);
/* "U1 has joined the channel" and the like: a message with a subtype in the channel's history. */
void sl_notice(struct sl_team *t, struct sl_channel *c, const char *user, const char *subtype,
	       const char *text);

#endif
