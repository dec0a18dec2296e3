/* ✅: the item that a message became is DONE while one holds. */
#include "core/decide/capture_private.h"

#include <string.h>

static int item_of(struct deed *d, const char *piece, struct item *i)
{
	struct handle at;

	if (handle_read(piece, strlen(piece), &at))
		return 0;
	return d->rows->item(d->rows, d->node.id, at.n, d->arena, i);
}

/* Its item is DONE by it: `piece` remembers that, for the way back. */
static void check_on(struct deed *d, struct change *c, struct capture *check, const struct item *i)
{
	const char *piece = handle_words(d, 'A', i->n);

	if (i->state != ITEM_TODO || i->withdrawn)
		return;
	item_set_state(c, i, ITEM_DONE, event_at(d));
	effect_set(c, TABLE_CAPTURE, check->n, "piece", v_str(check->piece), v_str(piece));
	capture_emoji(d, check, true);
}

/* The capture of the same message that is its item on this Node; NULL. */
static const struct capture *item_beside(const struct deed *d, const struct hold *h)
{
	const struct capture *found = NULL;
	int i;

	for (i = 0; i < h->n_all; i++)
		if (capture_is_item(h->all[i].kind) && h->all[i].piece &&
		    !strcmp(h->all[i].node, d->node.id) &&
		    (!found || h->all[i].kind == CAPTURE_ACTION))
			found = &h->all[i];
	return found;
}

static int check_off(struct deed *d, struct change *c, struct hold *h)
{
	const struct capture *owner = item_beside(d, h);
	struct item i;
	int rc;

	if (!h->c.piece)
		return 0;
	rc = item_of(d, h->c.piece, &i);
	if (rc <= 0)
		return rc;
	effect_set(c, TABLE_CAPTURE, h->c.n, "piece", v_str(h->c.piece), v_null());
	capture_emoji(d, &h->c, false);
	if (i.state != ITEM_DONE)
		return 0;
	item_set_state(c, &i, ITEM_TODO, 0);
	i.state = ITEM_TODO;
	i.done_at = 0;
	/* Its own last source went while it was DONE: now nothing keeps it. */
	if (owner && !owner->alive && !item_taken_up(&i))
		item_set_state(c, &i, ITEM_DROPPED, event_at(d));
	return 0;
}

int check_settle(struct deed *d, struct change *c, struct hold *h, bool alive)
{
	const struct capture *owner = item_beside(d, h);
	struct item i;
	int rc;

	if (!alive)
		return check_off(d, c, h);
	rc = owner ? item_of(d, owner->piece, &i) : 0;
	if (rc > 0)
		check_on(d, c, &h->c, &i);
	return rc < 0 ? rc : 0;
}

static const struct capture *beside(const struct deed *d, const struct hold *h, enum capture_kind k)
{
	int i;

	for (i = 0; i < h->n_all; i++)
		if (h->all[i].kind == k && h->all[i].alive && !strcmp(h->all[i].node, d->node.id))
			return &h->all[i];
	return NULL;
}

int check_item(struct deed *d, struct change *c, const struct hold *h)
{
	const struct capture *check = beside(d, h, CAPTURE_CHECK);
	struct capture one;
	struct handle at;
	struct item i;
	int rc;

	/* Where a message is two items, ✅ is about the action. */
	if (!check || check->piece ||
	    (h->c.kind == CAPTURE_PREVENT && beside(d, h, CAPTURE_ACTION)))
		return 0;
	if (handle_read(h->c.piece, strlen(h->c.piece), &at))
		return 0;
	rc = d->rows->item(d->rows, d->node.id, at.n, d->arena, &i);
	if (rc < 0 || (rc && i.state == ITEM_DONE))
		return rc < 0 ? rc : 0;
	/* Written or brought back a moment ago: the store doesn't know yet. */
	i = (struct item){ .n = at.n, .state = ITEM_TODO };
	one = *check;
	check_on(d, c, &one, &i);
	return 0;
}

int captures_uncheck(struct deed *d, struct change *c, const char *piece)
{
	struct capture *all = arena_alloc(d->arena, CAPTURES_MAX * sizeof(*all));
	int count = d->rows->piece_captures(d->rows, d->node.id, piece, d->arena, all,
					    CAPTURES_MAX),
	    i;

	for (i = 0; i < count; i++)
		if (all[i].kind == CAPTURE_CHECK)
			effect_set(c, TABLE_CAPTURE, all[i].n, "piece", v_str(piece), v_null());
	return count < 0 ? count : 0;
}
