#include "core/text.h"

#include "core/base/alloc.h"
#include "core/base/utf8.h"
#include "core/time/civil.h"

#include <stdlib.h>
#include <string.h>

#define BEGIN '\x02'
#define END '\x03'

/* ---- reading ---- */

static bool has_ref(enum text_kind k)
{
	return k == TEXT_PERSON || k == TEXT_CHANNEL || k == TEXT_GROUP || k == TEXT_LINK;
}

static bool is_kind(char c)
{
	return c && strchr("@#&!>t*`/", c);
}

static bool moment_read(struct text_part *part, const char *body, size_t len)
{
	char digits[24], *end;
	const char *bar = memchr(body, '|', len);

	if (!bar || (size_t)(bar - body) >= sizeof(digits) || bar + 2 != body + len)
		return false;
	memcpy(digits, body, (size_t)(bar - body));
	digits[bar - body] = '\0';
	part->ms = strtoll(digits, &end, 10);
	if (end == digits || *end || !strchr("tdf", bar[1]))
		return false;
	part->format = (enum moment_format)bar[1];
	return true;
}

/* s stands on BEGIN. */
static bool span_read(const char *s, struct text_part *part)
{
	const char *body = s + 2, *end, *bar;
	size_t len;

	if (!is_kind(s[1]))
		return false;
	len = strcspn(body, "\x02\x03");
	end = body + len;
	if (*end != END)
		return false;
	*part = (struct text_part){ .kind = (enum text_kind)s[1],
				    .begin = s,
				    .size = (size_t)(end + 1 - s) };
	if (part->kind == TEXT_MOMENT)
		return moment_read(part, body, len);
	part->s = body;
	part->len = len;
	if (!has_ref(part->kind))
		return true;
	bar = memchr(body, '|', len);
	if (!bar || bar == body)
		return false;
	part->ref = body;
	part->ref_len = (size_t)(bar - body);
	part->s = bar + 1;
	part->len = (size_t)(end - part->s);
	return true;
}

bool text_next(const char **at, struct text_part *part)
{
	const char *s = *at, *end;

	if (!*s)
		return false;
	if (*s == BEGIN && span_read(s, part)) {
		*at = s + part->size;
		return true;
	}
	/* Words up to the next span; a BEGIN that begins none is a word's byte like any other. */
	for (end = s + 1; *end; end++) {
		struct text_part next;

		end += strcspn(end, "\x02");
		if (!*end || span_read(end, &next))
			break;
	}
	*part = (struct text_part){ .kind = TEXT_WORDS,
				    .s = s,
				    .len = (size_t)(end - s),
				    .begin = s,
				    .size = (size_t)(end - s) };
	*at = end;
	return true;
}

/* ---- cleaning ---- */

static bool is_control(const char *s, size_t n)
{
	unsigned char c = (unsigned char)s[0];

	if (n == 1)
		return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
	/* C1 controls, U+0080..U+009F: terminals obey some of them. */
	return n == 2 && c == 0xC2 && (unsigned char)s[1] < 0xA0;
}

bool text_hidden(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	if (is_control(s, n))
		return true;
	/* Embeddings and overrides, U+202A..U+202E; isolates, U+2066..U+2069. */
	return n == 3 && p[0] == 0xE2 &&
	       ((p[1] == 0x80 && p[2] >= 0xAA && p[2] <= 0xAE) ||
		(p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9));
}

/* As it is to be read. */
static void add_shown(struct buf *out, const char *s, size_t len)
{
	size_t from = out->len, to, i, n;

	text_add_words(out, s, len);
	for (i = to = from; i < out->len; i += n) {
		n = utf8_sequence(out->s + i, out->len - i);
		n = n ? n : 1;
		if (text_hidden(out->s + i, n))
			continue;
		memmove(out->s + to, out->s + i, n);
		to += n;
	}
	if (to < out->len)
		buf_cut(out, to);
}

void text_add_words(struct buf *out, const char *s, size_t len)
{
	size_t n, good = 0;

	for (; len; s += n, len -= n) {
		n = utf8_sequence(s, len);
		if (n && !is_control(s, n)) {
			/* Whole runs are added at once: most texts are one run. */
			for (good = n; good < len; good += n) {
				n = utf8_sequence(s + good, len - good);
				if (!n || is_control(s + good, n))
					break;
			}
			buf_add(out, s, good);
			n = good;
		} else if (!n) {
			buf_adds(out, "\xEF\xBF\xBD");
			n = 1;
		} else if (*s == '\r' && (len < 2 || s[1] != '\n')) {
			buf_addc(out, '\n');
		}
	}
}

void text_trim(struct buf *b, size_t from)
{
	size_t skip;

	while (b->len > from && strchr(" \t\n", b->s[b->len - 1]))
		b->s[--b->len] = '\0';
	skip = b->len > from ? strspn(b->s + from, " \t\n") : 0;
	if (skip) {
		memmove(b->s + from, b->s + from + skip, b->len - from - skip + 1);
		b->len -= skip;
	}
}

