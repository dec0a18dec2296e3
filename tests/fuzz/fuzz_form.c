/*
 * form: whatever comes back as a form's metadata and state (the input, parted by a newline), its line is one of the
 * form's own command or none, and a complaint is beside a field.
 */
#include "adapters/slack/in/form.h"

#include "core/line/line.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const words[] = {
	"new",	 "note",   "action", "prevent", "status", "summary", "impact",
	"cause", "lesson", "origin", "captain", "assign", "due",     "capture-message",
};

static void says_its_own_command(const char *text, const char *word, struct arena *a)
{
	const struct line_context c = { .when = { .now_ms = 1795442400000 } };
	struct line l;

	line_read(&c, text, a, &l);
	if (l.kind == LINE_REFUSED)
		return;
	if (l.kind != LINE_COMMAND || strcmp(l.command->word, word))
		abort();
}

static void fill(const char *word, const char *metadata, const char *state)
{
	struct form_about about;
	struct form_wrong wrong;
	struct arena a;
	struct buf line;
	bool said;

	arena_init(&a);
	buf_init(&line, BUF_ROOMY);
	form_about_read(metadata, &a, &about);
	said = form_line(&line, form_named(word), &about, "T1", state, &a, &wrong);
	if (said != !wrong.n || wrong.n > FORM_WRONG_MOST)
		abort();
	if (said)
		says_its_own_command(line.s, word, &a);
	buf_release(&line);
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *metadata = strndup((const char *)data, size), *state = strchr(metadata, '\n');

	if (state)
		*state++ = '\0';
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		fill(words[i], metadata, state);
	free(metadata);
	return 0;
}
