#include "tests/bench/stand.h"

#include "core/base/alloc.h"
#include "tests/support/frames.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROOM ((size_t)1 << 20) /* of a request; of what waits to be sent, 64 times that */
#define EVENTS 32
#define BACKLOG \
	4096	   /* a bot may open a hundred connections at once: one left out waits a second \
		    */
#define METHODS 48 /* different ones that are counted */
#define PING_US 10000000
#define FIRST_K 100000 /* messages a second of their ts */

struct conn {
	struct conn *next;
	int fd;
	bool link; /* Socket Mode */
	bool wants_out;
	struct buf in, out;
	size_t sent; /* of out */
};

struct asked {
	char method[48];
	unsigned count;
};

struct stand {
	struct stand_calls calls;
	int epoll, listener, port;
	char url[32];
	struct conn *conns, *link;
	unsigned hellos, asked, posted;
	struct asked methods[METHODS];
	int64_t pinged, hello_us, began_s;
	bool refuse_emoji;
	struct buf card;
};

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

int64_t stand_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- messages ---- */

void stand_ts(char ts[20], const struct stand *s, unsigned k)
{
	snprintf(ts, 20, "%" PRId64 ".%06u", s->began_s + k / FIRST_K, k % FIRST_K + 1);
}

static unsigned k_of(const struct stand *s, const char *ts)
{
	return (unsigned)((strtoll(ts, NULL, 10) - s->began_s) * FIRST_K +
			  strtol(ts + 11, NULL, 10) - 1);
}

void stand_text(char text[80], unsigned k)
{
	static const char *const said[] = {
		"checkout answers 504 again on three of five pods",
		"rolled pod %u back, watching the queue",
		"latency of payments is at %u ms and falling",
		"who has the dashboard of the tax service?",
		"connection pool of db-%u is full since the deploy",
		"customers report it from two regions now",
	};

	snprintf(text, 80, said[k % (sizeof(said) / sizeof(*said))], k % 1000);
}

/* ---- connections ---- */

static void watch(struct stand *s, struct conn *c, bool out)
{
	struct epoll_event e = { .events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = c };

	if (c->wants_out == out)
		return;
	c->wants_out = out;
	epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &e);
}

static void flush_out(struct stand *s, struct conn *c)
{
	while (c->sent < c->out.len) {
		ssize_t n = send(c->fd, c->out.s + c->sent, c->out.len - c->sent, MSG_NOSIGNAL);

		if (n <= 0)
			break;
		c->sent += (size_t)n;
	}
	if (c->sent == c->out.len) {
		buf_reset(&c->out);
		c->sent = 0;
	}
	watch(s, c, c->out.len > 0);
}

static void hang_up(struct stand *s, struct conn *c)
{
	struct conn **at = &s->conns;

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	if (s->link == c)
		s->link = NULL;
	close(c->fd);
	buf_release(&c->in);
	buf_release(&c->out);
	free(c);
}

static bool admit(struct stand *s)
{
	int fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), one = 1;
	struct conn *c = fd < 0 ? NULL : alloc(sizeof(*c));
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };

	if (!c)
		return false;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	c->fd = fd;
	buf_init(&c->in, ROOM);
	buf_init(&c->out, 64 * ROOM);
	c->next = s->conns;
	s->conns = c;
	epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e);
	return true;
}

static void consume(struct buf *b, size_t len)
{
	memmove(b->s, b->s + len, b->len - len);
	b->len -= len;
	b->s[b->len] = '\0';
}

/* ---- Socket Mode: RFC 6455, unfragmented ---- */

static void put_frame(struct conn *c, int opcode, const char *data, size_t len)
{
	unsigned char head[4] = { (unsigned char)(0x80 | opcode), (unsigned char)len };
	size_t n = 2;

	if (len > 125) {
		head[1] = 126;
		head[2] = (unsigned char)(len >> 8);
		head[3] = (unsigned char)len;
		n = 4;
	}
	buf_add(&c->out, (char *)head, n);
	buf_add(&c->out, data, len);
}

