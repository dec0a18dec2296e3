/*
 * words_bite: what waits for the index of words, and how it gets there: some rows of journals at a time, each bite a
 * transaction of its own, in quiet moments (or when much waits).
 *
 * Nodes that wait are a list in the tally's row: every change writes that row anyhow, so that a note costs no page
 * more. A file from before search has Nodes that nobody has put on the list: they are walked from the newest down, and
 * `unwalked` is how far that is from done. Also where the list is full the walk takes over.
 *
 * Always true: a Node whose index is behind its journal is on the list, or its row is <= unwalked; `verify` looks.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <inttypes.h>
#include <string.h>

#define BITE_ROWS 400	 /* of journals, in one transaction */
#define BITE_LEAST 96	 /* fewer wait: whoever searches reads them as they are */
#define BITE_NODES 1024	 /* the list has fewer */
#define BEHIND_MOST 2900 /* bytes of the list: the tally's row stays in its page */
#define BEHIND_READ 3400 /* … that a file of version 7 may have */

/* ---- the list ---- */

static void behind_is(struct sqlite_store *s, const char *list)
{
	buf_reset(&s->behind);
	buf_adds(&s->behind, list);
	s->tally.behind = s->behind.len;
}

void words_behind_init(struct sqlite_store *s)
{
	buf_init(&s->behind, BEHIND_READ + 64);
	behind_is(s, ",");
}

/* A list that isn't one (somebody wrote into the file) is made anew by a walk. */
void words_behind_set(struct sqlite_store *s, const char *list, int64_t unwalked)
{
	size_t len = strlen(list);
	bool whole = len && len <= BEHIND_READ && list[0] == ',' && list[len - 1] == ',' &&
		     strspn(list, ",0123456789") == len && !strstr(list, ",,");

	behind_is(s, whole ? list : ",");
	s->tally.unwalked = whole ? unwalked : INT64_MAX;
}

/* What was added by a job that was rolled back since doesn't count. */
const char *words_behind(struct sqlite_store *s)
{
	buf_cut(&s->behind, s->tally.behind);
	return s->behind.s;
}

void words_behind_add(struct sqlite_store *s, int64_t node)
{
	char name[32];

	s->unindexed++;
	snprintf(name, sizeof(name), ",%" PRId64 ",", node);
	if (strstr(words_behind(s), name))
		return;
	if (s->behind.len + strlen(name) > BEHIND_MOST) {
		s->tally.unwalked = node > s->tally.unwalked ? node : s->tally.unwalked;
		return;
	}
	buf_adds(&s->behind, name + 1);
	s->tally.behind = s->behind.len;
}

int words_behind_rows(struct sqlite_store *s, int64_t *rows)
{
	int rc = tally_know(s);

	if (rc)
		return rc;
	rc = db_one(&s->db, NULL, "SELECT coalesce(sum(seq - indexed), 0) FROM " WORDS_BEHIND("?"),
		    "s>i", words_behind(s), rows);
	return rc < 0 ? rc : 0;
}

/* ---- a bite ---- */

struct bite_node {
	int64_t n, indexed, seq, upto;
};

struct bite {
	struct bite_node nodes[BITE_NODES]; /* in the order of their rows, as FTS5 likes it */
	int count;
	int64_t room;
};

/* As much of it as there is room for. */
static struct bite_node bite_of(struct bite *b, struct bite_node node)
{
	node.upto = node.seq - node.indexed > b->room ? node.indexed + b->room : node.seq;
	b->room -= node.upto - node.indexed;
	return node;
}

static int bite_listed(struct sqlite_store *s, struct bite *b)
{
	struct bite_node node = { 0 };
	struct query q;

	query(&q, &s->db, NULL,
	      "SELECT n, indexed, seq FROM " WORDS_BEHIND("?") " WHERE indexed < seq ORDER BY n",
	      "s", words_behind(s));
	while (b->count < BITE_NODES && query_next(&q, "iii", &node.n, &node.indexed, &node.seq))
		b->nodes[b->count++] = bite_of(b, node);
	return query_end(&q);
}

