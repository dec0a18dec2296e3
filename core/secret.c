#include "core/secret.h"

#include "core/base/scan.h"
#include "core/capture.h"
#include "core/text.h"

#include <ctype.h>
#include <string.h>

#define WORD_MIN 4   /* bytes of a word that may be a secret */
#define WORD_LONG 16 /* so long a word is no everyday word */

static bool secret_like(const char *s, size_t len)
{
	size_t i;

	if (len < WORD_MIN)
		return false;
	for (i = 0; i < len; i++)
		if (!isalpha((unsigned char)s[i]) && !(s[i] & 0x80) && !strchr("'-", s[i]))
			return true;
	return len >= WORD_LONG;
}

/* Punctuation at the ends, of which curly quotes are more than one byte each. */
static bool is_edge(char c)
{
	return c & 0x80 || strchr(".,;:!?()[]{}<>\"'`\x02\x03", c);
}

static void secret_trim(const char **s, size_t *len)
{
	for (; *len && is_edge(**s); (*len)--)
		(*s)++;
	while (*len && is_edge((*s)[*len - 1]))
		(*len)--;
}

size_t secret_next(const char **s, const char **word)
{
	size_t len, size;

	for (*s += scan_spaces(*s); **s; *s += scan_spaces(*s)) {
		for (size = 0; (*s)[size] && !scan_space(*s + size); size++)
			;
		*word = *s;
		len = size;
		*s += size;
		secret_trim(word, &len);
		if (secret_like(*word, len))
			return len;
	}
	return 0;
}

static char *lowered(struct arena *a, const char *s, size_t len)
{
	char *low = arena_strndup(a, s, len), *c;

	for (c = low; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return low;
}

/* Ends that say nothing: white space, and a full stop or a quote that was put there since. */
static void bare(const char **s, size_t *len)
{
	while (*len && strchr(" .,;:!?\"'`", (*s)[*len - 1]))
		(*len)--;
	for (; *len && strchr(" \"'`", **s); (*len)--)
		(*s)++;
}

size_t secrets_of(const char *text, struct arena *a, const char **words, size_t most)
{
	const char *rest, *s, *word;
	size_t n = 0, len;
	struct buf b;

	if (tag_read(text, &rest) >= 0)
		text = rest;
	buf_init(&b, BUF_ROOMY);
	text_words(&b, text, NULL);
	s = b.s;
	len = b.len;
	bare(&s, &len);
	if (len && most)
		words[n++] = lowered(a, s, len);
	for (s = b.s; n < most && (len = secret_next(&s, &word)) > 0;)
		words[n++] = lowered(a, word, len);
	buf_release(&b);
	return n;
}