static void greet(struct stand *s, struct conn *c)
{
	static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
	const char *key = strcasestr(c->in.s, "sec-websocket-key:");
	unsigned char hash[SHA_DIGEST_LENGTH];
	char both[96], accept[32];
	struct buf hello;

	if (!key)
		die("a websocket without a key");
	key += strspn(key + 18, " ") + 18;
	snprintf(both, sizeof(both), "%.*s%s", (int)strcspn(key, "\r"), key, magic);
	SHA1((unsigned char *)both, strlen(both), hash);
	EVP_EncodeBlock((unsigned char *)accept, hash, sizeof(hash));
	buf_addf(&c->out,
		 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		 "Sec-WebSocket-Accept: %s\r\n\r\n",
		 accept);
	buf_init(&hello, 1024);
	frames_hello(&hello);
	put_frame(c, 1, hello.s, hello.len);
	buf_release(&hello);
	c->link = true;
	s->link = c;
	s->hellos++;
	s->hello_us = stand_us();
}

static void take_frame(struct stand *s, struct conn *c, int opcode, const char *data, size_t len)
{
	unsigned n;

	if (opcode == 9)
		put_frame(c, 10, data, len);
	else if (opcode == 8)
		put_frame(c, 8, data, len < 2 ? len : 2);
	else if (opcode == 1 && frames_n(data, len, &n))
		s->calls.ack(n, memmem(data, len, "\"text\"", 6) != NULL, s->calls.arg);
}

/* One frame out of what is there: its whole length, 0: not all of it is here. */
static size_t one_frame(struct stand *s, struct conn *c)
{
	unsigned char *p = (unsigned char *)c->in.s, *mask;
	size_t len, head = 2;

	if (c->in.len < 2)
		return 0;
	len = p[1] & 127;
	if (len == 126)
		head = 4;
	if (len == 127)
		die("a frame over 64 kB");
	if (c->in.len < head + 4)
		return 0;
	if (len == 126)
		len = (size_t)p[2] << 8 | p[3];
	if (!(p[1] & 128))
		die("a frame without its mask");
	if (c->in.len < head + 4 + len)
		return 0;
	mask = p + head;
	for (size_t i = 0; i < len; i++)
		mask[4 + i] ^= mask[i % 4];
	take_frame(s, c, p[0] & 15, (char *)mask + 4, len);
	return head + 4 + len;
}

/* Many acks may have come together: they are moved out of the way once, not one by one. */
static void take_frames(struct stand *s, struct conn *c)
{
	size_t done = 0, len;
	struct buf all = c->in;

	while ((len = one_frame(s, c))) {
		done += len;
		c->in.s += len;
		c->in.len -= len;
	}
	c->in = all;
	consume(&c->in, done);
}

void stand_send(struct stand *s, const struct buf *frame)
{
	if (!s->link)
		die("nobody is connected");
	put_frame(s->link, 1, frame->s, frame->len);
}

/* ---- the Web API ---- */

static void count(struct stand *s, const char *method, size_t len)
{
	size_t i;

	s->asked++;
	for (i = 0; i < METHODS - 1 && s->methods[i].count; i++)
		if (strlen(s->methods[i].method) == len &&
		    !memcmp(s->methods[i].method, method, len))
			break;
	snprintf(s->methods[i].method, sizeof(s->methods[i].method), "%.*s", (int)len, method);
	s->methods[i].count++;
}

static void argument(char out[40], const char *body, const char *name)
{
	size_t len = strlen(name);
	const char *at = body;

	out[0] = '\0';
	for (; at; at = strchr(at, '&'), at = at ? at + 1 : NULL)
		if (!strncmp(at, name, len) && at[len] == '=') {
			snprintf(out, 40, "%.*s", (int)strcspn(at + len + 1, "&"), at + len + 1);
			return;
		}
}

static void add_message(struct buf *b, const struct stand *s, const char *ts)
{
	unsigned k = k_of(s, ts);
	char text[80];

	stand_text(text, k);
	buf_addf(b,
		 "{\"type\":\"message\",\"user\":\"U%u\",\"team\":\"" FRAMES_TEAM
		 "\",\"ts\":\"%s\","
		 "\"text\":\"%s\",\"permalink\":\"https://bench.slack.com/archives/" STAND_CHANNEL
		 "/p1\"}",
		 k % STAND_PEOPLE + 1, ts, text);
}

static void add_person(struct buf *b, const char *id)
{
	buf_addf(
		b,
		",\"user\":{\"id\":\"%s\",\"team_id\":\"" FRAMES_TEAM
		"\",\"name\":\"%s\",\"deleted\":false,"
		"\"real_name\":\"%s\",\"tz\":\"Europe/Berlin\",\"tz_offset\":3600,\"profile\":{"
		"\"real_name\":\"%s\",\"display_name\":\"%s\"},\"is_bot\":false,\"is_restricted\":false,"
		"\"is_ultra_restricted\":false}",
		id, id, id, id, id);
}

