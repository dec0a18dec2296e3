/*
 * What systemd hears of the real bot, by a socket such as it makes.
 */
#include "tests/support/stage.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define WATCHDOG_US "60000" /* so that it has to answer often enough for a test */

static struct stage s;
static int systemd;
static struct buf told; /* all datagrams so far, a line end behind each */

static void hear(void)
{
	char one[1024];
	ssize_t n;

	while ((n = recv(systemd, one, sizeof(one), MSG_DONTWAIT)) > 0) {
		buf_add(&told, one, (size_t)n);
		buf_addc(&told, '\n');
	}
}

static bool heard(void *what)
{
	hear();
	return strstr(told.s, what);
}

static bool hears(const char *what)
{
	return stage_until(&s, heard, (void *)(uintptr_t)what, STAGE_PATIENCE_MS);
}

static int begin(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	(void)state;
	stage_open(&s, 1);
	buf_init(&told, 1 << 20);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/notify", s.dir);
	systemd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	setenv("NOTIFY_SOCKET", at.sun_path, 1);
	return systemd < 0 || bind(systemd, (struct sockaddr *)&at, sizeof(at));
}

static int end(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	close(systemd);
	buf_release(&told);
	stage_close(&s, false);
	return 0;
}

/* ---- tests ---- */

static void ready_is_said_when_slack_has_said_hello_and_not_before(void **state)
{
	struct sl_fault slow = {
		.method = "@connect", .kind = SL_FAULT_DELAY, .value = 200, .times = 1
	};

	(void)state;
	sl_fault_add(slackd_faults(s.d), &slow);
	stage_spawn(&s, NULL);
	assert_true(hears("STATUS=Connecting to Slack\n"));
	assert_null(strstr(told.s, "READY=1"));
	assert_true(hears("READY=1\nSTATUS=Connected to Slack and listening\n"));
}

static void a_connection_that_is_lost_is_said_and_ready_only_once(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	assert_true(hears("READY=1"));
	buf_reset(&told);
	slackd_cut(s.d);
	assert_true(hears("STATUS=No connection to Slack, trying again: "));
	assert_true(hears("STATUS=Connected to Slack and listening\n"));
	assert_null(strstr(told.s, "READY=1"));
}

static void a_config_read_again_is_said_and_its_end(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	assert_true(hears("READY=1"));
	buf_reset(&told);
	kill(s.bot, SIGHUP);
	assert_true(hears("RELOADING=1\nMONOTONIC_USEC="));
	assert_true(hears("\nREADY=1\n"));
	assert_null(strstr(told.s, "STATUS="));
	buf_reset(&told);
	stage_config(&s, "colour = blue");
	kill(s.bot, SIGHUP);
	assert_true(
		hears("READY=1\nSTATUS=The config is broken, the settings stay as they were: "));
	assert_non_null(strstr(told.s, "RELOADING=1"));
}

static void its_end_is_said(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	assert_true(hears("STOPPING=1\nSTATUS=Finishing what is under way\n"));
}

static void the_watchdog_is_answered_before_hello_and_after(void **state)
{
	struct sl_fault slow = {
		.method = "@connect", .kind = SL_FAULT_DELAY, .value = 300, .times = 1
	};

	(void)state;
	setenv("WATCHDOG_USEC", WATCHDOG_US, 1);
	sl_fault_add(slackd_faults(s.d), &slow);
	stage_spawn(&s, NULL);
	assert_true(hears("WATCHDOG=1"));
	assert_true(hears("EXTEND_TIMEOUT_USEC=90000000"));
	assert_null(strstr(told.s, "READY=1"));
	assert_true(hears("READY=1"));
	for (int i = 0; i < 3; i++) {
		buf_reset(&told);
		assert_true(hears("WATCHDOG=1"));
	}
	assert_null(strstr(told.s, "EXTEND_TIMEOUT_USEC"));
}

static void a_watchdog_that_is_another_process_s_is_not_answered(void **state)
{
	(void)state;
	setenv("WATCHDOG_USEC", WATCHDOG_US, 1);
	assert_true(stage_start(&s, "WATCHDOG_PID=1"));
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	assert_true(hears("STOPPING=1"));
	assert_null(strstr(told.s, "WATCHDOG=1"));
}

static void a_socket_that_is_not_there_stops_nothing(void **state)
{
	(void)state;
	setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
	assert_true(stage_start(&s, NULL));
	assert_int_equal(stage_end(&s, SIGTERM), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ready_is_said_when_slack_has_said_hello_and_not_before),
		TEST(a_connection_that_is_lost_is_said_and_ready_only_once),
		TEST(a_config_read_again_is_said_and_its_end),
		TEST(its_end_is_said),
		TEST(the_watchdog_is_answered_before_hello_and_after),
		TEST(a_watchdog_that_is_another_process_s_is_not_answered),
		TEST(a_socket_that_is_not_there_stops_nothing),
	};

	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
