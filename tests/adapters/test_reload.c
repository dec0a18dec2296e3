/*
 * The config is read again while the real bot runs: what counts at once, what waits for a restart, and that a broken one
 * changes nothing.
 */
#include "tests/support/core_file.h"
#include "tests/support/stage.h"

#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct stage s;
static struct buf bot_log;

static int begin(void **state)
{
	(void)state;
	stage_open(&s, 1);
	buf_init(&bot_log, BUF_ROOMY);
	return 0;
}

static int end(void **state)
{
	(void)state;
	stage_close(&s, false);
	buf_release(&bot_log);
	return 0;
}

static bool is_logged(void *words)
{
	struct buf path;

	stage_path(&s, &path, "bot.log");
	buf_reset(&bot_log);
	file_read(&bot_log, path.s);
	buf_release(&path);
	return strstr(bot_log.s, words);
}

static void logs(const char *words)
{
	if (!stage_until(&s, is_logged, (void *)(uintptr_t)words, STAGE_PATIENCE_MS))
		fail_msg("no \"%s\" in:\n%s", words, bot_log.s);
}

static void reload(void)
{
	assert_true(stage_alive(&s));
	kill(s.bot, SIGHUP);
}

static void shell_says(const char *line, const char *words)
{
	stage_shell(&s, line);
	if (!strstr(s.out.s, words))
		fail_msg("no \"%s\" in:\n%s%s", words, s.out.s, s.err.s);
}

static int64_t number_of(const char *sql)
{
	sqlite3_stmt *q;
	struct buf path;
	sqlite3 *db;
	int64_t n;

	stage_path(&s, &path, "aliosbot.db");
	assert_int_equal(sqlite3_open_v2(path.s, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	buf_release(&path);
	return n;
}

static void what_was_changed_counts_at_once_and_is_logged(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	shell_says("aliosbot new checkout is down", "HIGH");
	stage_config(&s, "default_priority = LOW");
	reload();
	logs("config: default_priority: HIGH → LOW\n");
	shell_says("aliosbot new payments are slow", "LOW");
	assert_null(strstr(bot_log.s, "restart"));
	assert_int_equal(stage_end(&s, SIGTERM), 0);
}

static void it_can_be_changed_back(void **state)
{
	struct buf path;

	(void)state;
	stage_config(&s, "default_priority = LOW");
	assert_true(stage_start(&s, NULL));
	stage_path(&s, &path, "aliosbot.conf");
	assert_int_equal(truncate(path.s, 0), 0);
	buf_release(&path);
	reload();
	logs("config: default_priority: LOW → HIGH\n");
	reload();
	logs("config: read again; nothing was changed\n");
	shell_says("aliosbot new checkout is down", "HIGH");
	assert_int_equal(stage_end(&s, SIGTERM), 0);
}

static void what_needs_a_restart_is_said_and_waits_for_it(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	stage_config(&s, "command = /outage\nannounce_low = yes");
	reload();
	logs("config: command: /incident → /outage (from the next start on)\n");
	logs("config: announce_low: no → yes\n");
	logs("1 of these needs a restart: sudo systemctl restart aliosbot");
	/* It still waits. */
	stage_config(&s, "remind_items = no");
	reload();
	logs("config: remind_items: yes → no\n");
	logs("config: command: /incident → /outage (from the next start on)\n");
	assert_int_equal(stage_end(&s, SIGTERM), 0);
}

static void a_broken_config_changes_nothing_and_says_where(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	stage_config(&s, "default_priority = LOW\ncolour = blue");
	reload();
	logs("aliosbot.conf:2: There is no key \"colour\".");
	logs("the settings stay as they were");
	shell_says("ALIOSBOT_CONFIG=/dev/null aliosbot new checkout is down", "HIGH");
	assert_int_equal(stage_end(&s, SIGTERM), 0);
}

static void a_pipe_in_the_configs_place_is_not_waited_for(void **state)
{
	struct buf path;

	(void)state;
	assert_true(stage_start(&s, NULL));
	stage_path(&s, &path, "aliosbot.conf");
	unlink(path.s);
	assert_int_equal(mkfifo(path.s, 0600), 0);
	buf_release(&path);
	reload();
	logs("aliosbot.conf: it isn't a regular file.\n");
	logs("the settings stay as they were");
	shell_says("ALIOSBOT_CONFIG=/dev/null aliosbot new checkout is down", "HIGH");
	assert_int_equal(stage_end(&s, SIGTERM), 0);
}

static void rules_for_alerts_are_read_again(void **state)
{
	struct sl_channel *c;
	cJSON *fields = cJSON_CreateObject();

	(void)state;
	c = sl_channel_add(slackd_team(s.d), "CALERTS", "alerts");
	sl_join(slackd_team(s.d), c, SL_BOT_USER, NULL);
	assert_true(stage_start(&s, NULL));
	stage_config(&s, "alert = open HIGH bot:Sentry /checkout/ \"Checkout errors\"\n"
			 "alert = offer bot:Grafana");
	reload();
	logs("config: alert was changed\n");
	jset(fields, "text", "checkout fails");
	jset(fields, "username", "Sentry");
	jset(fields, "bot_id", "BSENTRY");
	jset(fields, "subtype", "bot_message");
	sl_post(slackd_team(s.d), c, NULL, fields);
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
	shell_says("aliosbot list", "Checkout errors");
	assert_int_equal(stage_end(&s, SIGTERM), 0);
}

static bool is_due(void *arg)
{
	return number_of("SELECT count(*) FROM due WHERE kind = 'update'") == *(int *)arg;
}

static void reminders_are_due_by_the_new_settings(void **state)
{
	int none = 0, one = 1;

	(void)state;
	assert_true(stage_start(&s, NULL));
	shell_says("aliosbot new checkout is down sev1", "CRITICAL");
	assert_true(stage_quiet(&s, STAGE_PATIENCE_MS));
	assert_true(is_due(&one));
	stage_config(&s, "remind_update_critical = off");
	reload();
	assert_true(stage_until(&s, is_due, &none, STAGE_PATIENCE_MS));
	assert_int_equal(stage_end(&s, SIGTERM), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_changed_counts_at_once_and_is_logged),
		TEST(it_can_be_changed_back),
		TEST(what_needs_a_restart_is_said_and_waits_for_it),
		TEST(a_broken_config_changes_nothing_and_says_where),
		TEST(a_pipe_in_the_configs_place_is_not_waited_for),
		TEST(rules_for_alerts_are_read_again),
		TEST(reminders_are_due_by_the_new_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
