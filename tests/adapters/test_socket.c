/*
 * Socket Mode against a server that does what Slack does, and what it should not. One port: POSTs to
 * apps.connections.open get a URL of the same port, whose upgrades are answered as the test says.
 */
#include "adapters/http/http.h"
#include "adapters/log/log.h"
#include "adapters/slack/socket/connection.h"
#include "adapters/slack/socket/socket.h"
#include "tests/support/a_socket.h"
#include "tests/support/tiny_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <unistd.h>

#define HELLO "{\"type\":\"hello\",\"num_connections\":%d,\"connection_info\":{\"app_id\":\"A1\"}}"
#define SECRET "ticket-5d5b"
#define CONNS 8

static struct loop *loop;
static struct http *http;
static struct web *web;
static struct tiny_server *server, *tls_server;
static struct slack_socket *sock;
static char pem[] = "/tmp/aliosbot-test-XXXXXX";

/* ---- the stand-in ---- */

static struct {
	const char *scheme, *host;
	int port;					    /* that the URL names; 0: its own */
	const char *open_status, *open_headers, *open_body; /* NULL: 200 with a URL */
	bool upgrades, says_hello, pongs, answers_close;
	int others;		     /* connections of other bots, which it counts as well */
	const char *upgrade_refusal; /* a status instead of 101 */
} mood;

static int opens; /* apps.connections.open calls */
static int64_t opened_at[32];
static struct tiny_conn *conns[CONNS]; /* upgraded ones, in order */
static int upgraded, closes, gone;
static struct {
	int conn;
	char text[200];
	size_t len;
} acks[64];
static int acked, odd_frames, pings;

static int index_of(const struct tiny_conn *c)
{
	int i;

	for (i = 0; i < upgraded; i++)
		if (conns[i] == c)
			return i;
	return -1;
}

static void answer_open(struct tiny_conn *c)
{
	char body[300];

	if (opens < 32)
		opened_at[opens] = loop_now_ms();
	opens++;
	snprintf(body, sizeof(body),
		 "{\"ok\":true,\"url\":\"%s://%s:%d/link/?ticket=%s&app_id=A1\"}", mood.scheme,
		 mood.host, mood.port ? mood.port : tiny_port(server), SECRET);
	tiny_answer(c, mood.open_status ? mood.open_status : "200 OK",
		    mood.open_headers ? mood.open_headers : "",
		    mood.open_body ? mood.open_body : body);
}

static void say_hello(struct tiny_conn *c)
{
	char hello[200];

	snprintf(hello, sizeof(hello), HELLO, upgraded - gone + mood.others);
	tiny_text(c, hello);
}

static void on_request(struct tiny_conn *c, const char *head, const char *body, size_t len,
		       void *arg)
{
	(void)body, (void)len, (void)arg;
	if (!strncmp(head, "POST /api/apps.connections.open ", 32)) {
		answer_open(c);
		return;
	}
	assert_memory_equal(head, "GET /link/?ticket=" SECRET "&app_id=A1 HTTP/1.1\r\n", 50);
	assert_null(strcasestr(head, "Sec-WebSocket-Extensions"));
	assert_null(strcasestr(head, "Sec-WebSocket-Protocol"));
	if (mood.upgrade_refusal)
		tiny_answer(c, mood.upgrade_refusal, "", "no");
	if (mood.upgrade_refusal || !mood.upgrades || upgraded == CONNS)
		return;
	conns[upgraded++] = c;
	tiny_upgrade(c, head);
	if (mood.says_hello)
		say_hello(c);
}

static void on_server_frame(struct tiny_conn *c, int opcode, const char *data, size_t len,
			    void *arg)
{
	(void)arg;
	switch (opcode) {
	case 1:
		assert_in_range(acked, 0, 63);
		acks[acked].conn = index_of(c);
		acks[acked].len = len;
		snprintf(acks[acked].text, sizeof(acks[acked].text), "%s", data);
		acked++;
		break;
	case 8:
		closes++;
		if (mood.answers_close)
			tiny_frame(c, true, 8, data, len);
		break;
	case 9:
		pings++;
		if (mood.pongs)
			tiny_frame(c, true, 10, data, len);
		break;
	case 10:
		break;
	default:
		odd_frames++;
	}
}

