/*
 * workspace: what the bot must know of its Slack before it can do everything: who it is (auth.test), where
 * announcements go. Asked for until it is known; the identity is kept by the store, so that the next start knows it
 * at once.
 */
#ifndef ADAPTERS_SLACK_WORKSPACE_H
#define ADAPTERS_SLACK_WORKSPACE_H

#include "adapters/slack/web/web.h"
#include "core/store.h"

struct workspace;

struct workspace_seams {
	struct loop *loop;
	struct web *web;
	struct store *store;
	const char *announce; /* a channel's name or id; NULL: nowhere */
	bool announce_must;   /* the config names it: say so when it isn't there */
	void (*submit)(struct job *job, void *arg);
	void (*identity)(const char *place, const char *bot_user,
			 void *arg); /* known; may come twice */
	/* Where it is in a browser; lives as long as the workspace, and may come again. NULL: no matter. */
	void (*home)(const struct home *home, void *arg);
	void (*announce_in)(const char *channel, void *arg); /* a ref; NULL: nowhere */
	void (*fatal)(const char *why, void *arg);	     /* Slack won't have this token */
	void *arg;
};

struct workspace *workspace_new(const struct workspace_seams *seams);
void workspace_free(struct workspace *w);

/* Asks for what isn't known; again after each reconnect. */
void workspace_ask(struct workspace *w);

/* There is a channel of this name now (a bare id), or the bot was taken into one (name NULL): it may be the one that
 * announcements were to go to. */
void workspace_channel(struct workspace *w, const char *channel, const char *name);

#endif
