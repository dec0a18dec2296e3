/*
 * prune: what is done in quiet moments: old rows go, a few at a time, so that nobody's answer waits
 * behind a long deletion; the WAL is moved into the file; and after `redact` the file is vacuumed.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"

/* Slack replays what an app missed, days later: an answer is kept for 72 h and, since a clock may leap
 * ahead and come back, as long as it is among the newest. One whose time lies ahead is as old as its
 * neighbours. */
#define INBOX_KEPT_MS (73 * MS_HOUR)
#define INBOX_LEAST 4000
#define SENT_KEPT_MS (24 * MS_HOUR)
#define WORDS_KEPT_MS (365 * MS_DAY) /* so long does `redact` find them in Slack */
#define MESSAGES_MOST "20000"
#define ROWS "100"

/* Of what was offered to somebody somebody may still press the button. */
#define NOT_OFFERED "coalesce(m.offered, 0) < ?1"

/* A channel of which messages are remembered and where no Node lives any more. Channels are found
 * one by one through the index, past all their messages. */
#define LEFT_CHANNEL \
	"(WITH RECURSIVE c(channel) AS (SELECT min(channel) FROM message UNION ALL" \
	" SELECT (SELECT min(m.channel) FROM message m WHERE m.channel > c.channel) FROM c" \
	" WHERE c.channel IS NOT NULL)" \
	" SELECT channel FROM c WHERE channel IS NOT NULL AND channel NOT IN" \
	" (SELECT channel FROM node WHERE channel IS NOT NULL AND n IN " LIVING_NODES ")" \
	" AND EXISTS (SELECT 1 FROM message m WHERE m.channel = c.channel AND " NOT_OFFERED ")" \
	" AND NOT EXISTS (SELECT 1 FROM post WHERE what = 'short' AND node IN " LIVING_NODES \
	" AND post.channel = c.channel) LIMIT 1)"

static const struct {
	const char *sql; /* ?1: now less kept_ms */
	int64_t kept_ms;
} prunings[] = {
	{ "DELETE FROM letter WHERE id IN (SELECT id FROM letter WHERE " SCHEMA_LETTER_OVER
	  " AND changed_at < ?1 ORDER BY changed_at LIMIT " ROWS ")",
	  SENT_KEPT_MS },
	{ "DELETE FROM letter WHERE id IN (SELECT id FROM letter WHERE " SCHEMA_LETTER_KEPT
	  " AND changed_at < ?1 ORDER BY changed_at LIMIT " ROWS ")",
	  WORDS_KEPT_MS },
	{ "DELETE FROM message WHERE id IN (SELECT id FROM message m WHERE channel = " LEFT_CHANNEL
	  " AND " NOT_OFFERED " LIMIT " ROWS ")",
	  LIVES_ON_MS },
	{ "DELETE FROM message WHERE id IN (SELECT id FROM message ORDER BY id LIMIT " ROWS
	  ") AND id <= (SELECT max(id) FROM message) - " MESSAGES_MOST " AND ?1 NOT NULL",
	  0 },
};

/* How many rows went, < 0 a fault. */
static int prune_rows(struct sqlite_store *s)
{
	int64_t now = now_of(s);
	int gone = 0, rc = 0;

	for (size_t i = 0; i < sizeof(prunings) / sizeof(*prunings) && !rc; i++) {
		rc = db_run(&s->db, prunings[i].sql, "i", now - prunings[i].kept_ms);
		if (!rc)
			gone += (int)db_changed(&s->db);
		committed(s);
	}
	return rc ? rc : gone;
}

/* Answers lie in the order of their keys and not of their age (an index more would be a page more for each envelope):
 * once an hour all are walked, some at a time. */
#define WALK_EVERY_MS MS_HOUR
#define WALK_ROWS 100

/* Are there more than are kept in any case, and is it time? */
static bool walk_begins(struct sqlite_store *s)
{
	int64_t since = now_of(s) - s->walked.at;

	return s->tally.answers > INBOX_LEAST &&
	       (!s->walked.at || since >= WALK_EVERY_MS || since < 0);
}

static int walk_delete(struct sqlite_store *s, const char *after, const char *last)
{
	int64_t before = now_of(s) - INBOX_KEPT_MS, old = 0;
	int rc = db_one(
		&s->db, NULL,
		"SELECT coalesce(max(n), 0) FROM inbox WHERE key > ? AND key <= ? AND at < ?",
		"ssi>i", after, last, before, &old);

	if (rc < 0)
		return rc;
	if (old > s->walked.old)
		s->walked.old = old;
	return db_run(&s->db,
		      "DELETE FROM inbox WHERE key > ? AND key <= ? AND n <= ?"
		      " AND (at < ? OR (at > ? AND n <= ?))",
		      "ssiiii", after, last, s->tally.answers - INBOX_LEAST, before,
		      before + INBOX_KEPT_MS, s->walked.old);
}

