/* What follows a Node: posts, and how far behind they are. */
#include "tests/support/a_letter.h"
#include "tests/support/reads_now.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"

static void card_edited(struct a_store *s, int64_t shown, bool refused)
{
	struct job *job = job_new(JOB_SHOWN);

	job->shown.post = (struct post){ .node = ID,
					 .what = POST_CARD,
					 .generation = 1,
					 .id = "",
					 .shown = shown,
					 .hash = "h" };
	job->shown.refused = refused;
	a_letter_ended(s, job);
}

static void card_is(struct a_store *s, int64_t shown)
{
	card_edited(s, shown, false);
}

static int64_t seq_of(struct a_store *s)
{
	return a_store_number(s, "SELECT seq FROM node");
}

static void post_card(struct a_store *s, int64_t shown)
{
	struct letter l;
	struct arena a;
	struct job *job;

	arena_init(&a);
	do {
		l = a_letter_first(s, &a, "c:" ID);
		job = a_letter_result(l.id, LETTER_SENT);
		if (l.what == SAY_CARD) {
			job->result.posts[0] = (struct post){ .node = ID,
							      .what = POST_CARD,
							      .generation = l.generation,
							      .channel = A_STORE_CHANNEL,
							      .id = "17.1",
							      .permalink = "https://p",
							      .shown = shown,
							      .hash = "g" };
			job->result.n_posts = 1;
		}
		a_letter_ended(s, job);
	} while (l.what != SAY_CARD);
	arena_release(&a);
}

static void a_card_posted_behind_its_node_is_dirty_and_a_current_one_is_not(void **state)
{
	struct a_store *s = *state;
	struct post p[2];
	struct arena a;

	a_store_declare(s, "Checkout is down sev1");
	arena_init(&a);
	post_card(s, seq_of(s));
	assert_int_equal(store_dirty(s->store, &a, p, 2), 0);
	s->now += MS_SECOND;
	a_store_do(s, "note one");
	s->now += MS_SECOND;
	a_store_do(s, "note two");
	assert_int_equal(store_dirty(s->store, &a, p, 2), 1);
	assert_int_equal(p[0].dirty_at,
			 A_STORE_NOW + MS_SECOND); /* since the first one that it doesn't show */
	assert_int_equal(p[0].priority, PRIORITY_CRITICAL);
	assert_string_equal(p[0].id, "17.1");
	card_is(s, seq_of(s) - 1);
	assert_int_equal(store_dirty(s->store, &a, p, 2), 1);
	assert_int_equal(p[0].dirty_at, A_STORE_NOW + 2 * MS_SECOND);
	card_is(s, seq_of(s));
	assert_int_equal(store_dirty(s->store, &a, p, 2), 0);
	assert_int_equal(store_post(s->store, ID, POST_CARD, 0, &a, p), 1);
	assert_string_equal(p[0].hash, "h");
	assert_string_equal(p[0].permalink, "https://p");
	assert_int_equal(store_post_at(s->store, A_STORE_CHANNEL, "17.1", &a, p), 1);
	assert_int_equal(p[0].what, POST_CARD);
	assert_int_equal(store_post_at(s->store, A_STORE_CHANNEL, "17.2", &a, p), 0);
	arena_release(&a);
}

static bool is_behind(struct a_store *s, enum post_what what)
{
	struct post p[8];
	struct arena a;
	bool is = false;
	int n;

	arena_init(&a);
	n = store_dirty(s->store, &a, p, 8);
	assert_true(n >= 0);
	for (int i = 0; i < n; i++)
		is |= p[i].what == what;
	arena_release(&a);
	return is;
}

static void a_post_is_behind_only_after_a_change_of_what_it_shows(void **state)
{
	struct a_store *s = *state;

	a_store_declare(s, "Checkout is down");
	assert_false(is_behind(s, POST_CARD)); /* it has none */
	a_store_script(
		s, "INSERT INTO post (node, what, generation, channel, ts, shown, hash, dirty_at)"
		   " SELECT n, column1, 0, 'C1', column1, seq, 'h', 0 FROM node,"
		   " (VALUES ('topic'), ('short'), ('card'))");
	a_store_do(s, "note one");
	assert_true(is_behind(s, POST_CARD));
	assert_false(is_behind(s, POST_TOPIC));
	assert_false(is_behind(s, POST_SHORT));
	a_store_do(s, "summary the pool of connections is empty");
	assert_false(is_behind(s, POST_TOPIC));
	assert_true(is_behind(s, POST_SHORT));
	a_letter_ended(s, job_new(JOB_OPENED));
	assert_false(is_behind(s, POST_TOPIC)); /* it shows all there is */
	a_store_do(s, "sev 1");
	assert_true(is_behind(s, POST_TOPIC));
}

