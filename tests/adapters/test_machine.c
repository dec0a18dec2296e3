/* A state machine's picture is its table, and what isn't in it ends the program. */
#include "adapters/log/machine.h"
#include "adapters/slack/out/courier_private.h"
#include "adapters/slack/recover/recover_private.h"
#include "adapters/slack/socket/connection.h"
#include "adapters/slack/socket/socket.h"
#include "adapters/slack/web/web.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct {
	const struct machine *machine;
	const char *header;
} all[] = {
	{ &web_call_machine, "adapters/slack/web/web.h" },
	{ &connection_machine, "adapters/slack/socket/connection.h" },
	{ &socket_machine, "adapters/slack/socket/socket.h" },
	{ &letter_call_machine, "adapters/slack/out/courier_private.h" },
	{ &recover_machine, "adapters/slack/recover/recover.h" },
};

/* " *   OPEN → READY, DOWN", however many blanks are behind the name; what is behind the list says what a state is. */
static void find_row(const char *header, const char *name, char *row, size_t size)
{
	FILE *f = fopen(header, "r");
	char line[300], *p;

	assert_non_null(f);
	*row = '\0';
	while (!*row && fgets(line, sizeof(line), f)) {
		if (strncmp(line, " *   ", 5) || strncmp(line + 5, name, strlen(name)) ||
		    line[5 + strlen(name)] != ' ')
			continue;
		p = strstr(line, "→ ");
		if (!p)
			continue;
		p += strlen("→ ");
		snprintf(row, size, "%.*s",
			 (int)(strstr(p, "  ") ? strstr(p, "  ") - p : (long)strcspn(p, "\n")), p);
	}
	fclose(f);
}

static void the_picture_in_the_header_is_the_table_in_the_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const struct machine *m = all[i].machine;

		for (int from = 0; from < m->count; from++) {
			char row[200], table[200] = "";
			size_t len = 0;

			for (int to = 0; to < m->count; to++)
				if (m->states[from].next & MOVE(to))
					len += (size_t)snprintf(table + len, sizeof(table) - len,
								"%s%s", len ? ", " : "",
								m->states[to].name);
			find_row(all[i].header, m->states[from].name, row, sizeof(row));
			assert_string_equal(row, table);
		}
	}
}

static void a_move_that_is_not_in_the_table_ends_the_program_as_a_bug(void **state)
{
	char said[200] = "";
	int pipes[2], status;
	ssize_t n;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (!pid) {
		dup2(pipes[1], STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		machine_move(&connection_machine, "socket 7", CONNECTION_DOWN, CONNECTION_READY);
		_exit(0);
	}
	close(pipes[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	n = read(pipes[0], said, sizeof(said) - 1);
	close(pipes[0]);
	assert_true(n > 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	assert_string_equal(
		said, "aliosbot: BUG: socket 7: a connection doesn't go from DOWN to READY\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_picture_in_the_header_is_the_table_in_the_code),
		cmocka_unit_test(a_move_that_is_not_in_the_table_ends_the_program_as_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
