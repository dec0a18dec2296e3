#include "adapters/loop/loop.h"

#include "adapters/log/log.h"
#include "adapters/log/seldom.h"
#include "adapters/loop/lookup.h"
#include "core/base/alloc.h"
#include "core/base/buf.h"

#include <inttypes.h>
#include <libwebsockets.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <unistd.h>

#define PROTOCOL_NAME "aliosbot-loop"
#define PLAIN "plain" /* names of vhosts */
#define TLS "tls"
#define EVENTS 16 /* descriptors served in one go; the others are still readable in the next */
#define LINES 16  /* of lws's that are told apart */
#define YEAR_MS ((int64_t)366 * 24 * 3600 * 1000)

const char *loop_ca_file = "/etc/ssl/certs/ca-certificates.crt";

struct loop {
	struct lws_context *lws;
	struct lws_protocols *protocols; /* ours, then the caller's; lws keeps the pointer */
	const char *ca_file;
	struct lookups *lookups;
	struct proxies *proxies;
	int epoll;			   /* what loop_fd_new() watches; lws watches this one */
	struct epoll_event events[EVENTS]; /* being served: loop_fd_free() takes its own out */
	int events_count;
	atomic_bool woken; /* lws_cancel_service() was called and not yet heard */
};

struct loop_timer {
	lws_sorted_usec_list_t sul; /* first: the callback gets a pointer to it */
	struct loop *loop;
	void (*fire)(void *arg);
	void *arg;
};

struct loop_fd {
	struct loop *loop;
	int fd;
	void (*readable)(int fd, void *arg);
	void *arg;
};

/* What lws said last, each once: a stranger's connection can make it say things. Numbers and addresses in them count
 * as the same. */
static struct loop_line {
	uint64_t hash; /* 0: nothing */
	struct seldom seldom;
} loop_lines[LINES];

static uint64_t line_hash(const char *line, size_t len)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		if (line[i] < '0' || line[i] > '9')
			h = (h ^ (unsigned char)line[i]) * 1099511628211u;
	return h | 1;
}

/* The place of a line; a new one takes that of the one said longest ago. */
static struct loop_line *line_of(uint64_t hash)
{
	struct loop_line *oldest = loop_lines;

	for (struct loop_line *l = loop_lines; l < loop_lines + LINES; l++) {
		if (l->hash == hash)
			return l;
		if (l->seldom.said_ms < oldest->seldom.said_ms)
			oldest = l;
	}
	*oldest = (struct loop_line){ .hash = hash };
	return oldest;
}

static void lws_says(int level, const char *line)
{
	int len = (int)strcspn(line, "\n");
	struct loop_line *l = line_of(line_hash(line, (size_t)len));
	char more[64] = "";
	int64_t unsaid;

	if (!seldom(&l->seldom, loop_now_ms(), &unsaid))
		return;
	if (unsaid)
		snprintf(more, sizeof(more), " (%" PRId64 " more since it was said last)", unsaid);
	if (level & LLL_ERR)
		log_error("lws", "%.*s%s", len, line, more);
	else
		log_warning("lws", "%.*s%s", len, line, more);
}

static void serve_descriptors(struct loop *loop)
{
	int i;

	loop->events_count = epoll_wait(loop->epoll, loop->events, EVENTS, 0);
	for (i = 0; i < loop->events_count; i++) {
		struct loop_fd *f = loop->events[i].data.ptr;

		if (f)
			f->readable(f->fd, f->arg);
	}
	loop->events_count = 0;
}

/* lws 4.1 tells only its first protocol, ours, that a connection is gone. */
static int pass_on_destroy(struct lws *wsi, void *user)
{
	const struct lws_protocols *p = lws_get_protocol(wsi);

	if (!p || !strcmp(p->name, PROTOCOL_NAME))
		return 0;
	return p->callback(wsi, LWS_CALLBACK_WSI_DESTROY, user, NULL, 0);
}

static int loop_on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
			 size_t len)
{
	struct loop *loop = lws_context_user(lws_get_context(wsi));

	(void)in, (void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX_FILE:
		serve_descriptors(loop);
		break;
	case LWS_CALLBACK_EVENT_WAIT_CANCELLED:
		loop->woken = false;
		lookups_collect(loop->lookups);
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		return pass_on_destroy(wsi, user);
	}
	return 0;
}

