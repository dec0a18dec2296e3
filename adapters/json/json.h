/*
 * json: cJSON behind a strict door. No tree leaves the adapters.
 *
 * Reading refuses: bytes behind the value, what JSON's grammar doesn't have, depth over 64 (cJSON's own limit is
 * 1000). In a string, what is no character (half a surrogate pair, \u0000, bytes that aren't UTF-8) is read as
 * U+FFFD: the rest counts.
 * Picking is by path with a type: a wrong type is absent. Writing is cJSON's printer, compact.
 */
#ifndef ADAPTERS_JSON_JSON_H
#define ADAPTERS_JSON_JSON_H

#include "core/base/arena.h"
#include "core/base/buf.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH 64

/* NULL if it isn't JSON to the letter; why (may be NULL) says where. Free with cJSON_Delete. */
cJSON *json_read(const char *s, size_t len, const char **why);
/* The same; *why without the place, which is *at, in bytes. */
cJSON *json_read_at(const char *s, size_t len, const char **why, size_t *at);
/* The same for what is read and goes with its arena: const, for there is nothing to free, and nothing may be changed. */
const cJSON *json_read_in(struct arena *a, const char *s, size_t len);

/* Paths: "payload.event.item.ts", "actions[0].value". NULL / default when absent or of another type.
 * j may be NULL. Strings are borrowed from the tree. */
const cJSON *json_at(const cJSON *j, const char *path);
const char *json_str(const cJSON *j, const char *path);
int64_t json_int(const cJSON *j, const char *path,
		 int64_t absent);		  /* numbers, and strings of digits */
bool json_true(const cJSON *j, const char *path); /* true, "true", 1 */

/* Compact print into b. */
void json_print(struct buf *b, const cJSON *j);

#endif
