/*
 * play: an incident of real life, typed again by the people of the sandbox, minute by minute.
 *
 * A play is a text (plays/NAME.play): who says what, where, when. Its own minutes pass at a chosen
 * speed; the times that are typed in its lines are those of the story, so that the Node has them.
 * People in a play behave like people: while the app is away they go on talking and reacting, and
 * wait with commands until it is back. One play runs at a time.
 *
 *     plays_new ─ play_start ─ … ─ plays_free
 *
 * How a play is written stands at the head of play_read.c.
 */
#ifndef TESTS_SANDBOX_PLAY_H
#define TESTS_SANDBOX_PLAY_H

#include "tests/slackd/slackd.h"

struct plays;

struct play_typing {		    /* the next step, about to be done */
	const char *user, *channel; /* ids */
	const char *thread_ts;	    /* NULL: none */
	const char *text;	    /* "": nothing is typed (an emoji, a button) */
	int in_ms;
};

struct play_seams {
	struct slackd *d;
	void (*typing)(const struct play_typing *t, void *arg);
	void (*changed)(void *arg); /* what play_now() says */
	void *arg;
};

struct play_info {
	const char *name, *title, *says; /* "cloudflare-2019"; one line each */
	int steps;
};

struct play_now {
	const char *name, *title;
	int step, steps; /* done, of how many */
	int minute_ms;
	bool paused;
	const char *waits; /* a sentence: for what; NULL */
	int skipped;	   /* steps that could not be done: a person has interfered */
	const char *why;   /* of the last of these, with its line; NULL */
};

struct play_over {	  /* a play that came to its end: what there was in it */
	int64_t ended_ms; /* Slack's time */
	const char *name, *title;
	int minutes; /* of the story, between its first and its last step */
	int steps, people, commands, messages, emoji, skipped;
	char channel[32]; /* its incident's, "" */
};

/* A play that can't be read is left out, and `why` (borrowed, NULL: don't say) has a sentence with
 * its line. */
struct plays *plays_new(const struct play_seams *seams, struct buf *why);
void plays_free(struct plays *p);

const struct play_info *plays_at(const struct plays *p, size_t i); /* NULL past the last */
const struct play_now *plays_now(const struct plays *p);	   /* NULL: nothing is played */

const struct play_over *plays_over(const struct plays *p); /* the last one; NULL: none yet */

/* minute_ms: what a minute of the story takes; 0: as fast as it goes. NULL, or why not. */
const char *play_start(struct plays *p, const char *name, int minute_ms);
/* what: "pause", "go on", "next" (the next step now), "stop", "speed" (minute_ms).
 * NULL, or why not. */
const char *play_do(struct plays *p, const char *what, int minute_ms);

#endif
