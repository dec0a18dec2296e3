/*
 * The postmortem as a message, in the shape of the article's filled example (product.md section 4),
 * and its short form for the announcements channel. The Markdown file has all of what is cut here.
 */
#include "adapters/slack/show/blocks.h"

#include "adapters/slack/show/blocks_private.h"
#include "core/show/show.h"

#include <string.h>

#define REST "… cut: in full in the file"

#define PART_CHARS 2000 /* of summary, impact, cause, trigger, lesson each */
#define TIMELINE_CHARS (2 * SECTION_CHARS)
#define ITEMS_CHARS SECTION_CHARS
#define SHORT_CHARS 800

static void add_durations(struct buf *b, const struct view *v)
{
	struct durations d;
	struct buf line;

	buf_init(&line, BUF_ROOMY);
	durations_of(&v->head, &d);
	durations_line(&line, &d);
	if (line.len)
		buf_addf(b, "\n⏱ %s", line.s);
	buf_release(&line);
}

static void draw_heading(struct page *p, const struct view *v)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	if (v->head.report_void) {
		buf_adds(&b, "⚠️ ");
		text_add_bold(&b, report_heading(&v->head));
		buf_addc(&b, '\n');
	}
	text_add_bold(&b, "Incident Detail Report");
	buf_addc(&b, '\n');
	view_state(&b, v, 0);
	add_durations(&b, v);
	page_text(p, b.s, SECTION_CHARS, REST);
	buf_release(&b);
}

static void draw_commander(struct page *p, const struct view *v)
{
	struct buf b;
	size_t i;

	buf_init(&b, BUF_ROOMY);
	page_title(&b, "👤", "Incident Commander");
	if (v->head.captain)
		view_person(&b, v, v->head.captain);
	else
		buf_adds(&b, "No captain");
	for (i = 0; i < v->n_roles; i++) {
		if (v->roles[i].role == ROLE_CAPTAIN)
			continue;
		buf_addf(&b, "\n%s: ", role_name(v->roles[i].role));
		view_person(&b, v, v->roles[i].person);
	}
	page_text(p, b.s, PART_CHARS, REST);
	buf_release(&b);
}

static void report_add_entry(struct buf *out, const struct view *v, const struct entry *e,
			     int64_t *day)
{
	page_day(out, e->at, day);
	buf_adds(out, "• ");
	text_add_moment(out, e->at, MOMENT_TIME);
	buf_addf(out, ": %s", view_text(e->text));
	view_copied(out, v, e->copy_of);
	buf_addc(out, '\n');
}

/* Where something folds, what is more than its share of the message is to be opened. */
static void report_draw_timeline(struct page *p, const struct view *v)
{
	size_t room = TIMELINE_CHARS * p->percent / 100, used = 0, i;
	int64_t day = page_first_day(v);
	struct buf b, line;
	struct fold *f = NULL;

	buf_init(&b, BUF_ROOMY);
	buf_init(&line, BUF_ROOMY);
	page_title(&b, "⏳", "Timeline");
	for (i = 0; i < v->n_entries; i++) {
		if (v->entries[i].withdrawn)
			continue;
		buf_reset(&line);
		report_add_entry(&line, v, &v->entries[i], &day);
		used += f ? 0 : mrkdwn_chars(line.s, p->names);
		if (p->folds && !f && used > room) {
			page_text(p, b.s, SIZE_MAX / 100, REST);
			f = page_fold(p, 0);
			buf_adds(&f->where, "in full in the file");
		}
		buf_adds(f ? &f->text : &b, line.s);
		if (f)
			fold_line_ends(f);
	}
	if (!f)
		page_text(p, b.s, TIMELINE_CHARS, REST);
	buf_release(&line);
	buf_release(&b);
}

static void report_add_item(struct buf *b, const struct view *v, const struct item *it)
{
	buf_addf(b, "%lld. [%s] %s", (long long)it->n, item_state_name(it->state),
		 view_text(it->text));
	view_copied(b, v, it->copy_of);
	if (it->owner) {
		buf_adds(b, " — ");
		view_person(b, v, it->owner);
	}
	view_due(b, v, it->due);
	if (it->why)
		buf_addf(b, " (dropped: %s)", it->why);
	buf_addc(b, '\n');
}

static void report_draw_items(struct page *p, const struct view *v, enum item_type type,
			      const char *emoji, const char *title)
{
	struct buf b;
	size_t begin, i;

	buf_init(&b, BUF_ROOMY);
	page_title(&b, emoji, title);
	begin = b.len;
	for (i = 0; i < v->n_items; i++)
		if (v->items[i].type == type && !v->items[i].withdrawn)
			report_add_item(&b, v, &v->items[i]);
	if (b.len == begin)
		buf_adds(&b, type == ITEM_MITIGATE ? "None." : "Not written yet.");
	page_text(p, b.s, ITEMS_CHARS, REST);
	buf_release(&b);
}

