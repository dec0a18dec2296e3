/*
 * arena: memory that belongs to one thing (an envelope, a call, a command) and goes with it.
 *
 * Always true: what an arena gave stays where it is until arena_release; it is zeroed (but for
 * arena_bytes()) and aligned for any type. Running out of memory ends the process (alloc.h).
 */
#ifndef CORE_BASE_ARENA_H
#define CORE_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *last;
};

void arena_init(struct arena *a);
void arena_release(struct arena *a); /* frees everything; the arena can be used again */

void *arena_alloc(struct arena *a, size_t size);
void *arena_bytes(struct arena *a, size_t size);    /* not zeroed: for who fills it */
char *arena_strdup(struct arena *a, const char *s); /* NULL for NULL */
char *arena_strndup(struct arena *a, const char *s, size_t len);
/* Strings, none of them NULL, one behind the other. */
#define arena_join(a, ...) arena_join_all((a), (const char *const[]){ __VA_ARGS__, NULL })
char *arena_join_all(struct arena *a, const char *const *parts);
char *arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
