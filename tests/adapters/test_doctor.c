/*
 * `doctor` against the stand-in, with a bot that runs and without: each fault that it can find, once. It is the real
 * program; where Slack is no Slack, a server of another process's stands there.
 */
#include "adapters/slack/templates.h"
#include "adapters/sqlite/schema.h"
#include "tests/slackd/slackd_private.h"
#include "tests/support/stage.h"
#include "tests/support/tiny_server.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
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

/* "NAME=VALUE …" before the program. */
static void doctor(const char *env, int exit_code)
{
	char line[600];

	snprintf(line, sizeof(line), "%s aliosbot doctor", env);
	stage_shell(&s, line);
	if (s.shell_exit != exit_code)
		fail_msg("exit code %d, wanted %d:\n%s%s", s.shell_exit, exit_code, s.out.s,
			 s.err.s);
}

/* A line of this state, of this check, with these words. */
static void finds(const char *state, const char *check, const char *words)
{
	char begin[40];
	const char *at;

	snprintf(begin, sizeof(begin), "%-8s %-12s ", state, check);
	for (at = s.out.s; at; at = strchr(at, '\n')) {
		const char *found;

		at += *at == '\n';
		found = strncmp(at, begin, strlen(begin)) == 0 ? strstr(at, words) : NULL;
		if (found && found < at + strcspn(at, "\n"))
			return;
	}
	fail_msg("no \"%s%s\" in:\n%s%s", begin, words, s.out.s, s.err.s);
}

