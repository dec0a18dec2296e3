#include "adapters/slack/in/facts.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#define PATIENCE_MS 1500
#define BEHIND_MOST 16

struct waiter {
	STAILQ_ENTRY(waiter) link;
	uint64_t ticket; /* in the order of which they go on */
	int64_t until;	 /* loop_now_ms() */
	struct arena arena;
	struct fact *facts; /* those that were being asked for */
	size_t n;
	bool looking; /* first the store is asked what is known; nobody behind it goes on before that */
	void (*go_on)(void *arg);
	void *arg;
};

struct speaker { /* somebody who waits */
	LIST_ENTRY(speaker) link;
	char *who;
	STAILQ_HEAD(, waiter) waiters; /* in the order in which they spoke */
	int count;
	int flying; /* deeds on their way that may come back to wait */
};

struct facts {
	struct router_seams s;
	struct gap_count gaps;
	struct people *people;
	struct rooms *rooms;
	struct group *group;
	struct loop_timer *patience;
	LIST_HEAD(, speaker) speakers;
	bool stopping;
	uint64_t tickets; /* given out */
	uint64_t going;	  /* of what goes on just now; 0: nothing does */
};

static void facts_look(void *arg);

/* What hangs on it is read again. */
static void facts_gap_saved(void *arg)
{
	struct facts *f = arg;

	rooms_look(f->rooms);
	group_ask(f->group);
}

struct facts *facts_new(const struct router_seams *seams)
{
	struct facts *f = alloc(sizeof(*f));

	f->s = *seams;
	f->gaps = (struct gap_count){
		.submit = seams->submit,
		.submit_arg = seams->arg,
		.raised = facts_gap_saved,
		.arg = f,
	};
	f->people = people_new(seams, &f->gaps, facts_look, f);
	f->rooms = rooms_new(seams, &f->gaps, facts_look, f);
	f->group = group_new(seams, &f->gaps, facts_look, f);
	f->patience = loop_timer_new(seams->loop, facts_look, f);
	LIST_INIT(&f->speakers);
	gap_count_read(&f->gaps);
	return f;
}

static void waiter_free(struct waiter *w)
{
	arena_release(&w->arena);
	free(w);
}

static void speaker_free(struct speaker *s)
{
	struct waiter *w;

	while ((w = STAILQ_FIRST(&s->waiters))) {
		STAILQ_REMOVE_HEAD(&s->waiters, link);
		waiter_free(w);
	}
	LIST_REMOVE(s, link);
	free(s->who);
	free(s);
}

void facts_free(struct facts *f)
{
	if (!f)
		return;
	while (!LIST_EMPTY(&f->speakers))
		speaker_free(LIST_FIRST(&f->speakers));
	people_free(f->people);
	rooms_free(f->rooms);
	group_free(f->group);
	loop_timer_free(f->patience);
	free(f);
}

struct people *facts_people(struct facts *f)
{
	return f->people;
}

struct rooms *facts_rooms(struct facts *f)
{
	return f->rooms;
}

struct group *facts_group(struct facts *f)
{
	return f->group;
}

const struct gap_count *facts_gaps(const struct facts *f)
{
	return &f->gaps;
}

void facts_gap(struct facts *f)
{
	gap_count_raise(&f->gaps);
}

/* ---- going on ---- */

static bool is_asked(struct facts *f, const struct fact *fact)
{
	switch (fact->kind) {
	case FACT_PERSON:
		return people_asks(f->people, fact->ref);
	case FACT_MEMBERS:
		return rooms_asks_members(f->rooms, fact->ref);
	case FACT_OPENNESS:
		return rooms_asks_openness(f->rooms, fact->ref);
	case FACT_GROUP:
		return group_asks(f->group);
	}
	return false;
}

static bool is_ready(struct facts *f, const struct waiter *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (is_asked(f, &w->facts[i]))
			return false;
	return true;
}

/* May come back here. */
static void go_on_as(struct facts *f, uint64_t ticket, void (*then)(void *arg), void *arg)
{
	uint64_t outer = f->going;

	f->going = ticket;
	then(arg);
	f->going = outer;
}

/* The one who spoke first goes on. */
static void facts_go_on(struct facts *f, struct speaker *s)
{
	struct waiter *w = STAILQ_FIRST(&s->waiters);
	uint64_t ticket = w->ticket;
	void (*then)(void *arg) = w->go_on;
	void *arg = w->arg;

	STAILQ_REMOVE_HEAD(&s->waiters, link);
	s->count--;
	waiter_free(w);
	if (STAILQ_EMPTY(&s->waiters) && !s->flying)
		speaker_free(s);
	go_on_as(f, ticket, then, arg);
}

