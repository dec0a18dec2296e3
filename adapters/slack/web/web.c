#include "adapters/slack/web/web.h"

#include "adapters/log/log.h"
#include "adapters/log/machine.h"
#include "adapters/slack/web/web_gates.h"
#include "adapters/slack/web/web_judge.h"
#include "adapters/slack/web/web_methods.h"
#include "core/base/alloc.h"

#include <sys/queue.h>

#define WAITING_MAX 256
#define FLYING_MAX 64
#define BODY_MAX ((size_t)4 << 20)
#define ANSWER_MAX ((size_t)4 << 20)
#define CALL_TIMEOUT_MS 10000
#define UPLOAD_TIMEOUT_MS 30000
#define RETRY_AFTER_UNSAID_S 10
#define RETRY_AFTER_MAX_S 3600
#define LATER_MS 1000 /* a step of the wait after a connection that wasn't made: 1 s … 5 s */

/* The picture is in web.h. A call is in the queue of its state. */
enum call_state { CALL_NEW, CALL_WAITING, CALL_FLYING, CALL_SAID, CALL_OVER, CALL_STATES };

struct call {
	struct web *web;
	enum call_state state;
	enum web_method method; /* WEB_METHODS: a URL of its own, without token and gate */
	char *channel;		/* NULL unless the method has lanes */
	char *url;
	const char *content_type;
	int64_t timeout_ms;
	struct buf body;
	web_done *done;
	void *arg;
	struct http_call *http;	 /* while FLYING */
	struct web_result early; /* while SAID: what there is to say without a call */
	char said[WEB_SAID];	 /* an error of ours */
	TAILQ_ENTRY(call) link;
};

struct call_queue {
	TAILQ_HEAD(, call) calls;
	int n;
};

struct web {
	struct http *http;
	struct loop_timer *timer;
	char *api, *app_token, *bot_token;
	size_t origin; /* bytes of `api` that are scheme, host and port */
	struct gates gates;
	struct call_queue queues[CALL_STATES]; /* NEW and OVER are in none: theirs stay empty */
	int unreached;			       /* calls in a row for which no connection was made */
	struct web_counts counts;
};

static int64_t retry_after_ms(const struct http_result *h)
{
	int64_t s = h->retry_after_s < 0 ? RETRY_AFTER_UNSAID_S : h->retry_after_s;

	if (s > RETRY_AFTER_MAX_S)
		s = RETRY_AFTER_MAX_S;
	return (s ? s : 1) * 1000;
}

/* What a result tells about the calls to come. */
static void learn(struct call *c, const struct http_result *h, struct web_result *r)
{
	struct web *w = c->web;

	if (h->end == HTTP_NOT_SENT) {
		if (w->unreached < 5)
			w->unreached++;
		r->retry_ms = w->unreached * LATER_MS;
		gates_give_back(&w->gates, c->method, c->channel);
		return;
	}
	w->unreached = 0;
	if (r->end != WEB_LATER)
		return;
	r->retry_ms = retry_after_ms(h);
	gates_shut(&w->gates, c->method, c->channel, loop_now_ms(), r->retry_ms);
}

static const char *call_name(const struct call *c)
{
	return c->method == WEB_METHODS ? "a URL of Slack's" : web_methods[c->method].name;
}

/* A word alone doesn't say which block was wrong, or which scope is missing. */
static void log_details(const struct call *c, const struct web_result *r)
{
	const cJSON *said = json_at(r->json, "response_metadata.messages");
	const char *needed = json_str(r->json, "needed");
	int i, n = cJSON_GetArraySize(said) < 10 ? cJSON_GetArraySize(said) : 10;

	if (r->end != WEB_REFUSED)
		return;
	for (i = 0; i < n; i++)
		if (cJSON_IsString(cJSON_GetArrayItem(said, i)))
			log_warning(call_name(c), "%s: %s", r->error,
				    cJSON_GetArrayItem(said, i)->valuestring);
	if (needed)
		log_warning(call_name(c), "%s: it needs the scope %s", r->error, needed);
}

/* ---- where a call is ---- */

static const struct machine_state call_states[CALL_STATES] = {
	[CALL_NEW] = { "NEW", MOVE(CALL_WAITING) | MOVE(CALL_SAID), "new" },
	[CALL_WAITING] = { "WAITING", MOVE(CALL_FLYING) | MOVE(CALL_OVER), "waiting" },
	[CALL_FLYING] = { "FLYING", MOVE(CALL_OVER), "calling Slack" },
	[CALL_SAID] = { "SAID", MOVE(CALL_OVER), "not sent" },
	[CALL_OVER] = { "OVER", 0, "finished" },
};
const struct machine web_call_machine = { "call", call_states, CALL_STATES };

static bool call_is_queued(const struct call *c)
{
	return c->state != CALL_NEW && c->state != CALL_OVER;
}

