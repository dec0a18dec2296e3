#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/format/slack_names.h"

#include "core/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ZWSP "\xE2\x80\x8B"

/* Marks and kinds of core/text.h, so that the expected texts below can be read. */
#define PERSON(ref, name) "\x02@" ref "|" name "\x03"
#define CHANNEL(ref, name) "\x02#" ref "|" name "\x03"
#define GROUP(ref, name) "\x02&" ref "|" name "\x03"
#define BROADCAST(which) "\x02!" which "\x03"
#define LINK(url, label) "\x02>" url "|" label "\x03"

static struct buf made;

static const char *in_bytes(const char *s, size_t len)
{
	buf_release(&made);
	buf_init(&made, BUF_ROOMY);
	mrkdwn_in(&made, "T1", s, len);
	return made.s;
}

static const char *in(const char *s)
{
	return in_bytes(s, strlen(s));
}

static const char *out(const char *text)
{
	buf_release(&made);
	buf_init(&made, BUF_ROOMY);
	mrkdwn_out(&made, text, NULL);
	return made.s;
}

static const char *plain(const char *text, size_t points)
{
	buf_release(&made);
	buf_init(&made, BUF_ROOMY);
	mrkdwn_plain(&made, text, NULL, points);
	return made.s;
}

/* ---- in ---- */

static void entities_are_undone_once(void **state)
{
	(void)state;
	assert_string_equal(in("a &lt;b&gt; &amp; c"), "a <b> & c");
	assert_string_equal(in("&amp;lt;"), "&lt;");
	assert_string_equal(in("&quot; &nbsp; & &l"), "&quot; &nbsp; & &l");
	/* Escaped by Slack, because a person typed it: no mention. */
	assert_string_equal(in("&lt;@U1&gt;"), "<@U1>");
	assert_string_equal(in("&lt;!channel&gt;"), "<!channel>");
}

static void mentions_become_spans(void **state)
{
	(void)state;
	assert_string_equal(in("<@U1|sarah> look"), PERSON("T1/U1", "sarah") " look");
	assert_string_equal(in("<@U1>"), PERSON("T1/U1", ""));
	assert_string_equal(in("<@U1|>"), PERSON("T1/U1", ""));
	assert_string_equal(in("<@U1|a|b>"), PERSON("T1/U1", "a b"));
	assert_string_equal(in("<#C1|shop>"), CHANNEL("T1/C1", "shop"));
	assert_string_equal(in("<#C1|>"), CHANNEL("T1/C1", ""));
	assert_string_equal(in("<#C1>"), CHANNEL("T1/C1", ""));
	assert_string_equal(in("<!subteam^S1|@oncall>"), GROUP("T1/S1", "oncall"));
	assert_string_equal(in("<!subteam^S1>"), GROUP("T1/S1", ""));
	assert_string_equal(in("<!here> <!channel|channel> <!everyone>"),
			    BROADCAST("here") " " BROADCAST("channel") " " BROADCAST("everyone"));
}

static void links_become_spans(void **state)
{
	(void)state;
	assert_string_equal(in("<https://x?a=1&amp;b=2|la&lt;bel>"),
			    LINK("https://x?a=1&b=2", "la<bel"));
	assert_string_equal(in("see <https://x.io/a>."), "see " LINK("https://x.io/a", "") ".");
	assert_string_equal(in("<mailto:bob@x.io|write to bob>"),
			    LINK("mailto:bob@x.io", "write to bob"));
	assert_string_equal(in("<tel:+4930123|call us>"), LINK("tel:+4930123", "call us"));
	assert_string_equal(in("<HTTP://X.io|x>"), LINK("HTTP://X.io", "x"));
	assert_string_equal(in("<http://shop.example/a>"), LINK("http://shop.example/a", ""));
	assert_string_equal(in("<https://shop.example|shop.example>"),
			    LINK("https://shop.example", "shop.example"));
}

/* Nobody wrote an address: Slack saw one in plain words. */
static void what_slack_linked_by_itself_is_the_words_again(void **state)
{
	(void)state;
	assert_string_equal(in("<http://shop.example|shop.example> is down"),
			    "shop.example is down");
	assert_string_equal(in("<http://Shop.example/|Shop.example>"), "Shop.example");
	assert_string_equal(in("see <http://shop.example/a?b=1&amp;c|shop.example/a?b=1&amp;c>"),
			    "see shop.example/a?b=1&c");
	assert_string_equal(in("ask <mailto:bob@x.io|bob@x.io>"), "ask bob@x.io");
	assert_string_equal(in("ask <mailto:bob@x.io>"), "ask bob@x.io");
	assert_string_equal(in("call <tel:+49301234|+49 (30) 12-34>"), "call +49 (30) 12-34");
}

