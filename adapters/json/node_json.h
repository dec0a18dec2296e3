/*
 * node_json: a Node as JSON, format "aliosbot.node/1" (product.md section 8). Names are stable.
 * Needs VIEW_FULL. journal.rows is not part of it (export's).
 */
#ifndef ADAPTERS_JSON_NODE_JSON_H
#define ADAPTERS_JSON_NODE_JSON_H

#include "core/view.h"

#include <cjson/cJSON.h>

/* Free with cJSON_Delete. */
cJSON *node_json_tree(const struct view *v);
void node_json(struct buf *out, const struct view *v);
/* For `list --json`: id, title, priority, status, captain, private, channel, declared_at, closed_at. */
void head_json(struct buf *out, const struct head *h, struct names *names);

#endif
