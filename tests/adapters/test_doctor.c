/*
 * `doctor` against the stand-in: config, tokens, scopes, the way to Slack and the layouts; each fault that it can find, once.
 * It is the real program; where Slack is no Slack, a server of another process's stands there. What it finds on this machine is
 * test_doctor_here.c.
 */
#include "adapters/slack/templates.h"
#include "tests/slackd/slackd_private.h"
#include "tests/support/a_doctor.h"
#include "tests/support/tiny_server.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct stage s;

static int begin(void **state)
{
	(void)state;
	stage_open(&s, 1);
	return 0;
}

static int end(void **state)
{
	(void)state;
	stage_close(&s, false);
	return 0;
}

static void fault(const char *method, const char *word)
{
	struct sl_fault f = { .kind = SL_FAULT_ERROR, .times = 1 };

	snprintf(f.method, sizeof(f.method), "%s", method);
	snprintf(f.word, sizeof(f.word), "%s", word);
	sl_fault_add(slackd_faults(s.d), &f);
}

/* Of the app's manifest, at `path`, separated by blanks: the list loses one of its words. */
static void manifest_loses(const char *first, const char *second, const char *third,
			   const char *word)
{
	cJSON *list = cJSON_GetObjectItem(
		cJSON_GetObjectItem(cJSON_GetObjectItem(s.d->manifest, first), second), third);
	int i = 0;

	for (const cJSON *one = list->child; one; one = one->next, i++)
		if (!strcmp(one->valuestring, word))
			break;
	assert_true(i < cJSON_GetArraySize(list));
	cJSON_DeleteItemFromArray(list, i);
}

/* ---- all is well ---- */

static void beside_a_bot_that_runs_all_is_well(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	stage_shell(&s, "aliosbot new checkout is down sev2");
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "ok", "scopes", "The token has all");
	a_doctor_finds(&s, "ok", "clock", "agrees");
	a_doctor_finds(&s, "ok", "socket mode", "can be reached");
	a_doctor_finds(&s, "ok", "layouts", "Slack takes all ");
	a_doctor_finds(&s, "ok", "database", "1 incident, 1 open");
	a_doctor_finds(&s, "ok", "bot", "1 connection to Slack");
	a_doctor_finds(&s, "ok", "outbox", "");
	a_doctor_says(&s, "\nAll is well.\n");
	assert_int_equal(slackd_connections(s.d), 1);
	assert_int_equal(slackd_complaints(s.d), 0);
	assert_true(stage_alive(&s));
}

static void before_the_first_start_all_is_well_and_nothing_is_made(void **state)
{
	struct buf path;

	(void)state;
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "ok", "database", "There is none at ");
	a_doctor_finds(&s, "ok", "bot", "never has");
	a_doctor_says(&s, "All is well.");
	stage_path(&s, &path, "aliosbot.db");
	assert_int_not_equal(access(path.s, F_OK), 0);
	buf_release(&path);
}

static void machines_get_json(void **state)
{
	cJSON *j;

	(void)state;
	stage_shell(&s, "SLACK_BOT_TOKEN= aliosbot doctor --json");
	assert_int_equal(s.shell_exit, 3);
	j = cJSON_Parse(s.out.s);
	assert_non_null(j);
	assert_int_equal(cJSON_GetObjectItem(j, "exit_code")->valueint, 3);
	assert_true(cJSON_GetArraySize(cJSON_GetObjectItem(j, "checks")) > 15);
	cJSON_Delete(j);
}

/* ---- config and tokens ---- */

static void a_broken_config_is_a_finding_with_its_line(void **state)
{
	(void)state;
	stage_config(&s, "colour = blue");
	a_doctor(&s, "", 3);
	a_doctor_finds(&s, "wrong", "config", "aliosbot.conf:1: There is no key \"colour\"");
	a_doctor_finds(&s, "ok", "bot token", "");
}

