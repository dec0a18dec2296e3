/*
 * soak: days of an incident, of chance, played twice: in peace, and with everything that goes wrong: the bot killed and
 * stopped, connections cut and refreshed, Slack's answers late, lost, refused, "429" for a second and for sixty years,
 * no JSON, cut, lying about their length, redirecting, without an end; envelopes delivered again; writes that meet a full
 * or a bad disk, a database that is locked, a clock that is off by a day, a start while DNS is dead; and hours in which
 * the bot is down and hears nothing. What is kept in the end must be the same, nothing may be there twice, and the bot
 * may not have grown.
 *
 *     soak [HOURS [SEED]]        24 hours, of a seed that it says; the seed is the bug report
 *
 * The days pass in minutes: only what people do moves the clock. The last line is "N passed, N failed".
 */
#include "tests/support/crowd.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define HOUR 3600000
#define PACE_MS 20000	    /* from one act to the next, at most */
#define HEARD_EVERY 20	    /* acts; a cut may turn round what is on its way */
#define SWEPT_MS (2 * HOUR) /* after a gap what is older is read as well, at most hourly */
#define CHATTER 200	    /* three acts in seven mean something */
#define CONNECTED_MS 120000 /* it waits longer after each refusal */
#define GROWN_KB 3072	    /* more than what caches take in a day */

enum trouble {
	CUT,
	REFRESH,
	KILL,
	STOP,
	AGAIN,
	REFUSED,
	DISK,
	LOCKED,
	CLOCK,
	NAMELESS,
	AWAY,
	TROUBLES
};
static const char *const trouble_names[TROUBLES] = {
	"cuts",
	"refreshes",
	"kills",
	"stops",
	"redeliveries",
	"faults of the Web API",
	"writes that fail",
	"locks",
	"clocks set by a day",
	"starts without DNS",
	"gaps",
};

struct day {
	struct crowd w;
	bool peace, away;
	uint64_t
		luck; /* of what goes wrong; gaps are of the crowd's chance, for both runs have them */
	int64_t until, gap_until;
	int gaps, acts, done[TROUBLES];
	long quarter_kb, last_kb; /* resident, of the bot in peace */
};

static uint64_t seed;
static const char *part = "the start";

static __attribute__((noreturn)) void soak_fails(const char *why)
{
	printf("not ok - %s, seed %" PRIu64 ": %s\n1..1\n0 passed, 1 failed\n", part, seed, why);
	fflush(stdout);
	if (getenv("SOAK_DEBUG"))
		abort();
	exit(1);
}

/* ---- what goes wrong ---- */

static bool is_connected(void *arg)
{
	struct day *d = arg;

	return slackd_connections(d->w.s.d) > 0;
}

/* Slack refuses what is typed while nobody listens, to the person's face: nobody types then. */
static void connected(struct day *d)
{
	if (!stage_alive(&d->w.s))
		soak_fails("the bot has ended by itself");
	if (!stage_until(&d->w.s, is_connected, d, CONNECTED_MS))
		soak_fails("the bot does not come back");
}

/* A write that fails while it opens its database ends a start, as it should; that is test_store_writes'. */
static void end_now(struct day *d, int signal)
{
	stage_end(&d->w.s, signal);
	d->w.s.disk->first = 0;
}

static void start_again(struct day *d, int signal)
{
	end_now(d, signal);
	stage_spawn(&d->w.s, NULL);
	connected(d);
}

static void deliver_again(struct day *d)
{
	const struct sl_envelope *e;
	struct sl_envelope *one = NULL;
	int n = 0;

	for (e = slackd_envelopes(d->w.s.d); e && n < 20; e = e->next)
		if (e->acked && crowd_chance(&d->luck, ++n) == 0)
			one = (struct sl_envelope *)(uintptr_t)e;
	if (one)
		slackd_redeliver(d->w.s.d, one, crowd_chance(&d->luck, 2));
}

