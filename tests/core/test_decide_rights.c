/* The door: who may. What is private, guests, other workspaces, people that are gone, commands that were narrowed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_scene.h"

#include "core/line/line.h"

#include <string.h>

#define ID "INCIDENT-2026-001"

static void a_private_node_is_as_if_it_did_not_exist(void **state)
{
	struct scene *s = *state;
	const char *channel;
	char refused[300];

	scene_says(s, SARAH, OPS, "new secret thing --private");
	/* Its channel isn't there yet, and may be refused: who declared it is not shut out. */
	scene_says(s, SARAH, OPS, "1 note at once");
	assert_verdict(s, VERDICT_DONE);
	scene_says(s, TOM, OPS, "1 note x");
	assert_verdict(s, VERDICT_REFUSED);
	channel = scene_channel_made(s, ID);
	scene_says(s, TOM, OPS, "1 note x");
	snprintf(refused, sizeof(refused), "%s", s->words);
	assert_verdict(s, VERDICT_REFUSED);
	assert_no_answer(s, "secret");
	scene_says(s, TOM, OPS, "9 note x");
	refused[strlen("There is no incident ")] = '9';
	assert_string_equal(s->words, refused);
	scene_says(s, TOM, OPS, "list all");
	assert_no_answer(s, "secret");
	scene_says(s, TOM, OPS, "note x");
	assert_no_answer(s, "secret");
	scene_says(s, TOM, OPS, "new another");
	assert_no_answer(s, "secret");

	scene_says(s, SARAH, channel, "note said in its channel");
	assert_verdict(s, VERDICT_DONE);
	memrows_member(s->rows, channel, TOM);
	scene_says(s, TOM, OPS, "1 note a member from outside");
	assert_verdict(s, VERDICT_DONE);
	memrows_member(s->rows, channel, NEW_ONE);
	scene_says(s, NEW_ONE, OPS, "1 note whose rank nobody knows");
	assert_verdict(s, VERDICT_REFUSED);
	scene_says(s, ROOT, NULL, "1 note the shell may");
	assert_verdict(s, VERDICT_DONE);
}

static void a_hidden_node_does_not_hide_an_older_one_with_its_number(void **state)
{
	struct scene *s = *state;

	s->now -= 365 * MS_DAY;
	scene_says(s, SARAH, OPS, "new last years");
	s->now += 365 * MS_DAY;
	scene_says(s, SARAH, OPS, "new this years --private");
	scene_says(s, TOM, OPS, "show 1");
	assert_answer(s, "last years");
	scene_says(s, ROOT, NULL, "show 1");
	assert_answer(s, "this years");
}

static void guests_work_in_their_channel_and_only_there(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	scene_says(s, GUEST, channel, "note I can help");
	assert_verdict(s, VERDICT_DONE);
	scene_says(s, GUEST, channel, "resolve");
	assert_verdict(s, VERDICT_DONE);
	scene_says(s, GUEST, channel, "reopen no");
	assert_verdict(s, VERDICT_DONE);
	scene_says(s, GUEST, OPS, "1 note from elsewhere");
	assert_verdict(s, VERDICT_REFUSED);
	scene_says(s, GUEST, OPS, "new mine");
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "full members");
	scene_says(s, GUEST, channel, "cancel x");
	assert_verdict(s, VERDICT_REFUSED);
	scene_says(s, GUEST, channel, "status cancelled x");
	assert_verdict(s, VERDICT_REFUSED);
	scene_says(s, SARAH, channel, "resolve");
	scene_says(s, GUEST, channel, "archive");
	assert_verdict(s, VERDICT_REFUSED);
	scene_says(s, GUEST, channel, "status archived");
	assert_verdict(s, VERDICT_REFUSED);
	scene_says(s, GUEST, OPS, "list all");
	assert_no_answer(s, "504s");
	scene_says(s, GUEST, OPS, "blah blah");
	assert_int_equal(s->out.answer.count, 0);
	scene_says(s, GUEST, OPS, "");
	assert_int_equal(s->out.answer.kind, ANSWER_WORDS);
}

static void nobody_is_refused_a_new_because_slack_is_slow(void **state)
{
	struct scene *s = *state;
	const char *channel;

	scene_says(s, NEW_ONE, OPS, "new it burns");
	assert_verdict(s, VERDICT_DONE);
	channel = scene_channel_made(s, ID);
	scene_says(s, NEW_ONE, channel, "note x");
	assert_verdict(s, VERDICT_DONE);
	scene_says(s, NEW_ONE, channel, "cancel x");
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "Try again");
}

static void a_rank_from_before_a_gap_gives_no_more_than_one_that_is_unknown(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	memrows_person_is(s->rows, TOM, RANK_MEMBER, true);
	scene_says(s, TOM, channel, "cancel it was nothing");
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "Try again");
	scene_says(s, TOM, channel, "note x");
	assert_verdict(s, VERDICT_DONE);
	scene_says(s, SARAH, OPS, "new secret thing --private");
	memrows_member(s->rows, scene_channel_made(s, "INCIDENT-2026-002"), TOM);
	scene_says(s, TOM, OPS, "show 2");
	assert_no_answer(s, "secret");
	memrows_person_is(s->rows, TOM, RANK_MEMBER, false);
	scene_says(s, TOM, OPS, "show 2");
	assert_answer(s, "secret");
	memrows_person_is(s->rows, GUEST, RANK_GUEST, true);
	scene_says(s, GUEST, OPS, "list");
	assert_no_answer(s, "504s");
}

