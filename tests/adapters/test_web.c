/*
 * The Web API against a fake http_post(), a fake timer and a fake monotonic clock, all below: they stand in
 * for adapters/http and adapters/loop, which must not be linked as well (an archive takes care of that).
 */
#include "adapters/log/log.h"
#include "adapters/slack/web/web.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- the loop ---- */

struct loop_timer {
	void (*fire)(void *arg);
	void *arg;
	int64_t at; /* -1: off */
};

static int64_t now_ms;
static struct loop_timer timer;

int64_t loop_now_ms(void)
{
	return now_ms;
}

struct loop_timer *loop_timer_new(struct loop *loop, void (*fire)(void *arg), void *arg)
{
	(void)loop;
	timer = (struct loop_timer){ .fire = fire, .arg = arg, .at = -1 };
	return &timer;
}

void loop_timer_set(struct loop_timer *t, int64_t in_ms)
{
	t->at = in_ms < 0 ? -1 : now_ms + in_ms;
}

void loop_timer_free(struct loop_timer *t)
{
	t->at = -1;
}

/* Lets so much time go by, the timer fires as it would. */
static void pass(int64_t ms)
{
	int64_t end = now_ms + ms;

	while (timer.at >= 0 && timer.at <= end) {
		if (timer.at > now_ms)
			now_ms = timer.at;
		timer.at = -1;
		timer.fire(timer.arg);
	}
	now_ms = end;
}

/* ---- http ---- */

struct http_call {
	char *url, *type, *token, *body;
	size_t len;
	int64_t at, timeout_ms;
	bool cancelled;
	void (*done)(const struct http_result *r, void *arg);
	void *arg;
};

#define SENT_MAX 2000
static struct http_call sent[SENT_MAX];
static int n_sent;

struct http_call *http_post(struct http *h, const struct http_request *r,
			    void (*done)(const struct http_result *r, void *arg), void *arg)
{
	struct http_call *c = &sent[n_sent];

	(void)h;
	assert_true(n_sent < SENT_MAX);
	n_sent++;
	*c = (struct http_call){ strdup(r->url),
				 strdup(r->content_type),
				 r->token ? strdup(r->token) : NULL,
				 strndup(r->body, r->body_len),
				 r->body_len,
				 now_ms,
				 r->timeout_ms,
				 false,
				 done,
				 arg };
	return c;
}

void http_cancel(struct http_call *c)
{
	c->cancelled = true;
}

/* Readable in place of percent-encoded. */
void http_form_add(struct buf *body, const char *name, const char *value)
{
	buf_addf(body, "%s=%s;", name, value);
}

/* ---- Slack's answers ---- */

static void end_call(int i, struct http_result r)
{
	if (!r.retry_after_s)
		r.retry_after_s = -1;
	r.body_len = r.body ? strlen(r.body) : 0;
	sent[i].done(&r, sent[i].arg);
}

static void answer(int i, int status, const char *body)
{
	end_call(i, (struct http_result){ .end = HTTP_ANSWERED, .status = status, .body = body });
}

static void answer_429(int i, int64_t seconds)
{
	end_call(i, (struct http_result){ .end = HTTP_ANSWERED,
					  .status = 429,
					  .body = "",
					  .retry_after_s = seconds });
}

/* ---- who asked ---- */

static struct web *web;
static struct web_result last;
static char last_error[200], last_field[200];
static int n_done;

static void done(const struct web_result *r, void *arg)
{
	(void)arg;
	n_done++;
	last = *r;
	snprintf(last_error, sizeof(last_error), "%s", r->error ? r->error : "");
	snprintf(last_field, sizeof(last_field), "%s",
		 json_str(r->json, "ts") ? json_str(r->json, "ts") : "");
}

static void ask(enum web_method m, const char *channel)
{
	web_call(web, m, channel, NULL, done, NULL);
}

/* One call of chat.postMessage, answered so; what the caller was told is in `last`. */
static enum web_end told(int status, const char *body)
{
	int before = n_done;

	pass(60000);
	ask(WEB_CHAT_POST_MESSAGE, "C1");
	answer(n_sent - 1, status, body);
	assert_int_equal(n_done, before + 1);
	return last.end;
}

/* ---- calls ---- */

