#include "core/line/line.h"

#include "core/text.h"
#include "tests/support/core_arena.h"
#include "tests/support/core_zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define SARAH "\x02@T1/U1|Sarah K\x03"
#define TOM "\x02@T1/U2|\x03"
#define LINK "\x02>https://a.example/x y|logs\x03"

/* Monday 2026-11-23, 14:30 in Berlin. */
#define NOW "2026-11-23T13:30:00Z"

static struct line l;

static void read_in(struct zone zone, const char *text)
{
	struct line_context c = { .when = { test_ms(NOW), zone } };

	line_read(&c, text, &arena, &l);
}

/* Reads a line into `l`. */
static void say(const char *text)
{
	read_in(test_berlin(), text);
}

static void is_command(const char *text, enum verb verb)
{
	say(text);
	if (l.kind != LINE_COMMAND)
		fail_msg("\"%s\" is no command: %d, %s", text, l.kind, l.why ? l.why : "");
	if (l.command->verb != verb)
		fail_msg("\"%s\" is %s", text, l.command->word);
}

static void is_unknown(const char *text, const char *word, const char *near)
{
	say(text);
	if (l.kind != LINE_UNKNOWN)
		fail_msg("\"%s\" is not unknown: %d", text, l.kind);
	assert_string_equal(l.word, word);
	if (near && !l.near)
		fail_msg("\"%s\" is near nothing", text);
	if (near)
		assert_string_equal(l.near->word, near);
	else if (l.near)
		fail_msg("\"%s\" is near %s", text, l.near->word);
}

/* Refused; the sentence has these words, and `instead` (NULL: any) is what to type. */
static void refuses(const char *text, const char *words, const char *instead)
{
	say(text);
	if (l.kind != LINE_REFUSED)
		fail_msg("\"%s\" is not refused: %d", text, l.kind);
	if (!strstr(l.why, words))
		fail_msg("\"%s\": \"%s\" doesn't say \"%s\"", text, l.why, words);
	if (!l.instead)
		fail_msg("\"%s\" has no line to type instead", text);
	if (instead)
		assert_string_equal(l.instead, instead);
	assert_non_null(l.command);
}

static void same(const char *got, const char *expected)
{
	if (!got || !expected) {
		if (got != expected)
			fail_msg("%s, not %s", got ? got : "NULL", expected ? expected : "NULL");
		return;
	}
	assert_string_equal(got, expected);
}

/* Refused; what was meant can't be known, so no line is offered that would do something else. */
static void refuses_without_a_line(const char *text, const char *words)
{
	say(text);
	if (l.kind != LINE_REFUSED)
		fail_msg("\"%s\" is not refused: %d", text, l.kind);
	if (!strstr(l.why, words))
		fail_msg("\"%s\": \"%s\" doesn't say \"%s\"", text, l.why, words);
	same(l.instead, NULL);
}

static void node_is(int year, int number)
{
	assert_int_equal(l.node.year, year);
	assert_int_equal(l.node.number, number);
}

static void has_title(const char *text, const char *title, int priority, const char *person)
{
	is_command(text, VERB_NEW);
	same(l.text, title);
	assert_int_equal(l.priority, priority);
	same(l.person, person);
}

static void has_item(const char *text, const char *item, const char *owner, const char *due)
{
	is_command(text, VERB_ACTION);
	same(l.text, item);
	same(l.person, owner);
	same(l.due, due);
}

static void has_numbers(const char *text, enum verb verb, size_t count, const int *numbers)
{
	size_t i;

	is_command(text, verb);
	if (l.count != count)
		fail_msg("\"%s\" has %zu numbers", text, l.count);
	for (i = 0; i < count; i++)
		assert_int_equal(l.numbers[i], numbers[i]);
}
#define NUMBERS(...) \
	sizeof((int[]){ __VA_ARGS__ }) / sizeof(int), (int[]) \
	{ \
		__VA_ARGS__ \
	}

/* ---- the table ---- */

static void every_verb_has_its_row_and_its_help(void **state)
{
	const struct command *c;
	size_t i;

	(void)state;
	for (i = 0; (c = command_at(i)); i++) {
		assert_ptr_equal(command_verb(c->verb), c);
		assert_ptr_equal(command_word(c->word, strlen(c->word)), c);
		assert_non_null(c->decide);
		assert_true(*c->usage && *c->says && *c->example);
		assert_non_null(c->more);
		assert_memory_equal(c->usage, c->word, strlen(c->word));
	}
	for (; i < VERBS; i++)
		assert_true(command_verb((enum verb)i)->flags & COMMAND_HIDDEN);
}

static void every_example_can_be_typed(void **state)
{
	const struct command *c;
	size_t i;

	(void)state;
	for (i = 0; (c = command_at(i)); i++)
		is_command(c->example, c->verb);
}

static void no_word_means_two_things(void **state)
{
	const struct command *c;
	const char *word;
	size_t i, n;

	(void)state;
	for (i = 0; (c = command_at(i)); i++) {
		for (word = c->aliases; *word; word += n + (word[n] == ' ')) {
			n = strcspn(word, " ");
			assert_ptr_equal(command_word(word, n), c);
		}
		for (word = c->strict; *word; word += n + (word[n] == ' ')) {
			n = strcspn(word, " ");
			assert_ptr_equal(command_word(word, n), c);
		}
		/* What was meant can be said, when it isn't taken for the command. */
		assert_true(!*c->strict || c->everyday);
	}
}

static void other_words_mean_the_same(void **state)
{
	static const struct {
		const char *words;
		enum verb verb;
	} rows[] = {
		{ "new declare create open start", VERB_NEW },
		{ "note timeline add log", VERB_NOTE },
		{ "action task", VERB_ACTION },
		{ "prevent followup follow-up", VERB_PREVENT },
		{ "done check close-item", VERB_DONE },
		{ "captain lead commander owner take", VERB_CAPTAIN },
		{ "sev priority severity p", VERB_SEV },
		{ "update broadcast", VERB_UPDATE },
		{ "resolve close finish end", VERB_RESOLVE },
		{ "postmortem pm retro", VERB_POSTMORTEM },
		{ "show info", VERB_SHOW },
		{ "catchup recap summarize", VERB_CATCHUP },
		{ "withdraw delete rm", VERB_WITHDRAW },
	};
	const char *word;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (word = rows[i].words; *word; word += n + (word[n] == ' ')) {
			n = strcspn(word, " ");
			assert_non_null(command_word(word, n));
			assert_int_equal(command_word(word, n)->verb, rows[i].verb);
		}
	}
	assert_null(command_word("", 0));
	assert_null(command_word("declare create", 14));
	assert_null(command_word("not", 3));
}

static void only_what_members_may_do_is_ranked(void **state)
{
	const struct command *c;
	size_t i;

	(void)state;
	for (i = 0; (c = command_at(i)); i++)
		assert_int_equal(!!(c->flags & COMMAND_RANKED),
				 c->verb == VERB_NEW || c->verb == VERB_CANCEL ||
					 c->verb == VERB_ARCHIVE || c->verb == VERB_MERGE ||
					 c->verb == VERB_REDACT);
}

static void near_is(const char *word, const char *near)
{
	const struct command *c = command_nearest(word, strlen(word));

	if (!c != !near || (c && strcmp(c->word, near) != 0))
		fail_msg("\"%s\" is near %s", word, c ? c->word : "nothing");
}

static void the_nearest_command_is_a_slip_away(void **state)
{
	(void)state;
	near_is("noet", "note");
	near_is("ntoe", "note");
	near_is("nots", "note");
	near_is("RESOLV", "resolve");
	near_is("reslove", "resolve");
	near_is("captian", "captain");
	near_is("acton", "action");
	near_is("statsu", "status");
	near_is("updaet", "update");
	near_is("brodcast", "update");
}

