#include "bot/control.h"

#include "adapters/log/log.h"
#include "adapters/loop/listen.h"
#include "core/base/alloc.h"
#include "core/base/arena.h"
#include "core/time/civil.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <sys/inotify.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define HEAD_MAX 40 /* "aliosbot/1 0 65536\n" and room */
#define CLIENTS_MAX 32
#define PATIENCE_MS (5 * MS_SECOND)
#define ASK_SECONDS 30
#define AGAIN_MS (5 * MS_SECOND) /* until a socket that couldn't be made is tried again */

/* ---- the form of both ways ---- */

enum { QUESTION_LINE, QUESTION_DOCUMENT };

static size_t question_max(int code)
{
	return code == QUESTION_DOCUMENT ? CONTROL_DOCUMENT_MAX : CONTROL_LINE_MAX;
}

static void head_write(struct buf *out, int code, size_t length)
{
	buf_addf(out, "aliosbot/1 %d %zu\n", code, length);
}

/* Bytes of the head at the start of `in`; 0: not all there yet, -1: it isn't one. */
static int head_read(const struct buf *in, int *code, size_t *length)
{
	const char *end = memchr(in->s, '\n', in->len < HEAD_MAX ? in->len : HEAD_MAX);
	int used = 0;

	if (!end)
		return in->len < HEAD_MAX ? 0 : -1;
	if (sscanf(in->s, "aliosbot/1 %3d %8zu%n", code, length, &used) != 2 || in->s + used != end)
		return -1;
	return used + 1;
}

static int control_address_of(const char *path, struct sockaddr_un *a)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(a->sun_path))
		return -1;
	snprintf(a->sun_path, sizeof(a->sun_path), "%s", path);
	return 0;
}

/* ---- the bot's side ---- */

struct client {
	struct control_request request; /* first: control_answer() comes back with it */
	struct control *control;
	struct loop_fd *watch;	     /* owns fd; NULL: the client has hung up */
	struct loop_timer *patience; /* armed until the question is there */
	int fd;
	bool asked; /* the request is out and will be answered */
	struct buf in;
	struct arena arena;
	LIST_ENTRY(client) link;
};

struct control {
	struct loop *loop;
	struct listener *watch;
	struct loop_fd *removed; /* inotify: the socket's file was touched; NULL: nobody tells */
	struct loop_timer *again;
	ino_t ino; /* of the socket's file */
	char *path;
	void (*request)(struct control_request *r, void *arg);
	void *arg;
	LIST_HEAD(, client) clients;
	unsigned count;
};

static void hang_up(struct client *k)
{
	if (k->watch)
		loop_fd_free(k->watch);
	k->watch = NULL;
	loop_timer_free(k->patience);
	k->patience = NULL;
}

static void client_free(struct client *k)
{
	hang_up(k);
	LIST_REMOVE(k, link);
	k->control->count--;
	buf_release(&k->in);
	arena_release(&k->arena);
	free(k);
}

/* The client is gone, or is to go. One whose request is out stays, without a line, until the answer. */
static void client_drop(struct client *k)
{
	if (k->asked)
		hang_up(k);
	else
		client_free(k);
}

static void client_too_slow(void *arg)
{
	log_info("control", "a client of the socket was silent for %d s",
		 (int)(PATIENCE_MS / MS_SECOND));
	client_drop(arg);
}

static const char *user_of(int fd, struct arena *a)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	const struct passwd *entry;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
		return "unknown";
	entry = getpwuid(peer.uid);
	return entry ? arena_strdup(a, entry->pw_name) : arena_printf(a, "uid%u", peer.uid);
}

/* ZONE \n WORDS \n LINE. 0, or -1: it isn't that. */
static int body_read(struct client *k, const char *body, size_t len)
{
	char *zone = arena_strndup(&k->arena, body, len);
	char *words = strchr(zone, '\n');
	char *line = words ? strchr(words + 1, '\n') : NULL;

	if (!line || strlen(zone) != len)
		return -1;
	*words++ = '\0';
	*line++ = '\0';
	k->request.zone = zone;
	k->request.json = strcmp(words, "json") == 0;
	k->request.status = strcmp(words, "status") == 0;
	k->request.import = sscanf(words, "import %" SCNd64, &k->request.at_line) == 1;
	k->request.line = line;
	k->request.user = user_of(k->fd, &k->arena);
	return 0;
}

/* 1: the question is whole, 0: more is to come, -1: it isn't one. */
static int question_read(struct client *k)
{
	size_t length = 0;
	int code, used;

	used = head_read(&k->in, &code, &length);
	if (used <= 0)
		return used;
	if (length > question_max(code) || k->in.len - (size_t)used > length)
		return -1;
	if (k->in.len - (size_t)used < length)
		return 0;
	return body_read(k, k->in.s + used, length) < 0 ? -1 : 1;
}

