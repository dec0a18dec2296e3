/* The archive on disk: what is said is found, at once and later; what was redacted is in no byte of it. */
#include "tests/support/a_store.h"
#include "tests/support/counted.h"

#include "adapters/sqlite/sqlite_store.h"
#include "core/find/archive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ID "INCIDENT-2026-001"

static int setup(void **state)
{
	static struct a_store s;

	struct job *job = job_new(JOB_PERSON);

	a_store_init(&s);
	job->person = (struct person){ .ref = ANNA, .name = "Anna", .rank = RANK_MEMBER };
	job->as_of = AS_OF_NOW;
	job_free(a_store_run(&s, job));
	a_store_declare(&s, "Checkout is down");
	*state = &s;
	return 0;
}

static int teardown(void **state)
{
	a_store_release(*state);
	return 0;
}

static void index_all(struct a_store *s)
{
	while (store_idle(s->store) > 0)
		;
}

/* The answer to a line, of a job that is the caller's. */
static const char *answer_of(struct job *job)
{
	struct buf plain;
	const char *s;

	buf_init(&plain, BUF_ROOMY);
	text_plain(&plain, job->outcome.answer.text, NULL);
	s = arena_strdup(&job->arena, plain.s);
	buf_release(&plain);
	return s;
}

static bool says(struct a_store *s, const char *line, const char *words)
{
	struct job *job = a_store_say(s, line);
	bool found = strstr(answer_of(job), words);

	assert_int_equal(job->outcome.verdict, VERDICT_READ);
	job_free(job);
	return found;
}

static bool finds(struct a_store *s, const char *query, const char *words)
{
	struct buf line;
	bool found;

	buf_init(&line, BUF_ROOMY);
	buf_addf(&line, "search %s", query);
	found = says(s, line.s, words);
	buf_release(&line);
	return found;
}

/* So much that the bites take it, and more. */
static void say_much(struct a_store *s, int from, int upto)
{
	char line[96];

	for (int i = from; i < upto; i++) {
		snprintf(line, sizeof(line), "note looked at filler%d of the whole lot", i);
		a_store_do(s, line);
	}
}

static void what_is_said_is_found_at_once_and_when_it_is_indexed(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "note /api/v1/checkout answers 504 in OrderService");
	a_store_do(s, "cause tax-calculator.js in the Café module");
	for (int round = 0; round < 2; round++) {
		assert_true(finds(s, "504", ID));
		assert_true(finds(s, "orderservice", ID));
		assert_true(finds(s, "service", ID));
		assert_true(finds(s, "/api/v1/checkout", ID));
		assert_true(finds(s, "v1/checkout", ID));
		assert_true(finds(s, "TAX-CALCULATOR.js", ID));
		assert_true(finds(s, "calcul", ID));
		assert_true(finds(s, "cafe", ID));
		assert_true(finds(s, "\"answers 504\"", ID));
		assert_false(finds(s, "\"504 answers\"", ID));
		assert_false(finds(s, "zeppelin", ID));
		say_much(s, 0, 110);
		index_all(s);
	}
	assert_true(a_store_number(s, "SELECT indexed FROM node WHERE n = 1") > 60);
	a_store_assert_verified(s);
}

/* Words of one Node may lie in the index and behind it. */
static void words_before_and_behind_the_last_bite_are_found_together(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "note early bird");
	say_much(s, 0, 110);
	index_all(s);
	a_store_do(s, "note late worm");
	assert_true(finds(s, "early worm", ID));
	a_store_do(s, "new Nothing of it but the worm");
	assert_true(finds(s, "early worm", "INCIDENT-2026-002"));
}

static void words_of_a_node_are_added_up(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "note alpha");
	say_much(s, 0, 110);
	index_all(s);
	a_store_do(s, "note omega");
	say_much(s, 110, 220);
	index_all(s);
	assert_int_equal(
		a_store_number(s, "SELECT count(*) FROM words WHERE words MATCH 'alpha AND omega'"),
		1);
}

static void what_was_withdrawn_or_replaced_is_not_found(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "note a marmalade entry");
	a_store_do(s, "summary the first jam");
	a_store_do(s, "summary another");
	a_store_do(s, "withdraw E2");
	assert_false(finds(s, "marmalade", ID));
	assert_false(finds(s, "jam", ID));
	say_much(s, 0, 110);
	index_all(s);
	assert_false(finds(s, "marmalade", ID));
	assert_false(finds(s, "jam", ID));
	a_store_assert_verified(s);
}

static void nodes_with_all_words_come_before_those_with_some(void **state)
{
	struct a_store *s = *state;
	struct job *job;
	const char *all, *some;

	a_store_do(s, "note yellow submarine");
	a_store_do(s, "new A yellow car");
	job = a_store_say(s, "search yellow submarine");
	all = strstr(answer_of(job), ID);
	some = strstr(answer_of(job), "INCIDENT-2026-002");
	assert_non_null(all);
	assert_non_null(some);
	assert_true(all < some);
	job_free(job);
}

