/*
 * golden: a whole text compared with a file of the tree. GOLDEN_WRITE=1 in the environment makes the
 * test write the file instead: then read the diff before you commit it. Tests run in the tree's root.
 */
#ifndef TESTS_SUPPORT_CORE_GOLDEN_H
#define TESTS_SUPPORT_CORE_GOLDEN_H

#include <stdbool.h>

/* name: of a file in tests/golden/. False: prints the first line that differs. */
bool golden_is(const char *name, const char *text);

#endif
