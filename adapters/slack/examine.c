#include "adapters/slack/examine.h"

#include "adapters/slack/templates.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define PLACE_MS 10000
#define PLACE_MOST 65536

struct examine {
	struct examine_seams s;
	struct loop_timer *timer;
	int64_t begun_ms; /* of what is asked now; loop_now_ms() */
	int waits;	  /* calls of the first round under way */
	bool over;
	char *url; /* of Socket Mode: http(s) and host, without the ticket */
	struct template template;
	size_t next;
};

static void examine_over(struct examine *x)
{
	if (x->over)
		return;
	x->over = true;
	loop_timer_set(x->timer, -1);
	x->s.done(x->s.arg);
}

static void examine_late(void *arg)
{
	examine_over(arg);
}

static enum examined_end examined_end_of(const struct web_result *r)
{
	switch (r->end) {
	case WEB_OK:
		return EXAMINED_WELL;
	case WEB_REFUSED:
		return EXAMINED_REFUSED;
	case WEB_LATER:
		return r->fault ? EXAMINED_UNREACHABLE : EXAMINED_LATER;
	case WEB_UNKNOWN:
		break;
	}
	return r->fault ? EXAMINED_UNREACHABLE : EXAMINED_ODD;
}

static void examine_take(struct examine *x, struct examined_call *c, const struct web_result *r)
{
	c->end = examined_end_of(r);
	c->fault = r->fault;
	c->why = arena_strdup(x->s.arena, r->error);
	c->date_ms = r->date_ms;
	c->here_ms = x->s.clock->now_ms(x->s.clock);
	c->took_ms = loop_now_ms() - x->begun_ms;
}

/* ---- the layouts, one after the other ---- */

static void examine_layouts(struct examine *x);

/* "/blocks/3/text: too long", as Slack says it of the first fault that it names. */
static const char *layout_says(struct examine *x, const struct web_result *r)
{
	const char *pointer = json_str(r->json, "errors[0].pointer"),
		   *message = json_str(r->json, "errors[0].message");

	if (!message)
		return arena_strdup(x->s.arena, r->error);
	return arena_printf(x->s.arena, "%s%s%s", pointer ? pointer : "", pointer ? ": " : "",
			    message);
}

static void layout_told(const struct web_result *r, void *arg)
{
	struct examine *x = arg;
	struct examined *out = x->s.out;
	bool unknown = r->end == WEB_REFUSED &&
		       (!strcmp(r->error, "unknown_method") || !strcmp(r->error, "missing_scope"));
	bool refused = r->end == WEB_REFUSED && !strncmp(r->error, "invalid_", 8);

	if (!refused)
		examine_take(x, &out->layout, r);
	if (refused && out->n_refused < EXAMINED_LAYOUTS) {
		out->refused[out->n_refused].name = arena_strdup(x->s.arena, x->template.name);
		out->refused[out->n_refused++].why = layout_says(x, r);
	}
	out->no_validate = unknown;
	template_release(&x->template);
	if (refused || r->end == WEB_OK) {
		out->layouts++;
		examine_layouts(x);
	} else {
		examine_over(x);
	}
}

static void examine_layouts(struct examine *x)
{
	if (x->next == template_count()) {
		examine_over(x);
		return;
	}
	template_draw(&x->template, x->next++);

	const struct web_param params[] = {
		{ x->template.view ? "view" : "blocks", x->template.json.s },
		{ NULL, NULL },
	};

	web_call(x->s.web, WEB_BLOCKS_VALIDATE, NULL, params, layout_told, x);
}

/* ---- where Socket Mode is ---- */

/* Any answer will do: the name is known, the way is open, the certificate is good. */
static void place_told(const struct http_result *h, void *arg)
{
	struct examine *x = arg;
	struct examined_call *c = &x->s.out->place;

	c->end = h->end == HTTP_ANSWERED ? EXAMINED_WELL : EXAMINED_UNREACHABLE;
	c->fault = h->fault;
	c->why = arena_strdup(x->s.arena, h->why);
	if (x->s.out->bot.end == EXAMINED_WELL)
		examine_layouts(x);
	else
		examine_over(x);
}

static void examine_place(struct examine *x)
{
	const struct http_request r = { .url = x->url,
					.content_type = "text/plain",
					.body = "",
					.timeout_ms = PLACE_MS,
					.cap = PLACE_MOST };

	http_post(x->s.http, &r, place_told, x);
}

/* "wss://host:port/link/?ticket=…": what follows the host is a secret. */
static void place_keep(struct examine *x, const char *url)
{
	bool tls = url && !strncmp(url, "wss://", 6), plain = url && !strncmp(url, "ws://", 5);
	const char *host;

	if (!tls && !plain)
		return;
	host = url + (tls ? 6 : 5);
	x->s.out->host = arena_strndup(x->s.arena, host, strcspn(host, "/?#"));
	x->url = arena_printf(x->s.arena, "%s://%s/", tls ? "https" : "http", x->s.out->host);
}

/* ---- the tokens ---- */

static void token_told(struct examine *x)
{
	if (--x->waits)
		return;
	if (x->url)
		examine_place(x);
	else if (x->s.tokens && x->s.out->bot.end == EXAMINED_WELL)
		examine_layouts(x);
	else
		examine_over(x);
}

static void bot_told(const struct web_result *r, void *arg)
{
	struct examine *x = arg;

	examine_take(x, &x->s.out->bot, r);
	x->s.out->scopes = arena_strdup(x->s.arena, r->scopes);
	x->s.out->team = arena_strdup(x->s.arena, json_str(r->json, "team"));
	token_told(x);
}

static void app_told(const struct web_result *r, void *arg)
{
	struct examine *x = arg;

	examine_take(x, &x->s.out->app, r);
	place_keep(x, json_str(r->json, "url"));
	token_told(x);
}

struct examine *examine_begin(const struct examine_seams *seams)
{
	static const struct web_param none[] = { { NULL, NULL } };
	struct examine *x = alloc(sizeof(*x));

	x->s = *seams;
	x->timer = loop_timer_new(seams->loop, examine_late, x);
	loop_timer_set(x->timer, EXAMINE_MS);
	x->begun_ms = loop_now_ms();
	x->waits = seams->tokens ? 2 : 1;
	web_call(seams->web, WEB_AUTH_TEST, NULL, none, bot_told, x);
	if (seams->tokens)
		web_call(seams->web, WEB_APPS_CONNECTIONS_OPEN, NULL, none, app_told, x);
	return x;
}

void examine_free(struct examine *x)
{
	if (!x)
		return;
	loop_timer_free(x->timer);
	template_release(&x->template);
	free(x);
}
