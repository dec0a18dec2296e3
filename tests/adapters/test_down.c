/*
 * Slack is down for six hours in one piece, while people go on in it (it is down only from where the bot stands) and on
 * the shell, and reminders come due; then all comes at once. Time is simulated; the bot is the real one, and it runs all
 * the while.
 *
 * Nothing is lost, nothing is there twice, nobody is flooded, and Slack's limits, which are of real minutes, are kept.
 */
#include "tests/support/stage.h"

#include "core/base/alloc.h"
#include "core/time/civil.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define NODES 5
#define PEOPLE 12
#define HOURS 6
#define STEP_MS (10 * MS_MINUTE)
#define STEPS (HOURS * 6)
#define REST_MS 120000
#define CALLS_MOST 400
#define DMS_MOST 3     /* to one person, of six hours */
#define REMINDS_MOST 2 /* of one Node, of six hours: that it has no update */

static struct stage s;

static struct sl_team *team(void)
{
	return slackd_team(s.d);
}

static struct sl_channel *channel(int n)
{
	char id[8];

	snprintf(id, sizeof(id), "C%d", n);
	return sl_channel(team(), id);
}

static const char *person(int n)
{
	static char id[2][8];
	static int i;

	i = !i;
	snprintf(id[i], sizeof(id[i]), "U%02d", n % PEOPLE);
	return id[i];
}

/* C1 to C5 have an incident each; the announcements are made elsewhere. */
static void people_the_stage(void)
{
	char name[32];

	for (int i = 0; i < PEOPLE; i++) {
		snprintf(name, sizeof(name), "person%02d", i);
		sl_user_add(team(), person(i), name, "UTC");
	}
	for (int c = 1; c <= NODES + 1; c++) {
		struct sl_channel *added;
		char id[8];

		snprintf(id, sizeof(id), "C%d", c);
		snprintf(name, sizeof(name), c > NODES ? "incidents" : "team-%d", c);
		added = sl_channel_add(team(), id, name);
		sl_join(team(), added, SL_BOT_USER, NULL);
		for (int i = 0; i < PEOPLE; i++)
			sl_join(team(), added, person(i), NULL);
	}
}

