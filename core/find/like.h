/*
 * like: how like one Node is to another, by the words that set it apart. No model: concepts (concepts.h), weighed by
 * where they stand (title, services, summary, cause more than chatter) and by how rare they are in the archive.
 *
 * A concept counts once a Node, where it stands best: nobody wins by bulk. The likeness is the share of what sets the
 * new one apart that the earlier one has too.
 */
#ifndef CORE_FIND_LIKE_H
#define CORE_FIND_LIKE_H

#include "core/base/arena.h"
#include "core/find.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Shown from so much on: below it stands what shares everyday words only. */
#define LIKE_LEAST 0.22

struct like {
	struct like_word *words; /* the heaviest first */
	size_t count;
};

/* What sets this Node apart; at most `most` words. */
void like_read(struct like *l, const struct passage *p, size_t count, size_t most, struct arena *a);

#define LIKE_SHARED 8
struct likeness {
	double share; /* 0 … 1 */
	const char
		*shared[LIKE_SHARED]; /* in the earlier one's own letters, the most telling first */
	size_t count;
};

/* How much a word says, by in how many of `all` Nodes it is; and whether those are too many to set a Node apart. */
double like_rarity(const struct like_word *w, int64_t all);
bool like_common(const struct like_word *w, int64_t all);

/* Of `from`, whose words know in how many of `all` Nodes they are, with the texts of an earlier Node. 0: nothing to be
 * shown. */
double like_of(const struct like *from, const struct passage *p, size_t count, int64_t all,
	       struct arena *a, struct likeness *out);

#endif
