#include "adapters/slack/format/ts.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static const char digits[] = "0123456789";

/* Bytes of the ts that s begins with, 0: none. */
static size_t ts_length(const char *s)
{
	size_t whole = strspn(s, digits);
	size_t part = whole && s[whole] == '.' ? strspn(s + whole + 1, digits) : 0;

	return part && whole + part < 32 ? whole + 1 + part : 0;
}

bool ts_is(const char *s)
{
	size_t len = s ? ts_length(s) : 0;

	return len && !s[len];
}

#define SECONDS_MAX 12 /* digits: far beyond any message, and their ms fit */

int64_t ts_ms(const char *ts)
{
	size_t whole = ts ? strspn(ts, digits) : 0, part, i;
	int64_t ms = 0;

	if (!whole || whole > SECONDS_MAX)
		return 0;
	part = ts[whole] == '.' ? strspn(ts + whole + 1, digits) : 0;
	if (ts[whole] && (!part || ts[whole + 1 + part]))
		return 0;
	for (i = 0; i < whole; i++)
		ms = 10 * ms + (ts[i] - '0');
	for (i = 0; i < 3; i++)
		ms = 10 * ms + (i < part ? ts[whole + 1 + i] - '0' : 0);
	return ms;
}

int64_t ts_us(const char *ts)
{
	int64_t us = 0;
	int places = 0;

	if (!ts_is(ts))
		return 0;
	for (; *ts != '.'; ts++)
		us = us * 10 + (*ts - '0');
	for (ts++; places < 6; places++)
		us = us * 10 + (*ts ? *ts++ - '0' : 0);
	return us;
}

const char *ts_write(struct arena *a, int64_t us)
{
	return arena_printf(a, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
}

const char *ts_in_words(const char *line, struct arena *a)
{
	static const char blanks[] = " \t\r\n";
	size_t len;

	for (line += strspn(line, blanks); *line; line += len, line += strspn(line, blanks)) {
		len = strcspn(line, blanks);
		if (ts_length(line) == len)
			return arena_strndup(a, line, len);
	}
	return NULL;
}
