#include "adapters/slack/in/channels.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define PATIENCE_MS 1500
#define ASKED_MOST 64	    /* questions under way or not yet forgotten */
#define ASK_AGAIN_MS 600000 /* what Slack would not tell is asked for again after this */

struct waiter {
	STAILQ_ENTRY(waiter) link;
	void (*go_on)(void *arg);
	void *arg;
};

struct asked { /* what we have asked Slack about: a channel, or ("T024BE7LD/") all groups of a place */
	LIST_ENTRY(asked) link;
	struct channels *channels;
	char *ref;
	bool under_way; /* and it is worth waiting for the answer */
	bool told;	/* Slack has answered, or could not: nothing points here any more */
	int64_t at;
	struct loop_timer *patience;
	STAILQ_HEAD(, waiter) waiters;
};

struct channels {
	struct router_seams s;
	LIST_HEAD(, asked) asked;
	int count;
	bool stopping;
};

struct channels *channels_new(const struct router_seams *seams)
{
	struct channels *p = alloc(sizeof(*p));

	p->s = *seams;
	LIST_INIT(&p->asked);
	return p;
}

static void channels_asked_free(struct asked *q)
{
	struct waiter *w;

	while ((w = STAILQ_FIRST(&q->waiters))) {
		STAILQ_REMOVE_HEAD(&q->waiters, link);
		free(w);
	}
	loop_timer_free(q->patience);
	LIST_REMOVE(q, link);
	q->channels->count--;
	free(q->ref);
	free(q);
}

void channels_free(struct channels *p)
{
	if (!p)
		return;
	while (!LIST_EMPTY(&p->asked))
		channels_asked_free(LIST_FIRST(&p->asked));
	free(p);
}

/* ---- what Slack says ---- */

static void channels_release(struct asked *q)
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

static void channels_out_of_patience(void *arg)
{
	channels_release(arg);
}

static struct job *name_job(const char *ref, const char *name)
{
	struct job *job = job_new(JOB_CHANNEL);

	job->channel = arena_strdup(&job->arena, ref);
	job->name = arena_strdup(&job->arena, name);
	return job;
}

static void keep_name(struct channels *p, const char *ref, const char *name, bool private_,
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
	channels_release(arg);
	channels_asked_free(arg);
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
		keep_name(q->channels, q->ref, name, json_true(r->json, "channel.is_private"),
			  channel_named, q);
		return;
	}
	log_info(q->ref, "conversations.info: %s", r->error ? web_error_says(r->error) : "no name");
	channels_release(q);
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
			keep_name(q->channels, arena_printf(&a, "%s%s", q->ref, id), handle, false,
				  group_named, NULL);
	}
	arena_release(&a);
	channels_release(q);
}

/* ---- asking ---- */

static struct asked *channels_asked_about(struct channels *p, const char *ref)
{
	struct asked *q, *next;
	int64_t now = loop_now_ms();

	for (q = LIST_FIRST(&p->asked); q; q = next) {
		next = LIST_NEXT(q, link);
		if (q->told && !q->under_way && now - q->at > ASK_AGAIN_MS)
			channels_asked_free(q);
		else if (!strcmp(q->ref, ref))
			return q;
	}
	return NULL;
}

static struct asked *channels_asked_new(struct channels *p, const char *ref)
{
	struct asked *q = alloc(sizeof(*q));

	q->channels = p;
	q->ref = alloc_strdup(ref);
	q->under_way = true;
	q->at = loop_now_ms();
	q->patience = loop_timer_new(p->s.loop, channels_out_of_patience, q);
	STAILQ_INIT(&q->waiters);
	LIST_INSERT_HEAD(&p->asked, q, link);
	p->count++;
	return q;
}

static bool channels_is_known(struct channels *p, enum text_kind kind, const char *ref)
{
	struct names *names = &store_rows(p->s.store)->names;

	return names->name(names, kind, ref, strlen(ref));
}

/* The question about a channel that is under way, NULL: it is known, or can't be asked for now. */
static struct asked *ask_channel(struct channels *p, const char *ref)
{
	const struct web_param params[] = { { "channel", ref_id(ref) }, { NULL, NULL } };
	struct asked *q;

	if (p->stopping || channels_is_known(p, TEXT_CHANNEL, ref))
		return NULL;
	q = channels_asked_about(p, ref);
	if (!q && p->count < ASKED_MOST) {
		q = channels_asked_new(p, ref);
		web_call(p->s.web, WEB_CONVERSATIONS_INFO, NULL, params, channel_told, q);
	}
	return q && q->under_way ? q : NULL;
}

/* Slack tells of all groups at once. */
static void ask_groups(struct channels *p, const char *ref)
{
	const struct web_param none[] = { { NULL, NULL } };
	struct arena a;
	char *place;

	if (p->stopping || channels_is_known(p, TEXT_GROUP, ref))
		return;
	arena_init(&a);
	place = arena_strndup(&a, ref, (size_t)(ref_id(ref) - ref));
	if (!channels_asked_about(p, place) && p->count < ASKED_MOST)
		web_call(p->s.web, WEB_USERGROUPS_LIST, NULL, none, groups_told,
			 channels_asked_new(p, place));
	arena_release(&a);
}

struct job *channels_renamed(struct channels *p, const char *channel, const char *name)
{
	return channels_is_known(p, TEXT_CHANNEL, channel) ? name_job(channel, name) : NULL;
}

void channels_meet(struct channels *p, enum text_kind kind, const char *ref)
{
	if (kind == TEXT_GROUP)
		ask_groups(p, ref);
	else
		ask_channel(p, ref);
}

void channels_wait(struct channels *p, const char *channel, void (*go_on)(void *arg), void *arg)
{
	struct asked *q = ask_channel(p, channel);
	struct waiter *w;

	if (!q) {
		go_on(arg);
		return;
	}
	w = alloc(sizeof(*w));
	w->go_on = go_on;
	w->arg = arg;
	if (STAILQ_EMPTY(&q->waiters))
		loop_timer_set(q->patience, PATIENCE_MS);
	STAILQ_INSERT_TAIL(&q->waiters, w, link);
}

void channels_stop(struct channels *p)
{
	struct asked *q;

	p->stopping = true;
	LIST_FOREACH(q, &p->asked, link)
		channels_release(q);
}
