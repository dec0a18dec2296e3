/*
 * post: messages of ours that follow a Node. A post is behind when its Node's journal is longer
 * than what it shows; dirty_at is then the time of the first change that it doesn't show, so that
 * "longest waiting first" is an order by one column. Both ways of getting there use the same
 * expression.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

static const char *const names[POSTS] = {
	[POST_CARD] = "card",
	[POST_SHORT] = "short",
	[POST_REPORT] = "report",
	[POST_TOPIC] = "topic",
};

static int post_from(const char *name)
{
	for (int i = 0; i < POSTS; i++)
		if (name && strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* When post p fell behind; 0: it shows everything. */
#define BEHIND_OF(shown) \
	"coalesce((SELECT max(j.at, 1) FROM journal j" \
	" WHERE j.node = post.node AND j.seq = " shown " + 1), 0)"
#define BEHIND BEHIND_OF("post.shown")

static int post_refresh(struct sqlite_store *s, const struct post *p)
{
	bool behind = false;
	int rc = db_one(&s->db, NULL,
			"UPDATE post SET dirty_at = " BEHIND " WHERE node = " THE_NODE
			" AND what = ? AND generation = ? RETURNING dirty_at > 0",
			"ssi>o", p->node, names[p->what], p->generation, &behind);

	if (behind)
		s->stirred |= STIR_POSTS;
	return rc < 0 ? rc : 0;
}

int post_put(struct sqlite_store *s, const struct post *p)
{
	int rc = db_run(
		&s->db,
		"INSERT INTO post (node, what, generation, channel, ts, permalink, shown, hash,"
		" dirty_at) VALUES (" THE_NODE ", ?, ?, ?, ?, ?, ?, ?, 0)"
		" ON CONFLICT (node, what, generation) DO UPDATE SET"
		" channel = coalesce(excluded.channel, channel), ts = coalesce(excluded.ts, ts),"
		" permalink = coalesce(excluded.permalink, permalink), shown = excluded.shown,"
		" hash = excluded.hash",
		"ssisssis", p->node, names[p->what], p->generation, p->channel, p->id, p->permalink,
		p->shown, p->hash);

	return rc ? rc : post_refresh(s, p);
}

static int post_gone(struct sqlite_store *s, const struct post *p)
{
	return db_run(&s->db,
		      "DELETE FROM post WHERE node = " THE_NODE " AND what = ? AND generation = ?",
		      "ssi", p->node, names[p->what], p->generation);
}

/* What the Node has become since then is tried, too. */
static int post_refused(struct sqlite_store *s, const struct post *p)
{
	return db_run(&s->db,
		      "UPDATE post SET dirty_at = 0 WHERE node = " THE_NODE
		      " AND what = ? AND generation = ?"
		      " AND ? >= (SELECT seq FROM node WHERE n = post.node)",
		      "ssii", p->node, names[p->what], p->generation, p->shown);
}

int post_try_again(struct sqlite_store *s, const char *channel)
{
	return db_run(&s->db,
		      "UPDATE post SET dirty_at = " BEHIND " WHERE dirty_at = 0"
		      " AND (?1 IS NULL OR channel = ?1)",
		      "s", channel);
}

int post_shown(struct sqlite_store *s, const struct post *p, bool refused)
{
	bool behind = false;
	int rc;

	if (!p->id)
		return post_gone(s, p);
	if (refused) {
		s->stirred |= STIR_POSTS; /* the Node may have changed since */
		return post_refused(s, p);
	}
	rc = db_one(&s->db, NULL,
		    "UPDATE post SET shown = ?1, hash = ?2, permalink = coalesce(?3, permalink),"
		    " dirty_at = " BEHIND_OF(
			    "?1") " WHERE node = (SELECT n FROM node WHERE id = ?4)"
				  " AND what = ?5 AND generation = ?6 RETURNING dirty_at > 0",
		    "issssi>o", p->shown, p->hash, p->permalink, p->node, names[p->what],
		    p->generation, &behind);
	if (behind)
		s->stirred |= STIR_POSTS;
	return rc < 0 ? rc : 0;
}

