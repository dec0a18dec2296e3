/*
 * A Node in words for one reader: catchup (what a late joiner needs) and show (all of it, for the
 * terminal and for `show`).
 */
#include "core/show/show.h"

#include <string.h>

#define LATEST 5	/* unmarked entries that catchup shows at most, the newest */
#define LINE_POINTS 300 /* of an entry or item in catchup */

static void briefing_add_name(struct buf *out, const struct view *v)
{
	struct buf name, words;

	buf_init(&name, BUF_ROOMY);
	buf_init(&words, BUF_ROOMY);
	view_name(&name, &v->head);
	text_words(&words, name.s, v->names);
	text_add_bold(out, words.s);
	buf_addc(out, '\n');
	buf_release(&words);
	buf_release(&name);
}

static void add_roles(struct buf *out, const struct view *v)
{
	size_t i;

	for (i = 0; i < v->n_roles; i++) {
		if (v->roles[i].role == ROLE_CAPTAIN)
			continue;
		buf_addf(out, "%s: ", role_name(v->roles[i].role));
		view_person(out, v, v->roles[i].person);
		buf_addc(out, '\n');
	}
}

/* What `redact` takes for a handle where a letter and a number don't do. */
static void add_handle(struct buf *out, char letter, int64_t n)
{
	const struct handle h = { letter, n };
	char handle[HANDLE_MAX];

	handle_write(handle, &h);
	text_add_code(out, handle);
	buf_addc(out, ' ');
}

/* With what `redact` takes for a handle, for whoever wants all of it. */
static void add_services(struct buf *out, const struct view *v, bool handles)
{
	if (!v->n_services)
		return;
	buf_adds(out, "Affected services: ");
	if (!handles)
		view_services(out, v);
	for (size_t i = 0; handles && i < v->n_services; i++) {
		buf_adds(out, i ? ", " : "");
		add_handle(out, HANDLE_SERVICE, v->services[i].n);
		buf_adds(out, view_text(v->services[i].name));
	}
	buf_addc(out, '\n');
}

static void add_title(struct buf *out, const char *emoji, const char *words)
{
	buf_addf(out, "\n%s ", emoji);
	text_add_bold(out, words);
	buf_addc(out, '\n');
}

/* The live paragraphs of a section, each with the handle by which it can be edited. */
static void briefing_add_section(struct buf *out, const struct view *v, enum section s,
				 const char *emoji, const char *words)
{
	bool any = false;
	size_t i;

	for (i = 0; i < v->n_paras; i++) {
		const struct para *p = &v->paras[i];
		char handle[24];

		if (p->section != s || p->gone)
			continue;
		if (!any)
			add_title(out, emoji, words);
		any = true;
		snprintf(handle, sizeof(handle), "%c%lld", section_letter(s), (long long)p->n);
		text_add_code(out, handle);
		buf_addf(out, " %s", view_text(p->text));
		view_deleted(out, p->deleted);
		buf_addc(out, '\n');
	}
	if (any || (s != SECTION_SUMMARY && s != SECTION_IMPACT))
		return;
	add_title(out, emoji, words);
	buf_adds(out, "Not written yet.\n");
}

static void add_top(struct buf *out, const struct view *v, int64_t now_ms, bool handles)
{
	briefing_add_name(out, v);
	view_state(out, v, now_ms);
	buf_addc(out, '\n');
	add_roles(out, v);
	add_services(out, v, handles);
	briefing_add_section(out, v, SECTION_SUMMARY, "🚨", "Summary");
	briefing_add_section(out, v, SECTION_IMPACT, "📊", "Impact");
}

static void add_left_out(struct buf *out, int64_t n)
{
	if (n)
		buf_addf(out, "… %lld more\n", (long long)n);
}

/* The marked entries, which tell how far it is, and the latest ones. */
static void add_story(struct buf *out, const struct view *v)
{
	enum moment_format format = view_moments(v);
	int64_t left = v->entries_live, skipped = 0;
	size_t i;

	if (!left)
		return;
	add_title(out, "⏳", "What happened");
	for (i = 0; i < v->n_entries; i++) {
		const struct entry *e = &v->entries[i];

		if (e->withdrawn)
			continue;
		if (left-- > LATEST && !view_marks(v, e)) {
			skipped++;
			continue;
		}
		add_left_out(out, skipped);
		skipped = 0;
		view_entry(out, v, e, format, LINE_POINTS);
		buf_addc(out, '\n');
	}
}

static void add_open_items(struct buf *out, const struct view *v)
{
	size_t i;

	if (!v->items_open)
		return;
	add_title(out, "🛠", "Still to do");
	for (i = 0; i < v->n_items; i++) {
		if (v->items[i].state != ITEM_TODO || v->items[i].withdrawn)
			continue;
		view_item(out, v, &v->items[i], LINE_POINTS);
		buf_addc(out, '\n');
	}
}

