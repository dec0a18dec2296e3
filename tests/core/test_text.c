#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/utf8.h"
#include "core/text.h"

#define EXPECT(call, want) \
	do { \
		struct buf b; \
		buf_init(&b, BUF_ROOMY); \
		call; \
		assert_string_equal(b.s, want); \
		buf_release(&b); \
	} while (0)

#define SARAH "\x02@T1/U1|Sarah\x03"

static const char *only_shop(struct names *n, enum text_kind kind, const char *ref, size_t len)
{
	(void)n;
	return kind == TEXT_CHANNEL && len == 5 && !memcmp(ref, "T1/C1", 5) ? "shop" : NULL;
}

static void a_text_is_walked_part_by_part(void **state)
{
	const char *at = "hi " SARAH " see \x02>https://x.y/|docs\x03";
	struct text_part p;

	(void)state;
	assert_true(text_next(&at, &p));
	assert_int_equal(p.kind, TEXT_WORDS);
	assert_int_equal(p.len, 3);
	assert_true(text_next(&at, &p));
	assert_int_equal(p.kind, TEXT_PERSON);
	assert_memory_equal(p.ref, "T1/U1", p.ref_len);
	assert_memory_equal(p.s, "Sarah", p.len);
	assert_true(text_next(&at, &p));
	assert_true(text_next(&at, &p));
	assert_int_equal(p.kind, TEXT_LINK);
	assert_memory_equal(p.ref, "https://x.y/", p.ref_len);
	assert_false(text_next(&at, &p));
}

static void half_a_span_is_words(void **state)
{
	(void)state;
	EXPECT(text_plain(&b, "a \x02@T1/U1", NULL), "a @T1/U1");
	EXPECT(text_plain(&b, "a \x02?x\x03 b", NULL), "a ?x b");
	EXPECT(text_plain(&b, "\x02@\x02@T1/U1|Ann\x03", NULL), "@@Ann");
	EXPECT(text_plain(&b, "\x02tnever|t\x03", NULL), "tnever|t");
}

static void nothing_that_is_shown_turns_what_stands_behind_it(void **state)
{
	(void)state;
	EXPECT(text_plain(&b, "a\u202Eb \u2066c\u2069 \u200Ed", NULL), "ab c \u200Ed");
	EXPECT(text_plain(&b, "\x02@T1/U1|Ma\u202Ex\xC2\x9B\x03!", NULL), "@Max!");
	EXPECT(text_plain(&b, "\x02>https://x.y/\u202Ez|l\u2067bl\x03", NULL),
	       "lbl (https://x.y/z)");
	EXPECT(text_words(&b, "\x02`rm\u202D -rf\xC2\x85\x03", NULL), "`rm -rf`");
}

static void as_in_a_chat(struct names *names, struct buf *out, const char *line, size_t len)
{
	(void)names;
	buf_addf(out, "/inc%s%.*s", len ? " " : "", (int)len, line);
}

static void spans_are_readable_words(void **state)
{
	struct names names = { .name = only_shop };

	(void)state;
	EXPECT(text_plain(&b, SARAH " in \x02#T1/C1|\x03 and \x02#T1/C2|\x03", &names),
	       "@Sarah in #shop and #C2");
	EXPECT(text_plain(&b, "\x02>https://x.y/|docs\x03 \x02>https://z/|https://z/\x03", NULL),
	       "docs (https://x.y/) https://z/");
	EXPECT(text_plain(&b, "\x02!here\x03 \x02`a b\x03 \x02*c\x03", NULL), "@here `a b` c");
	EXPECT(text_words(&b, " a\n\n b\tc ", NULL), "a b c");
}

static void a_command_is_shown_as_it_is_typed_there(void **state)
{
	struct names names = { .command = as_in_a_chat };

	(void)state;
	EXPECT(text_plain(&b, "Type \x02/note `x`\x03", NULL), "Type `note `x``");
	EXPECT(text_plain(&b, "Type \x02/note\x03 or \x02/\x03 alone", &names),
	       "Type `/inc note` or /inc alone");
}

