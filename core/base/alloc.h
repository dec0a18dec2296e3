/*
 * alloc: memory that is there. What the system refuses ends the process with one line (alloc_failed): a daemon that has
 * promised not to lose anything is better gone and started anew than going on with half of what it was told.
 *
 * Nobody else in core/, adapters/ and bot/ calls malloc and its like (tests/support/check-folders); all of it, and what
 * a library hands over, is given back by free().
 */
#ifndef CORE_BASE_ALLOC_H
#define CORE_BASE_ALLOC_H

#include <stddef.h>

_Noreturn void alloc_failed(void); /* for those who get memory from a library and were given none */

void *alloc(size_t size);	/* zeroed */
void *alloc_bytes(size_t size); /* as it comes */
void *alloc_more(void *p, size_t count,
		 size_t size);	   /* p, NULL or from here, grown to count * size bytes */
char *alloc_strdup(const char *s); /* NULL for NULL */
char *alloc_strndup(const char *s, size_t len); /* at most len bytes of s */

#endif