static struct lws_protocols *protocols_with(const struct lws_protocols *more)
{
	struct lws_protocols *all;
	size_t n = 0;

	while (more && more[n].name)
		n++;
	all = alloc((n + 2) * sizeof(*all));
	all[0] = (struct lws_protocols){ .name = PROTOCOL_NAME, .callback = loop_on_event };
	if (n)
		memcpy(all + 1, more, n * sizeof(*all));
	return all;
}

/* Without a vhost: loop_vhost() makes those that are needed. */
static struct lws_context *context_new(struct loop *loop)
{
	struct lws_context_creation_info info = {
		.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
		.gid = -1,
		.uid = -1,
		.user = loop,
		/* A table for 64 sockets instead of one for every descriptor that ulimit -n allows. */
		.fd_limit_per_thread = 64,
		.pt_serv_buf_size = LOOP_READ,
	};

	/* lws would take this one for every connection, and look its name up while everything waits. */
	unsetenv("http_proxy");
	signal(SIGPIPE, SIG_IGN);
	lws_set_log_level(LLL_ERR | LLL_WARN, lws_says);
	return lws_create_context(&info);
}

/* lws keeps the pointer to its name. Certificates are read when the first is to be checked, and once: that takes as
 * long as all the rest of a start. */
static struct lws_vhost *vhost_new(struct loop *loop, const char *name, bool tls, const char *proxy)
{
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.vhost_name = name,
		.protocols = loop->protocols,
		.http_proxy_address = proxy,
	};

	if (tls) {
		/* The system's own are not asked for: what Debian's build takes for them also has those in ../share of the
		 * working directory. */
		info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT |
			       LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
		info.client_ssl_ca_filepath = loop->ca_file;
	}
	return lws_create_vhost(loop->lws, &info);
}

/* One raw file for all descriptors: lws has no way to let go of a raw file at once, epoll has. */
static bool adopt_epoll(struct loop *loop)
{
	struct lws_vhost *plain = vhost_new(loop, PLAIN, false, NULL);
	lws_sock_file_fd_type fd;

	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0 || !plain)
		return false;
	fd.filefd = loop->epoll;
	return lws_adopt_descriptor_vhost(plain, LWS_ADOPT_RAW_FILE_DESC, fd, PROTOCOL_NAME, NULL);
}

struct loop *loop_new(const struct lws_protocols *protocols)
{
	struct loop *loop = alloc(sizeof(*loop));

	loop->protocols = protocols_with(protocols);
	loop->ca_file = loop_ca_file;
	loop->lookups = lookups_new(loop);
	loop->proxies = proxies_new();
	loop->lws = context_new(loop);
	if (loop->lws && adopt_epoll(loop))
		return loop;
	log_error("loop", "libwebsockets can't start");
	loop_free(loop);
	return NULL;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	lookups_stop(loop->lookups);
	if (loop->lws)
		lws_context_destroy(loop->lws); /* closes the epoll set as well */
	lookups_free(loop->lookups);
	proxies_free(loop->proxies);
	free(loop->protocols);
	free(loop);
}

struct lws_context *loop_lws(struct loop *loop)
{
	return loop->lws;
}

struct lookups *loop_lookups(struct loop *loop)
{
	return loop->lookups;
}

/* ---- proxies ---- */

const struct proxy *loop_proxy(struct loop *loop, bool tls, const char *host)
{
	return proxy_for(loop->proxies, tls, host);
}

/* As lws_set_proxy() reads it: user:password@address:port. Secret. */
static void print_proxy(struct buf *b, const struct proxy *proxy, const char *address)
{
	bool ipv6 = strchr(address, ':');

	if (*proxy->user)
		buf_addf(b, "%s:%s@", proxy->user, proxy->password);
	buf_addf(b, ipv6 ? "[%s]:%d" : "%s:%d", address, proxy->port);
}

/* A proxy is a vhost's in lws, and can't be taken from it again: so each has its own, made when first needed. Its
 * address may be another than the last time. */
static struct lws_vhost *proxied_vhost(struct loop *loop, const char *name, const char *proxy)
{
	struct lws_vhost *v = lws_get_vhost_by_name(loop->lws, name);

	if (!v)
		return vhost_new(loop, name, true, proxy);
	return lws_set_proxy(v, proxy) ? NULL : v;
}

