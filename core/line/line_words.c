#include "core/line/line_private.h"

#include "core/base/scan.h"
#include "core/text.h"

#include <string.h>

/* ---- words ---- */

struct splitting {
	struct reader *r;
	struct word *open; /* the word that is being read, NULL between words */
	bool new_line;
};

static struct word *open_word(struct splitting *p, const char *s, enum text_kind kind)
{
	if (p->open)
		return p->open;
	p->open = &p->r->w[p->r->n++];
	*p->open = (struct word){ .s = s,
				  .person = kind == TEXT_PERSON,
				  .group = kind == TEXT_GROUP,
				  .new_line = p->new_line };
	p->new_line = false;
	return p->open;
}

static void split_span(struct splitting *p, const struct text_part *part)
{
	struct word *w;

	if (p->open)
		p->open->person = p->open->group = false; /* something else stands before it */
	w = open_word(p, part->begin, part->kind);
	w->len = (size_t)(part->begin + part->size - w->s);
}

static void split_words(struct splitting *p, const struct text_part *part)
{
	const char *s = part->begin, *end = s + part->size;
	struct word *w;
	size_t space;

	for (; s < end; s += space ? space : 1) {
		space = scan_space(s);
		if (space) {
			p->open = NULL;
			p->new_line = p->new_line || *s == '\n';
			continue;
		}
		w = open_word(p, s, TEXT_WORDS);
		if (!strchr(",.:;!?", *s))
			w->person = w->group = false;
		w->len = (size_t)(s + 1 - w->s);
	}
}

/* Would a reader miss the character that nobody sees, between these two? Emoji and some scripts join by it. */
static bool joins_letters(const char *before, const char *after)
{
	return (unsigned char)*before >= 0x80 && (unsigned char)*after >= 0x80;
}

static char *add_seen(char *to, const char *s, size_t len)
{
	const char *begin = s, *end = s + len, *from;
	size_t n;

	while (s < end) {
		n = scan_invisible(s);
		if (!n) {
			*to++ = *s++;
			continue;
		}
		for (from = s; s < end && (n = scan_invisible(s)); s += n)
			;
		if (from > begin && s < end && joins_letters(to - 1, s)) {
			memcpy(to, from, (size_t)(s - from));
			to += s - from;
		}
	}
	return to;
}

char *reader_seen(struct arena *a, const char *text)
{
	char *seen = arena_alloc(a, strlen(text) + 1), *to = seen;
	struct text_part part;

	while (text_next(&text, &part)) {
		if (part.kind == TEXT_WORDS) {
			to = add_seen(to, part.begin, part.size);
		} else {
			memcpy(to, part.begin, part.size);
			to += part.size;
		}
	}
	*to = '\0';
	return seen;
}

void reader_words(struct reader *r, const char *text)
{
	struct splitting p = { .r = r };
	struct text_part part;

	/* Between two words there is at least one byte. */
	r->w = arena_alloc(r->a, (strlen(text) / 2 + 1) * sizeof(*r->w));
	r->at = r->n = 0;
	while (text_next(&text, &part)) {
		if (part.kind == TEXT_WORDS)
			split_words(&p, &part);
		else
			split_span(&p, &part);
	}
	if (r->n)
		r->w[0].new_line = false;
}

bool word_is(const struct word *w, const char *s)
{
	return scan_is(w->s, w->len, s);
}

bool word_me(const struct word *w)
{
	return word_is(w, "me");
}

/* Most words begin and end with neither. */
static bool may_be_quote(char c)
{
	return (unsigned char)c >= 0x80 || (c && strchr("\"'`", c));
}

/* Bytes of the quote at s or, with `last`, of the one that ends there; 0 if none. */
static size_t quote_at(const char *s, size_t len, bool last)
{
	static const char *const quotes[] = { "\"",	"'",	  "`",	    "\u201C",
					      "\u201D", "\u201E", "\u2018", "\u2019",
					      "\u201A", "\u00AB", "\u00BB" };
	size_t i, n;

	if (!len || !may_be_quote(last ? s[len - 1] : *s))
		return 0;
	for (i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		n = strlen(quotes[i]);
		if (n <= len && memcmp(last ? s + len - n : s, quotes[i], n) == 0)
			return n;
	}
	return 0;
}

