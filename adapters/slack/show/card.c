/*
 * The card in the Node's channel and the shorter one in the announcements channel (product.md
 * section 3). Pure: the same view gives the same bytes, so that equal means "nothing to edit".
 */
#include "adapters/slack/show/blocks.h"

#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/show/blocks_private.h"
#include "core/show/show.h"

#include <string.h>

#define TOP_CHARS 1500 /* of the summary, and of the impact */
#define LIST_CHARS 2800
#define LINE_POINTS 200 /* of an entry or item */
#define ITEMS_MOST 5	/* of each type */
#define LINKS_MOST 10
#define LINK_POINTS 60
#define SHORT_CHARS 600

static void add_show(struct buf *b, const struct view *v)
{
	view_show(b, v->head.number);
}

/* The line below what was cut. */
static void rest_of(struct buf *rest, const struct view *v)
{
	buf_init(rest, BUF_ROOMY);
	buf_adds(rest, "… cut: in full in ");
	add_show(rest, v);
}

static void card_draw_text(struct page *p, const struct view *v, const struct buf *text,
			   size_t chars)
{
	struct buf rest;

	rest_of(&rest, v);
	page_text(p, text->s, chars, rest.s);
	buf_release(&rest);
}

static void draw_state(struct page *p, const struct view *v)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	view_state(&b, v, 0);
	view_roles(&b, v);
	view_update_due(&b, v);
	card_draw_text(p, v, &b, SECTION_CHARS);
	buf_release(&b);
}

/* What isn't written yet is a button. */
static void draw_top(struct page *p, const struct view *v, size_t chars)
{
	struct buf rest;

	rest_of(&rest, v);
	if (view_says(v, SECTION_SUMMARY))
		page_summary(p, v, chars, rest.s);
	if (view_says(v, SECTION_IMPACT))
		page_impact(p, v, chars, rest.s);
	page_services(p, v, rest.s);
	buf_release(&rest);
}

static bool is_shown(const struct entry *e)
{
	return !e->withdrawn && entry_tells(e);
}

/* Where the entries begin of which at most VIEW_LAST are shown. */
static size_t last_entries(const struct view *v)
{
	size_t i = v->n_entries, shown = 0;

	while (i && shown < VIEW_LAST)
		shown += is_shown(&v->entries[--i]);
	return i;
}

static void add_entry(struct buf *out, const struct view *v, const struct entry *e, int64_t *day)
{
	page_day(out, e->at, day);
	view_entry(out, v, e, MOMENT_TIME, LINE_POINTS);
	buf_addc(out, '\n');
}

static void add_more(struct buf *out, const struct view *v, int64_t more)
{
	buf_addf(out, "… and %lld more: ", (long long)more);
	add_show(out, v);
}

/* Those that aren't shown, newest first, so far as they were read: to be opened. */
static void card_fold_entries(struct page *p, const struct view *v, size_t last, int64_t more)
{
	struct fold *f = page_fold(p, more);
	int64_t day = page_first_day(v);

	for (size_t i = v->n_entries; i-- > 0;)
		if (!v->entries[i].withdrawn && (i < last || !is_shown(&v->entries[i]))) {
			add_entry(&f->text, v, &v->entries[i], &day);
			fold_line_ends(f);
		}
	for (size_t i = 0; i < v->n_older; i++) {
		add_entry(&f->text, v, &v->older[i], &day);
		fold_line_ends(f);
	}
	add_show(&f->where, v);
}

static void card_draw_timeline(struct page *p, const struct view *v)
{
	int64_t more = v->entries_live, day = page_first_day(v);
	size_t last = last_entries(v), i;
	struct buf lines, b;

	if (!v->entries_live)
		return;
	buf_init(&lines, BUF_ROOMY);
	for (i = last; i < v->n_entries; i++)
		if (is_shown(&v->entries[i])) {
			add_entry(&lines, v, &v->entries[i], &day);
			more--;
		}
	buf_init(&b, BUF_ROOMY);
	page_title(&b, "⏳", "Timeline");
	if (more > 0 && !p->folds) {
		add_more(&b, v, more);
		buf_addc(&b, '\n');
	}
	buf_adds(&b, lines.s);
	card_draw_text(p, v, &b, LIST_CHARS);
	if (more > 0 && p->folds)
		card_fold_entries(p, v, last, more);
	buf_release(&b);
	buf_release(&lines);
}

static void add_items_of(struct buf *b, const struct view *v, enum item_type type)
{
	int64_t more = v->items_open_of[type];
	size_t i, shown;

	for (i = shown = 0; i < v->n_items && shown < ITEMS_MOST; i++) {
		const struct item *it = &v->items[i];

		if (it->type != type || it->state != ITEM_TODO || it->withdrawn)
			continue;
		view_item(b, v, it, LINE_POINTS);
		buf_addc(b, '\n');
		shown++;
		more--;
	}
	if (more > 0) {
		add_more(b, v, more);
		buf_addc(b, '\n');
	}
}

/* What is to be done now before what is to be done later. */
static void card_draw_items(struct page *p, const struct view *v)
{
	struct buf b;

	if (!v->items_open && !v->items_done)
		return;
	buf_init(&b, BUF_ROOMY);
	page_title(&b, "🛠", v->items_open ? "Open Action Items" : "Action Items");
	add_items_of(&b, v, ITEM_MITIGATE);
	add_items_of(&b, v, ITEM_PREVENT);
	if (v->items_done)
		buf_addf(&b, "✓ %lld done", (long long)v->items_done);
	card_draw_text(p, v, &b, LIST_CHARS);
	buf_release(&b);
}

