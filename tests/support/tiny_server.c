#include "tests/support/tiny_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST ((size_t)8 << 20)

struct tiny_conn {
	LIST_ENTRY(tiny_conn) next;
	struct tiny_server *server;
	struct loop_fd *watch;
	struct loop_timer *pusher; /* what the socket did not take goes out a little later */
	int fd, number;
	SSL *tls;
	bool upgraded, closed;
	struct buf in, out;
	size_t out_at;
};

struct tiny_server {
	struct loop *loop;
	struct loop_fd *watch;
	int port, accepted;
	SSL_CTX *tls;
	const struct tiny_calls *calls;
	void *arg;
	LIST_HEAD(tiny_conns, tiny_conn) conns;
};

/* ---- sockets ---- */

static void conn_free(struct tiny_conn *c)
{
	LIST_REMOVE(c, next);
	loop_timer_free(c->pusher);
	SSL_free(c->tls);
	loop_fd_free(c->watch);
	buf_release(&c->in);
	buf_release(&c->out);
	free(c);
}

static ssize_t conn_read(struct tiny_conn *c, char *to, size_t len)
{
	int n;

	if (!c->tls)
		return recv(c->fd, to, len, 0);
	n = SSL_read(c->tls, to, (int)len);
	if (n > 0)
		return n;
	n = SSL_get_error(c->tls, n);
	errno = n == SSL_ERROR_WANT_READ || n == SSL_ERROR_WANT_WRITE ? EAGAIN : EPIPE;
	return -1;
}

static void push(void *arg)
{
	struct tiny_conn *c = arg;
	size_t left = c->out.len - c->out_at;
	ssize_t n = 0;

	if (left && c->tls)
		n = SSL_write(c->tls, c->out.s + c->out_at, (int)left);
	else if (left)
		n = send(c->fd, c->out.s + c->out_at, left, MSG_NOSIGNAL);
	if (n > 0)
		c->out_at += (size_t)n;
	if (c->out_at == c->out.len) {
		buf_reset(&c->out);
		c->out_at = 0;
	} else {
		loop_timer_set(c->pusher, 1);
	}
}

void tiny_raw(struct tiny_conn *c, const char *data, size_t len)
{
	buf_add(&c->out, data, len);
	push(c);
}

/* ---- what comes in ---- */

static size_t body_length(const char *head)
{
	const char *s = strcasestr(head, "\r\nContent-Length:");

	return s ? strtoul(s + 17, NULL, 10) : 0;
}

static void drop_input(struct tiny_conn *c, size_t len)
{
	memmove(c->in.s, c->in.s + len, c->in.len - len);
	c->in.len -= len;
	c->in.s[c->in.len] = '\0';
}

static bool take_request(struct tiny_conn *c)
{
	char *end = c->in.len ? strstr(c->in.s, "\r\n\r\n") : NULL;
	size_t head, body;
	char *copy;

	if (!end)
		return false;
	head = (size_t)(end - c->in.s) + 4;
	*end = '\0';
	body = body_length(c->in.s);
	*end = '\r';
	if (c->in.len < head + body)
		return false;
	copy = malloc(head + body + 2);
	memcpy(copy, c->in.s, head);
	copy[head] = '\0';
	memcpy(copy + head + 1, c->in.s + head, body);
	copy[head + 1 + body] = '\0';
	drop_input(c, head + body);
	c->server->calls->request(c, copy, copy + head + 1, body, c->server->arg);
	free(copy);
	return true;
}

static bool take_frame(struct tiny_conn *c)
{
	const unsigned char *p = (const unsigned char *)c->in.s;
	size_t at = 2, len, i;
	char *data;
	int opcode;

	if (c->in.len < 2)
		return false;
	len = p[1] & 127;
	if (len == 126)
		at = 4;
	if (len == 127)
		at = 10;
	if (c->in.len < at + 4)
		return false;
	if (at > 2)
		for (len = 0, i = 2; i < at; i++)
			len = len << 8 | p[i];
	if (c->in.len < at + 4 + len)
		return false;
	data = malloc(len + 1);
	for (i = 0; i < len; i++)
		data[i] = (char)(p[at + 4 + i] ^ p[at + i % 4]);
	data[len] = '\0';
	opcode = p[0] & 15;
	/* Acks are one unfragmented frame without extensions: whatever else comes shows as opcode 0. */
	if ((p[0] & 0xF0) != 0x80 || !(p[1] & 0x80))
		opcode = 0;
	drop_input(c, at + 4 + len);
	c->server->calls->frame(c, opcode, data, len, c->server->arg);
	free(data);
	return true;
}

static void conn_readable(int fd, void *arg)
{
	struct tiny_conn *c = arg;
	char piece[16384];
	ssize_t n;

	(void)fd;
	while ((n = conn_read(c, piece, sizeof(piece))) > 0)
		buf_add(&c->in, piece, (size_t)n);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		n = 1;
	while (!c->closed && (c->upgraded ? take_frame(c) : take_request(c)))
		;
	if (c->closed) {
		conn_free(c);
	} else if (n <= 0) {
		if (c->server->calls->gone)
			c->server->calls->gone(c, c->server->arg);
		conn_free(c);
	}
}

static void server_readable(int fd, void *arg)
{
	struct tiny_server *s = arg;
	struct tiny_conn *c = calloc(1, sizeof(*c));

	c->fd = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (c->fd < 0) {
		free(c);
		return;
	}
	c->server = s;
	c->number = ++s->accepted;
	buf_init(&c->in, MOST);
	buf_init(&c->out, MOST);
	if (s->tls) {
		c->tls = SSL_new(s->tls);
		SSL_set_fd(c->tls, c->fd);
		SSL_set_accept_state(c->tls);
	}
	c->pusher = loop_timer_new(s->loop, push, c);
	c->watch = loop_fd_new(s->loop, c->fd, conn_readable, c);
	LIST_INSERT_HEAD(&s->conns, c, next);
}