/* However many there are: in half a minute they are as urgent as they were. */
static void a_topic_that_gathers_changes_hides_no_card(void **state)
{
	struct a_store *s = *state;
	struct post p[2];
	struct arena a;

	a_store_declare(s, "Checkout is down sev1");
	a_store_declare(s, "Search is slow sev4");
	a_store_script(s, "INSERT INTO post (node, what, generation, channel, ts, shown, hash,"
			  " dirty_at) SELECT n, iif(priority = 'CRITICAL', 'topic', 'card'), 1,"
			  " 'T1/C1', '1.2', 0, 'h', declared_at FROM node");
	arena_init(&a);
	assert_int_equal(store_dirty(s->store, &a, p, 1), 1);
	assert_int_equal(p[0].what, POST_CARD);
	assert_int_equal(store_dirty(s->store, &a, p, 2), 2);
	assert_int_equal(p[1].what, POST_TOPIC);
	s->now += 30 * MS_SECOND;
	assert_int_equal(store_dirty(s->store, &a, p, 1), 1);
	assert_int_equal(p[0].what, POST_TOPIC);
	arena_release(&a);
}

static void refused(struct a_store *s, int64_t shown)
{
	card_edited(s, shown, true);
}

static void
a_card_that_was_refused_is_tried_again_when_the_node_changes_or_its_channel_opens(void **state)
{
	struct a_store *s = *state;
	struct job *opened;
	struct post p[2];
	struct arena a;

	a_store_declare(s, "Checkout is down");
	arena_init(&a);
	post_card(s, seq_of(s));
	a_store_do(s, "note one");
	a_store_do(s, "note two");
	refused(s, seq_of(s) - 1); /* it went on meanwhile */
	assert_int_equal(store_dirty(s->store, &a, p, 2), 1);
	refused(s, seq_of(s));
	assert_int_equal(store_dirty(s->store, &a, p, 2), 0);
	assert_int_equal(store_post(s->store, ID, POST_CARD, 0, &a, p), 1);
	assert_string_equal(p[0].hash, "g"); /* it shows what it showed */
	a_store_do(s, "note three");
	assert_int_equal(store_dirty(s->store, &a, p, 2), 1);
	refused(s, seq_of(s));
	opened = job_new(JOB_OPENED);
	opened->opened.channel = "T1/C-another";
	a_letter_ended(s, opened);
	assert_int_equal(store_dirty(s->store, &a, p, 2), 0);
	opened = job_new(JOB_OPENED);
	opened->opened.channel = A_STORE_CHANNEL;
	a_letter_ended(s, opened);
	assert_int_equal(store_dirty(s->store, &a, p, 2), 1);
	card_is(s, seq_of(s));
	a_letter_ended(s, job_new(JOB_OPENED));
	assert_int_equal(store_dirty(s->store, &a, p, 2), 0); /* it shows everything */
	arena_release(&a);
}

static void a_card_posted_while_the_node_went_on_is_dirty_at_once(void **state)
{
	struct a_store *s = *state;
	struct post p[2];
	struct arena a;

	a_store_declare(s, "Checkout is down");
	a_store_do(s, "note meanwhile");
	arena_init(&a);
	post_card(s, 1);
	assert_int_equal(store_dirty(s->store, &a, p, 2), 1);
	arena_release(&a);
}

static void a_card_that_was_deleted_is_posted_anew_as_the_next_generation(void **state)
{
	struct a_store *s = *state;
	struct letter say = { .what = SAY_CARD, .node = ID, .generation = 2 };
	struct job *job = job_new(JOB_SHOWN);
	struct post p;
	struct arena a;

	a_store_declare(s, "Checkout is down");
	post_card(s, seq_of(s));
	job->shown.post = (struct post){ .node = ID, .what = POST_CARD, .generation = 1 };
	job->shown.letters = &say;
	a_letter_ended(s, job);
	job = job_new(JOB_SHOWN); /* told twice: still one letter */
	job->shown.post = (struct post){ .node = ID, .what = POST_CARD, .generation = 1 };
	job->shown.letters = &say;
	a_letter_ended(s, job);
	arena_init(&a);
	assert_int_equal(store_post(s->store, ID, POST_CARD, 0, &a, &p), 0);
	assert_int_equal(
		a_store_number(s, "SELECT count(*) FROM letter WHERE key = '" ID "/card/2'"), 1);
	arena_release(&a);
}

/* Whether the list is full or not. */
static void many_posts_are_behind_in_the_same_order_as_few(void **state)
{
	struct a_store *s = *state;
	struct post p[2 * UNSHOWN_MOST + 1];
	struct arena a;
	int n;

	for (int i = 1; i <= UNSHOWN_MOST + 4; i++) {
		a_store_declare(s, i == 3 ? "Big sev1" : "Middle sev2");
		a_store_do(s, "resolve");
		assert_false(is_behind(s, POST_CARD));
	}
	a_store_script(s, "INSERT INTO post (node, what, generation, shown, dirty_at)"
			  " SELECT n, 'card', 1, seq, 0 FROM node");
	for (int i = UNSHOWN_MOST + 4; i; i--) {
		char line[40];

		snprintf(line, sizeof(line), "%d note one more", i);
		s->now += MS_SECOND;
		a_store_do(s, line);
	}
	arena_init(&a);
	n = store_dirty(s->store, &a, p, 2 * UNSHOWN_MOST);
	assert_int_equal(n, UNSHOWN_MOST + 4);
	assert_string_equal(p[0].node, "INCIDENT-2026-003");
	for (int i = 2; i < n; i++)
		assert_true(p[i - 1].dirty_at < p[i].dirty_at);
	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(store_dirty(s->store, &a, p, 2 * UNSHOWN_MOST), n);
	arena_release(&a);
}

