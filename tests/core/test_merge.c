/* `merge ID`: this incident lives on in another one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_talk.h"

#include <string.h>

#define A "INCIDENT-2026-001"
#define B "INCIDENT-2026-002"

static struct scene *s;
static const char *a, *b; /* their channels */

static int begin(void **state)
{
	scene_begin(state);
	s = *state;
	a = scene_incident(s);
	scene_says(s, SARAH, OPS, "new Payments fail");
	b = scene_channel_made(s, B);
	memrows_member(s->rows, a, SARAH);
	memrows_member(s->rows, b, SARAH);
	return 0;
}

static void says(const char *who, const char *where, const char *line, enum verdict v)
{
	scene_says(s, who, where, line);
	if (s->out.verdict != v)
		fail_msg("\"%s\": verdict %d, not %d: %s", line, s->out.verdict, v, s->words);
}

static void merged(void)
{
	says(SARAH, a, "merge 2 yes", VERDICT_DONE);
}

static const char *cell(const char *node, const char *table, int64_t row, const char *field)
{
	return scene_cell(s, node, table, row, field);
}

/* The row of B's table that is a copy of this; 0: there is none. */
static int64_t copy_in(const char *node, const char *table, const char *of)
{
	char want[64];

	snprintf(want, sizeof(want), "s%s", of);
	for (int64_t row = 1; row < 40; row++) {
		const char *copy_of = cell(node, table, row, "copy_of");

		if (copy_of && !strcmp(copy_of, want))
			return row;
	}
	return 0;
}

static void it_is_confirmed_by_a_button_that_names_both_titles(void **state)
{
	(void)state;
	says(SARAH, a, "merge 2", VERDICT_REFUSED);
	assert_answer(s, "Merge [" A "] 504s on checkout into [" B "] Payments fail?");
	assert_int_equal(s->out.answer.count, 1);
	assert_string_equal(s->out.answer.buttons[0].label,
			    "Merge “504s on checkout” into “Payments fail”");
	assert_string_equal(cell(A, "node", 1, "status"), "sOPEN");
	says(SARAH, a, talk_words(s, "%s", s->out.answer.buttons[0].line), VERDICT_DONE);
	assert_answer(s, "Merged into [" B "] Payments fail");
	assert_string_equal(cell(A, "node", 1, "status"), "sMERGED");
	assert_string_equal(cell(A, "node", 1, "merged_into"), "s" B);
}

static void the_other_must_be_open_another_and_visible(void **state)
{
	(void)state;
	says(SARAH, a, "merge 1", VERDICT_REFUSED);
	assert_answer(s, "can't be merged into itself");
	says(SARAH, a, "merge 7", VERDICT_REFUSED);
	assert_answer(s, "There is no incident 7");
	says(SARAH, a, "merge", VERDICT_USAGE);
	says(SARAH, a, "merge two", VERDICT_USAGE);
	says(GUEST, a, "merge 2", VERDICT_REFUSED);
	says(SARAH, b, "resolve", VERDICT_DONE);
	says(SARAH, a, "merge 2", VERDICT_REFUSED);
	assert_answer(s, "only be merged into an open one");
}

static void no_reader_of_the_other_may_be_one_who_must_not_see_this(void **state)
{
	const char *p, *q;

	(void)state;
	says(SARAH, OPS, "new Leak --private", VERDICT_DONE);
	p = scene_channel_made(s, "INCIDENT-2026-003");
	memrows_member(s->rows, p, SARAH);
	says(SARAH, p, "merge 2 yes", VERDICT_REFUSED);
	assert_answer(s, "read by people who may not see this incident");
	says(SARAH, OPS, "new Leak again --private", VERDICT_DONE);
	q = scene_channel_made(s, "INCIDENT-2026-004");
	memrows_member(s->rows, q, SARAH);
	memrows_member(s->rows, q, TOM);
	says(SARAH, p, "merge 4 yes", VERDICT_REFUSED);
	says(SARAH, q, "merge 3 yes", VERDICT_DONE);
}