static void refuse_something(struct day *d)
{
	static const struct sl_fault faults[] = {
		{ .method = SL_ANY_METHOD,
		  .kind = SL_FAULT_STATUS,
		  .value = 429,
		  .retry_after = 1 },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_STATUS, .value = 500 },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_STATUS, .value = 503 },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_DROP },
		{ .method = SL_ANY_WRITE, .kind = SL_FAULT_LOST },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_DELAY, .value = 300 },
		{ .method = "@connect", .kind = SL_FAULT_STATUS, .value = 503 },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_ERROR, .word = "internal_error" },
		{ .method = "chat.update",
		  .kind = SL_FAULT_STATUS,
		  .value = 429,
		  .retry_after = 2000000000 },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_ODD, .word = "html" },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_ODD, .word = "cut" },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_ODD, .word = "short" },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_ODD, .word = "long" },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_ODD, .word = "redirect" },
		{ .method = SL_ANY_METHOD, .kind = SL_FAULT_ODD, .word = "endless" },
	};
	struct sl_fault f = faults[crowd_chance(&d->luck, (int)(sizeof(faults) / sizeof(*faults)))];

	f.times = 1 + crowd_chance(&d->luck, 3);
	if (*f.method == '@') /* few come by: they would add up to minutes of waiting */
		sl_faults_clear(slackd_faults(d->w.s.d));
	sl_fault_add(slackd_faults(d->w.s.d), &f);
}

/* One of the next writes, and perhaps the next two: a commit that fails and can be settled. */
static void fail_a_write(struct day *d)
{
	volatile struct bad_disk *disk = d->w.s.disk;

	disk->error = crowd_chance(&d->luck, 2) ? ENOSPC : EIO;
	disk->times = 1 + crowd_chance(&d->luck, 2);
	disk->first = disk->writes + 1 + crowd_chance(&d->luck, 40);
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

/* For longer than the bot waits for it, or not. */
static void lock_database(struct day *d)
{
	struct buf path;
	sqlite3 *db;

	stage_path(&d->w.s, &path, "aliosbot.db");
	if (sqlite3_open(path.s, &db) == SQLITE_OK &&
	    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK)
		stage_until(&d->w.s, never, NULL, 200 + crowd_chance(&d->luck, 1500));
	sqlite3_close(db);
	buf_release(&path);
}

/* The bot's alone; set right before somebody types a line, whose time it would be, and before a gap. */
static void set_clock(struct day *d)
{
	d->w.s.clock[1] = crowd_chance(&d->luck, 2) ? 24 * HOUR : -24 * HOUR;
	stage_until(&d->w.s, never, NULL, 50);
}

static void start_without_names(struct day *d)
{
	end_now(d, SIGKILL);
	*d->w.s.names_dead = 1;
	stage_spawn(&d->w.s, NULL);
	stage_until(&d->w.s, never, NULL, 300);
	*d->w.s.names_dead = 0;
	connected(d);
}

static void go_wrong(struct day *d, enum trouble t)
{
	d->done[t]++;
	if (t == CUT)
		slackd_cut(d->w.s.d);
	else if (t == REFRESH)
		slackd_refresh(d->w.s.d, 200);
	else if (t == KILL)
		start_again(d, SIGKILL);
	else if (t == STOP)
		start_again(d, SIGTERM);
	else if (t == AGAIN)
		deliver_again(d);
	else if (t == DISK)
		fail_a_write(d);
	else if (t == LOCKED)
		lock_database(d);
	else if (t == CLOCK)
		set_clock(d);
	else if (t == NAMELESS)
		start_without_names(d);
	else
		refuse_something(d);
}

static void maybe_wrong(struct day *d)
{
	static const int every[] = {
		[CUT] = 60,	[REFRESH] = 150, [KILL] = 250,	 [STOP] = 400,	[AGAIN] = 40,
		[REFUSED] = 25, [DISK] = 60,	 [LOCKED] = 250, [CLOCK] = 200, [NAMELESS] = 500
	};

	for (enum trouble t = 0; t < AWAY; t++)
		if (crowd_chance(&d->luck, every[t]) == 0)
			go_wrong(d, t);
}

/* ---- hours away ---- */

/* Of the bot: how long a connection was away it counts by a clock that doesn't leap as days do here. */
static void leave(struct day *d)
{
	sl_faults_clear(slackd_faults(d->w.s.d));
	slackd_forget(d->w.s.d, true);
	end_now(d, SIGKILL);
}

static void come_back(struct day *d)
{
	sl_faults_clear(slackd_faults(d->w.s.d));
	stage_spawn(&d->w.s, NULL);
	connected(d);
	crowd_rest(&d->w);
	slackd_forget(d->w.s.d, false);
}

/* Ten in a day, of up to half an hour, and one of six. Before it, all is heard: what Slack still had to deliver would
 * be lost else, which no bot can know. */
static void maybe_gap(struct day *d)
{
	int64_t now = *d->w.s.clock;
	int length;

	if (d->away && now >= d->gap_until) {
		if (!d->peace)
			come_back(d);
		d->away = false;
	}
	if (d->away || crowd_chance(&d->w.chance, 700))
		return;
	d->w.s.clock[1] = 0;
	length = ++d->gaps == 3 ? 6 * HOUR : 60000 + crowd_chance(&d->w.chance, HOUR / 2);
	if (!d->away)
		crowd_heard(&d->w);
	d->away = true;
	d->gap_until = now + length;
	d->done[AWAY]++;
	if (!d->peace)
		leave(d);
}

/* ---- a day ---- */

static long resident_kb(const struct day *d)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)d->w.s.bot);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "VmRSS: %ld", &kb);
	if (f)
		fclose(f);
	return kb;
}

