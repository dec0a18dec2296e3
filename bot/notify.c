#include "bot/notify.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define TOLD_MOST 512
#define EXTEND_US 90000000 /* what systemd itself allows for a start */
#define EXTEND_EVERY_MS 30000

struct notify {
	void (*submit)(struct job *job, void *arg);
	void *arg;
	struct loop_timer *timer;
	int64_t every_ms; /* of the watchdog; 0: it isn't wanted */
	bool ready;
};

/* ---- the datagram ---- */

/* "@name" is an abstract socket: a NUL stands for the '@'. */
static bool notify_address(struct sockaddr_un *to, socklen_t *len)
{
	const char *path = getenv("NOTIFY_SOCKET");
	size_t n = path ? strlen(path) : 0;

	*to = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (n < 2 || n >= sizeof(to->sun_path) || (*path != '/' && *path != '@'))
		return false;
	memcpy(to->sun_path, path, n);
	if (*path == '@')
		to->sun_path[0] = '\0';
	*len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	return true;
}

static void notify_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void notify_say(const char *fmt, ...)
{
	char told[TOLD_MOST];
	struct sockaddr_un to;
	socklen_t len;
	va_list ap;
	int fd;

	if (!notify_address(&to, &len))
		return;
	va_start(ap, fmt);
	vsnprintf(told, sizeof(told), fmt, ap);
	va_end(ap);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || sendto(fd, told, strlen(told), MSG_NOSIGNAL, (struct sockaddr *)&to, len) < 0)
		log_warning("systemd", "can't be told how the bot stands: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* A value goes to the end of its line. */
static void notify_status(const char *ready, const char *what, const char *why)
{
	char line[256];

	snprintf(line, sizeof(line), "%s%s", what, why);
	line[strcspn(line, "\n")] = '\0';
	notify_say("%sSTATUS=%s", ready, line);
}

void notify_working(void *nothing)
{
	(void)nothing;
	notify_say("EXTEND_TIMEOUT_USEC=%d", EXTEND_US);
}

/* ---- while it runs ---- */

/* Half of what systemd waits for, as it advises. For this process only. */
static int64_t watchdog_every_ms(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	long long wait = us ? strtoll(us, NULL, 10) : 0;

	if (wait <= 0 || (pid && strtoll(pid, NULL, 10) != getpid()))
		return 0;
	return wait / 2000 > 0 ? wait / 2000 : 1;
}

static void notify_again(struct notify *n)
{
	int64_t every = n->every_ms;

	if (!n->ready && (!every || every > EXTEND_EVERY_MS))
		every = EXTEND_EVERY_MS;
	if (every)
		loop_timer_set(n->timer, every);
}

static void store_answered(struct job *job, void *arg)
{
	struct notify *n = arg;

	job_free(job);
	if (n->every_ms)
		notify_say("WATCHDOG=1");
	notify_again(n);
}

static int nothing_read(struct reads *r, struct job *job)
{
	(void)r;
	(void)job;
	return 0;
}

/* The loop turns, or this wouldn't be called; the store has to answer as well. A disk that is full is no reason to be
 * killed: it is said to people, and a start would change nothing. */
static void notify_tick(void *arg)
{
	struct notify *n = arg;
	struct job *job = job_new(JOB_READ);

	if (!n->ready)
		notify_working(NULL);
	job->read = nothing_read;
	job->done = store_answered;
	job->arg = n;
	n->submit(job, n->arg);
}

struct notify *notify_new(struct loop *loop, void (*submit)(struct job *job, void *arg), void *arg)
{
	struct sockaddr_un to;
	socklen_t len;
	struct notify *n;

	if (!notify_address(&to, &len))
		return NULL;
	n = alloc(sizeof(*n));
	n->submit = submit;
	n->arg = arg;
	n->every_ms = watchdog_every_ms();
	n->timer = loop_timer_new(loop, notify_tick, n);
	notify_status("", "Connecting to Slack", "");
	notify_again(n);
	return n;
}

void notify_free(struct notify *n)
{
	if (!n)
		return;
	loop_timer_free(n->timer);
	free(n);
}

void notify_ready(struct notify *n)
{
	if (!n)
		return;
	notify_status(n->ready ? "" : "READY=1\n", "Connected to Slack and listening", "");
	n->ready = true;
}

void notify_down(struct notify *n, const char *why)
{
	if (n)
		notify_status("", "No connection to Slack, trying again: ", why);
}

void notify_stopping(struct notify *n)
{
	if (n)
		notify_status("STOPPING=1\n", "Finishing what is under way", "");
}

/* Before it is ready there is nothing to come back to: READY is hello's. */
void notify_reloading(struct notify *n)
{
	struct timespec now;

	if (!n || !n->ready)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	notify_say("RELOADING=1\nMONOTONIC_USEC=%" PRId64,
		   (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

void notify_reloaded(struct notify *n, const char *why)
{
	if (!n || !n->ready)
		return;
	if (why)
		notify_status("READY=1\n",
			      "The config is broken, the settings stay as they were: ", why);
	else
		notify_say("READY=1");
}
