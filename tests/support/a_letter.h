/*
 * a_letter: what the courier does with the letters of a store (a_store.h), one step at a time.
 */
#ifndef TESTS_SUPPORT_A_LETTER_H
#define TESTS_SUPPORT_A_LETTER_H

#include "tests/support/a_store.h"

/* The head of a lane, or a letter with id 0. */
struct letter a_letter_first(struct a_store *s, struct arena *a, const char *lane);

/* A JOB_RESULT to add to. */
struct job *a_letter_result(int64_t letter, enum letter_state state);

/* Runs it, fails the test on a fault, and frees it. */
void a_letter_ended(struct a_store *s, struct job *job);

#endif
