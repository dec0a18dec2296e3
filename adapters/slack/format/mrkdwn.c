#include "adapters/slack/format/mrkdwn.h"

#include "core/base/utf8.h"
#include "core/time/civil.h"

#include <ctype.h>

#define ZERO_WIDTH_SPACE "\xE2\x80\x8B"

#define ID_MAX 64

/* Links of other kinds (javascript:, file:) stay words: texts are also exported as HTML. */
static const char *const schemes[] = { "https://", "http://", "mailto:", "tel:" };

/* All that Slack escapes, and all that it wants escaped. */
static const struct entity {
	char c;
	const char *escaped;
} entities[] = {
	{ '&', "&amp;" },
	{ '<', "&lt;" },
	{ '>', "&gt;" },
};
#define ENTITIES (sizeof(entities) / sizeof(*entities))

bool mrkdwn_id(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '-' && s[i] != '_')
			return false;
	return len && len <= ID_MAX;
}

static bool is_url(const char *s, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] <= ' ')
			return false;
	for (i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
		n = strlen(schemes[i]);
		if (len > n && !strncasecmp(s, schemes[i], n))
			return true;
	}
	return false;
}

/* ---- in ---- */

/* The character that the entity at s stands for, and its bytes; an & that begins none is itself. */
static char unescape_one(const char *s, size_t len, size_t *used)
{
	size_t i, n;

	for (i = 0; i < ENTITIES; i++) {
		n = strlen(entities[i].escaped);
		if (len >= n && !memcmp(s, entities[i].escaped, n)) {
			*used = n;
			return entities[i].c;
		}
	}
	*used = 1;
	return *s;
}

static void mrkdwn_unescape(struct buf *out, const char *s, size_t len)
{
	const char *end = s + len, *amp;
	size_t n;

	while ((amp = memchr(s, '&', (size_t)(end - s)))) {
		buf_add(out, s, (size_t)(amp - s));
		buf_addc(out, unescape_one(amp, (size_t)(end - amp), &n));
		s = amp + n;
	}
	buf_add(out, s, (size_t)(end - s));
}

/* "+49 (30) 1234" is +49301234. */
static bool same_number(const char *number, const char *words)
{
	for (;; number++, words++) {
		words += strspn(words, " -.()/\t");
		number += strspn(number, " -.()/");
		if (*number != *words)
			return false;
		if (!*number)
			return true;
	}
}

/* The words behind the scheme, if Slack has put that there itself; NULL: somebody wrote the address. */
static const char *typed_words(const char *url, const char *label)
{
	const char *rest;
	size_t len;

	if (!strncasecmp(url, "mailto:", 7))
		return !*label || !strcasecmp(url + 7, label) ? url + 7 : NULL;
	if (!strncasecmp(url, "tel:", 4))
		return !*label || same_number(url + 4, label) ? url + 4 : NULL;
	if (strncasecmp(url, "http://", 7) || !*label)
		return NULL;
	rest = url + 7;
	len = strlen(rest);
	if (len && rest[len - 1] == '/' && label[strlen(label) - 1] != '/')
		len--;
	return strlen(label) == len && !strncasecmp(rest, label, len) ? rest : NULL;
}

bool mrkdwn_link(struct buf *out, const char *url, const char *label)
{
	const char *words;

	if (!is_url(url, strlen(url)) || url[strcspn(url, "<>|")])
		return false;
	words = typed_words(url, label);
	if (!words)
		text_add_link(out, url, label);
	else
		text_add_words(out, *label ? label : words, strlen(*label ? label : words));
	return true;
}

/* What stands in <HEAD|LABEL>, unescaped. */
struct angle {
	struct buf head, label;
	const char *ref; /* of the id in the head, NULL if there is none */
	bool labelled;
};

static const char *without_at(const char *name)
{
	return name + (*name == '@');
}

static bool broadcast_in(struct buf *out, const char *which)
{
	if (strcmp(which, "here") && strcmp(which, "channel") && strcmp(which, "everyone"))
		return false;
	text_add_broadcast(out, which);
	return true;
}

