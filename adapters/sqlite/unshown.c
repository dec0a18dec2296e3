/*
 * unshown: posts that fell behind their Nodes lately, as a short list in the tally's row: every change writes that row
 * anyhow, so that a change whose card is edited a moment later costs the post no page. Where the list is full, and for
 * whatever is behind for longer, post.dirty_at says it (post.c).
 *
 * In memory the list is exact. In the file it may still have one that was shown since the last change: its post shows
 * all there is, and so it doesn't count (SCHEMA_POSTS_BEHIND). One of a kind that the Node has no post of goes with the next
 * look.
 */
#include "adapters/sqlite/sqlite_private.h"

static struct lately *unshown_of(struct unshown *u, int64_t node, enum post_what what)
{
	for (struct lately *l = u->list; l < u->list + u->n; l++)
		if (l->node == node && l->what == what)
			return l;
	return NULL;
}

bool unshown_add(struct unshown *u, int64_t node, enum post_what what, int64_t at)
{
	if (unshown_of(u, node, what))
		return true;
	if (u->n == UNSHOWN_MOST)
		return false;
	u->list[u->n++] = (struct lately){ .node = node, .what = what, .at = at };
	return true;
}

int64_t unshown_take(struct unshown *u, int64_t node, enum post_what what)
{
	struct lately *l = unshown_of(u, node, what);
	int64_t at = l ? l->at : 0;

	if (l)
		*l = u->list[--u->n];
	return at;
}

/* ---- a look at all that is behind ---- */

void unshown_look(struct unshown *u)
{
	for (struct lately *l = u->list; l < u->list + u->n; l++)
		l->seen = false;
}

void unshown_seen(struct unshown *u, int64_t node, enum post_what what)
{
	struct lately *l = unshown_of(u, node, what);

	if (l)
		l->seen = true;
}

void unshown_looked(struct unshown *u)
{
	for (struct lately *l = u->list; l < u->list + u->n;)
		if (l->seen)
			l++;
		else
			*l = u->list[--u->n];
}

/* ---- in the tally's row ---- */

void unshown_write(const struct unshown *u, struct buf *out)
{
	buf_addc(out, '[');
	for (const struct lately *l = u->list; l < u->list + u->n; l++) {
		buf_adds(out, l == u->list ? "[" : ",[");
		buf_addn(out, l->node);
		buf_adds(out, ",\"");
		buf_adds(out, post_what_name(l->what));
		buf_adds(out, "\",");
		buf_addn(out, l->at);
		buf_addc(out, ']');
	}
	buf_addc(out, ']');
}

/* A list that isn't one (somebody wrote into the file) is as good as none: the next change of a Node brings its posts up. */
int unshown_read(struct sqlite_store *s, const char *list)
{
	struct unshown *u = &s->tally.unshown;
	int64_t node, at;
	const char *what;
	struct query q;
	struct arena a;
	int number;

	u->n = 0;
	arena_init(&a);
	query(&q, &s->db, &a,
	      "SELECT value ->> 0, value ->> 1, value ->> 2 FROM"
	      " json_each(iif(json_valid(?1), ?1, '[]')) WHERE type = 'array'",
	      "s", list);
	while (u->n < UNSHOWN_MOST && query_next(&q, "isi", &node, &what, &at))
		if ((number = post_what_from(what)) >= 0) {
			u->list[u->n++] = (struct lately){ .node = node,
							   .what = (enum post_what)number,
							   .at = at };
		}
	arena_release(&a);
	return query_end(&q);
}