static void a_call_is_a_form_with_the_bots_token(void **state)
{
	const struct web_param params[] = {
		{ "channel", "C1" }, { "blocks", NULL }, { "text", "x" }, { NULL, NULL }
	};

	(void)state;
	web_call(web, WEB_CHAT_POST_MESSAGE, "C1", params, done, NULL);
	assert_int_equal(n_sent, 1);
	assert_string_equal(sent[0].url, "https://slack.com/api/chat.postMessage");
	assert_string_equal(sent[0].type, "application/x-www-form-urlencoded");
	assert_string_equal(sent[0].token, "xoxb-bot");
	assert_string_equal(sent[0].body, "channel=C1;text=x;");
	assert_int_equal(sent[0].timeout_ms, 10000);
	assert_int_equal(web_in_flight(web), 1);
	end_call(0, (struct http_result){ .end = HTTP_ANSWERED,
					  .status = 200,
					  .body = "{\"ok\":true,\"ts\":\"1.2\"}",
					  .date_ms = 77,
					  .scopes = "chat:write" });
	assert_int_equal(n_done, 1);
	assert_int_equal(last.end, WEB_OK);
	assert_null(last.error);
	assert_string_equal(last_field, "1.2");
	assert_int_equal(last.date_ms, 77);
	assert_string_equal(last.scopes, "chat:write");
	assert_int_equal(web_in_flight(web), 0);
}

static void only_opening_a_connection_takes_the_apps_token(void **state)
{
	enum web_method m;

	(void)state;
	for (m = 0; m < WEB_METHODS; m++) {
		assert_non_null(web_method_name(m));
		ask(m, NULL);
		assert_int_equal(n_sent, m + 1);
		assert_string_equal(sent[m].token,
				    m == WEB_APPS_CONNECTIONS_OPEN ? "xapp-app" : "xoxb-bot");
		assert_string_equal(strrchr(sent[m].url, '/') + 1, web_method_name(m));
	}
}

static void it_is_so_already_is_success(void **state)
{
	static const struct {
		enum web_method m;
		const char *error;
		enum web_end end;
	} rows[] = {
		{ WEB_PINS_ADD, "already_pinned", WEB_OK },
		{ WEB_CONVERSATIONS_INVITE, "already_in_channel", WEB_OK },
		{ WEB_CONVERSATIONS_JOIN, "already_in_channel", WEB_OK },
		{ WEB_CHAT_UPDATE, "message_not_modified", WEB_OK },
		{ WEB_CHAT_DELETE, "message_not_found", WEB_OK },
		{ WEB_REACTIONS_ADD, "already_reacted", WEB_OK },
		{ WEB_REACTIONS_REMOVE, "no_reaction", WEB_OK },
		{ WEB_FILES_DELETE, "file_not_found", WEB_OK },
		{ WEB_CHAT_UPDATE, "message_not_found", WEB_REFUSED },
		{ WEB_CHAT_POST_MESSAGE, "already_pinned", WEB_REFUSED },
		{ WEB_PINS_ADD, "already", WEB_REFUSED },
	};
	char body[100];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ask(rows[i].m, NULL);
		snprintf(body, sizeof(body), "{\"ok\":false,\"error\":\"%s\"}", rows[i].error);
		answer(n_sent - 1, 200, body);
		assert_int_equal(last.end, rows[i].end);
		if (rows[i].end == WEB_OK)
			assert_null(last.error);
	}
}

static void a_refusal_has_slacks_word(void **state)
{
	(void)state;
	assert_int_equal(told(200, "{\"ok\":false,\"error\":\"channel_not_found\"}"), WEB_REFUSED);
	assert_string_equal(last_error, "channel_not_found");
	assert_int_equal(told(200,
			      "{\"ok\":false,\"error\":\"invalid_blocks\",\"response_metadata\":"
			      "{\"messages\":[\"[ERROR] too long\\n<3>forged\",7]}}"),
			 WEB_REFUSED);
	assert_string_equal(last_error, "invalid_blocks");
	assert_int_equal(told(400, "{\"ok\":false,\"error\":\"invalid_auth\"}"), WEB_REFUSED);
}

