/* POSTs over real sockets on 127.0.0.1, to a server that misbehaves as it is told. */
#include "adapters/http/http.h"
#include "core/base/buf.h"
#include "tests/support/tiny_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <unistd.h>

#define LONG_MS 8000 /* what must happen happens before this */

static struct loop *loop;
static struct http *http;
static struct tiny_server *server;
static char pem[] =
	"/tmp/aliosbot-test-XXXXXX"; /* the server's certificate; its path changes once */

/* What the server does with a request. */
static void (*serve)(struct tiny_conn *c, const char *head, const char *body, size_t len);
static int requests;
static int last_conn;	 /* that a request came on */
static struct buf heard; /* the last request: head, then body */

/* How the last call ended. */
static int ended;
static enum http_end end_;
static int status;
static int64_t retry_after_s, date_ms;
static struct buf body, why, scopes;

static void on_request(struct tiny_conn *c, const char *head, const char *data, size_t len,
		       void *arg)
{
	(void)arg;
	requests++;
	last_conn = tiny_number(c);
	buf_reset(&heard);
	buf_adds(&heard, head);
	buf_add(&heard, data, len);
	if (serve)
		serve(c, head, data, len);
}

static const struct tiny_calls calls = { .request = on_request };

static int begin_at(const char *pem_file)
{
	buf_init(&heard, BUF_ROOMY);
	buf_init(&body, BUF_ROOMY);
	buf_init(&why, BUF_ROOMY);
	buf_init(&scopes, BUF_ROOMY);
	serve = NULL;
	requests = ended = 0;
	loop = loop_new(NULL);
	http = http_new(loop, "aliosbot/test");
	server = tiny_server_new(loop, pem_file, &calls, NULL);
	return 0;
}

static int begin(void **state)
{
	(void)state;
	return begin_at(NULL);
}

static int begin_tls(void **state)
{
	(void)state;
	return begin_at(pem);
}

static int end(void **state)
{
	(void)state;
	http_free(http);
	tiny_server_free(server);
	loop_free(loop);
	buf_release(&heard);
	buf_release(&body);
	buf_release(&why);
	buf_release(&scopes);
	return 0;
}

static void on_done(const struct http_result *r, void *arg)
{
	(void)arg;
	ended++;
	end_ = r->end;
	status = r->status;
	retry_after_s = r->retry_after_s;
	date_ms = r->date_ms;
	buf_reset(&body);
	buf_reset(&why);
	buf_reset(&scopes);
	buf_add(&body, r->body, r->body_len);
	assert_int_equal(r->body[r->body_len], 0);
	buf_adds(&why, r->why);
	buf_adds(&scopes, r->scopes);
	if (r->end != HTTP_ANSWERED)
		assert_true(r->why && r->why[0]);
}

static void turn_until(const int *count, int wanted)
{
	int64_t late = loop_now_ms() + LONG_MS;

	while (*count < wanted && loop_now_ms() < late)
		assert_int_equal(loop_turn(loop), 0);
	assert_int_equal(*count, wanted);
}

static struct http_call *post_to(const char *url, const char *data, int64_t timeout_ms)
{
	struct http_request r = {
		.url = url,
		.content_type = "application/x-www-form-urlencoded",
		.token = "xoxb-secret",
		.body = data,
		.body_len = strlen(data),
		.timeout_ms = timeout_ms,
		.cap = 10000,
	};

	return http_post(http, &r, on_done, NULL);
}

static struct http_call *post(const char *host, int port, const char *data, int64_t timeout_ms)
{
	char url[100];

	snprintf(url, sizeof(url), "%s:%d/api/auth.test", host, port);
	return post_to(url, data, timeout_ms);
}

static void post_and_wait(const char *data)
{
	ended = 0;
	post("http://127.0.0.1", tiny_port(server), data, 5000);
	turn_until(&ended, 1);
}

/* ---- what the server may do ---- */

static void say_ok(struct tiny_conn *c, const char *head, const char *data, size_t len)
{
	(void)head, (void)data, (void)len;
	tiny_answer(c, "200 OK", "", "{\"ok\":true}");
}

static void say_limited(struct tiny_conn *c, const char *head, const char *data, size_t len)
{
	(void)head, (void)data, (void)len;
	tiny_answer(
		c, "429 Too Many Requests",
		"Retry-After: 30\r\nDate: Mon, 23 Nov 2026 14:05:09 GMT\r\nX-OAuth-Scopes: chat:write,commands\r\n",
		"{\"ok\":false,\"error\":\"ratelimited\"}");
}

