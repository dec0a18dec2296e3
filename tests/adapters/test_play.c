/*
 * Plays: how they are read, their pace and patience, and each of ours played against the real bot.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/time/civil.h"
#include "tests/sandbox/asset.h"
#include "tests/sandbox/cast.h"
#include "tests/sandbox/hands.h"
#include "tests/sandbox/play.h"
#include "tests/sandbox/play_private.h"
#include "tests/support/stage.h"

#include <signal.h>

/* ---- reading ---- */

#define HEAD "title A title\nsays What it is\nday 2019-07-02\n"

static struct play play;
static struct buf why;

static int setup(void **state)
{
	(void)state;
	buf_init(&why, BUF_ROOMY);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	buf_release(&why);
	return 0;
}

static bool reads(const char *text, size_t len)
{
	buf_reset(&why);
	return play_read(&play, "x", text, len, &why);
}

static void good(const char *text)
{
	if (!reads(text, strlen(text)))
		fail_msg("%s", why.s);
	assert_int_equal(why.len, 0);
}

/* The sentence, behind "plays/x.play:". */
static void bad(const char *text, const char *sentence)
{
	if (reads(text, strlen(text)))
		fail_msg("this was read: %s", text);
	play_release(&play);
	assert_int_equal(strncmp(why.s, "plays/x.play:", 13), 0);
	assert_string_equal(why.s + 13, sentence);
}

static void a_play_is_read_into_its_steps(void **state)
{
	(void)state;
	good(HEAD "# a remark\n\n"
		  "11:05 Sentry alerts #alerts as alert | High error rate\n\t| in checkout\r\n"
		  "11:05 ben answers alert as mine | I look\n"
		  "11:10 sarah in #shop as it | /incident new Timeouts sev1\n"
		  "11:10 ben joins incident\n"
		  "11:11 ben reacts +1 on mine\n"
		  "11:12 ben takes +1 from mine\n"
		  "11:13 ben edits mine | I looked\n"
		  "next day\n"
		  "00:10 ben in incident | #timeline {-1 23:55} {{it}\n");
	assert_string_equal(play.title, "A title");
	assert_string_equal(play.says, "What it is");
	assert_int_equal(play.count, 8);
	assert_int_equal(play.steps[0].verb, PLAY_ALERTS);
	assert_string_equal(play.steps[0].where, "alerts");
	assert_string_equal(play.steps[0].text, "High error rate\nin checkout");
	assert_int_equal(play.steps[1].about, 0);
	assert_true(play.steps[2].command && play.steps[2].declares);
	assert_null(play.steps[3].where);
	assert_string_equal(play.steps[4].emoji, "+1");
	assert_int_equal(play.steps[5].verb, PLAY_TAKES);
	assert_int_equal(play.steps[6].about, 1);
	assert_int_equal(play.steps[7].at_ms, MS_DAY + 10 * MS_MINUTE);
	play_release(&play);
}

static void steps_of_one_minute_share_it(void **state)
{
	(void)state;
	good(HEAD "11:05 ben in #shop | one\n11:05 ben in #shop | two\n11:05 ben in #shop | three\n"
		  "11:06 ben in #shop | four\n");
	assert_int_equal(play.steps[1].at_ms - play.steps[0].at_ms, 20000);
	assert_int_equal(play.steps[2].at_ms - play.steps[1].at_ms, 20000);
	assert_int_equal(play.steps[3].at_ms - play.steps[2].at_ms, 20000);
	play_release(&play);
}

static void a_story_ends_with_its_latest_time(void **state)
{
	(void)state;
	good("title A\nsays B\nday latest\n11:05 ben in #shop | {12:30} and {11:00}\n");
	assert_int_equal(play.end_ms, 12 * MS_HOUR + 30 * MS_MINUTE);
	play_release(&play);
	good("title A\nsays B\nday latest\n11:05 ben in #shop | hi\nnext day\n00:01 ben in #shop | {-1 23:00}\n");
	assert_int_equal(play.end_ms, MS_DAY + MS_MINUTE);
	play_release(&play);
}

