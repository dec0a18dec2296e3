#include "core/base/utf8.h"

size_t utf8_sequence(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char low = 0x80, high = 0xBF;
	size_t n, i;

	if (!len)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xC2 && p[0] <= 0xDF)
		n = 2;
	else if (p[0] >= 0xE0 && p[0] <= 0xEF)
		n = 3;
	else if (p[0] >= 0xF0 && p[0] <= 0xF4)
		n = 4;
	else
		return 0;
	if (n > len)
		return 0;
	/* RFC 3629, section 4: the second byte rules out overlong forms, surrogates and > U+10FFFF. */
	if (p[0] == 0xE0)
		low = 0xA0;
	else if (p[0] == 0xED)
		high = 0x9F;
	else if (p[0] == 0xF0)
		low = 0x90;
	else if (p[0] == 0xF4)
		high = 0x8F;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < n; i++)
		if (p[i] < 0x80 || p[i] > 0xBF)
			return 0;
	return n;
}

bool utf8_valid(const char *s, size_t len)
{
	size_t n;

	for (; len; s += n, len -= n) {
		n = utf8_sequence(s, len);
		if (!n)
			return false;
	}
	return true;
}

size_t utf8_cut(const char *s, size_t len)
{
	size_t back = 0, start = len;

	/* Step back over at most three continuation bytes to the start of the last sequence. */
	while (start && back < 3 && ((unsigned char)s[start - 1] & 0xC0) == 0x80) {
		start--;
		back++;
	}
	if (!start)
		return len;
	start--;
	return utf8_sequence(s + start, len - start) == len - start ||
			       (unsigned char)s[start] < 0x80
		       ? len
		       : start;
}

size_t utf8_length(const char *s, size_t len)
{
	size_t points = 0, n;

	for (; len; s += n, len -= n, points++) {
		n = utf8_sequence(s, len);
		if (!n)
			n = 1;
	}
	return points;
}

size_t utf8_bytes(const char *s, size_t len, size_t points)
{
	size_t used = 0, n;

	for (; used < len && points; points--, used += n) {
		n = utf8_sequence(s + used, len - used);
		if (!n)
			n = 1;
	}
	return used;
}
