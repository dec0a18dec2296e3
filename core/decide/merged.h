/*
 * merged: a Node that was merged, and the one where it lives on.
 *
 * Always true: what is said of the old one goes to the other, unless it names a piece of the old one; and a piece and
 * its copies are changed together, whichever is named, until the old one is reopened.
 */
#ifndef CORE_DECIDE_MERGED_H
#define CORE_DECIDE_MERGED_H

#include "core/decide/decide_common.h"

#include "core/show/show.h"

/* Where a merged Node lives on: 1, 0: nowhere, < 0. */
int merged_target(struct deed *d, const struct head *from, struct head *into);
/* May sections and timeline be written, of a merged Node where it lives on? 1, 0, < 0. */
int node_writable(struct deed *d, const struct head *h);
/* The line found the merged Node *h: the one that it is about takes its place. 1; 0: that was answered; < 0. */
int merged_line(struct deed *d, struct head *h);
/* Says where a line went that was said of a merged Node. */
void merged_answer(struct deed *d);
/* What was decided for pieces is done to their copies and originals, too. 0, < 0. */
int merged_mirror(struct deed *d);
/* `reopen` of a merged Node: the other one hears of it. */
int merged_part(struct deed *d, const struct head *into);

/* Counterparts of a piece: the copies of "E7" of a merged Node, the original of a copy; in *at (arena): how many, < 0. */
struct counterpart {
	struct head node;
	struct handle at;
};
#define COUNTERPARTS_MOST 2
int counterparts(struct deed *d, const struct head *h, const char *piece, struct counterpart *at);

#endif
