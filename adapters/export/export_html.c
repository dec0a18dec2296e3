/*
 * export_html: a Node as one page that stands alone: the report's sections, in its order.
 */
#include "adapters/export/export_private.h"

#include "core/show/show.h"

#include <string.h>

static void section(struct buf *out, const char *heading)
{
	buf_addf(out, "<h2>%s</h2>\n", heading);
}

static void nothing(struct buf *out, const char *says)
{
	buf_addf(out, "<p class=\"soft\">%s</p>\n", says);
}

static void html_copied(struct buf *out, const struct view *v, const char *copy_of)
{
	struct buf b;

	buf_init(&b, 256);
	view_copied(&b, v, copy_of);
	html_words(out, b.s);
	buf_release(&b);
}

/* Says it of a piece whose message is gone from Slack. */
static void html_deleted(struct buf *out, bool deleted)
{
	struct buf b;

	buf_init(&b, 256);
	view_deleted(&b, deleted);
	html_words(out, b.s);
	buf_release(&b);
}

/* The live paragraphs of a section; false: there are none. */
static bool paragraphs(struct buf *out, const struct view *v, enum section s)
{
	bool any = false;

	for (size_t i = 0; i < v->n_paras; i++) {
		const struct para *p = &v->paras[i];

		if (p->section != s || p->gone)
			continue;
		buf_adds(out, "<p dir=\"auto\">");
		html_text(out, v, p->text);
		html_deleted(out, p->deleted);
		buf_adds(out, "</p>\n");
		any = true;
	}
	return any;
}

/* ---- the head ---- */

static void fact_time(struct buf *out, const char *name, int64_t ms)
{
	if (!ms)
		return;
	buf_addf(out, "<dt>%s</dt><dd>", name);
	html_time(out, ms, civil_full);
	buf_adds(out, "</dd>\n");
}

static void fact_person(struct buf *out, const struct view *v, const char *name, const char *ref)
{
	buf_addf(out, "<dt>%s</dt><dd>", name);
	if (ref)
		html_person(out, v, ref);
	else
		buf_adds(out, "nobody");
	buf_adds(out, "</dd>\n");
}

static void fact_services(struct buf *out, const struct view *v)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	if (view_services(&b, v)) {
		buf_adds(out, "<dt>Services</dt><dd>");
		html_line(out, v, b.s);
		buf_adds(out, "</dd>\n");
	}
	buf_release(&b);
}

static void page_head(struct buf *out, const struct view *v)
{
	const struct head *h = &v->head;

	buf_addf(out, "<h1 dir=\"auto\"><small>%s</small>%s", h->id, view_drill(h));
	html_line(out, v, h->title);
	buf_adds(out, "</h1>\n<p>");
	html_badges(out, h);
	buf_adds(out, "</p>\n");
	if (*report_heading(h))
		buf_addf(out, "<p class=\"void\">%s</p>\n", report_heading(h));
	buf_adds(out, "<dl>\n");
	fact_person(out, v, "Captain", h->captain);
	for (size_t i = 0; i < v->n_roles; i++)
		if (v->roles[i].role != ROLE_CAPTAIN)
			fact_person(out, v, role_name(v->roles[i].role), v->roles[i].person);
	fact_services(out, v);
	fact_time(out, "Declared", h->declared_at);
	fact_time(out, "Closed", h->closed_at);
	if (h->merged_into)
		buf_addf(out, "<dt>Merged into</dt><dd>%s</dd>\n", view_merged(h));
	buf_adds(out, "</dl>\n");
}

static void page_summary(struct buf *out, const struct view *v)
{
	section(out, "🚨 Incident Summary");
	if (!paragraphs(out, v, SECTION_SUMMARY))
		nothing(out, "Not written yet.");
}

static void page_impact(struct buf *out, const struct view *v)
{
	bool any = false;

	section(out, "📊 Impact");
	for (size_t i = 0; i < v->n_paras; i++) {
		if (v->paras[i].section != SECTION_IMPACT || v->paras[i].gone)
			continue;
		buf_adds(out, any ? "<li><div dir=\"auto\">" : "<ul>\n<li><div dir=\"auto\">");
		html_text(out, v, v->paras[i].text);
		html_deleted(out, v->paras[i].deleted);
		buf_adds(out, "</div></li>\n");
		any = true;
	}
	if (any)
		buf_adds(out, "</ul>\n");
	else
		nothing(out, "Not written yet.");
}

