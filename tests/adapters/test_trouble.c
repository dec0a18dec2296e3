/*
 * The running bot when the way to Slack or its disk is broken: what its log says, that it goes on trying, and that all
 * is well again when that is. It is the real program; where Slack is no Slack, a server of this test's stands there.
 */
#include "tests/support/a_socket.h"
#include "tests/support/core_file.h"
#include "tests/support/stage.h"
#include "tests/support/tiny_server.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LONG_MS 60000 /* a connection that nobody answers is left after half a minute */

static struct stage s;

static int begin(void **state)
{
	(void)state;
	stage_open(&s, 60);
	return 0;
}

static int end(void **state)
{
	(void)state;
	stage_close(&s, false);
	return 0;
}

/* ---- what its log says ---- */

static int logged(const struct stage *of, const char *words)
{
	struct buf path, log;
	int n = 0;

	stage_path(of, &path, "bot.log");
	buf_init(&log, (size_t)16 << 20);
	file_read(&log, path.s);
	for (const char *at = log.s; (at = strstr(at, words)); at++)
		n++;
	buf_release(&log);
	buf_release(&path);
	return n;
}

static void assert_logged(const struct stage *of, const char *words)
{
	struct buf path, log;

	if (logged(of, words))
		return;
	stage_path(of, &path, "bot.log");
	buf_init(&log, (size_t)16 << 20);
	file_read(&log, path.s);
	fail_msg("no \"%s\" in:\n%s", words, log.s);
}

struct wait_log {
	const char *words;
	int times;
};

static bool is_logged(void *arg)
{
	const struct wait_log *w = arg;

	return logged(&s, w->words) >= w->times || !stage_alive(&s);
}

static void until_logged(const char *words, int times)
{
	struct wait_log w = { words, times };

	if (!stage_until(&s, is_logged, &w, LONG_MS) || logged(&s, words) < times)
		assert_logged(&s, words);
}

/* ---- TLS ---- */

static int requests;

static void on_request(struct tiny_conn *c, const char *head, const char *body, size_t len,
		       void *arg)
{
	(void)body, (void)len, (void)arg;
	assert_non_null(strstr(head, "Authorization: Bearer x"));
	requests++;
	tiny_answer(c, "200 OK", "", "{\"ok\":false,\"error\":\"invalid_auth\"}");
}

static const struct tiny_calls tls_calls = { .request = on_request };

static const struct {
	const char *names;
	long good_for_s;
	bool trusted;
	const char *says;
} certificates[] = {
	{ "DNS:localhost", -3600, true, "certificate has expired" },
	{ "DNS:elsewhere.test", 3600, true, "no alternative certificate subject name matches" },
	{ "DNS:localhost", 3600, false, "self-signed certificate" },
};
#define CERTIFICATES (sizeof(certificates) / sizeof(*certificates))

static void pem_of(const struct stage *of, struct buf *path, const char *name)
{
	stage_path(of, path, name);
}

/* "bad.pem" is what the server shows, "good.pem" is trusted, and the first as well if that is not what's wrong. */
static void make_certificates(const struct stage *of, size_t i)
{
	struct buf bad, good;
	char line[400];

	pem_of(of, &bad, "bad.pem");
	pem_of(of, &good, "good.pem");
	tiny_certificate_of(bad.s, certificates[i].names, certificates[i].good_for_s);
	tiny_certificate(good.s);
	snprintf(line, sizeof(line), "cat %s %s >%s/ca.pem", good.s,
		 certificates[i].trusted ? bad.s : "", of->dir);
	assert_int_equal(system(line), 0);
	buf_release(&bad);
	buf_release(&good);
}

static void start_against(struct stage *of, int port)
{
	char url[100], ca[100];

	snprintf(url, sizeof(url), "https://localhost:%d/api/", port);
	snprintf(ca, sizeof(ca), "%s/ca.pem", of->dir);
	setenv("ALIOSBOT_TEST_CA", ca, 1);
	of->api_url = url;
	stage_spawn(of, NULL);
	of->api_url = NULL;
	unsetenv("ALIOSBOT_TEST_CA");
}

