/*
 * Whose turn it is to be swept: a Node's channel is read whole, at most hourly; a gap that comes sooner owes it.
 */
#include "adapters/slack/recover/recover_private.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define SWEEP_MS MS_HOUR

static void sweep_disown(struct recover *c, const char *node)
{
	for (size_t i = 0; i < c->n_owed; i++)
		if (!strcmp(c->owed[i].node, node)) {
			c->owed[i] = c->owed[--c->n_owed];
			return;
		}
}

/* As of the earliest gap that is owed. */
static void sweep_owe(struct recover *c, const char *node, int64_t news_ms, int64_t due_ms)
{
	struct owed *o = c->owed;

	for (; o < c->owed + c->n_owed; o++)
		if (!strcmp(o->node, node)) {
			o->due_ms = due_ms;
			return;
		}
	c->owed = alloc_more(c->owed, c->n_owed + 1, sizeof(*c->owed));
	o = &c->owed[c->n_owed++];
	*o = (struct owed){ .news_ms = news_ms, .due_ms = due_ms };
	snprintf(o->node, sizeof(o->node), "%.*s", NODE_ID_MAX - 1, node);
}

static bool sweep_is_under_way(const struct recover *c, const char *node)
{
	const struct walk *w;

	TAILQ_FOREACH(w, &c->walks, link)
	for (size_t i = 0; i < w->reading->n; i++)
		if (w->reading->nodes[i].swept && !strcmp(w->reading->nodes[i].node, node))
			return true;
	return false;
}

/* When it may be swept again; a time that isn't past yet comes from a clock that was set back. */
static int64_t sweep_due_ms(const struct recover *c, const char *node, int64_t swept_ms)
{
	int64_t now = recover_now(c);

	if (sweep_is_under_way(c, node))
		return now + SWEEP_MS;
	return swept_ms > now ? now : swept_ms + SWEEP_MS;
}

bool sweep_turn(struct recover *c, struct reading *r, const char *node, int64_t swept_ms)
{
	int64_t due = sweep_due_ms(c, node, swept_ms);

	if (due > recover_now(c)) {
		sweep_owe(c, node, r->from_ms, due);
		return false;
	}
	sweep_disown(c, node);
	return true;
}

int64_t sweep_next_ms(const struct recover *c)
{
	int64_t next = 0;

	for (size_t i = 0; i < c->n_owed; i++)
		if (!next || c->owed[i].due_ms < next)
			next = c->owed[i].due_ms;
	return next;
}

bool sweep_is_due(const struct recover *c)
{
	return c->n_owed && sweep_next_ms(c) <= recover_now(c);
}

bool sweep_is_owed(const struct recover *c, const char *node)
{
	for (size_t i = 0; i < c->n_owed; i++)
		if (!strcmp(c->owed[i].node, node))
			return c->owed[i].due_ms <= recover_now(c);
	return false;
}

struct reading *sweep_reading(struct recover *c)
{
	int64_t news = INT64_MAX;

	for (size_t i = 0; i < c->n_owed; i++)
		if (c->owed[i].due_ms <= recover_now(c) && c->owed[i].news_ms < news)
			news = c->owed[i].news_ms;
	return reading_new(news, recover_now(c));
}

void sweep_forget(struct recover *c, int64_t at_ms)
{
	size_t i = 0;

	while (i < c->n_owed)
		if (c->owed[i].due_ms <= at_ms)
			c->owed[i] = c->owed[--c->n_owed];
		else
			i++;
}