/* ---- the timeline ---- */

static void entry_files(struct buf *out, const struct view *v, const struct entry *e)
{
	for (size_t i = 0; i < v->n_files; i++) {
		const struct file *f = &v->files[i];
		bool link = f->permalink && html_address(f->permalink, strlen(f->permalink));

		if (f->entry != e->n)
			continue;
		buf_adds(out, "<br>\n📎 ");
		if (link) {
			buf_adds(out, "<a rel=\"noreferrer\" href=\"");
			html_words(out, f->permalink);
			buf_adds(out, "\">");
		}
		html_line(out, v, f->name);
		if (link)
			buf_adds(out, "</a>");
	}
}

static void page_entry(struct buf *out, const struct view *v, const struct entry *e)
{
	buf_adds(out, "<li>");
	html_time(out, e->at, civil_time);
	buf_adds(out, "<div dir=\"auto\">");
	html_text(out, v, e->text);
	html_copied(out, v, e->copy_of);
	html_deleted(out, e->deleted);
	if (view_marks(v, e))
		buf_addf(out, " <span class=\"badge\">%s</span>", marker_name(e->marker));
	entry_files(out, v, e);
	buf_addf(out, "<div class=\"soft\">E%lld · ", (long long)e->n);
	html_person(out, v, e->author);
	if (e->permalink && html_address(e->permalink, strlen(e->permalink))) {
		buf_adds(out, " · <a rel=\"noreferrer\" href=\"");
		html_words(out, e->permalink);
		buf_adds(out, "\">message</a>");
	}
	buf_adds(out, "</div></div></li>\n");
}

static void page_timeline(struct buf *out, const struct view *v)
{
	int64_t day = -1;

	section(out, "⏳ Timeline");
	nothing(out, "Times are in UTC.");
	for (size_t i = 0; i < v->n_entries; i++) {
		const struct entry *e = &v->entries[i];

		if (e->withdrawn)
			continue;
		if (e->at / MS_DAY != day) {
			buf_adds(out, day < 0 ? "<h3>" : "</ol>\n<h3>");
			civil_date(out, e->at);
			buf_adds(out, "</h3>\n<ol class=\"timeline\">\n");
			day = e->at / MS_DAY;
		}
		page_entry(out, v, e);
	}
	if (day < 0)
		nothing(out, "Nothing was recorded.");
	else
		buf_adds(out, "</ol>\n");
}

/* ---- items ---- */

static void page_item(struct buf *out, const struct view *v, const struct item *i)
{
	buf_addf(out, "<li value=\"%lld\"><div dir=\"auto\"><span class=\"badge\">%s</span> ",
		 (long long)i->n, item_state_name(i->state));
	html_text(out, v, i->text);
	html_copied(out, v, i->copy_of);
	if (i->why) {
		buf_adds(out, " (dropped: ");
		html_text(out, v, i->why);
		buf_adds(out, ")");
	}
	html_deleted(out, i->deleted);
	buf_adds(out, "</div><div class=\"soft\">");
	if (i->owner)
		html_person(out, v, i->owner);
	else
		buf_adds(out, "no owner");
	if (i->due) {
		buf_adds(out, " · due ");
		html_words(out, i->due);
	}
	buf_adds(out, "</div></li>\n");
}

static void page_items(struct buf *out, const struct view *v, enum item_type type, const char *none)
{
	bool any = false;

	for (size_t i = 0; i < v->n_items; i++) {
		if (v->items[i].type != type || v->items[i].withdrawn)
			continue;
		if (!any)
			buf_adds(out, "<ol>\n");
		page_item(out, v, &v->items[i]);
		any = true;
	}
	if (any)
		buf_adds(out, "</ol>\n");
	else
		nothing(out, none);
}

/* ---- the postmortem ---- */

