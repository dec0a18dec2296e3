/*
 * buf: a growing string that is born with its maximum.
 *
 * Always true: s is NUL-terminated (also when empty), len <= max, and nothing is ever added past max;
 * what did not fit is left out at a UTF-8 boundary and `full` is set, so a caller can say so.
 * Memory that the system refuses ends the process (alloc.h): a daemon that has promised not to lose
 * anything restarts better than it limps.
 */
#ifndef CORE_BASE_BUF_H
#define CORE_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
	char *s;    /* owned; "" before the first add */
	size_t len; /* bytes, without the NUL */
	size_t cap; /* bytes allocated, 0 before the first add */
	size_t max; /* bytes it may ever hold, without the NUL */
	bool full;  /* something did not fit */
};

/* A maximum for texts whose size is bounded elsewhere already (1 MiB). */
#define BUF_ROOMY ((size_t)1 << 20)

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* frees; the buf can be used again, with the same max */
void buf_reset(struct buf *b);	 /* empties, keeps the memory */
char *buf_detach(struct buf *b); /* the string, now the caller's (free()); b is empty again */

/* buf_add(), which does itself what fits, as most does; the other grows, or cuts at max. Nothing may be NULL. */
void buf_add_more(struct buf *b, const void *data, size_t len);
static inline void buf_add(struct buf *b, const void *data, size_t len)
{
	if (!len || b->full || len >= b->cap - b->len || len > b->max - b->len) {
		buf_add_more(b, data, len);
		return;
	}
	memcpy(b->s + b->len, data, len);
	b->len += len;
	b->s[b->len] = '\0';
}
static inline void buf_adds(struct buf *b, const char *s)
{
	if (s)
		buf_add(b, s, strlen(s));
}
static inline void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_addn(struct buf *b, int64_t n); /* as "%" PRId64 does, in a tenth of the time */
void buf_addx(struct buf *b, const void *bytes, size_t len); /* two lower case hex digits a byte */
void buf_vaddf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void buf_cut(struct buf *b, size_t len); /* shorten to len bytes or less, at a UTF-8 boundary */

#endif
