/*
 * loop: the one loop of the program, libwebsockets' own (libraries.md "One loop").
 *
 * One thread. Everything waits here: sockets, timers, signals, the names that a thread of its own
 * looks up. Callbacks run from loop_turn() only, never inside the call that registered them.
 * What is made on a loop is freed before loop_free().
 */
#ifndef ADAPTERS_LOOP_LOOP_H
#define ADAPTERS_LOOP_LOOP_H

#include "adapters/loop/proxy.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct lws_context;
struct lws_protocols;
struct loop;

/* protocols: further lws protocols (the Socket Mode client; a test's server), ended by an empty row; the
 * loop adds its own. NULL: none. Returns NULL if lws can't start (logged). */
struct loop *loop_new(const struct lws_protocols *protocols);
void loop_free(struct loop *loop);
struct lws_context *loop_lws(struct loop *loop);

/* So many bytes of a connection are read in one turn, and what they bring may share a commit: as much as a batch takes. */
#define LOOP_READ 65536

/* Waits for what comes next and runs its callbacks. 0, or -1 when the loop can't go on. */
int loop_turn(struct loop *loop);
/* Makes the next loop_turn() return without waiting (work was queued outside a callback). From any thread. */
void loop_wake(struct loop *loop);

/* ---- timers: monotonic; wall-clock time is a row of the store, re-armed by who owns it ---- */
struct loop_timer;
struct loop_timer *loop_timer_new(struct loop *loop, void (*fire)(void *arg), void *arg);
void loop_timer_set(struct loop_timer *t, int64_t in_ms); /* again: moves it; < 0: off */
bool loop_timer_armed(const struct loop_timer *t);
void loop_timer_free(struct loop_timer *t); /* NULL is fine */

/* Monotonic milliseconds, for measuring. */
int64_t loop_now_ms(void);

/* ---- file descriptors (epoll sets, signalfd, a listening Unix socket): readable only ---- */
struct loop_fd;
struct loop_fd *loop_fd_new(struct loop *loop, int fd, void (*readable)(int fd, void *arg),
			    void *arg);
void loop_fd_watch(struct loop_fd *f, bool on); /* false: it may be readable as it likes */
void loop_fd_free(struct loop_fd *f);		/* stops watching and closes the fd */

/* ---- names: looked up in threads; `done` gets the addresses as text, best first, separated by commas
 * ("127.0.0.1,::1"), or NULL and why. Answers are kept: one younger than 30 s is given as it is, one
 * younger than an hour is given while a new one is asked for, so a resolver that is down or silent
 * stops nobody who is known. ---- */
struct loop_lookup;
struct loop_lookup *loop_lookup(struct loop *loop, const char *host,
				void (*done)(const char *address, const char *why, void *arg),
				void *arg);
void loop_lookup_cancel(struct loop_lookup *l); /* `done` will not be called */
/* Connecting to this address of the host failed: the next lookup names it last. */
void loop_lookup_bad(struct loop *loop, const char *host, const char *address);

/* ---- proxies (proxy.h), as the environment had them when the loop was made ---- */
const struct proxy *loop_proxy(struct loop *loop, bool tls, const char *host);
/* The vhost for connections of lws's: through this proxy, which has this address; NULL: straight. NULL: lws can't. */
struct lws_vhost;
struct lws_vhost *loop_vhost(struct loop *loop, bool tls, const struct proxy *proxy,
			     const char *address);

/* ---- trust: the PEM file of the CAs that Slack's certificate is checked against, as it is called
 * when a loop and an http are made; read when a certificate is to be checked. "/etc/ssl/certs/ca-certificates.crt"; a test puts its own here. ---- */
extern const char *loop_ca_file;

#endif