static void what_is_no_link_stays_as_it_was(void **state)
{
	(void)state;
	assert_string_equal(in("<javascript:alert(1)|click>"), "<javascript:alert(1)|click>");
	assert_string_equal(in("<https://>"), "<https://>");
	assert_string_equal(in("<https://a b|x>"), "<https://a b|x>");
	assert_string_equal(in("<>"), "<>");
	assert_string_equal(in("<|x>"), "<|x>");
	assert_string_equal(in("<@>"), "<@>");
	assert_string_equal(in("<@U1/../x|y>"), "<@U1/../x|y>");
	assert_string_equal(in("<!unknown>"), "<!unknown>");
	assert_string_equal(in("<!date^1^{time}>"), "<!date^1^{time}>");
}

static void blanks_at_the_ends_go_wherever_they_stood(void **state)
{
	(void)state;
	assert_string_equal(in(" \n<tel:+4930123| +49 30 123 > \t"), "+49 30 123");
	assert_string_equal(in("<!date^1^{time}| then >"), "then");
	assert_string_equal(in("at <!date^1^{time}| 14:05 > "), "at  14:05");
	assert_string_equal(in("<!date^1^{time}| >"), "");
}

static void a_date_becomes_its_fallback(void **state)
{
	(void)state;
	assert_string_equal(in("at <!date^1700000000^{time}|14:05 &amp; UTC>!"), "at 14:05 & UTC!");
	assert_string_equal(in("<!date^1^{date}^https://x.io/|then>"), "then");
}

static void brackets_that_are_not_slacks_are_text(void **state)
{
	(void)state;
	assert_string_equal(in("<"), "<");
	assert_string_equal(in("a < b"), "a < b");
	assert_string_equal(in("a > b"), "a > b");
	assert_string_equal(in("<<<"), "<<<");
	assert_string_equal(in("<a<@U1|b>c>"), "<a" PERSON("T1/U1", "b") "c>");
	assert_string_equal(in("<<@U1>>"), "<" PERSON("T1/U1", "") ">");
	assert_string_equal(in("<@U1"), "<@U1");
}

static void marks_from_outside_never_become_spans(void **state)
{
	(void)state;
	assert_string_equal(in("\x02@T1/U9|boss\x03 said"), "@T1/U9|boss said");
	assert_string_equal(in("<@U1|a\x02!here\x03>"), PERSON("T1/U1", "a!here"));
	assert_string_equal(in("<https://x.io|\x03\x02*bold\x03>"), LINK("https://x.io", "*bold"));
	assert_string_equal(in_bytes("a\0b\x1b[31mc\r\nd", 13), "ab[31mc\nd");
}

static void invalid_utf8_becomes_a_replacement(void **state)
{
	size_t i;

	(void)state;
	in_bytes("a\xFF<@U1|\xC3>\xE2\x80", 12);
	assert_true(utf8_valid(made.s, made.len));
	for (i = 0; i < 256; i++) {
		char s[3] = { '<', (char)i, '>' };

		in_bytes(s, 3);
		assert_true(utf8_valid(made.s, made.len));
	}
}

static void other_scripts_and_emoji_pass_unchanged(void **state)
{
	static const char said[] = "مرحبا \u200Fabc 👩🏽‍🚒 日本語 e\u0301";

	(void)state;
	assert_string_equal(in(said), said);
	assert_string_equal(out(said), said);
}

static void nothing_on_a_card_turns_what_stands_behind_it(void **state)
{
	(void)state;
	/* Kept as it was said, and not shown. */
	assert_string_equal(in("a\u202Eb"), "a\u202Eb");
	assert_string_equal(out("a\u202Eb\u2066c \xC2\x9B"), "abc ");
	assert_string_equal(out("\x02>https://x.y/\u202Ez|l\u2067bl\x03"), "<https://x.y/z|lbl>");
}

static void forty_thousand_characters_are_read(void **state)
{
	static const char *const pieces[] = { "<", "&amp;", "<@U1|a>", "x ", "&", "<<>>", "|" };
	struct buf big;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		buf_init(&big, 40000);
		while (!big.full)
			buf_adds(&big, pieces[i]);
		in_bytes(big.s, big.len);
		assert_true(made.len > 1000);
		buf_release(&big);
	}
}

/* ---- out ---- */

