/*
 * metrics: how the bot is doing, as Prometheus reads it: a file for node_exporter's textfile collector, written whole
 * every 15 s and at the end, and a port of this machine's own with /metrics and /healthz. Both are off unless the config
 * names them; then all of this does nothing.
 *
 * Counters are plain numbers of those who count (router_seen(), web_counts() …). What the store knows is asked for by a
 * job, when somebody wants to read it; what it costs doesn't grow with what is stored.
 */
#ifndef BOT_METRICS_H
#define BOT_METRICS_H

#include "bot/run.h"

#include "adapters/slack/slack.h"

struct metrics;

struct metrics_seams {
	struct loop *loop;
	struct clock *clock;
	const struct config *config;
	const struct router *router;
	const struct web *web;
	const struct slack_socket *socket;
	void (*submit)(struct job *job, void *arg);
	void *arg;
};

/* NULL: nobody wants to know. */
struct metrics *metrics_new(const struct metrics_seams *seams);
/* The last words go into the file, by a job: before the store is closed. NULL is fine, in both. */
void metrics_end(struct metrics *m);
void metrics_free(struct metrics *m);

#endif
