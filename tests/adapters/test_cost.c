/*
 * What an envelope costs, in numbers that are the same in every run: statements, pages, reads,
 * writes, locks and syncs of SQLite, calls of the Web API. The whole bot runs; its outside is
 * played (played.h), so nothing depends on how fast the machine is.
 *
 * tests/golden/cost.txt is what it costs today. A number that rises is to be explained in the
 * commit that raises it; GOLDEN_WRITE=1 writes the table anew. COST_SHOW="a note" shows that row's
 * statements, one a line.
 */
#include "adapters/loop/loop.h"
#include "tests/adapters/played.h"
#include "tests/support/core_golden.h"
#include "tests/support/counted.h"
#include "tests/support/frames.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SHOWN_MS 1500 /* by then a change has its card edited, and nothing is idle yet */
#define REST_MS 90000 /* what is done in quiet moments is over by then */

/* ---- the story: rows of what arrives, each counted alone ---- */

enum what {
	COMMAND,
	SAID,
	EDIT,
	PUT,
	TAKEN,
	OWE, /* as PUT, each on another message; and from now on Slack takes no emoji of ours */
};

struct step {
	const char *name; /* NULL: not in the table, it only prepares */
	enum what what;
	const char *text; /* of the command, the message, or its new one; PUT, TAKEN: the emoji */
	const char *ts;
	const char *channel; /* NULL: "C1", the Node's */
	int times;	     /* in one turn, all but the first by U2; 0: 1 */
	bool by_another;     /* U2 */
};

#define M(n) "1795615400.00000" #n
#define EDIT_TO "rolled the pod back, twice"

/* clang-format off */
static const struct step story[] = {
	{ .what = COMMAND, .text = "new Checkout answers 504 sev1 --here" },
	{ .what = COMMAND, .text = "note the first thing" },
	{ .what = COMMAND, .text = "note the second thing" },
	{ .what = SAID, .text = "somebody said this before", .ts = M(1) },
	{ .name = "a note", .what = COMMAND, .text = "note rolled the pod back" },
	{ .name = "a note with a time", .what = COMMAND, .text = "note -5m rolled the pod back" },
	{ .name = "64 notes in one turn", .what = COMMAND, .text = "note one of many", .times = 64 },
	{ .name = "a message in the Node's channel", .what = SAID, .text = "rolled the pod back", .ts = M(2) },
	{ .name = "64 messages in one turn", .what = SAID, .text = "one of many", .times = 64 },
	{ .name = "a message elsewhere", .what = SAID, .text = "lunch?", .ts = M(3), .channel = "C9" },
	{ .name = "\xF0\x9F\x93\x8C on a message", .what = PUT, .text = "pushpin", .ts = M(2) },
	{ .name = "the same by another", .what = PUT, .text = "pushpin", .ts = M(2), .by_another = true },
	{ .name = "taken off by both", .what = TAKEN, .text = "pushpin", .ts = M(2), .times = 2 },
	{ .name = "\xF0\x9F\x93\x8C on a message never heard of", .what = PUT, .text = "pushpin", .ts = "1795615300.000001" },
	{ .name = "\xF0\x9F\x93\x8C elsewhere", .what = PUT, .text = "pushpin", .ts = M(3), .channel = "C9" },
	{ .name = "an emoji that means nothing", .what = PUT, .text = "tada", .ts = M(2) },
	{ .what = PUT, .text = "pushpin", .ts = M(1) },
	{ .name = "an edit of a captured message", .what = EDIT, .text = EDIT_TO, .ts = M(1) },
	{ .what = SAID, .text = "nobody captures this", .ts = M(5) },
	{ .name = "an edit of another message", .what = EDIT, .text = EDIT_TO, .ts = M(5) },
	{ .name = "a message with a tag", .what = SAID, .text = "#timeline rolled the pod back", .ts = M(4) },
	{ .name = "edit", .what = COMMAND, .text = "edit E1 the first thing, corrected" },
	{ .name = "action", .what = COMMAND, .text = "action scale up the database" },
	{ .name = "done", .what = COMMAND, .text = "done 1" },
	{ .name = "status", .what = COMMAND, .text = "status identified" },
	{ .name = "sev", .what = COMMAND, .text = "sev 2" },
	{ .name = "summary", .what = COMMAND, .text = "summary the pool of connections is empty" },
	{ .name = "undo", .what = COMMAND, .text = "undo" },
	{ .name = "a refusal", .what = COMMAND, .text = "done 99" },
	{ .name = "show", .what = COMMAND, .text = "show" },
	{ .name = "catchup", .what = COMMAND, .text = "catchup" },
	{ .name = "an unknown word", .what = COMMAND, .text = "nte rolled back" },
	{ .what = OWE, .text = "pushpin", .times = 200 },
	{ .what = OWE, .text = "pushpin", .times = 200 },
	{ .what = SAID, .text = "rolled the pod back", .ts = M(6) },
	{ .name = "a note, 400 emoji owed", .what = COMMAND, .text = "note rolled the pod back" },
	{ .name = "a message, 400 emoji owed", .what = SAID, .text = "rolled the pod back", .ts = M(7) },
	{ .name = "\xF0\x9F\x93\x8C on a message, 400 emoji owed", .what = PUT, .text = "pushpin", .ts = M(6) },
	{ .name = "resolve", .what = COMMAND, .text = "resolve" },
};
/* clang-format on */
#define STEPS ((int)(sizeof(story) / sizeof(*story)))