static void what_may_have_happened_is_unknown(void **state)
{
	static const struct {
		int status;
		const char *body;
	} rows[] = {
		{ 500, "" },
		{ 503, "<html>" },
		{ 502, "{\"ok\":true}" },
		{ 200, "" },
		{ 200, "<html>" },
		{ 200, "{\"ok\":tr" },
		{ 200, "[]" },
		{ 200, "{}" },
		{ 200, "{\"ok\":\"true\"}" },
		{ 200, "{\"ok\":false}" },
		{ 302, "" },
		{ 200, "{\"ok\":false,\"error\":\"no word\\n\"}" },
		{ 200, "{\"ok\":false,\"error\":\"internal_error\"}" },
		{ 200, "{\"ok\":false,\"error\":\"fatal_error\"}" },
		{ 200, "{\"ok\":false,\"error\":\"service_unavailable\"}" },
		{ 200, "{\"ok\":false,\"error\":\"request_timeout\"}" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(told(rows[i].status, rows[i].body), WEB_UNKNOWN);
		assert_true(*last_error);
	}
	ask(WEB_CHAT_UPDATE, NULL);
	end_call(n_sent - 1,
		 (struct http_result){ .end = HTTP_UNKNOWN, .why = "no answer in 10 s" });
	assert_int_equal(last.end, WEB_UNKNOWN);
	assert_string_equal(last_error, "no answer in 10 s");
}

static void what_was_never_sent_may_be_sent_again_soon(void **state)
{
	static const int64_t waits[] = { 1000, 2000, 3000, 4000, 5000, 5000 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(waits) / sizeof(*waits); i++) {
		ask(WEB_CHAT_UPDATE, NULL);
		end_call(n_sent - 1,
			 (struct http_result){ .end = HTTP_NOT_SENT, .why = "connection refused" });
		assert_int_equal(last.end, WEB_LATER);
		assert_int_equal(last.retry_ms, waits[i]);
	}
	/* Slack never saw them: the burst of five is still there. */
	assert_int_equal(web_wait_ms(web, WEB_CHAT_UPDATE, NULL), 0);
	ask(WEB_CHAT_UPDATE, NULL);
	answer(n_sent - 1, 200, "{\"ok\":true}");
	ask(WEB_CHAT_UPDATE, NULL);
	end_call(n_sent - 1,
		 (struct http_result){ .end = HTTP_NOT_SENT, .why = "connection refused" });
	assert_int_equal(last.retry_ms, 1000);
}

/* ---- limits ---- */

static int asked_in_a_minute(enum web_method m, const char *channel, int calls)
{
	int i, n = 0, first = n_sent;
	int64_t begin = now_ms;

	for (i = 0; i < calls; i++)
		ask(m, channel);
	for (; now_ms < begin + 59999; pass(50))
		for (; first + n < n_sent; n++)
			answer(first + n, 200, "{\"ok\":true}");
	return n;
}

static void a_minute_never_sees_more_than_the_tier(void **state)
{
	static const struct {
		enum web_method m;
		int most, least;
	} rows[] = {
		{ WEB_CONVERSATIONS_CREATE, 20, 18 },
		{ WEB_CONVERSATIONS_HISTORY, 50, 48 },
		{ WEB_USERS_INFO, 100, 95 },
		{ WEB_CHAT_UPDATE, 45, 40 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int n = asked_in_a_minute(rows[i].m, NULL, 150);

		assert_true(n <= rows[i].most);
		assert_true(n >= rows[i].least);
		web_free(web); /* with those that still wait */
		web = web_new(NULL, NULL, "https://slack.com/api/", "xapp-app", "xoxb-bot");
	}
}

static void a_burst_of_edits_goes_at_once(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 7; i++)
		ask(WEB_CHAT_UPDATE, NULL);
	assert_int_equal(n_sent, 5);
	pass(1499);
	assert_int_equal(n_sent, 5);
	pass(1);
	assert_int_equal(n_sent, 6);
	pass(1500);
	assert_int_equal(n_sent, 7);
	assert_int_equal(timer.at, -1);
}

static void a_channel_gets_one_post_a_second_and_the_others_go_on(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 5; i++)
		ask(WEB_CHAT_POST_MESSAGE, "C1");
	assert_int_equal(n_sent, 3);
	ask(WEB_CHAT_POST_MESSAGE, "C2");
	assert_int_equal(n_sent, 4);
	pass(1000);
	assert_int_equal(n_sent, 5);
	pass(1000);
	assert_int_equal(n_sent, 6);
	pass(4000);
	assert_int_equal(web_wait_ms(web, WEB_CHAT_POST_MESSAGE, "C1"), 0);
}

