/*
 * tiny_server: HTTP/1.1 and WebSocket by hand on 127.0.0.1, in the process and on the loop of the test.
 * It does what a well-behaved server can't be made to do: never answer, close at the wrong moment, leave
 * TCP open, split frames anywhere, be silent. What isn't done in a callback isn't done at all.
 */
#ifndef TESTS_SUPPORT_TINY_SERVER_H
#define TESTS_SUPPORT_TINY_SERVER_H

#include "adapters/loop/loop.h"
#include "core/base/buf.h"

#include <stddef.h>

struct tiny_server;
struct tiny_conn;

struct tiny_calls {
	/* A whole request: head is "POST /path HTTP/1.1\r\n…", body_len bytes of body. */
	void (*request)(struct tiny_conn *c, const char *head, const char *body, size_t body_len,
			void *arg);
	/* A frame of an upgraded connection, pings (9), pongs (10) and close frames (8) included. */
	void (*frame)(struct tiny_conn *c, int opcode, const char *data, size_t len, void *arg);
	void (*gone)(struct tiny_conn *c,
		     void *arg); /* the peer closed TCP; c is freed after this */
};

/* A new key and a certificate for "localhost" and "slack.test", signed by itself, into this file: a server's, or a trusted CA's. */
void tiny_certificate(const char *pem_file);
/* The same for other names ("DNS:elsewhere.test"), good for so long; < 0: it expired so long ago. */
void tiny_certificate_of(const char *pem_file, const char *names, long good_for_s);

/* pem_file: NULL speaks plainly; else TLS with what tiny_certificate() left there. */
struct tiny_server *tiny_server_new(struct loop *loop, const char *pem_file,
				    const struct tiny_calls *calls, void *arg);
void tiny_server_free(struct tiny_server *s); /* and its connections, without `gone` */
/* The certificate that it shows from now on. */
void tiny_shows(struct tiny_server *s, const char *pem_file);
int tiny_port(const struct tiny_server *s);
int tiny_accepted(const struct tiny_server *s); /* TCP connections so far */

void tiny_answer(struct tiny_conn *c, const char *status, const char *headers, const char *body);
void tiny_upgrade(struct tiny_conn *c, const char *head); /* 101 */
void tiny_frame(struct tiny_conn *c, bool final, int opcode, const char *data, size_t len);
void tiny_text(struct tiny_conn *c, const char *text); /* one final text frame */
void tiny_raw(struct tiny_conn *c, const char *data, size_t len);
void tiny_close(struct tiny_conn *c);	    /* TCP; no `gone` */
int tiny_number(const struct tiny_conn *c); /* 1, 2, … in order of accepting */

/* A port on 127.0.0.1 where nobody accepts: refused, or (full) a connect that hangs, after `fillers` have
 * taken the places in its queue. Gives the fd; the caller closes it and, if full, the fillers. */
int tiny_dead_port(int *port, bool full, int fillers[8]);

#endif
