#include "bot/run_private.h"

#include "adapters/http/http.h"
#include "adapters/log/log.h"
#include "adapters/loop/loop.h"
#include "bot/control.h"
#include "bot/reload.h"
#include "bot/shell.h"
#include "bot/status.h"
#include "bot/version.h"
#include "core/base/alloc.h"

#include <errno.h>
#include <libwebsockets.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#define CALLS_END_MS 3000 /* calls in flight at the end get this long */
#define GONE_BY_MS 4500	  /* and all is over after this */
#define QUIET_MS 2000	  /* after the last batch: time for checkpoint and pruning */
#define KEPT_BYTES \
	(1 \
	 << 20) /* free memory that is kept: a turn's, which would be given back and asked for again with each */
#define TIDY_MS 50 /* between two bites of that */

/* ---- jobs ---- */

void run_submit(struct job *job, void *arg)
{
	struct bot *b = arg;

	job->next = NULL;
	store_submit(b->store, job);
}

static void store_wakes(void *arg)
{
	struct bot *b = arg;

	if (!b->receiving)
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
	if (what & STIR_DUE)
		reminders_look(b->reminders);
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

void run_stop(struct bot *b, int exit_code)
{
	if (b->phase != RUNNING)
		return;
	b->phase = STOPPING;
	b->exit_code = exit_code;
	b->stopped_at = loop_now_ms();
	notify_stopping(b->notify);
	courier_stop(b->courier);
	recover_stop(b->recover);
	reminders_stop(b->reminders);
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

/* The terminal that it was started in was closed: it ends with that, as programs do. */
static bool terminal_is_gone(const struct bot *b)
{
	struct termios t;

	return b->in_terminal && tcgetattr(STDIN_FILENO, &t) != 0;
}

static void signalled(int fd, void *arg)
{
	struct bot *b = arg;
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGHUP && !terminal_is_gone(b)) {
		b->reload = true;
		return;
	}
	log_info("aliosbot", "%s: finishing what is under way", strsignal((int)info.ssi_signo));
	run_stop(b, SHELL_DONE);
}

/* ---- the shell ---- */

struct asked {
	struct bot *bot;
	struct control_request *request;
	struct import_piece piece; /* a document to be imported */
};

static void asked_answer(struct asked *asked, int code, const char *text)
{
	control_answer(asked->request, code, text);
	free(asked);
}

static void shell_answered(struct job *job, void *arg)
{
	struct asked *asked = arg;
	struct bot *b = asked->bot;
	struct buf text;
	int code;

	buf_init(&text, CONTROL_TEXT_MAX);
	code = shell_outcome(&text, job, store_problem(b->store));
	asked_answer(asked, code, text.s);
	buf_release(&text);
	job_free(job);
}

static void shell_imported(struct job *job, void *arg)
{
	struct asked *asked = arg;
	struct buf text;
	int code;

	buf_init(&text, CONTROL_TEXT_MAX);
	code = shell_import_outcome(&text, job, store_problem(asked->bot->store));
	import_free(job);
	asked_answer(asked, code, text.s);
	buf_release(&text);
}

static void shell_imports(struct asked *asked, const char *team)
{
	const struct control_request *r = asked->request;
	struct bot *b = asked->bot;
	struct buf why;
	struct job *job;

	asked->piece =
		(struct import_piece){ .s = r->line, .len = strlen(r->line), .line = r->at_line };
	buf_init(&why, CONTROL_TEXT_MAX);
	job = shell_import_job(&asked->piece, team, r->user, b->run->clock->now_ms(b->run->clock),
			       &why);
	if (job) {
		job->done = shell_imported;
		job->arg = asked;
		run_submit(job, b);
	} else {
		asked_answer(asked, SHELL_NO, why.s);
	}
	buf_release(&why);
}

static void shell_team_known(struct job *team, void *arg)
{
	struct asked *asked = arg;
	struct bot *b = asked->bot;
	const struct control_request *r = asked->request;
	const char *place = team->rc == 0 ? team->found : NULL;
	struct job *job;

	if (r->import) {
		shell_imports(asked, place);
		job_free(team);
		return;
	}
	job = shell_job(place, r->user, r->zone, r->line, b->run->clock->now_ms(b->run->clock),
			r->json);
	job->intent.group = arena_strdup(&job->arena, router_group_ref(b->router));
	job->intent.in_group = router_in_group(b->router, job->intent.who);
	job->done = shell_answered;
	job->arg = asked;
	run_submit(job, b);
	job_free(team);
}

static void shell_asks_status(struct control_request *r, const struct bot *b)
{
	struct buf text;

	buf_init(&text, CONTROL_TEXT_MAX);
	status_write(&text, b);
	control_answer(r, SHELL_DONE, text.s);
	buf_release(&text);
}

static void shell_asks_line(struct control_request *r, struct bot *b)
{
	struct asked *asked = alloc(sizeof(*asked));
	struct job *team = shell_team_job();

	asked->bot = b;
	asked->request = r;
	team->done = shell_team_known;
	team->arg = asked;
	run_submit(team, b);
}

static void shell_asks(struct control_request *r, void *arg)
{
	if (r->status)
		shell_asks_status(r, arg);
	else
		shell_asks_line(r, arg);
}

/* ---- wiring ---- */

store_opener *run_open_store(const struct run *r)
{
	return r->hooks && r->hooks->open_store ? r->hooks->open_store : storage;
}

static void store_says(const char *sentence)
{
	log_info("store", "%s", sentence);
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
		.working = notify_working,
		.says = store_says,
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
	sigaddset(&set, SIGHUP);
	b->in_terminal = isatty(STDIN_FILENO);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		log_warning("aliosbot", "no signalfd (%s): signals will not be heard",
			    strerror(errno));
	else
		b->signals = loop_fd_new(b->loop, fd, signalled, b);
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

	mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	b->started_at = r->clock->now_ms(r->clock);
	if (open_store(b) < 0)
		return SHELL_STORAGE;
	b->loop = loop_new(protocols);
	if (!b->loop)
		return SHELL_NO;
	b->http = http_new(b->loop, "aliosbot/" ALIOSBOT_VERSION);
	b->web = web_new(b->loop, b->http, r->api_url, r->app_token, r->bot_token);
	b->tidy = loop_timer_new(b->loop, tidy, b);
	b->end = loop_timer_new(b->loop, end_waited, b);
	b->notify = notify_new(b->loop, run_submit, b);
	wire(b);
	wire_shell(b);
	run_watch_signals(b);
	workspace_ask(b->workspace);
	reminders_look(b->reminders);
	slack_socket_start(b->socket);
	loop_timer_set(b->tidy, QUIET_MS);
	return SHELL_DONE;
}

static void run_end(struct bot *b)
{
	courier_stop(b->courier);
	reminders_stop(b->reminders);
	router_stop(b->router);
	metrics_end(b->metrics);
	while (turn(b))
		; /* what was queued by the last callbacks */
	control_free(b->control);
	loop_fd_free(b->signals);
	metrics_free(b->metrics);
	web_free(b->web); /* drops calls; their `done`s are never called, so the rest can go */
	http_free(b->http);
	wire_free(b);
	loop_timer_free(b->tidy);
	loop_timer_free(b->end);
	notify_free(b->notify);
	loop_free(b->loop);
	if (b->store)
		store_close(b->store);
	reload_free(b);
}

int run_bot(struct run *r)
{
	struct bot b = { .run = r, .settings = r->config->settings, .now = r->config };
	int code;

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
		if (b.reload && !store_waits(b.store))
			reload_config(&b);
		if (r->hooks && r->hooks->turned)
			r->hooks->turned(r->hooks->arg);
		if (b.phase != RUNNING)
			ending(&b);
	}
	run_end(&b);
	log_info("aliosbot", "stopped; everything acknowledged is on disk");
	return b.exit_code;
}
