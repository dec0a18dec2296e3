#include "core/decide/decide_common.h"

#include "core/base/utf8.h"
#include "core/show/show.h"

#include <inttypes.h>
#include <string.h>

#define LINE_POINTS \
	2500 /* of a posted line: a section's 3000 characters, less names and escapes \
	      */

#define AGAIN_POINTS 300 /* of a text that an answer repeats: enough to see a misreading */

/* ---- answering ---- */

const char *deed_keep(struct deed *d, struct buf *b)
{
	const char *s = arena_strndup(d->arena, b->s, b->len);

	buf_release(b);
	return s;
}

static const char *vprinted(struct deed *d, const char *fmt, va_list ap)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	buf_vaddf(&b, fmt, ap);
	return deed_keep(d, &b);
}

static int vanswer(struct deed *d, enum verdict v, const char *fmt, va_list ap)
{
	d->out->verdict = v;
	d->out->answer.kind = ANSWER_WORDS;
	d->out->answer.text = vprinted(d, fmt, ap);
	d->out->answer.node = *d->node.id ? arena_strdup(d->arena, d->node.id) : NULL;
	return 0;
}

int answer(struct deed *d, enum verdict v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vanswer(d, v, fmt, ap);
	va_end(ap);
	return 0;
}

int answer_refuse(struct deed *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vanswer(d, VERDICT_REFUSED, fmt, ap);
	va_end(ap);
	return 0;
}

/* Is it answered where nothing but this Node is spoken of? */
static bool in_own_channel(const struct deed *d)
{
	const char *here = d->in->channel;

	return here && d->node.channel && !strcmp(here, d->node.channel);
}

static int answer_about(struct deed *d, enum verdict v, const char *fmt, va_list ap)
{
	vanswer(d, v, fmt, ap);
	/* Of parts, the line above them says it. */
	if (!in_own_channel(d) && !d->part)
		d->out->answer.text =
			arena_printf(d->arena, "%s: %s", d->node.id, d->out->answer.text);
	return 0;
}

int answer_saved(struct deed *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	answer_about(d, VERDICT_DONE, fmt, ap);
	va_end(ap);
	return 0;
}

int answer_same(struct deed *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	answer_about(d, VERDICT_READ, fmt, ap);
	va_end(ap);
	return 0;
}

void answer_more(struct deed *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	d->out->answer.text =
		arena_printf(d->arena, "%s\n%s", d->out->answer.text, vprinted(d, fmt, ap));
	va_end(ap);
}

int answer_gone(struct deed *d, const char *person)
{
	struct person p;
	int rc = person ? d->rows->person(d->rows, person, d->arena, &p) : 0;

	if (rc > 0 && p.rank == RANK_GONE)
		answer_more(
			d, "%s has no active Slack account and won't see this. Name somebody else.",
			who_is(d, person));
	return rc < 0 ? rc : 0;
}

bool answer_button(struct deed *d, const char *label, const char *line)
{
	struct answer *a = &d->out->answer;

	if (a->count == ANSWER_BUTTONS || strlen(line) > BUTTON_LINE_MAX)
		return false;
	a->buttons[a->count++] = (struct button){ .label = label, .line = line };
	return true;
}

bool answer_form_button(struct deed *d, const char *label, const char *line)
{
	struct answer *a = &d->out->answer;
	bool added = answer_button(d, label, line);

	if (added)
		a->buttons[a->count - 1].begun = true;
	return added;
}

bool answer_confirm_button(struct deed *d, const char *label, const char *line, const char *confirm)
{
	struct answer *a = &d->out->answer;
	bool added = answer_button(d, label, line);

	if (added)
		a->buttons[a->count - 1].confirm = confirm;
	return added;
}

/* Somebody who named the Node is perhaps in the channel of another: what they are told to type names
 * it too. */
static bool needs_naming(const struct deed *d, const char *line)
{
	const struct command *c = command_word(line, strcspn(line, " "));

	return d->line.node.number && *d->node.id && c && !(c->flags & COMMAND_NO_NODE);
}

const char *as_code(struct deed *d, const char *words)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_add_code(&b, words);
	return deed_keep(d, &b);
}

const char *to_type(struct deed *d, const char *line)
{
	struct buf b;

	if (needs_naming(d, line))
		line = node_line(d, &d->node, line);
	buf_init(&b, BUF_ROOMY);
	text_add_command(&b, line);
	return deed_keep(d, &b);
}

const char *person_example(const struct deed *d)
{
	return d->in->via == VIA_SHELL ? "@U024BE7LD" : "@name";
}

const char *who_is(struct deed *d, const char *ref)
{
	struct view v = { .names = &d->rows->names };
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	if (d->line.person && d->line.person_name && !strcmp(ref, d->line.person))
		text_add_person(&b, ref, d->line.person_name);
	else if (d->speaker.name && !strcmp(ref, d->speaker.ref) && d->speaker.rank != RANK_SHELL)
		text_add_person(&b, ref, d->speaker.name);
	else
		view_person(&b, &v, ref);
	return deed_keep(d, &b);
}

const char *node_words(struct deed *d, const struct head *h)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	view_name(&b, h);
	return deed_keep(d, &b);
}

