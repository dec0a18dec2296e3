/* Whoever is given something hears of it: an invitation and one DM, in the Node's lane, so that both come when there is
 * a channel to come to. And `not-me`, the button under that, which gives it back. */
#include "core/decide/decide_common.h"

#include "core/show/show.h"

#include <inttypes.h>
#include <string.h>

#define ITEM_POINTS 300 /* of an item's text, as who is given it reads it */

/* ---- who is told ---- */

/* Can they be told: 1, 0, < 0. Who has left Slack is neither invited nor told. */
static int given_reaches(struct deed *d, const char *person)
{
	struct person p;
	int rc = person ? d->rows->person(d->rows, person, d->arena, &p) : 0;

	if (rc < 0)
		return rc;
	return person && !(rc > 0 && p.rank == RANK_GONE);
}

/* Nobody is told what they said themselves. */
static int given_tell(struct deed *d, const struct gift *g, const char *words, const char *gives)
{
	int rc = given_reaches(d, g->person);
	struct letter *s;

	if (rc <= 0)
		return rc;
	say_to(d, SAY_INVITE, g->person);
	if (!strcmp(g->person, g->giver))
		return 0;
	s = say_to(d, g->brief ? SAY_BRIEF : SAY_GIVEN, g->person);
	if (!s)
		return 0;
	s->text = arena_printf(d->arena, "%s%s%s", d->node.drill ? "🧪 Drill: " : "",
			       who_is(d, g->giver), words);
	s->gives = gives;
	return 0;
}

int give_role(struct deed *d, const struct gift *g, enum role role)
{
	const char *name = role_name(role);

	return given_tell(d, g,
			  g->brief ? arena_printf(d->arena, " made you %s", name)
				   : arena_printf(d->arena, " made you %s\n%s", name,
						  node_words(d, &d->node)),
			  name);
}

/* It may be read on another day: no "tomorrow". */
static const char *given_item(struct deed *d, const struct item *i)
{
	struct buf due;

	buf_init(&due, 64);
	if (i->due) {
		buf_adds(&due, " · due ");
		civil_day(&due, i->due, d->node.year);
	}
	return arena_printf(d->arena, "%" PRId64 ": %s%s", i->n,
			    text_upto(d, view_text(i->text), ITEM_POINTS), deed_keep(d, &due));
}

int give_items(struct deed *d, const struct gift *g, const struct item *items, size_t count)
{
	const char *words, *gives = "";

	if (!g->person || !strcmp(g->person, g->giver))
		return 0;
	words = count == 1 ? arena_printf(d->arena, " gave you %s %s",
					  items->type == ITEM_PREVENT ? "prevention item"
								      : "action item",
					  given_item(d, items))
			   : arena_printf(d->arena, " gave you %zu items:", count);
	for (size_t i = 0; i < count; i++) {
		gives = arena_printf(d->arena, "%s%s%" PRId64, gives, i ? " " : "", items[i].n);
		if (count > 1)
			words = arena_printf(d->arena, "%s\n• %s", words, given_item(d, &items[i]));
	}
	return given_tell(d, g, arena_printf(d->arena, "%s\n%s", words, node_words(d, &d->node)),
			  gives);
}

/* ---- undone ---- */

/* To whom an effect gives something; NULL. */
static const char *given_by(const struct effect *e)
{
	static const struct {
		enum table table;
		const char *field;
	} gifts[] = { { TABLE_NODE, "captain" },
		      { TABLE_ROLE, "person" },
		      { TABLE_ITEM, "owner" } };

	for (size_t i = 0; i < sizeof(gifts) / sizeof(*gifts); i++)
		if (e->field && e->table == gifts[i].table && !strcmp(e->field, gifts[i].field))
			return e->new_.kind == VALUE_STRING ? e->new_.s : NULL;
	return NULL;
}

static const char *role_given(const struct past *p, int64_t row)
{
	for (const struct effect *e = p->effects; e < p->effects + p->count; e++)
		if (e->table == TABLE_ROLE && e->row == row && e->field &&
		    !strcmp(e->field, "role"))
			return e->new_.s;
	return "it";
}

