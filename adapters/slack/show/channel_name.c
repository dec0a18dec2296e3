/*
 * Channel names: at most 80 characters, lower case, no dots, no spaces; letters of any script are taken.
 */
#include "adapters/slack/show/blocks.h"

#include "adapters/slack/show/blocks_private.h"
#include "core/base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define NAME_CHARS 80
#define WORD_CHARS 20 /* a last word that would have to lose no more than this is left out whole */

/* Letters, digits and the marks that belong to letters. */
static bool stays(utf8proc_int32_t c)
{
	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ND:
		return true;
	default:
		return false;
	}
}

/* "504 Gateway – Time-outs!" → "-504-gateway-time-outs": each word with a dash in front. */
static void channel_name_add_words(struct buf *out, const char *title)
{
	const utf8proc_uint8_t *s = (const utf8proc_uint8_t *)title;
	utf8proc_uint8_t bytes[4];
	utf8proc_int32_t c;
	utf8proc_ssize_t n;
	bool gap = true;

	for (; *s; s += n) {
		n = utf8proc_iterate(s, -1, &c);
		if (n < 1)
			return;
		c = utf8proc_tolower(c);
		if (!stays(c)) {
			gap = true;
			continue;
		}
		if (gap)
			buf_addc(out, '-');
		gap = false;
		buf_add(out, bytes, (size_t)utf8proc_encode_char(c, bytes));
	}
}

static void shorten(struct buf *name, size_t chars)
{
	size_t cut = utf8_bytes(name->s, name->len, chars), dash;

	if (cut == name->len)
		return;
	for (dash = cut; dash && name->s[dash] != '-'; dash--)
		;
	if (dash && utf8_length(name->s + dash, cut - dash) <= WORD_CHARS)
		cut = dash;
	buf_cut(name, grapheme_cut(name->s, cut));
}

void channel_name(struct buf *out, const struct head *h, int again)
{
	const char *number = strchr(h->id, '-');
	struct buf name, title, suffix;
	utf8proc_uint8_t *composed;

	buf_init(&name, BUF_ROOMY);
	buf_init(&title, BUF_ROOMY);
	buf_init(&suffix, 16);
	text_words(&title, h->title ? h->title : "", NULL);
	/* Composed, so that é typed as two code points is the letter that Slack knows. */
	composed = utf8proc_NFC((const utf8proc_uint8_t *)title.s);
	buf_addf(&name, "inc%s%s", number ? number : "", h->drill ? "-drill" : "");
	channel_name_add_words(&name, composed ? (char *)composed : title.s);
	if (again > 0)
		buf_addf(&suffix, "-%d", again + 1);
	shorten(&name, NAME_CHARS - suffix.len);
	buf_add(out, name.s, name.len);
	buf_add(out, suffix.s, suffix.len);
	free(composed);
	buf_release(&suffix);
	buf_release(&title);
	buf_release(&name);
}
