#include "core/find/words.h"

#include "core/base/buf.h"
#include "core/base/utf8.h"

#include <stdint.h>
#include <string.h>

/* ---- characters ---- */

enum sort { SORT_LETTER, SORT_IDEOGRAPH, SORT_MARK, SORT_JOINS, SORT_DIVIDES };

struct character {
	uint32_t c;
	size_t len;
	enum sort sort;
	bool upper;
};

/* U+00C0 to U+017F without their accents; a blank is no letter, '*' is two letters. */
static const char latin[] = "aaaaaa*ceeeeiiiidnooooo ouuuuy**aaaaaa*ceeeeiiiidnooooo ouuuuy*y"
			    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii**jjkkkllllllllllnn"
			    "nnnnnnnoooooo**rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static const struct {
	uint32_t c;
	const char *folded;
} twos[] = { { 0xC6, "ae" },  { 0xDE, "th" },  { 0xDF, "ss" },	{ 0xE6, "ae" },	 { 0xFE, "th" },
	     { 0x132, "ij" }, { 0x133, "ij" }, { 0x152, "oe" }, { 0x153, "oe" }, { 0x1E9E, "ss" } };

/* Blocks of what is no letter, of marks on letters, and of ideographs. */
static const struct {
	uint32_t from, to;
	enum sort sort;
} blocks[] = {
	{ 0x80, 0xA9, SORT_DIVIDES },	     { 0xAB, 0xB4, SORT_DIVIDES },
	{ 0xB6, 0xB9, SORT_DIVIDES },	     { 0xBB, 0xBF, SORT_DIVIDES },
	{ 0xD7, 0xD7, SORT_DIVIDES },	     { 0xF7, 0xF7, SORT_DIVIDES },
	{ 0x300, 0x36F, SORT_MARK },	     { 0x1AB0, 0x1AFF, SORT_MARK },
	{ 0x200B, 0x200F, SORT_MARK },	     { 0x2000, 0x200A, SORT_DIVIDES },
	{ 0x2019, 0x2019, SORT_MARK },	     { 0x2010, 0x2BFF, SORT_DIVIDES },
	{ 0x3000, 0x303F, SORT_DIVIDES },    { 0x3040, 0x30FF, SORT_IDEOGRAPH },
	{ 0x3400, 0x9FFF, SORT_IDEOGRAPH },  { 0xF900, 0xFAFF, SORT_IDEOGRAPH },
	{ 0xE000, 0xF8FF, SORT_DIVIDES },    { 0xFE00, 0xFE0F, SORT_MARK },
	{ 0xFE10, 0xFE6F, SORT_DIVIDES },    { 0xFEFF, 0xFEFF, SORT_MARK },
	{ 0xFF00, 0xFF0F, SORT_DIVIDES },    { 0xFFF0, 0xFFFF, SORT_DIVIDES },
	{ 0x1F000, 0x1FAFF, SORT_DIVIDES },  { 0x20000, 0x3FFFF, SORT_IDEOGRAPH },
	{ 0xE0000, 0x10FFFF, SORT_DIVIDES },
};

static uint32_t character_decode(const char *s, size_t len)
{
	static const unsigned char first[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	uint32_t c = (unsigned char)*s & first[len];

	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3F);
	return c;
}

static enum sort sort_of(uint32_t c)
{
	if (c < 0x80) {
		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			return SORT_LETTER;
		if (c == '\'')
			return SORT_MARK;
		return c && strchr("-_./:@#+\\=&~%", (int)c) ? SORT_JOINS : SORT_DIVIDES;
	}
	for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++)
		if (c >= blocks[i].from && c <= blocks[i].to)
			return blocks[i].sort;
	return SORT_LETTER;
}

/* Does letter case divide words here? Where it can be told at a glance. */
static bool upper_of(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7) ||
	       (c >= 0x391 && c <= 0x3A9) || (c >= 0x400 && c <= 0x42F);
}

