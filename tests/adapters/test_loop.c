/* The loop: timers, descriptors, names. Real clock, real descriptors, glibc's own resolver. */
#include "adapters/log/seldom.h"
#include "adapters/loop/listen.h"
#include "adapters/loop/loop.h"
#include "core/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG_MS 5000 /* what must happen happens before this */

static struct loop *loop;
static struct buf story; /* what the callbacks wrote */

static int begin(void **state)
{
	(void)state;
	loop = loop_new(NULL);
	buf_init(&story, 1000);
	return !loop;
}

static int end(void **state)
{
	(void)state;
	loop_free(loop);
	buf_release(&story);
	return 0;
}

/* Turns until the story has this many characters. */
static void turn_until(size_t len)
{
	int64_t late = loop_now_ms() + LONG_MS;

	while (story.len < len && loop_now_ms() < late)
		assert_int_equal(loop_turn(loop), 0);
}

static void write_down(void *arg)
{
	buf_adds(&story, arg);
}

/* ---- timers ---- */

static void timers_fire_in_the_order_of_their_times(void **state)
{
	struct loop_timer *a = loop_timer_new(loop, write_down, "a");
	struct loop_timer *b = loop_timer_new(loop, write_down, "b");
	struct loop_timer *c = loop_timer_new(loop, write_down, "c");
	int64_t start = loop_now_ms();

	(void)state;
	loop_timer_set(c, 60);
	loop_timer_set(a, 20);
	loop_timer_set(b, 40);
	assert_true(loop_timer_armed(b));
	assert_string_equal(story.s, "");
	turn_until(3);
	assert_string_equal(story.s, "abc");
	assert_true(loop_now_ms() - start >= 60);
	assert_false(loop_timer_armed(b));
	loop_timer_free(a);
	loop_timer_free(b);
	loop_timer_free(c);
}

static void a_timer_can_be_moved_and_switched_off(void **state)
{
	struct loop_timer *off = loop_timer_new(loop, write_down, "x");
	struct loop_timer *moved = loop_timer_new(loop, write_down, "m");
	struct loop_timer *last = loop_timer_new(loop, write_down, "l");

	(void)state;
	loop_timer_set(off, 1);
	loop_timer_set(moved, 1);
	loop_timer_set(last, 30);
	loop_timer_set(off, -1);
	loop_timer_set(moved, 15);
	assert_false(loop_timer_armed(off));
	turn_until(2);
	assert_string_equal(story.s, "ml");
	loop_timer_free(off);
	loop_timer_free(moved);
	loop_timer_free(last);
}

static struct loop_timer *own;

static void free_itself(void *arg)
{
	(void)arg;
	loop_timer_free(own);
	buf_addc(&story, 'f');
}

static void a_timer_may_free_itself_and_one_far_away_is_no_trouble(void **state)
{
	struct loop_timer *far_away = loop_timer_new(loop, write_down, "x");

	(void)state;
	loop_timer_set(far_away, INT64_MAX);
	own = loop_timer_new(loop, free_itself, NULL);
	loop_timer_set(own, 0);
	turn_until(1);
	assert_string_equal(story.s, "f");
	assert_true(loop_timer_armed(far_away));
	loop_timer_free(far_away);
}

/* lws fires timers at a turn's start and would then wait for the next thing, a second later here. */
static void the_turn_in_which_a_timer_fires_ends_at_once(void **state)
{
	struct loop_timer *soon = loop_timer_new(loop, write_down, "s");
	struct loop_timer *later = loop_timer_new(loop, write_down, "l");
	int64_t start = loop_now_ms();

	(void)state;
	loop_timer_set(soon, 10);
	loop_timer_set(later, 1000);
	turn_until(1);
	assert_true(loop_now_ms() - start < 500);
	assert_string_equal(story.s, "s");
	loop_timer_free(soon);
	loop_timer_free(later);
}