static void tokens_that_are_missing_are_named_each(void **state)
{
	(void)state;
	a_doctor(&s, "SLACK_APP_TOKEN= SLACK_BOT_TOKEN=", 3);
	a_doctor_finds(&s, "wrong", "tokens", "There is no SLACK_APP_TOKEN");
	a_doctor_finds(&s, "wrong", "tokens", "There is no SLACK_BOT_TOKEN");
	a_doctor_finds(&s, "ok", "slack", "127.0.0.1 answers");
	a_doctor_finds(&s, "unknown", "scopes", "see tokens");
}

static void tokens_that_are_swapped_are_not_sent(void **state)
{
	(void)state;
	a_doctor(&s, "SLACK_APP_TOKEN=" SL_BOT_TOKEN " SLACK_BOT_TOKEN=" SL_APP_TOKEN, 3);
	a_doctor_finds(&s, "wrong", "tokens", "Are the two swapped?");
	assert_null(strstr(s.out.s, SL_BOT_TOKEN));
	for (const struct sl_call *c = slackd_calls(s.d); c; c = c->next)
		assert_string_equal(c->outcome, "not_authed");
}

static void a_token_that_was_revoked_is_told(void **state)
{
	(void)state;
	fault("auth.test", "token_revoked");
	a_doctor(&s, "", 4);
	a_doctor_finds(&s, "wrong", "bot token", "Slack refuses SLACK_BOT_TOKEN (token_revoked)");
	a_doctor_says(&s, "Reinstall the app and give the bot its new token.");
	a_doctor_finds(&s, "ok", "app token", "");
}

static void an_app_token_without_its_scope_is_told(void **state)
{
	(void)state;
	fault("apps.connections.open", "missing_scope");
	a_doctor(&s, "", 4);
	a_doctor_finds(&s, "wrong", "app token", "Slack refuses SLACK_APP_TOKEN (missing_scope)");
	a_doctor_says(&s, "connections:write");
	a_doctor_finds(&s, "unknown", "socket mode", "see app token");
}

/* ---- scopes ---- */

static void a_scope_that_is_missing_says_what_is_lost(void **state)
{
	(void)state;
	manifest_loses("oauth_config", "scopes", "bot", "pins:read");
	a_doctor(&s, "", 4);
	a_doctor_finds(&s, "wrong", "scopes",
		       "pins:read is missing. Without it, Slack's own Pin captures nothing.");
	a_doctor_says(&s, "aliosbot manifest");
	a_doctor_says(&s, "1 fault, no warning.");
}

static void a_scope_for_something_on_the_side_is_a_warning(void **state)
{
	(void)state;
	manifest_loses("oauth_config", "scopes", "bot", "bookmarks:write");
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "warning", "scopes", "bookmarks:write is missing.");
}

static void a_token_that_may_do_more_is_told(void **state)
{
	cJSON *scopes = cJSON_GetObjectItem(
		cJSON_GetObjectItem(cJSON_GetObjectItem(s.d->manifest, "oauth_config"), "scopes"),
		"bot");

	(void)state;
	cJSON_AddItemToArray(scopes, cJSON_CreateString("admin"));
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "warning", "scopes", "more than the bot needs: admin.");
}

/* ---- the way to Slack ---- */

static void a_clock_that_is_off_by_ten_minutes_is_wrong(void **state)
{
	const int64_t ahead[2] = { *s.clock, 600000 };
	char env[160];
	struct buf path;
	int fd;

	(void)state;
	stage_path(&s, &path, "other");
	fd = open(path.s, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, ahead, sizeof(ahead)), sizeof(ahead));
	close(fd);
	snprintf(env, sizeof(env), "ALIOSBOT_TEST_CLOCK=%s", path.s);
	a_doctor(&s, env, 3);
	a_doctor_finds(&s, "wrong", "clock", "This machine's clock is 10 min ahead of Slack's");
	a_doctor_says(&s, "timedatectl set-ntp true");
	buf_release(&path);
}

static void slack_that_nobody_answers_for_is_told(void **state)
{
	char env[100];
	int port, fd = tiny_dead_port(&port, false, NULL);

	(void)state;
	snprintf(env, sizeof(env), "SLACK_API_URL=https://127.0.0.1:%d/api/", port);
	a_doctor(&s, env, 4);
	a_doctor_finds(&s, "wrong", "slack", "127.0.0.1 can't be reached");
	a_doctor_finds(&s, "unknown", "bot token", "Slack can't be reached");
	a_doctor_finds(&s, "unknown", "clock", "");
	close(fd);
}

