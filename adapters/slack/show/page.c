#include "adapters/slack/show/blocks_private.h"

#include "adapters/slack/format/mrkdwn.h"
#include "core/base/alloc.h"
#include "core/base/utf8.h"

#include <string.h>
#include <utf8proc.h>

#define WORD_MOST 100 /* characters; what is longer is cut within, for it is no word */
#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"

/* ---- cutting ---- */

size_t grapheme_cut(const char *s, size_t len)
{
	size_t at = 0, border = 0, full = strlen(s);
	utf8proc_int32_t before = 0, point, state = 0;

	if (len >= full)
		return full;
	while (at <= len) {
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s + at,
						      (utf8proc_ssize_t)(full - at), &point);

		if (n < 1)
			return utf8_cut(s, len);
		if (!at || utf8proc_grapheme_break_stateful(before, point, &state))
			border = at;
		before = point;
		at += (size_t)n;
	}
	return border ? border : utf8_cut(s, len);
}

/* Walks a text by what can't be taken apart: a span, or a word with the white space behind it. */
struct tokens {
	struct text_part part;
	const char *at, *part_end;
	size_t len; /* of the token at `at`; 0 at the end */
};

static void token_next(struct tokens *t)
{
	const char *end = t->part_end;

	t->at += t->len;
	t->len = 0;
	if (t->at == t->part_end) {
		if (!text_next(&end, &t->part))
			return;
		t->part_end = end;
	}
	t->len = (size_t)(t->part_end - t->at);
	if (t->part.kind == TEXT_WORDS) {
		size_t word = strcspn(t->at, " \t\n");

		word += strspn(t->at + word, " \t\n");
		t->len = word < t->len ? word : t->len;
	}
}

static void add_piece(struct buf *out, const char *text, size_t len, struct names *names)
{
	char *piece = alloc_strndup(text, len);

	mrkdwn_out(out, piece, names);
	free(piece);
}

/* A word that has no end to wait for (a script without spaces, a line of base64), or is longer than all
 * the room there is. */
static size_t add_part_of_word(struct buf *out, const char *text, size_t len, struct names *names,
			       size_t chars)
{
	size_t begin = out->len, n = grapheme_cut(text, utf8_bytes(text, len, chars));

	for (;;) {
		add_piece(out, text, n, names);
		if (utf8_length(out->s + begin, out->len - begin) <= chars)
			return n;
		buf_cut(out, begin);
		n = grapheme_cut(text, n / 2);
	}
}

/* Most texts fit, and needn't be taken apart. */
static bool fits_whole(struct buf *out, const char *text, size_t len, struct names *names,
		       size_t chars)
{
	size_t begin = out->len;
	bool full = out->full;

	if (len / 4 > chars)
		return false;
	mrkdwn_out(out, text, names);
	if (out->full == full && utf8_length(out->s + begin, out->len - begin) <= chars)
		return true;
	buf_cut(out, begin);
	out->full = full;
	return false;
}

size_t mrkdwn_fit(struct buf *out, const char *text, struct names *names, size_t chars)
{
	struct tokens t = { .at = text, .part_end = text };
	size_t room = chars, line = 0, line_out = 0, len = strlen(text), taken;

	if (fits_whole(out, text, len, names, chars))
		return len;
	for (token_next(&t); t.len; token_next(&t)) {
		size_t before = out->len, points;

		if (t.at > text && t.at[-1] == '\n') {
			line = (size_t)(t.at - text);
			line_out = before;
		}
		add_piece(out, t.at, t.len, names);
		points = utf8_length(out->s + before, out->len - before);
		if (points > room) {
			buf_cut(out, before);
			if (t.part.kind == TEXT_WORDS && points > WORD_MOST)
				return (size_t)(t.at - text) +
				       add_part_of_word(out, t.at, t.len, names, room);
			break;
		}
		room -= points;
	}
	taken = (size_t)(t.at - text);
	if (t.len && line > taken / 2) {
		buf_cut(out, line_out);
		return line;
	}
	if (taken || !t.len)
		return taken;
	/* A span longer than all the room there is can only be left out. */
	if (t.part.kind != TEXT_WORDS)
		return t.len;
	return add_part_of_word(out, text, t.len, names, chars);
}

size_t mrkdwn_chars(const char *text, struct names *names)
{
	struct buf out;
	size_t n;

	buf_init(&out, BUF_ROOMY);
	mrkdwn_out(&out, text, names);
	n = utf8_length(out.s, out.len);
	buf_release(&out);
	return n;
}

void plain_words(struct buf *out, const char *text, struct names *names, size_t points)
{
	struct buf words, safe;
	size_t i;

	buf_init(&words, BUF_ROOMY);
	buf_init(&safe, BUF_ROOMY);
	text_words(&words, text, names);
	for (i = 0; i < words.len; i++) {
		buf_addc(&safe, words.s[i]);
		if (words.s[i] == '<' && i + 1 < words.len && strchr("!@#", words.s[i + 1]))
			buf_adds(&safe, ZERO_WIDTH_SPACE);
	}
	mrkdwn_plain(out, safe.s, NULL, points);
	buf_release(&safe);
	buf_release(&words);
}

/* ---- blocks ---- */

static cJSON *add_block(struct page *p, const char *type)
{
	cJSON *block;

	if (cJSON_GetArraySize(p->blocks) >= MESSAGE_BLOCKS)
		return NULL;
	block = cJSON_CreateObject();
	cJSON_AddStringToObject(block, "type", type);
	cJSON_AddItemToArray(p->blocks, block);
	return block;
}

