#include "adapters/slack/in/charted.h"

#include "adapters/log/log.h"
#include "adapters/slack/in/router_private.h"
#include "core/base/alloc.h"

#include <stdlib.h>

#define BEHIND_MS 300

struct charted {
	LIST_ENTRY(charted) link;
	struct router *router;
	char *url;		       /* where it goes; NULL: there, */
	char *channel, *user, *thread; /* user NULL: to whoever is there; thread may be NULL */
	char *words;		       /* what is said instead; NULL: that was tried as well */
	struct answer answer;	       /* its charts */
	struct arena arena;
	bool without; /* Slack refused the charts: how it ends without them is still to be told */
	struct loop_timer *timer;
};

static void charted_over(struct charted *c)
{
	LIST_REMOVE(c, link);
	loop_timer_free(c->timer);
	arena_release(&c->arena);
	free(c->url);
	free(c->channel);
	free(c->user);
	free(c->thread);
	free(c->words);
	free(c);
}

void charted_free(struct router *f)
{
	while (!LIST_EMPTY(&f->charts))
		charted_over(LIST_FIRST(&f->charts));
}

static void charted_ended(const struct web_result *r, void *arg);

static void charted_post(struct charted *c, const struct rendered *drawn)
{
	const struct web_param params[] = {
		{ "channel", c->channel },
		{ "user", c->user },
		{ "text", drawn->text.s },
		{ "blocks", drawn->blocks.len ? drawn->blocks.s : NULL },
		{ "thread_ts", c->thread },
		{ NULL, NULL },
	};
	struct buf json;

	if (!c->url) {
		web_call(c->router->s.web,
			 c->user ? WEB_CHAT_POST_EPHEMERAL : WEB_CHAT_POST_MESSAGE, c->channel,
			 params, charted_ended, c);
		return;
	}
	buf_init(&json, BUF_ROOMY);
	answer_response(&json, drawn);
	web_respond(c->router->s.web, c->url, json.s, charted_ended, c);
	buf_release(&json);
}

static void charted_in_words(struct charted *c)
{
	struct rendered drawn;

	rendered_init(&drawn);
	buf_adds(&drawn.text, c->words);
	free(c->words);
	c->words = NULL;
	charted_post(c, &drawn);
	rendered_release(&drawn);
}

static void charted_ended(const struct web_result *r, void *arg)
{
	struct charted *c = arg;
	struct web_newer *newer = c->router->s.newer;
	int64_t now = c->router->s.clock->now_ms(c->router->s.clock);

	if (c->without)
		web_went_without(newer, WEB_CHARTS, r, now);
	c->without = c->words && web_refuses(newer, WEB_CHARTS, r, now);
	if (r->end == WEB_REFUSED && c->words)
		charted_in_words(c);
	else
		charted_over(c);
}

static void charted_draw(void *arg)
{
	struct charted *c = arg;
	struct rendered drawn;

	rendered_init(&drawn);
	charts_blocks(&drawn, c->answer.charts, c->answer.n_charts);
	c->words = alloc_strdup(drawn.text.s);
	if (web_takes(c->router->s.newer, WEB_CHARTS,
		      c->router->s.clock->now_ms(c->router->s.clock)))
		charted_post(c, &drawn);
	else
		charted_in_words(c);
	rendered_release(&drawn);
}

static struct chart *charts_keep(const struct answer *answer, struct arena *a)
{
	struct chart *kept = arena_alloc(a, answer->n_charts * sizeof(*kept));

	for (size_t i = 0; i < answer->n_charts; i++) {
		kept[i] = answer->charts[i];
		kept[i].title = arena_strdup(a, kept[i].title);
		kept[i].of = arena_strdup(a, kept[i].of);
		for (size_t k = 0; k < kept[i].count; k++)
			kept[i].bars[k].label = arena_strdup(a, kept[i].bars[k].label);
	}
	return kept;
}

static struct charted *charted_new(struct request *a)
{
	const char *channel = a->e.channel;
	struct charted *c = alloc(sizeof(*c));
	bool direct = a->e.direct || *channel == 'D';

	c->router = a->router;
	c->url = a->e.response_url ? alloc_strdup(a->e.response_url) : NULL;
	c->channel = alloc_strdup(channel);
	c->user = direct ? NULL : alloc_strdup(a->e.user);
	c->thread = a->e.thread_ts ? alloc_strdup(a->e.thread_ts) : NULL;
	LIST_INSERT_HEAD(&a->router->charts, c, link);
	return c;
}

/* A moment later: the answer itself goes another way, and is to be there first. */
void charted_send(struct request *a, const struct answer *answer)
{
	struct charted *c;

	if (!answer->n_charts || !a->e.channel)
		return;
	c = charted_new(a);
	arena_init(&c->arena);
	c->answer.charts = charts_keep(answer, &c->arena);
	c->answer.n_charts = answer->n_charts;
	c->timer = loop_timer_new(a->router->s.loop, charted_draw, c);
	loop_timer_set(c->timer, BEHIND_MS);
}
