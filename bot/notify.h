/*
 * notify: what systemd is told (sd_notify(3): a datagram to the socket that $NOTIFY_SOCKET names): that the bot
 * listens, in a sentence how it stands, and that it is alive. Started by something else, all of it does nothing.
 *
 * READY comes with Slack's first hello. Until then the time that systemd allows for a start is asked for anew, so that
 * neither a long migration nor an outage of Slack's counts as a start that failed.
 */
#ifndef BOT_NOTIFY_H
#define BOT_NOTIFY_H

#include "adapters/loop/loop.h"
#include "core/store.h"

struct notify;

/* Before there is a loop: the start goes on. */
void notify_working(void *nothing);

/* submit(job, arg): where the question goes that has to come back before the watchdog hears of it. */
struct notify *notify_new(struct loop *loop, void (*submit)(struct job *job, void *arg), void *arg);
void notify_free(struct notify *n); /* NULL is fine */

void notify_ready(struct notify *n);		     /* Slack said hello */
void notify_down(struct notify *n, const char *why); /* it is gone */
void notify_stopping(struct notify *n);

/* The config is read again; and that is over. why: what was wrong with it, its first line counts; NULL: nothing. */
void notify_reloading(struct notify *n);
void notify_reloaded(struct notify *n, const char *why);

#endif
