/*
 * play: the pace (play.h). A step's life:
 *
 *     BEFORE ── its time has come ──→ READY ── what it needs is there ──→ TYPING ── done ──→ AFTER
 *        ↑                              ↑                                                      │
 *        └── the app has it, or is away │ ←──────────── a command got lost ────────────────────┘
 *
 * The wait for a step's time is the story's since the step before, at minute_ms a minute; long
 * silences are cut to SILENCE_MINUTES. The play falls behind when it has to wait, and doesn't hurry
 * afterwards.
 */
#include "tests/sandbox/play.h"

#include "core/base/alloc.h"
#include "core/base/utf8.h"
#include "core/time/civil.h"
#include "tests/sandbox/asset.h"
#include "tests/sandbox/play_private.h"

#include <libwebsockets.h>

#define SILENCE_MINUTES 5
#define LOOK_MS 10	 /* how often it is looked whether what is waited for has come */
#define TAKEN_MS 1000	 /* for the app to take what people say, before they go on */
#define CHANNEL_MS 20000 /* for the app, when it is there, to make the incident's channel … */
#define MEMBER_MS 5000	 /* … and to invite the next speaker. Then the play goes on without */
#define TRIES 3		 /* for a command that nobody answers */

#define KEY_MS 35	/* typing: a character … */
#define TYPING_MS 2500	/* … the longest … */
#define TYPING_SHARE 60 /* … and percent of the wait that it may take */
#define AIMING_MS 400	/* an emoji, a click */

enum phase { BEFORE, READY, TYPING, AFTER };
#define OVER ((int64_t)-1) /* for how long to wait: the play has ended */

struct playing {
	struct play_run run;
	struct play_now now;
	enum phase phase;
	int64_t last_ms;     /* monotonic: when the last step was over */
	int64_t due_ms;	     /* of the step, or the end of patience in AFTER */
	int typing_ms;	     /* of it */
	int tries;	     /* how often it was said */
	int64_t patience_ms; /* READY: until then, 0: not running */
	bool no_channel;     /* it was waited for in vain */
	int64_t paused_ms;   /* since when */
	bool once;	     /* one step, though paused */
	char why[256];	     /* now.why */
};

struct plays {
	struct play_seams seams;
	struct play *all;
	struct play_info *infos;
	size_t count;
	struct playing *on; /* NULL: nothing is played */
	struct play_over over;
	lws_sorted_usec_list_t timer;
};

/* ---- life ---- */

/* "cloudflare-2019" of "plays/cloudflare-2019.play"; its length, 0: it is no play. */
static size_t play_name(const char *asset, const char **name)
{
	static const char before[] = "plays/", behind[] = ".play";
	size_t len = strlen(asset), most = strlen(before) + strlen(behind);

	if (len <= most || strncmp(asset, before, strlen(before)) != 0 ||
	    strcmp(asset + len - strlen(behind), behind) != 0)
		return 0;
	*name = asset + strlen(before);
	return len - most;
}

static void add_play(struct plays *p, const struct asset *a, struct buf *why)
{
	const char *asset_name;
	size_t len = play_name(a->name, &asset_name);
	struct play *play = &p->all[p->count];
	char name[64];

	if (!len)
		return;
	snprintf(name, sizeof(name), "%.*s", (int)len, asset_name);
	if (why->len)
		buf_addc(why, '\n');
	if (!play_read(play, name, a->data, a->len, why)) {
		play_release(play);
		return;
	}
	p->infos[p->count++] =
		(struct play_info){ play->name, play->title, play->says, play->count };
}

struct plays *plays_new(const struct play_seams *seams, struct buf *why)
{
	struct plays *p = alloc(sizeof(*p));
	struct buf unsaid;
	size_t n = 0, i;

	buf_init(&unsaid, BUF_ROOMY);
	while (asset_at(n))
		n++;
	p->seams = *seams;
	p->all = alloc((n + 1) * sizeof(*p->all));
	p->infos = alloc((n + 1) * sizeof(*p->infos));
	for (i = 0; i < n; i++)
		add_play(p, asset_at(i), why ? why : &unsaid);
	buf_release(&unsaid);
	return p;
}

