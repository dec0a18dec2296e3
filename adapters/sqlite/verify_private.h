/*
 * verify_private: what verify.c and verify_file.c share.
 */
#ifndef ADAPTERS_SQLITE_VERIFY_PRIVATE_H
#define ADAPTERS_SQLITE_VERIFY_PRIVATE_H

#include "adapters/sqlite/sqlite_private.h"

struct check {
	struct sqlite_store *s;
	struct db *db;
	struct db again; /* in memory: the schema, and the Node that the journal gives */
	struct buf *findings;
	int found;
	int64_t node;	/* the Node's row in db */
	const char *id; /* NULL: none in particular */
};

void finding(struct check *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The file as a whole: SQLite's checks, the schema, the counters, and that no Node is missing. 0, or
 * the fault that ended it. */
int verify_file(struct check *c);
/* Each text of the Node against its digest, and those that were erased against the journal. The same. */
int verify_texts(struct check *c);

/* The index of words against the texts (verify_words.c). */
int verify_words(struct check *c);

#endif
