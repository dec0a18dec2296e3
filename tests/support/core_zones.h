/*
 * core_zones: zones for tests, computed, so that no test depends on the machine's zone files.
 * "Europe/Berlin" by the rule of the European Union; "Pacific/Apia" around the day that it left out.
 */
#ifndef TESTS_SUPPORT_CORE_ZONES_H
#define TESTS_SUPPORT_CORE_ZONES_H

#include "core/time/when.h"

extern struct zones test_zones;

struct zone test_berlin(void);

/* A moment as RFC 3339; the test fails if it is none. */
int64_t test_ms(const char *rfc3339);

/* In Berlin, at a moment given in UTC. */
struct when_context test_berlin_at(const char *now);

#endif
