#include "adapters/http/http.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"
#include "core/base/buf.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <unistd.h>

#define EVENTS 16
#define IDLE_CONNECTIONS 6L /* kept open for the next call */
#define IDLE_S 30L	    /* … for so long; a longer idle one is likely to be gone */

struct http {
	struct loop *loop;
	CURLM *multi;
	struct loop_fd *fd; /* of the epoll set that holds curl's sockets */
	int epoll;
	struct loop_timer *timer; /* curl's own */
	char *user_agent;
	LIST_HEAD(http_calls, http_call) calls;
};

struct http_call {
	LIST_ENTRY(http_call) next;
	struct http *http;
	CURL *easy;
	struct curl_slist *headers, *resolve;
	char *body;
	size_t body_len, body_at;
	struct buf answer;
	char *host;
	long port;
	const struct proxy *proxy; /* the loop's; NULL: straight there */
	bool begun; /* there is a connection to the host itself: from here on it may be sent */
	struct loop_lookup *lookup;
	struct loop_timer *timer; /* until curl has the call: time-out, or at once if refused */
	int64_t deadline_ms;	  /* monotonic */
	const char *refused;	  /* why it can't even be tried */
	char why[CURL_ERROR_SIZE];
	void (*done)(const struct http_result *r, void *arg);
	void *arg;
};

/* ---- the end of a call ---- */

static void http_call_free(struct http_call *c)
{
	LIST_REMOVE(c, next);
	loop_lookup_cancel(c->lookup);
	loop_timer_free(c->timer);
	if (c->easy) {
		curl_multi_remove_handle(c->http->multi,
					 c->easy); /* also when it was never added */
		curl_easy_cleanup(c->easy);
	}
	curl_slist_free_all(c->headers);
	curl_slist_free_all(c->resolve);
	curl_free(c->host);
	buf_release(&c->answer);
	free(c->body);
	free(c);
}

static void call_not_sent(struct http_call *c, enum http_fault fault, const char *why)
{
	struct http_result r = {
		.end = HTTP_NOT_SENT, .fault = fault, .body = "", .retry_after_s = -1, .why = why
	};

	c->done(&r, c->arg);
	http_call_free(c);
}

static const char *header_of(CURL *easy, const char *name)
{
	struct curl_header *h;

	return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ? h->value : NULL;
}

static void http_read_answer(struct http_call *c, struct http_result *r)
{
	const char *date = header_of(c->easy, "Date");
	curl_off_t seconds = 0;
	long status = 0;

	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(c->easy, CURLINFO_RETRY_AFTER,
			  &seconds); /* knows both forms of the header */
	r->status = (int)status;
	r->body = c->answer.s;
	r->body_len = c->answer.len;
	r->retry_after_s = header_of(c->easy, "Retry-After") ? seconds : -1;
	r->date_ms = date ? (int64_t)curl_getdate(date, NULL) * 1000 : 0;
	if (r->date_ms < 0)
		r->date_ms = 0;
	r->scopes = header_of(c->easy, "x-oauth-scopes");
}

/* Nothing of the request left this machine: certain only when curl counts no byte of it, or had not come to it (it
 * counts what it asks of a proxy as well). */
static bool nothing_was_sent(struct http_call *c)
{
	long bytes = 0;

	curl_easy_getinfo(c->easy, CURLINFO_REQUEST_SIZE, &bytes);
	return bytes == 0 || !c->begun;
}

static const char *proxy_says(struct http_call *c)
{
	long code = 0;

	if (!c->proxy || c->begun)
		return NULL;
	curl_easy_getinfo(c->easy, CURLINFO_HTTP_CONNECTCODE, &code);
	if (code == 407)
		return "the proxy of the environment (https_proxy) wants another user and "
		       "password: "
		       "http://USER:PASSWORD@HOST:PORT";
	return code && code != 200
		       ? "the proxy of the environment (https_proxy) did not let it through to "
			 "Slack"
		       : NULL;
}

static enum http_fault http_fault_of(struct http_call *c, CURLcode code)
{
	if (proxy_says(c))
		return HTTP_FAULT_PROXY;
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return HTTP_FAULT_NAME;
	case CURLE_COULDNT_RESOLVE_PROXY:
		return HTTP_FAULT_PROXY;
	case CURLE_COULDNT_CONNECT:
		return c->proxy ? HTTP_FAULT_PROXY : HTTP_FAULT_CONNECT;
	case CURLE_SSL_CONNECT_ERROR:
		return HTTP_FAULT_TLS;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		return HTTP_FAULT_CERTIFICATE;
	case CURLE_OPERATION_TIMEDOUT:
		return HTTP_FAULT_SLOW;
	default:
		return HTTP_FAULT_OTHER;
	}
}

