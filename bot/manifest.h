/*
 * manifest: the Slack app manifest (JSON) to paste at https://api.slack.com/apps, "Create from manifest".
 * It is the one list of the scopes and events that the program needs; config/manifest.json is its output
 * for the default config, and a test compares the two.
 */
#ifndef BOT_MANIFEST_H
#define BOT_MANIFEST_H

#include "core/base/buf.h"

/* command: the slash command's word, "/incident"; as config.c allows it, so nothing in it needs escaping. */
void manifest_write(struct buf *out, const char *command);

/* The bot's scopes, ended by NULL: what auth.test's x-oauth-scopes should list. */
extern const char *const manifest_scopes[];

#endif