static void a_wake_ends_the_next_turn(void **state)
{
	struct loop_timer *later = loop_timer_new(loop, write_down, "l");
	int64_t start = loop_now_ms();
	int i;

	(void)state;
	loop_timer_set(later, 2000);
	for (i = 0; i < 5; i++) {
		loop_wake(loop);
		loop_wake(loop);
		assert_int_equal(loop_turn(loop), 0);
	}
	assert_true(loop_now_ms() - start < 1000);
	loop_timer_free(later);
}

/* Nothing but lws's own check every 30 s wakes an idle loop. */
static void an_idle_loop_sleeps(void **state)
{
	struct loop_timer *t = loop_timer_new(loop, write_down, "t");
	int turns = 0;

	(void)state;
	loop_timer_set(t, 300);
	for (; !story.len; turns++)
		assert_int_equal(loop_turn(loop), 0);
	assert_in_range(turns, 1, 6);
	loop_timer_free(t);
}

/* ---- descriptors ---- */

static void drain(int fd, void *arg)
{
	char piece[16];
	ssize_t n = read(fd, piece, sizeof(piece));

	(void)arg;
	if (n > 0)
		buf_add(&story, piece, (size_t)n);
}

static void a_descriptor_is_served_when_it_is_readable_and_closed_when_freed(void **state)
{
	int pipe_fds[2];
	struct loop_fd *f;

	(void)state;
	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK), 0);
	f = loop_fd_new(loop, pipe_fds[0], drain, NULL);
	assert_int_equal(write(pipe_fds[1], "one", 3), 3);
	assert_string_equal(story.s, "");
	turn_until(3);
	assert_int_equal(write(pipe_fds[1], "two", 3), 3);
	turn_until(6);
	assert_string_equal(story.s, "onetwo");
	loop_fd_free(f);
	assert_int_equal(fcntl(pipe_fds[0], F_GETFD), -1);
	close(pipe_fds[1]);
}

static struct loop_fd *pair[2];

/* Whichever comes first takes the other away. */
static void free_the_other(int fd, void *arg)
{
	struct loop_fd **other = arg;

	drain(fd, NULL);
	loop_fd_free(*other);
	*other = NULL;
}