static void a_slack_that_is_silent_is_not_waited_for_without_end(void **state)
{
	int64_t begun = slackd_ms();
	int port, fillers[8], fd = tiny_dead_port(&port, true, fillers);
	char env[100];

	(void)state;
	snprintf(env, sizeof(env), "SLACK_API_URL=https://127.0.0.1:%d/api/", port);
	a_doctor(&s, env, 4);
	a_doctor_finds(&s, "wrong", "slack", "127.0.0.1 doesn't answer");
	assert_true(slackd_ms() - begun < 15000);
	for (int i = 0; i < 8; i++)
		close(fillers[i]);
	close(fd);
}

static void a_name_that_has_no_address_is_told(void **state)
{
	(void)state;
	a_doctor(&s, "SLACK_API_URL=https://no-such-host.invalid/api/", 4);
	a_doctor_finds(&s, "wrong", "slack", "no-such-host.invalid has no address");
	a_doctor_says(&s, "DNS");
}

static void a_server_that_speaks_no_tls_is_told(void **state)
{
	char env[100];

	(void)state;
	snprintf(env, sizeof(env), "SLACK_API_URL=https://127.0.0.1:%d/api/", slackd_port(s.d));
	a_doctor(&s, env, 4);
	a_doctor_finds(&s, "wrong", "slack", "127.0.0.1 can't be reached by TLS");
}

static void no_request(struct tiny_conn *c, const char *head, const char *body, size_t len,
		       void *arg)
{
	(void)head;
	(void)body;
	(void)len;
	(void)arg;
	tiny_answer(c, "200 OK", "", "{\"ok\":true}");
}

/* In a process of its own, for as long as the test goes on; its port. */
static int tls_server(pid_t *pid, const char *names, long good_for_s)
{
	static const struct tiny_calls calls = { .request = no_request };
	struct buf pem;
	int ends[2], port = 0;

	stage_path(&s, &pem, "certificate.pem");
	assert_int_equal(pipe(ends), 0);
	*pid = fork();
	if (*pid == 0) {
		struct loop *loop = loop_new(NULL);
		struct tiny_server *server;

		tiny_certificate_of(pem.s, names, good_for_s);
		server = tiny_server_new(loop, pem.s, &calls, NULL);
		port = tiny_port(server);
		if (write(ends[1], &port, sizeof(port)) != sizeof(port))
			_exit(1);
		while (loop_turn(loop) == 0)
			;
		_exit(0);
	}
	assert_int_equal(read(ends[0], &port, sizeof(port)), sizeof(port));
	close(ends[0]);
	close(ends[1]);
	buf_release(&pem);
	return port;
}

/* trusted: the certificate is its own signer, and that one is known. */
static void doctor_finds_certificate(const char *names, long good_for_s, bool trusted,
				     const char *words)
{
	char env[300], all[120];
	pid_t pid;
	int port = tls_server(&pid, names, good_for_s);

	snprintf(env, sizeof(env), "%s%s%s SLACK_API_URL=https://localhost:%d/api/",
		 trusted ? "ALIOSBOT_TEST_CA=" : "", trusted ? s.dir : "",
		 trusted ? "/certificate.pem" : "", port);
	a_doctor(&s, env, 4);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	snprintf(all, sizeof(all), "localhost has a certificate that isn't trusted: %s", words);
	a_doctor_finds(&s, "wrong", "slack", all);
}

static void a_certificate_that_nobody_knows_is_told(void **state)
{
	(void)state;
	doctor_finds_certificate("DNS:localhost", 3600, false,
				 "SSL certificate problem: self-signed certificate");
	a_doctor_says(&s, "update-ca-certificates");
}

static void a_certificate_that_has_expired_is_told(void **state)
{
	(void)state;
	doctor_finds_certificate("DNS:localhost", -3600, true,
				 "SSL certificate problem: certificate has expired");
}