static struct {
	int at; /* the step; -1: none yet */
	enum { SENDING, SHOWING, RESTING } phase;
	int64_t until;
	struct counted before, acked;
	long calls_before;
	int unacked;
	unsigned envelopes;
	struct buf table;
} told;

static void arrive(const struct step *s, int i)
{
	struct frame_of of = { .n = ++told.envelopes,
			       .user = i || s->by_another ? "U2" : "U1",
			       .channel = s->channel ? s->channel : "C1" };
	char ts[32], event_ts[32];
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	snprintf(event_ts, sizeof(event_ts), "%" PRId64 ".%06u", played_wall() / 1000, of.n);
	snprintf(ts, sizeof(ts), "%s", s->ts ? s->ts : event_ts);
	if (s->what == OWE)
		snprintf(ts, sizeof(ts), "1795615200.%06u", of.n);
	if (s->what == OWE)
		played_refuse_emoji();
	switch (s->what) {
	case COMMAND:
		frames_command(&b, of, s->text, "https://hooks.slack.com");
		break;
	case SAID:
		frames_message(&b, of, ts, s->text);
		break;
	case EDIT:
		frames_edited(&b, of, ts, s->text, "said before", event_ts);
		break;
	case PUT:
	case OWE:
	case TAKEN:
		frames_reaction(&b, of, s->what != TAKEN, s->text, ts, event_ts);
		break;
	}
	played_frame(&b);
	buf_release(&b);
}

/* What the last ack has waited for is what was counted until now. */
static void acked(void)
{
	told.unacked--;
	if (told.unacked)
		return;
	told.acked = counted_since(&told.before);
	told.phase = SHOWING;
}

static void head(void)
{
	buf_addf(
		&told.table,
		"# What arrives, and what it costs: until its ack, and in all until its card is edited. See test_cost.c.\n"
		"%-35s %s\n%-35s %9s %7s %5s %9s %6s %7s %5s %6s %5s %5s %5s %5s\n",
		"", "  until the ack            in all", "", "statement", "commits", "pages",
		"statement", "steps", "commits", "pages", "writes", "reads", "locks", "syncs",
		"calls");
}

/* Bytes beyond ASCII take no column of their own. */
static int width(const char *s, int room)
{
	int more = 0;

	for (; *s; s++)
		more += (*s & 0xC0) == 0x80;
	return room + more;
}

static void row(const struct step *s)
{
	struct counted all = counted_since(&told.before), ack = told.acked;

	buf_addf(&told.table, "%-*s %9ld %7ld %5ld %9ld %6ld %7ld %5ld %6ld %5ld %5ld %5ld %5ld\n",
		 width(s->name, 35), s->name, ack.statements, ack.commits, ack.pages,
		 all.statements, all.steps, all.commits, all.pages, all.writes, all.reads,
		 all.locks, all.syncs, played_calls() - told.calls_before);
}

static void show(const char *name)
{
	const char *asked = getenv("COST_SHOW");

	counted_show(asked && name && !strcmp(asked, name) ? stderr : NULL);
}

static void begin_step(void)
{
	const struct step *s = &story[told.at];
	int times = s->times ? s->times : 1;

	show(s->name);
	told.before = counted_now();
	told.calls_before = played_calls();
	told.unacked = times;
	told.phase = SENDING;
	told.until = loop_now_ms() + SHOWN_MS;
	for (int i = 0; i < times; i++)
		arrive(s, i);
}

static void next_step(void)
{
	told.at++;
	if (told.at < STEPS)
		begin_step();
}

static int turn(void)
{
	if (played_answer_one() || played_fire_until(told.until))
		return 0;
	played_pass_until(told.until);
	if (told.at < 0 || told.phase == RESTING) {
		next_step();
		return told.at < STEPS ? 0 : -1;
	}
	if (told.phase == SENDING)
		fail_msg("%s: %d not acked", story[told.at].text, told.unacked);
	if (story[told.at].name)
		row(&story[told.at]);
	show(NULL);
	told.phase = RESTING;
	told.until = loop_now_ms() + REST_MS;
	return 0;
}

/* ---- the test ---- */

static void chance_fill(struct entropy *e, void *bytes, size_t len)
{
	static uint64_t chance = 1;
	unsigned char *p = bytes;

	(void)e;
	for (size_t i = 0; i < len; i++) {
		chance = chance * 6364136223846793005u + 1442695040888963407u;
		p[i] = (unsigned char)(chance >> 56);
	}
}

static void what_an_envelope_costs_is_known_to_the_statement(void **state)
{
	struct played_home home;

	(void)state;
	buf_init(&told.table, BUF_ROOMY);
	played_home_make(&home);
	counted_begin();
	played = (struct played){ .turn = turn, .acked = acked };
	head();
	told.at = -1;
	told.until = REST_MS;
	assert_true(played_run(home.db, chance_fill)); /* ends with the story: turn() says -1 */
	assert_true(golden_is("cost.txt", told.table.s));
	buf_release(&told.table);
	played_home_remove(&home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_envelope_costs_is_known_to_the_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
