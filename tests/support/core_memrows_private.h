/*
 * core_memrows_private: the map, for core_memrows.c (which fills it) and core_memrows_rows.c (which
 * reads it as `struct rows`).
 */
#ifndef TESTS_SUPPORT_CORE_MEMROWS_PRIVATE_H
#define TESTS_SUPPORT_CORE_MEMROWS_PRIVATE_H

#include "tests/support/core_memrows.h"

#define FIELDS 32 /* more than any table has */
#define MAX_NODES 400
#define MAX_FACTS 100
#define MAX_MESSAGES 4000
#define MAX_ERASED 4000

struct mem_row {
	bool born;
	struct value v[FIELDS];
};

struct mem_change { /* a row of the journal: effects are journal[from..to) */
	const char *who, *op, *basis;
	int64_t at;
	size_t from, to;
};

struct mem_node {
	const char *id;
	struct mem_row *rows[TABLES];
	int64_t count[TABLES]; /* highest row */
	const char **texts;    /* body of text i at [i - 1] */
	int64_t n_texts;
	struct buf journal;
	size_t last; /* where its last change begins */
	int64_t seq;
	struct mem_change *changes; /* change i at [i - 1], seq of them */
};

struct memrows {
	struct rows rows; /* first: what core holds is what we are */
	struct arena arena;
	struct mem_node nodes[MAX_NODES];
	int count;
	struct person people[MAX_FACTS];
	int n_people;
	struct {
		const char *channel, *person;
	} members[MAX_FACTS];
	int n_members;
	struct message messages[MAX_MESSAGES];
	int n_messages;
	struct {
		const char *channel, *ts, *node;
	} threads[MAX_FACTS];
	int n_threads;
	struct mem_erased {
		const char *channel, *ts, *text, *since; /* text NULL: was erased before */
		bool whole;
	} erased[MAX_ERASED];
	int n_erased;
};

struct mem_node *mem_node(struct memrows *m, const char *id); /* NULL: there is none */
struct mem_row *mem_row(const struct mem_node *n, enum table t, int64_t row); /* NULL: not born */
const struct value *mem_cell(const struct mem_node *n, enum table t, int64_t row,
			     const char *field);
int64_t mem_int(const struct mem_node *n, enum table t, int64_t row, const char *field);
const char *mem_string(const struct mem_node *n, enum table t, int64_t row, const char *field);
void mem_head(const struct mem_node *n, struct head *h);
bool mem_open_in(const struct head *h, const char *channel);

/* Effects of change `seq`, into the arena; how many. */
size_t mem_effects(const struct mem_node *n, int64_t seq, struct arena *a, struct effect **e);

/* Sets m->rows; those about captures and the journal are core_memrows_past.c. */
void memrows_readers(struct memrows *m);
void memrows_past_readers(struct memrows *m);
void memrows_find_readers(struct memrows *m); /* core_memrows_find.c */

#endif
