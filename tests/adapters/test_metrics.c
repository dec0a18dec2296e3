/*
 * How the bot says how it is doing: the real bot, asked as Prometheus asks.
 */
#include "tests/support/stage.h"

#include "adapters/http/serve.h"
#include "core/base/alloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct stage s;
static int port;
static struct buf said; /* what was answered last, head and body */
static struct sl_channel *shop;

/* ---- somebody who asks ---- */

static int meet(int at)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)at),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Until the other side hangs up, which it is asked to. */
static bool has_all(void *arg)
{
	char piece[4096];
	ssize_t n;

	while ((n = recv(*(int *)arg, piece, sizeof(piece), MSG_DONTWAIT)) > 0)
		buf_add(&said, piece, (size_t)n);
	return n == 0;
}

static bool has_all_or_reset(void *arg)
{
	return has_all(arg) || errno == ECONNRESET;
}

static void ask(const char *method, const char *path)
{
	int fd = meet(port);

	assert_true(fd >= 0);
	buf_reset(&said);
	dprintf(fd, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", method, path);
	if (!stage_until(&s, has_all, &fd, STAGE_PATIENCE_MS))
		fail_msg("%s %s is not answered: %s", method, path, said.s);
	close(fd);
}

static const char *body(void)
{
	const char *end = strstr(said.s, "\r\n\r\n");

	assert_non_null(end);
	return end + 4;
}

static void assert_status(const char *line)
{
	if (strncmp(said.s, line, strlen(line)) != 0)
		fail_msg("wanted %s, got %s", line, said.s);
}

static bool has_line(const char *text, const char *line)
{
	struct buf want;
	bool found;

	buf_init(&want, BUF_ROOMY);
	buf_addf(&want, "\n%s\n", line);
	found = strstr(text, want.s) != NULL;
	buf_release(&want);
	return found;
}

static bool counts(void *line)
{
	ask("GET", "/metrics");
	return has_line(said.s, line);
}

static void assert_counts(const char *line)
{
	if (!stage_until(&s, counts, (void *)(uintptr_t)line, STAGE_PATIENCE_MS))
		fail_msg("%s is not in\n%s", line, said.s);
}

/* ---- the file ---- */

static void read_file(const char *path)
{
	buf_reset(&said);
	file_read(&said, path);
}

static bool file_has(void *line)
{
	struct buf path;

	stage_path(&s, &path, "bot.prom");
	if (access(path.s, R_OK) == 0)
		read_file(path.s);
	buf_release(&path);
	return has_line(said.s, line);
}

/* Into s.out and s.err. Where it can't be had, the test is skipped, and counts as not passed. */
static int promtool(const char *arguments)
{
	struct buf line;

	buf_init(&line, BUF_ROOMY);
	buf_addf(&line, "tests/support/promtool %s", arguments);
	stage_shell(&s, line.s);
	buf_release(&line);
	if (s.shell_exit == 75)
		skip();
	return s.shell_exit;
}

static void assert_promtool_has_nothing_to_say(const char *text)
{
	struct buf path, line;
	int fd;

	stage_path(&s, &path, "checked.prom");
	fd = open(path.s, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	dprintf(fd, "%s", text);
	close(fd);
	buf_init(&line, BUF_ROOMY);
	buf_addf(&line, "check metrics <%s", path.s);
	promtool(line.s);
	buf_release(&line);
	buf_release(&path);
	if (s.shell_exit || s.out.len || s.err.len)
		fail_msg("promtool (%d): %s%s\n%s", s.shell_exit, s.out.s, s.err.s, text);
}

/* ---- the stage ---- */

static int free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	close(fd);
	return ntohs(at.sin_port);
}

static int begin(void **state)
{
	char line[64];
	struct buf path;

	(void)state;
	stage_open(&s, 60);
	buf_init(&said, (size_t)1 << 20);
	port = free_port();
	snprintf(line, sizeof(line), "metrics_listen = 127.0.0.1:%d", port);
	stage_config(&s, line);
	stage_path(&s, &path, "bot.prom");
	buf_reset(&said);
	buf_addf(&said, "metrics_file = %s", path.s);
	stage_config(&s, said.s);
	buf_reset(&said);
	buf_release(&path);
	shop = sl_channel_add(slackd_team(s.d), "C0SHOP", "shop");
	sl_user_add(slackd_team(s.d), "U1", "Sarah", "Europe/Berlin");
	sl_join(slackd_team(s.d), shop, "U1", NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_release(&said);
	stage_close(&s, false);
	return 0;
}

static void declare(void)
{
	assert_true(stage_start(&s, NULL));
	slackd_says(s.d, "U1", "C0SHOP", "/incident new checkout is down");
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
}

/* ---- tests ---- */

static void what_has_happened_is_counted_and_prometheus_can_read_it(void **state)
{
	(void)state;
	declare();
	ask("GET", "/metrics");
	assert_status("HTTP/1.1 200 OK");
	assert_non_null(strstr(said.s, "text/plain; version=0.0.4"));
	assert_promtool_has_nothing_to_say(body());
	assert_counts("aliosbot_connected 1");
	assert_counts("aliosbot_envelopes_total{kind=\"command\"} 1");
	assert_counts("aliosbot_incidents{status=\"OPEN\"} 1");
	assert_counts("aliosbot_incidents{status=\"DONE\"} 0");
	assert_counts(
		"aliosbot_slack_api_calls_total{method=\"conversations.create\",result=\"ok\"} 1");
	assert_counts("aliosbot_outbox_letters 0");
	assert_counts("aliosbot_outbox_oldest_age_seconds 0.000");
	assert_null(strstr(said.s, "aliosbot_ack_duration_seconds_count 0\n"));
	assert_null(strstr(said.s, "aliosbot_commit_duration_seconds_count 0\n"));
}

static void what_slack_delivers_twice_is_counted_as_that(void **state)
{
	struct sl_envelope *e;

	(void)state;
	assert_true(stage_start(&s, NULL));
	e = slackd_says(s.d, "U1", "C0SHOP", "/incident new checkout is down");
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
	slackd_redeliver(s.d, e, true);
	assert_counts("aliosbot_duplicates_total 1");
	assert_counts("aliosbot_incidents{status=\"OPEN\"} 1");
}

static void a_status_is_counted_when_it_changes_and_after_a_restart(void **state)
{
	(void)state;
	declare();
	assert_counts("aliosbot_incidents{status=\"OPEN\"} 1");
	slackd_says(s.d, "U1", "C0SHOP", "/incident 1 resolve");
	assert_counts("aliosbot_incidents{status=\"DONE\"} 1");
	assert_counts("aliosbot_incidents{status=\"OPEN\"} 0");
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	assert_true(stage_start(&s, NULL));
	assert_counts("aliosbot_incidents{status=\"DONE\"} 1");
	assert_counts("aliosbot_incidents{status=\"OPEN\"} 0");
}

static void healthz_says_in_a_sentence_what_is_wrong(void **state)
{
	struct sl_fault never = {
		.method = "@connect", .kind = SL_FAULT_DELAY, .value = 60000, .times = -1
	};

	(void)state;
	assert_true(stage_start(&s, NULL));
	assert_counts("aliosbot_connected 1"); /* it has heard Slack's hello */
	ask("GET", "/healthz");
	assert_status("HTTP/1.1 200");
	assert_string_equal(body(), "ok\n");
	sl_fault_add(slackd_faults(s.d), &never);
	slackd_cut(s.d);
	assert_counts("aliosbot_connected 0");
	assert_counts("aliosbot_reconnects_total{reason=\"lost\"} 1");
	ask("GET", "/healthz");
	assert_status("HTTP/1.1 503");
	assert_string_equal(body(), "No connection to Slack: see the log.\n");
}

static void nothing_else_is_answered(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	ask("GET", "/");
	assert_status("HTTP/1.1 404");
	ask("DELETE", "/metrics");
	assert_status("HTTP/1.1 405");
	ask("GET", "/metrics/../../etc/passwd");
	assert_status("HTTP/1.1 404");
}

/* Those beyond SERVE_MOST are hung up on, and no other. */
static void who_asks_nothing_and_stays(void)
{
	int fd[SERVE_MOST + 4];
	const int n = sizeof(fd) / sizeof(*fd);
	char c;

	for (int i = 0; i < n; i++)
		fd[i] = meet(port);
	for (int i = SERVE_MOST; i < n; i++)
		assert_true(stage_until(&s, has_all, &fd[i], STAGE_PATIENCE_MS));
	for (int i = 0; i < SERVE_MOST; i++)
		assert_int_equal(recv(fd[i], &c, 1, MSG_DONTWAIT), -1);
	for (int i = 0; i < n; i++)
		close(fd[i]);
}

static void who_asks_nothing_and_stays_takes_no_place_from_slack(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	who_asks_nothing_and_stays();
	slackd_says(s.d, "U1", "C0SHOP", "/incident new checkout is down");
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
	for (int i = 0; i < 3 * SERVE_MOST; i++)
		ask("GET", "/healthz");
	assert_counts("aliosbot_incidents{status=\"OPEN\"} 1");
	assert_int_equal(stage_end(&s, SIGTERM), 0);
}

static void it_stops_while_somebody_is_asking(void **state)
{
	int fd;

	(void)state;
	assert_true(stage_start(&s, NULL));
	fd = meet(port);
	dprintf(fd, "GET /metrics HTTP/1.1\r\nHost: ");
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	close(fd);
}

static void the_file_is_there_whole_and_its_last_words_are_true(void **state)
{
	struct buf path;
	struct stat st;

	(void)state;
	declare();
	stage_path(&s, &path, "bot.prom");
	assert_true(stage_until(&s, file_has, (void *)(uintptr_t) "aliosbot_connected 0",
				STAGE_PATIENCE_MS));
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	read_file(path.s);
	assert_promtool_has_nothing_to_say(said.s);
	assert_true(has_line(said.s, "aliosbot_connected 0"));
	assert_true(has_line(said.s, "aliosbot_incidents{status=\"OPEN\"} 1"));
	assert_int_equal(stat(path.s, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	buf_adds(&path, ".new");
	assert_int_equal(access(path.s, F_OK), -1);
	buf_release(&path);
}

static void a_port_that_is_taken_and_a_folder_that_is_not_there_stop_nothing(void **state)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct buf path;

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 1), 0);
	stage_path(&s, &path, "bot.prom.new");
	assert_int_equal(mkdir(path.s, 0700), 0);
	declare();
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	buf_release(&path);
	stage_path(&s, &path, "bot.log");
	read_file(path.s);
	assert_non_null(strstr(said.s, "metrics: can't listen on 127.0.0.1 port "));
	assert_non_null(strstr(said.s, "bot.prom can't be written: Is a directory"));
	buf_release(&path);
	close(fd);
}

/* ---- what others make of it ---- */

/* The name at *at that may have a histogram's ending, as the text's TYPE lines have it. */
static void assert_there_is(const char *text, const char *name, size_t len)
{
	static const char *const ends[] = { "", "_bucket", "_sum", "_count" };
	char line[120];

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t n = strlen(ends[i]);

		if (n > len || strncmp(name + len - n, ends[i], n) != 0)
			continue;
		snprintf(line, sizeof(line), "# TYPE %.*s ", (int)(len - n), name);
		if (strstr(text, line))
			return;
	}
	fail_msg("nothing is called %.*s", (int)len, name);
}

