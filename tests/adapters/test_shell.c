/*
 * The shell as it is called: each call is a child process with its own standard input and output, in a
 * folder of its own, with the real database.
 */
#include "bot/shell.h"

#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "adapters/log/log.h"
#include "adapters/loop/loop.h"
#include "bot/control.h"
#include "bot/version.h"
#include "tests/support/core_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW INT64_C(1795442700000) /* 2026-11-23T14:05:00Z */

static char folder[64];
static struct buf said; /* what the last call printed, both streams */

static int64_t fixed_now(struct clock *c)
{
	(void)c;
	return NOW;
}

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/aliosbot-shell-XXXXXX");
	assert_non_null(mkdtemp(folder));
	buf_init(&said, BUF_ROOMY);
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = { "aliosbot.db",
					     "aliosbot.db-wal",
					     "aliosbot.db-shm",
					     "aliosbot.db.lock",
					     "aliosbot.db.sock",
					     "aliosbot.conf",
					     "copy.db",
					     "copy.db-wal",
					     "copy.db-shm",
					     "in",
					     "out" };
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	buf_release(&said);
	return rmdir(folder);
}

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void read_said(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/out", folder);
	buf_reset(&said);
	assert_true(file_read(&said, path));
}

static _Noreturn void be_aliosbot(char **argv, int argc)
{
	static struct clock clock = { .now_ms = fixed_now };
	struct run r = {
		.clock = &clock,
		.boot_ms = clock_boot_ms,
		.entropy = entropy_system(),
		.digest = digest_openssl(),
	};
	int out, in;

	closefrom(3); /* a lock that the test holds must not be ours too */
	if (chdir(folder) != 0)
		_exit(90);
	out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	in = open(access("in", F_OK) == 0 ? "in" : "/dev/null", O_RDONLY);
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	unsetenv("ALIOSBOT_DB");
	unsetenv("ALIOSBOT_CONFIG");
	unsetenv("SLACK_APP_TOKEN");
	unsetenv("SLACK_BOT_TOKEN");
	setenv("TZ", "Europe/Berlin", 1);
	r.zones = zones_system();
	exit(shell_main(argc, argv, &r));
}

/* Words end with NULL. */
static pid_t start(const char *word, ...)
{
	static char words[16][200] = { "aliosbot" };
	char *argv[17] = { words[0] };
	int argc = 1;
	va_list ap;
	pid_t pid;

	va_start(ap, word);
	for (; word; word = va_arg(ap, const char *)) {
		assert_true(argc < 16);
		snprintf(words[argc], sizeof(words[argc]), "%s", word);
		argv[argc] = words[argc];
		argc++;
	}
	va_end(ap);
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		be_aliosbot(argv, argc);
	return pid;
}

static int end_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	read_said();
	if (!WIFEXITED(status))
		fail_msg("killed by signal %d: %s", WTERMSIG(status), said.s);
	return WEXITSTATUS(status);
}

#define CALL(code, ...) assert_call(code, start(__VA_ARGS__, NULL))
static void assert_call(int code, pid_t pid)
{
	int got = end_of(pid);

	if (got != code)
		fail_msg("exit code %d, wanted %d: %s", got, code, said.s);
}

static void assert_said(const char *words)
{
	if (!strstr(said.s, words))
		fail_msg("wanted \"%s\" in \"%s\"", words, said.s);
}

static void incident_is_declared_written_and_shown(void **state)
{
	(void)state;
	CALL(0, "new", "Checkout is down", "sev1");
	assert_said("[INCIDENT-2026-001] Checkout is down");
	CALL(0, "note", "1", "-20m", "restarted", "two pods");
	CALL(0, "impact", "INCIDENT-2026-001", "all card payments");
	CALL(0, "show", "1");
	assert_said("restarted two pods");
	assert_said("all card payments");
	CALL(0, "verify");
	assert_said("All is well");
	assert_said("Not checked: names of people and channels");
}

static void time_is_read_in_the_zone_of_the_system(void **state)
{
	(void)state;
	CALL(0, "new", "Checkout is down");
	CALL(0, "note", "1", "14:55", "seen in Berlin");
	assert_said("13:55 UTC");
}

