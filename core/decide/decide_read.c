/* Commands that only read: card, show, catchup, list, help. */
#include "core/decide/decide_common.h"

#include "core/show/show.h"

#include <inttypes.h>
#include <string.h>

#define LISTED 30

/* ---- one Node ---- */

/* Loads d->node; 1, or < 0: it was found a moment ago, in this transaction. */
static int load(struct deed *d, enum view_size size, struct view *v)
{
	int rc = d->rows->view(d->rows, d->node.id, size, d->arena, v);

	v->elsewhere = d->line.node.number != 0;
	return rc;
}

int decide_card(struct deed *d)
{
	struct view v;
	struct buf b;
	int rc = load(d, VIEW_CARD, &v);

	if (rc <= 0)
		return rc;
	buf_init(&b, BUF_ROOMY);
	show_write(&b, &v, d->in->now_ms);
	answer(d, VERDICT_READ, "%s", deed_keep(d, &b));
	d->out->answer.kind = ANSWER_CARD;
	return 0;
}

int decide_show(struct deed *d)
{
	struct view v;
	struct buf b;
	int rc = node_find(d);

	if (rc <= 0)
		return rc;
	rc = load(d, VIEW_FULL, &v);
	if (rc <= 0)
		return rc;
	buf_init(&b, BUF_ROOMY);
	show_write(&b, &v, d->in->now_ms);
	return answer(d, VERDICT_READ, "%s", deed_keep(d, &b));
}

int decide_catchup(struct deed *d)
{
	struct view v;
	struct buf b;
	int rc = load(d, VIEW_FULL, &v);

	if (rc <= 0)
		return rc;
	buf_init(&b, BUF_ROOMY);
	briefing_write(&b, &v, d->in->now_ms);
	return answer(d, VERDICT_READ, "%s", deed_keep(d, &b));
}

/* Where all readers may see it: in the Node's own channel; elsewhere only whoever asked gets it. */
int decide_export(struct deed *d)
{
	const char *here = d->in->channel, *format = d->line.which ? d->line.which : "md";
	bool own = here && d->node.channel && !strcmp(here, d->node.channel);
	struct letter *file;

	if (d->in->via == VIA_SHELL)
		return answer_refuse(d, "On the shell a file is written with: aliosbot export %s",
				     d->node.id);
	file = say(d, SAY_FILE);
	file->text = format;
	file->person = own ? NULL : d->speaker.ref;
	return answer(d, VERDICT_DONE, "%s as %s: the file %s.", node_words(d, &d->node), format,
		      own ? "follows in this channel" : "follows in a direct message to you");
}

/* ---- list ---- */

static void list_one(struct deed *d, const struct head *h)
{
	struct buf age;

	buf_init(&age, 64);
	civil_ago(&age, h->declared_at, d->in->now_ms);
	answer_more(d, "%s %s · %s · %s · %s", priority_emoji(h->priority), node_words(d, h),
		    status_name(h->status), h->captain ? who_is(d, h->captain) : "nobody yet",
		    deed_keep(d, &age));
}

static const char *list_heading(const char *which)
{
	if (!strcmp(which, "mine"))
		return "Incidents that you are captain of, or have open items in:";
	return !strcmp(which, "all") ? "All incidents, newest first:"
				     : "Open incidents, newest first:";
}

static int list_nothing(struct deed *d, const char *which)
{
	if (!strcmp(which, "mine"))
		return answer(d, VERDICT_READ,
			      "You are captain of no incident and have no open items.");
	if (!strcmp(which, "all"))
		return answer(d, VERDICT_READ, "There is no incident yet. %s declares one.",
			      to_type(d, "new TITLE"));
	return answer(d, VERDICT_READ, "No incident is open. %s shows the earlier ones.",
		      to_type(d, "list all"));
}

static void list_rest(struct deed *d, const char *which, int page, int left, bool more)
{
	const char *line = arena_printf(d->arena, "list %s %d", which, page);

	answer_more(d, "And %s%d more: %s", more ? "more than " : "", left, to_type(d, line));
	answer_button(d, "Show more", line);
}

int decide_list(struct deed *d)
{
	const char *which = d->line.which ? d->line.which : "open";
	bool mine = !strcmp(which, "mine"), more;
	int from = d->line.page > 1 ? (int)(d->line.page - 1) * LISTED : 0;
	struct head *h;
	int count = nodes_seen(d, which, mine ? d->speaker.ref : NULL, &h, &more), i;

	if (count < 0)
		return count;
	if (!count)
		return list_nothing(d, which);
	if (from >= count)
		from = (count - 1) / LISTED * LISTED;
	answer(d, VERDICT_READ, "%s", list_heading(which));
	for (i = from; i < count && i < from + LISTED; i++)
		list_one(d, &h[i]);
	if (count > i)
		list_rest(d, which, from / LISTED + 2, count - i, more);
	else if (more)
		answer_more(d, "Older ones by their number: %s", to_type(d, "show 42"));
	return 0;
}

/* ---- help ---- */

static int help_overview(struct deed *d)
{
	const struct command *c;
	struct buf b;
	size_t i;

	buf_init(&b, BUF_ROOMY);
	for (i = 0; (c = command_at(i)); i++) {
		if (c->heading && b.len)
			buf_addc(&b, '\n');
		if (c->heading)
			text_add_bold(&b, c->heading);
		buf_adds(&b, c->heading ? ": " : " ");
		text_add_code(&b, c->word);
	}
	answer(d, VERDICT_READ, "Type %s and one of these words:", to_type(d, ""));
	answer_more(d, "%s", deed_keep(d, &b));
	return 0;
}

static int help_command(struct deed *d, const struct command *c)
{
	answer(d, VERDICT_READ, "%s", to_type(d, c->usage));
	answer_more(d, "%s.", c->says);
	if (*c->aliases)
		answer_more(d, "Other words for it: %s", c->aliases);
	if (*c->more)
		answer_more(d, "%s", c->more);
	return 0;
}

int decide_help(struct deed *d)
{
	if (d->line.about)
		return help_command(d, d->line.about);
	help_overview(d);
	answer_more(d,
		    "In an incident's channel they are about that incident; anywhere else name it "
		    "first: %s",
		    to_type(d, "42 note TEXT"));
	answer_more(d, "%s explains one of them.", to_type(d, "help note"));
	return 0;
}
