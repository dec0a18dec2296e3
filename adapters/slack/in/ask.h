/*
 * ask: what Slack is asked about once, by its ref: a person, a channel, all groups of a place.
 *
 * A question is under way from the call until what it told is saved; whoever waits for it goes on then, or after 1.5 s
 * without. What Slack would not tell is asked for again later, or after a gap.
 */
#ifndef ADAPTERS_SLACK_IN_ASK_H
#define ADAPTERS_SLACK_IN_ASK_H

#include "adapters/slack/in/gap_count.h"
#include "adapters/slack/in/router.h"

struct ask;

struct question { /* made and freed here */
	struct asked *asked;
	const char *ref;
	int64_t as_of; /* gaps when it was asked */
	void *arg;     /* ask_calls.arg */
};

struct ask_calls {
	/* Asks Slack; ends in question_answered() or question_over(). */
	void (*call)(struct question *q);
	/* A question has ended, what it told is saved. NULL: nobody minds. */
	void (*ended)(void *arg);
	void *arg;
};

struct ask *ask_new(const struct router_seams *seams, const struct gap_count *gaps,
		    const struct ask_calls *calls);
void ask_free(struct ask *a);
void ask_stop(struct ask *a); /* asks no more; nobody waits any more */

/* The question about it, that is under way or whose answer still counts; NULL: none is. */
struct question *ask_about(struct ask *a, const char *ref);
/* Asks anew, if there is no such question; NULL: nothing can be asked now. */
struct question *ask_anew(struct ask *a, const char *ref);
/* Has Slack answered, and left out what was asked? Then it isn't asked again for a while. */
bool question_untold(const struct question *q);
/* Is it worth waiting for? */
bool question_under_way(const struct question *q);
/* Calls go_on(arg) when it has ended, or can't be waited for any longer. It is under way. */
void question_wait(struct question *q, void (*go_on)(void *arg), void *arg);
/* An event said something new of it: an answer that is on its way may be older. */
void ask_changed(struct ask *a, const char *ref);

/* From the `done` of a call: true: it was asked again, since what it told may be old. */
bool question_repeated(struct question *q);
/* Slack told; `job` saves it. whole: that is all there is to know, else it is asked again later. */
void question_answered(struct question *q, struct job *job, bool whole);
/* Slack told nothing that is to be waited for: refused, no answer (r), or all of it is on its way to the store. */
void question_over(struct question *q, const struct web_result *r);

#endif
