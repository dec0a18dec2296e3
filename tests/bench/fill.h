/*
 * fill: databases of ours that have much in them already. What is stored comes in by the store's
 * own seam, so `aliosbot verify` accepts it; what would have to be said to Slack about it counts as
 * said.
 */
#ifndef TESTS_BENCH_FILL_H
#define TESTS_BENCH_FILL_H

/* Our own store of that file, made if it isn't there. */
struct store *fill_open(const char *path);

/* A database at path with so many Nodes, each declared, with one note, and ended. */
void fill_nodes(const char *path, int nodes);
/* So many notes on INCIDENT-number of the database at path. */
void fill_entries(const char *path, int node, int entries);

/* The same with a database of incidents as they are told: `nodes` of them, each with title, summary, cause and nine
 * notes, of words as rare and as common as in real ones (words.c); resolved and indexed. Adds to what is there; `from`
 * and `nodes` are multiples of 1,000. 1,001 are told line by line, and all others have the rows of those behind the
 * first, with words of their own: no journal that `verify` would accept. */
void fill_archive(const char *path, int from, int nodes);

/* ---- words.c: what is said in incidents ---- */

struct words {
	unsigned long long state; /* of chance; the same each time */
};
/* So many words, with blanks between: common ones often, host names and numbers of requests once or twice. */
void words_say(struct words *w, char *out, size_t size, int count);
/* One word that many have, one that some have. */
const char *words_common(void);
const char *words_some(struct words *w);

#endif
