/*
 * netstring: several strings in one column: "5:words,", and "-," for null, one behind the other.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <stdlib.h>
#include <string.h>

void netstring_put(struct buf *out, const char *s)
{
	size_t len = s ? strlen(s) : 0;

	if (!s) {
		buf_adds(out, "-,");
		return;
	}
	buf_addn(out, (int64_t)len);
	buf_addc(out, ':');
	buf_add(out, s, len);
	buf_addc(out, ',');
}

bool netstring_get(const char **at, struct arena *a, const char **s)
{
	char *end;
	size_t len;

	*s = NULL;
	if (strncmp(*at, "-,", 2) == 0) {
		*at += 2;
		return true;
	}
	len = strtoull(*at, &end, 10);
	if (end == *at || *end != ':' || len >= strlen(end) || end[1 + len] != ',')
		return false;
	*s = arena_strndup(a, end + 1, len);
	*at = end + 1 + len + 1;
	return true;
}
