/*
 * utf8: the little of UTF-8 that the core needs: is it valid, and where may it be cut.
 * Grapheme borders and case folding of titles are the adapters' (libutf8proc).
 */
#ifndef CORE_BASE_UTF8_H
#define CORE_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of the valid sequence at s (1..4), 0 if there is none within len. Surrogates, overlong forms
 * and values over U+10FFFF are invalid, as in RFC 3629. */
size_t utf8_sequence(const char *s, size_t len);

bool utf8_valid(const char *s, size_t len);

/* The largest n <= len at which s can be cut without splitting a sequence. */
size_t utf8_cut(const char *s, size_t len);

/* Code points in s[0..len); an invalid byte counts as one. Slack counts its limits like this. */
size_t utf8_length(const char *s, size_t len);

/* Bytes that the first `points` code points of s take (all of it if there are fewer). */
size_t utf8_bytes(const char *s, size_t len, size_t points);

#endif
