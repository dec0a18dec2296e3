/*
 * serve: answers programs of this machine that GET something, on the loop (bot/metrics.h).
 *
 * Always true: it listens on a loopback address, and nothing else; at most SERVE_MOST are served at a time, whoever
 * comes besides is hung up on, so that Slack's connections always find room; an answer may come later.
 */
#ifndef ADAPTERS_HTTP_SERVE_H
#define ADAPTERS_HTTP_SERVE_H

#include "adapters/loop/loop.h"

#define SERVE_MOST 8

struct http_server;
struct http_asked;

/* address: "127.0.0.1" or "::1". `ask` is called for each GET and has to see to it that http_answer() is, inside the call
 * or later. NULL: errno says why. */
struct http_server *http_server_new(struct loop *loop, const char *address, int port,
				    void (*ask)(struct http_asked *q, const char *path, void *arg),
				    void *arg);
/* Before loop_free(). Questions that are open stay, and are to be answered or freed all the same: nobody hears it. */
void http_server_free(struct http_server *s); /* NULL is fine */

/* Frees q. Whoever asked may be gone. */
void http_answer(struct http_asked *q, int status, const char *type, const char *text);

#endif
