/* What the store is asked for: Nodes, lists, cards, and what they show. */
#include "tests/support/a_store.h"
#include "tests/support/reads_now.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"

static void a_node_is_found_by_number_channel_and_status(void **state)
{
	struct a_store *s = *state;
	struct rows *r;
	struct node_name name = { .number = 1 };
	struct head h;
	struct arena a;

	a_store_declare(s, "Checkout is down");
	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->node_named(r, &name, &a, &h), 1);
	assert_string_equal(h.id, ID);
	assert_int_equal(h.markers[MARKER_DECLARED].at, A_STORE_NOW);
	name.year = 2025;
	assert_int_equal(r->node_named(r, &name, &a, &h), 0);
	assert_int_equal(r->node_open_in(r, A_STORE_CHANNEL, &a, &h), 1);
	assert_int_equal(r->node_last_in(r, A_STORE_CHANNEL, STATUS_DONE, &a, &h), 0);
	a_store_do(s, "resolve It is over");
	assert_int_equal(r->node_open_in(r, A_STORE_CHANNEL, &a, &h), 0);
	assert_int_equal(r->node_last_in(r, A_STORE_CHANNEL, STATUS_DONE, &a, &h), 1);
	assert_int_equal(r->node_id(r, "INCIDENT-2026-999", &a, &h), 0);
	arena_release(&a);
}

static void lists_are_open_mine_and_all_newest_first(void **state)
{
	struct a_store *s = *state;
	struct rows *r;
	struct head h[4];
	struct arena a;

	a_store_declare(s, "One");
	a_store_do(s, "captain");
	a_store_do(s, "resolve");
	a_store_declare(s, "Two");
	arena_init(&a);
	r = store_rows(s->store);
	assert_int_equal(r->nodes(r, "all", NULL, &a, h, 4), 2);
	assert_string_equal(h[0].title, "Two");
	assert_string_equal(h[1].title, "One");
	assert_int_equal(r->nodes(r, "open", NULL, &a, h, 4), 1);
	assert_string_equal(h[0].title, "Two");
	assert_int_equal(r->nodes(r, "mine", ANNA, &a, h, 4), 1);
	assert_string_equal(h[0].title, "One");
	assert_int_equal(r->nodes(r, "mine", "T1/UELSE", &a, h, 4), 0);
	assert_int_equal(r->nodes(r, "all", NULL, &a, h, 1), 1);
	arena_release(&a);
}

static void a_card_shows_the_last_five_live_entries_and_full_shows_all(void **state)
{
	struct a_store *s = *state;
	struct arena a;
	struct view *v;
	int64_t born;

	a_store_declare(s, "Checkout is down");
	born = a_store_number(s, "SELECT n_entry FROM node");
	for (int i = 0; i < 8; i++) {
		char line[40];

		s->now += MS_MINUTE;
		snprintf(line, sizeof(line), "note number %d", i);
		a_store_do(s, line);
	}
	a_store_do(s, "note 13:00 UTC long before");
	a_store_do(s, "withdraw E9");
	arena_init(&a);
	v = a_store_view(s, VIEW_CARD, &a);
	assert_int_equal(v->n_entries, VIEW_LAST);
	for (size_t i = 1; i < v->n_entries; i++)
		assert_true(v->entries[i - 1].at <= v->entries[i].at);
	assert_int_equal(v->entries_live, born + 8);
	v = a_store_view(s, VIEW_FULL, &a);
	assert_int_equal(v->n_entries, born + 9);
	assert_string_equal(v->entries[0].text, "long before");
	arena_release(&a);
}

