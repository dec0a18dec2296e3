/* Which Node is meant, and who may (product.md section 2). */
#include "core/decide/merged.h"

#include <inttypes.h>
#include <string.h>

/* ---- who may know of it ---- */

/* A private Node whose channel isn't made yet, or was refused: who is, or would be, invited. */
static bool will_be_in(const struct head *h, const char *person)
{
	return (h->declared_by && !strcmp(h->declared_by, person)) ||
	       (h->captain && !strcmp(h->captain, person));
}

int node_seen(struct deed *d, const struct head *h)
{
	const char *here = d->in->channel;

	if (d->speaker.rank == RANK_SHELL)
		return 1;
	if (d->speaker.rank == RANK_GONE)
		return 0;
	if (here && h->channel && !strcmp(here, h->channel))
		return 1;
	if (!h->private_)
		return d->speaker.rank == RANK_MEMBER || d->speaker.rank == RANK_UNKNOWN;
	if (!h->channel)
		return will_be_in(h, d->speaker.ref);
	if (d->speaker.rank == RANK_UNKNOWN)
		return 0;
	return d->rows->member(d->rows, h->channel, d->speaker.ref);
}

static int wanted_by_speaker(void *arg, const struct head *h)
{
	return node_seen(arg, h);
}

struct find_wanted deed_wanted(struct deed *d)
{
	return (struct find_wanted){ .node = wanted_by_speaker, .arg = d };
}

int nodes_seen(struct deed *d, const char *which, const char *person, struct head **h, bool *more)
{
	struct head *all = arena_alloc(d->arena, NODES_LOOKED * sizeof(*all));
	int count = d->rows->nodes(d->rows, which, person, d->arena, all, NODES_LOOKED);
	int seen = 0, i, rc;

	for (i = 0; i < count; i++) {
		rc = node_seen(d, &all[i]);
		if (rc < 0)
			return rc;
		if (rc)
			all[seen++] = all[i];
	}
	*h = all;
	*more = count == NODES_LOOKED;
	return count < 0 ? count : seen;
}

/* ---- which Node ---- */

static bool newer(const struct head *a, const struct head *b)
{
	return a->year != b->year ? a->year > b->year : a->number > b->number;
}

/* The channel's newest Node that is read-only now. */
static int closed_here(struct deed *d, struct head *h)
{
	static const enum status closed[] = { STATUS_ARCHIVED, STATUS_CANCELLED, STATUS_MERGED };
	struct head one;
	size_t i;
	int rc, found = 0;

	for (i = 0; i < sizeof(closed) / sizeof(*closed); i++) {
		rc = d->rows->node_last_in(d->rows, d->in->channel, closed[i], d->arena, &one);
		if (rc < 0)
			return rc;
		if (!rc || (found && !newer(&one, h)))
			continue;
		*h = one;
		found = 1;
	}
	return found;
}

int node_here(struct deed *d, bool closed, struct head *h)
{
	int rc;

	if (!d->in->channel)
		return 0;
	rc = d->rows->node_open_in(d->rows, d->in->channel, d->arena, h);
	if (!rc)
		rc = d->rows->node_last_in(d->rows, d->in->channel, STATUS_DONE, d->arena, h);
	if (rc)
		return rc;
	rc = closed_here(d, h);
	/* A channel that was made for a Node is about that Node, whatever became of it; and what is said where one was
	 * merged goes on, as long as the other one can be written. */
	if (rc == 1 && h->status == STATUS_MERGED && !h->own_channel && !closed)
		return node_writable(d, h);
	return rc == 1 && !closed && !h->own_channel ? 0 : rc;
}

/* The Node a person named. A number alone is the newest with it that they may see: one that is
 * hidden from them must not hide another, or that would tell. */
static int node_named(struct deed *d, struct head *h)
{
	struct node_name name = d->line.node;
	int rc, tries;

	for (tries = 0; tries < 10; tries++) {
		rc = d->rows->node_named(d->rows, &name, d->arena, h);
		if (rc <= 0)
			return rc;
		rc = node_seen(d, h);
		if (rc || d->line.node.year || h->year <= 1)
			return rc;
		name.year = h->year - 1;
	}
	return 0;
}