static bool is(const char *method, size_t len, const char *name)
{
	return strlen(name) == len && !memcmp(method, name, len);
}

/* What the method's answer has besides "ok". */
static void answer(struct stand *s, struct buf *b, const char *method, size_t len, const char *body)
{
	char ts[40], user[40];

	if (is(method, len, "apps.connections.open")) {
		buf_addf(b, ",\"url\":\"ws://127.0.0.1:%d/link?ticket=1&app_id=" FRAMES_APP "\"",
			 s->port);
	} else if (is(method, len, "auth.test")) {
		buf_addf(
			b,
			",\"url\":\"%s/\",\"team\":\"Bench\",\"user\":\"bot\",\"team_id\":\"" FRAMES_TEAM
			"\",\"user_id\":\"UBOT\",\"bot_id\":\"BBOT\",\"is_enterprise_install\":false",
			s->url);
	} else if (is(method, len, "users.info")) {
		argument(user, body, "user");
		add_person(b, user);
	} else if (is(method, len, "chat.postMessage")) {
		s->posted++;
		buf_addf(b,
			 ",\"channel\":\"" STAND_CHANNEL
			 "\",\"ts\":\"1700000000.%06u\",\"message\":{}",
			 s->posted);
	} else if (is(method, len, "chat.update")) {
		argument(ts, body, "ts");
		buf_addf(b, ",\"channel\":\"" STAND_CHANNEL "\",\"ts\":\"%s\",\"text\":\"\"", ts);
	} else if (is(method, len, "chat.getPermalink")) {
		buf_adds(b, ",\"channel\":\"" STAND_CHANNEL
			    "\",\"permalink\":\"https://bench.slack.com/p1\"");
	} else if (is(method, len, "conversations.info")) {
		buf_adds(b, ",\"channel\":{\"id\":\"" STAND_CHANNEL
			    "\",\"name\":\"shop\",\"is_channel\":true,"
			    "\"is_private\":false,\"is_member\":true}");
	} else if (is(method, len, "conversations.history")) {
		argument(ts, body, "latest");
		buf_adds(b, ",\"messages\":[");
		if (*ts && strstr(body, "inclusive="))
			add_message(b, s, ts);
		buf_adds(b, "],\"has_more\":false");
	} else if (is(method, len, "conversations.replies")) {
		buf_adds(b, ",\"messages\":[],\"has_more\":false");
	} else if (is(method, len, "reactions.get")) {
		argument(ts, body, "timestamp");
		buf_adds(b, ",\"type\":\"message\",\"channel\":\"" STAND_CHANNEL "\",\"message\":");
		add_message(b, s, ts);
	} else if (is(method, len, "conversations.list")) {
		buf_adds(b, ",\"channels\":[]");
	} else if (is(method, len, "conversations.members")) {
		buf_adds(b,
			 ",\"members\":[\"U1\",\"U2\",\"U3\",\"U4\",\"U5\",\"U6\",\"U7\",\"U8\"]");
	} else if (is(method, len, "conversations.open")) {
		buf_adds(b, ",\"channel\":{\"id\":\"D1\"}");
	} else if (is(method, len, "bookmarks.list") || is(method, len, "bookmarks.add")) {
		buf_adds(b, ",\"bookmarks\":[],\"bookmark\":{\"id\":\"Bk1\"}");
	} else if (is(method, len, "pins.list")) {
		buf_adds(b, ",\"items\":[]");
	}
}

static void method_called(struct stand *s, struct conn *c, const char *method, const char *body)
{
	size_t len = strcspn(method, " ?");
	bool refused = s->refuse_emoji && is(method, len, "reactions.add");
	struct buf b;

	count(s, method, len);
	if (is(method, len, "chat.update") || is(method, len, "chat.postMessage")) {
		buf_reset(&s->card);
		buf_adds(&s->card, body);
	}
	buf_init(&b, ROOM);
	buf_adds(&b, refused ? "{\"ok\":false,\"error\":\"ratelimited\"" : "{\"ok\":true");
	if (!refused)
		answer(s, &b, method, len, body);
	buf_addf(&b, ",\"response_metadata\":{\"next_cursor\":\"\"}}");
	buf_addf(&c->out,
		 "HTTP/1.1 %s\r\nContent-Type: application/json; charset=utf-8\r\n%s"
		 "Date: Sun, 29 Nov 2026 16:00:00 GMT\r\nContent-Length: %zu\r\n\r\n",
		 refused ? "429 Too Many Requests" : "200 OK",
		 refused ? "Retry-After: 3600\r\n" : "", b.len);
	buf_add(&c->out, b.s, b.len);
	buf_release(&b);
}