static struct character character_at(const char *s, size_t left)
{
	struct character ch = { .len = utf8_sequence(s, left), .sort = SORT_DIVIDES };

	if (!ch.len) {
		ch.len = 1;
		return ch;
	}
	ch.c = character_decode(s, ch.len);
	ch.sort = sort_of(ch.c);
	ch.upper = upper_of(ch.c);
	return ch;
}

/* ---- folding ---- */

static uint32_t fold_other(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} greek[] = { { 0x386, 0x3B1 }, { 0x388, 0x3B5 }, { 0x389, 0x3B7 }, { 0x38A, 0x3B9 },
		      { 0x38C, 0x3BF }, { 0x38E, 0x3C5 }, { 0x38F, 0x3C9 }, { 0x3AC, 0x3B1 },
		      { 0x3AD, 0x3B5 }, { 0x3AE, 0x3B7 }, { 0x3AF, 0x3B9 }, { 0x3C2, 0x3C3 },
		      { 0x3CC, 0x3BF }, { 0x3CD, 0x3C5 }, { 0x3CE, 0x3C9 } };

	for (size_t i = 0; i < sizeof(greek) / sizeof(*greek); i++)
		if (greek[i].from == c)
			return greek[i].to;
	if (c >= 0x391 && c <= 0x3A9)
		return c + 0x20;
	if (c >= 0x410 && c <= 0x42F)
		return c + 0x20;
	if (c == 0x401 || c == 0x451)
		return 0x435; /* Ё is written as Е */
	if (c >= 0x400 && c <= 0x40F)
		return c + 0x50;
	if (c >= 0xFF10 && c <= 0xFF19)
		return '0' + (c - 0xFF10); /* wide ones */
	if (c >= 0xFF21 && c <= 0xFF3A)
		return 'a' + (c - 0xFF21);
	if (c >= 0xFF41 && c <= 0xFF5A)
		return 'a' + (c - 0xFF41);
	return c;
}

static void character_put(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
	} else if (c < 0x800) {
		buf_add(out, (const char[]){ (char)(0xC0 | c >> 6), (char)(0x80 | (c & 0x3F)) }, 2);
	} else if (c < 0x10000) {
		buf_add(out,
			(const char[]){ (char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3F)),
					(char)(0x80 | (c & 0x3F)) },
			3);
	} else {
		buf_add(out,
			(const char[]){ (char)(0xF0 | c >> 18), (char)(0x80 | (c >> 12 & 0x3F)),
					(char)(0x80 | (c >> 6 & 0x3F)), (char)(0x80 | (c & 0x3F)) },
			4);
	}
}

static void fold(struct buf *out, uint32_t c)
{
	if (c >= 'A' && c <= 'Z') {
		buf_addc(out, (char)(c + 0x20));
		return;
	}
	if (c < 0xC0) {
		character_put(out, c);
		return;
	}
	for (size_t i = 0; i < sizeof(twos) / sizeof(*twos); i++)
		if (twos[i].c == c) {
			buf_adds(out, twos[i].folded);
			return;
		}
	if (c < 0xC0 + sizeof(latin) - 1)
		buf_addc(out, latin[c - 0xC0]);
	else
		character_put(out, fold_other(c));
}

/* ---- a text ---- */

struct taking {
	struct arena *arena;
	const char *text;
	size_t len;
	struct token *tokens;
	size_t count, room, parts;
	struct buf part;
};

static struct token *token_add(struct taking *t)
{
	struct token *more;

	if (t->count == t->room) {
		t->room = t->room ? 2 * t->room : 16;
		more = arena_alloc(t->arena, t->room * sizeof(*more));
		if (t->count)
			memcpy(more, t->tokens, t->count * sizeof(*more));
		t->tokens = more;
	}
	return &t->tokens[t->count++];
}