static void the_beginning_of_a_command_is_near(void **state)
{
	(void)state;
	near_is("cap", "captain");
	near_is("inv", NULL);
	near_is("sta", "status");
	near_is("post", "postmortem");
	near_is("ca", NULL);
	near_is("summariz", "catchup");
}

static void words_far_from_all_are_near_nothing(void **state)
{
	(void)state;
	near_is("", NULL);
	near_is("the", NULL);
	near_is("hi", NULL);
	near_is("x", NULL);
	near_is("database", NULL);
	near_is("\xF0\x9F\x94\xA5", NULL);
	near_is("averyveryveryveryveryverylongword", NULL);
}

/* ---- which Node ---- */

static void nothing_said_is_empty(void **state)
{
	(void)state;
	say("");
	assert_int_equal(l.kind, LINE_EMPTY);
	say(" \n\t ");
	assert_int_equal(l.kind, LINE_EMPTY);
	node_is(0, 0);
}

static void a_node_is_named_in_any_form_before_the_command(void **state)
{
	(void)state;
	is_command("INCIDENT-2026-042 note spike", VERB_NOTE);
	node_is(2026, 42);
	same(l.text, "spike");
	is_command("incident-2026-042 note spike", VERB_NOTE);
	node_is(2026, 42);
	is_command("2026-042 resolve", VERB_RESOLVE);
	node_is(2026, 42);
	is_command("042 note spike", VERB_NOTE);
	node_is(0, 42);
	is_command("42  NOTE  spike", VERB_NOTE);
	node_is(0, 42);
	is_command("42 close", VERB_RESOLVE);
	node_is(0, 42);
	is_command("note 42 spike", VERB_NOTE);
	node_is(0, 0);
	same(l.text, "42 spike");
}

static void a_node_alone_is_shown(void **state)
{
	(void)state;
	is_command("42", VERB_SHOW);
	node_is(0, 42);
	same(l.word, "show");
	is_command(" INCIDENT-2026-042 ", VERB_SHOW);
	node_is(2026, 42);
}

static void a_leading_number_before_other_words_is_text(void **state)
{
	(void)state;
	is_unknown("504 errors", "504", NULL);
	same(l.text, "504 errors");
	node_is(0, 0);
	is_unknown("504 close the valve", "504", NULL);
	node_is(0, 0);
	/* These are about no Node: "504 open connections" is what happens. */
	is_unknown("504 open connections", "504", NULL);
	same(l.text, "504 open connections");
}

static void an_id_before_an_unknown_word_is_still_a_node(void **state)
{
	(void)state;
	is_unknown("INCIDENT-2026-042 noet spike", "noet", "note");
	node_is(2026, 42);
	same(l.text, "INCIDENT-2026-042 noet spike");
}

static void an_id_before_a_command_about_no_node_is_refused(void **state)
{
	(void)state;
	refuses("INCIDENT-2026-042 new DB down", "leave out the ID", "new DB down");
	refuses("2026-042 list", "leave out the ID", "list");
}

static void export_takes_a_node_and_a_format_in_that_order(void **state)
{
	(void)state;
	is_command("export", VERB_EXPORT);
	node_is(0, 0);
	is_command("export CSV", VERB_EXPORT);
	node_is(0, 0);
	is_command("export 42", VERB_EXPORT);
	node_is(0, 42);
	is_command("export INCIDENT-2026-042 json", VERB_EXPORT);
	node_is(2026, 42);
	is_command("42 export html", VERB_EXPORT);
	node_is(0, 42);
	refuses("export pdf", "There is no format", "export md");
	refuses("export 42 pdf", "There is no format", "export md");
	refuses("export md json", "isn't an incident ID", "export md");
}

static void show_names_its_node_behind_or_before(void **state)
{
	(void)state;
	is_command("show", VERB_SHOW);
	node_is(0, 0);
	is_command("show 42", VERB_SHOW);
	node_is(0, 42);
	is_command("info INCIDENT-2026-042", VERB_SHOW);
	node_is(2026, 42);
	is_command("42 show", VERB_SHOW);
	node_is(0, 42);
	is_command("2026-042 show 42", VERB_SHOW);
	node_is(2026, 42);
	refuses("42 show 43", "two incidents", "show 43");
	refuses("show me", "isn't an incident ID", "show 42");
	refuses("show 42 43", "isn't an incident ID", "show 42");
}

/* ---- command words ---- */

static void letter_case_and_spaces_of_command_words_dont_matter(void **state)
{
	(void)state;
	is_command("  NoTe \t  spike", VERB_NOTE);
	same(l.word, "note");
	same(l.text, "spike");
	is_command("STATUS Identified", VERB_STATUS);
	assert_int_equal(l.status, STATUS_IDENTIFIED);
	is_command("note\u00A0spike", VERB_NOTE);
	same(l.text, "spike");
}

static void the_word_that_was_typed_is_kept(void **state)
{
	(void)state;
	is_command("Open the pods are down", VERB_NEW);
	same(l.word, "open");
	same(l.text, "the pods are down");
}

static void curly_quotes_dont_matter(void **state)
{
	(void)state;
	is_command("\u201Cnote\u201D spike", VERB_NOTE);
	is_command("sev \u2018high\u2019", VERB_SEV);
	assert_int_equal(l.priority, PRIORITY_HIGH);
	is_command("help \u201Cnote\u201D", VERB_HELP);
	assert_int_equal(l.about->verb, VERB_NOTE);
	has_title("new \u201C504 on checkout\u201D sev1", "504 on checkout", PRIORITY_CRITICAL,
		  NULL);
	has_title("new \"504 on checkout\" sev1", "504 on checkout", PRIORITY_CRITICAL, NULL);
	has_title("new \u201CBuy\u201D and \u201CSell\u201D fail",
		  "\u201CBuy\u201D and \u201CSell\u201D fail", -1, NULL);
	is_command("note \u201CBuy\u201D fails", VERB_NOTE);
	same(l.text, "\u201CBuy\u201D fails");
}

static void everyday_words_are_commands_only_alone_or_before_a_when_or_one_mention(void **state)
{
	(void)state;
	is_command("close", VERB_RESOLVE);
	is_command("finish 14:05", VERB_RESOLVE);
	assert_int_equal(l.when, test_ms("2026-11-23T13:05:00Z"));
	is_command("end 20m ago, rolled back", VERB_RESOLVE);
	same(l.text, "rolled back");
	is_command("take", VERB_CAPTAIN);
	same(l.person, NULL);
	is_command("lead " SARAH, VERB_CAPTAIN);
	same(l.person, "T1/U1");
	is_command("owner me", VERB_CAPTAIN);
	is_command("captain " SARAH, VERB_CAPTAIN);
	is_unknown("close the valve", "close", "resolve");
	same(l.text, "close the valve");
	is_unknown("finish me", "finish", "resolve");
	is_unknown("end of the world", "end", "resolve");
	is_unknown("take " SARAH " to the room", "take", "captain");
	is_unknown("lead time is up", "lead", "captain");
	is_unknown("owner unknown", "owner", "captain");
	refuses("captain my captain", "I don't see who \u201Cmy captain\u201D is",
		"captain @my captain");
	/* The others are not everyday words. */
	is_command("resolve the valve is closed", VERB_RESOLVE);
	same(l.text, "the valve is closed");
	refuses("commander ben", "see who", "commander @ben");
}

static void an_unknown_word_changes_nothing_and_keeps_the_line(void **state)
{
	(void)state;
	is_unknown(" Notes  from the\ncall", "notes", "note");
	same(l.text, "Notes  from the\ncall");
	is_unknown(SARAH " is on it", SARAH, NULL);
	same(l.instead, NULL);
	is_unknown("2026-042 noet 14:05 spike", "noet", "note");
	same(l.instead, "2026-042 note 14:05 spike");
	assert_false(l.everyday);
	is_unknown("zeppelin checkout", "zeppelin", NULL);
	is_unknown("snapshot", "snapshot", NULL);
}

