/*
 * slackd_private: what slackd's files share among each other.
 */
#ifndef TESTS_SLACKD_SLACKD_PRIVATE_H
#define TESTS_SLACKD_SLACKD_PRIVATE_H

#include "tests/slackd/slackd.h"

#include <libwebsockets.h>

struct http; /* slackd_http.c: one request */
struct conn; /* slackd_socket.c: one Socket Mode connection */

struct session { /* per connection of lws, zeroed by it */
	struct http *http;
	struct conn *conn;
	void *guest; /* what the guest keeps of a connection of its own */
};

#define TICKETS_OPEN 32

struct slackd {
	struct lws_context *lws;
	struct lws_vhost *vhost;
	lws_sorted_usec_list_t alarm; /* ends a slackd_turn that waits */
	int port, haste;
	char url[32];
	cJSON *manifest;
	const struct slackd_guest *guest; /* NULL: this one has none */
	struct slackd_watcher *watchers;
	bool closing; /* slackd_free has begun */
	struct slackd_options options;
	struct sl_team *team;
	struct sl_faults faults;
	struct sl_rates rates;
	unsigned stirs;
	int in_flight;

	struct sl_call *calls, **calls_end;
	struct sl_shown *shown, **shown_end;
	unsigned n_calls, n_shown, n_envelopes, next_shown;
	struct sl_view *views;
	unsigned next_view, next_hash;
	struct buf complaints;
	int n_complaints;

	struct sl_envelope *envelopes, **envelopes_end;
	unsigned next_envelope, next_conn, next_ticket, hellos;
	struct conn *conns;
	bool tickets[TICKETS_OPEN]; /* by ticket number modulo: not yet used */
	bool ghost, forgets;
};

/* ---- the guest: who serves more than Slack on the same port ---- */

struct reply;
struct slackd_guest {
	/* A GET that is none of Slack's. false: there is no such page. */
	bool (*get)(void *arg, const char *path, struct reply *r);
	/* Is this connection its own? */
	bool (*is)(void *arg, struct lws *wsi, enum lws_callback_reasons reason,
		   const struct session *s);
	int (*socket)(void *arg, struct lws *wsi, enum lws_callback_reasons reason,
		      struct session *s, void *in, size_t len);
	void (*changed)(void *arg); /* the app has come, or gone */
	void *arg;
};
void slackd_invite(struct slackd *d,
		   const struct slackd_guest *g); /* borrowed until slackd_free() */

/* ---- HTTP (slackd_http.c) ---- */
int slackd_http(struct slackd *d, struct lws *wsi, enum lws_callback_reasons reason,
		struct session *s, void *in, size_t len);
bool slackd_http_reason(enum lws_callback_reasons reason);
/* Is this from a program of this machine's, or from a page of our own? */
bool slackd_welcome(struct lws *wsi);

struct reply { /* of a method, an upload, a response_url */
	int status;
	int retry_after;  /* 0: none */
	const char *type; /* content type */
	char *body;	  /* malloc'ed */
	size_t len;	  /* of it; 0: it is a string */
	bool page;	  /* something for a browser: with the headers that keep a page safe */
};

/* ---- bodies (slackd_form.c) ---- */
#define SLACKD_BODY_MAX ((size_t)16 << 20)

/* Text from outside as JSON may have it: what is no UTF-8 becomes U+FFFD, since one such byte in a
 * frame ends the websocket of whoever is told of it. */
void slackd_clean(struct buf *out, const char *s, size_t len);
/* "a=b&c=d" into an object of strings. */
cJSON *slackd_form(const char *body, size_t len);
/* Of multipart/form-data: from the whole body to the bytes of its first part. false: it is none. */
bool slackd_first_part(const char **data, size_t *len);

/* ---- methods (slackd_methods.c) ---- */
/* method: what stands behind /api/; json: the body was JSON. args are taken. */
void slackd_method(struct slackd *d, const char *method, const char *token, cJSON *args, bool json,
		   const struct sl_fault *fault, struct reply *r);
