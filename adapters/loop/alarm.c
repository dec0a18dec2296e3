#include "adapters/loop/alarm.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <errno.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define SET_BY_MS 1000 /* a told clock that is so far from where it should be was set */

struct alarm {
	struct loop *loop;
	int64_t at; /* 0: off */
	int64_t (*told)(void *arg);
	void (*rings)(void *arg);
	void *arg;
	/* the system's clock */
	struct loop_fd *watched;
	int fd;
	/* a told one: what both clocks said when it was set */
	struct loop_timer *look;
	int64_t told_then, loop_then;
};

static void alarm_ring(struct alarm *a)
{
	a->at = 0;
	loop_wake(a->loop); /* what it leads to is to be done behind this turn */
	a->rings(a->arg);
}

/* ---- the system's ---- */

/* ECANCELED: the clock was set; the timer stays as it was until it is armed anew. */
static void alarm_expired(int fd, void *arg)
{
	struct alarm *a = arg;
	uint64_t times;

	if (read(fd, &times, sizeof(times)) < 0 && errno != ECANCELED)
		return;
	if (a->at)
		alarm_ring(a);
}

/* A moment that is over rings at once: zero would turn it off. */
static void alarm_arm(struct alarm *a)
{
	struct itimerspec when = { 0 };

	if (a->at) {
		when.it_value.tv_sec = (time_t)(a->at / 1000);
		when.it_value.tv_nsec = (long)(a->at % 1000) * 1000000 + 1;
	}
	/* ECANCELED: the clock was set meanwhile; it is armed all the same, and tells of it. */
	if (a->fd >= 0 &&
	    timerfd_settime(a->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL) < 0 &&
	    errno != ECANCELED)
		log_error("alarm", "can't be set: %s", strerror(errno));
}

static void alarm_open(struct alarm *a)
{
	a->fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (a->fd < 0)
		log_error("alarm", "no timer that goes by the clock: %s", strerror(errno));
	else
		a->watched = loop_fd_new(a->loop, a->fd, alarm_expired, a);
}

/* ---- a told one ---- */

static void alarm_look(void *arg)
{
	struct alarm *a = arg;
	int64_t now = a->told(a->arg), off;

	if (!a->at)
		return;
	off = (now - a->told_then) - (loop_now_ms() - a->loop_then);
	/* One that stands still while a test thinks is behind, and was not set. */
	if (now >= a->at || off > SET_BY_MS || now < a->told_then) {
		alarm_ring(a);
		return;
	}
	loop_timer_set(a->look, ALARM_LOOK_MS);
}

static void alarm_look_from_now(struct alarm *a)
{
	a->told_then = a->told(a->arg);
	a->loop_then = loop_now_ms();
	loop_timer_set(a->look, a->at ? 0 : -1);
}

/* ---- both ---- */

struct alarm *alarm_new(struct loop *loop, int64_t (*told)(void *arg), void (*rings)(void *arg),
			void *arg)
{
	struct alarm *a = alloc(sizeof(*a));

	*a = (struct alarm){ .loop = loop, .told = told, .rings = rings, .arg = arg, .fd = -1 };
	if (told)
		a->look = loop_timer_new(loop, alarm_look, a);
	else
		alarm_open(a);
	return a;
}

void alarm_set(struct alarm *a, int64_t at_ms)
{
	if (at_ms == a->at)
		return;
	a->at = at_ms;
	if (a->told)
		alarm_look_from_now(a);
	else
		alarm_arm(a);
}

int64_t alarm_at(const struct alarm *a)
{
	return a->at;
}

void alarm_free(struct alarm *a)
{
	if (!a)
		return;
	loop_timer_free(a->look);
	loop_fd_free(a->watched);
	free(a);
}
