#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/find/concepts.h"
#include "core/find/like.h"
#include "core/find/words.h"
#include "tests/support/core_tales.h"

#include <math.h>
#include <string.h>

#define SHOWN 3
#define OLD_MOST 500

/* ---- the archive of tests/search ---- */

struct text { /* a Node, read */
	struct passage *p;
	size_t n;
	const struct tale *tale;
};

static struct archive {
	struct arena arena;
	struct text old[OLD_MOST], new_[100], strangers[100];
	size_t n_old, n_new, n_strangers;
} archive;

static struct text text_of(const struct tale *t, bool declared)
{
	struct text x = { .tale = t };

	x.n = tale_passages(t, declared, &archive.arena, &x.p);
	return x;
}

static int archive_read(void **state)
{
	struct tale *t;
	size_t n;

	(void)state;
	arena_init(&archive.arena);
	n = tales_read("tests/search/pairs.txt", "p", &archive.arena, &t);
	for (size_t i = 0; i < n; i++)
		if (t[i].like)
			archive.new_[archive.n_new++] = text_of(&t[i], true);
		else
			archive.old[archive.n_old++] = text_of(&t[i], false);
	n = tales_read("tests/search/others.txt", "o", &archive.arena, &t);
	for (size_t i = 0; i < n; i++)
		archive.old[archive.n_old++] = text_of(&t[i], false);
	n = tales_read("tests/search/strangers.txt", "s", &archive.arena, &t);
	for (size_t i = 0; i < n; i++)
		archive.strangers[archive.n_strangers++] = text_of(&t[i], true);
	return 0;
}

static int archive_free(void **state)
{
	(void)state;
	arena_release(&archive.arena);
	return 0;
}

/* ---- in how many Nodes a concept is ---- */

struct counted {
	const char *idea;
	double n; /* of Nodes, or how often in one */
};

struct bag { /* concepts of a text, or of all */
	struct counted *at;
	size_t count, room;
};

static struct counted *bag_place(struct bag *b, const char *idea, struct arena *a)
{
	for (size_t i = 0; i < b->count; i++)
		if (!strcmp(b->at[i].idea, idea))
			return &b->at[i];
	if (b->count == b->room) {
		struct counted *more = arena_alloc(a, (b->room = 2 * b->room + 16) * sizeof(*more));

		if (b->count)
			memcpy(more, b->at, b->count * sizeof(*more));
		b->at = more;
	}
	b->at[b->count] = (struct counted){ .idea = arena_strdup(a, idea) };
	return &b->at[b->count++];
}

static void bag_add(struct bag *b, const char *text, struct arena *a)
{
	char idea[WORD_MOST + 8];
	struct token *w;
	size_t n = find_tokens(a, text, &w);

	for (size_t i = 0; i < n; i++)
		if (w[i].upto - w[i].at == 1 && concept_of(w[i].s, idea, NULL))
			bag_place(b, idea, a)->n++;
}

static struct bag bag_of(const struct text *t, bool title, struct arena *a)
{
	struct bag b = { 0 };

	for (size_t i = 0; i < t->n; i++)
		if (!title || t->p[i].letter == HANDLE_TITLE)
			bag_add(&b, t->p[i].text, a);
	return b;
}

/* Of all of the archive. */
static struct bag bag_nodes(struct bag *bags, bool title, struct arena *a)
{
	struct bag df = { 0 };

	for (size_t i = 0; i < archive.n_old; i++) {
		bags[i] = bag_of(&archive.old[i], title, a);
		for (size_t k = 0; k < bags[i].count; k++)
			bag_place(&df, bags[i].at[k].idea, a)->n++;
	}
	return df;
}

static double bag_in(const struct bag *b, const char *idea)
{
	for (size_t i = 0; i < b->count; i++)
		if (!strcmp(b->at[i].idea, idea))
			return b->at[i].n;
	return 0;
}

/* ---- three ways to find ---- */

struct way {
	const char *name;
	struct bag df, bags[OLD_MOST]; /* of the archive */
	struct arena *arena;
	/* How like is old Node i? */
	double (*score)(struct way *w, const struct text *new_, const struct bag *b, size_t i);
};

