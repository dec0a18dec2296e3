/* Messages as the core reads them: what is known of one, and what it says as a piece of a Node. */
#include "core/decide/capture_private.h"

#include "core/base/utf8.h"

#include <string.h>

/* ---- whom it concerns ---- */

/* Where no Node is, these ask, offer or open one. */
static bool goes_without_node(const struct deed *d)
{
	const struct intent *in = d->in;

	if (in->kind == INTENT_MESSAGE)
		return in->message->bot && d->set->n_alerts;
	return in->kind == INTENT_OFFER || (in->kind == INTENT_REACTED && asks_where(in));
}

/* Nothing of it is captured, and nothing in it asks for that: there is nothing to decide. */
static bool is_only_said(const struct deed *d)
{
	const struct message *m = d->in->message;

	switch (d->in->kind) {
	case INTENT_MESSAGE:
		return !goes_without_node(d) && !d->concern.remembered && message_tag(m) < 0;
	case INTENT_EDITED:
		return !d->concern.captured && !d->concern.remembered && message_tag(m) < 0;
	case INTENT_DELETED:
		return !d->concern.captured;
	default:
		return false;
	}
}

/* "#timeline" may have become a channel link, and Slack names that by its id alone. Other links stay as they are: their
 * channel may be called something else by the time it is shown. */
static void name_tag(struct deed *d, struct message *m)
{
	struct names *names = &d->rows->names;
	const char *rest = m->text, *channel, *name;
	struct text_part part;
	struct buf b;

	if (!rest || !text_next(&rest, &part) || part.kind != TEXT_CHANNEL || part.len)
		return;
	channel = arena_strndup(d->arena, part.ref, part.ref_len);
	name = names->name(names, TEXT_CHANNEL, channel, strlen(channel));
	if (!name)
		return;
	buf_init(&b, BUF_ROOMY);
	text_add_channel(&b, channel, name);
	buf_adds(&b, rest);
	if (tag_read(b.s, &rest) >= 0)
		m->text = arena_strdup(d->arena, b.s);
	buf_release(&b);
}

static int capture_message_leave_erased(struct deed *d, struct message *m);

/* As it is now; of one that was deleted, that it was. */
static int capture_message_keep(struct deed *d, const struct message *m)
{
	struct message *kept = arena_alloc(d->arena, sizeof(*kept));

	*kept = *m;
	if (kept->deleted) {
		kept->text = NULL;
		kept->n_files = 0;
	}
	d->out->remember = kept;
	d->out->met =
		!m->author || (d->concern.met && d->in->who && !strcmp(d->in->who, m->author));
	return capture_message_leave_erased(d, kept);
}

/* The intent with its message called by the tag that it has. */
static const struct intent *with_tag(struct deed *d)
{
	struct intent *in = arena_alloc(d->arena, sizeof(*in));
	struct message *m = arena_alloc(d->arena, sizeof(*m));

	*in = *d->in;
	*m = *in->message;
	name_tag(d, m);
	in->message = m;
	return in;
}

int message_concerns(struct deed *d)
{
	struct concern *c = &d->concern;
	bool any;
	int rc;

	if (!intent_about_message(d->in))
		return 1;
	rc = d->rows->concern(d->rows, d->in->message, d->in->received_ms - LIVES_ON_MS, d->in->who,
			      d->arena, c);
	if (rc < 0)
		return rc;
	d->glanced = true;
	any = c->lives || c->captured || c->announced;
	if (!any && !goes_without_node(d))
		return 0;
	d->out->first = d->in->unsure & ~((c->met ? UNSURE_WHO : 0u) |
					  (d->in->kind == INTENT_OFFER ? UNSURE_WORDS : 0u));
	if (d->out->first)
		return 0;
	d->in = with_tag(d);
	rc = any && d->in->keep ? capture_message_keep(d, d->in->message) : 0;
	return rc < 0 ? rc : !is_only_said(d);
}

static bool was_glanced(const struct deed *d, const struct message *m)
{
	const struct message *its = d->in->message;

	return d->glanced && !strcmp(m->id, its->id) && !strcmp(m->channel, its->channel);
}

/* Is there nothing to be found of it, as a glance has shown? */
static bool has_none(const struct deed *d, const struct message *m, bool some)
{
	return !some && was_glanced(d, m);
}

/* ---- what is known ---- */

static void capture_message_fill(const char **at, const char *with)
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
	    (!told.text || stamp_order(known->edited, told.edited) > 0))
		*m = *known;
	m->at = told.at;
	m->deleted = told.deleted || known->deleted;
	m->bot = told.bot || known->bot;
	capture_message_fill(&m->thread, told.thread);
	capture_message_fill(&m->thread, known->thread);
	capture_message_fill(&m->author, told.author);
	capture_message_fill(&m->author, known->author);
	capture_message_fill(&m->author_name, told.author_name);
	capture_message_fill(&m->author_name, known->author_name);
	capture_message_fill(&m->permalink, told.permalink);
	capture_message_fill(&m->permalink, known->permalink);
}

int message_erased(struct deed *d, const struct message *m, const char *text)
{
	if (has_none(d, m, d->concern.erased))
		return 0;
	return d->rows->erased(d->rows, m->channel, m->id, m->edited, text);
}

/* What was redacted of it isn't kept again: its text, or the name of a file. */
static int capture_message_leave_erased(struct deed *d, struct message *m)
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
	struct message known = d->concern.known;
	int rc;

	*m = *d->in->message;
	rc = was_glanced(d, m) ? d->concern.remembered
			       : d->rows->message(d->rows, m->channel, m->id, d->arena, &known);
	if (rc > 0)
		merge(m, &known);
	return rc < 0 ? rc : capture_message_leave_erased(d, m);
}

int message_captures(struct deed *d, const struct message *m, struct capture **all)
{
	*all = NULL;
	if (has_none(d, m, d->concern.captured))
		return 0;
	*all = arena_alloc(d->arena, CAPTURES_MAX * sizeof(**all));
	return d->rows->captures(d->rows, m->channel, m->id, d->arena, *all, CAPTURES_MAX);
}

const char *message_author(struct deed *d, const struct message *m)
{
	if (m->author)
		return m->author;
	return m->author_name ? ref_make(d->arena, REF_APP_PLACE, m->author_name) : NULL;
}

const char *message_permalink(struct deed *d, const struct message *m)
{
	const struct home *home = d->set->home;

	if (m->permalink || !m->channel || !m->id || !home || !d->set->permalink)
		return m->permalink;
	return d->set->permalink(home, m, d->arena);
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

static bool capture_message_says_nothing(const char *text, const struct message *m)
{
	return text_blank(text) && !m->n_files;
}

int message_tag(const struct message *m)
{
	const char *rest;
	int kind = m->text ? tag_read(m->text, &rest) : -1;

	return kind < 0 || capture_message_says_nothing(rest, m) ? -1 : kind;
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
	const struct message_file *f;
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
		.when = { .now_ms = m->at },
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
	*l = (struct line){ .text = text_blank(text) ? message_file_names(d, m)
						     : bounded(d, text) };
}

void message_read(struct deed *d, enum capture_kind kind, const struct message *m, struct line *l)
{
	read_words(d, kind, m, l);
	if (kind != CAPTURE_TIMELINE && l->text)
		l->text = text_with_files(d, l->text, m);
}

int64_t message_at(const struct message *m, const struct line *l)
{
	return l->has_when ? l->when : m->at;
}

const char *message_basis(struct deed *d, const struct message *m)
{
	struct zone z;

	return message_zone(d, m, &z) < 0 ? NULL : zone_words(d, &z);
}