static void say(int c, int who, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static void say(int c, int who, const char *fmt, ...)
{
	char line[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	assert_false(slackd_says(s.d, person(who), channel(c)->id, line)->refused);
}

static void post(int c, int who, const char *text)
{
	cJSON *fields = cJSON_CreateObject();

	jset(fields, "text", text);
	sl_post(team(), channel(c), person(who), fields);
}

static void shell(const char *line)
{
	stage_shell(&s, line);
	if (s.shell_exit)
		fail_msg("%s: exit %d: %s%s", line, s.shell_exit, s.out.s, s.err.s);
}

static void later(int64_t ms)
{
	stage_clock(&s, *s.clock + ms);
}

static bool is_connected(void *arg)
{
	(void)arg;
	return slackd_connections(s.d) > 0;
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

/* ---- down and up ---- */

static void slack_goes_down(void)
{
	const struct sl_fault drops = { .method = SL_ANY_METHOD,
					.kind = SL_FAULT_DROP,
					.times = -1 },
			      refuses = { .method = "@connect",
					  .kind = SL_FAULT_STATUS,
					  .value = 503,
					  .times = -1 };

	sl_fault_add(slackd_faults(s.d), &drops);
	sl_fault_add(slackd_faults(s.d), &refuses);
	slackd_forget(s.d, true);
	slackd_cut(s.d);
	stage_until(&s, never, NULL, 100);
}

/* In each ten minutes: somebody tags something in one of the channels; each half hour somebody says something on the
 * shell. */
static void six_hours(void)
{
	char line[200];

	for (int i = 0; i < STEPS; i++) {
		later(STEP_MS);
		snprintf(line, sizeof(line), "#timeline tagged while away, %d.", i);
		post(1 + i % NODES, i, line);
		if (i % 3 == 2) {
			snprintf(line, sizeof(line), "aliosbot %s %d from the shell, %d.",
				 i % 2 ? "update" : "note", 1 + i % NODES, i);
			shell(line);
		}
		stage_until(&s, never, NULL, 30);
	}
	assert_true(stage_alive(&s));
}

/* In the same moment all that was acked lately is delivered once more, and everybody says something. */
static void everything_at_once(void)
{
	int n = 0;

	sl_faults_clear(slackd_faults(s.d));
	slackd_forget(s.d, false);
	assert_true(stage_until(&s, is_connected, NULL, REST_MS));
	for (const struct sl_envelope *e = slackd_envelopes(s.d); e && n < 20; e = e->next, n++)
		if (e->acked)
			slackd_redeliver(s.d, (struct sl_envelope *)(uintptr_t)e, n % 2);
	for (int i = 0; i < PEOPLE; i++)
		say(1 + i % NODES, i, "/incident note everybody at once, %d.", i);
}

/* ---- what it has come to ---- */

static int times_in(const char *text, const char *words)
{
	int n = 0;

	for (; (text = strstr(text, words)); text++)
		n++;
	return n;
}

static void assert_once_each(const char *all, const char *fmt, int from, int to, int step)
{
	char words[64];

	for (int i = from; i < to; i += step) {
		snprintf(words, sizeof(words), fmt, i);
		if (times_in(all, words) != 1)
			fail_msg("“%s” is there %d times:\n%s", words, times_in(all, words), all);
	}
}

static void assert_nothing_is_lost_or_twice(void)
{
	struct buf all;
	char line[60];

	buf_init(&all, (size_t)4 << 20);
	for (int n = 1; n <= NODES; n++) {
		snprintf(line, sizeof(line), "aliosbot show %d", n);
		shell(line);
		buf_adds(&all, s.out.s);
	}
	assert_once_each(all.s, "tagged while away, %d.", 0, STEPS, 1);
	assert_once_each(all.s, "from the shell, %d.", 2, STEPS, 3);
	assert_once_each(all.s, "everybody at once, %d.", 0, PEOPLE, 1);
	buf_release(&all);
	shell("aliosbot verify");
	assert_int_equal(slackd_complaints(s.d), 0);
}

static const char *key_of(const struct sl_message *m)
{
	const cJSON *meta = cJSON_GetObjectItemCaseSensitive(m->json, "metadata");

	return jstr(cJSON_GetObjectItemCaseSensitive(meta, "event_payload"), "key");
}

/* Of each message that is said once there is one. */
static int own_messages(const struct sl_channel *c, int *reminds)
{
	int n = 0;

	*reminds = 0;
	for (const struct sl_message *m = c->messages; m; m = m->next) {
		const char *key = sl_own(m) && !m->gone ? key_of(m) : NULL;

		n += sl_own(m) && !m->gone;
		*reminds += key && strstr(key, "/remind/") != NULL;
		for (const struct sl_message *o = m->next; key && o; o = o->next)
			if (sl_own(o) && !o->gone && key_of(o) && !strcmp(key_of(o), key))
				fail_msg("%s is twice in #%s", key, c->name);
	}
	return n;
}

static void assert_nobody_is_flooded(void)
{
	int most_reminds = 0, most_dms = 0, posted = 0, reminds, n;

	for (const struct sl_channel *c = team()->channels; c; c = c->next) {
		n = own_messages(c, &reminds);
		if (!strncmp(c->id, "D", 1))
			most_dms = n > most_dms ? n : most_dms;
		else
			most_reminds = reminds > most_reminds ? reminds : most_reminds;
		posted += n;
	}
	print_message("%d messages of the bot's in all; at most %d to one person, %d reminders in "
		      "one channel\n",
		      posted, most_dms, most_reminds);
	assert_in_range(most_dms, 0, DMS_MOST);
	assert_in_range(most_reminds, 0, REMINDS_MOST);
}

static int calls(const char *outcome)
{
	int n = 0;

	for (const struct sl_call *c = slackd_calls(s.d); c; c = c->next)
		n += !outcome || !strcmp(c->outcome, outcome);
	return n;
}

static void six_hours_without_slack_lose_nothing_and_flood_nobody(void **state)
{
	int before;
	int64_t begun;

	(void)state;
	stage_open(&s, 60);
	people_the_stage();
	slackd_rates(s.d)->on = true;
	slackd_rates(s.d)->minute_ms = (int)MS_MINUTE;
	assert_true(stage_start(&s, "ALIOSBOT_TEST_BOOT=clock"));
	for (int c = 1; c <= NODES; c++) {
		say(c, c, "/incident new Number %d is down --here sev%d <@%s|somebody>", c,
		    1 + c % 2, person(c + 5));
		say(c, c, "/incident action restart it <@%s|somebody> by 2025-11-23", person(c));
	}
	assert_true(stage_quiet(&s, REST_MS));
	slack_goes_down();
	six_hours();
	before = calls(NULL);
	begun = slackd_ms();
	everything_at_once();
	if (!stage_quiet(&s, REST_MS)) {
		struct buf owed;

		buf_init(&owed, BUF_ROOMY);
		stage_owed(&s, &owed);
		fail_msg("it does not come to rest; owed:\n%s", owed.s);
	}
	print_message("all is well again after %ld s of real time and %d calls of Slack's\n",
		      (long)(slackd_ms() - begun) / 1000, calls(NULL) - before);
	assert_nothing_is_lost_or_twice();
	assert_nobody_is_flooded();
	assert_int_equal(calls("429"), 0);
	assert_true(calls(NULL) - before < CALLS_MOST);
	assert_int_equal(stage_end(&s, SIGTERM), 0);
	stage_close(&s, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(six_hours_without_slack_lose_nothing_and_flood_nobody),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
