#include "core/base/scan.h"

#include <string.h>
#include <strings.h>

size_t scan_space(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	if (p[0] == ' ' || (p[0] >= '\t' && p[0] <= '\r'))
		return 1;
	if (p[0] == 0xC2 && p[1] == 0xA0) /* no-break space */
		return 2;
	/* U+2000..U+200A, U+2028, U+2029, U+202F */
	if (p[0] == 0xE2 && p[1] == 0x80 &&
	    ((p[2] >= 0x80 && p[2] <= 0x8A) || p[2] == 0xA8 || p[2] == 0xA9 || p[2] == 0xAF))
		return 3;
	if (p[0] == 0xE2 && p[1] == 0x81 && p[2] == 0x9F) /* medium mathematical space */
		return 3;
	if (p[0] == 0xE1 && p[1] == 0x9A && p[2] == 0x80) /* ogham space mark */
		return 3;
	if (p[0] == 0xE3 && p[1] == 0x80 && p[2] == 0x80) /* ideographic space */
		return 3;
	return 0;
}

size_t scan_spaces(const char *s)
{
	size_t used = 0, n;

	while ((n = scan_space(s + used)))
		used += n;
	return used;
}

size_t scan_blanks(const char *s)
{
	size_t used = 0, n;

	while (s[used] != '\n' && (n = scan_space(s + used)))
		used += n;
	return used;
}

/* Bytes of the one of the list that stands at s, 0 if none does. */
static size_t one_of(const char *const *list, size_t count, const char *s)
{
	size_t i, n;

	for (i = 0; i < count; i++) {
		n = strlen(list[i]);
		if (strncmp(s, list[i], n) == 0)
			return n;
	}
	return 0;
}

size_t scan_dash(const char *s)
{
	/* hyphen-minus; U+2010..U+2015; minus; small em dash, small and wide hyphen-minus */
	static const char *const dashes[] = { "-",	"\u2010", "\u2011", "\u2012",
					      "\u2013", "\u2014", "\u2015", "\u2212",
					      "\uFE58", "\uFE63", "\uFF0D" };

	return one_of(dashes, sizeof(dashes) / sizeof(dashes[0]), s);
}

size_t scan_dashes(const char *s)
{
	size_t used = 0, n;

	while ((n = scan_dash(s + used)))
		used += n;
	return used;
}

size_t scan_colon(const char *s)
{
	static const char *const colons[] = { ":", "\uFF1A", "\u2236" };

	return one_of(colons, sizeof(colons) / sizeof(colons[0]), s);
}

size_t scan_invisible(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	if (p[0] < 0xC2)
		return 0;
	if (p[0] == 0xC2 && p[1] == 0xAD) /* soft hyphen */
		return 2;
	if ((p[0] == 0xCD && p[1] == 0x8F) || (p[0] == 0xD8 && p[1] == 0x9C)) /* U+034F, U+061C */
		return 2;
	if (p[0] == 0xE1 && p[1] == 0xA0 && p[2] == 0x8E) /* U+180E */
		return 3;
	/* U+200B..U+200F, U+202A..U+202E */
	if (p[0] == 0xE2 && p[1] == 0x80 &&
	    ((p[2] >= 0x8B && p[2] <= 0x8F) || (p[2] >= 0xAA && p[2] <= 0xAE)))
		return 3;
	if (p[0] == 0xE2 && p[1] == 0x81 && p[2] >= 0xA0 && p[2] <= 0xAF) /* U+2060..U+206F */
		return 3;
	return p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF ? 3 : 0; /* U+FEFF */
}

bool scan_is(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(s, word, len) == 0;
}

bool scan_listed(const char *list, const char *s, size_t len)
{
	size_t n;

	for (; *list; list += n + (list[n] == ' ')) {
		n = strcspn(list, " ");
		if (n == len && strncasecmp(list, s, len) == 0)
			return true;
	}
	return false;
}

/* Bytes of the one digit at s, also of a wide one (U+FF10..U+FF19); 0 if there is none. */
static size_t digit_at(const char *s, int *value)
{
	const unsigned char *p = (const unsigned char *)s;

	if (p[0] >= '0' && p[0] <= '9') {
		*value = p[0] - '0';
		return 1;
	}
	if (p[0] != 0xEF || p[1] != 0xBC || p[2] < 0x90 || p[2] > 0x99)
		return 0;
	*value = p[2] - 0x90;
	return 3;
}

bool scan_number(const char **at, int min, int max, int64_t *value)
{
	const char *p = *at;
	int64_t n = 0;
	int digits, digit;
	size_t len;

	for (digits = 0; (len = digit_at(p, &digit)); digits++) {
		if (digits == max)
			return false;
		n = n * 10 + digit;
		p += len;
	}
	if (digits < min)
		return false;
	*value = n;
	*at = p;
	return true;
}

static int scan_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Both words have SCAN_WORD_MAX bytes at most. */
static int keystrokes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int rows[3][SCAN_WORD_MAX + 1];
	int *before = rows[0], *last = rows[1], *row = rows[2], *spare;
	size_t i, j;

	for (j = 0; j <= b_len; j++) {
		before[j] = 0;
		last[j] = (int)j;
	}
	for (i = 1; i <= a_len; i++) {
		row[0] = (int)i;
		for (j = 1; j <= b_len; j++) {
			int same = scan_lower(a[i - 1]) == scan_lower(b[j - 1]);

			row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + !same);
			if (i > 1 && j > 1 && scan_lower(a[i - 1]) == scan_lower(b[j - 2]) &&
			    scan_lower(a[i - 2]) == scan_lower(b[j - 1]))
				row[j] = least(row[j], before[j - 2] + 1);
		}
		spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[b_len];
}

int scan_near(const char *s, size_t len, const char *word, size_t word_len)
{
	size_t shorter = len < word_len ? len : word_len;
	int d;

	if (len > SCAN_WORD_MAX || word_len > SCAN_WORD_MAX)
		return SCAN_FAR;
	d = keystrokes(s, len, word, word_len);
	if (d > 1 && len >= 3 && len < word_len && strncasecmp(s, word, len) == 0)
		return 1;
	return d < SCAN_FAR && shorter >= (d == 2 ? 5 : 2) ? d : SCAN_FAR;
}
