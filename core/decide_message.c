/* Messages as the core reads them: what is known of one, and what it says as a piece of a Node. */
#include "decide_capture.h"

#include "utf8.h"

#include <string.h>

/* ---- what is known ---- */

static void fill(const char **at, const char *with)
{
	if (!*at)
		*at = with;
}

/* The newer text of the two, and whatever else only one of them has. What was deleted is remembered
 * without its text: that says nothing. */
static void merge(struct message *m, const struct message *known)
{
	struct message told = *m;

	if (known->text && !known->deleted &&
	    (!told.text || ts_order(known->edited, told.edited) > 0))
		*m = *known;
	m->deleted = told.deleted || known->deleted;
	m->bot = told.bot || known->bot;
	fill(&m->thread_ts, told.thread_ts);
	fill(&m->thread_ts, known->thread_ts);
	fill(&m->author, told.author);
	fill(&m->author, known->author);
	fill(&m->author_name, told.author_name);
	fill(&m->author_name, known->author_name);
	fill(&m->permalink, told.permalink);
	fill(&m->permalink, known->permalink);
}

int message_erased(struct deed *d, const struct message *m, const char *text)
{
	return d->rows->erased(d->rows, m->channel, m->ts, m->edited, text);
}

/* What was redacted of it isn't kept again: its text, or the name of a file. */
static int leave_erased(struct deed *d, struct message *m)
{
	int rc = m->text ? message_erased(d, m, m->text) : 0;
	size_t i;

	if (rc > 0) {
		m->text = NULL;
		m->n_files = 0;
		m->erased = true;
	}
	for (i = 0; i < m->n_files && rc >= 0; i++) {
		rc = m->files[i].name ? message_erased(d, m, m->files[i].name) : 0;
		if (rc > 0)
			m->files[i].name = m->files[i].permalink = NULL;
	}
	return rc < 0 ? rc : 0;
}

int message_known(struct deed *d, struct message *m)
{
	struct message known;
	int rc;

	*m = *d->in->message;
	rc = d->rows->message(d->rows, m->channel, m->ts, d->arena, &known);
	if (rc > 0)
		merge(m, &known);
	return rc < 0 ? rc : leave_erased(d, m);
}

int message_captures(struct deed *d, const struct message *m, struct capture **all)
{
	*all = arena_alloc(d->arena, CAPTURES_MAX * sizeof(**all));
	return d->rows->captures(d->rows, m->channel, m->ts, d->arena, *all, CAPTURES_MAX);
}

const char *message_author(struct deed *d, const struct message *m)
{
	if (m->author)
		return m->author;
	return m->author_name ? ref_make(d->arena, REF_APP_PLACE, m->author_name) : NULL;
}

const char *message_permalink(struct deed *d, const struct message *m)
{
	if (m->permalink || !m->channel || !m->ts || !d->set->permalink)
		return m->permalink;
	return d->set->permalink(d->set, m, d->arena);
}

const char *message_app(struct deed *d, const struct message *m)
{
	struct names *names = &d->rows->names;

	if (m->author_name || !m->author)
		return m->author_name;
	return arena_strdup(d->arena,
			    names->name(names, TEXT_PERSON, m->author, strlen(m->author)));
}

int message_zone(struct deed *d, const struct message *m, struct zone *z)
{
	struct person p = { 0 };
	int rc = m->author ? d->rows->person(d->rows, m->author, d->arena, &p) : 0;

	*z = zone_of(d, &p);
	return rc < 0 ? rc : 0;
}

/* ---- what it says ---- */

static bool says_nothing(const char *text, const struct message *m)
{
	return text_blank(text) && !m->n_files;
}

int message_tag(const struct message *m)
{
	const char *rest;
	int kind = m->text ? tag_read(m->text, &rest) : -1;

	return kind < 0 || says_nothing(rest, m) ? -1 : kind;
}

/* Kinds as the commands that would say the same. */
static const char *const words[CAPTURE_KINDS] = {
	[CAPTURE_TIMELINE] = "note", [CAPTURE_ACTION] = "action",   [CAPTURE_PREVENT] = "prevent",
	[CAPTURE_IMPACT] = "impact", [CAPTURE_SUMMARY] = "summary", [CAPTURE_CAUSE] = "cause",
	[CAPTURE_LESSON] = "lesson",
};

/* A picture without words is known by its name. */
const char *message_file_names(struct deed *d, const struct message *m)
{
	const char *all = "";
	size_t i;

	for (i = 0; i < m->n_files; i++)
		all = arena_printf(d->arena, "%s%s%s", all, *all ? ", " : "",
				   m->files[i].name ? m->files[i].name : "a file");
	return *all ? all : "(a message without words)";
}

const char *text_with_files(struct deed *d, const char *text, const struct message *m)
{
	const struct said_file *f;
	struct buf b;
	bool worded = m->n_files && strcmp(text, message_file_names(d, m));

	if (!m->n_files)
		return text;
	buf_init(&b, BUF_ROOMY);
	if (worded)
		buf_adds(&b, text);
	for (f = m->files; f < m->files + m->n_files; f++) {
		const char *name = f->name ? f->name : "a file";

		buf_adds(&b, f > m->files ? ", " : worded ? " (" : "");
		if (f->permalink)
			text_add_link(&b, f->permalink, name);
		else
			buf_adds(&b, name);
	}
	if (worded)
		buf_addc(&b, ')');
	return deed_keep(d, &b);
}

static const char *bounded(struct deed *d, const char *text)
{
	return utf8_length(text, strlen(text)) > TEXT_MAX ? text_upto(d, text, TEXT_MAX) : text;
}

static void read_words(struct deed *d, enum capture_kind kind, const struct message *m,
		       struct line *l)
{
	struct line_context c = {
		.when = { .now_ms = ts_ms(m->ts) },
		.root = d->set->root,
		.unasked = true,
	};
	const char *text = m->text ? m->text : "", *rest;

	if (tag_read(text, &rest) == (int)kind) {
		text = rest = arena_strndup(d->arena, rest, tag_rest(text, rest));
		/* A fault here would be one at the next row, too; UTC until then. */
		if (message_zone(d, m, &c.when.zone) < 0)
			c.when.zone = (struct zone){ .zones = d->zones };
		line_read(&c, arena_printf(d->arena, "%s %s", words[kind], bounded(d, rest)),
			  d->arena, l);
		if (l->kind == LINE_COMMAND)
			return;
	}
	/* What can't be meant as a WHEN or a date is kept as it was typed: nobody is there to ask.
	 */
	*l = (struct line){ .text = text_blank(text) ? message_file_names(d, m) : bounded(d, text) };
}

void message_read(struct deed *d, enum capture_kind kind, const struct message *m, struct line *l)
{
	read_words(d, kind, m, l);
	if (kind != CAPTURE_TIMELINE && l->text)
		l->text = text_with_files(d, l->text, m);
}

int64_t message_at(const struct message *m, const struct line *l)
{
	return l->has_when ? l->when : ts_ms(m->ts);
}

const char *message_basis(struct deed *d, const struct message *m)
{
	struct zone z;

	return message_zone(d, m, &z) < 0 ? NULL : zone_words(d, &z);
}
