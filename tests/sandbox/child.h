/*
 * child: the bot as a process of the sandbox's: started, stopped, killed; its log, line by line.
 *
 * The bot gets its own process group (Ctrl-C reaches the sandbox alone, which then stops it in good
 * order), which gets every signal, since it may be a script; and it ends when the sandbox does. It
 * is told of this Slack, two tokens and a database by its environment; everything else is as the
 * user's shell has it.
 */
#ifndef TESTS_SANDBOX_CHILD_H
#define TESTS_SANDBOX_CHILD_H

#include "tests/slackd/slackd.h"

#include <sys/types.h>

struct child;

struct child_seams {
	struct slackd *d;
	const char *program;			   /* "./aliosbot" */
	const char *database;			   /* ALIOSBOT_DB */
	const char *clock;			   /* MOVED_ENV; NULL: none */
	void (*line)(const char *line, void *arg); /* of its log, without the line break */
	void (*changed)(void *arg);		   /* it has started or ended */
	void *arg;
};

struct child *child_new(const struct child_seams *seams);
void child_free(struct child *c); /* SIGKILL if it still runs */

/* NULL, or why not. One that was told to end is started again when it has. */
const char *child_start(struct child *c);
const char *child_end(struct child *c, int signal);
void child_reap(struct child *c); /* SIGCHLD came */

pid_t child_pid(const struct child *c);	       /* 0: it doesn't run */
const char *child_says(const struct child *c); /* how it ended: "signal 9"; "": it hasn't */

#endif