/* ---- TLS ---- */

void tiny_certificate_of(const char *pem_file, const char *for_names, long good_for_s)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	X509_EXTENSION *names;
	FILE *f = fopen(pem_file, "w");

	if (!key || !cert || !f)
		abort();
	X509_set_version(cert, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -7200);
	X509_gmtime_adj(X509_getm_notAfter(cert), good_for_s);
	X509_set_pubkey(cert, key);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
				   (const unsigned char *)"localhost", -1, -1, 0);
	X509_set_issuer_name(cert, X509_get_subject_name(cert));
	names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, for_names);
	X509_add_ext(cert, names, -1);
	X509_sign(cert, key, EVP_sha256());
	PEM_write_X509(f, cert);
	PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL);
	fclose(f);
	X509_EXTENSION_free(names);
	X509_free(cert);
	EVP_PKEY_free(key);
}

void tiny_certificate(const char *pem_file)
{
	tiny_certificate_of(pem_file, "DNS:localhost,DNS:slack.test", 3600);
}

static SSL_CTX *tls_new(const char *pem_file)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (!ctx || SSL_CTX_use_certificate_file(ctx, pem_file, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, pem_file, SSL_FILETYPE_PEM) != 1)
		abort();
	SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return ctx;
}

/* ---- life ---- */

static int listen_somewhere(int backlog, int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&at, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0 ||
	    (backlog >= 0 && listen(fd, backlog) < 0))
		abort();
	*port = ntohs(at.sin_port);
	return fd;
}

struct tiny_server *tiny_server_new(struct loop *loop, const char *pem_file,
				    const struct tiny_calls *calls, void *arg)
{
	struct tiny_server *s = calloc(1, sizeof(*s));
	int fd = listen_somewhere(64, &s->port);

	s->loop = loop;
	s->calls = calls;
	s->arg = arg;
	if (pem_file)
		s->tls = tls_new(pem_file);
	s->watch = loop_fd_new(loop, fd, server_readable, s);
	return s;
}

void tiny_server_free(struct tiny_server *s)
{
	while (!LIST_EMPTY(&s->conns))
		conn_free(LIST_FIRST(&s->conns));
	loop_fd_free(s->watch);
	SSL_CTX_free(s->tls);
	free(s);
}

void tiny_shows(struct tiny_server *s, const char *pem_file)
{
	SSL_CTX_free(s->tls);
	s->tls = tls_new(pem_file);
}

int tiny_port(const struct tiny_server *s)
{
	return s->port;
}

int tiny_accepted(const struct tiny_server *s)
{
	return s->accepted;
}

int tiny_number(const struct tiny_conn *c)
{
	return c->number;
}

int tiny_dead_port(int *port, bool full, int fillers[8])
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int i, fd = listen_somewhere(full ? 0 : -1, port); /* bound but not listening: refused */

	at.sin_port = htons((uint16_t)*port);
	for (i = 0; full && i < 8; i++) {
		fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (connect(fillers[i], (struct sockaddr *)&at, sizeof(at)) == 0)
			continue; /* the first ones get in, the rest hang: the queue is full */
	}
	return fd;
}

/* ---- what goes out ---- */

void tiny_answer(struct tiny_conn *c, const char *status, const char *headers, const char *body)
{
	struct buf b;

	buf_init(&b, MOST);
	buf_addf(&b, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status, strlen(body), headers);
	buf_adds(&b, body);
	tiny_raw(c, b.s, b.len);
	buf_release(&b);
}

void tiny_upgrade(struct tiny_conn *c, const char *head)
{
	const char *key = strcasestr(head, "\r\nSec-WebSocket-Key:");
	unsigned char sha[20];
	char accept[64];
	struct buf b;

	buf_init(&b, MOST);
	key += 20;
	key += strspn(key, " ");
	buf_add(&b, key, strcspn(key, "\r"));
	buf_adds(&b, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
	lws_SHA1((const unsigned char *)b.s, b.len, sha);
	lws_b64_encode_string((const char *)sha, 20, accept, sizeof(accept));
	buf_reset(&b);
	buf_addf(&b,
		 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		 "Sec-WebSocket-Accept: %s\r\n\r\n",
		 accept);
	c->upgraded = true;
	tiny_raw(c, b.s, b.len);
	buf_release(&b);
}

void tiny_frame(struct tiny_conn *c, bool final, int opcode, const char *data, size_t len)
{
	char head[10] = { (char)((final ? 0x80 : 0) | opcode) };
	size_t n = 2, i;

	if (len < 126) {
		head[1] = (char)len;
	} else {
		n = len < 65536 ? 4 : 10;
		head[1] = n == 4 ? 126 : 127;
		for (i = 2; i < n; i++)
			head[i] = (char)(len >> 8 * (n - 1 - i) & 255);
	}
	tiny_raw(c, head, n);
	tiny_raw(c, data, len);
}

void tiny_text(struct tiny_conn *c, const char *text)
{
	tiny_frame(c, true, 1, text, strlen(text));
}

/* Inside its own callback the connection is freed by conn_readable(). */
void tiny_close(struct tiny_conn *c)
{
	c->closed = true;
	shutdown(c->fd, SHUT_RDWR); /* wakes conn_readable(), which frees it */
}