/* The newest that nobody has looked at, as many as there is room for; *left: the first after them. */
static int bite_walked(struct sqlite_store *s, struct bite *b, int64_t *left)
{
	struct bite_node node = { 0 }, down[BITE_ROWS];
	struct query q;
	int n = 0;

	*left = 0;
	query(&q, &s->db, NULL,
	      "SELECT n, indexed, seq FROM node WHERE n <= ? ORDER BY n DESC LIMIT ?", "id",
	      s->tally.unwalked, BITE_ROWS);
	while (b->room && n < BITE_ROWS &&
	       query_next(&q, "iii", &node.n, &node.indexed, &node.seq)) {
		down[n++] = bite_of(b, node);
		*left = down[n - 1].upto < node.seq ? node.n : node.n - 1;
	}
	while (n)
		b->nodes[b->count++] = down[--n];
	return query_end(&q);
}

static int bite_write(struct sqlite_store *s, const struct bite *b)
{
	int rc = 0;

	for (const struct bite_node *node = b->nodes; node < b->nodes + b->count && !rc; node++) {
		if (node->upto == node->indexed)
			continue;
		rc = words_index_rows(&s->db, &s->db, node->n, node->indexed, node->upto);
		if (!rc)
			rc = db_run(&s->db, "UPDATE node SET indexed = ? WHERE n = ?", "ii",
				    node->upto, node->n);
	}
	return rc;
}

/* The list keeps what the bite left. */
static void bite_listed_left(struct sqlite_store *s, const struct bite *b)
{
	behind_is(s, ",");
	for (const struct bite_node *node = b->nodes; node < b->nodes + b->count; node++)
		if (node->upto < node->seq)
			buf_addf(&s->behind, "%" PRId64 ",", node->n);
	s->tally.behind = s->behind.len;
}

static int bite_take(struct sqlite_store *s, bool listed)
{
	struct bite b = { .room = BITE_ROWS };
	int64_t left = s->tally.unwalked;
	int rc = listed ? bite_listed(s, &b) : bite_walked(s, &b, &left);

	if (!rc)
		rc = bite_write(s, &b);
	if (rc)
		return rc;
	if (listed)
		bite_listed_left(s, &b);
	s->tally.unwalked = left;
	return db_run(&s->db, "UPDATE tally SET behind = ?, unwalked = ? WHERE n = 1", "si",
		      words_behind(s), left);
}

static int bite_commit(struct sqlite_store *s, bool listed)
{
	int rc = db_run(&s->db, "BEGIN IMMEDIATE", "");

	if (rc)
		return rc;
	rc = bite_take(s, listed);
	if (!rc)
		rc = db_run(&s->db, "COMMIT", "");
	if (rc)
		s->tally.known = false;
	if (rc && !sqlite3_get_autocommit(s->db.handle))
		sqlite3_exec(s->db.handle, "ROLLBACK", NULL, NULL, NULL);
	committed(s);
	return rc;
}

int words_bite(struct sqlite_store *s)
{
	int64_t rows = 0;
	int rc = commit_ready(s);

	s->unindexed = 0;
	if (!rc)
		rc = words_behind_rows(s, &rows);
	if (rc || (rows < BITE_LEAST && !s->tally.unwalked))
		return rc;
	rc = bite_commit(s, rows >= BITE_LEAST);
	s->unmerged = true;
	return rc ? rc : rows - BITE_ROWS >= BITE_LEAST || s->tally.unwalked;
}

/* FTS5 says by what it changed that there was something to merge. */
#define MERGE_PAGES 64
#define MERGED_LEAST 2

int words_merge(struct sqlite_store *s)
{
	int64_t before = sqlite3_total_changes64(s->db.handle);
	int rc;

	if (!s->unmerged)
		return 0;
	rc = db_run(&s->db, "INSERT INTO words (words, rank) VALUES ('merge', ?)", "d",
		    MERGE_PAGES);
	committed(s);
	s->unmerged = !rc && sqlite3_total_changes64(s->db.handle) - before >= MERGED_LEAST;
	return rc ? rc : s->unmerged;
}
