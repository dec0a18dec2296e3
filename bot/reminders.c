#include "bot/reminders.h"

#include "adapters/log/log.h"
#include "adapters/loop/alarm.h"
#include "core/base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>

#define SPREAD_STEPS 60 /* a second each */
#define STEP_MS 1000
#define MOST 64	      /* of one step */
#define REST_MS 60000 /* after a fault */

/* Each goes through all Nodes, a job at a time. */
enum walk { WALK_CLOCK, WALK_SETTINGS, WALKS };
static const enum job_kind walk_jobs[WALKS] = { JOB_CLOCK, JOB_SETTINGS };

struct reminders {
	struct reminders_seams s;
	struct alarm *alarm;
	struct loop_timer *step;
	bool looking; /* a job is under way */
	bool again;   /* … and something has changed since */
	bool stopping;
	bool failed;  /* one of this step's intents */
	int64_t each; /* so many a step; 0: nothing is late */
	int deciding; /* intents under way */
	int64_t seen; /* the latest moment that was looked at; 0: none */
	/* Before anything is said, what is due is reckoned anew: the clock was set back, or may have been before the start;
	 * the settings have changed. Where the next job of each goes on; -1: nowhere. */
	bool settings_again; /* they have changed while a walk was under way */
	int64_t walks[WALKS];
	bool walk_all; /* CLOCK: it was set back */
};

/* The one that is to go on; WALKS: none. */
static enum walk walk_next(const struct reminders *r)
{
	int w = 0;

	while (w < WALKS && r->walks[w] < 0)
		w++;
	return (enum walk)w;
}

/* ---- looking ---- */

struct first { /* JOB_READ; in the job's arena */
	int64_t now, late, each;
	struct due due[MOST];
	int n;
};

/* So many a step that it takes a minute. */
static int64_t each_of(int64_t late)
{
	return (late + SPREAD_STEPS - 1) / SPREAD_STEPS;
}

static int first_read(struct reads *r, struct job *job)
{
	struct first *f = job->found;
	int64_t most;

	f->n = r->due(r, f->due, 1);
	if (f->n <= 0 || f->due[0].at > f->now)
		return f->n;
	f->late = r->due_count(r, f->now);
	if (f->late < 0)
		return (int)f->late;
	most = f->each > each_of(f->late) ? f->each : each_of(f->late);
	if (most > MOST)
		most = MOST;
	f->each = most;
	f->n = r->due(r, f->due, (int)most);
	return f->n;
}

static void due_decided(struct job *job, void *arg);

/* `now` is the moment that was looked at: whatever the clock is set to meanwhile, it was due then. */
static void due_submit(struct reminders *r, const struct due *due, int64_t now)
{
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){ .kind = INTENT_DUE,
				       .via = VIA_BOT,
				       .who = REF_BOT,
				       .now_ms = now,
				       .received_ms = now,
				       .due = *due };
	job->done = due_decided;
	job->arg = r;
	r->deciding++;
	r->s.submit(job, r->s.arg);
}

static void first_known(struct job *job, void *arg)
{
	const struct first *f = job->found;
	struct reminders *r = arg;
	bool failed = job->rc < 0;

	r->looking = false;
	if (!r->stopping && failed) {
		log_warning("reminders", "what is due can't be read");
		loop_timer_set(r->step, REST_MS);
	} else if (!r->stopping && r->again) {
		r->again = false;
		reminders_look(r);
	} else if (!r->stopping) {
		r->each = f->late ? f->each : 0;
		alarm_set(r->alarm, !f->late && f->n ? f->due[0].at : 0);
		for (int i = 0; f->late && i < f->n && f->due[i].at <= f->now; i++)
			due_submit(r, &f->due[i], f->now);
		if (walk_next(r) != WALKS && !r->deciding)
			loop_timer_set(r->step, REST_MS);
	}
	job_free(job);
}

/* A clock that is less behind may be right again before long (due.h). */
static void reminders_clock(struct reminders *r, int64_t now)
{
	if (now < r->seen - DUE_AHEAD_MS) {
		log_info("reminders", "the clock was set back; reminders are computed again");
		r->walks[WALK_CLOCK] = 0;
		r->walk_all = true;
		r->seen = now;
	}
	if (now > r->seen)
		r->seen = now;
}