static const char *name_as_typed(struct deed *d, const struct node_name *n)
{
	char id[NODE_ID_MAX];

	if (!n->year)
		return arena_printf(d->arena, "incident %lld", (long long)n->number);
	node_id_write(id, n->year, n->number);
	return arena_strdup(d->arena, id);
}

int refuse_unseen(struct deed *d, const struct node_name *n)
{
	return answer_refuse(d, "There is no %s that you can see. %s shows the open ones.",
			     name_as_typed(d, n), to_type(d, "list"));
}

/* The line once more, so that it means the same when a button says it later: a WHEN as a moment in
 * UTC. */
static const char *line_again(struct deed *d)
{
	const struct line *l = &d->line;
	const char *which = "";
	struct buf at;

	if (!l->has_when)
		return d->in->line;
	if (l->status >= 0)
		which = status_name((enum status)l->status);
	else if (l->marker >= 0)
		which = marker_name((enum marker)l->marker);
	else if (l->handle.letter)
		which = handle_words(d, l->handle.letter, l->handle.n);
	buf_init(&at, 64);
	civil_rfc3339(&at, l->when);
	/* "2026-11-23T14:05:00.000Z": without the fraction, as people would write it. */
	buf_cut(&at, strlen("2026-11-23T14:05:00"));
	buf_addc(&at, 'Z');
	return arena_printf(d->arena, "%s %s%s%s%s%s", l->command->word, which, *which ? " " : "",
			    deed_keep(d, &at), l->text ? " " : "", l->text ? l->text : "");
}

const char *node_label(struct deed *d, const struct head *h)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_words(&b, text_upto(d, node_words(d, h), 60), &d->rows->names);
	return deed_keep(d, &b);
}

/* A channel that has seen a Node come and go: what was said may have been meant for it. */
static int say_who_was_here(struct deed *d)
{
	struct head h;
	int rc = d->in->channel ? closed_here(d, &h) : 0;

	if (rc > 0)
		answer_more(d, "%s was here and is %s. To open it again: %s", node_words(d, &h),
			    status_name(h.status), to_type(d, "reopen WHY"));
	return rc < 0 ? rc : 0;
}

/* Never guessed: the open Nodes, a button each. */
static int which_node(struct deed *d)
{
	const char *line = line_again(d);
	const char *here = d->in->channel ? "There is no incident in this channel. " : "";
	struct head *open;
	bool more;
	int count = nodes_seen(d, "open", NULL, &open, &more), i;

	if (count < 0)
		return count;
	if (!count) {
		answer_refuse(d, "%sNo incident is open. %s shows the earlier ones.", here,
			      to_type(d, "list all"));
		return say_who_was_here(d);
	}
	answer_refuse(d, "%sWhich incident?", here);
	for (i = 0; i < count && i < ANSWER_BUTTONS; i++) {
		answer_more(d, "• %s", node_words(d, &open[i]));
		answer_button(d, node_label(d, &open[i]), node_line(d, &open[i], line));
	}
	if (count > ANSWER_BUTTONS)
		answer_more(d, "And %d more: %s shows them.", count - ANSWER_BUTTONS,
			    to_type(d, "list"));
	answer_more(d, "Or type its number first: %s",
		    to_type(d, arena_printf(d->arena, "%" PRId64 " %s", open[0].number,
					    d->line.command->usage)));
	return say_who_was_here(d);
}

/* A Node that is read-only can be looked at, and its items worked on. */
static bool reaches_closed(const struct command *c)
{
	return c->flags & (COMMAND_ON_CLOSED | COMMAND_READS);
}

int node_meant(struct deed *d, struct head *h)
{
	return d->line.node.number ? node_named(d, h)
				   : node_here(d, reaches_closed(d->line.command), h);
}

