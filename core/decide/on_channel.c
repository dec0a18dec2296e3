/* What Slack says about channels: made, refused, renamed. Its own voice: nobody is answered. */
#include "core/decide/decide_common.h"

#include <string.h>

static struct change *change_channel(struct deed *d)
{
	d->out->verdict = VERDICT_DONE;
	return change_of(d, "channel");
}

static struct change *move_in(struct deed *d, const char *channel, const char *name)
{
	struct change *c = change_channel(d);

	node_set_string(c, "channel", &d->node.channel, channel);
	node_set_string(c, "channel_name", &d->node.channel_name, name);
	if (status_open(d->node.status))
		span_open(d, c, d->in->received_ms);
	return c;
}

static int made(struct deed *d)
{
	/* A result that is told twice (a probe after a time-out) changes nothing. */
	if (!d->node.channel)
		move_in(d, d->in->channel, d->in->name);
	return 0;
}

static void tell_declarer(struct deed *d)
{
	struct letter *s = say_to(d, SAY_DM, d->node.declared_by);

	if (s)
		s->text = arena_printf(d->arena,
				       "Slack refused to create a channel for %s (%s). Nothing is "
				       "lost: from any channel, type its number first, like %s.",
				       node_words(d, &d->node),
				       d->in->line ? d->in->line : "no reason given",
				       to_type(d, node_line(d, &d->node, "note TEXT")));
}

static const char *on_channel_name_of(struct deed *d, const char *channel)
{
	struct names *names = &d->rows->names;

	if (d->in->channel_name)
		return d->in->channel_name;
	return arena_strdup(d->arena, names->name(names, TEXT_CHANNEL, channel, strlen(channel)));
}

/* The channel it was asked for in is the next best, unless that would show a private Node, or one
 * too many. */
static int made_not(struct deed *d)
{
	const char *fallback = d->node.asked_in;
	struct head open;
	struct change *c;
	int rc;

	if (d->node.channel)
		return 0;
	if (!fallback || d->node.private_) {
		d->out->verdict = VERDICT_DONE;
		tell_declarer(d);
		return 0;
	}
	rc = d->rows->node_open_in(d->rows, fallback, d->arena, &open);
	if (rc < 0)
		return rc;
	if (rc) {
		d->out->verdict = VERDICT_DONE;
		tell_declarer(d);
		return 0;
	}
	c = move_in(d, fallback, on_channel_name_of(d, fallback));
	node_set_flag(c, "own_channel", &d->node.own_channel, false);
	say_line(d, "Slack refused to create a channel for %s (%s), so it runs here.",
		 node_words(d, &d->node), d->in->line ? d->in->line : "no reason given");
	return 0;
}

static int on_channel_renamed(struct deed *d)
{
	struct change *c;

	if (!d->in->name || (d->node.channel_name && !strcmp(d->node.channel_name, d->in->name)))
		return 0;
	c = change_channel(d);
	node_set_string(c, "channel_name", &d->node.channel_name, d->in->name);
	return 0;
}

/* ---- another id ---- */

#define NODES_MOST 1000 /* that one channel has seen */
#define ROWS_MOST 20000 /* of one Node's table */

/* Wherever the Node says where something is. */
static int move_rows(struct deed *d, struct change *c, const char *from, const char *to)
{
	int64_t *n = arena_alloc(d->arena, ROWS_MOST * sizeof(*n));
	int t, i, count;

	for (t = TABLE_NODE + 1; t < TABLES; t++) {
		if (!table_field((enum table)t, "channel", strlen("channel")))
			continue;
		count = d->rows->channel_rows(d->rows, d->node.id, (enum table)t, from, d->arena, n,
					      ROWS_MOST);
		if (count < 0)
			return count;
		for (i = 0; i < count; i++)
			effect_set(c, (enum table)t, n[i], "channel", v_str(from), v_str(to));
	}
	return 0;
}

static int move_node(struct deed *d, const char *from, const char *to)
{
	struct head *h = &d->node;
	struct change *c = change_channel(d);

	if (h->channel && !strcmp(h->channel, from))
		node_set_string(c, "channel", &h->channel, to);
	if (h->asked_in && !strcmp(h->asked_in, from))
		node_set_string(c, "asked_in", &h->asked_in, to);
	return move_rows(d, c, from, to);
}

/* Slack gives a channel that is shared, or made private, another id; all that is in it stays. */
static int on_channel_moved(struct deed *d)
{
	const char **ids = arena_alloc(d->arena, NODES_MOST * sizeof(*ids));
	const char *from = d->in->channel, *to = d->in->name;
	int count = d->rows->channel_nodes(d->rows, from, d->arena, ids, NODES_MOST), i, rc = 0;

	if (count < 0)
		return count;
	for (i = 0; i < count && rc >= 0; i++) {
		rc = d->rows->node_id(d->rows, ids[i], d->arena, &d->node);
		if (rc > 0)
			rc = move_node(d, from, to);
	}
	if (rc < 0)
		return rc;
	d->out->verdict = VERDICT_DONE;
	d->out->moved_from = from;
	d->out->moved_to = to;
	return 0;
}

int on_channel(struct deed *d)
{
	int rc;

	if (d->in->kind == INTENT_CHANNEL_MOVED)
		return on_channel_moved(d);
	if (d->in->node)
		rc = d->rows->node_id(d->rows, d->in->node, d->arena, &d->node);
	else
		rc = node_here(d, true, &d->node);
	if (rc <= 0)
		return rc;
	if (d->in->kind == INTENT_CHANNEL_MADE)
		return made(d);
	if (d->in->kind == INTENT_CHANNEL_REFUSED)
		return made_not(d);
	return on_channel_renamed(d);
}
