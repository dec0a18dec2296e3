/*
 * due_walk: what is due is made anew for all Nodes, a bite at a time, since it isn't of their changes that it is another: the
 * settings have changed (JOB_SETTINGS, and before the first job), or the clock was set (JOB_CLOCK).
 */
#include "adapters/sqlite/sqlite_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- other settings ---- */

/* As they were made by, or a file of before reminders has it. 1: other settings, 0, < 0. */
static int due_settings_others(struct sqlite_store *s, const char *now)
{
	bool same = false;
	int rc = db_one(&s->db, NULL, "SELECT value = ? FROM meta WHERE name = 'due_settings'",
			"s>o", now, &same);

	return rc < 0 ? rc : !same;
}

/* The Nodes of a bite, by their rows: those behind ?1. Bounded whatever they are: most have nothing due. */
#define BITE_NODES \
	"SELECT n, id, status IN " OPEN_STATUS " OR status = 'DONE' OR EXISTS (SELECT 1 FROM item" \
	" INDEXED BY item_open WHERE item.node = node.n AND state = 'TODO'" \
	" AND withdrawn IS NOT 1 AND due IS NOT NULL AND owner IS NOT NULL)" \
	" OR EXISTS (SELECT 1 FROM due WHERE due.node = node.n)" \
	" FROM node WHERE n > ? ORDER BY n LIMIT ?"

/* Within a transaction. 1: there may be more, 0: that was all, < 0. */
static int due_bite(struct sqlite_store *s, int64_t *after)
{
	const char *ids[DUE_BITE];
	int seen = 0, count = 0, rc;
	struct arena a;
	struct query q;
	bool has;

	arena_init(&a);
	query(&q, &s->db, &a, BITE_NODES, "id", *after, DUE_BITE);
	while (seen < DUE_BITE && query_next(&q, "iso", after, &ids[count], &has)) {
		seen++;
		count += has;
	}
	rc = query_end(&q);
	for (int i = 0; i < count && !rc; i++) {
		/* What was missed doesn't stay as it was by other settings. */
		rc = db_run(&s->db, "DELETE FROM due WHERE node = " THE_NODE, "s", ids[i]);
		rc = rc ? rc : due_anew(s, ids[i]);
	}
	arena_release(&a);
	return rc ? rc : seen == DUE_BITE;
}

/* The last one: from here on they are as these settings have them. */
static int due_anew_over(struct sqlite_store *s, const char *set)
{
	int rc = due_digest_anew(s, now_of(s));

	return rc ? rc : meta_put(s, "due_settings", set);
}

/* From the first on some rows are as other settings had them: until the last, they are as none have them, so that whoever
 * finds that they were left so begins again. 1: to be made, 0: they are as these have them, < 0. */
static int due_anew_begin(struct sqlite_store *s, const char *set)
{
	int rc = due_settings_others(s, set);

	if (rc <= 0)
		return rc;
	rc = meta_put(s, "due_settings", "");
	return rc ? rc : 1;
}

/* Within a transaction: those behind `after`, 0: from the first. 1: there may be more, *next is where; 0, < 0. */
static int due_settings_bite(struct sqlite_store *s, int64_t after, int64_t *next)
{
	struct buf set;
	int rc;

	buf_init(&set, BUF_ROOMY);
	due_settings(&set, due_set(s));
	*next = after;
	rc = after ? 1 : due_anew_begin(s, set.s);
	if (rc > 0 && !(rc = due_bite(s, next)))
		rc = due_anew_over(s, set.s);
	buf_release(&set);
	return rc;
}

int due_settings_run(struct sqlite_store *s, struct job *job)
{
	int64_t next;
	int rc = due_settings_bite(s, job->walk.after, &next);

	job->walk.next = rc > 0 ? next : -1;
	return rc < 0 ? rc : 0;
}

/* A bite and its commit; one that failed is as if it hadn't been. */
static int due_open_bite(struct sqlite_store *s, int64_t *after)
{
	int64_t next = *after;
	int more = 0, rc = db_script(&s->db, "BEGIN IMMEDIATE");

	if (!rc)
		rc = more = due_settings_bite(s, *after, &next);
	if (rc >= 0)
		rc = db_script(&s->db, "COMMIT");
	if (rc && !sqlite3_get_autocommit(s->db.handle))
		sqlite3_exec(s->db.handle, "ROLLBACK", NULL, NULL, NULL);
	head_forget(s);
	*after = next;
	return rc ? rc : more;
}

