#include "adapters/slack/in/ask.h"

#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define PATIENCE_MS 1500
#define ASKED_MOST 64	    /* questions under way or not yet forgotten */
#define ASK_AGAIN_MS 600000 /* what Slack would not tell is asked for again after this */
#define TRY_AGAIN_MS 15000  /* when it gave no answer at all */

enum asked_state {
	ASKED_OUT,    /* Slack is to answer */
	ASKED_LATE,   /* so it is, but nobody waits for it any more */
	ASKED_SAVING, /* it has; the store is being told */
	ASKED_OVER,   /* remembered until again_at */
};

struct waiter {
	STAILQ_ENTRY(waiter) link;
	void (*go_on)(void *arg);
	void *arg;
};
STAILQ_HEAD(waiters, waiter);

struct asked {
	TAILQ_ENTRY(asked) link;
	struct question q;
	struct ask *ask;
	char *ref;
	enum asked_state state;
	bool changed;	  /* meanwhile: the answer may be older */
	bool whole;	  /* SAVING: nothing is left to ask */
	bool untold;	  /* OVER: Slack won't tell */
	int64_t again_at; /* OVER: loop_now_ms(); may be forgotten then, and asked about anew */
	struct loop_timer *patience; /* NULL: nobody ever waited */
	struct waiters waiters;
};

struct ask {
	struct router_seams s;
	const struct gap_count *gaps;
	struct ask_calls calls;
	TAILQ_HEAD(asked_list, asked) asked; /* longest ago first */
	int count;
	bool stopping;
};

struct ask *ask_new(const struct router_seams *seams, const struct gap_count *gaps,
		    const struct ask_calls *calls)
{
	struct ask *a = alloc(sizeof(*a));

	a->s = *seams;
	a->gaps = gaps;
	a->calls = *calls;
	TAILQ_INIT(&a->asked);
	return a;
}

static void asked_free(struct asked *q)
{
	struct waiter *w;

	while ((w = STAILQ_FIRST(&q->waiters))) {
		STAILQ_REMOVE_HEAD(&q->waiters, link);
		free(w);
	}
	loop_timer_free(q->patience);
	TAILQ_REMOVE(&q->ask->asked, q, link);
	q->ask->count--;
	free(q->ref);
	free(q);
}

void ask_free(struct ask *a)
{
	if (!a)
		return;
	while (!TAILQ_EMPTY(&a->asked))
		asked_free(TAILQ_FIRST(&a->asked));
	free(a);
}

/* ---- who waits ---- */

static void asked_go_on(struct waiters *waiters)
{
	struct waiter *w;

	while ((w = STAILQ_FIRST(waiters))) {
		STAILQ_REMOVE_HEAD(waiters, link);
		w->go_on(w->arg);
		free(w);
	}
}

/* They leave the question first: going on they may ask again, which may forget it. */
static void asked_leave(struct asked *q, struct waiters *leave)
{
	if (q->patience)
		loop_timer_set(q->patience, -1);
	STAILQ_CONCAT(leave, &q->waiters);
}

static void asked_out_of_patience(void *arg)
{
	struct waiters waiters = STAILQ_HEAD_INITIALIZER(waiters);
	struct asked *q = arg;

	if (q->state == ASKED_OUT)
		q->state = ASKED_LATE;
	asked_leave(q, &waiters);
	asked_go_on(&waiters);
}

void question_wait(struct question *question, void (*go_on)(void *arg), void *arg)
{
	struct asked *q = question->asked;
	struct waiter *w = alloc(sizeof(*w));

	w->go_on = go_on;
	w->arg = arg;
	if (!q->patience)
		q->patience = loop_timer_new(q->ask->s.loop, asked_out_of_patience, q);
	if (STAILQ_EMPTY(&q->waiters))
		loop_timer_set(q->patience, PATIENCE_MS);
	STAILQ_INSERT_TAIL(&q->waiters, w, link);
}

bool question_under_way(const struct question *q)
{
	return q->asked->state == ASKED_OUT || q->asked->state == ASKED_SAVING;
}

bool question_untold(const struct question *q)
{
	return q->asked->state == ASKED_OVER && q->asked->untold;
}

