/*
 * effect: the smallest change to a Node: table, row, field, old → new. What a decision gives back, what
 * the store writes, what the journal keeps and what replay applies again, deciding nothing.
 *
 * The tables of a Node and their fields, all of them; the store's schema and this list are compared by a
 * test. Row is the number within the Node (E7 is row 7 of `entry`); `node` has the one row 1.
 * Kinds: I integer (bool 0/1, UTC ms), S string of ours or a foreign id, T text of people.
 *
 *  node    title T · captain S · priority S · status S · before_merge S · origin S · private I ·
 *          channel S · channel_name S · own_channel I · asked_in S · declared_at I · declared_by S · closed_at I ·
 *          status_at I · update_at I · merged_into S · report I · report_void I · drill I ·
 *          remind_off I · update_from I    (since when an update is waited for: priority, reopening; null: declared_at) ·
 *          update_said I · update_snoozed I · captain_said I · captain_snoozed I · postmortem_said I ·
 *          postmortem_snoozed I      (when we last reminded of it, and until when not to: due.h)
 *  entry   at I · recorded_at I · author S · recorder S · source S · channel S · ts S · permalink S · text T ·
 *          marker S · withdrawn I · deleted I · copy_of S     (of a merged Node's piece: "INCIDENT-2026-041 E7")
 *  summary, impact, root_cause, trigger, lesson
 *          text T · author S · at I · source S · gone I · channel S · ts S · permalink S
 *  item    type S · state S · text T · owner S · due S · author S · why T · created_at I · done_at I ·
 *          source S · withdrawn I · channel S · ts S · permalink S · copy_of S ·
 *          reminded_at I · snoozed_until I
 *  marker  marker S · at I · entry I · state S ("live", "aside", "withdrawn")
 *  role    role S · person S · gone I
 *  link    url T · handle S          (one for each URL in a text; the same URL may stand several times)
 *  file    entry I · name T · type S · permalink S
 *  span    channel S · from_at I · to_at I      (where the Node was open, and when; to_at null: still)
 *  capture kind S · channel S · ts S · piece S · alive I · own_text I · deleted I · edited S
 *  source  capture I · source S · person S · on I · beaten I · event_ts S
 *  service name T · gone I
 *  merged  id S · at I · gone I     (Nodes that were merged into this one; gone: reopened since)
 * `ts` is a message's id, `edited` and `event_ts` are stamps (capture.h): a field keeps the name it was written down by.
 *
 * Counters (n_entry …) follow from the highest row and are the store's to keep.
 *
 * A row is born by effect_born(), then its fields are set. A field that is not set is null (for I: null
 * reads as 0). Old values are given by whoever sets, so that undo is the list backwards.
 */
#ifndef CORE_EFFECT_H
#define CORE_EFFECT_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/node.h"

#include <stdbool.h>
#include <stdint.h>

enum table {
	TABLE_NODE,
	TABLE_ENTRY,
	TABLE_SUMMARY, /* + enum section gives the five paragraph tables, in that order */
	TABLE_IMPACT,
	TABLE_CAUSE,
	TABLE_TRIGGER,
	TABLE_LESSON,
	TABLE_ITEM,
	TABLE_MARKER,
	TABLE_ROLE,
	TABLE_LINK,
	TABLE_FILE,
	TABLE_SPAN,
	TABLE_CAPTURE,
	TABLE_SOURCE,
	TABLE_SERVICE,
	TABLE_MERGED,
	TABLES
};

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_STRING, VALUE_TEXT };

#define DIGEST_SIZE 32
#define SALT_SIZE 16 /* of a text: what its digest begins with */

struct value {
	enum value_kind kind;
	int64_t i;     /* INT; TEXT: the text's number within the Node, 0 = new, not yet stored */
	const char *s; /* STRING; TEXT: its body (NULL when read from a journal row, or erased) */
	unsigned char digest[DIGEST_SIZE]; /* TEXT with i > 0: SHA-256(salt, body) */
};

struct effect {
	enum table table;
	int64_t row;
	const char *field; /* NULL: the row is born */
	struct value old, new_;
};

struct field {
	const char *name;
	enum value_kind kind;
};

/* The list above as data. fields end with a NULL name. */
const char *table_name(enum table t);
int table_from(const char *name, size_t len); /* -1 unknown */
const struct field *table_fields(enum table t);
const struct field *table_field(enum table t, const char *name, size_t len); /* NULL unknown */

/* A change: what one intent does to one Node; one row of its journal. */
struct change {
	const char *node;  /* id */
	const char *op;	   /* label for readers: "note", "status", "captain" … [a-z_-]+ */
	const char *basis; /* facts used that are not in the Node: "zone=Europe/Berlin", NULL */
	struct effect *effects;
	size_t count, room;
	struct arena *arena; /* where effects and strings live */
	struct change *next;
};

static inline struct value v_null(void)
{
	return (struct value){ .kind = VALUE_NULL };
}
static inline struct value v_int(int64_t i)
{
	return (struct value){ .kind = VALUE_INT, .i = i };
}
static inline struct value v_str(const char *s)
{
	return (struct value){ .kind = s ? VALUE_STRING : VALUE_NULL, .s = s };
}
static inline struct value v_text(const char *s) /* a new text */
{
	return (struct value){ .kind = s ? VALUE_TEXT : VALUE_NULL, .s = s };
}
/* An old text whose number the core doesn't know: the store fills in what stands there. */
#define V_WHATEVER ((struct value){ .kind = VALUE_TEXT, .i = -1 })

void effect_born(struct change *c, enum table t, int64_t row);
/* Copies strings into the change's arena. Setting a field to what it is already adds nothing (texts are
 * always set; 0 in an I field is null, and journaled as null). BUG (abort) if the table has no such
 * field: names come from our own code. */
void effect_set(struct change *c, enum table t, int64_t row, const char *field, struct value old,
		struct value new_);

/*
 * The journal's text form of a change's effects, one line each, ended by \n; it is what is stored,
 * digested, exported:
 *
 *     +entry 7
 *     entry 7 at - i1763906700000
 *     entry 7 author - sT1/U1
 *     entry 7 text - t12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
 *     node 1 status sOPEN sIDENTIFIED
 *
 * Values: "-" null, i<decimal>, s<string, with \\ \n and space written \\ \n \s>, t<number>:<digest, hex>.
 * Every TEXT must have its number and digest by then.
 */
void effects_write(struct buf *out, const struct effect *effects, size_t count);

/* Reads one line; *at moves behind it. 1: read, 0: end, -1: not such a line. Strings into the arena. */
int effect_read(const char **at, struct arena *a, struct effect *e);

/*
 * The bytes that a journal row's digest covers, after the previous row's digest:
 *     ID SP SEQ SP AT SP WHO SP SOURCE SP OP SP BASIS \n effects
 * BASIS is "-" when NULL, written like an s value without the s. The store computes
 * SHA-256(previous digest (32 zero bytes for the first row) || these bytes).
 */
void journal_row_write(struct buf *out, const char *id, int64_t seq, int64_t at, const char *who,
		       const char *source, const char *op, const char *basis, const char *effects);

#endif