static void on_gone(struct tiny_conn *c, void *arg)
{
	int i = index_of(c);

	(void)arg;
	if (i < 0)
		return;
	gone++;
	conns[i] = NULL;
}

static const struct tiny_calls server_calls = { .request = on_request,
						.frame = on_server_frame,
						.gone = on_gone };

/* ---- the bot's side ---- */

static int frames, readies, downs, fatals;
static unsigned frame_conn[64];
static size_t frame_len;
static char frame_text[64][100];
static int64_t gap;
static char down_why[200], fatal_why[300];

static void on_frame(const char *frame, size_t len, unsigned conn, void *arg)
{
	(void)arg;
	assert_in_range(frames, 0, 63);
	frame_conn[frames] = conn;
	frame_len = len;
	snprintf(frame_text[frames], sizeof(frame_text[0]), "%s", frame);
	frames++;
}

static void on_ready(int64_t gap_ms, void *arg)
{
	(void)arg;
	readies++;
	gap = gap_ms;
}

static void on_down(const char *why, void *arg)
{
	(void)arg;
	downs++;
	snprintf(down_why, sizeof(down_why), "%s", why);
}

static void on_fatal(const char *why, void *arg)
{
	(void)arg;
	fatals++;
	snprintf(fatal_why, sizeof(fatal_why), "%s", why);
}

static const struct socket_calls calls = { on_frame, on_ready, on_down, on_fatal };

static int begin(void **state)
{
	static struct lws_protocols protocols[2];
	char api[60];

	(void)state;
	protocols[0] = slack_socket_protocol;
	memset(&mood, 0, sizeof(mood));
	mood.scheme = "ws";
	mood.host = "127.0.0.1";
	mood.upgrades = mood.says_hello = mood.pongs = mood.answers_close = true;
	opens = upgraded = closes = gone = acked = odd_frames = pings = 0;
	frames = readies = downs = fatals = 0;
	loop = loop_new(protocols);
	server = tiny_server_new(loop, NULL, &server_calls, NULL);
	http = http_new(loop, "aliosbot/test");
	snprintf(api, sizeof(api), "http://127.0.0.1:%d/api/", tiny_port(server));
	web = web_new(loop, http, api, "xapp-1", "xoxb-1");
	sock = a_socket_new(loop, web, &calls);
	return 0;
}

static int end(void **state)
{
	(void)state;
	web_free(web);
	slack_socket_free(sock);
	http_free(http);
	tiny_server_free(server);
	loop_free(loop);
	return 0;
}

/* With a second server, on which wss:// ends; its certificate is for "localhost". */
static int begin_tls(void **state)
{
	int fd = mkstemp(pem);

	if (fd < 0)
		return -1;
	close(fd);
	tiny_certificate(pem);
	loop_ca_file = pem;
	begin(state);
	tls_server = tiny_server_new(loop, pem, &server_calls, NULL);
	mood.scheme = "wss";
	mood.host = "localhost";
	mood.port = tiny_port(tls_server);
	return 0;
}

static int end_tls(void **state)
{
	loop_ca_file = "/etc/ssl/certs/ca-certificates.crt";
	unlink(pem);
	memcpy(pem + sizeof(pem) - 7, "XXXXXX", 6);
	tiny_server_free(tls_server);
	return end(state);
}

static void turn_until(const int *count, int wanted)
{
	a_loop_until(loop, count, wanted);
}

static void count_up(void *arg)
{
	++*(int *)arg;
}

/* For what must not happen. */
static void turn_for(int64_t ms)
{
	int over = 0;
	struct loop_timer *t = loop_timer_new(loop, count_up, &over);

	loop_timer_set(t, ms);
	turn_until(&over, 1);
	loop_timer_free(t);
}

static void start(void)
{
	slack_socket_start(sock);
	turn_until(&readies, 1);
}

static void send_envelope(int conn, const char *id)
{
	char frame[200];

	snprintf(frame, sizeof(frame),
		 "{\"envelope_id\":\"%s\",\"type\":\"events_api\",\"payload\":{}}", id);
	tiny_text(conns[conn], frame);
}

/* ---- the usual ---- */

