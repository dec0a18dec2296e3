/*
 * histogram: how long something took, how often: a plain struct that is counted into where it happens, and written out by
 * whoever watches (bot/metrics.c). It only grows.
 */
#ifndef CORE_BASE_HISTOGRAM_H
#define CORE_BASE_HISTOGRAM_H

#include <stdint.h>
#include <time.h>

/* Upper bounds in microseconds: 250 µs to Slack's own limit for an ack, 3 s; what took longer is in one more bucket. */
#define HISTOGRAM_BOUNDS \
	{ \
		250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, \
			3000000 \
	}
#define HISTOGRAM_BUCKETS 14

struct histogram {
	int64_t n[HISTOGRAM_BUCKETS]; /* each its own, not added up */
	int64_t sum_us;
};

static inline void histogram_add(struct histogram *h, int64_t us)
{
	static const int64_t bounds[] = HISTOGRAM_BOUNDS;
	int i = 0;

	_Static_assert(sizeof(bounds) / sizeof(*bounds) == HISTOGRAM_BUCKETS - 1, "a bound each");
	while (i < HISTOGRAM_BUCKETS - 1 && us > bounds[i])
		i++;
	h->n[i]++;
	h->sum_us += us;
}

/* Monotonic. For measuring alone: nothing is decided by it. */
static inline int64_t histogram_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

#endif
