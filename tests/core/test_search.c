#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/find/search.h"
#include "core/find/words.h"
#include "core/time/civil.h"
#include "tests/support/core_scene.h"

#include <string.h>

#define NOW INT64_C(1795442400000) /* 2026-11-23T14:00:00Z */

static int arena_begin(void **state)
{
	static struct arena a;

	arena_init(&a);
	*state = &a;
	return 0;
}

static int arena_end(void **state)
{
	arena_release(*state);
	return 0;
}

/* "tax calculator js [tax-calculator.js]": parts, and wholes in brackets. */
static const char *words(struct arena *a, const char *text)
{
	struct token *w;
	size_t n = find_tokens(a, text, &w);
	const char *s = "";

	for (size_t i = 0; i < n; i++)
		s = arena_printf(a, w[i].upto - w[i].at > 1 ? "%s%s[%s]" : "%s%s%s", s,
				 *s ? " " : "", w[i].s);
	return s;
}

static void words_are_taken_apart_and_kept_whole(void **state)
{
	struct arena *a = *state;

	assert_string_equal(words(a, "tax-calculator.js."),
			    "tax calculator js [tax-calculator.js]");
	assert_string_equal(words(a, "/api/v1/checkout: 504"),
			    "api v1 checkout [api/v1/checkout] 504");
	assert_string_equal(words(a, "OrderService"), "order service [orderservice]");
	assert_string_equal(words(a, "HTTPServer p99"), "http server [httpserver] p99");
	assert_string_equal(words(a, "a,b (c)"), "a b c");
	assert_string_equal(words(a, "https://x.y/z"), "https x y z [x.y/z]");
	assert_string_equal(words(a, "it's don\u2019t"), "its dont");
	assert_string_equal(words(a, "-- . /"), "");
}

static void letter_case_and_accents_are_set_aside(void **state)
{
	struct arena *a = *state;

	assert_string_equal(words(a, "Müller CAFÉ Łódź straße Æther"),
			    "muller cafe lodz strasse aether");
	assert_string_equal(words(a, "e\u0301te\u0301"), "ete"); /* marks of their own */
	assert_string_equal(words(a, "ΣΑΣ Ёлка"), "σασ елка");
	assert_string_equal(words(a, "東京 404"), "東 京 404");
}

static struct find query(struct arena *a, const char *query)
{
	struct find f;

	find_read(&f, query, NOW, a);
	return f;
}

static void a_query_says_words_phrases_and_filters(void **state)
{
	struct arena *a = *state;
	struct find f = query(a, "pool \"out of memory\" tax-calculator.js exh since:90d");

	assert_int_equal(f.count, 4);
	assert_int_equal(f.terms[1].count, 3);
	assert_false(f.terms[0].begins);
	assert_false(f.terms[1].begins);
	assert_string_equal(f.terms[2].whole, "tax-calculator.js");
	assert_true(f.terms[3].begins);
	assert_true(f.since == NOW - 90 * MS_DAY);

	f = query(a, "status:open sev:1 origin:config service:Checkout "
		     "by:\x02@T1/UBEN|ben\x03 page:3");
	assert_int_equal(f.count, 0);
	assert_int_equal(f.statuses, 1u << STATUS_OPEN | 1u << STATUS_INVESTIGATING |
					     1u << STATUS_IDENTIFIED | 1u << STATUS_MITIGATED);
	assert_int_equal(f.priorities, 1u << PRIORITY_CRITICAL);
	assert_int_equal(f.origins, 1u << ORIGIN_CONFIG);
	assert_string_equal(f.service, "checkout");
	assert_string_equal(f.by, "T1/UBEN");
	assert_int_equal(f.page, 3);

	f = query(a, "since:2026-01-01");
	assert_true(f.since == INT64_C(1767225600000));
}

