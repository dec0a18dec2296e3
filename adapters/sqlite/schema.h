/*
 * schema: the tables of the file, as a list of migrations. Row i brings a file from user_version i
 * to i + 1; rows are only ever added at the end. The tables of a Node are those of core/effect.h,
 * field for field, each with (node, n) in front; a test compares them.
 */
#ifndef ADAPTERS_SQLITE_SCHEMA_H
#define ADAPTERS_SQLITE_SCHEMA_H

#include "adapters/sqlite/db.h"

/* Letters by what they hold (core/outbox.h, enum holds). The table of sayings says so; it stands here again because
 * SQLite takes an index's condition by the letter, and what a migration said stays said. A test compares the two. */
#define SCHEMA_WORDS \
	"'line', 'short-line', 'dm', 'offer', 'similar', 'given', 'remind'" \
	", 'remind-dm', 'digest'"
#define SCHEMA_DRAWINGS "'brief', 'file', 'short-report'"
#define SCHEMA_POSTS "'card', 'short', 'report'"

/* Letters that may go when they are old, and those that may go when they are very old: as long as
 * they are here, `redact` takes them back in Slack. Cards and reports stay: their keys name a
 * generation, and say for ever that it was posted. */
#define SCHEMA_LETTER_OVER \
	"state = 'sent' AND what NOT IN (" SCHEMA_POSTS ", " SCHEMA_WORDS ", " SCHEMA_DRAWINGS ")"
#define SCHEMA_LETTER_KEPT "state = 'sent' AND what IN (" SCHEMA_WORDS ", " SCHEMA_DRAWINGS ")"

/* Of a journal's row: it changed what was said, or took that back. As an index has it. */
#define SCHEMA_IS_EDIT "(op = 'edit' OR op = 'revise' OR op = 'undo')"

/* Posts that are behind their Nodes, as a table of post (a rowid) and since when; those that fell behind lately by their
 * list, a text (unshown.c). */
#define SCHEMA_POSTS_BEHIND(list) \
	"(SELECT rowid AS post, dirty_at AS since FROM post WHERE dirty_at > 0 UNION ALL" \
	" SELECT p.rowid, l.value ->> 2 FROM json_each(" list ") l JOIN post p" \
	" ON p.node = l.value ->> 0 AND p.what = l.value ->> 1 JOIN node n ON n.n = p.node" \
	" WHERE p.dirty_at <= 0 AND max(p.shown, -p.dirty_at) < n.seq)"

/* The version that this program writes. */
int schema_version(void);

/* The file's. *ours: it is a file of aliosbot's (an empty one counts). */
int schema_read(struct db *db, int *version, bool *ours);

/* Brings a file from `version` to schema_version(), in one transaction. */
int schema_migrate(struct db *db, int version);

#endif