static void whoever_is_of_another_workspace_has_a_strangers_rights(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	s->foreign = true;
	scene_says(s, NEW_ONE, channel, "note we see it too");
	assert_verdict(s, VERDICT_DONE);
	scene_says(s, NEW_ONE, OPS, "new it burns");
	assert_verdict(s, VERDICT_REFUSED);
	scene_says(s, NEW_ONE, OPS, "list");
	assert_no_answer(s, "504s");
	/* A member of ours may be at work in a sister workspace. */
	scene_says(s, TOM, OPS, "list");
	assert_answer(s, "504s");
}

static void a_deactivated_person_has_no_rights_and_is_given_nothing_in_silence(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	memrows_person_is(s->rows, TOM, RANK_GONE, false);
	scene_says(s, TOM, channel, "note x");
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "deactivated");
	scene_says(s, SARAH, channel, "captain " AT_TOM);
	assert_verdict(s, VERDICT_DONE);
	assert_answer(s, "@Tom has no active Slack account");
	scene_says(s, SARAH, channel, "action look at it " AT_TOM);
	assert_answer(s, "@Tom has no active Slack account");
	scene_says(s, SARAH, channel, "action scale up");
	assert_no_answer(s, "no active");
	scene_says(s, SARAH, channel, "assign 2 " AT_TOM);
	assert_answer(s, "@Tom has no active Slack account");
	scene_says(s, SARAH, channel, "role scribe " AT_TOM);
	assert_answer(s, "@Tom has no active Slack account");
	scene_says(s, SARAH, OPS, "new another " AT_TOM);
	assert_answer(s, "@Tom has no active Slack account");
	scene_says(s, SARAH, channel, "captain");
	assert_no_answer(s, "no active");
}

static void a_narrowed_command_names_who_can(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	s->set.narrowed = UINT64_C(1) << VERB_CANCEL;
	s->group = "T1/SGROUP";
	s->in_group = SARAH;
	scene_says(s, TOM, channel, "cancel x");
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "the captain (there is none yet) and @SGROUP can cancel");
	scene_says(s, SARAH, channel, "captain");
	scene_says(s, TOM, channel, "cancel x");
	assert_answer(s, "the captain (@Sarah) and @SGROUP can cancel");
	scene_says(s, TOM, channel, "status cancelled x");
	assert_verdict(s, VERDICT_REFUSED);
	scene_says(s, TOM, channel, "captain");
	scene_says(s, TOM, channel, "cancel as captain");
	assert_verdict(s, VERDICT_DONE);
	scene_says(s, TOM, channel, "reopen x");
	scene_says(s, SARAH, channel, "cancel as one of the group");
	assert_verdict(s, VERDICT_DONE);
}

static void who_is_in_the_group_has_to_be_told_first(void **state)
{
	struct scene *s = *state;
	const char *channel = scene_incident(s);

	s->set.narrowed = UINT64_C(1) << VERB_CANCEL;
	s->group = "T1/SGROUP";
	scene_says(s, TOM, channel, "cancel x");
	assert_verdict(s, VERDICT_REFUSED);
	assert_answer(s, "Slack hasn't told me yet who is in that group");
}

/* Each status of those that are over is asked for by itself. */
static void of_those_that_a_channel_has_seen_the_newest_is_offered_to_be_opened_again(void **state)
{
	struct scene *s = *state;

	scene_says(s, SARAH, OPS, "new first --here");
	scene_says(s, SARAH, OPS, "resolve");
	scene_says(s, SARAH, OPS, "archive");
	scene_says(s, SARAH, OPS, "new second --here");
	scene_says(s, SARAH, OPS, "cancel it was nothing");
	scene_says(s, SARAH, OPS, "note what was that?");
	assert_answer(s, "[INCIDENT-2026-002] second was here and is CANCELLED");
	assert_no_answer(s, "INCIDENT-2026-001");
	scene_says(s, SARAH, OPS, "new third --here");
	scene_says(s, SARAH, OPS, "resolve");
	scene_says(s, SARAH, OPS, "archive");
	scene_says(s, SARAH, OPS, "note what was that?");
	assert_answer(s, "[INCIDENT-2026-003] third was here and is ARCHIVED");
	scene_says(s, SARAH, OPS, "reopen it is back");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-003", "node", 1, "status"),
			    "sINVESTIGATING");
	assert_string_equal(scene_cell(s, "INCIDENT-2026-002", "node", 1, "status"), "sCANCELLED");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, scene_begin, scene_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_private_node_is_as_if_it_did_not_exist),
		TEST(a_hidden_node_does_not_hide_an_older_one_with_its_number),
		TEST(guests_work_in_their_channel_and_only_there),
		TEST(nobody_is_refused_a_new_because_slack_is_slow),
		TEST(a_rank_from_before_a_gap_gives_no_more_than_one_that_is_unknown),
		TEST(whoever_is_of_another_workspace_has_a_strangers_rights),
		TEST(a_deactivated_person_has_no_rights_and_is_given_nothing_in_silence),
		TEST(a_narrowed_command_names_who_can),
		TEST(who_is_in_the_group_has_to_be_told_first),
		TEST(of_those_that_a_channel_has_seen_the_newest_is_offered_to_be_opened_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
