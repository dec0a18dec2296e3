#include "decide_common.h"

#include "utf8.h"

#include <inttypes.h>
#include <string.h>

#define LINE_POINTS                                                                                \
	2500 /* of a posted line: a section's 3000 characters, less names and escapes              \
	      */

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

void answer_more(struct deed *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	d->out->answer.text =
		arena_printf(d->arena, "%s\n%s", d->out->answer.text, vprinted(d, fmt, ap));
	va_end(ap);
}

bool answer_button(struct deed *d, const char *label, const char *line)
{
	struct answer *a = &d->out->answer;

	if (a->count == ANSWER_BUTTONS || strlen(line) > BUTTON_LINE_MAX)
		return false;
	a->buttons[a->count++] = (struct button){ .label = label, .line = line };
	return true;
}

/* Somebody who named the Node is perhaps in the channel of another: what they are told to type names
 * it too. */
static bool needs_naming(const struct deed *d, const char *line)
{
	const struct command *c = command_word(line, strcspn(line, " "));

	return d->line.node.number && *d->node.id && c && !(c->flags & COMMAND_NO_NODE);
}

const char *to_type(struct deed *d, const char *line)
{
	struct buf b;

	if (needs_naming(d, line))
		line = node_line(d, &d->node, line);
	buf_init(&b, BUF_ROOMY);
	text_add_code(&b, arena_printf(d->arena, "%s %s", d->set->root, line));
	return deed_keep(d, &b);
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
	return (d->line.has_when || d->line.due) && (line_needs(d->in->line) & LINE_NEEDS_ZONE);
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

const char *text_for_line(struct deed *d, const char *text, const char *where)
{
	if (utf8_length(text, strlen(text)) <= LINE_POINTS)
		return text;
	return arena_printf(d->arena, "%s (in full on the timeline: %s)",
			    text_upto(d, text, LINE_POINTS), where);
}

/* ---- changing ---- */

/* Facts that were used and are not in the Node: whose clock a WHEN was read by. */
static const char *basis(struct deed *d)
{
	if (d->in->kind != INTENT_LINE || !zone_used(d))
		return NULL;
	if (!d->zone.known)
		return "zone=unknown";
	if (d->zone.name)
		return arena_printf(d->arena, "zone=%s", d->zone.name);
	return arena_printf(d->arena, "offset=%d", d->zone.offset_s);
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
	return change_of(d, d->line.command->word);
}

void node_set_int(struct change *c, const char *field, int64_t *at, int64_t value)
{
	effect_set(c, TABLE_NODE, 1, field, v_int(*at), v_int(value));
	*at = value;
}

void node_set_flag(struct change *c, const char *field, bool *at, bool value)
{
	effect_set(c, TABLE_NODE, 1, field, v_int(*at), v_int(value));
	*at = value;
}

void node_set_string(struct change *c, const char *field, const char **at, const char *value)
{
	effect_set(c, TABLE_NODE, 1, field, v_str(*at), v_str(value));
	*at = value;
}

void node_set_status(struct deed *d, struct change *c, enum status s)
{
	effect_set(c, TABLE_NODE, 1, "status", v_str(status_name(d->node.status)),
		   v_str(status_name(s)));
	d->node.status = s;
}

int64_t said_at(const struct deed *d)
{
	return d->line.has_when ? d->line.when : d->in->now_ms;
}

const char *person_or_me(const struct deed *d)
{
	return d->line.person ? d->line.person : d->speaker.ref;
}

void message_set(struct deed *d, struct change *c, enum table t, int64_t n)
{
	if (!d->in->ts)
		return;
	effect_set(c, t, n, "channel", v_null(), v_str(d->in->channel));
	effect_set(c, t, n, "ts", v_null(), v_str(d->in->ts));
	effect_set(c, t, n, "permalink", v_null(), v_str(d->in->permalink));
}

int64_t entry_add(struct deed *d, struct change *c, int64_t at, const char *text, enum marker m)
{
	int64_t n = ++d->node.n_entry;

	effect_born(c, TABLE_ENTRY, n);
	effect_set(c, TABLE_ENTRY, n, "at", v_null(), v_int(at));
	effect_set(c, TABLE_ENTRY, n, "recorded_at", v_null(), v_int(d->in->received_ms));
	effect_set(c, TABLE_ENTRY, n, "author", v_null(), v_str(d->in->who));
	effect_set(c, TABLE_ENTRY, n, "recorder", v_null(), v_str(d->in->who));
	effect_set(c, TABLE_ENTRY, n, "source", v_null(), v_str(source_name(d->in->source)));
	message_set(d, c, TABLE_ENTRY, n);
	effect_set(c, TABLE_ENTRY, n, "text", v_null(), v_text(text));
	links_add(d, c, text, handle_words(d, 'E', n), NULL);
	if (m != MARKER_NONE) {
		effect_set(c, TABLE_ENTRY, n, "marker", v_null(), v_str(marker_name(m)));
		marker_add(d, c, m, at, n);
	}
	return n;
}

int64_t para_add(struct deed *d, struct change *c, enum section s, const char *text)
{
	enum table t = TABLE_SUMMARY + (unsigned)s;
	int64_t n = ++d->node.n_para[s];

	effect_born(c, t, n);
	effect_set(c, t, n, "text", v_null(), v_text(text));
	effect_set(c, t, n, "author", v_null(), v_str(d->in->who));
	effect_set(c, t, n, "at", v_null(), v_int(d->in->now_ms));
	effect_set(c, t, n, "source", v_null(), v_str(source_name(d->in->source)));
	message_set(d, c, t, n);
	links_add(d, c, text, handle_words(d, section_letter(s), n), NULL);
	return n;
}

void marker_add(struct deed *d, struct change *c, enum marker m, int64_t at, int64_t entry)
{
	int64_t n = ++d->node.n_marker;

	effect_born(c, TABLE_MARKER, n);
	effect_set(c, TABLE_MARKER, n, "marker", v_null(), v_str(marker_name(m)));
	effect_set(c, TABLE_MARKER, n, "at", v_null(), v_int(at));
	effect_set(c, TABLE_MARKER, n, "entry", v_null(), v_int(entry));
	effect_set(c, TABLE_MARKER, n, "state", v_null(), v_str("live"));
	d->node.markers[m] = (struct marked){ .n = n, .at = at, .entry = entry };
}

static bool has_link(const char *text, const struct text_part *link)
{
	struct text_part part;

	while (text && text_next(&text, &part))
		if (part.kind == TEXT_LINK && part.ref_len == link->ref_len &&
		    !memcmp(part.ref, link->ref, link->ref_len))
			return true;
	return false;
}

void links_add(struct deed *d, struct change *c, const char *text, const char *where,
	       const char *before)
{
	struct text_part part;
	int64_t n;

	while (text && text_next(&text, &part)) {
		if (part.kind != TEXT_LINK || has_link(before, &part))
			continue;
		n = ++d->node.n_link;
		effect_born(c, TABLE_LINK, n);
		effect_set(c, TABLE_LINK, n, "url", v_null(),
			   v_text(arena_strndup(d->arena, part.ref, part.ref_len)));
		effect_set(c, TABLE_LINK, n, "handle", v_null(), v_str(where));
	}
}

void span_open(struct deed *d, struct change *c, int64_t from)
{
	int64_t n;

	if (!d->node.channel)
		return;
	n = ++d->node.n_span;
	effect_born(c, TABLE_SPAN, n);
	effect_set(c, TABLE_SPAN, n, "channel", v_null(), v_str(d->node.channel));
	effect_set(c, TABLE_SPAN, n, "from_at", v_null(), v_int(from));
}

int span_close(struct deed *d, struct change *c, int64_t to)
{
	const char *channel;
	int64_t n, to_at;
	int rc = d->rows->last_span(d->rows, d->node.id, d->arena, &n, &channel, &to_at);

	if (rc <= 0)
		return rc;
	if (n && !to_at)
		effect_set(c, TABLE_SPAN, n, "to_at", v_null(), v_int(to));
	return 0;
}

/* ---- saying ---- */

struct say *say(struct deed *d, enum saying what)
{
	struct say *s = arena_alloc(d->arena, sizeof(*s));

	s->what = what;
	s->node = arena_strdup(d->arena, d->node.id);
	*d->out->says_end = s;
	d->out->says_end = &s->next;
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
	struct say *s;

	if (!is_announced(d))
		return;
	s = say(d, SAY_SHORT_LINE);
	s->text = text;
	s->loud = announced_loud(d);
}

struct say *say_to(struct deed *d, enum saying what, const char *person)
{
	struct say *s;

	if (!person || ref_in(person, REF_SHELL_PLACE) || !strcmp(person, REF_BOT))
		return NULL;
	s = say(d, what);
	s->person = person;
	return s;
}
