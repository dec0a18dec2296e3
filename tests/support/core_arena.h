/*
 * core_arena: an arena that lives as long as a test; for cmocka.
 */
#ifndef TESTS_SUPPORT_CORE_ARENA_H
#define TESTS_SUPPORT_CORE_ARENA_H

#include "core/base/arena.h"

extern struct arena arena;

int arena_begin(void **state);
int arena_end(void **state);

#endif
