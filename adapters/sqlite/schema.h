/*
 * schema: the tables of the file, as a list of migrations. Row i brings a file from user_version i
 * to i + 1; rows are only ever added at the end. The tables of a Node are those of core/effect.h,
 * field for field, each with (node, n) in front; a test compares them.
 */
#ifndef ADAPTERS_SQLITE_SCHEMA_H
#define ADAPTERS_SQLITE_SCHEMA_H

#include "adapters/sqlite/db.h"

/* Letters that carry words of people's, and those that carry a Node as it was when they were sent.
 */
#define SCHEMA_WORDS "'line', 'short-line', 'dm', 'offer', 'similar'"
#define SCHEMA_RENDERINGS "'brief', 'file', 'short-report'"

/* Letters that may go when they are old, and those that may go when they are very old: as long as
 * they are here, `redact` takes them back in Slack. Cards and reports stay: their keys name a
 * generation, and say for ever that it was posted. In these very words, because SQLite takes an
 * index's condition by the letter. */
#define SCHEMA_LETTER_OVER \
	"state = 'sent' AND what NOT IN ('card', 'short', 'report', " SCHEMA_WORDS \
	", " SCHEMA_RENDERINGS ")"
#define SCHEMA_LETTER_KEPT "state = 'sent' AND what IN (" SCHEMA_WORDS ", " SCHEMA_RENDERINGS ")"

/* The version that this program writes. */
int schema_version(void);

/* The file's. *ours: it is a file of aliosbot's (an empty one counts). */
int schema_read(struct db *db, int *version, bool *ours);

/* Brings a file from `version` to schema_version(), in one transaction. */
int schema_migrate(struct db *db, int version);

#endif
