/*
 * web_newer: blocks that not every workspace takes yet (slack.md, "Newer blocks"). Whoever sends one asks first; where
 * Slack refuses it, what was to be said is said once more without it, and so it is from then on, until the program
 * starts anew: one refusal for each kind.
 */
#ifndef ADAPTERS_SLACK_WEB_WEB_NEWER_H
#define ADAPTERS_SLACK_WEB_WEB_NEWER_H

#include "adapters/slack/web/web.h"

enum web_newer_block {
	WEB_CONTAINERS, /* `container`: what is folded */
	WEB_CHARTS,	/* `data_visualization` */
	WEB_NEWER
};

struct web_newer { /* zeroed: all are taken */
	bool refused[WEB_NEWER];
};

/* newer NULL: none is. */
bool web_takes(const struct web_newer *newer, enum web_newer_block block);
/* Was this what Slack refused, of a message with such a block in it? It is remembered. */
bool web_refuses(struct web_newer *newer, enum web_newer_block block, const struct web_result *r);

#endif