static const char *named(const char *name, void *arg)
{
	(void)arg;
	return strcmp(name, "it") == 0 ? "E7" : NULL;
}

static void times_and_names_in_a_text_are_filled_in(void **state)
{
	/* 2019-07-31, so that the next day is in another month. */
	const struct play_words w = { .midnight_ms = INT64_C(1564531200000),
				      .root = "/inc",
				      .named = named };
	struct buf out;

	(void)state;
	buf_init(&out, 500);
	assert_null(play_words(&out, "/incident edit {it} {11:05} {+1 00:36} {-1 23:00} {{x}", &w));
	assert_string_equal(
		out.s, "/inc edit E7 2019-07-31T11:05Z 2019-08-01T00:36Z 2019-07-30T23:00Z {x}");
	buf_reset(&out);
	assert_string_equal(play_words(&out, "{other}", &w),
			    "{other} is the name of no command above.");
	buf_release(&out);
}

static void what_can_not_be_read_is_told_with_its_line(void **state)
{
	(void)state;
	bad("", "0: A play has a line `title`.");
	bad("title A\n", "1: A play has a line `says`.");
	bad("title A\nsays B\n", "2: Nothing happens in it.");
	bad("title\n", "1: `title` needs something behind it.");
	bad("titel A\n", "1: “titel” begins no line of a play.");
	bad("title A\n11:05 ben in #shop | hi\n",
	    "2: The day comes first: `day 2019-07-02`, or `day latest`.");
	bad("day 2019-02-29\n", "1: “2019-02-29” is no day: write 2019-07-02, or `latest`.");
	bad("day yesterday\n", "1: “yesterday” is no day: write 2019-07-02, or `latest`.");
	bad("day latest\nday latest\n",
	    "2: The day was said before; the one after it is `next day`.");
	bad(HEAD "11:05 ben in #shop | hi\n11:04 ben in #shop | hi\n",
	    "5: This is earlier than the step before. After midnight comes a line `next day`.");
	bad(HEAD "24:05 ben in #shop | hi\n", "4: “24:05” begins no line of a play.");
	bad(HEAD "11:05 ben sings | hi\n", "4: “sings” is nothing that can be done in a play.");
	bad(HEAD "11:05\n", "4: “” is nothing that can be done in a play.");
	bad(HEAD "11:05 ben in #shop\n",
	    "4: A step with `in` is written so: 11:05 WHO in PLACE [as NAME] | TEXT");
	bad(HEAD "11:05 ben in\n",
	    "4: A step with `in` is written so: 11:05 WHO in PLACE [as NAME] | TEXT");
	bad(HEAD "11:05 ben in #shop to x | hi\n",
	    "4: A step with `in` is written so: 11:05 WHO in PLACE [as NAME] | TEXT");
	bad(HEAD "11:05 ben joins #shop | hi\n",
	    "4: A step with `joins` is written so: 11:05 WHO joins PLACE");
	bad(HEAD "11:05 ben in #shop as m | hi\n11:05 ben reacts +1 m\n",
	    "5: A step with `reacts` is written so: 11:05 WHO reacts EMOJI on MESSAGE");
	bad(HEAD "11:05 Sentry alerts shop | hi\n",
	    "4: A step with `alerts` is written so: 11:05 WHO alerts #CHANNEL [as NAME] | TEXT");
	bad(HEAD "11:05 ben in shop | hi\n",
	    "4: “shop” is no place: a channel, like #shop, or `incident`.");
	bad(HEAD "11:05 ben in incident | hi\n",
	    "4: There is no incident yet: its channel comes with /incident new.");
	bad(HEAD "11:05 ben reacts :+1: on m\n", "4: “:+1:” is no name of an emoji, like pushpin.");
	bad(HEAD "11:05 ben reacts +1 on m\n", "4: No message above is called “m”.");
	bad(HEAD "11:05 ben in #shop as m | /incident list\n11:06 ben reacts +1 on m\n",
	    "5: “m” is a command: it leaves no message.");
	bad(HEAD "11:05 ben in #shop as M | hi\n",
	    "4: “M” is no name: small letters, digits and -, a letter first.");
	bad(HEAD "11:05 ben in #shop as m | hi\n11:05 ben in #shop as m | hi\n",
	    "5: Something above is called “m” already.");
	bad(HEAD "11:05 ben in #shop |\n", "4: There is no text behind the |.");
	bad(HEAD "11:05 ben in #shop | at {11:5}\n11:06 ben in #shop | hi\n",
	    "4: {11:5} is neither a time, like {11:05}, nor a name. A brace itself is {{.");
	bad(HEAD "11:05 ben in #shop | hi {\n", "4: A { without its }. A brace itself is {{.");
	bad(HEAD "11:05 ben in #shop | hi {\n\t| 11:05}\n",
	    "4: A { without its }. A brace itself is {{.");
	bad(HEAD "11:05 ben in #shop as m | hi\n11:06 ben in #shop | {m}\n",
	    "5: {m} is the name of no command above.");
	bad(HEAD "11:05 ben in #shop as m | /incident note {m}\n",
	    "4: {m} is the name of no command above.");
	bad(HEAD "11:05 ben in #shop | /invite @kim\n",
	    "4: The one command of a play is /incident.");
	bad(HEAD "11:05 ben in #shop as m | hi\n11:06 ben answers m | /incident list\n",
	    "5: Commands are for a channel: `in`.");
	bad(HEAD "11:05 ben in #shop | /incident new A\n11:06 ben in #shop | /incident new B\n",
	    "5: A play declares one incident.");
	bad(HEAD "\t| more\n", "4: This continues a text, and the step above has none.");
	bad(HEAD "11:05 ben joins #shop\n\t| more\n",
	    "5: This continues a text, and the step above has none.");
	bad(HEAD " 11:05 ben joins #shop\n",
	    "4: A line that begins with a space continues a text: put a | before it.");
}