static void no_query_is_an_error(void **state)
{
	static const char *const odd[] = { "",	       "\"",
					   "\"\"",     "status:nonsense",
					   "sev:",     "x \x02t0|t\x03 y",
					   "AND OR",   "NOT (",
					   "*",	       "a*b \"c",
					   ":::",      "NEAR(a)",
					   "'; DROP",  "^x =y",
					   "\xff\xfe", "by:" };
	struct arena *a = *state;

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		assert_true(query(a, odd[i]).count <= FIND_TERMS);
	assert_int_equal(query(a, "status:nonsense").count, 1);
	assert_int_equal(query(a, "a b c d e f g h i j k l m n o p").count, FIND_TERMS);
	assert_false(query(a, "x").terms[0].begins);
}

static const char *shown(struct arena *a, const char *asked, const char *text, size_t points)
{
	struct find f = query(a, asked);
	struct buf b;
	const char *s;

	buf_init(&b, BUF_ROOMY);
	find_show(&b, &f, text, points, NULL);
	s = arena_strdup(a, b.s);
	buf_release(&b);
	return s;
}

#define B(words) "\x02*" words "\x03"

static void what_was_looked_for_is_bold_in_place(void **state)
{
	struct arena *a = *state;

	assert_string_equal(shown(a, "pool", "The Pool is full: pools", 80),
			    "The " B("Pool") " is full: " B("pools"));
	assert_string_equal(shown(a, "\"is full\"", "The pool is full, is it", 80),
			    "The pool " B("is full") ", is it");
	assert_string_equal(shown(a, "orderservice", "OrderService and order", 80),
			    B("OrderService") " and order");
	assert_string_equal(shown(a, "cafe", "im Café", 80), "im " B("Café"));
	assert_string_equal(
		shown(a, "needle",
		      "a long text before it that nobody needs to read now needle and more behind it",
		      30),
		"…now " B("needle") " and more behind it");
}

static bool looks(struct arena *a, const char *asked, const char *text)
{
	const struct passage p = { .letter = 'E', .n = 1, .text = text };
	struct find f = query(a, asked);
	struct look out;

	return find_look(&f, &p, 1, 10, &out) && out.terms == (1u << f.count) - 1;
}

static void parts_of_one_word_stand_beside_each_other(void **state)
{
	struct arena *a = *state;

	assert_true(looks(a, "tax-calculator.js", "in tax-calculator.js:42"));
	assert_true(looks(a, "calculator", "in tax-calculator.js:42"));
	assert_true(looks(a, "v1/checkout", "POST /api/v1/checkout"));
	assert_false(looks(a, "v1/checkout", "checkout in v1"));
	assert_true(looks(a, "OrderService", "the order service"));
	assert_true(looks(a, "orderserv", "OrderService"));
	assert_false(looks(a, "\"order ser\"", "order service"));
	assert_true(looks(a, "order ser", "order service"));
	assert_false(looks(a, "ord service", "order service")); /* only the last by its beginning */
}

static void the_next_page_is_the_same_line(void **state)
{
	struct arena *a = *state;

	assert_string_equal(find_page_line(a, "pool", 2), "page:2 pool");
	assert_string_equal(find_page_line(a, "pool page:2", 3), "page:3 pool page:2");
	assert_string_equal(find_page_line(a, "page:2 pool", 3), "page:3 pool");
	assert_string_equal(find_page_line(a, "\"a page:2", 2), "page:2 \"a page:2");
}

/* ---- as people say it ---- */

static void a_search_answers_with_name_cause_and_passage(void **state)
{
	struct scene *s = scene_new();
	const char *channel = scene_incident(s);

	(void)state;
	scene_says(s, SARAH, channel, "cause the pool had no limit");
	scene_says(s, SARAH, channel, "note pgbouncer says: pool exhausted");
	scene_says(s, TOM, OPS, "search exhausted pool");
	assert_non_null(strstr(s->words, "504s on checkout\nOPEN · "));
	assert_non_null(strstr(s->words, "Root cause: the pool had no limit"));
	assert_non_null(strstr(s->words, "“pgbouncer says: pool exhausted” — "));
	scene_says(s, TOM, OPS, "search zeppelin");
	assert_non_null(strstr(s->words, "Nothing found for: zeppelin"));
	scene_says(s, TOM, OPS, "search by:nobody pool");
	assert_non_null(strstr(s->words, "I don't know who “nobody” is."));
	scene_free(s);
}

