#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

#define APPLICATION_ID 0x414c696f /* "ALio", so that file(1) and we know whose file it is */

/*
 * T fields hold the text's number within the Node; texts live once, in `text`. What every change adds to
 * (texts, journal, entries) lies in its primary key, a Node's rows side by side: a row that is born is one page to
 * be written. Where a column is called ts it holds a message's id, where event_ts or edited a stamp: journals name their
 * fields so for ever. Partial indexes answer "which are live,
 * open, waiting" without walking over what is settled: a card costs the same on a Node with ten
 * entries or ten thousand.
 */
/* Letters by what they held when version 2 was new: what a migration said stays said. */
#define LETTER_WORDS_2 "'line', 'short-line', 'dm', 'offer'"
#define LETTER_WORDS_5 LETTER_WORDS_2 ", 'similar', 'given'"
#define LETTER_DRAWINGS_2 "'brief', 'file', 'short-report'"
#define LETTER_POSTS_2 "'card', 'short', 'report'"

/* clang-format off */
#define PARAGRAPHS(name) \
	"CREATE TABLE \"" name "\" (" \
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL," \
	"	text INTEGER, author TEXT, at INTEGER, source TEXT, gone INTEGER," \
	"	channel TEXT, ts TEXT, permalink TEXT," \
	"	PRIMARY KEY (node, n), FOREIGN KEY (node, text) REFERENCES text(node, n)" \
	") STRICT;" \
	"CREATE INDEX " name "_live ON \"" name "\"(node, n) WHERE gone IS NOT 1;"

