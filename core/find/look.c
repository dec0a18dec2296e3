/* look: what a text has of a search. */
#include "core/find/search.h"

#include "core/base/real.h"
#include "core/base/utf8.h"
#include "core/find/words.h"

#include <string.h>

/* A text, taken apart. */
struct looked {
	struct token *tokens;
	size_t count;
	const struct token **parts; /* parts[i]->at is i */
	size_t n_parts;
};

static void looked_read(struct looked *l, struct arena *a, const char *plain)
{
	*l = (struct looked){ 0 };
	l->count = find_tokens(a, plain, &l->tokens);
	l->parts = arena_alloc(a, (l->count + 1) * sizeof(void *));
	for (size_t i = 0; i < l->count; i++)
		if (l->tokens[i].upto - l->tokens[i].at == 1)
			l->parts[l->n_parts++] = &l->tokens[i];
}

static bool word_has(const char *word, const char *wanted, bool begins)
{
	return begins ? !strncmp(word, wanted, strlen(wanted)) : !strcmp(word, wanted);
}

/* Do the parts of the term stand from part `at` on? Bytes [*begin, *end). */
static bool term_at(const struct looked *l, const struct find_term *t, size_t at, size_t *begin,
		    size_t *end)
{
	if (at + t->count > l->n_parts)
		return false;
	for (size_t i = 0; i < t->count; i++)
		if (!word_has(l->parts[at + i]->s, t->parts[i], t->begins && i + 1 == t->count))
			return false;
	*begin = l->parts[at]->begin;
	*end = l->parts[at + t->count - 1]->end;
	return true;
}

/* "orderservice" is OrderService as well. */
static bool term_whole(const struct token *w, const struct find_term *t)
{
	return t->count == 1 && !w->joined && w->upto - w->at > 1 &&
	       word_has(w->s, t->parts[0], t->begins);
}

/* Where the term stands first. */
static bool term_find(const struct looked *l, const struct find_term *t, size_t *begin, size_t *end)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct token *w = &l->tokens[i];

		if (w->upto - w->at == 1 && term_at(l, t, w->at, begin, end))
			return true;
		if (term_whole(w, t)) {
			*begin = w->begin;
			*end = w->end;
			return true;
		}
	}
	return false;
}

/* ---- a Node ---- */

/* A title says more than what was said in between. */
static double weight_of(char letter)
{
	switch (letter) {
	case HANDLE_TITLE:
		return 3;
	case 'S':
	case 'C':
	case 'T':
		return 2;
	case 'M':
	case 'L':
	case 'A':
		return 1.2;
	default:
		return 1;
	}
}

static double rarity(const struct find_term *t, int64_t all)
{
	return real_log(1 + (double)(all + 1) / (double)(t->nodes + 1));
}

/* a, plain: for the work; both are empty again afterwards, or may be. */
static unsigned terms_in(const struct find *f, const char *text, struct arena *a, struct buf *plain)
{
	struct looked l;
	unsigned terms = 0;
	size_t begin, end;

	buf_reset(plain);
	text_words(plain, text, NULL);
	looked_read(&l, a, plain->s);
	for (size_t i = 0; i < f->count; i++)
		if (term_find(&l, &f->terms[i], &begin, &end))
			terms |= 1u << i;
	return terms;
}

static double terms_score(const struct find *f, unsigned terms, int64_t all)
{
	double score = 0;

	for (size_t i = 0; i < f->count; i++)
		if (terms & 1u << i)
			score += rarity(&f->terms[i], all);
	return score;
}

/* The name stands above anyway: a passage is shown because it says something else. */
static double shown_score(const struct find *f, const struct passage *p, unsigned terms,
			  int64_t all)
{
	double score = terms_score(f, terms, all);

	return p->letter == HANDLE_TITLE ? score / 100 : score * (1 + weight_of(p->letter) / 10);
}

static void best_put(struct look *out, double scores[FIND_SHOWN], size_t i, double score)
{
	size_t at = out->count;

	while (at && scores[at - 1] < score)
		at--;
	if (at == FIND_SHOWN)
		return;
	if (out->count < FIND_SHOWN)
		out->count++;
	for (size_t k = out->count - 1; k > at; k--) {
		scores[k] = scores[k - 1];
		out->best[k] = out->best[k - 1];
	}
	scores[at] = score;
	out->best[at] = i;
}

static bool has_service(const struct find *f, const struct passage *p, size_t count)
{
	bool found = false;
	struct token *w;
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < count && !found; i++) {
		size_t n = p[i].letter == HANDLE_SERVICE ? find_tokens(&a, p[i].text, &w) : 0;

		/* The last is the whole of a name. */
		found = n && !strcmp(w[n - 1].s, f->service);
	}
	arena_release(&a);
	return found;
}

