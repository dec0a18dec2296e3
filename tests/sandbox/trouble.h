/*
 * trouble: what goes wrong at a click, so that a doubter can watch nothing being lost. Made of
 * slackd's own faults; each ends by itself or with "heal".
 */
#ifndef TESTS_SANDBOX_TROUBLE_H
#define TESTS_SANDBOX_TROUBLE_H

#include "tests/slackd/slackd.h"

struct trouble;

struct trouble *trouble_new(struct slackd *d, void (*changed)(void *arg), void *arg);
void trouble_free(struct trouble *t);

/* "cut": every socket breaks · "refresh": Slack asks for a new connection · "limit": every call
 * gets 429 for 30 s · "down": no call and no connection for 60 s · "lose": the next three calls are
 * done and their answers lost · "forget": what happens while nobody is connected is never told, as
 * after hours · "heal": all is well. NULL, or why not. */
const char *trouble_make(struct trouble *t, const char *what);

int trouble_down_s(const struct trouble *t); /* seconds left, rounded up; 0: none */
int trouble_limited_s(const struct trouble *t);
bool trouble_forgets(const struct trouble *t);
int trouble_losing(const struct trouble *t); /* answers that are still to be lost */

#endif
