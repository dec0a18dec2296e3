/*
 * web_newer: blocks that not every workspace takes yet (slack.md, "Newer blocks"). Whoever sends one asks first; where
 * Slack refuses it, what was to be said is said once more without it. Only if that goes through it was the block, and
 * for a day none is sent: Slack says the same of any other mistake in a message.
 */
#ifndef ADAPTERS_SLACK_WEB_WEB_NEWER_H
#define ADAPTERS_SLACK_WEB_WEB_NEWER_H

#include "adapters/slack/web/web.h"

enum web_newer_block {
	WEB_CONTAINERS, /* `container`: what is folded */
	WEB_CHARTS,	/* `data_visualization` */
	WEB_NEWER
};

struct web_newer {			     /* zeroed: all are taken */
	int64_t without_until_ms[WEB_NEWER]; /* wall clock */
};

/* newer NULL: none is. */
bool web_takes(const struct web_newer *newer, enum web_newer_block block, int64_t now_ms);
/* May this be what Slack refused, of a message with such a block in it? None is sent for a moment: the same message comes
 * without it, and how that ends is for web_went_without(). */
bool web_refuses(struct web_newer *newer, enum web_newer_block block, const struct web_result *r,
		 int64_t now_ms);
void web_went_without(struct web_newer *newer, enum web_newer_block block,
		      const struct web_result *r, int64_t now_ms);

#endif
