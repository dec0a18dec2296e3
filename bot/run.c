#include "bot/run.h"

#include "adapters/http/http.h"
#include "adapters/log/log.h"
#include "adapters/loop/loop.h"
#include "adapters/slack/slack.h"
#include "adapters/sqlite/sqlite_store.h"
#include "bot/control.h"
#include "bot/shell.h"
#include "bot/version.h"

#include <errno.h>
#include <inttypes.h>
#include <libwebsockets.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define PROBE_MS 15000
#define CALLS_END_MS 3000 /* calls in flight at the end get this long */
#define GONE_BY_MS 4500	  /* and all is over after this */
#define QUIET_MS 2000	  /* after the last batch: time for checkpoint and pruning */
#define TIDY_MS 50	  /* between two bites of that */

enum phase {
	RUNNING,
	STOPPING, /* no new calls; what was read is committed and acked, calls in flight may end */
	CLOSING,  /* the socket says goodbye */
	GONE,
};

struct bot {
	struct run *run;
	struct settings settings; /* the config's */
	enum phase phase;
	int exit_code;
	int64_t stopped_at; /* loop_now_ms() */
	struct loop *loop;
	struct http *http;
	struct web *web;
	struct store *store;
	struct slack_socket *socket;
	struct workspace *workspace;
	struct router *router;
	struct courier *courier;
	struct recover *recover;
	struct gap *gap;
	int64_t dropped; /* router_dropped() so far */
	struct control *control;
	struct loop_fd *signals;
	struct loop_timer *tidy, *end;
	unsigned stirred; /* enum stir: what the store has written and nobody has looked at yet */
};

/* ---- jobs ---- */

static void run_submit(struct job *job, void *arg)
{
	struct bot *b = arg;

	job->next = NULL;
	store_submit(b->store, job);
}

static void store_wakes(void *arg)
{
	struct bot *b = arg;

	loop_wake(b->loop);
}

static void store_stirred(unsigned what, void *arg)
{
	struct bot *b = arg;

	b->stirred |= what;
}

/* What this turn has received, in one go: decided, committed, answered. Then a look at what that has changed. */
static bool turn(struct bot *b)
{
	unsigned what;

	if (!store_waits(b->store))
		return false;
	gap_batch(b->gap);
	store_turn(b->store);
	what = b->stirred;
	b->stirred = 0;
	if (what & (STIR_LETTERS | STIR_POSTS | STIR_EMOJI))
		courier_stirred(b->courier, what);
	recover_look(b->recover, what & STIR_NODES);
	loop_timer_set(b->tidy, QUIET_MS);
	return true;
}

static void tidy(void *arg)
{
	struct bot *b = arg;

	if (store_idle(b->store) > 0)
		loop_timer_set(b->tidy, TIDY_MS);
}

/* ---- ending ---- */

static void run_stop(struct bot *b, int exit_code)
{
	if (b->phase != RUNNING)
		return;
	b->phase = STOPPING;
	b->exit_code = exit_code;
	b->stopped_at = loop_now_ms();
	courier_stop(b->courier);
	recover_stop(b->recover);
	router_stop(b->router);
	loop_timer_set(b->end, CALLS_END_MS);
}

static void end_waited(void *arg)
{
	struct bot *b = arg;

	/* Only wakes the loop: ending() looks at the clock. */
	loop_timer_set(b->end, GONE_BY_MS - CALLS_END_MS);
}

static void ending(struct bot *b)
{
	int64_t past = loop_now_ms() - b->stopped_at;
	bool quiet =
		courier_quiet(b->courier) && !web_in_flight(b->web); /* answers to people as well */

	if (b->phase == STOPPING && !store_waits(b->store) && (quiet || past >= CALLS_END_MS)) {
		b->phase = CLOSING;
		gap_down(b->gap);
		slack_socket_stop(b->socket);
	}
	if (b->phase == CLOSING && (slack_socket_closed(b->socket) || past >= GONE_BY_MS))
		b->phase = GONE;
}

