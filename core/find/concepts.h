/*
 * concepts: what a word is about, for likeness: its stem, and of words that say the same in this trade one for all:
 * "expired certs" and "x509 error", "OOMKilled" and "out of memory". No model: two short tables.
 */
#ifndef CORE_FIND_CONCEPTS_H
#define CORE_FIND_CONCEPTS_H

#include "core/find/words.h"

#include <stdbool.h>

/* Of a folded word; NULL: it sets nothing apart ("the", "since", 17). *trade (may be NULL): it is a word of the
 * trade. */
const char *concept_of(const char *word, char idea[WORD_MOST + 8], bool *trade);

#endif