static void text_may_come_from_standard_input(void **state)
{
	(void)state;
	CALL(0, "new", "Checkout is down");
	write_file("in", "first line\nsecond line\n");
	CALL(0, "summary", "1", "-");
	CALL(0, "show", "1");
	assert_said("first line\nsecond line");
}

static void dash_in_a_text_is_no_option(void **state)
{
	(void)state;
	CALL(0, "new", "Checkout is down");
	CALL(0, "note", "1", "--json", "is what I typed");
	CALL(0, "show", "1");
	assert_said("--json is what I typed");
}

static void refusal_ends_with_one_and_changes_nothing(void **state)
{
	(void)state;
	CALL(0, "new", "Checkout is down");
	CALL(1, "drop", "1", "7");
	CALL(1, "note", "99", "nowhere");
	CALL(1, "show", "99");
}

static void what_cannot_be_read_ends_with_two(void **state)
{
	(void)state;
	CALL(0, "new", "Checkout is down");
	CALL(2, "status", "1", "bogus");
	CALL(2, "note", "hello");
	assert_said("aliosbot note ID [WHEN] TEXT");
	CALL(2, "noet", "1", "x");
	assert_said("Did you mean note?");
	CALL(2, "show", "1", "--loud");
	CALL(2, "show", "--json");
	CALL(2, "backup");
	CALL(2, "verify", "me");
}

static void broken_config_ends_with_three(void **state)
{
	(void)state;
	write_file("aliosbot.conf", "colour = red\n");
	CALL(3, "list");
	assert_said("aliosbot.conf:1: There is no key \"colour\"");
	CALL(0, "help");
}

static void missing_database_ends_with_five_and_makes_no_file(void **state)
{
	char path[128];

	(void)state;
	CALL(5, "list");
	assert_said("There is no database at aliosbot.db");
	CALL(5, "note", "1", "x");
	snprintf(path, sizeof(path), "%s/aliosbot.db", folder);
	assert_int_equal(access(path, F_OK), -1);
}

static void run_without_tokens_ends_with_three_and_says_how(void **state)
{
	(void)state;
	CALL(3, "run");
	assert_said("There is no SLACK_APP_TOKEN");
	assert_said("aliosbot manifest");
}

static void command_of_the_config_is_in_the_manifest(void **state)
{
	(void)state;
	write_file("aliosbot.conf", "command = /outage\n");
	CALL(0, "manifest");
	assert_said("\"command\": \"/outage\"");
	CALL(0, "config");
	assert_said("command = /outage\n    from aliosbot.conf:1; the default is /incident");
}

static void json_is_for_machines(void **state)
{
	(void)state;
	CALL(0, "--json", "new", "Checkout is down");
	assert_said("\"done\":true");
	assert_said("\"node\":\"INCIDENT-2026-001\"");
	CALL(0, "new", "Search is slow");
	CALL(0, "list", "--json");
	assert_int_equal(said.s[0], '{');
	assert_said("}\n{");
	CALL(0, "show", "2", "--json");
	assert_said("\"format\":\"aliosbot.node/1\"");
	assert_said("\"title\":\"Search is slow\"");
	CALL(1, "show", "3", "--json");
	CALL(0, "note", "1", "looked at the logs", "--json");
	assert_said("\"done\":true");
	CALL(0, "note", "--json", "1", "looked again");
	assert_said("\"done\":true");
	CALL(0, "show", "1");
	assert_null(strstr(said.s, "--json"));
}

static void sentences_name_commands_as_the_shell_has_them(void **state)
{
	(void)state;
	CALL(0, "new", "Checkout is down");
	assert_said("aliosbot captain 2026-001\n");
	CALL(0, "action", "1", "restart");
	assert_said("`aliosbot assign 2026-001 1 @U024BE7LD`");
	assert_null(strstr(said.s, "/incident"));
}

static void backup_is_a_database_of_its_own(void **state)
{
	(void)state;
	CALL(0, "new", "Checkout is down");
	CALL(0, "backup", "copy.db");
	CALL(0, "--db", "copy.db", "verify");
	CALL(0, "--db", "copy.db", "show", "1");
	assert_said("Checkout is down");
}

