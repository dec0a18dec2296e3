#include "people.h"

#include "adapters/log/log.h"
#include "adapters/slack/envelope.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define PATIENCE_MS 1500
#define BEHIND_MOST 16
#define ASKED_MOST 64		/* questions under way or not yet forgotten */
#define ASK_AGAIN_MS 600000	/* somebody Slack would not tell us about is asked about again after this */
#define TRY_AGAIN_MS 15000	/* when it gave no answer at all */

struct waiter {
	STAILQ_ENTRY(waiter) link;
	void (*go_on)(void *arg);
	void *arg;
};

struct asked {			/* somebody we have asked Slack about */
	TAILQ_ENTRY(asked) link;
	struct people *people;
	char *who;
	bool under_way;
	int64_t again_at;		/* loop_now_ms(); may be forgotten then, and asked about anew */
	struct loop_timer *patience;
	STAILQ_HEAD(, waiter) waiters;
	int count;
};

struct people {
	struct front_seams s;
	TAILQ_HEAD(asked_list, asked) asked;	/* longest ago first */
	int count;
	bool stopping;
};

struct people *people_new(const struct front_seams *seams)
{
	struct people *p = calloc(1, sizeof(*p));

	if (!p)
		buf_oom();
	p->s = *seams;
	TAILQ_INIT(&p->asked);
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
	TAILQ_REMOVE(&q->people->asked, q, link);
	q->people->count--;
	free(q->who);
	free(q);
}

void people_free(struct people *p)
{
	if (!p)
		return;
	while (!TAILQ_EMPTY(&p->asked))
		asked_free(TAILQ_FIRST(&p->asked));
	free(p);
}

struct job *people_job(const char *ref, const struct person *said)
{
	struct job *job = job_new(JOB_PERSON);

	job->person = *said;
	job->person.ref = arena_strdup(&job->arena, ref);
	job->person.name = arena_strdup(&job->arena, said->name);
	job->person.zone = arena_strdup(&job->arena, said->zone);
	return job;
}

static void job_done(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);	/* not saved: asked for again when next needed */
}

static void submit(struct people *p, struct job *job)
{
	job->done = job_done;
	p->s.submit(job, p->s.arg);
}

static void release(struct asked *q)
{
	struct waiter *w;

	loop_timer_set(q->patience, -1);
	while ((w = STAILQ_FIRST(&q->waiters))) {
		STAILQ_REMOVE_HEAD(&q->waiters, link);
		q->count--;
		w->go_on(w->arg);
		free(w);
	}
}

static void out_of_patience(void *arg)
{
	struct asked *q = arg;

	log_info(q->who, "Slack is slow to say who this is; going on without");
	release(q);
}

/* bots.info: an app without a user of its own has a name and nothing else. */
static void app_read(const cJSON *bot, struct arena *a, struct person *p)
{
	const char *name = json_str(bot, "name");

	*p = (struct person){ .rank = RANK_BOT, .zone_known = true };
	if (name && *name)
		p->name = arena_strdup(a, name);
}

static void read_answer(const cJSON *json, const char *who, struct arena *a, struct person *p)
{
	if (ref_in(who, REF_APP_ID_PLACE))
		app_read(json_at(json, "bot"), a, p);
	else
		person_read(json_at(json, "user"), a, p);
}

static void told(const struct web_result *r, void *arg)
{
	struct asked *q = arg;
	struct arena a;
	struct person person = { 0 };
	bool known = r->end == WEB_OK && (json_at(r->json, "user") || json_at(r->json, "bot")), all;

	arena_init(&a);
	q->under_way = false;
	if (known) {
		read_answer(r->json, q->who, &a, &person);
		submit(q->people, people_job(q->who, &person));
		q->again_at = loop_now_ms() + ASK_AGAIN_MS;	/* what is left out is not known to Slack */
	} else {
		log_info(q->who, "who this is can't be read: %s", r->error ? web_error_says(r->error) : "no answer");
		q->again_at = loop_now_ms() + (r->end == WEB_REFUSED ? ASK_AGAIN_MS : TRY_AGAIN_MS);
	}
	all = known && person.name && person.zone_known && person.rank != RANK_UNKNOWN;
	arena_release(&a);
	/* The fact is queued before what waited for it: the same batch saves the one and reads with it. */
	release(q);
	if (all)
		asked_free(q);	/* the others are remembered, so that they aren't asked about at every word */
}