static void call_move(struct call *c, enum call_state to)
{
	struct call_queue *queues = c->web->queues;

	machine_move(&web_call_machine, call_name(c), c->state, to);
	if (call_is_queued(c)) {
		TAILQ_REMOVE(&queues[c->state].calls, c, link);
		queues[c->state].n--;
	}
	c->state = to;
	if (call_is_queued(c)) {
		TAILQ_INSERT_TAIL(&queues[to].calls, c, link);
		queues[to].n++;
	}
}

/* ---- calls ---- */

static struct call *web_call_new(struct web *w, enum web_method m, char *url, web_done *done,
				 void *arg)
{
	struct call *c = alloc(sizeof(*c));

	c->web = w;
	c->method = m;
	c->url = url;
	c->done = done;
	c->arg = arg;
	c->timeout_ms = CALL_TIMEOUT_MS;
	buf_init(&c->body, BODY_MAX);
	return c;
}

static void web_call_free(struct call *c)
{
	buf_release(&c->body);
	free(c->channel);
	free(c->url);
	free(c);
}

static void pump(struct web *w);

static void call_done(struct call *c, const struct web_result *r)
{
	c->web->counts.calls[c->method][r->end]++;
	c->done(r, c->arg);
}

static void web_answered(const struct http_result *h, void *arg)
{
	struct call *c = arg;
	struct web *w = c->web;
	cJSON *j = h->end == HTTP_ANSWERED && h->body_len ? json_read(h->body, h->body_len, NULL)
							  : NULL;
	struct web_result r = {
		.json = j, .date_ms = h->date_ms, .scopes = h->scopes, .fault = h->fault
	};

	call_move(c, CALL_OVER);
	web_judge(c->method, h, c->said, &r);
	learn(c, h, &r);
	log_details(c, &r);
	call_done(c, &r);
	cJSON_Delete(j);
	web_call_free(c);
	pump(w);
}

static const char *token_of(const struct call *c)
{
	if (c->method == WEB_METHODS)
		return NULL;
	return web_methods[c->method].app_token ? c->web->app_token : c->web->bot_token;
}

static void web_start(struct call *c)
{
	struct web *w = c->web;
	struct http_request request = {
		.url = c->url,
		.content_type = c->content_type,
		.token = token_of(c),
		.body = c->body.s,
		.body_len = c->body.len,
		.timeout_ms = c->timeout_ms,
		.cap = ANSWER_MAX,
	};

	gates_take(&w->gates, c->method, c->channel, loop_now_ms());
	call_move(c, CALL_FLYING);
	c->http = http_post(w->http, &request, web_answered, c);
	buf_release(&c->body);
}

/* Starts what may start, in the order of asking, and comes back when the next one may. */
static void pump(struct web *w)
{
	int64_t soonest = -1, wait;
	struct call *c, *next;

	for (c = TAILQ_FIRST(&w->queues[CALL_WAITING].calls);
	     c && w->queues[CALL_FLYING].n < FLYING_MAX; c = next) {
		next = TAILQ_NEXT(c, link);
		wait = gates_wait(&w->gates, c->method, c->channel, loop_now_ms(), 0, 0);
		if (!wait)
			web_start(c);
		else if (soonest < 0 || wait < soonest)
			soonest = wait;
	}
	loop_timer_set(w->timer, w->queues[CALL_SAID].n ? 0 : soonest);
}

static void fire(void *arg)
{
	struct web *w = arg;
	struct call *c;
	int n;

	/* Only those that are there now: a `done` that asks again at once must not keep the loop
	 * here. */
	for (n = w->queues[CALL_SAID].n; n; n--) {
		c = TAILQ_FIRST(&w->queues[CALL_SAID].calls);
		call_move(c, CALL_OVER);
		call_done(c, &c->early);
		web_call_free(c);
	}
	pump(w);
}

static void end_early(struct call *c, struct web_result r)
{
	c->early = r;
	call_move(c, CALL_SAID);
	loop_timer_set(c->web->timer, 0);
}

static void enqueue(struct call *c)
{
	struct web *w = c->web;

	if (c->body.full) {
		end_early(c, (struct web_result){ .end = WEB_REFUSED, .error = "msg_too_long" });
		return;
	}
	if (w->queues[CALL_WAITING].n >= WAITING_MAX) {
		end_early(c,
			  (struct web_result){ .end = WEB_LATER,
					       .retry_ms = 5 * LATER_MS,
					       .error = "too many calls are waiting for Slack" });
		return;
	}
	call_move(c, CALL_WAITING);
	pump(w);
}

void web_call(struct web *w, enum web_method m, const char *channel, const struct web_param *params,
	      web_done *done, void *arg)
{
	struct call *c;
	struct buf url;

	buf_init(&url, BUF_ROOMY);
	buf_addf(&url, "%s%s", w->api, web_methods[m].name);
	c = web_call_new(w, m, buf_detach(&url), done, arg);
	c->channel = web_methods[m].by_channel ? alloc_strdup(channel) : NULL;
	c->content_type = "application/x-www-form-urlencoded";
	for (; params && params->name; params++)
		if (params->value)
			http_form_add(&c->body, params->name, params->value);
	enqueue(c);
}

