/*
 * http: POSTs by libcurl's multi interface on the loop. Used for Slack's Web API, uploads, response_urls.
 *
 * TLS is checked against /etc/ssl/certs/ca-certificates.crt, no redirect is followed, an answer over the
 * cap is a fault. `done` is called exactly once, from the loop, never inside http_post().
 */
#ifndef ADAPTERS_HTTP_HTTP_H
#define ADAPTERS_HTTP_HTTP_H

#include "adapters/loop/loop.h"

#include <stddef.h>
#include <stdint.h>

struct http;
struct http_call;

enum http_end {
	HTTP_ANSWERED, /* status, headers and body are set */
	HTTP_NOT_SENT, /* no connection was made: nothing can have been taken; may be repeated blindly */
	HTTP_UNKNOWN, /* sent, or begun, and no whole answer: time-out, reset, too large */
};

/* What stood between: for whoever tells a person what to do about it. */
enum http_fault {
	HTTP_FAULT_NONE,
	HTTP_FAULT_NAME,	/* no address for the host's name */
	HTTP_FAULT_CONNECT,	/* nobody answers there */
	HTTP_FAULT_PROXY,	/* the proxy of the environment */
	HTTP_FAULT_TLS,		/* no encrypted connection could be agreed on */
	HTTP_FAULT_CERTIFICATE, /* the host's certificate isn't trusted */
	HTTP_FAULT_SLOW,	/* time-out */
	HTTP_FAULT_OTHER,
};

struct http_result {
	enum http_end end;
	enum http_fault fault; /* when it isn't HTTP_ANSWERED */
	int status;	       /* 200 … */
	const char *body;      /* NUL-terminated, body_len bytes; valid during `done` */
	size_t body_len;
	int64_t retry_after_s; /* -1: none */
	int64_t date_ms;       /* the Date header, 0: none */
	const char *scopes;    /* the x-oauth-scopes header, NULL */
	const char *why;       /* a sentence when it isn't HTTP_ANSWERED */
};

struct http_request {
	const char *url;
	const char *content_type;
	const char *token; /* Authorization: Bearer …; NULL: none. Never logged */
	const char *body;
	size_t body_len; /* the body is copied */
	int64_t timeout_ms;
	size_t cap; /* bytes of answer accepted */
};

struct http *http_new(struct loop *loop, const char *user_agent);
void http_free(struct http *h); /* drops what is in flight without calling `done` */
struct http_call *http_post(struct http *h, const struct http_request *r,
			    void (*done)(const struct http_result *r, void *arg), void *arg);
void http_cancel(struct http_call *c); /* `done` will not be called */
int http_in_flight(const struct http *h);

/* Percent-encodes for application/x-www-form-urlencoded bodies. */
struct buf;
void http_form_add(struct buf *body, const char *name, const char *value);

#endif
