/* The way to Slack through an HTTP proxy: a small real one, which alone knows where "slack.test" is. */
#include "adapters/http/http.h"
#include "adapters/slack/socket/socket.h"
#include "adapters/slack/web/web.h"
#include "tests/support/a_socket.h"
#include "tests/support/tiny_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <libwebsockets.h>
#include <unistd.h>

#define BASIC "c2FyYWg6czNjcmV0QHdvcmQ=" /* sarah:s3cret@word */
#define HELLO "{\"type\":\"hello\",\"num_connections\":1}"
#define TUNNELS 16

static struct loop *loop;
static struct http *http;
static struct web *web;
static struct slack_socket *sock;
static struct tiny_server *slack;
static char pem[] = "/tmp/aliosbot-test-XXXXXX";

/* ---- the proxy: CONNECT, and bytes both ways ---- */

struct tunnel {
	struct loop_fd *client, *server;
	int client_fd, server_fd;
	struct buf head; /* until it is whole */
};

static struct {
	int port;
	struct loop_fd *watch;
	const char *wants;   /* Basic …; NULL: nothing */
	const char *refusal; /* a status instead of 200 */
	int connects, refused;
	char last[200]; /* "CONNECT slack.test:8443 HTTP/1.1" */
	struct tunnel tunnels[TUNNELS];
	int n;
} proxy;

static void pass_on(int from, int to, struct tunnel *t)
{
	char piece[16384];
	ssize_t n = read(from, piece, sizeof(piece));

	if (n > 0 && write(to, piece, (size_t)n) == n)
		return;
	loop_fd_free(t->client);
	loop_fd_free(t->server);
	t->client = t->server = NULL;
}

static void from_server(int fd, void *arg)
{
	struct tunnel *t = arg;

	pass_on(fd, t->client_fd, t);
}

static void say(struct tunnel *t, const char *words)
{
	assert_int_equal(write(t->client_fd, words, strlen(words)), strlen(words));
}

static void refuse(struct tunnel *t, const char *status)
{
	char answer[200];

	proxy.refused++;
	snprintf(answer, sizeof(answer),
		 "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
	say(t, answer);
	loop_fd_free(t->client);
	t->client = NULL;
}

/* Whatever it is called, it is at 127.0.0.1. */
static void open_tunnel(struct tunnel *t)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	assert_int_equal(strncmp(t->head.s, "CONNECT slack.test:", 19), 0);
	at.sin_port = htons((uint16_t)strtol(t->head.s + 19, NULL, 10));
	t->server_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(t->server_fd, (struct sockaddr *)&at, sizeof(at)), 0);
	t->server = loop_fd_new(loop, t->server_fd, from_server, t);
	say(t, "HTTP/1.1 200 Connection established\r\n\r\n");
}

static void take_head(struct tunnel *t)
{
	const char *login = strcasestr(t->head.s, "\r\nProxy-Authorization: Basic ");

	proxy.connects++;
	snprintf(proxy.last, sizeof(proxy.last), "%.*s", (int)strcspn(t->head.s, "\r"), t->head.s);
	assert_null(strstr(t->head.s, "xox"));
	if (proxy.refusal)
		refuse(t, proxy.refusal);
	else if (proxy.wants && (!login || strncmp(login + 29, proxy.wants, strlen(proxy.wants))))
		refuse(t, "407 Proxy Authentication Required");
	else
		open_tunnel(t);
}

static void from_client(int fd, void *arg)
{
	struct tunnel *t = arg;
	char piece[4096];
	ssize_t n;

	if (t->server) {
		pass_on(fd, t->server_fd, t);
		return;
	}
	n = read(fd, piece, sizeof(piece));
	if (n <= 0) {
		loop_fd_free(t->client);
		t->client = NULL;
		return;
	}
	buf_add(&t->head, piece, (size_t)n);
	if (strstr(t->head.s, "\r\n\r\n"))
		take_head(t);
}

static void on_accept(int fd, void *arg)
{
	struct tunnel *t = &proxy.tunnels[proxy.n];

	(void)arg;
	assert_in_range(proxy.n, 0, TUNNELS - 1);
	t->client_fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (t->client_fd < 0)
		return;
	proxy.n++;
	buf_init(&t->head, 8192);
	t->client = loop_fd_new(loop, t->client_fd, from_client, t);
}

static int listen_for_proxy(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (bind(fd, (struct sockaddr *)&at, len) || listen(fd, 16) ||
	    getsockname(fd, (struct sockaddr *)&at, &len))
		abort();
	memset(&proxy, 0, sizeof(proxy));
	proxy.port = ntohs(at.sin_port);
	return fd;
}

static void stop_proxy(void)
{
	for (int i = 0; i < proxy.n; i++) {
		loop_fd_free(proxy.tunnels[i].client);
		loop_fd_free(proxy.tunnels[i].server);
		buf_release(&proxy.tunnels[i].head);
	}
	loop_fd_free(proxy.watch);
}

/* ---- Slack behind it ---- */

static int answered, frames, readies, downs;
static enum web_end end_;
static char error[300];