static void a_descriptor_freed_by_another_ones_callback_is_not_served(void **state)
{
	int a[2], b[2];

	(void)state;
	assert_int_equal(pipe2(a, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(pipe2(b, O_CLOEXEC | O_NONBLOCK), 0);
	pair[0] = loop_fd_new(loop, a[0], free_the_other, &pair[1]);
	pair[1] = loop_fd_new(loop, b[0], free_the_other, &pair[0]);
	assert_int_equal(write(a[1], "x", 1), 1);
	assert_int_equal(write(b[1], "x", 1), 1);
	turn_until(1);
	loop_wake(loop);
	assert_int_equal(loop_turn(loop), 0);
	assert_string_equal(story.s, "x");
	loop_fd_free(pair[0]);
	loop_fd_free(pair[1]);
	close(a[1]);
	close(b[1]);
}

/* ---- names ---- */

static void write_addresses(const char *addresses, const char *why, void *arg)
{
	buf_addf(&story, "%s%s", addresses ? addresses : why, (const char *)arg);
}

static void an_address_needs_no_lookup_but_is_not_answered_inside_the_call(void **state)
{
	(void)state;
	loop_lookup(loop, "127.0.0.1", write_addresses, "|");
	loop_lookup(loop, "::1", write_addresses, "|");
	assert_string_equal(story.s, "");
	turn_until(14);
	assert_string_equal(story.s, "127.0.0.1|::1|");
}

static void localhost_is_found_and_a_bad_address_is_named_last(void **state)
{
	char first[64];

	(void)state;
	loop_lookup(loop, "localhost", write_addresses, ".");
	turn_until(1);
	assert_non_null(strstr(story.s, "127.0.0.1"));
	snprintf(first, sizeof(first), "%.*s", (int)strcspn(story.s, ",."), story.s);
	if (!strchr(story.s, ','))
		return; /* only one address here */
	loop_lookup_bad(loop, "localhost", first);
	buf_reset(&story);
	loop_lookup(loop, "localhost", write_addresses, "");
	turn_until(1);
	assert_int_not_equal(strncmp(story.s, first, strlen(first)), 0);
	assert_non_null(strstr(story.s, first));
}

/* How long a bad name takes depends on the machine's resolver; that the loop goes on meanwhile doesn't. */
static void looking_up_a_bad_name_does_not_hold_the_loop(void **state)
{
	struct loop_timer *t = loop_timer_new(loop, write_down, "t");
	struct loop_lookup *l = loop_lookup(loop, "no-such-host.invalid", write_addresses, "");
	int64_t start = loop_now_ms();

	(void)state;
	assert_true(loop_now_ms() - start < 200);
	loop_lookup_cancel(l);
	loop_timer_set(t, 20);
	turn_until(1);
	assert_string_equal(story.s, "t");
	assert_true(loop_now_ms() - start < 1000);
	loop_timer_free(t);
}

static void names_that_cannot_be_are_refused_in_words(void **state)
{
	char longest[400];

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	loop_lookup(loop, "", write_addresses, "");
	turn_until(1);
	assert_non_null(strstr(story.s, "isn't a host name"));
	buf_reset(&story);
	loop_lookup(loop, longest, write_addresses, "");
	turn_until(1);
	assert_non_null(strstr(story.s, "isn't a host name"));
}

static void look_again(const char *addresses, const char *why, void *arg)
{
	int *left = arg;

	(void)addresses, (void)why;
	buf_addc(&story, '.');
	if (--*left)
		loop_lookup(loop, "127.0.0.1", look_again, left);
}

static void an_answer_may_ask_again_and_cancelled_ones_hear_nothing(void **state)
{
	struct loop_lookup *cancelled;
	int left = 5;

	(void)state;
	cancelled = loop_lookup(loop, "127.0.0.2", write_addresses, "never");
	loop_lookup(loop, "127.0.0.1", look_again, &left);
	loop_lookup_cancel(cancelled);
	turn_until(5);
	assert_string_equal(story.s, ".....");
}

static void more_names_than_are_remembered_are_all_answered(void **state)
{
	char host[40];
	int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		snprintf(host, sizeof(host), "127.0.1.%d", i);
		loop_lookup(loop, host, write_addresses, "");
		if (i % 10 == 9) {
			buf_reset(&story);
			turn_until(90);
			assert_null(strstr(story.s, "too many"));
		}
	}
}

/* ---- the whole ---- */

static int vhost_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		       size_t len)
{
	(void)wsi, (void)reason, (void)user, (void)in, (void)len;
	return 0;
}

static void a_test_can_add_a_server_to_the_same_context(void **state)
{
	static const struct lws_protocols protocols[] = {
		{ .name = "test", .callback = vhost_event }, { 0 }
	};
	struct lws_context_creation_info info = {
		.port = 0,
		.iface = "127.0.0.1",
		.protocols = protocols,
		.vhost_name = "server",
	};
	struct lws_vhost *vhost = lws_create_vhost(loop_lws(loop), &info);

	(void)state;
	assert_non_null(vhost);
	assert_int_not_equal(lws_get_vhost_listen_port(vhost), 0);
}

static int open_descriptors(void)
{
	int fd, n = 0;

	for (fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	return n;
}

static void a_loop_leaves_no_descriptor_behind(void **state)
{
	struct loop *again;
	int before, i;

	(void)state;
	again = loop_new(NULL);
	loop_wake(again);
	loop_turn(again);
	loop_free(again);
	before = open_descriptors();
	for (i = 0; i < 5; i++) {
		again = loop_new(NULL);
		loop_wake(again);
		assert_int_equal(loop_turn(again), 0);
		loop_free(again);
	}
	assert_int_equal(open_descriptors(), before);
}

/* ---- who comes ---- */

static void came(int fd, void *arg)
{
	write_down(arg);
	close(fd);
}

static int listen_somewhere(struct sockaddr_in *at)
{
	socklen_t len = sizeof(*at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	assert_int_equal(bind(fd, (struct sockaddr *)at, sizeof(*at)), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)at, &len), 0);
	return fd;
}

