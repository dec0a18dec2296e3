#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/show/show.h"
#include "tests/support/core_article.h"
#include "tests/support/core_golden.h"

#include <string.h>

static struct article f;

static int setup(void **state)
{
	(void)state;
	article_begin(&f, article_view, BUF_ROOMY);
	return 0;
}

static int setup_open(void **state)
{
	(void)state;
	article_begin(&f, article_view_open, BUF_ROOMY);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	article_end(&f);
	return 0;
}

/* Neutral text as the terminal shows it. */
static const char *plain(void)
{
	struct buf b;
	const char *s;

	buf_init(&b, BUF_ROOMY);
	text_plain(&b, f.out.s, article_names());
	s = arena_strdup(&f.arena, b.s);
	buf_release(&b);
	return s;
}

static const char *missing(void)
{
	const char **keys;
	size_t count = missing_of(&f.view, &f.arena, &keys), i;

	buf_reset(&f.out);
	for (i = 0; i < count; i++)
		buf_addf(&f.out, "%s%s", i ? " " : "", keys[i]);
	return f.out.s;
}

static const char *says(const char *key)
{
	buf_reset(&f.out);
	missing_says(&f.out, key);
	return plain();
}

static const char *line(const char *key)
{
	buf_reset(&f.out);
	missing_line(&f.out, key);
	return f.out.s;
}

/* ---- what is missing ---- */

static void only_open_items_can_be_missing_something(void **state)
{
	(void)state;
	assert_string_equal(missing(), "item:5:owner item:5:due");
	f.view.items[4].state = ITEM_DONE;
	assert_string_equal(missing(), "");
}

static void a_mitigation_needs_an_owner_but_no_date(void **state)
{
	(void)state;
	article_add_item(&f.view, ITEM_MITIGATE, "look at the queue");
	assert_string_equal(missing(), "item:5:owner item:5:due item:6:owner");
}

static void an_empty_node_misses_everything_in_order(void **state)
{
	(void)state;
	f.view.n_paras = f.view.n_items = 0;
	f.view.head.captain = NULL;
	f.view.head.origin = ORIGIN_NONE;
	assert_string_equal(missing(),
			    "summary impact captain root_cause lesson origin prevention");
}

static void gone_and_redacted_paragraphs_are_missing_again(void **state)
{
	(void)state;
	f.view.items[4].state = ITEM_DROPPED;
	f.view.paras[0].gone = true;
	f.view.paras[4].text = NULL;
	assert_string_equal(missing(), "summary root_cause");
}

static void a_dropped_prevention_item_prevents_nothing(void **state)
{
	(void)state;
	f.view.items[3].state = ITEM_DROPPED;
	f.view.items[4].withdrawn = true;
	assert_string_equal(missing(), "prevention");
}

static void over_thirty_minutes_without_an_entry_is_a_gap(void **state)
{
	(void)state;
	f.view.n_items--;
	f.view.entries[3].withdrawn = true; /* 11:30 */
	assert_string_equal(missing(), ""); /* 11:15 to 11:45 are thirty minutes, not more */
	f.view.entries[2].withdrawn = true;
	assert_string_equal(missing(), "gap:2026-11-23T11:10:00.000Z/2026-11-23T11:45:00.000Z");
	f.view.entries[1].withdrawn = f.view.entries[4].withdrawn = true;
	assert_string_equal(missing(), "gap:2026-11-23T11:05:00.000Z/2026-11-23T11:50:00.000Z");
	f.view.head.markers[MARKER_DETECTED].n = 0;
	assert_string_equal(missing(), "gap:2026-11-23T11:10:00.000Z/2026-11-23T11:50:00.000Z");
	f.view.head.markers[MARKER_RESOLVED].n = 0;
	assert_string_equal(missing(), "");
}

static void a_key_is_said_with_the_line_that_completes_it(void **state)
{
	const char *gap = "gap:2026-11-23T14:05:00.000Z/2026-11-23T14:50:00.000Z";
	const char *night = "gap:2026-11-23T23:45:00.000Z/2026-11-24T00:30:00.000Z";

	(void)state;
	assert_string_equal(says("item:3:owner"), "item 3 has no owner");
	assert_string_equal(says("item:12:due"), "item 12 has no due date");
	assert_string_equal(
		says(gap),
		"what happened between 14:05 UTC and 14:50 UTC (45 min without an entry)");
	assert_string_equal(says(night),
			    "what happened between 2026-11-23 23:45 UTC and 2026-11-24 00:30 UTC "
			    "(45 min without an entry)");
	assert_string_equal(line("root_cause"), "cause ");
	assert_string_equal(line("item:3:owner"), "assign 3 @");
	assert_string_equal(line("item:12:due"), "due 12 ");
	assert_string_equal(line(gap), "note 2026-11-23T14:27Z ");
}