static void turn_until_logged(struct loop *loop, struct stage *of, const char *words, int times)
{
	int64_t late = loop_now_ms() + LONG_MS;

	while (logged(of, words) < times && loop_now_ms() < late && stage_alive(of)) {
		loop_wake(loop);
		assert_int_equal(loop_turn(loop), 0);
		usleep(20000);
	}
	assert_logged(of, words);
}

/* Three bots and three servers side by side: each waits for seconds between two tries. */
static void a_certificate_that_is_not_slacks_is_named_and_sent_nothing_until_it_is(void **state)
{
	struct loop *loop = loop_new(NULL);
	struct tiny_server *servers[CERTIFICATES];
	struct stage stages[CERTIFICATES];
	struct buf pem;

	(void)state;
	requests = 0;
	for (size_t i = 0; i < CERTIFICATES; i++) {
		stage_open(&stages[i], 60);
		make_certificates(&stages[i], i);
		pem_of(&stages[i], &pem, "bad.pem");
		servers[i] = tiny_server_new(loop, pem.s, &tls_calls, NULL);
		buf_release(&pem);
		start_against(&stages[i], tiny_port(servers[i]));
	}
	for (size_t i = 0; i < CERTIFICATES; i++) {
		turn_until_logged(loop, &stages[i], certificates[i].says, 2);
		assert_true(tiny_accepted(servers[i]) >= 2);
		assert_true(stage_alive(&stages[i]));
	}
	assert_int_equal(requests, 0);
	for (size_t i = 0; i < CERTIFICATES; i++) {
		print_message("%s: %d connections, none of them was sent a request\n",
			      certificates[i].says, tiny_accepted(servers[i]));
		pem_of(&stages[i], &pem, "good.pem");
		tiny_shows(servers[i], pem.s);
		buf_release(&pem);
		turn_until_logged(loop, &stages[i], "doesn't know this token", 1);
	}
	assert_true(requests >= (int)CERTIFICATES);
	for (size_t i = 0; i < CERTIFICATES; i++) {
		tiny_server_free(servers[i]);
		stage_close(&stages[i], false);
	}
	loop_free(loop);
}

/* ---- names, and a connection that is none ---- */

static void people(void)
{
	struct sl_channel *c;

	sl_user_add(slackd_team(s.d), "U1", "Kim", "Europe/Berlin");
	c = sl_channel_add(slackd_team(s.d), "C1", "shop");
	sl_join(slackd_team(s.d), c, "U1", NULL);
	sl_join(slackd_team(s.d), c, SL_BOT_USER, NULL);
}

static bool is_acked(void *arg)
{
	const struct sl_envelope *e = arg;

	return e->acked;
}

static struct sl_envelope *say(const char *line)
{
	struct sl_envelope *e = slackd_says(s.d, "U1", "C1", line);

	assert_false(e->refused);
	if (!stage_until(&s, is_acked, e, STAGE_PATIENCE_MS))
		fail_msg("“%s” is not acked", line);
	return e;
}

static void assert_answered(const char *line, const char *words)
{
	const struct sl_envelope *e = say(line);

	if (!e->answer || !strstr(e->answer, words))
		fail_msg("“%s” is answered: %s", line, e->answer ? e->answer : "(nothing)");
}

static bool is_connected_again(void *arg)
{
	return slackd_hellos(s.d) >= *(unsigned *)arg;
}

static void until_hellos(unsigned n)
{
	if (!stage_until(&s, is_connected_again, &n, LONG_MS))
		fail_msg("it does not come back: %u hellos, not %u", slackd_hellos(s.d), n);
}

