/*
 * slackd: a Slack of one's own on one port of 127.0.0.1: the Web API under /api/, uploads,
 * response_urls, and Socket Mode under /link. A library with its own libwebsockets context: whoever
 * owns it turns it.
 *
 *     slackd_new ─ slackd_turn … slackd_turn ─ slackd_free
 *
 * Its owners are the tests and aliosbot-sandbox (sandbox.c). The workspace itself is
 * slackd_model.h's (d->team): they arrange and read it there. Whatever a real Slack would have
 * refused is refused here as well; what an app must not do and Slack would let pass in silence (an
 * ack for an unknown envelope, a method that doesn't exist) is kept as a complaint.
 *
 * Files: slackd.c life · slackd_http.c and slackd_form.c requests and answers · slackd_methods*.c
 * the Web API · slackd_respond.c uploads and response_urls · slackd_blocks.c what blocks may be ·
 * slackd_socket.c and slackd_envelopes.c Socket Mode · slackd_people.c what people do ·
 * slackd_manifest.c what the app may · slackd_records.c what it did · slackd_faults.c what goes
 * wrong · slackd_model.c, slackd_messages.c and slackd_files.c the workspace.
 */
#ifndef TESTS_SLACKD_SLACKD_H
#define TESTS_SLACKD_SLACKD_H

#include "tests/slackd/slackd_faults.h"
#include "tests/slackd/slackd_model.h"

#define SL_APP_TOKEN "xapp-1-A0ALIOS-test-secret"
#define SL_BOT_TOKEN "xoxb-0-test-secret"

struct slackd;
struct sl_envelope;
struct lws_context;

struct slackd_options {
	int port; /* 0: any */
	/* Wall clock: ts of messages, Date headers; NULL: the system's. */
	int64_t (*now_ms)(void *arg);
	void *arg;
	int haste; /* Slack's own minutes (redelivery, rates) pass so many times faster; 0 = 1 */
	/* The app's manifest (JSON): its scopes and events are all that it gets. NULL: it is given
	 * everything. A text that is no manifest ends the process: read it with
	 * slackd_manifest_wrong() before. */
	const char *manifest;
	const char *links; /* how links to messages and files begin; NULL: slackd_url() */
	unsigned remember; /* calls, envelopes and things shown that are kept, each; 0: all */
};

/* NULL, or a sentence (static) that says what is wrong with a manifest. */
const char *slackd_manifest_wrong(const char *manifest);

struct slackd *slackd_new(const struct slackd_options *o); /* NULL if the port can't be had */
void slackd_free(struct slackd *d);
int slackd_port(const struct slackd *d);
const char *slackd_url(const struct slackd *d);	      /* "http://127.0.0.1:8042" */
const cJSON *slackd_manifest(const struct slackd *d); /* NULL: none was given */
struct lws_context *slackd_lws(struct slackd *d);     /* for timers of its owner's */
int64_t slackd_now(struct slackd *d);		      /* wall clock, ms */
struct sl_team *slackd_team(struct slackd *d);
struct sl_faults *slackd_faults(struct slackd *d);
struct sl_rates *slackd_rates(struct slackd *d);

/* Serves what there is; waits for it up to wait_ms (0: not at all). */
void slackd_turn(struct slackd *d, int wait_ms);
int64_t slackd_ms(void); /* monotonic */
/* Grows with every call, ack and connection: unchanged means that nothing happened. */
unsigned slackd_stirs(const struct slackd *d);
/* Another descriptor in the same loop. readable: false closes it and ends the watch. With fd -1 it
 * hears that the watch has ended: the other end is closed, or all is. */
bool slackd_watch_fd(struct slackd *d, int fd, bool (*readable)(int fd, void *arg), void *arg);

/* ---- what the app did ---- */

struct sl_call { /* one call of the Web API */
	struct sl_call *next;
	char *method;	  /* "chat.postMessage", "@upload", "@respond", or an unknown one */
	cJSON *args;	  /* strings; nested JSON as it came */
	char channel[32]; /* "" if it has none */
	char outcome[64]; /* "ok", Slack's error word, "429", "lost" … */
};
const struct sl_call *slackd_calls(const struct slackd *d);
int slackd_in_flight(const struct slackd *d); /* taken and not yet answered */

enum sl_via {
	SL_VIA_ACK,
	SL_VIA_URL,
	SL_VIA_EPHEMERAL,
	SL_VIA_SLACK, /* Slack's own words: the app did not respond */
};

struct sl_shown { /* what one person alone was shown */
	struct sl_shown *next;
	unsigned id; /* from 1 */
	enum sl_via via;
	char user[32], channel[32], thread_ts[32], ts[32];
	bool gone;	   /* dismissed, or the app took it back */
	unsigned envelope; /* ACK, URL: of which */
	cJSON *json;	   /* text, blocks, response_type … */
};
const struct sl_shown *slackd_shown(const struct slackd *d);

struct sl_view { /* a modal that was opened, or a person's Home, the newest first */
	struct sl_view *next;
	char id[32], user[32], hash[32];
	bool home;	 /* never closed; published again, it is the same */
	bool closed;	 /* sent and taken without errors, or closed by hand */
	bool unanswered; /* sent, and no ack came: it stays open */
	cJSON *json;
	cJSON *errors; /* of the last submission: {block_id: sentence}; NULL */
};
const struct sl_view *slackd_view(const struct slackd *d); /* the newest modal still open, NULL */
struct sl_view *slackd_home(const struct slackd *d,
			    const char *user); /* NULL: none was published */
