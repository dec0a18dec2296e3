/*
 * import: a document of export_json, or one that somebody wrote by hand, on its way into a store (JOB_IMPORT).
 *
 * With a journal it is taken in as its journal says, and then written once more, in the same transaction: what the
 * document says must be what comes out, or nothing of it stays. Without one it becomes new rows of one change.
 * Names that it doesn't know are passed over; a value of a wrong type is refused. A refusal says line and field.
 */
#ifndef ADAPTERS_EXPORT_IMPORT_H
#define ADAPTERS_EXPORT_IMPORT_H

#include "core/store.h"

/* Bytes of one document, at most: a few minutes' work of a store, and far more than any incident has. */
#define IMPORT_MAX ((size_t)256 << 20)

struct import_piece { /* a document in a file */
	const char *s;
	size_t len;
	int64_t line; /* on which it begins, from 1 */
};

/* The next of a file that may hold several, one behind the other; false: there is none. `piece` is the one before,
 * or begins as { .s = the file, .len = 0, .line = 1 }. What can't be told apart is one piece to the file's end. */
bool import_next(struct import_piece *piece, const char *end);

struct import_by {
	const char *user; /* ref of who imports */
	const char *team; /* the workspace whose members' IDs may be in it; NULL: none is known */
	int64_t now_ms;
};

/* NULL: it can't be imported, and why says it. The piece must stay until the job is freed, by import_free(). */
struct job *import_job(const struct import_piece *piece, const struct import_by *by,
		       struct buf *why);
void import_free(struct job *job);

enum imported { IMPORT_DONE, IMPORT_THERE, IMPORT_REFUSED, IMPORT_FAULT };
/* What became of it; out: a sentence. problem: store_problem(). */
enum imported import_outcome(const struct job *job, const char *problem, struct buf *out);

#endif
