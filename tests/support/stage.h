/*
 * stage: a stage for one story: a Slack, a folder, a clock, and the bot as a child process.
 *
 *     stage_open ─ stage_start ─ … ─ stage_end ─ stage_start … ─ stage_close
 *
 * The clock stands still while people act (what they say bears exactly the time that the story gives) and
 * goes on in real time while something is waited for, so that what the bot has put off comes due.
 * The bot is ALIOSBOT_TEST, or ./build/tests/aliosbot-test.
 */
#ifndef TESTS_SUPPORT_STAGE_H
#define TESTS_SUPPORT_STAGE_H

#include "tests/slackd/slackd.h"
#include "tests/support/bad_disk.h"
#include "tests/support/core_file.h"

#include <sys/types.h>

#define STAGE_PATIENCE_MS 10000 /* for what happens in the end */
#define STAGE_ACK_MS 3000	/* Slack's, for an ack */

struct stage {
	struct slackd *d;
	char dir[64];
	volatile int64_t *clock;	/* in a file that the bot maps */
	volatile struct bad_disk *disk; /* the bot's: which of its writes fail */
	volatile int64_t *names_dead;	/* not 0: the bot finds no name's address */
	bool still;			/* the clock stands also while we wait */
	const char *api_url;		/* what the bot takes for Slack; NULL: the stage's */
	pid_t bot;			/* 0: not running */
	int status;			/* of the last one that ended: exit code, or 128 + signal */
	int shell_exit;
	struct buf out, err; /* of the last shell command */
};

/* haste: see slackd_options. Ends the process with a sentence if no stage can be had. */
void stage_open(struct stage *s, int haste);
/* Ends the bot (SIGKILL) and removes the folder; keep: leaves it there. */
void stage_close(struct stage *s, bool keep);

void stage_path(const struct stage *s, struct buf *path, const char *name);
void stage_clock(struct stage *s, int64_t ms);
void stage_config(struct stage *s, const char *line);

/* Starts the bot with one more setting of the environment ("NAME=VALUE", NULL: none); true when it has said
 * hello to Slack. false: it has ended (status) or does not come up. */
bool stage_start(struct stage *s, const char *env);
/* Starts it and doesn't wait. */
void stage_spawn(struct stage *s, const char *env);
/* Sends the signal and waits for the end; the status. */
int stage_end(struct stage *s, int signal);
bool stage_alive(struct stage *s); /* reaps it if not */

/* Serves until it is true; false after ms. */
bool stage_until(struct stage *s, bool (*is_true)(void *arg), void *arg, int ms);
/* Until nothing is under way: every envelope acked, no call open, nothing to be sent left in the database. */
bool stage_quiet(struct stage *s, int ms);
/* Letters not sent yet and posts behind their Node, in the database; -1: it can't be read. say: which they
 * are, a line each (NULL: doesn't matter). */
int stage_owed(const struct stage *s, struct buf *say);

/* Runs a line of shell in which `aliosbot` is the bot; fills out, err, shell_exit. */
void stage_shell(struct stage *s, const char *line);

#endif