/* They are older than all that it looks at first. */
static void a_card_shows_what_was_said_behind_however_many_lines_of_our_own(void **state)
{
	struct a_store *s = *state;
	struct arena a;
	struct view *v;

	a_store_declare(s, "Checkout is down");
	a_store_do(s, "note the pool is empty");
	a_store_do(s, "note the pool is full");
	a_store_do(s, "withdraw E3");
	for (int i = 0; i <= VIEW_OLDER; i++) {
		s->now += MS_MINUTE;
		a_store_do(s, i % 2 ? "sev low" : "sev critical");
	}
	arena_init(&a);
	v = a_store_view(s, VIEW_CARD, &a);
	assert_true(v->n_entries > 0 && v->n_entries <= VIEW_LAST);
	assert_string_equal(v->entries[v->n_entries - 1].text, "the pool is empty");
	assert_int_equal(v->n_older, VIEW_OLDER);
	arena_release(&a);
}

static void an_edited_entry_keeps_what_it_was(void **state)
{
	struct a_store *s = *state;
	struct arena a;
	struct view *v;
	size_t i = 0;

	a_store_declare(s, "Checkout is down");
	a_store_do(s, "note one");
	a_store_do(s, "edit E2 two");
	s->now += MS_MINUTE;
	a_store_do(s, "edit E2 14:00 UTC");
	a_store_do(s, "edit E2 13:50 UTC three");
	arena_init(&a);
	v = a_store_view(s, VIEW_FULL, &a);
	while (v->entries[i].n != 2)
		i++;
	assert_string_equal(v->entries[i].text, "three");
	assert_int_equal(v->entries[i].revisions, 3);
	assert_int_equal(v->entry_rev[i + 1] - v->entry_rev[i], 3);
	{
		const struct revision *r = &v->revisions[v->entry_rev[i]];

		assert_string_equal(r[0].text, "one");
		assert_int_equal(r[0].moved_from, 0);
		assert_string_equal(r[0].who, ANNA);
		assert_int_equal(r[0].at, A_STORE_NOW);
		assert_string_equal(r[1].text, "two");
		assert_int_equal(r[1].moved_from, A_STORE_NOW);
		assert_string_equal(r[2].text, "two");
		assert_int_equal(r[2].moved_from, A_STORE_NOW - 5 * MS_MINUTE);
	}
	arena_release(&a);
	a_store_assert_verified(s);
}

static void a_link_said_twice_is_shown_once_with_its_first_handle(void **state)
{
	struct a_store *s = *state;
	struct arena a;
	struct view *v;

	a_store_declare(s, "Checkout is down");
	a_store_do(s, "note see \x02>https://a.example/1|\x03");
	a_store_do(
		s,
		"note again \x02>https://a.example/1|here\x03 and \x02>https://a.example/2|\x03");
	arena_init(&a);
	v = a_store_view(s, VIEW_CARD, &a);
	assert_int_equal(v->n_links, 2);
	assert_string_equal(v->links[0].url, "https://a.example/1");
	assert_string_equal(v->links[0].handle, "E2");
	assert_string_equal(v->links[1].url, "https://a.example/2");
	arena_release(&a);
}

static void participants_are_everybody_but_the_bot(void **state)
{
	struct a_store *s = *state;
	struct arena a;
	struct view *v;
	struct job *job;

	a_store_declare(s, "Checkout is down");
	job = a_store_line(s, "note me too");
	job->intent.who = "T1/UBOB";
	job_free(a_store_run(s, job));
	a_store_do(s, "captain");
	arena_init(&a);
	v = a_store_view(s, VIEW_FULL, &a);
	assert_int_equal(v->n_people, 2);
	assert_string_equal(v->people[0].person, ANNA);
	assert_int_equal(v->people[0].role, ROLE_CAPTAIN);
	assert_string_equal(v->people[1].person, "T1/UBOB");
	assert_int_equal(v->people[1].role, -1);
	arena_release(&a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, a_store_setup, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_node_is_found_by_number_channel_and_status),
		TEST(lists_are_open_mine_and_all_newest_first),
		TEST(a_card_shows_the_last_five_live_entries_and_full_shows_all),
		TEST(a_card_shows_what_was_said_behind_however_many_lines_of_our_own),
		TEST(an_edited_entry_keeps_what_it_was),
		TEST(a_link_said_twice_is_shown_once_with_its_first_handle),
		TEST(participants_are_everybody_but_the_bot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
