/*
 * copies: the files beside a store's database (a_store.h): copies of it, and what was there before.
 */
#ifndef TESTS_SUPPORT_COPIES_H
#define TESTS_SUPPORT_COPIES_H

#include "tests/support/a_store.h"

/* For cmocka: a store in which a Node lives, and who has declared it is known. */
int copies_setup(void **state);

/* A file beside the store's: "db" and this. It stands until the next call of either. */
const char *copies_beside(const struct a_store *s, const char *behind);
/* The one that is kept before the file is brought up to date. `number`: "" or "-2", of the same day. */
const char *copies_before(const struct a_store *s, const char *number);

int64_t copies_number(const char *file, const char *sql); /* one number out of it */

void copies_read(struct buf *b, const char *file); /* all that is in it; b is made here */
void copies_put(const char *file, const char *bytes, size_t len);
void copies_assert_same(const char *file, const struct buf *was);

#endif