/* ---- new ---- */

static void options_count_at_the_end_of_the_title_in_any_order(void **state)
{
	(void)state;
	has_title("new 504 on checkout sev1 " SARAH, "504 on checkout", PRIORITY_CRITICAL, "T1/U1");
	same(l.person_name, "Sarah K");
	has_title("new 504 on checkout " SARAH " P2", "504 on checkout", PRIORITY_HIGH, "T1/U1");
	has_title("new DB down " TOM, "DB down", -1, "T1/U2");
	same(l.person_name, NULL);
	has_title("new DB down, sev0", "DB down", PRIORITY_CRITICAL, NULL);
	has_title("new DB down SEV4", "DB down", PRIORITY_LOW, NULL);
	has_title("new DB down, sev1, " SARAH, "DB down", PRIORITY_CRITICAL, "T1/U1");
	has_title("new DB down P2.", "DB down", PRIORITY_HIGH, NULL);
	has_title("new sev1 page is slow", "sev1 page is slow", -1, NULL);
	has_title("new " SARAH " can't log in", SARAH " can't log in", -1, NULL);
	has_title("new 504\ton   checkout", "504 on checkout", -1, NULL);
}

static void only_sev_and_p_with_0_to_4_are_priorities_of_a_title(void **state)
{
	(void)state;
	has_title("new error rate high", "error rate high", -1, NULL);
	has_title("new disk low", "disk low", -1, NULL);
	has_title("new alert is critical", "alert is critical", -1, NULL);
	has_title("new latency p99", "latency p99", -1, NULL);
	has_title("new x sev5", "x sev5", -1, NULL);
	has_title("new x sev", "x sev", -1, NULL);
	has_title("new x sev11", "x sev11", -1, NULL);
	has_title("new x p", "x p", -1, NULL);
	has_title("new x 1", "x 1", -1, NULL);
	has_title("new DB down SEV-1", "DB down", PRIORITY_CRITICAL, NULL);
	has_title("new DB down sev\u20112.", "DB down", PRIORITY_HIGH, NULL);
	has_title("new DB down sev 3", "DB down", PRIORITY_MEDIUM, NULL);
	has_title("new x sev 5", "x sev 5", -1, NULL);
}

static void a_mention_after_a_small_word_is_title(void **state)
{
	static const char *const words[] = { "from", "by",  "for", "to",   "with",
					     "of",   "and", "cc",  "From", "cc:" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *title = arena_printf(&arena, "Complaints %s " SARAH, words[i]);

		has_title(arena_printf(&arena, "new %s sev2", title), title, PRIORITY_HIGH, NULL);
	}
	has_title("new DB down " SARAH " and " TOM, "DB down " SARAH " and " TOM, -1, NULL);
	has_title("new DB down " SARAH ".", "DB down", -1, "T1/U1");
}

static void one_captain_and_one_priority_are_taken(void **state)
{
	(void)state;
	has_title("new DB down " SARAH " " TOM, "DB down " SARAH, -1, "T1/U2");
	has_title("new DB down sev1 sev2", "DB down sev1", PRIORITY_HIGH, NULL);
}

static void private_and_here_may_stand_anywhere(void **state)
{
	(void)state;
	has_title("new --private DB down sev1", "DB down", PRIORITY_CRITICAL, NULL);
	assert_true(l.private_);
	assert_false(l.here);
	has_title("new DB --here down", "DB down", -1, NULL);
	assert_true(l.here);
	assert_false(l.private_);
	has_title("new DB down sev1 --HERE " SARAH " --Private", "DB down", PRIORITY_CRITICAL,
		  "T1/U1");
	assert_true(l.here && l.private_);
	has_title("new DB down\nusers --private can't log in", "DB down", -1, NULL);
	assert_true(l.private_);
	same(l.more, "users  can't log in");
}

static void phones_turn_two_dashes_into_one(void **state)
{
	static const char *const dashes[] = { "-",	 "--",		 "---",
					      "\u2014",	 "\u2013",	 "\u2013\u2013",
					      "\u2014-", "\u2010\u2010", "\u2011\u2011",
					      "\u2012",	 "\u2212\u2212", "\uFF0D\uFF0D" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(dashes) / sizeof(dashes[0]); i++) {
		has_title(arena_printf(&arena, "new DB down %sprivate", dashes[i]), "DB down", -1,
			  NULL);
		assert_true(l.private_);
		has_title(arena_printf(&arena, "new DB down %sHere, sev1", dashes[i]), "DB down",
			  PRIORITY_CRITICAL, NULL);
		assert_true(l.here);
	}
}

static void what_nobody_sees_changes_nothing(void **state)
{
	static const char *const unseen[] = { "\u200B", "\u200C", "\u200D", "\u200E",	   "\u2060",
					      "\u2069", "\u00AD", "\uFEFF", "\u200B\u200B" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		const char *u = unseen[i];

		has_title(arena_printf(&arena, "new DB down --private%s sev1%s", u, u), "DB down",
			  PRIORITY_CRITICAL, NULL);
		assert_true(l.private_);
		has_title(arena_printf(&arena, "new DB down -%s-priv%sate", u, u), "DB down", -1,
			  NULL);
		assert_true(l.private_);
		is_command(arena_printf(&arena, "%snote%s 14:%s05%s rolled back", u, u, u, u),
			   VERB_NOTE);
		assert_int_equal(l.when, test_ms("2026-11-23T13:05:00Z"));
		same(l.text, "rolled back");
		has_item(arena_printf(&arena, "action restart %s" SARAH "%s by fri%sday%s", u, u, u,
				      u),
			 "restart", "T1/U1", "2026-11-27");
		is_command(arena_printf(&arena, "sev p%s1%s", u, u), VERB_SEV);
	}
	/* Where it joins, it stays. */
	is_command("note \U0001F468\u200D\U0001F469\u200D\U0001F467 \u0646\u200C\u0627", VERB_NOTE);
	same(l.text, "\U0001F468\u200D\U0001F469\u200D\U0001F467 \u0646\u200C\u0627");
}

static void what_looks_like_an_option_and_is_none_is_refused(void **state)
{
	(void)state;
	refuses("new DB down --privat", "nothing was declared", "new DB down --private");
	refuses("new DB down \u2013\u2013pirvate sev1", "--private, --here and --drill",
		"new DB down --private sev1");
	refuses("new --privately down", "I don't know the option", NULL);
	has_title("new DB down (--private)", "DB down", -1, NULL);
	assert_true(l.private_);
	has_title("new DB down *--private*, sev1", "DB down", PRIORITY_CRITICAL, NULL);
	assert_true(l.private_);
	refuses("new DB down [--privat]", "I don't know the option", "new DB down --private");
	refuses("new DB down --p", "I don't know the option", "new DB down --private");
	refuses("new DB down --Priv sev1", "I don't know the option", "new DB down --private sev1");
	refuses("new DB down --private=yes", "I don't know the option", "new DB down --private");
	refuses("new DB down -privat", "I don't know the option", "new DB down --private");
	has_title("new DB down *\u2013\u2013private* sev1", "DB down", PRIORITY_CRITICAL, NULL);
	assert_true(l.private_);
	has_title("new DB down (-private)", "DB down", -1, NULL);
	assert_true(l.private_);
	refuses("new DB down--here", "nothing was declared", "new DB down --here");
	has_title("new DB down\n(--private)", "DB down", -1, NULL);
	assert_true(l.private_);
	has_title("new A non-private and half-here host", "A non-private and half-here host", -1,
		  NULL);
	has_title("new DB down\u2014here too", "DB down\u2014here too", -1, NULL);
	has_title("new https://a.example/b--private is down",
		  "https://a.example/b--private is down", -1, NULL);
	refuses("new DB down -- private", "I don't know the option", "new DB down --private");
	refuses("new DB down \u2014 here", "I don't know the option", "new DB down --here");
	refuses("new DB down --urgent", "I don't know the option", "new DB down urgent");
	refuses("new DB down\nusers can't pay --privat", "I don't know the option",
		"new DB down\nusers can't pay --private");
	has_title("new restart with -v fails", "restart with -v fails", -1, NULL);
	has_title("new DB down \u2014 checkout fails", "DB down \u2014 checkout fails", -1, NULL);
	has_title("new DB down\nkubectl --force -here", "DB down", -1, NULL);
	assert_false(l.here);
	same(l.more, "kubectl --force -here");
}