static void first_submit(struct reminders *r, int64_t now)
{
	struct job *job = job_new(JOB_READ);
	struct first *f = arena_alloc(&job->arena, sizeof(*f));

	*f = (struct first){ .now = now, .each = r->each };
	job->found = f;
	job->read = first_read;
	job->done = first_known;
	job->arg = r;
	r->s.submit(job, r->s.arg);
}

static void look(struct reminders *r);

/* What failed is tried again from where it was, and keeps nobody waiting for what is due. */
static void walked(struct job *job, void *arg)
{
	struct reminders *r = arg;

	r->looking = false;
	if (!r->stopping && job->rc < 0) {
		log_warning("reminders", "reminders can't be computed again");
		r->failed = true;
		r->looking = true;
		first_submit(r, job->walk.now);
	} else if (!r->stopping) {
		r->walks[job->kind == JOB_CLOCK ? WALK_CLOCK : WALK_SETTINGS] = job->walk.next;
		if (r->settings_again)
			r->walks[WALK_SETTINGS] = 0;
		r->settings_again = false;
		look(r);
	}
	job_free(job);
}

static void walk_submit(struct reminders *r, enum walk w, int64_t now)
{
	struct job *job = job_new(walk_jobs[w]);

	job->walk.now = now;
	job->walk.back = r->walk_all;
	job->walk.after = r->walks[w];
	job->done = walked;
	job->arg = r;
	r->s.submit(job, r->s.arg);
}

static void look(struct reminders *r)
{
	int64_t now = r->s.clock->now_ms(r->s.clock);
	enum walk w;

	reminders_clock(r, now);
	r->looking = true;
	w = walk_next(r);
	if (w == WALKS)
		first_submit(r, now);
	else
		walk_submit(r, w, now);
}

/* Between two steps nothing is looked at: the next one does. */
void reminders_look(struct reminders *r)
{
	if (r->stopping || r->deciding || loop_timer_armed(r->step))
		return;
	if (r->looking)
		r->again = true;
	else
		look(r);
}

void reminders_settings(struct reminders *r)
{
	r->walks[WALK_SETTINGS] = 0;
	r->settings_again = r->looking;
	reminders_look(r);
}

/* ---- deciding ---- */

static void due_decided(struct job *job, void *arg)
{
	struct reminders *r = arg;

	r->failed |= job->rc < 0;
	if (job->rc < 0)
		log_warning("reminders", "%s%s%s: can't be decided", job->intent.due.node,
			    *job->intent.due.node ? " " : "", due_rows[job->intent.due.kind].name);
	job_free(job);
	if (--r->deciding || r->stopping)
		return;
	/* What can't be decided stays the first: the next step looks past it. */
	if (r->failed && r->each < MOST)
		r->each = 2 * r->each + 1;
	loop_timer_set(r->step, r->failed ? REST_MS : r->s.at_once ? 0 : STEP_MS);
	r->failed = false;
}

static void next_step(void *arg)
{
	struct reminders *r = arg;

	if (!r->stopping && !r->looking)
		look(r);
}

/* ---- life ---- */

static int64_t told_now(void *arg)
{
	struct reminders *r = arg;

	return r->s.clock->now_ms(r->s.clock);
}

static void alarm_rang(void *arg)
{
	reminders_look(arg);
}

struct reminders *reminders_new(const struct reminders_seams *seams)
{
	struct reminders *r = alloc(sizeof(*r));

	r->s = *seams;
	r->walks[WALK_SETTINGS] = -1; /* by these the store was opened */
	r->alarm = alarm_new(r->s.loop, r->s.told ? told_now : NULL, alarm_rang, r);
	r->step = loop_timer_new(r->s.loop, next_step, r);
	return r;
}

void reminders_free(struct reminders *r)
{
	if (!r)
		return;
	alarm_free(r->alarm);
	loop_timer_free(r->step);
	free(r);
}

void reminders_stop(struct reminders *r)
{
	r->stopping = true;
	alarm_set(r->alarm, 0);
	loop_timer_set(r->step, -1);
}