static void a_key_that_is_none_is_itself_and_has_no_line(void **state)
{
	static const char *const keys[] = { "",
					    "item:",
					    "item:x:owner",
					    "item:3:colour",
					    "gap:",
					    "gap:/",
					    "gap:2026-11-23T14:05:00.000Z" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		assert_string_equal(says(keys[i]), keys[i]);
		assert_string_equal(line(keys[i]), "");
	}
}

/* ---- words ---- */

static void a_section_is_its_live_paragraphs_joined_by_an_empty_line(void **state)
{
	(void)state;
	assert_true(view_section(&f.out, &f.view, SECTION_IMPACT));
	assert_string_equal(f.out.s, "100% of checkout attempts are failing.\n\n"
				     "Affecting both Web and Mobile platforms.\n\n"
				     "Estimated revenue loss: $25,000 per hour.");
	assert_false(view_section(&f.out, &f.view, SECTION_TRIGGER));
}

static void the_bot_and_system_users_are_words_and_no_mentions(void **state)
{
	(void)state;
	view_person(&f.out, &f.view, REF_BOT);
	buf_addc(&f.out, ' ');
	view_person(&f.out, &f.view, "shell/root");
	assert_string_equal(f.out.s, "aliosbot root (shell)");
	buf_reset(&f.out);
	view_person(&f.out, &f.view, ARTICLE_STRANGER);
	assert_string_equal(f.out.s, "\x02@T1/U3|\x03");
}

static void a_node_without_a_captain_says_so_loudly_while_it_is_open(void **state)
{
	(void)state;
	f.view.head.captain = NULL;
	view_state(&f.out, &f.view, 0);
	assert_non_null(strstr(plain(), "\n🆘 No captain yet. To take it: `/incident captain`"));
	f.view.head.status = STATUS_ARCHIVED;
	buf_reset(&f.out);
	view_state(&f.out, &f.view, 0);
	assert_string_equal(plain(),
			    "🔴 CRITICAL · ARCHIVED · no captain · since 2026-11-23 11:10 UTC");
}

static void an_incident_of_one_day_shows_times_only(void **state)
{
	(void)state;
	assert_int_equal(view_moments(&f.view), MOMENT_TIME);
	article_add_entry(&f.view, article_at(24, 1), "still well")->withdrawn = true;
	assert_int_equal(view_moments(&f.view), MOMENT_TIME);
	article_add_entry(&f.view, article_at(24, 1), "still well");
	assert_int_equal(view_moments(&f.view), MOMENT_FULL);
}

static void an_entry_is_cut_at_a_word(void **state)
{
	(void)state;
	view_entry(&f.out, &f.view, &f.view.entries[2], MOMENT_TIME, 40);
	assert_string_equal(
		plain(),
		"`E3` 11:15 UTC identified: Root cause identified: A recent… — @Tech_Lead_Sarah");
}

static void of_a_marker_said_twice_only_the_last_is_shown(void **state)
{
	(void)state;
	f.view.head.markers[MARKER_IDENTIFIED].entry = 4;
	view_entry(&f.out, &f.view, &f.view.entries[2], MOMENT_TIME, 40);
	assert_string_equal(plain(),
			    "`E3` 11:15 UTC Root cause identified: A recent… — @Tech_Lead_Sarah");
}

/* ---- catchup, show ---- */

static void catchup_tells_a_late_joiner_what_counts(void **state)
{
	(void)state;
	briefing_write(&f.out, &f.view, article_at(11, 20));
	assert_true(golden_is("catchup.txt", plain()));
}

static void catchup_leaves_out_old_unmarked_entries_and_says_how_many(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 8; i++)
		article_add_entry(&f.view, article_at(11, 16 + i), i < 3 ? "old news" : "news");
	briefing_write(&f.out, &f.view, article_at(11, 30));
	assert_null(strstr(f.out.s, "old news"));
	assert_non_null(strstr(plain(), "@Tech_Lead_Sarah\n… 3 more\n`E7` 11:19 UTC news"));
}

static void catchup_of_a_done_node_lists_what_is_missing(void **state)
{
	(void)state;
	briefing_write(&f.out, &f.view, article_at(12, 0));
	assert_non_null(strstr(
		plain(), "Still missing:\n• item 5 has no owner\n• item 5 has no due date\n"));
}