static void play_stop(struct plays *p)
{
	lws_sul_schedule(slackd_lws(p->seams.d), 0, &p->timer, NULL, LWS_SET_TIMER_USEC_CANCEL);
	if (p->on)
		free(p->on->run.made);
	free(p->on);
	p->on = NULL;
}

void plays_free(struct plays *p)
{
	size_t i;

	if (!p)
		return;
	play_stop(p);
	for (i = 0; i < p->count; i++)
		play_release(&p->all[i]);
	free(p->all);
	free(p->infos);
	free(p);
}

const struct play_info *plays_at(const struct plays *p, size_t i)
{
	return i < p->count ? &p->infos[i] : NULL;
}

const struct play_now *plays_now(const struct plays *p)
{
	return p->on ? &p->on->now : NULL;
}

const struct play_over *plays_over(const struct plays *p)
{
	return p->over.ended_ms ? &p->over : NULL;
}

/* ---- when ---- */

static const struct play_step *next_step(const struct playing *on)
{
	return &on->run.play->steps[on->run.done];
}

/* What the wait before the next step takes. */
static int64_t gap_ms(const struct playing *on)
{
	const struct play_step *s = next_step(on);
	int64_t story = on->run.done ? s->at_ms - s[-1].at_ms : 0;

	if (story > SILENCE_MINUTES * MS_MINUTE)
		story = SILENCE_MINUTES * MS_MINUTE;
	return story * on->now.minute_ms / MS_MINUTE;
}

static int typing_ms(const struct playing *on, int64_t gap)
{
	const struct play_step *s = next_step(on);
	int64_t ms = s->text ? (int64_t)utf8_length(s->text, strlen(s->text)) * KEY_MS : AIMING_MS;

	if (ms > TYPING_MS)
		ms = TYPING_MS;
	if (ms > gap * TYPING_SHARE / 100)
		ms = gap * TYPING_SHARE / 100;
	return s->verb == PLAY_ALERTS ? 0 : (int)ms;
}

static void plan(struct playing *on)
{
	int64_t gap = gap_ms(on);

	on->due_ms = on->last_ms + gap;
	on->typing_ms = typing_ms(on, gap);
}

static void tell_changed(const struct plays *p)
{
	if (p->seams.changed)
		p->seams.changed(p->seams.arg);
}

static void play_on_timer(lws_sorted_usec_list_t *sul);

/* From the loop, also when it is due at once: a play without pauses leaves time for the others. */
static void wake(struct plays *p, int64_t ms)
{
	lws_sul_schedule(slackd_lws(p->seams.d), 0, &p->timer, play_on_timer,
			 ms > 0 ? (lws_usec_t)ms * 1000 : 1);
}

/* ---- a step's life: each gives how long to wait until the next look, or OVER ---- */

static int64_t before(struct plays *p)
{
	struct playing *on = p->on;
	int64_t left = on->due_ms - on->typing_ms - slackd_ms();

	if (left > 0)
		return left;
	on->phase = READY;
	return 0;
}

/* Has it been waited for long enough? The app's time counts only while it is there. */
static bool play_out_of_patience(struct playing *on, int64_t ms)
{
	if (!on->patience_ms)
		on->patience_ms = slackd_ms() + ms;
	return slackd_ms() >= on->patience_ms;
}

static const char *hindrance(struct playing *on)
{
	const struct play_step *s = next_step(on);
	const struct sl_channel *c = play_channel(&on->run, s);
	const struct sl_user *u = play_user(&on->run, s);
	bool of_incident = s->about < 0 && !s->where;
	bool no_channel = of_incident && !c && !on->no_channel;
	bool outside = of_incident && c && u && s->verb != PLAY_JOINS && !sl_member(c, u->id);

	if (!slackd_connections(on->run.d) && (s->command || no_channel || outside)) {
		on->patience_ms = 0;
		return "waiting for the bot to come back";
	}
	if (no_channel && !play_out_of_patience(on, CHANNEL_MS))
		return "for the incident's channel";
	if (outside && !play_out_of_patience(on, MEMBER_MS))
		return "to be let into the incident's channel";
	on->no_channel |= no_channel;
	return NULL;
}