bool find_look(const struct find *f, const struct passage *p, size_t count, int64_t all,
	       struct look *out)
{
	double scores[FIND_SHOWN] = { 0 }, heaviest[FIND_TERMS] = { 0 }, best = 0, score;
	struct buf plain;
	struct arena a;
	bool any = false;

	*out = (struct look){ 0 };
	if (f->service && !has_service(f, p, count))
		return false;
	arena_init(&a);
	buf_init(&plain, BUF_ROOMY);
	for (size_t i = 0; i < count; i++) {
		unsigned terms;

		if (f->by && (!p[i].author || strcmp(p[i].author, f->by) != 0))
			continue;
		terms = terms_in(f, p[i].text, &a, &plain);
		if (f->count && !terms)
			continue;
		any = true;
		out->terms |= terms;
		for (size_t k = 0; k < f->count; k++)
			if (terms & 1u << k && weight_of(p[i].letter) > heaviest[k])
				heaviest[k] = weight_of(p[i].letter);
		score = terms_score(f, terms, all);
		best = score > best ? score : best;
		if (f->count || f->by)
			best_put(out, scores, i, shown_score(f, &p[i], terms, all));
	}
	buf_release(&plain);
	arena_release(&a);
	out->score = best;
	for (size_t k = 0; k < f->count; k++)
		out->score += heaviest[k] * rarity(&f->terms[k], all);
	return any;
}

/* ---- in place ---- */

struct mark {
	size_t begin, end;
};
#define MARKS 64

static void mark_add(struct mark *m, size_t *n, size_t begin, size_t end)
{
	size_t at = *n;

	if (*n == MARKS)
		return;
	while (at && m[at - 1].begin > begin)
		at--;
	memmove(m + at + 1, m + at, (*n - at) * sizeof(*m));
	m[at] = (struct mark){ begin, end };
	(*n)++;
}

static void marks_of(struct mark *m, size_t *n, const struct looked *l, const struct find_term *t)
{
	size_t begin, end;

	for (size_t i = 0; i < l->count; i++)
		if (l->tokens[i].upto - l->tokens[i].at == 1 &&
		    term_at(l, t, l->tokens[i].at, &begin, &end))
			mark_add(m, n, begin, end);
		else if (term_whole(&l->tokens[i], t))
			mark_add(m, n, l->tokens[i].begin, l->tokens[i].end);
}

/* Where to begin, so that the first mark is seen with some words before it. */
static size_t show_from(const char *s, size_t len, size_t first, size_t points)
{
	size_t from, back = utf8_length(s, first);

	if (utf8_length(s, len) <= points || back <= points / 2)
		return 0;
	from = utf8_bytes(s, len, back - points / 4);
	while (from < first && s[from] != ' ')
		from++;
	return from < first ? from + 1 : first;
}

static void show_marked(struct buf *out, const char *s, size_t from, size_t upto,
			const struct mark *m, size_t n)
{
	struct buf bold;

	for (size_t i = 0; i < n; i++) {
		if (m[i].begin < from || m[i].end > upto)
			continue;
		buf_add(out, s + from, m[i].begin - from);
		buf_init(&bold, BUF_ROOMY);
		buf_add(&bold, s + m[i].begin, m[i].end - m[i].begin);
		text_add_bold(out, bold.s);
		buf_release(&bold);
		from = m[i].end;
	}
	buf_add(out, s + from, upto - from);
}

void find_show(struct buf *out, const struct find *f, const char *text, size_t points,
	       struct names *names)
{
	struct mark m[MARKS];
	struct looked l;
	struct buf plain;
	struct arena a;
	size_t n = 0, from, upto;

	arena_init(&a);
	buf_init(&plain, BUF_ROOMY);
	text_words(&plain, text, names);
	looked_read(&l, &a, plain.s);
	for (size_t i = 0; i < f->count; i++)
		marks_of(m, &n, &l, &f->terms[i]);
	from = show_from(plain.s, plain.len, n ? m[0].begin : 0, points);
	upto = from + utf8_bytes(plain.s + from, plain.len - from, points);
	while (upto < plain.len && upto > from + 1 && plain.s[upto] != ' ')
		upto--;
	if (upto <= from + 1)
		upto = from + utf8_bytes(plain.s + from, plain.len - from, points);
	buf_adds(out, from ? "…" : "");
	show_marked(out, plain.s, from, upto, m, n);
	buf_adds(out, upto < plain.len ? "…" : "");
	buf_release(&plain);
	arena_release(&a);
}