static void draw_links(struct page *p, const struct view *v)
{
	struct buf b, label;
	size_t i;

	if (!v->n_links)
		return;
	buf_init(&b, BUF_ROOMY);
	page_title(&b, "🔗", "Links");
	for (i = 0; i < v->n_links && i < LINKS_MOST; i++) {
		buf_init(&label, BUF_ROOMY);
		text_short(&label, v->links[i].url, LINK_POINTS);
		buf_adds(&b, "• ");
		text_add_link(&b, v->links[i].url, label.s);
		buf_addc(&b, '\n');
		buf_release(&label);
	}
	if (v->n_links > LINKS_MOST) {
		buf_adds(&b, "… and more: ");
		add_show(&b, v);
	}
	card_draw_text(p, v, &b, LIST_CHARS);
	buf_release(&b);
}

/* ---- buttons ---- */

#define WHILE_OPEN \
	(1u << STATUS_OPEN | 1u << STATUS_INVESTIGATING | 1u << STATUS_IDENTIFIED | \
	 1u << STATUS_MITIGATED)
#define WHILE_WRITTEN (WHILE_OPEN | 1u << STATUS_DONE)
#define WHILE_CLOSED \
	(1u << STATUS_DONE | 1u << STATUS_ARCHIVED | 1u << STATUS_CANCELLED | 1u << STATUS_MERGED)

static bool lacks_summary(const struct view *v)
{
	return !view_says(v, SECTION_SUMMARY);
}

static bool lacks_impact(const struct view *v)
{
	return !view_says(v, SECTION_IMPACT);
}

static bool lacks_captain(const struct view *v)
{
	return !v->head.captain;
}

static bool has_captain(const struct view *v)
{
	return v->head.captain;
}

static const struct card_button {
	const char *label, *line; /* line: without the Node */
	bool begun;
	unsigned when;			     /* bits of statuses in which it makes sense, and */
	bool (*where)(const struct view *v); /* NULL: always */
	const char *confirm;
} card_buttons[] = {
	{ "I'm captain", "captain", false, WHILE_OPEN, lacks_captain, NULL },
	{ "Add summary", "summary", true, WHILE_WRITTEN, lacks_summary, NULL },
	{ "Add impact", "impact", true, WHILE_WRITTEN, lacks_impact, NULL },
	{ "Add note", "note", true, WHILE_WRITTEN, NULL, NULL },
	{ "Add action", "action", true, WHILE_WRITTEN, NULL, NULL },
	{ "Update status", "status", true, WHILE_OPEN, NULL, NULL },
	{ "Post update", "update", true, WHILE_OPEN, NULL, NULL },
	{ "Hand over", "captain", true, WHILE_OPEN, has_captain, NULL },
	{ "Resolve", "resolve", false, WHILE_OPEN, NULL,
	  "Resolve this incident? The postmortem will be posted in the channel." },
	{ "Postmortem", "postmortem", false, 1u << STATUS_DONE, NULL, NULL },
	{ "Archive", "archive", false, 1u << STATUS_DONE, NULL, ARCHIVE_CONFIRM },
	{ "Reopen", "reopen", true, WHILE_CLOSED, NULL, NULL },
};
#define CARD_BUTTONS (sizeof(card_buttons) / sizeof(*card_buttons))
#define ANNOUNCED_BUTTONS 1 /* "I'm captain" */

/* Of the first `rows` of the table. */
static void draw_buttons(struct page *p, const struct view *v, size_t rows)
{
	struct button shown[CARD_BUTTONS];
	struct arena a;
	size_t count = 0;

	arena_init(&a);
	for (size_t i = 0; i < rows; i++) {
		const struct card_button *b = &card_buttons[i];

		if (!(b->when & 1u << v->head.status) || (b->where && !b->where(v)))
			continue;
		shown[count++] = (struct button){
			.label = b->label,
			.line = arena_printf(&a, "%s %s", v->head.id, b->line),
			.begun = b->begun,
			.confirm = b->confirm,
			/* What an incident needs first. */
			.primary = b->where == lacks_captain,
		};
	}
	page_buttons(p, shown, count);
	arena_release(&a);
}

void draw_card(struct page *p, const struct view *v, const void *arg)
{
	(void)arg;
	page_name(p, v);
	draw_state(p, v);
	draw_top(p, v, TOP_CHARS);
	card_draw_timeline(p, v);
	card_draw_items(p, v);
	draw_links(p, v);
	draw_buttons(p, v, CARD_BUTTONS);
}

static void draw_short_card(struct page *p, const struct view *v, const void *arg)
{
	struct buf b;

	(void)arg;
	page_name(p, v);
	draw_state(p, v);
	draw_top(p, v, SHORT_CHARS);
	if (v->head.channel) {
		buf_init(&b, BUF_ROOMY);
		buf_adds(&b, "➡️ ");
		text_add_channel(&b, v->head.channel, v->head.channel_name);
		card_draw_text(p, v, &b, SHORT_CHARS);
		buf_release(&b);
	}
	draw_buttons(p, v, ANNOUNCED_BUTTONS);
}

void card_blocks(struct rendered *s, const struct view *v, bool folds)
{
	rendered_draw(s, v, draw_card, NULL, folds);
}

void short_card_blocks(struct rendered *s, const struct view *v)
{
	struct view elsewhere = *v;

	elsewhere.elsewhere = true;
	rendered_draw(s, &elsewhere, draw_short_card, NULL, false);
}
