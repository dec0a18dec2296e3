/*
 * Recovery's life: what it is doing and what may follow, what outlives the program, and whose turn it is.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"
#include "adapters/log/machine.h"
#include "core/base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define READINGS_MOST 2 /* one whose news are read, and the sweep of the one before */
#define REST_MS 1000
#define REST_MOST_MS 60000
#define UNREAD_META "unread_from"
#define EMOJI_META "emoji"

int64_t recover_now(const struct recover *c)
{
	return c->s.clock->now_ms(c->s.clock);
}

int64_t recover_back(int64_t us, int64_t ms)
{
	return us > ms * US ? us - ms * US : 0;
}

/* ---- what it is doing ---- */

#define TO(state) MOVE(RECOVER_##state)

static const struct machine_state recover_states[RECOVER_STATES] = {
	[RECOVER_IDLE] = { "IDLE",
			   TO(WAKING) | TO(STARTING) | TO(CALLING) | TO(HEARING) | TO(STOPPED),
			   "idle" },
	[RECOVER_WAKING] = { "WAKING", TO(IDLE) | TO(RESTING) | TO(STOPPED),
			     "reading what the last run left" },
	[RECOVER_STARTING] = { "STARTING", TO(IDLE) | TO(RESTING) | TO(STOPPED),
			       "looking up the channels to read" },
	[RECOVER_CALLING] = { "CALLING", TO(IDLE) | TO(COMPARING) | TO(RESTING) | TO(STOPPED),
			      "asking Slack for a page" },
	[RECOVER_COMPARING] = { "COMPARING", TO(LOOKING) | TO(ASKING) | TO(SAVING) | TO(STOPPED),
				"comparing the page with the store" },
	[RECOVER_LOOKING] = { "LOOKING", TO(COMPARING) | TO(STOPPED),
			      "looking up what the store knows of it" },
	[RECOVER_ASKING] = { "ASKING", TO(COMPARING) | TO(STOPPED), "waiting for a name" },
	[RECOVER_SAVING] = { "SAVING", TO(IDLE) | TO(COMPARING) | TO(RESTING) | TO(STOPPED),
			     "saving what was missed" },
	[RECOVER_HEARING] = { "HEARING", TO(IDLE) | TO(RESTING) | TO(STOPPED),
			      "hearing a mention that was missed" },
	[RECOVER_RESTING] = { "RESTING", TO(IDLE) | TO(STOPPED), "waiting before the next try" },
	[RECOVER_STOPPED] = { "STOPPED", 0, "stopped" },
};

const struct machine recover_machine = { "recovery", recover_states, RECOVER_STATES };

void recover_move(struct recover *c, enum recover_state to)
{
	machine_move(&recover_machine, "catch-up", c->state, to);
	c->state = to;
}

/* ---- jobs ---- */

void recover_submit(struct recover *c, struct job *job, void (*done)(struct job *job, void *arg),
		    void *arg)
{
	job->done = done;
	job->arg = arg;
	c->out++;
	c->s.submit(job, c->s.arg);
}

bool recover_is_gone(struct recover *c, struct job *job)
{
	c->out--;
	if (!c->freed)
		return false;
	job_free(job);
	if (!c->out)
		free(c);
	return true;
}

void recover_noted(struct job *job, void *arg)
{
	struct recover *c = arg;

	if (recover_is_gone(c, job))
		return;
	if (job->rc < 0)
		log_warning("catch-up", "how far it is can't be saved: %s",
			    store_problem(c->s.store));
	job_free(job);
}

void recover_note(struct recover *c, const char *name, const char *value)
{
	struct job *job = job_new(JOB_META);

	job->meta.name = arena_strdup(&job->arena, name);
	job->meta.value = arena_strdup(&job->arena, value);
	recover_submit(c, job, recover_noted, c);
}

void recover_note_number(struct recover *c, const char *name, int64_t n)
{
	char value[24];

	snprintf(value, sizeof(value), "%" PRId64, n);
	recover_note(c, name, value);
}

/* ---- life ---- */

static void recover_timer_fired(void *arg)
{
	recover_step(arg);
}

struct recover *recover_new(const struct recover_seams *seams)
{
	struct recover *c = alloc(sizeof(*c));

