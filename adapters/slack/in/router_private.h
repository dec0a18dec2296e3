/*
 * router_private: what the way of an envelope is made of: router.c (frames in, the table of routes, acks), router_spoken.c
 * (what a person says, and what must be known first), router_told.c (what Slack says of people and channels),
 * router_answers.c (the way back to whoever asked), events.c (messages, emoji, pins) and forms.c (modals, shortcuts, buttons
 * of the card). Each kind of envelope is a row of the table in router.c.
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

struct charted; /* charted.c */
struct crew;	/* crew.c */
struct homed;	/* homes.c */
struct naming;	/* file_names.c */
struct opening; /* forms_open.c: a form on its way to the screen */

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
	LIST_HEAD(, crew) crews;
	LIST_HEAD(, charted) charts;
	LIST_HEAD(, homed) homes;
	int n_homes;
	bool stopping;		    /* nobody waits for a name any more */
	char *responded[RESPONDED]; /* commands answered by response_url; NULL: not so many yet */
	unsigned responded_next;
	LIST_HEAD(, request) arrivals; /* not yet answered */
	int waiting;		       /* how many */
	int looking; /* of those: what the store is being asked for, request_look() */
	int64_t dropped;
	struct router_seen seen;
};

struct request { /* an envelope on its way from its frame to its ack */
	LIST_ENTRY(request) link;
	struct router *router;
	struct arena arena;
	struct envelope e;
	unsigned conn;
	bool event; /* Slack brings it again if it isn't acked */
	int64_t received_ms;
	int64_t received_us; /* monotonic */
	const char *place, *who;
	char *line;		       /* neutral, without the root or the mention */
	const struct command *command; /* that the line says; NULL: none */
	struct part *parts;	       /* of a form whose line says several together; neutral */
	size_t n_parts;
	const char *
		*people; /* of the user group that the line names: refs; NULL: Slack hasn't told */
	size_t n_people;
	bool channel_named; /* with a line: the store has a name for e.channel */
	struct message
		*message; /* events.c: what it is about; of a mention: itself, with its files */
	void (*looked)(struct request *a, struct job *job); /* request_look(): goes on with this */
	void (*take)(struct request *a); /* … and router_see(), router_behind() with this */
	void (*then)(struct request *a); /* events.c: when its files have names */
	void (*ask)(struct request *a,
		    unsigned first); /* events.c: for what its deed needs first, UNSURE_* */
	void (*mark)(struct request *a,
		     unsigned unsure); /* events.c: says it, with what it is still unsure of */
	unsigned unsure;
	uint64_t ticket;	   /* of facts_fly(), while its deed is on its way */
	struct counting *counting; /* with a line that counts; NULL: it doesn't */
	bool readers_asked,
		untold;		 /* spoken_ask_readers(); Slack refused to tell something of it */
	const struct lack *lack; /* what was asked there */
	/* router_hear(): who is told, when it ends; NULL: nobody. And of what, while the job is there that decided it. */
	void (*over)(void *go, const struct outcome *out, bool again);
	void *go;
	const struct outcome *outcome;
};

/* ---- router.c ---- */

/* Acked, with an answer or without, and forgotten. */
void router_ack(struct request *a, const char *payload);
/* Forgotten unacked: Slack brings it again (events only). */
void request_free(struct request *a);
/* What the store knows is looked at first: `job` (JOB_READ) has its `read`. looked(a, job) goes on, in the order in which
 * they were asked; the job is freed behind it. */
void request_look(struct request *a, struct job *job,
		  void (*looked)(struct request *a, struct job *job));
/* The same, ahead of a deed (struct job, ahead): looked() submits it, or waits for what it needs, or acks what would be
 * the same whatever the store says. */
void request_look_ahead(struct request *a, struct job *job,
			void (*looked)(struct request *a, struct job *job));
/* An event's deed has the event's name as its key. */
void request_key(const struct request *a, struct job *job);
/* `done` of a job that nobody waits for but the ack. */
void router_fact_saved(struct job *job, void *arg);
/* The store could not say what an event is about (rc < 0), or that it is about nothing we know. */
void router_found_nothing(struct request *a, int rc);
/* Acked at once, without a row or a commit. */
void router_take_nothing(struct request *a);

/* ---- router_spoken.c ---- */

void spoken_command(struct request *a);
void spoken_mention(struct request *a);
/* The same behind that: its message is read, with the names of its files. */
void spoken_said(struct request *a);
void spoken_button(struct request *a);
/* Its deed needs something first (out->first): says it once more when that is known, or can't be waited for. */
void spoken_again(struct request *a, const struct outcome *out);
void spoken_free(struct request *a);
/* Calls take(a) when it is known which Nodes whoever acts may see, or can't be waited for. */
void router_see(struct request *a, void (*take)(struct request *a));
/* Its form has the Nodes to choose from. */
void spoken_message_shortcut(struct request *a);
/* Decides a line (neutral) that this request says; it is answered and acked after the commit. */
void router_take_line(struct request *a, const char *neutral);

/* ---- router_told.c ---- */

void told_member(struct request *a);
void told_channel(struct request *a);
void told_moved(struct request *a);
void told_opened(struct request *a);
void told_group(struct request *a);
void told_user(struct request *a);
void told_deleted(struct request *a);
/* From a JOB_READ: does a Node live in this channel (a ref), or did one ever, in whatever state it is: who is a member
 * there, and what it is called, matters on. 1, 0, < 0. */
int told_node_in(struct reads *r, const char *channel, struct arena *arena, struct head *h);

/* ---- router_answers.c ---- */

/* What a person is told whose deed met this fault of the store's. */
const char *router_fault_says(int rc);
/* The answer of this job's deed is drawn with it, as of the same moment. */
void answers_draw(const struct request *a, struct job *job);
/* `done` of the deed of a line. */
void answers_decided(struct job *job, void *arg);
/* What was drawn, in the job's arena; NULL: there is no answer. */
const struct rendered *answers_drawn(const struct job *job);
/* Draws an answer of words that name nobody. */
void answers_words(struct router *f, struct rendered *out, const struct answer *words);
/* Shows an answer in a channel (bare id) or thread to the person alone, in a DM to whoever is there. */
void router_answer_in_place(struct request *a, const char *channel, const struct rendered *answer);
/* Shows it to whoever pressed or typed what this response_url came with; never in the place of another message. */
void router_respond(struct router *f, const char *response_url, const struct rendered *answer);
/* `done` of a call whose failure nobody can be told: it is logged. */
void router_sent_at_most_once(const struct web_result *r, void *arg);
void answers_free(struct router *f);

#endif
