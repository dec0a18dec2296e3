/*
 * courier: brings what the store wants said to Slack: letters of the outbox, each once, and posts that
 * have fallen behind their Node, always to the last version (pipeline.md 11 to 13).
 *
 *   head of a lane ─ claim (commit) ─ call ──┬─ taken ────────── result (commit) ─→ next of the lane
 *                        ↑                   ├─ nothing taken ── rest, then claim again
 *                        └──── not there ────┴─ nobody knows ─── wait, probe: there? → result
 *
 * Always true: a call starts only after the commit that says so; one call at a time in a lane; what was
 * taken by Slack is never sent again (a probe looks for its key first). The courier keeps nothing that
 * the store doesn't have: killed anywhere, a new one goes on.
 */
#ifndef ADAPTERS_SLACK_OUT_COURIER_H
#define ADAPTERS_SLACK_OUT_COURIER_H

#include "adapters/slack/web/web_newer.h"
#include "core/store.h"

struct courier;

struct courier_seams {
	struct loop *loop;
	struct web *web;
	struct web_newer *newer; /* NULL: nothing is folded */
	struct store *store;
	struct clock *clock;
	struct digest *digest;
	const char *root; /* how commands begin: "/incident" */
	/* Queues a job for the next batch. */
	void (*submit)(struct job *job, void *arg);
	/* Whoever wrote a message that was asked for should have a name when it is shown. NULL: no matter. */
	void (*meet)(const struct message *m, void *arg);
	/* Files whose names Slack hasn't told are asked for, as in recover.h. NULL: no matter. */
	void (*file_names)(struct message *m, struct arena *a, void (*go_on)(void *go), void *go,
			   void *arg);
	/* Tests only, NULL otherwise: around the handling of each answer of the Web API. */
	void (*answered)(bool handled, void *arg);
	void *answered_arg;
	void *arg;	  /* of submit and meet */
	bool at_once;	  /* tests: changes of a topic aren't gathered */
	int64_t probe_ms; /* how long to wait before asking whether something arrived: 15,000 */
};

struct courier *courier_new(const struct courier_seams *seams);
void courier_free(struct courier *c);

/* Where announcements go: a channel's ref, or NULL: nowhere. Until this is called announcements wait. */
void courier_announce_in(struct courier *c, const char *channel);
/* Who we are: the team (the place of every ref), and the bot's own user id, to know its channels by. Until
 * this is called nothing is sent. */
void courier_identity(struct courier *c, const char *place, const char *bot_user);

/* Looks at the heads of the lanes and at posts that are behind. */
void courier_look(struct courier *c);
/* The same, at what has changed only: bits of enum stir. */
void courier_stirred(struct courier *c, unsigned what);

/* The job for a message of ours that somebody has deleted: a card comes back, pinned; a report or an
 * announcement stays away. */
struct job *post_gone_job(const struct post *p);

void courier_stop(struct courier *c);	     /* starts no more calls */
bool courier_quiet(const struct courier *c); /* nothing in flight */

#endif
