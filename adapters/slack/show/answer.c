/*
 * An answer to one person. It travels in the ack, and a frame over 20,480 bytes closes the
 * connection: so the size is measured as serialised, and text given up until it fits.
 */
#include "adapters/slack/show/blocks.h"

#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/show/blocks_private.h"
#include "core/base/utf8.h"
#include "core/show/show.h"

/* Room for the actions block among the sections. */
#define ANSWER_CHARS ((size_t)(MESSAGE_BLOCKS - 2) * SECTION_CHARS)

struct drawing {
	const struct answer *answer;
	const struct view *card; /* drawn instead of the answer's text; NULL: it isn't a card */
	struct names *names;
};

/* ---- as Slack takes it ---- */

static void answer_add_json(struct buf *out, const struct rendered *s, const char *more)
{
	cJSON *text = cJSON_CreateString(s->text.s);

	buf_adds(out, "{\"response_type\":\"ephemeral\",\"text\":");
	json_print(out, text);
	cJSON_Delete(text);
	if (s->blocks.len) {
		buf_adds(out, ",\"blocks\":");
		buf_add(out, s->blocks.s, s->blocks.len);
	}
	buf_adds(out, more);
	buf_addc(out, '}');
}

void answer_ack(struct buf *out, const struct rendered *s)
{
	answer_add_json(out, s, "");
}

void answer_response(struct buf *out, const struct rendered *s)
{
	answer_add_json(out, s, ",\"replace_original\":false");
}

static size_t answer_size(const struct rendered *s)
{
	struct buf json;
	size_t size;

	buf_init(&json, BUF_ROOMY);
	answer_ack(&json, s);
	size = json.len;
	buf_release(&json);
	return size;
}

/* ---- drawing ---- */

static void where_the_rest_is(struct buf *rest, const struct answer *a)
{
	struct node_name name;
	struct buf line;

	buf_adds(rest, "… cut: too long for one answer. ");
	if (!a->node || node_name_read(a->node, strlen(a->node), &name)) {
		buf_adds(rest, "On the shell, the same command shows all of it.");
		return;
	}
	buf_adds(rest, "The rest is in ");
	view_show(rest, name.number);
	buf_adds(rest, "; on the shell, ");
	buf_init(&line, BUF_ROOMY);
	buf_addf(&line, "aliosbot show %s", a->node);
	text_add_code(rest, line.s);
	buf_adds(rest, " has all of it.");
	buf_release(&line);
}

/* The fallback, for notifications and for whoever shows no blocks. True: it is all of the text. */
static bool answer_add_fallback(struct buf *out, const struct drawing *d, size_t chars)
{
	const char *text = d->answer->text;

	if (d->card)
		rendered_fallback(out, d->card);
	else if (text && text[mrkdwn_fit(out, text, d->names, chars)])
		buf_adds(out, "…");
	else
		return text && *text;
	return false;
}

/* Lines of a list, as far as there is room. */
static void answer_add_fallback_rows(struct buf *out, const struct drawing *d, size_t chars)
{
	const struct answer *a = d->answer;
	size_t used = utf8_length(out->s, out->len);

	for (size_t i = 0; i < a->n_rows && used + 1 < chars; i++) {
		buf_addc(out, '\n');
		if (a->rows[i].text[mrkdwn_fit(out, a->rows[i].text, d->names, chars - used - 1)])
			return;
		used = utf8_length(out->s, out->len);
	}
	if (a->more && used + 1 < chars) {
		buf_addc(out, '\n');
		mrkdwn_fit(out, a->more, d->names, chars - used - 1);
	}
}

static void answer_add_text(struct page *p, const struct answer *a, size_t chars)
{
	struct buf rest;

	buf_init(&rest, BUF_ROOMY);
	where_the_rest_is(&rest, a);
	page_text(p, a->text, chars, rest.s);
	buf_release(&rest);
}

/* At most `chars` characters of text, or bytes of card, and so many buttons. */
static void answer_draw_upto(struct rendered *s, const struct drawing *d, size_t chars,
			     size_t buttons)
{
	struct page p = { .blocks = cJSON_CreateArray(), .names = d->names, .percent = 100 };

	if (answer_add_fallback(&s->text, d, chars < FALLBACK_CHARS ? chars : FALLBACK_CHARS))
		page_mrkdwn(&p, &s->text);
	else if (d->card)
		blocks_move(p.blocks,
			    page_draw(draw_card, d->card, NULL, chars, MESSAGE_CHARS, false));
	else if (d->answer->text)
		answer_add_text(&p, d->answer, chars);
	answer_add_fallback_rows(&s->text, d, chars < FALLBACK_CHARS ? chars : FALLBACK_CHARS);
	page_rows(&p, d->answer, chars, true);
	page_buttons(&p, d->answer->buttons, buttons);
	if (cJSON_GetArraySize(p.blocks))
		json_print(&s->blocks, p.blocks);
	cJSON_Delete(p.blocks);
}

void answer_draw(struct rendered *s, const struct answer *a, const struct view *view,
		 struct names *names, size_t max)
{
	struct drawing d = { .answer = a, .names = names };
	size_t chars = max < ANSWER_CHARS ? max : ANSWER_CHARS;
	size_t buttons = a->count, size;

	if (a->kind == ANSWER_NONE && !a->text)
		return;
	d.card = a->kind == ANSWER_CARD ? view : NULL;
	for (;;) {
		answer_draw_upto(s, &d, chars, buttons);
		size = answer_size(s);
		if (size <= max || (!chars && !buttons))
			break;
		/* Words go first: a button is what the answer asks for. */
		if (chars)
			chars = size > 2 * max ? chars / 2 : chars * 9 / 10;
		else
			buttons--;
		buf_reset(&s->blocks);
		buf_reset(&s->text);
	}
}
