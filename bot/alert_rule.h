/*
 * alert_rule: a line of the config that says what an alerting app's message does by itself:
 *
 *     open HIGH #alerts bot:Sentry /checkout|payment/ "Checkout errors"
 *
 * First `open` (declare an incident) or `offer` (a button to do so), then in any order, each at
 * most once: a priority, a #channel (or its ID), bot:NAME (bot:"Two Words", or a bot's ID), a
 * /pattern/ (POSIX extended, letter case ignored, \/ is a slash in it) and a "title" (\" is a quote
 * in it). A rule must name at least one of channel, bot and pattern, or every message of every app
 * would be one.
 */
#ifndef BOT_ALERT_RULE_H
#define BOT_ALERT_RULE_H

#include "core/settings.h"

/* Not said: the config's default. */
#define ALERT_PRIORITY_DEFAULT PRIORITIES

/* 0, or 1 and *why, a sentence. Strings in the arena. */
int alert_rule_read(const char *line, struct arena *a, struct alert_rule *rule, const char **why);

#endif