/* The id at s, up to its end or a '^', as a ref. */
static const char *ref_in_place(struct arena *a, const char *place, const char *s)
{
	size_t len = strcspn(s, "^");

	return mrkdwn_id(s, len) ? ref_make(a, place, arena_strndup(a, s, len)) : NULL;
}

static bool special_in(struct buf *out, const char *place, const struct angle *g, struct arena *a)
{
	const char *what = g->head.s + 1, *ref;

	if (broadcast_in(out, what))
		return true;
	if (!strncmp(what, "subteam^", 8)) {
		ref = ref_in_place(a, place, what + 8);
		if (ref) {
			text_add_group(out, ref, without_at(g->label.s));
			return true;
		}
	}
	/* A date, or something newer than this program: its fallback is made for that. */
	if (g->labelled)
		buf_add(out, g->label.s, g->label.len);
	return g->labelled;
}

static bool span_in(struct buf *out, const char *place, const struct angle *g, struct arena *a)
{
	const char *head = g->head.s, *ref;

	if (*head == '!')
		return special_in(out, place, g, a);
	if (*head != '@' && *head != '#')
		return mrkdwn_link(out, head, g->label.s);
	ref = ref_in_place(a, place, head + 1);
	if (!ref)
		return false;
	if (*head == '@')
		text_add_person(out, ref, without_at(g->label.s));
	else
		text_add_channel(out, ref, g->label.s);
	return true;
}

/* s stands on '<'. Returns the bytes read. */
static size_t angle_in(struct buf *out, const char *place, const char *s, struct arena *a)
{
	size_t len = strcspn(s + 1, "<>"), head;
	struct angle g = { 0 };
	const char *bar;

	/* Real ones are escaped: a '<' that is followed by another, or by nothing, is only itself.
	 */
	if (s[1 + len] != '>') {
		buf_addc(out, '<');
		return 1;
	}
	bar = memchr(s + 1, '|', len);
	head = bar ? (size_t)(bar - s - 1) : len;
	buf_init(&g.head, len);
	buf_init(&g.label, len);
	mrkdwn_unescape(&g.head, s + 1, head);
	if (bar) {
		g.labelled = true;
		mrkdwn_unescape(&g.label, bar + 1, len - head - 1);
	}
	if (!span_in(out, place, &g, a))
		mrkdwn_unescape(out, s, len + 2);
	buf_release(&g.label);
	buf_release(&g.head);
	return len + 2;
}

void mrkdwn_in(struct buf *out, const char *place, const char *s, size_t len)
{
	struct arena a;
	struct buf clean;
	size_t begin = out->len, n;
	const char *at;

	arena_init(&a);
	/* Cleaned first, so that the only marks in `out` are ours; a bad byte grows to three. */
	buf_init(&clean, 3 * len);
	text_clean(&clean, s, len);
	for (at = clean.s; *at; at += n) {
		n = strcspn(at, "<");
		mrkdwn_unescape(out, at, n);
		if (at[n])
			n += angle_in(out, place, at + n, &a);
	}
	/* Again: the words that stood in a <…> (a number as it was typed, a date's fallback) may have blanks at their ends. */
	text_trim(out, begin);
	buf_release(&clean);
	arena_release(&a);
}

/* ---- out ---- */

struct writer {
	struct buf *out;
	unsigned ticks; /* backticks just written */
	bool quotable;	/* only blanks were written on this line: a '>' here would begin a quote */
};

/* Whole or not at all: half an entity or half of <@U1> would be shown as words. */
static void mrkdwn_put(struct writer *w, const char *s, size_t len)
{
	if (len > w->out->max - w->out->len)
		w->out->full = true;
	else
		buf_add(w->out, s, len);
}