static void out_escapes_three_characters_and_nothing_else(void **state)
{
	(void)state;
	assert_string_equal(out("a <b> & \"c\" 'd' *e* _f_"),
			    "a &lt;b&gt; &amp; \"c\" 'd' *e* _f_");
	assert_string_equal(out("&lt;"), "&amp;lt;");
}

static void spans_become_slacks(void **state)
{
	(void)state;
	assert_string_equal(out(PERSON("T1/U1", "sarah") ":"), "<@U1>:");
	assert_string_equal(out(CHANNEL("T1/C1", "shop")), "<#C1>");
	assert_string_equal(out(GROUP("T1/S1", "oncall")), "<!subteam^S1>");
	assert_string_equal(out(LINK("https://x?a=1&b=2", "la<bel")),
			    "<https://x?a=1&amp;b=2|la&lt;bel>");
	assert_string_equal(out(LINK("https://x", "")), "<https://x>");
	assert_string_equal(out("\x02*sev & 1\x03 \x02`note `x` <y>\x03"),
			    "*sev &amp; 1* `note 'x' &lt;y&gt;`");
}

static void commands_begin_with_the_configured_root(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	buf_release(&made);
	buf_init(&made, BUF_ROOMY);
	mrkdwn_out(&made, "Type \x02/\x03 or \x02/note `x` <y>\x03", slack_names(&a, NULL, "/inc"));
	assert_string_equal(made.s, "Type /inc or `/inc note 'x' &lt;y&gt;`");
	arena_release(&a);
}

static void people_slack_does_not_know_are_named(void **state)
{
	(void)state;
	assert_string_equal(out(PERSON("shell/ROOT", "root")), "@root");
	assert_string_equal(out(PERSON("aliosbot/bot", "aliosbot")), "@aliosbot");
	assert_string_equal(out(PERSON("T1/a> <!here", "x<y")), "@x&lt;y");
	assert_string_equal(out(PERSON("nowhere", "x")), "@x");
}

static void moments_are_shown_in_the_readers_zone(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, BUF_ROOMY);
	text_add_moment(&text, 1700000000999, MOMENT_TIME);
	buf_addc(&text, ' ');
	text_add_moment(&text, 1700000000000, MOMENT_FULL);
	buf_addc(&text, ' ');
	text_add_moment(&text, 1700000000000, MOMENT_DATE);
	assert_string_equal(out(text.s),
			    "<!date^1700000000^{time}|22:13 UTC> "
			    "<!date^1700000000^{date_short_pretty} {time}|2023-11-14 22:13 UTC> "
			    "<!date^1700000000^{date_short_pretty}|2023-11-14>");
	buf_release(&text);
}

static void nobody_is_called_by_a_text(void **state)
{
	(void)state;
	assert_string_equal(out(BROADCAST("channel") " " BROADCAST("here")), "@channel @here");
	assert_string_equal(out("<!channel> <!here|x>"), "&lt;!channel&gt; &lt;!here|x&gt;");
	assert_string_equal(out(LINK("<!channel>", "x")), "x (&lt;!channel&gt;)");
	assert_string_equal(out(LINK("javascript:x", "y")), "y (javascript:x)");
	assert_string_equal(out(BROADCAST("x><!here")), "@x&gt;&lt;!here");
	/* Half a span, as no store would give it: words, without the mark. */
	assert_string_equal(out("a\x02!channel"), "a!channel");
}

static void code_fences_are_defused(void **state)
{
	(void)state;
	assert_string_equal(out("```rm```"), "``" ZWSP "`rm``" ZWSP "`");
	assert_string_equal(out("`````"), "``" ZWSP "``" ZWSP "`");
	assert_string_equal(out("`a``b"), "`a``b");
	assert_string_equal(out("``\x02`x\x03"), "``" ZWSP "`x`");
	assert_string_equal(out("\x02`x\x03``"), "`x``" ZWSP "`");
	assert_string_equal(out(LINK("https://x/```", "```")), "<https://x/%60%60%60|``" ZWSP "`>");
}

static void quotes_are_defused(void **state)
{
	(void)state;
	assert_string_equal(out("> a\n>b\n c > d"), ZWSP "&gt; a\n" ZWSP "&gt;b\n c &gt; d");
	assert_string_equal(out(" \t> a"), " \t" ZWSP "&gt; a");
	assert_string_equal(out(PERSON("T1/U1", "") "> a"), "<@U1>&gt; a");
}

