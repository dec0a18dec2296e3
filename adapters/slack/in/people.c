#include "adapters/slack/in/people.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/envelope.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define ASKED_MOST 64 /* questions under way or not yet forgotten */
#define ASK_AGAIN_MS \
	600000 /* somebody Slack would not tell us about is asked about again after this */
#define TRY_AGAIN_MS 15000 /* when it gave no answer at all */

struct asked { /* somebody we have asked Slack about */
	TAILQ_ENTRY(asked) link;
	struct people *people;
	char *who;
	bool under_way;
	bool changed;	  /* meanwhile, says an event: the answer may be older */
	int64_t as_of;	  /* gaps when we asked */
	int64_t again_at; /* loop_now_ms(); may be forgotten then, and asked about anew */
};

struct people {
	struct router_seams s;
	const struct gaps *gaps;
	void (*answered)(void *arg);
	void *arg;
	TAILQ_HEAD(asked_list, asked) asked; /* longest ago first */
	int count;
	bool stopping;
};

struct people *people_new(const struct router_seams *seams, const struct gaps *gaps,
			  void (*answered)(void *arg), void *arg)
{
	struct people *p = alloc(sizeof(*p));

	p->s = *seams;
	p->gaps = gaps;
	p->answered = answered;
	p->arg = arg;
	TAILQ_INIT(&p->asked);
	return p;
}

static void people_asked_free(struct asked *q)
{
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
		people_asked_free(TAILQ_FIRST(&p->asked));
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
	job_free(job); /* not saved: asked for again when next needed */
}

static void people_submit(struct people *p, struct job *job)
{
	job->done = job_done;
	p->s.submit(job, p->s.arg);
}

static void people_told(const struct web_result *r, void *arg);

static void people_call(struct asked *q)
{
	bool app = ref_in(q->who, REF_APP_ID_PLACE);
	const struct web_param params[] = { { app ? "bot" : "user", ref_id(q->who) },
					    { NULL, NULL } };

	q->under_way = true;
	q->changed = false;
	q->as_of = gaps_now(q->people->gaps);
	web_call(q->people->s.web, app ? WEB_BOTS_INFO : WEB_USERS_INFO, NULL, params, people_told,
		 q);
}

/* bots.info: an app without a user of its own has a name and nothing else. */
static void app_read(const cJSON *bot, struct arena *a, struct person *p)
{
	const char *name = json_str(bot, "name");

	*p = (struct person){ .rank = RANK_BOT, .zone_known = true };
	if (name && *name)
		p->name = arena_strdup(a, name);
}

static void people_read_answer(const cJSON *json, const char *who, struct arena *a,
			       struct person *p)
{
	if (ref_in(who, REF_APP_ID_PLACE))
		app_read(json_at(json, "bot"), a, p);
	else
		person_read(json_at(json, "user"),
			    arena_strndup(a, who, (size_t)(ref_id(who) - who) - 1), a, p);
}

static bool people_keep(struct asked *q, const cJSON *json)
{
	struct arena a;
	struct person person;
	struct job *job;
	bool all;

	arena_init(&a);
	people_read_answer(json, q->who, &a, &person);
	job = people_job(q->who, &person);
	job->as_of = q->as_of;
	people_submit(q->people, job);
	all = person.name && person.zone_known && person.rank != RANK_UNKNOWN;
	arena_release(&a);
	return all;
}

static void people_told(const struct web_result *r, void *arg)
{
	struct asked *q = arg;
	struct people *p = q->people;
	bool all = false;

	q->under_way = false;
	if (q->changed && !p->stopping) {
		people_call(q);
		return;
	}
	if (r->end == WEB_OK && (json_at(r->json, "user") || json_at(r->json, "bot"))) {
		all = people_keep(q, r->json);
		q->again_at =
			loop_now_ms() + ASK_AGAIN_MS; /* what is left out is not known to Slack */
	} else {
		log_info(q->who, "who this is can't be read: %s",
			 r->error ? web_error_says(r->error) : "no answer");
		q->again_at = loop_now_ms() + (r->end == WEB_REFUSED ? ASK_AGAIN_MS : TRY_AGAIN_MS);
	}
	if (all)
		people_asked_free(
			q); /* the others are remembered, so that they aren't asked about at every word */
	/* The fact is queued before what waited for it: the same batch saves the one and reads with it. */
	p->answered(p->arg);
}

