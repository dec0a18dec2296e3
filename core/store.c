#include "core/store.h"

#include "core/base/alloc.h"

#include <stdlib.h>

struct job *job_new(enum job_kind kind)
{
	struct job *job = alloc(sizeof(*job));

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