static void a_guest_who_reads_the_other_alone_is_named_and_it_is_refused(void **state)
{
	(void)state;
	memrows_member(s->rows, b, GUEST);
	for (int i = 0; i < 2; i++) { /* asked, and pressed all the same */
		says(SARAH, a, i ? "merge 2 yes" : "merge 2", VERDICT_REFUSED);
		assert_answer(s, "is a guest in [" B "]'s channel and isn't allowed to see this "
				 "incident. Invite them to this channel first, then merge.");
		assert_int_equal(s->out.answer.count, 0);
	}
	says(SARAH, OPS, "1 merge 2", VERDICT_REFUSED);
	assert_answer(s, "Invite them to its channel first");
	memrows_member(s->rows, a, GUEST);
	says(SARAH, a, "merge 2", VERDICT_REFUSED);
	assert_no_answer(s, "uest");
	says(SARAH, a, "merge 2 yes", VERDICT_DONE);
}

/* So many people whom nobody has met. */
static void crowd_reads(const char *channel, int n)
{
	for (int i = 0; i < n; i++) {
		const char *who = talk_words(s, "T1/U7%02d", i);

		memrows_person(s->rows, who, NULL, NULL, RANK_UNKNOWN);
		memrows_member(s->rows, channel, who);
	}
}

/* The first of them are this. */
static void crowd_is(int n, enum rank rank)
{
	for (int i = 0; i < n; i++)
		memrows_person_is(s->rows, talk_words(s, "T1/U7%02d", i), rank, false);
}

static void some_guests_are_named_many_are_counted(void **state)
{
	(void)state;
	crowd_reads(b, 5);
	crowd_is(5, RANK_MEMBER);
	crowd_is(3, RANK_GUEST);
	says(SARAH, a, "merge 2", VERDICT_REFUSED);
	assert_answer(s, " and ");
	assert_answer(s, "are guests in [" B "]'s channel and aren't allowed to see this incident");
	crowd_is(5, RANK_STRANGER);
	says(SARAH, a, "merge 2", VERDICT_REFUSED);
	assert_answer(s, "5 guests in [" B "]'s channel aren't allowed to see this incident. "
			 "Invite them to this channel first, then merge.");
}

/* SARAH's `merge 2 yes`, when so much may be asked for first. */
static void merges(unsigned unsure, bool untold, enum verdict v)
{
	struct intent in = { .kind = INTENT_LINE,
			     .via = VIA_COMMAND,
			     .place = "T1",
			     .who = SARAH,
			     .channel = a,
			     .now_ms = s->now,
			     .received_ms = s->now,
			     .line = "merge 2 yes",
			     .untold = untold,
			     .unsure = unsure };

	scene_does(s, &in);
	assert_int_equal(s->out.verdict, v);
	assert_int_equal(s->out.first, v == VERDICT_NOTHING ? UNSURE_READERS : 0);
}

static void who_reads_the_other_is_asked_for_before_anything_is_decided(void **state)
{
	(void)state;
	memrows_person_is(s->rows, TOM, RANK_UNKNOWN, false);
	memrows_member(s->rows, b, TOM);
	merges(UNSURE_READERS, false, VERDICT_NOTHING);
	assert_int_equal(s->out.lack.n_people, 1);
	assert_string_equal(s->out.lack.people[0], TOM);
	/* Slack didn't say: in doubt less is shown. */
	merges(0, false, VERDICT_REFUSED);
	assert_answer(s, "I can't merge yet: I'm still asking Slack about 1 person in");
	assert_string_equal(s->out.answer.buttons[0].label, "Try again");
	memrows_person_is(s->rows, TOM, RANK_MEMBER, true);
	merges(0, false, VERDICT_REFUSED);
	memrows_person_is(s->rows, TOM, RANK_MEMBER, false);
	merges(0, false, VERDICT_DONE);
}

