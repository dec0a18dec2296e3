/*
 * An answer to one person. It travels in the ack, and a frame over 20,480 bytes closes the
 * connection: so the size is measured as serialised, and text given up until it fits.
 */
#include "adapters/slack/show/blocks.h"

#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/show/blocks_private.h"
#include "core/show/show.h"

/* Room for the actions block among the sections. */
#define ANSWER_CHARS ((size_t)(MESSAGE_BLOCKS - 2) * SECTION_CHARS)

struct drawing {
	const struct answer *answer;
	const struct view *card; /* drawn instead of the answer's text; NULL: it isn't a card */
	struct names *names;
	const char *rest; /* neutral: where what was cut can be read */
};

/* ---- the payload ---- */

static void where_the_rest_is(struct buf *rest, const struct answer *a, const struct view *view)
{
	const struct view nobody = { 0 };
	struct node_name name;
	struct buf line;

	buf_adds(rest, "… cut: one answer carries no more. ");
	if (!a->node || node_name_read(a->node, strlen(a->node), &name)) {
		buf_adds(rest, "In the shell the same command shows all of it.");
		return;
	}
	buf_adds(rest, "The rest is in ");
	view_show(rest, view ? view : &nobody, name.number);
	buf_adds(rest, "; in the shell, ");
	buf_init(&line, BUF_ROOMY);
	buf_addf(&line, "aliosbot show %s", a->node);
	text_add_code(rest, line.s);
	buf_adds(rest, " has all of it.");
	buf_release(&line);
}

/* The fallback, for notifications and for whoever shows no blocks. */
static void answer_add_fallback(cJSON *payload, const struct drawing *d, size_t chars)
{
	const char *text = d->answer->text;
	struct buf out;

	buf_init(&out, BUF_ROOMY);
	if (d->card)
		rendered_fallback(&out, d->card);
	else if (text && text[mrkdwn_fit(&out, text, d->names, chars)])
		buf_adds(&out, "…");
	cJSON_AddStringToObject(payload, "text", out.s);
	buf_release(&out);
}

static void add_card(cJSON *blocks, const struct drawing *d, size_t bytes)
{
	cJSON *card = page_draw(draw_card, d->card, NULL, bytes, MESSAGE_CHARS), *block;

	while ((block = cJSON_DetachItemFromArray(card, 0)))
		cJSON_AddItemToArray(blocks, block);
	cJSON_Delete(card);
}

/* At most `chars` characters of text, or bytes of card, and so many buttons. */
static cJSON *payload(const struct drawing *d, size_t chars, size_t buttons)
{
	cJSON *o = cJSON_CreateObject();
	struct page p = { .names = d->names, .percent = 100 };

	cJSON_AddStringToObject(o, "response_type", "ephemeral");
	answer_add_fallback(o, d, chars < FALLBACK_CHARS ? chars : FALLBACK_CHARS);
	p.blocks = cJSON_AddArrayToObject(o, "blocks");
	if (d->card)
		add_card(p.blocks, d, chars);
	else if (d->answer->text)
		page_text(&p, d->answer->text, chars, d->rest);
	page_buttons(&p, d->answer->buttons, buttons);
	if (!cJSON_GetArraySize(p.blocks))
		cJSON_DeleteItemFromObject(o, "blocks");
	return o;
}

void answer_payload(struct buf *out, const struct answer *a, const struct view *view,
		    struct names *names, size_t max)
{
	struct drawing d = { .answer = a, .names = names };
	size_t chars = max < ANSWER_CHARS ? max : ANSWER_CHARS;
	size_t buttons = a->count;
	struct buf rest, json;

	if (a->kind == ANSWER_NONE && !a->text)
		return;
	d.card = a->kind == ANSWER_CARD ? view : NULL;
	buf_init(&rest, BUF_ROOMY);
	where_the_rest_is(&rest, a, view);
	d.rest = rest.s;
	for (;;) {
		cJSON *o = payload(&d, chars, buttons);

		buf_init(&json, BUF_ROOMY);
		json_print(&json, o);
		cJSON_Delete(o);
		if (json.len <= max || (!chars && !buttons))
			break;
		/* Words go first: a button is what the answer asks for. */
		if (chars)
			chars = json.len > 2 * max ? chars / 2 : chars * 9 / 10;
		else
			buttons--;
		buf_release(&json);
	}
	buf_add(out, json.s, json.len);
	buf_release(&json);
	buf_release(&rest);
}
