/*
 * run_private: the running bot: what run.c (its life and its turns) and wiring.c (who hears what of whom) share.
 */
#ifndef BOT_RUN_PRIVATE_H
#define BOT_RUN_PRIVATE_H

#include "bot/reminders.h"
#include "bot/run.h"

#include "adapters/slack/slack.h"
#include "bot/metrics.h"
#include "bot/notify.h"

#include <stdatomic.h>

enum phase {
	RUNNING,
	STOPPING, /* no new calls; what was read is committed and acked, calls in flight may end */
	CLOSING,  /* the socket says goodbye */
	GONE,
};

struct bot {
	struct run *run;
	struct settings settings; /* the config's */
	const struct config *
		now; /* the config in force: the one it was started with, or the last that was read again */
	struct reloaded *reloaded; /* all that were; reload.c */
	bool reload;		   /* SIGHUP came: as soon as the store has nothing under way */
	enum phase phase;
	int exit_code;
	int64_t started_at; /* wall clock */
	int64_t stopped_at; /* loop_now_ms() */
	struct loop *loop;
	struct http *http;
	struct web *web;
	struct web_newer newer; /* what this workspace refuses, of late */
	struct store *store;
	struct slack_socket *socket;
	struct workspace *workspace;
	struct router *router;
	struct courier *courier;
	struct recover *recover;
	struct gap *gap;
	struct reminders *reminders;
	int64_t dropped; /* router_dropped() so far */
	struct control *control;
	struct notify *notify;	 /* NULL: nobody wants to know */
	struct metrics *metrics; /* NULL: the same */
	struct loop_fd *signals;
	bool in_terminal; /* it was started in one */
	struct loop_timer *tidy, *end;
	/* a frame: the turn that it came in ends before anything is waited for */
	atomic_bool receiving;
	unsigned stirred; /* enum stir: what the store has written and nobody has looked at yet */
};

/* ---- run.c ---- */
void run_submit(struct job *job, void *arg); /* arg: the bot, as with all that is wired */
void run_stop(struct bot *b, int exit_code);

/* ---- wiring.c ---- */
void wire(struct bot *b); /* all of Slack; the store, the loop and the web are there */
void wire_free(struct bot *b);

#endif