static void calls_that_wait_go_in_the_order_of_asking(void **state)
{
	struct web_param params[] = { { "n", NULL }, { NULL, NULL } };
	char n[8];
	int i;

	(void)state;
	for (i = 0; i < 9; i++) {
		snprintf(n, sizeof(n), "%d", i);
		params[0].value = n;
		web_call(web, WEB_CHAT_POST_MESSAGE, "C1", params, done, NULL);
	}
	pass(10000);
	assert_int_equal(n_sent, 9);
	for (i = 0; i < 9; i++)
		assert_int_equal(sent[i].body[2], '0' + i);
}

static void the_wait_is_told_before_asking(void **state)
{
	int i;

	(void)state;
	assert_int_equal(web_wait_ms(web, WEB_CHAT_POST_MESSAGE, "C1"), 0);
	for (i = 0; i < 3; i++)
		ask(WEB_CHAT_POST_MESSAGE, "C1");
	assert_int_equal(web_wait_ms(web, WEB_CHAT_POST_MESSAGE, "C1"), 1000);
	assert_int_equal(web_wait_ms(web, WEB_CHAT_POST_MESSAGE, "C2"), 0);
	ask(WEB_CHAT_POST_MESSAGE, "C1");
	assert_int_equal(web_wait_ms(web, WEB_CHAT_POST_MESSAGE, "C1"), 2000);
	assert_int_equal(web_wait_ms(web, WEB_CHAT_UPDATE, NULL), 0);
}

static void retry_after_shuts_one_method_alone(void **state)
{
	(void)state;
	ask(WEB_USERS_INFO, NULL);
	answer_429(0, 30);
	assert_int_equal(last.end, WEB_LATER);
	assert_int_equal(last.retry_ms, 30000);
	assert_string_equal(last_error, "ratelimited");
	assert_int_equal(web_wait_ms(web, WEB_USERS_INFO, NULL), 30000);
	ask(WEB_USERS_INFO, NULL);
	ask(WEB_CHAT_UPDATE, NULL);
	assert_int_equal(n_sent, 2);
	assert_string_equal(sent[1].url, "https://slack.com/api/chat.update");
	pass(29999);
	assert_int_equal(n_sent, 2);
	pass(1);
	assert_int_equal(n_sent, 3);
}

static void retry_after_of_a_post_shuts_one_channel_alone(void **state)
{
	(void)state;
	ask(WEB_CHAT_POST_MESSAGE, "C1");
	answer_429(0, 10);
	assert_int_equal(web_wait_ms(web, WEB_CHAT_POST_MESSAGE, "C1"), 10000);
	assert_int_equal(web_wait_ms(web, WEB_CHAT_POST_MESSAGE, "C2"), 0);
	ask(WEB_CHAT_POST_MESSAGE, "C1");
	ask(WEB_CHAT_POST_MESSAGE, "C2");
	assert_int_equal(n_sent, 2);
	pass(5000);
	ask(WEB_CHAT_POST_MESSAGE, "C3");
	assert_int_equal(n_sent, 3);
	pass(5000);
	assert_int_equal(n_sent, 4);
}

static void a_limit_may_also_be_said_in_the_body(void **state)
{
	(void)state;
	assert_int_equal(told(200, "{\"ok\":false,\"error\":\"ratelimited\"}"), WEB_LATER);
	assert_int_equal(last.retry_ms, 10000);
	assert_int_equal(told(200, "{\"ok\":false,\"error\":\"rate_limited\"}"), WEB_LATER);
	assert_int_equal(web_wait_ms(web, WEB_CHAT_POST_MESSAGE, "C1"), 10000);
}

static void a_mad_retry_after_is_bounded(void **state)
{
	(void)state;
	ask(WEB_USERS_INFO, NULL);
	answer_429(0, INT64_MAX);
	assert_int_equal(last.retry_ms, 3600 * 1000);
	pass(3600 * 1000);
	assert_int_equal(web_wait_ms(web, WEB_USERS_INFO, NULL), 0);
}

static void too_many_waiting_calls_are_put_off_from_the_loop(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 5 + 256; i++)
		ask(WEB_CHAT_UPDATE, NULL);
	assert_int_equal(n_done, 0);
	ask(WEB_CHAT_UPDATE, NULL);
	assert_int_equal(n_done, 0);
	pass(0);
	assert_int_equal(n_done, 1);
	assert_int_equal(last.end, WEB_LATER);
	assert_true(last.retry_ms > 0);
}

