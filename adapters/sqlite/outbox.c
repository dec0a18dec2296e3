/*
 * outbox: letters, each said once. A row says what, not where; order holds within a lane.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"

#include <inttypes.h>
#include <string.h>

static const char *const states[] = {
	[LETTER_PENDING] = "pending",
	[LETTER_SENDING] = "sending",
	[LETTER_SENT] = "sent",
	[LETTER_DEAD] = "dead",
};

static int state_from(const char *name)
{
	for (int i = LETTER_PENDING; i <= LETTER_DEAD; i++)
		if (name && strcmp(states[i], name) == 0)
			return i;
	return -1;
}

/* ---- writing ---- */

static void lane_write(struct buf *out, const struct letter *say)
{
	switch (sayings[say->what].lane) {
	case LANE_CHANNEL:
		buf_addf(out, "c:%s", say->node);
		break;
	case LANE_ANNOUNCE:
		buf_addf(out, "a:%s", say->node);
		break;
	case LANE_PERSON:
		buf_addf(out, "p:%s", say->person);
		break;
	case LANE_MESSAGE:
		buf_addf(out, "m:%s:%s", say->channel, say->message_id);
		break;
	case LANE_NONE:
		break;
	}
}

static int number_next(struct sqlite_store *s, const char *node, int64_t *n)
{
	int rc = db_one(&s->db, NULL,
			"UPDATE node SET n_letter = n_letter + 1 WHERE id = ? RETURNING n_letter",
			"s>i", node, n);

	if (rc == 0)
		return db_fault(&s->db, "there is no Node “%s” to speak of", node ? node : "");
	return rc < 0 ? rc : 0;
}

/* A second one of the same key is the same letter. */
static int letter_add(struct sqlite_store *s, const struct letter *say, const char *key,
		      const char *lane, int64_t generation, const char *reply_url)
{
	int64_t now = now_of(s);

	s->stirred |= STIR_LETTERS;
	return db_run(
		&s->db,
		"INSERT INTO letter (node, key, what, state, lane, person, text, gives, channel,"
		" ts, generation, loud, reply_url, created_at, changed_at)"
		" VALUES (" THE_NODE ", ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON CONFLICT (key) DO NOTHING",
		"sssssssssidsii", say->node, key, sayings[say->what].name, lane, say->person,
		say->text, say->gives, say->channel, say->message_id, generation, say->loud,
		reply_url, now, now);
}

/* Does the last letter that waits in this lane say it already? In a storm of reactions the same is
 * asked for, and the same emoji wanted, again and again. */
static int waits_already(struct sqlite_store *s, const struct letter *say, const char *lane)
{
	bool same = false;
	int rc = db_one(
		&s->db, NULL,
		"SELECT state = 'pending' AND loud = ? FROM letter INDEXED BY letter_open WHERE lane = ?"
		" AND state IN ('pending', 'sending') AND what = ? AND text IS ?"
		" AND node IS (SELECT n FROM node WHERE id = ?) ORDER BY id DESC LIMIT 1",
		"dssss>o", say->loud, lane, sayings[say->what].name, say->text, say->node, &same);

	return rc < 0 ? rc : same;
}

static bool has_a_lane(const struct letter *say)
{
	switch (sayings[say->what].lane) {
	case LANE_PERSON:
		return say->person;
	case LANE_MESSAGE:
		return say->channel && say->message_id;
	default:
		return true;
	}
}

/* *generation: what the letter has, once it is known. */
static int key_write(struct sqlite_store *s, struct buf *out, const struct letter *say,
		     int64_t *generation)
{
	const char *name = sayings[say->what].name;
	int64_t n;
	int rc;

	*generation = say->generation;
	switch (sayings[say->what].key) {
	case KEY_COUNTED:
		if ((rc = number_next(s, say->node, &n)))
			return rc;
		buf_addf(out, "%s/%s/%" PRId64, say->node, name, n);
		break;
	case KEY_NUMBERED:
		*generation = say->generation ? say->generation : 1;
		buf_addf(out, "%s/%s/%" PRId64, say->node, name, *generation);
		break;
	case KEY_MESSAGE:
		buf_addf(out, "%s/%s/%s", name, say->channel, say->message_id);
		break;
	case KEY_DAY:
		buf_addf(out, "%s/%" PRId64, name, say->generation);
		break;
	case KEY_LETTER:
		buf_addf(out, "%s/%s", say->text, name);
		break;
	}
	return 0;
}

/* What is drawn when it goes out (the report's file, a brief, the short report), of what the Node is then: two
 * that wait would show the same. One that a call has begun may show less. */
