#include "tests/support/a_doctor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

void a_doctor(struct stage *s, const char *env, int exit_code)
{
	char line[600];

	snprintf(line, sizeof(line), "%s aliosbot doctor", env);
	stage_shell(s, line);
	if (s->shell_exit != exit_code)
		fail_msg("exit code %d, wanted %d:\n%s%s", s->shell_exit, exit_code, s->out.s,
			 s->err.s);
}

void a_doctor_finds(const struct stage *s, const char *state, const char *check, const char *words)
{
	char begin[40];
	const char *at;

	snprintf(begin, sizeof(begin), "%-8s %-12s ", state, check);
	for (at = s->out.s; at; at = strchr(at, '\n')) {
		const char *found;

		at += *at == '\n';
		found = strncmp(at, begin, strlen(begin)) == 0 ? strstr(at, words) : NULL;
		if (found && found < at + strcspn(at, "\n"))
			return;
	}
	fail_msg("no \"%s%s\" in:\n%s%s", begin, words, s->out.s, s->err.s);
}

void a_doctor_says(const struct stage *s, const char *words)
{
	if (!strstr(s->out.s, words))
		fail_msg("no \"%s\" in:\n%s%s", words, s->out.s, s->err.s);
}
