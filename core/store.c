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

/* Card and report show all of a Node; the topic its own row and the moments of its markers; the short card summary
 * and impact besides. */
static unsigned posts_changed_in(enum table t)
{
	const unsigned most = 1u << POST_CARD | 1u << POST_REPORT;

	switch (t) {
	case TABLE_NODE:
	case TABLE_MARKER:
		return most | 1u << POST_SHORT | 1u << POST_TOPIC;
	case TABLE_SUMMARY:
	case TABLE_IMPACT:
		return most | 1u << POST_SHORT;
	default:
		return most;
	}
}

unsigned posts_changed_by(const struct change *c)
{
	unsigned posts = 0;

	for (size_t i = 0; i < c->count; i++)
		posts |= posts_changed_in(c->effects[i].table);
	return posts;
}