static void calls_in_flight_are_bounded(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 80; i++)
		web_respond(web, "https://hooks.slack.com/x", "{}", done, NULL);
	assert_int_equal(n_sent, 64);
	answer(0, 200, "ok");
	assert_int_equal(n_sent, 65);
}

static void ask_again(const struct web_result *r, void *arg)
{
	(void)r;
	n_done++;
	if (*(int *)arg) {
		--*(int *)arg;
		web_call(web, WEB_AUTH_TEST, NULL, NULL, ask_again, arg);
	}
}

static void a_callback_may_call_again(void **state)
{
	int more = 3, i;

	(void)state;
	web_call(web, WEB_AUTH_TEST, NULL, NULL, ask_again, &more);
	for (i = 0; i < 4; i++)
		answer(i, 200, "{\"ok\":true}");
	assert_int_equal(n_done, 4);
	assert_int_equal(web_in_flight(web), 0);
}

/* ---- URLs ---- */

static void an_answer_goes_to_a_response_url_without_a_token(void **state)
{
	(void)state;
	web_respond(web, "https://hooks.slack.com/commands/1", "{\"text\":\"é\"}", done, NULL);
	assert_int_equal(n_sent, 1);
	assert_null(sent[0].token);
	assert_string_equal(sent[0].url, "https://hooks.slack.com/commands/1");
	assert_string_equal(sent[0].body, "{\"text\":\"é\"}");
	assert_string_equal(sent[0].type, "application/json; charset=utf-8");
	answer(0, 200, "ok");
	assert_int_equal(last.end, WEB_OK);
	web_respond(web, "https://hooks.slack.com/commands/1", "{}", done, NULL);
	answer(1, 404, "{\"ok\":false,\"error\":\"used_url\"}");
	assert_int_equal(last.end, WEB_REFUSED);
	assert_string_equal(last_error, "used_url");
	web_respond(web, "https://hooks.slack.com/commands/1", "{}", done, NULL);
	answer(2, 404, "no_team");
	assert_int_equal(last.end, WEB_REFUSED);
	web_respond(web, "https://hooks.slack.com/commands/1", "{}", done, NULL);
	answer(3, 500, "");
	assert_int_equal(last.end, WEB_UNKNOWN);
}

static void a_file_goes_up_byte_for_byte(void **state)
{
	(void)state;
	web_upload(web, "https://files.slack.com/upload/v1/abc", "a\0\xFFz", 4, done, NULL);
	assert_int_equal(sent[0].len, 4);
	assert_string_equal(sent[0].type, "application/octet-stream");
	assert_null(sent[0].token);
	answer(0, 200, "OK - 4");
	assert_int_equal(last.end, WEB_OK);
}

static void nothing_is_sent_to_strangers(void **state)
{
	static const char *const strangers[] = {
		"",
		"x",
		"https://",
		"http://hooks.slack.com/",
		"https://evil.com/",
		"https://slack.com.evil.com/",
		"https://evilslack.com/",
		"https://slack.com@evil.com/",
		"https://evil.com\\.slack.com/",
		"https://slack.com:444/",
		"https://evil.com#.slack.com",
		"https://evil.com?.slack.com",
		"https://evil.com%2F.slack.com/",
		"ftp://slack.com/",
		"https://slack.com\t/",
		" https://slack.com/",
		"https://evil.com:443.slack.com/",
		"//slack.com/",
		"https://[::1]/",
		"https://user:pw@hooks.slack.com/",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(strangers) / sizeof(*strangers); i++) {
		web_respond(web, strangers[i], "{}", done, NULL);
		if (n_sent)
			print_error("sent to %s\n", strangers[i]);
		assert_int_equal(n_sent, 0);
		assert_int_equal(n_done, i);
		pass(0);
		assert_int_equal(n_done, i + 1);
		assert_int_equal(last.end, WEB_REFUSED);
	}
	web_upload(web, "https://files.evil.com/upload", "x", 1, done, NULL);
	assert_int_equal(n_sent, 0);
}

static void slacks_own_hosts_are_served(void **state)
{
	static const char *const own[] = {
		"https://slack.com/x",		 "https://HOOKS.Slack.com/x",
		"https://hooks.slack.com:443/x", "HTTPS://files.slack.com?x",
		"https://a.b.slack.com",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(own) / sizeof(*own); i++) {
		web_respond(web, own[i], "{}", done, NULL);
		assert_int_equal(n_sent, i + 1);
	}
}

