#include "store.h"

#include <stdlib.h>

struct job *job_new(enum job_kind kind)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		buf_oom();
	job->kind = kind;
	arena_init(&job->arena);
	return job;
}

void job_free(struct job *job)
{
	if (!job)
		return;
	arena_release(&job->arena);
	free(job);
}