static void the_first_hello_has_no_gap_before_it(void **state)
{
	(void)state;
	start();
	assert_int_equal(gap, -1);
	assert_int_equal(opens, 1);
	assert_int_equal(frames, 0);
	assert_int_equal(downs, 0);
}

static void an_envelope_is_acked_with_its_answer_in_one_plain_frame(void **state)
{
	(void)state;
	start();
	send_envelope(0, "e-1");
	turn_until(&frames, 1);
	assert_non_null(strstr(frame_text[0], "\"envelope_id\":\"e-1\""));
	assert_true(slack_socket_ack(sock, frame_conn[0], "e-1", NULL));
	assert_true(slack_socket_ack(sock, frame_conn[0], "e\"2\n", "{\"text\":\"done\"}"));
	turn_until(&acked, 2);
	assert_string_equal(acks[0].text, "{\"envelope_id\":\"e-1\"}");
	assert_string_equal(acks[1].text,
			    "{\"envelope_id\":\"e\\\"2\\n\",\"payload\":{\"text\":\"done\"}}");
	assert_int_equal(odd_frames, 0);
}

static void an_ack_of_20480_bytes_goes_and_a_longer_one_never(void **state)
{
	char *payload = malloc(20481);
	size_t around = strlen("{\"envelope_id\":\"e\",\"payload\":\"\"}");

	(void)state;
	start();
	memset(payload, 'p', 20480);
	payload[0] = '"';
	payload[20480 - around + 1] = '"';
	payload[20480 - around + 2] = '\0';
	assert_true(slack_socket_ack(sock, 1, "e", payload));
	assert_false(slack_socket_ack(sock, 1, "ee", payload));
	assert_true(slack_socket_ack(sock, 1, "last", NULL));
	turn_until(&acked, 2);
	assert_int_equal(acks[0].len, 20480);
	assert_string_equal(acks[1].text, "{\"envelope_id\":\"last\"}");
	free(payload);
}

static void acks_wait_in_a_queue_that_ends(void **state)
{
	int i = 0;

	(void)state;
	start();
	while (i < 2000 && slack_socket_ack(sock, 1, "e", NULL))
		i++;
	assert_int_equal(i, CONNECTION_ACKS_MAX);
	assert_false(slack_socket_ack(sock, 2, "e", NULL)); /* no such connection */
}

static void frames_are_put_together_from_their_fragments(void **state)
{
	char *large = malloc(70001);

	(void)state;
	start();
	tiny_frame(conns[0], false, 1, "{\"envelope_id\"", 14);
	tiny_frame(conns[0], false, 0, ":\"e-", 4);
	tiny_frame(conns[0], true, 9, "Ping from applink-1", 19); /* may come between fragments */
	tiny_frame(conns[0], true, 0, "1\"}", 3);
	turn_until(&frames, 1);
	assert_string_equal(frame_text[0], "{\"envelope_id\":\"e-1\"}");
	memset(large, 'x', 70000);
	large[70000] = '\0';
	tiny_text(conns[0], large);
	turn_until(&frames, 2);
	assert_int_equal(frame_len, 70000);
	free(large);
}

static void a_frame_over_the_cap_is_dropped_and_the_connection_lives(void **state)
{
	size_t len = CONNECTION_FRAME_MAX + 1;
	char *large = malloc(len);

	(void)state;
	start();
	memset(large, 'x', len);
	tiny_frame(conns[0], true, 1, large, len);
	send_envelope(0, "after");
	turn_until(&frames, 1);
	assert_non_null(strstr(frame_text[0], "after"));
	tiny_frame(conns[0], true, 1, large, len - 1);
	turn_until(&frames, 2);
	assert_int_equal(frame_len, len - 1);
	assert_int_equal(downs, 0);
	assert_int_equal(opens, 1);
	free(large);
}

/* Its pieces, and the PONGs between them, are signs of life of a connection on which nothing is said. */
static void a_frame_that_never_ends_ends_its_connection(void **state)
{
	(void)state;
	slack_socket_tempo(sock)->hangup_s = 1;
	start();
	tiny_frame(conns[0], false, 1, "x", 1);
	tiny_frame(conns[0], false, 0, "x", 1);
	tiny_frame(conns[0], true, 9, "Ping from applink-1", 19);
	turn_until(&downs, 1);
	turn_until(&opens, 2);
	assert_int_equal(frames, 0);
}

