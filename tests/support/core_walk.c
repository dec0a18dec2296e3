#include "tests/support/core_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (unsigned)(sizeof(a) / sizeof(*(a)))

static uint64_t seed;

unsigned walk_pick(unsigned below) /* splitmix64 */
{
	uint64_t z = seed += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return (unsigned)((z ^ (z >> 31)) % below);
}

int64_t walk_number(const char *name, int64_t otherwise)
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
	"new %T --drill --services=checkout",
	"service checkout pay%N",
	"service drop pay%N",
	"service",
	"redact service%N it was secret",
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
	"remind off",
	"remind on",
	"snooze update 1h",
	"snooze items %N tomorrow",
	"resolve",
	"resolve %W%T",
	"postmortem",
	"archive",
	"cancel %T",
	"reopen %T",
	"reopen %T",
	"merge %N",
	"merge %N yes",
	"merge %N yes",
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
	"undo",
	"undo",
	"undo",
	"undo",
	"redact E%N it was secret",
	"redact A%N it was secret",
	"redact S%N it was secret",
	"help",
	"help note",
	"%T",
	"",
};

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
			buf_addf(out, "%u", 1 + walk_pick(9));
			break;
		case 'W':
			buf_adds(out, whens[walk_pick(COUNT(whens))]);
			break;
		case 'P':
			buf_adds(out, people[walk_pick(COUNT(people))]);
			break;
		case 'S':
			buf_adds(out, statuses[walk_pick(COUNT(statuses))]);
			break;
		case 'K':
			buf_adds(out, markers[walk_pick(COUNT(markers))]);
			break;
		default:
			buf_adds(out, texts[walk_pick(COUNT(texts))]);
		}
	}
}

const char *const walk_speakers[WALK_SPEAKERS] = { SARAH, SARAH, SARAH,	  TOM,
						   TOM,	  GUEST, NEW_ONE, ROOT };
static const char *const places[] = {
	NULL, OPS, SHOP, "T1/CNODE1", "T1/CNODE2", "T1/CNODE3", "T1/CNODE4",
};

static void say_something(struct scene *s)
{
	unsigned there = 3 + (s->channels < 4 ? (unsigned)s->channels : 4); /* places by now */
	struct buf line;

	buf_init(&line, BUF_ROOMY);
	if (!walk_pick(6))
		buf_addf(&line, "%u ", 1 + walk_pick(8));
	fill(&line, lines[walk_pick(COUNT(lines))]);
	s->ts = walk_pick(3) ? NULL : "1795442400.000100";
	if (getenv("RANDOM_SHOW"))
		print_message("%s\n", line.s);
	scene_says(s, walk_speakers[walk_pick(WALK_SPEAKERS)], places[walk_pick(there)], line.s);
	buf_release(&line);
}

/* Slack answers that a channel is made, or not, for a Node that may have one. */
static void channel_happens(struct scene *s)
{
	char id[NODE_ID_MAX];
	struct intent in = {
		.kind = walk_pick(3) ? INTENT_CHANNEL_REFUSED : INTENT_CHANNEL_RENAMED,
		.via = VIA_BOT,
		.who = REF_BOT,
		.now_ms = s->now,
		.received_ms = s->now,
		.node = id,
		.name = walk_pick(2) ? "new-name" : "other-name",
		.line = "no more channels",
	};

	node_id_write(id, 2026, 1 + (int)walk_pick(8));
	/* Each Node its own channel: Slack never gives one channel to two Nodes. */
	if (walk_pick(2) && s->channels < 8 && memrows_journal(s->rows, id)[0] &&
	    !strcmp(scene_cell(s, id, "node", 1, "channel"), "-"))
		scene_channel_made(s, id);
	else
		scene_does(s, &in);
}

/* ---- messages: posted, marked, edited, deleted; and told again, late or out of order ---- */

#define MESSAGES 6

static struct message messages[MESSAGES];
static const char *stamps[20]; /* of events so far: some are delivered again */

static const char *a_stamp(struct scene *s)
{
	unsigned i = walk_pick(COUNT(stamps));

	if (walk_pick(4) || !stamps[i])
		stamps[i] = talk_stamp(s);
	return stamps[i];
}

