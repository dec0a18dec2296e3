/*
 * message: what is remembered of the chat: the messages of channels where a Node lives, as they are
 * now, so that a reaction costs no question to Slack. A row outlives the message: a deleted one
 * stays as a row without a text, and nothing that comes late brings the text back.
 *
 * They are bounded twice: see prune.c.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

#define MESSAGE_COLUMNS \
	"channel, ts, thread_ts, author, author_name, text, files, permalink, edited, deleted, bot"

/* ---- files in one column ---- */

static void files_put(struct buf *out, const struct message *m)
{
	for (size_t i = 0; i < m->n_files && i < MESSAGE_FILES; i++) {
		netstring_put(out, m->files[i].name);
		netstring_put(out, m->files[i].type);
		netstring_put(out, m->files[i].permalink);
	}
}

static bool files_get(const char *at, struct arena *a, struct message *m)
{
	for (m->n_files = 0; *at && m->n_files < MESSAGE_FILES; m->n_files++) {
		struct message_file *f = &m->files[m->n_files];

		if (!netstring_get(&at, a, &f->name) || !netstring_get(&at, a, &f->type) ||
		    !netstring_get(&at, a, &f->permalink))
			return false;
	}
	return *at == '\0';
}

/* ---- writing ---- */

/* Edits have an order of their own, whatever order they come in: an older one changes nothing.
 * Where nothing would change, nothing is written. */
static int message_rows_put(struct sqlite_store *s, const struct message *m, int64_t offered)
{
	struct buf files;
	int rc;

	buf_init(&files, BUF_ROOMY);
	if (!m->deleted)
		files_put(&files, m);
	rc = db_run(&s->db,
		    "INSERT INTO message (" MESSAGE_COLUMNS ", offered)"
		    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
		    " ON CONFLICT (channel, ts) DO UPDATE SET"
		    " thread_ts = coalesce(?3, thread_ts), author = coalesce(?4, author),"
		    " author_name = coalesce(?5, author_name),"
		    " text = CASE WHEN ?10 THEN ?6 ELSE coalesce(?6, text) END, files = ?7,"
		    " permalink = coalesce(?8, permalink), edited = coalesce(?9, edited),"
		    " deleted = ?10, bot = ?11, offered = max(coalesce(offered, ?12), ?12)"
		    " WHERE deleted = 0 AND (?10 OR coalesce(?9, '') > coalesce(edited, '')"
		    " OR (coalesce(?9, '') = coalesce(edited, '') AND"
		    " (text IS NULL AND ?6 NOT NULL OR text <> ?6 OR files <> ?7"
		    " OR permalink IS NULL AND ?8 NOT NULL OR ?12 > coalesce(offered, 0))))",
		    "sssssssssddi", m->channel, m->id, m->thread, m->author, m->author_name,
		    m->deleted ? "" : m->text, files.s, m->permalink, m->edited, m->deleted, m->bot,
		    offered);
	buf_release(&files);
	return rc;
}

/* What was redacted of it is not kept again. */
static int message_rows_leave_erased(struct sqlite_store *s, struct message *m)
{
	struct rows *r = &s->rows;
	int rc = m->text ? rows_erased(r, m->channel, m->id, m->edited, m->text) : 0;

	if (rc > 0) {
		m->text = NULL;
		m->n_files = 0;
	}
	for (size_t i = 0; i < m->n_files && rc >= 0; i++) {
		rc = m->files[i].name
			     ? rows_erased(r, m->channel, m->id, m->edited, m->files[i].name)
			     : 0;
		if (rc > 0)
			m->files[i].name = m->files[i].permalink = NULL;
	}
	return rc < 0 ? rc : 0;
}

int message_remember(struct sqlite_store *s, const struct message *m, int64_t offered)
{
	return message_rows_put(s, m, offered);
}

int message_put(struct sqlite_store *s, const struct message *m, int64_t offered)
{
	struct message kept = *m;
	int rc = message_rows_leave_erased(s, &kept);

	return rc ? rc : message_rows_put(s, &kept, offered);
}