/* One that shows all there was, and shows nothing of this, shows all there is. Which of the two it was isn't asked (a
 * RETURNING has SQLite make a table): a look too many is a look in a fifth of a second at most. */
int post_behind(struct sqlite_store *s, int64_t node, int64_t seq, int64_t at, unsigned changed)
{
	char words[64] = "";
	size_t len = 0;
	int rc;

	for (int i = 0; i < POSTS; i++)
		if (changed >> i & 1)
			len += (size_t)snprintf(words + len, sizeof(words) - len, " %s", names[i]);
	rc = db_run(&s->db,
		    "UPDATE post SET dirty_at = iif(instr(?4, what), max(?3, 1), 0),"
		    " shown = iif(instr(?4, what), shown, ?2) WHERE node = ?1 AND dirty_at = 0"
		    " AND (instr(?4, what) OR shown = ?2 - 1)",
		    "iiis", node, seq, at, words);
	if (!rc && *words && db_changed(&s->db))
		s->stirred |= STIR_POSTS;
	return rc;
}

int post_redraw(struct sqlite_store *s, int64_t node)
{
	int rc = db_run(&s->db,
			"UPDATE post SET dirty_at = max(?2, 1) WHERE node = ?1 AND what = 'card'"
			" AND dirty_at = 0 AND shown = (SELECT seq FROM node WHERE n = ?1)",
			"ii", node, now_of(s));

	if (!rc && db_changed(&s->db))
		s->stirred |= STIR_POSTS;
	return rc;
}

/* ---- reading ---- */

#define POST_SELECT \
	"SELECT node.id, post.what, post.generation, post.channel, post.ts," \
	" post.permalink, post.shown, post.hash, post.dirty_at, node.priority FROM post JOIN" \
	" node ON node.n = post.node "

static bool post_next(struct query *q, struct post *p)
{
	const char *what, *priority;
	int number, urgent;

	*p = (struct post){ 0 };
	if (!query_next(q, "ssisssisis", &p->node, &what, &p->generation, &p->channel, &p->id,
			&p->permalink, &p->shown, &p->hash, &p->dirty_at, &priority) ||
	    !word_read(q, "post", post_from, what, -1, &number) ||
	    !word_read(q, "priority", priority_from, priority, PRIORITY_HIGH, &urgent))
		return false;
	p->what = (enum post_what)number;
	p->priority = (enum priority)urgent;
	return true;
}

/* Topics that gather changes come last: however many there are, they hide none that could be edited now. */
int post_dirty(struct reads *r, struct arena *a, struct post *p, int most)
{
	struct query q;
	int n = 0, rc;

	query(&q, &of_reads(r)->db, a,
	      POST_SELECT "WHERE post.dirty_at > 0 ORDER BY"
			  " post.what = 'topic' AND post.hash <> '' AND post.dirty_at > ?,"
			  " node.priority = 'CRITICAL' DESC, post.what = 'card' DESC,"
			  " post.dirty_at, post.node LIMIT ?",
	      "id", now_of(of_reads(r)) - TOPIC_GATHER_MS, most);
	while (n < most && post_next(&q, &p[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}

static int one_post(struct query *q, struct post *p)
{
	bool found = post_next(q, p);
	int rc = query_end(q);

	return rc ? rc : found;
}

int post_read(struct reads *r, const char *node, enum post_what what, int64_t generation,
	      struct arena *a, struct post *p)
{
	struct query q;

	query(&q, &of_reads(r)->db, a,
	      POST_SELECT "WHERE post.node = " THE_NODE
			  " AND post.what = ? AND ? IN (0, post.generation)"
			  " ORDER BY post.generation DESC LIMIT 1",
	      "ssi", node, names[what], generation);
	return one_post(&q, p);
}

int post_read_at(struct reads *r, const char *channel, const char *id, struct arena *a,
		 struct post *p)
{
	struct query q;

	query(&q, &of_reads(r)->db, a, POST_SELECT "WHERE post.channel = ? AND post.ts = ? LIMIT 1",
	      "ss", channel, id);
	return one_post(&q, p);
}