static int assert_names(const char *text, const char *path)
{
	struct buf file;
	size_t len;
	int n = 0;

	buf_init(&file, (size_t)1 << 20);
	file_read(&file, path);
	for (const char *at = file.s; (at = strstr(at, "aliosbot_")); at += len, n++) {
		len = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
		assert_there_is(text, at, len);
	}
	buf_release(&file);
	return n;
}

static void rules_and_dashboard_name_what_there_is(void **state)
{
	(void)state;
	declare();
	ask("GET", "/metrics");
	assert_true(assert_names(said.s, "contrib/prometheus/aliosbot.rules.yml") >= 5);
	assert_true(assert_names(said.s, "contrib/grafana/aliosbot.json") >= 10);
	if (promtool("check rules contrib/prometheus/aliosbot.rules.yml") ||
	    !strstr(s.out.s, "SUCCESS: 5 rules found"))
		fail_msg("promtool (%d): %s%s", s.shell_exit, s.out.s, s.err.s);
	if (promtool("test rules tests/support/aliosbot.rules.test.yml"))
		fail_msg("promtool (%d): %s%s", s.shell_exit, s.out.s, s.err.s);
}

/* ---- whose place the file takes ---- */

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	dprintf(fd, "%s", text);
	close(fd);
}

/* Started with a config that names this, beside the database aliosbot.db. */
static void assert_refused(const char *name, const char *words)
{
	struct buf config, line;

	stage_path(&s, &config, "other.conf");
	stage_path(&s, &line, name);
	buf_reset(&said);
	buf_addf(&said, "metrics_file = %s\n", line.s);
	write_file(config.s, said.s);
	buf_reset(&line);
	buf_addf(&line, "aliosbot --config %s run", config.s);
	stage_shell(&s, line.s);
	if (s.shell_exit != 3 || !strstr(s.err.s, words))
		fail_msg("%s: %d, %s", name, s.shell_exit, s.err.s);
	buf_release(&config);
	buf_release(&line);
}