static void private_and_here_are_words_of_titles(void **state)
{
	(void)state;
	has_title("new The private API is down here", "The private API is down here", -1, NULL);
	assert_false(l.private_ || l.here);
}

static void further_lines_are_kept_as_they_are(void **state)
{
	(void)state;
	has_title("new DB down sev1\n\n  All writes fail sev2\n see " LINK "\n", "DB down",
		  PRIORITY_CRITICAL, NULL);
	same(l.more, "All writes fail sev2\n see " LINK);
	has_title("new\nDB down", "DB down", -1, NULL);
	same(l.more, NULL);
}

static void options_are_not_looked_for_in_further_lines(void **state)
{
	(void)state;
	has_title("new DB down\nask " SARAH " sev1", "DB down", -1, NULL);
	same(l.more, "ask " SARAH " sev1");
}

static void an_incident_without_a_title_is_refused_with_an_example(void **state)
{
	(void)state;
	refuses("new", "Add the title:", "new 504 Gateway Timeouts on Checkout Page sev1");
	refuses("new sev1 " SARAH, "Add the title:", NULL);
	refuses("open --private", "Add the title:", NULL);
}

/* ---- WHEN and text ---- */

static void a_when_comes_first(void **state)
{
	(void)state;
	is_command("note 14:05 rolled back", VERB_NOTE);
	assert_true(l.has_when);
	assert_int_equal(l.when, test_ms("2026-11-23T13:05:00Z"));
	same(l.text, "rolled back");
	is_command("note 2:05 PM, rolled back", VERB_NOTE);
	assert_int_equal(l.when, test_ms("2026-11-23T13:05:00Z"));
	same(l.text, "rolled back");
	is_command("note 14:05," SARAH " rolled back", VERB_NOTE);
	assert_true(l.has_when);
	same(l.text, SARAH " rolled back");
	is_command("note 5xx at 14:05", VERB_NOTE);
	assert_false(l.has_when);
	same(l.text, "5xx at 14:05");
	is_command("note 14:05-14:20 spike", VERB_NOTE);
	assert_false(l.has_when);
	same(l.text, "14:05-14:20 spike");
	is_command("impact 14:05 spike", VERB_IMPACT);
	assert_false(l.has_when);
	same(l.text, "14:05 spike");
}

static void line_breaks_are_kept_in_texts(void **state)
{
	(void)state;
	is_command("note 14:05 one\n\n  two   three\n", VERB_NOTE);
	same(l.text, "one\n\n  two   three");
	is_command("summary\none\ntwo", VERB_SUMMARY);
	same(l.text, "one\ntwo");
	is_command("title  one\n two  three ", VERB_TITLE);
	same(l.text, "one two three");
}

static void spans_are_never_divided(void **state)
{
	(void)state;
	/* A title is one line, even where a span has two. */
	has_title("start \x02`make\ntest\x03 fails", "\x02`make test\x03 fails", -1, NULL);
	is_command("title \x02`make\ntest\x03", VERB_TITLE);
	same(l.text, "\x02`make test\x03");
	is_command("note see " LINK " and " SARAH, VERB_NOTE);
	same(l.text, "see " LINK " and " SARAH);
}

static void a_when_that_cant_be_meant_is_refused_with_the_line_to_type(void **state)
{
	(void)state;
	refuses("42 note 2026-12-01 14:05 rolled  back", "in the future", "42 note rolled  back");
	refuses("note 2026-12-01 14:05", "in the future", "note 14:05 rolled back to 4.2");
	refuses("resolve 2026-12-01 14:05", "in the future", "resolve");
	refuses("status mitigated 2026-03-29 02:30 traffic moved", "clocks went forward",
		"status mitigated 2026-03-29 01:30 UTC traffic moved");
	refuses("edit E7 2026-12-01 14:05", "in the future", "edit E7 2026-11-23 13:30 UTC");
	refuses("edit E7 2026-12-01 14:05 spike", "in the future", "edit E7 spike");
	refuses("close 2026-12-01 14:05", "in the future", "close");
}

static void a_line_to_type_instead_can_be_typed(void **state)
{
	static const char *const refused[] = {
		"note",
		"note 14:05",
		"note 2026-12-01 14:05 x",
		"new",
		"status",
		"status mitigatd 14:05 x",
		"mark x",
		"role scrib " SARAH,
		"role",
		"sev hgih",
		"sev",
		"origin ai",
		"done the thing",
		"done 1, 2 and the rest",
		"drop",
		"assign 3",
		"assign " SARAH,
		"due 3",
		"due 3 2020-01-01",
		"due 3 someday",
		"help noet",
		"show x",
		"edit",
		"edit 7 x",
		"withdraw",
		"withdraw E7 E8",
		"archive it",
		"commander " SARAH " now",
		"list mien",
		"action",
		"action x by 2020-01-01",
		"cancel",
		"reopen",
		"status mitigated 2026-03-29 02:30 x",
		"task",
		"reopen-item",
		"sev high please",
		"captain " SARAH " " TOM,
		"note 25:00 x",
		"note -10 minutes ago x",
		"note 9:30 EST x",
		"note 14:05+01:00 x",
		"action x by tomorow",
		"action x by firday " SARAH,
		"new x --privat",
		"new x --urgent",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const char *instead;

		say(refused[i]);
		if (l.kind == LINE_UNKNOWN)
			continue;
		if (l.kind != LINE_REFUSED)
			fail_msg("\"%s\" is not refused", refused[i]);
		if (!l.instead)
			continue;
		instead = l.instead;
		say(instead);
		if (l.kind != LINE_COMMAND)
			fail_msg("\"%s\" for \"%s\": %s", instead, refused[i], l.why);
	}
}

static void a_missing_text_is_refused_with_usage_and_example(void **state)
{
	(void)state;
	refuses("note", "Add the text:", "note 14:05 rolled back to 4.2");
	refuses("note 14:05", "Add the text:", NULL);
	refuses("log  ", "Add the text:", NULL);
	refuses("42 impact", "Add the text:", "42 impact 30% of checkouts fail");
	refuses("cancel", "Add the reason:", NULL);
	refuses("reopen", "Add the reason:", NULL);
	refuses("title", "Add the title:", NULL);
	refuses("update", "Add the text:", NULL);
}

static void commands_that_stand_alone_refuse_more(void **state)
{
	(void)state;
	is_command("archive", VERB_ARCHIVE);
	refuses("archive the logs", "takes no text", "archive");
	refuses("42 pm please", "takes no text", "42 pm");
	is_command("resolve", VERB_RESOLVE);
	same(l.text, NULL);
	assert_false(l.has_when);
}

/* ---- items ---- */

