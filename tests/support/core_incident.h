/*
 * core_incident: a scene in which an incident was declared five minutes ago, or just now, and has its channel; for cmocka.
 */
#ifndef TESTS_SUPPORT_CORE_INCIDENT_H
#define TESTS_SUPPORT_CORE_INCIDENT_H

#include "tests/support/core_talk.h"

#define NODE "INCIDENT-2026-001"

extern struct scene *s;
extern const char *inc; /* the channel of NODE */

int incident_begin(void **state);
int incident_begin_just_now(void **state);
int incident_begin_with_bot(void **state); /* SENTRY is known to be one */
int incident_end(void **state);

void assert_nothing(void);			    /* came of the last deed */
void assert_emoji(const char *name, bool on);	    /* the first that is wished for */
void assert_absent(const char *table, int64_t row); /* nothing holds it */

#endif