static void empty_and_binary_frames_mean_nothing_and_plain_text_is_passed_on(void **state)
{
	(void)state;
	start();
	tiny_text(conns[0], "");
	tiny_frame(conns[0], true, 2, "\0\1\2", 3);
	tiny_text(conns[0], "UNAUTHENTICATED: cache_error");
	tiny_text(conns[0], "{\"type\":\"invented\"}");
	tiny_text(conns[0], "{\"type\":5}");
	turn_until(&frames, 3);
	assert_string_equal(frame_text[0], "UNAUTHENTICATED: cache_error");
	assert_string_equal(frame_text[1], "{\"type\":\"invented\"}");
	assert_int_equal(downs, 0);
}

/* ---- a second bot ---- */

static void a_second_bot_takes_nothing_and_ends_with_a_sentence(void **state)
{
	(void)state;
	mood.others = 1;
	slack_socket_start(sock);
	turn_until(&upgraded, 1);
	send_envelope(0, "not-mine");
	turn_until(&fatals, 1);
	assert_int_equal(readies, 0);
	assert_int_equal(frames, 0);
	assert_int_equal(acked, 0);
	assert_non_null(strstr(fatal_why, "Another bot is connected"));
	assert_non_null(strstr(fatal_why, "second_bot = allow"));
	assert_int_equal(opens, 7);
}

static void a_connection_that_an_earlier_run_left_behind_is_waited_for(void **state)
{
	(void)state;
	mood.others = 1;
	slack_socket_start(sock);
	turn_until(&upgraded, 2);
	mood.others = 0;
	turn_until(&readies, 1);
	assert_int_equal(gap, -1);
	assert_int_equal(fatals, 0);
	send_envelope(upgraded - 1, "mine");
	turn_until(&frames, 1);
}

static void two_bots_may_be_meant(void **state)
{
	(void)state;
	mood.others = 1;
	slack_socket_share(sock, true);
	start();
	assert_int_equal(opens, 1);
}

static void the_first_bot_goes_on_when_a_second_comes(void **state)
{
	(void)state;
	start();
	mood.others = 1;
	tiny_close(conns[0]);
	turn_until(&readies, 2);
	assert_int_equal(fatals, 0);
}

/* ---- refresh ---- */

static void a_refresh_loses_nothing_and_acks_go_where_the_envelope_came_from(void **state)
{
	(void)state;
	start();
	turn_for(30); /* attempts are backoff_least apart */
	tiny_text(conns[0], "{\"type\":\"disconnect\",\"reason\":\"warning\",\"debug_info\":{}}");
	send_envelope(0, "old-1");
	turn_until(&readies, 2);
	assert_int_equal(gap, 0);
	tiny_text(conns[0], "{\"type\":\"disconnect\",\"reason\":\"refresh_requested\"}");
	send_envelope(1, "new-1");
	send_envelope(0, "old-2");
	turn_until(&frames, 3);
	assert_true(slack_socket_ack(sock, 1, "old-1", NULL));
	assert_true(slack_socket_ack(sock, 2, "new-1", NULL));
	assert_true(slack_socket_ack(sock, 1, "old-2", NULL));
	turn_until(&acked, 3);
	assert_int_equal(acks[0].conn + acks[1].conn + acks[2].conn, 1);
	assert_int_equal(downs, 0);
	assert_int_equal(opens, 2);
	/* Slack doesn't close the old one: we do, with a close frame, and close TCP soon after. */
	turn_until(&gone, 1);
	assert_int_equal(closes, 1);
	assert_null(conns[0]);
	assert_false(slack_socket_ack(sock, 1, "old-3", NULL));
	assert_true(slack_socket_ack(sock, 2, "new-2", NULL));
	turn_until(&acked, 4);
	assert_int_equal(acks[3].conn, 1);
	assert_int_equal(downs, 0);
	assert_int_equal(opens, 2);
}

