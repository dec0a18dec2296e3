/* A line as people type it: neutral text, any bytes. */
#include "core/line/line.h"

#include "core/base/utf8.h"

#include <assert.h>

static void check_string(const char *s, bool valid)
{
	if (!s)
		return;
	assert(*s);
	assert(!valid || utf8_valid(s, strlen(s)));
}

static void check_command(const struct line *l)
{
	size_t i, j;

	assert(l->command && l->word && *l->word);
	assert(l->priority >= -1 && l->priority < (int)PRIORITIES);
	assert(l->status >= -1 && l->status < (int)STATUSES);
	assert(l->marker >= -1 && l->marker < (int)MARKERS);
	assert(l->role >= -1 && l->role < (int)ROLES);
	assert(l->origin >= -1 && l->origin < (int)ORIGINS);
	assert(l->count <= LINE_NUMBERS_MAX);
	for (i = 0; i < l->count; i++) {
		assert(l->numbers[i] > 0);
		for (j = 0; j < i; j++)
			assert(l->numbers[i] != l->numbers[j]);
	}
	assert(l->command->verb != VERB_NEW || (l->text && !strchr(l->text, '\n')));
}

static void check(const struct line_context *c, const char *text, struct arena *a, int depth)
{
	bool valid = utf8_valid(text, strlen(text));
	struct line l;

	line_read(c, text, a, &l);
	check_string(l.text, valid);
	check_string(l.more, valid);
	check_string(l.person, valid);
	check_string(l.why, valid);
	check_string(l.instead, valid);
	check_string(l.whom, valid);
	if (l.kind == LINE_COMMAND)
		check_command(&l);
	if (l.kind == LINE_UNKNOWN)
		assert(l.text && l.word);
	if (l.kind != LINE_REFUSED)
		return;
	assert(l.command && l.why && strlen(l.why) < 2000);
	if (l.instead && depth)
		check(c, l.instead, a, depth - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct line_context c = { .when = { .now_ms = 1795440600000 } };
	char *s = strndup((const char *)data, size);
	struct arena a;

	c.when.zone.known = size & 1;
	c.unasked = size & 2;
	c.shell = size & 4;
	arena_init(&a);
	check(&c, s, &a, 1);
	line_needs(s);
	arena_release(&a);
	free(s);
	return 0;
}
