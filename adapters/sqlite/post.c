/*
 * post: messages of ours that follow a Node. One is behind when its Node has changed what it shows since the change
 * `shown`: it is on the list of those that fell behind lately (unshown.c), or else dirty_at is the time of the first
 * change that it doesn't show, so that "longest waiting first" is an order by one column. dirty_at < 0: Slack has
 * refused to have it edited when the Node's journal was that long, and it waits for the Node's next change, or for its
 * channel.
 */
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

static const char *const names[POSTS] = {
	[POST_CARD] = "card",
	[POST_SHORT] = "short",
	[POST_REPORT] = "report",
	[POST_TOPIC] = "topic",
};

const char *post_what_name(enum post_what what)
{
	return names[what];
}

int post_what_from(const char *name)
{
	for (int i = 0; i < POSTS; i++)
		if (name && strcmp(names[i], name) == 0)
			return i;
	return -1;
}

/* When post p fell behind, as it is (or will be) after the change `shown`; 0: it shows everything. */
#define BEHIND_OF(shown) \
	"coalesce((SELECT max(j.at, 1) FROM journal j" \
	" WHERE j.node = post.node AND j.seq = " shown " + 1), 0)"
#define BEHIND BEHIND_OF("post.shown")

/* Posts of this kind of this Node, which RETURNING tells along with the Node's row. */
#define ALIKE "(SELECT count(*) FROM post o WHERE o.node = post.node AND o.what = post.what)"

/* What one shows is settled, and it leaves the list; others of its kind, which were listed with it, say by themselves
 * that they are behind. */
static int post_unlist(struct sqlite_store *s, int64_t node, const struct post *p, int64_t alike)
{
	int64_t at = unshown_take(&s->tally.unshown, node, p->what);

	return !at || alike < 2 ? 0
				: db_run(&s->db,
					 "UPDATE post SET dirty_at = ? WHERE node = ? AND what = ?"
					 " AND generation <> ? AND dirty_at <= 0",
					 "iisi", at, node, names[p->what], p->generation);
}

static int post_refresh(struct sqlite_store *s, const struct post *p)
{
	int64_t node = 0, alike = 0;
	bool behind = false;
	int rc = db_one(&s->db, NULL,
			"UPDATE post SET dirty_at = " BEHIND " WHERE node = " THE_NODE
			" AND what = ? AND generation = ? RETURNING dirty_at > 0, node, " ALIKE,
			"ssi>oii", p->node, names[p->what], p->generation, &behind, &node, &alike);

	if (behind)
		s->stirred |= STIR_POSTS;
	return rc <= 0 ? rc : post_unlist(s, node, p, alike);
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
	int64_t node = 0, alike = 0;
	int rc = db_one(&s->db, NULL,
			"DELETE FROM post WHERE node = " THE_NODE " AND what = ? AND generation = ?"
			" RETURNING node, 1 + " ALIKE,
			"ssi>ii", p->node, names[p->what], p->generation, &node, &alike);

	return rc <= 0 ? rc : post_unlist(s, node, p, alike);
}

/* What the Node has become since then is tried, too. */
static int post_refused(struct sqlite_store *s, const struct post *p)
{
	int64_t node = 0, alike = 0;
	int rc = db_one(&s->db, NULL,
			"UPDATE post SET dirty_at = -(SELECT seq FROM node WHERE n = post.node)"
			" WHERE node = " THE_NODE " AND what = ? AND generation = ?"
			" AND ? >= (SELECT seq FROM node WHERE n = post.node)"
			" RETURNING node, " ALIKE,
			"ssii>ii", p->node, names[p->what], p->generation, p->shown, &node, &alike);

	return rc <= 0 ? rc : post_unlist(s, node, p, alike);
}

int post_try_again(struct sqlite_store *s, const char *channel)
{
	return db_run(&s->db,
		      "UPDATE post SET dirty_at = " BEHIND " WHERE dirty_at < 0"
		      " AND (?1 IS NULL OR channel = ?1)",
		      "s", channel);
}

#define POST_SHOWN \
	"UPDATE post SET shown = ?1, hash = ?2, permalink = coalesce(?3, permalink)," \
	" dirty_at = " BEHIND_OF( \
		"?1") " WHERE node = (SELECT n FROM node WHERE id = ?4) AND what = ?5 AND generation = ?6" \
		      " RETURNING dirty_at > 0, node, " ALIKE

int post_shown(struct sqlite_store *s, const struct post *p, bool refused)
{
	int64_t node = 0, alike = 0;
	bool behind = false;
	int rc;

	if (!p->id)
		return post_gone(s, p);
	if (refused) {
		s->stirred |= STIR_POSTS; /* the Node may have changed since */
		return post_refused(s, p);
	}
	rc = db_one(&s->db, NULL, POST_SHOWN, "issssi>oii", p->shown, p->hash, p->permalink,
		    p->node, names[p->what], p->generation, &behind, &node, &alike);
	if (behind)
		s->stirred |= STIR_POSTS;
	return rc <= 0 ? rc : post_unlist(s, node, p, alike);
}

