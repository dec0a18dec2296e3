/*
 * The bot is started and stopped again and again, at every turn of its start and with everything under way:
 * names that are being looked up, connections half open, calls without an answer, envelopes that wait for a
 * fact, acks not sent. Whatever it still holds has to go in the right order: it is the real program with
 * sanitizers, so memory used too late or never freed makes it end with another code than 0.
 *
 * STOPS=1000: as many as that (make test: a dozen); SEED=N: other turns.
 */
#include "tests/support/stage.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define FEW 14
#define IDLE_MS 700 /* nothing moves any more before that turn: then now */
#define SLOW_MS 500
#define HASTE 60

static struct stage s;
static uint64_t seed;
static struct sl_channel *shop;
static int spoken;

static int chance(int n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (int)((seed >> 33) % (unsigned)n);
}

/* ---- what is under way when it stops ---- */

static void delay(const char *method, int ms)
{
	struct sl_fault f = { .kind = SL_FAULT_DELAY, .value = ms, .times = -1 };

	snprintf(f.method, sizeof(f.method), "%s", method);
	sl_fault_add(slackd_faults(s.d), &f);
}

static void all_is_well(struct buf *api)
{
	(void)api;
}

static void the_upgrade_is_not_answered(struct buf *api)
{
	(void)api;
	delay("@connect", SLOW_MS);
}

static void no_call_is_answered(struct buf *api)
{
	(void)api;
	delay(SL_ANY_METHOD, SLOW_MS);
}

static void nobody_is_known(struct buf *api)
{
	(void)api;
	delay("users.info", SLOW_MS);
	delay("conversations.info", SLOW_MS);
	delay("reactions.get", SLOW_MS);
}

static void a_name_is_looked_up(struct buf *api)
{
	buf_reset(api);
	buf_addf(api, "SLACK_API_URL=http://localhost:%d/api/", slackd_port(s.d));
}

static void the_name_is_not_there(struct buf *api)
{
	buf_reset(api);
	buf_addf(api, "SLACK_API_URL=https://no-such-host.invalid/api/");
}

static void answers_are_lost(struct buf *api)
{
	struct sl_fault f = {
		.method = SL_ANY_METHOD, .kind = SL_FAULT_LOST, .skip = 2, .times = 3
	};

	(void)api;
	sl_fault_add(slackd_faults(s.d), &f);
}

static const struct trouble {
	void (*make)(struct buf *api);
	int turns; /* it stops at one of these; hello is there after some 20 */
} troubles[] = {
	{ all_is_well, 90 },	  { the_upgrade_is_not_answered, 40 }, { no_call_is_answered, 60 },
	{ nobody_is_known, 90 },  { a_name_is_looked_up, 60 },	       { the_name_is_not_there, 6 },
	{ answers_are_lost, 60 },
};
#define TROUBLES (int)(sizeof(troubles) / sizeof(*troubles))

/* Each time somebody whom the bot has never met. */
static void people_speak(void)
{
	cJSON *fields = cJSON_CreateObject();
	struct sl_message *m;
	char user[32];

	snprintf(user, sizeof(user), "U%05d", ++spoken);
	sl_user_add(slackd_team(s.d), user, "Newcomer", "Europe/Berlin");
	sl_join(slackd_team(s.d), shop, user, NULL);
	jset(fields, "text", "#timeline 14:05 something is up with <#C0000099>");
	m = sl_post(slackd_team(s.d), shop, user, fields);
	sl_react(slackd_team(s.d), shop, m, user, spoken % 2 ? "pushpin" : "rotating_light");
	slackd_says(s.d, user, shop->id,
		    spoken % 3 ? "/incident note all is slow" : "/incident new it is down");
}

/* ---- a start and its stop ---- */

struct wait {
	bool spoke;
	unsigned hellos, stirs;
	int64_t since; /* slackd_ms(): nothing has stirred; 0: it hasn't said hello yet */
};

static bool is_gone_or_idle(void *arg)
{
	struct wait *w = arg;

	if (!w->spoke && slackd_connections(s.d) > 0) {
		w->spoke = true;
		people_speak();
	}
	if (slackd_hellos(s.d) != w->hellos && slackd_stirs(s.d) != w->stirs) {
		w->stirs = slackd_stirs(s.d);
		w->since = slackd_ms();
	}
	return !stage_alive(&s) || (w->since && slackd_ms() - w->since > IDLE_MS);
}

static void tell_log(int n, int turn, int trouble)
{
	struct buf path, log;

	stage_path(&s, &path, "bot.log");
	buf_init(&log, (size_t)1 << 20);
	file_read(&log, path.s);
	fprintf(stderr, "start %d, stopped at turn %d in trouble %d: code %d\n%s\n", n, turn,
		trouble, s.status, log.len > 12000 ? log.s + log.len - 12000 : log.s);
	buf_release(&log);
	buf_release(&path);
}

static void start_and_stop(int n)
{
	int trouble = n % TROUBLES, turn = 1 + chance(troubles[trouble].turns);
	struct wait w = { .hellos = slackd_hellos(s.d) };
	struct buf api;
	char stop[16];

	buf_init(&api, 200);
	buf_adds(&api, "ALIOSBOT_TEST=1");
	snprintf(stop, sizeof(stop), "%d", turn);
	setenv("ALIOSBOT_TEST_STOP", stop, 1);
	sl_faults_clear(slackd_faults(s.d));
	troubles[trouble].make(&api);
	stage_spawn(&s, api.s);
	stage_until(&s, is_gone_or_idle, &w, 6 * STAGE_PATIENCE_MS); /* a busy disk is no fault */
	stage_end(&s, SIGTERM);
	if (s.status != 0)
		tell_log(n, turn, trouble);
	assert_int_equal(s.status, 0);
	buf_release(&api);
}

static void it_stops_cleanly_at_every_turn_whatever_is_under_way(void **state)
{
	const char *stops = getenv("STOPS"), *with = getenv("SEED");
	long n = stops ? strtol(stops, NULL, 10) : FEW;

	(void)state;
	seed = with ? strtoull(with, NULL, 10) : 1;
	for (int i = 0; i < n; i++)
		start_and_stop(i);
}

static int begin(void **state)
{
	(void)state;
	stage_open(&s, HASTE);
	stage_config(&s, "alert = open #shop /down/");
	shop = sl_channel_add(slackd_team(s.d), "C0SHOP", "shop");
	sl_join(slackd_team(s.d), shop, SL_BOT_USER, NULL);
	return 0;
}

static int end(void **state)
{
	(void)state;
	unsetenv("ALIOSBOT_TEST_STOP");
	stage_close(&s, false);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			it_stops_cleanly_at_every_turn_whatever_is_under_way, begin, end),
	};

	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