static struct asked *asked_about(struct people *p, const char *who)
{
	struct asked *q, *next;
	int64_t now = loop_now_ms();

	for (q = TAILQ_FIRST(&p->asked); q; q = next) {
		next = TAILQ_NEXT(q, link);
		if (!q->under_way && !q->count && now >= q->again_at)
			asked_free(q);
		else if (!strcmp(q->who, who))
			return q;
	}
	return NULL;
}

/* Room for one more question: whoever was asked about in vain longest ago is forgotten. */
static bool make_room(struct people *p)
{
	struct asked *q;

	if (p->count < ASKED_MOST)
		return true;
	TAILQ_FOREACH(q, &p->asked, link)
		if (!q->under_way && !q->count) {
			asked_free(q);
			return true;
		}
	return false;
}

static struct asked *ask(struct people *p, const char *who)
{
	bool app = ref_in(who, REF_APP_ID_PLACE);
	const struct web_param params[] = { { app ? "bot" : "user", ref_id(who) }, { NULL, NULL } };
	struct asked *q;

	if (p->stopping || !make_room(p))
		return NULL;
	q = calloc(1, sizeof(*q));
	if (!q)
		buf_oom();
	q->people = p;
	q->who = strdup(who);
	q->under_way = true;
	q->patience = loop_timer_new(p->s.loop, out_of_patience, q);
	STAILQ_INIT(&q->waiters);
	TAILQ_INSERT_TAIL(&p->asked, q, link);
	p->count++;
	web_call(p->s.web, app ? WEB_BOTS_INFO : WEB_USERS_INFO, NULL, params, told, q);
	return q;
}

static void add_waiter(struct asked *q, void (*go_on)(void *), void *arg)
{
	struct waiter *w = calloc(1, sizeof(*w));

	if (!w)
		buf_oom();
	w->go_on = go_on;
	w->arg = arg;
	STAILQ_INSERT_TAIL(&q->waiters, w, link);
	if (!q->count++)
		loop_timer_set(q->patience, PATIENCE_MS);
}

/* What is known of somebody; asks Slack for the rest if that is not under way. NULL: all is known, or
 * nothing can be asked now. name: what the payload calls them, kept until Slack says better. */
static struct asked *look_up(struct people *p, const char *who, const char *name, struct person *known,
			     struct arena *a)
{
	struct rows *rows = store_rows(p->s.store);
	struct asked *q;

	if (rows->person(rows, who, a, known) <= 0)
		*known = (struct person){ 0 };
	q = asked_about(p, who);
	if (q || (known->name && known->zone_known && known->rank != RANK_UNKNOWN))
		return q;
	if (!known->name && name && *name) {
		struct person said = { .ref = who, .name = name };

		submit(p, people_job(who, &said));
	}
	return ask(p, who);
}

void people_meet(struct people *p, const char *who, const char *name)
{
	struct person known;
	struct arena a;

	arena_init(&a);
	look_up(p, who, name, &known, &a);
	arena_release(&a);
}

void people_wait(struct people *p, const char *who, const char *handle, unsigned needs,
		 void (*go_on)(void *arg), void *arg)
{
	struct person known;
	struct asked *q;
	struct arena a;
	bool wait;

	arena_init(&a);
	q = look_up(p, who, handle, &known, &a);
	wait = q && q->under_way &&
	       ((!known.zone_known && (needs & LINE_NEEDS_ZONE)) ||
		(known.rank == RANK_UNKNOWN && (needs & LINE_NEEDS_RANK)));
	arena_release(&a);
	if (q && q->count >= BEHIND_MOST) {
		log_info(who, "%d envelopes wait for a fact; going on without", q->count);
		release(q);	/* all of them, or this one would overtake */
		wait = false;
	}
	if (q && (wait || q->count) && !p->stopping)
		add_waiter(q, go_on, arg);
	else
		go_on(arg);
}

void people_stop(struct people *p)
{
	struct asked *q;

	p->stopping = true;
	TAILQ_FOREACH(q, &p->asked, link)
		release(q);
}
