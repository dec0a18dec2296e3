/*
 * emoji: our own emoji that Slack doesn't show yet, or shows still. A wish, no letter: the last word
 * about a message stands, saying it twice does no harm, and however many wait, putting one down and
 * finding the next is one look through the primary key.
 */
#include "adapters/sqlite/sqlite_private.h"

int emoji_wish(struct sqlite_store *s, const struct letter *say)
{
	s->stirred |= STIR_EMOJI;
	return db_run(&s->db,
		      "INSERT INTO emoji (channel, ts, name, \"on\") VALUES (?, ?, ?, ?)"
		      " ON CONFLICT (channel, ts, name) DO UPDATE SET \"on\" = excluded.\"on\"",
		      "sssd", say->channel, say->ts, say->text, say->on);
}

/* Slack shows it so now. What was wished for meanwhile still waits. */
int emoji_granted(struct sqlite_store *s, const struct wish *w)
{
	s->stirred |= STIR_EMOJI;
	return db_run(&s->db,
		      "DELETE FROM emoji WHERE channel = ? AND ts = ? AND name = ? AND \"on\" = ?",
		      "sssd", w->channel, w->ts, w->emoji, w->on);
}

#define WISH_SELECT "SELECT channel, ts, name, \"on\" FROM emoji "
#define WISH_ORDER "ORDER BY channel, ts, name LIMIT 1"

int emoji_next(struct reads *r, const char *after, struct arena *a, struct wish *w)
{
	struct db *db = &of_reads(r)->db;
	int rc = db_one(db, a, WISH_SELECT "WHERE channel > ? " WISH_ORDER, "s>ssso", after,
			&w->channel, &w->ts, &w->emoji, &w->on);

	if (rc == 0)
		rc = db_one(db, a, WISH_SELECT WISH_ORDER, ">ssso", &w->channel, &w->ts, &w->emoji,
			    &w->on);
	return rc;
}