static void draw_part(struct page *p, const struct view *v, enum section s, const char *title,
		      size_t chars)
{
	struct buf b;
	bool any;

	buf_init(&b, BUF_ROOMY);
	text_add_bold(&b, title);
	buf_adds(&b, ": ");
	any = view_section(&b, v, s);
	if (!any)
		buf_adds(&b, "not written yet");
	if (any || s != SECTION_TRIGGER)
		page_text(p, b.s, chars, REST);
	buf_release(&b);
}

static void draw_origin(struct page *p, const struct view *v)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_add_bold(&b, "Change origin");
	buf_addf(&b, ": %s", origin_says(v->head.origin));
	page_text(p, b.s, SECTION_CHARS, REST);
	buf_release(&b);
}

static void draw_postmortem(struct page *p, const struct view *v)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	page_title(&b, "📝", "Postmortem");
	page_text(p, b.s, SECTION_CHARS, REST);
	draw_part(p, v, SECTION_CAUSE, "Root Cause", PART_CHARS);
	draw_origin(p, v);
	draw_part(p, v, SECTION_TRIGGER, "Trigger", PART_CHARS);
	draw_part(p, v, SECTION_LESSON, "The Lesson", PART_CHARS);
	report_draw_items(p, v, ITEM_PREVENT, "🛡", "Prevention Plan");
	buf_release(&b);
}

static void list_missing(struct buf *out, const char *key)
{
	buf_adds(out, "• ");
	missing_says(out, key);
	buf_addc(out, '\n');
}

/* What comes next: the form that asks for all that can still be said, or the end. */
static void draw_next(struct page *p, const struct view *v, bool missing, bool possible)
{
	const struct head *h = &v->head;
	struct button next = { 0 };
	struct arena a;

	arena_init(&a);
	if (possible)
		next = (struct button){ .label = "Complete the postmortem",
					.line = arena_printf(&a, "%s complete-postmortem", h->id),
					.begun = true,
					.primary = true };
	else if (!missing && h->status == STATUS_DONE)
		next = (struct button){ .label = "Archive",
					.line = arena_printf(&a, "%s archive", h->id),
					.confirm = ARCHIVE_CONFIRM };
	if (next.label)
		page_buttons(p, &next, 1);
	arena_release(&a);
}

static void draw_missing(struct page *p, const struct view *v)
{
	bool possible = false;
	struct arena a;
	struct buf b;
	const char **keys;
	size_t count, i;

	arena_init(&a);
	buf_init(&b, BUF_ROOMY);
	count = missing_of(v, &a, &keys);
	if (count)
		page_title(&b, "❓", "Still missing");
	for (i = 0; i < count; i++) {
		list_missing(&b, keys[i]);
		possible |= missing_possible(v, keys[i]);
	}
	page_text(p, b.s, SECTION_CHARS, REST);
	draw_next(p, v, count > 0, possible);
	buf_release(&b);
	arena_release(&a);
}

static void draw_journal(struct page *p, const struct view *v)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	view_journal(&b, v);
	page_context(p, b.s);
	buf_release(&b);
}

static void draw_report(struct page *p, const struct view *v, const void *arg)
{
	(void)arg;
	page_name(p, v);
	draw_heading(p, v);
	page_summary(p, v, PART_CHARS, REST);
	page_impact(p, v, PART_CHARS, REST);
	page_services(p, v, REST);
	draw_commander(p, v);
	report_draw_timeline(p, v);
	report_draw_items(p, v, ITEM_MITIGATE, "🛠", "Action Items");
	draw_postmortem(p, v);
	draw_missing(p, v);
	draw_journal(p, v);
}

/* arg: the permalink of the report that replaced this one. */
static void draw_replaced(struct page *p, const struct view *v, const void *arg)
{
	struct buf b;

	page_name(p, v);
	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, "This report was replaced, as the incident was reopened and resolved again: ");
	text_add_link(&b, arg, "the newer report");
	page_text(p, b.s, SECTION_CHARS, REST);
	buf_release(&b);
}

void report_blocks(struct rendered *s, const struct view *v, const char *newer, bool folds)
{
	rendered_draw(s, v, newer ? draw_replaced : draw_report, newer, folds);
}

static void draw_short_report(struct page *p, const struct view *v, const void *arg)
{
	struct buf b;

	(void)arg;
	page_name(p, v);
	draw_heading(p, v);
	page_summary(p, v, SHORT_CHARS, "… cut");
	page_impact(p, v, SHORT_CHARS, "… cut");
	page_services(p, v, "… cut");
	draw_part(p, v, SECTION_CAUSE, "Root Cause", SHORT_CHARS);
	draw_part(p, v, SECTION_LESSON, "The Lesson", SHORT_CHARS);
	if (!v->report_permalink)
		return;
	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, "➡️ ");
	text_add_link(&b, v->report_permalink, "The whole report");
	page_text(p, b.s, SECTION_CHARS, "");
	buf_release(&b);
}

void short_report_blocks(struct rendered *s, const struct view *v)
{
	struct view elsewhere = *v;

	elsewhere.elsewhere = true;
	rendered_draw(s, &elsewhere, draw_short_report, NULL, false);
}