static void odd_bytes_are_refused(void **state)
{
	static const char nul[] = HEAD "11:05 ben in #shop | a\0b\n";

	(void)state;
	bad(HEAD "11:05 ben in #shop | \xff\n", "4: This line is no UTF-8 text.");
	assert_false(reads(nul, sizeof(nul) - 1));
	play_release(&play);
	assert_string_equal(why.s, "plays/x.play:4: This line is no UTF-8 text.");
}

static void a_play_of_too_many_steps_is_refused(void **state)
{
	struct buf text;
	int i;

	(void)state;
	buf_init(&text, BUF_ROOMY);
	buf_adds(&text, HEAD);
	for (i = 0; i < 1001; i++)
		buf_adds(&text, "11:05 ben joins #shop\n");
	bad(text.s, "1004: That is more than 1000 steps.");
	buf_release(&text);
}

/* ---- playing ---- */

static struct stage s;
static struct plays *plays;
static struct seen {
	int skipped, typed;
	char why[256];
	char typed_last[200];
	int typed_ms;
} seen;

static void changed(void *arg)
{
	const struct play_now *now = plays ? plays_now(plays) : NULL;

	(void)arg;
	if (!now)
		return;
	seen.skipped = now->skipped;
	snprintf(seen.why, sizeof(seen.why), "%s", now->why ? now->why : "");
}

static void typing(const struct play_typing *t, void *arg)
{
	(void)arg;
	seen.typed++;
	seen.typed_ms = t->in_ms;
	snprintf(seen.typed_last, sizeof(seen.typed_last), "%s", t->text);
}

/* A stage with the sandbox's people. */
static int stage_setup(void **state)
{
	struct play_seams seams = { .typing = typing, .changed = changed };

	(void)state;
	stage_open(&s, 1);
	cast_new(s.d);
	seams.d = s.d;
	buf_init(&why, BUF_ROOMY);
	seen = (struct seen){ 0 };
	plays = plays_new(&seams, &why);
	return 0;
}

