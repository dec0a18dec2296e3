/*
 * replay: a journal's rows once more into a database, by the code that wrote them (apply.c). verify.c replays into
 * an empty one and compares; transfer_in.c takes a Node in so.
 */
#ifndef ADAPTERS_SQLITE_REPLAY_H
#define ADAPTERS_SQLITE_REPLAY_H

#include "adapters/sqlite/sqlite_private.h"

struct journal_row {
	int64_t seq, at;
	const char *who, *source, *op, *basis, *effects;
	bool odd; /* of what the program never writes, and the digest doesn't see */
	unsigned char digest[DIGEST_SIZE];
};

/* Is its digest the one that it should have behind `before`? That becomes it. */
bool replay_chained(struct digest *d, const char *id, const struct journal_row *row,
		    unsigned char before[DIGEST_SIZE]);

/* The effects of a row; texts are known by their digests only. 1: applied; 0: it doesn't fit what stands there, or
 * can't be read; < 0 a fault. Then `why` says it, beginning with what the row does: "changes entry 7, …". */
int replay_row(struct ledger *l, const struct journal_row *row, struct buf *why);

#endif
