/* Action and prevention items. Several numbers at once: all or none. */
#include "core/decide/capture_private.h"

#include "core/show/show.h"

#include <inttypes.h>
#include <string.h>

#define SHOWN 20 /* open items in an answer */

/* ---- words ---- */

/* "item 3 (restart the workers)", "items 1, 2 and 4" */
static const char *items_named(struct deed *d, const struct item *items, size_t count)
{
	struct buf b;
	size_t i;

	if (count == 1)
		return arena_printf(d->arena, "%" PRId64 " %s", items->n,
				    text_upto(d, view_text(items->text), 60));
	buf_init(&b, BUF_ROOMY);
	for (i = 0; i < count; i++)
		buf_addf(&b, "%s%" PRId64, !i ? "" : i + 1 < count ? ", " : " and ", items[i].n);
	return deed_keep(d, &b);
}

static const char *zone_in_brackets(struct deed *d)
{
	return *zone_note(d) ? arena_printf(d->arena, " (%s)", zone_note(d)) : "";
}

static int answer_open_items(struct deed *d)
{
	struct item *open = arena_alloc(d->arena, SHOWN * sizeof(*open));
	int count = d->rows->open_items(d->rows, d->node.id, d->arena, open, SHOWN), i;

	if (count < 0)
		return count;
	if (!count)
		answer_more(d, "%s has no open items.", d->node.id);
	else
		answer_more(d, "Open items:");
	for (i = 0; i < count; i++) {
		struct view v = { .head = d->node, .names = &d->rows->names };
		struct buf b;

		buf_init(&b, BUF_ROOMY);
		view_item(&b, &v, &open[i], 100);
		answer_more(d, "• %s", deed_keep(d, &b));
	}
	return 0;
}

/* ---- adding ---- */

static int item(struct deed *d, enum item_type type)
{
	bool prevent = type == ITEM_PREVENT;
	const char *owner = d->line.person, *due = d->line.due;
	const struct gift g = { .person = owner, .giver = d->speaker.ref };
	struct item new_ = { .type = type, .text = d->line.text, .due = due };
	struct change *c;
	int64_t n;
	int rc;

	if (read_only(d))
		return 0;
	c = change_begin(d);
	n = new_.n = item_add(d, c, type);
	rc = give_items(d, &g, &new_, 1);
	if (rc < 0)
		return rc;
	answer_saved(d, "%s %" PRId64 ": %s · %s%s%s%s",
		     prevent ? "Prevention item"
			     : "Action "
			       "item",
		     n, text_again(d, d->line.text), owner ? who_is(d, owner) : "no owner yet",
		     due ? " · due " : "", due ? due_words(d, due) : "", zone_in_brackets(d));
	if (!owner && !d->part)
		answer_more(d, "To give it to somebody: %s",
			    to_type(d, arena_printf(d->arena, "assign %" PRId64 " %s", n,
						    d->in->via == VIA_SHELL ? person_example(d)
									    : "@name")));
	return answer_gone(d, owner);
}

int decide_action(struct deed *d)
{
	return item(d, ITEM_MITIGATE);
}

int decide_prevent(struct deed *d)
{
	return item(d, ITEM_PREVENT);
}

/* ---- finding: all of them, or a refusal ---- */

static bool named_before(const struct line *l, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++)
		if (l->numbers[j] == l->numbers[i])
			return true;
	return false;
}

/* How many, in *items, each once; 0: answered; < 0. */
static int find_items(struct deed *d, struct item **items)
{
	const struct line *l = &d->line;
	struct item *found = arena_alloc(d->arena, LINE_NUMBERS_MAX * sizeof(*found));
	int count = 0, rc;
	size_t i;

	for (i = 0; i < l->count; i++) {
		if (named_before(l, i))
			continue;
		rc = d->rows->item(d->rows, d->node.id, l->numbers[i], d->arena, &found[count]);
		if (rc < 0)
			return rc;
		if (!rc || found[count].withdrawn) {
			answer_refuse(d, "%s has no item %" PRId64 ". Nothing was changed.",
				      subject_words(d), l->numbers[i]);
			rc = answer_open_items(d);
			return rc < 0 ? rc : 0;
		}
		count++;
	}
	*items = found;
	return count;
}

/* Leaves those for which something changes in front; how many they are. */
static int only_where(struct item *items, int count,
		      bool (*changes)(const struct item *, const struct deed *),
		      const struct deed *d)
{
	int left = 0, i;

	for (i = 0; i < count; i++)
		if (changes(&items[i], d))
			items[left++] = items[i];
	return left;
}

