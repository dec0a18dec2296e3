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

/* Values of such documents; what is absent (NULL, 0) is null. Texts are readable. */
struct cJSON;
void json_put_string(struct cJSON *o, const char *key, const char *s);
void json_put_time(struct cJSON *o, const char *key, int64_t ms);
void json_put_text(struct cJSON *o, const char *key, const char *text, struct names *names);
/* {"id":"U1","name":"Sarah"}; ref NULL: null. */
void json_put_person(struct cJSON *o, const char *key, const char *ref, struct names *names);

#endif
