/*
 * play: what the files of the scenario runner share. The language is told in scenario.txt beside this.
 *
 *   run.c       files, stories, results        words.c     how a line is read
 *   acts*.c     what is done                   checks.c    what must be so
 *   subjects.c  what a check is about          path.c      places in JSON
 *   record.c    what Slack told the bot
 */
#ifndef TESTS_SCENARIO_PLAY_H
#define TESTS_SCENARIO_PLAY_H

#include "core/base/arena.h"
#include "tests/support/stage.h"

#define WORDS_MAX 48
#define FAILURES_MAX 3 /* more of one story say nothing new */

struct var {
	struct var *next;
	const char *name, *value;
};

/* The last thing a person did, and where its answer will be. */
struct deed_done {
	struct sl_envelope *envelope; /* NULL: it made none, or several */
	bool command;		      /* the answer is in the ack */
	char user[32], channel[32], thread_ts[32];
	int shown_before, dms_before;
	unsigned
		answers_from; /* a typed command: its envelope; a form answers where it was opened: 0 */
};

struct step { /* a line that was played */
	int line;
	const char *s;
	int64_t ms; /* that it took */
};

struct play {
	struct stage stage;
	struct arena arena; /* of the story */
	struct var *vars;
	struct deed_done last;
	struct sl_channel *that; /* the channel waited for last */
	bool killed;		 /* by the story: it need not run at the end */
	bool complaints_wanted;
	const char *file;
	int line;
	int failures;
	struct step *steps; /* so many as the story has lines */
	int n_steps;
	struct buf report;
};

/* A line: words, and what stands behind ": " (NULL if there is none). */
struct line {
	int n;
	const char *w[WORDS_MAX];
	bool quoted[WORDS_MAX];
	const char *body;
};

/* words.c: s as written; false and a failure if it can't be read. */
bool line_split(struct play *p, const char *s, bool has_body, struct line *l);
/* \n \t \\ \" \xHH \u{HEX}, {N*TEXT}, ${NAME}. raw: a backslash is one, unless before x. */
const char *expanded(struct play *p, const char *s, size_t len, bool raw);
void var_set(struct play *p, const char *name, const char *value);
const char *var_get(struct play *p, const char *name);

/* run.c */
void fails(struct play *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* acts.c: true if the line is one (and was done). */
bool act(struct play *p, const char *s);
/* checks.c */
void check(struct play *p, const char *s);
/* acts.c: by id, name, "that", "dm:U1"; NULL if there is none */
struct sl_channel *place(struct play *p, const char *name);
struct sl_message *message_named(struct play *p, const char *name, struct sl_channel **c);

/* subjects.c: is it one of the bot's own messages, with this in its key ("": any)? */
bool by_bot_with(const struct sl_message *m, const char *key);

/* subjects.c: what a check is about. Exactly one of text and number is meaningful. */
struct subject {
	bool is_number;
	long number;
	struct buf text;   /* what is there, all of it, for contains and for the failure */
	const cJSON *json; /* borrowed, NULL */
	bool there;	   /* false: there is no such message, answer … (yet) */
};
/* Reads l->w[0..n) (n words). false: it is no subject (failed). */
bool subject_look(struct play *p, const struct line *l, int n, struct subject *s);

/* record.c: FOLDER/FILE-STORY is a line for each envelope and each answer of the Web API, as they went out:
 * what the fuzzers begin with (tests/fuzz). "{…}", "@METHOD {…}". */
struct record;
struct record *record_new(struct slackd *d, const char *folder, const char *file,
			  const char *story);
void record_free(struct record *r); /* after slackd_free(); NULL is fine */

/* path.c: ".items[0].state", ".items.length"; NULL: not there. *length: when the path ends with .length */
const cJSON *path_at(const cJSON *j, const char *path, int *length);

#endif
