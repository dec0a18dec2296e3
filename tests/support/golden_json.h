/*
 * golden_json: like golden_is(), for JSON: kept pretty-printed, so that a diff can be read.
 */
#ifndef TESTS_SUPPORT_GOLDEN_JSON_H
#define TESTS_SUPPORT_GOLDEN_JSON_H

#include <stdbool.h>

/* False also when json isn't JSON. */
bool golden_json_is(const char *name, const char *json);

#endif