static void put_char(struct writer *w, const char *s, size_t len)
{
	size_t i;

	if (text_hidden(s, len))
		return;
	w->ticks = *s == '`' ? w->ticks + 1 : 0;
	if (w->ticks == 3 || (w->quotable && *s == '>'))
		mrkdwn_put(w, ZERO_WIDTH_SPACE, strlen(ZERO_WIDTH_SPACE));
	if (w->ticks == 3)
		w->ticks = 1;
	w->quotable = *s == '\n' || (w->quotable && *s == '\t');
	for (i = 0; i < ENTITIES; i++)
		if (*s == entities[i].c) {
			mrkdwn_put(w, entities[i].escaped, strlen(entities[i].escaped));
			return;
		}
	mrkdwn_put(w, s, len);
}

/* Bytes at s that stand for themselves wherever they are. */
static size_t plain_run(const char *s, const char *end)
{
	const char *at = s;

	while (at < end && *at >= ' ' && *at < '\x7F' && !strchr("&<>`", *at))
		at++;
	return (size_t)(at - s);
}

/* Each byte is whole by itself: as many as fit. */
static void put_plain(struct writer *w, const char *s, size_t len)
{
	buf_add(w->out, s, len);
	w->ticks = 0;
	w->quotable = w->quotable && strspn(s, " ") >= len;
}

static void put_words(struct writer *w, const char *s, size_t len)
{
	const char *end = s + len;
	size_t n;

	for (; s < end; s += n) {
		n = plain_run(s, end);
		if (n) {
			put_plain(w, s, n);
			continue;
		}
		n = utf8_sequence(s, (size_t)(end - s));
		if (n) {
			put_char(w, s, n);
			continue;
		}
		put_char(w, "\xEF\xBF\xBD", 3);
		n = 1;
	}
}

/* Slack's own markup: <…>, written whole. */
static void put_angle(struct writer *w, const struct buf *markup)
{
	mrkdwn_put(w, markup->s, markup->len);
	w->ticks = 0;
	w->quotable = false;
}

/* As text_plain() shows it: what Slack has no span for, or none that must work (broadcasts). */
static void out_plain(struct writer *w, const struct text_part *part, struct names *names)
{
	struct buf span, words;

	buf_init(&span, part->size);
	buf_init(&words, BUF_ROOMY);
	buf_add(&span, part->begin, part->size);
	text_plain(&words, span.s, names);
	put_words(w, words.s, words.len);
	buf_release(&words);
	buf_release(&span);
}

/* The id that Slack knows a ref by; NULL for system users, the bot, and what no Slack ever gave. */
static const char *slack_id(const struct text_part *part, size_t *len)
{
	const char *slash = memchr(part->ref, '/', part->ref_len), *id;
	size_t place;

	if (!slash)
		return NULL;
	place = (size_t)(slash - part->ref);
	if (place == strlen(REF_SHELL_PLACE) && !memcmp(part->ref, REF_SHELL_PLACE, place))
		return NULL;
	if (part->ref_len == strlen(REF_BOT) && !memcmp(part->ref, REF_BOT, part->ref_len))
		return NULL;
	id = slash + 1;
	*len = part->ref_len - place - 1;
	return mrkdwn_id(id, *len) ? id : NULL;
}

static void out_ref(struct writer *w, const struct text_part *part, const char *mark,
		    struct names *names)
{
	struct buf markup;
	const char *id;
	size_t len;

	id = slack_id(part, &len);
	if (!id) {
		out_plain(w, part, names);
		return;
	}
	buf_init(&markup, ID_MAX + 16);
	buf_addf(&markup, "<%s%.*s>", mark, (int)len, id);
	put_angle(w, &markup);
	buf_release(&markup);
}

