#include "adapters/loop/listen.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct listener {
	struct loop_fd *watch;
	struct loop_timer *rest; /* armed: the socket isn't looked at */
	const char *what;
	bool tired; /* nobody could be let in: said once, until somebody could */
	void (*arrived)(int fd, void *arg);
	void *arg;
};

static void listener_rested(void *arg)
{
	struct listener *l = arg;

	loop_fd_watch(l->watch, true);
}

/* Whoever came is still there, and the socket readable. What else can fail has taken them away. */
static void listener_rest(struct listener *l, int why)
{
	if (why != EMFILE && why != ENFILE && why != ENOBUFS && why != ENOMEM)
		return;
	if (!l->tired)
		log_warning(l->what, "nobody can be let in now: %s", strerror(why));
	l->tired = true;
	loop_fd_watch(l->watch, false);
	loop_timer_set(l->rest, LISTEN_REST_MS);
}

static void listener_readable(int listening, void *arg)
{
	struct listener *l = arg;
	int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0) {
		listener_rest(l, errno);
		return;
	}
	l->tired = false;
	l->arrived(fd, l->arg);
}

struct listener *listener_new(struct loop *loop, int fd, const char *what,
			      void (*arrived)(int fd, void *arg), void *arg)
{
	struct listener *l = alloc(sizeof(*l));

	*l = (struct listener){ .what = what, .arrived = arrived, .arg = arg };
	l->watch = loop_fd_new(loop, fd, listener_readable, l);
	if (!l->watch) {
		free(l);
		return NULL;
	}
	l->rest = loop_timer_new(loop, listener_rested, l);
	return l;
}

void listener_free(struct listener *l)
{
	if (!l)
		return;
	loop_timer_free(l->rest);
	loop_fd_free(l->watch);
	free(l);
}