	c->s = *seams;
	TAILQ_INIT(&c->walks);
	TAILQ_INIT(&c->unheard);
	c->timer = loop_timer_new(c->s.loop, recover_timer_fired, c);
	recover_step(c);
	return c;
}

void recover_free(struct recover *c)
{
	if (!c)
		return;
	page_free(c);
	mentions_free(c);
	reading_free(c->starting);
	while (!TAILQ_EMPTY(&c->walks))
		walk_free(c, TAILQ_FIRST(&c->walks));
	loop_timer_free(c->timer);
	free(c->owed);
	free(c->emoji_was);
	free(c->place);
	free(c->bot_user);
	c->freed = true;
	if (!c->out)
		free(c);
}

void recover_stop(struct recover *c)
{
	if (c->state != RECOVER_STOPPED)
		recover_move(c, RECOVER_STOPPED);
}

bool recover_quiet(const struct recover *c)
{
	return (c->state == RECOVER_IDLE || c->state == RECOVER_STOPPED) && !c->page && !c->out &&
	       !c->gap_from && TAILQ_EMPTY(&c->walks) && TAILQ_EMPTY(&c->unheard);
}

/* ---- what the program before left ---- */

struct left {			    /* a JOB_READ's, in its arena */
	const char *unread, *emoji; /* metas; NULL: none */
};

static int left_read(struct reads *r, struct job *job)
{
	struct left *left = job->found;
	int rc = r->meta(r, UNREAD_META, &job->arena, &left->unread);

	return rc < 0 ? rc : r->meta(r, EMOJI_META, &job->arena, &left->emoji);
}

/* A mark made with an emoji that means nothing now isn't shown as ours any more; that is no end of it. So it is kept
 * since when the emoji are what they are: "SINCE name name …". */
static void note_emoji(struct recover *c)
{
	const char *was = c->emoji_was, *names = was ? strchr(was, ' ') : NULL;
	struct buf now, all;

	buf_init(&now, 4096);
	buf_init(&all, 4096);
	for (int k = 0; k < CAPTURE_KINDS; k++)
		buf_addf(&now, " %s", c->s.settings->emoji[k] ? c->s.settings->emoji[k] : "-");
	if (names && !strcmp(names, now.s)) {
		c->emoji_since = strtoll(was, NULL, 10);
	} else {
		c->emoji_since = was ? recover_now(c) * US : 0;
		buf_addf(&all, "%" PRId64 "%s", c->emoji_since, now.s);
		recover_note(c, EMOJI_META, all.s);
		free(c->emoji_was);
		c->emoji_was = buf_detach(&all);
	}
	buf_release(&now);
	buf_release(&all);
}

static void recover_begin(struct recover *c)
{
	if (!c->awake || !c->place)
		return;
	note_emoji(c);
	here_look(c);
}

/* What it hadn't read is a gap that lasts until we are connected. One that came while nobody knew of it stands on disk
 * only now: to write it down blindly could have hidden the earlier one. */
static void take_unread(struct recover *c, int64_t unread)
{
	c->noted = unread > 0;
	if (c->noted && (!c->gap_from || unread < c->gap_from))
		c->gap_from = unread;
	if (c->gap_from && c->gap_from != unread)
		recover_note_number(c, UNREAD_META, c->gap_from);
	c->noted = c->gap_from > 0;
}

static void left_known(struct job *job, void *arg)
{
	struct recover *c = arg;
	const struct left *left = job->found;

	if (recover_is_gone(c, job))
		return;
	if (c->state == RECOVER_WAKING && job->rc < 0) {
		log_warning("catch-up", "the store can't be read: %s", store_problem(c->s.store));
		recover_rest(c, NULL, 0);
	} else if (c->state == RECOVER_WAKING) {
		c->awake = true;
		c->tries = 0;
		c->emoji_was = alloc_strdup(left->emoji);
		take_unread(c, left->unread ? strtoll(left->unread, NULL, 10) : 0);
		recover_move(c, RECOVER_IDLE);
		recover_begin(c);
		recover_step(c);
	}
	job_free(job);
}

static void recover_wake(struct recover *c)
{
	struct job *job = job_new(JOB_READ);

	recover_move(c, RECOVER_WAKING);
	job->found = arena_alloc(&job->arena, sizeof(struct left));
	job->read = left_read;
	recover_submit(c, job, left_known, c);
}

