/*
 * Random operations through the one door; after each, the scene checks (core_scene.c) that the
 * tables are what the journal adds up to, that the last change can be taken back by its effects,
 * that old values were true, that a refusal changes nothing, and that a channel has one open Node
 * at most.
 *
 * RANDOM_SEED and RANDOM_STEPS in the environment choose another walk, RANDOM_SHOW prints it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_scene.h"

#include <stdlib.h>
#include <string.h>

static uint64_t seed;

static unsigned pick(unsigned below) /* splitmix64 */
{
	uint64_t z = seed += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return (unsigned)((z ^ (z >> 31)) % below);
}

static int64_t number_of(const char *name, int64_t otherwise)
{
	const char *s = getenv(name);

	return s ? strtoll(s, NULL, 10) : otherwise;
}

/* % begins a hole: N number, E M A handle, W maybe a WHEN, P person, S status, K marker, T text. */
static const char *const lines[] = {
	"new %T",
	"new %T sev1 %P",
	"new %T --here",
	"new %T --private\n%T",
	"open %T",
	"note %W%T",
	"note %W%T",
	"note %W%T",
	"note %W%T",
	"impact %T",
	"impact %T",
	"summary %T",
	"cause %T",
	"trigger %T",
	"lesson %T",
	"origin ai-context",
	"origin config",
	"title %T",
	"action %T",
	"action %T %P by tomorrow",
	"prevent %T",
	"done %N",
	"done %N %N",
	"done",
	"drop %N %T",
	"reopen-item %N",
	"assign %N %P",
	"due %N friday",
	"captain",
	"captain %P",
	"role scribe %P",
	"role helper %P",
	"sev 1",
	"sev low",
	"status %S %W%T",
	"status %S %W%T",
	"status %S %W",
	"status %S",
	"status %S",
	"mark %K %W%T",
	"mark %K %W",
	"update %T",
	"resolve",
	"resolve %W%T",
	"postmortem",
	"archive",
	"cancel %T",
	"reopen %T",
	"reopen %T",
	"reopen %T",
	"card",
	"show",
	"catchup",
	"list all",
	"list mine",
	"edit E%N %W%T",
	"edit E%N %W%T",
	"edit E%N %W",
	"edit M%N %T",
	"edit A%N %T",
	"edit S%N %T",
	"withdraw E%N",
	"withdraw M%N",
	"withdraw A%N",
	"withdraw C%N",
	"help",
	"help note",
	"%T",
	"",
};
#define COUNT(a) (unsigned)(sizeof(a) / sizeof(*(a)))

static const char *const whens[] = { "",	"",	  "-5m ", "-1h30m ",
				     "2h ago ", "14:05 ", "-3d ", "yesterday 23:50 " };
static const char *const people[] = { AT_SARAH, AT_TOM, "me", "\x02@T1/UGUEST|Gus\x03" };
static const char *const statuses[] = { "open", "investigating", "identified", "mitigated",
					"done", "archived",	 "cancelled",  "merged" };
static const char *const markers[] = { "began",	     "detected",  "acknowledged", "declared",
				       "identified", "mitigated", "resolved" };
static const char *const texts[] = {
	"504s on checkout",
	"rolled back 4.2",
	"see \x02>https://x.y/a|dash\x03 and \x02>https://x.y/b|\x03",
	"two\nlines",
	"100% – “quoted” ✅",
	AT_TOM " says so",
	"a\\b c | d",
	"1",
	"x",
};

static void fill(struct buf *out, const char *line)
{
	for (; *line; line++) {
		if (*line != '%' || !line[1]) {
			buf_addc(out, *line);
			continue;
		}
		switch (*++line) {
		case 'N':
			buf_addf(out, "%u", 1 + pick(9));
			break;
		case 'W':
			buf_adds(out, whens[pick(COUNT(whens))]);
			break;
		case 'P':
			buf_adds(out, people[pick(COUNT(people))]);
			break;
		case 'S':
			buf_adds(out, statuses[pick(COUNT(statuses))]);
			break;
		case 'K':
			buf_adds(out, markers[pick(COUNT(markers))]);
			break;
		default:
			buf_adds(out, texts[pick(COUNT(texts))]);
		}
	}
}

static const char *const speakers[] = { SARAH, SARAH, SARAH, TOM, TOM, GUEST, NEW_ONE, ROOT };
static const char *const places[] = {
	NULL, OPS, SHOP, "T1/CNODE1", "T1/CNODE2", "T1/CNODE3", "T1/CNODE4",
};

static void say_something(struct scene *s)
{
	unsigned there = 3 + (s->channels < 4 ? (unsigned)s->channels : 4); /* places by now */
	struct buf line;

	buf_init(&line, BUF_ROOMY);
	if (!pick(6))
		buf_addf(&line, "%u ", 1 + pick(8));
	fill(&line, lines[pick(COUNT(lines))]);
	s->ts = pick(3) ? NULL : "1795442400.000100";
	if (getenv("RANDOM_SHOW"))
		print_message("%s\n", line.s);
	scene_says(s, speakers[pick(COUNT(speakers))], places[pick(there)], line.s);
	buf_release(&line);
}

/* Slack answers that a channel is made, or not, for a Node that may have one. */
static void channel_happens(struct scene *s)
{
	char id[NODE_ID_MAX];
	struct intent in = {
		.kind = pick(3) ? INTENT_CHANNEL_REFUSED : INTENT_CHANNEL_RENAMED,
		.source = SOURCE_BOT,
		.who = REF_BOT,
		.now_ms = s->now,
		.received_ms = s->now,
		.node = id,
		.name = pick(2) ? "new-name" : "other-name",
		.line = "no more channels",
	};

	node_id_write(id, 2026, 1 + (int)pick(8));
	/* Each Node its own channel: Slack never gives one channel to two Nodes. */
	if (pick(2) && s->channels < 8 && memrows_journal(s->rows, id)[0] &&
	    !strcmp(scene_cell(s, id, "node", 1, "channel"), "-"))
		scene_channel_made(s, id);
	else
		scene_does(s, &in);
}

/* A Node a day or so, so that a walk comes to few of them often. */
static bool too_many(struct scene *s)
{
	return memrows_journal(s->rows, "INCIDENT-2026-030")[0];
}

static void walk(uint64_t from, int64_t steps)
{
	struct scene *s = NULL;
	int64_t i;

	seed = from;
	for (i = 0; i < steps; i++) {
		if (!s || too_many(s)) {
			if (s)
				scene_free(s);
			s = scene_new();
			memrows_member(s->rows, "T1/CNODE2", TOM);
		}
		s->now += pick(40) * MS_SECOND;
		if (pick(12))
			say_something(s);
		else
			channel_happens(s);
	}
	if (s)
		scene_free(s);
}

static void tables_are_what_the_journal_adds_up_to(void **state)
{
	(void)state;
	walk((uint64_t)number_of("RANDOM_SEED", 42), number_of("RANDOM_STEPS", 1500));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_what_the_journal_adds_up_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