void unquote(const char **s, size_t *len)
{
	size_t first = quote_at(*s, *len, false), last = quote_at(*s, *len, true), i;

	if (!first || !last || first + last >= *len)
		return;
	for (i = first; i < *len - last; i++)
		if (quote_at(*s + i, *len - last - i, false))
			return;
	*s += first;
	*len -= first + last;
}

struct word word_bare(struct word w)
{
	if (w.len > 1 && w.s[w.len - 1] == ':')
		w.len--;
	unquote(&w.s, &w.len);
	return w;
}

char *word_lower(struct reader *r, const struct word *w)
{
	struct word bare = word_bare(*w);
	char *s = arena_strndup(r->a, bare.s, bare.len), *p;

	/* A span's id is case-sensitive, and no word of ours has one in it. */
	for (p = strchr(s, '\x02') ? s + strlen(s) : s; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + ('a' - 'A'));
	return s;
}

char *reader_slice(struct reader *r, size_t from, size_t to)
{
	const char *s;

	if (from >= to)
		return NULL;
	s = r->w[from].s;
	return arena_strndup(r->a, s, (size_t)(r->w[to - 1].s + r->w[to - 1].len - s));
}

char *reader_one_line(struct reader *r, size_t from, size_t to)
{
	size_t len = 0, i;
	char *s, *p;

	if (from >= to)
		return NULL;
	for (i = from; i < to; i++)
		len += r->w[i].len + 1;
	s = p = arena_alloc(r->a, len);
	for (i = from; i < to; i++) {
		memcpy(p, r->w[i].s, r->w[i].len);
		p += r->w[i].len;
		*p++ = ' ';
	}
	p[-1] = '\0';
	/* A word may be a span, and its words have more than one line. */
	for (p = s; (p = strchr(p, '\n'));)
		*p = ' ';
	return s;
}

void reader_person(struct reader *r, const struct word *w)
{
	const char *at = w->s;
	struct text_part part;

	text_next(&at, &part);
	r->l->person = arena_strndup(r->a, part.ref, part.ref_len);
	r->l->person_name = part.len ? arena_strndup(r->a, part.s, part.len) : NULL;
}

/* ---- refusing ---- */

const char *in_code(struct reader *r, const char *s)
{
	char *code;
	struct buf plain, words, out;

	buf_init(&words, BUF_ROOMY);
	buf_init(&plain, BUF_ROOMY);
	buf_init(&out, BUF_ROOMY);
	text_short(&words, s, 80);
	text_words(&plain, words.s, NULL);
	text_add_code(&out, plain.s);
	code = arena_strdup(r->a, out.s);
	buf_release(&words);
	buf_release(&plain);
	buf_release(&out);
	return code;
}

const char *word_in_code(struct reader *r, const struct word *w)
{
	return in_code(r, arena_strndup(r->a, w->s, w->len));
}

const char *typed(struct reader *r)
{
	return in_code(r, r->l->word);
}

void refuse(struct reader *r, const char *instead, const char *why, ...)
{
	struct buf b;
	va_list ap;

	buf_init(&b, BUF_ROOMY);
	va_start(ap, why);
	buf_vaddf(&b, why, ap);
	va_end(ap);
	r->l->kind = LINE_REFUSED;
	r->l->why = arena_strdup(r->a, b.s);
	r->l->instead = instead ? arena_printf(r->a, "%s%s", r->prefix, instead) : NULL;
	buf_release(&b);
}

void text_unsaid(struct reader *r, const char *what)
{
	if (r->c->unsaid && r->l->command->flags & COMMAND_ADDS)
		r->l->text = r->c->unsaid;
	else
		refuse_needs(r, what);
}

void refuse_needs(struct reader *r, const char *what)
{
	const char *example = r->l->command->example, *rest = strchr(example, ' ');

	/* Which text was meant is kept: the example's own handle would do something else. */
	if (r->l->handle.letter && rest)
		example = arena_printf(r->a, "%s %c%lld%s", r->l->word, r->l->handle.letter,
				       (long long)r->l->handle.n,
				       r->l->handle.letter == 'E' || r->l->command->shape !=
									     SHAPE_HANDLE_WHEN_TEXT
					       ? rest + 1 + strcspn(rest + 1, " ")
					       : " 40% of checkouts fail");
	refuse(r, example, "Add %s:", what);
}

/* "@ben"; on the shell "@U024BE7LD". */
static const char *person_typed(const struct reader *r, const char *name)
{
	if (r->c->shell)
		return "@U024BE7LD";
	return *name == '@' ? name : arena_printf(r->a, "@%s", name);
}

