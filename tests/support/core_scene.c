#include "tests/support/core_scene.h"

#include "core/decide/decide.h"
#include "tests/support/core_memrows_private.h"
#include "tests/support/core_zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

struct scene *scene_new(void)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->rows = memrows_new();
	s->set = (struct settings){
		.default_priority = PRIORITY_HIGH,
		.emoji = {
			[CAPTURE_TIMELINE] = "pushpin",
			[CAPTURE_ACTION] = "hammer_and_wrench",
			[CAPTURE_PREVENT] = "shield",
			[CAPTURE_IMPACT] = "bar_chart",
			[CAPTURE_CAUSE] = "dart",
			[CAPTURE_LESSON] = "bulb",
			[CAPTURE_CHECK] = "white_check_mark",
		},
		.emoji_offer = "rotating_light",
	};
	s->now = test_ms("2026-11-23T14:00:00Z");
	s->words = "";
	arena_init(&s->arena);
	memrows_person(s->rows, SARAH, "Sarah", "Europe/Berlin", RANK_MEMBER);
	memrows_person(s->rows, TOM, "Tom", NULL, RANK_MEMBER);
	memrows_person(s->rows, GUEST, "Gus", "Europe/Berlin", RANK_GUEST);
	return s;
}

void scene_watch(struct scene *s, struct witness *w)
{
	int i;

	s->witness = w;
	for (i = 0; i < s->rows->n_people; i++)
		w->person(w, &s->rows->people[i]);
	for (i = 0; i < s->rows->n_members; i++)
		w->member(w, s->rows->members[i].channel, s->rows->members[i].person);
}

void scene_remembers(struct scene *s, const struct message *m)
{
	memrows_message(s->rows, m);
	if (s->witness)
		s->witness->message(s->witness, m);
}

void scene_free(struct scene *s)
{
	arena_release(&s->arena);
	memrows_free(s->rows);
	free(s);
}

int scene_begin(void **state)
{
	*state = scene_new();
	return 0;
}

int scene_end(void **state)
{
	scene_free(*state);
	return 0;
}

static void words_of(struct scene *s)
{
	struct buf b;

	s->words = "";
	if (!s->out.answer.text)
		return;
	buf_init(&b, BUF_ROOMY);
	text_plain(&b, s->out.answer.text, &memrows_rows(s->rows)->names);
	s->words = arena_strdup(&s->arena, b.s);
	buf_release(&b);
}

static void fine(const char *what, const char *bad)
{
	if (bad)
		fail_msg("%s: %s", what, bad);
}

/* What holds after every deed, whatever it was. */
static void check(struct scene *s, const struct intent *in)
{
	const struct outcome *o = &s->out;
	const struct change *c;

	if (o->verdict != VERDICT_DONE && (o->changes || o->letters))
		fail_msg("\"%s\" is not DONE and yet changes or says something", in->line);
	if (in->kind == INTENT_LINE && o->answer.kind == ANSWER_NONE && !o->first)
		fail_msg("\"%s\" is not answered", in->line);
	for (c = o->changes; c; c = c->next)
		if (!c->count)
			fail_msg("\"%s\" makes a change without effects", in->line);
	fine("apply", memrows_apply(s->rows, o, in));
	fine("replay", memrows_replay(s->rows));
	fine("promise", memrows_holds(s->rows));
	if (o->changes)
		fine("undo", memrows_undo(s->rows, o->changes->node));
}

void scene_does(struct scene *s, const struct intent *in)
{
	arena_release(&s->arena);
	s->rc = decide(in, &s->set, memrows_rows(s->rows), &test_zones, &s->arena, &s->out);
	assert_int_equal(s->rc, 0);
	words_of(s);
	check(s, in);
	if (s->witness)
		s->witness->deed(s->witness, s, in);
}

int64_t scene_at(const char *stamp)
{
	const char *part = strchr(stamp, '.');
	char ms[4] = "000";

	for (size_t i = 0; i < 3 && part && part[1 + i]; i++)
		ms[i] = part[1 + i];
	return 1000 * strtoll(stamp, NULL, 10) + strtoll(ms, NULL, 10);
}