static void no_descriptor_left_rests_the_listener_and_not_the_loop(void **state)
{
	struct rlimit limit, tight;
	struct sockaddr_in at;
	struct listener *l = listener_new(loop, listen_somewhere(&at), "test", came, "c");
	struct loop_timer *t = loop_timer_new(loop, write_down, "t");
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), turns = 0;

	(void)state;
	assert_int_equal(connect(client, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	tight = limit;
	tight.rlim_cur = 3; /* those that are open stay so */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	loop_timer_set(t, 300);
	for (; !story.len; turns++)
		assert_int_equal(loop_turn(loop), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_string_equal(story.s, "t");
	if (turns > 50)
		fail_msg("%d turns in 300 ms", turns);
	turn_until(2);
	assert_string_equal(story.s, "tc");
	loop_timer_free(t);
	listener_free(l);
	close(client);
}

static void what_is_said_seldom_is_counted_meanwhile(void **state)
{
	struct seldom s = { 0 };
	int64_t unsaid = -1;

	(void)state;
	assert_true(seldom(&s, 5, &unsaid));
	assert_int_equal(unsaid, 0);
	assert_false(seldom(&s, 6, &unsaid));
	assert_false(seldom(&s, 4 + SELDOM_MS, &unsaid));
	assert_true(seldom(&s, 5 + SELDOM_MS, &unsaid));
	assert_int_equal(unsaid, 2);
	assert_false(seldom(&s, 6 + SELDOM_MS, &unsaid));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(timers_fire_in_the_order_of_their_times, begin,
						end),
		cmocka_unit_test_setup_teardown(a_timer_can_be_moved_and_switched_off, begin, end),
		cmocka_unit_test_setup_teardown(
			a_timer_may_free_itself_and_one_far_away_is_no_trouble, begin, end),
		cmocka_unit_test_setup_teardown(the_turn_in_which_a_timer_fires_ends_at_once, begin,
						end),
		cmocka_unit_test_setup_teardown(a_wake_ends_the_next_turn, begin, end),
		cmocka_unit_test_setup_teardown(an_idle_loop_sleeps, begin, end),
		cmocka_unit_test_setup_teardown(
			a_descriptor_is_served_when_it_is_readable_and_closed_when_freed, begin,
			end),
		cmocka_unit_test_setup_teardown(
			a_descriptor_freed_by_another_ones_callback_is_not_served, begin, end),
		cmocka_unit_test_setup_teardown(
			an_address_needs_no_lookup_but_is_not_answered_inside_the_call, begin, end),
		cmocka_unit_test_setup_teardown(localhost_is_found_and_a_bad_address_is_named_last,
						begin, end),
		cmocka_unit_test_setup_teardown(looking_up_a_bad_name_does_not_hold_the_loop, begin,
						end),
		cmocka_unit_test_setup_teardown(names_that_cannot_be_are_refused_in_words, begin,
						end),
		cmocka_unit_test_setup_teardown(
			an_answer_may_ask_again_and_cancelled_ones_hear_nothing, begin, end),
		cmocka_unit_test_setup_teardown(more_names_than_are_remembered_are_all_answered,
						begin, end),
		cmocka_unit_test_setup_teardown(a_test_can_add_a_server_to_the_same_context, begin,
						end),
		cmocka_unit_test_setup_teardown(
			no_descriptor_left_rests_the_listener_and_not_the_loop, begin, end),
		cmocka_unit_test(what_is_said_seldom_is_counted_meanwhile),
		cmocka_unit_test(a_loop_leaves_no_descriptor_behind),
	};

	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
