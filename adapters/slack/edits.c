/*
 * edits: posts that are behind their Node are brought up to it: what is there now is rendered, compared
 * by hash with what is shown, and one chat.update (or setTopic) at a time goes out for each. A burst of
 * changes is one edit; the last state always gets there, because `dirty` is only taken back by showing
 * the Node's own sequence number.
 */
#include "courier_private.h"

#include "adapters/log/log.h"

#include <stdlib.h>
#include <string.h>

#define DIRTY 64
#define SETTLE_MS 200		/* what comes together is shown together; within the second that is promised */
#define APART_MS 1000		/* at most one edit a second of one message */
#define RETRY_MS 2000

static struct edit *edit_of(struct courier *c, const struct post *p)
{
	struct edit *e;

	TAILQ_FOREACH(e, &c->edits, link)
		if (e->what == p->what && e->generation == p->generation && !strcmp(e->node, p->node))
			return e;
	e = calloc(1, sizeof(*e));
	if (!e)
		buf_oom();
	e->courier = c;
	snprintf(e->node, sizeof(e->node), "%s", p->node);
	e->what = p->what;
	e->generation = p->generation;
	e->not_before = loop_now_ms() + SETTLE_MS;
	TAILQ_INSERT_TAIL(&c->edits, e, link);
	return e;
}

static void edit_free(struct edit *e)
{
	TAILQ_REMOVE(&e->courier->edits, e, link);
	free(e);
}

void edits_free(struct courier *c)
{
	while (!TAILQ_EMPTY(&c->edits))
		edit_free(TAILQ_FIRST(&c->edits));
}

bool edits_quiet(const struct courier *c)
{
	const struct edit *e;

	TAILQ_FOREACH(e, &c->edits, link)
		if (e->out)
			return false;
	return true;
}

/* Forgets posts that have been up to date for a while, or are gone. */
static void forget(struct courier *c, int64_t now)
{
	struct edit *e, *next;

	for (e = TAILQ_FIRST(&c->edits); e; e = next) {
		next = TAILQ_NEXT(e, link);
		if (!e->out && !e->behind && e->not_before <= now)
			edit_free(e);
	}
}

/* ---- results ---- */

static void wait_a_moment(struct edit *e, int64_t ms)
{
	e->out = false;
	e->not_before = loop_now_ms() + ms;
	courier_wake_at(e->courier, e->not_before);
}

static void shown(struct job *job, void *arg)
{
	struct edit *e = arg;

	if (job->rc < 0 && !e->unsaved)
		log_warning(e->node, "what is shown can't be stored: %s", store_problem(e->courier->s.store));
	e->unsaved = job->rc < 0 && job->posts[0].ts && !job->refused;
	if (job->rc < 0)
		wait_a_moment(e, RETRY_MS);
	job_free(job);
	e->out = false;	/* if it is dirty still, courier_look(), which follows each batch, sees that */
}

static struct job *shown_job(struct edit *e, const char *hash)
{
	struct job *job = job_new(JOB_SHOWN);

	job->posts[0] = (struct post){
		.node = arena_strdup(&job->arena, e->node), .what = e->what, .generation = e->generation,
		.ts = "", .shown = e->shown, .hash = arena_strdup(&job->arena, hash),
	};
	job->n_posts = 1;
	job->done = shown;
	job->arg = e;
	return job;
}

static struct job *refused_job(struct edit *e)
{
	struct job *job = shown_job(e, e->hash);

	job->refused = true;
	return job;
}

static void add_say(struct job *job, enum saying what, const char *node, int64_t generation)
{
	struct say *s = arena_alloc(&job->arena, sizeof(*s)), **end = &job->says;

	*s = (struct say){ .what = what, .node = node, .generation = generation };
	while (*end)
		end = &(*end)->next;
	*end = s;
}

struct job *post_gone_job(const struct post *p)
{
	struct job *job = job_new(JOB_SHOWN);
	const char *node = arena_strdup(&job->arena, p->node);

	job->posts[0] = (struct post){ .node = node, .what = p->what, .generation = p->generation };
	job->n_posts = 1;
	if (p->what == POST_CARD) {
		add_say(job, SAY_CARD, node, p->generation + 1);
		add_say(job, SAY_PIN, node, p->generation + 1);
	}
	return job;
}

static struct job *gone_job(struct edit *e)
{
	const struct post p = { .node = e->node, .what = e->what, .generation = e->generation };
	struct job *job = post_gone_job(&p);

	job->done = shown;
	job->arg = e;
	return job;
}

