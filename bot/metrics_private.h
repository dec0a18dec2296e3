/*
 * metrics_private: what metrics.c (when, and to whom) and metrics_text.c (in which words) share.
 */
#ifndef BOT_METRICS_PRIVATE_H
#define BOT_METRICS_PRIVATE_H

#include "bot/metrics.h"

/* Prometheus' text format, version 0.0.4. store NULL: it can't be read now. */
void metrics_text(struct buf *out, const struct metrics_seams *s, const struct store_counts *store,
		  int64_t started_ms);
/* What keeps the bot from its work, a sentence; NULL: nothing. */
const char *metrics_ill(const struct metrics_seams *s, const struct store_counts *store);

#endif