static const char *const tags[] = { "",		"",	      "",
				    "",		"#timeline ", "#timeline -5m ",
				    "#action ", "TODO: ",     "#cause ",
				    "#impact ", "#summary ",  "#prevent " };

static const char *a_text(struct scene *s)
{
	return talk_words(s, "%s%s", tags[walk_pick(COUNT(tags))], texts[walk_pick(COUNT(texts))]);
}

static void post(struct scene *s, struct message *m, const char *place)
{
	*m = (struct message){ .channel = place,
			       .author = walk_speakers[walk_pick(5)],
			       .text = walk_pick(9) ? a_text(s) : "" };
	if (!walk_pick(5))
		m->files[m->n_files++] = (struct message_file){
			.name = "a.png", .type = "image/png", .permalink = "https://x.slack.com/a"
		};
	m->bot = !walk_pick(8);
	if (walk_pick(5)) {
		talk_message(s, m, true);
	} else { /* nobody had told us of it */
		m->id = talk_stamp(s);
	}
}

static void message_happens(struct scene *s)
{
	unsigned there = s->channels < 4 ? (unsigned)s->channels : 4;
	struct message *m = &messages[walk_pick(MESSAGES)];
	const char *who = walk_speakers[walk_pick(WALK_SPEAKERS)];

	if (!m->id || !walk_pick(12)) {
		post(s, m, places[1 + walk_pick(2 + there)]);
		return;
	}
	switch (walk_pick(10)) {
	case 0:
		talk_edited(s, m->channel, m->id, a_text(s), a_stamp(s));
		break;
	case 1:
		if (!walk_pick(4))
			talk_deletes(s, m->channel, m->id);
		break;
	case 2:
		talk_tells(s, m);
		break;
	case 3:
		talk_reacted(s, who, m->channel, m->id, CAPTURE_TIMELINE, CAPTURED_BY_PIN,
			     walk_pick(2), a_stamp(s));
		break;
	case 4:
		talk_mentions(s, who, m->channel,
			      walk_pick(2) ? "note mentioned" : "action mentioned");
		break;
	case 5:
		talk_message(s, m, true);
		break;
	default:
		talk_reacted(s, who, m->channel, m->id,
			     (enum capture_kind)walk_pick(CAPTURE_CHECK + 1), CAPTURED_BY_EMOJI,
			     walk_pick(3), a_stamp(s));
	}
}

static void forget_messages(void)
{
	memset(messages, 0, sizeof(messages));
	memset(stamps, 0, sizeof(stamps));
}

/* A Node a day or so, so that a walk comes to few of them often. */
static bool too_many(struct scene *s)
{
	return memrows_journal(s->rows, "INCIDENT-2026-020")[0];
}

/* Whose members are known. */
static const char *const with_sarah[] = { "T1/CNODE1", "T1/CNODE2", "T1/CNODE3", "T1/CNODE4",
					  "T1/CNODE5" };

static struct scene *walk_scene(struct witness *w)
{
	struct scene *s = scene_new();

	forget_messages();
	memrows_member(s->rows, "T1/CNODE2", TOM);
	memrows_member(s->rows, "T1/CNODE3", GUEST);
	for (size_t i = 0; i < COUNT(with_sarah); i++)
		memrows_member(s->rows, with_sarah[i], SARAH);
	if (w)
		scene_watch(s, w);
	return s;
}

static void walk_end(struct scene *s)
{
	if (s && s->witness)
		s->witness->ends(s->witness, s);
	if (s)
		scene_free(s);
}

void walk_seed(uint64_t from)
{
	seed = from;
}

void walk(uint64_t from, int64_t steps, struct witness *w)
{
	struct scene *s = NULL;
	int64_t i;

	walk_seed(from);
	for (i = 0; i < steps; i++) {
		if (!s || too_many(s)) {
			walk_end(s);
			s = walk_scene(w);
		}
		s->now += walk_pick(40) * MS_SECOND;
		switch (walk_pick(12)) {
		case 0:
			channel_happens(s);
			break;
		case 1:
		case 2:
		case 3:
		case 4:
		case 5:
			message_happens(s);
			break;
		default:
			say_something(s);
		}
	}
	walk_end(s);
}
