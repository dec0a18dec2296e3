/*
 * capture: messages that became part of a Node, and what holds them.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

/* Where SQLite, which knows nothing of how many rows there are, would walk over all of a Node's,
 * the index is named. */
#define CAPTURE_BY(index) \
	"SELECT node.id, c.n, c.kind, c.channel, c.ts, c.piece, c.alive, c.own_text, c.deleted," \
	" c.edited FROM capture c " index " JOIN node ON node.n = c.node "
#define CAPTURE_SELECT CAPTURE_BY("")

static bool capture_next(struct query *q, struct capture *c)
{
	const char *node, *kind;
	int number;

	*c = (struct capture){ 0 };
	if (!query_next(q, "sissssooos", &node, &c->n, &kind, &c->channel, &c->message_id,
			&c->piece, &c->alive, &c->own_text, &c->deleted, &c->edited) ||
	    !word_read(q, "kind of capture", capture_from, kind, -1, &number))
		return false;
	snprintf(c->node, sizeof(c->node), "%s", node);
	c->kind = (enum capture_kind)number;
	return true;
}

static int captures_read(struct query *q, struct capture *c, int most)
{
	int n = 0, rc;

	while (n < most && capture_next(q, &c[n]))
		n++;
	rc = query_end(q);
	return rc ? rc : n;
}

int rows_captures(struct rows *r, const char *channel, const char *id, struct arena *a,
		  struct capture *c, int most)
{
	struct query q;

	query(&q, &of_rows(r)->db, a,
	      CAPTURE_SELECT "WHERE c.channel = ? AND c.ts = ? ORDER BY c.node, c.n LIMIT ?", "ssd",
	      channel, id, most);
	return captures_read(&q, c, most);
}

int rows_piece_captures(struct rows *r, const char *node, const char *piece, struct arena *a,
			struct capture *c, int most)
{
	struct query q;

	query(&q, &of_rows(r)->db, a,
	      CAPTURE_BY("INDEXED BY capture_piece") "WHERE c.node = " THE_NODE
						     " AND c.piece = ? ORDER BY c.n LIMIT ?",
	      "ssd", node, piece, most);
	return captures_read(&q, c, most);
}

int rows_source_capture(struct rows *r, const char *node, int64_t source, struct arena *a,
			struct capture *c)
{
	struct query q;

	query(&q, &of_rows(r)->db, a,
	      CAPTURE_SELECT "JOIN source s ON s.node = c.node AND s.capture = c.n"
			     " WHERE s.node = " THE_NODE " AND s.n = ?",
	      "si", node, source);
	return captures_read(&q, c, 1);
}

int rows_sources(struct rows *r, const char *node, int64_t capture, struct arena *a,
		 struct source *h, int most)
{
	const char *source;
	struct query q;
	int n = 0, number, rc;

	query(&q, &of_rows(r)->db, a,
	      "SELECT n, capture, source, person, \"on\", beaten, event_ts"
	      " FROM source INDEXED BY source_capture WHERE node = " THE_NODE
	      " AND capture = ? ORDER BY n LIMIT ?",
	      "sid", node, capture, most);
	while (n < most &&
	       query_next(&q, "iissoos", &h[n].n, &h[n].capture, &source, &h[n].person, &h[n].on,
			  &h[n].beaten, &h[n].stamp) &&
	       word_read(&q, "source of a capture", capture_via_from, source, -1, &number))
		h[n++].via = (enum capture_via)number;
	rc = query_end(&q);
	return rc ? rc : n;
}

/* A page goes on behind its last id, so it doesn't end between captures of one message: those of
 * the last one wait for the next page, unless they are all there is. */
static int whole_messages(const struct capture *c, int n, int most)
{
	int end = most;

	if (n <= most)
		return n;
	while (end > 0 && strcmp(c[end - 1].message_id, c[most].message_id) == 0)
		end--;
	return end ? end : most;
}

int capture_captured(struct reads *r, const char *channel, const char *from_id, const char *to_id,
		     struct arena *a, struct capture *c, int most)
{
	struct capture *page = arena_alloc(a, ((size_t)most + 1) * sizeof(*page));
	struct query q;
	int n;

	query(&q, &of_reads(r)->db, a,
	      CAPTURE_SELECT "WHERE c.channel = ? AND c.ts > ? AND c.ts <= ?"
			     " ORDER BY c.ts, c.node, c.n LIMIT ?",
	      "sssd", channel, from_id, to_id, most + 1);
	n = captures_read(&q, page, most + 1);
	if (n < 0)
		return n;
	n = whole_messages(page, n, most);
	memcpy(c, page, (size_t)n * sizeof(*c));
	return n;
}
