#include "core/line/line.h"

#include "core/base/scan.h"

#include <string.h>

#define COMMAND(name, function, ...) int function(struct deed *d);
#include "core/line/commands.inc"

static const struct command commands[] = {
#define COMMAND(name, function, ...) { .verb = VERB_##name, .decide = function, __VA_ARGS__ },
#include "core/line/commands.inc"
};

const struct command *command_at(size_t i)
{
	return i < VERBS && !(commands[i].flags & COMMAND_HIDDEN) ? &commands[i] : NULL;
}

const struct command *command_verb(enum verb v)
{
	return &commands[v];
}

const struct command *command_word(const char *s, size_t len)
{
	size_t i;

	for (i = 0; len && i < VERBS; i++)
		if (scan_is(s, len, commands[i].word) || scan_listed(commands[i].aliases, s, len))
			return &commands[i];
	return NULL;
}

static int nearness(const char *s, size_t len, const char *list)
{
	int least = SCAN_FAR, d;
	size_t n;

	for (; *list; list += n + (list[n] == ' ')) {
		n = strcspn(list, " ");
		d = scan_near(s, len, list, n);
		if (d < least)
			least = d;
	}
	return least;
}

const struct command *command_nearest(const char *s, size_t len)
{
	const struct command *near = NULL;
	int least = SCAN_FAR * 2, d;
	size_t i;

	if (!len || len > SCAN_WORD_MAX)
		return NULL;
	/* As near as each other, a command's own word comes before another's alias. */
	for (i = 0; command_at(i); i++) {
		d = nearness(s, len, commands[i].word) * 2;
		if (d < least) {
			least = d;
			near = &commands[i];
		}
		d = nearness(s, len, commands[i].aliases) * 2 + 1;
		if (d < least) {
			least = d;
			near = &commands[i];
		}
	}
	return near;
}