static void on_request(struct tiny_conn *c, const char *head, const char *body, size_t len,
		       void *arg)
{
	char url[200];

	(void)body, (void)len, (void)arg;
	if (!strncmp(head, "GET /link", 9)) {
		tiny_upgrade(c, head);
		tiny_text(c, HELLO);
		return;
	}
	snprintf(url, sizeof(url), "{\"ok\":true,\"url\":\"wss://slack.test:%d/link/?ticket=1\"}",
		 tiny_port(slack));
	tiny_answer(c, "200 OK", "", url);
}

static void on_server_frame(struct tiny_conn *c, int opcode, const char *data, size_t len,
			    void *arg)
{
	(void)c, (void)data, (void)len, (void)arg;
	frames += opcode == 1;
}

static const struct tiny_calls slack_calls = { .request = on_request, .frame = on_server_frame };

static void on_frame(const char *frame, size_t len, unsigned conn, void *arg)
{
	(void)frame, (void)len, (void)conn, (void)arg;
}

static void on_ready(int64_t gap_ms, void *arg)
{
	(void)gap_ms, (void)arg;
	readies++;
}

static void on_down(const char *why, void *arg)
{
	(void)why, (void)arg;
	downs++;
}

static void on_fatal(const char *why, void *arg)
{
	(void)why, (void)arg;
}

static const struct socket_calls calls = { on_frame, on_ready, on_down, on_fatal };

/* login: "" or "user:password@". */
static void begin_with(const char *login)
{
	static struct lws_protocols protocols[2];
	int fd = listen_for_proxy();
	char text[200];

	answered = frames = readies = downs = 0;
	protocols[0] = slack_socket_protocol;
	tiny_certificate(pem);
	loop_ca_file = pem;
	snprintf(text, sizeof(text), "http://%s127.0.0.1:%d", login, proxy.port);
	setenv("https_proxy", text, 1);
	loop = loop_new(protocols); /* reads the environment */
	proxy.watch = loop_fd_new(loop, fd, on_accept, NULL);
	slack = tiny_server_new(loop, pem, &slack_calls, NULL);
	http = http_new(loop, "aliosbot/test");
	snprintf(text, sizeof(text), "https://slack.test:%d/api/", tiny_port(slack));
	web = web_new(loop, http, text, "xapp-1", "xoxb-1");
	sock = a_socket_new(loop, web, &calls);
}

static int end(void **state)
{
	(void)state;
	web_free(web);
	slack_socket_free(sock);
	http_free(http);
	tiny_server_free(slack);
	stop_proxy();
	loop_free(loop);
	unsetenv("https_proxy");
	unsetenv("no_proxy");
	loop_ca_file = "/etc/ssl/certs/ca-certificates.crt";
	return 0;
}

static void turn_until(const int *count, int wanted)
{
	a_loop_until(loop, count, wanted);
}

static void on_answer(const struct web_result *r, void *arg)
{
	(void)arg;
	answered++;
	end_ = r->end;
	snprintf(error, sizeof(error), "%s", r->error ? r->error : "");
}

static void ask(void)
{
	static const struct web_param none[] = { { 0 } };

	web_call(web, WEB_AUTH_TEST, NULL, none, on_answer, NULL);
	turn_until(&answered, 1);
}

/* ---- through it ---- */

static void calls_and_the_socket_go_through_the_proxy_by_name(void **state)
{
	char wanted[100];

	(void)state;
	begin_with("");
	snprintf(wanted, sizeof(wanted), "CONNECT slack.test:%d HTTP/1.1", tiny_port(slack));
	slack_socket_start(sock);
	turn_until(&readies, 1);
	assert_int_equal(proxy.connects, 2); /* the call's and the socket's */
	assert_string_equal(proxy.last, wanted);
	assert_true(slack_socket_ack(sock, 1, "e-1", NULL));
	turn_until(&frames, 1);
	ask();
	assert_int_equal(end_, WEB_OK);
	assert_int_equal(proxy.connects, 2); /* its connection was kept */
}

static void a_proxy_with_a_password_gets_it_and_the_log_does_not(void **state)
{
	static struct a_log log;
	const char *text;

	(void)state;
	a_log_begin(&log);
	begin_with("sarah:s3cret%40word@");
	proxy.wants = BASIC;
	slack_socket_start(sock);
	turn_until(&readies, 1);
	proxy.refusal = "502 Bad Gateway";
	for (int i = 0; i < proxy.n; i++)
		if (proxy.tunnels[i].client)
			shutdown(proxy.tunnels[i].client_fd, SHUT_RDWR);
	turn_until(&downs, 1);
	turn_until(&proxy.refused, 2);
	text = a_log_end(&log);
	assert_true(strlen(text) > 50);
	assert_null(strstr(text, "s3cret"));
	assert_null(strstr(text, BASIC));
}

static void a_wrong_password_is_said_so_and_nothing_was_sent(void **state)
{
	(void)state;
	begin_with("sarah:wrong@");
	proxy.wants = BASIC;
	ask();
	assert_int_equal(end_, WEB_LATER); /* it may be repeated blindly */
	assert_non_null(strstr(error, "wants another user and password"));
	assert_null(strstr(error, "wrong@"));
}

