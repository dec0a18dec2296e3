#include "core/show/show.h"

#include "core/due.h"

#include <string.h>

const char *view_drill(const struct head *h)
{
	return h->drill ? "DRILL: " : "";
}

void view_name(struct buf *out, const struct head *h)
{
	buf_addf(out, "[%s] %s%s", h->id, view_drill(h), view_text(h->title));
}

bool view_services(struct buf *out, const struct view *v)
{
	for (size_t i = 0; i < v->n_services; i++)
		buf_addf(out, "%s%s", i ? ", " : "", view_text(v->services[i].name));
	return v->n_services > 0;
}

bool view_marks(const struct view *v, const struct entry *e)
{
	return e->marker != MARKER_NONE && e->marker_counts &&
	       v->head.markers[e->marker].entry == e->n;
}

const char *view_text(const char *text)
{
	return text ? text : "(redacted)";
}

void view_deleted(struct buf *out, bool deleted)
{
	if (deleted)
		buf_adds(out, " (message deleted in Slack)");
}

const char *view_merged(const struct head *h)
{
	return h->merged_into && !h->merged_hidden ? h->merged_into : "another incident";
}

/* What it was there, by the letter of its handle. */
static const char *copied_as(char letter)
{
	switch (letter) {
	case 'S':
		return "summary of";
	case 'M':
		return "impact of";
	case 'C':
		return "root cause of";
	case 'T':
		return "trigger of";
	case 'L':
		return "lesson of";
	default:
		return "from";
	}
}

void view_copied(struct buf *out, const struct view *v, const char *copy_of)
{
	const char *space = copy_of ? strchr(copy_of, ' ') : NULL;
	size_t len = space ? (size_t)(space - copy_of) : 0;
	bool gone = false;

	if (!space)
		return;
	for (size_t i = 0; i < v->n_merged; i++)
		if (!strncmp(v->merged[i].id, copy_of, len) && !v->merged[i].id[len])
			gone = v->merged[i].gone;
	buf_addf(out, " (%s %.*s%s)", copied_as(space[1]), (int)len, copy_of,
		 gone ? ", reopened since" : "");
}

bool view_section(struct buf *out, const struct view *v, enum section s)
{
	bool any = false;
	size_t i;

	for (i = 0; i < v->n_paras; i++) {
		const struct para *p = &v->paras[i];

		if (p->section != s || p->gone)
			continue;
		if (any)
			buf_adds(out, "\n\n");
		buf_adds(out, view_text(p->text));
		view_deleted(out, p->deleted);
		any = true;
	}
	return any;
}

bool view_says(const struct view *v, enum section s)
{
	for (size_t i = 0; i < v->n_paras; i++)
		if (v->paras[i].section == s && !v->paras[i].gone)
			return true;
	return false;
}

static void add_app(struct buf *out, const struct view *v, const char *ref)
{
	const char *name = v->names->name(v->names, TEXT_PERSON, ref, strlen(ref));

	buf_adds(out, name ? name : "an app");
}

void view_person(struct buf *out, const struct view *v, const char *ref)
{
	if (!ref) /* of a damaged row */
		buf_adds(out, "somebody");
	else if (!strcmp(ref, REF_BOT))
		buf_adds(out, "aliosbot");
	else if (ref_in(ref, REF_SHELL_PLACE))
		buf_addf(out, "%s (shell)", ref_id(ref));
	else if (ref_in(ref, REF_APP_PLACE))
		buf_adds(out, ref_id(ref));
	else if (ref_in(ref, REF_APP_ID_PLACE))
		add_app(out, v, ref);
	else
		text_add_person(out, ref, v->names->name(v->names, TEXT_PERSON, ref, strlen(ref)));
}

static bool is_named(const struct view *v)
{
	return v->elsewhere || !status_open(v->head.status);
}

void view_command(struct buf *out, const struct view *v, const char *fmt, ...)
{
	struct buf line;
	va_list ap;

	buf_init(&line, BUF_ROOMY);
	if (is_named(v))
		buf_addf(&line, "%lld ", (long long)v->head.number);
	va_start(ap, fmt);
	buf_vaddf(&line, fmt, ap);
	va_end(ap);
	text_add_command(out, line.s);
	buf_release(&line);
}

void view_show(struct buf *out, int64_t number)
{
	struct buf line;

	buf_init(&line, BUF_ROOMY);
	buf_addf(&line, "show %lld", (long long)number);
	text_add_command(out, line.s);
	buf_release(&line);
}

static void add_since(struct buf *out, const char *before, int64_t at, int64_t now_ms)
{
	buf_adds(out, before);
	text_add_moment(out, at, MOMENT_FULL);
	if (now_ms) {
		buf_adds(out, " (");
		civil_ago(out, at, now_ms);
		buf_addc(out, ')');
	}
}

/* When it happened, where that was said; else when it was recorded. */
static int64_t marked_at(const struct head *h, enum marker m, int64_t recorded)
{
	return h->markers[m].n ? h->markers[m].at : recorded;
}

