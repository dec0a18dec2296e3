#include "core/base/arena.h"

#include "core/base/alloc.h"
#include "core/base/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BLOCK 960 /* what most need in all; malloc keeps pieces of up to 1 KiB at hand */
#define BLOCK 4096

struct arena_block {
	struct arena_block *before;
	size_t used, size;
	_Alignas(max_align_t) char data[];
};

void arena_init(struct arena *a)
{
	a->last = NULL;
}

void arena_release(struct arena *a)
{
	struct arena_block *b = a->last, *before;

	for (; b; b = before) {
		before = b->before;
		free(b);
	}
	a->last = NULL;
}

void *arena_bytes(struct arena *a, size_t size)
{
	struct arena_block *b = a->last;
	size_t room;
	void *p;

	if (size > SIZE_MAX / 2)
		alloc_failed();
	size = (size + _Alignof(max_align_t) - 1) & ~(_Alignof(max_align_t) - 1);
	if (!b || b->size - b->used < size) {
		room = b ? BLOCK : FIRST_BLOCK;
		room = size > room ? size : room;
		b = alloc_bytes(sizeof(*b) + room);
		b->used = 0;
		b->size = room;
		b->before = a->last;
		a->last = b;
	}
	p = b->data + b->used;
	b->used += size;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(arena_bytes(a, size), 0, size);
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *p = arena_bytes(a, len + 1);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	char some[256], *p;
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(some, sizeof(some), fmt, ap);
	va_end(ap);
	if (len < 0)
		alloc_failed();
	if ((size_t)len < sizeof(some))
		return arena_strndup(a, some, (size_t)len);
	p = arena_bytes(a, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return p;
}

char *arena_join_all(struct arena *a, const char *const *parts)
{
	size_t len = 0;
	char *all, *at;

	for (const char *const *p = parts; *p; p++)
		len += strlen(*p);
	all = at = arena_bytes(a, len + 1);
	*at = '\0';
	for (; *parts; parts++)
		at = stpcpy(at, *parts);
	return all;
}