static const char *http_says(struct http_call *c, CURLcode code)
{
	if (c->answer.full)
		return "the answer is larger than anything Slack sends";
	if (proxy_says(c))
		return proxy_says(c);
	if (code == CURLE_SEND_FAIL_REWIND)
		return "the connection broke after the request was sent";
	return c->why[0] ? c->why : curl_easy_strerror(code);
}

static void call_ended(struct http_call *c, CURLcode code)
{
	struct http_result r = { .end = HTTP_ANSWERED, .body = "", .retry_after_s = -1 };

	if (code == CURLE_OK) {
		http_read_answer(c, &r);
	} else {
		r.end = nothing_was_sent(c) ? HTTP_NOT_SENT : HTTP_UNKNOWN;
		r.fault = http_fault_of(c, code);
		r.why = http_says(c, code);
	}
	c->done(&r, c->arg);
	http_call_free(c);
}

/* After every socket_action, also with no handle running: the last time-out ends a call just so. */
static void reap(struct http *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left))) {
		struct http_call *c;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
		call_ended(c, code); /* m is gone with the handle */
	}
}

/* ---- curl on the loop ---- */

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *assigned)
{
	struct http *h = arg;
	struct epoll_event e = { .data.fd = fd };

	(void)easy, (void)assigned;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(h->epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	if (what & CURL_POLL_IN)
		e.events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		e.events |= EPOLLOUT;
	if (epoll_ctl(h->epoll, EPOLL_CTL_MOD, fd, &e) < 0 &&
	    epoll_ctl(h->epoll, EPOLL_CTL_ADD, fd, &e) < 0)
		log_error("http", "can't watch a socket: %m");
	return 0;
}

static int http_on_timer(CURLM *multi, long in_ms, void *arg)
{
	struct http *h = arg;

	(void)multi;
	loop_timer_set(h->timer, in_ms);
	return 0;
}

static void on_time(void *arg)
{
	struct http *h = arg;
	int running;

	curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	reap(h);
}

static void on_ready(int fd, void *arg)
{
	struct http *h = arg;
	struct epoll_event events[EVENTS];
	int i, running, n = epoll_wait(fd, events, EVENTS, 0);

	for (i = 0; i < n; i++) {
		int what = 0;

		if (events[i].events & EPOLLIN)
			what |= CURL_CSELECT_IN;
		if (events[i].events & EPOLLOUT)
			what |= CURL_CSELECT_OUT;
		if (events[i].events & (EPOLLERR | EPOLLHUP))
			what |= CURL_CSELECT_ERR;
		curl_multi_socket_action(h->multi, events[i].data.fd, what, &running);
	}
	reap(h);
}

struct http *http_new(struct loop *loop, const char *user_agent)
{
	struct http *h = alloc(sizeof(*h));

	curl_global_init(CURL_GLOBAL_DEFAULT);
	h->loop = loop;
	h->user_agent = alloc_strdup(user_agent);
	h->multi = curl_multi_init();
	if (!h->multi)
		alloc_failed();
	h->timer = loop_timer_new(loop, on_time, h);
	h->epoll = epoll_create1(EPOLL_CLOEXEC);
	h->fd = loop_fd_new(loop, h->epoll, on_ready, h);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, http_on_timer);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, IDLE_CONNECTIONS);
	return h;
}

void http_free(struct http *h)
{
	if (!h)
		return;
	while (!LIST_EMPTY(&h->calls))
		http_call_free(LIST_FIRST(&h->calls));
	curl_multi_cleanup(h->multi);
	loop_timer_free(h->timer);
	loop_fd_free(h->fd);
	free(h->user_agent);
	free(h);
	curl_global_cleanup();
}

/* ---- a call ---- */

static size_t on_body(char *data, size_t size, size_t count, void *arg)
{
	struct http_call *c = arg;

	buf_add(&c->answer, data, size * count);
	return c->answer.full ? 0 : size * count;
}

static size_t on_send(char *to, size_t size, size_t count, void *arg)
{
	struct http_call *c = arg;
	size_t n = c->body_len - c->body_at;

	if (n > size * count)
		n = size * count;
	memcpy(to, c->body + c->body_at, n);
	c->body_at += n;
	return n;
}

