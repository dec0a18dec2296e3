/*
 * edits: posts that are behind their Node are brought up to it: what is there now is rendered, compared
 * by hash with what is shown, and one chat.update (or setTopic) at a time goes out for each. A burst of
 * changes is one edit; the last state always gets there, because `dirty` is only taken back by showing
 * the Node's own sequence number.
 */
#include "adapters/slack/out/behind.h"
#include "adapters/slack/out/courier_private.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define SETTLE_MS \
	200 /* what comes together is shown together; within the second that is promised */
#define APART_MS 1000 /* at most one edit a second of one message */
#define RETRY_MS 2000

static struct edit *edits_edit_of(struct courier *c, const struct post *p)
{
	struct edit *e;

	TAILQ_FOREACH(e, &c->edits, link)
	if (e->what == p->what && e->generation == p->generation && !strcmp(e->node, p->node))
		return e;
	e = alloc(sizeof(*e));
	e->courier = c;
	snprintf(e->node, sizeof(e->node), "%s", p->node);
	e->what = p->what;
	e->generation = p->generation;
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
static void edits_forget(struct courier *c, int64_t now)
{
	struct edit *e, *next;

	for (e = TAILQ_FIRST(&c->edits); e; e = next) {
		next = TAILQ_NEXT(e, link);
		if (!e->out && !e->behind && e->not_before <= now)
			edit_free(e);
	}
}

static void edits_wake_at(struct courier *c, int64_t at)
{
	if (at < c->posts_at)
		c->posts_at = at;
	courier_wake_at(c, c->posts_at);
}

/* ---- results ---- */

static void edits_wait_a_moment(struct edit *e, int64_t ms)
{
	e->out = false;
	e->not_before = loop_now_ms() + ms;
	edits_wake_at(e->courier, e->not_before);
}

static void shown(struct job *job, void *arg)
{
	struct edit *e = arg;

	if (job->rc < 0 && !e->unsaved)
		log_warning(e->node, "what is shown can't be stored: %s",
			    store_problem(e->courier->s.store));
	e->unsaved = job->rc < 0 && job->shown.post.id && !job->shown.refused;
	if (job->rc < 0)
		edits_wait_a_moment(e, RETRY_MS);
	job_free(job);
	e->out = false; /* if it is dirty still, STIR_POSTS says so */
}

static struct job *shown_job(struct edit *e, const char *hash)
{
	struct job *job = job_new(JOB_SHOWN);

	job->shown.post = (struct post){
		.node = arena_strdup(&job->arena, e->node),
		.what = e->what,
		.generation = e->generation,
		.id = "",
		.shown = e->shown,
		.hash = arena_strdup(&job->arena, hash),
	};
	job->done = shown;
	job->arg = e;
	return job;
}

static struct job *refused_job(struct edit *e)
{
	struct job *job = shown_job(e, e->hash);

	job->shown.refused = true;
	return job;
}

static void add_letter(struct job *job, enum saying what, const char *node, int64_t generation)
{
	struct letter *s = arena_alloc(&job->arena, sizeof(*s)), **end = &job->shown.letters;

	*s = (struct letter){ .what = what, .node = node, .generation = generation };
	while (*end)
		end = &(*end)->next;
	*end = s;
}

struct job *post_gone_job(const struct post *p)
{
	struct job *job = job_new(JOB_SHOWN);
	const char *node = arena_strdup(&job->arena, p->node);

