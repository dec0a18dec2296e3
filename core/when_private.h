/*
 * when_private: what WHEN (when.c) and DATE (when_date.c) share.
 */
#ifndef CORE_WHEN_PRIVATE_H
#define CORE_WHEN_PRIVATE_H

#include "when.h"

/* May a WHEN or a word of a DATE end here: at the end, white space or a comma? */
bool when_ends(const char *s);

/* "2026-11-23": moves *at behind it and sets year, month, day; they may be out of range. */
bool when_read_date(const char **at, struct civil *c);
bool when_date_exists(const struct civil *c);

/* The midnight with which the local day of a moment began, read as if it were UTC. */
int64_t when_local_midnight(const struct zone *z, int64_t utc_ms);

/* "`what was said` is over. …": WHEN_REFUSED. */
enum when_result when_refuse(const char *said, size_t len, struct buf *why, const char *sentence);

#endif
