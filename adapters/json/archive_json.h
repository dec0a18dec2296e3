/*
 * archive_json: what search and similar find, as JSON (product.md section 8). Names are stable.
 */
#ifndef ADAPTERS_JSON_ARCHIVE_JSON_H
#define ADAPTERS_JSON_ARCHIVE_JSON_H

#include "core/find/archive.h"

/* One array, best first. */
void search_json(struct buf *out, const struct archive_page *p, struct names *names);
void similar_json(struct buf *out, const struct relative *r, int count, struct names *names);

#endif
