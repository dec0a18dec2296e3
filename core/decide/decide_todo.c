/* What is still to be done, over all Nodes; and what became of them, in numbers. */
#include "core/decide/decide_common.h"

#include "core/find/todo.h"
#include "core/show/show.h"
#include "core/show/statistics.h"
#include "core/show/ticket.h"

#include <inttypes.h>
#include <string.h>

#define ITEM_POINTS 160

/* ---- one item ---- */

static const char *todo_ticket(struct deed *d, const struct todo *t)
{
	struct ticket ticket = ticket_of(t->item.text, d->arena);
	struct buf b;

	if (!ticket.name)
		return "";
	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, " · ");
	text_add_link(&b, ticket.url, ticket.name);
	return deed_keep(d, &b);
}

/* Where it is talked about. */
static const char *todo_where(struct deed *d, const struct todo *t)
{
	struct buf b;

	if (!t->node.channel || d->in->via == VIA_SHELL)
		return "";
	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, " · ");
	text_add_channel(&b, t->node.channel, NULL);
	return deed_keep(d, &b);
}

static const char *todo_words(struct deed *d, const struct todo *t)
{
	const struct view v = { .names = &d->rows->names, .head.year = t->node.year };
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, t->over ? "⏰ " : "• ");
	view_item(&b, &v, &t->item, ITEM_POINTS);
	buf_addf(&b, "%s%s\n   %s%s", t->over ? " (overdue)" : "", todo_ticket(d, t),
		 node_words(d, &t->node), todo_where(d, t));
	return deed_keep(d, &b);
}

static const char *todo_line(struct deed *d, const struct todo *t, const char *word)
{
	return arena_printf(d->arena, "%s %s %" PRId64, t->node.id, word, t->item.n);
}

void todo_row(struct deed *d, const struct todo *t, struct answer_row *row)
{
	*row = (struct answer_row){
		.text = todo_words(d, t),
		.buttons = { { .label = "Done", .line = todo_line(d, t, "done") },
			     { .label = "Assign",
			       .line = todo_line(d, t, "assign"),
			       .begun = true },
			     { .label = "Date", .line = todo_line(d, t, "due"), .begun = true } },
		.count = 3,
	};
}

/* ---- whose ---- */

/* The line for another page. */
static const char *todo_page_line(struct deed *d, int64_t page)
{
	const struct line *l = &d->line;
	const char *whose = l->which;
	struct buf b;

	if (l->group)
		whose = l->group_said;
	if (l->person) {
		buf_init(&b, BUF_ROOMY);
		text_add_person(&b, l->person, l->person_name);
		whose = deed_keep(d, &b);
	}
	return arena_printf(d->arena, "todo %s %" PRId64, whose, page);
}

static void todo_heading(struct deed *d, int64_t all)
{
	const struct line *l = &d->line;

	if (l->person)
		answer(d, VERDICT_READ, "Open items of %s (%" PRId64 "):", who_is(d, l->person),
		       all);
	else if (l->group)
		answer(d, VERDICT_READ, "Open items of %s (%" PRId64 "):", l->group_said, all);
	else
		answer(d, VERDICT_READ,
		       strcmp(l->which, "all") ? "Your open items (%" PRId64 "):"
					       : "All open items (%" PRId64 "):",
		       all);
}

static int todo_nothing(struct deed *d)
{
	const struct line *l = &d->line;

	if (l->person)
		return answer(d, VERDICT_READ, "%s has no open items.", who_is(d, l->person));
	if (l->group)
		return answer(d, VERDICT_READ, "Nobody in %s has open items.", l->group_said);
	if (!strcmp(l->which, "all"))
		return answer(d, VERDICT_READ, "There are no open items.");
	answer(d, VERDICT_READ, "You have no open items.");
	answer_more(d, "Everybody's: %s", to_type(d, "todo all"));
	answer_button(d, "Show all", "todo all");
	return 0;
}

/* 1; 0: that can't be known, and it was answered. */
static int todo_owners(struct deed *d, struct todo_asked *asked)
{
	const struct line *l = &d->line;

	if (l->group) {
		asked->owners = d->in->people;
		asked->n_owners = d->in->n_people;
		if (asked->owners)
			return 1;
		return d->in->via == VIA_SHELL
			       ? answer_refuse(d, "Only Slack knows who is in a group.")
			       : answer_refuse(
					 d,
					 "Slack hasn't told me who is in %s. Try again in a moment.",
					 l->group_said);
	}
	if (!l->person && !strcmp(l->which, "all"))
		return 1;
	asked->owners = arena_alloc(d->arena, sizeof(*asked->owners));
	*(const char **)asked->owners = person_or_me(d);
	asked->n_owners = 1;
	return 1;
}