static void signalled(int fd, void *arg)
{
	struct bot *b = arg;
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return;
	log_info("aliosbot", "%s: finishing what is under way", strsignal((int)info.ssi_signo));
	run_stop(b, SHELL_DONE);
}

/* ---- Slack ---- */

static void run_gap(int64_t from_ms, int64_t to_ms, void *arg)
{
	struct bot *b = arg;

	router_gap(b->router);
	recover_gap(b->recover, from_ms, to_ms);
}

static void run_frame(const char *s, size_t len, unsigned conn, void *arg)
{
	struct bot *b = arg;
	int64_t now;

	router_frame(b->router, s, len, conn);
	if (router_dropped(b->router) == b->dropped)
		return;
	b->dropped = router_dropped(b->router);
	now = b->run->clock->now_ms(b->run->clock);
	run_gap(now, now, b);
}

static void tried_again(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

/* A channel may have been opened again while nobody listened. */
static void try_refused_again(struct bot *b)
{
	struct job *job = job_new(JOB_OPENED);

	job->done = tried_again;
	run_submit(job, b);
}

static void run_ready(int64_t gap_ms, void *arg)
{
	struct bot *b = arg;

	if (gap_ms < 0)
		log_info("slack", "connected; the bot is listening");
	else
		log_info("slack", "connected again after %" PRId64 " ms", gap_ms);
	workspace_ask(b->workspace);
	try_refused_again(b);
	gap_ready(b->gap, gap_ms);
	courier_look(b->courier);
}

static void run_down(const char *why, void *arg)
{
	struct bot *b = arg;

	log_warning("slack", "no connection: %s", why);
	gap_down(b->gap);
}

static void fatal(const char *why, void *arg)
{
	struct bot *b = arg;

	log_error("slack", "%s", why);
	run_stop(b, SHELL_SLACK);
}

static const char *permalink(const struct settings *s, const struct message *m, struct arena *a)
{
	const struct bot *b =
		(const struct bot *)((const char *)s - offsetof(struct bot, settings));

	return workspace_permalink(b->workspace, m, a);
}

static void run_identity(const char *place, const char *bot_user, void *arg)
{
	struct bot *b = arg;
	char group[128];

	router_identity(b->router, place, bot_user);
	courier_identity(b->courier, place, bot_user);
	recover_identity(b->recover, place, bot_user);
	if (b->run->config->restrict_group) {
		snprintf(group, sizeof(group), "%s/%s", place, b->run->config->restrict_group);
		router_group(b->router, group);
	}
}

static void run_meet(const struct message *m, void *arg)
{
	struct bot *b = arg;

	router_meet(b->router, m);
}

static void know(const char *who, void (*go_on)(void *go), void *go, void *arg)
{
	struct bot *b = arg;

	router_know(b->router, who, go_on, go);
}

static void channel(const char *id, const char *name, void *arg)
{
	struct bot *b = arg;

	workspace_channel(b->workspace, id, name);
}

static void file_names(struct message *m, struct arena *a, void (*go_on)(void *go), void *go,
		       void *arg)
{
	struct bot *b = arg;

	router_file_names(b->router, m, a, go_on, go);
}

static void call_by_name(const char *channel, void (*go_on)(void *go), void *go, void *arg)
{
	struct bot *b = arg;

	router_call_by_name(b->router, channel, go_on, go);
}

static void know_openness(const char *channel, void (*go_on)(void *go), void *go, void *arg)
{
	struct bot *b = arg;

	router_know_openness(b->router, channel, go_on, go);
}

static enum openness openness(const char *channel, void *arg)
{
	const struct bot *b = arg;

	return (enum openness)router_openness(b->router, channel);
}

static void announce_in(const char *channel, void *arg)
{
	struct bot *b = arg;

	courier_announce_in(b->courier, channel);
}

/* ---- the shell ---- */

struct asked {
	struct bot *bot;
	struct control_request *request;
};

static void shell_answered(struct job *job, void *arg)
{
	struct asked *asked = arg;
	struct bot *b = asked->bot;
	struct buf text;
	int code;

	buf_init(&text, CONTROL_TEXT_MAX);
	code = shell_outcome(&text, job, store_problem(b->store));
	control_answer(asked->request, code, text.s);
	buf_release(&text);
	job_free(job);
	free(asked);
}

static void shell_team_known(struct job *team, void *arg)
{
	struct asked *asked = arg;
	struct bot *b = asked->bot;
	const struct control_request *r = asked->request;
	struct job *job = shell_job(team->rc == 0 ? team->value : NULL, r->user, r->zone, r->line,
				    b->run->clock->now_ms(b->run->clock), r->json);

	job->intent.group = arena_strdup(&job->arena, router_group_ref(b->router));
	job->intent.in_group = router_in_group(b->router, job->intent.who);
	job->done = shell_answered;
	job->arg = asked;
	run_submit(job, b);
	job_free(team);
}

static void shell_asks(struct control_request *r, void *arg)
{
	struct asked *asked = calloc(1, sizeof(*asked));
	struct job *team = shell_team_job();

	if (!asked)
		buf_oom();
	asked->bot = arg;
	asked->request = r;
	team->done = shell_team_known;
	team->arg = asked;
	run_submit(team, arg);
}

/* ---- wiring ---- */

store_opener *run_open_store(const struct run *r)
{
	return r->hooks && r->hooks->open_store ? r->hooks->open_store : sqlite_store_open;
}

static int open_store(struct bot *b)
{
	const struct run *r = b->run;
	const struct store_seams seams = {
		.settings = &b->settings,
		.zones = r->zones,
		.entropy = r->entropy,
		.digest = r->digest,
		.clock = r->clock,
		.wake = store_wakes,
		.stirred = store_stirred,
		.arg = b,
		.committed = r->hooks ? r->hooks->committed : NULL,
		.committed_arg = r->hooks ? r->hooks->arg : NULL,
	};
	struct buf why;
	int rc;

	buf_init(&why, 2000);
	rc = run_open_store(r)(&b->store, r->db, STORE_WRITE, &seams, &why);
	if (rc < 0)
		log_error("store", "%s", why.s);
	buf_release(&why);
	return rc;
}

static void run_watch_signals(struct bot *b)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		log_warning("aliosbot", "no signalfd (%s): SIGTERM will not be heard",
			    strerror(errno));
	else
		b->signals = loop_fd_new(b->loop, fd, signalled, b);
}