static void set_waits(struct plays *p, const char *waits)
{
	const char *old = p->on->now.waits;

	p->on->now.waits = waits;
	if (old != waits && (!old || !waits || strcmp(old, waits) != 0))
		tell_changed(p);
}

static void tell_typing(const struct plays *p)
{
	struct playing *on = p->on;
	const struct play_step *s = next_step(on);
	const struct sl_user *u = play_user(&on->run, s);
	const struct sl_channel *c = play_channel(&on->run, s);
	struct play_typing t = { .in_ms = on->typing_ms };
	struct buf text;

	if (!p->seams.typing || !on->typing_ms || !u || !c)
		return;
	buf_init(&text, BUF_ROOMY);
	t.user = u->id;
	t.channel = c->id;
	t.thread_ts = play_thread(&on->run, s);
	if (!play_typed(&on->run, s, &text)) {
		t.text = text.s;
		p->seams.typing(&t, p->seams.arg);
	}
	buf_release(&text);
}

static int64_t play_ready(struct plays *p)
{
	struct playing *on = p->on;
	int64_t typed = slackd_ms() + on->typing_ms;
	const char *waits = hindrance(on);

	set_waits(p, waits);
	if (waits)
		return LOOK_MS;
	on->patience_ms = 0;
	if (on->due_ms < typed)
		on->due_ms = typed;
	on->phase = TYPING;
	tell_typing(p);
	return on->typing_ms;
}

static void skip(struct playing *on, const char *why)
{
	on->now.skipped++;
	snprintf(on->why, sizeof(on->why), "plays/%s.play:%d: %s", on->now.name,
		 next_step(on)->line, why);
	on->now.why = on->why;
}

static int64_t play_tell_typing(struct plays *p)
{
	struct playing *on = p->on;
	int64_t left = on->due_ms - slackd_ms();
	const char *why;

	if (left > 0)
		return left;
	why = play_step(&on->run);
	if (why)
		skip(on, why);
	on->due_ms = slackd_ms() + TAKEN_MS;
	on->phase = AFTER;
	return 0;
}

static int64_t step_over(struct plays *p)
{
	struct playing *on = p->on;

	on->now.step = ++on->run.done;
	on->now.waits = NULL;
	on->last_ms = slackd_ms();
	on->once = false;
	on->tries = 0;
	on->phase = BEFORE;
	if (on->run.done < on->now.steps) {
		plan(on);
		tell_changed(p);
		return 0;
	}
	play_count(&on->run, &p->over);
	p->over.ended_ms = slackd_now(p->seams.d);
	p->over.skipped = on->now.skipped;
	play_stop(p);
	tell_changed(p);
	return OVER;
}

/* The app has it: the next step's turn. What people say they say once; a command, until it is
 * answered. */
static int64_t play_after(struct plays *p)
{
	struct playing *on = p->on;
	bool away = !slackd_connections(on->run.d);
	enum play_taken taken = play_taken(&on->run);

	if (taken == PLAY_LOST && ++on->tries < TRIES) {
		on->phase = READY;
		return 0;
	}
	if (taken == PLAY_LOST)
		skip(on, "The app did not answer.");
	if (taken == PLAY_UNDER_WAY && on->run.envelope) {
		set_waits(p, away ? "waiting for the bot to come back" : NULL);
		return LOOK_MS;
	}
	if (taken == PLAY_UNDER_WAY && !away && slackd_ms() < on->due_ms)
		return LOOK_MS;
	return step_over(p);
}

static int64_t (*const phases[])(struct plays *p) = {
	[BEFORE] = before,
	[READY] = play_ready,
	[TYPING] = play_tell_typing,
	[AFTER] = play_after,
};