static void the_old_connection_is_used_while_no_new_one_can_be_had(void **state)
{
	(void)state;
	start();
	turn_for(30);
	mood.open_status = "503 Unavailable";
	tiny_text(conns[0], "{\"type\":\"disconnect\",\"reason\":\"refresh_requested\"}");
	turn_until(&opens, 4);
	send_envelope(0, "old");
	turn_until(&frames, 1);
	assert_true(slack_socket_ack(sock, 1, "old", NULL));
	turn_until(&acked, 1);
	assert_int_equal(downs, 0);
	tiny_close(conns[0]);
	turn_until(&downs, 1);
	mood.open_status = NULL;
	turn_until(&readies, 2);
	assert_true(gap >= 0);
}

static void slack_asking_for_a_refresh_at_each_hello_makes_no_storm(void **state)
{
	int i;

	(void)state;
	slack_socket_tempo(sock)->backoff_least = 60;
	start();
	for (i = 0; i < 3; i++) {
		tiny_text(conns[i], "{\"type\":\"disconnect\",\"reason\":\"refresh_requested\"}");
		turn_until(&readies, i + 2);
	}
	assert_true(opened_at[3] - opened_at[0] >=
		    120); /* 180, if the first did not take long to arrive */
}

/* ---- the end of a connection ---- */

static void a_cut_connection_is_down_once_and_the_gap_is_told(void **state)
{
	(void)state;
	slack_socket_tempo(sock)->backoff_least = 50;
	start();
	tiny_close(conns[0]);
	turn_until(&readies, 2);
	assert_int_equal(downs, 1);
	assert_in_range(gap, 1, A_LONG_MS);
	assert_int_equal(opens, 2);
	assert_false(slack_socket_ack(sock, 1, "e", NULL));
}

/* Slack leaves TCP open after the close handshake. */
static void after_slacks_close_frame_tcp_is_closed_soon(void **state)
{
	int64_t began;

	(void)state;
	start();
	began = loop_now_ms();
	tiny_frame(conns[0], true, 8,
		   "\x03\xE8"
		   "bye",
		   5);
	turn_until(&downs, 1);
	assert_non_null(strstr(down_why, "code 1000"));
	assert_non_null(strstr(down_why, "bye"));
	turn_until(&gone, 1);
	assert_true(loop_now_ms() - began < 1000);
	turn_until(&readies, 2);
}

static void a_server_that_never_answers_the_upgrade_is_left(void **state)
{
	(void)state;
	mood.upgrades = false;
	slack_socket_tempo(sock)->connect = 100;
	slack_socket_start(sock);
	turn_until(&opens, 3);
	assert_int_equal(readies + downs, 0);
	mood.upgrades = true;
	turn_until(&readies, 1);
}

static void a_server_that_never_says_hello_is_left(void **state)
{
	(void)state;
	mood.says_hello = false;
	slack_socket_tempo(sock)->hello = 50;
	slack_socket_start(sock);
	turn_until(&opens, 2);
	assert_int_equal(readies + downs, 0);
	mood.says_hello = true;
	turn_until(&readies, 1);
}

static void a_refused_upgrade_is_tried_again(void **state)
{
	(void)state;
	mood.upgrade_refusal = "503 Service Unavailable";
	slack_socket_start(sock);
	turn_until(&opens, 2);
	mood.upgrade_refusal = "408 Request Timeout";
	turn_until(&opens, 3);
	mood.upgrade_refusal = NULL;
	turn_until(&readies, 1);
}

static void a_connect_that_hangs_or_is_refused_is_tried_again(void **state)
{
	int i, fillers[8], full_port, port, full = tiny_dead_port(&full_port, true, fillers);
	int dead = tiny_dead_port(&port, false, NULL);

	(void)state;
	slack_socket_tempo(sock)->connect = 100;
	mood.port = full_port;
	slack_socket_start(sock);
	turn_until(&opens, 2);
	mood.port = port;
	turn_until(&opens, 4);
	mood.port = 0;
	turn_until(&readies, 1);
	assert_int_equal(downs, 0);
	for (i = 0; i < 8; i++)
		close(fillers[i]);
	close(full);
	close(dead);
}

static void a_silent_connection_is_dead_and_a_busy_one_is_not(void **state)
{
	int i;

	(void)state;
	mood.pongs = false;
	slack_socket_tempo(sock)->ping_s = 1;
	slack_socket_tempo(sock)->hangup_s = 2;
	start();
	for (i = 0; i < 9; i++) { /* no PONG for 2.7 s, but frames */
		turn_for(300);
		send_envelope(0, "busy");
	}
	assert_int_equal(downs, 0);
	turn_until(&downs, 1);
	assert_in_range(pings, 1, 9);
}

