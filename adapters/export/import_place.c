/* Where in a file a document begins, and a value of it stands: bytes and lines. */
#include "adapters/export/import_private.h"

#include <string.h>

static const char *space_skip(const char *s, const char *end)
{
	while (s < end && memchr(" \t\r\n", *s, 4))
		s++;
	return s;
}

/* Behind a string that begins at s. */
static const char *string_skip(const char *s, const char *end)
{
	for (s++; s < end && *s != '"'; s++)
		s += *s == '\\';
	return s < end ? s + 1 : end;
}

/* Behind the value that begins at s, whatever it is. */
static const char *value_skip(const char *s, const char *end)
{
	int depth = 0;

	for (; s < end; s++) {
		if (*s == '"') {
			s = string_skip(s, end);
			if (!depth)
				return s;
			s--;
		} else if (*s == '{' || *s == '[') {
			depth++;
		} else if (*s == '}' || *s == ']') {
			if (--depth <= 0)
				return depth ? s : s + 1;
		} else if (!depth && memchr(",: \t\r\n", *s, 6)) {
			return s;
		}
	}
	return end;
}

bool import_next(struct import_piece *piece, const char *end)
{
	const char *s = space_skip(piece->s + piece->len, end);

	piece->line = import_line_of(piece, (size_t)(s - piece->s));
	piece->s = s;
	piece->len = (size_t)((s < end && *s == '{' ? value_skip(s, end) : end) - s);
	return s < end;
}

/* The value of a name in the object at s, NULL: it has none such. */
static const char *member_find(const char *s, const char *end, const char *name, size_t len)
{
	const char *key;

	for (s++; (s = space_skip(s, end)) < end && *s == '"';) {
		key = s + 1;
		s = space_skip(string_skip(s, end), end);
		if (s >= end || *s != ':')
			return NULL;
		s = space_skip(s + 1, end);
		if ((size_t)(end - key) > len && !memcmp(key, name, len) && key[len] == '"')
			return s;
		s = space_skip(value_skip(s, end), end);
		s += s < end && *s == ',';
	}
	return NULL;
}

static const char *element_find(const char *s, const char *end, unsigned long i)
{
	for (s = space_skip(s + 1, end); i && s < end && *s != ']'; i--) {
		s = space_skip(value_skip(s, end), end);
		s = space_skip(s + (s < end && *s == ','), end);
	}
	return s < end && *s != ']' ? s : NULL;
}

int64_t import_line_of(const struct import_piece *piece, size_t byte)
{
	int64_t line = piece->line;

	for (size_t i = 0; i < byte; i++)
		line += piece->s[i] == '\n';
	return line;
}

/* What isn't there is on the line of what should have it. */
int64_t import_line(const struct import_piece *piece, const char *place)
{
	const char *end = piece->s + piece->len, *s = space_skip(piece->s, end), *found = s;
	size_t len;

	while (*place && found && found < end) {
		s = found;
		if (*place == '[') {
			found = *s == '[' ? element_find(s, end, strtoul(place + 1, NULL, 10))
					  : NULL;
			place += strcspn(place, "]");
			place += *place == ']';
			continue;
		}
		place += *place == '.';
		len = strcspn(place, ".[");
		found = *s == '{' ? member_find(s, end, place, len) : NULL;
		place += len;
	}
	if (found && found < end)
		s = found;
	return import_line_of(piece, (size_t)(s - piece->s));
}
