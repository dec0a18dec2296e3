#include "tests/adapters/played.h"

#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "adapters/http/http.h"
#include "adapters/http/serve.h"
#include "adapters/json/json.h"
#include "adapters/loop/loop.h"
#include "adapters/slack/socket/socket.h"
#include "adapters/slack/web/web.h"
#include "adapters/slack/web/web_judge.h"
#include "bot/run.h"
#include "tests/support/frames.h"
#include "tests/support/scratch.h"

#include <libwebsockets.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#define RETRY_MS 3600000 /* of what Slack refuses for now */

struct played played;

static bool woken;

/* Work that was queued outside a callback has the next turn to itself, as in the real one. */
int loop_turn(struct loop *loop)
{
	(void)loop;
	if (woken) {
		woken = false;
		return 0;
	}
	return played.turn();
}

/* ---- time ---- */

struct loop_timer {
	LIST_ENTRY(loop_timer) link;
	void (*fire)(void *arg);
	void *arg;
	int64_t at; /* -1: off */
};

static LIST_HEAD(, loop_timer) timers = LIST_HEAD_INITIALIZER(timers);
static int64_t now_ms; /* since PLAYED_BEGAN */

int64_t loop_now_ms(void)
{
	return now_ms;
}

int64_t played_wall(void)
{
	return PLAYED_BEGAN + now_ms;
}

void played_pass_until(int64_t ms)
{
	now_ms = ms;
}

struct loop_timer *loop_timer_new(struct loop *loop, void (*fire)(void *arg), void *arg)
{
	struct loop_timer *t = calloc(1, sizeof(*t));

	(void)loop;
	*t = (struct loop_timer){ .fire = fire, .arg = arg, .at = -1 };
	LIST_INSERT_HEAD(&timers, t, link);
	return t;
}

void loop_timer_set(struct loop_timer *t, int64_t in_ms)
{
	t->at = in_ms < 0 ? -1 : now_ms + in_ms;
}

bool loop_timer_armed(const struct loop_timer *t)
{
	return t->at >= 0;
}

void loop_timer_free(struct loop_timer *t)
{
	if (!t)
		return;
	LIST_REMOVE(t, link);
	free(t);
}

bool played_fire_until(int64_t until)
{
	struct loop_timer *t, *first = NULL;

	LIST_FOREACH(t, &timers, link)
		if (t->at >= 0 && t->at <= until && (!first || t->at < first->at))
			first = t;
	if (!first)
		return false;
	now_ms = first->at > now_ms ? first->at : now_ms;
	first->at = -1;
	first->fire(first->arg);
	return true;
}

/* ---- descriptors and HTTP: there are none ---- */

struct loop_fd {
	int fd;
};

struct loop_fd *loop_fd_new(struct loop *loop, int fd, void (*readable)(int fd, void *arg),
			    void *arg)
{
	struct loop_fd *f = calloc(1, sizeof(*f));

	(void)loop, (void)readable, (void)arg;
	f->fd = fd;
	return f;
}

void loop_fd_watch(struct loop_fd *f, bool on)
{
	(void)f, (void)on;
}

void loop_fd_free(struct loop_fd *f)
{
	if (!f)
		return;
	close(f->fd);
	free(f);
}

struct loop *loop_new(const struct lws_protocols *protocols)
{
	static char a_loop;

	(void)protocols;
	return (struct loop *)&a_loop;
}

void loop_free(struct loop *loop)
{
	(void)loop;
}

void loop_wake(struct loop *loop)
{
	(void)loop;
	woken = true;
}

struct http *http_new(struct loop *loop, const char *user_agent)
{
	(void)loop, (void)user_agent;
	return NULL;
}

void http_free(struct http *h)
{
	(void)h;
}

/* Nobody watches. */
struct http_server *http_server_new(struct loop *loop, const char *address, int port,
				    void (*ask)(struct http_asked *q, const char *path, void *arg),
				    void *arg)
{
	(void)loop, (void)address, (void)port, (void)ask, (void)arg;
	return NULL;
}

void http_server_free(struct http_server *s)
{
	(void)s;
}

void http_answer(struct http_asked *q, int status, const char *type, const char *text)
{
	(void)q, (void)status, (void)type, (void)text;
}

const struct web_counts *web_counts(const struct web *w)
{
	(void)w;
	return NULL;
}

const int64_t *slack_socket_reconnects(const struct slack_socket *s)
{
	(void)s;
	return NULL;
}

bool slack_socket_ready(const struct slack_socket *s)
{
	(void)s;
	return true;
}