static void play_on_timer(lws_sorted_usec_list_t *sul)
{
	struct plays *p = lws_container_of(sul, struct plays, timer);
	int64_t wait = phases[p->on->phase](p);

	if (wait != OVER && (!p->on->now.paused || p->on->once))
		wake(p, wait);
}

/* ---- what can be done with it ---- */

static int64_t first_day(const struct plays *p, const struct play *play)
{
	int64_t last = slackd_now(p->seams.d) - play->end_ms;

	return play->latest ? last - last % MS_DAY : play->day_ms;
}

static void play_begin(struct plays *p, const struct play *play, int minute_ms)
{
	struct playing *on = alloc(sizeof(*on));

	on->run = (struct play_run){ .d = p->seams.d, .play = play, .channels_before = -1 };
	on->run.day_ms = first_day(p, play);
	on->run.made = alloc((size_t)play->count * sizeof(*on->run.made));
	on->now =
		(struct play_now){ .name = play->name, .title = play->title, .steps = play->count };
	on->now.minute_ms = minute_ms;
	on->last_ms = slackd_ms();
	p->on = on;
	plan(on);
	wake(p, 0);
	tell_changed(p);
}

const char *play_start(struct plays *p, const char *name, int minute_ms)
{
	size_t i;

	if (p->on)
		return "One is being played: stop it first.";
	if (minute_ms < 0)
		return "A minute can't take less than no time.";
	for (i = 0; i < p->count; i++)
		if (name && strcmp(p->all[i].name, name) == 0)
			break;
	if (i == p->count)
		return "There is no play of that name.";
	play_begin(p, &p->all[i], minute_ms);
	return NULL;
}

static const char *pause_it(struct plays *p, int minute_ms)
{
	(void)minute_ms;
	if (p->on->now.paused)
		return NULL;
	p->on->now.paused = true;
	p->on->paused_ms = slackd_ms();
	lws_sul_schedule(slackd_lws(p->seams.d), 0, &p->timer, NULL, LWS_SET_TIMER_USEC_CANCEL);
	return NULL;
}

static const char *play_go_on(struct plays *p, int minute_ms)
{
	struct playing *on = p->on;
	int64_t pause = slackd_ms() - on->paused_ms;

	(void)minute_ms;
	if (!on->now.paused)
		return NULL;
	on->now.paused = false;
	on->last_ms += pause;
	on->due_ms += pause;
	wake(p, 0);
	return NULL;
}

static const char *next_now(struct plays *p, int minute_ms)
{
	struct playing *on = p->on;

	(void)minute_ms;
	on->once = on->now.paused;
	if (on->phase == BEFORE || on->phase == TYPING)
		on->due_ms = slackd_ms();
	if (on->phase == BEFORE)
		on->typing_ms = 0;
	wake(p, 0);
	return NULL;
}

static const char *stop_it(struct plays *p, int minute_ms)
{
	(void)minute_ms;
	play_stop(p);
	return NULL;
}

static const char *set_speed(struct plays *p, int minute_ms)
{
	if (minute_ms < 0)
		return "A minute can't take less than no time.";
	p->on->now.minute_ms = minute_ms;
	if (p->on->phase != BEFORE)
		return NULL;
	plan(p->on);
	if (!p->on->now.paused)
		wake(p, 0);
	return NULL;
}

static const struct {
	const char *what;
	const char *(*does)(struct plays *p, int minute_ms);
} handles[] = {
	{ "pause", pause_it }, { "go on", play_go_on }, { "next", next_now },
	{ "stop", stop_it },   { "speed", set_speed },
};

const char *play_do(struct plays *p, const char *what, int minute_ms)
{
	const char *why = "A play can be told: pause, go on, next, stop, speed.";
	size_t i;

	if (!p->on)
		return "Nothing is being played.";
	for (i = 0; what && i < sizeof(handles) / sizeof(*handles); i++)
		if (strcmp(handles[i].what, what) == 0)
			why = handles[i].does(p, minute_ms);
	if (!why)
		tell_changed(p);
	return why;
}
