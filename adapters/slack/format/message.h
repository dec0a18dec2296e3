/*
 * message: a message as Slack has it in JSON (an event's, history's, reactions.get's) read as core's message.
 *
 * Text: words.h; "" is a picture. Author: `user`; for apps their name, or the id that their name can be asked by.
 * Files, also those of a message that was forwarded: name, type, permalink, never a public link.
 */
#ifndef ADAPTERS_SLACK_FORMAT_MESSAGE_H
#define ADAPTERS_SLACK_FORMAT_MESSAGE_H

#include "core/base/arena.h"
#include "core/capture.h"
#include "core/text.h"

#include <cjson/cJSON.h>

/* place: the team. channel: bare id. bot_user: ours, NULL unknown. 0, or 1: there is no ts in it. *own: it is a
 * message of this bot (never captured). Strings in the arena. */
int message_parse(const cJSON *m, const char *place, const char *channel, const char *bot_user,
		  struct arena *a, struct message *out, bool *own);

/* A message that speaks to the bot: what it takes to be heard as if it came now. Ids are bare. */
struct mention {
	const struct message *m;
	const char *user;
	const char *user_team; /* the workspace they are of; NULL: Slack doesn't say */
	const char *text;      /* as Slack writes it: begins with the bot's name */
};

/* A file as a message, or files.info, has it; name NULL: it has none. */
void said_file_read(const cJSON *file, struct arena *a, struct message_file *out);

void said_file_keep(const struct message_file *f, struct arena *a, struct message_file *copy);

/* A copy whose strings live in an arena of its own. */
void message_keep(const struct message *m, struct arena *a, struct message *copy);

#endif