/* verbatim: else Slack makes channels of what people wrote as #words, and pings on a bare @here. */
static cJSON *mrkdwn_object(const char *text)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "type", "mrkdwn");
	cJSON_AddStringToObject(o, "text", text);
	cJSON_AddTrueToObject(o, "verbatim");
	return o;
}

static void trim_end(struct buf *b)
{
	while (b->len && strchr(" \t\n", b->s[b->len - 1]))
		buf_cut(b, b->len - 1);
}

/* Slack refuses a message with an empty section. */
void page_mrkdwn(struct page *p, struct buf *text)
{
	trim_end(text);
	if (text->len)
		cJSON_AddItemToObject(add_block(p, "section"), "text", mrkdwn_object(text->s));
}

cJSON *plain_object(const char *text)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "type", "plain_text");
	cJSON_AddStringToObject(o, "text", text);
	return o;
}

cJSON *page_plain(const char *text, struct names *names, size_t points)
{
	struct buf words;
	cJSON *o;

	buf_init(&words, BUF_ROOMY);
	plain_words(&words, text, names, points);
	o = plain_object(words.s);
	cJSON_AddTrueToObject(o, "emoji");
	buf_release(&words);
	return o;
}

void page_header(struct page *p, const char *text)
{
	cJSON *block = add_block(p, "header");

	if (block)
		cJSON_AddItemToObject(block, "text", page_plain(text, p->names, HEADER_CHARS));
}

void page_context(struct page *p, const char *text)
{
	cJSON *block = add_block(p, "context"), *elements;
	struct buf out;

	if (!block)
		return;
	buf_init(&out, BUF_ROOMY);
	mrkdwn_fit(&out, text, p->names, SECTION_CHARS);
	elements = cJSON_AddArrayToObject(block, "elements");
	cJSON_AddItemToArray(elements, mrkdwn_object(out.s));
	buf_release(&out);
}

/* What fits in front of the line that says what is missing. */
static void cut_text(struct buf *out, const char *text, struct names *names, size_t chars,
		     const char *rest)
{
	struct buf notice;
	size_t room;

	buf_init(&notice, BUF_ROOMY);
	mrkdwn_out(&notice, rest, names);
	room = utf8_length(notice.s, notice.len) + 1;
	mrkdwn_fit(out, text, names, chars > room ? chars - room : 0);
	trim_end(out);
	if (out->len)
		buf_addc(out, '\n');
	buf_add(out, notice.s, notice.len);
	buf_release(&notice);
}

void page_text(struct page *p, const char *text, size_t chars, const char *rest)
{
	size_t left = chars * p->percent / 100, n;
	struct buf out;

	while (*text && cJSON_GetArraySize(p->blocks) < MESSAGE_BLOCKS) {
		size_t room = left < SECTION_CHARS ? left : SECTION_CHARS;
		bool last = left <= SECTION_CHARS ||
			    cJSON_GetArraySize(p->blocks) == MESSAGE_BLOCKS - 1;

		buf_init(&out, BUF_ROOMY);
		n = mrkdwn_fit(&out, text, p->names, room);
		if (text[n] && last) {
			buf_reset(&out);
			cut_text(&out, text, p->names, room, rest);
			n = strlen(text);
		}
		page_mrkdwn(p, &out);
		text += n;
		left -= utf8_length(out.s, out.len) < left ? utf8_length(out.s, out.len) : left;
		buf_release(&out);
	}
}

void page_rows(struct page *p, const struct answer *a, size_t chars, bool buttons)
{
	for (size_t i = 0; i < a->n_rows; i++) {
		page_text(p, a->rows[i].text, chars < ROW_CHARS ? chars : ROW_CHARS, "…");
		if (buttons)
			page_buttons(p, a->rows[i].buttons, a->rows[i].count);
	}
	if (a->more)
		page_text(p, a->more, ROW_CHARS, "…");
}

void blocks_move(cJSON *blocks, cJSON *from)
{
	cJSON *block;

	while ((block = cJSON_DetachItemFromArray(from, 0)))
		cJSON_AddItemToArray(blocks, block);
	cJSON_Delete(from);
}

/* False: it is too large. */
static bool page_draw_once(struct page *p, page_drawer *draw, const struct view *v, const void *arg,
			   size_t bytes, size_t chars)
{
	struct buf json;
	bool fits;

	p->blocks = cJSON_CreateArray();
	draw(p, v, arg);
	buf_init(&json, BUF_ROOMY);
	json_print(&json, p->blocks);
	fits = !json.full && json.len <= bytes && utf8_length(json.s, json.len) <= chars;
	if (fits && p->fold &&
	    !page_fold_place(p, bytes - json.len, chars - utf8_length(json.s, json.len)))
		fits = p->folds = false;
	buf_release(&json);
	fold_free(p->fold);
	p->fold = NULL;
	return fits;
}

cJSON *page_draw(page_drawer *draw, const struct view *v, const void *arg, size_t bytes,
		 size_t chars, bool folds)
{
	struct page p = { .names = v->names, .percent = 100, .folds = folds };

	for (;;) {
		bool folded = p.folds;

		if (page_draw_once(&p, draw, v, arg, bytes, chars))
			return p.blocks;
		if (folded == p.folds && p.percent < 5)
			return p.blocks;
		if (folded == p.folds)
			p.percent = p.percent * 9 / 10;
		cJSON_Delete(p.blocks);
	}
}
