/*
 * outbox: letters, each said once. A row says what, not where; order holds within a lane.
 */
#include "inside.h"

#include <inttypes.h>
#include <string.h>

enum lane { LANE_CHANNEL, LANE_ANNOUNCE, LANE_PERSON };

/* numbered: a Node has one of each generation, and its key says which; the others are counted as
 * they come. */
static const struct {
	const char *name;
	enum lane lane;
	bool numbered;
} sayings[SAYINGS] = {
	[SAY_CHANNEL] = { "channel", LANE_CHANNEL, false },
	[SAY_CARD] = { "card", LANE_CHANNEL, true },
	[SAY_PIN] = { "pin", LANE_CHANNEL, false },
	[SAY_BOOKMARK] = { "bookmark", LANE_CHANNEL, false },
	[SAY_INVITE] = { "invite", LANE_CHANNEL, false },
	[SAY_LINE] = { "line", LANE_CHANNEL, false },
	[SAY_REPORT] = { "report", LANE_CHANNEL, true },
	[SAY_FILE] = { "file", LANE_CHANNEL, false },
	[SAY_SHORT] = { "short", LANE_ANNOUNCE, true },
	[SAY_SHORT_LINE] = { "short-line", LANE_ANNOUNCE, false },
	[SAY_SHORT_REPORT] = { "short-report", LANE_ANNOUNCE, false },
	[SAY_DM] = { "dm", LANE_PERSON, false },
	[SAY_BRIEF] = { "brief", LANE_PERSON, false },
	[SAY_LINK] = { "link", LANE_CHANNEL, false },
};

static const char *const states[] = {
	[LETTER_PENDING] = "pending",
	[LETTER_SENDING] = "sending",
	[LETTER_SENT] = "sent",
	[LETTER_DEAD] = "dead",
};

static int saying_from(const char *name)
{
	for (int i = 0; i < SAYINGS; i++)
		if (name && strcmp(sayings[i].name, name) == 0)
			return i;
	return -1;
}

static int state_from(const char *name)
{
	for (int i = LETTER_PENDING; i <= LETTER_DEAD; i++)
		if (name && strcmp(states[i], name) == 0)
			return i;
	return -1;
}

/* ---- writing ---- */

/* One lane for each Node's announcements: one stuck there delays no other Node. */
static void lane_write(struct buf *out, const struct say *say)
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
static int letter_add(struct sqlite_store *s, const struct say *say, const char *key,
		      const char *lane, int64_t generation, const char *reply_url)
{
	int64_t now = now_of(s);

	return db_run(&s->db,
		      "INSERT INTO letter (node, key, what, state, lane, person, text, generation,"
		      " loud, reply_url, created_at, changed_at)"
		      " VALUES (" THE_NODE ", ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?)"
		      " ON CONFLICT (key) DO NOTHING",
		      "ssssssidsii", say->node, key, sayings[say->what].name, lane, say->person,
		      say->text, generation, say->loud, reply_url, now, now);
}

int outbox_put(struct sqlite_store *s, const struct say *say, const char *reply_url)
{
	int64_t n = say->generation ? say->generation : 1;
	struct buf key, lane;
	int rc;

	if (say->what == SAY_LINK && !reply_url)
		return 0;
	if (sayings[say->what].lane == LANE_PERSON && !say->person)
		return db_fault(&s->db, "%s: a %s has nobody to go to", say->node,
				sayings[say->what].name);
	if (!sayings[say->what].numbered && (rc = number_next(s, say->node, &n)))
		return rc;
	buf_init(&key, BUF_ROOMY);
	buf_init(&lane, BUF_ROOMY);
	buf_addf(&key, "%s/%s/%" PRId64, say->node, sayings[say->what].name, n);
	lane_write(&lane, say);
	rc = letter_add(s, say, key.s, lane.s, sayings[say->what].numbered ? n : say->generation,
			say->what == SAY_LINK ? reply_url : NULL);
	buf_release(&key);
	buf_release(&lane);
	return rc;
}

int outbox_claim(struct sqlite_store *s, const struct job *job)
{
	int rc = db_run(&s->db,
			"UPDATE letter SET state = 'sending', tries = tries + 1, changed_at = ?"
			" WHERE id = ? AND state = 'pending'",
			"ii", now_of(s), job->letter);

	if (!rc && db_changed(&s->db) != 1)
		return db_fault(&s->db, "letter %" PRId64 " is not waiting to be sent",
				job->letter);
	return rc;
}

int outbox_result(struct sqlite_store *s, const struct job *job)
{
	int rc = db_run(
		&s->db,
		"UPDATE letter SET state = ?, not_before = ?, error = ?, progress = coalesce(?,"
		" progress), changed_at = ? WHERE id = ?",
		"sissii", states[job->state], job->not_before, job->error, job->progress, now_of(s),
		job->letter);

	if (!rc && db_changed(&s->db) != 1)
		return db_fault(&s->db, "there is no letter %" PRId64, job->letter);
	return rc;
}

/* ---- reading ---- */

static bool letter_next(struct query *q, struct letter *l)
{
	const char *what, *state;
	int number, reached;

	*l = (struct letter){ 0 };
	if (!query_next(q, "isssssssiossiiis", &l->id, &l->key, &what, &state, &l->lane, &l->node,
			&l->person, &l->text, &l->generation, &l->loud, &l->reply_url, &l->progress,
			&l->created_at, &l->not_before, &l->tries, &l->error) ||
	    !word_read(q, "letter", saying_from, what, -1, &number) ||
	    !word_read(q, "letter's state", state_from, state, -1, &reached))
		return false;
	l->what = (enum saying)number;
	l->state = (enum letter_state)reached;
	return true;
}

/* Only letters that are still open are walked over (index letter_open). Heads that only wait for
 * their time come last: however many there are, they hide none that could go now. */
int outbox_letters(struct store *store, struct arena *a, struct letter *l, int most)
{
	struct sqlite_store *s = inside(store);
	struct query q;
	int n = 0, rc;

	query(&q, &s->db, a,
	      "SELECT l.id, l.key, l.what, l.state, l.lane, node.id, l.person, l.text,"
	      " l.generation, l.loud, l.reply_url, l.progress, l.created_at, l.not_before,"
	      " l.tries, l.error"
	      " FROM (SELECT min(id) AS id FROM letter WHERE state IN ('pending', 'sending')"
	      " GROUP BY lane) AS head"
	      " JOIN letter l ON l.id = head.id JOIN node ON node.n = l.node"
	      " ORDER BY l.state = 'pending' AND l.not_before > ?, l.id LIMIT ?",
	      "id", now_of(s), most);
	while (n < most && letter_next(&q, &l[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}
