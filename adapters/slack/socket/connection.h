/*
 * connection: one Socket Mode connection, from the URL that Slack gave to its end. Used by socket.c alone.
 *
 * Its states, and what may follow:
 *   LOOKUP     → CONNECTING, DOWN
 *   CONNECTING → OPEN, DOWN
 *   OPEN       → READY, ENDING, DOWN
 *   READY      → LEAVING, ENDING, DOWN
 *   LEAVING    → ENDING, DOWN
 *   ENDING     → DOWN
 *
 * Always true: calls.down comes exactly once, never inside connection_new(), and nothing comes after it. The connection
 * frees itself after it, when libwebsockets lets go of the connection.
 */
#ifndef ADAPTERS_SLACK_SOCKET_CONNECTION_H
#define ADAPTERS_SLACK_SOCKET_CONNECTION_H

#include "adapters/log/machine.h"
#include "adapters/loop/loop.h"
#include "core/base/buf.h"

#include <libwebsockets.h>
#include <stddef.h>
#include <sys/queue.h>

#define CONNECTION_FRAME_MAX ((size_t)1 << 20) /* a frame that we take */
#define CONNECTION_ACK_MAX 20480 /* a frame that we send; over it Slack hangs up (1009) */
#define CONNECTION_ACKS_MAX 1024 /* waiting to be sent */

/* All times of Socket Mode. Tests shorten them; milliseconds where nothing else is said. */
struct socket_tempo {
	int64_t connect; /* name, TCP, TLS and upgrade together */
	int64_t hello;	 /* from the upgrade to hello */
	int64_t linger;	 /* an old connection is kept after the new one's hello */
	int64_t close;	 /* from a close frame to the end of TCP: Slack leaves it open */
	int64_t backoff_least, backoff_most;
	uint16_t ping_s,
		hangup_s; /* seconds without any sign of life; a frame that was begun has to end in the latter */
};
extern const struct socket_tempo socket_tempo_usual;

enum connection_state {
	CONNECTION_LOOKUP,     /* its name is being looked up */
	CONNECTION_CONNECTING, /* TCP, TLS, upgrade */
	CONNECTION_OPEN,       /* upgraded; hello is awaited */
	CONNECTION_READY,      /* hello came */
	CONNECTION_LEAVING, /* Slack said disconnect: read and acked until it closes or a successor is settled */
	CONNECTION_ENDING, /* we leave: what is queued goes out, then a close frame */
	CONNECTION_DOWN,   /* calls.down was called */
};
extern const struct machine connection_machine;

struct connection;

struct connection_calls {
	void (*frame)(struct connection *w, const char *frame, size_t len,
		      void *arg); /* a whole text frame */
	void (*down)(struct connection *w, const char *why, void *arg);
};

struct connection_ack;

struct connection {
	LIST_ENTRY(connection) next; /* the owner's */
	enum connection_state state;
	unsigned conn;	 /* its number, never used again; 1 is the first */
	char object[24]; /* "socket 1", for the log */
	/* ---- the connection's own ---- */
	struct loop *loop;
	const struct socket_tempo *tempo;
	const struct connection_calls *calls;
	void *arg;
	char *url, *path; /* secrets: not for the log */
	const char *host; /* points into url */
	int port;
	bool tls;
	const struct proxy *proxy; /* the loop's; NULL: straight there */
	char address[64];
	struct loop_lookup *lookup;
	struct loop_timer *timer; /* what it means hangs on the state: connection_late() */
	struct lws *wsi;
	bool connecting; /* inside lws_client_connect_via_info() */
	lws_retry_bo_t idle;
	struct buf frame;	  /* being put together */
	bool begun;		  /* a piece of it has come, and not the last */
	struct loop_timer *whole; /* until when that has to */
	unsigned remarks;	  /* logged about what came on it */
	bool closed; /* a close frame was sent or came: nothing can be acked any more */
	STAILQ_HEAD(connection_acks, connection_ack) acks;
	int acks_count;
	char why[160]; /* what is known about its end so far */
};

/* url: wss:// or ws://, copied. A bad one goes down like any other, soon. */
struct connection *connection_new(struct loop *loop, const struct socket_tempo *tempo,
				  const char *url, unsigned conn,
				  const struct connection_calls *calls, void *arg);
void connection_ready(struct connection *w);   /* hello came: no watchdog but the pings */
void connection_leaving(struct connection *w); /* READY, and Slack wants another in its place */
void connection_end_in(struct connection *w, int64_t ms); /* connection_end() after so long */
/* May what came on it be logged? A peer that sends nonsense without end is told of a few times only. */
bool connection_remark(struct connection *w);
bool connection_send(struct connection *w, const char *text,
		     size_t len); /* false: it is closed, or 1024 are waiting */
void connection_end(
	struct connection *w); /* sends what is queued, closes; down() follows within tempo.close */
void connection_free(
	struct connection *w); /* at once, without down(). Not inside one of its own calls */

int connection_on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
			size_t len);

#endif
