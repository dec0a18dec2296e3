#include "core/find/like.h"

#include "core/base/buf.h"
#include "core/base/real.h"
#include "core/find/concepts.h"
#include "core/text.h"

#include <string.h>

#define LIKE_ROOM 8192	/* places for the concepts of one Node at most; half of them are used */
#define CHATTER_FULL 80 /* so many concepts of chatter count in full; more of them share that */
#define TRADE 1.5	/* a word of the trade says more than another as rare */

struct idea {
	const char *idea, *said; /* said: as it stood there */
	double weight;
	bool trade, chatter;
};

struct concepts {
	struct idea *at;
	size_t count, chatter, size; /* at: a table of `size` places, by hash */
	struct arena *arena;
};

static double like_weight(char letter)
{
	switch (letter) {
	case HANDLE_TITLE:
	case HANDLE_SERVICE:
	case 'S':
	case 'C':
		return 2;
	case 'T':
		return 1.5;
	case 'M':
		return 1;
	case 'L':
		return 0.5;
	default:
		return 0.7;
	}
}

static bool like_chatter(char letter)
{
	return letter == 'E' || letter == 'A' || letter == HANDLE_FILE;
}

static size_t like_hash(const char *s)
{
	size_t h = 5381;

	for (; *s; s++)
		h = h * 33 ^ (unsigned char)*s;
	return h;
}

static struct idea *concept_place(const struct concepts *c, const char *idea)
{
	size_t i = like_hash(idea) & (c->size - 1);

	while (c->at[i].idea && strcmp(c->at[i].idea, idea) != 0)
		i = (i + 1) & (c->size - 1);
	return &c->at[i];
}

static void concept_add(struct concepts *c, const struct token *w, const char *plain, char letter)
{
	char idea[WORD_MOST + 8];
	struct idea *place;
	bool trade;

	if (!concept_of(w->s, idea, &trade))
		return;
	place = concept_place(c, idea);
	if (!place->idea) {
		if (c->count == c->size / 2)
			return;
		*place = (struct idea){ .idea = arena_strdup(c->arena, idea),
					.said = arena_strndup(c->arena, plain + w->begin,
							      w->end - w->begin),
					.trade = trade,
					.chatter = true };
		c->count++;
		c->chatter++;
	}
	if (place->chatter && !like_chatter(letter)) {
		place->chatter = false;
		c->chatter--;
	}
	if (like_weight(letter) > place->weight)
		place->weight = like_weight(letter);
}

static void concepts_read(struct concepts *c, const struct passage *p, size_t count,
			  struct arena *a)
{
	struct buf plain;
	struct token *w;
	size_t n, bytes = 0;

	*c = (struct concepts){ .size = 64, .arena = a };
	for (size_t i = 0; i < count; i++)
		bytes += strlen(p[i].text);
	while (c->size < bytes && c->size < LIKE_ROOM)
		c->size *= 2;
	c->at = arena_alloc(a, c->size * sizeof(*c->at));
	buf_init(&plain, BUF_ROOMY);
	for (size_t i = 0; i < count; i++) {
		/* What we say ourselves when one is declared says nothing about it. */
		if (p[i].marker == MARKER_DECLARED)
			continue;
		buf_reset(&plain);
		text_words(&plain, p[i].text, NULL);
		n = find_tokens(a, plain.s, &w);
		for (size_t k = 0; k < n; k++)
			if (w[k].upto - w[k].at == 1)
				concept_add(c, &w[k], plain.s, p[i].letter);
	}
	buf_release(&plain);
}

/* Bulk wins nothing: the more chatter there is, the less a word of it says. */
static double concept_weight(const struct concepts *c, const struct idea *one)
{
	return one->chatter && c->chatter > CHATTER_FULL
		       ? one->weight * real_sqrt((double)CHATTER_FULL / (double)c->chatter)
		       : one->weight;
}

/* ---- what sets apart ---- */

static int by_weight(const void *a, const void *b)
{
	const struct like_word *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return strcmp(x->idea, y->idea);
}

void like_read(struct like *l, const struct passage *p, size_t count, size_t most, struct arena *a)
{
	struct concepts c;

	concepts_read(&c, p, count, a);
	*l = (struct like){ .words = arena_alloc(a, (c.count + 1) * sizeof(*l->words)) };
	for (size_t i = 0; i < c.size; i++)
		if (c.at[i].idea)
			l->words[l->count++] =
				(struct like_word){ .idea = c.at[i].idea,
						    .weight = concept_weight(&c, &c.at[i]) *
							      (c.at[i].trade ? TRADE : 1) };
	if (l->count)
		qsort(l->words, l->count, sizeof(*l->words), by_weight);
	if (l->count > most)
		l->count = most;
}

/* ---- how like ---- */

double like_rarity(const struct like_word *w, int64_t all)
{
	return real_log((double)(all + 1) / ((double)w->nodes + 0.5));
}

/* A word that every fifth Node has sets nobody apart; of a handful of Nodes that can't be told. */
bool like_common(const struct like_word *w, int64_t all)
{
	return w->nodes > all / 5 + 2;
}

static void shared_put(struct likeness *out, double scores[LIKE_SHARED], const char *said,
		       double score)
{
	size_t at = out->count;

	while (at && scores[at - 1] < score)
		at--;
	if (at == LIKE_SHARED)
		return;
	if (out->count < LIKE_SHARED)
		out->count++;
	for (size_t k = out->count - 1; k > at; k--) {
		scores[k] = scores[k - 1];
		out->shared[k] = out->shared[k - 1];
	}
	scores[at] = score;
	out->shared[at] = said;
}

double like_of(const struct like *from, const struct passage *p, size_t count, int64_t all,
	       struct arena *a, struct likeness *out)
{
	double own = 0, both = 0, scores[LIKE_SHARED] = { 0 }, one;
	struct concepts c;

	*out = (struct likeness){ 0 };
	concepts_read(&c, p, count, a);
	for (size_t i = 0; i < from->count; i++) {
		const struct like_word *w = &from->words[i];
		const struct idea *there = concept_place(&c, w->idea);

		one = w->weight * like_rarity(w, all);
		own += one > 0 ? one : 0;
		if (!there->idea || like_common(w, all))
			continue;
		one *= real_sqrt(concept_weight(&c, there) / w->weight *
				 (there->trade ? TRADE : 1));
		both += one;
		shared_put(out, scores, there->said, one);
	}
	out->share = out->count >= 2 && own > 0 ? both / own : 0;
	return out->share;
}
