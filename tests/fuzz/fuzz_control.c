/*
 * control: what comes on the socket of the shell: any bytes, in pieces of any length (the first byte). A question that is whole
 * is asked once and says what was sent; whatever else comes is hung up on, and nothing is left.
 *
 * Descriptors and timers are ours: what the loop would call is called here.
 */
#include "bot/control.h"

#include "adapters/loop/listen.h"
#include "core/base/alloc.h"
#include "tests/support/scratch.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool so)
{
	if (!so)
		abort();
}

/* ---- the loop ---- */

struct loop_fd {
	int fd;
	void (*readable)(int fd, void *arg);
	void *arg;
};

static struct loop_fd *client; /* whom it listens to; NULL: it hung up */

struct loop_fd *loop_fd_new(struct loop *loop, int fd, void (*readable)(int fd, void *arg),
			    void *arg)
{
	struct loop_fd *f = alloc(sizeof(*f));

	(void)loop;
	*f = (struct loop_fd){ fd, readable, arg };
	client = f;
	return f;
}

void loop_fd_free(struct loop_fd *f)
{
	if (!f)
		return;
	if (client == f)
		client = NULL;
	close(f->fd);
	free(f);
}

static int no_timer;

struct loop_timer *loop_timer_new(struct loop *loop, void (*fire)(void *arg), void *arg)
{
	(void)loop, (void)fire, (void)arg;
	return (struct loop_timer *)&no_timer;
}

void loop_timer_set(struct loop_timer *t, int64_t in_ms)
{
	(void)t, (void)in_ms;
}

void loop_timer_free(struct loop_timer *t)
{
	(void)t;
}

static void (*arrived)(int fd, void *arg);
static void *arrived_arg;

struct listener *listener_new(struct loop *loop, int fd, const char *what,
			      void (*come)(int fd, void *arg), void *arg)
{
	(void)loop, (void)what;
	arrived = come;
	arrived_arg = arg;
	close(fd);
	return (struct listener *)&no_timer;
}

void listener_free(struct listener *l)
{
	(void)l;
}

/* ---- a question ---- */

static const char *sent;
static size_t sent_len;
static int questions;

static void ask(struct control_request *r, void *arg)
{
	size_t len = strlen(r->line);

	(void)arg;
	questions++;
	need(questions == 1 && r->user && *r->user && r->zone && len <= sent_len);
	need(!len || memmem(sent, sent_len, r->line, len));
	control_answer(r, 1, r->line);
}

static void say(int fd, const char *s, size_t len, size_t piece)
{
	while (len && client) {
		size_t n = len < piece ? len : piece;

		if (send(fd, s, n, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)n)
			return;
		s += n;
		len -= n;
		while (client && recv(client->fd, (char[1]){ 0 }, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
			client->readable(client->fd, client->arg);
	}
	shutdown(fd, SHUT_WR);
	if (client)
		client->readable(client->fd, client->arg);
	need(!client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct control *c;
	static char dir[80], path[96];
	int ends[2];

	if (size < 1)
		return 0;
	if (!c) {
		scratch_make(dir, sizeof(dir), "control");
		snprintf(path, sizeof(path), "%s/sock", dir);
		c = control_new(NULL, path, ask, NULL);
		need(c != NULL);
		unlink(path);
		rmdir(dir);
		client = NULL; /* that was the watch of the file */
	}
	need(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
	sent = (const char *)data + 1;
	sent_len = size - 1;
	questions = 0;
	arrived(ends[0], arrived_arg);
	say(ends[1], sent, sent_len, data[0] ? data[0] : 4096);
	close(ends[1]);
	return 0;
}