/*
 * When a kept connection closes without an answer, curl 7.88 quietly sends the request again on a new one,
 * POST or not (Curl_retry_request). Slack may have taken the first: a message would be there twice. A body
 * that can't be read again makes curl end the call instead, and the caller probes.
 */
static int on_seek(void *arg, curl_off_t offset, int origin)
{
	(void)arg, (void)offset, (void)origin;
	return CURL_SEEKFUNC_FAIL;
}

/* Called when the connection stands: behind a proxy, that is the one through it. curl's prototype. */
/* NOLINTNEXTLINE(readability-non-const-parameter) */
static int on_begin(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct http_call *c = arg;

	(void)to, (void)from, (void)to_port, (void)from_port;
	c->begun = true;
	return CURL_PREREQFUNC_OK;
}

static bool is_header_text(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7F)
			return false;
	return true;
}

/* Host, port and proxy for the lookup. Refuses what is no http(s) URL. */
static bool take_host(struct http_call *c, const char *url)
{
	CURLU *u = curl_url();
	char *port = NULL, *scheme = NULL;
	bool ok;

	if (!u)
		alloc_failed();
	ok = !curl_url_set(u, CURLUPART_URL, url, CURLU_DISALLOW_USER) &&
	     !curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) &&
	     (!strcmp(scheme, "http") || !strcmp(scheme, "https")) &&
	     !curl_url_get(u, CURLUPART_HOST, &c->host, 0) &&
	     !curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
	if (ok) {
		c->port = strtol(port, NULL, 10);
		c->proxy = loop_proxy(c->http->loop, !strcmp(scheme, "https"), c->host);
	}
	curl_free(port);
	curl_free(scheme);
	curl_url_cleanup(u);
	return ok;
}

static void http_add_header(struct http_call *c, const char *name, const char *value)
{
	struct curl_slist *more;
	struct buf line;

	buf_init(&line, BUF_ROOMY);
	buf_addf(&line, "%s%s", name, value);
	more = curl_slist_append(c->headers, line.s);
	if (!more)
		alloc_failed();
	c->headers = more;
	buf_release(&line);
}

/* Never what curl would take from the environment itself: which one it is, is said once, for the socket as well. */
static void set_proxy(struct http_call *c)
{
	const struct proxy *p = c->proxy;
	struct buf at;

	curl_easy_setopt(c->easy, CURLOPT_NOPROXY, "");
	curl_easy_setopt(c->easy, CURLOPT_PROXY, "");
	if (!p)
		return;
	buf_init(&at, BUF_ROOMY);
	buf_addf(&at, strchr(p->host, ':') ? "http://[%s]:%d" : "http://%s:%d", p->host, p->port);
	curl_easy_setopt(c->easy, CURLOPT_PROXY, at.s);
	curl_easy_setopt(c->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (*p->user) {
		curl_easy_setopt(c->easy, CURLOPT_PROXYUSERNAME, p->user);
		curl_easy_setopt(c->easy, CURLOPT_PROXYPASSWORD, p->password);
	}
	buf_release(&at);
}

static void set_options(struct http_call *c, const struct http_request *r)
{
	CURL *e = c->easy;

	http_add_header(c, "Content-Type: ", r->content_type);
	http_add_header(c, "Expect:", ""); /* no 100-continue round trip before a large upload */
	if (r->token)
		http_add_header(c, "Authorization: Bearer ", r->token);
	curl_easy_setopt(e, CURLOPT_URL, r->url);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, c->headers);
	curl_easy_setopt(e, CURLOPT_USERAGENT, c->http->user_agent);
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)c->body_len);
	curl_easy_setopt(e, CURLOPT_READFUNCTION, on_send);
	curl_easy_setopt(e, CURLOPT_READDATA, c);
	curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, on_seek);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_begin);
	curl_easy_setopt(e, CURLOPT_PREREQDATA, c);
	set_proxy(c);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_CAINFO, loop_ca_file);
	curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(e, CURLOPT_MAXAGE_CONN, IDLE_S);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->why);
	curl_easy_setopt(e, CURLOPT_PRIVATE, c);
}