bool slackd_method_writes(const char *method);

/* ---- what is no method (slackd_respond.c); json is taken ---- */
void slackd_upload(struct slackd *d, const char *file_id, const char *data, size_t len,
		   struct reply *r);
void slackd_respond(struct slackd *d, const char *token, cJSON *json, struct reply *r);

/* ---- records (slackd_records.c) ---- */
struct sl_call *slackd_record(struct slackd *d, const char *method, cJSON *args);
void slackd_outcome(struct slackd *d, struct sl_call *c, const char *outcome);
struct sl_shown *slackd_show(struct slackd *d, enum sl_via via, const char *user,
			     const char *channel, const char *thread_ts, unsigned envelope,
			     cJSON *json);
void slackd_forget_all(struct slackd *d);
void slackd_forget_views(
	struct slackd *d); /* those that are closed, if not all are to be remembered */

/* ---- news for the watchers (slackd_records.c); the first three are the model's listeners ---- */
void slackd_news_channel(struct sl_channel *c, void *arg);
void slackd_news_message(struct sl_channel *c, struct sl_message *m, void *arg);
void slackd_news_file(struct sl_file *f, void *arg);
void slackd_news_envelope(struct slackd *d, const struct sl_envelope *e);
void slackd_news_view(struct slackd *d, const struct sl_view *v);
void slackd_news_frame(struct slackd *d, const cJSON *frame);
void slackd_news_answer(struct slackd *d, const char *method, const char *body);

/* ---- the app's manifest (slackd_manifest.c) ---- */
cJSON *slackd_manifest_read(const char *text);
/* Is the app subscribed to this event (an inner one)? */
bool slackd_subscribed(const struct slackd *d, const cJSON *event);
/* The scopes that auth.test and all others show in a header. */
void slackd_scopes(const struct slackd *d, struct buf *out);
/* Has the app a scope? "channels:history|groups:history|im:history": by the kind of channel, NULL
 * is the first. */
bool slackd_has_scope(const struct slackd *d, const char *scopes, const struct sl_channel *c);

/* ---- blocks (slackd_blocks.c): "" or what is wrong, as response_metadata.messages says it ---- */
bool slackd_blocks_ok(const cJSON *blocks, int most, struct buf *why);
/* Of an edit of a message whose blocks were these; NULL: none. */
bool slackd_edit_ok(const cJSON *blocks, const cJSON *before, struct buf *why);
bool slackd_view_ok(const cJSON *view, struct buf *why);
/* Has the manifest a Home tab? */
bool slackd_has_home(const struct slackd *d);
/* A payload with text and blocks, of an ack or a response_url. */
bool slackd_payload_ok(const cJSON *payload, struct buf *why);

/* ---- Socket Mode's connections (slackd_socket.c) ---- */
int slackd_socket(struct slackd *d, struct lws *wsi, enum lws_callback_reasons reason,
		  struct session *s, void *in, size_t len);
void slackd_ticket(struct slackd *d, struct buf *url);
/* Sends a frame on any connection: which; 0: there is none. */
unsigned slackd_give(struct slackd *d, const cJSON *frame);

/* ---- envelopes (slackd_envelopes.c) ---- */
struct sl_envelope *slackd_deliver(struct slackd *d, const char *type, cJSON *payload, bool accepts,
				   const char *user, const char *channel, const char *token);
void slackd_ack(struct slackd *d, unsigned conn, const cJSON *frame);
void slackd_deliver_waiting(struct slackd *d); /* somebody is connected */
void slackd_deliver_again(struct slackd *d,
			  unsigned conn); /* this one is gone: what it had not acked */
void slackd_envelope_free(struct slackd *d, struct sl_envelope *e);
/* The envelope of a trigger_id or response_url token; NULL: never given. */
struct sl_envelope *slackd_envelope_of(struct slackd *d, const char *trigger_id, const char *token);

#endif