static void say_redirect(struct tiny_conn *c, const char *head, const char *data, size_t len)
{
	char headers[100];

	(void)head, (void)data, (void)len;
	snprintf(headers, sizeof(headers), "Location: http://127.0.0.1:%d/elsewhere\r\n",
		 tiny_port(server));
	tiny_answer(c, "302 Found", headers, "");
}

static void hang_up(struct tiny_conn *c, const char *head, const char *data, size_t len)
{
	(void)head, (void)data, (void)len;
	tiny_close(c);
}

static void answer_once(struct tiny_conn *c, const char *head, const char *data, size_t len)
{
	if (requests == 1)
		say_ok(c, head, data, len);
	else
		tiny_close(c);
}

static void say_half(struct tiny_conn *c, const char *head, const char *data, size_t len)
{
	static const char half[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"ok\":tr";

	(void)head, (void)data, (void)len;
	tiny_raw(c, half, strlen(half));
	tiny_close(c);
}

static void say_too_much(struct tiny_conn *c, const char *head, const char *data, size_t len)
{
	char *much = malloc(10002);

	(void)head, (void)data, (void)len;
	memset(much, 'x', 10001);
	much[10001] = '\0';
	tiny_answer(c, "200 OK", "", much);
	free(much);
}

static void say_rubbish(struct tiny_conn *c, const char *head, const char *data, size_t len)
{
	(void)head, (void)data, (void)len;
	tiny_raw(c, "220 ftp.example ready\r\n", 23);
	tiny_close(c);
}

/* ---- answers ---- */

static void a_post_arrives_whole_and_its_answer_comes_back(void **state)
{
	(void)state;
	serve = say_ok;
	assert_non_null(post("http://127.0.0.1", tiny_port(server), "a=1&b=2", 5000));
	assert_int_equal(ended, 0);
	assert_int_equal(http_in_flight(http), 1);
	turn_until(&ended, 1);
	assert_int_equal(end_, HTTP_ANSWERED);
	assert_int_equal(status, 200);
	assert_string_equal(body.s, "{\"ok\":true}");
	assert_int_equal(retry_after_s, -1);
	assert_int_equal(date_ms, 0);
	assert_int_equal(http_in_flight(http), 0);
	assert_memory_equal(heard.s, "POST /api/auth.test HTTP/1.1\r\n", 30);
	assert_non_null(strstr(heard.s, "\r\nAuthorization: Bearer xoxb-secret\r\n"));
	assert_non_null(strstr(heard.s, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
	assert_non_null(strstr(heard.s, "\r\nUser-Agent: aliosbot/test\r\n"));
	assert_non_null(strstr(heard.s, "\r\n\r\na=1&b=2"));
	assert_null(strstr(heard.s, "Expect"));
}

static void headers_that_matter_are_read(void **state)
{
	(void)state;
	serve = say_limited;
	post_and_wait("");
	assert_int_equal(end_, HTTP_ANSWERED);
	assert_int_equal(status, 429);
	assert_int_equal(retry_after_s, 30);
	assert_true(date_ms == 1795442709000);
	assert_string_equal(scopes.s, "chat:write,commands");
}

static void a_redirect_is_not_followed(void **state)
{
	(void)state;
	serve = say_redirect;
	post_and_wait("a=1");
	assert_int_equal(end_, HTTP_ANSWERED);
	assert_int_equal(status, 302);
	assert_int_equal(requests, 1);
}

static void a_large_body_is_sent_without_asking_first(void **state)
{
	char *large = malloc(2000001);

	(void)state;
	memset(large, 'l', 2000000);
	large[2000000] = '\0';
	serve = say_ok;
	post_and_wait(large);
	assert_int_equal(end_, HTTP_ANSWERED);
	assert_non_null(strstr(heard.s, "\r\nContent-Length: 2000000\r\n"));
	assert_null(strstr(heard.s, "Expect"));
	free(large);
}

static void localhost_is_reached_whatever_its_first_address_is(void **state)
{
	(void)state;
	serve = say_ok;
	post("http://localhost", tiny_port(server), "a=1", 5000);
	turn_until(&ended, 1);
	assert_int_equal(end_, HTTP_ANSWERED);
}

/* ---- nothing can have been taken ---- */

static void a_refused_connect_sent_nothing(void **state)
{
	int port, fd = tiny_dead_port(&port, false, NULL);

	(void)state;
	post("http://127.0.0.1", port, "a=1", 5000);
	assert_int_equal(ended, 0);
	turn_until(&ended, 1);
	assert_int_equal(end_, HTTP_NOT_SENT);
	close(fd);
}

static void a_connect_that_hangs_sent_nothing(void **state)
{
	int i, fillers[8], port, fd = tiny_dead_port(&port, true, fillers);

	(void)state;
	post("http://127.0.0.1", port, "a=1", 200);
	turn_until(&ended, 1);
	assert_int_equal(end_, HTTP_NOT_SENT);
	for (i = 0; i < 8; i++)
		close(fillers[i]);
	close(fd);
}

static void a_tls_handshake_that_is_never_answered_sent_nothing(void **state)
{
	(void)state;
	post("https://127.0.0.1", tiny_port(server), "a=1", 200);
	turn_until(&ended, 1);
	assert_int_equal(end_, HTTP_NOT_SENT);
	assert_int_equal(requests, 0);
}

static void what_cannot_be_sent_is_said_so_later_and_in_words(void **state)
{
	static const char *const urls[] = { "",
					    "ftp://127.0.0.1/",
					    "http://",
					    "/api/x",
					    "http://u:p@127.0.0.1/",
					    "http://127.0.0.1/\r\nX-Evil: 1",
					    "file:///etc/passwd" };
	struct http_request r = { .url = "http://127.0.0.1:9/",
				  .content_type = "text/plain",
				  .token = "xoxb-1\n",
				  .timeout_ms = 100,
				  .cap = 10 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
		ended = 0;
		post_to(urls[i], "a=1", 1000);
		assert_int_equal(ended, 0);
		turn_until(&ended, 1);
		assert_int_equal(end_, HTTP_NOT_SENT);
		assert_non_null(strstr(why.s, "isn't an http or https address"));
	}
	ended = 0;
	http_post(http, &r, on_done, NULL);
	turn_until(&ended, 1);
	assert_int_equal(end_, HTTP_NOT_SENT);
	assert_non_null(strstr(why.s, "bare token"));
	assert_null(strstr(why.s, "xoxb"));
}

static void a_name_that_is_not_there_sent_nothing_and_held_nobody(void **state)
{
	(void)state;
	serve = say_ok;
	post_to("http://no-such-host.invalid/", "a=1", 60);
	post("http://127.0.0.1", tiny_port(server), "a=1", 5000);
	turn_until(&ended, 2);
	assert_int_equal(requests, 1);
	assert_int_equal(http_in_flight(http), 0);
}

/* ---- something may have been taken ---- */

static void a_server_that_never_answers_leaves_it_unknown(void **state)
{
	(void)state;
	post("http://127.0.0.1", tiny_port(server), "a=1", 200);
	turn_until(&ended, 1);
	assert_int_equal(end_, HTTP_UNKNOWN);
	assert_int_equal(requests, 1);
}

static void a_broken_answer_leaves_it_unknown(void **state)
{
	void (*const servers[])(struct tiny_conn *, const char *, const char *, size_t) = {
		hang_up,
		say_half,
		say_too_much,
		say_rubbish,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(servers) / sizeof(*servers); i++) {
		serve = servers[i];
		post_and_wait("a=1");
		assert_int_equal(end_, HTTP_UNKNOWN);
		assert_int_equal(requests, (int)i + 1);
	}
}

/* Red with CURLOPT_POSTFIELDS in place of a read function: curl sends the POST again by itself. */
static void a_kept_connection_that_breaks_does_not_post_twice(void **state)
{
	(void)state;
	serve = answer_once;
	post_and_wait("text=first");
	assert_int_equal(end_, HTTP_ANSWERED);
	post_and_wait("text=second");
	assert_int_equal(end_, HTTP_UNKNOWN);
	assert_int_equal(requests, 2);
	assert_int_equal(last_conn, 1);
}

/* ---- TLS ---- */

static void post_tls(const char *host, const char *trusted)
{
	ended = 0;
	loop_ca_file = trusted;
	post(host, tiny_port(server), "a=1", 5000);
	turn_until(&ended, 1);
	loop_ca_file = "/etc/ssl/certs/ca-certificates.crt";
}

static void tls_wants_a_known_signer_and_the_right_name(void **state)
{
	(void)state;
	serve = say_ok;
	post_tls("https://localhost", "/etc/ssl/certs/ca-certificates.crt");
	assert_int_equal(end_, HTTP_NOT_SENT);
	assert_non_null(strstr(why.s, "certificate"));
	post_tls("https://127.0.0.1", pem); /* the certificate is for "localhost" */
	assert_int_equal(end_, HTTP_NOT_SENT);
	assert_int_equal(requests, 0);
	post_tls("https://localhost", pem);
	assert_int_equal(end_, HTTP_ANSWERED);
	assert_int_equal(requests, 1);
}

/* ---- many, and the end ---- */

static void a_thousand_posts_use_a_handful_of_connections(void **state)
{
	int i, j;

	(void)state;
	serve = say_ok;
	for (i = 0; i < 250; i++) {
		ended = 0;
		for (j = 0; j < 4; j++)
			post("http://127.0.0.1", tiny_port(server), "a=1", 5000);
		turn_until(&ended, 4);
		assert_int_equal(end_, HTTP_ANSWERED);
	}
	assert_int_equal(requests, 1000);
	assert_in_range(tiny_accepted(server), 1, 8);
}

static void a_cancelled_call_says_nothing(void **state)
{
	struct http_call *c = post("http://127.0.0.1", tiny_port(server), "a=1", 5000);

	(void)state;
	http_cancel(c);
	c = post("http://127.0.0.1", tiny_port(server), "a=2", 5000);
	turn_until(&requests, 1);
	http_cancel(c);
	assert_int_equal(http_in_flight(http), 0);
	serve = say_ok;
	post_and_wait("a=3");
	assert_int_equal(ended, 1);
}

static int again_left;

static void post_again(const struct http_result *r, void *arg)
{
	on_done(r, arg);
	if (--again_left)
		post("http://127.0.0.1", tiny_port(server), "a=1", 5000);
}

static void an_answer_may_post_again_and_what_is_in_flight_goes_with_its_owner(void **state)
{
	char url[100];
	struct http_request r = { .url = url,
				  .content_type = "text/plain",
				  .body = "x",
				  .body_len = 1,
				  .timeout_ms = 5000,
				  .cap = 1000 };

	(void)state;
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", tiny_port(server));
	serve = say_ok;
	again_left = 2;
	http_post(http, &r, post_again, NULL);
	turn_until(&ended, 2);
	assert_null(strstr(heard.s, "\r\n\r\nx"));
	serve = NULL;
	post("http://127.0.0.1", tiny_port(server), "a=1",
	     5000); /* freed by end(), without a word */
	turn_until(&requests, 3);
}

static void form_values_are_encoded_to_the_byte(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, BUF_ROOMY);
	http_form_add(&b, "text", "a b&c=d+é/%\n\"<@U1>");
	http_form_add(&b, "empty", "");
	http_form_add(&b, "safe", "aZ09-_.~");
	assert_string_equal(
		b.s, "text=a%20b%26c%3Dd%2B%C3%A9%2F%25%0A%22%3C%40U1%3E&empty=&safe=aZ09-_.~");
	buf_release(&b);
}

static int make_pem(void **state)
{
	int fd = mkstemp(pem);

	(void)state;
	if (fd < 0)
		return -1;
	close(fd);
	tiny_certificate(pem);
	return 0;
}

static int remove_pem(void **state)
{
	(void)state;
	return unlink(pem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_post_arrives_whole_and_its_answer_comes_back,
						begin, end),
		cmocka_unit_test_setup_teardown(headers_that_matter_are_read, begin, end),
		cmocka_unit_test_setup_teardown(a_redirect_is_not_followed, begin, end),
		cmocka_unit_test_setup_teardown(a_large_body_is_sent_without_asking_first, begin,
						end),
		cmocka_unit_test_setup_teardown(localhost_is_reached_whatever_its_first_address_is,
						begin, end),
		cmocka_unit_test_setup_teardown(a_refused_connect_sent_nothing, begin, end),
		cmocka_unit_test_setup_teardown(a_connect_that_hangs_sent_nothing, begin, end),
		cmocka_unit_test_setup_teardown(a_tls_handshake_that_is_never_answered_sent_nothing,
						begin, end),
		cmocka_unit_test_setup_teardown(what_cannot_be_sent_is_said_so_later_and_in_words,
						begin, end),
		cmocka_unit_test_setup_teardown(
			a_name_that_is_not_there_sent_nothing_and_held_nobody, begin, end),
		cmocka_unit_test_setup_teardown(a_server_that_never_answers_leaves_it_unknown,
						begin, end),
		cmocka_unit_test_setup_teardown(a_broken_answer_leaves_it_unknown, begin, end),
		cmocka_unit_test_setup_teardown(a_kept_connection_that_breaks_does_not_post_twice,
						begin, end),
		cmocka_unit_test_setup_teardown(tls_wants_a_known_signer_and_the_right_name,
						begin_tls, end),
		cmocka_unit_test_setup_teardown(a_thousand_posts_use_a_handful_of_connections,
						begin, end),
		cmocka_unit_test_setup_teardown(a_cancelled_call_says_nothing, begin, end),
		cmocka_unit_test_setup_teardown(
			an_answer_may_post_again_and_what_is_in_flight_goes_with_its_owner, begin,
			end),
		cmocka_unit_test_setup_teardown(form_values_are_encoded_to_the_byte, begin, end),
	};

	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests(tests, make_pem, remove_pem);
}