int due_open(struct sqlite_store *s)
{
	int64_t after = 0;
	int rc = 0;

	if (!s->seams.settings)
		return 0;
	do
		rc = due_open_bite(s, &after);
	while (rc > 0);
	return rc;
}

/* ---- a clock that was set ---- */

#define CLOCK_MOST 64		 /* Nodes of one job */
#define CLOCK_LASTS (7 * MS_DAY) /* by then all that was ahead was said once more */
#define DIGEST_MOST (8 * MS_DAY) /* no weekly one is further away, and none that was put off */

static int due_clock_put(struct sqlite_store *s, int64_t at)
{
	char number[24];

	snprintf(number, sizeof(number), "%" PRId64, at);
	return meta_put(s, "due_clock", number);
}

/* At a start: what is known of it counts, unless it can't be about what lies ahead now. */
static int due_clock_doubt(struct sqlite_store *s, int64_t now)
{
	int64_t at;
	int rc = due_clock_read(s, &at);

	return rc || (at && at <= now && now - at < CLOCK_LASTS) ? rc : due_clock_put(s, now);
}

/* ?1: behind this one; ?2: now; ?3: all of them; ?4: what lies further ahead; ?5: and what can't be right. */
#define LATER_NODES \
	"SELECT due.node, coalesce(node.id, '') FROM due LEFT JOIN node ON node.n = due.node" \
	" WHERE due.node > ?1 AND due.at > ?2 AND CASE WHEN due.node = 0 THEN due.at > ?5 ELSE ?3" \
	" OR max(declared_at, coalesce(closed_at, 0), coalesce(update_at, 0)," \
	" coalesce(update_from, 0), coalesce(update_said, 0), coalesce(captain_said, 0)," \
	" coalesce(postmortem_said, 0)) > ?4 OR EXISTS (SELECT 1 FROM item INDEXED BY item_open" \
	" WHERE item.node = due.node AND state = 'TODO' AND withdrawn IS NOT 1" \
	" AND reminded_at > ?4) END" \
	" GROUP BY due.node ORDER BY due.node LIMIT ?6"

/* *last: the row of the last of them. How many, < 0. */
static int due_later_nodes(struct sqlite_store *s, const struct job *job, struct arena *a,
			   const char **ids, int64_t *last)
{
	int64_t now = job->walk.now;
	struct query q;
	int n = 0, rc;

	query(&q, &s->db, a, LATER_NODES, "iidiid", job->walk.after - 1, now, (int)job->walk.back,
	      now + DUE_AHEAD_MS, now + DIGEST_MOST, CLOCK_MOST);
	while (n < CLOCK_MOST && query_next(&q, "is", last, &ids[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}

static int due_update_at(struct sqlite_store *s, const char *node, int64_t *at)
{
	int rc;

	*at = 0;
	rc = db_one(&s->db, NULL,
		    "SELECT at FROM due WHERE node = " THE_NODE " AND kind = 'update'", "s>i", node,
		    at);
	return rc < 0 ? rc : 0;
}

static int due_redraw(struct sqlite_store *s, const char *node)
{
	int64_t row;
	int rc = db_one(&s->db, NULL, "SELECT n FROM node WHERE id = ?", "s>i", node, &row);

	return rc > 0 ? post_redraw(s, row) : rc;
}

/* The card says when the next update is due, and no change of the Node's has moved that. */
static int due_anew_shown(struct sqlite_store *s, const char *node)
{
	int64_t was, is;
	int rc = due_update_at(s, node, &was);

	if (!rc)
		rc = due_anew(s, node);
	if (!rc)
		rc = due_update_at(s, node, &is);
	if (!rc && is != was)
		rc = due_redraw(s, node);
	return rc;
}

int due_clock_run(struct sqlite_store *s, struct job *job)
{
	const char *ids[CLOCK_MOST];
	int64_t now = job->walk.now, last = 0;
	struct arena a;
	int n, rc = 0;

	arena_init(&a);
	n = due_later_nodes(s, job, &a, ids, &last);
	if (n < 0)
		rc = n;
	else if (!job->walk.after && job->walk.back)
		rc = due_clock_put(s, now);
	else if (!job->walk.after && n)
		rc = due_clock_doubt(s, now);
	for (int i = 0; i < n && !rc; i++)
		rc = *ids[i] ? due_anew_shown(s, ids[i]) : due_digest_anew(s, now);
	arena_release(&a);
	if (!rc)
		job->walk.next = n == CLOCK_MOST ? last + 1 : -1;
	return rc;
}
