#include "core/find/todo.h"

#include "core/due.h"
#include "core/time/when.h"

#include <string.h>

/* Beyond the page: a day is over at another moment for each owner, and what is over comes first. */
#define TODO_SPARE 30

struct looking {
	struct rows *rows;
	const struct todo_wanted *wanted;
	struct arena *arena;
	struct todo_count there;
	struct todo *kept; /* of those seen the first from + most + TODO_SPARE */
	int n_kept, room;
	int64_t seen;
	bool hidden; /* some are, or may be */
};

/* Is the day over on which it is due, for its owner? */
static bool todo_is_over(const struct todo *t, struct zones *zones, int64_t now_ms)
{
	const struct zone z = due_zone(&t->owner, zones);

	return t->item.due && now_ms > date_end_ms(t->item.due, &z);
}

static int todo_keep(struct looking *l, struct todo *t)
{
	const struct todo_wanted *w = l->wanted;
	int rc = w->seen.node(w->seen.arg, &t->node);

	if (rc < 0)
		return rc;
	l->hidden |= !rc || t->node.private_;
	if (!rc)
		return 0;
	l->seen++;
	t->over = todo_is_over(t, w->zones, w->now_ms);
	if (l->n_kept < l->room)
		l->kept[l->n_kept++] = *t;
	return 0;
}

/* How many there were to look at, < 0. */
static int todo_chunk(struct looking *l, int64_t from, int most)
{
	struct todo *chunk = arena_alloc(l->arena, (size_t)most * sizeof(*chunk));
	struct todo_asked asked = l->wanted->asked;
	struct todo_count count;
	int n, rc;

	asked.from = from;
	n = l->rows->todo(l->rows, &asked, l->arena, chunk, most, &count);
	if (n > 0)
		l->there = count;
	for (int i = 0; i < n; i++) {
		rc = todo_keep(l, &chunk[i]);
		if (rc < 0)
			return rc;
	}
	l->hidden |= l->there.private_ > 0;
	return n;
}

/* One look, where all can be seen; else a second one at all that is left, for how many there are that can. */
static int todo_walk(struct looking *l)
{
	int n = todo_chunk(l, 0, l->room);

	if (n < l->room || !l->hidden || n >= TODO_LOOKED ||
	    (l->wanted->uncounted && l->n_kept == l->room))
		return n < 0 ? n : 0;
	n = todo_chunk(l, n, TODO_LOOKED - n);
	return n < 0 ? n : 0;
}

/* What is over to the front; the order stays else. */
static void todo_order(struct todo *t, int n)
{
	struct todo one;
	int over = 0;

	for (int i = 0; i < n; i++) {
		if (!t[i].over)
			continue;
		one = t[i];
		memmove(&t[over + 1], &t[over], (size_t)(i - over) * sizeof(*t));
		t[over++] = one;
	}
}

int todo_look(struct rows *r, const struct todo_wanted *w, struct arena *a, struct todo_list *out)
{
	struct looking l = {
		.rows = r,
		.wanted = w,
		.arena = a,
		.room = TODO_LOOKED,
		.hidden = !w->member,
	};
	int rc;

	if (w->from < TODO_LOOKED - w->most - TODO_SPARE)
		l.room = (int)w->from + w->most + TODO_SPARE;
	l.kept = arena_alloc(a, (size_t)l.room * sizeof(*l.kept));
	rc = todo_walk(&l);
	if (rc < 0)
		return rc;
	todo_order(l.kept, l.n_kept);
	*out = (struct todo_list){ .items = l.kept, .all = l.hidden ? l.seen : l.there.all };
	if (l.n_kept > w->from) {
		out->items += w->from;
		out->count = (size_t)(l.n_kept - w->from);
	}
	if (out->count > (size_t)w->most)
		out->count = (size_t)w->most;
	return 0;
}

/* In chunks; of how many there are the first of them tells. */
int todo_look_all(struct rows *r, const struct todo_wanted *w, struct arena *a,
		  struct todo_list *out)
{
	struct looking l = { .rows = r, .wanted = w, .arena = a };
	struct todo first;
	int n = r->todo(r, &w->asked, a, &first, 1, &l.there);

	if (n < 0)
		return n;
	l.room = (int)l.there.all;
	l.kept = arena_alloc(a, (size_t)(l.room + 1) * sizeof(*l.kept));
	do
		n = todo_chunk(&l, l.seen, TODO_LOOKED);
	while (n == TODO_LOOKED);
	if (n < 0)
		return n;
	todo_order(l.kept, l.n_kept);
	*out = (struct todo_list){ .items = l.kept, .count = (size_t)l.n_kept, .all = l.seen };
	return 0;
}
