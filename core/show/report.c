/*
 * The report in Markdown: a small writer that keeps what people wrote from becoming structure, then
 * the sections in the order of the article's filled example.
 */
#include "core/show/show.h"

#include <ctype.h>
#include <string.h>

const char *report_heading(const struct head *h)
{
	switch (h->report_void) {
	case REPORT_REOPENED:
		return "superseded: reopened";
	case REPORT_WITHDRAWN:
		return "withdrawn";
	default:
		return "";
	}
}

/* ---- Markdown ---- */

/* Bytes of the number in "12. " or "3)", which would begin a numbered list; else 0. */
static size_t list_number(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n && (s[n] == '.' || s[n] == ')') && strchr(" \t\n", s[n + 1]) ? n : 0;
}

/* Would Markdown take this line for something else than words, because of how it begins? */
static bool opens_block(const char *s, size_t len)
{
	size_t run = strspn(s, (char[]){ *s, '\0' });

	switch (*s) {
	case '>':
	case '|':
	case '=':
		return true;
	case '#':
		return run <= 6 && strchr(" \t\n", s[run]);
	case '-':
	case '+':
	case '*':
	case '_':
		return run >= 3 || (run == 1 && *s != '_' && strchr(" \t\n", s[1]));
	case '`':
	case '~':
		return run >= 3;
	case '[': /* "[name]: url" is a definition and would not be shown at all */
		return memmem(s, len, "]:", 2);
	}
	return false;
}

static bool is_entity(const char *s)
{
	size_t n = strspn(s + 1, "#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return n && s[n + 1] == ';';
}

static void add_escaped(struct buf *out, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		bool tag = s[i] == '<' && i + 1 < len &&
			   (isalpha((unsigned char)s[i + 1]) || strchr("/!?", s[i + 1]));
		bool link = i && s[i] == '(' && s[i - 1] == ']';

		if (tag || link || (s[i] == '&' && is_entity(s + i)))
			buf_addc(out, '\\');
		buf_addc(out, s[i]);
	}
}

static void report_add_line(struct buf *out, const char *s, size_t len)
{
	size_t space = strspn(s, " "), digits;

	space = space < len ? space : len;
	digits = list_number(s + space);
	buf_add(out, s, space);
	if (digits)
		buf_addf(out, "%.*s\\", (int)digits, s + space);
	else if (space < len && opens_block(s + space, len - space))
		buf_addc(out, '\\');
	add_escaped(out, s + space + digits, len - space - digits);
}

/* What people wrote, as words that stay inside a block indented by `indent`: line breaks are kept
 * (two spaces before one make it hard), nothing becomes a heading, a list, HTML or a link. */
static void report_add_text(struct buf *out, const struct view *v, const char *text, int indent)
{
	struct buf plain;
	const char *s;
	size_t len;

	buf_init(&plain, out->max);
	text_plain(&plain, view_text(text), v->names);
	for (s = plain.s;; s += len + 1) {
		len = strcspn(s, "\n");
		report_add_line(out, s, len);
		if (!s[len])
			break;
		buf_adds(out, len && s[len + 1] && s[len + 1] != '\n' ? "  \n" : "\n");
		if (s[len + 1] && s[len + 1] != '\n')
			buf_addf(out, "%*s", indent, "");
	}
	out->full |= plain.full;
	buf_release(&plain);
}

static void report_add_person(struct buf *out, const struct view *v, const char *ref)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	view_person(&b, v, ref);
	report_add_text(out, v, b.s, 0);
	buf_release(&b);
}

static void report_add_captain(struct buf *out, const struct view *v)
{
	if (v->head.captain)
		report_add_person(out, v, v->head.captain);
	else
		buf_adds(out, "No captain");
}

static void report_add_services(struct buf *out, const struct view *v)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	if (view_services(&b, v)) {
		report_add_text(out, v, b.s, 0);
		buf_addc(out, '\n');
	}
	buf_release(&b);
}

/* ---- the sections ---- */

