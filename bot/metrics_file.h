/*
 * metrics_file: the file with the metrics, which replaces the one before as a whole.
 *
 * Always true: what it replaces is a file of the same kind, an empty one or none; nobody's FIFO, link or device is
 * followed or waited for.
 */
#ifndef BOT_METRICS_FILE_H
#define BOT_METRICS_FILE_H

#include "core/base/buf.h"

#include <stdbool.h>

/* May the file be there, beside this database and this config (NULL: none)? If not, a sentence says why. */
bool metrics_file_fits(const char *path, const char *db, const char *config, struct buf *why);
/* Whoever reads it finds all of it, the old one or the new; readable by all, whatever the umask: there is nothing of
 * anybody's in it. 0, or -1 and a sentence. */
int metrics_file_write(const char *path, const struct buf *text, struct buf *why);

#endif
