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
		      "sssd", say->channel, say->message_id, say->text, say->on);
}

/* Slack shows it so now. What was wished for meanwhile still waits, the opposite of it even. */
int emoji_granted(struct sqlite_store *s, const struct wish *w)
{
	bool more = true;
	int rc = db_one(&s->db, NULL,
			"DELETE FROM emoji WHERE channel = ? AND ts = ? AND name = ? AND \"on\" = ?"
			" RETURNING EXISTS (SELECT 1 FROM emoji)",
			"sssd>o", w->channel, w->message_id, w->emoji, w->on, &more);

	if (more)
		s->stirred |= STIR_EMOJI;
	return rc < 0 ? rc : 0;
}

#define WISH_SELECT "SELECT channel, ts, name, \"on\" FROM emoji "
#define WISH_ORDER "ORDER BY channel, ts, name LIMIT 1"

int emoji_next(struct reads *r, const char *after, struct arena *a, struct wish *w)
{
	return db_one(&of_reads(r)->db, a,
		      "SELECT * FROM (" WISH_SELECT "WHERE channel > ? " WISH_ORDER ")"
		      " UNION ALL SELECT * FROM (" WISH_SELECT WISH_ORDER ") LIMIT 1",
		      "s>ssso", after, &w->channel, &w->message_id, &w->emoji, &w->on);
}
