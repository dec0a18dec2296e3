/*
 * secret: the words by which an erased text is known again when somebody brings it back: all of it, and
 * each word that looks like a password or a key. Both are compared as a reader sees them: white space,
 * punctuation at the ends, letter case and a tag in front make no difference.
 */
#ifndef CORE_SECRET_H
#define CORE_SECRET_H

#include "core/base/arena.h"

#include <stddef.h>

/* The next word of s that looks like a password or a key (a digit or a sign inside, or a very long one), without
 * the punctuation around it: its length, *word where it begins, *s behind it. 0: there is none. */
size_t secret_next(const char **s, const char **word);
/* The words of a neutral text, first all of it, into the arena; how many (at most `most`). None for a
 * text without words. */
size_t secrets_of(const char *text, struct arena *a, const char **words, size_t most);

#endif
