/*
 * A reading: a gap, the channels that it may have touched, and what is told of it when all of them have been read.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WATCHED_MOST 256

struct reading *reading_new(int64_t from_ms, int64_t to_ms)
{
	struct reading *r = alloc(sizeof(*r));

	r->from_ms = from_ms;
	r->to_ms = to_ms;
	return r;
}

void reading_free(struct reading *r)
{
	if (!r)
		return;
	free(r->nodes);
	free(r);
}

struct reading_node *reading_add(struct reading *r, const char *node, bool open)
{
	r->nodes = alloc_more(r->nodes, r->n + 1, sizeof(*r->nodes));
	r->nodes[r->n] = (struct reading_node){ .open = open };
	snprintf(r->nodes[r->n].node, NODE_ID_MAX, "%s", node);
	return &r->nodes[r->n++];
}

static struct reading_node *reading_node_of(struct reading *r, const char *node)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->nodes[i].node, node))
			return &r->nodes[i];
	return reading_add(r, node, false);
}

/* ---- which channels: a JOB_READ ---- */

struct watch { /* a channel with a Node */
	struct watched w;
	struct head head; /* id "": it is gone */
	int64_t swept_ms;
	const char *
		before; /* NULL: there was nobody to write down which marks are older than the Node */
	const char *announced; /* where its message in the announcements is: ref, NULL none */
	int64_t announced_us;
};

struct watches {
	int64_t now_ms;	   /* of the question */
	const char **only; /* Nodes that a sweep is owed to; NULL: all */
	size_t n_only;
	struct watch *watch;
	int n;
};

static bool watch_is_wanted(const struct watches *all, const char *node)
{
	for (size_t i = 0; i < all->n_only; i++)
		if (!strcmp(all->only[i], node))
			return true;
	return !all->only;
}

static int watch_read_metas(struct reads *r, struct arena *a, struct watch *w)
{
	const char *swept = NULL;
	int rc = r->meta(r, arena_printf(a, SWEPT_META, w->w.node), a, &swept);

	w->swept_ms = rc > 0 ? strtoll(swept, NULL, 10) : 0;
	return rc < 0 ? rc : r->meta(r, arena_printf(a, MARKS_META, w->w.node), a, &w->before);
}

static int watch_read_post(struct reads *r, struct arena *a, struct watch *w)
{
	struct post p;
	int rc = r->post(r, w->w.node, POST_SHORT, 0, a, &p);

	if (rc > 0 && p.channel && ts_us(p.id)) {
		w->announced = p.channel;
		w->announced_us = ts_us(p.id);
	}
	return rc;
}

static int watch_read(struct reads *r, struct arena *a, struct watch *w)
{
	int rc = r->rows->node_id(r->rows, w->w.node, a, &w->head);

	if (rc >= 0)
		rc = watch_read_metas(r, a, w);
	return rc < 0 ? rc : watch_read_post(r, a, w);
}

static int watches_read(struct reads *r, struct job *job)
{
	struct watches *all = job->found;
	struct arena *a = &job->arena;
	struct watched *w = arena_alloc(a, WATCHED_MOST * sizeof(*w));
	int n = r->watched(r, all->now_ms - LIVES_ON_MS, a, w, WATCHED_MOST), rc = n;

	all->watch = arena_alloc(a, (size_t)(n > 0 ? n : 1) * sizeof(*all->watch));
	for (int i = 0; i < n && rc >= 0; i++)
		if (watch_is_wanted(all, w[i].node)) {
			all->watch[all->n].w = w[i];
			rc = watch_read(r, a, &all->watch[all->n++]);
		}
	return rc;
}

/* ---- its walks ---- */

/* Several Nodes may have lived in the channel: it is read once, back to the oldest of those that live on. */
static void watch_channel(struct recover *c, struct reading *r, const struct watch *watch,
			  bool sweep)
{
	struct walk *w = walk_of(c, r, watch->w.channel);
	int64_t since = watch->w.from_ms > watch->head.declared_at ? watch->w.from_ms
								   : watch->head.declared_at;

	w->sweep = w->sweep || sweep;
	if (w->history_read) /* so far only a thread of it was to be read */
		w->history_read = w->pins_read = false;
	w->since = since * US;
	w->floor = watch->w.from_ms * US;
	w->edge = recover_back(w->since, BEFORE_MS);
	w->oldest = watch->before ? recover_back(w->since, MARKED_MS) : w->edge;
	if (recover_back(w->floor, BEFORE_MS) < w->oldest)
		w->oldest = recover_back(w->floor, BEFORE_MS);
	w->before_known = watch->before;
	buf_reset(&w->before);
	buf_adds(&w->before, watch->before);
}

