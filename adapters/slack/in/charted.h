/*
 * charted: the charts of an answer, behind it as a message of their own to the same person. Where Slack refuses them they
 * come once more, in words.
 */
#ifndef ADAPTERS_SLACK_IN_CHARTED_H
#define ADAPTERS_SLACK_IN_CHARTED_H

#include "core/outcome.h"

struct request;
struct router;

void charted_send(struct request *a, const struct answer *answer);
void charted_free(struct router *f);

#endif
