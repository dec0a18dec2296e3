/* file: a whole file, for tests that look into one. */
#ifndef TESTS_SUPPORT_CORE_FILE_H
#define TESTS_SUPPORT_CORE_FILE_H

#include "core/base/buf.h"

/* Behind what is in `out`; false if it can't be read. */
bool file_read(struct buf *out, const char *path);

#endif