/* ---- backoff ---- */

/* At most ten openings: web.c makes further ones wait a minute. */
static void waits_double_until_hello_and_only_hello_resets_them(void **state)
{
	int64_t cut;
	int i;

	(void)state;
	mood.open_status = "500 Oops";
	slack_socket_start(sock);
	turn_until(&opens, 4);
	for (i = 1; i < 4; i++) /* without chance: 20, 40, 80 */
		assert_true(opened_at[i] - opened_at[i - 1] >= (20 << (i - 1)) - 1);
	mood.open_status = NULL;
	mood.says_hello = false;
	slack_socket_tempo(sock)->hello = 10;
	turn_until(
		&opens,
		6); /* open, but no hello: nothing is reset; 160 is the most, half of it chance */
	assert_true(opened_at[5] - opened_at[4] >= 80);
	mood.says_hello = true;
	turn_until(&readies, 1);
	turn_for(30);
	mood.open_status = "500 Oops";
	slack_socket_tempo(sock)->backoff_most = 4000;
	cut = loop_now_ms();
	tiny_close(conns[upgraded - 1]);
	turn_until(&opens, 9); /* at once, then after 20; not after 640 and 1280 */
	assert_in_range(opened_at[8] - cut, 19, 600);
}

static void retry_after_is_obeyed(void **state)
{
	(void)state;
	mood.open_status = "429 Too Many Requests";
	mood.open_headers = "Retry-After: 1\r\n";
	slack_socket_start(sock);
	turn_until(&opens, 1);
	mood.open_status = NULL;
	turn_until(&readies, 1);
	assert_true(opened_at[1] - opened_at[0] >= 999);
}

static void too_many_connections_close_and_wait_ever_longer(void **state)
{
	int i;

	(void)state;
	start();
	for (i = 0; i < 3; i++) {
		tiny_text(conns[i], "{\"type\":\"disconnect\",\"reason\":\"too_many_websockets\"}");
		turn_until(&readies, i + 2);
		assert_true(opened_at[i + 1] - opened_at[i] >= (20 << i) - 1);
		assert_int_equal(downs, i + 1);
	}
	assert_int_equal(closes, 3);
}

static void an_answer_without_a_usable_url_is_tried_again(void **state)
{
	static const char *const bodies[] = {
		"{\"ok\":true}",
		"{\"ok\":true,\"url\":5}",
		"{\"ok\":true,\"url\":\"https://127.0.0.1/\"}",
		"{\"ok\":true,\"url\":\"ws://127.0.0.1/x\\r\\nX-Evil: 1\"}",
		"{\"ok\":true,\"url\":\"ws://\"}",
		"<html>",
	};
	size_t i;

	(void)state;
	slack_socket_tempo(sock)->backoff_most = 20;
	slack_socket_start(sock);
	for (i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		mood.open_body = bodies[i];
		turn_until(&opens, (int)i + 1);
	}
	mood.open_body = NULL;
	turn_until(&readies, 1);
	assert_int_equal(upgraded, 1);
}

/* ---- never again ---- */

static void a_token_that_slack_refuses_for_good_is_fatal_in_words(void **state)
{
	(void)state;
	mood.open_body = "{\"ok\":false,\"error\":\"invalid_auth\"}";
	slack_socket_start(sock);
	turn_until(&fatals, 1);
	assert_string_equal(fatal_why, web_error_says("invalid_auth"));
	turn_for(100);
	assert_int_equal(opens, 1);
	assert_int_equal(fatals, 1);
	assert_true(slack_socket_closed(sock));
}

static void link_disabled_is_fatal_and_nothing_is_opened_again(void **state)
{
	(void)state;
	start();
	tiny_text(conns[0], "{\"type\":\"disconnect\",\"reason\":\"link_disabled\"}");
	turn_until(&fatals, 1);
	assert_non_null(strstr(fatal_why, "Socket Mode is switched off"));
	turn_until(&gone, 1);
	turn_for(100);
	assert_int_equal(opens, 1);
	assert_true(slack_socket_closed(sock));
}