static struct asked *people_asked_about(struct people *p, const char *who)
{
	struct asked *q, *next;
	int64_t now = loop_now_ms();

	for (q = TAILQ_FIRST(&p->asked); q; q = next) {
		next = TAILQ_NEXT(q, link);
		if (!q->under_way && now >= q->again_at)
			people_asked_free(q);
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
	if (!q->under_way) {
		people_asked_free(q);
		return true;
	}
	return false;
}

static struct asked *people_ask_one(struct people *p, const char *who)
{
	struct asked *q;

	if (p->stopping || !make_room(p))
		return NULL;
	q = alloc(sizeof(*q));
	q->people = p;
	q->who = alloc_strdup(who);
	TAILQ_INSERT_TAIL(&p->asked, q, link);
	p->count++;
	people_call(q);
	return q;
}

static bool is_met(const struct person *known)
{
	return known->name && known->zone_known && known->rank != RANK_UNKNOWN;
}

/* Does what is needed lack, of what is known? */
static bool lacks(const struct person *known, unsigned needs)
{
	return (!known->zone_known && (needs & PEOPLE_ZONE)) ||
	       (known->rank == RANK_UNKNOWN && (needs & (PEOPLE_RANK | PEOPLE_MET))) ||
	       (known->doubtful && (needs & PEOPLE_RANK));
}

/* What is known of somebody; asks Slack for the rest if that is not under way. NULL: all is known, or
 * nothing can be asked now. name: what the payload calls them, kept until Slack says better. */
static struct asked *people_look_up(struct people *p, const char *who, const char *name,
				    unsigned needs, struct person *known, struct arena *a)
{
	struct rows *rows = store_rows(p->s.store);
	struct asked *q;

	if (rows->person(rows, who, a, known) <= 0)
		*known = (struct person){ 0 };
	known->doubtful |= p->gaps->ahead && known->rank != RANK_UNKNOWN;
	q = people_asked_about(p, who);
	if (q && !q->under_way && known->doubtful && q->as_of != gaps_now(p->gaps)) {
		people_asked_free(q); /* it was told, and there was a gap since */
		q = NULL;
	}
	if (q || (is_met(known) && !lacks(known, needs)))
		return q;
	if (!known->name && name && *name) {
		struct person said = { .ref = who, .name = name };

		people_submit(p, people_job(who, &said));
	}
	return people_ask_one(p, who);
}

void people_meet(struct people *p, const char *who, const char *name)
{
	struct person known;
	struct arena a;

	arena_init(&a);
	people_look_up(p, who, name, 0, &known, &a);
	arena_release(&a);
}

bool people_ask(struct people *p, const char *who, const char *name, unsigned needs)
{
	struct person known;
	const struct asked *q;
	struct arena a;
	bool wait;

	arena_init(&a);
	q = people_look_up(p, who, name, needs, &known, &a);
	wait = q && q->under_way && lacks(&known, needs);
	arena_release(&a);
	return wait;
}

bool people_asks(const struct people *p, const char *who)
{
	const struct asked *q;

	TAILQ_FOREACH(q, &p->asked, link)
	if (!strcmp(q->who, who))
		return q->under_way;
	return false;
}

void people_changed(struct people *p, const char *who)
{
	struct asked *q;

	TAILQ_FOREACH(q, &p->asked, link)
	if (!strcmp(q->who, who))
		q->changed = q->under_way;
}

void people_stop(struct people *p)
{
	p->stopping = true;
}
