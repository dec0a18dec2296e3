/*
 * tokens: the two secrets, from where they are kept: SLACK_APP_TOKEN (xapp-…), SLACK_BOT_TOKEN (xoxb-…).
 *
 * For each of them the first that is there counts: the variable itself, the file named by the variable
 * with _FILE behind its name, $CREDENTIALS_DIRECTORY/slack_app_token or slack_bot_token (systemd's
 * LoadCredential). White space around is dropped. Tokens are never printed, not even in part.
 */
#ifndef BOT_TOKENS_H
#define BOT_TOKENS_H

#include "core/base/buf.h"

struct tokens {
	char *app, *bot; /* owned */
};

/* 0 both are there; 1 they aren't, or can't be right: why has sentences for the person, one a line.
 * With 0, why may hold warnings. tokens_release() in both cases. */
int tokens_read(struct tokens *t, struct buf *why);
void tokens_release(struct tokens *t);

#endif