static int stage_teardown(void **state)
{
	(void)state;
	plays_free(plays);
	plays = NULL;
	stage_close(&s, false);
	buf_release(&why);
	return 0;
}

static bool is_over(void *arg)
{
	(void)arg;
	return !plays_now(plays);
}

static void every_play_of_ours_can_be_read(void **state)
{
	size_t n = 0;

	(void)state;
	assert_string_equal(why.s, "");
	while (plays_at(plays, n))
		n++;
	assert_int_equal(n, 3);
}

static cJSON *node;

/* "durations.detect_ms", "items[2].state" as the shell has them. */
static const cJSON *at(const char *path)
{
	const cJSON *j = node;
	char word[64];
	size_t len;

	while (*path && j) {
		if (*path == '[') {
			j = cJSON_GetArrayItem(j, (int)strtol(path + 1, NULL, 10));
			path += strcspn(path, "]") + 1;
		} else {
			len = strcspn(path, ".[");
			snprintf(word, sizeof(word), "%.*s", (int)len, path);
			j = cJSON_GetObjectItemCaseSensitive(j, word);
			path += len;
		}
		path += *path == '.';
	}
	if (!j)
		fail_msg("the Node has no such value");
	return j;
}

static void is_text(const char *path, const char *expected)
{
	assert_string_equal(cJSON_GetStringValue(at(path)), expected);
}

static void is_minutes(const char *path, int minutes)
{
	assert_true(cJSON_IsNumber(at(path)));
	assert_int_equal((int64_t)at(path)->valuedouble, minutes * MS_MINUTE);
}

static void is_long(const char *path, int length)
{
	assert_int_equal(cJSON_GetArraySize(at(path)), length);
}

static bool is_acked(void *arg)
{
	(void)arg;
	return !slackd_unacked(s.d);
}

static void is_complete(bool complete)
{
	is_text("status", "DONE");
	assert_int_equal(cJSON_IsTrue(at("postmortem.complete")), complete);
}

/* To the play's end; the Node is in `node` then. */
static void ends_well(void)
{
	if (!stage_until(&s, is_over, NULL, 60000))
		fail_msg("it stands at step %d, waiting %s", plays_now(plays)->step,
			 plays_now(plays)->waits);
	assert_true(stage_until(&s, is_acked, NULL, STAGE_PATIENCE_MS));
	assert_string_equal(slackd_complaints_say(s.d), "");
	stage_shell(&s, "aliosbot show 1 --json");
	assert_int_equal(s.shell_exit, 0);
	node = cJSON_Parse(s.out.s);
	assert_non_null(node);
}

static void play_to_the_end(const char *name)
{
	if (!stage_start(&s, NULL))
		fail_msg("the bot doesn't start");
	assert_null(play_start(plays, name, 0));
	ends_well();
	if (seen.skipped)
		fail_msg("%d steps were skipped: %s", seen.skipped, seen.why);
}

static void the_articles_incident_ends_with_its_whole_postmortem(void **state)
{
	(void)state;
	play_to_the_end("article");
	is_text("captain.name", "Tech_Lead_Sarah");
	is_text("priority", "CRITICAL");
	is_text("postmortem.origin", "ai-over-reliance");
	is_complete(true);
	is_long("impact", 3);
	is_long("timeline", 6 + 1); /* and the coffee, which was withdrawn */
	is_long("items", 5);
	is_long("participants", 4);
	is_minutes("durations.declare_ms", 5);
	is_minutes("durations.identify_ms", 10);
	is_minutes("durations.mitigate_ms", 40);
	is_minutes("durations.resolve_ms", 45);
	cJSON_Delete(node);
}

