/*
 * web_methods: what web.c knows about Slack's methods: one row each, one pace for each of Slack's
 * tiers.
 */
#ifndef ADAPTERS_SLACK_WEB_WEB_METHODS_H
#define ADAPTERS_SLACK_WEB_WEB_METHODS_H

#include "adapters/slack/web/web.h"

/* Calls at once, then one each interval. A minute never sees more than the tier: burst + 60 s /
 * interval. */
struct pace {
	int64_t interval_ms;
	int burst;
};

struct method {
	const char *name; /* "chat.postMessage" */
	const struct pace *pace;
	bool by_channel;     /* has web_channel_pace for each channel besides */
	bool app_token;	     /* the bot's otherwise */
	const char *already; /* errors that say "it is so already", blank-separated; NULL none */
	/* What Slack wants the app to have for it, blank-separated: all of them, each is for another kind of channel.
	 * NULL: the token is enough. */
	const char *scopes;
};

extern const struct method web_methods[WEB_METHODS];
extern const struct pace web_channel_pace;

/* Is this error of Slack's one that says "too fast", or one after which nobody knows what was done?
 */
bool web_error_is_limit(const char *error);
bool web_error_is_unknown(const char *error);
/* Is `word` one of the blank-separated words? */
bool web_word_in(const char *words, const char *word);

#endif
