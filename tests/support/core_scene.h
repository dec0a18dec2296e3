/*
 * core_scene: people who say lines in channels, and what comes of it, in memory: decide(), then the
 * effects into memrows, then the promises that hold after every deed.
 *
 *     struct scene *s = scene_new();
 *     scene_says(s, SARAH, OPS, "new 504s on checkout sev1");
 *     assert_answer(s, "Declared: [INCIDENT-2026-001]");
 *
 * The clock stands at 2026-11-23 14:00 UTC until it is moved.
 */
#ifndef TESTS_SUPPORT_CORE_SCENE_H
#define TESTS_SUPPORT_CORE_SCENE_H

#include "core/settings.h"
#include "tests/support/core_memrows.h"

#define SARAH "T1/USARAH" /* a member, in Berlin */
#define TOM "T1/UTOM"	  /* a member, whose zone nobody knows */
#define GUEST "T1/UGUEST"
#define NEW_ONE "T1/UNEW" /* rank and zone unknown */
#define ROOT "shell/root"
#define OPS "T1/COPS"	/* a public channel without a Node of its own */
#define SHOP "T1/CSHOP" /* another */
#define AT_SARAH "\x02@T1/USARAH|Sarah\x03"
#define AT_TOM "\x02@T1/UTOM|Tom\x03"

/* Sees what a scene goes through, as it happens: another store, that must come to the same. */
struct scene;
struct witness {
	void (*person)(struct witness *w, const struct person *p);
	void (*member)(struct witness *w, const char *channel, const char *person);
	void (*message)(struct witness *w, const struct message *m);
	/* s->out is what came of it. */
	void (*deed)(struct witness *w, struct scene *s, const struct intent *in);
	void (*ends)(struct witness *w, struct scene *s);
};

struct scene {
	struct witness *witness; /* NULL: nobody */
	struct memrows *rows;
	struct settings set;
	struct arena arena; /* of the last deed */

	struct outcome out;
	int rc;
	int64_t now;
	const char *ts; /* of the message that says the next lines, NULL: a slash command */
	bool channel_private, channel_unsure;
	bool foreign;	      /* whoever speaks is of another workspace, says the payload */
	bool unheard;	      /* no bot runs */
	const char *group;    /* that rights hang on, NULL: none */
	const char *in_group; /* the one who is in it, NULL: Slack hasn't told */
	int channels;	      /* made so far */
	const char *words;    /* the last answer as plain text, "" if there was none */
};

struct scene *scene_new(void);
int scene_begin(void **state); /* a test's setup: its state is a scene … */
int scene_end(void **state);   /* … and its teardown */
/* From now on; of what is known so far it is told first. */
void scene_watch(struct scene *s, struct witness *w);
/* What is remembered of a message, as it is now. */
void scene_remembers(struct scene *s, const struct message *m);
void scene_free(struct scene *s);

/* Each runs one deed, applies it and checks what always holds; s->out, s->words are the result. */
void scene_says(struct scene *s, const char *who, const char *channel, const char *line);
/* The scene's chat gives ids and stamps with a time in them, as Slack does: "1763906700.000200", in ms. */
int64_t scene_at(const char *stamp);
void scene_does(struct scene *s, const struct intent *in);

/* Slack makes the channel of a Node: its ref, "T1/CNODE1" …. */
const char *scene_channel_made(struct scene *s, const char *node);

/* SARAH declares "504s on checkout" and its channel is made: the channel. */
const char *scene_incident(struct scene *s);

/* The deed's n-th saying of a kind, NULL if there are fewer; the kinds in order: "channel invite
 * card …". */
const struct letter *scene_say(const struct scene *s, enum saying what, int n);
const char *scene_sayings(struct scene *s);

/* One cell of a Node: "-", "i5", "sOPEN", a text. */
const char *scene_cell(struct scene *s, const char *node, const char *table, int64_t row,
		       const char *field);

void assert_verdict(struct scene *s, enum verdict v); /* of the last deed */

/* Does the last answer hold these words? Fails the test with the answer. */
void assert_answer(struct scene *s, const char *part);
void assert_no_answer(struct scene *s, const char *part);
void assert_cell(struct scene *s, const char *cell, const char *want); /* cell: "node 1 status" */

#endif
