/*
 * The same hour twice: once the bot listens to it, once it is away (or is cut off and killed in it), and what it
 * keeps is the same in the end (product.md section 6, promises 1 and 2). The hour is made of chance that is the same
 * in every run; the bot is the real one, in a process of its own. `make soak` has days of it.
 */
#include "tests/support/crowd.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>

#include <cmocka.h>

#define SEED 42
#define BEFORE 60 /* messages before the hour */

static __attribute__((noreturn)) void away_fails(const char *why)
{
	fail_msg("%s", why);
	abort(); /* fail_msg() doesn't come back, which it doesn't say */
}

static void assert_same(const char *listening, const char *away)
{
	struct buf b;

	buf_init(&b, 8000);
	crowd_differ(&b, listening, away);
	if (b.len)
		fail_msg("it differs from the bot that listened:\n%s", b.s);
	buf_release(&b);
}

/* ---- the hour ---- */

static void before(struct crowd *w)
{
	static void (*const often[])(struct crowd * w) = { crowd_chat, crowd_mark, crowd_tag,
							   crowd_pin };
	static const int every[] = { 1, 4, 10, 15 };

	for (int i = 0; i < BEFORE; i++) {
		for (int j = 0; j < 4; j++) {
			crowd_later(w, 500);
			if (i % every[j] == 0)
				often[j](w);
		}
		crowd_heard(w);
	}
	crowd_rest(w);
	w->kinds = 0;
}

static char *hour(bool away)
{
	struct crowd w;
	char *all;

	crowd_begin(&w, SEED, away_fails);
	before(&w);
	w.known_ms = INT64_MAX; /* also of the bot that listens: the same people do the same */
	if (away) {
		slackd_forget(w.s.d, true);
		stage_end(&w.s, SIGKILL);
	}
	for (int i = 0; i < 1000; i++) {
		crowd_later(&w, 3600);
		crowd_act(&w);
		if (!away && i % 10 == 0)
			crowd_heard(&w);
	}
	assert_true(w.kinds >= 60);
	crowd_later(&w, 5000);
	if (away)
		assert_true(stage_start(&w.s, NULL));
	crowd_rest(&w);
	all = crowd_kept(&w);
	crowd_end(&w);
	return all;
}

static void an_hour_away_leaves_the_same_node_as_an_hour_of_listening(void **state)
{
	char *listening = hour(false), *away = hour(true);

	(void)state;
	assert_same(listening, away);
	free(listening);
	free(away);
}

/* ---- the storm: 500 reactions by 30 people on 100 messages ---- */

#define REACTIONS 500
#define CUTS 20
#define KILLS 5

static char *storm(bool disturbed)
{
	struct crowd w;
	char *all;

	crowd_begin(&w, SEED, away_fails);
	for (int i = 0; i < 100; i++) {
		crowd_later(&w, 1000);
		crowd_chat(&w);
	}
	crowd_heard(&w);
	crowd_rest(&w);
	for (int i = 0; i < REACTIONS; i++) {
		crowd_later(&w, 120);
		crowd_storm(&w);
		slackd_turn(w.s.d, 1);
		if (disturbed && i % (REACTIONS / CUTS) == 7)
			slackd_cut(w.s.d);
		if (disturbed && i % (REACTIONS / KILLS) == 50) {
			stage_end(&w.s, SIGKILL);
			assert_true(stage_start(&w.s, NULL));
		}
	}
	crowd_heard(&w);
	crowd_later(&w, 5000);
	crowd_rest(&w);
	all = crowd_kept(&w);
	crowd_end(&w);
	return all;
}

static void a_storm_of_reactions_with_cuts_and_kills_ends_like_one_without(void **state)
{
	char *calm = storm(false), *disturbed = storm(true);

	(void)state;
	assert_same(calm, disturbed);
	free(calm);
	free(disturbed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_hour_away_leaves_the_same_node_as_an_hour_of_listening),
		cmocka_unit_test(a_storm_of_reactions_with_cuts_and_kills_ends_like_one_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