static void title(struct buf *out, const struct view *v, const char *heading)
{
	const struct head *h = &v->head;
	struct buf words;

	buf_init(&words, out->max);
	text_words(&words, view_text(h->title), v->names);
	buf_addf(out, "# [%s] %s", h->id, view_drill(h));
	add_escaped(out, words.s, words.len);
	buf_release(&words);
	if (*heading)
		buf_addf(out, "\n\n**%s**", heading);
	buf_adds(out, "\n\nCaptain (Owner): ");
	report_add_captain(out, v);
	buf_addf(out, "  \nPriority: %s %s  \nStatus: %s%s", priority_emoji(h->priority),
		 priority_name(h->priority), status_name(h->status),
		 v->n_services ? "  \nServices: " : "\n");
	report_add_services(out, v);
	buf_addf(out, "\n## [%s] Incident Detail Report\n", h->id);
}

static void summary(struct buf *out, const struct view *v)
{
	struct buf text;

	buf_init(&text, out->max);
	buf_adds(out, "\n### 🚨 Incident Summary\n\n");
	report_add_text(out, v,
			view_section(&text, v, SECTION_SUMMARY) ? text.s : "Not written yet.", 0);
	buf_adds(out, "\n");
	buf_release(&text);
}

static void impact(struct buf *out, const struct view *v)
{
	bool any = false;
	size_t i;

	buf_adds(out, "\n### 📊 Impact\n\n");
	for (i = 0; i < v->n_paras; i++) {
		if (v->paras[i].section != SECTION_IMPACT || v->paras[i].gone)
			continue;
		buf_adds(out, "- ");
		report_add_text(out, v, v->paras[i].text, 2);
		view_deleted(out, v->paras[i].deleted);
		buf_adds(out, "\n");
		any = true;
	}
	if (!any)
		buf_adds(out, "Not written yet.\n");
}

static void commander(struct buf *out, const struct view *v)
{
	size_t i;

	buf_adds(out, "\n### 👤 Incident Commander\n\n");
	report_add_captain(out, v);
	buf_adds(out, "\n");
	for (i = 0; i < v->n_roles; i++) {
		if (v->roles[i].role == ROLE_CAPTAIN)
			continue;
		buf_addf(out, "\n- %s: ", role_name(v->roles[i].role));
		report_add_person(out, v, v->roles[i].person);
	}
	if (out->s[out->len - 1] != '\n')
		buf_adds(out, "\n");
}

static void entry_files(struct buf *out, const struct view *v, const struct entry *e)
{
	size_t i;

	for (i = 0; i < v->n_files; i++) {
		if (v->files[i].entry != e->n)
			continue;
		buf_adds(out, "  \n  📎 ");
		report_add_text(out, v, v->files[i].name, 2);
		if (v->files[i].permalink)
			buf_addf(out, ": <%s>", v->files[i].permalink);
	}
}

static void entry(struct buf *out, const struct view *v, const struct entry *e)
{
	buf_adds(out, "- ");
	civil_time(out, e->at);
	buf_adds(out, ": ");
	report_add_text(out, v, e->text, 2);
	view_copied(out, v, e->copy_of);
	view_deleted(out, e->deleted);
	entry_files(out, v, e);
	buf_adds(out, "\n");
}

static void timeline(struct buf *out, const struct view *v)
{
	int64_t day = -1;
	size_t i;

	buf_adds(out, "\n### ⏳ Timeline\n\nTimes are in UTC.\n");
	for (i = 0; i < v->n_entries; i++) {
		const struct entry *e = &v->entries[i];

		if (e->withdrawn)
			continue;
		if (e->at / MS_DAY != day) {
			buf_adds(out, "\n#### ");
			civil_date(out, e->at);
			buf_adds(out, "\n\n");
			day = e->at / MS_DAY;
		}
		entry(out, v, e);
	}
	if (day < 0)
		buf_adds(out, "\nNothing was recorded.\n");
}

