/*
 * counts_json: what is still to be done, and what became of incidents in numbers, as JSON (product.md section 8). Names are
 * stable.
 */
#ifndef ADAPTERS_JSON_COUNTS_JSON_H
#define ADAPTERS_JSON_COUNTS_JSON_H

#include "core/find/todo.h"
#include "core/show/statistics.h"

/* One array, most urgent first. */
void todo_json(struct buf *out, const struct todo_list *l, struct names *names);
/* One object. */
void statistics_json(struct buf *out, const struct statistics *s);

#endif