static void an_item_has_an_owner_in_first_or_last_place(void **state)
{
	(void)state;
	has_item("action restart the db", "restart the db", NULL, NULL);
	has_item("action restart the db " SARAH, "restart the db", "T1/U1", NULL);
	has_item("task " SARAH " restart the db", "restart the db", "T1/U1", NULL);
	has_item("todo " SARAH ": restart the db", "restart the db", "T1/U1", NULL);
	has_item("action restart the db, " SARAH, "restart the db", "T1/U1", NULL);
	has_item("action let " SARAH " restart the db", "let " SARAH " restart the db", NULL, NULL);
	has_item("action " SARAH " restart with " TOM, "restart with " TOM, "T1/U1", NULL);
	is_command("prevent add an index " TOM " by friday", VERB_PREVENT);
	same(l.person, "T1/U2");
	same(l.due, "2026-11-27");
}

static void a_mention_after_ask_or_a_small_word_is_text(void **state)
{
	static const char *const words[] = { "ask", "tell", "call", "page", "from", "by", "for",
					     "to",  "with", "of",   "and",  "cc",   "Ask" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *text = arena_printf(&arena, "now %s " SARAH, words[i]);

		has_item(arena_printf(&arena, "action %s", text), text, NULL, NULL);
		has_item(arena_printf(&arena, "action %s by friday", text), text, NULL,
			 "2026-11-27");
	}
	has_item("action ask " SARAH, "ask " SARAH, NULL, NULL);
}

static void by_counts_only_before_a_date_at_the_end(void **state)
{
	(void)state;
	has_item("action restart by 2026-12-01", "restart", NULL, "2026-12-01");
	has_item("action restart " SARAH " by dec 1", "restart", "T1/U1", "2026-12-01");
	has_item("action restart BY tomorrow", "restart", NULL, "2026-11-24");
	has_item("action restart by in 3 days", "restart", NULL, "2026-11-26");
	has_item("action restart one by one", "restart one by one", NULL, NULL);
	has_item("action restart by the vendor", "restart by the vendor", NULL, NULL);
	has_item("action raise the limit by 1.5", "raise the limit by 1.5", NULL, NULL);
	has_item("action restart by hand by friday", "restart by hand", NULL, "2026-11-27");
	has_item("action stand by", "stand by", NULL, NULL);
	has_item("action one\n two by friday", "one\n two", NULL, "2026-11-27");
}

static void an_owner_stands_beside_by_in_either_order(void **state)
{
	(void)state;
	has_item("action restart by friday " SARAH, "restart", "T1/U1", "2026-11-27");
	has_item("action restart by in 3 days, " SARAH, "restart", "T1/U1", "2026-11-26");
	has_item("action restart, by friday " TOM, "restart", "T1/U2", "2026-11-27");
	has_item("action " SARAH " restart by friday", "restart", "T1/U1", "2026-11-27");
}

static void a_by_with_what_looks_like_a_date_is_said_not_swallowed(void **state)
{
	(void)state;
	refuses("action restart " SARAH " by tomorow", "I don't understand the date",
		"action restart " SARAH " by tomorrow");
	refuses("action restart by tomorow " SARAH, "Try friday, tomorrow",
		"action restart by tomorrow " SARAH);
	refuses("42 action restart by firday", "I don't understand the date",
		"42 action restart by friday");
	refuses("action restart by friday noon", "I don't understand the date",
		"action restart by friday");
	refuses("action restart by 12/01", "I don't understand the date",
		"action restart by friday");
	refuses("action restart by next week", "I don't understand the date",
		"action restart by friday");
	refuses("42 action restart by friday @ben", "I don't see who \u201C@ben\u201D is",
		"42 action restart by friday @ben");
	same(l.before_whom, "42 action restart by friday ");
	refuses("action restart by yesterday " SARAH, "is in the past",
		"action restart by tomorrow " SARAH);
}

static void nobody_is_asked_about_a_tag(void **state)
{
	struct line_context c = { .when = { test_ms(NOW), test_berlin() }, .unasked = true };

	(void)state;
	line_read(&c, "action restart " SARAH " by tomorow", &arena, &l);
	assert_int_equal(l.kind, LINE_COMMAND);
	same(l.text, "restart " SARAH " by tomorow");
	line_read(&c, "note 25:00 spike", &arena, &l);
	assert_int_equal(l.kind, LINE_COMMAND);
	same(l.text, "25:00 spike");
	assert_false(l.has_when);
	line_read(&c, "action " SARAH " restart by 2020-01-01", &arena, &l);
	same(l.person, "T1/U1");
	same(l.text, "restart by 2020-01-01");
}

static void todo_lists_items_and_with_a_text_adds_one(void **state)
{
	(void)state;
	is_command("todo", VERB_TODO);
	assert_string_equal(l.which, "mine");
	is_command("todo mine 2", VERB_TODO);
	assert_int_equal(l.page, 2);
	is_command("todo ALL", VERB_TODO);
	assert_string_equal(l.which, "all");
	is_command("todo " SARAH, VERB_TODO);
	assert_string_equal(l.person, "T1/U1");
	is_command("todo \x02&T1/S1|oncall\x03 3", VERB_TODO);
	assert_string_equal(l.group, "T1/S1");
	assert_int_equal(l.page, 3);
	is_command("todo 5", VERB_TODO);
	assert_string_equal(l.which, "mine");
	assert_int_equal(l.page, 5);
	refuses("todo all -1", "`-1\x03 is no page", "todo all 2");
	refuses("todo 12345", "is no page", "todo all 2");
	is_command("todo all pods must be restarted", VERB_ACTION);
	is_command("todo " SARAH " restart the pods", VERB_ACTION);
	is_command("todo 2 pods must be restarted", VERB_ACTION);
	is_command("42 todo restart the pods", VERB_ACTION);
	refuses("INCIDENT-2026-042 todo", "not about one incident", "todo");
}

static void stats_are_of_some_days_and_a_service(void **state)
{
	(void)state;
	is_command("stats", VERB_STATS);
	assert_int_equal(l.days, 0);
	is_command("stats 30d", VERB_STATS);
	assert_int_equal(l.days, 30);
	is_command("stats 365 days service checkout", VERB_STATS);
	assert_int_equal(l.days, 365);
	assert_int_equal(l.n_names, 1);
	assert_string_equal(l.names[0], "checkout");
	is_command("stats service checkout 7d", VERB_STATS);
	assert_int_equal(l.days, 7);
	refuses("stats service", "the service's name", NULL);
	refuses("stats soon", "I don't understand", NULL);
	refuses("stats service checkout, payments", "Name one service", NULL);
	refuses("stats 0d", "I don't understand", NULL);
	refuses("stats 90d checkout", "Name days, a service or both", "stats 90d service checkout");
	refuses("stats checkout", "Name days, a service or both", "stats service checkout");
}

static void a_past_due_date_is_refused_with_the_line_to_type(void **state)
{
	(void)state;
	refuses("action restart " SARAH " by 2020-01-01", "is in the past",
		"action restart " SARAH " by tomorrow");
	refuses("42 action restart by 2026-02-30", "calendar", "42 action restart by tomorrow");
}

static void an_item_without_a_text_is_refused(void **state)
{
	(void)state;
	refuses("action", "Add the text:", NULL);
	refuses("task", "Add the text:", NULL);
	refuses("task " SARAH, "Add the text:", NULL);
	refuses("action by friday", "Add the text:", NULL);
	refuses("action " SARAH " by friday", "Add the text:", NULL);
}