static void updated(const struct web_result *r, void *arg)
{
	struct edit *e = arg;
	struct courier *c = e->courier;

	if (c->s.answered)
		c->s.answered(false, c->s.answered_arg);
	if (r->end == WEB_OK) {
		c->s.submit(shown_job(e, e->hash), c->s.arg);
	} else if (r->end == WEB_REFUSED && !strcmp(r->error, "message_not_found")) {
		c->s.submit(gone_job(e), c->s.arg);
	} else if (r->end == WEB_REFUSED && courier_is_locked_out(r->error)) {
		wait_a_moment(e, LOCKED_OUT_MS);
	} else if (r->end == WEB_REFUSED) {
		/* Asking again with the same would be refused again: it waits until the Node changes, or the channel
		 * is opened again. */
		log_warning(e->node, "its message can't be edited: %s", web_error_says(r->error));
		c->s.submit(refused_job(e), c->s.arg);
	} else {
		wait_a_moment(e, r->retry_ms > RETRY_MS ? r->retry_ms : RETRY_MS);
	}
	if (c->s.answered)
		c->s.answered(true, c->s.answered_arg);
}

/* ---- what should be seen ---- */

static void render(struct courier *c, const struct post *p, const struct view *v, struct arena *a,
		   struct shown *s)
{
	struct post newer;

	switch (p->what) {
	case POST_CARD:
		card_blocks(s, v);
		break;
	case POST_SHORT:
		short_card_blocks(s, v);
		break;
	case POST_REPORT:
		newer.permalink = NULL;
		if (p->generation < v->head.report &&
		    store_post(c->s.store, p->node, POST_REPORT, v->head.report, a, &newer) <= 0)
			newer.permalink = NULL;
		report_blocks(s, v, newer.permalink);
		break;
	case POST_TOPIC:
		topic_text(&s->text, v);
		break;
	case POSTS:
		break;
	}
}

static void send_edit(struct edit *e, const struct post *p, const struct shown *s)
{
	struct web *web = e->courier->s.web;
	const struct web_param update[] = {
		{ "channel", p->channel }, { "ts", p->ts }, { "text", s->text.s },
		{ "blocks", s->blocks.s }, { NULL, NULL },
	};
	const struct web_param topic[] = {
		{ "channel", p->channel }, { "topic", s->text.s }, { NULL, NULL }
	};

	e->out = true;
	e->unsaved = false;
	e->not_before = loop_now_ms() + APART_MS;
	if (p->what == POST_TOPIC)
		web_call(web, WEB_CONVERSATIONS_SET_TOPIC, p->channel, topic, updated, e);
	else
		web_call(web, WEB_CHAT_UPDATE, p->channel, update, updated, e);
}

static void bring_up(struct courier *c, struct edit *e, const struct post *p)
{
	char before[sizeof(e->hash)];
	struct rows *rows = store_rows(c->s.store);
	struct arena a;
	struct shown s;
	struct view v;

	arena_init(&a);
	shown_init(&s);
	if (rows->view(rows, p->node, p->what == POST_REPORT ? VIEW_FULL : VIEW_CARD, &a, &v) > 0) {
		v.root = c->s.settings->root;
		render(c, p, &v, &a, &s);
		e->shown = v.head.seq;
		memcpy(before, e->hash, sizeof(before));
		courier_hash(c, e->hash, s.blocks.s, s.text.s);
		if (!strcmp(e->hash, e->unsaved ? before : p->hash)) {
			e->out = true;
			c->s.submit(shown_job(e, e->hash), c->s.arg);
		} else {
			send_edit(e, p, &s);
		}
	} else {
		wait_a_moment(e, RETRY_MS);
	}
	shown_release(&s);
	arena_release(&a);
}

static int64_t method_wait(struct courier *c, const struct post *p)
{
	return web_wait_ms(c->s.web, p->what == POST_TOPIC ? WEB_CONVERSATIONS_SET_TOPIC : WEB_CHAT_UPDATE,
			   p->channel);
}

void edits_look(struct courier *c)
{
	struct post dirty[DIRTY];
	struct edit *known;
	struct arena a;
	int64_t now = loop_now_ms(), wait;
	int n, i;

	c->posts_stirred = false;
	TAILQ_FOREACH(known, &c->edits, link)
		known->behind = false;
	arena_init(&a);
	n = store_dirty(c->s.store, &a, dirty, DIRTY);
	if (n < 0) {
		log_warning("edits", "what is behind can't be read: %s", store_problem(c->s.store));
		c->posts_stirred = true;
		courier_wake_at(c, now + RETRY_MS);
	}
	for (i = 0; i < n; i++) {
		struct edit *e = edit_of(c, &dirty[i]);

		e->behind = true;
		if (e->out)
			continue;
		if (e->not_before > now) {
			courier_wake_at(c, e->not_before);
			continue;
		}
		/* Not queued behind the limit: by then there may be something newer to show, or more urgent. */
		wait = method_wait(c, &dirty[i]);
		if (wait > 0)
			courier_wake_at(c, now + wait);
		else
			bring_up(c, e, &dirty[i]);
	}
	arena_release(&a);
	forget(c, now);
}