static void of_a_crowd_a_few_are_waited_for_and_the_rest_is_asked_later(void **state)
{
	(void)state;
	crowd_reads(b, 30);
	crowd_is(4, RANK_MEMBER);
	merges(UNSURE_READERS, false, VERDICT_NOTHING);
	assert_int_equal(s->out.lack.n_people, 8);
	merges(0, false, VERDICT_REFUSED);
	assert_answer(s, "I'm still asking Slack about 26 people in");
	assert_answer(s, "Try again in a minute.");
	assert_int_equal(s->out.lack.n_people, 26);
	assert_string_equal(s->out.lack.people[0], "T1/U704");
	crowd_is(30, RANK_MEMBER);
	merges(UNSURE_READERS, false, VERDICT_DONE);
}

static void what_slack_refuses_to_tell_is_not_to_be_tried_again(void **state)
{
	(void)state;
	crowd_reads(b, 2);
	merges(0, true, VERDICT_REFUSED);
	assert_answer(s, "Slack doesn't tell me who is in");
	assert_answer(s, "so I can't merge into it.");
	assert_no_answer(s, "Try again");
	assert_int_equal(s->out.answer.count, 0);
}

static void the_shell_is_told_that_there_may_be_guests(void **state)
{
	(void)state;
	scene_says(s, SARAH, OPS, "new Disk full");
	scene_channel_made(s, "INCIDENT-2026-003");
	says(ROOT, NULL, "2 merge 3", VERDICT_REFUSED);
	assert_answer(s, "Guests in its channel, if there are any, can read them too.");
	says(ROOT, NULL, "1 merge 2", VERDICT_REFUSED);
	assert_no_answer(s, "uest");
	memrows_member(s->rows, b, GUEST);
	says(ROOT, NULL, "1 merge 2 yes", VERDICT_REFUSED);
	assert_answer(s, "is a guest in [" B "]'s channel");
	/* Of this one's channel the members aren't known. */
	says(ROOT, NULL, "3 merge 2 yes", VERDICT_REFUSED);
	assert_answer(s, "is a guest in [" B "]'s channel");
}

static void the_shell_lets_nobody_unknown_read_it_in_a_private_one(void **state)
{
	const char *p;

	(void)state;
	says(SARAH, OPS, "new Leak --private", VERDICT_DONE);
	p = scene_channel_made(s, "INCIDENT-2026-003");
	memrows_member(s->rows, p, SARAH);
	crowd_reads(p, 1);
	says(ROOT, NULL, "1 merge 3 yes", VERDICT_REFUSED);
	assert_answer(s, "I can't merge: Slack hasn't told me who is in");
	assert_answer(s, "in Slack, where I can ask.");
	crowd_is(1, RANK_MEMBER);
	says(ROOT, NULL, "1 merge 3 yes", VERDICT_DONE);
}

static void what_was_said_here_becomes_entries_there(void **state)
{
	int64_t row;

	(void)state;
	s->now += 60000;
	says(SARAH, a, "note 14:30 rolled back", VERDICT_DONE);
	says(SARAH, a, "summary The gateway times out", VERDICT_DONE);
	says(SARAH, a, "impact 30% of checkouts", VERDICT_DONE);
	says(SARAH, b, "action check the bank", VERDICT_DONE);
	says(SARAH, a, "action restart it by friday", VERDICT_DONE);
	says(SARAH, a, "note a slip", VERDICT_DONE);
	says(SARAH, a, "withdraw E3", VERDICT_DONE);
	merged();
	row = copy_in(B, "entry", A " E2");
	assert_string_equal(cell(B, "entry", row, "text"), "rolled back");
	assert_string_equal(cell(B, "entry", row, "at"), cell(A, "entry", 2, "at"));
	assert_true(copy_in(B, "entry", A " S1") > 0);
	assert_true(copy_in(B, "entry", A " M1") > 0);
	assert_int_equal(copy_in(B, "entry", A " E3"), 0);
	assert_int_equal(copy_in(B, "item", A " A1"), 2);
	assert_string_equal(cell(B, "item", 2, "due"), cell(A, "item", 1, "due"));
	/* It keeps its captain, title and sections. */
	assert_string_equal(cell(B, "node", 1, "title"), "Payments fail");
	assert_null(cell(B, "summary", 1, "text"));
	says(SARAH, b, "show", VERDICT_READ);
	assert_answer(s, "The gateway times out (summary of " A ")");
	assert_answer(s, "restart it (from " A ")");
}