static void filters_narrow(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "origin config");
	a_store_do(s, "sev 1");
	assert_true(finds(s, "checkout status:open sev:1 origin:config since:2d", ID));
	assert_false(finds(s, "checkout status:done", ID));
	assert_false(finds(s, "checkout sev:2", ID));
	assert_false(finds(s, "checkout since:2026-12-01", ID));
	assert_false(finds(s, "checkout service:payments", ID));
	assert_true(finds(s, "sev:1", ID));
}

static bool file_has(const char *path, const char *words)
{
	FILE *f = fopen(path, "rb");
	size_t size, len = strlen(words);
	char *bytes;
	bool found;

	if (!f)
		return false;
	fseek(f, 0, SEEK_END);
	size = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(size + 1);
	assert_non_null(bytes);
	size = fread(bytes, 1, size, f);
	fclose(f);
	found = memmem(bytes, size, words, len);
	free(bytes);
	return found;
}

static bool anywhere(struct a_store *s, const char *words)
{
	char wal[100];

	snprintf(wal, sizeof(wal), "%s-wal", s->path);
	return file_has(s->path, words) || file_has(wal, words);
}

static void redacted_words_leave_the_index_and_the_file(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "note the password is hunter2xyzzy for everyone");
	say_much(s, 0, 300);
	index_all(s);
	assert_true(anywhere(s, "hunter2xyzzy"));
	a_store_do(s, "redact E2 a password");
	assert_false(finds(s, "hunter2xyzzy", ID));
	index_all(s);
	assert_false(anywhere(s, "hunter2xyzzy"));
	assert_false(anywhere(s, "unter2xyzz")); /* FTS5 leaves out what two words begin with */
	assert_true(finds(s, "filler7", ID));
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM words WHERE words MATCH 'for'"),
			 0);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM words WHERE words MATCH 'the'"),
			 1);
	a_store_assert_verified(s);
}

static void what_was_redacted_before_it_was_indexed_never_is(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "note the password is hunter2xyzzy");
	a_store_do(s, "redact E2 a password");
	say_much(s, 0, 110);
	index_all(s);
	assert_false(anywhere(s, "hunter2xyzzy"));
	assert_false(finds(s, "hunter2xyzzy", ID));
	a_store_assert_verified(s);
}

static void a_word_that_another_text_has_too_stays(void **state)
{
	struct a_store *s = *state;

	a_store_do(s, "note gateway secretword");
	a_store_do(s, "note gateway restarted");
	say_much(s, 0, 110);
	index_all(s);
	a_store_do(s, "redact E2 a password");
	assert_true(finds(s, "gateway", ID));
	a_store_assert_verified(s);
}

static void verify_compares_index_and_texts(void **state)
{
	struct a_store *s = *state;
	struct buf findings;

	say_much(s, 0, 110);
	index_all(s);
	a_store_script(s, "INSERT INTO words (rowid, word) VALUES (1, 'neversaid')");
	buf_init(&findings, BUF_ROOMY);
	assert_int_equal(sqlite_store_verify(s->store, &findings), 1);
	assert_non_null(strstr(findings.s, ID ": the search index has a word that no text of it"));
	buf_reset(&findings);
	a_store_script(s, "INSERT INTO words (words, rowid, word) VALUES ('delete', 1, 'neversaid"
			  " filler7')");
	assert_int_equal(sqlite_store_verify(s->store, &findings), 1);
	assert_non_null(strstr(findings.s, ID ": a word of its texts isn't in the search index"));
	buf_release(&findings);
}

static void a_file_without_index_is_indexed_in_bites_and_search_says_how_far(void **state)
{
	struct a_store *s = *state;
	int bites = 0;

	say_much(s, 0, 3000);
	index_all(s);
	a_store_script(s, "UPDATE node SET indexed = 0; UPDATE tally SET unwalked = 1");
	sqlite_store_of(s->store)->tally.known = false;
	a_store_script(s, "INSERT INTO words (words) VALUES ('delete-all')");
	assert_true(finds(s, "filler2999", ID)); /* the newest are read as they are */
	assert_true(finds(s, "filler2999", "still being indexed (0 % done)"));
	while (store_idle(s->store) > 0)
		bites++;
	assert_true(bites >= 5);
	assert_true(finds(s, "filler7", ID));
	assert_false(finds(s, "filler7", "still being indexed"));
	a_store_assert_verified(s);
}