#define WAITS_UNDRAWN "state = 'pending' AND progress IS NULL AND what IN (" SCHEMA_DRAWINGS ")"

static int waits_undrawn(struct sqlite_store *s, const struct letter *say, const char *lane)
{
	if (sayings[say->what].holds != HOLDS_DRAWING)
		return 0;
	return db_one(&s->db, NULL,
		      "SELECT 1 FROM letter INDEXED BY letter_open WHERE lane = ?1"
		      " AND state IN ('pending', 'sending')"
		      " AND what = ?2 AND person IS ?3 AND text IS ?4 AND " WAITS_UNDRAWN
		      " LIMIT 1",
		      "ssss>", lane, sayings[say->what].name, say->person, say->text);
}

/* One that was under way waits again: those behind it would show the same. */
static int drop_undrawn(struct sqlite_store *s, int64_t letter)
{
	return db_run(
		&s->db,
		"DELETE FROM letter WHERE lane = (SELECT lane FROM letter WHERE id = ?1)"
		" AND state IN ('pending', 'sending') AND " WAITS_UNDRAWN " AND id > ?1 AND EXISTS"
		" (SELECT 1 FROM letter l WHERE l.id = ?1 AND l.lane = letter.lane"
		" AND l.what = letter.what AND l.person IS letter.person AND l.text IS letter.text"
		" AND l.state = 'pending' AND l.progress IS NULL)",
		"i", letter);
}

static int letter_put(struct sqlite_store *s, const struct letter *say, const char *lane,
		      const char *reply_url)
{
	int64_t generation;
	struct buf key;
	int rc;

	if (sayings[say->what].lane == LANE_MESSAGE && (rc = waits_already(s, say, lane)))
		return rc < 0 ? rc : 0;
	if ((rc = waits_undrawn(s, say, lane)))
		return rc < 0 ? rc : 0;
	buf_init(&key, BUF_ROOMY);
	rc = key_write(s, &key, say, &generation);
	if (!rc)
		rc = letter_add(s, say, key.s, lane, generation,
				say->what == SAY_LINK && !say->person ? reply_url : NULL);
	buf_release(&key);
	return rc;
}

int outbox_put(struct sqlite_store *s, const struct letter *say, const char *reply_url)
{
	struct buf lane;
	int rc;

	if (say->what == SAY_LINK && !reply_url && !say->person)
		return 0;
	if (say->what == SAY_EMOJI)
		return emoji_wish(s, say);
	if (!has_a_lane(say))
		return db_fault(&s->db, "%s: a %s has nobody to go to", say->node,
				sayings[say->what].name);
	buf_init(&lane, BUF_ROOMY);
	lane_write(&lane, say);
	rc = letter_put(s, say, lane.s, reply_url);
	buf_release(&lane);
	return rc;
}

/* Where it stands is said with it; the file's id is its `progress`. Of what was sent before that
 * was noted only the key is known. */
int outbox_scrub(struct sqlite_store *s, int64_t letter)
{
	struct letter say = { .what = SAY_SCRUB };
	const char *file;
	struct arena a;
	int rc;

	arena_init(&a);
	rc = db_one(
		&s->db, &a,
		"SELECT coalesce(node.id, ''), l.key, l.sent_channel, l.sent_ts, coalesce(l.sent_file,"
		" CASE l.what WHEN ? THEN l.progress END)"
		" FROM letter l LEFT JOIN node ON node.n = l.node WHERE l.id = ?",
		"si>sssss", sayings[SAY_FILE].name, letter, &say.node, &say.text, &say.channel,
		&say.message_id, &file);
	if (rc > 0)
		rc = outbox_put(s, &say, NULL);
	if (!rc && file)
		rc = db_run(&s->db, "UPDATE letter SET progress = ? WHERE id = last_insert_rowid()",
			    "s", file);
	if (!rc)
		rc = db_run(&s->db, "UPDATE letter SET scrub = 2 WHERE id = ?", "i", letter);
	arena_release(&a);
	return rc;
}

/* Only what shows the report that counts now; one that still waits will be made of what is left. */
int outbox_repeat(struct sqlite_store *s, const char *node, enum saying what)
{
	struct letter say = { .what = what, .node = node };
	bool shown = false;
	int rc = db_one(
		&s->db, NULL,
		"SELECT l.state IN ('sent', 'sending'), l.generation, l.loud"
		" FROM letter l JOIN node ON node.n = l.node WHERE node.id = ? AND l.what = ?"
		" AND l.generation = node.report AND coalesce(node.report_void, 0) = 0"
		" ORDER BY l.id DESC LIMIT 1",
		"ss>oio", node, sayings[what].name, &shown, &say.generation, &say.loud);

	if (rc < 0)
		return rc;
	return rc && shown ? outbox_put(s, &say, NULL) : 0;
}