const char *node_line(struct deed *d, const struct head *h, const char *line)
{
	/* With the year: a button may be pressed when another year has the number as well. */
	return arena_printf(d->arena, "%04d-%03" PRId64 " %s", h->year, h->number, line);
}

/* Was something in the line read by the speaker's clock? */
static bool zone_used(const struct deed *d)
{
	const char *line = d->part ? d->part->line : d->in->line;

	return (d->line.has_when || d->line.due) && (line_needs(line) & LINE_NEEDS_ZONE);
}

const char *zone_note(struct deed *d)
{
	return d->line.zone_was_unknown || (!d->zone.known && zone_used(d))
		       ? "read as UTC: your Slack time zone isn't known yet"
		       : "";
}

const char *moment_words(struct deed *d, int64_t ms)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_add_moment(&b, ms, MOMENT_TIME);
	buf_adds(&b, " (");
	civil_ago(&b, ms, d->in->now_ms);
	if (*zone_note(d))
		buf_addf(&b, "; %s", zone_note(d));
	buf_addc(&b, ')');
	return deed_keep(d, &b);
}

const char *handle_words(struct deed *d, char letter, int64_t n)
{
	return arena_printf(d->arena, "%c%" PRId64, letter, n);
}

const char *text_upto(struct deed *d, const char *text, size_t points)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_short(&b, text, points);
	return deed_keep(d, &b);
}

const char *subject_words(struct deed *d)
{
	const char *here = d->in->channel, *its = d->node.channel;

	return here && its && !strcmp(here, its) ? "This incident" : node_words(d, &d->node);
}

const char *due_words(struct deed *d, const char *date)
{
	struct buf b;

	buf_init(&b, 64);
	if (d->zone.known)
		civil_day_near(&b, date,
			       d->in->now_ms + zone_offset_s(&d->zone, d->in->now_ms) * MS_SECOND);
	else
		civil_day(&b, date, d->node.year);
	return deed_keep(d, &b);
}

static bool ends_cut(const char *s)
{
	static const char dots[] = "…";
	size_t len = strlen(s), n = sizeof(dots) - 1;

	return len >= n && !strcmp(s + len - n, dots);
}

const char *title_from(struct deed *d, const char *text, bool *cut)
{
	const char *title = text_upto(d, text, TITLE_MAX);

	*cut = ends_cut(title) && !ends_cut(text);
	return title;
}

const char *text_of_line(struct deed *d, const struct line *l)
{
	return l->command->begins ? arena_printf(d->arena, "%s%s", l->command->begins, l->text)
				  : l->text;
}

const char *text_for_line(struct deed *d, const char *text, const char *where)
{
	if (utf8_length(text, strlen(text)) <= LINE_POINTS)
		return text;
	return arena_printf(d->arena, "%s (in full on the timeline: %s)",
			    text_upto(d, text, LINE_POINTS), where);
}

const char *text_again(struct deed *d, const char *text)
{
	return text_upto(d, text, AGAIN_POINTS);
}

/* ---- changing ---- */

const char *zone_words(struct deed *d, const struct zone *z)
{
	if (!z->known)
		return "zone=unknown";
	if (z->name)
		return arena_printf(d->arena, "zone=%s", z->name);
	return arena_printf(d->arena, "offset=%d", z->offset_s);
}

/* Facts that were used and are not in the Node: whose clock a WHEN was read by. */
static const char *basis(struct deed *d)
{
	return d->in->kind == INTENT_LINE && zone_used(d) ? zone_words(d, &d->zone) : NULL;
}

struct change *change_of(struct deed *d, const char *op)
{
	struct change *c = arena_alloc(d->arena, sizeof(*c));

	c->node = arena_strdup(d->arena, d->node.id);
	c->op = op;
	c->basis = basis(d);
	c->arena = d->arena;
	*d->out->changes_end = c;
	d->out->changes_end = &c->next;
	return c;
}

struct change *change_begin(struct deed *d)
{
	if (!d->part)
		return change_of(d, d->line.command->word);
	if (!d->together)
		d->together = change_of(d, command_verb(VERB_COMPLETE)->word);
	else if (!d->together->basis)
		d->together->basis = basis(d);
	return d->together;
}

/* ---- saying ---- */

struct letter *say(struct deed *d, enum saying what)
{
	struct letter *s = arena_alloc(d->arena, sizeof(*s));

	s->what = what;
	s->node = arena_strdup(d->arena, d->node.id);
	*d->out->letters_end = s;
	d->out->letters_end = &s->next;
	return s;
}

void say_line(struct deed *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(d, SAY_LINE)->text = vprinted(d, fmt, ap);
	va_end(ap);
}

void say_short_line(struct deed *d, const char *text)
{
	struct letter *s;

	if (!is_announced(d))
		return;
	s = say(d, SAY_SHORT_LINE);
	s->text = text;
	s->loud = announced_loud(d);
}

struct letter *say_to(struct deed *d, enum saying what, const char *person)
{
	struct letter *s;

	if (!person || ref_in(person, REF_SHELL_PLACE) || !strcmp(person, REF_BOT))
		return NULL;
	s = say(d, what);
	s->person = person;
	return s;
}