static void a_full_buffer_ends_between_characters(void **state)
{
	static const char text[] = "é&" PERSON("T1/U1", "x") "<" LINK("https://x.io", "é") "```日";
	size_t max;

	(void)state;
	for (max = 0; max < 60; max++) {
		struct buf b;
		const char *open;

		buf_init(&b, max);
		mrkdwn_out(&b, text, NULL);
		assert_true(b.len <= max && utf8_valid(b.s, b.len));
		open = strrchr(b.s, '<');
		assert_true(!open || strchr(open, '>'));
		open = strrchr(b.s, '&');
		assert_true(!open || strchr(open, ';'));
		buf_release(&b);
	}
}

static void plain_is_readable_and_cut(void **state)
{
	(void)state;
	assert_string_equal(plain("<b> & " PERSON("T1/U1", "sarah") "\nx", 100), "<b> & @sarah x");
	assert_string_equal(plain("504 errors", 10), "504 errors");
	assert_string_equal(plain("504 errors on checkout", 11), "504 errors…");
	assert_string_equal(plain("日本語日本語", 4), "日本語…");
	assert_string_equal(plain("x", 0), "");
	plain("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 20);
	assert_int_equal(utf8_length(made.s, made.len), 20);
}

/* ---- both ---- */

static unsigned long long seed = 42;

static unsigned chance(unsigned n)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)(seed >> 33) % n;
}

/* There and back gives the same from the first time on, whatever people wrote. */
static void there_and_back_is_stable(void **state)
{
	static const char *const pieces[] = {
		"<",
		">",
		"&",
		"&amp;",
		"&lt;",
		"|",
		"@",
		"#",
		"!",
		"U1",
		"<@U1>",
		"<@U1|a>",
		"<#C1|b>",
		"```",
		"`",
		"\n",
		" ",
		"\t",
		"<!here>",
		"<!subteam^S1|@c>",
		"<https://x.io/`|l>",
		"<mailto:a@b|c>",
		"<tel:1| 1>",
		"<tel:1||1>",
		"<!date^1^{time}|d>",
		"*",
		"\x02",
		"\x03",
		"é",
		"👩‍🚒",
		ZWSP,
		"\xFF",
		"^",
		"text",
		"> ",
	};
	int round, i;

	(void)state;
	for (round = 0; round < 3000; round++) {
		char *once, *twice, *shown;
		struct buf said;

		buf_init(&said, 400);
		for (i = 0; i < 12; i++)
			buf_adds(&said, pieces[chance(sizeof(pieces) / sizeof(*pieces))]);
		in_bytes(said.s, said.len);
		shown = strdup(out(strdupa(made.s)));
		once = strdup(in(shown));
		free(shown);
		shown = strdup(out(once));
		twice = strdup(in(shown));
		if (strcmp(once, twice))
			print_error("said: %s\n", said.s);
		assert_string_equal(once, twice);
		free(shown);
		free(once);
		free(twice);
		buf_release(&said);
	}
}

static int release(void **state)
{
	(void)state;
	buf_release(&made);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entities_are_undone_once),
		cmocka_unit_test(mentions_become_spans),
		cmocka_unit_test(links_become_spans),
		cmocka_unit_test(what_slack_linked_by_itself_is_the_words_again),
		cmocka_unit_test(what_is_no_link_stays_as_it_was),
		cmocka_unit_test(blanks_at_the_ends_go_wherever_they_stood),
		cmocka_unit_test(a_date_becomes_its_fallback),
		cmocka_unit_test(brackets_that_are_not_slacks_are_text),
		cmocka_unit_test(marks_from_outside_never_become_spans),
		cmocka_unit_test(invalid_utf8_becomes_a_replacement),
		cmocka_unit_test(other_scripts_and_emoji_pass_unchanged),
		cmocka_unit_test(nothing_on_a_card_turns_what_stands_behind_it),
		cmocka_unit_test(forty_thousand_characters_are_read),
		cmocka_unit_test(out_escapes_three_characters_and_nothing_else),
		cmocka_unit_test(spans_become_slacks),
		cmocka_unit_test(commands_begin_with_the_configured_root),
		cmocka_unit_test(people_slack_does_not_know_are_named),
		cmocka_unit_test(moments_are_shown_in_the_readers_zone),
		cmocka_unit_test(nobody_is_called_by_a_text),
		cmocka_unit_test(code_fences_are_defused),
		cmocka_unit_test(quotes_are_defused),
		cmocka_unit_test(a_full_buffer_ends_between_characters),
		cmocka_unit_test(plain_is_readable_and_cut),
		cmocka_unit_test(there_and_back_is_stable),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
