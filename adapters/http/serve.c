#include "adapters/http/serve.h"

#include "adapters/log/log.h"
#include "adapters/log/seldom.h"
#include "adapters/loop/listen.h"
#include "core/base/alloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <libwebsockets.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "aliosbot-serve" /* of the vhost and of its protocol */
#define BACKLOG 8
#define KEPT_S 30 /* a connection on which nothing is asked any more */

struct http_server {
	struct loop *loop;
	struct listener *listening;
	struct lws_vhost *vhost;
	int clients; /* connections of lws's that have this server as their opaque data */
	struct seldom crowd;
	bool leaving; /* it goes with its vhost, when the last connection has gone */
	void (*ask)(struct http_asked *q, const char *path, void *arg);
	void *arg;
};

struct served { /* a connection; lws has it */
	struct http_asked *q;
};

struct http_asked {
	struct lws *wsi;	/* NULL: whoever asked is gone */
	struct served *session; /* of it */
	bool answered;
	int status;
	const char *type;
	size_t len;
	unsigned char *body; /* LWS_PRE bytes that lws writes into, then the text */
};

/* ---- answering ---- */

static void asked_free(struct http_asked *q)
{
	free(q->body);
	free(q);
}

static void serve_gone(struct served *session)
{
	struct http_asked *q = session ? session->q : NULL;

	if (!q)
		return;
	session->q = NULL;
	q->wsi = NULL;
	if (q->answered)
		asked_free(q);
}

void http_answer(struct http_asked *q, int status, const char *type, const char *text)
{
	q->answered = true;
	if (!q->wsi) {
		asked_free(q);
		return;
	}
	q->status = status;
	q->type = type;
	q->len = strlen(text);
	q->body = alloc_bytes(LWS_PRE + q->len + 1);
	memcpy(q->body + LWS_PRE, text, q->len + 1);
	lws_callback_on_writable(q->wsi);
}

static int serve_write(struct http_asked *q)
{
	unsigned char head[LWS_PRE + 1024], *start = head + LWS_PRE, *p = start,
					    *end = head + sizeof(head) - 1;

	if (lws_add_http_common_headers(q->wsi, (unsigned)q->status, q->type, q->len, &p, end) ||
	    lws_finalize_write_http_header(q->wsi, start, &p, end))
		return -1;
	return lws_write(q->wsi, q->body + LWS_PRE, q->len, LWS_WRITE_HTTP_FINAL) < 0 ? -1 : 0;
}

static int serve_writable(struct lws *wsi, struct served *session)
{
	struct http_asked *q = session->q;
	int rc;

	if (!q || !q->answered)
		return 0;
	rc = serve_write(q);
	serve_gone(session);
	return rc || lws_http_transaction_completed(wsi) ? -1 : 0;
}

/* ---- asking ---- */

static int serve_asked(struct http_server *s, struct lws *wsi, struct served *session,
		       const char *path)
{
	struct http_asked *q;

	serve_gone(session); /* the one before on this connection */
	q = alloc(sizeof(*q));
	q->wsi = wsi;
	q->session = session;
	session->q = q;
	if (lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) > 0)
		s->ask(q, path, s->arg);
	else
		http_answer(q, 405, "text/plain; charset=utf-8", "Only GET is answered here.\n");
	return 0;
}

static int serve_on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
			  size_t len)
{
	struct lws_vhost *vhost = lws_get_vhost(wsi);
	struct http_server *s = vhost ? lws_vhost_user(vhost) : NULL;

	(void)len;
	if (!s)
		return 0;
	switch ((int)reason) {
	case LWS_CALLBACK_HTTP:
		return serve_asked(s, wsi, user, in);
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return serve_writable(wsi, user);
	case LWS_CALLBACK_CLOSED_HTTP:
	case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
		serve_gone(user);
		return 0;
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: /* to WebSocket, to HTTP/2: there is neither */
	case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
		return -1;
	case LWS_CALLBACK_WSI_DESTROY:
		if (lws_get_opaque_user_data(wsi) == s)
			s->clients--;
		return 0;
	case LWS_CALLBACK_PROTOCOL_DESTROY:
		if (s->leaving)
			free(s);
		return 0;
	default:
		return 0;
	}
}

static const struct lws_protocols serve_protocols[] = {
	{ .name = NAME,
	  .callback = serve_on_event,
	  .per_session_data_size = sizeof(struct served) },
	{ 0 },
};

/* ---- life ---- */

static void serve_crowded(struct http_server *s)
{
	int64_t unsaid;

	if (!seldom(&s->crowd, loop_now_ms(), &unsaid))
		return;
	if (unsaid)
		log_warning("metrics",
			    "more than %d ask at a time; %" PRId64
			    " were turned away since this was said last",
			    SERVE_MOST, unsaid + 1);
	else
		log_warning("metrics", "more than %d ask at a time; one was turned away",
			    SERVE_MOST);
}

static void serve_arrived(int fd, void *arg)
{
	struct http_server *s = arg;
	struct lws *wsi;

	if (s->clients >= SERVE_MOST) {
		serve_crowded(s);
		close(fd);
		return;
	}
	wsi = lws_adopt_socket_vhost(s->vhost, fd); /* failing, it closes fd */
	if (!wsi)
		return;
	lws_set_opaque_user_data(wsi, s);
	s->clients++;
}

static int serve_bind(const char *address, int port)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
				    .sin6_port = htons((uint16_t)port),
				    .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in four = { .sin_family = AF_INET,
				    .sin_port = htons((uint16_t)port),
				    .sin_addr = { htonl(INADDR_LOOPBACK) } };
	bool is_six = strchr(address, ':');
	int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int yes = 1;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
	    bind(fd, is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four,
		 is_six ? sizeof(six) : sizeof(four)) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	yes = errno;
	close(fd);
	errno = yes;
	return -1;
}

static struct lws_vhost *serve_vhost(struct http_server *s)
{
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.vhost_name = NAME,
		.protocols = serve_protocols,
		.user = s,
		.keepalive_timeout = KEPT_S,
		.alpn = "http/1.1",
	};

	return lws_create_vhost(loop_lws(s->loop), &info);
}

struct http_server *http_server_new(struct loop *loop, const char *address, int port,
				    void (*ask)(struct http_asked *q, const char *path, void *arg),
				    void *arg)
{
	int fd = serve_bind(address, port);
	struct http_server *s;

	if (fd < 0)
		return NULL;
	s = alloc(sizeof(*s));
	*s = (struct http_server){ .loop = loop, .ask = ask, .arg = arg };
	s->vhost = serve_vhost(s);
	s->listening = s->vhost ? listener_new(loop, fd, "metrics", serve_arrived, s) : NULL;
	if (s->listening)
		return s;
	s->leaving = true;
	if (s->vhost)
		lws_vhost_destroy(s->vhost);
	else
		free(s);
	close(fd);
	errno = ENOMEM;
	return NULL;
}

void http_server_free(struct http_server *s)
{
	if (!s)
		return;
	listener_free(s->listening);
	s->leaving = true;
	lws_vhost_destroy(s->vhost);
}
