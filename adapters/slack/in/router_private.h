/*
 * router_private: what router.c (frames in, jobs out), router_answers.c (the way back to whoever asked), events.c
 * (messages, emoji, pins) and forms.c (modals, shortcuts, buttons of the card) share. Each kind of envelope is a row of the table in router.c.
 */
#ifndef ADAPTERS_SLACK_IN_ROUTER_PRIVATE_H
#define ADAPTERS_SLACK_IN_ROUTER_PRIVATE_H

#include "adapters/slack/in/router.h"

#include "adapters/slack/format/envelope.h"
#include "adapters/slack/in/channels.h"
#include "adapters/slack/in/facts.h"
#include "adapters/slack/show/blocks.h"

#include <sys/queue.h>

#define RESPONDED 64 /* commands that went by response_url and may be delivered again */

struct naming;	/* file_names.c */
struct opening; /* forms.c: a form on its way to the screen */

struct router {
	struct router_seams s;
	struct slack_socket *socket;
	struct facts *facts;
	struct people *people; /* of facts */
	struct rooms *rooms;   /* of facts */
	struct group *group;   /* of facts */
	struct channels *channels;
	char *place, *bot_user; /* NULL until known */
	LIST_HEAD(, opening) openings;
	LIST_HEAD(, naming) namings;
	bool stopping;		    /* nobody waits for a name any more */
	char *responded[RESPONDED]; /* commands answered by response_url; NULL: not so many yet */
	unsigned responded_next;
	LIST_HEAD(, request) arrivals; /* not yet answered */
	int waiting;		       /* how many */
	int64_t dropped;
};

struct request { /* an envelope on its way from its frame to its ack */
	LIST_ENTRY(request) link;
	struct router *router;
	struct arena arena;
	struct envelope e;
	unsigned conn;
	int64_t received_ms;
	const char *place, *who;
	char *line; /* neutral, without the root or the mention */
	struct message
		*message; /* events.c: what it is about; of a mention: itself, with its files */
	void (*take)(struct request *a); /* router_see(): goes on with this */
	void (*then)(struct request *a); /* events.c: when its files have names */
	void (*ask)(struct request *a,
		    unsigned first); /* events.c: for what its deed needs first, UNSURE_* */
	void (*mark)(struct request *a,
		     unsigned unsure); /* events.c: says it, with what it is still unsure of */
	unsigned unsure;
	uint64_t ticket; /* of facts_fly(), while its deed is on its way */
};

/* Calls take(a) when it is known which Nodes whoever acts may see, or can't be waited for. */
void router_see(struct request *a, void (*take)(struct request *a));
/* What a person is told whose deed met this fault of the store's. */
const char *router_fault_says(int rc);

/* Acked, with an answer or without, and forgotten. */
void router_ack(struct request *a, const char *payload);
/* Forgotten unacked: Slack brings it again (events only). */
void request_free(struct request *a);
/* What people and commands are called in Slack. */
struct names *router_names(struct router *f, struct arena *arena);
/* An answer, drawn once: for an ack, a response_url, an ephemeral. */
void router_draw(struct request *a, const struct answer *answer, struct rendered *out);
/* Shows it in a channel (bare id) or thread to the person alone, in a DM to whoever is there. */
void router_answer_in_place(struct request *a, const char *channel, const struct rendered *answer);
/* Shows it to whoever pressed or typed what this response_url came with; never in the place of another message. */
void router_respond(struct router *f, const char *response_url, const struct rendered *answer);
/* `done` of a call whose failure nobody can be told: it is logged. */
void router_sent_at_most_once(const struct web_result *r, void *arg);
/* Decides a line (neutral) that this request says; it is answered and acked after the commit. */
void router_take_line(struct request *a, const char *neutral);
/* `done` of a job that nobody waits for but the ack. */
void router_fact_saved(struct job *job, void *arg);
/* Acked at once, without a row or a commit. */
void router_take_nothing(struct request *a);
/* Does a Node live in this channel (a ref), or did one ever, in whatever state it is: who is a member there, and what it is called, matters
 * on. 1, 0, < 0. */
int router_node_lived_in(struct router *f, const char *channel, struct arena *arena,
			 struct head *h);

/* The answer of a line, by what brought it; each frees the request. */
void command_answered(struct request *a, const struct answer *answer);
void mention_answered(struct request *a, const struct answer *answer);
void button_answered(struct request *a, const struct answer *answer);
void answers_free(struct router *f);

#endif