/* ---- stopping ---- */

static void stopping_sends_what_is_queued_and_then_a_close_frame(void **state)
{
	(void)state;
	start();
	assert_true(slack_socket_ack(sock, 1, "e-1", NULL));
	assert_true(slack_socket_ack(sock, 1, "e-2", NULL));
	slack_socket_stop(sock);
	assert_false(slack_socket_closed(sock));
	while (!slack_socket_closed(sock))
		assert_int_equal(loop_turn(loop), 0);
	turn_until(&gone, 1);
	assert_int_equal(acked, 2);
	assert_int_equal(closes, 1);
	assert_int_equal(opens, 1);
}

static void stopping_takes_no_longer_when_slack_says_nothing(void **state)
{
	int64_t began;

	(void)state;
	mood.answers_close = false;
	start();
	began = loop_now_ms();
	slack_socket_stop(sock);
	while (!slack_socket_closed(sock))
		assert_int_equal(loop_turn(loop), 0);
	assert_true(loop_now_ms() - began < 1000);
}

static void stopping_while_connecting_is_quick(void **state)
{
	(void)state;
	mood.upgrades = false;
	slack_socket_start(sock);
	turn_until(&opens, 1);
	turn_for(50);
	slack_socket_stop(sock);
	while (!slack_socket_closed(sock))
		assert_int_equal(loop_turn(loop), 0);
	assert_int_equal(downs + fatals, 0);
}

/* It is told off, and the program ends before lws has come to it. */
static void a_connection_that_is_half_open_when_all_ends_takes_nothing_with_it(void **state)
{
	int fillers[8], i, fd;

	(void)state;
	fd = tiny_dead_port(&mood.port, true, fillers);
	slack_socket_start(sock);
	turn_until(&opens, 1);
	turn_for(50);
	slack_socket_stop(sock);
	assert_true(slack_socket_closed(sock));
	close(fd);
	for (i = 0; i < 8; i++)
		close(fillers[i]);
}

static void on_call(const struct web_result *r, void *arg)
{
	(void)r, (void)arg;
}

static void never(const char *addresses, const char *why, void *arg)
{
	(void)addresses, (void)why, (void)arg;
}

/* With a connection somewhere between its name and its hello, calls in flight, a name being looked up, timers armed.
 * STOPS=1000: as many. */
static void all_can_end_after_any_number_of_turns(void **state)
{
	static const struct web_param none[] = { { 0 } };
	const char *stops = getenv("STOPS");
	long n = stops ? strtol(stops, NULL, 10) : 29;

	for (long i = 0; i < n; i++) {
		if (i)
			begin(state);
		mood.upgrades = i % 3;
		mood.says_hello = i % 5;
		mood.port = i % 7 ? 0 : 1;
		mood.host = i % 11 ? "127.0.0.1" : "localhost";
		slack_socket_start(sock);
		web_call(web, WEB_APPS_CONNECTIONS_OPEN, NULL, none, on_call, NULL);
		loop_lookup(loop, i % 2 ? "localhost" : "no-such-host.invalid", never, NULL);
		for (long turn = 0; turn < i % 29; turn++) {
			loop_wake(loop);
			assert_int_equal(loop_turn(loop), 0);
			if (turn == 20)
				slack_socket_stop(sock);
		}
		if (i < n - 1)
			end(state);
	}
}

/* ---- TLS ---- */

static void wss_works_with_a_trusted_certificate_of_that_name(void **state)
{
	(void)state;
	start();
	send_envelope(0, "e-1");
	turn_until(&frames, 1);
	/* Not always the first: where localhost is ::1 before 127.0.0.1, the second address is the one. */
	assert_true(slack_socket_ack(sock, frame_conn[0], "e-1", NULL));
	turn_until(&acked, 1);
}

static void wss_to_another_name_than_the_certificates_is_refused(void **state)
{
	(void)state;
	mood.host = "127.0.0.1";
	slack_socket_start(sock);
	turn_until(&opens, 3);
	assert_int_equal(upgraded, 0);
	mood.host = "localhost";
	turn_until(&readies, 1);
}

