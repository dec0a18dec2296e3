/*
 * mrkdwn: from outside only our own marks come in; out goes nothing that calls or breaks; there and back is
 * stable; what is cut is within its limit.
 */
#include "adapters/slack/format/mrkdwn.h"
#include "core/base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void need(bool so)
{
	if (!so)
		abort();
}

static char *in(const char *s, size_t len)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	mrkdwn_in(&b, "T1", s, len);
	need(utf8_valid(b.s, b.len) && strlen(b.s) == b.len);
	return buf_detach(&b);
}

static char *out(const char *text)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	mrkdwn_out(&b, text, NULL);
	need(utf8_valid(b.s, b.len) && strlen(b.s) == b.len);
	return buf_detach(&b);
}

/* Every mark belongs to a span that can be read; none is of the kinds that only the program itself says. */
static void check_neutral(const char *text)
{
	struct text_part part;
	size_t i;

	while (text_next(&text, &part)) {
		need(part.kind != TEXT_MOMENT && part.kind != TEXT_BOLD && part.kind != TEXT_CODE &&
		     part.kind != TEXT_COMMAND);
		for (i = 0; part.kind == TEXT_WORDS && i < part.len; i++)
			need((unsigned char)part.s[i] >= ' ' || part.s[i] == '\n' ||
			     part.s[i] == '\t');
	}
}

static void check_slack(const char *s)
{
	const char *p;

	need(!strstr(s, "```") && !strstr(s, "\n&gt;") && strncmp(s, "&gt;", 4));
	need(!strstr(s, "<!here") && !strstr(s, "<!channel") && !strstr(s, "<!everyone"));
	for (p = s; (p = strpbrk(p, "<>")); p += strcspn(p, ">") + 1)
		need(*p == '<' && p[1 + strcspn(p + 1, "<>")] == '>');
	for (p = s; (p = strchr(p, '&')); p++)
		need(!strncmp(p, "&amp;", 5) || !strncmp(p, "&lt;", 4) || !strncmp(p, "&gt;", 4));
}

static void check_short(const char *text, size_t points)
{
	struct buf b;

	buf_init(&b, SIZE_MAX / 2);
	mrkdwn_plain(&b, text, NULL, points);
	need(utf8_valid(b.s, b.len) && utf8_length(b.s, b.len) <= points && !strchr(b.s, '\n'));
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *said, *first, *shown, *once, *twice;

	said = in((const char *)data, size);
	check_neutral(said);
	first = out(said);
	check_slack(first);
	once = in(first, strlen(first));
	shown = out(once);
	twice = in(shown, strlen(shown));
	need(!strcmp(once, twice));
	check_short(said, size ? data[0] : 0);
	free(twice);
	free(shown);
	free(once);
	free(first);
	free(said);

	/* A neutral text of unknown origin: the store's, or a hand-made import's. */
	said = malloc(size + 1);
	need(said);
	memcpy(said, data, size);
	said[size] = '\0';
	if (utf8_valid(said, strlen(said))) {
		first = out(said);
		check_slack(first);
		free(first);
	}
	free(said);
	return 0;
}