	job->shown.post =
		(struct post){ .node = node, .what = p->what, .generation = p->generation };
	if (p->what == POST_CARD) {
		add_letter(job, SAY_CARD, node, p->generation + 1);
		add_letter(job, SAY_PIN, node, p->generation + 1);
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

/* With a container; how it ends without, tells whether it was that. */
static bool edits_unfolds(struct edit *e, const struct web_result *r)
{
	struct web_newer *newer = e->courier->s.newer;
	int64_t now = e->courier->s.clock->now_ms(e->courier->s.clock);
	bool told = r->end == WEB_OK || r->end == WEB_REFUSED;

	if (e->unfolded && !e->folded && told)
		web_went_without(newer, WEB_CONTAINERS, r, now);
	if (told)
		e->unfolded = e->folded && web_refuses(newer, WEB_CONTAINERS, r, now);
	return told && e->unfolded;
}

static void updated(const struct web_result *r, void *arg)
{
	struct edit *e = arg;
	struct courier *c = e->courier;
	bool unfolds = edits_unfolds(e, r);

	if (c->s.answered)
		c->s.answered(false, c->s.answered_arg);
	if (r->end == WEB_OK) {
		c->s.submit(shown_job(e, e->hash), c->s.arg);
	} else if (r->end == WEB_REFUSED && !strcmp(r->error, "message_not_found")) {
		c->s.submit(gone_job(e), c->s.arg);
	} else if (r->end == WEB_REFUSED && web_token_is_dead(r->error)) {
		edits_wait_a_moment(e, LOCKED_OUT_MS);
	} else if (unfolds) {
		edits_wait_a_moment(e, 0); /* drawn once more, without */
	} else if (r->end == WEB_REFUSED) {
		/* Asking again with the same would be refused again: it waits until the Node changes, or the channel
		 * is opened again. */
		log_warning(e->node, "its message can't be edited: %s", web_error_says(r->error));
		c->s.submit(refused_job(e), c->s.arg);
	} else {
		edits_wait_a_moment(e, r->retry_ms > RETRY_MS ? r->retry_ms : RETRY_MS);
	}
	if (c->s.answered)
		c->s.answered(true, c->s.answered_arg);
}

/* ---- what should be seen ---- */

static void send_edit(struct edit *e, const struct behind *b)
{
	struct web *web = e->courier->s.web;
	const struct post *p = &b->post;
	const char *channel = ref_id(p->channel);
	const struct web_param update[] = {
		{ "channel", channel },	 { "ts", p->id }, { "text", b->text },
		{ "blocks", b->blocks }, { NULL, NULL },
	};
	const struct web_param topic[] = { { "channel", channel },
					   { "topic", b->text },
					   { NULL, NULL } };

	e->out = true;
	e->unsaved = false;
	e->folded = b->folded;
	e->not_before = loop_now_ms() + APART_MS;
	if (p->what == POST_TOPIC)
		web_call(web, WEB_CONVERSATIONS_SET_TOPIC, channel, topic, updated, e);
	else
		web_call(web, WEB_CHAT_UPDATE, channel, update, updated, e);
}

static void bring_up(struct courier *c, struct edit *e, const struct behind *b)
{
	char before[sizeof(e->hash)];

	if (b->rc <= 0) {
		edits_wait_a_moment(e, RETRY_MS);
		return;
	}
	e->shown = b->seq;
	memcpy(before, e->hash, sizeof(before));
	courier_hash(c, e->hash, b->blocks, b->text);
	if (!strcmp(e->hash, e->unsaved ? before : b->post.hash)) {
		e->out = true;
		c->s.submit(shown_job(e, e->hash), c->s.arg);
	} else {
		send_edit(e, b);
	}
}

/* By which it is seen how long changes have been gathered. */
static int64_t edits_wall_ms(const struct courier *c)
{
	return c->s.at_once ? INT64_MAX : c->s.clock->now_ms(c->s.clock);
}

static int64_t method_wait(struct courier *c, const struct post *p)
{
	return web_wait_ms(c->s.web,
			   p->what == POST_TOPIC ? WEB_CONVERSATIONS_SET_TOPIC : WEB_CHAT_UPDATE,
			   ref_id(p->channel));
}

static void edits_take(struct courier *c, const struct behind *b, int64_t now)
{
	struct edit *e = edits_edit_of(c, &b->post);
	int64_t wait = post_gathers(&b->post, edits_wall_ms(c));

	e->behind = true;
	if (e->out)
		return;
	if (wait > 0 || e->not_before > now) {
		edits_wake_at(c, now + wait > e->not_before ? now + wait : e->not_before);
		return;
	}
	/* Not queued behind the limit: by then there may be something newer to show, or more urgent. */
	wait = method_wait(c, &b->post);
	if (wait > 0)
		edits_wake_at(c, now + wait);
	else if (b->due)
		bring_up(c, e, b);
	else
		edits_wake_at(c, now); /* it has come due meanwhile, or there were too many */
}

static void looked(struct job *job, void *arg)
{
	struct courier *c = arg;
	const struct behinds *look = job->found;
	int64_t now = loop_now_ms();
	struct edit *known;

	c->posts_out = false;
	TAILQ_FOREACH(known, &c->edits, link)
	known->behind = false;
	if (job->rc < 0) {
		log_warning("edits", "what is to be edited can't be read: %s",
			    store_problem(c->s.store));
		edits_wake_at(c, now + RETRY_MS);
	}
	for (int i = 0; i < look->n && job->rc == 0 && !c->stopping; i++)
		edits_take(c, &look->behind[i], now);
	job_free(job);
	edits_forget(c, now);
}

/* Those that are being edited, or were a moment ago: what they should show is of no use yet. */
static void add_rest(struct courier *c, struct behinds *look, struct arena *a, int64_t now)
{
	const struct edit *e;
	size_t n = 0;

	TAILQ_FOREACH(e, &c->edits, link)
	n++;
	look->rest = arena_alloc(a, n * sizeof(*look->rest));
	TAILQ_FOREACH(e, &c->edits, link)
	if (e->out || e->not_before > now)
		look->rest[look->n_rest++] = (struct post){ .node = arena_strdup(a, e->node),
							    .what = e->what,
							    .generation = e->generation };
}

void edits_look(struct courier *c)
{
	int64_t now = loop_now_ms();
	struct behinds *look;
	struct job *job;

	if (c->posts_out)
		return;
	if (c->posts_at > now) {
		courier_wake_at(c, c->posts_at);
		return;
	}
	job = job_new(JOB_READ);
	look = arena_alloc(&job->arena, sizeof(*look));
	*look = (struct behinds){ .root = c->s.root,
				  .now_ms = edits_wall_ms(c),
				  .folds = web_takes(c->s.newer, WEB_CONTAINERS,
						     c->s.clock->now_ms(c->s.clock)) };
	add_rest(c, look, &job->arena, now);
	c->posts_at = INT64_MAX;
	c->posts_out = true;
	job->found = look;
	job->read = behind_read;
	job->done = looked;
	job->arg = c;
	c->s.submit(job, c->s.arg);
}

void edits_stirred(struct courier *c)
{
	edits_wake_at(c, loop_now_ms() + SETTLE_MS);
}
