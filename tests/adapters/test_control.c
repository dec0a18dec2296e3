/*
 * The socket beside the database with real sockets: the bot's side turns here, on the loop; clients are
 * child processes (control_ask() blocks) or bare sockets of ours.
 */
#include "bot/control.h"

#include "adapters/log/log.h"

#include <errno.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MOST 40

static struct loop *loop;
static struct control *control;
static char folder[64], path[80];
static bool at_once; /* answer inside the callback */
static struct control_request *asked[MOST];
static char lines[MOST][200];
static int count;

static void on_request(struct control_request *r, void *arg)
{
	assert_ptr_equal(arg, &count);
	assert_true(count < MOST);
	snprintf(lines[count], sizeof(lines[count]), "%s|%s|%s|%d", r->user, r->zone, r->line,
		 r->json);
	asked[count++] = r;
	if (at_once)
		control_answer(r, 0, "done");
}

static int setup(void **state)
{
	(void)state;
	log_level_set(LOG_LEVEL_ERROR);
	snprintf(folder, sizeof(folder), "/tmp/aliosbot-control-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/db.sock", folder);
	count = 0;
	at_once = false;
	loop = loop_new(NULL);
	assert_non_null(loop);
	control = control_new(loop, path, on_request, &count);
	assert_non_null(control);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	control_free(control);
	loop_free(loop);
	unlink(path);
	rmdir(folder);
	return 0;
}

/* A child that asks and ends with the answer's exit code, 100 if the text isn't `want`, 101 for rc != 0. */
static pid_t ask(const char *line, const char *want)
{
	const struct control_question q = { .zone = "Europe/Berlin", .line = line };
	struct buf answer;
	int code, rc;
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	buf_init(&answer, BUF_ROOMY);
	rc = control_ask(path, &q, &answer, &code);
	if (rc != 0)
		_exit(101);
	_exit(strcmp(answer.s, want) == 0 ? code : 100);
}

static void turn_until_asked(int n)
{
	while (count < n)
		assert_int_equal(loop_turn(loop), 0);
}

static int exit_of(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void tick(void *arg)
{
	*(bool *)arg = true;
}

static void turn_for(int64_t ms)
{
	bool over = false;
	struct loop_timer *t = loop_timer_new(loop, tick, &over);

	loop_timer_set(t, ms);
	while (!over)
		assert_int_equal(loop_turn(loop), 0);
	loop_timer_free(t);
}

/* Turns until the other side has hung up on fd. */
static void turn_until_hung_up(int fd)
{
	char bytes[64];

	while (recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) != 0) {
		if (errno == ECONNRESET)
			break;
		assert_int_equal(errno, EAGAIN);
		turn_for(1);
	}
}