static void actions(struct buf *out, const struct view *v)
{
	int64_t last = 0;
	size_t i;

	buf_adds(out, "\n### 🛠 Action Items\n\n");
	for (i = 0; i < v->n_items; i++) {
		const struct item *it = &v->items[i];

		if (it->type != ITEM_MITIGATE || it->withdrawn)
			continue;
		/* Markdown counts on from a list's first number: a comment begins a new list. */
		if (last && it->n != last + 1)
			buf_adds(out, "\n<!-- -->\n\n");
		last = it->n;
		buf_addf(out, "%lld. [%s] ", (long long)it->n, item_state_name(it->state));
		report_add_text(out, v, it->text, 4);
		view_copied(out, v, it->copy_of);
		if (it->owner) {
			buf_adds(out, " — ");
			report_add_person(out, v, it->owner);
		}
		if (it->due)
			buf_addf(out, ", due %s", it->due);
		if (it->why) {
			buf_adds(out, " (dropped: ");
			report_add_text(out, v, it->why, 4);
			buf_adds(out, ")");
		}
		view_deleted(out, it->deleted);
		buf_adds(out, "\n");
	}
	if (!last)
		buf_adds(out, "None.\n");
}

static void paragraph(struct buf *out, const struct view *v, const char *label, enum section s)
{
	struct buf text;

	buf_init(&text, out->max);
	if (view_section(&text, v, s)) {
		buf_addf(out, "- %s: ", label);
		report_add_text(out, v, text.s, 2);
		buf_adds(out, "\n");
	} else if (s != SECTION_TRIGGER) {
		buf_addf(out, "- %s: not written yet\n", label);
	}
	buf_release(&text);
}

static void prevention(struct buf *out, const struct view *v)
{
	bool any = false;
	size_t i;

	buf_adds(out, "- Prevention Plan:");
	for (i = 0; i < v->n_items; i++) {
		const struct item *it = &v->items[i];

		if (it->type != ITEM_PREVENT || it->withdrawn)
			continue;
		buf_addf(out, "\n  - [%s] ", item_state_name(it->state));
		report_add_text(out, v, it->text, 4);
		view_copied(out, v, it->copy_of);
		buf_addf(out, " (item %lld, ", (long long)it->n);
		if (it->owner)
			report_add_person(out, v, it->owner);
		else
			buf_adds(out, "no owner");
		if (it->due)
			buf_addf(out, ", due %s", it->due);
		buf_adds(out, ")");
		view_deleted(out, it->deleted);
		any = true;
	}
	buf_adds(out, any ? "\n" : " not written yet\n");
}

static void origin(struct buf *out, const struct view *v)
{
	enum origin o = v->head.origin;

	if (o == ORIGIN_NONE)
		buf_adds(out, "- Change origin: not written yet\n");
	else
		buf_addf(out, "- Change origin: %s (%s)\n", origin_says(o), origin_name(o));
}

static void postmortem(struct buf *out, const struct view *v)
{
	buf_adds(out, "\n### 📝 Postmortem\n\n");
	paragraph(out, v, "Root Cause", SECTION_CAUSE);
	origin(out, v);
	paragraph(out, v, "Trigger", SECTION_TRIGGER);
	paragraph(out, v, "The Lesson", SECTION_LESSON);
	prevention(out, v);
}

static void durations(struct buf *out, const struct view *v)
{
	struct durations d;

	durations_of(&v->head, &d);
	buf_adds(out, "\n### ⏱ Durations\n\n");
	durations_write(out, &d);
}

static void missing(struct buf *out, const struct view *v)
{
	struct arena a;
	struct buf says;
	const char **keys;
	size_t count, i;

	arena_init(&a);
	count = missing_of(v, &a, &keys);
	if (count)
		buf_adds(out, "\n### Still missing\n\n");
	for (i = 0; i < count; i++) {
		buf_init(&says, BUF_ROOMY);
		missing_says(&says, keys[i]);
		buf_adds(out, "- ");
		report_add_text(out, v, says.s, 2);
		buf_adds(out, "\n");
		buf_release(&says);
	}
	arena_release(&a);
}

void view_journal(struct buf *out, const struct view *v)
{
	buf_addf(out, "Journal: %lld entries, head ", (long long)v->head.seq);
	buf_addx(out, v->head.chain, sizeof(v->head.chain));
}

void report_markdown(struct buf *out, const struct view *v, const char *heading)
{
	title(out, v, heading);
	summary(out, v);
	impact(out, v);
	commander(out, v);
	timeline(out, v);
	actions(out, v);
	postmortem(out, v);
	durations(out, v);
	missing(out, v);
	buf_adds(out, "\n---\n\n");
	view_journal(out, v);
	buf_adds(out, "\n");
}