static void a_later_edit_changes_both(void **state)
{
	const char *ts;
	int64_t row;

	(void)state;
	ts = talk_posts(s, TOM, a, "#timeline pool is empty");
	says(SARAH, a, "note rolled back", VERDICT_DONE);
	merged();
	row = copy_in(B, "entry", A " E2");
	talk_edits(s, a, ts, "#timeline the pool is full");
	assert_string_equal(cell(A, "entry", 2, "text"), "the pool is full");
	assert_string_equal(cell(B, "entry", row, "text"), "the pool is full");
	row = copy_in(B, "entry", A " E3");
	says(SARAH, a, "edit E3 rolled back twice", VERDICT_DONE);
	assert_answer(s, "on " B ", changed as well");
	assert_string_equal(cell(B, "entry", row, "text"), "rolled back twice");
	says(SARAH, b, talk_words(s, "edit E%lld rolled forward", (long long)row), VERDICT_DONE);
	assert_string_equal(cell(A, "entry", 3, "text"), "rolled forward");
	says(SARAH, b, "undo", VERDICT_DONE);
	assert_string_equal(cell(B, "entry", row, "text"), "rolled back twice");
	assert_string_equal(cell(A, "entry", 3, "text"), "rolled back twice");
}

static void an_emoji_taken_off_takes_both_away(void **state)
{
	const char *ts;
	int64_t row;

	(void)state;
	ts = talk_posts(s, TOM, a, "pool is empty");
	talk_marks(s, SARAH, a, ts, CAPTURE_TIMELINE, true);
	merged();
	row = copy_in(B, "entry", A " E2");
	talk_marks(s, SARAH, a, ts, CAPTURE_TIMELINE, false);
	assert_string_equal(cell(A, "entry", 2, "withdrawn"), "i1");
	assert_string_equal(cell(B, "entry", row, "withdrawn"), "i1");
	talk_marks(s, SARAH, a, ts, CAPTURE_TIMELINE, true);
	assert_string_equal(cell(B, "entry", row, "withdrawn"), "-");
}

static void what_is_withdrawn_there_is_beaten_here(void **state)
{
	const char *ts;
	int64_t row;

	(void)state;
	ts = talk_posts(s, TOM, a, "#timeline pool is empty");
	merged();
	row = copy_in(B, "entry", A " E2");
	says(SARAH, b, talk_words(s, "withdraw E%lld", (long long)row), VERDICT_DONE);
	assert_string_equal(cell(A, "entry", 2, "withdrawn"), "i1");
	talk_edits(s, a, ts, "#timeline pool is very empty");
	assert_string_equal(cell(B, "entry", row, "withdrawn"), "i1");
}

static void redact_erases_both(void **state)
{
	(void)state;
	says(SARAH, a, "note the password is hunter2", VERDICT_DONE);
	merged();
	says(SARAH, a, "redact E2 a password was in it", VERDICT_DONE);
	says(SARAH, b, "show", VERDICT_READ);
	assert_no_answer(s, "hunter2");
	says(SARAH, a, "1 show", VERDICT_READ);
	assert_no_answer(s, "hunter2");
}

static void what_is_down_here_is_down_there(void **state)
{
	(void)state;
	says(SARAH, b, "service payments", VERDICT_DONE);
	says(SARAH, a, "service checkout Payments", VERDICT_DONE);
	merged();
	assert_string_equal(cell(B, "service", 2, "name"), "checkout");
	assert_null(cell(B, "service", 3, "name"));
	says(SARAH, a, "reopen they are two", VERDICT_DONE);
	assert_string_equal(cell(B, "service", 2, "gone"), "-");
}

