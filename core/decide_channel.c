/* What Slack says about channels: made, refused, renamed. Its own voice: nobody is answered. */
#include "decide_common.h"

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
	struct say *s = say_to(d, SAY_DM, d->node.declared_by);

	if (s)
		s->text = arena_printf(d->arena,
				       "Slack would not make a channel for %s (%s), so it has "
				       "none. Nothing is lost: name it in "
				       "your commands, like %s, from any channel.",
				       node_words(d, &d->node),
				       d->in->line ? d->in->line : "no reason given",
				       to_type(d, node_line(d, &d->node, "note TEXT")));
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
	c = move_in(d, fallback, d->in->channel_name);
	node_set_flag(c, "own_channel", &d->node.own_channel, false);
	say_line(d, "Slack would not make a channel for %s (%s), so it lives here.",
		 node_words(d, &d->node), d->in->line ? d->in->line : "no reason given");
	return 0;
}

static int renamed(struct deed *d)
{
	struct change *c;

	if (!d->in->name || (d->node.channel_name && !strcmp(d->node.channel_name, d->in->name)))
		return 0;
	c = change_channel(d);
	node_set_string(c, "channel_name", &d->node.channel_name, d->in->name);
	return 0;
}

int decide_channel(struct deed *d)
{
	int rc;

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
	return renamed(d);
}
