/*
 * listen: a listening socket on a loop, and who comes to it. When no descriptor is left for them the socket isn't looked
 * at for a second, so that the loop waits instead of turning for ever; they wait in its backlog.
 */
#ifndef ADAPTERS_LOOP_LISTEN_H
#define ADAPTERS_LOOP_LISTEN_H

#include "adapters/loop/loop.h"

struct listener;

#define LISTEN_REST_MS 1000

/* fd: bound and listening, non-blocking; the listener's from here on. what: in the log, "metrics". arrived: gets a
 * connection, non-blocking, which is its own. NULL: it can't be watched; fd stays the caller's. */
struct listener *listener_new(struct loop *loop, int fd, const char *what,
			      void (*arrived)(int fd, void *arg), void *arg);
void listener_free(struct listener *l); /* NULL is fine */

#endif