static int walk_some(struct sqlite_store *s)
{
	const char *after = s->walked.upto.s, *last = after;
	int64_t rows = 0;
	struct arena a;
	int rc;

	arena_init(&a);
	rc = db_one(&s->db, &a,
		    "SELECT count(*), coalesce(max(key), ?1) FROM"
		    " (SELECT key FROM inbox WHERE key > ?1 ORDER BY key LIMIT ?2)",
		    "sd>is", after, WALK_ROWS, &rows, &last);
	rc = rc < 0 ? rc : walk_delete(s, after, last);
	committed(s);
	s->walked.under_way = !rc && rows == WALK_ROWS;
	buf_reset(&s->walked.upto);
	if (s->walked.under_way)
		buf_adds(&s->walked.upto, last);
	arena_release(&a);
	return rc;
}

/* 1: there are more to be looked at. */
static int answers_prune(struct sqlite_store *s)
{
	int rc = tally_know(s);

	if (rc || !(s->walked.under_way || walk_begins(s)))
		return rc;
	if (!s->walked.under_way)
		s->walked.at = now_of(s);
	rc = walk_some(s);
	return rc ? rc : s->walked.under_way;
}

int checkpoint(struct sqlite_store *s)
{
	int pages = 0, moved = 0;

	if (sqlite3_wal_checkpoint_v2(s->db.handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages,
				      &moved))
		return db_error(&s->db);
	/* What a reader still needs stays; the next commit counts it again. */
	s->wal_pages = 0;
	return 0;
}

/* ---- after redact ----
 *
 * A row that was emptied leaves its bytes behind: in free space of its page, in pages that were
 * given back, in the WAL, and where it stood before its page was split. secure_delete sees to the
 * first two (with SQLite 3.40, 6 of 3,000 texts were still in the file). VACUUM writes the file
 * anew from what is there, and truncating the WAL then takes the old pages away: 0.7 s for 100 MB.
 */

#define VACUUM "erasing" /* in `meta` until it is done */

int vacuum_ask(struct sqlite_store *s)
{
	s->vacuum = VACUUM_FILE;
	return db_run(&s->db,
		      "INSERT INTO meta (name, value) VALUES ('" VACUUM "', '1')"
		      " ON CONFLICT (name) DO NOTHING",
		      "");
}

int vacuum_asked(struct db *db)
{
	return db_one(db, NULL, "SELECT 1 FROM meta WHERE name = '" VACUUM "'", ">");
}

/* The new file is first built in a temporary one on disk: in memory it might not have room. */
static int vacuum_file(struct sqlite_store *s)
{
	int rc = words_index_squeeze(&s->db);

	if (!rc)
		rc = db_script(&s->db, "PRAGMA temp_store = FILE; VACUUM");
	db_script(&s->db, "PRAGMA temp_store = MEMORY");
	committed(s);
	return rc;
}

/* 1: somebody still reads what is in the WAL. */
static int vacuum_wal(struct sqlite_store *s)
{
	int rc;

	sqlite3_busy_timeout(s->db.handle, 0);
	rc = sqlite3_wal_checkpoint_v2(s->db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(s->db.handle, BUSY_MS);
	if (rc == SQLITE_BUSY)
		return 1;
	if (rc)
		return db_error(&s->db);
	s->wal_pages = 0;
	return 0;
}

/* 1: to be tried again, 0: done, < 0. */
static int vacuum(struct sqlite_store *s)
{
	int rc = vacuum_asked(&s->db);

	if (rc <= 0) {
		s->vacuum = VACUUM_NONE; /* what asked for it was rolled back */
		return rc;
	}
	if (s->vacuum == VACUUM_FILE && (rc = vacuum_file(s)))
		return rc;
	s->vacuum = VACUUM_WAL;
	if ((rc = vacuum_wal(s)))
		return rc;
	rc = db_run(&s->db, "DELETE FROM meta WHERE name = '" VACUUM "'", "");
	committed(s);
	if (!rc)
		s->vacuum = VACUUM_NONE;
	return rc;
}

int prune(struct store *store)
{
	struct sqlite_store *s = sqlite_store_of(store);
	int rc, gone;

	if (s->mode == STORE_READ)
		return 0;
	if (s->vacuum && (rc = vacuum(s)))
		return rc;
	if ((gone = prune_rows(s)))
		return gone < 0 ? gone : 1;
	if ((rc = answers_prune(s)) || (rc = words_bite(s)) || (rc = words_merge(s)))
		return rc;
	return s->wal_pages ? checkpoint(s) : 0;
}
