/* Captain, roles, and priority: who looks after it, and how much it matters. */
#include "core/decide/decide_common.h"

#include <string.h>

/* ---- who is meant, when nobody was mentioned ---- */

#define FIT_MOST 50

static int decide_people_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool begins(const char *s, const char *name)
{
	while (*name && decide_people_lower(*s) == decide_people_lower(*name)) {
		s++;
		name++;
	}
	return !*name;
}

/* "ben" fits ben, Ben Miller and ben.miller, not Ruben. 2: it is all of the name. */
static int fits(const char *whole, const char *name)
{
	const char *s;

	if (!whole)
		return 0;
	if (strlen(whole) == strlen(name) && begins(whole, name))
		return 2;
	for (s = whole; *s; s++)
		if ((s == whole || strchr(" ._-(", s[-1])) && begins(s, name))
			return 1;
	return 0;
}

/* The one member that fits best. 1, 0 none or several, < 0. */
static int person_called(struct deed *d, const char *name, struct person *found)
{
	struct person *all = arena_alloc(d->arena, FIT_MOST * sizeof(*all));
	int count = d->rows->people(d->rows, name, d->arena, all, FIT_MOST), best = 0, times = 0, i,
	    fit;

	for (i = 0; i < count; i++) {
		fit = all[i].rank == RANK_MEMBER || all[i].rank == RANK_GUEST
			      ? fits(all[i].name, name)
			      : 0;
		if (!fit || fit < best)
			continue;
		times = fit > best ? 1 : times + 1;
		best = fit;
		*found = all[i];
	}
	return count < 0 ? count : times == 1 && count < FIT_MOST;
}

int person_button(struct deed *d)
{
	const struct line *l = &d->line;
	const char *name = l->whom + (*l->whom == '@');
	struct person p = { 0 };
	struct buf line;
	int rc;

	if (strlen(name) < 2)
		return 0;
	rc = person_called(d, name, &p);
	if (rc <= 0)
		return rc;
	buf_init(&line, BUF_ROOMY);
	buf_adds(&line, l->before_whom);
	text_add_person(&line, p.ref, p.name);
	buf_adds(&line, l->after_whom);
	answer_button(d, arena_printf(d->arena, "%s@%s%s", l->before_whom, p.name, l->after_whom),
		      deed_keep(d, &line));
	return 0;
}

/* ---- captain, roles ---- */

static const char *captain_words(struct deed *d, const char *old, const char *new_)
{
	if (!old)
		return arena_printf(d->arena, "%s is captain", who_is(d, new_));
	return arena_printf(d->arena, "%s is captain (was %s)", who_is(d, new_), who_is(d, old));
}

static int say_captain(struct deed *d, const char *old, const char *words)
{
	const char *new_ = d->node.captain;
	const struct gift g = { .person = new_, .giver = d->speaker.ref, .brief = true };
	int rc = give_role(d, &g, ROLE_CAPTAIN);
	struct letter *s;

	say_line(d, "👤 %s.", words);
	s = old && strcmp(old, d->speaker.ref) != 0 ? say_to(d, SAY_DM, old) : NULL;
	if (s)
		s->text = arena_printf(d->arena,
				       "%s has taken over %s. You're no longer captain. Thanks for "
				       "leading it.",
				       who_is(d, new_), node_words(d, &d->node));
	return rc;
}

/* The first captain takes the incident up; who is named after the end only looks after what is left. */
static bool acknowledges(const struct deed *d)
{
	return !d->node.captain && status_open(d->node.status) &&
	       !d->node.markers[MARKER_ACKNOWLEDGED].n;
}

