#include "tests/support/far_store.h"

#include "adapters/sqlite/sqlite_store.h"
#include "core/base/alloc.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct trip { /* a job on its way there and back */
	struct trip *next;
	struct far_store *far;
	struct job *job;
	void (*done)(struct job *job, void *arg);
	void *arg;
};

struct trips {
	struct trip *first, **end;
};

struct news { /* what came of some jobs */
	struct trips trips;
	unsigned stirred;
	char *problem; /* the last one; NULL: there was none */
};

struct far_store {
	struct store store;
	struct store *near;
	struct store_seams seams; /* of whoever opened it */
	int out;		  /* submitted and not handed back */
	char *problem;		  /* as of what was handed back last */
	struct news running;	  /* of whoever runs the near store */
	/* Under the lock: */
	struct trips going;
	struct news back;
	bool busy, ending;
	bool threaded;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t moved; /* something is going, or has come back */
};

static struct far_store *far_of(const struct store *s)
{
	return (struct far_store *)(uintptr_t)s; /* its first member */
}

/* ---- trips ---- */

static void trips_init(struct trips *t)
{
	t->first = NULL;
	t->end = &t->first;
}

static void trips_add(struct trips *t, struct trip *trips)
{
	*t->end = trips;
	while (*t->end)
		t->end = &(*t->end)->next;
}

static struct trip *trips_take(struct trips *t)
{
	struct trip *first = t->first;

	trips_init(t);
	return first;
}

static void news_init(struct news *n)
{
	*n = (struct news){ .stirred = 0 };
	trips_init(&n->trips);
}

static void news_add(struct news *to, struct news *from)
{
	trips_add(&to->trips, trips_take(&from->trips));
	to->stirred |= from->stirred;
	if (from->problem) {
		free(to->problem);
		to->problem = from->problem;
	}
	news_init(from);
}

/* ---- the near store, run by one at a time ---- */

static void came_back(struct job *job, void *arg)
{
	struct trip *trip = arg;

	(void)job;
	trip->next = NULL;
	trips_add(&trip->far->running.trips, trip);
}

static void near_stirred(unsigned what, void *arg)
{
	struct far_store *far = arg;

	far->running.stirred |= what;
}

static void run_near(struct far_store *far, struct trip *trips)
{
	const char *problem;
	struct trip *next;

	for (struct trip *trip = trips; trip; trip = next) {
		next = trip->next;
		trip->job->next = NULL;
		trip->job->done = came_back;
		trip->job->arg = trip;
		store_submit(far->near, trip->job);
	}
	while (store_waits(far->near))
		store_turn(far->near);
	problem = store_problem(far->near);
	if (problem && *problem)
		far->running.problem = alloc_strdup(problem);
}

static void *thread_run(void *arg)
{
	struct far_store *far = arg;
	struct trip *trips;

	pthread_mutex_lock(&far->lock);
	while (!far->ending) {
		trips = trips_take(&far->going);
		if (!trips) {
			pthread_cond_wait(&far->moved, &far->lock);
			continue;
		}
		far->busy = true;
		pthread_mutex_unlock(&far->lock);
		run_near(far, trips);
		pthread_mutex_lock(&far->lock);
		far->busy = false;
		news_add(&far->back, &far->running);
		pthread_cond_broadcast(&far->moved);
		/* Under the lock: whoever takes what came back knows that nobody will wake them for it. */
		if (far->seams.wake)
			far->seams.wake(far->seams.arg);
	}
	pthread_mutex_unlock(&far->lock);
	return NULL;
}

/* The lock is held. Afterwards the thread has nothing to do, until something is submitted. */
static void wait_for_thread(struct far_store *far)
{
	while (far->threaded && (far->busy || far->going.first))
		pthread_cond_wait(&far->moved, &far->lock);
}

/* ---- the seam ---- */

static void far_submit(struct store *s, struct job *jobs)
{
	struct far_store *far = far_of(s);
	struct job *next;
	struct trip *trip;

	pthread_mutex_lock(&far->lock);
	for (struct job *job = jobs; job; job = next) {
		next = job->next;
		trip = alloc(sizeof(*trip));
		*trip = (struct trip){ NULL, far, job, job->done, job->arg };
		trips_add(&far->going, trip);
		far->out++;
	}
	pthread_cond_broadcast(&far->moved);
	pthread_mutex_unlock(&far->lock);
	if (!far->threaded && far->seams.wake)
		far->seams.wake(far->seams.arg);
}