/* "you're no longer captain" */
static int taken_words(struct deed *d, const struct past *p, const struct effect *e,
		       const char **words)
{
	struct item i = { 0 };
	int rc;

	if (e->table != TABLE_ITEM) {
		*words = arena_printf(d->arena, "you're no longer %s",
				      e->table == TABLE_NODE ? "captain" : role_given(p, e->row));
		return 1;
	}
	rc = d->rows->item(d->rows, d->node.id, e->row, d->arena, &i);
	*words = arena_printf(d->arena, "%s %" PRId64 " is no longer yours: %s",
			      i.type == ITEM_PREVENT ? "prevention item" : "action item", e->row,
			      text_upto(d, view_text(i.text), ITEM_POINTS));
	return rc;
}

static bool is_first_for(const struct past *p, const struct effect *e, const char *person)
{
	for (const struct effect *k = p->effects; k < e; k++)
		if (given_by(k) && !strcmp(given_by(k), person))
			return false;
	return true;
}

static const char *undone_words(struct deed *d, const char *what)
{
	return arena_printf(d->arena, "%s↩️ %s undid that: %s\n%s",
			    d->node.drill ? "🧪 Drill: " : "", who_is(d, d->speaker.ref), what,
			    node_words(d, &d->node));
}

/* In one DM, whatever it was. */
static int taken_tell(struct deed *d, const struct past *p, const char *person)
{
	const char *all = "", *words;
	int rc = given_reaches(d, person);
	struct letter *s;

	for (const struct effect *e = p->effects; e < p->effects + p->count && rc > 0; e++) {
		if (!given_by(e) || strcmp(given_by(e), person) != 0)
			continue;
		rc = taken_words(d, p, e, &words);
		all = arena_printf(d->arena, "%s%s%s", all, *all ? "\n" : "", words);
	}
	s = rc > 0 ? say_to(d, SAY_GIVEN, person) : NULL;
	if (s)
		s->text = undone_words(d, all);
	return rc < 0 ? rc : 0;
}

/* Who was captain before was told so as well. */
static int captain_again_tell(struct deed *d, const struct effect *e)
{
	const char *again = e->old.kind == VALUE_STRING ? e->old.s : NULL;
	struct letter *s;
	int rc;

	if (e->table != TABLE_NODE || !again || !strcmp(again, d->speaker.ref))
		return 0;
	rc = given_reaches(d, again);
	s = rc > 0 ? say_to(d, SAY_GIVEN, again) : NULL;
	if (s) {
		s->text = undone_words(d, "you're captain again");
		s->gives = role_name(ROLE_CAPTAIN);
	}
	return rc < 0 ? rc : 0;
}

int give_undone(struct deed *d, const struct past *p)
{
	int rc = 0;

	for (const struct effect *e = p->effects; e < p->effects + p->count && rc >= 0; e++) {
		const char *person = given_by(e);

		if (person && strcmp(person, d->speaker.ref) != 0 && is_first_for(p, e, person))
			rc = taken_tell(d, p, person);
		if (person && rc >= 0)
			rc = captain_again_tell(d, e);
	}
	return rc < 0 ? rc : 0;
}

/* ---- given back ---- */

/* It was said late, or twice: whose it is by now. */
static int not_mine(struct deed *d, const char *what, const char *whose)
{
	if (whose && !strcmp(whose, d->speaker.ref))
		return answer_same(d, "%s is already done or dropped.", what);
	return answer_same(d, "%s isn't yours: %s.", what,
			   whose ? arena_printf(d->arena, "it belongs to %s", who_is(d, whose))
				 : "nobody has it");
}

/* In the Node's own channel, wherever the button was pressed. */
static const char *to_take_it(struct deed *d)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_add_command(&b, "captain");
	return deed_keep(d, &b);
}