/* Cards of two generations fall behind together, and are brought up one by one. */
static void one_that_is_shown_forgets_no_other_of_its_kind(void **state)
{
	struct a_store *s = *state;
	struct post p[3];
	struct arena a;

	a_store_declare(s, "Checkout is down");
	post_card(s, seq_of(s));
	a_store_script(
		s,
		"INSERT INTO post (node, what, generation, channel, ts, shown, dirty_at)"
		" SELECT node, what, 2, channel, '18.1', shown, 0 FROM post WHERE what = 'card'");
	a_store_do(s, "note one");
	arena_init(&a);
	assert_int_equal(store_dirty(s->store, &a, p, 3), 2);
	card_is(s, seq_of(s));
	assert_int_equal(store_dirty(s->store, &a, p, 3), 1);
	assert_int_equal(p[0].generation, 2);
	assert_int_equal(p[0].dirty_at, A_STORE_NOW);
	arena_release(&a);
}

/* What the list lost with a transaction that came to nothing would never be edited. */
static void what_is_behind_is_behind_after_a_kill(void **state)
{
	struct a_store *s = *state;

	a_store_declare(s, "Checkout is down");
	post_card(s, seq_of(s));
	assert_false(is_behind(s, POST_CARD));
	a_store_do(s, "note one");
	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_true(is_behind(s, POST_CARD));
	card_is(s, seq_of(s));
	a_store_close(s);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_false(is_behind(s, POST_CARD));
}

static void what_version_7_kept_of_answers_and_refused_posts_goes_on(void **state)
{
	struct a_store *s = *state;
	struct job *job = NULL;

	a_store_become(s, 7);
	assert_int_equal(a_store_open(s, STORE_WRITE), 0);
	assert_int_equal(a_store_number(s, "SELECT answers FROM tally"), 4);
	job = a_store_line(s, "1 note rolled the pod back");
	job->key = "envelope:0000000b-51ac-4d00-8000-000000000000";
	a_store_run(s, job);
	assert_true(job->duplicate);
	job_free(job);
	assert_false(is_behind(s, POST_CARD)); /* Slack has refused its edit */
	a_letter_ended(s, job_new(JOB_OPENED));
	assert_true(is_behind(s, POST_CARD));
	assert_false(is_behind(s, POST_SHORT)); /* it shows all that it would */
}

static void critical_nodes_come_first_then_cards_then_who_waits_longest(void **state)
{
	static const char *const order[] = { "INCIDENT-2026-002", "INCIDENT-2026-003",
					     "INCIDENT-2026-001" };
	struct a_store *s = *state;
	struct post p[4];
	struct arena a;

	a_store_declare(s, "Small sev3");
	a_store_do(s, "resolve");
	a_store_declare(s, "Big sev1");
	a_store_do(s, "resolve");
	a_store_declare(s, "Middle sev2");
	a_store_script(s, "INSERT INTO post (node, what, generation, shown, dirty_at) VALUES"
			  " (1, 'short', 1, 0, 5), (2, 'short', 1, 0, 20), (3, 'card', 1, 0, 10)");
	arena_init(&a);
	assert_int_equal(store_dirty(s->store, &a, p, 4), 3);
	for (int i = 0; i < 3; i++)
		assert_string_equal(p[i].node, order[i]);
	assert_int_equal(store_dirty(s->store, &a, p, 1), 1);
	arena_release(&a);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, a_store_setup, a_store_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_card_posted_behind_its_node_is_dirty_and_a_current_one_is_not),
		TEST(a_post_is_behind_only_after_a_change_of_what_it_shows),
		TEST(a_topic_that_gathers_changes_hides_no_card),
		TEST(a_card_that_was_refused_is_tried_again_when_the_node_changes_or_its_channel_opens),
		TEST(a_card_posted_while_the_node_went_on_is_dirty_at_once),
		TEST(many_posts_are_behind_in_the_same_order_as_few),
		TEST(one_that_is_shown_forgets_no_other_of_its_kind),
		TEST(what_is_behind_is_behind_after_a_kill),
		TEST(what_version_7_kept_of_answers_and_refused_posts_goes_on),
		TEST(a_card_that_was_deleted_is_posted_anew_as_the_next_generation),
		TEST(critical_nodes_come_first_then_cards_then_who_waits_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