static void step(struct day *d)
{
	char line[64];

	crowd_later(&d->w, 1000 + crowd_chance(&d->w.chance, PACE_MS - 1000));
	maybe_gap(d);
	d->w.known_ms = d->away ? d->gap_until + SWEPT_MS : *d->w.s.clock + HEARD_EVERY * PACE_MS;
	if (!d->away && !d->peace)
		maybe_wrong(d);
	d->acts++;
	if (crowd_chance(&d->w.chance, 20) || d->away) {
		crowd_act(&d->w);
	} else {
		if (!d->peace)
			connected(d);
		d->w.s.clock[1] = 0;
		snprintf(line, sizeof(line), "/incident note number %d", d->acts);
		crowd_say(&d->w, line);
	}
	slackd_turn(d->w.s.d, 0);
	if (d->acts % HEARD_EVERY == 0 && (d->peace || !d->away))
		crowd_heard(&d->w);
}

static char *play(struct day *d, bool peace, int64_t hours)
{
	char *kept;

	*d = (struct day){ .peace = peace, .luck = seed ^ UINT64_C(0x9E3779B97F4A7C15) };
	part = peace ? "in peace" : "disturbed";
	crowd_begin(&d->w, seed, soak_fails);
	d->w.chatter = CHATTER;
	for (int i = 0; i < 60; i++) {
		crowd_later(&d->w, 1000);
		crowd_chat(&d->w);
	}
	d->until = *d->w.s.clock + hours * HOUR;
	while (*d->w.s.clock < d->until) {
		step(d);
		if (!d->quarter_kb && d->until - *d->w.s.clock < hours * HOUR / 4 * 3)
			d->quarter_kb = resident_kb(d);
	}
	if (d->away && !peace)
		come_back(d);
	sl_faults_clear(slackd_faults(d->w.s.d));
	d->w.s.clock[1] = 0;
	d->w.s.disk->first = 0;
	crowd_heard(&d->w);
	crowd_rest(&d->w);
	d->last_kb = resident_kb(d);
	crowd_later(&d->w, SWEPT_MS);
	start_again(d, SIGTERM);
	crowd_rest(&d->w);
	kept = crowd_kept(&d->w);
	crowd_end(&d->w);
	return kept;
}

static int lines_of(const char *s)
{
	int n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void tell(const struct day *d, const char *kept)
{
	printf("# seed %" PRIu64 ": %d acts, %d pieces kept; disturbed by", seed, d->acts,
	       lines_of(kept) - 1);
	for (enum trouble t = 0; t < TROUBLES; t++)
		printf("%s %d %s", t ? "," : "", d->done[t], trouble_names[t]);
	printf("\n");
}

int main(int argc, char **argv)
{
	int64_t hours = argc > 1 ? strtol(argv[1], NULL, 10) : 24;
	char *calm, *disturbed;
	struct buf differ;
	struct day d;

	if (argc > 2)
		seed = strtoull(argv[2], NULL, 10);
	else if (getrandom(&seed, 4, 0) != 4)
		soak_fails("no chance");
	if (hours < 1 || argc > 3) {
		fputs("usage: soak [HOURS [SEED]]\n", stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	printf("# %" PRId64 " hours, seed %" PRIu64 "\n", hours, seed);
	fflush(stdout);
	calm = play(&d, true, hours);
	printf("# in peace: RSS %ld kB after a quarter, %ld kB at the end\n", d.quarter_kb,
	       d.last_kb);
	if (d.last_kb - d.quarter_kb > GROWN_KB)
		soak_fails("the bot has grown");
	disturbed = play(&d, false, hours);
	tell(&d, disturbed);
	buf_init(&differ, BUF_ROOMY);
	crowd_differ(&differ, calm, disturbed);
	printf("%s - a day disturbed ends like one in peace\n%s1..1\n%d passed, %d failed\n",
	       differ.len ? "not ok" : "ok", differ.s, !differ.len, differ.len > 0);
	free(calm);
	free(disturbed);
	return differ.len > 0;
}