static void what_comes_from_outside_is_cleaned(void **state)
{
	(void)state;
	EXPECT(text_clean(&b, "  a\x02@T1/U1|x\x03\r\nb\x1b[31m\t ", 24), "a@T1/U1|x\nb[31m");
	EXPECT(text_clean(&b, "a\xff\xc3", 3), "a\xEF\xBF\xBD\xEF\xBF\xBD");
	EXPECT(text_clean(&b, "one\rtwo\xC2\x9Bx", 10), "one\ntwox");
	EXPECT(text_clean(&b, "", 0), "");
}

static void urls_of_the_shell_become_links(void **state)
{
	const char *s = "see https://a.b/c?d=1. and (http://e) https:// end";

	(void)state;
	EXPECT(text_from_plain(&b, s, strlen(s)),
	       "see \x02>https://a.b/c?d=1|\x03. and (\x02>http://e|\x03) https:// end");
}

static void arguments_cannot_end_their_span(void **state)
{
	(void)state;
	EXPECT(text_add_person(&b, "T1/U1",
			       "a|b\x03"
			       "c\nd"),
	       "\x02@T1/U1|a b c d\x03");
	EXPECT(text_add_code(&b, NULL), "\x02`\x03");
	EXPECT(text_add_command(&b, "42 note x|y"), "\x02/42 note x|y\x03");
	EXPECT(text_add_code(&b, "list [open|all]"), "\x02`list [open|all]\x03");
}

static void a_short_text_ends_at_a_word(void **state)
{
	(void)state;
	EXPECT(text_short(&b, "payments are failing everywhere", 25), "payments are failing…");
	EXPECT(text_short(&b, "short\nenough", 25), "short enough");
	EXPECT(text_short(&b, "ask " SARAH " about it", 12), "ask " SARAH "…");
	EXPECT(text_short(&b, "ask " SARAH, 6), "ask…");
	EXPECT(text_short(&b, "ééééééééé", 3), "ééé…");
}

static void a_span_that_does_not_fit_is_left_out_whole(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	text_add_person(&b, "T1/U1", "Sarah");
	assert_string_equal(b.s, "");
	assert_true(b.full);
	buf_release(&b);
}

static void blank_means_nothing_readable(void **state)
{
	(void)state;
	assert_true(text_blank(NULL));
	assert_true(text_blank(" \n"));
	assert_false(text_blank(SARAH));
	assert_false(text_blank(" x"));
}

static void a_buffer_is_cut_between_characters(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	buf_adds(&b, "aé€x");
	assert_string_equal(b.s, "aé");
	assert_true(b.full);
	buf_adds(&b, "y");
	assert_string_equal(b.s, "aé");
	buf_release(&b);
}

static void invalid_utf8_is_known(void **state)
{
	static const char *const bad[] = { "\x80", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
					   "\xE2\x82" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(utf8_valid(bad[i], strlen(bad[i])));
	assert_true(utf8_valid("aé€😀", 10));
	assert_int_equal(utf8_cut("€", 2), 0);
	assert_int_equal(utf8_cut("a€", 4), 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_walked_part_by_part),
		cmocka_unit_test(half_a_span_is_words),
		cmocka_unit_test(nothing_that_is_shown_turns_what_stands_behind_it),
		cmocka_unit_test(spans_are_readable_words),
		cmocka_unit_test(a_command_is_shown_as_it_is_typed_there),
		cmocka_unit_test(what_comes_from_outside_is_cleaned),
		cmocka_unit_test(urls_of_the_shell_become_links),
		cmocka_unit_test(arguments_cannot_end_their_span),
		cmocka_unit_test(a_short_text_ends_at_a_word),
		cmocka_unit_test(a_span_that_does_not_fit_is_left_out_whole),
		cmocka_unit_test(blank_means_nothing_readable),
		cmocka_unit_test(a_buffer_is_cut_between_characters),
		cmocka_unit_test(invalid_utf8_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
