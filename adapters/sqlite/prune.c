/*
 * prune: what is done in quiet moments: old rows go, a few at a time, so that nobody's answer waits
 * behind a long deletion; the WAL is moved into the file; and after `redact` the file is vacuumed.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"

/* Slack replays what an app missed, days later: an answer is kept for 72 h and, since a clock may leap
 * ahead and come back, as long as it is among the newest. One whose time lies ahead is as old as its
 * neighbours. */
#define INBOX_HOURS 73
#define INBOX_LEAST "4000"
#define INBOX_KEPT_MS (INBOX_HOURS * MS_HOUR)
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
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
	{ "DELETE FROM inbox WHERE id IN (SELECT id FROM inbox ORDER BY id LIMIT " ROWS
	  ") AND id <= (SELECT max(id) FROM inbox) - " INBOX_LEAST
	  " AND (at < ?1 OR at > ?1 + " TEXT(INBOX_HOURS) " * 3600000)",
	  INBOX_KEPT_MS },
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
	if ((rc = words_bite(s)))
		return rc;
	return s->wal_pages ? checkpoint(s) : 0;
}