static void a_proxy_that_refuses_the_socket_is_named_in_the_words(void **state)
{
	(void)state;
	begin_with("");
	slack_socket_start(sock);
	turn_until(&readies, 1);
	proxy.refusal = "403 Forbidden";
	answered = 0;
	for (int i = 0; i < proxy.n; i++)
		if (proxy.tunnels[i].client)
			shutdown(proxy.tunnels[i].client_fd, SHUT_RDWR);
	turn_until(&downs, 1);
	ask();
	assert_int_equal(end_, WEB_LATER);
	assert_non_null(strstr(error, "did not let it through to Slack"));
}

/* ---- which hosts ---- */

static const char *way(const struct proxies *p, const char *host)
{
	return proxy_for(p, true, host) ? "proxy" : "straight";
}

static void no_proxy_names_what_is_reached_straight(void **state)
{
	struct proxies *p;

	(void)state;
	setenv("https_proxy", "proxy.corp:3128", 1);
	setenv("no_proxy", "intern.corp, .lab.corp,10.0.0.0/8,192.168.1.7 fd00::/8", 1);
	p = proxies_new();
	assert_string_equal(way(p, "slack.com"), "proxy");
	assert_string_equal(way(p, "intern.corp"), "straight");
	assert_string_equal(way(p, "slack.Intern.Corp"), "straight");
	assert_string_equal(way(p, "notintern.corp"), "proxy");
	assert_string_equal(way(p, "10.20.30.40"), "straight");
	assert_string_equal(way(p, "11.20.30.40"), "proxy");
	assert_string_equal(way(p, "192.168.1.7"), "straight");
	assert_string_equal(way(p, "[fd12::1]"), "straight");
	assert_string_equal(way(p, "[2001:db8::1]"), "proxy");
	assert_string_equal(way(p, "localhost"), "straight");
	assert_string_equal(way(p, "127.0.0.1"), "straight");
	assert_string_equal(way(p, "[::1]"), "straight");
	assert_null(proxy_for(p, false, "slack.com")); /* http_proxy isn't set */
	proxies_free(p);
	setenv("no_proxy", "*", 1);
	p = proxies_new();
	assert_string_equal(way(p, "slack.com"), "straight");
	proxies_free(p);
	unsetenv("no_proxy");
	unsetenv("https_proxy");
}

static const struct proxy *read_as(struct proxies **p, const char *value)
{
	setenv("https_proxy", value, 1);
	*p = proxies_new();
	unsetenv("https_proxy");
	return proxy_for(*p, true, "slack.com");
}

static void an_address_is_read_with_or_without_its_parts(void **state)
{
	static const struct {
		const char *value, *host;
		int port;
		const char *user, *password;
	} good[] = {
		{ "proxy.corp", "proxy.corp", 80, "", "" },
		{ "http://proxy.corp:3128/", "proxy.corp", 3128, "", "" },
		{ "HTTP://[fd00::8]:8080", "fd00::8", 8080, "", "" },
		{ "http://sarah:a%3Ab%40c@proxy.corp:1", "proxy.corp", 1, "sarah", "a:b@c" },
		{ "http://sarah:p@ss@proxy.corp:1", "proxy.corp", 1, "sarah", "p@ss" },
		{ "http://sarah@proxy.corp", "proxy.corp", 80, "sarah", "" },
	};
	static const char *const bad[] = {
		"https://proxy.corp",
		"socks5://proxy.corp:1080",
		"http://",
		"http://:3128",
		"http://proxy.corp:0",
		"http://proxy.corp:99999",
		"http://proxy.corp:3128x",
		"http://a%0Ab@proxy.corp",
		"http://pro xy",
		"http://[fd00::8",
	};
	struct proxies *p;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		const struct proxy *is = read_as(&p, good[i].value);

		assert_non_null(is);
		assert_string_equal(is->host, good[i].host);
		assert_int_equal(is->port, good[i].port);
		assert_string_equal(is->user, good[i].user);
		assert_string_equal(is->password, good[i].password);
		proxies_free(p);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_null(read_as(&p, bad[i]));
		proxies_free(p);
	}
}

static int make_pem(void **state)
{
	int fd = mkstemp(pem);

	(void)state;
	close(fd);
	return fd < 0;
}

static int remove_pem(void **state)
{
	(void)state;
	return unlink(pem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(calls_and_the_socket_go_through_the_proxy_by_name, end),
		cmocka_unit_test_teardown(a_proxy_with_a_password_gets_it_and_the_log_does_not,
					  end),
		cmocka_unit_test_teardown(a_wrong_password_is_said_so_and_nothing_was_sent, end),
		cmocka_unit_test_teardown(a_proxy_that_refuses_the_socket_is_named_in_the_words,
					  end),
		cmocka_unit_test(no_proxy_names_what_is_reached_straight),
		cmocka_unit_test(an_address_is_read_with_or_without_its_parts),
	};

	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests(tests, make_pem, remove_pem);
}
