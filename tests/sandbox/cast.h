/*
 * cast: who is in a new sandbox, and its channels: a small shop that has incidents.
 */
#ifndef TESTS_SANDBOX_CAST_H
#define TESTS_SANDBOX_CAST_H

#include "tests/slackd/slackd.h"

/* People are added each time; of the channels, those that are not there yet (they are kept, see
 * keep.h). */
void cast_people(struct slackd *d);
void cast_channels(struct slackd *d);
/* Both. */
void cast_new(struct slackd *d);

#endif