/* Somebody whose first can go on. */
static struct speaker *next_ready(struct facts *f)
{
	int64_t now = loop_now_ms();
	struct speaker *s;
	struct waiter *w;

	LIST_FOREACH(s, &f->speakers, link) {
		w = STAILQ_FIRST(&s->waiters);
		if (!w || w->looking || (s->flying && !f->stopping))
			continue;
		if (f->stopping || is_ready(f, w))
			return s;
		if (now >= w->until) {
			log_info(s->who, "Slack is slow to answer; going on without");
			return s;
		}
	}
	return NULL;
}

static void arm(struct facts *f)
{
	int64_t first = INT64_MAX, in;
	struct speaker *s;

	LIST_FOREACH(s, &f->speakers, link) {
		const struct waiter *w = STAILQ_FIRST(&s->waiters);

		if (w && !w->looking && !s->flying && w->until < first)
			first = w->until;
	}
	in = first - loop_now_ms();
	loop_timer_set(f->patience, first == INT64_MAX ? -1 : in > 0 ? in : 0);
}

static void facts_look(void *arg)
{
	struct facts *f = arg;
	struct speaker *s;

	while ((s = next_ready(f)))
		facts_go_on(f, s);
	arm(f);
}

void facts_stop(struct facts *f)
{
	f->stopping = true;
	rooms_stop(f->rooms);
	group_stop(f->group);
	people_stop(f->people);
	facts_look(f);
}

/* ---- who waits, in which order ---- */

static bool facts_ask(struct facts *f, const struct fact *fact)
{
	switch (fact->kind) {
	case FACT_PERSON:
		return people_ask(f->people, fact->ref, fact->name, fact->needs, fact->known);
	case FACT_MEMBERS:
		return rooms_ask_members(f->rooms, fact->ref);
	case FACT_OPENNESS:
		return rooms_ask_openness(f->rooms, fact->ref);
	case FACT_GROUP:
		return group_ask(f->group);
	}
	return false;
}

static struct speaker *speaker_of(struct facts *f, const char *who)
{
	struct speaker *s;

	LIST_FOREACH(s, &f->speakers, link)
		if (!strcmp(s->who, who))
			return s;
	return NULL;
}

static struct speaker *speaker_new(struct facts *f, const char *who)
{
	struct speaker *s = alloc(sizeof(*s));

	s->who = alloc_strdup(who);
	STAILQ_INIT(&s->waiters);
	LIST_INSERT_HEAD(&f->speakers, s, link);
	return s;
}

static struct waiter *waiter_new(const struct fact *facts, size_t n, int64_t since_ms)
{
	struct waiter *w = alloc(sizeof(*w));

	arena_init(&w->arena);
	w->until = since_ms + PATIENCE_MS;
	w->n = n;
	w->facts = arena_alloc(&w->arena, (n + 1) * sizeof(*w->facts));
	for (size_t i = 0; i < n; i++) {
		w->facts[i] = facts[i];
		w->facts[i].ref = arena_strdup(&w->arena, facts[i].ref);
		w->facts[i].name = arena_strdup(&w->arena, facts[i].name);
		w->facts[i].known = NULL;
	}
	return w;
}

/* All of them go on, or the next would overtake; but for what the store is asked first. */
static void facts_too_many(struct facts *f, const char *who)
{
	struct speaker *s;

	log_info(who, "%d envelopes wait for a fact; going on without", BEHIND_MOST);
	while ((s = speaker_of(f, who)) && !STAILQ_EMPTY(&s->waiters) &&
	       !STAILQ_FIRST(&s->waiters)->looking)
		facts_go_on(f, s);
}

/* Nothing that was said before may still wait. */
static bool goes_at_once(const struct speaker *s, uint64_t ticket, bool again)
{
	const struct waiter *first = s ? STAILQ_FIRST(&s->waiters) : NULL;

	return !s || ((again || !s->flying) && (!first || first->ticket > ticket));
}

/* Most are the last. */
static void insert(struct speaker *s, struct waiter *w)
{
	struct waiter *before = NULL, *at;

	STAILQ_FOREACH(at, &s->waiters, link)
	if (at->ticket < w->ticket)
		before = at;
	if (before)
		STAILQ_INSERT_AFTER(&s->waiters, before, w, link);
	else
		STAILQ_INSERT_HEAD(&s->waiters, w, link);
	s->count++;
}

static bool facts_ask_all(struct facts *f, const struct fact *facts, size_t n)
{
	bool wait = false;

	for (size_t i = 0; i < n; i++)
		wait |= facts_ask(f, &facts[i]);
	return wait;
}

static struct waiter *enqueue(struct facts *f, uint64_t ticket, int64_t since_ms, const char *who,
			      const struct fact *facts, size_t n)
{
	struct speaker *s = speaker_of(f, who);
	struct waiter *w = waiter_new(facts, n, since_ms);

	w->ticket = ticket;
	insert(s ? s : speaker_new(f, who), w);
	return w;
}

