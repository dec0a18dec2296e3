/*
 * moved: a clock that can be moved on, so that what is due tomorrow is seen in a minute. It is the system's and an
 * offset, in a file that Slack and the bot read alike: the workspace keeps it, for its messages bear such times.
 *
 * The bot that goes by it is the sandbox's own (tests/support/main_sandbox.c): the program that people install reads no
 * such file.
 */
#ifndef TESTS_SANDBOX_MOVED_H
#define TESTS_SANDBOX_MOVED_H

#include <stdint.h>

struct moved;

#define MOVED_ENV "ALIOSBOT_SANDBOX_CLOCK" /* names the file to the bot */

/* The file is made if there is none. NULL: it can't be. */
struct moved *moved_open(const char *path);
void moved_close(struct moved *m); /* NULL is fine */

int64_t moved_now_ms(void *moved); /* struct moved *, for slackd */
int64_t moved_ahead_ms(const struct moved *m);
/* So much further. NULL, or why not. */
const char *moved_on(struct moved *m, int64_t ms);

#endif
