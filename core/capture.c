#include "core/capture.h"

#include "core/base/scan.h"
#include "core/text.h"

#include <string.h>

static const char *const names[CAPTURE_KINDS] = {
	[CAPTURE_TIMELINE] = "timeline", [CAPTURE_ACTION] = "action",
	[CAPTURE_PREVENT] = "prevent",	 [CAPTURE_IMPACT] = "impact",
	[CAPTURE_SUMMARY] = "summary",	 [CAPTURE_CAUSE] = "cause",
	[CAPTURE_LESSON] = "lesson",	 [CAPTURE_CHECK] = "check",
	[CAPTURE_SAID] = "said",
};

static const char *const sources[CAPTURE_VIAS] = {
	[CAPTURED_BY_TAG] = "tag",
	[CAPTURED_BY_PIN] = "pin",
	[CAPTURED_BY_EMOJI] = "emoji",
	[CAPTURED_BY_LINE] = "line",
};

static int capture_find(const char *const *list, int count, const char *word)
{
	int i;

	for (i = 0; i < count; i++)
		if (!strcmp(list[i], word))
			return i;
	return -1;
}

const char *capture_name(enum capture_kind k)
{
	return names[k];
}

int capture_from(const char *word)
{
	return capture_find(names, CAPTURE_KINDS, word);
}

const char *capture_via_name(enum capture_via s)
{
	return sources[s];
}

int capture_via_from(const char *word)
{
	return capture_find(sources, CAPTURE_VIAS, word);
}

/* ---- stamps ---- */

static const char digits[] = "0123456789";

/* By the digits as they stand: microseconds, and whatever else a chat may add. */
int stamp_order(const char *a, const char *b)
{
	size_t la, lb;
	int d;

	if (!a || !b)
		return a ? 1 : b ? -1 : 0;
	a += strspn(a, "0");
	b += strspn(b, "0");
	la = strspn(a, digits);
	lb = strspn(b, digits);
	if (la != lb)
		return la < lb ? -1 : 1;
	d = strncmp(a, b, la);
	if (d)
		return d;
	for (a += la + (a[la] == '.'), b += lb + (b[lb] == '.'); *a || *b;
	     a += *a != 0, b += *b != 0)
		if ((*a ? *a : '0') != (*b ? *b : '0'))
			return (*a ? *a : '0') < (*b ? *b : '0') ? -1 : 1;
	return 0;
}

/* ---- tags ---- */

static const struct {
	const char *word;
	enum capture_kind kind;
} tags[] = {
	{ "#timeline", CAPTURE_TIMELINE }, { "#action", CAPTURE_ACTION },
	{ "#prevent", CAPTURE_PREVENT },   { "#impact", CAPTURE_IMPACT },
	{ "#cause", CAPTURE_CAUSE },	   { "#lesson", CAPTURE_LESSON },
	{ "#summary", CAPTURE_SUMMARY },   { "todo:", CAPTURE_ACTION },
	{ "action:", CAPTURE_ACTION },
};

/* Of a word of len bytes; one without '#' is a tag only with its colon. */
static int tag_of(const char *s, size_t len, bool colon)
{
	size_t i, n;

	for (i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		n = strlen(tags[i].word);
		if (*tags[i].word != '#' && !colon)
			continue;
		if (n - (*tags[i].word != '#') == len && !strncasecmp(tags[i].word, s, len))
			return (int)tags[i].kind;
	}
	return -1;
}

/* Slack makes a channel link of "#timeline" when there is such a channel. */
static int linked_tag(const struct text_part *part)
{
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		if (*tags[i].word == '#' && scan_is(part->s, part->len, tags[i].word + 1))
			return (int)tags[i].kind;
	return -1;
}

/* "*TODO:*", "_#action_": a tag may be bold, slanted, struck. */
static const char styles[] = "*_~";

/* Bytes of the word that s begins with and that may be a tag, 0 if it is another one: "#actions",
 * "#action-items", "#action_2". */
static size_t tag_length(const char *s, bool styled)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t len = (*s == '#') + strspn(s + (*s == '#'), letters);
	size_t marks = styled ? strspn(s + len, styles) : 0;

	return *s == '#' && s[len + marks] && strchr("-_0123456789", s[len + marks]) ? 0 : len;
}

int tag_read(const char *text, const char **rest)
{
	const char *s = text + scan_spaces(text), *at;
	size_t marks = strspn(s, styles), len;
	struct text_part part;
	int kind;

	at = s += marks;
	if (!text_next(&at, &part))
		return -1;
	if (part.kind == TEXT_CHANNEL) {
		kind = linked_tag(&part);
	} else {
		len = tag_length(s, marks);
		at = s + len;
		kind = tag_of(s, len, at[marks ? strspn(at, styles) : 0] == ':');
	}
	if (kind < 0)
		return -1;
	at += marks ? strspn(at, styles) : 0;
	/* "#timeline: 14:05 …" is written, too. */
	at += *at == ':';
	at += marks ? strspn(at, styles) : 0;
	*rest = at + scan_spaces(at);
	return kind;
}

size_t tag_rest(const char *text, const char *rest)
{
	const char *s = text + scan_spaces(text);
	size_t marks = strspn(s, styles), len = strlen(rest);

	for (s += marks; s < rest; s++)
		if (strchr(styles, *s))
			return len; /* only the tag was in that style */
	for (; marks && len && strchr(styles, rest[len - 1]); marks--)
		len--;
	return len;
}
