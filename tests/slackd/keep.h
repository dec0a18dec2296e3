/*
 * keep: the workspace on disk (`--data DIR`), so that it is still there after a restart: channels,
 * messages, files. One SQLite file, one table of things as JSON; each change is written as it
 * happens, before anybody is told of it, so that a kill -9 of the sandbox loses nothing that the
 * bot or a page has seen. What Slack forgets as well is not kept: ephemeral messages, open modals,
 * envelopes under way. Files are texts: of one with a NUL in it what stands before that is kept.
 */
#ifndef TESTS_SLACKD_KEEP_H
#define TESTS_SLACKD_KEEP_H

#include "tests/slackd/slackd.h"

struct keep;

/* Reads what is in the file into slackd's (new) workspace and writes down what becomes of it. NULL
 * and a sentence in why if it can't be. */
struct keep *keep_open(struct slackd *d, const char *path, struct buf *why);
/* It can't be written any more (a full disk, said in the log): what happens from now on would be
 * lost. NULL: no. */
bool keep_failed(const struct keep *k);
void keep_close(struct keep *k); /* after slackd_free() */

#endif