/* ", resolved 15:10 (58 min)": in brackets how long it took; for whoever asks now, how long ago it was. */
static void add_resolved(struct buf *out, const struct head *h, int64_t now_ms)
{
	int64_t at = marked_at(h, MARKER_RESOLVED, h->closed_at);
	int64_t took = at - marked_at(h, MARKER_DECLARED, h->declared_at);

	add_since(out, ", resolved ", at, now_ms);
	if (now_ms || took < 0)
		return;
	buf_adds(out, " (");
	civil_duration(out, took);
	buf_addc(out, ')');
}

static void view_add_captain(struct buf *out, const struct view *v)
{
	if (v->head.captain) {
		buf_adds(out, " · 👤 ");
		view_person(out, v, v->head.captain);
	} else if (!status_open(v->head.status)) {
		buf_adds(out, " · no captain");
	}
}

static void call_for_captain(struct buf *out, const struct view *v)
{
	if (v->head.captain || !status_open(v->head.status))
		return;
	buf_adds(out, "\n🆘 ");
	text_add_bold(out, "No captain yet");
	buf_adds(out, ". To take it: ");
	view_command(out, v, "captain");
}

void view_state(struct buf *out, const struct view *v, int64_t now_ms)
{
	const struct head *h = &v->head;

	buf_addf(out, "%s ", priority_emoji(h->priority));
	text_add_bold(out, priority_name(h->priority));
	buf_adds(out, " · ");
	text_add_bold(out, status_name(h->status));
	view_add_captain(out, v);
	add_since(out, " · since ", marked_at(h, MARKER_DECLARED, h->declared_at), now_ms);
	if (h->closed_at && (h->status == STATUS_DONE || h->status == STATUS_ARCHIVED))
		add_resolved(out, h, now_ms);
	else if (h->closed_at && !status_open(h->status))
		add_since(out, ", closed ", h->closed_at, now_ms);
	if (h->status == STATUS_MERGED && h->merged_into)
		buf_addf(out, " · merged into %s", view_merged(h));
	if (h->private_)
		buf_adds(out, " · 🔒 private");
	if (h->drill)
		buf_adds(out, " · 🧪 drill");
	call_for_captain(out, v);
}

void view_update_due(struct buf *out, const struct view *v)
{
	if (!v->update_due)
		return;
	buf_adds(out, "\n📣 next update due ");
	/* Put off until tomorrow it needs its day. */
	text_add_moment(out, v->update_due,
			v->update_due - due_update_since(&v->head) > MS_DAY / 2 ? MOMENT_FULL
										: MOMENT_TIME);
}

void view_roles(struct buf *out, const struct view *v)
{
	const char *before = "\n👥 ";

	for (size_t i = 0; i < v->n_roles; i++) {
		if (v->roles[i].role == ROLE_CAPTAIN)
			continue;
		buf_addf(out, "%s%s ", before, role_name(v->roles[i].role));
		view_person(out, v, v->roles[i].person);
		before = " · ";
	}
}

static int64_t day_of(int64_t ms)
{
	return ms / MS_DAY;
}

enum moment_format view_moments(const struct view *v)
{
	int64_t day = day_of(v->head.declared_at);
	size_t i;

	for (i = 0; i < v->n_entries; i++)
		if (!v->entries[i].withdrawn && day_of(v->entries[i].at) != day)
			return MOMENT_FULL;
	return MOMENT_TIME;
}

static void view_add_text(struct buf *out, const char *text, size_t points)
{
	if (points)
		text_short(out, view_text(text), points);
	else
		buf_adds(out, view_text(text));
}

void view_entry(struct buf *out, const struct view *v, const struct entry *e,
		enum moment_format format, size_t points)
{
	char handle[24];

	snprintf(handle, sizeof(handle), "E%lld", (long long)e->n);
	text_add_code(out, handle);
	buf_addc(out, ' ');
	text_add_moment(out, e->at, format);
	buf_addc(out, ' ');
	if (view_marks(v, e)) {
		text_add_bold(out, marker_name(e->marker));
		buf_adds(out, ": ");
	}
	view_add_text(out, e->text, points);
	view_copied(out, v, e->copy_of);
	if (e->author && strcmp(e->author, REF_BOT)) {
		buf_adds(out, " — ");
		view_person(out, v, e->author);
	}
	view_deleted(out, e->deleted);
}

void view_due(struct buf *out, const struct view *v, const char *due)
{
	if (!due)
		return;
	buf_adds(out, ", due ");
	civil_day(out, due, v->head.year);
}

void view_item(struct buf *out, const struct view *v, const struct item *i, size_t points)
{
	char number[24];

	snprintf(number, sizeof(number), "%lld", (long long)i->n);
	text_add_code(out, number);
	if (i->state != ITEM_TODO)
		buf_addf(out, " [%s]", item_state_name(i->state));
	buf_adds(out, i->type == ITEM_PREVENT ? " 🛡 " : " ");
	view_add_text(out, i->text, points);
	view_copied(out, v, i->copy_of);
	if (i->owner) {
		buf_adds(out, " — ");
		view_person(out, v, i->owner);
	} else if (i->state == ITEM_TODO) {
		buf_adds(out, " — no owner");
	}
	view_due(out, v, i->due);
	view_deleted(out, i->deleted);
}
