/* query: reading what a search says. */
#include "core/find/search.h"

#include "core/base/scan.h"
#include "core/find/words.h"
#include "core/time/civil.h"

#include <string.h>

#define PARTS_MOST 16
#define PAGE "page:"

struct asking {
	struct find *find;
	int64_t now_ms;
	struct arena *arena;
	bool paged;
};

/* ---- terms ---- */

static struct find_term *term_add(struct asking *q)
{
	struct find_term *t;

	if (q->find->count == FIND_TERMS)
		return NULL;
	t = &q->find->terms[q->find->count++];
	*t = (struct find_term){ .parts = arena_alloc(q->arena, PARTS_MOST * sizeof(*t->parts)) };
	return t;
}

static void term_part(struct find_term *t, const struct token *w)
{
	if (t && w->upto - w->at == 1 && t->count < PARTS_MOST)
		t->parts[t->count++] = w->s;
}

static void phrase_add(struct asking *q, const struct token *w, size_t n)
{
	struct find_term *t = n ? term_add(q) : NULL;

	for (size_t i = 0; i < n; i++)
		term_part(t, &w[i]);
}

/* The longest that begins with this part. */
static const struct token *whole_at(const struct token *w, size_t n, size_t at)
{
	const struct token *found = NULL;

	for (size_t i = 0; i < n; i++)
		if (w[i].at == at && (!found || w[i].upto > found->upto))
			found = &w[i];
	return found;
}

/* Between two blanks there is one word, or several where no letter joins them: "a,b". */
static void words_add(struct asking *q, const struct token *w, size_t n)
{
	const struct token *whole;
	struct find_term *t;

	for (size_t at = 0; (whole = whole_at(w, n, at)); at = whole->upto) {
		t = term_add(q);
		if (!t)
			return;
		for (size_t i = 0; i < n; i++)
			if (w[i].at >= at && w[i].upto <= whole->upto)
				term_part(t, &w[i]);
		if (whole->upto - whole->at > 1)
			t->whole = whole->s;
		t->begins = whole->upto - whole->at > 1 || strlen(whole->s) > 1;
	}
}

/* ---- filters ---- */

static bool read_status(struct asking *q, const char *value)
{
	int s = status_from(value);

	if (s < 0)
		return false;
	if (s == STATUS_OPEN) {
		for (int i = 0; i < STATUSES; i++)
			if (status_open((enum status)i))
				q->find->statuses |= 1u << i;
		return true;
	}
	q->find->statuses |= 1u << s;
	return true;
}

static bool read_sev(struct asking *q, const char *value)
{
	const char *word = value[1] ? value : arena_printf(q->arena, "sev%s", value);
	int p = priority_from(word);

	if (p >= 0)
		q->find->priorities |= 1u << p;
	return p >= 0;
}

static bool read_origin(struct asking *q, const char *value)
{
	int o = origin_from(value);

	if (o >= 0)
		q->find->origins |= 1u << o;
	return o >= 0;
}

static bool read_service(struct asking *q, const char *value)
{
	struct token *w;
	size_t n = find_tokens(q->arena, value, &w);

	if (n)
		q->find->service = whole_at(w, n, 0)->s;
	return n;
}

/* A mention was taken out before; what stands here is a name. */
static bool read_by(struct asking *q, const char *value)
{
	q->find->by_name = value + (*value == '@');
	return *q->find->by_name;
}

/* 90d, 12w, 48h, or a date. */
static bool read_since(struct asking *q, const char *value)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "d", MS_DAY },
		      { "w", 7 * MS_DAY },
		      { "h", MS_HOUR },
		      { "m", 30 * MS_DAY },
		      { "y", 365 * MS_DAY } };
	const char *at = value;
	int64_t n;

	if (civil_parse_rfc3339(arena_printf(q->arena, "%sT00:00:00Z", value), &q->find->since) ==
	    0)
		return true;
	if (!scan_number(&at, 1, 5, &n))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (!strcmp(at, units[i].unit)) {
			q->find->since = q->now_ms - n * units[i].ms;
			return true;
		}
	return false;
}

static bool read_page(struct asking *q, const char *value)
{
	int64_t n;

	if (!scan_number(&value, 1, 3, &n) || *value || !n)
		return false;
	/* The first counts: that is where find_page_line() puts it. */
	if (!q->paged)
		q->find->page = n;
	q->paged = true;
	return true;
}

