/*
 * slackd_private: what slackd's files share among each other.
 */
#ifndef TESTS_SLACKD_PRIVATE_H
#define TESTS_SLACKD_PRIVATE_H

#include "tests/support/slackd.h"

#include <libwebsockets.h>

struct http;		/* slackd_http.c: one request */
struct conn;		/* slackd_socket.c: one Socket Mode connection */

struct session {	/* per connection of lws, zeroed by it */
	struct http *http;
	struct conn *conn;
};

#define TICKETS_OPEN 32

struct slackd {
	struct lws_context *lws;
	struct lws_vhost *vhost;
	lws_sorted_usec_list_t alarm;	/* ends a slackd_turn that waits */
	int port, haste;
	bool closing;			/* slackd_free has begun */
	struct slackd_options options;
	struct sl_team *team;
	struct sl_faults faults;
	struct sl_rates rates;
	unsigned stirs;
	int in_flight;

	struct sl_call *calls, **calls_end;
	struct sl_shown *shown, **shown_end;
	struct sl_view *views;
	unsigned next_view;
	struct buf complaints;
	int n_complaints;

	struct sl_envelope *envelopes, **envelopes_end;
	unsigned next_envelope, next_conn, next_ticket, hellos;
	struct conn *conns;
	bool tickets[TICKETS_OPEN];	/* by ticket number modulo: not yet used */
	bool ghost, forgets;
};

int64_t slackd_now(struct slackd *d);	/* wall clock */

/* ---- HTTP (slackd_http.c) ---- */
int slackd_http(struct slackd *d, struct lws *wsi, enum lws_callback_reasons reason, struct session *s,
		void *in, size_t len);
bool slackd_http_reason(enum lws_callback_reasons reason);

struct reply {			/* of a method, an upload, a response_url */
	int status;
	int retry_after;	/* 0: none */
	const char *type;	/* content type */
	char *body;		/* malloc'ed */
};
/* "a=b&c=d" into an object of strings. */
cJSON *slackd_form(const char *body, size_t len);

/* ---- methods (slackd_methods.c) ---- */
/* method: what stands behind /api/; json: the body was JSON. args are taken. */
void slackd_method(struct slackd *d, const char *method, const char *token, cJSON *args, bool json,
		   const struct sl_fault *fault, struct reply *r);
void slackd_upload(struct slackd *d, const char *file_id, const char *data, size_t len, struct reply *r);
void slackd_respond(struct slackd *d, const char *token, cJSON *json, struct reply *r);
struct sl_call *slackd_record(struct slackd *d, const char *method, cJSON *args);
struct sl_shown *slackd_show(struct slackd *d, enum sl_via via, const char *user, const char *channel,
			     const char *thread_ts, cJSON *json);

/* ---- blocks (slackd_blocks.c): "" or what is wrong, as response_metadata.messages says it ---- */
bool slackd_blocks_ok(const cJSON *blocks, int most, struct buf *why);
bool slackd_view_ok(const cJSON *view, struct buf *why);
/* A payload with text and blocks, of an ack or a response_url. */
bool slackd_payload_ok(const cJSON *payload, struct buf *why);

/* ---- Socket Mode (slackd_socket.c) ---- */
int slackd_socket(struct slackd *d, struct lws *wsi, enum lws_callback_reasons reason, struct session *s,
		  void *in, size_t len);
void slackd_ticket(struct slackd *d, struct buf *url);
struct sl_envelope *slackd_deliver(struct slackd *d, const char *type, cJSON *payload, bool accepts,
				   const char *user, const char *channel, const char *token);
void slackd_envelope_free(struct slackd *d, struct sl_envelope *e);
/* The envelope of a trigger_id or response_url token; NULL: never given. */
struct sl_envelope *slackd_envelope_of(struct slackd *d, const char *trigger_id, const char *token);

#endif