static void page_part(struct buf *out, const struct view *v, const char *heading, enum section s)
{
	struct buf b;

	buf_init(&b, EXPORT_MAX);
	if (paragraphs(&b, v, s))
		buf_addf(out, "<h3>%s</h3>\n%s", heading, b.s);
	else if (s != SECTION_TRIGGER)
		buf_addf(out, "<h3>%s</h3>\n<p class=\"soft\">Not written yet.</p>\n", heading);
	buf_release(&b);
}

static void page_postmortem(struct buf *out, const struct view *v)
{
	enum origin o = v->head.origin;

	section(out, "📝 Postmortem");
	page_part(out, v, "Root Cause", SECTION_CAUSE);
	page_part(out, v, "Trigger", SECTION_TRIGGER);
	page_part(out, v, "The Lesson", SECTION_LESSON);
	buf_adds(out, "<h3>Prevention Plan</h3>\n");
	page_items(out, v, ITEM_PREVENT, "Not written yet.");
	buf_adds(out, "<h3>Change origin</h3>\n");
	if (o == ORIGIN_NONE)
		nothing(out, "Not said yet.");
	else
		buf_addf(out, "<p>%s (%s)</p>\n", origin_says(o), origin_name(o));
}

/* Lines of ours, "- Detect: 5 min" each. */
static void page_lines(struct buf *out, const struct view *v, const char *lines)
{
	size_t len;
	struct buf one;

	buf_init(&one, BUF_ROOMY);
	buf_adds(out, "<ul>\n");
	for (; *lines; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		if (!len)
			continue;
		buf_reset(&one);
		buf_add(&one, lines, len);
		buf_adds(out, "<li>");
		html_line(out, v, one.s + (strncmp(one.s, "- ", 2) ? 0 : 2));
		buf_adds(out, "</li>\n");
	}
	buf_adds(out, "</ul>\n");
	buf_release(&one);
}

static void page_durations(struct buf *out, const struct view *v)
{
	struct durations d;
	struct buf lines;

	buf_init(&lines, BUF_ROOMY);
	durations_of(&v->head, &d);
	durations_write(&lines, &d);
	section(out, "⏱ Durations");
	page_lines(out, v, lines.s);
	buf_release(&lines);
}

static void page_missing(struct buf *out, const struct view *v)
{
	struct arena a;
	const char **keys;
	struct buf lines;
	size_t count;

	arena_init(&a);
	buf_init(&lines, BUF_ROOMY);
	count = missing_of(v, &a, &keys);
	for (size_t i = 0; i < count; i++) {
		missing_says(&lines, keys[i]);
		buf_addc(&lines, '\n');
	}
	if (count) {
		section(out, "Still missing");
		page_lines(out, v, lines.s);
	}
	buf_release(&lines);
	arena_release(&a);
}

static void page_links(struct buf *out, const struct view *v)
{
	if (v->n_links)
		section(out, "🔗 Links");
	for (size_t i = 0; i < v->n_links; i++) {
		const char *url = v->links[i].url;

		buf_adds(out, i ? "<li>" : "<ul>\n<li>");
		if (html_address(url, strlen(url))) {
			buf_adds(out, "<a rel=\"noreferrer\" href=\"");
			html_words(out, url);
			buf_adds(out, "\">");
			html_words(out, url);
			buf_adds(out, "</a>");
		} else {
			html_words(out, url);
		}
		buf_adds(out, "</li>\n");
	}
	if (v->n_links)
		buf_adds(out, "</ul>\n");
}

void export_html(struct buf *out, const struct view *v, const char *home)
{
	struct page p = { .style = "", .home = home };
	struct buf name, title;

	buf_init(&name, BUF_ROOMY);
	buf_init(&title, BUF_ROOMY);
	view_name(&name, &v->head);
	text_words(&title, name.s, v->names);
	p.title = title.s;
	page_begin(out, &p);
	page_head(out, v);
	page_summary(out, v);
	page_impact(out, v);
	page_timeline(out, v);
	section(out, "🛠 Action Items");
	page_items(out, v, ITEM_MITIGATE, "None.");
	page_postmortem(out, v);
	page_durations(out, v);
	page_links(out, v);
	page_missing(out, v);
	buf_adds(out, "<footer>");
	view_journal(out, v);
	buf_adds(out, "</footer>\n");
	page_end(out, &p);
	buf_release(&title);
	buf_release(&name);
}