static void wss_with_an_unknown_signer_is_refused(void **state)
{
	(void)state;
	assert_non_null(loop_vhost(loop, true, NULL, NULL)); /* it reads the one there is */
	tiny_server_free(tls_server);
	tiny_certificate(pem);
	tls_server = tiny_server_new(loop, pem, &server_calls, NULL);
	mood.port = tiny_port(tls_server);
	slack_socket_start(sock);
	turn_until(&opens, 3);
	assert_int_equal(upgraded, 0);
}

/* ---- the log ---- */

static void each_move_is_in_the_log_and_no_line_tells_the_url(void **state)
{
	static const char *const moves[] = { "looking up the address", "connecting",
					     "connected, waiting for hello", "ready", "closed" };
	static struct a_log log;
	const char *text, *at;

	(void)state;
	a_log_begin(&log);
	log_level_set(LOG_LEVEL_DEBUG);
	slack_socket_start(sock);
	mood.upgrade_refusal = "500 Oops";
	turn_until(&opens, 2);
	mood.port = 1;
	turn_until(&opens, 4);
	mood.upgrade_refusal = NULL;
	mood.port = 0;
	turn_until(&readies, 1);
	tiny_close(conns[0]);
	turn_until(&downs, 1);
	log_level_set(LOG_LEVEL_INFO);
	text = a_log_end(&log);
	at = text;
	for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++) {
		at = strstr(at, moves[i]);
		assert_non_null(at);
	}
	assert_null(strstr(text, SECRET));
	assert_null(strstr(text, "xapp-"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
#define TEST_TLS(name) cmocka_unit_test_setup_teardown(name, begin_tls, end_tls)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_hello_has_no_gap_before_it),
		TEST(an_envelope_is_acked_with_its_answer_in_one_plain_frame),
		TEST(an_ack_of_20480_bytes_goes_and_a_longer_one_never),
		TEST(acks_wait_in_a_queue_that_ends),
		TEST(frames_are_put_together_from_their_fragments),
		TEST(a_frame_over_the_cap_is_dropped_and_the_connection_lives),
		TEST(a_frame_that_never_ends_ends_its_connection),
		TEST(empty_and_binary_frames_mean_nothing_and_plain_text_is_passed_on),
		TEST(a_second_bot_takes_nothing_and_ends_with_a_sentence),
		TEST(a_connection_that_an_earlier_run_left_behind_is_waited_for),
		TEST(two_bots_may_be_meant),
		TEST(the_first_bot_goes_on_when_a_second_comes),
		TEST(a_refresh_loses_nothing_and_acks_go_where_the_envelope_came_from),
		TEST(the_old_connection_is_used_while_no_new_one_can_be_had),
		TEST(slack_asking_for_a_refresh_at_each_hello_makes_no_storm),
		TEST(a_cut_connection_is_down_once_and_the_gap_is_told),
		TEST(after_slacks_close_frame_tcp_is_closed_soon),
		TEST(a_server_that_never_answers_the_upgrade_is_left),
		TEST(a_server_that_never_says_hello_is_left),
		TEST(a_refused_upgrade_is_tried_again),
		TEST(a_connect_that_hangs_or_is_refused_is_tried_again),
		TEST(a_silent_connection_is_dead_and_a_busy_one_is_not),
		TEST(waits_double_until_hello_and_only_hello_resets_them),
		TEST(retry_after_is_obeyed),
		TEST(too_many_connections_close_and_wait_ever_longer),
		TEST(an_answer_without_a_usable_url_is_tried_again),
		TEST(a_token_that_slack_refuses_for_good_is_fatal_in_words),
		TEST(link_disabled_is_fatal_and_nothing_is_opened_again),
		TEST(stopping_sends_what_is_queued_and_then_a_close_frame),
		TEST(stopping_takes_no_longer_when_slack_says_nothing),
		TEST(stopping_while_connecting_is_quick),
		TEST(all_can_end_after_any_number_of_turns),
		TEST(a_connection_that_is_half_open_when_all_ends_takes_nothing_with_it),
		TEST(each_move_is_in_the_log_and_no_line_tells_the_url),
		TEST_TLS(wss_works_with_a_trusted_certificate_of_that_name),
		TEST_TLS(wss_to_another_name_than_the_certificates_is_refused),
		TEST_TLS(wss_with_an_unknown_signer_is_refused),
	};

	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
