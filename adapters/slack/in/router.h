/*
 * router: where Slack comes in: a frame becomes an envelope, an envelope a job for the store, and what the
 * store has decided becomes the ack with its answer.
 *
 * Always true: nothing is acked before its commit; whatever has an envelope id is acked, used or not; who
 * waits for a fact about themselves (zone, rank: 1.5 s at most) holds up nobody else.
 */
#ifndef ADAPTERS_SLACK_IN_ROUTER_H
#define ADAPTERS_SLACK_IN_ROUTER_H

#include "adapters/slack/format/envelope.h"
#include "adapters/slack/format/message.h"
#include "adapters/slack/socket/socket.h"
#include "adapters/slack/web/web_newer.h"
#include "core/store.h"

struct router;

struct router_seams {
	struct loop *loop;
	struct web *web;
	struct web_newer *newer;
	struct store *store;
	struct clock *clock;
	struct zones *zones;
	const struct settings *settings;
	const char *root;			    /* how commands begin: "/incident" */
	void (*submit)(struct job *job, void *arg); /* queues a job for the next batch */
	/* There is a channel of this name now (a bare id), or the bot was taken into one (name NULL). NULL: no matter. */
	void (*channel)(const char *channel, const char *name, void *arg);
	void *arg;
	int64_t home_pause_ms; /* between two views.publish of one person */
};

struct router *router_new(const struct router_seams *seams);
void router_free(struct router *f);
/* Whoever waits for a fact goes on without it: what was read is to be committed and acked. */
void router_stop(struct router *f);

/* The socket to ack on; it outlives the router. */
void router_socket(struct router *f, struct slack_socket *socket);
/* Our team and the bot's user id, when known. */
void router_identity(struct router *f, const char *place, const char *bot_user);

/* Whoever wrote a message, or is named in it, has a name when they are shown: asks who they are, waits for nothing. */
void router_meet(struct router *f, const struct message *m);
/* Hears a mention that no envelope has brought (recover.h): as a live one, answered as one, and once however often and
 * whichever way it comes. over(go, out, again): what came of it; NULL nothing, or it was heard before; `again`: it could not
 * be heard, and is to be said again. Never before this returns. */
void router_hear(struct router *f, const struct mention *m,
		 void (*over)(void *go, const struct outcome *out, bool again), void *go);
/* Nothing was heard for a while: what rights hang on is in doubt until it is read again. */
void router_gap(struct router *f);
/* The user group (a ref) that rights hang on is known now: Slack is asked who is in it. */
void router_group(struct router *f, const char *ref);
const char *router_group_ref(const struct router *f); /* NULL: there is none (yet) */
/* Is somebody (a ref) in it? 1, 0, -1: Slack hasn't told since the last gap. */
int router_in_group(const struct router *f, const char *person);
/* Calls go_on(arg) when it is known what somebody (a ref) is, or was: person or bot; or can't be waited for: at once in
 * the common case. */
void router_know(struct router *f, const char *who, void (*go_on)(void *arg), void *arg);

/* Calls go_on(arg) when the files of a message have their names, or can't be waited for; both arguments live until
 * then. */
void router_file_names(struct router *f, struct message *m, struct arena *arena,
		       void (*go_on)(void *arg), void *arg);
/* Calls go_on(arg) when a channel (a ref) has its name, or can't be waited for: at once in the common case. */
void router_call_by_name(struct router *f, const char *channel, void (*go_on)(void *arg),
			 void *arg);
/* The same for whether it is private; and what Slack said to that, a moment ago. */
void router_know_openness(struct router *f, const char *channel, void (*go_on)(void *arg),
			  void *arg);
int router_openness(const struct router *f, const char *channel); /* enum openness */

/* Events left to Slack so far, unacked, because too many waited: when it grows, that is a gap. */
int64_t router_dropped(const struct router *f);

/* For whoever watches: since the start. Commands have buttons and forms among them; where there are commands there are
 * events, too: Slack may have switched them off. */
struct router_seen {
	int64_t envelopes[ENVELOPE_KINDS];
	int64_t commands, events;
	int64_t received_ms, command_ms,
		event_ms;     /* when the last one came, wall clock; 0: none did */
	struct histogram ack; /* from frame to ack */
};
const struct router_seen *router_seen(const struct router *f);
/* As it is counted: "command", "reaction"; NULL: it never comes here. */
const char *router_kind_name(enum envelope_kind kind);

/* One text frame from connection `conn`. */
void router_frame(struct router *f, const char *frame, size_t len, unsigned conn);

#endif
