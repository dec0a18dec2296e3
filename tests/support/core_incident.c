#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/core_incident.h"

struct scene *s;
const char *inc;

int incident_begin_just_now(void **state)
{
	(void)state;
	s = scene_new();
	inc = scene_incident(s);
	return 0;
}

int incident_begin(void **state)
{
	incident_begin_just_now(state);
	s->now += 5 * MS_MINUTE;
	return 0;
}

int incident_begin_with_bot(void **state)
{
	incident_begin(state);
	memrows_person(s->rows, SENTRY, "Sentry", NULL, RANK_BOT);
	return 0;
}

int incident_end(void **state)
{
	(void)state;
	scene_free(s);
	return 0;
}

void assert_nothing(void)
{
	assert_int_equal(s->out.verdict, VERDICT_NOTHING);
	assert_null(s->out.changes);
	assert_null(s->out.letters);
}

void assert_emoji(const char *name, bool on)
{
	const struct letter *say = scene_say(s, SAY_EMOJI, 0);

	if (!say)
		fail_msg("no emoji: %s", scene_sayings(s));
	assert_string_equal(say->text, name);
	assert_int_equal(say->on, on);
	assert_string_equal(say->channel, inc);
}

void assert_absent(const char *table, int64_t row)
{
	assert_null(scene_cell(s, NODE, table, row, "source"));
}