static void a_services_name_is_erased_on_both(void **state)
{
	(void)state;
	says(SARAH, a, "service hunter2xyzzy", VERDICT_DONE);
	merged();
	says(SARAH, b, "service drop hunter2xyzzy", VERDICT_DONE);
	says(SARAH, a, "redact service1 it was a password", VERDICT_DONE);
	assert_string_equal(cell(A, "service", 1, "name"), "(erased)");
	assert_string_equal(cell(B, "service", 1, "name"), "(erased)");
}

static void done_by_the_old_number_finds_the_new_item(void **state)
{
	const char *ts;

	(void)state;
	says(SARAH, b, "action check the bank", VERDICT_DONE);
	says(SARAH, a, "action restart it", VERDICT_DONE);
	ts = talk_posts(s, TOM, a, "TODO: call the bank");
	merged();
	says(SARAH, a, "done 1", VERDICT_DONE);
	assert_answer(s, "It is A2 on " B ", changed as well");
	assert_string_equal(cell(B, "item", 1, "state"), "sTODO");
	assert_string_equal(cell(B, "item", 2, "state"), "sDONE");
	talk_marks(s, SARAH, a, ts, CAPTURE_CHECK, true);
	assert_string_equal(cell(B, "item", 3, "state"), "sDONE");
	says(SARAH, b, "reopen-item 2", VERDICT_DONE);
	assert_string_equal(cell(A, "item", 1, "state"), "sTODO");
}

static void what_is_said_in_the_old_channel_goes_on_there_and_says_so(void **state)
{
	const char *ts;

	(void)state;
	ts = talk_posts(s, TOM, a, "the load falls");
	merged();
	says(TOM, a, "note all is well again", VERDICT_DONE);
	assert_answer(s, "(" A " was merged into [" B "] Payments fail.)");
	assert_null(cell(A, "entry", 3, "text"));
	talk_posts(s, TOM, a, "#timeline a tag in the old channel");
	says(SARAH, b, "show", VERDICT_READ);
	assert_answer(s, "all is well again");
	assert_answer(s, "a tag in the old channel");
	talk_marks(s, SARAH, a, ts, CAPTURE_TIMELINE, true);
	says(SARAH, b, "show", VERDICT_READ);
	assert_answer(s, "the load falls");
	says(SARAH, a, "resolve", VERDICT_DONE);
	assert_string_equal(cell(B, "node", 1, "status"), "sDONE");
	assert_string_equal(cell(A, "node", 1, "status"), "sMERGED");
}

static void reopen_parts_them_and_the_copies_stay_marked(void **state)
{
	int64_t row;

	(void)state;
	says(SARAH, a, "status identified", VERDICT_DONE);
	says(SARAH, a, "note rolled back", VERDICT_DONE);
	merged();
	row = copy_in(B, "entry", A " E3");
	says(SARAH, b, "undo", VERDICT_REFUSED);
	assert_answer(s, A " reopen WHY");
	says(SARAH, a, "reopen they are two after all", VERDICT_DONE);
	assert_string_equal(cell(A, "node", 1, "status"), "sIDENTIFIED");
	assert_string_equal(cell(A, "node", 1, "merged_into"), "-");
	assert_string_equal(cell(A, "node", 1, "before_merge"), "-");
	says(SARAH, b, "show", VERDICT_READ);
	assert_answer(s, "rolled back (from " A ", reopened since)");
	says(SARAH, a, "edit E3 rolled back twice", VERDICT_DONE);
	assert_string_equal(cell(B, "entry", row, "text"), "rolled back");
	says(SARAH, a, "note here again", VERDICT_DONE);
	assert_no_answer(s, "was merged into");
	merged();
	assert_string_equal(cell(A, "node", 1, "before_merge"), "sIDENTIFIED");
	/* What is there as it was isn't copied again; what changed is, and that is the one that follows. */
	says(SARAH, b, "show", VERDICT_READ);
	assert_answer(s, "rolled back twice (from " A ")");
	says(SARAH, a, "edit E3 rolled back thrice", VERDICT_DONE);
	says(SARAH, b, "show", VERDICT_READ);
	assert_answer(s, "rolled back thrice (from " A ")");
	assert_no_answer(s, "rolled back twice");
}

