/*
 * decide: one intent on its way through the core.
 *
 *     intent + rows ──→ decide() ──→ outcome { changes, sayings, answer }
 *
 * Nothing here does anything: the store runs decide() inside its transaction, writes the changes and the
 * sayings, and hands the answer back when it is on disk.
 */
#ifndef CORE_DECIDE_DECIDE_H
#define CORE_DECIDE_DECIDE_H

#include "core/desk.h"
#include "core/outcome.h"
#include "core/rows.h"
#include "core/settings.h"

#include <stddef.h>

/* For forms, which show Nodes before anything is said about them. What somebody asking from `channel` (NULL: a
 * DM) may see: the Node of this id, 1, 0, < 0; open Nodes, newest first: how many, < 0. */
int deed_node_seen(struct rows *r, const char *who, const char *channel, const char *id,
		   struct arena *a, struct head *h);
int deed_nodes_seen(struct rows *r, const char *who, const char *channel, struct arena *a,
		    struct head **h);
/* What services were called that they may know of, the newest first; how many, < 0. */
int deed_services_seen(struct rows *r, const char *who, const char *channel, struct arena *a,
		       const char **names, int most);

/* What one person has before them, as they may see it where nobody else reads it. 0, < 0. */
int deed_desk(struct rows *r, struct zones *zones, const char *who, int64_t now_ms, struct arena *a,
	      struct desk *out);

/* Runs one intent. 0, or < 0 a fault of the rows (the outcome is then worthless). The outcome's strings
 * live in the arena or in the intent. */
int decide(const struct intent *in, const struct settings *set, struct rows *rows,
	   struct zones *zones, struct arena *a, struct outcome *out);

#endif