static void wire_slack(struct bot *b)
{
	static const struct socket_calls calls = { run_frame, run_ready, run_down, fatal };
	const struct run *r = b->run;
	const struct router_seams router = {
		.loop = b->loop,
		.web = b->web,
		.store = b->store,
		.clock = r->clock,
		.settings = &b->settings,
		.submit = run_submit,
		.channel = channel,
		.arg = b,
	};
	const struct courier_seams courier = {
		.loop = b->loop,
		.web = b->web,
		.store = b->store,
		.clock = r->clock,
		.digest = r->digest,
		.settings = &b->settings,
		.submit = run_submit,
		.meet = run_meet,
		.file_names = file_names,
		.arg = b,
		.answered = r->hooks ? r->hooks->answered : NULL,
		.answered_arg = r->hooks ? r->hooks->arg : NULL,
		.probe_ms = r->hooks && r->hooks->probe_ms ? r->hooks->probe_ms : PROBE_MS,
	};
	const struct workspace_seams workspace = {
		.loop = b->loop,
		.web = b->web,
		.store = b->store,
		.announce =
			r->config->announce == ANNOUNCE_NONE ? NULL : r->config->announce_channel,
		.announce_must = r->config->announce == ANNOUNCE_NAMED,
		.submit = run_submit,
		.identity = run_identity,
		.announce_in = announce_in,
		.fatal = fatal,
		.arg = b,
	};

	const struct recover_seams recover = {
		.loop = b->loop,
		.web = b->web,
		.store = b->store,
		.clock = r->clock,
		.settings = &b->settings,
		.submit = run_submit,
		.know = know,
		.call_by_name = call_by_name,
		.know_openness = know_openness,
		.openness = openness,
		.meet = run_meet,
		.file_names = file_names,
		.arg = b,
	};
	const struct gap_seams gap = {
		.loop = b->loop,
		.store = b->store,
		.clock = r->clock,
		.boot_ms = r->boot_ms,
		.submit = run_submit,
		.gap = run_gap,
		.arg = b,
	};

	b->socket = slack_socket_new(b->loop, b->web, r->entropy, &calls, b);
	b->router = router_new(&router);
	b->courier = courier_new(&courier);
	b->recover = recover_new(&recover);
	b->gap = gap_new(&gap);
	b->workspace = workspace_new(&workspace);
	router_socket(b->router, b->socket);
	slack_socket_share(b->socket, r->config->second_bot);
}

