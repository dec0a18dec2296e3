/*
 * reads_now: what a JOB_READ may ask, asked of a store by a test that has it open beside it.
 */
#ifndef TESTS_SUPPORT_READS_NOW_H
#define TESTS_SUPPORT_READS_NOW_H

#include "core/store.h"

static inline int store_letters(struct store *s, struct arena *a, struct letter *l, int most)
{
	return store_reads(s)->letters(store_reads(s), a, l, most);
}
static inline int store_dirty(struct store *s, struct arena *a, struct post *p, int most)
{
	return store_reads(s)->dirty(store_reads(s), a, p, most);
}
static inline int store_post_at(struct store *s, const char *channel, const char *ts,
				struct arena *a, struct post *p)
{
	return store_reads(s)->post_at(store_reads(s), channel, ts, a, p);
}
static inline int store_emoji(struct store *s, const char *after, struct arena *a, struct wish *w)
{
	return store_reads(s)->emoji(store_reads(s), after, a, w);
}
static inline int64_t store_gaps(struct store *s)
{
	return store_reads(s)->gaps(store_reads(s));
}
static inline int store_in_doubt(struct store *s, int64_t gaps, const char *person, struct arena *a,
				 const char **channels, int most)
{
	return store_reads(s)->in_doubt(store_reads(s), gaps, person, a, channels, most);
}

#endif