static void client_readable(int fd, void *arg)
{
	struct client *k = arg;
	char bytes[4096];
	ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	int whole;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0 || k->asked) { /* gone, or talking on after the question */
		client_drop(k);
		return;
	}
	buf_add(&k->in, bytes, (size_t)n);
	whole = question_read(k);
	if (whole < 0) {
		log_info("control", "a client of the socket sent something that isn't a request");
		client_drop(k);
	}
	if (whole <= 0)
		return;
	k->asked = true;
	loop_timer_set(k->patience, -1);
	k->control->request(&k->request, k->control->arg); /* may have freed k */
}

/* Who hasn't asked yet gives way to who comes; the oldest stands last. */
static void longest_idle_drop(struct control *c)
{
	struct client *k, *idle = NULL;

	LIST_FOREACH(k, &c->clients, link)
		if (!k->asked)
			idle = k;
	if (idle)
		client_drop(idle);
}

static void client_arrived(int fd, void *arg)
{
	struct control *c = arg;
	struct client *k;

	if (c->count >= CLIENTS_MAX)
		longest_idle_drop(c);
	if (c->count >= CLIENTS_MAX) {
		log_warning("control", "more than %d clients at a time; one was turned away",
			    CLIENTS_MAX);
		close(fd);
		return;
	}
	k = alloc(sizeof(*k));
	k->control = c;
	k->fd = fd;
	buf_init(&k->in, CONTROL_DOCUMENT_MAX + HEAD_MAX);
	arena_init(&k->arena);
	LIST_INSERT_HEAD(&c->clients, k, link);
	c->count++;
	k->watch = loop_fd_new(c->loop, fd, client_readable, k);
	k->patience = loop_timer_new(c->loop, client_too_slow, k);
	if (!k->watch || !k->patience) {
		if (!k->watch)
			close(fd);
		client_free(k);
		return;
	}
	loop_timer_set(k->patience, PATIENCE_MS);
}

/* A listening socket that nobody but its owner may ever connect to; -1 and errno. */
static int listen_at(const char *path)
{
	struct sockaddr_un a;
	int fd;

	if (control_address_of(path, &a) != 0) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	unlink(path);
	/* Linux gives the file the socket's own mode: it is 0600 from its first moment. */
	if (fchmod(fd, 0600) == 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	    listen(fd, CLIENTS_MAX) == 0)
		return fd;
	close(fd);
	return -1;
}

/* ---- the socket's file ---- */

static void file_touched(int fd, void *arg);

/* Tells when the file at the path goes. Without, all else works. */
static void file_watch(struct control *c)
{
	struct stat st;
	int fd;

	if (c->removed)
		loop_fd_free(c->removed);
	c->removed = NULL;
	c->ino = lstat(c->path, &st) == 0 ? st.st_ino : 0;
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd >= 0 &&
	    inotify_add_watch(fd, c->path, IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF) >= 0)
		c->removed = loop_fd_new(c->loop, fd, file_touched, c);
	if (!c->removed && fd >= 0)
		close(fd);
}

static void listen_again(void *arg)
{
	struct control *c = arg;
	int fd = listen_at(c->path);
	struct listener *watch =
		fd >= 0 ? listener_new(c->loop, fd, "control", client_arrived, c) : NULL;

	if (!watch) {
		if (fd >= 0)
			close(fd);
		loop_timer_set(c->again, AGAIN_MS);
		return;
	}
	listener_free(c->watch);
	c->watch = watch;
	file_watch(c);
	log_info("control", "the socket at %s was removed; it is there again", c->path);
}

/* Somebody cleaned up, or moved it: shell commands would find no bot and a locked database. */
static void file_touched(int fd, void *arg)
{
	struct control *c = arg;
	char events[1024];
	struct stat st;

	if (read(fd, events, sizeof(events)) < 0 && errno == EAGAIN)
		return;
	if (lstat(c->path, &st) != 0 || st.st_ino != c->ino)
		loop_timer_set(c->again, 0);
}

struct control *control_new(struct loop *loop, const char *path,
			    void (*request)(struct control_request *r, void *arg), void *arg)
{
	struct control *c;
	int fd = listen_at(path);

	if (fd < 0) {
		log_error("control", "shell commands can't reach this bot: no socket at %s: %s",
			  path, strerror(errno));
		return NULL;
	}
	c = alloc(sizeof(*c));
	c->loop = loop;
	c->request = request;
	c->arg = arg;
	LIST_INIT(&c->clients);
	c->path = alloc_strdup(path);
	c->watch = listener_new(loop, fd, "control", client_arrived, c);
	c->again = loop_timer_new(loop, listen_again, c);
	if (!c->watch || !c->again) {
		if (!c->watch)
			close(fd);
		control_free(c);
		return NULL;
	}
	file_watch(c);
	return c;
}