static void a_list_of_what_waits_that_somebody_broke_is_made_anew(void **state)
{
	struct a_store *s = *state;

	say_much(s, 0, 200);
	a_store_script(s, "UPDATE tally SET behind = 'x,1'");
	sqlite_store_of(s->store)->tally.known = false;
	index_all(s);
	assert_true(finds(s, "filler7", ID));
	assert_true(finds(s, "filler199", ID));
	a_store_assert_verified(s);
}

static void similar_says_how_far_the_index_is(void **state)
{
	struct a_store *s = *state;

	say_much(s, 0, 1000);
	index_all(s);
	a_store_script(s, "UPDATE node SET indexed = 0; UPDATE tally SET unwalked = 1");
	a_store_script(s, "INSERT INTO words (words) VALUES ('delete-all')");
	sqlite_store_of(s->store)->tally.known = false;
	assert_true(says(s, "similar 1", "still being indexed (0 % done)"));
	index_all(s);
	assert_false(says(s, "similar 1", "still being indexed"));
}

/* Notes of every Node, up to so many; nobody has said them, so they are in no journal. */
static void grow_to(struct a_store *s, int notes)
{
	struct buf sql;

	buf_init(&sql, BUF_ROOMY);
	buf_addf(&sql,
		 "CREATE TEMP TABLE more AS WITH RECURSIVE k(i) AS"
		 " (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < %d)"
		 " SELECT n, i, declared_at FROM node, k WHERE n <= 14;"
		 "INSERT INTO text (node, n, body, digest) SELECT n, 1000 + i,"
		 " 'looked at the lander, it is number ' || i, x'' FROM more WHERE true"
		 " ON CONFLICT DO NOTHING;"
		 "INSERT INTO entry (node, n, at, recorded_at, author, source, text)"
		 " SELECT n, 1000 + i, declared_at + i * 1000, declared_at, 'T1/UANNA', 'command',"
		 " 1000 + i FROM more WHERE true ON CONFLICT DO NOTHING;"
		 "DROP TABLE more",
		 notes);
	a_store_script(s, sql.s);
	buf_release(&sql);
}

static long steps_of_similar(struct a_store *s)
{
	struct counted before = counted_now();

	assert_true(says(s, "similar 2", "Fixed by: the lander flew away"));
	return counted_since(&before).steps;
}

static void similar_costs_no_more_when_each_has_thousands_of_notes(void **state)
{
	struct a_store *s = *state;
	long few, many;

	for (int i = 2; i <= 14; i++) {
		char line[64];

		snprintf(line, sizeof(line), "%d resolve the lander flew away", i);
		a_store_do(s, "new Zeppelin lands on roof");
		a_store_do(s, line);
	}
	/* Others, so that it isn't what every incident is called. */
	for (int i = 0; i < 60; i++)
		a_store_do(s, "new Payments fail");
	index_all(s);
	grow_to(s, 50);
	few = steps_of_similar(s);
	grow_to(s, 2000);
	assert_int_equal(a_store_number(s, "SELECT count(*) FROM entry WHERE n > 1000"), 14 * 2000);
	many = steps_of_similar(s);
	print_message("steps of SQLite: %ld with 50 notes each, %ld with 2,000\n", few, many);
	assert_true(many < few + few / 2);
}

static void results_come_in_pages_of_ten(void **state)
{
	struct a_store *s = *state;
	struct job *job;
	int n = 0;

	for (int i = 2; i <= 25; i++)
		a_store_do(s, "new Zeppelin lands on roof");
	job = a_store_say(s, "search zeppelin");
	for (const char *at = answer_of(job); (at = strstr(at, "[INCIDENT")); at++)
		n++;
	assert_int_equal(n, 10);
	assert_int_equal(job->outcome.answer.count, 1);
	assert_string_equal(job->outcome.answer.buttons[0].line, "search page:2 zeppelin");
	job_free(job);
	assert_true(finds(s, "zeppelin page:3", "INCIDENT-2026-005"));
	assert_true(finds(s, "zeppelin page:99", "INCIDENT-2026-005"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(what_is_said_is_found_at_once_and_when_it_is_indexed),
		TEST(words_before_and_behind_the_last_bite_are_found_together),
		TEST(words_of_a_node_are_added_up),
		TEST(what_was_withdrawn_or_replaced_is_not_found),
		TEST(nodes_with_all_words_come_before_those_with_some),
		TEST(filters_narrow),
		TEST(redacted_words_leave_the_index_and_the_file),
		TEST(what_was_redacted_before_it_was_indexed_never_is),
		TEST(a_word_that_another_text_has_too_stays),
		TEST(verify_compares_index_and_texts),
		TEST(a_file_without_index_is_indexed_in_bites_and_search_says_how_far),
		TEST(a_list_of_what_waits_that_somebody_broke_is_made_anew),
		TEST(similar_says_how_far_the_index_is),
		TEST(similar_costs_no_more_when_each_has_thousands_of_notes),
		TEST(results_come_in_pages_of_ten),
	};

	counted_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