static int captain_back(struct deed *d)
{
	const char *me = who_is(d, d->speaker.ref);
	struct change *c;
	int64_t n;

	if (read_only(d))
		return 0;
	if (!d->node.captain || strcmp(d->node.captain, d->speaker.ref) != 0)
		return answer_same(d, "You aren't captain: %s is.",
				   d->node.captain ? who_is(d, d->node.captain) : "nobody");
	c = change_begin(d);
	n = entry_add(d, c, d->in->now_ms, arena_printf(d->arena, "%s gave the captaincy back", me),
		      MARKER_NONE);
	node_set_string(c, "captain", &d->node.captain, NULL);
	/* That there is none is said with it. */
	node_set_int(c, "captain_said", &d->node.reminded[DUE_CAPTAIN].said, d->in->now_ms);
	say_line(d, "👤 %s gave the captaincy back: there is no captain. To take it: %s", me,
		 to_take_it(d));
	return answer_saved(d, "You're no longer captain. On the timeline as %s.",
			    handle_words(d, 'E', n));
}

static int role_back(struct deed *d, enum role role)
{
	struct held_role *held = arena_alloc(d->arena, LIVE_MAX * sizeof(*held));
	int count = d->rows->roles(d->rows, d->node.id, d->arena, held, LIVE_MAX), i;
	const char *name = role_name(role), *whose = NULL;

	if (count < 0 || read_only(d))
		return count < 0 ? count : 0;
	for (i = 0; i < count; i++) {
		if (held[i].role != role)
			continue;
		whose = held[i].person;
		if (!strcmp(whose, d->speaker.ref))
			break;
	}
	if (i == count)
		return not_mine(d, arena_printf(d->arena, "The role %s", name),
				role == ROLE_HELPER ? NULL : whose);
	effect_set(change_begin(d), TABLE_ROLE, held[i].n, "gone", v_null(), v_int(1));
	say_line(d, "👥 %s gave the role %s back.", who_is(d, d->speaker.ref), name);
	return answer_saved(d, "You're no longer %s.", name);
}

static bool is_mine(const struct deed *d, const struct item *i)
{
	return i->owner && !strcmp(i->owner, d->speaker.ref) && i->state == ITEM_TODO &&
	       !i->withdrawn;
}

/* Those of the line's items that are still the speaker's, in mine: how many, < 0; *last: the last that isn't. */
static int items_mine(struct deed *d, struct item *mine, struct item *last)
{
	int count = 0, rc;

	for (size_t i = 0; i < d->line.count; i++) {
		rc = d->rows->item(d->rows, d->node.id, d->line.numbers[i], d->arena, &mine[count]);
		if (rc < 0)
			return rc;
		if (rc && is_mine(d, &mine[count]))
			count++;
		else if (rc)
			*last = mine[count];
	}
	return count;
}

static const char *item_words(struct deed *d, const struct item *i)
{
	return arena_printf(d->arena, "%" PRId64 " %s", i->n, text_upto(d, view_text(i->text), 60));
}

static int items_back(struct deed *d)
{
	struct item *mine = arena_alloc(d->arena, LINE_NUMBERS_MAX * sizeof(*mine));
	struct item last = { 0 };
	int count = items_mine(d, mine, &last), i;
	const char *words = "";
	struct change *c;

	if (count < 0)
		return count;
	if (!count && !last.n)
		return answer_same(d, "There is no such item.");
	if (!count && last.withdrawn)
		return answer_same(d, "%s was withdrawn.", item_words(d, &last));
	if (!count)
		return not_mine(d, item_words(d, &last), last.owner);
	c = change_begin(d);
	for (i = 0; i < count; i++) {
		effect_set(c, TABLE_ITEM, mine[i].n, "owner", v_str(mine[i].owner), v_null());
		words = arena_printf(d->arena, "%s%s%s", words, i ? ", " : "",
				     item_words(d, &mine[i]));
	}
	say_line(d, "↩️ %s gave back %s. %s no owner.", who_is(d, d->speaker.ref), words,
		 count == 1 ? "It has" : "They have");
	return answer_saved(d, "%s: no longer yours.", words);
}

int decide_not_me(struct deed *d)
{
	if (d->line.role == ROLE_CAPTAIN)
		return captain_back(d);
	return d->line.role < 0 ? items_back(d) : role_back(d, (enum role)d->line.role);
}
