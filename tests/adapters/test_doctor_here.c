/*
 * `doctor` on this machine: disk, database, metrics, the bot, and what waits for it; each fault that it can find, once. It is
 * the real program, with a bot that runs and without.
 */
#include "tests/slackd/slackd_private.h"
#include "tests/support/a_doctor.h"

#include <fcntl.h>
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

/* ---- disk and database ---- */

static void a_full_disk_is_told(void **state)
{
	(void)state;
	a_doctor(&s, "ALIOSBOT_TEST_DISK='20 100000'", 5);
	a_doctor_finds(&s, "wrong", "disk", "20 MiB are free.");
	a_doctor(&s, "ALIOSBOT_TEST_DISK='100 100000'", 0);
	a_doctor_finds(&s, "warning", "disk", "100 MiB are free.");
	a_doctor(&s, "ALIOSBOT_TEST_DISK='5000 3'", 5);
	a_doctor_finds(&s, "wrong", "disk", "3 inodes are free");
}

static void a_folder_that_is_missing_is_told(void **state)
{
	(void)state;
	a_doctor(&s, "ALIOSBOT_DB=/nowhere/at/all/aliosbot.db", 5);
	a_doctor_finds(&s, "wrong", "folder",
		       "/nowhere/at/all can't be used: No such file or directory.");
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
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "ok", "metrics", "No metrics file is configured.");
	metrics_at("bot.prom", &path);
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "ok", "metrics", "bot.prom can be written.");
	assert_int_equal(mkfifo(path.s, 0600), 0);
	a_doctor(&s, "", 3);
	a_doctor_finds(&s, "wrong", "metrics",
		       "bot.prom exists and isn't one of aliosbot's metrics files");
	a_doctor_says(&s, "Until then the bot doesn't start.");
	buf_release(&path);
	metrics_at("nowhere/bot.prom", &path);
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "warning", "metrics",
		       "/nowhere can't be used: No such file or directory.");
	buf_release(&path);
	metrics_at("aliosbot.db", &path);
	stage_shell(&s, "aliosbot doctor --json");
	assert_int_equal(s.shell_exit, 3);
	a_doctor_says(&s, "it would take the place of the database");
	a_doctor_says(&s, "\"check\":\"metrics\",\"state\":\"wrong\"");
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
	a_doctor(&s, "", 5);
	a_doctor_finds(&s, "wrong", "database", "damaged");
	a_doctor_says(&s, "aliosbot restore FILE");
	a_doctor_finds(&s, "unknown", "outbox", "see database");
	a_doctor_finds(&s, "unknown", "bot", "see database");
	buf_release(&path);
}

static void a_file_that_is_no_database_is_told(void **state)
{
	(void)state;
	stage_shell(&s, "echo 'this is a letter to my aunt, and not a database' >$ALIOSBOT_DB");
	a_doctor(&s, "", 5);
	a_doctor_finds(&s, "wrong", "database", "isn't an aliosbot database");
	a_doctor_finds(&s, "unknown", "bot", "see database");
}

static void another_programs_database_is_told(void **state)
{
	(void)state;
	bot_was_there();
	sql("PRAGMA application_id = 7");
	a_doctor(&s, "", 5);
	a_doctor_finds(&s, "wrong", "database", "is a database of another program");
	a_doctor_says(&s, "--db FILE");
	a_doctor_finds(&s, "unknown", "bot", "see database");
}

static void a_folder_in_the_databases_place_is_told(void **state)
{
	(void)state;
	a_doctor(&s, "ALIOSBOT_DB=/tmp", 5);
	a_doctor_finds(&s, "wrong", "database", "/tmp isn't a file");
	a_doctor_says(&s, "--db FILE");
	a_doctor_finds(&s, "unknown", "bot", "see database");
}

static void a_file_of_a_newer_version_is_told(void **state)
{
	(void)state;
	bot_was_there();
	sql("PRAGMA user_version = 99");
	a_doctor(&s, "", 5);
	a_doctor_finds(&s, "wrong", "database", "newer aliosbot");
	a_doctor_finds(&s, "unknown", "bot", "see database");
}

static void journal_rows_that_are_gone_are_told(void **state)
{
	(void)state;
	bot_was_there();
	sql("DELETE FROM journal WHERE seq = 1");
	a_doctor(&s, "", 5);
	a_doctor_finds(&s, "wrong", "database", "is damaged: the journal has ");
}

/* ---- the bot, and what waits ---- */

static void a_bot_that_does_not_run_is_told(void **state)
{
	(void)state;
	bot_was_there();
	*s.clock += 3 * 3600 * 1000;
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "warning", "bot", "It doesn't run. It has last listened to Slack 3 h");
	a_doctor_says(&s, "aliosbot run");
}

static void a_bot_that_does_not_answer_is_told(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	kill(s.bot, SIGSTOP);
	a_doctor(&s, "", 5);
	kill(s.bot, SIGCONT);
	a_doctor_finds(&s, "wrong", "bot", "doesn't answer");
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
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "warning", "bot", "has no connection to Slack");
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
	a_doctor(&s, "", 4);
	a_doctor_finds(&s, "wrong", "events",
		       "3 commands came since the bot started, and no event");
}

static void what_waits_for_a_bot_is_told(void **state)
{
	(void)state;
	bot_was_there();
	stage_shell(
		&s,
		"aliosbot update we are looking 2>&1; aliosbot 1 captain @U1; aliosbot resolve 1");
	*s.clock += 60 * 60000;
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "warning", "outbox", "Waiting for the bot to send: ");
}

static void what_slack_refused_and_what_was_parked_is_told(void **state)
{
	(void)state;
	bot_was_there();
	sql("UPDATE letter SET state = 'dead', error = 'is_archived' WHERE what = 'pin'");
	sql("INSERT INTO parked VALUES ('Ev1', 1763895600000, 3, '{}', 'a row is missing')");
	a_doctor(&s, "", 0);
	a_doctor_finds(&s, "warning", "refused",
		       "Slack refused 1 message in the last 30 days, the last one (pin)");
	a_doctor_says(&s, "→ The channel is archived.");
	a_doctor_finds(&s, "warning", "parked", "1 request could not be done");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
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