int outbox_claim(struct sqlite_store *s, const struct job *job)
{
	int rc = db_run(&s->db,
			"UPDATE letter SET state = 'sending', tries = tries + 1, changed_at = ?"
			" WHERE id = ? AND state = 'pending'",
			"ii", now_of(s), job->claim.letter);

	if (!rc && db_changed(&s->db) != 1)
		return db_fault(&s->db, "letter %" PRId64 " is not waiting to be sent",
				job->claim.letter);
	return rc;
}

/* A letter that was redacted while it was under way: if it arrived it is taken back, else never
 * said. One that shows the Node shows it without what was redacted when it is made again. */
int outbox_result(struct sqlite_store *s, const struct job *job)
{
	const struct job_result *r = &job->result;
	bool scrub = false;
	int rc = db_one(
		&s->db, NULL,
		"UPDATE letter SET state = CASE WHEN ?1 = 'pending' AND scrub = 1 AND text = '' THEN"
		" 'dead' ELSE ?1 END, scrub = CASE ?1 WHEN 'pending' THEN 0 ELSE scrub END,"
		" not_before = ?2, error = ?3, progress = coalesce(?4, progress),"
		" sent_channel = coalesce(?5, sent_channel), sent_ts = coalesce(?6, sent_ts),"
		" sent_file = coalesce(?7, sent_file), changed_at = ?8 WHERE id = ?9"
		" RETURNING scrub = 1 AND state = 'sent'",
		"sisssssii>o", states[r->state], r->not_before, r->error, r->progress,
		r->sent_channel, r->sent_id, r->sent_file, now_of(s), r->letter, &scrub);

	if (rc == 0)
		return db_fault(&s->db, "there is no letter %" PRId64, r->letter);
	if (rc < 0)
		return rc;
	if (r->state == LETTER_PENDING && (rc = drop_undrawn(s, r->letter)))
		return rc;
	return scrub ? outbox_scrub(s, r->letter) : 0;
}

/* ---- reading ---- */

/* By their keys, of which there is one a day. */
int rows_digest_said(struct rows *r, const char *channel, int64_t since_ms)
{
	return db_one(&of_rows(r)->db, NULL,
		      "SELECT 1 FROM letter WHERE key >= 'digest/' AND key < 'digest0'"
		      " AND state = 'sent' AND sent_channel = ? AND created_at > ? LIMIT 1",
		      "si>", channel, since_ms);
}

static bool letter_next(struct query *q, struct letter *l)
{
	const char *what, *state;
	int number, reached;

	*l = (struct letter){ 0 };
	if (!query_next(q, "issssssssssiossiiis", &l->id, &l->key, &what, &state, &l->lane,
			&l->node, &l->person, &l->text, &l->gives, &l->channel, &l->message_id,
			&l->generation, &l->loud, &l->reply_url, &l->progress, &l->created_at,
			&l->not_before, &l->tries, &l->error) ||
	    !word_read(q, "letter", saying_from, what, -1, &number) ||
	    !word_read(q, "letter's state", state_from, state, -1, &reached))
		return false;
	l->what = (enum saying)number;
	l->state = (enum letter_state)reached;
	if (l->what == SAY_SCRUB) { /* what is taken back has one column with what is reached */
		l->file = l->progress;
		l->progress = NULL;
	}
	return true;
}

/* Only letters that are still open are walked over (index letter_open). Heads that only wait for
 * their time come last: however many there are, they hide none that could go now. So it is with
 * questions to Slack, of which there may be hundreds: what people wait for is first.
 */
int outbox_letters(struct reads *r, struct arena *a, struct letter *l, int most)
{
	struct sqlite_store *s = of_reads(r);
	struct query q;
	int n = 0, rc;

	query(&q, &s->db, a,
	      "SELECT l.id, l.key, l.what, l.state, l.lane, coalesce(node.id, ''), l.person, l.text,"
	      " l.gives, l.channel, l.ts, l.generation, l.loud, l.reply_url, l.progress, l.created_at,"
	      " l.not_before, l.tries, l.error"
	      " FROM (SELECT min(id) AS id FROM letter WHERE state IN ('pending', 'sending')"
	      " GROUP BY lane) AS head"
	      " JOIN letter l ON l.id = head.id LEFT JOIN node ON node.n = l.node"
	      " ORDER BY l.state = 'pending' AND l.not_before > ?,"
	      " l.what = ?, l.id LIMIT ?",
	      "isd", now_of(s), sayings[SAY_FETCH].name, most);
	while (n < most && letter_next(&q, &l[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}
