/*
 * play_private: a play as it was read (play_read.c, play_words.c), for play.c, which plays it, and
 * play_step.c, which does one step.
 */
#ifndef TESTS_SANDBOX_PLAY_PRIVATE_H
#define TESTS_SANDBOX_PLAY_PRIVATE_H

#include "core/base/arena.h"
#include "tests/sandbox/play.h"
#include "tests/slackd/slackd.h"

/* The command of a play's texts; the app's own word for it is in its manifest. */
#define PLAY_ROOT "/incident"

enum play_verb {
	PLAY_SAYS,    /* a message or a command */
	PLAY_ANSWERS, /* in the thread of a message */
	PLAY_EDITS,
	PLAY_REACTS,
	PLAY_TAKES, /* an emoji back */
	PLAY_JOINS,
	PLAY_ALERTS, /* an app's post: first line and further ones */
};

struct play_step {
	int line;      /* of its file */
	int64_t at_ms; /* since the first day's midnight, growing; steps of one minute share it */
	int day;       /* of the story, the first is 0: the day of the times in its text */
	enum play_verb verb;
	const char *who;
	const char
		*where; /* a channel's name; NULL: the incident's, or that of the message `about` */
	const char *name;	  /* NULL: it has none */
	int about;		  /* the step that made the message, -1 */
	const char *emoji, *text; /* NULL: none */
	bool command, declares;	  /* its text is one; it is `new` */
};

struct play {
	const char *name, *title, *says;
	bool latest;	/* the day is not given: the latest on which all of it is past */
	int64_t day_ms; /* 00:00 UTC of the first day */
	int64_t end_ms; /* since then: nothing in it is later */
	struct play_step *steps;
	int count;
	struct arena arena; /* all of it */
};

/* False: `why` has a sentence, with file and line. p is to be released in either case. */
bool play_read(struct play *p, const char *name, const char *text, size_t len, struct buf *why);
void play_release(struct play *p);

struct play_words {
	int64_t midnight_ms; /* of the step's day */
	const char *root;    /* for PLAY_ROOT; NULL: that */
	/* What the app's answer to that command calls what it made: "E7", "A3"; NULL: it isn't
	 * known. */
	const char *(*named)(const char *name, void *arg);
	void *arg;
};

/* ---- texts (play_words.c) ---- */

/* A step's text as it is typed. NULL, or what is wrong with it (good until the next call). */
const char *play_words(struct buf *out, const char *text, const struct play_words *w);

#define PLAY_LOWER "abcdefghijklmnopqrstuvwxyz"
#define PLAY_DIGITS "0123456789"

bool play_time(const char **at, int64_t *ms); /* "11:05"; moves *at behind it */
/* The inside of the {…} at *at, which is moved behind it. False: it has no end. */
bool play_brace(const char **at, char inside[48]);
/* An inside that is a time, "11:05" or "+1 00:36", in ms since the midnight of its line's day. */
bool play_moment(const char *inside, int64_t *ms);
bool play_is_name(const char *s);

/* ---- one step (play_step.c) ---- */

struct play_made {		  /* what a step has made */
	char channel[32], ts[32]; /* its message, "" */
	char handle[16];	  /* by the answer to its command, "" */
};

struct play_run {
	struct slackd *d;
	const struct play *play;
	int64_t day_ms;		/* 00:00 UTC of its first day */
	int done;		/* steps; the next one is steps[done] */
	struct play_made *made; /* by step */
	int channels_before; /* that the app had made when `new` was said first; -1: it wasn't said
			      */
	unsigned envelope;   /* of the command under way, 0: none */
};

/* The step's channel; NULL: there is none (yet). */
struct sl_channel *play_channel(const struct play_run *r, const struct play_step *s);
struct sl_user *play_user(const struct play_run *r, const struct play_step *s);
const char *play_thread(const struct play_run *r,
			const struct play_step *s); /* that it answers in, NULL */
/* Its text as it is typed. NULL, or why that can't be. */
const char *play_typed(struct play_run *r, const struct play_step *s, struct buf *out);

/* Does it. NULL, or why not. */
const char *play_step(struct play_run *r);

enum play_taken {
	PLAY_UNDER_WAY, /* the app has not answered yet */
	PLAY_TAKEN,	/* it has, or there is nothing to answer */
	PLAY_LOST,	/* it never will */
};
enum play_taken play_taken(struct play_run *r);

/* What there is in a play that is over; ended_ms and skipped are left to who calls. */
void play_count(const struct play_run *r, struct play_over *over);

#endif