static void a_dead_dns_is_named_and_asked_again_until_it_answers(void **state)
{
	char url[100];

	(void)state;
	people();
	snprintf(url, sizeof(url), "http://localhost:%d/api/", slackd_port(s.d));
	s.api_url = url;
	*s.names_dead = 1;
	stage_spawn(&s, NULL);
	until_logged("apps.connections.open: the name “localhost” can't be looked up", 2);
	assert_int_equal(slackd_hellos(s.d), 0);
	assert_null(slackd_calls(s.d));
	*s.names_dead = 0;
	until_hellos(1);
	assert_answered("/incident new Checkout is down --here", "INCIDENT-2025-001");
}

static struct sl_message *said(const char *text)
{
	cJSON *fields = cJSON_CreateObject();

	jset(fields, "text", text);
	return sl_post(slackd_team(s.d), sl_channel(slackd_team(s.d), "C1"), "U1", fields);
}

static void shown(const char *words)
{
	stage_shell(&s, "aliosbot show 1");
	assert_int_equal(s.shell_exit, 0);
	if (!strstr(s.out.s, words))
		fail_msg("no \"%s\" in:\n%s", words, s.out.s);
}

static void begin_incident(void)
{
	people();
	assert_true(stage_start(&s, NULL));
	assert_answered("/incident new Checkout is down --here", "INCIDENT-2025-001");
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
}

/* TCP stands, and nothing passes: whoever should answer is not given a turn. */
static int64_t half_open_until_logged(const char *words)
{
	int64_t begun = slackd_ms();

	while (!logged(&s, words) && slackd_ms() - begun < LONG_MS)
		usleep(100000);
	assert_logged(&s, words);
	return slackd_ms() - begun;
}

static void
a_connection_that_is_half_open_is_left_and_what_was_said_meanwhile_is_not_lost(void **state)
{
	int64_t ms;

	(void)state;
	begin_incident();
	said("#timeline said into nothing");
	ms = half_open_until_logged("no connection");
	print_message("a half-open connection is left after %ld s\n", (long)ms / 1000);
	assert_in_range(ms, 20000, 45000);
	until_hellos(2);
	assert_true(stage_quiet(&s, 2 * STAGE_PATIENCE_MS));
	shown("said into nothing");
}

/* ---- its disk ---- */

static void fail_writes(int error, int64_t times)
{
	s.disk->times = times;
	s.disk->error = error;
	s.disk->first = error ? s.disk->writes + 1 : 0;
}

static void assert_saves_again(void)
{
	assert_answered("/incident note it is well again", "it is well again");
	assert_true(stage_quiet(&s, 2 * STAGE_PATIENCE_MS));
	shown("it is well again");
	stage_shell(&s, "aliosbot verify");
	assert_int_equal(s.shell_exit, 0);
}

static void a_disk_that_is_full_for_a_while(int error)
{
	begin_incident();
	fail_writes(error, 1000000);
	assert_answered("/incident note not now", "NOT saved");
	assert_answered("/incident list", "Checkout is down");
	said("#timeline said while it could not be written down");
	until_logged("events can't be saved; Slack will send them again", 1);
	stage_shell(&s, "aliosbot note 1 from the shell");
	assert_int_equal(s.shell_exit, 5);
	fail_writes(0, 0);
	assert_saves_again();
	shown("said while it could not be written down");
	assert_null(strstr(s.out.s, "not now"));
	assert_null(strstr(s.out.s, "from the shell"));
	print_message("%ld writes failed\n", (long)s.disk->failed);
}

static void on_a_full_disk_nothing_is_said_to_be_saved_and_nothing_is_lost(void **state)
{
	(void)state;
	a_disk_that_is_full_for_a_while(ENOSPC);
}

static void on_a_bad_disk_nothing_is_said_to_be_saved_and_nothing_is_lost(void **state)
{
	(void)state;
	a_disk_that_is_full_for_a_while(EIO);
}