/* Items for a command to change: how many, 0: answered, < 0. */
static int items_to_change(struct deed *d, struct item **items,
			   bool (*changes)(const struct item *, const struct deed *),
			   const char *already)
{
	int count = find_items(d, items), left;

	if (count <= 0)
		return count;
	left = only_where(*items, count, changes, d);
	if (!left)
		answer_same(d, "%s %s already %s.", items_named(d, *items, (size_t)count),
			    count == 1 ? "is" : "are", already);
	return left;
}

/* ---- states ---- */

static bool not_done(const struct item *i, const struct deed *d)
{
	(void)d;
	return i->state != ITEM_DONE;
}

static bool not_dropped(const struct item *i, const struct deed *d)
{
	(void)d;
	return i->state != ITEM_DROPPED;
}

static bool not_open(const struct item *i, const struct deed *d)
{
	(void)d;
	return i->state != ITEM_TODO;
}

void item_set_state(struct change *c, const struct item *i, enum item_state s, int64_t at)
{
	effect_set(c, TABLE_ITEM, i->n, "state", v_str(item_state_name(i->state)),
		   v_str(item_state_name(s)));
	effect_set(c, TABLE_ITEM, i->n, "done_at", v_int(i->done_at), v_int(at));
}

static int set_state(struct deed *d, struct change *c, const struct item *i, enum item_state s,
		     const char *why)
{
	const char *handle = handle_words(d, 'A', i->n);

	item_set_state(c, i, s, s == ITEM_TODO ? 0 : d->in->now_ms);
	if (why || i->why)
		effect_set(c, TABLE_ITEM, i->n, "why", i->why ? V_WHATEVER : v_null(), v_text(why));
	links_add(d, c, why, handle, NULL);
	return captures_uncheck(d, c, handle);
}

static int set_states(struct deed *d, enum item_state s,
		      bool (*changes)(const struct item *, const struct deed *), const char *says)
{
	struct item *items = NULL;
	int count = items_to_change(d, &items, changes, says), i, rc = 0;
	struct change *c;

	if (count <= 0)
		return count;
	c = change_begin(d);
	for (i = 0; i < count && rc >= 0; i++)
		rc = set_state(d, c, &items[i], s, s == ITEM_DROPPED ? d->line.text : NULL);
	if (rc < 0)
		return rc;
	return answer_saved(d, "%s%s %s %s.", s == ITEM_DONE ? "✓ " : "",
			    items_named(d, items, (size_t)count), count == 1 ? "is" : "are", says);
}

int decide_done(struct deed *d)
{
	if (d->line.count)
		return set_states(d, ITEM_DONE, not_done, "done");
	answer(d, VERDICT_READ, "Which item? %s ticks off an item; %s ends the whole incident.",
	       to_type(d, "done N"), to_type(d, "resolve"));
	return answer_open_items(d);
}

int decide_drop(struct deed *d)
{
	return set_states(d, ITEM_DROPPED, not_dropped, "dropped");
}

int decide_reopen_item(struct deed *d)
{
	return set_states(d, ITEM_TODO, not_open, "open");
}

/* ---- owner, due date ---- */

static bool other_owner(const struct item *i, const struct deed *d)
{
	return !i->owner || strcmp(i->owner, person_or_me(d));
}

static bool other_due(const struct item *i, const struct deed *d)
{
	return !i->due || strcmp(i->due, d->line.due);
}

int decide_assign(struct deed *d)
{
	const char *owner = person_or_me(d);
	const struct gift g = { .person = owner, .giver = d->speaker.ref };
	struct item *items = NULL;
	int count = items_to_change(d, &items, other_owner,
				    arena_printf(d->arena, "%s's", who_is(d, owner))),
	    i, rc;
	struct change *c;

	if (count <= 0)
		return count;
	c = change_begin(d);
	for (i = 0; i < count; i++)
		effect_set(c, TABLE_ITEM, items[i].n, "owner", v_str(items[i].owner), v_str(owner));
	rc = give_items(d, &g, items, (size_t)count);
	if (rc < 0)
		return rc;
	answer_saved(d, "%s now %s to %s.", items_named(d, items, (size_t)count),
		     count == 1 ? "belongs" : "belong", who_is(d, owner));
	return answer_gone(d, owner);
}

int decide_due(struct deed *d)
{
	const char *due = d->line.due;
	struct item *items = NULL;
	int count = items_to_change(d, &items, other_due, arena_printf(d->arena, "due %s", due)), i;
	struct change *c;

	if (count <= 0)
		return count;
	c = change_begin(d);
	for (i = 0; i < count; i++)
		effect_set(c, TABLE_ITEM, items[i].n, "due", v_str(items[i].due), v_str(due));
	return answer_saved(d, "%s %s due %s%s.", items_named(d, items, (size_t)count),
			    count == 1 ? "is" : "are", due_words(d, due), zone_in_brackets(d));
}
