/*
 * front_private: what front.c (frames in, jobs out), front_answers.c (the way back to whoever asked), hear.c
 * (messages, emoji, pins) and forms.c (modals, shortcuts, buttons of the card) share. Each kind of envelope is a row of the table in front.c.
 */
#ifndef ADAPTERS_SLACK_IN_FRONT_PRIVATE_H
#define ADAPTERS_SLACK_IN_FRONT_PRIVATE_H

#include "adapters/slack/in/front.h"

#include "adapters/slack/format/envelope.h"
#include "adapters/slack/in/facts.h"
#include "adapters/slack/in/places.h"

#include <sys/queue.h>

#define RESPONDED 64		/* commands that went by response_url and may be delivered again */

struct naming;			/* file_names.c */
struct opening;			/* forms.c: a form on its way to the screen */

struct front {
	struct front_seams s;
	struct slack_socket *socket;
	struct facts *facts;
	struct people *people;		/* of facts */
	struct rooms *rooms;		/* of facts */
	struct group *group;		/* of facts */
	struct places *places;
	char *place, *bot_user;		/* NULL until known */
	LIST_HEAD(, opening) openings;
	LIST_HEAD(, naming) namings;
	bool stopping;			/* nobody waits for a name any more */
	char *responded[RESPONDED];	/* commands answered by response_url; NULL: not so many yet */
	unsigned responded_next;
	LIST_HEAD(, arrival) arrivals;	/* not yet answered */
	int waiting;			/* how many */
	int64_t dropped;
};

struct arrival {			/* an envelope on its way from its frame to its ack */
	LIST_ENTRY(arrival) link;
	struct front *front;
	struct arena arena;
	struct envelope e;
	unsigned conn;
	int64_t received_ms;
	const char *place, *who;
	char *line;			/* neutral, without the root or the mention */
	struct message *message;	/* hear.c: what it is about; of a mention: itself, with its files */
	void (*take)(struct arrival *a);	/* front_see(): goes on with this */
	void (*then)(struct arrival *a);	/* hear.c: when its files have names */
	void (*ask)(struct arrival *a, unsigned first);	/* hear.c: for what its deed needs first, UNSURE_* */
	void (*mark)(struct arrival *a, unsigned unsure);	/* hear.c: says it, with what it is still unsure of */
	unsigned unsure;
	uint64_t ticket;		/* of facts_fly(), while its deed is on its way */
};

/* Calls take(a) when it is known which Nodes whoever acts may see, or can't be waited for. */
void front_see(struct arrival *a, void (*take)(struct arrival *a));
/* What a person is told whose deed met this fault of the store's. */
const char *front_fault_says(int rc);

/* Acked, with an answer or without, and forgotten. */
void front_ack(struct arrival *a, const char *payload);
/* Forgotten unacked: Slack brings it again (events only). */
void arrival_free(struct arrival *a);
/* The JSON of an answer: for an ack, a response_url, an ephemeral. */
void front_payload(struct arrival *a, const struct answer *answer, struct buf *out);
/* Shows such a payload in a channel (bare id) or thread to the person alone, in a DM to whoever is there. */
void front_answer_in_place(struct arrival *a, const char *channel, const char *payload);
/* Shows it to whoever pressed or typed what this response_url came with; never in the place of another message. */
void front_respond(struct front *f, const char *response_url, const char *payload);
/* `done` of a call whose failure nobody can be told: it is logged. */
void front_sent_at_most_once(const struct web_result *r, void *arg);
/* Decides a line (neutral) that this arrival says; it is answered and acked after the commit. */
void front_take_line(struct arrival *a, const char *neutral);
/* `done` of a job that nobody waits for but the ack. */
void front_fact_saved(struct job *job, void *arg);
/* Acked at once, without a row or a commit. */
void front_take_nothing(struct arrival *a);
/* Does a Node live in this channel (a ref), or did one ever, in whatever state it is: who is a member there, and what it is called, matters
 * on. 1, 0, < 0. */
int front_node_lived_in(struct front *f, const char *channel, struct arena *arena, struct head *h);

/* The answer of a line, by what brought it; each frees the arrival. */
void command_answered(struct arrival *a, const struct answer *answer);
void mention_answered(struct arrival *a, const struct answer *answer);
void button_answered(struct arrival *a, const struct answer *answer);
void answers_free(struct front *f);

#endif
