#include "adapters/slack/show/blocks.h"

#include "adapters/slack/show/blocks_private.h"
#include "core/show/show.h"

#define TOPIC_CHARS 250
#define SERVICES_CHARS 600

void rendered_init(struct rendered *s)
{
	buf_init(&s->blocks, BUF_ROOMY);
	buf_init(&s->text, BUF_ROOMY);
	s->folded = false;
}

void rendered_release(struct rendered *s)
{
	buf_release(&s->text);
	buf_release(&s->blocks);
}

static struct buf rendered_keep_buf(const struct buf *b, struct arena *a)
{
	return (struct buf){ .s = arena_strndup(a, b->s, b->len), .len = b->len };
}

const struct rendered *rendered_keep(const struct rendered *s, struct arena *a)
{
	struct rendered *kept;

	if (!s->text.len && !s->blocks.len)
		return NULL;
	kept = arena_alloc(a, sizeof(*kept));
	*kept = (struct rendered){ .blocks = rendered_keep_buf(&s->blocks, a),
				   .text = rendered_keep_buf(&s->text, a) };
	return kept;
}

/* ---- what card and report have in common ---- */

void page_title(struct buf *text, const char *emoji, const char *words)
{
	buf_addf(text, "%s ", emoji);
	text_add_bold(text, words);
	buf_addc(text, '\n');
}

void page_name(struct page *p, const struct view *v)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	view_name(&b, &v->head);
	page_header(p, b.s);
	buf_release(&b);
}

void page_summary(struct page *p, const struct view *v, size_t chars, const char *rest)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	page_title(&b, "🚨", "Incident Summary");
	if (!view_section(&b, v, SECTION_SUMMARY))
		buf_adds(&b, "Not written yet.");
	page_text(p, b.s, chars, rest);
	buf_release(&b);
}

void page_impact(struct page *p, const struct view *v, size_t chars, const char *rest)
{
	struct buf b;
	size_t begin, i;

	buf_init(&b, BUF_ROOMY);
	page_title(&b, "📊", "Impact");
	begin = b.len;
	for (i = 0; i < v->n_paras; i++)
		if (v->paras[i].section == SECTION_IMPACT && !v->paras[i].gone) {
			buf_addf(&b, "• %s", view_text(v->paras[i].text));
			view_deleted(&b, v->paras[i].deleted);
			buf_addc(&b, '\n');
		}
	if (b.len == begin)
		buf_adds(&b, "Not written yet.");
	page_text(p, b.s, chars, rest);
	buf_release(&b);
}

void page_services(struct page *p, const struct view *v, const char *rest)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	page_title(&b, "🧩", "Services");
	if (view_services(&b, v))
		page_text(p, b.s, SERVICES_CHARS, rest);
	buf_release(&b);
}

int64_t page_first_day(const struct view *v)
{
	return view_moments(v) == MOMENT_FULL ? -1 : v->head.declared_at / MS_DAY;
}

void page_day(struct buf *b, int64_t at, int64_t *day)
{
	if (at / MS_DAY == *day)
		return;
	*day = at / MS_DAY;
	buf_adds(b, "📅 ");
	text_add_moment(b, at, MOMENT_DATE);
	buf_addc(b, '\n');
}

/* ---- words beside the blocks ---- */

/* "🔴 CRITICAL · OPEN · @Sarah", without markup: for topics and notifications. */
static void add_state(struct buf *b, const struct view *v)
{
	const struct head *h = &v->head;

	buf_addf(b, "%s %s · %s · ", priority_emoji(h->priority), priority_name(h->priority),
		 status_name(h->status));
	if (h->captain)
		view_person(b, v, h->captain);
	else
		buf_adds(b, "no captain yet");
}

/* What a notification shows: the name and how it stands. */
void rendered_fallback(struct buf *out, const struct view *v)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	view_name(&b, &v->head);
	buf_addc(&b, '\n');
	add_state(&b, v);
	mrkdwn_fit(out, b.s, v->names, FALLBACK_CHARS);
	buf_release(&b);
}

void topic_text(struct buf *out, const struct view *v)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	add_state(&b, v);
	buf_adds(&b, " · ");
	view_name(&b, &v->head);
	plain_words(out, b.s, v->names, TOPIC_CHARS);
	buf_release(&b);
}

void rendered_draw(struct rendered *s, const struct view *v, page_drawer *draw, const void *arg,
		   bool folds)
{
	cJSON *blocks = page_draw(draw, v, arg, SIZE_MAX, MESSAGE_CHARS, folds);

	json_print(&s->blocks, blocks);
	s->folded = fold_among(blocks);
	cJSON_Delete(blocks);
	rendered_fallback(&s->text, v);
}

static void draw_words(struct page *p, const struct view *v, const void *text)
{
	(void)v;
	page_text(p, text, MESSAGE_CHARS, "… cut: too long for one message.");
}

void words_blocks(struct rendered *s, const char *text, struct names *names)
{
	const struct view nobody = { .names = names };
	cJSON *blocks = page_draw(draw_words, &nobody, text, SIZE_MAX, MESSAGE_CHARS, false);

	json_print(&s->blocks, blocks);
	cJSON_Delete(blocks);
	if (text[mrkdwn_fit(&s->text, text, names, FALLBACK_CHARS - 1)])
		buf_adds(&s->text, "…");
}
