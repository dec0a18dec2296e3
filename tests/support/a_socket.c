#include "tests/support/a_socket.h"

#include "adapters/slack/socket/connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

static void no_chance(struct entropy *e, void *bytes, size_t len)
{
	(void)e;
	memset(bytes, 0, len);
}

struct slack_socket *a_socket_new(struct loop *loop, struct web *web,
				  const struct socket_calls *calls)
{
	static struct entropy chance = { no_chance };
	struct slack_socket *s = slack_socket_new(loop, web, &chance, calls, NULL);

	*slack_socket_tempo(s) = (struct socket_tempo){
		.connect = 3000,
		.hello = 3000,
		.linger = 150,
		.close = 100,
		.backoff_least = 20,
		.backoff_most = 160,
		.ping_s = 15,
		.hangup_s = 30,
	};
	return s;
}

void a_loop_until(struct loop *loop, const int *count, int wanted)
{
	int64_t late = loop_now_ms() + A_LONG_MS;

	while (*count < wanted && loop_now_ms() < late)
		assert_int_equal(loop_turn(loop), 0);
	assert_true(*count >= wanted);
}

void a_log_begin(struct a_log *log)
{
	log->file = tmpfile();
	log->usual = dup(STDERR_FILENO);
	assert_non_null(log->file);
	fflush(stderr);
	dup2(fileno(log->file), STDERR_FILENO);
}

const char *a_log_end(struct a_log *log)
{
	dup2(log->usual, STDERR_FILENO);
	close(log->usual);
	rewind(log->file);
	log->text[fread(log->text, 1, sizeof(log->text) - 1, log->file)] = '\0';
	fclose(log->file);
	return log->text;
}