int64_t web_wait_ms(struct web *w, enum web_method m, const char *channel)
{
	int ahead = 0, in_lane = 0;
	const struct call *c;

	if (!web_methods[m].by_channel)
		channel = NULL;
	TAILQ_FOREACH(c, &w->queues[CALL_WAITING].calls, link)
	{
		if (c->method != m)
			continue;
		ahead++;
		if (channel && c->channel && !strcmp(c->channel, channel))
			in_lane++;
	}
	return gates_wait(&w->gates, m, channel, loop_now_ms(), ahead, in_lane);
}

int web_in_flight(const struct web *w)
{
	return w->queues[CALL_FLYING].n + w->queues[CALL_SAID].n;
}

const struct web_counts *web_counts(const struct web *w)
{
	return &w->counts;
}

/* ---- URLs that Slack gave ---- */

/* Bytes of "https://host:port" at the start of a URL; 0 if it has none, or anything by which two
 * readers of a URL could come to different hosts. */
static size_t origin_of(const char *url)
{
	size_t scheme = strncasecmp(url, "https://", 8) ? 7 : 8, host;
	const char *p;

	if (scheme == 7 && strncasecmp(url, "http://", 7))
		return 0;
	for (p = url; *p; p++)
		if (*p <= ' ' || *p > '~' || *p == '\\')
			return 0;
	host = strcspn(url + scheme, "/?#");
	return !host || memchr(url + scheme, '@', host) ? 0 : scheme + host;
}

static bool is_slack_com(const char *host, size_t len)
{
	static const char name[] = "slack.com";
	size_t n = strlen(name), i;

	for (i = 0; i < len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.",
			    host[i]))
			return false;
	return len >= n && !strncasecmp(host + len - n, name, n) &&
	       (len == n || host[len - n - 1] == '.');
}

static bool is_slacks(const struct web *w, const char *url)
{
	size_t len = url ? origin_of(url) : 0;

	if (!len)
		return false;
	if (len == w->origin && !strncasecmp(url, w->api, len))
		return true;
	if (strncasecmp(url, "https://", 8))
		return false;
	if (!memcmp(url + len - 4, ":443", 4))
		len -= 4;
	return is_slack_com(url + 8, len - 8);
}

static void call_url(struct web *w, const char *url, const char *type, const char *data, size_t len,
		     int64_t timeout_ms, web_done *done, void *arg)
{
	struct call *c = web_call_new(w, WEB_METHODS, alloc_strdup(url), done, arg);

	c->content_type = type;
	c->timeout_ms = timeout_ms;
	if (!is_slacks(w, url)) {
		end_early(
			c,
			(struct web_result){
				.end = WEB_REFUSED,
				.error = "this address isn't Slack's, so nothing was sent there" });
		return;
	}
	buf_add(&c->body, data, len);
	enqueue(c);
}

void web_upload(struct web *w, const char *url, const char *data, size_t len, web_done *done,
		void *arg)
{
	call_url(w, url, "application/octet-stream", data, len, UPLOAD_TIMEOUT_MS, done, arg);
}

void web_respond(struct web *w, const char *url, const char *json, web_done *done, void *arg)
{
	call_url(w, url, "application/json; charset=utf-8", json, strlen(json), CALL_TIMEOUT_MS,
		 done, arg);
}

/* ---- life ---- */

struct web *web_new(struct loop *loop, struct http *http, const char *api, const char *app_token,
		    const char *bot_token)
{
	struct web *w = alloc(sizeof(*w));
	size_t len = strlen(api);
	struct buf base;

	buf_init(&base, BUF_ROOMY);
	buf_addf(&base, "%s%s", api, len && api[len - 1] == '/' ? "" : "/");
	w->api = buf_detach(&base);
	w->origin = origin_of(w->api);
	w->app_token = alloc_strdup(app_token);
	w->bot_token = alloc_strdup(bot_token);
	w->http = http;
	w->timer = loop_timer_new(loop, fire, w);
	gates_init(&w->gates);
	for (int i = 0; i < CALL_STATES; i++)
		TAILQ_INIT(&w->queues[i].calls);
	return w;
}

static void drop_all(struct web *w, enum call_state state)
{
	struct call *c;

	while ((c = TAILQ_FIRST(&w->queues[state].calls))) {
		call_move(c, CALL_OVER);
		if (c->http)
			http_cancel(c->http);
		web_call_free(c);
	}
}

void web_free(struct web *w)
{
	if (!w)
		return;
	loop_timer_free(w->timer);
	drop_all(w, CALL_WAITING);
	drop_all(w, CALL_FLYING);
	drop_all(w, CALL_SAID);
	gates_release(&w->gates);
	free(w->api);
	free(w->app_token);
	free(w->bot_token);
	free(w);
}