/* The addresses go into curl's cache, so that it never asks a resolver of its own. */
static void set_addresses(struct http_call *c, const char *addresses)
{
	struct buf line;

	if (strchr(c->proxy ? c->proxy->host : c->host, ':'))
		return; /* an IPv6 literal has nothing to be resolved */
	buf_init(&line, BUF_ROOMY);
	if (c->proxy)
		buf_addf(&line, "+%s:%d:%s", c->proxy->host, c->proxy->port, addresses);
	else
		buf_addf(&line, "+%s:%ld:%s", c->host, c->port, addresses);
	c->resolve = curl_slist_append(NULL, line.s);
	buf_release(&line);
	curl_easy_setopt(c->easy, CURLOPT_RESOLVE, c->resolve);
}

static void http_on_addresses(const char *addresses, const char *why, void *arg)
{
	struct http_call *c = arg;
	int64_t left = c->deadline_ms - loop_now_ms();

	c->lookup = NULL;
	if (!addresses) {
		call_not_sent(c, c->proxy ? HTTP_FAULT_PROXY : HTTP_FAULT_NAME, why);
		return;
	}
	loop_timer_set(c->timer, -1);
	set_addresses(c, addresses);
	curl_easy_setopt(c->easy, CURLOPT_TIMEOUT_MS, (long)(left > 1 ? left : 1));
	curl_multi_add_handle(c->http->multi, c->easy);
}

static void on_late(void *arg)
{
	struct http_call *c = arg;

	if (c->refused)
		call_not_sent(c, HTTP_FAULT_OTHER, c->refused);
	else
		call_not_sent(c, c->proxy ? HTTP_FAULT_PROXY : HTTP_FAULT_NAME,
			      "the host's name could not be looked up in time");
}

static const char *refusal(struct http_call *c, const struct http_request *r)
{
	if (!is_header_text(r->url) || !take_host(c, r->url))
		return "that isn't an http or https address";
	if (!is_header_text(r->content_type))
		return "the content type has a control character in it";
	if (r->token && !is_header_text(r->token))
		return "the token has a control character in it (a line break?); put in the "
		       "bare token";
	return NULL;
}

/* An IPv6 literal keeps its brackets in c->host; the resolver wants it without. */
static struct loop_lookup *http_look_up(struct http_call *c)
{
	struct loop_lookup *l;
	struct buf bare;

	if (c->proxy)
		return loop_lookup(c->http->loop, c->proxy->host, http_on_addresses, c);
	buf_init(&bare, BUF_ROOMY);
	buf_adds(&bare, c->host[0] == '[' ? c->host + 1 : c->host);
	if (c->host[0] == '[')
		buf_cut(&bare, bare.len - 1);
	l = loop_lookup(c->http->loop, bare.s, http_on_addresses, c);
	buf_release(&bare);
	return l;
}

struct http_call *http_post(struct http *h, const struct http_request *r,
			    void (*done)(const struct http_result *r, void *arg), void *arg)
{
	struct http_call *c = alloc(sizeof(*c));

	c->http = h;
	c->done = done;
	c->arg = arg;
	c->deadline_ms = loop_now_ms() + r->timeout_ms;
	buf_init(&c->answer, r->cap);
	c->timer = loop_timer_new(h->loop, on_late, c);
	LIST_INSERT_HEAD(&h->calls, c, next);
	c->refused = refusal(c, r);
	if (c->refused) {
		loop_timer_set(c->timer, 0);
		return c;
	}
	c->body_len = r->body_len;
	c->body = alloc_bytes(r->body_len + 1);
	c->easy = curl_easy_init();
	if (!c->easy)
		alloc_failed();
	if (r->body_len)
		memcpy(c->body, r->body, r->body_len);
	set_options(c, r);
	loop_timer_set(c->timer, r->timeout_ms);
	c->lookup = http_look_up(c);
	return c;
}

void http_cancel(struct http_call *c)
{
	if (c)
		http_call_free(c);
}

int http_in_flight(const struct http *h)
{
	const struct http_call *c;
	int n = 0;

	LIST_FOREACH(c, &h->calls, next)
		n++;
	return n;
}

static void http_form_put(struct buf *body, const char *s)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-_.~";
	static const char hex[] = "0123456789ABCDEF";
	size_t n;

	for (;;) {
		n = strspn(s, plain);
		buf_add(body, s, n);
		s += n;
		if (!*s)
			return;
		buf_add(body,
			(const char[]){ '%', hex[(unsigned char)*s >> 4],
					hex[(unsigned char)*s & 15] },
			3);
		s++;
	}
}

void http_form_add(struct buf *body, const char *name, const char *value)
{
	if (body->len)
		buf_addc(body, '&');
	http_form_put(body, name);
	buf_addc(body, '=');
	http_form_put(body, value);
}
