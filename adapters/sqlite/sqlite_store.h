/*
 * sqlite_store: Nodes in one SQLite file (core/store.h says what a store is).
 *
 * WAL, synchronous=FULL, STRICT tables, foreign keys, migrations by user_version, statements prepared
 * once. The writer holds flock(2) on FILE.lock for as long as it has the store open.
 */
#ifndef ADAPTERS_SQLITE_SQLITE_STORE_H
#define ADAPTERS_SQLITE_SQLITE_STORE_H

#include "core/store.h"

store_opener sqlite_store_open;
store_restorer sqlite_store_restore;

/* SQLite integrity, the schema, the counters, the journal chain of every Node and of all together, texts
 * against their digests, and replay of the journal against the tables. Prints findings, one a line; 0
 * all is well, 1 something is not, < 0. SQLITE_STORE_UNVERIFIED says what is not looked at. */
#define SQLITE_STORE_UNVERIFIED \
	"names of people and channels, remembered messages, stored answers, the outbox and posts"
int sqlite_store_verify(struct store *s, struct buf *findings);

/* A consistent copy into a new file (sqlite3_backup), while the bot runs. 0, or < 0 and why. */
int sqlite_store_backup(struct store *s, const char *to, struct buf *why);

int sqlite_store_health(struct store *s, struct arena *a, struct store_health *h);

/* What a JOB_READ may ask, outside of a job: for tests, which have the store open beside them. */
struct reads *sqlite_store_reads(struct store *s);

#endif