/* There are fewer. */
static int todo_no_page(struct deed *d, int64_t page, int64_t all)
{
	int64_t last = (all + TODO_PAGE - 1) / TODO_PAGE;

	if (last == 1)
		answer(d, VERDICT_READ,
		       "There is no page %" PRId64 ": everything fits on one page.", page);
	else
		answer(d, VERDICT_READ,
		       "There is no page %" PRId64 ". There are %" PRId64 " pages (%" PRId64
		       " open items).",
		       page, last, all);
	answer_button(d, arena_printf(d->arena, "Show page %" PRId64, last),
		      todo_page_line(d, last));
	return 0;
}

static void todo_rest(struct deed *d, int64_t left, int64_t page)
{
	const char *line = todo_page_line(d, page + 1);

	d->out->answer.more = arena_printf(d->arena, "And %" PRId64 " more.", left);
	answer_button(d, "Show more", line);
}

int decide_todo(struct deed *d)
{
	int64_t page = d->line.page > 1 ? d->line.page : 1;
	struct todo_wanted w = {
		.seen = deed_wanted(d),
		.from = (page - 1) * TODO_PAGE,
		.most = TODO_PAGE,
		.member = d->speaker.rank == RANK_MEMBER || d->speaker.rank == RANK_SHELL,
		.zones = d->zones,
		.now_ms = d->in->now_ms,
	};
	struct answer *out = &d->out->answer;
	struct todo_list list;
	int rc = todo_owners(d, &w.asked);

	if (rc <= 0)
		return rc;
	rc = todo_look(d->rows, &w, d->arena, &list);
	if (rc < 0)
		return rc;
	if (!list.all)
		return todo_nothing(d);
	if (!list.count)
		return todo_no_page(d, page, list.all);
	todo_heading(d, list.all);
	out->rows = arena_alloc(d->arena, (list.count + 1) * sizeof(*out->rows));
	for (size_t i = 0; i < list.count; i++)
		todo_row(d, &list.items[i], &out->rows[out->n_rows++]);
	if (list.all > w.from + (int64_t)list.count)
		todo_rest(d, list.all - w.from - (int64_t)list.count, page);
	return 0;
}

/* ---- in numbers ---- */

/* What was asked, of so many days. */
static const char *stats_asked(struct deed *d, int64_t days)
{
	return d->line.n_names ? arena_printf(d->arena, "stats %" PRId64 "d service %s", days,
					      d->line.names[0])
			       : arena_printf(d->arena, "stats %" PRId64 "d", days);
}

/* Whoever waits for an answer of the bot's waits behind this one. How many there are is not said: among them are some that
 * the asker may not see. */
static int stats_too_many(struct deed *d, int64_t days)
{
	int64_t fewer = days > 1 ? days / 2 : 1;

	answer(d, VERDICT_READ,
	       "The last %" PRId64 " days have too many incidents to count here. On the shell, %s "
	       "counts them all.",
	       days, as_code(d, arena_printf(d->arena, "aliosbot %s", stats_asked(d, days))));
	answer_button(d, arena_printf(d->arena, "%" PRId64 " days", fewer), stats_asked(d, fewer));
	return 0;
}

static int stats_answer(struct deed *d, const struct statistics *s)
{
	struct answer *out = &d->out->answer;
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	statistics_write(&b, s, d->in->via == VIA_SHELL);
	answer(d, VERDICT_READ, "%s", deed_keep(d, &b));
	out->charts = statistics_charts(s, d->arena, &out->n_charts);
	return 0;
}

/* One more; what was counted is said when there is no more. */
static int stats_bite(struct deed *d, const struct statistics *asked, int64_t days)
{
	const struct counting *so_far = d->in->counting;
	const struct find_wanted seen = deed_wanted(d);
	struct counted_bite *bite;

	if (so_far->whole)
		return so_far->looked > STATISTICS_MOST ? stats_too_many(d, days)
							: stats_answer(d, &so_far->s);
	bite = arena_alloc(d->arena, sizeof(*bite));
	*bite = (struct counted_bite){ .from = asked->from,
				       .to = asked->to,
				       .service = asked->service };
	d->out->first = UNSURE_COUNT;
	d->out->bite = bite;
	return statistics_bite(bite, so_far, d->rows, &seen, d->arena);
}

int decide_stats(struct deed *d)
{
	const struct find_wanted seen = deed_wanted(d);
	int64_t days = d->line.days ? d->line.days : STATISTICS_DAYS;
	struct statistics s = {
		.from = d->in->now_ms - days * MS_DAY,
		.to = d->in->now_ms,
		.service = d->line.n_names ? d->line.names[0] : NULL,
	};
	int rc;

	if (d->in->unsure & UNSURE_COUNT)
		return stats_bite(d, &s, days);
	rc = statistics_look(&s, d->rows, &seen,
			     d->in->via == VIA_SHELL ? INT64_MAX : STATISTICS_MOST);
	if (rc >= 0)
		rc = rc ? stats_answer(d, &s) : stats_too_many(d, days);
	statistics_release(&s);
	return rc;
}
