/* What one person has before them: their incidents and items, what is open, what is overdue. */
#include "core/decide/decide_common.h"

#include "core/find/todo.h"
#include "core/show/show.h"

#include <inttypes.h>
#include <string.h>

#define DESK_NODES 10
#define DESK_OVERDUE 10

/* ---- incidents ---- */

static void desk_node(struct deed *d, struct buf *out, const struct head *h)
{
	struct buf age;

	buf_init(&age, 64);
	civil_ago(&age, h->declared_at, d->in->now_ms);
	buf_addf(out, "%s%s %s · %s · %s · %s", out->len ? "\n" : "", priority_emoji(h->priority),
		 node_words(d, h), status_name(h->status),
		 h->captain ? who_is(d, h->captain) : "no captain yet", deed_keep(d, &age));
	if (h->channel) {
		buf_adds(out, " · ");
		text_add_channel(out, h->channel, NULL);
	}
}

static int desk_nodes(struct deed *d, const char *which, const char **words)
{
	struct head *h;
	bool more;
	int n = nodes_seen(d, which, d->speaker.ref, &h, &more);
	struct buf out;

	if (n <= 0)
		return n;
	buf_init(&out, BUF_ROOMY);
	for (int i = 0; i < n && i < DESK_NODES; i++)
		desk_node(d, &out, &h[i]);
	if (n > DESK_NODES)
		buf_addf(&out, "\nAnd %s%d more: %s", more ? "more than " : "", n - DESK_NODES,
			 to_type(d, arena_printf(d->arena, "list %s", which)));
	*words = deed_keep(d, &out);
	return 0;
}

/* ---- items ---- */

static int desk_mine(struct deed *d, struct todo_wanted *w, struct desk *out)
{
	struct todo_list list;
	int rc;

	w->asked = (struct todo_asked){ .owners = &d->speaker.ref, .n_owners = 1 };
	w->most = DESK_ITEMS;
	rc = todo_look(d->rows, w, d->arena, &list);
	if (rc < 0)
		return rc;
	out->items = arena_alloc(d->arena, (list.count + 1) * sizeof(*out->items));
	for (size_t i = 0; i < list.count; i++)
		todo_row(d, &list.items[i], &out->items[out->n_items++]);
	if (list.all > (int64_t)list.count)
		out->more_items = arena_printf(d->arena, "And %" PRId64 " more: %s",
					       list.all - (int64_t)list.count, to_type(d, "todo"));
	return 0;
}

/* Somebody else's, or nobody's: one's own are shown as such. */
static int desk_overdue(struct deed *d, struct todo_wanted *w, struct desk *out)
{
	struct answer_row row;
	struct todo_list list;
	int rc, shown = 0;
	struct buf b;

	w->asked = (struct todo_asked){ .but = d->speaker.ref };
	w->most = DESK_OVERDUE;
	w->uncounted = true;
	rc = todo_look(d->rows, w, d->arena, &list);
	if (rc < 0)
		return rc;
	buf_init(&b, BUF_ROOMY);
	for (size_t i = 0; i < list.count && shown < DESK_OVERDUE; i++) {
		const struct todo *t = &list.items[i];

		if (!t->over)
			continue;
		todo_row(d, t, &row);
		buf_addf(&b, "%s%s", shown++ ? "\n" : "", row.text);
	}
	out->overdue = b.len ? deed_keep(d, &b) : NULL;
	buf_release(&b);
	return 0;
}

int desk_fill(struct deed *d, struct desk *out)
{
	struct todo_wanted w = { .seen = deed_wanted(d),
				 .member = d->speaker.rank == RANK_MEMBER,
				 .zones = d->zones,
				 .now_ms = d->in->now_ms };
	int rc;

	*out = (struct desk){ .may_declare = may_declare(d) };
	rc = desk_mine(d, &w, out);
	if (rc >= 0)
		rc = desk_overdue(d, &w, out);
	if (rc >= 0)
		rc = desk_nodes(d, "mine", &out->mine);
	if (rc >= 0)
		rc = desk_nodes(d, "open", &out->open);
	return rc < 0 ? rc : 0;
}
