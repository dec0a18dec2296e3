/*
 * socket: Socket Mode: one connection that is always there, whatever Slack does to it.
 *
 *   asleep ─ apps.connections.open ─ a connection (connection.h) ─ hello
 *     ↑______________ backoff (1 s … 15 s, with jitter; reset on hello) ________|
 *
 * Its states, and what may follow:
 *   NEW   → READY, OVER    NEW: no connection was ready yet
 *   READY → LOST, OVER     READY: at least one is
 *   LOST  → READY, OVER    OVER: stopped, or fatal: nothing is opened any more
 *
 * After a hello the next attempt waits for nothing, but attempts are never less than 1 s apart.
 * On `disconnect` with refresh or warning a second connection is opened; the first is read and acked until
 * Slack closes it or 10 s have passed. Acks go out on the connection that delivered. Frames are
 * reassembled here (cap 1 MiB; a larger one is dropped and counted), everything else about them is envelope.h's.
 * Dead when nothing came for 30 s (lws validity 15/30).
 */
#ifndef ADAPTERS_SLACK_SOCKET_SOCKET_H
#define ADAPTERS_SLACK_SOCKET_SOCKET_H

#include "adapters/loop/loop.h"
#include "adapters/slack/web/web.h"
#include "core/store.h"

struct slack_socket;

struct socket_calls {
	/* A whole text frame that is an envelope or looks like one; `conn` is for the ack. Called from the loop. */
	void (*frame)(const char *frame, size_t len, unsigned conn, void *arg);
	/* hello came. gap_ms: how long no connection was ready (monotonic), -1 at the first one. */
	void (*ready)(int64_t gap_ms, void *arg);
	/* No connection is ready any more. */
	void (*down)(const char *why, void *arg);
	/* Slack will not have us: bad token, app disabled. `why` is a sentence. Nothing more will come. */
	void (*fatal)(const char *why, void *arg);
};

/* The states, for the test that compares them with the picture above. */
struct machine;
extern const struct machine socket_machine;

/* For whoever watches: why a connection was opened anew, since the start. */
enum socket_again {
	SOCKET_AGAIN_ASKED,   /* Slack said that this one goes: a new one is there before it does */
	SOCKET_AGAIN_LOST,    /* it broke, or Slack closed it */
	SOCKET_AGAIN_REFUSED, /* Slack gave no address to connect to */
	SOCKET_AGAINS
};
const int64_t *slack_socket_reconnects(const struct slack_socket *s); /* SOCKET_AGAINS of them */
bool slack_socket_ready(
	const struct slack_socket *s); /* hello came, and that connection is there */

/* To be given to loop_new(), in an array that an empty row ends. */
extern const struct lws_protocols slack_socket_protocol;

struct slack_socket *slack_socket_new(struct loop *loop, struct web *web, struct entropy *chance,
				      const struct socket_calls *calls, void *arg);
/* At its start the bot doesn't go on beside another one with the same app token, which may have another database: what is
 * said would go to either. Not so if it is told to share. */
void slack_socket_share(struct slack_socket *s, bool share);
void slack_socket_start(struct slack_socket *s);
/* Queues an ack; payload is JSON or NULL. False if that connection is gone (the answer goes elsewhere),
 * 1024 acks are waiting on it, or the frame would be over 20,480 bytes (never sent: Slack would hang up). */
bool slack_socket_ack(struct slack_socket *s, unsigned conn, const char *envelope_id,
		      const char *payload);
/* Sends what is queued, closes with a close frame; `slack_socket_closed` is true when all is gone. */
void slack_socket_stop(struct slack_socket *s);
bool slack_socket_closed(const struct slack_socket *s);
/* After web_free(), which may still hold the answer to apps.connections.open for us; before loop_free(). */
void slack_socket_free(struct slack_socket *s);

/* How many connections bring something, and whether Slack counts others with the same app token. */
int slack_socket_connections(const struct slack_socket *s);
bool slack_socket_others(const struct slack_socket *s);

/* Tests shorten its times (connection.h) before slack_socket_start(). */
struct socket_tempo;
struct socket_tempo *slack_socket_tempo(struct slack_socket *s);

#endif