/* What only `doctor` asks for, which nobody calls here. */
struct http_call *http_post(struct http *h, const struct http_request *r,
			    void (*done)(const struct http_result *r, void *arg), void *arg)
{
	(void)h, (void)r, (void)done, (void)arg;
	return NULL;
}

const struct proxy *loop_proxy(struct loop *loop, bool tls, const char *host)
{
	(void)loop, (void)tls, (void)host;
	return NULL;
}

/* ---- the Web API: takes everything, answers one call a turn ---- */

struct call {
	STAILQ_ENTRY(call) link;
	enum web_method method;
	char user[32], ts[32];
	web_done *done;
	void *arg;
};

static STAILQ_HEAD(, call) calls = STAILQ_HEAD_INITIALIZER(calls);
static long n_calls, n_posted;
static bool emoji_refused;

long played_calls(void)
{
	return n_calls;
}

void played_refuse_emoji(void)
{
	emoji_refused = true;
}

static void call_add(enum web_method m, const struct web_param *params, web_done *done, void *arg)
{
	struct call *c = calloc(1, sizeof(*c));

	if (played.asked)
		played.asked(m, params);
	*c = (struct call){ .method = m, .done = done, .arg = arg };
	for (; params && params->name; params++) {
		if (params->value && !strcmp(params->name, "user"))
			snprintf(c->user, sizeof(c->user), "%s", params->value);
		if (params->value &&
		    (!strcmp(params->name, "timestamp") || !strcmp(params->name, "ts")))
			snprintf(c->ts, sizeof(c->ts), "%s", params->value);
	}
	STAILQ_INSERT_TAIL(&calls, c, link);
	n_calls++;
}

struct web *web_new(struct loop *loop, struct http *http, const char *api, const char *app_token,
		    const char *bot_token)
{
	(void)loop, (void)http, (void)api, (void)app_token, (void)bot_token;
	return NULL;
}

void web_free(struct web *w)
{
	struct call *c;

	(void)w;
	while ((c = STAILQ_FIRST(&calls))) {
		STAILQ_REMOVE_HEAD(&calls, link);
		free(c);
	}
}

void web_call(struct web *w, enum web_method m, const char *channel, const struct web_param *params,
	      web_done *done, void *arg)
{
	(void)w, (void)channel;
	call_add(m, params, done, arg);
}

void web_upload(struct web *w, const char *url, const char *data, size_t len, web_done *done,
		void *arg)
{
	(void)w, (void)url, (void)data, (void)len;
	call_add(WEB_METHODS, NULL, done, arg);
}

void web_respond(struct web *w, const char *url, const char *json, web_done *done, void *arg)
{
	(void)w, (void)url, (void)json;
	call_add(WEB_METHODS, NULL, done, arg);
}

int64_t web_wait_ms(struct web *w, enum web_method m, const char *channel)
{
	(void)w, (void)m, (void)channel;
	return 0;
}

int web_in_flight(const struct web *w)
{
	(void)w;
	return 0;
}

static void write_answer(struct buf *b, const struct call *c)
{
	switch ((int)c->method) {
	case WEB_AUTH_TEST:
		buf_adds(b, ",\"team_id\":\"" FRAMES_TEAM "\",\"user_id\":\"UBOT\"");
		break;
	case WEB_USERS_INFO:
		buf_addf(b,
			 ",\"user\":{\"id\":\"%s\",\"name\":\"%s\",\"tz\":\"UTC\",\"tz_offset\":0,"
			 "\"profile\":{\"display_name\":\"%s\"}}",
			 c->user, c->user, c->user);
		break;
	case WEB_CONVERSATIONS_LIST:
		buf_adds(b, ",\"channels\":[]");
		break;
	case WEB_CONVERSATIONS_INFO:
	case WEB_CONVERSATIONS_CREATE:
		buf_adds(b, ",\"channel\":{\"id\":\"C1\",\"name\":\"shop\",\"is_member\":true}");
		break;
	case WEB_CONVERSATIONS_HISTORY:
	case WEB_CONVERSATIONS_REPLIES:
		buf_adds(b, ",\"messages\":[]");
		break;
	case WEB_CONVERSATIONS_MEMBERS:
		buf_adds(b, ",\"members\":[\"U1\"]");
		break;
	case WEB_CONVERSATIONS_OPEN:
		buf_adds(b, ",\"channel\":{\"id\":\"D1\"}");
		break;
	case WEB_CHAT_POST_MESSAGE:
		buf_addf(b, ",\"channel\":\"C1\",\"ts\":\"1795615000.%06ld\"", ++n_posted);
		break;
	case WEB_CHAT_GET_PERMALINK:
		buf_adds(b, ",\"permalink\":\"https://shop.slack.com/p1\"");
		break;
	case WEB_REACTIONS_GET:
		buf_addf(
			b,
			",\"type\":\"message\",\"channel\":\"C1\",\"message\":{\"type\":\"message\",\"user\":"
			"\"U2\",\"ts\":\"%s\",\"text\":\"said long ago\",\"permalink\":"
			"\"https://shop.slack.com/p2\"}",
			c->ts);
		break;
	case WEB_PINS_LIST:
		buf_adds(b, ",\"items\":[]");
		break;
	case WEB_BOOKMARKS_LIST:
		buf_adds(b, ",\"bookmarks\":[]");
		break;
	}
}