static void a_file_that_is_the_bots_own_is_no_place_for_metrics(void **state)
{
	struct buf db, other;

	(void)state;
	declare();
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	assert_refused("aliosbot.db", "it would take the place of the database");
	assert_refused("aliosbot.db-wal", "it would take the place of the database");
	assert_refused("aliosbot.db-shm", "it would take the place of the database");
	assert_refused("aliosbot.db.lock", "it would take the place of the database");
	assert_refused("aliosbot.db.sock", "it would take the place of the database");
	stage_path(&s, &db, "aliosbot.db");
	stage_path(&s, &other, "linked.prom");
	assert_int_equal(link(db.s, other.s), 0);
	assert_refused("linked.prom", "it would take the place of the database");
	assert_refused("other.conf", "it would take the place of the config file");
	buf_release(&db);
	buf_release(&other);
	assert_true(stage_start(&s, NULL));
	assert_counts("aliosbot_incidents{status=\"OPEN\"} 1");
}

static void a_file_of_somebody_elses_is_left_as_it_is(void **state)
{
	struct buf path;

	(void)state;
	stage_path(&s, &path, "notes.txt");
	write_file(path.s, "what I must not forget\n");
	assert_refused("notes.txt", "isn't one of aliosbot's metrics files");
	read_file(path.s);
	assert_string_equal(said.s, "what I must not forget\n");
	buf_release(&path);
}