/* Nobody waits any more. */
void ask_stop(struct ask *a)
{
	struct waiters waiters = STAILQ_HEAD_INITIALIZER(waiters);
	struct asked *q;

	a->stopping = true;
	TAILQ_FOREACH(q, &a->asked, link)
	asked_leave(q, &waiters);
	asked_go_on(&waiters);
}

/* ---- how a question ends ---- */

static void asked_over(struct asked *q, int64_t ms)
{
	struct waiters waiters = STAILQ_HEAD_INITIALIZER(waiters);
	struct ask *a = q->ask;

	q->state = ASKED_OVER;
	q->untold = ms == ASK_AGAIN_MS;
	q->again_at = loop_now_ms() + ms;
	asked_leave(q, &waiters);
	if (!ms)
		asked_free(q);
	asked_go_on(&waiters);
	if (a->calls.ended)
		a->calls.ended(a->calls.arg);
}

/* Not saved: it is asked for again when it is next needed. */
static void asked_saved(struct job *job, void *arg)
{
	struct asked *q = arg;
	bool again = job->rc < 0 || q->whole;

	job_free(job);
	asked_over(q, again ? 0 : ASK_AGAIN_MS);
}

void question_answered(struct question *question, struct job *job, bool whole)
{
	struct asked *q = question->asked;

	q->state = ASKED_SAVING;
	q->whole = whole;
	job->done = asked_saved;
	job->arg = q;
	q->ask->s.submit(job, q->ask->s.arg);
}

void question_over(struct question *question, const struct web_result *r)
{
	bool told = r->end == WEB_OK || r->end == WEB_REFUSED;

	asked_over(question->asked, told ? ASK_AGAIN_MS : TRY_AGAIN_MS);
}

/* ---- asking ---- */

static void asked_call(struct asked *q)
{
	q->state = ASKED_OUT;
	q->changed = false;
	q->q.as_of = gap_count_now(q->ask->gaps);
	q->ask->calls.call(&q->q);
}

bool question_repeated(struct question *question)
{
	struct asked *q = question->asked;

	if (!q->changed || q->ask->stopping)
		return false;
	asked_call(q);
	return true;
}

/* What Slack told, or refused, before a gap it may tell otherwise now. */
static bool is_old(const struct asked *q)
{
	return q->state == ASKED_OVER &&
	       (loop_now_ms() >= q->again_at || q->q.as_of != gap_count_now(q->ask->gaps));
}

struct question *ask_about(struct ask *a, const char *ref)
{
	struct asked *q, *next;

	for (q = TAILQ_FIRST(&a->asked); q; q = next) {
		next = TAILQ_NEXT(q, link);
		if (is_old(q))
			asked_free(q);
		else if (!strcmp(q->ref, ref))
			return &q->q;
	}
	return NULL;
}

void ask_changed(struct ask *a, const char *ref)
{
	struct question *q = ask_about(a, ref);

	if (q && (q->asked->state == ASKED_OUT || q->asked->state == ASKED_LATE))
		q->asked->changed = true;
}

/* Room for one more question: what was asked about in vain longest ago is forgotten. */
static bool make_room(struct ask *a)
{
	struct asked *q;

	if (a->count < ASKED_MOST)
		return true;
	TAILQ_FOREACH(q, &a->asked, link)
	if (q->state == ASKED_OVER) {
		asked_free(q);
		return true;
	}
	return false;
}

static struct asked *asked_new(struct ask *a, const char *ref)
{
	struct asked *q = alloc(sizeof(*q));

	q->ref = alloc_strdup(ref);
	q->ask = a;
	q->q.asked = q;
	q->q.ref = q->ref;
	q->q.arg = a->calls.arg;
	STAILQ_INIT(&q->waiters);
	TAILQ_INSERT_TAIL(&a->asked, q, link);
	a->count++;
	return q;
}

struct question *ask_anew(struct ask *a, const char *ref)
{
	struct question *before = ask_about(a, ref);
	struct asked *q;

	if (before)
		return before;
	if (a->stopping || !make_room(a))
		return NULL;
	q = asked_new(a, ref);
	asked_call(q);
	return &q->q;
}
