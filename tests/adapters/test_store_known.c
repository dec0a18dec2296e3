/* What is known of people and channels counts until the next gap. */
#include "tests/support/a_store.h"
#include "tests/support/reads_now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define BEN "T1/UBEN"
#define EVE "T1/UEVE"
#define VAULT "T1/CVAULT"

static void run(struct a_store *s, struct job *job)
{
	job = a_store_run(s, job);
	assert_int_equal(job->rc, 0);
	job_free(job);
}

static void gap(struct a_store *s)
{
	run(s, job_new(JOB_GAP));
}

static void person_is(struct a_store *s, const char *ref, enum rank rank, int64_t as_of)
{
	struct job *job = job_new(JOB_PERSON);

	job->person = (struct person){ .ref = ref, .rank = rank };
	job->as_of = as_of;
	run(s, job);
}

static void member_is(struct a_store *s, const char *ref, bool in, int64_t as_of)
{
	struct job *job = job_new(JOB_MEMBER);

	job->member.channel = VAULT;
	job->member.person = ref;
	job->member.in = in;
	job->as_of = as_of;
	run(s, job);
}

static void members_are(struct a_store *s, const char *refs, int64_t as_of)
{
	struct job *job = job_new(JOB_MEMBERS);

	job->members.channel = VAULT;
	job->members.people = refs;
	job->as_of = as_of;
	run(s, job);
}

static enum rank counts_as(struct a_store *s, const char *ref)
{
	struct rows *rows = store_rows(s->store);
	struct person p;
	struct arena a;

	arena_init(&a);
	assert_int_equal(rows->person(rows, ref, &a, &p), 1);
	arena_release(&a);
	return rank_now(&p);
}

static int is_member(struct a_store *s, const char *ref)
{
	struct rows *rows = store_rows(s->store);

	return rows->member(rows, VAULT, ref);
}

static int doubts(struct a_store *s, const char *ref)
{
	const char *channels[4];
	struct arena a;
	int n;

	arena_init(&a);
	n = store_in_doubt(s->store, store_gaps(s->store), ref, &a, channels, 4);
	if (n > 0)
		assert_string_equal(channels[0], VAULT);
	arena_release(&a);
	return n;
}

static void private_node(struct a_store *s)
{
	a_store_do(s, "new Data leak --private");
	a_store_channel_made(s, "INCIDENT-2026-001", VAULT);
}

static void a_rank_counts_until_the_next_gap_and_what_is_less_than_a_member_goes_on(void **state)
{
	struct a_store *s = *state;

	person_is(s, BEN, RANK_MEMBER, AS_OF_NOW);
	person_is(s, EVE, RANK_GUEST, AS_OF_NOW);
	assert_int_equal(counts_as(s, BEN), RANK_MEMBER);
	gap(s);
	assert_int_equal(counts_as(s, BEN), RANK_UNKNOWN);
	assert_int_equal(counts_as(s, EVE), RANK_GUEST);
	person_is(s, BEN, RANK_MEMBER, store_gaps(s->store));
	assert_int_equal(counts_as(s, BEN), RANK_MEMBER);
}

static void what_was_asked_for_before_a_gap_is_no_answer_behind_it(void **state)
{
	struct a_store *s = *state;
	int64_t before = store_gaps(s->store);

	private_node(s);
	gap(s);
	person_is(s, BEN, RANK_MEMBER, before);
	members_are(s, "[\"" BEN "\"]", before);
	assert_int_equal(counts_as(s, BEN), RANK_UNKNOWN);
	assert_int_equal(is_member(s, BEN), 0);
	assert_int_equal(doubts(s, BEN), 1);
}

static void a_name_alone_makes_a_rank_no_fresher(void **state)
{
	struct a_store *s = *state;

	person_is(s, BEN, RANK_MEMBER, AS_OF_NOW);
	gap(s);
	person_is(s, BEN, RANK_UNKNOWN, AS_OF_NOW);
	assert_int_equal(counts_as(s, BEN), RANK_UNKNOWN);
}

static void members_count_until_the_next_gap_and_whoever_is_on_no_list_is_none(void **state)
{
	struct a_store *s = *state;

	private_node(s);
	assert_int_equal(doubts(s, NULL), 1);
	members_are(s, "[\"" BEN "\",\"" EVE "\"]", store_gaps(s->store));
	assert_int_equal(is_member(s, BEN), 1);
	assert_int_equal(doubts(s, NULL), 0);
	gap(s);
	assert_int_equal(is_member(s, BEN), 0);
	assert_int_equal(doubts(s, BEN), 1);
	members_are(s, "[\"" EVE "\"]", store_gaps(s->store));
	assert_int_equal(is_member(s, BEN), 0);
	assert_int_equal(is_member(s, EVE), 1);
	assert_int_equal(doubts(s, BEN), 0);
	members_are(s, "[]", store_gaps(s->store));
	assert_int_equal(is_member(s, EVE), 0);
}

static void an_event_says_it_of_one_person(void **state)
{
	struct a_store *s = *state;

	private_node(s);
	gap(s);
	member_is(s, BEN, true, AS_OF_NOW);
	assert_int_equal(is_member(s, BEN), 1);
	assert_int_equal(doubts(s, BEN), 0);
	assert_int_equal(doubts(s, EVE), 1);
	member_is(s, BEN, false, AS_OF_NOW);
	assert_int_equal(is_member(s, BEN), 0);
}

static void an_event_that_comes_late_says_only_that_there_is_something_to_read(void **state)
{
	struct a_store *s = *state;

	private_node(s);
	members_are(s, "[\"" BEN "\"]", store_gaps(s->store));
	member_is(s, EVE, true, AS_OF_NEVER);
	assert_int_equal(is_member(s, EVE), 0);
	assert_int_equal(doubts(s, EVE), 1);
	member_is(s, BEN, false, AS_OF_NEVER);
	assert_int_equal(is_member(s, BEN), 0);
	assert_int_equal(doubts(s, BEN), 1);
	person_is(s, BEN, RANK_MEMBER, AS_OF_NOW);
	person_is(s, BEN, RANK_UNKNOWN, AS_OF_NEVER);
	assert_int_equal(counts_as(s, BEN), RANK_UNKNOWN);
}

static void channels_of_public_nodes_are_not_read(void **state)
{
	struct a_store *s = *state;

	a_store_declare(s, "Slow search");
	gap(s);
	assert_int_equal(doubts(s, NULL), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, a_store_setup, a_store_teardown)
	static const struct CMUnitTest tests[] = {
		TEST(a_rank_counts_until_the_next_gap_and_what_is_less_than_a_member_goes_on),
		TEST(what_was_asked_for_before_a_gap_is_no_answer_behind_it),
		TEST(a_name_alone_makes_a_rank_no_fresher),
		TEST(members_count_until_the_next_gap_and_whoever_is_on_no_list_is_none),
		TEST(an_event_says_it_of_one_person),
		TEST(an_event_that_comes_late_says_only_that_there_is_something_to_read),
		TEST(channels_of_public_nodes_are_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
