/*
 * todo: open items over all Nodes that somebody may see: those whose day is over for their owner first, then by date,
 * those without a date last. By the rows of the store, and for whoever `wanted` lets see: in Slack and on the shell alike.
 */
#ifndef CORE_FIND_TODO_H
#define CORE_FIND_TODO_H

#include "core/base/arena.h"
#include "core/rows.h"

#define TODO_PAGE 10
/* Items that are looked through where some may be hidden from who asks. */
#define TODO_LOOKED 2000

struct todo_wanted {
	struct todo_asked asked; /* whose; its `from` counts nothing */
	struct find_wanted seen;
	int64_t from; /* so many of those seen are left out */
	int most;
	bool uncounted; /* how many there are isn't asked */
	bool member;	/* nothing but private Nodes may be hidden from them */
	struct zones *zones;
	int64_t now_ms;
};

struct todo_list {
	struct todo *items;
	size_t count;
	int64_t all; /* how many there are that they may see; of more than TODO_LOOKED at least so many */
};

/* 0, < 0. */
int todo_look(struct rows *r, const struct todo_wanted *w, struct arena *a, struct todo_list *out);
/* All that there are, of Nodes that all can be seen (the shell): `from` and `most` are ignored. 0, < 0. */
int todo_look_all(struct rows *r, const struct todo_wanted *w, struct arena *a,
		  struct todo_list *out);

#endif
