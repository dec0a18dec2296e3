#include "adapters/slack/in/gap_count.h"

static int gaps_read(struct reads *r, struct job *job)
{
	int64_t *gaps = job->found;

	*gaps = r->gaps(r);
	return *gaps > 0 ? 0 : STORE_FAULT;
}

static struct job *gaps_job(struct gap_count *g, enum job_kind kind,
			    void (*done)(struct job *job, void *arg))
{
	struct job *job = job_new(kind);

	job->found = arena_alloc(&job->arena, sizeof(int64_t));
	job->read = gaps_read;
	job->done = done;
	job->arg = g;
	return job;
}

static void gaps_known(struct gap_count *g, const struct job *job)
{
	if (job->rc == 0)
		g->known = *(const int64_t *)job->found;
}

static void gaps_were_read(struct job *job, void *arg)
{
	struct gap_count *g = arg;

	g->reading = false;
	gaps_known(g, job);
	job_free(job);
}

void gap_count_read(struct gap_count *g)
{
	if (g->reading || g->known)
		return;
	g->reading = true;
	g->submit(gaps_job(g, JOB_READ, gaps_were_read), g->submit_arg);
}

static void gap_saved(struct job *job, void *arg)
{
	struct gap_count *g = arg;

	g->ahead--;
	gaps_known(g, job);
	job_free(job);
	g->raised(g->arg);
}

void gap_count_raise(struct gap_count *g)
{
	g->ahead++;
	g->submit(gaps_job(g, JOB_GAP, gap_saved), g->submit_arg);
}