/* Replies under its message in the announcements belong to the Node. */
static void watch_announcement(struct recover *c, struct reading *r, const struct watch *watch)
{
	struct walk *w;

	if (!watch->announced)
		return;
	w = walk_of(c, r, watch->announced);
	if (w->oldest == INT64_MAX)
		w->history_read = w->pins_read = true;
	moments_add(&w->announced, watch->announced_us);
	moments_add(&w->threads, watch->announced_us);
}

static void watch_begin(struct recover *c, struct reading *r, const struct watch *watch)
{
	bool swept = sweep_turn(c, r, watch->w.node, watch->swept_ms);
	bool open = watch->head.id[0] && status_open(watch->head.status);

	reading_add(r, watch->w.node, open)->swept = swept;
	watch_channel(c, r, watch, swept);
	watch_announcement(c, r, watch);
}

static void reading_begin(struct recover *c, struct reading *r, const struct watches *all)
{
	r->walks++; /* so that it lives until all its walks are there */
	for (int i = 0; i < all->n; i++)
		watch_begin(c, r, &all->watch[i]);
	sweep_forget(c, all->now_ms);
	if (--r->walks) {
		log_info("catch-up", "%s %d channels for what was missed",
			 r->owed ? "reading" : "sweeping", r->walks);
		c->readings++;
	} else {
		reading_free(r);
	}
}

/* It wasn't to be known what has to be read: the gap is still there. */
static void reading_put_back(struct recover *c, struct reading *r)
{
	if (r->owed) {
		if (!c->gap_from || r->from_ms < c->gap_from)
			c->gap_from = r->from_ms;
		if (r->to_ms > c->gap_to)
			c->gap_to = r->to_ms;
	}
	reading_free(r);
}

static void reading_known(struct job *job, void *arg)
{
	struct recover *c = arg;
	struct reading *r = c->starting;

	if (recover_is_gone(c, job))
		return;
	c->starting = NULL;
	if (c->state != RECOVER_STARTING) {
		reading_free(r);
	} else if (job->rc < 0) {
		log_warning("catch-up", "the store can't be read: %s", store_problem(c->s.store));
		reading_put_back(c, r);
		recover_rest(c, NULL, 0);
	} else {
		c->tries = 0;
		reading_begin(c, r, job->found);
		recover_move(c, RECOVER_IDLE);
		recover_step(c);
	}
	job_free(job);
}

/* Of a sweep alone only the Nodes that it is owed to are read. */
static void watches_only_owed(const struct recover *c, struct watches *all, struct arena *a)
{
	all->only = arena_alloc(a, c->n_owed * sizeof(*all->only));
	for (size_t i = 0; i < c->n_owed; i++)
		if (sweep_is_owed(c, c->owed[i].node))
			all->only[all->n_only++] = arena_strdup(a, c->owed[i].node);
}

void reading_start(struct recover *c, struct reading *r)
{
	struct job *job = job_new(JOB_READ);
	struct watches *all = arena_alloc(&job->arena, sizeof(*all));

	recover_move(c, RECOVER_STARTING);
	c->starting = r;
	all->now_ms = recover_now(c);
	if (!r->owed)
		watches_only_owed(c, all, &job->arena);
	job->found = all;
	job->read = watches_read;
	recover_submit(c, job, reading_known, c);
}

/* ---- what is told ---- */

void reading_count(struct reading *r, const struct outcome *out)
{
	r->found++;
	for (const struct change *change = out->changes; change; change = change->next)
		reading_node_of(r, change->node)->count++;
}

static void reading_tell(struct recover *c, const struct reading *r, const struct reading_node *t)
{
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = INTENT_RECOVERED,
		.via = VIA_BOT,
		.place = arena_strdup(&job->arena, c->place),
		.who = REF_BOT,
		.node = arena_strdup(&job->arena, t->node),
		.from_ms = r->from_ms,
		.now_ms = r->to_ms,
		.received_ms = recover_now(c),
		.count = t->count,
	};
	recover_submit(c, job, recover_noted, c);
}

static void note_swept(struct recover *c, const struct reading *r)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < r->n; i++)
		if (r->nodes[i].swept)
			recover_note_number(c, arena_printf(&a, SWEPT_META, r->nodes[i].node),
					    recover_now(c));
	arena_release(&a);
}

void reading_leave(struct recover *c, struct reading *r)
{
	if (r->walks == 1)
		reading_over(c, r);
	if (--r->walks == 0)
		reading_free(r);
}

/* Nodes that are over hear only of what was found for them. */
void reading_over(struct recover *c, const struct reading *r)
{
	for (size_t i = 0; i < r->n && r->to_ms; i++)
		if (r->nodes[i].count || (r->owed && r->nodes[i].open))
			reading_tell(c, r, &r->nodes[i]);
	log_info("catch-up", "%" PRId64 " missed %s recovered", r->found,
		 r->found == 1 ? "message" : "messages");
	c->readings--;
	note_swept(c, r);
}
