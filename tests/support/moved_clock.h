/*
 * moved_clock: the system's clock and what the sandbox has moved it on by (tests/sandbox/moved.h), as a bot of the
 * sandbox's reads it.
 */
#ifndef TESTS_SUPPORT_MOVED_CLOCK_H
#define TESTS_SUPPORT_MOVED_CLOCK_H

#include "core/store.h"

/* NULL: the sandbox has given none. */
struct clock *moved_clock(void);

#endif
