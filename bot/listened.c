#include "listened.h"

#include <inttypes.h>
#include <stdlib.h>

#define META "listened_until"
#define BATCH_MS 5000
#define QUIET_MS 60000

struct listened {
	struct listened_seams s;
	struct loop_timer *timer;
	bool listening;
	int64_t noted;		/* wall clock */
	int64_t unsaved_from;	/* since when nothing can be written, 0 it can: events are left to Slack */
};

static void saved(struct job *job, void *arg)
{
	struct listened *l = arg;
	int64_t now = l->s.clock->now_ms(l->s.clock);

	if (job->rc < 0 && !l->unsaved_from) {
		l->unsaved_from = now;
	} else if (job->rc == 0 && l->unsaved_from) {
		l->s.gap(l->unsaved_from, now, l->s.arg);
		l->unsaved_from = 0;
	}
	job_free(job);
}

static void note(struct listened *l)
{
	struct job *job = job_new(JOB_META);

	l->noted = l->s.clock->now_ms(l->s.clock);
	job->name = META;
	job->value = arena_printf(&job->arena, "%" PRId64, l->noted);
	job->done = saved;
	job->arg = l;
	loop_timer_set(l->timer, QUIET_MS);
	l->s.submit(job, l->s.arg);
}

static void timer_fired(void *arg)
{
	struct listened *l = arg;

	if (l->listening)
		note(l);
}

struct listened *listened_new(const struct listened_seams *seams)
{
	struct listened *l = calloc(1, sizeof(*l));

	if (!l)
		buf_oom();
	l->s = *seams;
	l->timer = loop_timer_new(l->s.loop, timer_fired, l);
	return l;
}

void listened_free(struct listened *l)
{
	if (!l)
		return;
	loop_timer_free(l->timer);
	free(l);
}

static int64_t last_time(struct listened *l)
{
	const char *value;
	struct arena a;
	int64_t ms = 0;

	arena_init(&a);
	if (store_meta(l->s.store, META, &a, &value) > 0)
		ms = strtoll(value, NULL, 10);
	arena_release(&a);
	return ms;
}

void listened_ready(struct listened *l, int64_t gap_ms)
{
	int64_t now = l->s.clock->now_ms(l->s.clock);
	int64_t from = gap_ms < 0 ? last_time(l) : gap_ms ? now - gap_ms : 0;

	if (from > 0)
		l->s.gap(from < now ? from : now, now, l->s.arg);
	l->listening = true;
	note(l);
}

void listened_down(struct listened *l)
{
	if (l->listening)
		note(l);
	l->listening = false;
}

void listened_batch(struct listened *l)
{
	int64_t since = l->s.clock->now_ms(l->s.clock) - l->noted;

	if (l->listening && (l->unsaved_from || since >= BATCH_MS || since < 0))
		note(l);
}
