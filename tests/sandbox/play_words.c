/*
 * play_words: the {…} of a play's texts: times, and what the app called things (play_read.c).
 */
#include "tests/sandbox/play_private.h"

#include "core/base/scan.h"
#include "core/time/civil.h"

bool play_time(const char **at, int64_t *ms)
{
	const char *s = *at;
	int64_t hour, minute;

	if (!scan_number(&s, 2, 2, &hour) || *s++ != ':' || !scan_number(&s, 2, 2, &minute))
		return false;
	if (hour > 23 || minute > 59)
		return false;
	*ms = hour * MS_HOUR + minute * MS_MINUTE;
	*at = s;
	return true;
}

bool play_moment(const char *s, int64_t *ms)
{
	int64_t days = 0;
	bool before = *s == '-';

	if (*s == '+' || *s == '-') {
		s++;
		if (!scan_number(&s, 1, 1, &days) || *s++ != ' ')
			return false;
	}
	if (!play_time(&s, ms) || *s)
		return false;
	*ms += (before ? -days : days) * MS_DAY;
	return true;
}

bool play_is_name(const char *s)
{
	return *s && strchr(PLAY_LOWER, *s) && s[strspn(s, PLAY_LOWER PLAY_DIGITS "-")] == '\0';
}

bool play_brace(const char **at, char inside[48])
{
	size_t len = strcspn(*at + 1, "{}\n");

	if ((*at)[len + 1] != '}' || len >= 48)
		return false;
	memcpy(inside, *at + 1, len);
	inside[len] = '\0';
	*at += len + 2;
	return true;
}

static char what[160]; /* is wrong, for play_words() */

static const char *fill_brace(struct buf *out, const char *inside, const struct play_words *w)
{
	struct civil c;
	const char *named;
	int64_t ms;

	if (play_moment(inside, &ms)) {
		civil_from_ms(&c, w->midnight_ms + ms);
		buf_addf(out, "%04d-%02d-%02dT%02d:%02dZ", c.year, c.month, c.day, c.hour,
			 c.minute);
		return NULL;
	}
	named = play_is_name(inside) ? w->named(inside, w->arg) : NULL;
	if (named)
		buf_adds(out, named);
	else if (play_is_name(inside))
		snprintf(what, sizeof(what), "{%s} is the name of no command above.", inside);
	else
		snprintf(what, sizeof(what),
			 "{%s} is neither a time, like {11:05}, nor a name. A brace itself is {{.",
			 inside);
	return named ? NULL : what;
}

static const char *root_word(struct buf *out, const char *text, const struct play_words *w)
{
	size_t len = strlen(PLAY_ROOT);

	if (!w->root || strncmp(text, PLAY_ROOT, len) != 0)
		return text;
	buf_adds(out, w->root);
	return text + len;
}

const char *play_words(struct buf *out, const char *text, const struct play_words *w)
{
	char inside[48];
	const char *s = root_word(out, text, w), *why;
	size_t n;

	while (*s) {
		n = strcspn(s, "{");
		buf_add(out, s, n);
		s += n;
		if (s[0] == '{' && s[1] == '{') {
			buf_addc(out, '{');
			s += 2;
		} else if (*s == '{') {
			if (!play_brace(&s, inside))
				return "A { without its }. A brace itself is {{.";
			why = fill_brace(out, inside, w);
			if (why)
				return why;
		}
	}
	return NULL;
}
