/*
 * web_gates: when a call of a method may start: a token bucket for each method, and for
 * chat.postMessage one for each channel. Times are monotonic milliseconds, given by the caller.
 *
 * The method WEB_METHODS has no gate: what is sent to a URL that Slack gave isn't counted.
 */
#ifndef ADAPTERS_SLACK_WEB_WEB_GATES_H
#define ADAPTERS_SLACK_WEB_WEB_GATES_H

#include "adapters/slack/web/web.h"

#include <sys/queue.h>

/* A token bucket, kept as one moment: when it will be full again. */
struct gate {
	int64_t full_at;
	int64_t shut_until; /* Retry-After */
};

struct lane; /* one channel's gate; here only while it isn't as good as new */

struct gates {
	struct gate methods[WEB_METHODS];
	LIST_HEAD(, lane) lanes;
};

void gates_init(struct gates *g);
void gates_release(struct gates *g);

/* channel: NULL unless the method is counted by channel. */

/* 0: now, else ms, for a call that has `ahead` others before it at its method's gate, `in_lane` of
 * them in its channel. */
int64_t gates_wait(struct gates *g, enum web_method m, const char *channel, int64_t now, int ahead,
		   int in_lane);
void gates_take(struct gates *g, enum web_method m, const char *channel, int64_t now);
/* The call never reached Slack: it doesn't count there. */
void gates_give_back(struct gates *g, enum web_method m, const char *channel);
/* Slack said 429: of one method, and of chat.postMessage for one channel. All else goes on. */
void gates_shut(struct gates *g, enum web_method m, const char *channel, int64_t now, int64_t ms);

#endif
