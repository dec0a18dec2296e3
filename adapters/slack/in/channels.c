#include "adapters/slack/in/channels.h"

#include "adapters/log/log.h"
#include "adapters/slack/in/ask.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

struct channels {
	struct router_seams s;
	struct ask *ask; /* by a channel's ref, or, for all groups of a place, "T024BE7LD/" */
	bool stopping;
};

static void channels_call(struct question *q);

struct channels *channels_new(const struct router_seams *seams, const struct gap_count *gaps)
{
	struct channels *p = alloc(sizeof(*p));
	const struct ask_calls calls = { .call = channels_call, .arg = p };

	p->s = *seams;
	p->ask = ask_new(seams, gaps, &calls);
	return p;
}

void channels_free(struct channels *p)
{
	if (!p)
		return;
	ask_free(p->ask);
	free(p);
}

/* ---- what Slack says ---- */

struct job *channels_job(const char *channel, const char *name)
{
	struct job *job = job_new(JOB_CHANNEL);

	job->channel.ref = arena_strdup(&job->arena, channel);
	job->channel.name = arena_strdup(&job->arena, name);
	return job;
}

static void channel_told(const struct web_result *r, void *arg)
{
	const char *name = json_str(r->json, "channel.name");
	struct question *q = arg;
	struct job *job;

	if (r->end == WEB_OK && name) {
		job = channels_job(q->ref, name);
		job->channel.private_ = json_true(r->json, "channel.is_private");
		question_answered(q, job, true);
		return;
	}
	log_info(q->ref, "conversations.info: %s", r->error ? web_error_says(r->error) : "no name");
	question_over(q, r);
}

static void group_named(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

static void groups_keep(struct channels *p, const char *place, const cJSON *groups)
{
	const cJSON *group;
	struct job *job;
	struct arena a;

	arena_init(&a);
	cJSON_ArrayForEach(group, groups) {
		const char *id = json_str(group, "id"), *handle = json_str(group, "handle");

		if (!id || !handle)
			continue;
		job = channels_job(arena_printf(&a, "%s%s", place, id), handle);
		job->done = group_named;
		p->s.submit(job, p->s.arg);
	}
	arena_release(&a);
}

static void groups_told(const struct web_result *r, void *arg)
{
	struct question *q = arg;

	groups_keep(q->arg, q->ref, json_at(r->json, "usergroups"));
	question_over(q, r);
}

/* ---- asking ---- */

/* Slack tells of all groups at once. */
static void channels_call(struct question *q)
{
	struct channels *p = q->arg;
	const struct web_param none[] = { { NULL, NULL } };
	const struct web_param params[] = { { "channel", ref_id(q->ref) }, { NULL, NULL } };

	if (*ref_id(q->ref))
		web_call(p->s.web, WEB_CONVERSATIONS_INFO, NULL, params, channel_told, q);
	else
		web_call(p->s.web, WEB_USERGROUPS_LIST, NULL, none, groups_told, q);
}

void channels_meet(struct channels *p, enum text_kind kind, const char *ref)
{
	size_t place = kind == TEXT_GROUP ? (size_t)(ref_id(ref) - ref) : strlen(ref);
	struct arena a;

	arena_init(&a);
	ask_anew(p->ask, arena_strndup(&a, ref, place));
	arena_release(&a);
}

bool channels_named(struct reads *r, enum text_kind kind, const char *ref)
{
	struct names *names = &r->rows->names;

	return names->name(names, kind, ref, strlen(ref));
}

/* ---- waiting ---- */

struct nameless { /* a JOB_READ's: a channel that may have no name yet, and who waits for it */
	struct channels *channels;
	const char *ref;
	bool named;
	void (*go_on)(void *arg);
	void *arg;
};

static int nameless_read(struct reads *r, struct job *job)
{
	struct nameless *n = job->found;

	n->named = channels_named(r, TEXT_CHANNEL, n->ref);
	return 0;
}

static void nameless_looked(struct job *job, void *arg)
{
	struct nameless *n = job->found;
	struct question *q = n->named ? NULL : ask_anew(n->channels->ask, n->ref);

	(void)arg;
	if (q && question_under_way(q) && !n->channels->stopping)
		question_wait(q, n->go_on, n->arg);
	else
		n->go_on(n->arg);
	job_free(job);
}

void channels_wait(struct channels *p, const char *channel, void (*go_on)(void *arg), void *arg)
{
	struct job *job = job_new(JOB_READ);
	struct nameless *n = arena_alloc(&job->arena, sizeof(*n));

	*n = (struct nameless){
		.channels = p,
		.ref = arena_strdup(&job->arena, channel),
		.go_on = go_on,
		.arg = arg,
	};
	job->found = n;
	job->read = nameless_read;
	job->done = nameless_looked;
	p->s.submit(job, p->s.arg);
}

void channels_stop(struct channels *p)
{
	p->stopping = true;
	ask_stop(p->ask);
}
