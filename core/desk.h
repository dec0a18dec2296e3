/*
 * desk: what one person has before them: their items and incidents, what is open, what is overdue. Neutral texts.
 */
#ifndef CORE_DESK_H
#define CORE_DESK_H

#include "core/outcome.h"

#define DESK_ITEMS 20

struct desk {			  /* strings: NULL, nothing of that */
	struct answer_row *items; /* theirs, the most urgent first: at most DESK_ITEMS */
	size_t n_items;
	const char *more_items;	 /* how many more */
	const char *overdue;	 /* of others */
	const char *mine, *open; /* incidents */
	bool may_declare;
};

#endif
