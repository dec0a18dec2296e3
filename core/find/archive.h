/*
 * archive: the two questions to what was learned: where was this said, and what was like this. By the rows of the
 * store, and for whoever `wanted` lets see: on the Slack side and on the shell alike.
 */
#ifndef CORE_FIND_ARCHIVE_H
#define CORE_FIND_ARCHIVE_H

#include "core/find/like.h"
#include "core/find/search.h"
#include "core/rows.h"

#define ARCHIVE_PAGE 10
#define ARCHIVE_MOST 200 /* results in all; who needs more needs another word */

struct found { /* one result a Node */
	struct head head;
	struct look look;
	struct passage *p;
	size_t count;
	const char *cause; /* NULL: not said */
};

struct archive_page {
	struct found *found;
	size_t count;
	int64_t page; /* the last one there is, if more was asked for */
	bool more;
	struct find_state state;
};

/* Who `by:` names goes into f->by. How many are called so, 1 if nobody was named, < 0. */
int archive_by(struct rows *r, struct find *f, struct arena *a);
/* The page that f->page says; archive_by() was asked. 0, < 0. */
int archive_search(struct rows *r, struct find *f, const struct find_wanted *wanted,
		   struct arena *a, struct archive_page *out);

#define RELATIVES 3

struct relative {
	struct head head;
	struct likeness like;
	const char *cause;	   /* NULL: not said */
	const struct passage *fix; /* the entry that is marked mitigated, else resolved; NULL */
	struct item *open;	   /* prevention items that aren't done */
	size_t n_open;
	double share_before; /* of what it said before */
	bool before;	     /* by that it would be one of them as well */
};

/* Earlier Nodes like the one that says this, but for `self` (an id, "": none), the best first: how many of RELATIVES,
 * < 0. Neither cancelled nor merged ones. The first `old` passages it said before. */
int archive_similar(struct rows *r, const struct passage *p, size_t count, size_t old,
		    const char *self, const struct find_wanted *wanted, struct arena *a,
		    struct relative *out);

#endif