static void a_play_that_is_over_says_what_was_in_it(void **state)
{
	const struct play_over *over;

	(void)state;
	assert_null(plays_over(plays));
	play_to_the_end("article");
	over = plays_over(plays);
	assert_non_null(over);
	assert_true(over->ended_ms > 0);
	assert_string_equal(over->name, "article");
	assert_int_equal(over->minutes, 54);
	assert_int_equal(over->steps, 36);
	assert_int_equal(over->people, 4);
	assert_int_equal(over->commands, 13);
	assert_int_equal(over->messages, 13);
	assert_int_equal(over->emoji, 6);
	assert_int_equal(over->skipped, 0);
	assert_string_equal(sl_channel(slackd_team(s.d), over->channel)->name,
			    "inc-2025-001-504-gateway-timeouts-on-checkout-page");
	cJSON_Delete(node);
}

/* The source counts from the beginning, the Node from the detection, 3 minutes later. */
static void cloudflares_incident_ends_with_its_whole_postmortem(void **state)
{
	(void)state;
	play_to_the_end("cloudflare-2019");
	is_complete(true);
	is_long("timeline", 12);
	is_long("items", 8);
	is_long("participants", 4);
	is_minutes("durations.detect_ms", 3);
	is_minutes("durations.identify_ms", 18 - 3);
	is_minutes("durations.mitigate_ms", 27 - 3);
	is_minutes("durations.resolve_ms", 70 - 3);
	is_minutes("durations.impact_ms", 27);
	cJSON_Delete(node);
}

static void is_gap(int i, const char *gap)
{
	char path[64];

	snprintf(path, sizeof(path), "postmortem.missing[%d]", i);
	is_text(path, gap);
}

static void gitlabs_incident_lacks_only_the_hours_of_which_nobody_tells(void **state)
{
	(void)state;
	play_to_the_end("gitlab-2017");
	is_text("captain.name", "kim");
	is_text("participants[1].role", "scribe");
	is_complete(false);
	is_long("postmortem.missing", 9);
	is_gap(0, "gap:2017-01-31T23:27:00.000Z/2017-02-01T00:00:00.000Z");
	is_gap(1, "gap:2017-02-01T00:00:00.000Z/2017-02-01T00:36:00.000Z");
	is_gap(2, "gap:2017-02-01T01:18:00.000Z/2017-02-01T01:58:00.000Z");
	is_gap(3, "gap:2017-02-01T02:00:00.000Z/2017-02-01T03:00:00.000Z");
	is_gap(4, "gap:2017-02-01T03:00:00.000Z/2017-02-01T04:00:00.000Z");
	is_gap(5, "gap:2017-02-01T04:00:00.000Z/2017-02-01T07:00:00.000Z");
	is_gap(6, "gap:2017-02-01T07:00:00.000Z/2017-02-01T08:07:00.000Z");
	is_gap(7, "gap:2017-02-01T08:07:00.000Z/2017-02-01T16:28:00.000Z");
	is_gap(8, "gap:2017-02-01T16:53:00.000Z/2017-02-01T18:14:00.000Z");
	/* The source's 23 rows, and: declared, the priority, the new captain. */
	is_long("timeline", 23 + 3);
	is_long("items", 8);
	is_long("participants", 4);
	/* Page to deletion 1 h 27 min; from there to online 18 h 47 min. */
	is_minutes("durations.identify_ms", 87);
	is_minutes("durations.resolve_ms", 87 + 18 * 60 + 47);
	cJSON_Delete(node);
}

/* ---- pace and patience; the article's third step is `new` ---- */

static bool is_at_step(void *arg)
{
	const int *step = arg;

	return !plays_now(plays) || plays_now(plays)->step >= *step;
}

static void until_step(int step)
{
	if (!stage_until(&s, is_at_step, &step, STAGE_PATIENCE_MS) || !plays_now(plays))
		fail_msg("step %d is not reached", step);
}

