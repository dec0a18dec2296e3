/*
 * What an envelope costs, in numbers that are the same in every run: statements, pages, reads, writes, locks
 * and syncs of SQLite, calls of the Web API. The whole bot runs (bot/run.c and all behind it), but its loop,
 * its websocket and the Web API are played here: time passes when the story says so, one thing happens a
 * turn, so nothing depends on how fast the machine is.
 *
 * tests/golden/cost.txt is what it costs today. A number that rises is to be explained in the commit that
 * raises it; GOLDEN_WRITE=1 writes the table anew. COST_SHOW="a note" shows that row's statements, one a line.
 */
#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "adapters/http/http.h"
#include "adapters/json/json.h"
#include "adapters/loop/loop.h"
#include "adapters/slack/socket.h"
#include "adapters/slack/web.h"
#include "bot/run.h"
#include "tests/support/core_golden.h"
#include "tests/support/counted.h"
#include "tests/support/frames.h"

#include <inttypes.h>
#include <libwebsockets.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include <cmocka.h>

#define BEGAN INT64_C(1795615500000)	/* 2026-11-25T14:05:00Z */
#define SHOWN_MS 1500			/* by then a change has its card edited, and nothing is idle yet */
#define REST_MS 90000			/* what is done in quiet moments is over by then */

/* ---- time ---- */

struct loop_timer {
	LIST_ENTRY(loop_timer) link;
	void (*fire)(void *arg);
	void *arg;
	int64_t at;	/* -1: off */
};

static LIST_HEAD(, loop_timer) timers = LIST_HEAD_INITIALIZER(timers);
static int64_t now_ms;	/* since BEGAN */

int64_t loop_now_ms(void)
{
	return now_ms;
}

