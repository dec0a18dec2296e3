#include "tests/support/core_arena.h"

struct arena arena;

int arena_begin(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

int arena_end(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}
