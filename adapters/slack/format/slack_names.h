/*
 * slack_names: what people and commands are called in Slack: people as the store knows them, a command with the root
 * that the app's slash command has ("/incident").
 */
#ifndef ADAPTERS_SLACK_FORMAT_SLACK_NAMES_H
#define ADAPTERS_SLACK_FORMAT_SLACK_NAMES_H

#include "core/text.h"

/* In the arena; known (NULL: nobody) and root must outlive it. */
struct names *slack_names(struct arena *a, struct names *known, const char *root);

#endif
