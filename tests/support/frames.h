/*
 * frames: Socket Mode's envelopes as Slack writes them, for those who only need the bytes: the
 * bench and the test of what an envelope costs. Each appends one frame to `b`.
 *
 * n makes an envelope unique (its envelope_id, event_id, trigger_id); frames_n() reads it back from
 * an ack. Ids are Slack's own ("U1", "C1"), texts plain words without quotes or backslashes.
 */
#ifndef TESTS_SUPPORT_FRAMES_H
#define TESTS_SUPPORT_FRAMES_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define FRAMES_TEAM "T1"
#define FRAMES_APP "A0BENCH"

struct frame_of {
	unsigned n;
	const char *user, *channel;
};

void frames_hello(struct buf *b);
/* "/incident TEXT"; url: where its response_url begins ("http://127.0.0.1:8042"). */
void frames_command(struct buf *b, struct frame_of of, const char *text, const char *url);
void frames_message(struct buf *b, struct frame_of of, const char *ts, const char *text);
/* The message at ts says `text` instead of `before` since `edited` (a ts). */
void frames_edited(struct buf *b, struct frame_of of, const char *ts, const char *text,
		   const char *before, const char *edited);
/* name: "pushpin"; event_ts: when it was put on the message at ts, or taken off it. */
void frames_reaction(struct buf *b, struct frame_of of, bool added, const char *name,
		     const char *ts, const char *event_ts);
/* Of an ack: its envelope's n; false: it is none of these. */
bool frames_n(const char *ack, size_t len, unsigned *n);

#endif