static void says(const char *words)
{
	if (!strstr(s.out.s, words))
		fail_msg("no \"%s\" in:\n%s%s", words, s.out.s, s.err.s);
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

static void sql(const char *statement)
{
	struct buf path;
	sqlite3 *db;
	char *why = NULL;

	stage_path(&s, &path, "aliosbot.db");
	assert_int_equal(sqlite3_open(path.s, &db), SQLITE_OK);
	if (sqlite3_exec(db, statement, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", statement, why);
	sqlite3_close(db);
	buf_release(&path);
}

/* A bot that was there once, and an incident. */
static void bot_was_there(void)
{
	assert_true(stage_start(&s, NULL));
	stage_shell(&s, "aliosbot new checkout is down sev2");
	assert_int_equal(s.shell_exit, 0);
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
	assert_int_equal(stage_end(&s, SIGTERM), 0);
}

/* ---- all is well ---- */

static void beside_a_bot_that_runs_all_is_well(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	stage_shell(&s, "aliosbot new checkout is down sev2");
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
	doctor("", 0);
	finds("ok", "scopes", "The token has all");
	finds("ok", "clock", "agrees");
	finds("ok", "socket mode", "can be reached");
	finds("ok", "layouts", "Slack takes all ");
	finds("ok", "database", "1 incident, 1 open");
	finds("ok", "bot", "1 connection to Slack");
	finds("ok", "outbox", "");
	says("\nAll is well.\n");
	assert_int_equal(slackd_connections(s.d), 1);
	assert_int_equal(slackd_complaints(s.d), 0);
	assert_true(stage_alive(&s));
}

static void before_the_first_start_all_is_well_and_nothing_is_made(void **state)
{
	struct buf path;

	(void)state;
	doctor("", 0);
	finds("ok", "database", "There is none at ");
	finds("ok", "bot", "never has");
	says("All is well.");
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
	doctor("", 3);
	finds("wrong", "config", "aliosbot.conf:1: There is no key \"colour\"");
	finds("ok", "bot token", "");
}

static void tokens_that_are_missing_are_named_each(void **state)
{
	(void)state;
	doctor("SLACK_APP_TOKEN= SLACK_BOT_TOKEN=", 3);
	finds("wrong", "tokens", "There is no SLACK_APP_TOKEN");
	finds("wrong", "tokens", "There is no SLACK_BOT_TOKEN");
	finds("ok", "slack", "127.0.0.1 answers");
	finds("unknown", "scopes", "see tokens");
}

static void tokens_that_are_swapped_are_not_sent(void **state)
{
	(void)state;
	doctor("SLACK_APP_TOKEN=" SL_BOT_TOKEN " SLACK_BOT_TOKEN=" SL_APP_TOKEN, 3);
	finds("wrong", "tokens", "Are the two swapped?");
	assert_null(strstr(s.out.s, SL_BOT_TOKEN));
	for (const struct sl_call *c = slackd_calls(s.d); c; c = c->next)
		assert_string_equal(c->outcome, "not_authed");
}

static void a_token_that_was_revoked_is_told(void **state)
{
	(void)state;
	fault("auth.test", "token_revoked");
	doctor("", 4);
	finds("wrong", "bot token", "Slack refuses SLACK_BOT_TOKEN (token_revoked)");
	says("Reinstall the app and give the bot its new token.");
	finds("ok", "app token", "");
}

static void an_app_token_without_its_scope_is_told(void **state)
{
	(void)state;
	fault("apps.connections.open", "missing_scope");
	doctor("", 4);
	finds("wrong", "app token", "Slack refuses SLACK_APP_TOKEN (missing_scope)");
	says("connections:write");
	finds("unknown", "socket mode", "see app token");
}

/* ---- scopes ---- */

static void a_scope_that_is_missing_says_what_is_lost(void **state)
{
	(void)state;
	manifest_loses("oauth_config", "scopes", "bot", "pins:read");
	doctor("", 4);
	finds("wrong", "scopes",
	      "pins:read is missing. Without it, Slack's own Pin captures nothing.");
	says("aliosbot manifest");
	says("1 fault, no warning.");
}

static void a_scope_for_something_on_the_side_is_a_warning(void **state)
{
	(void)state;
	manifest_loses("oauth_config", "scopes", "bot", "bookmarks:write");
	doctor("", 0);
	finds("warning", "scopes", "bookmarks:write is missing.");
}

static void a_token_that_may_do_more_is_told(void **state)
{
	cJSON *scopes = cJSON_GetObjectItem(
		cJSON_GetObjectItem(cJSON_GetObjectItem(s.d->manifest, "oauth_config"), "scopes"),
		"bot");

	(void)state;
	cJSON_AddItemToArray(scopes, cJSON_CreateString("admin"));
	doctor("", 0);
	finds("warning", "scopes", "more than the bot needs: admin.");
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
	doctor(env, 3);
	finds("wrong", "clock", "This machine's clock is 10 min ahead of Slack's");
	says("timedatectl set-ntp true");
	buf_release(&path);
}

static void slack_that_nobody_answers_for_is_told(void **state)
{
	char env[100];
	int port, fd = tiny_dead_port(&port, false, NULL);

	(void)state;
	snprintf(env, sizeof(env), "SLACK_API_URL=https://127.0.0.1:%d/api/", port);
	doctor(env, 4);
	finds("wrong", "slack", "127.0.0.1 can't be reached");
	finds("unknown", "bot token", "Slack can't be reached");
	finds("unknown", "clock", "");
	close(fd);
}

static void a_slack_that_is_silent_is_not_waited_for_without_end(void **state)
{
	int64_t begun = slackd_ms();
	int port, fillers[8], fd = tiny_dead_port(&port, true, fillers);
	char env[100];

	(void)state;
	snprintf(env, sizeof(env), "SLACK_API_URL=https://127.0.0.1:%d/api/", port);
	doctor(env, 4);
	finds("wrong", "slack", "127.0.0.1 doesn't answer");
	assert_true(slackd_ms() - begun < 15000);
	for (int i = 0; i < 8; i++)
		close(fillers[i]);
	close(fd);
}

static void a_name_that_has_no_address_is_told(void **state)
{
	(void)state;
	doctor("SLACK_API_URL=https://no-such-host.invalid/api/", 4);
	finds("wrong", "slack", "no-such-host.invalid has no address");
	says("DNS");
}

static void a_server_that_speaks_no_tls_is_told(void **state)
{
	char env[100];

	(void)state;
	snprintf(env, sizeof(env), "SLACK_API_URL=https://127.0.0.1:%d/api/", slackd_port(s.d));
	doctor(env, 4);
	finds("wrong", "slack", "127.0.0.1 can't be reached by TLS");
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
	doctor(env, 4);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	snprintf(all, sizeof(all), "localhost has a certificate that isn't trusted: %s", words);
	finds("wrong", "slack", all);
}

static void a_certificate_that_nobody_knows_is_told(void **state)
{
	(void)state;
	doctor_finds_certificate("DNS:localhost", 3600, false,
				 "SSL certificate problem: self-signed certificate");
	says("update-ca-certificates");
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
	doctor("SLACK_API_URL=https://no-such-host.invalid/ https_proxy=socks5://127.0.0.1:1", 4);
	finds("wrong", "proxy", "https_proxy names a proxy that can't be used.");
}

static void a_proxy_that_is_not_there_is_told(void **state)
{
	char env[160];
	int port, fd = tiny_dead_port(&port, false, NULL);

	(void)state;
	snprintf(env, sizeof(env),
		 "SLACK_API_URL=https://slack.test/ https_proxy=http://127.0.0.1:%d", port);
	doctor(env, 4);
	finds("ok", "proxy", "127.0.0.1:");
	finds("wrong", "slack", "slack.test can't be reached through the proxy");
	close(fd);
}

static void an_address_where_tokens_could_be_read_is_not_asked(void **state)
{
	(void)state;
	doctor("SLACK_API_URL=http://example.com/api/", 3);
	finds("wrong", "proxy", "SLACK_API_URL must begin with https://");
	finds("unknown", "slack", "see proxy");
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
	doctor("", 4);
	finds("wrong", "layouts", "“card, new”: invalid_blocks");
}

static void a_slack_that_cannot_check_layouts_is_no_fault(void **state)
{
	(void)state;
	fault("blocks.validate", "unknown_method");
	doctor("", 0);
	finds("unknown", "layouts", "can't check layouts");
}

/* ---- disk and database ---- */

static void a_full_disk_is_told(void **state)
{
	(void)state;
	doctor("ALIOSBOT_TEST_DISK='20 100000'", 5);
	finds("wrong", "disk", "20 MiB are free.");
	doctor("ALIOSBOT_TEST_DISK='100 100000'", 0);
	finds("warning", "disk", "100 MiB are free.");
	doctor("ALIOSBOT_TEST_DISK='5000 3'", 5);
	finds("wrong", "disk", "3 inodes are free");
}

static void a_folder_that_is_missing_is_told(void **state)
{
	(void)state;
	doctor("ALIOSBOT_DB=/nowhere/at/all/aliosbot.db", 5);
	finds("wrong", "folder", "/nowhere/at/all can't be used: No such file or directory.");
}

/* The setting says: this file beside the database. */
static void metrics_at(const char *name, struct buf *path)
{
	struct buf config;
	char line[300];

	stage_path(&s, &config, "aliosbot.conf");
	assert_int_equal(truncate(config.s, 0), 0);
	buf_release(&config);
	stage_path(&s, path, name);
	snprintf(line, sizeof(line), "metrics_file = %s", path->s);
	stage_config(&s, line);
}

static void a_file_for_metrics_that_cannot_be_is_told(void **state)
{
	struct buf path;

	(void)state;
	doctor("", 0);
	finds("ok", "metrics", "No file with metrics is asked for.");
	metrics_at("bot.prom", &path);
	doctor("", 0);
	finds("ok", "metrics", "bot.prom can be written.");
	assert_int_equal(mkfifo(path.s, 0600), 0);
	doctor("", 3);
	finds("wrong", "metrics", "bot.prom is there already, and isn't a file with metrics");
	says("Until then the bot doesn't start.");
	buf_release(&path);
	metrics_at("nowhere/bot.prom", &path);
	doctor("", 0);
	finds("warning", "metrics", "/nowhere can't be used: No such file or directory.");
	buf_release(&path);
	metrics_at("aliosbot.db", &path);
	stage_shell(&s, "aliosbot doctor --json");
	assert_int_equal(s.shell_exit, 3);
	says("it would take the place of the database");
	says("\"check\":\"metrics\",\"state\":\"wrong\"");
	buf_release(&path);
}

static void a_damaged_database_is_told(void **state)
{
	struct buf path;
	char noise[4096];
	int fd;

	(void)state;
	bot_was_there();
	stage_path(&s, &path, "aliosbot.db");
	memset(noise, 0x5A, sizeof(noise));
	fd = open(path.s, O_WRONLY);
	for (int page = 3; page < 40; page++)
		assert_int_equal(pwrite(fd, noise, sizeof(noise), page * 4096), sizeof(noise));
	close(fd);
	doctor("", 5);
	finds("wrong", "database", "damaged");
	says("aliosbot restore FILE");
	finds("unknown", "outbox", "see database");
	finds("unknown", "bot", "see database");
	buf_release(&path);
}

static void a_file_that_is_no_database_is_told(void **state)
{
	(void)state;
	stage_shell(&s, "echo 'this is a letter to my aunt, and not a database' >$ALIOSBOT_DB");
	doctor("", 5);
	finds("wrong", "database", "isn't an aliosbot database");
	finds("unknown", "bot", "see database");
}

static void another_programs_database_is_told(void **state)
{
	(void)state;
	bot_was_there();
	sql("PRAGMA application_id = 7");
	doctor("", 5);
	finds("wrong", "database", "is a database of another program");
	says("--db FILE");
	finds("unknown", "bot", "see database");
}

static void a_folder_in_the_databases_place_is_told(void **state)
{
	(void)state;
	doctor("ALIOSBOT_DB=/tmp", 5);
	finds("wrong", "database", "/tmp isn't a file");
	says("--db FILE");
	finds("unknown", "bot", "see database");
}

static void a_file_of_a_newer_version_is_told(void **state)
{
	(void)state;
	bot_was_there();
	sql("PRAGMA user_version = 99");
	doctor("", 5);
	finds("wrong", "database", "newer aliosbot");
	finds("unknown", "bot", "see database");
}

static void journal_rows_that_are_gone_are_told(void **state)
{
	(void)state;
	bot_was_there();
	sql("DELETE FROM journal WHERE seq = 1");
	doctor("", 5);
	finds("wrong", "database", "is damaged: the journal has ");
}

/* ---- the bot, and what waits ---- */

static void a_bot_that_does_not_run_is_told(void **state)
{
	(void)state;
	bot_was_there();
	*s.clock += 3 * 3600 * 1000;
	doctor("", 0);
	finds("warning", "bot", "It doesn't run. It has last listened to Slack 3 h");
	says("aliosbot run");
}

static void a_bot_that_does_not_answer_is_told(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	kill(s.bot, SIGSTOP);
	doctor("", 5);
	kill(s.bot, SIGCONT);
	finds("wrong", "bot", "doesn't answer");
}

static void a_bot_without_a_connection_is_told(void **state)
{
	struct sl_fault f = {
		.method = "@connect", .kind = SL_FAULT_STATUS, .value = 503, .times = -1
	};

	(void)state;
	assert_true(stage_start(&s, NULL));
	sl_fault_add(slackd_faults(s.d), &f);
	slackd_cut(s.d);
	doctor("", 0);
	finds("warning", "bot", "has no connection to Slack");
}

static void commands_without_events_are_told(void **state)
{
	static const char *const lines[] = { "/incident list", "/incident help", "/incident todo" };
	cJSON *events = cJSON_GetObjectItem(
		cJSON_GetObjectItem(cJSON_GetObjectItem(s.d->manifest, "settings"),
				    "event_subscriptions"),
		"bot_events");
	struct sl_channel *c;

	(void)state;
	while (cJSON_GetArraySize(events))
		cJSON_DeleteItemFromArray(events, 0);
	sl_user_add(slackd_team(s.d), "U1", "Kim", "Europe/Berlin");
	c = sl_channel_add(slackd_team(s.d), "C1", "shop");
	sl_join(slackd_team(s.d), c, "U1", NULL);
	assert_true(stage_start(&s, NULL));
	for (size_t i = 0; i < 3; i++)
		slackd_says(s.d, "U1", "C1", lines[i]);
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
	doctor("", 4);
	finds("wrong", "events", "3 commands came since the bot started, and no event");
}

static void what_waits_for_a_bot_is_told(void **state)
{
	(void)state;
	bot_was_there();
	stage_shell(
		&s,
		"aliosbot update we are looking 2>&1; aliosbot 1 captain @U1; aliosbot resolve 1");
	*s.clock += 60 * 60000;
	doctor("", 0);
	finds("warning", "outbox", "Waiting for the bot to send: ");
}

static void what_slack_refused_and_what_was_parked_is_told(void **state)
{
	(void)state;
	bot_was_there();
	sql("UPDATE letter SET state = 'dead', error = 'is_archived' WHERE what = 'pin'");
	sql("INSERT INTO parked VALUES ('Ev1', 1763895600000, 3, '{}', 'a row is missing')");
	doctor("", 0);
	finds("warning", "refused",
	      "Slack refused 1 message in the last 30 days, the last one (pin)");
	says("→ The channel is archived.");
	finds("warning", "parked", "1 request could not be done");
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
		TEST(a_full_disk_is_told),
		TEST(a_folder_that_is_missing_is_told),
		TEST(a_file_for_metrics_that_cannot_be_is_told),
		TEST(a_damaged_database_is_told),
		TEST(a_file_that_is_no_database_is_told),
		TEST(another_programs_database_is_told),
		TEST(a_folder_in_the_databases_place_is_told),
		TEST(a_file_of_a_newer_version_is_told),
		TEST(journal_rows_that_are_gone_are_told),
		TEST(a_bot_that_does_not_run_is_told),
		TEST(a_bot_that_does_not_answer_is_told),
		TEST(a_bot_without_a_connection_is_told),
		TEST(commands_without_events_are_told),
		TEST(what_waits_for_a_bot_is_told),
		TEST(what_slack_refused_and_what_was_parked_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
