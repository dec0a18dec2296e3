/*
 * permalink: where a message can be seen in a browser.
 */
#ifndef ADAPTERS_SLACK_FORMAT_PERMALINK_H
#define ADAPTERS_SLACK_FORMAT_PERMALINK_H

#include "core/settings.h"

/* As chat.getPermalink says it, in the arena; NULL: the message is of another workspace. For settings.permalink. */
const char *slack_permalink(const struct home *home, const struct message *m, struct arena *a);

#endif