static int bare(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void say(int fd, const char *s)
{
	assert_int_equal(send(fd, s, strlen(s), MSG_NOSIGNAL), strlen(s));
}

static void question_gets_its_answer_and_exit_code(void **state)
{
	pid_t pid = ask("42 note rolled back\nthen it was quiet", "No such incident.\n");
	char want[300];

	(void)state;
	turn_until_asked(1);
	snprintf(want, sizeof(want), "%s|Europe/Berlin|42 note rolled back\nthen it was quiet|0",
		 getpwuid(getuid())->pw_name);
	assert_string_equal(lines[0], want);
	control_answer(asked[0], 1, "No such incident.\n");
	assert_int_equal(exit_of(pid), 1);
}

static void answer_may_be_given_inside_the_callback(void **state)
{
	pid_t pid;

	(void)state;
	at_once = true;
	pid = ask("new Checkout is down", "done");
	turn_until_asked(1);
	assert_int_equal(exit_of(pid), 0);
}

static void two_clients_are_served_at_once(void **state)
{
	pid_t one = ask("1 note one", "for 1 note one"), two = ask("2 note two", "for 2 note two");
	char text[100];
	int i;

	(void)state;
	turn_until_asked(2);
	for (i = 1; i >= 0; i--) {
		snprintf(text, sizeof(text), "for %s", asked[i]->line);
		control_answer(asked[i], 0, text);
	}
	assert_int_equal(exit_of(one), 0);
	assert_int_equal(exit_of(two), 0);
}

static void user_is_who_the_kernel_says(void **state)
{
	pid_t pid;

	(void)state;
	if (getuid() != 0)
		skip();
	/* The socket is the owner's alone; a test may let somebody else in. */
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(chmod(path, 0666), 0);
	pid = fork();
	if (pid == 0) {
		const struct control_question q = { .zone = "UTC", .line = "1 note x" };
		struct buf answer;
		int code;

		buf_init(&answer, BUF_ROOMY);
		if (setuid(getpwnam("daemon")->pw_uid) != 0)
			_exit(99);
		_exit(control_ask(path, &q, &answer, &code) == 0 ? code : 101);
	}
	turn_until_asked(1);
	assert_string_equal(asked[0]->user, "daemon");
	control_answer(asked[0], 0, "");
	assert_int_equal(exit_of(pid), 0);
}

static void socket_is_for_its_owner_only(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void question_may_come_in_pieces(void **state)
{
	int fd = bare();

	(void)state;
	say(fd, "alios");
	turn_for(1);
	say(fd, "bot/1 0 14\nUTC\njson\n");
	turn_for(1);
	assert_int_equal(count, 0);
	say(fd, "1 not");
	turn_until_asked(1);
	assert_string_equal(asked[0]->line, "1 not");
	assert_true(asked[0]->json);
	control_answer(asked[0], 0, "");
	close(fd);
}

static void garbage_is_hung_up_on_and_disturbs_nobody(void **state)
{
	static const char *const garbage[] = {
		"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nand more than a head can have",
		"aliosbot/1 0 5\nno end of zone",
		"aliosbot/1 0 7\nUTC\nabc",
		"aliosbot/1 0 999999\n",
		"aliosbot/1 0 -1\n",
		"aliosbot/1 x\n",
		"aliosbot/2 0 10\nUTC\n\n1 note",
		"\n\n\n",
	};
	pid_t pid = ask("1 note in peace", "done");
	size_t i;
	int fd;

	(void)state;
	turn_until_asked(1);
	for (i = 0; i < sizeof(garbage) / sizeof(*garbage); i++) {
		fd = bare();
		say(fd, garbage[i]);
		turn_until_hung_up(fd);
		close(fd);
	}
	assert_int_equal(count, 1);
	control_answer(asked[0], 0, "done");
	assert_int_equal(exit_of(pid), 0);
}

static void client_that_hangs_up_before_its_answer_is_no_matter(void **state)
{
	int fd = bare();
	pid_t pid;

	(void)state;
	say(fd, "aliosbot/1 0 13\nUTC\n\n1 note x");
	turn_until_asked(1);
	close(fd);
	turn_for(5);
	control_answer(asked[0], 0, "too late");
	at_once = true;
	pid = ask("1 note y", "done");
	turn_until_asked(2);
	assert_int_equal(exit_of(pid), 0);
}

static void client_that_hangs_up_in_the_middle_is_forgotten(void **state)
{
	int fd = bare();

	(void)state;
	say(fd, "aliosbot/1 0 13\nUTC");
	turn_for(1);
	close(fd);
	turn_for(5);
	assert_int_equal(count, 0);
}

static void those_who_ask_nothing_give_way_to_who_comes(void **state)
{
	int fds[40];
	size_t i;

	(void)state;
	for (i = 0; i < 40; i++) {
		fds[i] = bare();
		turn_for(1);
	}
	for (i = 0; i < 8; i++)
		turn_until_hung_up(fds[i]);
	say(fds[8], "aliosbot/1 0 13\nUTC\n\n1 note x");
	turn_until_asked(1);
	say(fds[39], "aliosbot/1 0 13\nUTC\n\n1 note y");
	turn_until_asked(2);
	control_answer(asked[0], 0, "");
	control_answer(asked[1], 0, "");
	for (i = 0; i < 40; i++)
		close(fds[i]);
}

static void crowd_is_turned_away_when_all_have_asked(void **state)
{
	int fds[33];
	int i;

	(void)state;
	for (i = 0; i < 32; i++) {
		fds[i] = bare();
		say(fds[i], "aliosbot/1 0 13\nUTC\n\n1 note x");
		turn_until_asked(i + 1);
	}
	fds[32] = bare();
	turn_until_hung_up(fds[32]);
	for (i = 0; i < 32; i++)
		control_answer(asked[i], 0, "");
	for (i = 0; i < 33; i++)
		close(fds[i]);
}

/* The socket is made again before the loop has been turned for long; until then nobody is there. */
static void turn_until_there(void)
{
	while (access(path, F_OK) != 0)
		turn_for(1);
}

static void socket_that_was_cleaned_away_is_made_again(void **state)
{
	char aside[100];
	pid_t pid;

	(void)state;
	at_once = true;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(unlink(path), 0);
		turn_until_there();
		pid = ask("1 note x", "done");
		turn_until_asked(i + 1);
		assert_int_equal(exit_of(pid), 0);
	}
	snprintf(aside, sizeof(aside), "%s/aside", folder);
	assert_int_equal(rename(path, aside), 0);
	turn_until_there();
	unlink(aside);
	socket_is_for_its_owner_only(state);
}

static void longest_question_and_answer_get_through(void **state)
{
	size_t len = CONTROL_LINE_MAX - 100;
	char *line = malloc(len + 1), *text = malloc(CONTROL_TEXT_MAX + 1);
	pid_t pid;

	(void)state;
	assert_non_null(line);
	assert_non_null(text);
	memset(line, 'l', len);
	line[len] = '\0';
	memset(text, 't', CONTROL_TEXT_MAX);
	text[CONTROL_TEXT_MAX] = '\0';
	pid = ask(line, text);
	turn_until_asked(1);
	assert_int_equal(strlen(asked[0]->line), len);
	control_answer(asked[0], 0, text);
	assert_int_equal(exit_of(pid), 0);
	free(text);
	free(line);
}

static void bot_that_goes_away_is_said_to_be_gone(void **state)
{
	pid_t pid = ask("1 note x", "");

	(void)state;
	turn_until_asked(1);
	control_free(control);
	control = NULL;
	assert_int_equal(exit_of(pid), 101);
}

static void nobody_listening_is_a_result(void **state)
{
	const struct control_question q = { .zone = "UTC", .line = "1 note x" };
	struct buf answer;
	int code;

	(void)state;
	control_free(control);
	control = NULL;
	buf_init(&answer, BUF_ROOMY);
	assert_int_equal(control_ask(path, &q, &answer, &code), 1);
	buf_release(&answer);
}

static void socket_left_by_a_killed_bot_is_replaced(void **state)
{
	const struct control_question q = { .zone = "UTC", .line = "1 note x" };
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), code;
	struct buf answer;
	pid_t pid;

	(void)state;
	control_free(control);
	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	close(fd);
	buf_init(&answer, BUF_ROOMY);
	assert_int_equal(control_ask(path, &q, &answer, &code), 1);
	buf_release(&answer);
	control = control_new(loop, path, on_request, &count);
	assert_non_null(control);
	at_once = true;
	pid = ask("1 note x", "done");
	turn_until_asked(1);
	assert_int_equal(exit_of(pid), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(question_gets_its_answer_and_exit_code),
		TEST(answer_may_be_given_inside_the_callback),
		TEST(two_clients_are_served_at_once),
		TEST(user_is_who_the_kernel_says),
		TEST(socket_is_for_its_owner_only),
		TEST(question_may_come_in_pieces),
		TEST(garbage_is_hung_up_on_and_disturbs_nobody),
		TEST(client_that_hangs_up_before_its_answer_is_no_matter),
		TEST(client_that_hangs_up_in_the_middle_is_forgotten),
		TEST(those_who_ask_nothing_give_way_to_who_comes),
		TEST(crowd_is_turned_away_when_all_have_asked),
		TEST(socket_that_was_cleaned_away_is_made_again),
		TEST(longest_question_and_answer_get_through),
		TEST(bot_that_goes_away_is_said_to_be_gone),
		TEST(nobody_listening_is_a_result),
		TEST(socket_left_by_a_killed_bot_is_replaced),
	};

	return cmocka_run_group_tests_name("control", tests, NULL, NULL);
}