static void another_slack_counts_by_host_and_port(void **state)
{
	(void)state;
	web_free(web);
	web = web_new(NULL, NULL, "http://127.0.0.1:8080/api", "xapp-app", "xoxb-bot");
	web_respond(web, "http://127.0.0.1:8080/respond/1", "{}", done, NULL);
	assert_int_equal(n_sent, 1);
	web_respond(web, "http://127.0.0.1:80801/respond/1", "{}", done, NULL);
	web_respond(web, "http://127.0.0.1:8081/respond/1", "{}", done, NULL);
	web_respond(web, "https://127.0.0.1:8080/respond/1", "{}", done, NULL);
	web_respond(web, "http://127.0.0.1/respond/1", "{}", done, NULL);
	assert_int_equal(n_sent, 1);
	ask(WEB_AUTH_TEST, NULL);
	assert_string_equal(sent[1].url, "http://127.0.0.1:8080/api/auth.test");
}

/* ---- words ---- */

static void errors_are_said_in_sentences(void **state)
{
	(void)state;
	assert_non_null(strstr(web_error_says("missing_scope"), "reinstall"));
	assert_non_null(strstr(web_error_says("not_in_channel"), "/invite"));
	assert_string_equal(web_error_says("something_new"), "something_new");
	assert_non_null(web_error_says(NULL));
}

static void a_dead_token_is_known_by_its_word_in_one_place(void **state)
{
	static const char *const dead[] = { "not_authed",	"invalid_auth",
					    "account_inactive", "user_removed_from_team",
					    "team_disabled",	"token_revoked",
					    "token_expired",	"not_allowed_token_type" };

	(void)state;
	for (size_t i = 0; i < sizeof(dead) / sizeof(*dead); i++)
		assert_true(web_token_is_dead(dead[i]));
	assert_false(web_token_is_dead("missing_scope"));
	assert_false(web_token_is_dead("token"));
	assert_false(web_token_is_dead(NULL));
}

static void freeing_drops_what_is_under_way(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 10; i++)
		ask(WEB_CHAT_UPDATE, NULL);
	web_respond(web, "https://evil.com/", "{}", done, NULL);
	web_free(web);
	for (i = 0; i < 5; i++)
		assert_true(sent[i].cancelled);
	pass(100000);
	assert_int_equal(n_done, 0);
	web = web_new(NULL, NULL, "https://slack.com/api/", "xapp-app", "xoxb-bot");
}

static int begin(void **state)
{
	(void)state;
	now_ms = 1000000;
	n_sent = n_done = 0;
	log_level_set(LOG_LEVEL_ERROR);
	web = web_new(NULL, NULL, "https://slack.com/api/", "xapp-app", "xoxb-bot");
	return 0;
}

static int end(void **state)
{
	int i;

	(void)state;
	web_free(web);
	for (i = 0; i < n_sent; i++) {
		free(sent[i].url);
		free(sent[i].type);
		free(sent[i].token);
		free(sent[i].body);
	}
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_call_is_a_form_with_the_bots_token),
		TEST(only_opening_a_connection_takes_the_apps_token),
		TEST(it_is_so_already_is_success),
		TEST(a_refusal_has_slacks_word),
		TEST(what_may_have_happened_is_unknown),
		TEST(what_was_never_sent_may_be_sent_again_soon),
		TEST(a_minute_never_sees_more_than_the_tier),
		TEST(a_burst_of_edits_goes_at_once),
		TEST(a_channel_gets_one_post_a_second_and_the_others_go_on),
		TEST(calls_that_wait_go_in_the_order_of_asking),
		TEST(the_wait_is_told_before_asking),
		TEST(retry_after_shuts_one_method_alone),
		TEST(retry_after_of_a_post_shuts_one_channel_alone),
		TEST(a_limit_may_also_be_said_in_the_body),
		TEST(a_mad_retry_after_is_bounded),
		TEST(too_many_waiting_calls_are_put_off_from_the_loop),
		TEST(calls_in_flight_are_bounded),
		TEST(a_callback_may_call_again),
		TEST(an_answer_goes_to_a_response_url_without_a_token),
		TEST(a_file_goes_up_byte_for_byte),
		TEST(nothing_is_sent_to_strangers),
		TEST(slacks_own_hosts_are_served),
		TEST(another_slack_counts_by_host_and_port),
		TEST(errors_are_said_in_sentences),
		TEST(a_dead_token_is_known_by_its_word_in_one_place),
		TEST(freeing_drops_what_is_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
