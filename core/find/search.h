/*
 * search: what a search says, whether a text has it, and how that is shown.
 *
 * No query is an error: what is no filter is a word, and a quote that isn't closed ends with the line. Words that
 * were typed without a blank ("tax-calculator.js") must stand beside each other, as those in quotes. The last word
 * counts by its beginning, unless it is in quotes or a single letter.
 */
#ifndef CORE_FIND_SEARCH_H
#define CORE_FIND_SEARCH_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/find.h"
#include "core/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads a neutral text. Strings in the arena. */
void find_read(struct find *f, const char *text, int64_t now_ms, struct arena *a);

/* Status, priority, origin and date: is the Node one of those that are looked for? */
bool find_wants(const struct find *f, const struct head *h);

#define FIND_SHOWN 3

struct look {			 /* what a Node has of it */
	unsigned terms;		 /* bits: f->terms[i] is in one of its texts */
	size_t best[FIND_SHOWN]; /* indices of the passages that say most of it, the best first */
	size_t count;
	double score;
};

/* False: nothing. all: how many Nodes there are. */
bool find_look(const struct find *f, const struct passage *p, size_t count, int64_t all,
	       struct look *out);

/* About `points` characters of a text, in one line, those around what was looked for, which is bold. Neutral. */
void find_show(struct buf *out, const struct find *f, const char *text, size_t points,
	       struct names *names);

/* The query once more as it can be typed, for `page`; of `text`, which it was read from. */
const char *find_page_line(struct arena *a, const char *text, int64_t page);

#endif
