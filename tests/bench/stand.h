/*
 * stand: the cheapest Slack that a bot can be measured against: Socket Mode and the Web API on one
 * port of 127.0.0.1, plain HTTP, one epoll set. The same for all that are measured, and it checks
 * nothing: whether a bot is a good one is what the tests against slackd are for.
 *
 * Its people are U1 … U8, its channel C1; a message's text is the one that its ts stands for
 * (stand_text). Frames arrive at the bot in the order of stand_send(). Everything happens inside
 * stand_turn().
 */
#ifndef TESTS_BENCH_STAND_H
#define TESTS_BENCH_STAND_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define STAND_PEOPLE 8
#define STAND_CHANNEL "C1"
#define STAND_APP_TOKEN "xapp-1-A0BENCH-secret"
#define STAND_BOT_TOKEN "xoxb-0-bench-secret"

struct stand;

struct stand_calls {
	/* An ack came; answered: with words for a person. */
	void (*ack)(unsigned n, bool answered, void *arg);
	void *arg;
};

struct stand *stand_new(const struct stand_calls *calls);
void stand_free(struct stand *s);
int stand_port(const struct stand *s);
const char *stand_url(const struct stand *s); /* "http://127.0.0.1:8042" */

/* Serves what there is; waits for it up to wait_us (0: not at all). */
void stand_turn(struct stand *s, int64_t wait_us);
bool stand_connected(const struct stand *s); /* a bot has its hello */
unsigned stand_hellos(const struct stand *s);
int64_t stand_hello_us(const struct stand *s); /* when the last one was sent, stand_us() */
void stand_send(struct stand *s, const struct buf *frame);

/* From now on reactions.add is at its limit (429) for ever: what it is asked for stays owed. */
void stand_refuse_emoji(struct stand *s, bool on);

unsigned stand_asked(const struct stand *s); /* calls of the Web API so far */
unsigned stand_asked_for(const struct stand *s, const char *method);
/* Is this in the arguments of the last chat.update or chat.postMessage? As sent: words joined by
 * '+'. */
bool stand_card_has(const struct stand *s, const char *encoded);

/* The ts of the k-th message, and what it says. */
void stand_ts(char ts[20], const struct stand *s, unsigned k);
void stand_text(char text[80], unsigned k);

int64_t stand_us(void); /* monotonic, microseconds */

#endif