void reader_whom(struct reader *r, size_t from, size_t to)
{
	const char *rest = reader_slice(r, to, r->n);

	r->l->whom = reader_one_line(r, from, to);
	r->l->before_whom =
		arena_printf(r->a, "%s%.*s", r->prefix, (int)(r->w[from].s - r->said), r->said);
	r->l->after_whom = rest ? arena_printf(r->a, " %s", rest) : "";
}

void refuse_person(struct reader *r, size_t from, size_t to)
{
	const char *rest = reader_slice(r, to, r->n), *name;
	struct buf plain;

	reader_whom(r, from, to);
	buf_init(&plain, BUF_ROOMY);
	text_short(&plain, r->l->whom, 40);
	name = arena_strdup(r->a, plain.s);
	buf_release(&plain);
	refuse(r,
	       arena_printf(r->a, "%.*s%s%s%s", (int)(r->w[from].s - r->said), r->said,
			    person_typed(r, name), rest ? " " : "", rest ? rest : ""),
	       r->c->shell
		       ? "I don't see who “%s” is. Name people by their member ID (in Slack: their profile, "
			 "Copy member ID):"
		       : "I don't see who “%s” is. Type @ and pick the name:",
	       name);
}

/* ---- pieces ---- */

int level_from(const char *word)
{
	char level[24] = "sev";
	size_t len = strlen(word), letters, dash;

	while (len && strchr(".,;:!?", word[len - 1]))
		len--;
	if (!len || len >= sizeof(level) - 3)
		return -1;
	letters = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	dash = letters < len ? scan_dash(word + letters) : 0;
	if (letters < len && letters + dash + 1 == len &&
	    scan_listed("sev p severity priority prio", word, letters))
		snprintf(level + 3, sizeof(level) - 3, "%c", word[len - 1]);
	else
		snprintf(level, sizeof(level), "%.*s", (int)len, word);
	return priority_from(level);
}

/* The line with a WHEN that can be meant: `other`, else ms; with none when that comes to the same. */
static const char *with_other_when(struct reader *r, const char *when, const char *rest,
				   const char *other, int64_t ms)
{
	struct buf b;
	char *line;

	if (!*rest && r->l->command->shape == SHAPE_WHEN_TEXT)
		return r->l->command->example;
	buf_init(&b, BUF_ROOMY);
	buf_add(&b, r->said, (size_t)(when - r->said));
	if (*other)
		buf_addf(&b, "%s ", other);
	else if (ms != r->c->when.now_ms ||
		 (!*rest && r->l->command->shape == SHAPE_HANDLE_WHEN_TEXT)) {
		civil_full(&b, ms);
		buf_addc(&b, ' ');
	}
	buf_adds(&b, rest);
	while (b.len && scan_space(b.s + b.len - 1))
		buf_cut(&b, b.len - 1);
	line = arena_strdup(r->a, b.s);
	buf_release(&b);
	return line;
}

bool reader_when(struct reader *r)
{
	const char *s = r->at < r->n ? r->w[r->at].s : "";
	enum when_result result;
	struct buf why, instead;
	size_t used;
	int64_t ms;

	buf_init(&why, 1024);
	buf_init(&instead, 128);
	result = when_read(&r->c->when, s, &used, &ms, &why, &instead);
	if (result == WHEN_REFUSED && r->c->unasked)
		result = WHEN_NONE;
	if (result != WHEN_NONE && !r->c->when.zone.known && when_needs_zone(s))
		r->l->zone_was_unknown = true;
	if (result == WHEN_READ) {
		r->l->has_when = true;
		r->l->when = ms;
		reader_words(r, s + used);
	} else if (result == WHEN_REFUSED) {
		refuse(r, with_other_when(r, s, s + used, instead.s, ms), "%s", why.s);
	}
	buf_release(&instead);
	buf_release(&why);
	return result != WHEN_REFUSED;
}

enum when_result reader_date(struct reader *r, const char *text, const char **why)
{
	enum when_result result;
	struct buf b;
	char date[11];

	buf_init(&b, 1024);
	result = date_read(&r->c->when, text, date, &b);
	if (result != WHEN_NONE && !r->c->when.zone.known)
		r->l->zone_was_unknown = true;
	if (result == WHEN_READ)
		r->l->due = arena_strdup(r->a, date);
	else if (result == WHEN_REFUSED)
		*why = arena_strdup(r->a, b.s);
	buf_release(&b);
	return result;
}