/* One that comes to be there while it runs: the last words at the end would replace it. */
static void a_file_that_comes_later_is_left_as_it_is_too(void **state)
{
	struct buf path;

	(void)state;
	declare();
	assert_true(stage_until(&s, file_has, (void *)(uintptr_t) "aliosbot_connected 0",
				STAGE_PATIENCE_MS));
	stage_path(&s, &path, "bot.prom");
	write_file(path.s, "what I must not forget\n");
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	read_file(path.s);
	assert_string_equal(said.s, "what I must not forget\n");
	buf_release(&path);
	stage_path(&s, &path, "bot.log");
	read_file(path.s);
	assert_non_null(
		strstr(said.s, "bot.prom exists and isn't one of aliosbot's metrics files"));
	buf_release(&path);
}

static void a_pipe_in_the_way_stops_nothing(void **state)
{
	struct buf path;

	(void)state;
	stage_path(&s, &path, "bot.prom.new");
	assert_int_equal(mkfifo(path.s, 0600), 0);
	declare();
	assert_true(stage_until(&s, file_has, (void *)(uintptr_t) "aliosbot_connected 0",
				STAGE_PATIENCE_MS));
	assert_int_equal(mkfifo(path.s, 0600), 0);
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	assert_int_equal(access(path.s, F_OK), -1);
	buf_release(&path);
}

