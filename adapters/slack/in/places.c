#include "adapters/slack/in/places.h"

#include "adapters/log/log.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define PATIENCE_MS 1500
#define ASKED_MOST 64		/* questions under way or not yet forgotten */
#define ASK_AGAIN_MS 600000	/* what Slack would not tell is asked for again after this */

struct waiter {
	STAILQ_ENTRY(waiter) link;
	void (*go_on)(void *arg);
	void *arg;
};

struct asked {			/* what we have asked Slack about: a channel, or ("T024BE7LD/") all groups of a place */
	LIST_ENTRY(asked) link;
	struct places *places;
	char *ref;
	bool under_way;		/* and it is worth waiting for the answer */
	bool told;		/* Slack has answered, or could not: nothing points here any more */
	int64_t at;
	struct loop_timer *patience;
	STAILQ_HEAD(, waiter) waiters;
};

struct places {
	struct front_seams s;
	LIST_HEAD(, asked) asked;
	int count;
	bool stopping;
};

struct places *places_new(const struct front_seams *seams)
{
	struct places *p = calloc(1, sizeof(*p));

	if (!p)
		buf_oom();
	p->s = *seams;
	LIST_INIT(&p->asked);
	return p;
}

static void asked_free(struct asked *q)
{
	struct waiter *w;

	while ((w = STAILQ_FIRST(&q->waiters))) {
		STAILQ_REMOVE_HEAD(&q->waiters, link);
		free(w);
	}
	loop_timer_free(q->patience);
	LIST_REMOVE(q, link);
	q->places->count--;
	free(q->ref);
	free(q);
}

void places_free(struct places *p)
{
	if (!p)
		return;
	while (!LIST_EMPTY(&p->asked))
		asked_free(LIST_FIRST(&p->asked));
	free(p);
}

/* ---- what Slack says ---- */

static void release(struct asked *q)
{
	struct waiter *w;

	q->under_way = false;
	loop_timer_set(q->patience, -1);
	while ((w = STAILQ_FIRST(&q->waiters))) {
		STAILQ_REMOVE_HEAD(&q->waiters, link);
		w->go_on(w->arg);
		free(w);
	}
}

static void out_of_patience(void *arg)
{
	release(arg);
}

static struct job *name_job(const char *ref, const char *name)
{
	struct job *job = job_new(JOB_CHANNEL);

	job->channel = arena_strdup(&job->arena, ref);
	job->name = arena_strdup(&job->arena, name);
	return job;
}

static void keep_name(struct places *p, const char *ref, const char *name, bool private_,
		      void (*done)(struct job *job, void *arg), void *arg)
{
	struct job *job = name_job(ref, name);

	job->private_ = private_;
	job->done = done;
	job->arg = arg;
	p->s.submit(job, p->s.arg);
}

/* Saved, or not: then it is asked for again when it is next mentioned. */
static void channel_named(struct job *job, void *arg)
{
	job_free(job);
	release(arg);
	asked_free(arg);
}

static void group_named(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

static void channel_told(const struct web_result *r, void *arg)
{
	const char *name = json_str(r->json, "channel.name");
	struct asked *q = arg;

	q->told = true;
	if (r->end == WEB_OK && name) {
		keep_name(q->places, q->ref, name, json_true(r->json, "channel.is_private"), channel_named, q);
		return;
	}
	log_info(q->ref, "conversations.info: %s", r->error ? web_error_says(r->error) : "no name");
	release(q);
}

static void groups_told(const struct web_result *r, void *arg)
{
	struct asked *q = arg;
	const cJSON *group;
	struct arena a;

	q->told = true;
	arena_init(&a);
	cJSON_ArrayForEach(group, json_at(r->json, "usergroups")) {
		const char *id = json_str(group, "id"), *handle = json_str(group, "handle");

		if (id && handle)
			keep_name(q->places, arena_printf(&a, "%s%s", q->ref, id), handle, false, group_named, NULL);
	}
	arena_release(&a);
	release(q);
}

/* ---- asking ---- */

static struct asked *asked_about(struct places *p, const char *ref)
{
	struct asked *q, *next;
	int64_t now = loop_now_ms();

	for (q = LIST_FIRST(&p->asked); q; q = next) {
		next = LIST_NEXT(q, link);
		if (q->told && !q->under_way && now - q->at > ASK_AGAIN_MS)
			asked_free(q);
		else if (!strcmp(q->ref, ref))
			return q;
	}
	return NULL;
}

static struct asked *asked_new(struct places *p, const char *ref)
{
	struct asked *q = calloc(1, sizeof(*q));

	if (!q)
		buf_oom();
	q->places = p;
	q->ref = strdup(ref);
	q->under_way = true;
	q->at = loop_now_ms();
	q->patience = loop_timer_new(p->s.loop, out_of_patience, q);
	STAILQ_INIT(&q->waiters);
	LIST_INSERT_HEAD(&p->asked, q, link);
	p->count++;
	return q;
}

static bool is_known(struct places *p, enum text_kind kind, const char *ref)
{
	struct names *names = &store_rows(p->s.store)->names;

	return names->name(names, kind, ref, strlen(ref));
}

/* The question about a channel that is under way, NULL: it is known, or can't be asked for now. */
static struct asked *ask_channel(struct places *p, const char *ref)
{
	const struct web_param params[] = { { "channel", ref_id(ref) }, { NULL, NULL } };
	struct asked *q;

	if (p->stopping || is_known(p, TEXT_CHANNEL, ref))
		return NULL;
	q = asked_about(p, ref);
	if (!q && p->count < ASKED_MOST) {
		q = asked_new(p, ref);
		web_call(p->s.web, WEB_CONVERSATIONS_INFO, NULL, params, channel_told, q);
	}
	return q && q->under_way ? q : NULL;
}

/* Slack tells of all groups at once. */
static void ask_groups(struct places *p, const char *ref)
{
	const struct web_param none[] = { { NULL, NULL } };
	struct arena a;
	char *place;

	if (p->stopping || is_known(p, TEXT_GROUP, ref))
		return;
	arena_init(&a);
	place = arena_strndup(&a, ref, (size_t)(ref_id(ref) - ref));
	if (!asked_about(p, place) && p->count < ASKED_MOST)
		web_call(p->s.web, WEB_USERGROUPS_LIST, NULL, none, groups_told, asked_new(p, place));
	arena_release(&a);
}

struct job *places_renamed(struct places *p, const char *channel, const char *name)
{
	return is_known(p, TEXT_CHANNEL, channel) ? name_job(channel, name) : NULL;
}

void places_meet(struct places *p, enum text_kind kind, const char *ref)
{
	if (kind == TEXT_GROUP)
		ask_groups(p, ref);
	else
		ask_channel(p, ref);
}

void places_wait(struct places *p, const char *channel, void (*go_on)(void *arg), void *arg)
{
	struct asked *q = ask_channel(p, channel);
	struct waiter *w;

	if (!q) {
		go_on(arg);
		return;
	}
	w = calloc(1, sizeof(*w));
	if (!w)
		buf_oom();
	w->go_on = go_on;
	w->arg = arg;
	if (STAILQ_EMPTY(&q->waiters))
		loop_timer_set(q->patience, PATIENCE_MS);
	STAILQ_INSERT_TAIL(&q->waiters, w, link);
}

void places_stop(struct places *p)
{
	struct asked *q;

	p->stopping = true;
	LIST_FOREACH(q, &p->asked, link)
		release(q);
}