static void out_link(struct writer *w, const struct text_part *part, struct names *names)
{
	struct buf markup;
	struct writer inner = { .out = &markup };
	size_t i, n;

	if (!is_url(part->ref, part->ref_len)) {
		out_plain(w, part, names);
		return;
	}
	buf_init(&markup, BUF_ROOMY);
	buf_addc(&markup, '<');
	for (i = 0; i < part->ref_len; i += n) {
		n = utf8_sequence(part->ref + i, part->ref_len - i);
		n = n ? n : 1;
		/* Three backticks would begin a code block even here; in a URL this is the same
		 * one. */
		if (part->ref[i] == '`')
			buf_adds(&markup, "%60");
		else if (strchr("&<>", part->ref[i]))
			put_char(&inner, part->ref + i, 1);
		else if (!text_hidden(part->ref + i, n))
			buf_add(&markup, part->ref + i, n);
	}
	if (part->len) {
		buf_addc(&markup, '|');
		put_words(&inner, part->s, part->len);
	}
	buf_addc(&markup, '>');
	if (markup.full)
		w->out->full = true;
	else
		put_angle(w, &markup);
	buf_release(&markup);
}

static const char *date_format(enum moment_format f)
{
	switch (f) {
	case MOMENT_DATE:
		return "{date_short_pretty}";
	case MOMENT_FULL:
		return "{date_short_pretty} {time}";
	default:
		return "{time}";
	}
}

static void out_moment(struct writer *w, const struct text_part *part)
{
	int64_t s = part->ms / MS_SECOND - (part->ms % MS_SECOND < 0);
	struct buf markup, span;

	buf_init(&markup, 128);
	buf_init(&span, part->size);
	buf_add(&span, part->begin, part->size);
	buf_addf(&markup, "<!date^%lld^%s|", (long long)s, date_format(part->format));
	text_plain(&markup, span.s, NULL);
	buf_addc(&markup, '>');
	put_angle(w, &markup);
	buf_release(&span);
	buf_release(&markup);
}

static void out_code(struct writer *w, const char *s, size_t len)
{
	size_t i, n;

	put_char(w, "`", 1);
	for (i = 0; i < len; i += n) {
		n = strcspn(s + i, "`");
		if (n > len - i)
			n = len - i;
		put_words(w, s + i, n);
		if (i + n < len) {
			put_char(w, "'", 1);
			n++;
		}
	}
	put_char(w, "`", 1);
}

/* The beginning alone ("/incident") is a word in a sentence. */
static void out_command(struct writer *w, const struct text_part *part, struct names *names)
{
	struct buf words;

	buf_init(&words, BUF_ROOMY);
	text_command(&words, part, names);
	if (part->len)
		out_code(w, words.s, words.len);
	else
		put_words(w, words.s, words.len);
	buf_release(&words);
}

static void out_part(struct writer *w, const struct text_part *part, struct names *names)
{
	switch (part->kind) {
	case TEXT_WORDS:
		put_words(w, part->s, part->len);
		break;
	case TEXT_PERSON:
		out_ref(w, part, "@", names);
		break;
	case TEXT_CHANNEL:
		out_ref(w, part, "#", names);
		break;
	case TEXT_GROUP:
		out_ref(w, part, "!subteam^", names);
		break;
	case TEXT_BROADCAST:
		out_plain(w, part, names);
		break;
	case TEXT_LINK:
		out_link(w, part, names);
		break;
	case TEXT_MOMENT:
		out_moment(w, part);
		break;
	case TEXT_BOLD:
		put_char(w, "*", 1);
		put_words(w, part->s, part->len);
		put_char(w, "*", 1);
		break;
	case TEXT_CODE:
		out_code(w, part->s, part->len);
		break;
	case TEXT_COMMAND:
		out_command(w, part, names);
		break;
	}
}

void mrkdwn_out(struct buf *out, const char *text, struct names *names)
{
	struct writer w = { .out = out, .quotable = !out->len || out->s[out->len - 1] == '\n' };
	struct text_part part;

	while (text && text_next(&text, &part))
		out_part(&w, &part, names);
}

void mrkdwn_plain(struct buf *out, const char *text, struct names *names, size_t points)
{
	struct buf words;

	if (!text || !points)
		return;
	buf_init(&words, BUF_ROOMY);
	text_words(&words, text, names);
	/* text_short() puts its "…" behind the points that it was given. */
	if (utf8_length(words.s, words.len) <= points)
		buf_add(out, words.s, words.len);
	else
		text_short(out, words.s, points - 1);
	buf_release(&words);
}