/* What comes next, by status; the command that says it has happened. */
static const struct {
	const char *words, *line;
} next[STATUSES] = {
	[STATUS_OPEN] = { "Look for the cause:", "status investigating" },
	[STATUS_INVESTIGATING] = { "Once you know the cause:", "status identified" },
	[STATUS_IDENTIFIED] = { "Once users are no longer affected:", "status mitigated" },
	[STATUS_MITIGATED] = { "Once it stays that way:", "resolve" },
	[STATUS_DONE] = { "Complete the postmortem:", "postmortem" },
	[STATUS_ARCHIVED] = { "Nothing. If it comes back:", "reopen WHY" },
	[STATUS_CANCELLED] = { "Nothing. If it was real after all:", "reopen WHY" },
};

static void add_missing(struct buf *out, const struct view *v)
{
	struct arena a;
	const char **keys;
	size_t count, i;

	arena_init(&a);
	count = missing_of(v, &a, &keys);
	for (i = 0; i < count; i++) {
		buf_adds(out, i ? "• " : "Still missing:\n• ");
		missing_says(out, keys[i]);
		buf_addc(out, '\n');
	}
	arena_release(&a);
}

static void add_next(struct buf *out, const struct view *v)
{
	enum status s = v->head.status;

	add_title(out, "➡️", "What comes next");
	if (s == STATUS_MERGED) {
		buf_addf(out, "It continues in %s.\n", view_merged(&v->head));
		return;
	}
	buf_addf(out, "%s ", next[s].words);
	view_command(out, v, "%s", next[s].line);
	buf_addc(out, '\n');
	if (s == STATUS_DONE)
		add_missing(out, v);
}

void briefing_write(struct buf *out, const struct view *v, int64_t now_ms)
{
	add_top(out, v, now_ms, false);
	add_story(out, v);
	briefing_add_section(out, v, SECTION_CAUSE, "🎯", "Root cause");
	add_open_items(out, v);
	add_next(out, v);
}

/* ---- show ---- */

static void add_timeline(struct buf *out, const struct view *v)
{
	enum moment_format format = view_moments(v);
	int64_t earlier = v->entries_live;
	size_t i;

	if (!earlier)
		return;
	add_title(out, "⏳", "Timeline");
	for (i = 0; i < v->n_entries; i++)
		earlier -= !v->entries[i].withdrawn;
	if (earlier > 0)
		buf_addf(out, "… and %lld more\n", (long long)earlier);
	for (i = 0; i < v->n_entries; i++) {
		if (v->entries[i].withdrawn)
			continue;
		view_entry(out, v, &v->entries[i], format, 0);
		buf_addc(out, '\n');
	}
}

static void add_why(struct buf *out, const struct item *i)
{
	if (!i->why)
		return;
	add_handle(out, HANDLE_WHY, i->n);
	buf_addf(out, "%s\n", i->why);
}

static void briefing_add_items(struct buf *out, const struct view *v)
{
	bool any = false;
	size_t i;

	for (i = 0; i < v->n_items; i++) {
		if (v->items[i].withdrawn)
			continue;
		if (!any)
			add_title(out, "🛠", "Items");
		any = true;
		view_item(out, v, &v->items[i], 0);
		buf_addc(out, '\n');
		add_why(out, &v->items[i]);
	}
}

static void add_links(struct buf *out, const struct view *v)
{
	size_t i;

	if (v->n_links)
		add_title(out, "🔗", "Links");
	for (i = 0; i < v->n_links; i++) {
		add_handle(out, HANDLE_LINK, v->links[i].n);
		text_add_link(out, v->links[i].url, NULL);
		buf_addc(out, '\n');
	}
}

static void add_files(struct buf *out, const struct view *v)
{
	size_t i;

	if (v->n_files)
		add_title(out, "📎", "Files");
	for (i = 0; i < v->n_files; i++) {
		add_handle(out, HANDLE_FILE, v->files[i].n);
		buf_addf(out, "%s (E%lld)\n", view_text(v->files[i].name),
			 (long long)v->files[i].entry);
	}
}

void show_write(struct buf *out, const struct view *v, int64_t now_ms)
{
	add_top(out, v, now_ms, true);
	add_timeline(out, v);
	briefing_add_items(out, v);
	briefing_add_section(out, v, SECTION_CAUSE, "🎯", "Root cause");
	briefing_add_section(out, v, SECTION_TRIGGER, "🎯", "Trigger");
	briefing_add_section(out, v, SECTION_LESSON, "💡", "The lesson");
	if (v->head.origin != ORIGIN_NONE)
		buf_addf(out, "\nChange origin: %s\n", origin_says(v->head.origin));
	add_links(out, v);
	add_files(out, v);
}