static void a_guest_finds_nothing_outside_their_channels(void **state)
{
	struct scene *s = scene_new();

	(void)state;
	scene_incident(s);
	scene_says(s, GUEST, OPS, "search checkout");
	assert_non_null(strstr(s->words, "Nothing found"));
	scene_free(s);
}

/* Forty others, so that what is shared is rare. */
static void fill(struct scene *s)
{
	static const char *const lines[] = { "new elevator music too loud",
					     "new printer on floor two",
					     "new wrong greeting in mail",
					     "new lights blink in the hall" };

	for (int i = 0; i < 40; i++)
		scene_says(s, ROOT, NULL, lines[i % 4]);
}

static void a_new_incident_names_earlier_ones_like_it(void **state)
{
	struct scene *s = scene_new();
	const struct letter *l;
	const char *channel;

	(void)state;
	fill(s);
	scene_says(s, SARAH, OPS, "new Kafka brokers out of disk space");
	assert_null(scene_say(s, SAY_SIMILAR, 0)); /* nothing rather than noise */
	channel = scene_channel_made(s, "INCIDENT-2026-041");
	scene_says(s, SARAH, channel, "cause retention of the clickstream topic was unlimited");
	scene_says(s, SARAH, channel, "prevent alert at 70 % of broker disk");
	s->now += 20 * MS_MINUTE;
	scene_says(s, SARAH, channel, "mitigated segments deleted");
	scene_says(s, SARAH, channel, "resolve");
	scene_says(s, TOM, OPS, "new Disk full on two Kafka brokers, no space for segments");
	l = scene_say(s, SAY_SIMILAR, 0);
	assert_non_null(l);
	assert_non_null(strstr(l->text, "INCIDENT-2026-041"));
	assert_non_null(strstr(l->text, "Root cause: retention of the clickstream topic"));
	assert_non_null(strstr(l->text, "Fixed by: segments deleted (E"));
	assert_non_null(strstr(l->text, "resolved after 20 min"));
	assert_non_null(strstr(l->text, "1 prevention item still open: alert at 70 %"));
	assert_non_null(strstr(l->text, "in common: "));
	scene_says(s, TOM, OPS, "similar 42");
	assert_non_null(strstr(s->words, "Similar to [INCIDENT-2026-042]"));
	assert_non_null(strstr(s->words, "[INCIDENT-2026-041] Kafka brokers"));
	scene_says(s, TOM, OPS, "42 cause retention of the clickstream topic");
	assert_null(scene_say(s, SAY_SIMILAR, 0)); /* the same one again */
	scene_says(s, TOM, OPS, "new Something odd with orders");
	assert_null(scene_say(s, SAY_SIMILAR, 0));
	scene_says(
		s, TOM, OPS,
		"43 cause unlimited retention of the clickstream topic: Kafka brokers out of disk");
	l = scene_say(s, SAY_SIMILAR, 0);
	assert_non_null(l);
	assert_non_null(strstr(l->text, "Similar earlier incidents, by root cause:"));
	assert_non_null(strstr(l->text, "INCIDENT-2026-041"));
	scene_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, arena_begin, arena_end)
		TEST(words_are_taken_apart_and_kept_whole),
		TEST(letter_case_and_accents_are_set_aside),
		TEST(a_query_says_words_phrases_and_filters),
		TEST(no_query_is_an_error),
		TEST(what_was_looked_for_is_bold_in_place),
		TEST(parts_of_one_word_stand_beside_each_other),
		TEST(the_next_page_is_the_same_line),
		TEST(a_search_answers_with_name_cause_and_passage),
		TEST(a_guest_finds_nothing_outside_their_channels),
		TEST(a_new_incident_names_earlier_ones_like_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
