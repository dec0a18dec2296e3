/*
 * Nodes declared --here, in a channel that was in use before: what was marked and tagged in its last hours is read back, and
 * what had been marked earlier is written down, because from then on whoever marks an older message means this Node.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"

#include <stdlib.h>
#include <string.h>

#define LOOK_MOST 8
#define AGAIN_MS 5000

/* ---- new Nodes in old channels ---- */

static void here_read_back(struct recover *c, const char *node, const char *channel,
			   int64_t from_ms)
{
	struct reading *r = reading_new(from_ms, 0);
	struct walk *w = walk_new(c, r, channel);

	reading_add(r, node, true);
	w->backfill = true;
	w->news = w->since = w->floor = w->edge = from_ms * US;
	w->oldest = recover_back(w->edge, MARKED_MS - BEFORE_MS);
	c->readings++;
	loop_timer_set(c->timer, 0);
}

struct newest { /* a JOB_READ's, in its arena: Nodes that live in channels, the newest first */
	int64_t now_ms;
	struct watched w[LOOK_MOST];
	struct head head[LOOK_MOST];
	bool read_back[LOOK_MOST]; /* that was done, and what was marked before is written down */
	int n;
};

static int here_read_one(struct reads *r, struct job *job, int i)
{
	struct newest *all = job->found;
	struct arena *a = &job->arena;
	const char *before;
	int rc = r->rows->node_id(r->rows, all->w[i].node, a, &all->head[i]);

	if (rc > 0)
		rc = r->meta(r, arena_printf(a, MARKS_META, all->w[i].node), a, &before);
	all->read_back[i] = rc > 0;
	return rc;
}

static int here_read(struct reads *r, struct job *job)
{
	struct newest *all = job->found;
	int n = r->watched(r, all->now_ms, &job->arena, all->w, LOOK_MOST), rc = n;

	for (int i = 0; i < n && rc >= 0; i++)
		rc = here_read_one(r, job, i);
	all->n = n;
	return rc;
}

static bool here_is_newer(const struct recover *c, const struct head *h)
{
	return h->year > c->here.year || (h->year == c->here.year && h->number > c->here.number);
}

/* Those that were there before the first look are read back if the program ended before that was done; each later one that is
 * newer than all so far. */
static void here_take(struct recover *c, const struct newest *all)
{
	for (int i = 0; i < all->n; i++) {
		const struct head *h = &all->head[i];

		if (h->id[0] && !h->own_channel && !all->read_back[i] && here_is_newer(c, h))
			here_read_back(c, all->w[i].node, all->w[i].channel,
				       h->declared_at - BEFORE_MS);
	}
	for (int i = 0; i < all->n; i++)
		if (here_is_newer(c, &all->head[i])) {
			c->here.year = all->head[i].year;
			c->here.number = all->head[i].number;
		}
}

static void here_known(struct job *job, void *arg)
{
	struct recover *c = arg;

	if (recover_is_gone(c, job))
		return;
	c->here.out = false;
	if (job->rc < 0) {
		log_warning("catch-up", "the store can't be read: %s", store_problem(c->s.store));
		c->here.again = true;
		loop_timer_set(c->timer, AGAIN_MS);
	} else if (c->state != RECOVER_STOPPED) {
		here_take(c, job->found);
		if (c->here.again)
			here_look(c);
	}
	job_free(job);
}

void here_look(struct recover *c)
{
	struct newest *all;
	struct job *job;

	c->here.again = c->here.out;
	if (c->here.out)
		return;
	c->here.out = true;
	job = job_new(JOB_READ);
	all = arena_alloc(&job->arena, sizeof(*all));
	all->now_ms = recover_now(c);
	job->found = all;
	job->read = here_read;
	recover_submit(c, job, here_known, c);
}

/* ---- which marks are older than the Node ---- */

static void before_print(struct buf *b, const struct seen *s, const struct reaction *m,
			 const char *person)
{
	buf_addf(b, " %s/%d/%s ", s->m.id, (int)m->kind, person);
}

void before_note(struct walk *w, const struct seen *s)
{
	for (size_t i = 0; i < s->n_marks; i++)
		before_print(&w->before, s, &s->marks[i], s->partial ? "*" : s->marks[i].person);
}

bool before_stood(const struct walk *w, const struct seen *s, const struct reaction *m)
{
	struct buf one;
	bool found = false;

	if (w->backfill || s->us >= w->edge)
		return false;
	if (!w->before_known)
		return true;
	buf_init(&one, BUF_ROOMY);
	before_print(&one, s, m, m->person);
	found = strstr(w->before.s, one.s);
	buf_reset(&one);
	before_print(&one, s, m, "*");
	found = found || strstr(w->before.s, one.s);
	buf_release(&one);
	return found;
}

/* What was cut off could be told from nothing. */
void before_save(struct recover *c, const struct walk *w)
{
	struct arena a;

	if (!w->backfill || w->unreadable || w->before.full)
		return;
	arena_init(&a);
	recover_note(c, arena_printf(&a, MARKS_META, w->reading->nodes[0].node), w->before.s);
	arena_release(&a);
}