static void items_are_numbered_in_any_way(void **state)
{
	(void)state;
	has_numbers("done 1, #2 and 4", VERB_DONE, NUMBERS(1, 2, 4));
	has_numbers("check 1,2,#3", VERB_DONE, NUMBERS(1, 2, 3));
	has_numbers("close-item A3 & a5", VERB_DONE, NUMBERS(3, 5));
	has_numbers("done 3 3", VERB_DONE, NUMBERS(3));
	has_numbers("not-me 1 3", VERB_NOT_ME, NUMBERS(1, 3));
	assert_int_equal(l.role, -1);
	is_command("42 not-me Scribe", VERB_NOT_ME);
	assert_int_equal(l.role, ROLE_SCRIBE);
	refuses("not-me", "Add the item's number", NULL);
	refuses("not-me scribe 1", "isn't an item number", NULL);
	has_numbers("reopen-item 3", VERB_REOPEN_ITEM, NUMBERS(3));
	is_command("done", VERB_DONE);
	assert_int_equal(l.count, 0);
	refuses("done 1 the rollback", "isn't an item number", "done 1");
	refuses("done 0", "isn't an item number", "done 1");
	refuses("done 1-3", "isn't an item number", NULL);
	refuses("done 9999999999", "isn't an item number", NULL);
	refuses("done E3", "isn't an item number", NULL);
	refuses("reopen-item", "Add the item's number:", NULL);
}

static void more_numbers_than_fit_are_refused(void **state)
{
	struct buf b;
	int i;

	(void)state;
	buf_init(&b, 1000);
	buf_adds(&b, "done");
	for (i = 1; i <= LINE_NUMBERS_MAX; i++)
		buf_addf(&b, " %d", i);
	is_command(b.s, VERB_DONE);
	assert_int_equal(l.count, LINE_NUMBERS_MAX);
	buf_adds(&b, " 51");
	refuses(b.s, "more than 50", NULL);
	buf_release(&b);
}

static void a_drop_may_say_why(void **state)
{
	(void)state;
	has_numbers("drop 3", VERB_DROP, NUMBERS(3));
	same(l.text, NULL);
	has_numbers("drop 3 not needed", VERB_DROP, NUMBERS(3));
	same(l.text, "not needed");
	has_numbers("drop 3, 4 and #5 not needed", VERB_DROP, NUMBERS(3, 4, 5));
	same(l.text, "not needed");
	has_numbers("drop 3 2 nodes are gone", VERB_DROP, NUMBERS(3));
	same(l.text, "2 nodes are gone");
	has_numbers("drop 3 4", VERB_DROP, NUMBERS(3, 4));
	refuses("drop", "Add the item's number:", NULL);
	refuses("drop it", "isn't an item number", NULL);
}

static void an_item_is_assigned_to_a_mention_or_me(void **state)
{
	(void)state;
	has_numbers("assign 3 " SARAH, VERB_ASSIGN, NUMBERS(3));
	same(l.person, "T1/U1");
	has_numbers("assign 3 and 4 to " SARAH, VERB_ASSIGN, NUMBERS(3, 4));
	same(l.person, "T1/U1");
	has_numbers("assign " TOM " 3", VERB_ASSIGN, NUMBERS(3));
	same(l.person, "T1/U2");
	has_numbers("assign 3 me", VERB_ASSIGN, NUMBERS(3));
	same(l.person, NULL);
	refuses("assign 5", "Add who will do it:", "assign 5 me");
	refuses("assign " SARAH, "Add the item's number:", NULL);
	refuses("assign 3 @sarah", "Type @ and pick the name:", "assign 3 @sarah");
	refuses("42 assign 3 ben", "see who", "42 assign 3 @ben");
	same(l.whom, "ben");
	same(l.before_whom, "42 assign 3 ");
	same(l.after_whom, "");
}

static void an_item_is_due_on_a_date(void **state)
{
	(void)state;
	has_numbers("due 3 2026-12-01", VERB_DUE, NUMBERS(3));
	same(l.due, "2026-12-01");
	has_numbers("due 3 1 dec", VERB_DUE, NUMBERS(3));
	same(l.due, "2026-12-01");
	has_numbers("due 3, 4 dec 1", VERB_DUE, NUMBERS(3, 4));
	same(l.due, "2026-12-01");
	has_numbers("due 3 by friday", VERB_DUE, NUMBERS(3));
	same(l.due, "2026-11-27");
	has_numbers("due 3 in 3 days", VERB_DUE, NUMBERS(3));
	same(l.due, "2026-11-26");
	refuses("due 3 2020-01-01", "is in the past", "due 3 tomorrow");
	refuses("due 3 someday", "I don't understand the date", "due 3 friday");
	refuses("due 3 tomorow", "I don't understand the date", "due 3 tomorrow");
	refuses("due 3 yesterday", "is in the past", "due 3 tomorrow");
	refuses("due 5", "Add the date:", "due 5 friday");
	refuses("due friday", "isn't an item number", NULL);
	refuses("due", "Add the item's number:", NULL);
}

/* ---- words of lists, people, handles ---- */

static void captain_without_a_person_is_me(void **state)
{
	(void)state;
	is_command("captain", VERB_CAPTAIN);
	same(l.person, NULL);
	is_command("captain me", VERB_CAPTAIN);
	same(l.person, NULL);
	is_command("commander " SARAH, VERB_CAPTAIN);
	same(l.person, "T1/U1");
	same(l.person_name, "Sarah K");
	refuses("commander @sarah", "Type @ and pick the name:", "commander @sarah");
	refuses("commander " SARAH " now", "one person", "commander " SARAH);
}

static void a_role_goes_to_a_person(void **state)
{
	(void)state;
	is_command("role scribe " SARAH, VERB_ROLE);
	assert_int_equal(l.role, ROLE_SCRIBE);
	same(l.person, "T1/U1");
	is_command("role " SARAH " Comms", VERB_ROLE);
	assert_int_equal(l.role, ROLE_COMMS);
	is_command("role helper me", VERB_ROLE);
	same(l.person, NULL);
	refuses("role scrib " SARAH, "captain, scribe, comms or helper", "role scribe " SARAH);
	refuses("role comms", "Add the person:", "role comms me");
	refuses("role scribe ben", "see who", "role scribe @ben");
	refuses_without_a_line("role", "Which role? Use captain");
	refuses_without_a_line("role writer " SARAH, "There is no role");
}

static void a_level_is_said_in_any_form(void **state)
{
	static const struct {
		const char *line;
		enum priority priority;
	} rows[] = {
		{ "sev sev1", PRIORITY_CRITICAL },
		{ "sev sev0", PRIORITY_CRITICAL },
		{ "p p0", PRIORITY_CRITICAL },
		{ "sev critical", PRIORITY_CRITICAL },
		{ "priority high", PRIORITY_HIGH },
		{ "p p2", PRIORITY_HIGH },
		{ "severity Medium", PRIORITY_MEDIUM },
		{ "sev 3", PRIORITY_MEDIUM },
		{ "sev low", PRIORITY_LOW },
		{ "p 4", PRIORITY_LOW },
		{ "sev SEV-1", PRIORITY_CRITICAL },
		{ "sev p1.", PRIORITY_CRITICAL },
		{ "priority sev\u20112", PRIORITY_HIGH },
		{ "sev 2.", PRIORITY_HIGH },
		{ "sev P-3,", PRIORITY_MEDIUM },
		{ "sev sev 1", PRIORITY_CRITICAL },
		{ "sev2", PRIORITY_HIGH },
		{ "P1", PRIORITY_CRITICAL },
		{ "SEV-1", PRIORITY_CRITICAL },
		{ "p1.", PRIORITY_CRITICAL },
		{ "critical", PRIORITY_CRITICAL },
		{ "42 sev3", PRIORITY_MEDIUM },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		is_command(rows[i].line, VERB_SEV);
		assert_int_equal(l.priority, rows[i].priority);
	}
	refuses("sev hihg", "critical, high, medium or low", "sev high");
	refuses_without_a_line(
		"sev", "Which priority? Use critical, high, medium or low (sev1\u2013sev4).");
	refuses("sev high now", "one word", "sev high");
	refuses_without_a_line("sev 5", "There is no priority \x02`5\x03. Use critical, high");
	refuses("sev crit", "There is no priority", "sev critical");
}