struct sl_view *slackd_view_named(const struct slackd *d, const char *id); /* NULL: there is none */
const struct sl_view *slackd_views(const struct slackd *d);
void slackd_view_close(struct slackd *d, struct sl_view *v);
void slackd_view_errors(struct slackd *d, struct sl_view *v, cJSON *errors); /* taken; NULL: none */
struct sl_shown *slackd_shown_id(const struct slackd *d, unsigned id); /* NULL: none, or gone */
void slackd_dismiss(struct slackd *d, struct sl_shown *s);
/* Slack's own words to one person. */
void slackd_tell(struct slackd *d, const char *user, const char *channel, const char *thread_ts,
		 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

int slackd_complaints(const struct slackd *d);
const char *slackd_complaints_say(const struct slackd *d); /* one a line */
void slackd_complain(struct slackd *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- who wants to know ---- */

struct slackd_watcher { /* told after each change; any function may be NULL */
	struct slackd_watcher *next;
	void (*channel)(struct sl_channel *c, void *arg);
	void (*message)(struct sl_channel *c, struct sl_message *m,
			void *arg); /* m->gone: deleted */
	void (*file)(struct sl_file *f, void *arg);
	void (*shown)(const struct sl_shown *s, void *arg); /* s->gone */
	void (*view)(const struct sl_view *v, void *arg);   /* v->closed */
	void (*call)(const struct sl_call *c, void *arg);
	void (*envelope)(const struct sl_envelope *e, void *arg);
	void (*complaint)(const char *line, void *arg);
	void (*frame)(const cJSON *frame, void *arg); /* an envelope, as it goes out */
	void (*answer)(const char *method, const char *body, void *arg); /* of the Web API */
	void *arg;
};
void slackd_watch(struct slackd *d, struct slackd_watcher *w); /* borrowed until slackd_free() */

/* ---- Socket Mode ---- */

struct sl_envelope {
	struct sl_envelope *next;
	unsigned n;
	const char *type; /* "slash_commands", "interactive", "events_api" */
	char user[32], channel[32];
	char token[24]; /* of its response_url; "" */
	int url_uses;
	bool trigger_used; /* a modal was opened with it */
	cJSON *payload;
	bool accepts;
	int attempts;  /* times delivered */
	unsigned conn; /* where last */
	bool waiting;  /* for a connection */
	bool refused;  /* a command while nobody was connected: Slack tells the person */
	bool given_up; /* not acked after everything */
	bool acked;
	int acks;
	int64_t sent_ms, acked_ms; /* monotonic, of the last delivery and the first ack */
	char *answer;		   /* the first ack's payload as JSON, NULL */
	char *answer_again;	   /* the last ack's, when there were several */
	void *timer;		   /* slackd_envelopes.c's */
};
const struct sl_envelope *slackd_envelopes(const struct slackd *d);
int slackd_unacked(const struct slackd *d); /* delivered or waiting, not acked, not given up */
int slackd_connections(
	const struct slackd *d); /* those that said hello and aren't on their way out */
unsigned slackd_hellos(const struct slackd *d); /* how often hello was said */

void slackd_redeliver(struct slackd *d, struct sl_envelope *e, bool fresh_id);
void slackd_cut(struct slackd *d); /* resets every connection, no close frame */
void slackd_refresh(struct slackd *d,
		    int after_ms); /* `warning` now, `refresh_requested` and close after */
void slackd_disconnect(struct slackd *d, const char *reason); /* that frame, then close */
void slackd_raw(struct slackd *d, const void *data, size_t len,
		bool binary);		      /* a frame, to the letter */
void slackd_ghost(struct slackd *d, bool on); /* connections stay open and nothing passes */
void slackd_forget(struct slackd *d,
		   bool on); /* what happens while nobody is connected is never told */

/* ---- what people do; they give back the envelope that it made (NULL: none) ---- */
struct sl_envelope *slackd_says(struct slackd *d, const char *user, const char *channel,
				const char *line);
/* block: the button's; message: where it stands (posted or shown to one) */
struct sl_envelope *slackd_press(struct slackd *d, const char *user, const char *channel,
				 const cJSON *message, const cJSON *button, const char *block_id);
/* The same of what is no button, with what was chosen there (taken): {"selected_option": …}. */
struct sl_envelope *slackd_choose(struct slackd *d, const char *user, const char *channel,
				  const cJSON *message, const cJSON *element, const char *block_id,
				  cJSON *chosen);
/* The same in a view of theirs. */
struct sl_envelope *slackd_act(struct slackd *d, const struct sl_view *v, const cJSON *element,
			       const char *block_id, cJSON *chosen);
struct sl_envelope *slackd_submit(struct slackd *d, const struct sl_view *v, cJSON *values);
/* Opens the app's Home tab. NULL: the manifest has none. */
struct sl_envelope *slackd_open_home(struct slackd *d, const char *user);
/* A shortcut of the manifest: on a message, or (c and m NULL) a global one. */
struct sl_envelope *slackd_shortcut(struct slackd *d, const char *user, const char *callback_id,
				    const struct sl_channel *c, const struct sl_message *m);
/* An event of the Events API as Slack would send it (event is taken). The model's go this way by
 * themselves. */
struct sl_envelope *slackd_event(struct slackd *d, cJSON *event);

#endif