static struct lws_vhost *direct_vhost(struct loop *loop, bool tls)
{
	const char *name = tls ? TLS : PLAIN;
	struct lws_vhost *v = lws_get_vhost_by_name(loop->lws, name);

	return v ? v : vhost_new(loop, name, tls, NULL);
}

struct lws_vhost *loop_vhost(struct loop *loop, bool tls, const struct proxy *proxy,
			     const char *address)
{
	struct lws_vhost *v;
	struct buf to;

	if (!proxy)
		return direct_vhost(loop, tls);
	buf_init(&to, BUF_ROOMY);
	print_proxy(&to, proxy, address);
	v = proxied_vhost(loop, proxy->name, to.s);
	buf_release(&to);
	return v;
}

/*
 * lws waits in whole milliseconds, rounded down: what is left until the next timer would be spent in a
 * thousand turns that wait for nothing.
 */
static void sleep_the_last_millisecond(struct loop *loop)
{
	lws_usec_t at, left;

	if (loop->woken || lws_sul_earliest_wakeable_event(loop->lws, &at))
		return;
	left = at - lws_now_usecs();
	if (left > 0 && left < LWS_US_PER_MS)
		usleep((useconds_t)left);
}

int loop_turn(struct loop *loop)
{
	sleep_the_last_millisecond(loop);
	return lws_service(loop->lws, 0) ? -1 : 0;
}

void loop_wake(struct loop *loop)
{
	if (!atomic_exchange(&loop->woken, true))
		lws_cancel_service(loop->lws);
}

int64_t loop_now_ms(void)
{
	return lws_now_usecs() / LWS_US_PER_MS;
}

static void loop_on_timer(lws_sorted_usec_list_t *sul)
{
	struct loop_timer *t = (struct loop_timer *)sul;
	struct loop *loop = t->loop;

	/*
	 * lws fires timers when a turn begins and then waits for sockets. Who asked for the timer has left
	 * work for after the turn (a commit, an ack), so this turn must not wait.
	 */
	loop_wake(loop);
	t->fire(t->arg); /* may free t */
}

struct loop_timer *loop_timer_new(struct loop *loop, void (*fire)(void *arg), void *arg)
{
	struct loop_timer *t = alloc(sizeof(*t));

	*t = (struct loop_timer){ .loop = loop, .fire = fire, .arg = arg };
	return t;
}

void loop_timer_set(struct loop_timer *t, int64_t in_ms)
{
	lws_sul_cancel(&t->sul);
	if (in_ms < 0)
		return;
	if (in_ms > YEAR_MS)
		in_ms = YEAR_MS;
	/* "wakesuspend": in the list of lws's that can be asked for its earliest, and has only ours in it. */
	lws_sul_schedule_wakesuspend(t->loop->lws, 0, &t->sul, loop_on_timer,
				     in_ms * LWS_US_PER_MS);
}

bool loop_timer_armed(const struct loop_timer *t)
{
	return !lws_dll2_is_detached(&t->sul.list);
}

void loop_timer_free(struct loop_timer *t)
{
	if (!t)
		return;
	lws_sul_cancel(&t->sul);
	free(t);
}

struct loop_fd *loop_fd_new(struct loop *loop, int fd, void (*readable)(int fd, void *arg),
			    void *arg)
{
	struct epoll_event e = { .events = EPOLLIN };
	struct loop_fd *f = alloc(sizeof(*f));

	*f = (struct loop_fd){ .loop = loop, .fd = fd, .readable = readable, .arg = arg };
	e.data.ptr = f;
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &e) == 0)
		return f;
	log_error("loop", "can't watch descriptor %d: %m", fd);
	free(f);
	return NULL;
}

void loop_fd_watch(struct loop_fd *f, bool on)
{
	struct epoll_event e = { .events = on ? EPOLLIN : 0 };

	e.data.ptr = f;
	epoll_ctl(f->loop->epoll, EPOLL_CTL_MOD, f->fd, &e);
}

void loop_fd_free(struct loop_fd *f)
{
	struct loop *loop;
	int i;

	if (!f)
		return;
	loop = f->loop;
	for (i = 0; i < loop->events_count; i++)
		if (loop->events[i].data.ptr == f)
			loop->events[i].data.ptr = NULL;
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, f->fd, NULL);
	close(f->fd);
	free(f);
}