static double ours(struct way *w, const struct text *new_, const struct bag *b, size_t i)
{
	struct likeness l;
	struct like from;

	(void)b;
	like_read(&from, new_->p, new_->n, LIKE_WORDS, w->arena);
	for (size_t k = 0; k < from.count; k++)
		from.words[k].nodes = (int64_t)bag_in(&w->df, from.words[k].idea);
	like_of(&from, archive.old[i].p, archive.old[i].n, (int64_t)archive.n_old, w->arena, &l);
	return l.share >= LIKE_LEAST ? l.share : 0;
}

/* What FTS5's bm25() gives for the words of the title, looked for in titles (k1 = 1.2, b = 0.75). */
static double plain_title(struct way *w, const struct text *new_, const struct bag *b, size_t i)
{
	double all = (double)archive.n_old, mean = 0, len = 0, score = 0;

	(void)new_;
	for (size_t k = 0; k < archive.n_old; k++)
		mean += (double)w->bags[k].count / all;
	len = (double)w->bags[i].count;
	for (size_t k = 0; k < b->count; k++) {
		double tf = bag_in(&w->bags[i], b->at[k].idea);
		double df = bag_in(&w->df, b->at[k].idea);

		score += log((all - df + 0.5) / (df + 0.5)) * tf * 2.2 /
			 (tf + 1.2 * (0.25 + 0.75 * len / mean));
	}
	return score;
}

static double cosine(struct way *w, const struct text *new_, const struct bag *b, size_t i)
{
	double all = (double)archive.n_old, dot = 0, x = 0, y = 0, idf;
	const struct bag *old = &w->bags[i];

	(void)new_;
	for (size_t k = 0; k < b->count; k++) {
		idf = log((all + 1) / (bag_in(&w->df, b->at[k].idea) + 0.5));
		dot += b->at[k].n * bag_in(old, b->at[k].idea) * idf * idf;
		x += b->at[k].n * b->at[k].n * idf * idf;
	}
	for (size_t k = 0; k < old->count; k++) {
		idf = log((all + 1) / (bag_in(&w->df, old->at[k].idea) + 0.5));
		y += old->at[k].n * old->at[k].n * idf * idf;
	}
	return dot ? dot / sqrt(x * y) : 0;
}

/* Is the wanted one among the first three? wanted NULL: is anything? */
static bool way_finds(struct way *w, const struct text *new_, const char *wanted)
{
	struct arena a, *before = w->arena;
	struct bag b;
	double scores[OLD_MOST], best;
	bool found = false;

	arena_init(&a);
	w->arena = &a;
	b = bag_of(new_, w->score == plain_title, &a);
	for (size_t i = 0; i < archive.n_old; i++)
		scores[i] = w->score(w, new_, &b, i);
	for (int k = 0; k < SHOWN; k++) {
		size_t at = 0;

		for (size_t i = 1; i < archive.n_old; i++)
			if (scores[i] > scores[at])
				at = i;
		best = scores[at];
		scores[at] = 0;
		found |= best > 0 && (!wanted || !strcmp(archive.old[at].tale->name, wanted));
	}
	arena_release(&a);
	w->arena = before;
	return found;
}

static double way_recall(struct way *w)
{
	size_t found = 0;

	for (size_t i = 0; i < archive.n_new; i++)
		found += way_finds(w, &archive.new_[i], archive.new_[i].tale->like);
	return (double)found / (double)archive.n_new;
}

static struct way *way_new(const char *name, double (*score)(struct way *w, const struct text *new_,
							     const struct bag *b, size_t i))
{
	struct way *w = arena_alloc(&archive.arena, sizeof(*w));

	*w = (struct way){ .name = name, .score = score, .arena = &archive.arena };
	w->df = bag_nodes(w->bags, score == plain_title, &archive.arena);
	return w;
}

static void the_archive_is_as_large_as_it_must_be(void **state)
{
	(void)state;
	assert_true(archive.n_new >= 40);
	assert_true(archive.n_old >= 40 + 300);
	assert_true(archive.n_strangers >= 40);
	for (size_t i = 0; i < archive.n_new; i++) {
		bool there = false;

		for (size_t k = 0; k < archive.n_old; k++)
			there |= !strcmp(archive.old[k].tale->name, archive.new_[i].tale->like);
		assert_true(there);
	}
}