void text_clean(struct buf *out, const char *s, size_t len)
{
	size_t from = out->len;

	text_add_words(out, s, len);
	text_trim(out, from);
}

static const char *find_url(const char *s)
{
	for (; (s = strstr(s, "http")); s += 4)
		if (!strncmp(s, "http://", 7) || !strncmp(s, "https://", 8))
			return s;
	return NULL;
}

/* Bytes of the URL at s: to white space or a quote, without the punctuation that ends a sentence. */
static size_t url_length(const char *s)
{
	size_t len = strcspn(s, " \t\n<>\"|\x02\x03");

	while (len && strchr(".,;:!?)]}'*", s[len - 1]))
		len--;
	return len;
}

void text_from_plain(struct buf *out, const char *s, size_t len)
{
	struct buf clean;
	const char *at, *url;
	size_t n;

	buf_init(&clean, out->max);
	text_clean(&clean, s, len);
	for (at = clean.s; (url = find_url(at)); at = url + n) {
		buf_add(out, at, (size_t)(url - at));
		n = url_length(url);
		if (n > (url[4] == 's' ? strlen("https://") : strlen("http://"))) {
			char *one = alloc_strndup(url, n);

			text_add_link(out, one, NULL);
			free(one);
		} else {
			buf_add(out, url, n);
		}
	}
	buf_adds(out, at);
	out->full |= clean.full;
	buf_release(&clean);
}

/* ---- writing ---- */

static void add_argument(struct buf *out, const char *s, bool may_have_bars)
{
	for (; s && *s; s++) {
		bool bar = *s == '|' && !may_have_bars;

		buf_addc(out, bar || (unsigned char)*s < 0x20 || *s == 0x7F ? ' ' : *s);
	}
}

/* A span is written whole or not at all: half of one would be read as text. */
static void add_span(struct buf *out, enum text_kind kind, const char *ref, const char *words)
{
	struct buf span;

	buf_init(&span, BUF_ROOMY);
	buf_addc(&span, BEGIN);
	buf_addc(&span, (char)kind);
	if (has_ref(kind)) {
		add_argument(&span, ref, false);
		buf_addc(&span, '|');
	}
	add_argument(&span, words, !has_ref(kind));
	buf_addc(&span, END);
	if (span.len <= out->max - out->len)
		buf_add(out, span.s, span.len);
	else
		out->full = true;
	buf_release(&span);
}

void text_add_person(struct buf *out, const char *ref, const char *name)
{
	add_span(out, TEXT_PERSON, ref, name);
}

void text_add_channel(struct buf *out, const char *ref, const char *name)
{
	add_span(out, TEXT_CHANNEL, ref, name);
}

void text_add_group(struct buf *out, const char *ref, const char *name)
{
	add_span(out, TEXT_GROUP, ref, name);
}

void text_add_broadcast(struct buf *out, const char *which)
{
	add_span(out, TEXT_BROADCAST, NULL, which);
}

void text_add_link(struct buf *out, const char *url, const char *label)
{
	add_span(out, TEXT_LINK, url, label);
}

void text_add_moment(struct buf *out, int64_t ms, enum moment_format format)
{
	buf_addc(out, BEGIN);
	buf_addc(out, TEXT_MOMENT);
	buf_addn(out, ms);
	buf_addc(out, '|');
	buf_addc(out, (char)format);
	buf_addc(out, END);
}

void text_add_bold(struct buf *out, const char *words)
{
	add_span(out, TEXT_BOLD, NULL, words);
}

void text_add_code(struct buf *out, const char *words)
{
	add_span(out, TEXT_CODE, NULL, words);
}

void text_add_command(struct buf *out, const char *line)
{
	add_span(out, TEXT_COMMAND, NULL, line);
}

/* ---- showing ---- */

static void text_add_name(struct buf *out, char mark, const struct text_part *part,
			  struct names *names)
{
	const char *known = part->len || !names
				    ? NULL
				    : names->name(names, part->kind, part->ref, part->ref_len);
	const char *slash = memchr(part->ref, '/', part->ref_len);
	const char *id = slash ? slash + 1 : part->ref;

	buf_addc(out, mark);
	if (part->len)
		add_shown(out, part->s, part->len);
	else if (known)
		add_shown(out, known, strlen(known));
	else
		add_shown(out, id, (size_t)(part->ref + part->ref_len - id));
}

static void add_moment(struct buf *out, const struct text_part *part)
{
	if (part->format == MOMENT_DATE) {
		civil_date(out, part->ms);
	} else if (part->format == MOMENT_FULL) {
		civil_full(out, part->ms);
	} else {
		civil_time(out, part->ms);
		buf_adds(out, " UTC");
	}
}

void text_command(struct buf *out, const struct text_part *part, struct names *names)
{
	if (names && names->command)
		names->command(names, out, part->s, part->len);
	else
		buf_add(out, part->s, part->len);
}