static void help_knows_every_command(void **state)
{
	const struct command *c;
	size_t i;

	(void)state;
	CALL(0, "help");
	for (i = 0; (c = command_at(i)); i++)
		assert_said(c->word);
	CALL(0, "help", "note");
	assert_said("aliosbot note ID [WHEN] TEXT");
	CALL(0, "list", "--help");
	assert_said("aliosbot list");
	CALL(2, "help", "nonsense");
}

/* Whatever else is wrong, and as NEWS.md begins. */
static void version_is_told_and_is_the_newest_of_the_news(void **state)
{
	char line[80] = "", heading[96];
	FILE *news = fopen("NEWS.md", "r");

	(void)state;
	write_file("aliosbot.conf", "colour = red\n");
	CALL(0, "--version");
	assert_said("aliosbot " ALIOSBOT_VERSION "\n");
	CALL(0, "list", "--version");
	assert_said("aliosbot " ALIOSBOT_VERSION "\n");
	assert_non_null(news);
	while (fgets(line, sizeof(line), news) && strncmp(line, "## ", 3) != 0)
		;
	fclose(news);
	snprintf(heading, sizeof(heading), "## %s\n", ALIOSBOT_VERSION);
	assert_string_equal(line, heading);
}

/* ---- while a bot runs ---- */

static struct control_request *asked;

static void on_request(struct control_request *r, void *arg)
{
	(void)arg;
	asked = r;
}

static void running_bot_is_asked_to_change_and_not_asked_to_read(void **state)
{
	struct control *control;
	struct loop *loop;
	char path[128];
	pid_t pid;

	(void)state;
	CALL(0, "new", "Checkout is down");
	log_level_set(LOG_LEVEL_ERROR);
	snprintf(path, sizeof(path), "%s/aliosbot.db.sock", folder);
	loop = loop_new(NULL);
	control = control_new(loop, path, on_request, NULL);
	assert_non_null(control);
	pid = start("--json", "note", "1", "by way of the bot", NULL);
	while (!asked)
		assert_int_equal(loop_turn(loop), 0);
	assert_string_equal(asked->line, "1 note by way of the bot");
	assert_string_equal(asked->zone, "Europe/Berlin");
	assert_true(asked->json);
	control_answer(asked, 1, "The bot says no.\n");
	assert_call(1, pid);
	assert_string_equal(said.s, "The bot says no.\n");
	CALL(0, "show", "1");
	control_free(control);
	loop_free(loop);
}

static void shell_commands_at_the_same_time_wait_for_each_other(void **state)
{
	char path[128];
	pid_t pid;
	int fd;

	(void)state;
	CALL(0, "new", "Checkout is down");
	snprintf(path, sizeof(path), "%s/aliosbot.db.lock", folder);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	pid = start("note", "1", "second in line", NULL);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	close(fd);
	assert_call(0, pid);
	CALL(0, "show", "1");
	assert_said("second in line");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(incident_is_declared_written_and_shown),
		TEST(time_is_read_in_the_zone_of_the_system),
		TEST(text_may_come_from_standard_input),
		TEST(dash_in_a_text_is_no_option),
		TEST(refusal_ends_with_one_and_changes_nothing),
		TEST(what_cannot_be_read_ends_with_two),
		TEST(broken_config_ends_with_three),
		TEST(missing_database_ends_with_five_and_makes_no_file),
		TEST(run_without_tokens_ends_with_three_and_says_how),
		TEST(command_of_the_config_is_in_the_manifest),
		TEST(json_is_for_machines),
		TEST(sentences_name_commands_as_the_shell_has_them),
		TEST(backup_is_a_database_of_its_own),
		TEST(help_knows_every_command),
		TEST(version_is_told_and_is_the_newest_of_the_news),
		TEST(running_bot_is_asked_to_change_and_not_asked_to_read),
		TEST(shell_commands_at_the_same_time_wait_for_each_other),
	};

	return cmocka_run_group_tests_name("shell", tests, NULL, NULL);
}
