/*
 * wiring: the parts of Slack, and who hears what of whom. Each gets the loop, the web, the store and the settings, and
 * the bot as the argument of all it calls.
 */
#include "bot/run_private.h"

#include "adapters/log/log.h"
#include "bot/shell.h"

#include <inttypes.h>

#define PROBE_MS 15000
#define HOME_PAUSE_MS 10000
#define HOME_PAUSE_SOON_MS 500 /* tests: still longer than what comes together */

static void wire_gap(int64_t from_ms, int64_t to_ms, void *arg)
{
	struct bot *b = arg;

	router_gap(b->router);
	recover_gap(b->recover, from_ms, to_ms);
}

static void wire_frame(const char *s, size_t len, unsigned conn, void *arg)
{
	struct bot *b = arg;
	int64_t now;

	b->receiving = true;
	router_frame(b->router, s, len, conn);
	b->receiving = false;
	if (router_dropped(b->router) == b->dropped)
		return;
	b->dropped = router_dropped(b->router);
	now = b->run->clock->now_ms(b->run->clock);
	wire_gap(now, now, b);
}

static void wire_tried_again(struct job *job, void *arg)
{
	(void)arg;
	job_free(job);
}

/* A channel may have been opened again while nobody listened. */
static void wire_try_refused_again(struct bot *b)
{
	struct job *job = job_new(JOB_OPENED);

	job->done = wire_tried_again;
	run_submit(job, b);
}

static void wire_ready(int64_t gap_ms, void *arg)
{
	struct bot *b = arg;

	if (gap_ms < 0)
		log_info("slack", "connected; the bot is listening");
	else
		log_info("slack", "connected again after %" PRId64 " ms", gap_ms);
	notify_ready(b->notify);
	workspace_ask(b->workspace);
	wire_try_refused_again(b);
	gap_ready(b->gap, gap_ms);
	courier_look(b->courier);
}

static void wire_down(const char *why, void *arg)
{
	struct bot *b = arg;

	log_warning("slack", "no connection: %s", why);
	notify_down(b->notify, why);
	gap_down(b->gap);
}

static void wire_fatal(const char *why, void *arg)
{
	struct bot *b = arg;

	log_error("slack", "%s", why);
	run_stop(b, SHELL_SLACK);
}

static void wire_home(const struct home *home, void *arg)
{
	struct bot *b = arg;

	b->settings.home = home;
}

static void wire_identity(const char *place, const char *bot_user, void *arg)
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

static void wire_meet(const struct message *m, void *arg)
{
	struct bot *b = arg;

	router_meet(b->router, m);
}

static void wire_know(const char *who, void (*go_on)(void *go), void *go, void *arg)
{
	struct bot *b = arg;

	router_know(b->router, who, go_on, go);
}

static void wire_channel(const char *id, const char *name, void *arg)
{
	struct bot *b = arg;

	workspace_channel(b->workspace, id, name);
}

static void wire_file_names(struct message *m, struct arena *a, void (*go_on)(void *go), void *go,
			    void *arg)
{
	struct bot *b = arg;

	router_file_names(b->router, m, a, go_on, go);
}

static void wire_call_by_name(const char *channel, void (*go_on)(void *go), void *go, void *arg)
{
	struct bot *b = arg;

	router_call_by_name(b->router, channel, go_on, go);
}

static void wire_know_openness(const char *channel, void (*go_on)(void *go), void *go, void *arg)
{
	struct bot *b = arg;

	router_know_openness(b->router, channel, go_on, go);
}

static enum openness wire_openness(const char *channel, void *arg)
{
	const struct bot *b = arg;

	return (enum openness)router_openness(b->router, channel);
}

static void wire_mention(const struct mention *m,
			 void (*over)(void *go, const struct outcome *out, bool again), void *go,
			 void *arg)
{
	struct bot *b = arg;

	router_hear(b->router, m, over, go);
}

static void wire_announce_in(const char *channel, void *arg)
{
	struct bot *b = arg;

	courier_announce_in(b->courier, channel);
}

/* ---- the parts ---- */

/* What those that hear and send get alike. */
#define WIRED(b) \
	.loop = (b)->loop, .web = (b)->web, .store = (b)->store, .clock = (b)->run->clock, \
	.submit = run_submit, .arg = (b)

