/*
 * scan: the small readers that when.c and line.c share: white space, words of a list, numbers.
 * Letter case is ASCII's: the words of the grammar are.
 */
#ifndef CORE_BASE_SCAN_H
#define CORE_BASE_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the one white space character at s, 0 if there is none. Phones put U+202F before "PM" and
 * U+00A0 behind names, so Unicode's spaces count. s is NUL-terminated. */
size_t scan_space(const char *s);
size_t scan_spaces(const char *s); /* bytes of all white space at s */
size_t scan_blanks(const char *s); /* the same, up to the end of the line */

/* Bytes of the one dash at s, 0 if there is none: "-", and whatever phones and word processors make of it
 * (hyphens, en and em dashes, the minus sign, the small and the wide one). */
size_t scan_dash(const char *s);
size_t scan_dashes(const char *s); /* bytes of all dashes at s */

/* Bytes of the one colon at s, 0 if there is none: ":", the wide one of East Asian keyboards, the ratio sign. */
size_t scan_colon(const char *s);

/* Bytes of the one character at s that nobody sees (zero-width spaces and joiners, marks of direction, soft
 * hyphens), 0 if there is none. */
size_t scan_invisible(const char *s);

bool scan_is(const char *s, size_t len, const char *word);     /* letter case ignored */
bool scan_listed(const char *list, const char *s, size_t len); /* one of "from by for"? */

/* A decimal of min to max digits (max <= 18; wide ones too), no more of them behind it: moves *at and sets *value. */
bool scan_number(const char **at, int min, int max, int64_t *value);

/* How far a typed word is from one of ours: single keystrokes (a letter missing, extra, wrong, or two
 * swapped), 1 for its beginning of three letters or more; SCAN_FAR for more than two, or for two in a
 * word under five letters: with two keystrokes any short word becomes any other. */
#define SCAN_FAR 3
#define SCAN_WORD_MAX 31
int scan_near(const char *s, size_t len, const char *word, size_t word_len);

#endif