static bool hand_back(struct far_store *far, struct news *news)
{
	struct trip *first = trips_take(&news->trips), *next;

	if (news->problem) {
		free(far->problem);
		far->problem = news->problem;
	}
	for (struct trip *trip = first; trip; trip = next) {
		next = trip->next;
		far->out--;
		trip->job->done = trip->done;
		trip->job->arg = trip->arg;
		if (trip->done)
			trip->done(trip->job, trip->arg);
		free(trip);
	}
	if (news->stirred && far->seams.stirred)
		far->seams.stirred(news->stirred, far->seams.arg);
	return first;
}

static bool thread_turn(struct store *s)
{
	struct far_store *far = far_of(s);
	struct news news;

	news_init(&news);
	pthread_mutex_lock(&far->lock);
	if (!far->seams.wake)
		wait_for_thread(far);
	news_add(&news, &far->back);
	pthread_mutex_unlock(&far->lock);
	return hand_back(far, &news);
}

/* What came back in the last turn is handed back; what was submitted before this one is run. */
static bool late_turn(struct store *s)
{
	struct far_store *far = far_of(s);
	struct trip *going = trips_take(&far->going);
	struct news news;
	bool some;

	news_init(&news);
	news_add(&news, &far->back);
	some = hand_back(far, &news);
	if (!going)
		return some;
	run_near(far, going);
	news_add(&far->back, &far->running);
	if (far->seams.wake)
		far->seams.wake(far->seams.arg);
	return true;
}

static bool far_waits(const struct store *s)
{
	return far_of(s)->out > 0;
}

static int far_idle(struct store *s)
{
	struct far_store *far = far_of(s);
	int rc;

	pthread_mutex_lock(&far->lock);
	wait_for_thread(far);
	rc = store_idle(far->near);
	pthread_mutex_unlock(&far->lock);
	return rc;
}

static const char *far_problem(struct store *s)
{
	const char *problem = far_of(s)->problem;

	return problem ? problem : "";
}

static void far_close(struct store *s)
{
	struct far_store *far = far_of(s);

	if (far->threaded) {
		pthread_mutex_lock(&far->lock);
		far->ending = true;
		pthread_cond_broadcast(&far->moved);
		pthread_mutex_unlock(&far->lock);
		pthread_join(far->thread, NULL);
	}
	store_close(far->near);
	pthread_cond_destroy(&far->moved);
	pthread_mutex_destroy(&far->lock);
	free(far->back.problem);
	free(far->problem);
	free(far);
}

/* ---- opening ---- */

static const struct store_ops late_ops = {
	.submit = far_submit,
	.turn = late_turn,
	.waits = far_waits,
	.idle = far_idle,
	.close = far_close,
	.problem = far_problem,
};

static const struct store_ops thread_ops = {
	.submit = far_submit,
	.turn = thread_turn,
	.waits = far_waits,
	.idle = far_idle,
	.close = far_close,
	.problem = far_problem,
};

static int far_open(struct far_store **out, const struct store_ops *ops, const char *path,
		    enum store_mode mode, const struct store_seams *seams, struct buf *why)
{
	struct far_store *far = alloc(sizeof(*far));
	struct store_seams near = *seams;
	int rc;

	far->store.ops = ops;
	far->seams = *seams;
	trips_init(&far->going);
	news_init(&far->back);
	news_init(&far->running);
	near.wake = NULL;
	near.stirred = near_stirred;
	near.arg = far;
	rc = sqlite_store_open(&far->near, path, mode, &near, why);
	if (rc) {
		free(far);
		return rc;
	}
	pthread_mutex_init(&far->lock, NULL);
	pthread_cond_init(&far->moved, NULL);
	*out = far;
	return 0;
}

int late_store_open(struct store **s, const char *path, enum store_mode mode,
		    const struct store_seams *seams, struct buf *why)
{
	struct far_store *far = NULL;
	int rc = far_open(&far, &late_ops, path, mode, seams, why);

	*s = rc ? NULL : &far->store;
	return rc;
}

/* Signals are for the loop. */
static void thread_start(struct far_store *far)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	far->threaded = true;
	if (pthread_create(&far->thread, NULL, thread_run, far))
		abort();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int thread_store_open(struct store **s, const char *path, enum store_mode mode,
		      const struct store_seams *seams, struct buf *why)
{
	struct far_store *far = NULL;
	int rc = far_open(&far, &thread_ops, path, mode, seams, why);

	*s = rc ? NULL : &far->store;
	if (!rc)
		thread_start(far);
	return rc;
}