/* One request: its whole length, 0: not all of it is here. */
static size_t one_request(struct stand *s, struct conn *c)
{
	const char *end = memmem(c->in.s, c->in.len, "\r\n\r\n", 4), *length, *path;
	size_t head, body = 0;

	if (!end)
		return 0;
	head = (size_t)(end - c->in.s) + 4;
	length = strcasestr(c->in.s, "\r\ncontent-length:");
	if (length && length < end)
		body = strtoul(length + 17, NULL, 10);
	if (c->in.len < head + body)
		return 0;
	path = strchr(c->in.s, ' ') + 1;
	if (!strncmp(path, "/link", 5)) {
		greet(s, c);
	} else {
		char kept = c->in.s[head + body];

		c->in.s[head + body] = '\0';
		method_called(s, c, strncmp(path, "/api/", 5) ? "response_url" : path + 5,
			      c->in.s + head);
		c->in.s[head + body] = kept;
	}
	return head + body;
}

static void take_requests(struct stand *s, struct conn *c)
{
	size_t len;

	while (!c->link && (len = one_request(s, c)))
		consume(&c->in, len);
}

/* ---- turning ---- */

static void serve(struct stand *s, struct conn *c)
{
	char piece[65536];
	ssize_t n;

	while ((n = recv(c->fd, piece, sizeof(piece), 0)) > 0)
		buf_add(&c->in, piece, (size_t)n);
	if (c->in.full)
		die("a request over 1 MB");
	if (!c->link)
		take_requests(s, c);
	if (c->link)
		take_frames(s, c);
	if (n == 0)
		hang_up(s, c);
	else
		flush_out(s, c);
}

static void ping(struct stand *s)
{
	int64_t now = stand_us();

	if (!s->link || now - s->pinged < PING_US)
		return;
	s->pinged = now;
	put_frame(s->link, 9, "Ping from applink-1", 19);
}

void stand_turn(struct stand *s, int64_t wait_us)
{
	struct epoll_event events[EVENTS];
	struct timespec wait = { .tv_sec = wait_us / 1000000, .tv_nsec = wait_us % 1000000 * 1000 };
	int n;

	ping(s);
	if (s->link)
		flush_out(s, s->link);
	n = epoll_pwait2(s->epoll, events, EVENTS, &wait, NULL);
	for (int i = 0; i < n; i++) {
		if (events[i].data.ptr)
			serve(s, events[i].data.ptr);
		else
			while (admit(s))
				;
	}
}

/* ---- life ---- */

struct stand *stand_new(const struct stand_calls *calls)
{
	struct stand *s = alloc(sizeof(*s));
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);
	struct epoll_event e = { .events = EPOLLIN };

	s->calls = *calls;
	s->began_s = (int64_t)time(NULL) - 60;
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&at, size) ||
	    listen(s->listener, BACKLOG) || getsockname(s->listener, (struct sockaddr *)&at, &size))
		die("a port of 127.0.0.1");
	epoll_ctl(s->epoll, EPOLL_CTL_ADD, s->listener, &e);
	s->port = ntohs(at.sin_port);
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%d", s->port);
	buf_init(&s->card, ROOM);
	return s;
}

void stand_free(struct stand *s)
{
	while (s->conns)
		hang_up(s, s->conns);
	close(s->listener);
	close(s->epoll);
	buf_release(&s->card);
	free(s);
}

int stand_port(const struct stand *s)
{
	return s->port;
}
const char *stand_url(const struct stand *s)
{
	return s->url;
}
bool stand_connected(const struct stand *s)
{
	return s->link != NULL;
}
unsigned stand_hellos(const struct stand *s)
{
	return s->hellos;
}
int64_t stand_hello_us(const struct stand *s)
{
	return s->hello_us;
}
void stand_refuse_emoji(struct stand *s, bool on)
{
	s->refuse_emoji = on;
}
unsigned stand_asked(const struct stand *s)
{
	return s->asked;
}

unsigned stand_asked_for(const struct stand *s, const char *method)
{
	for (size_t i = 0; i < METHODS; i++)
		if (!strcmp(s->methods[i].method, method))
			return s->methods[i].count;
	return 0;
}

bool stand_card_has(const struct stand *s, const char *encoded)
{
	return s->card.s && strstr(s->card.s, encoded) != NULL;
}
