#include "adapters/slack/in/homes.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/slack_names.h"
#include "adapters/slack/in/router_private.h"
#include "core/base/alloc.h"
#include "core/decide/decide.h"

#include <stdlib.h>
#include <string.h>

#define HOMES_MOST 1000
#define HOME_AGAIN_MS 5000 /* after a fault */
#define HOME_LEAST_MS 1000

struct homed { /* one person's */
	LIST_ENTRY(homed) link;
	struct router *router;
	char *who;
	struct loop_timer *timer;
	int64_t next; /* loop_now_ms(): not published before */
	bool behind, flying;
	struct arena arena; /* said */
	const struct answer *said;
};

static void homed_free(struct homed *h)
{
	LIST_REMOVE(h, link);
	h->router->n_homes--;
	loop_timer_free(h->timer);
	arena_release(&h->arena);
	free(h->who);
	free(h);
}

void homes_free(struct router *f)
{
	while (!LIST_EMPTY(&f->homes))
		homed_free(LIST_FIRST(&f->homes));
}

static void homed_arm(struct homed *h);
static void homed_publish(struct homed *h);

static void homed_fired(void *arg)
{
	homed_arm(arg);
}

/* The last one that was opened stands in front. */
static struct homed *homed_named(struct router *f, const char *who)
{
	struct homed *h;

	LIST_FOREACH(h, &f->homes, link)
		if (!strcmp(h->who, who)) {
			LIST_REMOVE(h, link);
			LIST_INSERT_HEAD(&f->homes, h, link);
			return h;
		}
	return NULL;
}

static void homes_make_room(struct router *f)
{
	struct homed *h, *oldest = NULL;

	if (f->n_homes < HOMES_MOST)
		return;
	LIST_FOREACH(h, &f->homes, link)
		oldest = h->flying ? oldest : h;
	if (oldest)
		homed_free(oldest);
}

static struct homed *homed_new(struct router *f, const char *who)
{
	struct homed *h = alloc(sizeof(*h));

	homes_make_room(f);
	h->router = f;
	h->who = alloc_strdup(who);
	h->timer = loop_timer_new(f->s.loop, homed_fired, h);
	arena_init(&h->arena);
	LIST_INSERT_HEAD(&f->homes, h, link);
	f->n_homes++;
	return h;
}

/* ---- read and drawn ---- */

struct homing { /* in a JOB_READ's arena */
	const char *who, *root;
	struct zones *zones;
	int64_t now_ms;
	const struct answer *said;
	const char *view; /* what is found */
};

static int homing_read(struct reads *r, struct job *job)
{
	struct homing *g = job->found;
	struct desk desk;
	struct buf view;
	int rc = deed_desk(r->rows, g->zones, g->who, g->now_ms, &job->arena, &desk);

	if (rc < 0)
		return rc;
	buf_init(&view, BUF_ROOMY);
	home_view(&view, &desk, g->said, slack_names(&job->arena, &r->rows->names, g->root));
	g->view = arena_strdup(&job->arena, view.s);
	buf_release(&view);
	return 0;
}

static const struct answer *said_keep(const struct answer *said, struct arena *a)
{
	struct answer *kept;

	if (!said)
		return NULL;
	kept = arena_alloc(a, sizeof(*kept));
	*kept = (struct answer){ .kind = ANSWER_WORDS,
				 .text = arena_strdup(a, said->text),
				 .count = said->count };
	for (size_t i = 0; i < said->count; i++) {
		kept->buttons[i] = said->buttons[i];
		kept->buttons[i].label = arena_strdup(a, said->buttons[i].label);
		kept->buttons[i].line = arena_strdup(a, said->buttons[i].line);
		kept->buttons[i].confirm = arena_strdup(a, said->buttons[i].confirm);
	}
	return kept;
}

/* ---- published ---- */

/* Now, or when it may be again. */
static void homed_arm(struct homed *h)
{
	int64_t wait = h->next - loop_now_ms();

	if (!h->behind || h->flying)
		return;
	if (wait > 0)
		loop_timer_set(h->timer, wait);
	else
		homed_publish(h);
}

static void homed_landed(struct homed *h, int64_t again_ms)
{
	h->flying = false;
	if (again_ms) {
		h->behind = true;
		h->next = loop_now_ms() + again_ms;
	}
	homed_arm(h);
}

static void homed_published(const struct web_result *r, void *arg)
{
	struct homed *h = arg;
	if (r->end != WEB_OK)
		log_info("home", "views.publish: %s",
			 r->error ? web_error_says(r->error) : "no answer");
	if (r->end == WEB_LATER) /* it showed nothing: only Slack says when */
		homed_landed(h, r->retry_ms > HOME_LEAST_MS ? r->retry_ms : HOME_LEAST_MS);
	else
		homed_landed(h, r->end == WEB_UNKNOWN ? h->router->s.home_pause_ms : 0);
}

static void homed_read(struct job *job, void *arg)
{
	const struct homing *g = job->found;
	struct homed *h = arg;
	const struct web_param params[] = { { "user_id", ref_id(h->who) },
					    { "view", g->view },
					    { NULL, NULL } };

	if (g->view && !h->router->stopping) {
		h->next = loop_now_ms() + h->router->s.home_pause_ms;
		web_call(h->router->s.web, WEB_VIEWS_PUBLISH, NULL, params, homed_published, h);
	} else {
		homed_landed(h, job->rc < 0 && !store_for_good(job->rc) ? HOME_AGAIN_MS : 0);
	}
	job_free(job);
}

static void homed_publish(struct homed *h)
{
	struct router *f = h->router;
	struct job *job = job_new(JOB_READ);
	struct homing *g = arena_alloc(&job->arena, sizeof(*g));

	*g = (struct homing){
		.who = arena_strdup(&job->arena, h->who),
		.root = arena_strdup(&job->arena, f->s.root),
		.zones = f->s.zones,
		.now_ms = f->s.clock->now_ms(f->s.clock),
		.said = said_keep(h->said, &job->arena),
	};
	loop_timer_set(h->timer, -1);
	h->behind = false;
	h->flying = true;
	job->found = g;
	job->read = homing_read;
	job->done = homed_read;
	job->arg = h;
	f->s.submit(job, f->s.arg);
}

static void homed_say(struct homed *h, const struct answer *said)
{
	h->said = NULL;
	arena_release(&h->arena);
	arena_init(&h->arena);
	h->said = said_keep(said, &h->arena);
}

static void homed_touch(struct homed *h)
{
	h->behind = true;
	homed_arm(h);
}

void homes_stop(struct router *f)
{
	struct homed *h;

	LIST_FOREACH(h, &f->homes, link)
		loop_timer_set(h->timer, -1);
}

static void home_seen(struct request *a)
{
	struct router *f = a->router;
	struct homed *h = homed_named(f, a->who);

	if (!h)
		h = homed_new(f, a->who);
	homed_say(h, NULL);
	if (!f->stopping)
		homed_touch(h);
	router_ack(a, NULL);
}

void homes_opened(struct request *a)
{
	if (a->e.in)
		router_see(a, home_seen);
	else
		router_ack(a, NULL);
}

void homes_acted(struct router *f, const char *who, const struct answer *said)
{
	struct homed *h = f->stopping ? NULL : homed_named(f, who);

	if (!h && said && !f->stopping)
		h = homed_new(f, who); /* it was open before the program began */
	if (!h)
		return;
	if (said)
		homed_say(h, said);
	homed_touch(h);
}