static void one_merged_into_one_that_is_merged_lives_on_at_the_end(void **state)
{
	const char *c;
	int64_t row;

	(void)state;
	says(SARAH, OPS, "new Everything is down", VERDICT_DONE);
	c = scene_channel_made(s, "INCIDENT-2026-003");
	memrows_member(s->rows, c, SARAH);
	says(SARAH, a, "note rolled back", VERDICT_DONE);
	merged();
	says(SARAH, b, "merge 3 yes", VERDICT_DONE);
	says(SARAH, a, "note from the first channel", VERDICT_DONE);
	assert_answer(s, "Everything is down");
	says(SARAH, a, "edit E2 rolled back twice", VERDICT_DONE);
	row = copy_in(B, "entry", A " E2");
	assert_string_equal(cell(B, "entry", row, "text"), "rolled back twice");
	says(SARAH, c, "show", VERDICT_READ);
	assert_answer(s, "rolled back twice");
	assert_answer(s, "from the first channel");
	says(SARAH, c, "merge 1 yes", VERDICT_REFUSED);
}

static void whoever_may_not_see_the_other_learns_nothing_of_it(void **state)
{
	const char *p;

	(void)state;
	says(SARAH, OPS, "new Secret plan --private", VERDICT_DONE);
	p = scene_channel_made(s, "INCIDENT-2026-003");
	memrows_member(s->rows, p, SARAH);
	says(SARAH, a, "merge 3 yes", VERDICT_DONE);
	assert_no_answer(s, "nothing");
	for (int i = 0; scene_say(s, SAY_LINE, i); i++)
		if (!strstr(scene_say(s, SAY_LINE, i)->text, "merged [" A "]"))
			assert_null(strstr(scene_say(s, SAY_LINE, i)->text, "Secret"));
	says(TOM, a, "note hello", VERDICT_REFUSED);
	assert_no_answer(s, "Secret");
	says(TOM, a, "card", VERDICT_REFUSED);
	says(TOM, OPS, "show 1", VERDICT_READ);
	assert_no_answer(s, "INCIDENT-2026-003");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, scene_end)
	const struct CMUnitTest tests[] = {
		TEST(it_is_confirmed_by_a_button_that_names_both_titles),
		TEST(the_other_must_be_open_another_and_visible),
		TEST(no_reader_of_the_other_may_be_one_who_must_not_see_this),
		TEST(a_guest_who_reads_the_other_alone_is_named_and_it_is_refused),
		TEST(some_guests_are_named_many_are_counted),
		TEST(of_a_crowd_a_few_are_waited_for_and_the_rest_is_asked_later),
		TEST(what_slack_refuses_to_tell_is_not_to_be_tried_again),
		TEST(who_reads_the_other_is_asked_for_before_anything_is_decided),
		TEST(the_shell_is_told_that_there_may_be_guests),
		TEST(the_shell_lets_nobody_unknown_read_it_in_a_private_one),
		TEST(what_was_said_here_becomes_entries_there),
		TEST(a_later_edit_changes_both),
		TEST(an_emoji_taken_off_takes_both_away),
		TEST(what_is_withdrawn_there_is_beaten_here),
		TEST(redact_erases_both),
		TEST(what_is_down_here_is_down_there),
		TEST(a_services_name_is_erased_on_both),
		TEST(done_by_the_old_number_finds_the_new_item),
		TEST(what_is_said_in_the_old_channel_goes_on_there_and_says_so),
		TEST(reopen_parts_them_and_the_copies_stay_marked),
		TEST(one_merged_into_one_that_is_merged_lives_on_at_the_end),
		TEST(whoever_may_not_see_the_other_learns_nothing_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