static void of_forty_pairs_three_quarters_are_found_and_more_than_by_plain_ways(void **state)
{
	struct way *title = way_new("FTS5 (bm25) on the title", plain_title),
		   *cos = way_new("cosine of tf·idf", cosine), *us = way_new("similar", ours);
	double by_title, by_cosine, by_us;

	(void)state;
	by_title = way_recall(title);
	by_cosine = way_recall(cos);
	by_us = way_recall(us);
	print_message("recall@3 of %zu pairs: %s %.3f, %s %.3f, %s %.3f\n", archive.n_new,
		      title->name, by_title, cos->name, by_cosine, us->name, by_us);
	assert_true(by_us >= 0.75);
	assert_true(by_us > by_title);
	assert_true(by_us > by_cosine);
}

static void of_forty_without_relative_four_at_most_show_anything(void **state)
{
	struct way *us = way_new("similar", ours);
	size_t shown = 0;

	(void)state;
	for (size_t i = 0; i < archive.n_strangers; i++)
		shown += way_finds(us, &archive.strangers[i], NULL);
	print_message("of %zu without relative %zu show something\n", archive.n_strangers, shown);
	assert_true(shown <= 4);
}

static const char *idea(const char *word)
{
	static char idea[WORD_MOST + 8];

	return concept_of(word, idea, NULL);
}

static void words_that_say_the_same_are_one_concept(void **state)
{
	(void)state;
	assert_string_equal(idea("deploys"), idea("rollout"));
	assert_string_equal(idea("x509"), idea("certificates"));
	assert_string_equal(idea("oomkilled"), idea("memory"));
	assert_string_equal(idea("retries"), idea("retrying"));
	assert_string_equal(idea("indexes"), idea("index"));
	assert_null(idea("since"));
	assert_null(idea("17"));
	assert_string_equal(idea("504"), idea("timeout"));
}

static void a_node_of_five_hundred_entries_wins_nothing_by_bulk(void **state)
{
	struct passage new_[] = { { .letter = HANDLE_TITLE, .text = "Kafka consumers lag behind" },
				  { .letter = 'S', .text = "Partition 7 has no leader" } };
	struct passage few[] = { { .letter = HANDLE_TITLE, .text = "Consumers of Kafka lag" },
				 { .letter = 'C', .text = "The leader of a partition was gone" } };
	struct passage many[501] = { { .letter = HANDLE_TITLE, .text = "Checkout is slow" } };
	struct likeness short_one, long_one;
	struct arena a;
	struct like l;

	(void)state;
	arena_init(&a);
	for (int i = 1; i <= 500; i++)
		many[i] = (struct passage){
			.letter = 'E',
			.text = arena_printf(&a,
					     "kafka consumers lag? partition leader %d of item%d "
					     "looked at word%d",
					     i, i, i)
		};
	like_read(&l, new_, 2, LIKE_WORDS, &a);
	for (size_t i = 0; i < l.count; i++)
		l.words[i].nodes = 1;
	like_of(&l, few, 2, 100, &a, &short_one);
	like_of(&l, many, 501, 100, &a, &long_one);
	assert_true(short_one.share > 1.5 * long_one.share);
	arena_release(&a);
}

static void a_word_that_every_fifth_node_has_is_no_reason(void **state)
{
	struct passage new_[] = { { .letter = HANDLE_TITLE, .text = "checkout payments" } };
	struct likeness out;
	struct arena a;
	struct like l;

	(void)state;
	arena_init(&a);
	like_read(&l, new_, 1, LIKE_WORDS, &a);
	l.words[0].nodes = l.words[1].nodes = 30;
	assert_true(like_of(&l, new_, 1, 100, &a, &out) == 0);
	l.words[0].nodes = 3;
	assert_true(like_of(&l, new_, 1, 100, &a, &out) == 0); /* one alone is none either */
	l.words[1].nodes = 3;
	assert_true(like_of(&l, new_, 1, 100, &a, &out) > 0.9);
	assert_int_equal(out.count, 2);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_archive_is_as_large_as_it_must_be),
		cmocka_unit_test(
			of_forty_pairs_three_quarters_are_found_and_more_than_by_plain_ways),
		cmocka_unit_test(of_forty_without_relative_four_at_most_show_anything),
		cmocka_unit_test(words_that_say_the_same_are_one_concept),
		cmocka_unit_test(a_node_of_five_hundred_entries_wins_nothing_by_bulk),
		cmocka_unit_test(a_word_that_every_fifth_node_has_is_no_reason),
	};

	return cmocka_run_group_tests(tests, archive_read, archive_free);
}