static int64_t wall_now(struct clock *c)
{
	(void)c;
	return BEGAN + now_ms;
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

/* The next timer due until then fires; false: none is. */
static bool fire_until(int64_t until)
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

struct loop_fd *loop_fd_new(struct loop *loop, int fd, void (*readable)(int fd, void *arg), void *arg)
{
	struct loop_fd *f = calloc(1, sizeof(*f));

	(void)loop, (void)readable, (void)arg;
	f->fd = fd;
	return f;
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

void loop_free(struct loop *loop) { (void)loop; }
void loop_wake(struct loop *loop) { (void)loop; }

struct http *http_new(struct loop *loop, const char *user_agent)
{
	(void)loop, (void)user_agent;
	return NULL;
}

void http_free(struct http *h) { (void)h; }

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

static void call_add(enum web_method m, const struct web_param *params, web_done *done, void *arg)
{
	struct call *c = calloc(1, sizeof(*c));

	*c = (struct call){ .method = m, .done = done, .arg = arg };
	for (; params && params->name; params++) {
		if (params->value && !strcmp(params->name, "user"))
			snprintf(c->user, sizeof(c->user), "%s", params->value);
		if (params->value && (!strcmp(params->name, "timestamp") || !strcmp(params->name, "ts")))
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

void web_upload(struct web *w, const char *url, const char *data, size_t len, web_done *done, void *arg)
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
		buf_addf(b, ",\"user\":{\"id\":\"%s\",\"name\":\"%s\",\"tz\":\"UTC\",\"tz_offset\":0,"
			    "\"profile\":{\"display_name\":\"%s\"}}", c->user, c->user, c->user);
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
		buf_addf(b, ",\"type\":\"message\",\"channel\":\"C1\",\"message\":{\"type\":\"message\",\"user\":"
			    "\"U2\",\"ts\":\"%s\",\"text\":\"said long ago\",\"permalink\":"
			    "\"https://shop.slack.com/p2\"}", c->ts);
		break;
	case WEB_PINS_LIST:
		buf_adds(b, ",\"items\":[]");
		break;
	case WEB_BOOKMARKS_LIST:
		buf_adds(b, ",\"bookmarks\":[]");
		break;
	}
}

static bool answer_one(void)
{
	struct call *c = STAILQ_FIRST(&calls);
	struct web_result r = { .end = WEB_OK };
	struct buf b;
	cJSON *j;

	if (!c)
		return false;
	STAILQ_REMOVE_HEAD(&calls, link);
	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, "{\"ok\":true");
	write_answer(&b, c);
	buf_addc(&b, '}');
	r.json = j = json_read(b.s, b.len, NULL);
	r.date_ms = BEGAN + now_ms;
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
static void acked(void);

struct slack_socket *slack_socket_new(struct loop *loop, struct web *web, struct entropy *chance,
				      const struct socket_calls *these, void *arg)
{
	(void)loop, (void)web, (void)chance;
	heard = these;
	heard_arg = arg;
	return NULL;
}

bool slack_socket_ack(struct slack_socket *s, unsigned conn, const char *envelope_id, const char *payload)
{
	(void)s, (void)conn, (void)envelope_id, (void)payload;
	acked();
	return true;
}

void slack_socket_start(struct slack_socket *s) { (void)s; }
void slack_socket_stop(struct slack_socket *s) { (void)s; }
void slack_socket_free(struct slack_socket *s) { (void)s; }

bool slack_socket_closed(const struct slack_socket *s)
{
	(void)s;
	return true;
}

/* ---- the story: rows of what arrives, each counted alone ---- */

enum what { COMMAND, SAID, EDIT, PUT, TAKEN };

struct step {
	const char *name;	/* NULL: not in the table, it only prepares */
	enum what what;
	const char *text;	/* of the command, the message, or its new one; PUT, TAKEN: the emoji */
	const char *ts;
	const char *channel;	/* NULL: "C1", the Node's */
	int times;		/* in one turn, all but the first by U2; 0: 1 */
	bool by_another;	/* U2 */
};

#define M(n) "1795615400.00000" #n
#define EDIT_TO "rolled the pod back, twice"

static const struct step story[] = {
	{ .what = COMMAND, .text = "new Checkout answers 504 sev1 --here" },
	{ .what = COMMAND, .text = "note the first thing" },
	{ .what = COMMAND, .text = "note the second thing" },
	{ .what = SAID, .text = "somebody said this before", .ts = M(1) },
	{ .name = "a note", .what = COMMAND, .text = "note rolled the pod back" },
	{ .name = "a note with a time", .what = COMMAND, .text = "note -5m rolled the pod back" },
	{ .name = "64 notes in one turn", .what = COMMAND, .text = "note one of many", .times = 64 },
	{ .name = "a message in the Node's channel", .what = SAID, .text = "rolled the pod back", .ts = M(2) },
	{ .name = "64 messages in one turn", .what = SAID, .text = "one of many", .times = 64 },
	{ .name = "a message elsewhere", .what = SAID, .text = "lunch?", .ts = M(3), .channel = "C9" },
	{ .name = "\xF0\x9F\x93\x8C on a message", .what = PUT, .text = "pushpin", .ts = M(2) },
	{ .name = "the same by another", .what = PUT, .text = "pushpin", .ts = M(2), .by_another = true },
	{ .name = "taken off by both", .what = TAKEN, .text = "pushpin", .ts = M(2), .times = 2 },
	{ .name = "\xF0\x9F\x93\x8C on a message never heard of", .what = PUT, .text = "pushpin", .ts = "1795615300.000001" },
	{ .name = "\xF0\x9F\x93\x8C elsewhere", .what = PUT, .text = "pushpin", .ts = M(3), .channel = "C9" },
	{ .name = "an emoji that means nothing", .what = PUT, .text = "tada", .ts = M(2) },
	{ .what = PUT, .text = "pushpin", .ts = M(1) },
	{ .name = "an edit of a captured message", .what = EDIT, .text = EDIT_TO, .ts = M(1) },
	{ .what = SAID, .text = "nobody captures this", .ts = M(5) },
	{ .name = "an edit of another message", .what = EDIT, .text = EDIT_TO, .ts = M(5) },
	{ .name = "a message with a tag", .what = SAID, .text = "#timeline rolled the pod back", .ts = M(4) },
	{ .name = "edit", .what = COMMAND, .text = "edit E1 the first thing, corrected" },
	{ .name = "action", .what = COMMAND, .text = "action scale up the database" },
	{ .name = "done", .what = COMMAND, .text = "done 1" },
	{ .name = "status", .what = COMMAND, .text = "status identified" },
	{ .name = "sev", .what = COMMAND, .text = "sev 2" },
	{ .name = "summary", .what = COMMAND, .text = "summary the pool of connections is empty" },
	{ .name = "undo", .what = COMMAND, .text = "undo" },
	{ .name = "a refusal", .what = COMMAND, .text = "done 99" },
	{ .name = "show", .what = COMMAND, .text = "show" },
	{ .name = "catchup", .what = COMMAND, .text = "catchup" },
	{ .name = "an unknown word", .what = COMMAND, .text = "nte rolled back" },
	{ .name = "resolve", .what = COMMAND, .text = "resolve" },
};
#define STEPS ((int)(sizeof(story) / sizeof(*story)))

static struct {
	int at;			/* the step; -1: none yet */
	enum { SENDING, SHOWING, RESTING } phase;
	int64_t until;
	struct counted before, acked;
	long calls_before;
	int unacked;
	unsigned envelopes;
	struct buf table;
} told;

static void arrive(const struct step *s, int i)
{
	struct frame_of of = { .n = ++told.envelopes, .user = i || s->by_another ? "U2" : "U1",
			       .channel = s->channel ? s->channel : "C1" };
	char ts[32], event_ts[32];
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	snprintf(event_ts, sizeof(event_ts), "%" PRId64 ".%06u", (BEGAN + now_ms) / 1000, of.n);
	snprintf(ts, sizeof(ts), "%s", s->ts ? s->ts : event_ts);
	switch (s->what) {
	case COMMAND:
		frames_command(&b, of, s->text, "https://hooks.slack.com");
		break;
	case SAID:
		frames_message(&b, of, ts, s->text);
		break;
	case EDIT:
		frames_edited(&b, of, ts, s->text, "said before", event_ts);
		break;
	case PUT:
	case TAKEN:
		frames_reaction(&b, of, s->what == PUT, s->text, ts, event_ts);
		break;
	}
	heard->frame(b.s, b.len, 1, heard_arg);
	buf_release(&b);
}

/* What the last ack has waited for is what was counted until now. */
static void acked(void)
{
	told.unacked--;
	if (told.unacked)
		return;
	told.acked = counted_since(&told.before);
	told.phase = SHOWING;
}

static void head(void)
{
	buf_addf(&told.table,
		 "# What arrives, and what it costs: until its ack, and in all until its card is edited. See test_cost.c.\n"
		 "%-35s %s\n%-35s %9s %7s %5s %9s %7s %5s %6s %5s %5s %5s %5s\n", "",
		 "  until the ack             in all", "", "statement", "commits", "pages", "statement", "commits",
		 "pages", "writes", "reads", "locks", "syncs", "calls");
}

/* Bytes beyond ASCII take no column of their own. */
static int width(const char *s, int room)
{
	int more = 0;

	for (; *s; s++)
		more += (*s & 0xC0) == 0x80;
	return room + more;
}

static void row(const struct step *s)
{
	struct counted all = counted_since(&told.before), ack = told.acked;

	buf_addf(&told.table, "%-*s %9ld %7ld %5ld %9ld %7ld %5ld %6ld %5ld %5ld %5ld %5ld\n", width(s->name, 35), s->name,
		 ack.statements, ack.commits, ack.pages, all.statements, all.commits, all.pages, all.writes,
		 all.reads, all.locks, all.syncs, n_calls - told.calls_before);
}

static void show(const char *name)
{
	const char *asked = getenv("COST_SHOW");

	counted_show(asked && name && !strcmp(asked, name) ? stderr : NULL);
}

static void begin_step(void)
{
	const struct step *s = &story[told.at];
	int times = s->times ? s->times : 1;

	show(s->name);
	told.before = counted_now();
	told.calls_before = n_calls;
	told.unacked = times;
	told.phase = SENDING;
	told.until = now_ms + SHOWN_MS;
	for (int i = 0; i < times; i++)
		arrive(s, i);
}

static void next_step(void)
{
	told.at++;
	if (told.at < STEPS)
		begin_step();
}

int loop_turn(struct loop *loop)
{
	(void)loop;
	if (answer_one() || fire_until(told.until))
		return 0;
	now_ms = told.until;
	if (told.at < 0 || told.phase == RESTING) {
		next_step();
		return told.at < STEPS ? 0 : -1;
	}
	if (told.phase == SENDING)
		fail_msg("%s: %d not acked", story[told.at].text, told.unacked);
	if (story[told.at].name)
		row(&story[told.at]);
	show(NULL);
	told.phase = RESTING;
	told.until = now_ms + REST_MS;
	return 0;
}

/* ---- the test ---- */

static void chance_fill(struct entropy *e, void *bytes, size_t len)
{
	static uint64_t chance = 1;
	unsigned char *p = bytes;

	(void)e;
	for (size_t i = 0; i < len; i++) {
		chance = chance * 6364136223846793005u + 1442695040888963407u;
		p[i] = (unsigned char)(chance >> 56);
	}
}

static void what_an_envelope_costs_is_known_to_the_statement(void **state)
{
	static struct config config;
	static struct clock clock = { wall_now };
	static struct entropy entropy = { chance_fill };
	char dir[] = "/tmp/aliosbot-cost-XXXXXX", db[64], command[64];
	struct run r = { .config = &config, .db = db, .api_url = "https://slack.com/api/", .clock = &clock,
			 .zones = zones_system(), .entropy = &entropy, .digest = digest_openssl() };
	struct buf why;

	(void)state;
	buf_init(&why, BUF_ROOMY);
	buf_init(&told.table, BUF_ROOMY);
	assert_int_equal(config_load(&config, NULL, &why), 0);
	config.log_level = LOG_LEVEL_ERROR;	/* which says at the end that the loop can't go on: that is right */
	assert_non_null(mkdtemp(dir));
	snprintf(db, sizeof(db), "%s/aliosbot.db", dir);
	counted_begin();
	head();
	told.at = -1;
	told.until = REST_MS;
	run_bot(&r);	/* ends with the story: loop_turn() says -1 */
	assert_true(golden_is("cost.txt", told.table.s));
	config_release(&config);
	buf_release(&told.table);
	buf_release(&why);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_envelope_costs_is_known_to_the_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
