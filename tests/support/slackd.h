/*
 * slackd: a Slack stand-in on one port of 127.0.0.1: the Web API under /api/, uploads, response_urls, and
 * Socket Mode under /link. A library with its own libwebsockets context: whoever owns it turns it.
 *
 *     slackd_new ─ slackd_turn … slackd_turn ─ slackd_free
 *
 * The workspace itself is slackd_model.h's (d->team): tests arrange and read it there. Whatever a real Slack
 * would have refused is refused here as well; what an app must not do and Slack would let pass in
 * silence (an ack for an unknown envelope, a method that doesn't exist) is kept as a complaint.
 *
 * Files: slackd.c life, records · slackd_http.c requests and answers · slackd_methods*.c the Web API ·
 * slackd_blocks.c what blocks may be · slackd_socket.c Socket Mode · slackd_people.c what people do ·
 * slackd_faults.c what goes wrong · slackd_model.c and slackd_messages.c the
 * workspace · slackd_stage.c a stage for a story: slackd, a clock, a folder, the bot as a child.
 */
#ifndef TESTS_SLACKD_H
#define TESTS_SLACKD_H

#include "tests/support/slackd_faults.h"
#include "tests/support/slackd_model.h"

#define SL_APP_TOKEN "xapp-1-A0ALIOS-test-secret"
#define SL_BOT_TOKEN "xoxb-0-test-secret"

struct slackd;

struct slackd_options {
	int port;			/* 0: any */
	int64_t (*now_ms)(void *arg);	/* wall clock: ts of messages, Date headers; NULL: the system's */
	void *arg;
	int haste;			/* Slack's own minutes (redelivery, rates) pass so many times faster; 0 = 1 */
};

struct slackd *slackd_new(const struct slackd_options *o);	/* NULL if the port can't be had */
void slackd_free(struct slackd *d);
int slackd_port(const struct slackd *d);
struct sl_team *slackd_team(struct slackd *d);
struct sl_faults *slackd_faults(struct slackd *d);
struct sl_rates *slackd_rates(struct slackd *d);

/* Serves what there is; waits for it up to wait_ms (0: not at all). */
void slackd_turn(struct slackd *d, int wait_ms);
int64_t slackd_ms(void);	/* monotonic */
/* Grows with every call, ack and connection: unchanged means that nothing happened. */
unsigned slackd_stirs(const struct slackd *d);

/* ---- what the app did ---- */

struct sl_call {		/* one call of the Web API */
	struct sl_call *next;
	const char *method;	/* "chat.postMessage", "@upload", "@respond", or an unknown one */
	cJSON *args;		/* strings; nested JSON as it came */
	char channel[32];	/* "" if it has none */
	char outcome[64];	/* "ok", Slack's error word, "429", "lost" … */
};
const struct sl_call *slackd_calls(const struct slackd *d);
int slackd_in_flight(const struct slackd *d);			/* taken and not yet answered */

enum sl_via { SL_VIA_ACK, SL_VIA_URL, SL_VIA_EPHEMERAL };

struct sl_shown {		/* what one person alone was shown */
	struct sl_shown *next;
	enum sl_via via;
	char user[32], channel[32], thread_ts[32];
	unsigned envelope;	/* ACK, URL: of which */
	cJSON *json;		/* text, blocks, response_type … */
};
const struct sl_shown *slackd_shown(const struct slackd *d);

struct sl_view {		/* a modal that was opened, the newest first */
	struct sl_view *next;
	char id[32], user[32];
	bool closed;		/* sent, and taken without errors */
	cJSON *json;
};
const struct sl_view *slackd_view(const struct slackd *d);	/* the newest that is still open, NULL */

int slackd_complaints(const struct slackd *d);
const char *slackd_complaints_say(const struct slackd *d);	/* one a line */
void slackd_complain(struct slackd *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- Socket Mode ---- */

struct sl_envelope {
	struct sl_envelope *next;
	unsigned n;
	const char *type;	/* "slash_commands", "interactive", "events_api" */
	char user[32], channel[32];
	char token[24];		/* of its response_url; "" */
	int url_uses;
	cJSON *payload;
	bool accepts;
	int attempts;		/* times delivered */
	unsigned conn;		/* where last */
	bool waiting;		/* for a connection */
	bool refused;		/* a command while nobody was connected: Slack tells the person */
	bool given_up;		/* not acked after everything */
	bool acked;
	int acks;
	int64_t sent_ms, acked_ms;	/* monotonic, of the last delivery and the first ack */
	char *answer;		/* the first ack's payload as JSON, NULL */
	char *answer_again;	/* the last ack's, when there were several */
	void *timer;		/* slackd_socket.c's */
};
const struct sl_envelope *slackd_envelopes(const struct slackd *d);
int slackd_unacked(const struct slackd *d);	/* delivered or waiting, not acked, not given up */
int slackd_connections(const struct slackd *d);	/* those that said hello and aren't on their way out */
unsigned slackd_hellos(const struct slackd *d);	/* how often hello was said */

void slackd_redeliver(struct slackd *d, struct sl_envelope *e, bool fresh_id);
void slackd_cut(struct slackd *d);			/* resets every connection, no close frame */
void slackd_refresh(struct slackd *d, int after_ms);	/* `warning` now, `refresh_requested` and close after */
void slackd_disconnect(struct slackd *d, const char *reason);	/* that frame, then close */
void slackd_raw(struct slackd *d, const void *data, size_t len, bool binary);	/* a frame, to the letter */
void slackd_ghost(struct slackd *d, bool on);		/* connections stay open and nothing passes */
void slackd_forget(struct slackd *d, bool on);		/* what happens while nobody is connected is never told */

/* ---- what people do; they give back the envelope that it made (NULL: none) ---- */
struct sl_envelope *slackd_says(struct slackd *d, const char *user, const char *channel, const char *line);
/* block: the button's; message: where it stands (posted or shown to one) */
struct sl_envelope *slackd_press(struct slackd *d, const char *user, const char *channel, const cJSON *message,
				 const cJSON *button, const char *block_id);
struct sl_envelope *slackd_submit(struct slackd *d, const struct sl_view *v, cJSON *values);
/* A shortcut of the manifest: on a message, or (c and m NULL) a global one. */
struct sl_envelope *slackd_shortcut(struct slackd *d, const char *user, const char *callback_id,
				    const struct sl_channel *c, const struct sl_message *m);
/* An event of the Events API as Slack would send it (event is taken). The model's go this way by themselves. */
struct sl_envelope *slackd_event(struct slackd *d, cJSON *event);

#endif
