#include "core/base/buf.h"

#include "core/base/alloc.h"
#include "core/base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 128

static char nothing[1] = "";

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .s = nothing, .max = max };
}

void buf_release(struct buf *b)
{
	if (b->cap)
		free(b->s);
	buf_init(b, b->max);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->cap)
		b->s[0] = '\0';
}

char *buf_detach(struct buf *b)
{
	char *s = b->cap ? b->s : alloc(1);

	buf_init(b, b->max);
	return s;
}

static void buf_reserve(struct buf *b, size_t len)
{
	size_t cap = b->cap ? b->cap : FIRST_CAP;

	if (len < b->cap)
		return;
	while (cap <= len)
		cap *= 2;
	b->s = alloc_more(b->cap ? b->s : NULL, cap, 1);
	b->cap = cap;
}

void buf_add_more(struct buf *b, const void *data, size_t len)
{
	if (b->full)
		return;
	if (len > b->max - b->len) {
		len = utf8_cut(data, b->max - b->len);
		b->full = true;
	}
	buf_reserve(b, b->len + len);
	if (len)
		memcpy(b->s + b->len, data, len);
	b->len += len;
	b->s[b->len] = '\0';
}

#define DIGITS_MOST 20 /* of an int64_t, with its sign */

void buf_addn(struct buf *b, int64_t n)
{
	char digits[DIGITS_MOST], *at = digits + DIGITS_MOST;
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do {
		*--at = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (n < 0)
		*--at = '-';
	buf_add(b, at, (size_t)(digits + DIGITS_MOST - at));
}

void buf_addx(struct buf *b, const void *bytes, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *p = bytes, *end = p + len;
	char some[64];
	size_t n;

	while (p < end) {
		for (n = 0; n < sizeof(some) && p < end; p++) {
			some[n++] = hex[*p >> 4];
			some[n++] = hex[*p & 15];
		}
		buf_add(b, some, n);
	}
}

void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	char small[256], *big;
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(small, sizeof(small), fmt, ap);
	if (len < 0) {
		b->full = true;
	} else if ((size_t)len < sizeof(small)) {
		buf_add(b, small, (size_t)len);
	} else {
		big = alloc_bytes((size_t)len + 1);
		vsnprintf(big, (size_t)len + 1, fmt, again);
		buf_add(b, big, (size_t)len);
		free(big);
	}
	va_end(again);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void buf_cut(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = utf8_cut(b->s, len);
	b->s[b->len] = '\0';
}