/* ---- gaps ---- */

void recover_gap(struct recover *c, int64_t from_ms, int64_t to_ms)
{
	if (from_ms <= 0 || to_ms < from_ms)
		return;
	if (!c->gap_from || from_ms < c->gap_from)
		c->gap_from = from_ms;
	if (to_ms > c->gap_to)
		c->gap_to = to_ms;
	if (c->awake && !c->noted) {
		recover_note_number(c, UNREAD_META, c->gap_from);
		c->noted = true;
	}
	loop_timer_set(c->timer, 0);
}

void recover_identity(struct recover *c, const char *place, const char *bot_user)
{
	free(c->place);
	free(c->bot_user);
	c->place = alloc_strdup(place);
	c->bot_user = alloc_strdup(bot_user);
	recover_begin(c);
	loop_timer_set(c->timer, 0);
}

void recover_look(struct recover *c, bool nodes)
{
	if (c->state == RECOVER_STOPPED || !c->awake || !c->place)
		return;
	if (nodes)
		here_look(c);
	if (sweep_is_due(c))
		loop_timer_set(c->timer, 0);
}

/* ---- whose turn it is ---- */

static void walk_over(struct recover *c, struct walk *w)
{
	before_save(c, w);
	if (w->reading->walks == 1)
		reading_over(c, w->reading);
	walk_free(c, w);
}

/* The walk with the most urgent work; those that are over leave. NULL: there is none. */
static struct walk *next_walk(struct recover *c)
{
	struct walk *w, *next, *first = NULL;

	for (w = TAILQ_FIRST(&c->walks); w; w = next) {
		next = TAILQ_NEXT(w, link);
		if (walk_level(w) == LEVEL_OVER)
			walk_over(c, w);
		else if (!first || walk_level(w) < walk_level(first))
			first = w;
	}
	return first;
}

/* What was missed is read at once; the sweep goes with it, or is owed. */
static void start_gap(struct recover *c)
{
	struct reading *r = reading_new(c->gap_from, c->gap_to);

	r->owed = true;
	c->gap_from = c->gap_to = 0;
	reading_start(c, r);
}

/* Nothing is left to be read; a sweep may be owed. */
static void recover_settle(struct recover *c)
{
	int64_t in = sweep_next_ms(c) - recover_now(c);

	if (c->noted)
		recover_note(c, UNREAD_META, NULL);
	c->noted = false;
	if (c->n_owed)
		loop_timer_set(c->timer, in > REST_MS ? in : REST_MS);
}

static void recover_choose(struct recover *c)
{
	struct walk *w = next_walk(c);
	bool busy = w && walk_level(w) == LEVEL_NEWS;

	if (mention_is_next(c))
		mention_hear(c);
	else if (c->gap_from && c->gap_to && !busy && c->readings < READINGS_MOST)
		start_gap(c);
	else if (w)
		walk_call(c, w);
	else if (sweep_is_due(c))
		reading_start(c, sweep_reading(c));
	else if (!c->gap_from)
		recover_settle(c);
}

void recover_rest(struct recover *c, struct walk *w, int64_t least_ms)
{
	int64_t rest = (int64_t)REST_MS << (c->tries < 6 ? c->tries : 6);

	if (rest > REST_MOST_MS)
		rest = REST_MOST_MS;
	if (rest < least_ms)
		rest = least_ms;
	c->tries++;
	c->not_before = loop_now_ms() + rest;
	loop_timer_set(c->timer, rest);
	recover_move(c, RECOVER_RESTING);
	if (w)
		walk_last(c, w); /* it may be this channel's alone */
}

void recover_step(struct recover *c)
{
	if (c->here.again && c->state != RECOVER_STOPPED)
		here_look(c);
	if (c->state == RECOVER_RESTING && c->not_before > loop_now_ms())
		loop_timer_set(c->timer, c->not_before - loop_now_ms());
	else if (c->state == RECOVER_RESTING)
		recover_move(c, RECOVER_IDLE);
	if (c->state == RECOVER_COMPARING)
		page_compare(c);
	if (c->state != RECOVER_IDLE)
		return;
	if (!c->awake)
		recover_wake(c);
	else if (c->place)
		recover_choose(c);
}