/* The message that a line names by its id. */
static const struct message *named(struct scene *s, const char *channel, const char *line)
{
	struct message *m = arena_alloc(&s->rows->arena, sizeof(*m));

	for (size_t len; *line; line += len, line += strspn(line, " ")) {
		len = strcspn(line, " ");
		if (strspn(line, "0123456789.") != len || !memchr(line, '.', len))
			continue;
		*m = (struct message){ .channel = channel,
				       .id = arena_strndup(&s->rows->arena, line, len) };
		m->at = scene_at(m->id);
		return m;
	}
	return NULL;
}

static const char *a_moment_ago(struct scene *s, int64_t ms)
{
	return arena_printf(&s->rows->arena, "%lld.%03lld000", (long long)(ms / 1000),
			    (long long)(ms % 1000));
}

void scene_says(struct scene *s, const char *who, const char *channel, const char *line)
{
	bool shell = ref_in(who, REF_SHELL_PLACE);
	struct intent in = {
		.kind = INTENT_LINE,
		.via = shell   ? VIA_SHELL
		       : s->ts ? VIA_MENTION
			       : VIA_COMMAND,
		.place = shell ? REF_SHELL_PLACE : "T1",
		.who = who,
		.channel = channel,
		.channel_name = channel ? ref_id(channel) : NULL,
		.channel_private = s->channel_private,
		.channel_unsure = s->channel_unsure,
		.foreign = s->foreign,
		.group = s->group,
		.in_group = !s->in_group ? -1 : strcmp(who, s->in_group) == 0,
		.message_id = s->ts,
		.now_ms = s->now,
		.received_ms = s->now + 100,
		.line = line,
		.about = shell ? NULL : named(s, channel, line),
		.stamp = a_moment_ago(s, s->now + 100 - 2 * MS_SECOND),
		.unheard = s->unheard,
	};

	scene_does(s, &in);
}

const char *scene_channel_made(struct scene *s, const char *node)
{
	static const char *const refs[] = { "T1/CNODE1", "T1/CNODE2", "T1/CNODE3", "T1/CNODE4",
					    "T1/CNODE5", "T1/CNODE6", "T1/CNODE7", "T1/CNODE8" };
	const char *ref = refs[s->channels++ % 8];
	struct intent in = {
		.kind = INTENT_CHANNEL_MADE,
		.via = VIA_BOT,
		.place = "T1",
		.who = REF_BOT,
		.channel = ref,
		.name = "inc-made",
		.now_ms = s->now,
		.received_ms = s->now,
		.node = node,
	};

	scene_does(s, &in);
	return ref;
}

const char *scene_incident(struct scene *s)
{
	scene_says(s, SARAH, OPS, "new 504s on checkout");
	assert_int_equal(s->out.verdict, VERDICT_DONE);
	return scene_channel_made(s, "INCIDENT-2026-001");
}

const struct letter *scene_say(const struct scene *s, enum saying what, int n)
{
	const struct letter *say;

	for (say = s->out.letters; say; say = say->next)
		if (say->what == what && !n--)
			return say;
	return NULL;
}

const char *scene_sayings(struct scene *s)
{
	const struct letter *say;
	const char *all = "";

	for (say = s->out.letters; say; say = say->next)
		all = arena_printf(&s->arena, "%s%s%s", all, *all ? " " : "",
				   sayings[say->what].name);
	return all;
}

const char *scene_cell(struct scene *s, const char *node, const char *table, int64_t row,
		       const char *field)
{
	return memrows_cell(s->rows, node, table, row, field);
}

void assert_verdict(struct scene *s, enum verdict v)
{
	if (s->out.verdict != v)
		fail_msg("verdict %d, not %d: %s", s->out.verdict, v, s->words);
}

void assert_answer(struct scene *s, const char *part)
{
	if (!strstr(s->words, part))
		fail_msg("the answer lacks \"%s\":\n%s", part, s->words);
}

void assert_no_answer(struct scene *s, const char *part)
{
	if (strstr(s->words, part))
		fail_msg("the answer has \"%s\":\n%s", part, s->words);
}

void assert_cell(struct scene *s, const char *where, const char *want)
{
	char table[20] = "", field[20] = "";
	const char *is;
	long long row = 0;

	assert_int_equal(sscanf(where, "%19s %lld %19s", table, &row, field), 3);
	is = memrows_cell(s->rows, "INCIDENT-2026-001", table, row, field);
	if (!is || strcmp(is, want))
		fail_msg("%s is %s, not %s", where, is ? is : "not there", want);
}
