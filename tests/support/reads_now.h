/*
 * reads_now: what a JOB_READ may ask, asked of a store by a test that has it open beside it.
 */
#ifndef TESTS_SUPPORT_READS_NOW_H
#define TESTS_SUPPORT_READS_NOW_H

#include "adapters/sqlite/sqlite_store.h"

static inline struct reads *store_reads(struct store *s)
{
	return sqlite_store_reads(s);
}
static inline int store_post(struct store *s, const char *node, enum post_what what,
			     int64_t generation, struct arena *a, struct post *p)
{
	return store_reads(s)->post(store_reads(s), node, what, generation, a, p);
}
static inline int store_meta(struct store *s, const char *name, struct arena *a, const char **value)
{
	return store_reads(s)->meta(store_reads(s), name, a, value);
}
static inline int store_counted(struct store *s, struct store_counts *c)
{
	return store_reads(s)->counts(store_reads(s), c);
}
static inline int store_watched(struct store *s, int64_t since_ms, struct arena *a,
				struct watched *w, int most)
{
	return store_reads(s)->watched(store_reads(s), since_ms, a, w, most);
}
static inline int store_captured(struct store *s, const char *channel, const char *from_ts,
				 const char *to_ts, struct arena *a, struct capture *c, int most)
{
	return store_reads(s)->captured(store_reads(s), channel, from_ts, to_ts, a, c, most);
}
static inline int store_remembered(struct store *s, const char *channel, const char *from_ts,
				   const char *to_ts, struct arena *a, struct message *m, int most)
{
	return store_reads(s)->remembered(store_reads(s), channel, from_ts, to_ts, a, m, most);
}
/* Don't keep it over a batch. */
static inline struct rows *store_rows(struct store *s)
{
	return store_reads(s)->rows;
}
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
