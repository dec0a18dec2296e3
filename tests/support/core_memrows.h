/*
 * core_memrows: Nodes in memory, for core's tests: a `struct rows` over a map (Node, table, row,
 * field) → value that is filled by applying effects and by nothing else, as the store is.
 *
 * It keeps a journal in the text form of effect.h, too, so that a test can replay it into an empty
 * map and compare. Everything lives until memrows_free().
 */
#ifndef TESTS_SUPPORT_CORE_MEMROWS_H
#define TESTS_SUPPORT_CORE_MEMROWS_H

#include "core/outcome.h"
#include "core/rows.h"

struct memrows;

struct memrows *memrows_new(void);
void memrows_free(struct memrows *m);
struct rows *memrows_rows(struct memrows *m);

/* Facts that are not a Node's. zone NULL: unknown. */
void memrows_person(struct memrows *m, const char *ref, const char *name, const char *zone,
		    enum rank rank);
/* They are this now; doubtful: as of before a gap. */
void memrows_person_is(struct memrows *m, const char *ref, enum rank rank, bool doubtful);
void memrows_member(struct memrows *m, const char *channel, const char *person);

/* What is remembered of a message, as it is now; the threads of short cards. */
void memrows_message(struct memrows *m, const struct message *msg);
void memrows_thread(struct memrows *m, const char *channel, const char *ts, const char *node);

/* Writes what an intent changes: numbers the new texts, checks each old value against what stands
 * there, journals, applies; erases texts. NULL, or what is wrong (a bug in core). */
const char *memrows_apply(struct memrows *m, const struct outcome *o, const struct intent *in);

/* Reads every journal into an empty map: NULL, or where it differs from this one. */
const char *memrows_replay(struct memrows *m);

/* Takes the last change of a Node back by its effects, in reverse; then the map must be what it was
 * before that change. NULL, or where it is not. The map is left as it was found. */
const char *memrows_undo(struct memrows *m, const char *node);

/* A channel with two open Nodes, spans open on closed Nodes, a capture alive without a source or
 * twice …: NULL, or what does not hold. */
const char *memrows_holds(struct memrows *m);

/* A cell in words ("-", "i5", "sOPEN", a text's body), for asserts; NULL if the row was never born.
 */
const char *memrows_cell(struct memrows *m, const char *node, const char *table, int64_t row,
			 const char *field);

/* The journal of a Node: effects of all its changes; the operation and basis of its last one: "undo
 * seq=3". */
const char *memrows_journal(struct memrows *m, const char *node);
const char *memrows_last_op(struct memrows *m, const char *node);
/* Does any text of the Node that is still kept have these words? */
bool memrows_keeps(struct memrows *m, const char *node, const char *words);

#endif
