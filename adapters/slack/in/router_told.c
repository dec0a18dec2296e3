/*
 * router_told: what Slack says of people, channels and our own posts, where we know them.
 */
#include "adapters/slack/in/router_private.h"

#include "adapters/slack/in/events.h"
#include "adapters/slack/in/meet.h"
#include "adapters/slack/out/courier.h"

#include <string.h>

#define LATE_MS 30000 /* an event so old, or older, may have been overtaken by another */

struct told {		 /* in a JOB_READ's arena: what an event is about, and what we know of it */
	const char *ref; /* a channel, or a person */
	const char *ts;	 /* of a message; NULL */
	int rc;		 /* 1 we know it, 0 we don't */
	bool named;	 /* the channel has a name with us */
	struct head head;
	struct post post;
	struct meeting meeting;
};

static void told_look(struct request *a, const char *ref,
		      int (*read)(struct reads *r, struct job *job),
		      void (*looked)(struct request *a, struct job *job))
{
	struct job *job = job_new(JOB_READ);
	struct told *t = arena_alloc(&job->arena, sizeof(*t));

	t->ref = arena_strdup(&job->arena, ref);
	t->ts = arena_strdup(&job->arena, a->e.ts);
	if (a->who)
		meeting_of(&t->meeting, a->who, NULL, NULL, &job->arena);
	job->found = t;
	job->read = read;
	request_look(a, job, looked);
}

int told_node_in(struct reads *r, const char *channel, struct arena *arena, struct head *h)
{
	int rc = r->rows->node_open_in(r->rows, channel, arena, h);

	for (int s = 0; s < STATUSES && !rc; s++)
		rc = r->rows->node_last_in(r->rows, channel, s, arena, h);
	return rc;
}

/* Slack brings again what wasn't acked, minutes or hours later: by then it may be otherwise. */
static bool comes_late(const struct request *a)
{
	return a->e.retry > 0 ||
	       (a->e.event_time && a->received_ms - a->e.event_time * 1000 > LATE_MS);
}

static void told_submit(struct request *a, struct job *job)
{
	job->done = router_fact_saved;
	job->arg = a;
	a->router->s.submit(job, a->router->s.arg);
}

/* ---- who is in a channel ---- */

static int member_read(struct reads *r, struct job *job)
{
	struct told *t = job->found;

	t->rc = told_node_in(r, t->ref, &job->arena, &t->head);
	if (t->rc > 0)
		meeting_read(r, &t->meeting, &job->arena);
	return t->rc < 0 ? t->rc : 0;
}

static void member_looked(struct request *a, struct job *read)
{
	const struct told *t = read->found;
	struct job *job;

	if (read->rc < 0 || !t->rc) {
		router_found_nothing(a, read->rc);
		return;
	}
	rooms_changed(a->router->rooms, t->ref);
	meeting_ask(&t->meeting, a->router->people, a->router->channels);
	job = job_new(JOB_MEMBER);
	job->member.channel = arena_strdup(&job->arena, t->ref);
	job->member.person = arena_strdup(&job->arena, a->who);
	job->member.in = a->e.in;
	job->as_of = comes_late(a) ? AS_OF_NEVER : AS_OF_NOW;
	told_submit(a, job);
}

void told_member(struct request *a)
{
	const char *channel = ref_make(&a->arena, a->place, a->e.channel);

	if (a->e.in && a->router->s.channel && a->router->bot_user &&
	    !strcmp(a->e.user, a->router->bot_user))
		a->router->s.channel(a->e.channel, NULL, a->router->s.arg);
	if (channel)
		told_look(a, channel, member_read, member_looked);
	else
		router_take_nothing(a);
}

/* ---- channels ---- */

/* The channel of a Node: the Node says its name, too. */
static struct job *renamed_job(struct request *a, const char *channel, const struct head *h)
{
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = INTENT_CHANNEL_RENAMED,
		.via = VIA_BOT,
		.who = REF_BOT,
		.channel = arena_strdup(&job->arena, channel),
		.node = arena_strdup(&job->arena, h->id),
		.name = arena_strdup(&job->arena, a->e.channel_name),
		.now_ms = a->received_ms,
		.received_ms = a->received_ms,
	};
	request_key(a, job);
	return job;
}