static void add_command(struct buf *out, const struct text_part *part, struct names *names)
{
	const char *mark = part->len ? "`" : "";
	struct buf words;

	buf_init(&words, BUF_ROOMY);
	text_command(&words, part, names);
	buf_adds(out, mark);
	add_shown(out, words.s, words.len);
	buf_adds(out, mark);
	buf_release(&words);
}

static void add_part(struct buf *out, const struct text_part *part, struct names *names)
{
	switch (part->kind) {
	case TEXT_WORDS:
		/* Cleans a mark that begins no span, so that none reaches a terminal. */
		add_shown(out, part->s, part->len);
		break;
	case TEXT_PERSON:
	case TEXT_GROUP:
		text_add_name(out, '@', part, names);
		break;
	case TEXT_CHANNEL:
		text_add_name(out, '#', part, names);
		break;
	case TEXT_BROADCAST:
		buf_addc(out, '@');
		add_shown(out, part->s, part->len);
		break;
	case TEXT_LINK:
		if (part->len &&
		    (part->len != part->ref_len || memcmp(part->s, part->ref, part->len))) {
			add_shown(out, part->s, part->len);
			buf_adds(out, " (");
			add_shown(out, part->ref, part->ref_len);
			buf_addc(out, ')');
		} else {
			add_shown(out, part->ref, part->ref_len);
		}
		break;
	case TEXT_MOMENT:
		add_moment(out, part);
		break;
	case TEXT_BOLD:
		add_shown(out, part->s, part->len);
		break;
	case TEXT_CODE:
		buf_addc(out, '`');
		add_shown(out, part->s, part->len);
		buf_addc(out, '`');
		break;
	case TEXT_COMMAND:
		add_command(out, part, names);
		break;
	}
}

void text_plain(struct buf *out, const char *text, struct names *names)
{
	struct text_part part;

	while (text && text_next(&text, &part))
		add_part(out, &part, names);
}

static void fold_space(struct buf *out, size_t from)
{
	size_t to = from, i;

	for (i = from; i < out->len; i++) {
		bool space = strchr(" \t\n", out->s[i]);

		if (space && (to == from || out->s[to - 1] == ' '))
			continue;
		out->s[to++] = space ? ' ' : out->s[i];
	}
	if (to > from && out->s[to - 1] == ' ')
		to--;
	if (to < out->len) {
		out->len = to;
		out->s[to] = '\0';
	}
}

void text_words(struct buf *out, const char *text, struct names *names)
{
	size_t from = out->len;

	text_plain(out, text, names);
	fold_space(out, from);
}

/* Code points that a reader sees of a part. */
static size_t part_length(const struct text_part *part)
{
	struct buf b;
	size_t points;

	if (part->kind == TEXT_WORDS)
		return utf8_length(part->s, part->len);
	buf_init(&b, BUF_ROOMY);
	add_part(&b, part, NULL);
	points = utf8_length(b.s, b.len);
	buf_release(&b);
	return points;
}

/* Where to cut s within its first `points` code points: behind a word if one ends in the last third (of
 * a few points: behind any word). */
static size_t cut_at(const char *s, size_t len, size_t points)
{
	size_t most = utf8_bytes(s, len, points);
	size_t least = points < 20 ? 0 : utf8_bytes(s, len, points - points / 3);
	size_t i;

	for (i = most + 1; i > least; i--)
		if (strchr(" \t\n", s[i - 1]))
			return i - 1;
	return most;
}

void text_short(struct buf *out, const char *text, size_t points)
{
	struct text_part part;
	const char *at = text;
	size_t from = out->len, seen = 0, n;

	while (text_next(&at, &part)) {
		n = part_length(&part);
		if (seen + n <= points) {
			buf_add(out, part.begin, part.size);
			seen += n;
			continue;
		}
		if (part.kind == TEXT_WORDS && points > seen)
			buf_add(out, part.s, cut_at(part.s, part.len, points - seen));
		while (out->len > from && strchr(" \t\n", out->s[out->len - 1]))
			buf_cut(out, out->len - 1);
		buf_adds(out, "…");
		break;
	}
	fold_space(out, from);
}

bool text_blank(const char *text)
{
	struct text_part part;

	while (text && text_next(&text, &part))
		if (part.kind != TEXT_WORDS || (part.len && strspn(part.s, " \t\n") < part.len))
			return false;
	return true;
}

/* ---- refs ---- */

const char *ref_id(const char *ref)
{
	const char *slash = ref ? strchr(ref, '/') : NULL;

	return slash ? slash + 1 : ref;
}

bool ref_in(const char *ref, const char *place)
{
	size_t len = strlen(place);

	return ref && !strncmp(ref, place, len) && ref[len] == '/';
}

const char *ref_make(struct arena *a, const char *place, const char *id)
{
	size_t before = place ? strlen(place) : 0, len;
	char *ref;

	if (!id || !*id)
		return NULL;
	len = strlen(id);
	ref = arena_bytes(a, before + 1 + len + 1);
	if (before)
		memcpy(ref, place, before);
	ref[before] = '/';
	memcpy(ref + before + 1, id, len + 1);
	return ref;
}