static void a_certificate_of_another_host_is_told(void **state)
{
	(void)state;
	doctor_finds_certificate("DNS:elsewhere.test", 3600, true,
				 "SSL: no alternative certificate subject name matches");
}

static void a_proxy_that_cannot_be_used_is_told(void **state)
{
	(void)state;
	a_doctor(&s, "SLACK_API_URL=https://no-such-host.invalid/ https_proxy=socks5://127.0.0.1:1",
		 4);
	a_doctor_finds(&s, "wrong", "proxy", "https_proxy names a proxy that can't be used.");
}

static void a_proxy_that_is_not_there_is_told(void **state)
{
	char env[160];
	int port, fd = tiny_dead_port(&port, false, NULL);

	(void)state;
	snprintf(env, sizeof(env),
		 "SLACK_API_URL=https://slack.test/ https_proxy=http://127.0.0.1:%d", port);
	a_doctor(&s, env, 4);
	a_doctor_finds(&s, "ok", "proxy", "127.0.0.1:");
	a_doctor_finds(&s, "wrong", "slack", "slack.test can't be reached through the proxy");
	close(fd);
}

static void an_address_where_tokens_could_be_read_is_not_asked(void **state)
{
	(void)state;
	a_doctor(&s, "SLACK_API_URL=http://example.com/api/", 3);
	a_doctor_finds(&s, "wrong", "proxy", "SLACK_API_URL must begin with https://");
	a_doctor_finds(&s, "unknown", "slack", "see proxy");
}

/* ---- layouts ---- */

static void the_stand_in_takes_every_layout(void **state)
{
	struct template t;
	struct buf why;
	cJSON *j;

	(void)state;
	buf_init(&why, BUF_ROOMY);
	assert_true(template_count() > 30);
	for (size_t i = 0; i < template_count(); i++) {
		template_draw(&t, i);
		j = cJSON_Parse(t.json.s);
		assert_non_null(j);
		if (!(t.view ? slackd_view_ok(j, &why) : slackd_blocks_ok(j, 50, &why)))
			fail_msg("%s: %s", t.name, why.s);
		cJSON_Delete(j);
		template_release(&t);
	}
	buf_release(&why);
}

static void a_layout_that_slack_does_not_take_is_named(void **state)
{
	(void)state;
	fault("blocks.validate", "invalid_blocks");
	a_doctor(&s, "", 4);
	a_doctor_finds(&s, "wrong", "layouts", "“card, new”: invalid_blocks");
}

static void a_slack_that_cannot_check_layouts_is_no_fault(void **state)
{
	(void)state;
	fault("blocks.validate", "unknown_method");
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "unknown", "layouts", "can't check layouts");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(beside_a_bot_that_runs_all_is_well),
		TEST(before_the_first_start_all_is_well_and_nothing_is_made),
		TEST(machines_get_json),
		TEST(a_broken_config_is_a_finding_with_its_line),
		TEST(tokens_that_are_missing_are_named_each),
		TEST(tokens_that_are_swapped_are_not_sent),
		TEST(a_token_that_was_revoked_is_told),
		TEST(an_app_token_without_its_scope_is_told),
		TEST(a_scope_that_is_missing_says_what_is_lost),
		TEST(a_scope_for_something_on_the_side_is_a_warning),
		TEST(a_token_that_may_do_more_is_told),
		TEST(a_clock_that_is_off_by_ten_minutes_is_wrong),
		TEST(slack_that_nobody_answers_for_is_told),
		TEST(a_slack_that_is_silent_is_not_waited_for_without_end),
		TEST(a_name_that_has_no_address_is_told),
		TEST(a_server_that_speaks_no_tls_is_told),
		TEST(a_certificate_that_nobody_knows_is_told),
		TEST(a_certificate_that_has_expired_is_told),
		TEST(a_certificate_of_another_host_is_told),
		TEST(a_proxy_that_cannot_be_used_is_told),
		TEST(a_proxy_that_is_not_there_is_told),
		TEST(an_address_where_tokens_could_be_read_is_not_asked),
		TEST(the_stand_in_takes_every_layout),
		TEST(a_layout_that_slack_does_not_take_is_named),
		TEST(a_slack_that_cannot_check_layouts_is_no_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