/* ---- reading ---- */

/* MESSAGE_COLUMNS, further on in a row that was begun. All of them null: no message. */
static bool message_further(struct query *q, struct message *m)
{
	const char *files = NULL;

	*m = (struct message){ 0 };
	if (!query_further(q, "sssssssssoo", &m->channel, &m->id, &m->thread, &m->author,
			   &m->author_name, &m->text, &files, &m->permalink, &m->edited,
			   &m->deleted, &m->bot))
		return false;
	if (!files || files_get(files, q->arena, m))
		return true;
	q->rc = db_damaged(q->db, "the files of message %s in %s are damaged", m->id, m->channel);
	return false;
}

static bool message_next(struct query *q, struct message *m)
{
	return query_next(q, "") && message_further(q, m);
}

int rows_message(struct rows *r, const char *channel, const char *id, struct arena *a,
		 struct message *m)
{
	struct query q;
	bool one;
	int rc;

	query(&q, &of_rows(r)->db, a,
	      "SELECT " MESSAGE_COLUMNS " FROM message WHERE channel = ? AND ts = ?", "ss", channel,
	      id);
	one = message_next(&q, m);
	rc = query_end(&q);
	return rc ? rc : one;
}

/* One look; each part is a step in an index. What was just found of the channel, or of who says it, isn't looked up again. */
int rows_concern(struct rows *r, const struct message *m, int64_t since_ms, const char *who,
		 struct arena *a, struct concern *c)
{
	struct sqlite_store *s = of_rows(r);
	const char *channel = m->channel ? m->channel : "";
	const bool lives = *channel && strcmp(s->lives_in, channel) == 0;
	const bool met = known_person_is_met(s, who);
	struct query q;
	int rc;

	query(&q, &s->db, a,
	      "SELECT CASE WHEN ?6 THEN 1 ELSE EXISTS (SELECT 1 FROM node WHERE channel = ?1"
	      "  AND (" IS_OPEN " OR (status = 'DONE' AND closed_at > ?5)"
	      "  OR (status = 'MERGED' AND n IN " LIVING_NODES_SINCE(
		      "?5") ")))"
			    " END,"
			    " EXISTS (SELECT 1 FROM capture WHERE channel = ?1 AND ts = ?2),"
			    " EXISTS (SELECT 1 FROM post WHERE channel = ?1 AND what = 'short'"
			    "  AND ts = coalesce(?3, m.thread_ts)),"
			    " m.id IS NOT NULL,"
			    " EXISTS (SELECT 1 FROM erased WHERE channel = ?1 AND ts = ?2),"
			    " EXISTS (SELECT 1 FROM person WHERE ref = ?4 AND name IS NOT NULL AND zone_known"
			    "  AND rank <> 'unknown'), " MESSAGE_COLUMNS
			    " FROM (SELECT 1) LEFT JOIN message m ON m.channel = ?1 AND m.ts = ?2",
	      "ssssid", m->channel, m->id, m->thread, met ? NULL : who, since_ms, lives);
	if (query_next(&q, "oooooo", &c->lives, &c->captured, &c->announced, &c->remembered,
		       &c->erased, &c->met))
		message_further(&q, &c->known);
	rc = query_end(&q);
	if (rc)
		return rc;
	c->met |= met;
	if (c->lives && !lives && strlen(channel) < sizeof(s->lives_in))
		snprintf(s->lives_in, sizeof(s->lives_in), "%s", channel);
	return 1;
}

int message_remembered(struct reads *r, const char *channel, const char *from_id, const char *to_id,
		       struct arena *a, struct message *m, int most)
{
	struct query q;
	int n = 0, rc;

	query(&q, &of_reads(r)->db, a,
	      "SELECT " MESSAGE_COLUMNS " FROM message"
	      " WHERE channel = ? AND ts > ? AND ts <= ? ORDER BY ts LIMIT ?",
	      "sssd", channel, from_id, to_id, most);
	while (n < most && message_next(&q, &m[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}
