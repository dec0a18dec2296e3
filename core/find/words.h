/*
 * words: how a text is taken apart to be found again, alike for what is kept and for what is asked.
 *
 * A part is a run of letters and digits, letter case and accents aside; "OrderService" has two. What is typed without
 * a blank is one word as well: "tax-calculator.js" has three parts, and is found whole. An ideograph is a part.
 * Apostrophes are left out. Nothing is too odd to be read: what is no letter divides.
 */
#ifndef CORE_FIND_WORDS_H
#define CORE_FIND_WORDS_H

#include "core/base/arena.h"

#include <stdbool.h>
#include <stddef.h>

#define WORD_MOST 64 /* bytes of a folded word: a longer part is cut, a longer whole isn't one */

struct token {
	const char *s;	   /* folded, in the arena */
	size_t begin, end; /* bytes of the text */
	size_t at, upto;   /* parts [at, upto): 1 for a part, more for a whole */
	bool joined; /* a whole with its hyphens, dots, slashes; else one by its letter case alone */
};

/* Of a readable text (no spans): its parts in order, each whole behind its parts. How many. */
size_t find_tokens(struct arena *a, const char *text, struct token **tokens);

#endif