static const char first[] =
	/* ---- a Node: what its journal adds up to ---- */
	"CREATE TABLE node ("
	"	n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
	"	year INTEGER NOT NULL, number INTEGER NOT NULL,"
	"	title INTEGER, captain TEXT, priority TEXT, status TEXT, before_merge TEXT, origin TEXT,"
	"	private INTEGER, channel TEXT, channel_name TEXT, own_channel INTEGER, asked_in TEXT,"
	"	declared_at INTEGER, declared_by TEXT, closed_at INTEGER, status_at INTEGER,"
	"	update_at INTEGER, merged_into TEXT, report INTEGER, report_void INTEGER,"
	/* last used numbers; n_letter counts letters of the outbox and is not the journal's */
	"	n_entry INTEGER NOT NULL DEFAULT 0, n_summary INTEGER NOT NULL DEFAULT 0,"
	"	n_impact INTEGER NOT NULL DEFAULT 0, n_root_cause INTEGER NOT NULL DEFAULT 0,"
	"	n_trigger INTEGER NOT NULL DEFAULT 0, n_lesson INTEGER NOT NULL DEFAULT 0,"
	"	n_item INTEGER NOT NULL DEFAULT 0, n_marker INTEGER NOT NULL DEFAULT 0,"
	"	n_role INTEGER NOT NULL DEFAULT 0, n_link INTEGER NOT NULL DEFAULT 0,"
	"	n_file INTEGER NOT NULL DEFAULT 0, n_span INTEGER NOT NULL DEFAULT 0,"
	"	n_text INTEGER NOT NULL DEFAULT 0, n_letter INTEGER NOT NULL DEFAULT 0,"
	"	seq INTEGER NOT NULL DEFAULT 0, chain BLOB NOT NULL DEFAULT (zeroblob(32)),"
	"	UNIQUE (number, year), FOREIGN KEY (n, title) REFERENCES text(node, n)"
	") STRICT;"
	"CREATE INDEX node_channel ON node(channel);"
	"CREATE INDEX node_status ON node(status);"
	"CREATE INDEX node_captain ON node(captain);"

	/* redacted: salt and body are null, the digest stays, and with it chain and replay */
	"CREATE TABLE text ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	salt BLOB, body TEXT, digest BLOB NOT NULL,"
	"	PRIMARY KEY (node, n)"
	") STRICT;"

	"CREATE TABLE journal ("
	"	node INTEGER NOT NULL REFERENCES node(n), seq INTEGER NOT NULL,"
	"	at INTEGER NOT NULL, who TEXT NOT NULL, source TEXT NOT NULL, op TEXT NOT NULL,"
	"	basis TEXT, effects TEXT NOT NULL, digest BLOB NOT NULL,"
	"	PRIMARY KEY (node, seq)"
	") STRICT;"
	"CREATE INDEX journal_edit ON journal(node, seq) WHERE op = 'edit';"

	"CREATE TABLE entry ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	at INTEGER, recorded_at INTEGER, author TEXT, recorder TEXT, source TEXT,"
	"	channel TEXT, ts TEXT, permalink TEXT, text INTEGER, marker TEXT,"
	"	withdrawn INTEGER, deleted INTEGER,"
	"	PRIMARY KEY (node, n), FOREIGN KEY (node, text) REFERENCES text(node, n)"
	") STRICT;"
	"CREATE INDEX entry_live ON entry(node, at, n) WHERE withdrawn IS NOT 1;"
	"CREATE INDEX entry_withdrawn ON entry(node) WHERE withdrawn = 1;"

	PARAGRAPHS("summary")
	PARAGRAPHS("impact")
	PARAGRAPHS("root_cause")
	PARAGRAPHS("trigger")
	PARAGRAPHS("lesson")

	"CREATE TABLE item ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	type TEXT, state TEXT, text INTEGER, owner TEXT, due TEXT, author TEXT, why INTEGER,"
	"	created_at INTEGER, done_at INTEGER, source TEXT, withdrawn INTEGER,"
	"	channel TEXT, ts TEXT, permalink TEXT,"
	"	PRIMARY KEY (node, n), FOREIGN KEY (node, text) REFERENCES text(node, n),"
	"	FOREIGN KEY (node, why) REFERENCES text(node, n)"
	") STRICT;"
	"CREATE INDEX item_open ON item(node, n) WHERE state = 'TODO' AND withdrawn IS NOT 1;"
	"CREATE INDEX item_owner ON item(owner) WHERE state = 'TODO' AND withdrawn IS NOT 1;"

	"CREATE TABLE marker ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	marker TEXT, at INTEGER, entry INTEGER, state TEXT,"
	"	PRIMARY KEY (node, n)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX marker_live ON marker(node, n) WHERE state = 'live';"
	"CREATE INDEX marker_entry ON marker(node, entry);"

	"CREATE TABLE role ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	role TEXT, person TEXT, gone INTEGER,"
	"	PRIMARY KEY (node, n)"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE link ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	url INTEGER, handle TEXT,"
	"	PRIMARY KEY (node, n), FOREIGN KEY (node, url) REFERENCES text(node, n)"
	") STRICT, WITHOUT ROWID;"

	"CREATE TABLE file ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	entry INTEGER, name INTEGER, type TEXT, permalink TEXT,"
	"	PRIMARY KEY (node, n), FOREIGN KEY (node, name) REFERENCES text(node, n)"
	") STRICT;"

	"CREATE TABLE span ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	channel TEXT, from_at INTEGER, to_at INTEGER,"
	"	PRIMARY KEY (node, n)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX span_channel ON span(channel, from_at);"

	/* ---- around the Nodes ---- */
	"CREATE TABLE year (year INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;"

	"CREATE TABLE person ("
	"	ref TEXT PRIMARY KEY, name TEXT, zone TEXT, zone_offset_s INTEGER NOT NULL DEFAULT 0,"
	"	zone_known INTEGER NOT NULL DEFAULT 0, rank TEXT NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE channel ("
	"	ref TEXT PRIMARY KEY, name TEXT, private INTEGER NOT NULL DEFAULT 0"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE member ("
	"	channel TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (channel, person)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"

	/* what was answered, so that a redelivered envelope gets the same; ids rise as they come */
	"CREATE TABLE inbox ("
	"	id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, key2 TEXT, at INTEGER NOT NULL,"
	"	verdict TEXT NOT NULL, answer TEXT NOT NULL"
	") STRICT;"
	"CREATE INDEX inbox_key2 ON inbox(key2) WHERE key2 IS NOT NULL;"
	"CREATE TABLE parked ("
	"	key TEXT PRIMARY KEY, at INTEGER NOT NULL, times INTEGER NOT NULL,"
	"	body TEXT NOT NULL, problem TEXT NOT NULL"
	") STRICT, WITHOUT ROWID;"

	/* AUTOINCREMENT: an id names one letter for ever, also when the newest was deleted */
	"CREATE TABLE letter ("
	"	id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,"
	"	what TEXT NOT NULL, state TEXT NOT NULL,"
	"	lane TEXT NOT NULL, node INTEGER NOT NULL REFERENCES node(n), person TEXT, text TEXT,"
	"	generation INTEGER NOT NULL, loud INTEGER NOT NULL, reply_url TEXT, progress TEXT,"
	"	created_at INTEGER NOT NULL, not_before INTEGER NOT NULL DEFAULT 0,"
	"	changed_at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, error TEXT"
	") STRICT;"
	"CREATE INDEX letter_open ON letter(lane, id) WHERE state IN ('pending', 'sending');"
	"CREATE INDEX letter_over ON letter(changed_at)"
	"	WHERE state = 'sent' AND what NOT IN ('card', 'short', 'report');"
	"CREATE INDEX letter_node ON letter(node);"

	"CREATE TABLE post ("
	"	node INTEGER NOT NULL REFERENCES node(n), what TEXT NOT NULL,"
	"	generation INTEGER NOT NULL, channel TEXT, ts TEXT, permalink TEXT,"
	"	shown INTEGER NOT NULL, hash TEXT, dirty_at INTEGER NOT NULL,"
	"	PRIMARY KEY (node, what, generation)"
	") STRICT;"
	"CREATE INDEX post_at ON post(channel, ts);"
	"CREATE INDEX post_dirty ON post(dirty_at) WHERE dirty_at > 0;";

/* Captures, remembered messages, and what undo and redact need. */
static const char second[] =
	"ALTER TABLE node ADD COLUMN n_capture INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE node ADD COLUMN n_source INTEGER NOT NULL DEFAULT 0;"
	"DROP INDEX node_status;"
	"CREATE INDEX node_status ON node(status, closed_at);"
	"DROP INDEX journal_edit;"
	"CREATE INDEX journal_edit ON journal(node, seq) WHERE op IN ('edit', 'revise', 'undo');"
	"CREATE INDEX journal_undo ON journal(node, seq) WHERE op = 'undo';"

	"CREATE TABLE capture ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	kind TEXT, channel TEXT, ts TEXT, piece TEXT, alive INTEGER, own_text INTEGER,"
	"	deleted INTEGER, edited TEXT,"
	"	PRIMARY KEY (node, n)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX capture_message ON capture(channel, ts);"
	"CREATE INDEX capture_piece ON capture(node, piece);"

	"CREATE TABLE source ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	capture INTEGER, source TEXT, person TEXT, \"on\" INTEGER, beaten INTEGER,"
	"	event_ts TEXT,"
	"	PRIMARY KEY (node, n)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX source_capture ON source(node, capture);"

	/* ids rise as messages are first heard of */
	"CREATE TABLE message ("
	"	id INTEGER PRIMARY KEY, channel TEXT NOT NULL, ts TEXT NOT NULL, thread_ts TEXT,"
	"	author TEXT, author_name TEXT, text TEXT, files TEXT NOT NULL DEFAULT '',"
	"	permalink TEXT, edited TEXT,"
	"	deleted INTEGER NOT NULL DEFAULT 0, bot INTEGER NOT NULL DEFAULT 0,"
	"	redacted INTEGER NOT NULL DEFAULT 0,"
	"	UNIQUE (channel, ts)"
	") STRICT;"

	/* node: null for an offer to declare one; channel, ts: the message it is about; sent_*: where it
	 * stands in Slack; scrub: 1 to be taken back when it has arrived, 2 that was asked for */
	"CREATE TABLE letters ("
	"	id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,"
	"	what TEXT NOT NULL, state TEXT NOT NULL, lane TEXT NOT NULL,"
	"	node INTEGER REFERENCES node(n), person TEXT, text TEXT, channel TEXT, ts TEXT,"
	"	generation INTEGER NOT NULL, loud INTEGER NOT NULL, reply_url TEXT, progress TEXT,"
	"	created_at INTEGER NOT NULL, not_before INTEGER NOT NULL DEFAULT 0,"
	"	changed_at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, error TEXT,"
	"	sent_channel TEXT, sent_ts TEXT, sent_file TEXT, scrub INTEGER NOT NULL DEFAULT 0"
	") STRICT;"
	"INSERT INTO letters (id, key, what, state, lane, node, person, text, generation, loud,"
	"	reply_url, progress, created_at, not_before, changed_at, tries, error)"
	"	SELECT id, key, what, state, lane, node, person, text, generation, loud,"
	"	reply_url, progress, created_at, not_before, changed_at, tries, error FROM letter;"
	/* the highest id ever given goes along */
	"DELETE FROM sqlite_sequence WHERE name = 'letters';"
	"UPDATE sqlite_sequence SET name = 'letters' WHERE name = 'letter';"
	"DROP TABLE letter;"
	"ALTER TABLE letters RENAME TO letter;"
	"CREATE INDEX letter_open ON letter(lane, id) WHERE state IN ('pending', 'sending');"
	"CREATE INDEX letter_node ON letter(node);"
	"CREATE INDEX letter_over ON letter(changed_at) WHERE state = 'sent' AND what NOT IN ("
	LETTER_POSTS_2 ", " LETTER_WORDS_2 ", " LETTER_DRAWINGS_2 ");"
	"CREATE INDEX letter_kept ON letter(changed_at) WHERE state = 'sent' AND what IN ("
	LETTER_WORDS_2 ", " LETTER_DRAWINGS_2 ");";

static const char third[] =
	/* what stays of messages that were redacted (erased.c) */
	"CREATE TABLE erased ("
	"	channel TEXT NOT NULL, ts TEXT NOT NULL, since TEXT,"
	"	salt BLOB NOT NULL, prints TEXT NOT NULL,"
	"	PRIMARY KEY (channel, ts)"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO erased (channel, ts, since, salt, prints)"
	"	SELECT channel, ts, coalesce(edited, ''), randomblob(16), '' FROM message WHERE redacted = 1;"
	"ALTER TABLE message DROP COLUMN redacted;"
	/* offered: when somebody was shown a button that is about it; null: nobody was */
	"ALTER TABLE message ADD COLUMN offered INTEGER;"
	/* what rights hang on counts until the next gap: as_of is how many there had been when it was read
	 * (meta "gaps"); of what an earlier version knew nobody can say */
	"ALTER TABLE person ADD COLUMN as_of INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE member ADD COLUMN as_of INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE channel ADD COLUMN members_as_of INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX node_private ON node(channel) WHERE private = 1;"
	"INSERT INTO meta (name, value) VALUES ('gaps', '1');"
	/* one row: of what is added to every journal and of every commit, so that what was taken out
	 * whole, a Node with all that is its own, is missed. base: rows of journals from before, which
	 * are only counted; journal: rows since, chain: over their digests in the order of their rowids */
	"CREATE TABLE tally ("
	"	n INTEGER PRIMARY KEY CHECK (n = 1), base INTEGER NOT NULL,"
	"	journal INTEGER NOT NULL, chain BLOB NOT NULL, commits INTEGER NOT NULL"
	") STRICT;"
	"INSERT INTO tally (n, base, journal, chain, commits)"
	"	SELECT 1, count(*), 0, zeroblob(32), 0 FROM journal;"
	/* our emoji that Slack doesn't show as it should; the last word of the letters that said so before */
	"CREATE TABLE emoji ("
	"	channel TEXT NOT NULL, ts TEXT NOT NULL, name TEXT NOT NULL, \"on\" INTEGER NOT NULL,"
	"	PRIMARY KEY (channel, ts, name)"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO emoji (channel, ts, name, \"on\") SELECT channel, ts, text, loud FROM letter"
	"	WHERE what = 'emoji' AND state IN ('pending', 'sending') ORDER BY id"
	"	ON CONFLICT (channel, ts, name) DO UPDATE SET \"on\" = excluded.\"on\";"
	"DELETE FROM letter WHERE what = 'emoji';";

/* texts, journal and entries lie in their keys, and the tally of all journals no longer minds their order: `sum` is
 * that of their digests, each added to the others bit by bit (XOR) */
static const char fourth[] =
	"CREATE TABLE texts ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	salt BLOB, body TEXT, digest BLOB NOT NULL,"
	"	PRIMARY KEY (node, n)"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO texts (node, n, salt, body, digest)"
	"	SELECT node, n, salt, body, digest FROM text ORDER BY node, n;"
	"DROP TABLE text;"
	"ALTER TABLE texts RENAME TO text;"

	"CREATE TABLE journals ("
	"	node INTEGER NOT NULL REFERENCES node(n), seq INTEGER NOT NULL,"
	"	at INTEGER NOT NULL, who TEXT NOT NULL, source TEXT NOT NULL, op TEXT NOT NULL,"
	"	basis TEXT, effects TEXT NOT NULL, digest BLOB NOT NULL,"
	"	PRIMARY KEY (node, seq)"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO journals (node, seq, at, who, source, op, basis, effects, digest)"
	"	SELECT node, seq, at, who, source, op, basis, effects, digest FROM journal"
	"	ORDER BY node, seq;"
	"DROP TABLE journal;"
	"ALTER TABLE journals RENAME TO journal;"
	"CREATE INDEX journal_edit ON journal(node, seq) WHERE op IN ('edit', 'revise', 'undo');"
	"CREATE INDEX journal_undo ON journal(node, seq) WHERE op = 'undo';"

	"CREATE TABLE entries ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	at INTEGER, recorded_at INTEGER, author TEXT, recorder TEXT, source TEXT,"
	"	channel TEXT, ts TEXT, permalink TEXT, text INTEGER, marker TEXT,"
	"	withdrawn INTEGER, deleted INTEGER,"
	"	PRIMARY KEY (node, n), FOREIGN KEY (node, text) REFERENCES text(node, n)"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO entries (node, n, at, recorded_at, author, recorder, source, channel, ts,"
	"	permalink, text, marker, withdrawn, deleted)"
	"	SELECT node, n, at, recorded_at, author, recorder, source, channel, ts, permalink,"
	"	text, marker, withdrawn, deleted FROM entry ORDER BY node, n;"
	"DROP TABLE entry;"
	"ALTER TABLE entries RENAME TO entry;"
	"CREATE INDEX entry_live ON entry(node, at, n) WHERE withdrawn IS NOT 1;"
	"CREATE INDEX entry_withdrawn ON entry(node) WHERE withdrawn = 1;"

	"CREATE TABLE tallies ("
	"	n INTEGER PRIMARY KEY CHECK (n = 1), journal INTEGER NOT NULL, sum BLOB NOT NULL,"
	"	commits INTEGER NOT NULL"
	") STRICT;"
	"INSERT INTO tallies (n, journal, sum, commits)"
	"	SELECT 1, 0, zeroblob(32), commits FROM tally;"
	"DROP TABLE tally;"
	"ALTER TABLE tallies RENAME TO tally;";

/* Where an id alone is of: the bot's team or, where none was told yet, the place of the Node's channel. */
#define TEAM "(SELECT value FROM meta WHERE name = 'team')"
#define PLACE_OF(node) \
	"coalesce(" TEAM ", (SELECT substr(node.channel, 1, instr(node.channel, '/') - 1)" \
	" FROM node WHERE n = " node "))"
#define IS_BARE(id) " WHERE " id " NOT NULL AND instr(" id ", '/') = 0;"

static const char fifth[] =
	/* which words a Node has ever said (words_index.c): a row a Node, and nothing of the texts themselves */
	"CREATE VIRTUAL TABLE words USING fts5(word, content='', columnsize=0, detail=none, prefix='2 3',"
	"	tokenize=\"ascii tokenchars '-_./:@#+\\=&~%^'\");"
	/* of its journal: the last whose words are there */
	"ALTER TABLE node ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;"
	/* Nodes that are behind with it, ",12,40,"; and up to which row nobody has looked yet (words_bite.c) */
	"ALTER TABLE tally ADD COLUMN behind TEXT NOT NULL DEFAULT ',';"
	"ALTER TABLE tally ADD COLUMN unwalked INTEGER NOT NULL DEFAULT 0;"
	"UPDATE tally SET unwalked = (SELECT coalesce(max(n), 0) FROM node);"
	/* the topic of a channel that isn't the Node's own is left alone */
	"DELETE FROM post WHERE what = 'topic'"
	"	AND (SELECT coalesce(own_channel, 0) FROM node WHERE n = post.node) = 0;"
	/* what it is that a letter tells somebody of */
	"ALTER TABLE letter ADD COLUMN gives TEXT;"
	/* letters about earlier Nodes, and about what somebody is given, carry words, too */
	"DROP INDEX letter_over;"
	"DROP INDEX letter_kept;"
	"CREATE INDEX letter_over ON letter(changed_at) WHERE state = 'sent' AND what NOT IN ("
	LETTER_POSTS_2 ", " LETTER_WORDS_5 ", " LETTER_DRAWINGS_2 ");"
	"CREATE INDEX letter_kept ON letter(changed_at) WHERE state = 'sent' AND what IN ("
	LETTER_WORDS_5 ", " LETTER_DRAWINGS_2 ");"
	/* a channel is a ref everywhere: posts and letters had the id alone */
	"UPDATE post SET channel = coalesce(" PLACE_OF("post.node") " || '/' || channel, channel)"
	IS_BARE("channel")
	"UPDATE letter SET sent_channel ="
	"	coalesce(" PLACE_OF("letter.node") " || '/' || sent_channel, sent_channel)"
	IS_BARE("sent_channel")
	"UPDATE letter SET channel = coalesce(" PLACE_OF("letter.node") " || '/' || channel, channel)"
	IS_BARE("channel")
	/* the DM that was opened for it */
	"UPDATE letter SET progress = coalesce(" TEAM " || '/' || progress, progress)"
	"	WHERE what IN ('dm', 'brief', 'link') AND state IN ('pending', 'sending')"
	"	AND instr(progress, '/') = 0;"
	/* for each row that is born SQLite would make a table of the list of an IN */
	"DROP INDEX journal_edit;"
	"CREATE INDEX journal_edit ON journal(node, seq) WHERE " SCHEMA_IS_EDIT ";"

	/* a deed's other name is its alone, too: what is told of a second time isn't put down again */
	"UPDATE inbox SET key2 = NULL WHERE key2 IS NOT NULL"
	"	AND id NOT IN (SELECT min(id) FROM inbox GROUP BY key2);"
	"DROP INDEX inbox_key2;"
	"CREATE UNIQUE INDEX inbox_key2 ON inbox(key2) WHERE key2 IS NOT NULL;"

	/* services that are down; who names them again is offered those of the newest Nodes */
	"ALTER TABLE node ADD COLUMN n_service INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE service ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	name INTEGER, gone INTEGER,"
	"	PRIMARY KEY (node, n), FOREIGN KEY (node, name) REFERENCES text(node, n)"
	") STRICT, WITHOUT ROWID;"

	/* exercises */
	"ALTER TABLE node ADD COLUMN drill INTEGER;"

	/* Nodes that were merged into another; what came with them knows of what it is a copy */
	"ALTER TABLE node ADD COLUMN n_merged INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE merged ("
	"	node INTEGER NOT NULL REFERENCES node(n), n INTEGER NOT NULL,"
	"	id TEXT, at INTEGER, gone INTEGER,"
	"	PRIMARY KEY (node, n)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX node_merged ON node(merged_into) WHERE status = 'MERGED';"
	"ALTER TABLE entry ADD COLUMN copy_of TEXT;"
	"ALTER TABLE item ADD COLUMN copy_of TEXT;"
	"CREATE INDEX entry_copy ON entry(node, copy_of) WHERE copy_of IS NOT NULL;"
	"CREATE INDEX item_copy ON item(node, copy_of) WHERE copy_of IS NOT NULL;";

static const char sixth[] =
	/* what was said of reminders, and put off */
	"ALTER TABLE node ADD COLUMN remind_off INTEGER;"
	"ALTER TABLE node ADD COLUMN update_from INTEGER;"
	"ALTER TABLE node ADD COLUMN update_said INTEGER;"
	"ALTER TABLE node ADD COLUMN update_snoozed INTEGER;"
	"ALTER TABLE node ADD COLUMN captain_said INTEGER;"
	"ALTER TABLE node ADD COLUMN captain_snoozed INTEGER;"
	"ALTER TABLE node ADD COLUMN postmortem_said INTEGER;"
	"ALTER TABLE node ADD COLUMN postmortem_snoozed INTEGER;"
	"ALTER TABLE item ADD COLUMN reminded_at INTEGER;"
	"ALTER TABLE item ADD COLUMN snoozed_until INTEGER;"
	/* what is due when (due.c): made of the above, and no part of what a journal adds up to; node 0: of none */
	"CREATE TABLE due ("
	"	node INTEGER NOT NULL, kind TEXT NOT NULL, key INTEGER NOT NULL, at INTEGER NOT NULL,"
	"	PRIMARY KEY (node, kind, key)"
	") STRICT, WITHOUT ROWID;"
	"CREATE INDEX due_at ON due(at);"
	/* reminders carry words, too */
	"DROP INDEX letter_over;"
	"DROP INDEX letter_kept;"
	"CREATE INDEX letter_over ON letter(changed_at) WHERE " SCHEMA_LETTER_OVER ";"
	"CREATE INDEX letter_kept ON letter(changed_at) WHERE " SCHEMA_LETTER_KEPT ";";

static const char seventh[] =
	/* statistics are of those declared since a day */
	"CREATE INDEX node_declared ON node(declared_at);"
	/* four segments of words are merged as a rule, and each word written again with every level that there is: in
	 * an archive a note would pay for it. A search looks into some more of them instead. */
	"INSERT INTO words (words, rank) VALUES ('automerge', 16);";

static const char eighth[] =
	/* an answer lies in its key: it is one page to be written less. n: in the order in which they came, which
	 * `answers` counts */
	"CREATE TABLE answers ("
	"	key TEXT PRIMARY KEY, key2 TEXT, n INTEGER NOT NULL, at INTEGER NOT NULL,"
	"	verdict TEXT NOT NULL, answer TEXT NOT NULL"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO answers (key, key2, n, at, verdict, answer)"
	"	SELECT key, key2, id, at, verdict, answer FROM inbox ORDER BY key;"
	"DROP TABLE inbox;"
	"ALTER TABLE answers RENAME TO inbox;"
	"CREATE UNIQUE INDEX inbox_key2 ON inbox(key2) WHERE key2 IS NOT NULL;"
	"ALTER TABLE tally ADD COLUMN answers INTEGER NOT NULL DEFAULT 0;"
	"UPDATE tally SET answers = (SELECT coalesce(max(n), 0) FROM inbox);"
	/* sixteen segments of words are merged in quiet moments (words_merge()), some pages at a time: never all of them
	 * at once, while somebody waits */
	"INSERT INTO words (words, rank) VALUES ('usermerge', 16);"
	"INSERT INTO words (words, rank) VALUES ('crisismerge', 64);"
	/* posts that fell behind lately (unshown.c) */
	"ALTER TABLE tally ADD COLUMN unshown TEXT NOT NULL DEFAULT '[]';"
	/* one that Slack refused said so by being behind, though not dirty: now dirty_at is less than 0 */
	"UPDATE post SET dirty_at = -node.seq FROM node WHERE node.n = post.node"
	"	AND dirty_at = 0 AND shown < node.seq;";
/* clang-format on */

/* What SQL can't do: all that there is counts from now on. */
static int tally_anew(struct db *db)
{
	unsigned char sum[DIGEST_SIZE];
	int64_t rows;
	int rc = tally_of_all(db, &rows, sum);

	return rc ? rc
		  : db_run(db, "UPDATE tally SET journal = ?, sum = ?", "ib", rows, sum,
			   sizeof(sum));
}

static const struct {
	const char *sql;
	int (*then)(struct db *db); /* NULL: the SQL is all */
} migrations[] = {
	{ first, NULL }, { second, NULL }, { third, NULL },   { fourth, tally_anew },
	{ fifth, NULL }, { sixth, NULL },  { seventh, NULL }, { eighth, NULL },
};
#define VERSION ((int)(sizeof(migrations) / sizeof(*migrations)))

int schema_version(void)
{
	return VERSION;
}

int schema_read(struct db *db, int *version, bool *ours)
{
	int id = 0, tables = 0, rc;

	if ((rc = db_one(db, NULL, "PRAGMA user_version", ">d", version)) < 0 ||
	    (rc = db_one(db, NULL, "PRAGMA application_id", ">d", &id)) < 0 ||
	    (rc = db_one(db, NULL, "SELECT count(*) FROM sqlite_schema", ">d", &tables)) < 0)
		return rc;
	*ours = id == APPLICATION_ID || (id == 0 && tables == 0);
	return 0;
}

static int migrate(struct db *db, int version)
{
	char stamp[96];
	int rc = 0;

	for (int i = version; i < VERSION && !rc; i++) {
		rc = db_script(db, migrations[i].sql);
		if (!rc && migrations[i].then)
			rc = migrations[i].then(db);
	}
	if (rc)
		return rc;
	snprintf(stamp, sizeof(stamp), "PRAGMA user_version = %d; PRAGMA application_id = %d",
		 VERSION, APPLICATION_ID);
	return db_script(db, stamp);
}

static int transaction_migrate(struct db *db, int version)
{
	int rc = db_script(db, "BEGIN IMMEDIATE");

	if (!rc)
		rc = migrate(db, version);
	if (!rc)
		rc = db_script(db, "COMMIT");
	if (rc && !sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* A table to which others point is replaced by one that has the same rows: what points to it is as it should be
 * again at the end only. */
int schema_migrate(struct db *db, int version)
{
	bool checks = false;
	int rc, after = 0;

	if (version == VERSION)
		return 0;
	if ((rc = db_one(db, NULL, "PRAGMA foreign_keys", ">o", &checks)) < 0)
		return rc;
	rc = db_script(db, "PRAGMA foreign_keys = OFF");
	if (!rc)
		rc = transaction_migrate(db, version);
	if (checks)
		after = db_script(db, "PRAGMA foreign_keys = ON");
	return rc ? rc : after;
}