static void a_status_has_a_when_and_a_text(void **state)
{
	(void)state;
	is_command("status mitigated 14:05 on the old pool", VERB_STATUS);
	assert_int_equal(l.status, STATUS_MITIGATED);
	assert_int_equal(l.when, test_ms("2026-11-23T13:05:00Z"));
	same(l.text, "on the old pool");
	is_command("status monitoring", VERB_STATUS);
	assert_int_equal(l.status, STATUS_MITIGATED);
	is_command("status resolved", VERB_STATUS);
	assert_int_equal(l.status, STATUS_DONE);
	is_command("status fixed", VERB_STATUS);
	assert_int_equal(l.status, STATUS_DONE);
	is_command("status done rolled back", VERB_STATUS);
	assert_int_equal(l.status, STATUS_DONE);
	same(l.text, "rolled back");
	refuses("status identifed 14:05 it is the cache", "investigating",
		"status identified 14:05 it is the cache");
	refuses_without_a_line("status", "Which status? Use open, investigating");
	assert_true(l.unchosen);
	refuses_without_a_line("status finished", "There is no status");
	assert_false(l.unchosen);
	is_command("status investigate", VERB_STATUS);
	assert_int_equal(l.status, STATUS_INVESTIGATING);
	is_command("status Identified, 14:05 it is the cache", VERB_STATUS);
	assert_int_equal(l.status, STATUS_IDENTIFIED);
	assert_true(l.has_when);
}

static void words_of_levels_statuses_and_markers_are_commands(void **state)
{
	(void)state;
	is_command("mitigated 14:05 on the old pool", VERB_STATUS);
	assert_int_equal(l.status, STATUS_MITIGATED);
	assert_int_equal(l.when, test_ms("2026-11-23T13:05:00Z"));
	same(l.text, "on the old pool");
	is_command("42 Identified it is the cache", VERB_STATUS);
	node_is(0, 42);
	same(l.text, "it is the cache");
	is_command("investigating", VERB_STATUS);
	is_command("investigate", VERB_STATUS);
	assert_int_equal(l.status, STATUS_INVESTIGATING);
	is_command("monitoring 20m ago", VERB_STATUS);
	assert_int_equal(l.status, STATUS_MITIGATED);
	is_command("resolved", VERB_STATUS);
	assert_int_equal(l.status, STATUS_DONE);
	is_command("detected 14:05 by the alert", VERB_MARK);
	assert_int_equal(l.marker, MARKER_DETECTED);
	same(l.text, "by the alert");
	is_command("began 13:50", VERB_MARK);
	/* These are everyday words, too. */
	is_unknown("monitoring is down", "monitoring", "status");
	assert_true(l.everyday);
	is_unknown("fixed pod 3, two to go", "fixed", "status");
	is_unknown("high load on db-1", "high", "sev");
	is_unknown("critical 14:05", "critical", "sev");
	is_unknown("504 critical errors", "504", NULL);
}

static void a_marker_has_a_when_and_a_text(void **state)
{
	(void)state;
	is_command("mark began 20m ago first errors", VERB_MARK);
	assert_int_equal(l.marker, MARKER_BEGAN);
	assert_int_equal(l.when, test_ms("2026-11-23T13:10:00Z"));
	same(l.text, "first errors");
	refuses_without_a_line("mark start 14:05", "acknowledged");
	refuses_without_a_line("mark", "Which marker? Use began");
}

static void an_origin_is_one_of_the_list(void **state)
{
	(void)state;
	is_command("origin ai-over-reliance", VERB_ORIGIN);
	assert_int_equal(l.origin, ORIGIN_AI_OVER_RELIANCE);
	is_command("origin AI black box", VERB_ORIGIN);
	assert_int_equal(l.origin, ORIGIN_AI_BLACK_BOX);
	is_command("origin config", VERB_ORIGIN);
	assert_int_equal(l.origin, ORIGIN_CONFIG);
	refuses("origin ai-contxt", "hardware or unknown", "origin ai-context");
	refuses_without_a_line("origin", "Which change origin? Use ai-over-reliance");
}

static void a_list_is_open_mine_or_all(void **state)
{
	(void)state;
	is_command("list", VERB_LIST);
	same(l.which, "open");
	is_command("list Mine", VERB_LIST);
	same(l.which, "mine");
	is_command("list all", VERB_LIST);
	same(l.which, "all");
	refuses_without_a_line("list ours", "open, mine or all");
}

static void an_edit_names_a_handle_and_a_time_or_a_text(void **state)
{
	(void)state;
	is_command("edit E7 14:05", VERB_EDIT);
	assert_int_equal(l.handle.letter, 'E');
	assert_int_equal(l.handle.n, 7);
	assert_true(l.has_when);
	same(l.text, NULL);
	is_command("edit e7 14:05 rolled back", VERB_EDIT);
	assert_true(l.has_when);
	same(l.text, "rolled back");
	is_command("edit M2 14:05 rolled back", VERB_EDIT);
	assert_false(l.has_when);
	same(l.text, "14:05 rolled back");
	refuses("edit E9", "the new time or the new text", "edit E9 14:05");
	refuses("edit M3", "the new text", "edit M3 40% of checkouts fail");
	refuses("redact E3", "Add the reason:", "redact E3 a password was in it");
	refuses_without_a_line("edit 7 rolled back", "isn't a handle");
	refuses("edit", "Add the handle", NULL);
}

static void a_withdrawal_names_a_handle(void **state)
{
	(void)state;
	is_command("rm a3", VERB_WITHDRAW);
	assert_int_equal(l.handle.letter, 'A');
	assert_int_equal(l.handle.n, 3);
	refuses("withdraw", "Add the handle", NULL);
	refuses_without_a_line("withdraw 3", "isn't a handle");
	refuses("withdraw E7 please", "one handle", "withdraw e7");
}

static void help_may_be_about_one_command(void **state)
{
	(void)state;
	is_command("help", VERB_HELP);
	assert_null(l.about);
	is_command("help Priority", VERB_HELP);
	assert_int_equal(l.about->verb, VERB_SEV);
	refuses("help noet", "no command", "help note");
	refuses("help me", "no command", "help");
}

/* ---- what must be known first ---- */

static void only_local_times_and_dates_need_a_zone(void **state)
{
	(void)state;
	assert_true(line_needs("note 14:05 x") & LINE_NEEDS_ZONE);
	assert_true(line_needs("42 close 14:05") & LINE_NEEDS_ZONE);
	assert_true(line_needs("status mitigated yesterday 23:50") & LINE_NEEDS_ZONE);
	assert_true(line_needs("action x by friday") & LINE_NEEDS_ZONE);
	assert_true(line_needs("due 3 2026-12-01") & LINE_NEEDS_ZONE);
	assert_true(line_needs("edit E7 14:05") & LINE_NEEDS_ZONE);
	assert_false(line_needs("note 5xx at 14:05") & LINE_NEEDS_ZONE);
	assert_false(line_needs("note 20m ago x") & LINE_NEEDS_ZONE);
	assert_false(line_needs("note 14:05 UTC x") & LINE_NEEDS_ZONE);
	assert_false(line_needs("impact 14:05 x") & LINE_NEEDS_ZONE);
	assert_false(line_needs("edit M7 14:05") & LINE_NEEDS_ZONE);
	assert_false(line_needs("action x by hand") & LINE_NEEDS_ZONE);
	assert_int_equal(line_needs("close the valve"), 0);
	assert_int_equal(line_needs(""), 0);
}

static void only_some_commands_need_a_rank(void **state)
{
	(void)state;
	assert_int_equal(line_needs("new DB down"), LINE_NEEDS_RANK | LINE_NEEDS_CHANNEL);
	assert_int_equal(line_needs("42 archive"), LINE_NEEDS_RANK | LINE_NEEDS_SIGHT);
	assert_int_equal(line_needs("cancel false alarm"), LINE_NEEDS_RANK | LINE_NEEDS_NODE);
	assert_int_equal(line_needs("resolve"), LINE_NEEDS_NODE);
	assert_int_equal(line_needs("foo"), 0);
}

