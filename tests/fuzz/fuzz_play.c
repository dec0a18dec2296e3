/* A play's text: any bytes. What is read can be typed; what isn't is told in one line that names
 * its line. */
#include "tests/sandbox/play_private.h"

#include "core/base/utf8.h"

#include <assert.h>

static const char *named(const char *name, void *arg)
{
	(void)arg;
	return name;
}

static void check_step(const struct play *p, int i)
{
	const struct play_words w = { .root = "/inc", .named = named };
	const struct play_step *s = &p->steps[i];
	struct buf out;

	assert(i == 0 || s->at_ms >= s[-1].at_ms);
	assert(s->at_ms <= p->end_ms + 60000);
	assert(*s->who && s->line > 0 && s->about < i);
	assert(!s->declares || s->command);
	if (!s->text)
		return;
	buf_init(&out, BUF_ROOMY);
	assert(*s->text && !play_words(&out, s->text, &w));
	assert(utf8_valid(out.s, out.len));
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct play p;
	struct buf why;
	int i;

	buf_init(&why, BUF_ROOMY);
	if (play_read(&p, "x", (const char *)data, size, &why)) {
		assert(!why.len && p.count > 0 && p.title && p.says);
		for (i = 0; i < p.count; i++)
			check_step(&p, i);
	} else {
		assert(strncmp(why.s, "plays/x.play:", 13) == 0 && !strchr(why.s, '\n'));
	}
	play_release(&p);
	buf_release(&why);
	return 0;
}