static void a_disk_that_is_read_only_is_named_at_the_start_and_read_from(void **state)
{
	(void)state;
	begin_incident();
	fail_writes(EROFS, 1000000);
	assert_answered("/incident note not now", "NOT saved");
	stage_end(&s, SIGTERM);
	fail_writes(0, 0);
	s.disk->read_only = 1;
	assert_false(stage_start(&s, NULL));
	assert_int_equal(s.status, 5);
	assert_logged(&s, "read-only");
	stage_shell(&s, "aliosbot list");
	assert_int_equal(s.shell_exit, 0);
	assert_non_null(strstr(s.out.s, "Checkout is down"));
	s.disk->read_only = 0;
	assert_true(stage_start(&s, NULL));
	assert_saves_again();
}

static sqlite3 *lock_database(void)
{
	struct buf path;
	sqlite3 *db;

	stage_path(&s, &path, "aliosbot.db");
	assert_int_equal(sqlite3_open(path.s, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	buf_release(&path);
	return db;
}

static void a_database_that_another_program_has_locked_is_named_and_waited_for(void **state)
{
	sqlite3 *other;

	(void)state;
	begin_incident();
	other = lock_database();
	assert_answered("/incident note not now", "another program has locked");
	assert_answered("/incident list", "Checkout is down");
	said("#timeline said while it was locked");
	until_logged("events can't be saved; Slack will send them again", 1);
	sqlite3_close(other);
	assert_saves_again();
	shown("said while it was locked");
}

static void move_database(const char *from, const char *to)
{
	struct buf a, b;

	stage_path(&s, &a, from);
	stage_path(&s, &b, to);
	assert_int_equal(rename(a.s, b.s), 0);
	buf_release(&a);
	buf_release(&b);
}

static void a_database_that_is_deleted_is_named_and_all_is_well_when_it_is_put_back(void **state)
{
	(void)state;
	begin_incident();
	move_database("aliosbot.db", "aside");
	assert_answered("/incident note not now", "database file was deleted or replaced");
	assert_answered("/incident new Not now either", "database file was deleted or replaced");
	assert_answered("/incident list", "Checkout is down");
	said("#timeline said while it was away");
	until_logged("events can't be saved; Slack will send them again", 1);
	assert_logged(&s, "Put it back, or stop the bot, restore a backup and start it");
	stage_shell(&s, "aliosbot note 1 from the shell");
	assert_int_equal(s.shell_exit, 5);
	move_database("aside", "aliosbot.db");
	assert_saves_again();
	shown("said while it was away");
	assert_null(strstr(s.out.s, "not now"));
	assert_null(strstr(s.out.s, "from the shell"));
}

/* As the log says: a file that was restored is another one, which the bot that has the old one open doesn't touch. */
static void a_database_that_is_deleted_for_good_is_restored_and_begun_with(void **state)
{
	(void)state;
	begin_incident();
	stage_shell(&s, "cd $(dirname $ALIOSBOT_DB) && aliosbot backup copy && rm aliosbot.db");
	assert_int_equal(s.shell_exit, 0);
	assert_answered("/incident note not now", "database file was deleted or replaced");
	move_database("copy", "aliosbot.db");
	assert_answered("/incident note nor now", "database file was deleted or replaced");
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	assert_true(stage_start(&s, NULL));
	assert_saves_again();
	shown("it is well again");
	assert_null(strstr(s.out.s, "not now"));
	assert_null(strstr(s.out.s, "nor now"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_certificate_that_is_not_slacks_is_named_and_sent_nothing_until_it_is),
		TEST(a_dead_dns_is_named_and_asked_again_until_it_answers),
		TEST(a_connection_that_is_half_open_is_left_and_what_was_said_meanwhile_is_not_lost),
		TEST(on_a_full_disk_nothing_is_said_to_be_saved_and_nothing_is_lost),
		TEST(on_a_bad_disk_nothing_is_said_to_be_saved_and_nothing_is_lost),
		TEST(a_disk_that_is_read_only_is_named_at_the_start_and_read_from),
		TEST(a_database_that_another_program_has_locked_is_named_and_waited_for),
		TEST(a_database_that_is_deleted_is_named_and_all_is_well_when_it_is_put_back),
		TEST(a_database_that_is_deleted_for_good_is_restored_and_begun_with),

	};

	signal(SIGPIPE, SIG_IGN);
	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