int node_find(struct deed *d)
{
	struct head h;
	int rc = node_meant(d, &h);

	if (!rc && d->line.node.number)
		return refuse_unseen(d, &d->line.node);
	if (!rc)
		return which_node(d);
	if (rc == 1 && h.status == STATUS_MERGED)
		rc = merged_line(d, &h);
	if (rc == 1)
		d->node = h;
	return rc;
}

/* ---- what they may do with it ---- */

/* The right is the captain's and the group's: 1 theirs, 0 not, -1: Slack hasn't told who is in the group. */
static int is_entitled(struct deed *d, const struct command *c)
{
	if (!(d->set->narrowed & UINT64_C(1) << c->verb))
		return 1;
	if (*d->node.id && d->node.captain && !strcmp(d->node.captain, d->speaker.ref))
		return 1;
	return d->in->in_group;
}

static const char *captain_or_nobody(struct deed *d)
{
	return d->node.captain
		       ? arena_printf(d->arena, "the captain (%s)", who_is(d, d->node.captain))
		       : "the captain (there is none yet)";
}

static const char *group_too(struct deed *d)
{
	struct buf b;

	if (!d->in->group)
		return "";
	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, " and ");
	text_add_group(&b, d->in->group, NULL);
	return deed_keep(d, &b);
}

bool may_declare(const struct deed *d)
{
	enum rank rank = d->speaker.rank;

	return rank == RANK_MEMBER || rank == RANK_UNKNOWN || rank == RANK_SHELL;
}

bool may_give(struct deed *d, const struct command *c)
{
	enum rank rank = d->speaker.rank;
	int entitled;

	if (rank == RANK_SHELL)
		return true;
	if (c->flags & COMMAND_RANKED && !may_declare(d)) {
		answer_refuse(d,
			      "Only full members of this workspace can use %s, and you are a "
			      "guest. "
			      "Ask any of them in this channel.",
			      to_type(d, c->word));
		return false;
	}
	/* Nobody is refused a `new` because Slack is slow to say who they are. */
	if (c->flags & COMMAND_RANKED && rank == RANK_UNKNOWN && !(c->flags & COMMAND_DECLARES)) {
		answer_refuse(d,
			      "Only full members of this workspace can use %s, and Slack hasn't "
			      "told me yet whether you are one. Try again in a minute.",
			      to_type(d, c->word));
		return false;
	}
	entitled = is_entitled(d, c);
	if (entitled <= 0)
		answer_refuse(d, "Only %s%s can %s this incident.", captain_or_nobody(d),
			      group_too(d), c->word);
	if (entitled < 0)
		answer_more(d,
			    "Slack hasn't told me yet who is in that group. If you are, try again "
			    "in a minute.");
	return entitled > 0;
}

bool would_be_let(struct deed *d, const struct command *c)
{
	enum rank rank = d->speaker.rank;

	if (rank == RANK_SHELL)
		return true;
	if (c->flags & COMMAND_RANKED && !may_declare(d))
		return false;
	return is_entitled(d, c) > 0;
}

bool read_only(struct deed *d)
{
	if (node_writable(d, &d->node) > 0)
		return false;
	answer_refuse(d, "%s is %s (read-only; items can still be changed). To write again: %s",
		      node_words(d, &d->node), status_name(d->node.status),
		      to_type(d, "reopen WHY"));
	return true;
}

int decide_as(struct deed *d, enum verb v)
{
	const struct command *c = command_verb(v);

	if (!may_give(d, c))
		return 0;
	d->line.command = c;
	d->line.word = c->word;
	return c->decide(d);
}

/* ---- who hears of it ---- */

bool is_announced(const struct deed *d)
{
	return !d->node.private_ && !d->node.drill &&
	       (d->node.priority != PRIORITY_LOW || d->set->announce_low);
}

bool announced_loud(const struct deed *d)
{
	return d->node.priority == PRIORITY_CRITICAL || d->node.priority == PRIORITY_HIGH;
}