/* What is folded in t->part, of parts [at, t->parts). */
static void token_end(struct taking *t, size_t begin, size_t end, size_t at, bool joined)
{
	size_t n;

	if (!t->part.len)
		return;
	n = t->part.len > WORD_MOST ? utf8_cut(t->part.s, WORD_MOST) : t->part.len;
	*token_add(t) = (struct token){ .s = arena_strndup(t->arena, t->part.s, n),
					.begin = begin,
					.end = end,
					.at = at,
					.upto = t->parts,
					.joined = joined };
	buf_reset(&t->part);
}

static struct character taking_at(const struct taking *t, size_t i)
{
	return i < t->len ? character_at(t->text + i, t->len - i)
			  : (struct character){ .sort = SORT_DIVIDES };
}

/* orderService, HTTPServer: does a new part begin at this letter? */
static bool parts_here(const struct taking *t, const struct character *before,
		       const struct character *ch, size_t i)
{
	struct character next;

	if (!before->len || !ch->upper)
		return false;
	if (!before->upper)
		return before->c > '9' || before->c < '0';
	next = taking_at(t, i + ch->len);
	return next.sort == SORT_LETTER && !next.upper && !(next.c >= '0' && next.c <= '9');
}

/* text[begin, end) once more, without what divides its parts; too long a whole is none. */
static void whole_add(struct taking *t, size_t begin, size_t end, size_t at, bool joined)
{
	struct character ch;

	for (size_t i = begin; i < end; i += ch.len) {
		ch = taking_at(t, i);
		if (ch.sort == SORT_JOINS)
			buf_addc(&t->part, (char)ch.c);
		else if (ch.sort == SORT_LETTER)
			fold(&t->part, ch.c);
	}
	if (t->part.len > WORD_MOST)
		buf_reset(&t->part);
	token_end(t, begin, end, at, joined);
}

/* Letters from i on, up to a joint: its parts, and itself if there are several. Where it ends. */
static size_t segment_take(struct taking *t, size_t i)
{
	size_t begin = i, from = i, at = t->parts;
	struct character ch = taking_at(t, i), before = { 0 };

	for (; ch.sort == SORT_LETTER || ch.sort == SORT_MARK; ch = taking_at(t, i)) {
		if (ch.sort == SORT_LETTER && parts_here(t, &before, &ch, i)) {
			t->parts++;
			token_end(t, from, i, t->parts - 1, false);
			from = i;
		}
		if (ch.sort == SORT_LETTER) {
			if (t->part.len <= WORD_MOST)
				fold(&t->part, ch.c);
			before = ch;
		}
		i += ch.len;
	}
	t->parts++;
	token_end(t, from, i, t->parts - 1, false);
	if (t->parts - at > 1)
		whole_add(t, begin, i, at, false);
	return i;
}

/* What stands between blanks: segments, one joint between two. Where it ends. */
static size_t run_take(struct taking *t, size_t i)
{
	size_t begin = i, at = t->parts, segments = 1;
	struct character joint;

	i = segment_take(t, i);
	for (;;) {
		joint = taking_at(t, i);
		if (joint.sort != SORT_JOINS || taking_at(t, i + joint.len).sort != SORT_LETTER)
			break;
		i = segment_take(t, i + joint.len);
		segments++;
	}
	if (segments > 1)
		whole_add(t, begin, i, at, true);
	return i;
}

static size_t ideograph_take(struct taking *t, const struct character *ch, size_t i)
{
	fold(&t->part, ch->c);
	t->parts++;
	token_end(t, i, i + ch->len, t->parts - 1, false);
	return i + ch->len;
}

size_t find_tokens(struct arena *a, const char *text, struct token **tokens)
{
	struct taking t = { .arena = a, .text = text, .len = strlen(text) };
	struct character ch;
	size_t i = 0;

	buf_init(&t.part, BUF_ROOMY);
	while (i < t.len) {
		ch = taking_at(&t, i);
		if (ch.sort == SORT_LETTER)
			i = run_take(&t, i);
		else if (ch.sort == SORT_IDEOGRAPH)
			i = ideograph_take(&t, &ch, i);
		else
			i += ch.len;
	}
	buf_release(&t.part);
	*tokens = t.tokens;
	return t.count;
}