static const struct {
	const char *names;
	bool (*read)(struct asking *q, const char *value);
} filters[] = {
	{ "status", read_status }, { "sev severity priority", read_sev },
	{ "origin", read_origin }, { "service", read_service },
	{ "by from", read_by },	   { "since", read_since },
	{ "page", read_page },
};

/* "sev:1". A key that is none, or one with a value that is none, is a word like others. */
static bool filter_read(struct asking *q, const char *s, size_t len)
{
	size_t key = strcspn(s, ":");

	if (key >= len || key + 1 >= len)
		return false;
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++)
		if (scan_listed(filters[i].names, s, key))
			return filters[i].read(q,
					       arena_strndup(q->arena, s + key + 1, len - key - 1));
	return false;
}

/* ---- the line ---- */

static size_t quote_at(const char *s)
{
	static const char *const quotes[] = { "\"", "“", "”", "„", "«", "»" };

	for (size_t i = 0; i < sizeof(quotes) / sizeof(*quotes); i++)
		if (!strncmp(s, quotes[i], strlen(quotes[i])))
			return strlen(quotes[i]);
	return 0;
}

static const char *quoted_take(struct asking *q, const char *s)
{
	const char *end = s;
	struct token *w;
	size_t n;

	while (*end && !quote_at(end))
		end++;
	n = find_tokens(q->arena, arena_strndup(q->arena, s, (size_t)(end - s)), &w);
	phrase_add(q, w, n);
	return end + quote_at(end);
}

/* *last: the word that is typed still, if it is the last one. */
static const char *word_take(struct asking *q, const char *s, size_t *last)
{
	const char *end = s;
	struct token *w;
	size_t n;

	while (*end && !scan_space(end) && !quote_at(end))
		end++;
	if (filter_read(q, s, (size_t)(end - s)))
		return end;
	n = find_tokens(q->arena, arena_strndup(q->arena, s, (size_t)(end - s)), &w);
	words_add(q, w, n);
	*last = n ? q->find->count : *last;
	return end;
}

static void line_take(struct asking *q, const char *s)
{
	size_t last = 0;

	for (s += scan_spaces(s); *s; s += scan_spaces(s)) {
		size_t quote = quote_at(s);

		s = quote ? quoted_take(q, s + quote) : word_take(q, s, &last);
	}
	for (size_t i = 0; i < q->find->count; i++)
		q->find->terms[i].begins &= i + 1 == q->find->count && last == q->find->count;
}

/* Is `by:` the last that stands there? Then it goes, and true. */
static bool by_cut(struct buf *line)
{
	static const char by[] = "by:";
	size_t n = line->len;

	while (n && line->s[n - 1] == ' ')
		n--;
	if (n < 3 || strncasecmp(line->s + n - 3, by, 3) != 0 || (n > 3 && line->s[n - 4] != ' '))
		return false;
	buf_cut(line, n - 3);
	return true;
}

void find_read(struct find *f, const char *text, int64_t now_ms, struct arena *a)
{
	struct asking q = { .find = f, .now_ms = now_ms, .arena = a };
	struct text_part part;
	struct buf line;

	*f = (struct find){ .page = 1 };
	buf_init(&line, BUF_ROOMY);
	while (text_next(&text, &part)) {
		if (part.kind == TEXT_PERSON && by_cut(&line))
			f->by = arena_strndup(a, part.ref, part.ref_len);
		else if (part.kind == TEXT_WORDS)
			buf_add(&line, part.s, part.len);
		else if (part.kind == TEXT_LINK && !part.len)
			buf_add(&line, part.ref, part.ref_len);
		else
			buf_add(&line, part.s, part.len);
	}
	line_take(&q, line.s);
	buf_release(&line);
}

bool find_wants(const struct find *f, const struct head *h)
{
	if (f->statuses && !(f->statuses & 1u << h->status))
		return false;
	if (f->priorities && !(f->priorities & 1u << h->priority))
		return false;
	if (f->origins && (h->origin == ORIGIN_NONE || !(f->origins & 1u << h->origin)))
		return false;
	return h->declared_at >= f->since;
}

/* In front, where no quote is open; what was put there before goes. */
const char *find_page_line(struct arena *a, const char *text, int64_t page)
{
	const char *rest = text;
	int64_t before;

	if (!strncmp(rest, PAGE, strlen(PAGE))) {
		rest += strlen(PAGE);
		if (!scan_number(&rest, 1, 3, &before) || !before || *rest++ != ' ')
			rest = text;
	}
	return arena_printf(a, PAGE "%lld %s", (long long)page, rest);
}