int decide_captain(struct deed *d)
{
	const char *new_ = person_or_me(d), *old = d->node.captain, *words;
	struct change *c;
	int64_t n;
	int rc;

	if (read_only(d))
		return 0;
	if (old && !strcmp(old, new_))
		return answer_same(d, "%s is already captain.", who_is(d, new_));
	words = captain_words(d, old, new_);
	c = change_begin(d);
	n = entry_add_ours(d, c, words, acknowledges(d) ? MARKER_ACKNOWLEDGED : MARKER_NONE);
	node_set_string(c, "captain", &d->node.captain, new_);
	rc = say_captain(d, old, words);
	if (rc < 0)
		return rc;
	answer_saved(d, "%s. On the timeline as %s.", words, handle_words(d, 'E', n));
	return answer_gone(d, new_);
}

/* Scribe and comms are one person each, like the captain; helpers may be many. */
static bool one_person(enum role r)
{
	return r != ROLE_HELPER;
}

int decide_role(struct deed *d)
{
	enum role role = (enum role)d->line.role;
	struct held_role *held = arena_alloc(d->arena, LIVE_MAX * sizeof(*held));
	const char *person = person_or_me(d), *before = NULL;
	const struct gift g = { .person = person, .giver = d->speaker.ref };
	struct change *c;
	int count, i, rc;
	int64_t n;

	if (role == ROLE_CAPTAIN)
		return decide_as(d, VERB_CAPTAIN);
	if (read_only(d))
		return 0;
	count = d->rows->roles(d->rows, d->node.id, d->arena, held, LIVE_MAX);
	if (count < 0)
		return count;
	for (i = 0; i < count; i++)
		if (held[i].role == role && !strcmp(held[i].person, person))
			return answer_same(d, "%s is already %s.", who_is(d, person),
					   role_name(role));
	c = change_begin(d);
	for (i = 0; one_person(role) && i < count; i++) {
		if (held[i].role != role)
			continue;
		effect_set(c, TABLE_ROLE, held[i].n, "gone", v_null(), v_int(1));
		before = held[i].person;
	}
	n = ++d->node.n_role;
	effect_born(c, TABLE_ROLE, n);
	effect_set(c, TABLE_ROLE, n, "role", v_null(), v_str(role_name(role)));
	effect_set(c, TABLE_ROLE, n, "person", v_null(), v_str(person));
	rc = give_role(d, &g, role);
	if (rc < 0)
		return rc;
	answer_saved(d, "%s is %s%s%s%s.", who_is(d, person), role_name(role),
		     before ? " (was " : "", before ? who_is(d, before) : "", before ? ")" : "");
	return answer_gone(d, person);
}

static bool sooner(const struct settings *set, enum priority old, enum priority new_)
{
	int64_t was = set->remind_update_ms[old], is = set->remind_update_ms[new_];

	return is && (!was || is < was);
}

int decide_sev(struct deed *d)
{
	enum priority old = d->node.priority, new_ = (enum priority)d->line.priority;
	bool was_announced = is_announced(d);
	struct change *c;
	const char *words;
	int64_t n;

	if (read_only(d))
		return 0;
	if (old == new_)
		return answer_same(d, "The priority is already %s.", priority_name(old));
	words = arena_printf(d->arena, "Priority: %s → %s", priority_name(old),
			     priority_name(new_));
	c = change_begin(d);
	n = entry_add_ours(d, c, words, MARKER_NONE);
	effect_set(c, TABLE_NODE, 1, "priority", v_str(priority_name(old)),
		   v_str(priority_name(new_)));
	d->node.priority = new_;
	/* What wasn't waited for, or not so soon, is so from now on. */
	if (sooner(d->set, old, new_))
		node_set_int(c, "update_from", &d->node.update_from, d->in->now_ms);
	say_line(d, "%s %s %s the priority: %s → %s", priority_emoji(new_), who_is(d, d->in->who),
		 new_ < old ? "raised" : "lowered", priority_name(old), priority_name(new_));
	/* A Node that was too small to announce isn't any more. */
	if (!was_announced && is_announced(d))
		say(d, SAY_SHORT);
	return answer_saved(d, "Now %s %s (was %s). On the timeline as %s.", priority_emoji(new_),
			    priority_name(new_), priority_name(old), handle_words(d, 'E', n));
}