static void catchup_of_every_status_says_what_comes_next(void **state)
{
	int s;

	(void)state;
	for (s = 0; s < STATUSES; s++) {
		f.view.head.status = (enum status)s;
		buf_reset(&f.out);
		briefing_write(&f.out, &f.view, article_at(12, 0));
		assert_non_null(strstr(f.out.s, "What comes next"));
		assert_null(strstr(f.out.s, "(null)"));
	}
}

static void show_gives_all_of_it(void **state)
{
	(void)state;
	f.view.links[f.view.n_links++] =
		(struct link){ 1, "https://sentry.example/issues/504", "E1" };
	show_write(&f.out, &f.view, article_at(12, 0));
	assert_true(golden_is("show.txt", plain()));
}

static void show_of_a_card_s_view_says_how_many_entries_are_earlier(void **state)
{
	(void)state;
	f.view.entries_live = 17;
	show_write(&f.out, &f.view, article_at(12, 0));
	assert_non_null(strstr(plain(), "Timeline\n… and 11 more\n`E1`"));
}

#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
#define TEST_OPEN(t) cmocka_unit_test_setup_teardown(t, setup_open, teardown)

/* ---- how it stands ---- */

static const char *state_of(void)
{
	buf_reset(&f.out);
	view_state(&f.out, &f.view, 0);
	return plain();
}

static void since_and_closed_follow_the_markers(void **state)
{
	(void)state;
	f.view.head.markers[MARKER_DECLARED] =
		(struct marked){ 1, f.view.head.declared_at - MS_HOUR, 1 };
	f.view.head.markers[MARKER_RESOLVED] =
		(struct marked){ 2, f.view.head.closed_at - MS_MINUTE, 2 };
	assert_non_null(
		strstr(state_of(),
		       "since 2026-11-23 10:10 UTC, resolved 2026-11-23 11:49 UTC (1 h 39 min)"));
	f.view.head.markers[MARKER_DECLARED].n = f.view.head.markers[MARKER_RESOLVED].n = 0;
	assert_non_null(strstr(
		state_of(), "since 2026-11-23 11:10 UTC, resolved 2026-11-23 11:50 UTC (40 min)"));
	/* Called off: when it was resolved before that is an older story. */
	f.view.head.markers[MARKER_RESOLVED] =
		(struct marked){ 2, f.view.head.closed_at - MS_MINUTE, 2 };
	f.view.head.status = STATUS_CANCELLED;
	assert_non_null(strstr(state_of(), "closed 2026-11-23 11:50 UTC"));
}

static void what_is_to_be_typed_names_the_node_where_another_may_be_meant(void **state)
{
	(void)state;
	f.view.head.captain = NULL;
	f.view.head.status = STATUS_OPEN;
	assert_non_null(strstr(state_of(), "`/incident captain`"));
	f.view.elsewhere = true;
	assert_non_null(strstr(state_of(), "`/incident 42 captain`"));
	f.view.elsewhere = false;
	f.view.head.status = STATUS_DONE;
	buf_reset(&f.out);
	view_command(&f.out, &f.view, "summary TEXT");
	assert_string_equal(plain(), "`/incident 42 summary TEXT`");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(since_and_closed_follow_the_markers),
		TEST(what_is_to_be_typed_names_the_node_where_another_may_be_meant),
		TEST(only_open_items_can_be_missing_something),
		TEST(a_mitigation_needs_an_owner_but_no_date),
		TEST(an_empty_node_misses_everything_in_order),
		TEST(gone_and_redacted_paragraphs_are_missing_again),
		TEST(a_dropped_prevention_item_prevents_nothing),
		TEST(over_thirty_minutes_without_an_entry_is_a_gap),
		TEST(a_key_is_said_with_the_line_that_completes_it),
		TEST(a_key_that_is_none_is_itself_and_has_no_line),
		TEST(a_section_is_its_live_paragraphs_joined_by_an_empty_line),
		TEST(the_bot_and_system_users_are_words_and_no_mentions),
		TEST_OPEN(a_node_without_a_captain_says_so_loudly_while_it_is_open),
		TEST(an_incident_of_one_day_shows_times_only),
		TEST(an_entry_is_cut_at_a_word),
		TEST(of_a_marker_said_twice_only_the_last_is_shown),
		TEST_OPEN(catchup_tells_a_late_joiner_what_counts),
		TEST_OPEN(catchup_leaves_out_old_unmarked_entries_and_says_how_many),
		TEST(catchup_of_a_done_node_lists_what_is_missing),
		TEST(catchup_of_every_status_says_what_comes_next),
		TEST(show_gives_all_of_it),
		TEST(show_of_a_card_s_view_says_how_many_entries_are_earlier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
