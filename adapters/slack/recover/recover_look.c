/*
 * What the store knows of a page: one JOB_READ for a chunk of its messages, and for a chunk of those that should be in it,
 * each as of one moment. It may run on another thread, a while later: the question is a copy, and so is the answer.
 *
 * What is said or saved meanwhile may not be in it. That is right: what comes live is newer than the page, and wins.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"

#include <string.h>

#define CAPTURES_MOST 16 /* of one message */
#define SOURCES_MOST 256 /* of one capture; those beyond are said again and change nothing */
#define CHUNK 32

/* ---- in the store ---- */

static int look_read_message(struct reads *r, struct arena *a, const char *channel, const char *ts,
			     struct message *m)
{
	int rc = r->rows->message(r->rows, channel, ts, a, m);

	m->at = ts_ms(ts);
	return rc;
}

static int look_read_sources(struct reads *r, struct arena *a, struct held *held)
{
	struct source h[SOURCES_MOST];
	int n = r->rows->sources(r->rows, held->c.node, held->c.n, a, h, SOURCES_MOST);

	if (n < 0)
		return n;
	held->h = arena_alloc(a, sizeof(*h) * (size_t)(n + 1));
	memcpy(held->h, h, sizeof(*h) * (size_t)n);
	held->n = n;
	return n;
}

static int look_read_captures(struct reads *r, struct arena *a, const char *channel,
			      struct known *k)
{
	struct capture c[CAPTURES_MOST];
	int n = r->rows->captures(r->rows, channel, k->ts, a, c, CAPTURES_MOST), rc = n;

	k->held = arena_alloc(a, sizeof(*k->held) * (size_t)(n > 0 ? n : 1));
	for (; k->n < n && rc >= 0; k->n++) {
		k->held[k->n].c = c[k->n];
		k->deleted = k->deleted || c[k->n].deleted;
		rc = look_read_sources(r, a, &k->held[k->n]);
	}
	return rc;
}

static int look_read_people(struct reads *r, struct arena *a, struct known *k)
{
	struct person p;
	int rc = 0;

	k->ranked = arena_alloc(a, k->n_people + 1);
	for (size_t i = 0; i < k->n_people && rc >= 0; i++) {
		rc = r->rows->person(r->rows, k->people[i], a, &p);
		k->ranked[i] = rc > 0 && p.rank != RANK_UNKNOWN;
	}
	return rc;
}

static int look_read_then(struct reads *r, struct arena *a, const char *channel, struct known *k)
{
	struct head h;
	int rc = k->ask_then ? r->rows->node_open_at(r->rows, channel, ts_ms(k->ts), a, &h) : 0;

	k->then = rc > 0;
	return rc;
}

static int look_read_known(struct reads *r, struct arena *a, const char *channel, struct known *k)
{
	int rc = look_read_message(r, a, channel, k->ts, &k->m);

	k->remembered = rc > 0;
	k->deleted = k->remembered && k->m.deleted;
	if (rc >= 0)
		rc = look_read_captures(r, a, channel, k);
	if (rc >= 0)
		rc = look_read_then(r, a, channel, k);
	return rc < 0 ? rc : look_read_people(r, a, k);
}

static int look_read_remembered(struct reads *r, struct arena *a, struct look *look)
{
	struct message *m = arena_alloc(a, CHUNK * sizeof(*m));
	int n = r->remembered(r, look->channel, look->low, look->high, a, m, CHUNK);

	for (int i = 0; i < n; i++) {
		look->missing[i].m = m[i];
		look->missing[i].m.at = ts_ms(m[i].id);
	}
	return n;
}

static int look_read_captured(struct reads *r, struct arena *a, struct look *look)
{
	struct capture *c = arena_alloc(a, CHUNK * sizeof(*c));
	int n = r->captured(r, look->channel, look->low, look->high, a, c, CHUNK), rc = n;

	for (int i = 0; i < n && rc >= 0; i++) {
		struct missing *gone = &look->missing[i];

		gone->held.c = c[i];
		if (look->sources) {
			rc = look_read_sources(r, a, &gone->held);
		} else {
			rc = look_read_message(r, a, look->channel, c[i].message_id, &gone->m);
			gone->remembered = rc > 0;
		}
	}
	return rc < 0 ? rc : n;
}

static int look_read_missing(struct reads *r, struct arena *a, struct look *look)
{
	look->missing = arena_alloc(a, CHUNK * sizeof(*look->missing));
	look->n_missing = (look->absent == ABSENT_REMEMBERED ? look_read_remembered
							     : look_read_captured)(r, a, look);
	return look->n_missing;
}

static int look_read(struct reads *r, struct job *job)
{
	struct look *look = job->found;
	struct arena *a = &job->arena;
	struct names *names = &r->rows->names;
	int rc = look->n ? 0 : look_read_missing(r, a, look);

	for (size_t i = 0; i < look->n && rc >= 0; i++)
		if (look->known[i].ts)
			rc = look_read_known(r, a, look->channel, &look->known[i]);
	look->channel_name = arena_strdup(
		a, names->name(names, TEXT_CHANNEL, look->channel, strlen(look->channel)));
	return rc;
}

/* ---- the question ---- */

static void look_ask_known(const struct recover *c, const struct seen *s, struct arena *a,
			   struct known *k)
{
	const struct walk *w = c->walk;

	if (s->own || page_is_before(c, s))
		return;
	k->ts = arena_strdup(a, s->m.id);
	k->ask_then = s->us < w->since && s->us >= w->floor;
	k->people = arena_alloc(a, (s->n_marks + 1) * sizeof(*k->people));
	for (; k->n_people < s->n_marks; k->n_people++)
		k->people[k->n_people] = arena_strdup(a, s->marks[k->n_people].person);
}

static void look_ask(const struct recover *c, struct look *look, struct arena *a)
{
	const struct recover_page *p = c->page;

	look->channel = arena_strdup(a, c->walk->channel);
	look->from = p->at;
	look->n = p->n - p->at < CHUNK ? p->n - p->at : CHUNK;
	look->known = arena_alloc(a, (look->n + 1) * sizeof(*look->known));
	for (size_t i = 0; i < look->n; i++)
		look_ask_known(c, &p->seen[p->at + i], a, &look->known[i]);
	look->absent = p->absent;
	look->sources = p->kind == PAGE_PINS;
	look->low = ts_write(a, p->absent_at);
	look->high = ts_write(a, p->high);
}

/* ---- the answer ---- */

static void look_known(struct job *job, void *arg)
{
	struct recover *c = arg;

	if (recover_is_gone(c, job))
		return;
	if (c->state != RECOVER_LOOKING) {
		job_free(job);
		return;
	}
	if (job->rc < 0) {
		log_warning("catch-up", "the store can't be read: %s", store_problem(c->s.store));
		c->unsaved = true;
		job_free(job);
	} else {
		c->page->look = job;
	}
	recover_move(c, RECOVER_COMPARING);
	page_compare(c);
}

void look_start(struct recover *c)
{
	struct job *job = job_new(JOB_READ);
	struct look *look = arena_alloc(&job->arena, sizeof(*look));

	look_free(c->page);
	look_ask(c, look, &job->arena);
	job->found = look;
	job->read = look_read;
	recover_move(c, RECOVER_LOOKING);
	recover_submit(c, job, look_known, c);
}

const struct look *look_of(const struct recover_page *p)
{
	const struct look *look = p->look ? p->look->found : NULL;

	if (!look || (look->n && p->at == look->from + look->n))
		return NULL;
	return look;
}

void look_free(struct recover_page *p)
{
	if (p->look)
		job_free(p->look);
	p->look = NULL;
}