/* ---- who wants to talk otherwise ---- */

static const char websocket[] = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n"
				"Connection: Upgrade\r\nUpgrade: websocket\r\n"
				"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
				"Sec-WebSocket-Version: 13\r\n\r\n";
static const char http2[] = "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n"
			    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
			    "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n";
static const char http2_known[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
				  "\0\0\0\4\0\0\0\0\0";

static void assert_hung_up_on(const char *what, size_t len)
{
	int fd = meet(port);

	assert_true(fd >= 0);
	buf_reset(&said);
	assert_int_equal(send(fd, what, len, MSG_NOSIGNAL), len);
	if (!stage_until(&s, has_all_or_reset, &fd, STAGE_PATIENCE_MS))
		fail_msg("not hung up after %s: %s", what, said.s);
	if (strstr(said.s, "HTTP/1.1 101") || strstr(said.s, "HTTP/1.1 200"))
		fail_msg("%s was answered: %s", what, said.s);
	close(fd);
}

static void nobody_is_taken_into_another_protocol(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	assert_counts("aliosbot_connected 1");
	for (int i = 0; i < 2 * SERVE_MOST; i++) {
		assert_hung_up_on(websocket, sizeof(websocket) - 1);
		assert_hung_up_on(http2, sizeof(http2) - 1);
		assert_hung_up_on(http2_known, sizeof(http2_known) - 1);
	}
	/* They leave the count as it was: as many as ever may come, and no more. */
	who_asks_nothing_and_stays();
	assert_counts("aliosbot_connected 1"); /* once those who left are seen to have left */
}

static int times_logged(const char *words)
{
	struct buf path;
	int n = 0;

	stage_path(&s, &path, "bot.log");
	read_file(path.s);
	buf_release(&path);
	for (const char *at = said.s; (at = strstr(at, words)); at++)
		n++;
	return n;
}

static void what_anybody_can_bring_about_is_logged_once(void **state)
{
	static char long_head[16000];

	(void)state;
	assert_true(stage_start(&s, NULL));
	memset(long_head, 'a', sizeof(long_head));
	memcpy(long_head, "GET /", 5);
	for (int i = 0; i < 5; i++)
		assert_hung_up_on(long_head, sizeof(long_head));
	who_asks_nothing_and_stays(); /* four are turned away */
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	assert_int_equal(times_logged("lws: "), 1);
	assert_int_equal(times_logged("more than 8 ask at a time; one was turned away"), 1);
	assert_int_equal(times_logged("ask at a time"), 1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_has_happened_is_counted_and_prometheus_can_read_it),
		TEST(what_slack_delivers_twice_is_counted_as_that),
		TEST(a_status_is_counted_when_it_changes_and_after_a_restart),
		TEST(healthz_says_in_a_sentence_what_is_wrong),
		TEST(nothing_else_is_answered),
		TEST(who_asks_nothing_and_stays_takes_no_place_from_slack),
		TEST(it_stops_while_somebody_is_asking),
		TEST(the_file_is_there_whole_and_its_last_words_are_true),
		TEST(a_port_that_is_taken_and_a_folder_that_is_not_there_stop_nothing),
		TEST(a_file_that_is_the_bots_own_is_no_place_for_metrics),
		TEST(a_file_of_somebody_elses_is_left_as_it_is),
		TEST(a_file_that_comes_later_is_left_as_it_is_too),
		TEST(a_pipe_in_the_way_stops_nothing),
		TEST(nobody_is_taken_into_another_protocol),
		TEST(what_anybody_can_bring_about_is_logged_once),
		TEST(rules_and_dashboard_name_what_there_is),
	};

	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
