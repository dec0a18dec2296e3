/*
 * Random operations through the one door; after each, the scene checks (core_scene.c) that the
 * tables are what the journal adds up to, that the last change can be taken back by its effects,
 * that old values were true, that a refusal changes nothing, and that a channel has one open Node
 * at most.
 *
 * RANDOM_SEED and RANDOM_STEPS in the environment choose another walk, RANDOM_SHOW prints it (core_walk.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_walk.h"

#include <string.h>

#define COUNT(a) (unsigned)(sizeof(a) / sizeof(*(a)))

static void tables_are_what_the_journal_adds_up_to(void **state)
{
	(void)state;
	walk((uint64_t)walk_number("RANDOM_SEED", 42), walk_number("RANDOM_STEPS", 1500), NULL);
}

/* ---- order is by Slack's clock, not by arrival ---- */

#define EVENTS 12

struct event {
	enum capture_kind kind;
	const char *who, *ts;
	bool on;
};

static const enum capture_kind kinds[] = { CAPTURE_TIMELINE, CAPTURE_ACTION, CAPTURE_CHECK,
					   CAPTURE_LESSON };

/* What people did to one message, in order: nobody sets an emoji twice without taking it away
 * between. */
static void history(struct scene *s, struct event *e)
{
	bool on[COUNT(kinds)][3] = { 0 };
	unsigned i, k, p;

	for (i = 0; i < EVENTS; i++) {
		k = walk_pick(COUNT(kinds));
		p = walk_pick(3);
		on[k][p] = !on[k][p];
		e[i] = (struct event){ kinds[k], walk_speakers[1 + p * 2], talk_stamp(s),
				       on[k][p] };
	}
}

static void shuffle(struct event *e)
{
	struct event other;
	unsigned i, j;

	for (i = EVENTS - 1; i > 0; i--) {
		j = walk_pick(i + 1);
		other = e[i];
		e[i] = e[j];
		e[j] = other;
	}
}

/* What is to be seen of it at the end: pieces of the captures that live. */
static const char *seen(struct scene *s, const char *ts)
{
	struct rows *r = memrows_rows(s->rows);
	struct capture *c = arena_alloc(&s->arena, 10 * sizeof(*c));
	bool shown[CAPTURE_KINDS] = { 0 };
	const char *state = "";
	struct handle h;
	int i, count = r->captures(r, "T1/CNODE1", ts, &s->arena, c, 10);

	for (i = 0; i < count; i++) {
		shown[c[i].kind] = c[i].alive;
		if (!c[i].alive || !c[i].piece || handle_read(c[i].piece, strlen(c[i].piece), &h))
			continue;
		if (c[i].kind == CAPTURE_ACTION)
			state = scene_cell(s, c[i].node, "item", h.n, "state");
		else if (c[i].kind == CAPTURE_TIMELINE)
			assert_string_equal(scene_cell(s, c[i].node, "entry", h.n, "withdrawn"),
					    "-");
		else if (c[i].kind == CAPTURE_LESSON)
			assert_string_equal(scene_cell(s, c[i].node, "lesson", h.n, "gone"), "-");
	}
	return talk_words(s, "timeline %d action %d %s check %d lesson %d", shown[CAPTURE_TIMELINE],
			  shown[CAPTURE_ACTION], state, shown[CAPTURE_CHECK],
			  shown[CAPTURE_LESSON]);
}

static const char *deliver(struct scene *s, const char *ts, const struct event *e)
{
	int i;

	for (i = 0; i < EVENTS; i++)
		talk_reacted(s, e[i].who, "T1/CNODE1", ts, e[i].kind, CAPTURED_BY_EMOJI, e[i].on,
			     e[i].ts);
	/* Some come a second time. */
	for (i = 0; i < EVENTS; i += 3)
		talk_reacted(s, e[i].who, "T1/CNODE1", ts, e[i].kind, CAPTURED_BY_EMOJI, e[i].on,
			     e[i].ts);
	return seen(s, ts);
}

static void marks_in_any_order_come_to_the_same(void **state)
{
	struct event e[EVENTS];
	const char *in_order, *shuffled;
	struct scene *s;
	int i;

	(void)state;
	walk_seed((uint64_t)walk_number("RANDOM_SEED", 42));
	for (i = 0; i < 40; i++) {
		s = scene_new();
		scene_incident(s);
		history(s, e);
		in_order = deliver(s, talk_posts(s, SARAH, "T1/CNODE1", "restart"), e);
		shuffle(e);
		shuffled = deliver(s, talk_posts(s, SARAH, "T1/CNODE1", "restart"), e);
		assert_string_equal(in_order, shuffled);
		scene_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_in_any_order_come_to_the_same),
		cmocka_unit_test(tables_are_what_the_journal_adds_up_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