/* Where the list is full. */
static int post_wait(struct sqlite_store *s, int64_t node, enum post_what what, int64_t at)
{
	return db_run(
		&s->db,
		"UPDATE post SET dirty_at = max(?, 1) WHERE node = ? AND what = ? AND dirty_at <= 0",
		"iis", at, node, names[what]);
}

/* Whether it has such posts isn't asked: a look too many is a look in a fifth of a second at most. */
int post_behind(struct sqlite_store *s, int64_t node, int64_t at, unsigned changed)
{
	int rc = tally_know(s);

	for (int i = 0; i < POSTS && !rc; i++) {
		if (!(changed >> i & 1))
			continue;
		s->stirred |= STIR_POSTS;
		if (!unshown_add(&s->tally.unshown, node, (enum post_what)i, at > 0 ? at : 1))
			rc = post_wait(s, node, (enum post_what)i, at);
	}
	return rc;
}

int post_redraw(struct sqlite_store *s, int64_t node)
{
	int rc = db_run(
		&s->db,
		"UPDATE post SET dirty_at = max(?2, 1) WHERE node = ?1 AND what IN ('card', 'short')"
		" AND dirty_at = 0",
		"ii", node, now_of(s));

	if (!rc && db_changed(&s->db))
		s->stirred |= STIR_POSTS;
	return rc;
}

/* ---- reading ---- */

#define POST_SELECT(since, from) \
	"SELECT node.id, post.what, post.generation, post.channel, post.ts," \
	" post.permalink, post.shown, post.hash, node.priority, node.n, " since " FROM " from \
	" JOIN node ON node.n = post.node "
#define POST_AS_IT_IS POST_SELECT("post.dirty_at", "post")

static bool post_next(struct query *q, struct post *p, int64_t *node)
{
	const char *what, *priority;
	int number, urgent;

	*p = (struct post){ 0 };
	if (!query_next(q, "ssisssissii", &p->node, &what, &p->generation, &p->channel, &p->id,
			&p->permalink, &p->shown, &p->hash, &priority, node, &p->dirty_at) ||
	    !word_read(q, "post", post_what_from, what, -1, &number) ||
	    !word_read(q, "priority", priority_from, priority, PRIORITY_HIGH, &urgent))
		return false;
	p->what = (enum post_what)number;
	p->priority = (enum priority)urgent;
	return true;
}

static const char *unshown_text(struct sqlite_store *s, struct arena *a)
{
	struct buf list;
	const char *text;

	buf_init(&list, BUF_ROOMY);
	unshown_write(&s->tally.unshown, &list);
	text = arena_strdup(a, list.s);
	buf_release(&list);
	return text;
}

#define POSTS_TO_EDIT \
	POST_SELECT( \
		"behind.since", \
		SCHEMA_POSTS_BEHIND("?1") " behind CROSS JOIN post ON post.rowid = behind.post") \
	"ORDER BY post.what = 'topic' AND post.hash <> '' AND behind.since > ?2," \
	" node.priority = 'CRITICAL' DESC, post.what = 'card' DESC," \
	" behind.since, post.node LIMIT ?3"

/* Topics that gather changes come last: however many there are, they hide none that could be edited now. */
int post_dirty(struct reads *r, struct arena *a, struct post *p, int most)
{
	struct sqlite_store *s = of_reads(r);
	struct query q;
	int64_t node;
	int n = 0, rc = tally_know(s);

	if (rc)
		return rc;
	unshown_look(&s->tally.unshown);
	query(&q, &s->db, a, POSTS_TO_EDIT, "sid", unshown_text(s, a), now_of(s) - TOPIC_GATHER_MS,
	      most);
	for (; n < most && post_next(&q, &p[n], &node); n++)
		unshown_seen(&s->tally.unshown, node, p[n].what);
	rc = query_end(&q);
	if (!rc && n < most)
		unshown_looked(&s->tally.unshown);
	return rc ? rc : n;
}

int post_count_behind(struct sqlite_store *s, int64_t *count, int64_t *since)
{
	struct arena a;
	int rc = tally_know(s);

	if (rc)
		return rc;
	arena_init(&a);
	rc = db_one(&s->db, NULL, "SELECT count(*), min(since) FROM " SCHEMA_POSTS_BEHIND("?"),
		    "s>ii", unshown_text(s, &a), count, since);
	arena_release(&a);
	return rc < 0 ? rc : 0;
}

static int one_post(struct query *q, struct post *p)
{
	int64_t node;
	bool found = post_next(q, p, &node);
	int rc = query_end(q);

	return rc ? rc : found;
}

int post_read(struct reads *r, const char *node, enum post_what what, int64_t generation,
	      struct arena *a, struct post *p)
{
	struct query q;

	query(&q, &of_reads(r)->db, a,
	      POST_AS_IT_IS "WHERE post.node = " THE_NODE
			    " AND post.what = ? AND ? IN (0, post.generation)"
			    " ORDER BY post.generation DESC LIMIT 1",
	      "ssi", node, names[what], generation);
	return one_post(&q, p);
}

int post_read_at(struct reads *r, const char *channel, const char *id, struct arena *a,
		 struct post *p)
{
	struct query q;

	query(&q, &of_reads(r)->db, a,
	      POST_AS_IT_IS "WHERE post.channel = ? AND post.ts = ? LIMIT 1", "ss", channel, id);
	return one_post(&q, p);
}
