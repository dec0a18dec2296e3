/*
 * manifest: the Slack app manifest (JSON) to paste at https://api.slack.com/apps, "Create from manifest".
 * Its scopes are those of adapters/slack/scopes.h, its events those that adapters/slack/format/envelope.c reads: a test
 * compares. config/manifest.json is its output for the default config, and another test compares the two.
 */
#ifndef BOT_MANIFEST_H
#define BOT_MANIFEST_H

#include "core/base/buf.h"

/* command: the slash command's word, "/incident"; as config.c allows it, so nothing in it needs escaping. */
void manifest_write(struct buf *out, const char *command);

#endif
