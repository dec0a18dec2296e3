#include "adapters/slack/recover/gap.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>

#define META "listened_until"
#define BATCH_MS 5000
#define QUIET_MS 60000
#define STALL_MS \
	30000	    /* a loop that is so much late was stopped; nobody heard what came meanwhile */
#define NAP_MS 1000 /* between two clocks that are read one after the other */

struct gap {
	struct gap_seams s;
	struct loop_timer *timer;
	bool listening;
	bool connected;
	bool last_known;
	int64_t last;	  /* until when it was listened before this start; 0: never */
	int64_t first_ms; /* when the first connection was there, while `last` isn't known; else 0 */
	int64_t noted;	  /* wall clock */
	int64_t awake_ms,
		awake_boot_ms; /* the last moment that is sure: monotonic, and with sleep */
	int64_t down_boot_ms;  /* since when no connection is there */
	int64_t unsaved_from; /* since when nothing can be written, 0 it can: Slack sends the events again */
};

static void gap_saved_one(struct job *job, void *arg)
{
	struct gap *l = arg;
	int64_t now = l->s.clock->now_ms(l->s.clock);

	if (job->rc < 0 && !l->unsaved_from) {
		log_error("store", "events can't be saved; Slack will send them again: %s",
			  store_problem(l->s.store));
		l->unsaved_from = now;
	} else if (job->rc == 0 && l->unsaved_from) {
		log_info("store",
			 "events can be saved again; reading what came in the last %" PRId64 " s",
			 (now - l->unsaved_from) / MS_SECOND);
		l->s.gap(l->unsaved_from, now, l->s.arg);
		l->unsaved_from = 0;
	}
	job_free(job);
}

/* Before anything is noted: nothing came since the last such moment if the machine slept, or we did. */
static void look_at_clocks(struct gap *l)
{
	int64_t awake = loop_now_ms(), boot = l->s.boot_ms(), now = l->s.clock->now_ms(l->s.clock);
	int64_t passed = boot - l->awake_boot_ms, slept = passed - (awake - l->awake_ms);

	l->awake_ms = awake;
	l->awake_boot_ms = boot;
	if (!l->listening || (slept < NAP_MS && passed < QUIET_MS + STALL_MS))
		return;
	log_info("slack", "no events for %" PRId64 " s: this machine slept, or the bot was stopped",
		 passed / MS_SECOND);
	l->s.gap(now - passed, now, l->s.arg);
}

static void gap_note(struct gap *l)
{
	struct job *job = job_new(JOB_META);

	look_at_clocks(l);
	l->noted = l->s.clock->now_ms(l->s.clock);
	job->meta.name = META;
	job->meta.value = arena_printf(&job->arena, "%" PRId64, l->noted);
	job->done = gap_saved_one;
	job->arg = l;
	loop_timer_set(l->timer, QUIET_MS);
	l->s.submit(job, l->s.arg);
}

static void gap_timer_fired(void *arg)
{
	struct gap *l = arg;

	if (l->listening)
		gap_note(l);
}

static void look_for_last(struct gap *l);

struct gap *gap_new(const struct gap_seams *seams)
{
	struct gap *l = alloc(sizeof(*l));

	l->s = *seams;
	l->timer = loop_timer_new(l->s.loop, gap_timer_fired, l);
	look_for_last(l);
	return l;
}

void gap_free(struct gap *l)
{
	if (!l)
		return;
	loop_timer_free(l->timer);
	free(l);
}

static void gap_begin(struct gap *l)
{
	gap_note(l);
	l->listening = true;
}

static int last_read(struct reads *r, struct job *job)
{
	const char *last = NULL;
	int rc = r->meta(r, META, &job->arena, &last);

	job->found = arena_strdup(&job->arena, last);
	return rc;
}

/* The first connection: away since whoever ran before listened last. */
static void gap_first(struct gap *l)
{
	int64_t now = l->first_ms, from = l->last;

	l->first_ms = 0;
	if (from > 0)
		l->s.gap(from < now ? from : now, now, l->s.arg);
	if (l->connected)
		gap_begin(l);
}

static void last_known(struct job *job, void *arg)
{
	struct gap *l = arg;

	l->last = job->rc == 0 && job->found ? strtoll(job->found, NULL, 10) : 0;
	l->last_known = true;
	job_free(job);
	if (l->first_ms)
		gap_first(l);
}

/* Asked at once, so that it is known when the connection is there: what is asked of Slack then counts as of after the
 * gap. */
static void look_for_last(struct gap *l)
{
	struct job *job = job_new(JOB_READ);

	job->read = last_read;
	job->done = last_known;
	job->arg = l;
	l->s.submit(job, l->s.arg);
}

void gap_ready(struct gap *l, int64_t gap_ms)
{
	int64_t now = l->s.clock->now_ms(l->s.clock), away = l->s.boot_ms() - l->down_boot_ms;

	l->connected = true;
	if (gap_ms < 0) {
		l->first_ms = now;
		if (l->last_known)
			gap_first(l);
		return;
	}
	if (gap_ms > 0)
		l->s.gap(now - (away > gap_ms ? away : gap_ms), now, l->s.arg);
	gap_begin(l);
}

void gap_down(struct gap *l)
{
	if (l->listening)
		gap_note(l);
	l->listening = l->connected = false;
	l->down_boot_ms = l->s.boot_ms();
}

void gap_batch(struct gap *l)
{
	int64_t since = l->s.clock->now_ms(l->s.clock) - l->noted;

	look_at_clocks(l);
	if (l->listening && (l->unsaved_from || since >= BATCH_MS || since < 0))
		gap_note(l);
}