static void wire_shell(struct bot *b)
{
	struct buf path;

	buf_init(&path, 4096);
	buf_addf(&path, "%s%s", b->run->db, CONTROL_SUFFIX);
	b->control = control_new(b->loop, path.s, shell_asks, b);
	buf_release(&path);
}

static int run_start(struct bot *b)
{
	static const struct lws_protocols none = { 0 };
	struct lws_protocols protocols[] = { slack_socket_protocol, none };
	const struct run *r = b->run;

	if (open_store(b) < 0)
		return SHELL_STORAGE;
	b->loop = loop_new(protocols);
	if (!b->loop)
		return SHELL_NO;
	b->http = http_new(b->loop, "aliosbot/" ALIOSBOT_VERSION);
	b->web = web_new(b->loop, b->http, r->api_url, r->app_token, r->bot_token);
	b->tidy = loop_timer_new(b->loop, tidy, b);
	b->end = loop_timer_new(b->loop, end_waited, b);
	wire_slack(b);
	wire_shell(b);
	run_watch_signals(b);
	workspace_ask(b->workspace);
	slack_socket_start(b->socket);
	loop_timer_set(b->tidy, QUIET_MS);
	return SHELL_DONE;
}

static void run_end(struct bot *b)
{
	courier_stop(b->courier);
	router_stop(b->router);
	while (turn(b))
		; /* what was queued by the last callbacks */
	control_free(b->control);
	loop_fd_free(b->signals);
	web_free(b->web); /* drops calls; their `done`s are never called, so the rest can go */
	http_free(b->http);
	slack_socket_free(b->socket);
	workspace_free(b->workspace);
	router_free(b->router);
	courier_free(b->courier);
	recover_free(b->recover);
	gap_free(b->gap);
	loop_timer_free(b->tidy);
	loop_timer_free(b->end);
	loop_free(b->loop);
	if (b->store)
		store_close(b->store);
}

int run_bot(struct run *r)
{
	struct bot b = { .run = r, .settings = r->config->settings };
	int code;

	b.settings.permalink = permalink;
	log_level_set(r->config->log_level);
	code = run_start(&b);
	if (code != SHELL_DONE) {
		if (b.store)
			store_close(b.store);
		return code;
	}
	while (b.phase != GONE) {
		if (loop_turn(b.loop) < 0) {
			log_error("loop", "can't go on");
			b.exit_code = SHELL_NO;
			break;
		}
		turn(&b);
		if (r->hooks && r->hooks->turned)
			r->hooks->turned(r->hooks->arg);
		if (b.phase != RUNNING)
			ending(&b);
	}
	run_end(&b);
	log_info("aliosbot", "stopped; everything acknowledged is on disk");
	return b.exit_code;
}
