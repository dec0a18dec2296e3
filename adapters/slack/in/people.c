#include "adapters/slack/in/people.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/envelope.h"
#include "adapters/slack/in/ask.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define BEHIND_MOST 500
#define BEHIND_MS 800 /* between two of them: a little less than Slack grants for good */

struct behind {
	STAILQ_ENTRY(behind) link;
	bool asked;
	char ref[];
};

struct people {
	struct router_seams s;
	const struct gap_count *gaps;
	void (*answered)(void *arg);
	void *arg;
	struct ask *ask;
	STAILQ_HEAD(, behind) behind; /* the first is being asked about, or comes next */
	int n_behind;
	struct loop_timer *pace;
};

static void people_call(struct question *q);
static void behind_next(void *arg);

static void people_ended(void *arg)
{
	struct people *p = arg;

	p->answered(p->arg);
}

struct people *people_new(const struct router_seams *seams, const struct gap_count *gaps,
			  void (*answered)(void *arg), void *arg)
{
	struct people *p = alloc(sizeof(*p));
	const struct ask_calls calls = { people_call, people_ended, p };

	p->s = *seams;
	p->gaps = gaps;
	p->answered = answered;
	p->arg = arg;
	p->ask = ask_new(seams, gaps, &calls);
	STAILQ_INIT(&p->behind);
	p->pace = loop_timer_new(seams->loop, behind_next, p);
	return p;
}

static void behind_drop(struct people *p, struct behind *b)
{
	STAILQ_REMOVE(&p->behind, b, behind, link);
	p->n_behind--;
	free(b);
}

static void behind_drop_all(struct people *p)
{
	while (!STAILQ_EMPTY(&p->behind))
		behind_drop(p, STAILQ_FIRST(&p->behind));
}

void people_free(struct people *p)
{
	if (!p)
		return;
	behind_drop_all(p);
	loop_timer_free(p->pace);
	ask_free(p->ask);
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

/* ---- what Slack says ---- */

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

static bool is_met(const struct person *known)
{
	return known->name && known->zone_known && known->rank != RANK_UNKNOWN;
}

/* What is left out is not known to Slack: it is remembered, so that it isn't asked about at every word. */
static void people_keep(struct question *q, const cJSON *json)
{
	struct arena a;
	struct person person;
	struct job *job;

	arena_init(&a);
	people_read_answer(json, q->ref, &a, &person);
	job = people_job(q->ref, &person);
	job->as_of = q->as_of;
	question_answered(q, job, is_met(&person));
	arena_release(&a);
}

static void people_told(const struct web_result *r, void *arg)
{
	struct question *q = arg;

	if (question_repeated(q))
		return;
	if (r->end == WEB_OK && (json_at(r->json, "user") || json_at(r->json, "bot"))) {
		people_keep(q, r->json);
		return;
	}
	log_info(q->ref, "who this is can't be read: %s",
		 r->error ? web_error_says(r->error) : "no answer");
	question_over(q, r);
}

/* ---- asking ---- */

static void people_call(struct question *q)
{
	struct people *p = q->arg;
	bool app = ref_in(q->ref, REF_APP_ID_PLACE);
	const struct web_param params[] = { { app ? "bot" : "user", ref_id(q->ref) },
					    { NULL, NULL } };

	web_call(p->s.web, app ? WEB_BOTS_INFO : WEB_USERS_INFO, NULL, params, people_told, q);
}

static void name_saved(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

/* As the payload calls them. */
static void keep_name(struct people *p, const char *who, const char *name)
{
	const struct person said = { .ref = who, .name = name };
	struct job *job = people_job(who, &said);

	job->done = name_saved;
	p->s.submit(job, p->s.arg);
}

/* Does what is needed lack, of what is known? */
static bool lacks(const struct person *known, unsigned needs)
{
	return (!known->zone_known && (needs & PEOPLE_ZONE)) ||
	       (known->rank == RANK_UNKNOWN && (needs & (PEOPLE_RANK | PEOPLE_MET))) ||
	       (known->doubtful && (needs & PEOPLE_RANK));
}

bool people_ask(struct people *p, const char *who, const char *name, unsigned needs,
		const struct person *row)
{
	struct person known = *row;
	struct question *q = ask_about(p->ask, who);

	known.doubtful |= p->gaps->ahead && known.rank != RANK_UNKNOWN;
	if (!q && (!is_met(&known) || lacks(&known, needs))) {
		if (!known.name && name && *name)
			keep_name(p, who, name);
		q = ask_anew(p->ask, who);
	}
	return q && question_under_way(q) && lacks(&known, needs);
}

void people_meet(struct people *p, const char *who, const char *name, const struct person *known)
{
	people_ask(p, who, name, 0, known);
}

bool people_asks(struct people *p, const char *who)
{
	const struct question *q = ask_about(p->ask, who);

	return q && question_under_way(q);
}

void people_changed(struct people *p, const char *who)
{
	ask_changed(p->ask, who);
}

bool people_untold(struct people *p, const char *who)
{
	const struct question *q = ask_about(p->ask, who);

	return q && question_untold(q);
}

void people_stop(struct people *p)
{
	behind_drop_all(p);
	ask_stop(p->ask);
}

/* ---- asking in the background ---- */

/* One at a time, and none while somebody who waits would have to wait for it. */
static void behind_next(void *arg)
{
	struct people *p = arg;
	struct behind *b = STAILQ_FIRST(&p->behind);

	if (b && b->asked && !people_asks(p, b->ref)) {
		behind_drop(p, b);
		b = STAILQ_FIRST(&p->behind);
	}
	if (b && !b->asked && !web_wait_ms(p->s.web, WEB_USERS_INFO, NULL))
		b->asked = ask_anew(p->ask, b->ref) != NULL;
	loop_timer_set(p->pace, b ? BEHIND_MS : -1);
}

static void behind_add(struct people *p, const char *who)
{
	struct behind *b;
	size_t size = strlen(who) + 1;

	STAILQ_FOREACH(b, &p->behind, link)
	if (!strcmp(b->ref, who))
		return;
	if (p->n_behind == BEHIND_MOST || ask_about(p->ask, who))
		return;
	b = alloc(sizeof(*b) + size);
	memcpy(b->ref, who, size);
	STAILQ_INSERT_TAIL(&p->behind, b, link);
	p->n_behind++;
}

void people_ask_behind(struct people *p, const char *const *who, size_t n)
{
	bool idle = STAILQ_EMPTY(&p->behind);

	for (size_t i = 0; i < n; i++)
		behind_add(p, who[i]);
	if (idle)
		behind_next(p);
}

bool people_behind(const struct people *p)
{
	return !STAILQ_EMPTY(&p->behind);
}