static int channel_read(struct reads *r, struct job *job)
{
	struct told *t = job->found;

	t->named = channels_named(r, TEXT_CHANNEL, t->ref);
	t->rc = t->named ? told_node_in(r, t->ref, &job->arena, &t->head) : 0;
	return t->rc < 0 ? t->rc : 0;
}

static void channel_name_kept(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

static void channel_looked(struct request *a, struct job *read)
{
	const struct told *t = read->found;
	struct job *name;

	if (read->rc < 0 || !t->named) {
		router_found_nothing(a, read->rc); /* a channel that nobody ever spoke of */
		return;
	}
	name = channels_job(t->ref, a->e.channel_name);
	if (!t->rc) {
		told_submit(a, name);
		return;
	}
	name->done = channel_name_kept;
	a->router->s.submit(name, a->router->s.arg);
	told_submit(a, renamed_job(a, t->ref, &t->head));
}

void told_channel(struct request *a)
{
	const char *channel = ref_make(&a->arena, a->place, a->e.channel);

	if (a->router->s.channel && a->e.channel_name)
		a->router->s.channel(a->e.channel, a->e.channel_name, a->router->s.arg);
	if (channel && a->e.channel_name)
		told_look(a, channel, channel_read, channel_looked);
	else
		router_take_nothing(a);
}

void told_moved(struct request *a)
{
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = INTENT_CHANNEL_MOVED,
		.via = VIA_BOT,
		.who = REF_BOT,
		.channel = ref_make(&job->arena, a->place, a->e.channel),
		.name = ref_make(&job->arena, a->place, a->e.value),
		.now_ms = a->received_ms,
		.received_ms = a->received_ms,
	};
	request_key(a, job);
	told_submit(a, job);
}

/* What couldn't be shown there while it was archived is shown now. */
void told_opened(struct request *a)
{
	struct job *job = job_new(JOB_OPENED);

	job->opened.channel = ref_make(&job->arena, a->place, a->e.channel);
	told_submit(a, job);
}

void told_group(struct request *a)
{
	group_changed(a->router->group, a->e.value);
	router_ack(a, NULL);
}

/* ---- people ---- */

static struct job *user_job(struct request *a, const char *ref)
{
	struct person person = { 0 };
	struct job *job;

	if (!comes_late(a))
		person_read(a->e.object, a->place, &a->arena, &person);
	job = people_job(ref, &person);
	job->as_of = comes_late(a) ? AS_OF_NEVER : AS_OF_NOW;
	return job;
}

static int user_read(struct reads *r, struct job *job)
{
	struct told *t = job->found;
	struct person known;

	t->rc = r->rows->person(r->rows, t->ref, &job->arena, &known);
	return t->rc < 0 ? t->rc : 0;
}

static void user_looked(struct request *a, struct job *read)
{
	const struct told *t = read->found;

	if (read->rc < 0 || !t->rc)
		router_found_nothing(a, read->rc); /* somebody we never met */
	else
		told_submit(a, user_job(a, a->who));
}

void told_user(struct request *a)
{
	people_changed(a->router->people, a->who);
	told_look(a, a->who, user_read, user_looked);
}

/* ---- posts ---- */

static int deleted_read(struct reads *r, struct job *job)
{
	struct told *t = job->found;

	t->rc = r->post_at(r, t->ref, t->ts, &job->arena, &t->post);
	return t->rc < 0 ? t->rc : 0;
}

/* A card that somebody deleted comes back, pinned. */
static void deleted_looked(struct request *a, struct job *read)
{
	const struct told *t = read->found;

	if (read->rc < 0)
		router_found_nothing(a, read->rc);
	else if (t->rc && t->post.what == POST_CARD)
		told_submit(a, post_gone_job(&t->post));
	else
		events_deleted(a);
}

void told_deleted(struct request *a)
{
	told_look(a, ref_make(&a->arena, a->place, a->e.channel), deleted_read, deleted_looked);
}