/* ---- what the store knows of people, before Slack is asked ---- */

struct facts_rows { /* a JOB_READ's: as many as w->facts; known of those that are people */
	struct facts *facts;
	struct waiter *w;
	const char **refs; /* NULL: not a person */
	struct person *known;
	size_t n;
};

static int rows_read(struct reads *r, struct job *job)
{
	struct facts_rows *rows = job->found;
	int rc = 0;

	for (size_t i = 0; i < rows->n && rc >= 0; i++)
		if (rows->refs[i])
			rc = r->rows->person(r->rows, rows->refs[i], &job->arena, &rows->known[i]);
	return rc < 0 ? rc : 0;
}

/* Who can't be read is asked about. */
static void rows_known(struct job *job, void *arg)
{
	const struct facts_rows *rows = job->found;
	struct waiter *w = rows->w;

	(void)arg;
	for (size_t i = 0; i < rows->n; i++)
		w->facts[i].known = &rows->known[i];
	if (!facts_ask_all(rows->facts, w->facts, w->n))
		w->n = 0;
	w->looking = false;
	facts_look(rows->facts);
	job_free(job);
}

static void look_first(struct facts *f, struct waiter *w)
{
	struct job *job = job_new(JOB_READ);
	struct facts_rows *rows = arena_alloc(&job->arena, sizeof(*rows));

	*rows = (struct facts_rows){ .facts = f, .w = w, .n = w->n };
	rows->refs = arena_alloc(&job->arena, (w->n + 1) * sizeof(*rows->refs));
	rows->known = arena_alloc(&job->arena, (w->n + 1) * sizeof(*rows->known));
	for (size_t i = 0; i < w->n; i++)
		if (w->facts[i].kind == FACT_PERSON)
			rows->refs[i] = arena_strdup(&job->arena, w->facts[i].ref);
	w->looking = true;
	job->ahead = true;
	job->found = rows;
	job->read = rows_read;
	job->done = rows_known;
	f->s.submit(job, f->s.arg);
}

static bool must_look(const struct fact *facts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (facts[i].kind == FACT_PERSON && !facts[i].known)
			return true;
	return false;
}

/* ---- waiting ---- */

static bool has_room(struct facts *f, const char *who)
{
	const struct speaker *s = speaker_of(f, who);

	if (!s || s->count < BEHIND_MOST)
		return true;
	facts_too_many(f, who);
	return false;
}

static void wait_as(struct facts *f, uint64_t ticket, bool again, int64_t since_ms, const char *who,
		    const struct fact *facts, size_t n, void (*then)(void *arg), void *arg)
{
	struct waiter *w;
	bool look = must_look(facts, n), wait;

	gap_count_read(&f->gaps); /* in case it could not be read */
	wait = !look && facts_ask_all(f, facts, n);
	if (!has_room(f, who))
		look = wait = false;
	if (f->stopping || (!look && !wait && goes_at_once(speaker_of(f, who), ticket, again))) {
		go_on_as(f, ticket, then, arg);
		return;
	}
	w = enqueue(f, ticket, since_ms, who, facts, look || wait ? n : 0);
	w->go_on = then;
	w->arg = arg;
	if (look)
		look_first(f, w);
	arm(f);
}

void facts_wait(struct facts *f, const char *who, const struct fact *facts, size_t n,
		void (*then)(void *arg), void *arg)
{
	wait_as(f, ++f->tickets, false, loop_now_ms(), who, facts, n, then, arg);
}

void facts_wait_again(struct facts *f, uint64_t ticket, int64_t since_ms, const char *who,
		      const struct fact *facts, size_t n, void (*then)(void *arg), void *arg)
{
	wait_as(f, ticket, true, since_ms, who, facts, n, then, arg);
}

void facts_fly_again(struct facts *f, const char *who)
{
	struct speaker *s = speaker_of(f, who);

	if (!s)
		s = speaker_new(f, who);
	s->flying++;
}

uint64_t facts_fly(struct facts *f, const char *who)
{
	facts_fly_again(f, who);
	return f->going ? f->going : ++f->tickets;
}

void facts_land(struct facts *f, const char *who)
{
	struct speaker *s = speaker_of(f, who);

	s->flying--;
	if (!s->flying && STAILQ_EMPTY(&s->waiters))
		speaker_free(s);
	else
		facts_look(f);
}

bool facts_waits(const struct facts *f, const char *who)
{
	const struct speaker *s;

	LIST_FOREACH(s, &f->speakers, link)
		if (!strcmp(s->who, who))
			return !STAILQ_EMPTY(&s->waiters);
	return false;
}