static struct router *wire_router(struct bot *b)
{
	const struct run_hooks *hooks = b->run->hooks;
	const struct router_seams seams = {
		WIRED(b),
		.settings = &b->settings,
		.zones = b->run->zones,
		.root = b->run->config->root,
		.channel = wire_channel,
		.newer = &b->newer,
		.home_pause_ms = hooks && hooks->at_once ? HOME_PAUSE_SOON_MS : HOME_PAUSE_MS,
	};

	return router_new(&seams);
}

static struct courier *wire_courier(struct bot *b)
{
	const struct run_hooks *hooks = b->run->hooks;
	struct courier_seams seams = {
		WIRED(b),	   .root = b->run->config->root,  .digest = b->run->digest,
		.meet = wire_meet, .file_names = wire_file_names, .probe_ms = PROBE_MS,
		.newer = &b->newer
	};

	if (hooks) {
		seams.answered = hooks->answered;
		seams.answered_arg = hooks->arg;
		seams.at_once = hooks->at_once;
		seams.probe_ms = hooks->probe_ms ? hooks->probe_ms : PROBE_MS;
	}
	return courier_new(&seams);
}

static struct recover *wire_recover(struct bot *b)
{
	const struct recover_seams seams = { WIRED(b),
					     .settings = &b->settings,
					     .know = wire_know,
					     .call_by_name = wire_call_by_name,
					     .know_openness = wire_know_openness,
					     .openness = wire_openness,
					     .meet = wire_meet,
					     .file_names = wire_file_names,
					     .mention = wire_mention };

	return recover_new(&seams);
}

static struct gap *wire_gaps(struct bot *b)
{
	const struct gap_seams seams = { .loop = b->loop,
					 .store = b->store,
					 .clock = b->run->clock,
					 .boot_ms = b->run->boot_ms,
					 .submit = run_submit,
					 .gap = wire_gap,
					 .arg = b };

	return gap_new(&seams);
}

static struct reminders *wire_reminders(struct bot *b)
{
	const struct run_hooks *hooks = b->run->hooks;
	const struct reminders_seams seams = { .loop = b->loop,
					       .clock = b->run->clock,
					       .told = hooks && hooks->told_clock,
					       .at_once = hooks && hooks->at_once,
					       .submit = run_submit,
					       .arg = b };

	return reminders_new(&seams);
}

static struct workspace *wire_workspace(struct bot *b)
{
	const struct config *config = b->run->config;
	const struct workspace_seams seams = {
		.loop = b->loop,
		.web = b->web,
		.store = b->store,
		.announce = config->announce == ANNOUNCE_NONE ? NULL : config->announce_channel,
		.announce_must = config->announce == ANNOUNCE_NAMED,
		.submit = run_submit,
		.identity = wire_identity,
		.home = wire_home,
		.announce_in = wire_announce_in,
		.fatal = wire_fatal,
		.arg = b,
	};

	return workspace_new(&seams);
}

static struct metrics *wire_metrics(struct bot *b)
{
	const struct metrics_seams seams = { .loop = b->loop,
					     .clock = b->run->clock,
					     .config = b->run->config,
					     .router = b->router,
					     .web = b->web,
					     .socket = b->socket,
					     .submit = run_submit,
					     .arg = b };

	return metrics_new(&seams);
}

void wire(struct bot *b)
{
	static const struct socket_calls calls = { wire_frame, wire_ready, wire_down, wire_fatal };

	b->settings.permalink = slack_permalink;
	b->socket = slack_socket_new(b->loop, b->web, b->run->entropy, &calls, b);
	b->router = wire_router(b);
	b->courier = wire_courier(b);
	b->recover = wire_recover(b);
	b->gap = wire_gaps(b);
	b->reminders = wire_reminders(b);
	b->workspace = wire_workspace(b);
	b->metrics = wire_metrics(b);
	router_socket(b->router, b->socket);
	slack_socket_share(b->socket, b->run->config->second_bot);
}

void wire_free(struct bot *b)
{
	slack_socket_free(b->socket);
	b->settings.home = NULL;
	workspace_free(b->workspace);
	router_free(b->router);
	courier_free(b->courier);
	recover_free(b->recover);
	gap_free(b->gap);
	reminders_free(b->reminders);
}
