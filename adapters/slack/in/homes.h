/*
 * homes: the Home tab of each person: read, drawn and published when they open it and after what they do themselves.
 *
 * Always true: one views.publish a person in ten seconds at most, one under way, and the last one shows the last state.
 * Whoever hasn't opened Home since the program began gets none: it is made anew when they do.
 */
#ifndef ADAPTERS_SLACK_IN_HOMES_H
#define ADAPTERS_SLACK_IN_HOMES_H

#include "core/outcome.h"

struct homes;
struct request;
struct router;

/* app_home_opened */
void homes_opened(struct request *a);
/* Somebody (a ref) has changed something. said: the answer to what they pressed in their Home, which stands there then;
 * NULL: it was elsewhere. */
void homes_acted(struct router *f, const char *who, const struct answer *said);
void homes_stop(struct router *f);
void homes_free(struct router *f);

#endif
