/*
 * find: what is looked for in the archive, as data: what a search says, what a Node has said, what sets a Node apart.
 * core/find/ has the functions; the store (rows.h) finds Nodes by it. Words are as core/find/words.h reads them:
 * letter case and accents aside.
 */
#ifndef CORE_FIND_H
#define CORE_FIND_H

#include "core/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What was typed between blanks, or in quotes. */
struct find_term {
	const char **parts; /* in order; all of them beside each other */
	size_t count;	    /* at least 1 */
	const char *
		whole; /* "api/v1/checkout": they were typed as one word; NULL: a single part, or quoted */
	bool begins;   /* of the last part only the beginning was typed */
	int64_t nodes; /* the store's: in about how many Nodes it is */
};

#define FIND_TERMS 12

struct find { /* a search */
	struct find_term terms[FIND_TERMS];
	size_t count;				/* 0: only the filters count */
	unsigned statuses, priorities, origins; /* bits of 1u << enum; 0: any */
	const char *service;			/* folded; NULL: any */
	const char *by, *by_name; /* who said it: a ref; or, until it is looked up, a name */
	int64_t since;		  /* declared then or later; 0: any time */
	int64_t page;		  /* from 1 */
};

/* A text of a Node as it counts today: nothing withdrawn, replaced or erased. */
struct passage {
	char letter; /* its handle's: HANDLE_TITLE, S, M, C, T, L, A, E, HANDLE_FILE, HANDLE_SERVICE */
	int64_t n;
	const char *text, *author, *permalink; /* author, permalink: may be NULL */
	int64_t at;			       /* when it was said; an entry: when it happened */
	enum marker marker;		       /* of an entry, while it counts; else MARKER_NONE */
};

/* All; or those that tell what a Node was: TELLING_MOST of each kind, the first ones, and of the entries as many from
 * the beginning of the timeline, as many from its end, and the newest that are marked. */
enum passages_of { PASSAGES_ALL, PASSAGES_TELLING };
#define TELLING_MOST 30

/* Which Nodes a walk is to keep: 1, 0, or < 0 a fault that ends it. */
struct find_wanted {
	int (*node)(void *arg, const struct head *h);
	void *arg;
};

/* How many Nodes there are, and how far the index of a file from before search is: done of all. What was said since
 * is found all the same. */
struct find_state {
	int64_t nodes;
	int64_t done, all; /* equal: it is complete */
};

/* A word that sets a Node apart. */
struct like_word {
	const char *idea; /* the concept (core/find/concepts.h) that it stands for */
	double weight;	  /* by where it stands */
	int64_t nodes;	  /* the store's: in about how many Nodes it is */
};

#define LIKE_WORDS 24

#endif
