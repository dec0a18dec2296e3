#include "adapters/slack/web/web_gates.h"

#include "adapters/slack/web/web_methods.h"
#include "core/base/alloc.h"

struct lane {
	struct gate gate;
	LIST_ENTRY(lane) link;
	char channel[];
};

void gates_init(struct gates *g)
{
	*g = (struct gates){ 0 };
	LIST_INIT(&g->lanes);
}

static void gates_drop(struct lane *l)
{
	LIST_REMOVE(l, link);
	free(l);
}

void gates_release(struct gates *g)
{
	while (!LIST_EMPTY(&g->lanes))
		gates_drop(LIST_FIRST(&g->lanes));
}

static int64_t gates_later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* A bucket of n is empty when it will be full in n intervals. */
static int64_t wait_at(const struct gate *g, const struct pace *p, int64_t now, int ahead)
{
	int64_t room = gates_later(g->full_at, now) + (ahead + 1 - p->burst) * p->interval_ms;

	return gates_later(gates_later(room, g->shut_until) - now, 0);
}

static void take_at(struct gate *g, const struct pace *p, int64_t now)
{
	g->full_at = gates_later(g->full_at, now) + p->interval_ms;
}

static struct lane *lane_find(struct gates *g, const char *channel)
{
	struct lane *l;

	LIST_FOREACH(l, &g->lanes, link)
		if (!strcmp(l->channel, channel))
			return l;
	return NULL;
}

/* The lane to change; those that are as good as new go, so that the list is as short as the last
 * second. */
static struct lane *lane_get(struct gates *g, const char *channel, int64_t now)
{
	size_t size = strlen(channel) + 1;
	struct lane *l, *next;

	for (l = LIST_FIRST(&g->lanes); l; l = next) {
		next = LIST_NEXT(l, link);
		if (l->gate.full_at <= now && l->gate.shut_until <= now)
			gates_drop(l);
	}
	l = lane_find(g, channel);
	if (l)
		return l;
	l = alloc(sizeof(*l) + size);
	memcpy(l->channel, channel, size);
	LIST_INSERT_HEAD(&g->lanes, l, link);
	return l;
}

int64_t gates_wait(struct gates *g, enum web_method m, const char *channel, int64_t now, int ahead,
		   int in_lane)
{
	static const struct gate fresh;
	const struct lane *l;
	int64_t wait;

	if (m == WEB_METHODS)
		return 0;
	wait = wait_at(&g->methods[m], web_methods[m].pace, now, ahead);
	if (!channel)
		return wait;
	l = lane_find(g, channel);
	return gates_later(wait, wait_at(l ? &l->gate : &fresh, &web_channel_pace, now, in_lane));
}

void gates_take(struct gates *g, enum web_method m, const char *channel, int64_t now)
{
	if (m == WEB_METHODS)
		return;
	take_at(&g->methods[m], web_methods[m].pace, now);
	if (channel)
		take_at(&lane_get(g, channel, now)->gate, &web_channel_pace, now);
}

void gates_give_back(struct gates *g, enum web_method m, const char *channel)
{
	struct lane *l = channel ? lane_find(g, channel) : NULL;

	if (m == WEB_METHODS)
		return;
	g->methods[m].full_at -= web_methods[m].pace->interval_ms;
	if (l)
		l->gate.full_at -= web_channel_pace.interval_ms;
}

void gates_shut(struct gates *g, enum web_method m, const char *channel, int64_t now, int64_t ms)
{
	if (m == WEB_METHODS)
		return;
	if (channel)
		lane_get(g, channel, now)->gate.shut_until = now + ms;
	else
		g->methods[m].shut_until = now + ms;
}
