/*
 * crew: who is in the user group that a line names ("todo @oncall"). Slack is asked when it is said, and for 1.5 s at most;
 * then the line is decided without.
 */
#ifndef ADAPTERS_SLACK_IN_CREW_H
#define ADAPTERS_SLACK_IN_CREW_H

struct request;
struct router;

/* group: a ref. a->people is set, or stays NULL, when go_on(a) is called: later. */
void crew_ask(struct request *a, const char *group, void (*go_on)(void *arg));
/* Nobody waits any more, now and later. */
void crew_stop(struct router *f);
void crew_free(struct router *f);

#endif