void control_answer(struct control_request *r, int exit_code, const char *text)
{
	struct client *k = (struct client *)r;
	struct buf said, cut;

	if (k->watch) {
		buf_init(&cut, CONTROL_TEXT_MAX);
		buf_init(&said, CONTROL_TEXT_MAX + HEAD_MAX);
		buf_adds(&cut, text);
		head_write(&said, exit_code, cut.len);
		buf_add(&said, cut.s, cut.len);
		/* A socket's buffer takes more than the longest answer, so nothing has to wait here; a
		 * client that went away, or got half of it, knows by the length. */
		if (send(k->fd, said.s, said.len, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)said.len)
			log_info("control", "%s hung up before the answer", k->request.user);
		buf_release(&said);
		buf_release(&cut);
	}
	client_free(k);
}

void control_free(struct control *c)
{
	if (!c)
		return;
	while (!LIST_EMPTY(&c->clients))
		client_free(LIST_FIRST(&c->clients));
	if (c->removed)
		loop_fd_free(c->removed);
	loop_timer_free(c->again);
	listener_free(c->watch);
	unlink(c->path);
	free(c->path);
	free(c);
}

/* ---- the shell's side ---- */

/* The connected socket; -1: no bot listens, -2: one does and can't be reached. */
static int connect_to(const char *path, int seconds)
{
	const struct timeval patience = { .tv_sec = seconds ? seconds : ASK_SECONDS };
	struct sockaddr_un a;
	int fd, error;

	if (control_address_of(path, &a) != 0)
		return -1; /* no bot can listen there either */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -2;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return error == ENOENT || error == ECONNREFUSED || error == ENOTSOCK ? -1 : -2;
}

static int question_send(int fd, const struct control_question *q)
{
	const int code = q->import ? QUESTION_DOCUMENT : QUESTION_LINE;
	struct buf body, all;
	size_t at = 0;
	ssize_t n = 0;

	buf_init(&body, question_max(code));
	buf_init(&all, question_max(code) + HEAD_MAX);
	buf_addf(&body, "%s\n", q->zone);
	if (q->import)
		buf_addf(&body, "import %" PRId64, q->at_line);
	else
		buf_adds(&body, q->status ? "status" : q->json ? "json" : "");
	buf_addc(&body, '\n');
	buf_adds(&body, q->line);
	head_write(&all, code, body.len);
	buf_add(&all, body.s, body.len);
	if (body.full) {
		errno = EMSGSIZE;
		n = -1;
	}
	for (; n >= 0 && at<all.len; at += n> 0 ? (size_t)n : 0)
		n = send(fd, all.s + at, all.len - at, MSG_NOSIGNAL);
	buf_release(&body);
	buf_release(&all);
	return n < 0 ? -1 : 0;
}

/* 0 the whole answer, -1 less than that. */
static int answer_read(int fd, struct buf *answer, int *exit_code)
{
	struct buf in;
	char bytes[4096];
	size_t length = 0;
	ssize_t n;
	int used;

	buf_init(&in, CONTROL_TEXT_MAX + HEAD_MAX);
	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		buf_add(&in, bytes, (size_t)n);
	used = n < 0 ? -1 : head_read(&in, exit_code, &length);
	if (used > 0 && in.len - (size_t)used == length)
		buf_add(answer, in.s + used, length);
	else
		used = -1;
	buf_release(&in);
	return used > 0 ? 0 : -1;
}

int control_ask(const char *path, const struct control_question *q, struct buf *answer,
		int *exit_code)
{
	int fd = connect_to(path, q->seconds);

	if (fd == -1)
		return 1;
	if (fd < 0) {
		buf_addf(answer,
			 "A bot seems to be running, but I can't reach it at %s: %s. Run this "
			 "as the bot's own user.",
			 path, strerror(errno));
		return -1;
	}
	if (question_send(fd, q) != 0) {
		buf_addf(answer,
			 "I couldn't hand this to the running bot: %s. Nothing was changed.",
			 errno != EMSGSIZE ? strerror(errno)
			 : q->import
				 ? "it is too long: while a bot runs, a document may have 8 MiB; "
				   "stop it "
				   "to import a longer one"
				 : "it is too long");
		close(fd);
		return -1;
	}
	if (answer_read(fd, answer, exit_code) != 0) {
		buf_adds(answer,
			 "The running bot didn't answer. It may or may not have done it: check "
			 "with `aliosbot show` before trying again.");
		close(fd);
		return -1;
	}
	close(fd);
	return 0;
}