bool played_answer_one(void)
{
	struct call *c = STAILQ_FIRST(&calls);
	struct http_result h = { .end = HTTP_ANSWERED, .status = 200 };
	struct web_result r = { 0 };
	char said[WEB_SAID];
	struct buf b;
	cJSON *j;

	if (!c)
		return false;
	STAILQ_REMOVE_HEAD(&calls, link);
	buf_init(&b, BUF_ROOMY);
	if (!played.answer || !played.answer(c->method, &b)) {
		buf_adds(&b, "{\"ok\":true");
		write_answer(&b, c);
		buf_addc(&b, '}');
	}
	h.body = b.s;
	h.body_len = b.len;
	r.json = j = json_read(b.s, b.len, NULL);
	r.date_ms = played_wall();
	web_judge(c->method, &h, said, &r);
	if (emoji_refused && c->method == WEB_REACTIONS_ADD)
		r = (struct web_result){ .end = WEB_LATER,
					 .error = "ratelimited",
					 .retry_ms = RETRY_MS };
	c->done(&r, c->arg);
	cJSON_Delete(j);
	buf_release(&b);
	free(c);
	return true;
}

/* ---- the websocket ---- */

const struct lws_protocols slack_socket_protocol = { .name = "played" };

static const struct socket_calls *heard;
static void *heard_arg;

void played_frame(const struct buf *frame)
{
	heard->frame(frame->s, frame->len, 1, heard_arg);
}

void played_down(void)
{
	heard->down("it was cut", heard_arg);
}

void played_ready(int64_t gap_ms)
{
	heard->ready(gap_ms, heard_arg);
}

struct slack_socket *slack_socket_new(struct loop *loop, struct web *web, struct entropy *chance,
				      const struct socket_calls *these, void *arg)
{
	(void)loop, (void)web, (void)chance;
	heard = these;
	heard_arg = arg;
	return NULL;
}

bool slack_socket_ack(struct slack_socket *s, unsigned conn, const char *envelope_id,
		      const char *payload)
{
	(void)s, (void)conn, (void)envelope_id;
	played.payload = payload;
	played.acked();
	played.payload = NULL;
	return true;
}

void slack_socket_share(struct slack_socket *s, bool share)
{
	(void)s, (void)share;
}

int slack_socket_connections(const struct slack_socket *s)
{
	(void)s;
	return 1;
}

bool slack_socket_others(const struct slack_socket *s)
{
	(void)s;
	return false;
}

void slack_socket_start(struct slack_socket *s)
{
	(void)s;
}
void slack_socket_stop(struct slack_socket *s)
{
	(void)s;
}
void slack_socket_free(struct slack_socket *s)
{
	(void)s;
}

bool slack_socket_closed(const struct slack_socket *s)
{
	(void)s;
	return true;
}

/* ---- the bot in it ---- */

static int64_t wall_now(struct clock *c)
{
	(void)c;
	return played_wall();
}

bool played_run(const char *db, void (*chance)(struct entropy *e, void *bytes, size_t len))
{
	static struct config config;
	static struct clock clock = { wall_now };
	struct entropy entropy = { chance };
	struct run r = { .config = &config,
			 .db = db,
			 .api_url = "https://slack.com/api/",
			 .clock = &clock,
			 .boot_ms = loop_now_ms,
			 .zones = zones_system(),
			 .entropy = &entropy,
			 .digest = digest_openssl() };
	struct buf why;
	int rc;

	buf_init(&why, BUF_ROOMY);
	rc = config_load(&config, played.config, &why);
	buf_release(&why);
	if (rc)
		return false;
	/* At the end it says that the loop can't go on: that is right. */
	config.log_level = LOG_LEVEL_ERROR;
	run_bot(&r);
	config_release(&config);
	return true;
}

void played_home_make(struct played_home *home)
{
	scratch_make(home->dir, sizeof(home->dir), "played");
	snprintf(home->db, sizeof(home->db), "%s/aliosbot.db", home->dir);
}

void played_home_remove(struct played_home *home)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -r %s", home->dir);
	if (system(command))
		abort();
}