static bool waits_for_bot(void *arg)
{
	const char *waits = plays_now(plays)->waits;

	(void)arg;
	return waits && strcmp(waits, "waiting for the bot to come back") == 0;
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static void let_pass(int ms)
{
	stage_until(&s, never, NULL, ms);
}

static void people_talk_without_the_bot_and_wait_with_commands(void **state)
{
	const struct sl_channel *c = sl_channel_named(slackd_team(s.d), "alerts");

	(void)state;
	assert_null(play_start(plays, "article", 0));
	assert_true(stage_until(&s, waits_for_bot, NULL, STAGE_PATIENCE_MS));
	assert_int_equal(plays_now(plays)->step, 2);
	assert_string_equal(jstr(c->messages->json, "bot_id"), "B0SENTRY");
	assert_string_equal(jstr(c->messages->next->json, "thread_ts"), sl_ts(c->messages));
	assert_null(
		slackd_envelopes(s.d)->next->next); /* two events, no command that was refused */
	assert_true(stage_start(&s, NULL));
	until_step(3);
	assert_int_equal(seen.skipped, 0);
}

static void a_play_goes_on_when_the_bot_was_killed_and_is_back(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	assert_null(play_start(plays, "article", 0));
	until_step(10);
	stage_end(&s, SIGKILL);
	assert_true(stage_until(&s, waits_for_bot, NULL, STAGE_PATIENCE_MS));
	assert_true(stage_start(&s, NULL));
	ends_well();
	assert_int_equal(seen.skipped, 0);
	is_complete(true);
	is_minutes("durations.resolve_ms", 45);
	cJSON_Delete(node);
}

static void do_steps(int count)
{
	int step;

	for (step = 1; step <= count; step++) {
		assert_null(play_do(plays, "next", 0));
		until_step(step);
		assert_int_equal(plays_now(plays)->step, step);
	}
}

static int times_new_was_said(void)
{
	const struct sl_envelope *e;
	int n = 0;

	for (e = slackd_envelopes(s.d); e; e = e->next)
		n += strcmp(e->type, "slash_commands") == 0 &&
		     strncmp(jstr(e->payload, "text"), "new ", 4) == 0;
	return n;
}

static bool new_was_said_twice(void *arg)
{
	(void)arg;
	return times_new_was_said() == 2;
}

static void a_command_that_nobody_took_is_said_again(void **state)
{
	(void)state;
	assert_true(stage_start(&s, NULL));
	assert_null(play_start(plays, "article", 0));
	assert_null(play_do(plays, "pause", 0));
	do_steps(2);
	kill(s.bot, SIGSTOP); /* the connection stands, and nobody hears */
	assert_null(play_do(plays, "go on", 0));
	assert_true(stage_until(&s, new_was_said_twice, NULL, STAGE_PATIENCE_MS));
	stage_end(&s, SIGKILL);
	assert_true(stage_start(&s, NULL));
	until_step(6);
	assert_int_equal(seen.skipped, 0);
	assert_int_equal(times_new_was_said(), 2);
}

static struct sl_message *saying(struct sl_channel *c, const char *text)
{
	struct sl_message *m;

	for (m = c->messages; m; m = m->next)
		if (!m->gone && strncmp(jstr(m->json, "text"), text, strlen(text)) == 0)
			return m;
	fail_msg("nobody says %s", text);
	return NULL;
}

static void what_a_person_made_impossible_is_skipped(void **state)
{
	struct sl_channel *c;

	(void)state;
	assert_true(stage_start(&s, NULL));
	assert_null(play_start(plays, "article", 1000));
	assert_null(play_do(plays, "pause", 0));
	do_steps(13);
	c = sl_channel_named(slackd_team(s.d),
			     "inc-2025-001-504-gateway-timeouts-on-checkout-page");
	assert_null(hands_delete(s.d, "U0KIM", c->id, sl_ts(saying(c, "Temporarily scale up"))));
	assert_null(play_do(plays, "speed", 0));
	assert_null(play_do(plays, "go on", 0));
	ends_well();
	assert_int_equal(seen.skipped, 2); /* 🛠 and ✅ on it */
	assert_int_equal(strncmp(seen.why, "plays/article.play:", 19), 0);
	assert_non_null(strstr(seen.why, ": This message is no longer there."));
	is_complete(true);
	is_long("items", 4);
	cJSON_Delete(node);
}

static void steps_keep_the_storys_pace_and_are_typed_before(void **state)
{
	int64_t from = slackd_ms();

	(void)state;
	assert_null(play_start(plays, "article", 60));
	until_step(1);
	assert_int_equal(seen.typed, 0); /* an app types nothing */
	until_step(2);
	assert_true(slackd_ms() - from >= 2 * 60);
	assert_int_equal(seen.typed, 1);
	assert_int_equal(seen.typed_ms, 72); /* 60 % of two minutes */
	assert_string_equal(seen.typed_last,
			    "nobody gets through on web or mobile, it's every single checkout");
}

static void long_silences_are_cut(void **state)
{
	int64_t from = slackd_ms();

	(void)state;
	assert_null(play_start(plays, "gitlab-2017", 20));
	until_step(3);
	/* 17:20, 18:00, 21:00: twice five minutes for three hours and forty. */
	assert_in_range(slackd_ms() - from, 200, 3000);
}

static void a_play_is_paused_hurried_and_stopped(void **state)
{
	(void)state;
	assert_string_equal(play_do(plays, "pause", 0), "Nothing is being played.");
	assert_string_equal(play_start(plays, "hamlet", 0), "There is no play of that name.");
	assert_string_equal(play_start(plays, "article", -1),
			    "A minute can't take less than no time.");
	assert_null(play_start(plays, "article", 60000));
	assert_string_equal(play_start(plays, "article", 0), "One is being played: stop it first.");
	until_step(1);
	assert_null(play_do(plays, "pause", 0));
	assert_null(play_do(plays, "speed", 10));
	let_pass(100);
	assert_int_equal(plays_now(plays)->step, 1);
	assert_null(play_do(plays, "next", 0));
	until_step(2);
	let_pass(100);
	assert_true(plays_now(plays)->paused);
	assert_int_equal(plays_now(plays)->step, 2);
	assert_string_equal(play_do(plays, "dance", 0),
			    "A play can be told: pause, go on, next, stop, speed.");
	assert_null(play_do(plays, "go on", 0));
	assert_true(stage_until(&s, waits_for_bot, NULL, STAGE_PATIENCE_MS));
	assert_null(play_do(plays, "stop", 0));
	assert_null(plays_now(plays));
	let_pass(50);
}

#define READS(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define PLAYS(test) cmocka_unit_test_setup_teardown(test, stage_setup, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		READS(a_play_is_read_into_its_steps),
		READS(steps_of_one_minute_share_it),
		READS(a_story_ends_with_its_latest_time),
		READS(times_and_names_in_a_text_are_filled_in),
		READS(what_can_not_be_read_is_told_with_its_line),
		READS(odd_bytes_are_refused),
		READS(a_play_of_too_many_steps_is_refused),
		PLAYS(every_play_of_ours_can_be_read),
		PLAYS(the_articles_incident_ends_with_its_whole_postmortem),
		PLAYS(a_play_that_is_over_says_what_was_in_it),
		PLAYS(cloudflares_incident_ends_with_its_whole_postmortem),
		PLAYS(gitlabs_incident_lacks_only_the_hours_of_which_nobody_tells),
		PLAYS(people_talk_without_the_bot_and_wait_with_commands),
		PLAYS(a_play_goes_on_when_the_bot_was_killed_and_is_back),
		PLAYS(a_command_that_nobody_took_is_said_again),
		PLAYS(what_a_person_made_impossible_is_skipped),
		PLAYS(steps_keep_the_storys_pace_and_are_typed_before),
		PLAYS(long_silences_are_cut),
		PLAYS(a_play_is_paused_hurried_and_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