static void what_names_or_lists_nodes_hangs_on_what_may_be_seen(void **state)
{
	(void)state;
	assert_int_equal(line_needs("list"), LINE_NEEDS_SIGHT);
	assert_int_equal(line_needs("show 42"), LINE_NEEDS_SIGHT);
	assert_int_equal(line_needs("42 note x"), LINE_NEEDS_SIGHT);
	assert_int_equal(line_needs("show"), LINE_NEEDS_NODE);
	assert_int_equal(line_needs("note x"), LINE_NEEDS_NODE);
	assert_int_equal(line_needs("help"), 0);
}

static void whoever_is_given_something_must_be_known(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, "captain ");
	text_add_person(&b, "T1/U2", "ben");
	assert_true(line_needs(b.s) & LINE_NEEDS_NAMED);
	buf_reset(&b);
	buf_adds(&b, "action look at it ");
	text_add_person(&b, "T1/U2", "ben");
	assert_true(line_needs(b.s) & LINE_NEEDS_NAMED);
	buf_reset(&b);
	buf_adds(&b, "note said so: ");
	text_add_person(&b, "T1/U2", "ben");
	assert_false(line_needs(b.s) & LINE_NEEDS_NAMED);
	assert_false(line_needs("captain") & LINE_NEEDS_NAMED);
	buf_release(&b);
}

static void a_time_read_without_a_zone_says_so(void **state)
{
	struct zone nobody_told = { 0 };

	(void)state;
	read_in(nobody_told, "note 13:05 x");
	assert_true(l.zone_was_unknown);
	assert_int_equal(l.when, test_ms("2026-11-23T13:05:00Z"));
	read_in(nobody_told, "due 3 friday");
	assert_true(l.zone_was_unknown);
	read_in(nobody_told, "note 20m ago x");
	assert_false(l.zone_was_unknown);
	say("note 13:05 x");
	assert_false(l.zone_was_unknown);
}

/* ---- robustness ---- */

static void a_very_long_line_is_read_in_one_go(void **state)
{
	static const char *const pieces[] = { "a ",	 "1,",	"\x02", "by friday ",
					      SARAH " ", "1, ", "\n",	"-" };
	static const char *const words[] = { "new ",   "action ", "done ", "drop ",
					     "due 1 ", "origin ", "x",	   "help " };
	struct buf b;
	size_t i, j;

	(void)state;
	buf_init(&b, BUF_ROOMY);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (j = 0; j < sizeof(pieces) / sizeof(pieces[0]); j++) {
			buf_reset(&b);
			buf_adds(&b, words[i]);
			while (b.len < 40000)
				buf_adds(&b, pieces[j]);
			say(b.s);
			if (l.kind == LINE_REFUSED)
				assert_true(strlen(l.why) < 1000);
			arena_release(&arena);
		}
	}
	buf_release(&b);
}

static void what_a_refusal_repeats_is_cut(void **state)
{
	struct buf b;
	int i;

	(void)state;
	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, "sev ");
	for (i = 0; i < 5000; i++)
		buf_adds(&b, "\u00E4");
	say(b.s);
	assert_int_equal(l.kind, LINE_REFUSED);
	assert_true(strlen(l.why) < 400);
	buf_release(&b);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_begin, arena_end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_verb_has_its_row_and_its_help),
		TEST(every_example_can_be_typed),
		TEST(no_word_means_two_things),
		TEST(other_words_mean_the_same),
		TEST(only_what_members_may_do_is_ranked),
		TEST(the_nearest_command_is_a_slip_away),
		TEST(the_beginning_of_a_command_is_near),
		TEST(words_far_from_all_are_near_nothing),
		TEST(nothing_said_is_empty),
		TEST(a_node_is_named_in_any_form_before_the_command),
		TEST(a_node_alone_is_shown),
		TEST(a_leading_number_before_other_words_is_text),
		TEST(an_id_before_an_unknown_word_is_still_a_node),
		TEST(an_id_before_a_command_about_no_node_is_refused),
		TEST(export_takes_a_node_and_a_format_in_that_order),
		TEST(show_names_its_node_behind_or_before),
		TEST(letter_case_and_spaces_of_command_words_dont_matter),
		TEST(the_word_that_was_typed_is_kept),
		TEST(curly_quotes_dont_matter),
		TEST(everyday_words_are_commands_only_alone_or_before_a_when_or_one_mention),
		TEST(an_unknown_word_changes_nothing_and_keeps_the_line),
		TEST(options_count_at_the_end_of_the_title_in_any_order),
		TEST(only_sev_and_p_with_0_to_4_are_priorities_of_a_title),
		TEST(a_mention_after_a_small_word_is_title),
		TEST(one_captain_and_one_priority_are_taken),
		TEST(private_and_here_may_stand_anywhere),
		TEST(phones_turn_two_dashes_into_one),
		TEST(what_looks_like_an_option_and_is_none_is_refused),
		TEST(what_nobody_sees_changes_nothing),
		TEST(private_and_here_are_words_of_titles),
		TEST(further_lines_are_kept_as_they_are),
		TEST(options_are_not_looked_for_in_further_lines),
		TEST(an_incident_without_a_title_is_refused_with_an_example),
		TEST(a_when_comes_first),
		TEST(line_breaks_are_kept_in_texts),
		TEST(spans_are_never_divided),
		TEST(a_when_that_cant_be_meant_is_refused_with_the_line_to_type),
		TEST(a_line_to_type_instead_can_be_typed),
		TEST(a_missing_text_is_refused_with_usage_and_example),
		TEST(commands_that_stand_alone_refuse_more),
		TEST(an_item_has_an_owner_in_first_or_last_place),
		TEST(a_mention_after_ask_or_a_small_word_is_text),
		TEST(by_counts_only_before_a_date_at_the_end),
		TEST(nobody_is_asked_about_a_tag),
		TEST(a_by_with_what_looks_like_a_date_is_said_not_swallowed),
		TEST(an_owner_stands_beside_by_in_either_order),
		TEST(a_past_due_date_is_refused_with_the_line_to_type),
		TEST(an_item_without_a_text_is_refused),
		TEST(todo_lists_items_and_with_a_text_adds_one),
		TEST(stats_are_of_some_days_and_a_service),
		TEST(items_are_numbered_in_any_way),
		TEST(more_numbers_than_fit_are_refused),
		TEST(a_drop_may_say_why),
		TEST(an_item_is_assigned_to_a_mention_or_me),
		TEST(an_item_is_due_on_a_date),
		TEST(captain_without_a_person_is_me),
		TEST(a_role_goes_to_a_person),
		TEST(a_level_is_said_in_any_form),
		TEST(a_status_has_a_when_and_a_text),
		TEST(words_of_levels_statuses_and_markers_are_commands),
		TEST(a_marker_has_a_when_and_a_text),
		TEST(an_origin_is_one_of_the_list),
		TEST(a_list_is_open_mine_or_all),
		TEST(an_edit_names_a_handle_and_a_time_or_a_text),
		TEST(a_withdrawal_names_a_handle),
		TEST(help_may_be_about_one_command),
		TEST(only_local_times_and_dates_need_a_zone),
		TEST(only_some_commands_need_a_rank),
		TEST(what_names_or_lists_nodes_hangs_on_what_may_be_seen),
		TEST(whoever_is_given_something_must_be_known),
		TEST(a_time_read_without_a_zone_says_so),
		TEST(a_very_long_line_is_read_in_one_go),
		TEST(what_a_refusal_repeats_is_cut),
	};

	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
