/*
 * reload: SIGHUP (`systemctl reload`): the config is read again while the bot runs.
 *
 * Always true: what was said wrong in it is logged with its line, and the old one stays in force, all of it. What counts
 * from now on is logged key by key, and so is what waits for a restart.
 */
#ifndef BOT_RELOAD_H
#define BOT_RELOAD_H

#include "bot/run_private.h"

/* Between two turns, when the store has nothing under way: what it decides by, is another afterwards. */
void reload_config(struct bot *b);
/* At the end, when nobody goes by them any more. */
void reload_free(struct bot *b);

#endif
