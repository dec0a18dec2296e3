/*
 * front: where Slack comes in: a frame becomes an envelope, an envelope a job for the store, and what the
 * store has decided becomes the ack with its answer.
 *
 * Always true: nothing is acked before its commit; whatever has an envelope id is acked, used or not; who
 * waits for a fact about themselves (zone, rank: 1.5 s at most) holds up nobody else.
 */
#ifndef ADAPTERS_SLACK_IN_FRONT_H
#define ADAPTERS_SLACK_IN_FRONT_H

#include "adapters/slack/socket/socket.h"
#include "adapters/slack/web/web.h"
#include "core/store.h"

struct front;

struct front_seams {
	struct loop *loop;
	struct web *web;
	struct store *store;
	struct clock *clock;
	const struct settings *settings;
	void (*submit)(struct job *job, void *arg);	/* queues a job for the next batch */
	/* There is a channel of this name now (a bare id), or the bot was taken into one (name NULL). NULL: no matter. */
	void (*channel)(const char *channel, const char *name, void *arg);
	void *arg;
};

struct front *front_new(const struct front_seams *seams);
void front_free(struct front *f);
/* Whoever waits for a fact goes on without it: what was read is to be committed and acked. */
void front_stop(struct front *f);

/* The socket to ack on; it outlives the front. */
void front_socket(struct front *f, struct slack_socket *socket);
/* Our team and the bot's user id, when known. */
void front_identity(struct front *f, const char *place, const char *bot_user);

/* Whoever wrote a message, or is named in it, has a name when they are shown: asks who they are, waits for nothing. */
void front_meet(struct front *f, const struct message *m);
/* Nothing was heard for a while: what rights hang on is in doubt until it is read again. */
void front_gap(struct front *f);
/* Is somebody (a ref) in the user group of the settings? 1, 0, -1: Slack hasn't told since the last gap. */
int front_in_group(const struct front *f, const char *person);
/* settings->group is known now: Slack is asked who is in it. */
void front_look_at_group(struct front *f);
/* Calls go_on(arg) when it is known what somebody (a ref) is, or was: person or bot; or can't be waited for: at once in
 * the common case. */
void front_know(struct front *f, const char *who, void (*go_on)(void *arg), void *arg);

/* Calls go_on(arg) when the files of a message have their names, or can't be waited for; both arguments live until
 * then. */
void front_file_names(struct front *f, struct message *m, struct arena *arena, void (*go_on)(void *arg), void *arg);
/* Calls go_on(arg) when a channel (a ref) has its name, or can't be waited for: at once in the common case. */
void front_call_by_name(struct front *f, const char *channel, void (*go_on)(void *arg), void *arg);
/* The same for whether it is private; and what Slack said to that, a moment ago. */
void front_know_openness(struct front *f, const char *channel, void (*go_on)(void *arg), void *arg);
int front_openness(const struct front *f, const char *channel);	/* enum openness */

/* Events left to Slack so far, unacked, because too many waited: when it grows, that is a gap. */
int64_t front_dropped(const struct front *f);

/* One text frame from connection `conn`. */
void front_frame(struct front *f, const char *frame, size_t len, unsigned conn);

#endif
