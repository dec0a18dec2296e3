/*
 * alarm: one moment of wall time to wait for. A timer of the loop's is monotonic; this one goes by the clock on the
 * wall (timerfd, CLOCK_REALTIME): it is right after a suspend, and rings as well when the clock is set, so that who owns
 * it looks anew at what the time is.
 */
#ifndef ADAPTERS_LOOP_ALARM_H
#define ADAPTERS_LOOP_ALARM_H

#include "adapters/loop/loop.h"

struct alarm;

/* told: a clock that isn't the system's (a test's): it is looked at every ALARM_LOOK_MS while the alarm is set, and
 * counts as set when it is ahead or behind of where it should be by now. NULL: the system's. */
#define ALARM_LOOK_MS 20
struct alarm *alarm_new(struct loop *loop, int64_t (*told)(void *arg), void (*rings)(void *arg),
			void *arg);
void alarm_set(struct alarm *a, int64_t at_ms); /* UTC; again: moves it; 0: off */
/* For when it is set; 0: it is off. It rings once, and is off then. */
int64_t alarm_at(const struct alarm *a);
void alarm_free(struct alarm *a); /* NULL is fine */

#endif
