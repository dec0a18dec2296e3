#include "core/base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void alloc_failed(void)
{
	fputs("aliosbot: out of memory; stopping, so that a restart can go on from the disk\n",
	      stderr);
	abort();
}

static void *checked(void *p)
{
	if (!p)
		alloc_failed();
	return p;
}

void *alloc(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

void *alloc_bytes(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *alloc_more(void *p, size_t count, size_t size)
{
	return checked(reallocarray(p, count ? count : 1, size));
}

char *alloc_strdup(const char *s)
{
	return s ? checked(strdup(s)) : NULL;
}

char *alloc_strndup(const char *s, size_t len)
{
	return checked(strndup(s, len));
}
