/*
 * search_private: what the two halves of a search share: sets of Nodes, and what stands in no index yet.
 */
#ifndef ADAPTERS_SQLITE_SEARCH_PRIVATE_H
#define ADAPTERS_SQLITE_SEARCH_PRIVATE_H

#include "adapters/sqlite/sqlite_private.h"

/* ---- Nodes by row ---- */

struct node_set { /* in the order in which they came */
	int64_t *node;
	double *score;
	size_t count, size; /* places: by hash, size a power of two */
	size_t *place;	    /* index + 1 */
	struct arena *arena;
};

void node_set_init(struct node_set *s, struct arena *a, size_t most);
/* Its index; *born: it wasn't in it. (size_t)-1: it is full. */
size_t node_set_add(struct node_set *s, int64_t node, bool *born);

/* ---- search_tail.c ----
 *
 * What was said since the last bite stands in no index: these few journal rows are read and taken apart. While a file
 * from before search is being indexed they are many: then only some are read, those of Nodes that had been indexed,
 * and of the newest.
 */

#define TAIL_ROWS 512 /* of journals: more than two bites leave */

struct tail_word {
	const char *word;
	const char *idea; /* NULL: none, or nobody asks */
	struct tail_word *next;
};

struct tail {
	struct node_set nodes;
	struct tail_word *words[TAIL_ROWS]; /* of each Node */
	struct arena *arena;
	bool concepts;
};

/* concepts: they are asked for. */
int tail_read(struct sqlite_store *s, struct arena *a, bool concepts, struct tail *tail);
/* at: of the Node in tail->nodes. */
bool tail_has(const struct tail *tail, size_t at, const char *word, bool begins);
/* How many of a term's parts. */
size_t tail_has_parts(const struct tail *tail, size_t at, const struct find_term *t);
bool tail_has_concept(const struct tail *tail, size_t at, const char *wanted);
/* done and all; state->nodes is known. */
int tail_state(struct sqlite_store *s, struct find_state *state);

#endif
