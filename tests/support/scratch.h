/*
 * scratch: folders for what tests write and take away again: in memory where there is room, because nothing in them has to
 * outlive a loss of power, and a disk's fsync is what most of a test's time would go to. SCRATCH in the environment names
 * another place: a folder that whoever starts the program takes away, also after it has crashed.
 */
#ifndef TESTS_SUPPORT_SCRATCH_H
#define TESTS_SUPPORT_SCRATCH_H

#include <stddef.h>

/* Makes "…/aliosbot-NAME-XXXXXX" and writes its path into dir. Ends the process with a sentence if it can't be had. */
void scratch_make(char *dir, size_t size, const char *name);

#endif
