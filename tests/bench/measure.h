/*
 * measure: what `make bench` finds out, figure by figure.
 *
 * Rounds: in each, every bot there is takes its turn, alternately, so that what else the machine
 * does falls on all; the figure is the median of the rounds, and bots are compared by ratios.
 */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include "tests/bench/mix.h"

#define ROUNDS_MOST 9
#define WINDOWS 3
#define SCALES 8

enum figure { /* of a bot in a round */
	      CPU_1,
	      CPU_16,
	      CPU_256, /* µs an envelope */
	      PER_S_1,
	      PER_S_16,
	      PER_S_256, /* envelopes a second */
	      ACK_P50,
	      ACK_P99,	/* ms, at a steady 200 a second */
	      RSS_IDLE, /* MB */
	      HELLO,	/* ms from exec, on an existing database */
	      CALLS,	/* of the Web API, per 1,000 envelopes */
	      BYTES,	/* on disk, an entry */
	      FIGURES
};

struct plan {
	int rounds, warm, window[WINDOWS], steady; /* how many envelopes of each */
	int longest;	  /* RSS after 10,000 and after so many; 0: not at all */
	bool archive;	  /* search and similar, against at most `stored` Nodes */
	bool scales;	  /* against what is stored and owed: */
	int stored, owed; /* at most so many Nodes; entries and emoji */
	bool kinds;	  /* syscalls and instructions by kind */
	bool with[BOTS];
	const char *into; /* a directory, absolute: callgrind's profiles stay there */
};

struct scale { /* ours on a database that has something in it */
	char name[48];
	double cpu_us[WINDOWS];
};

struct results {
	int rounds;
	double of[BOTS][ROUNDS_MOST][FIGURES];
	double rss_10k_mb[BOTS], rss_long_mb[BOTS]; /* 0: not measured */
	double cpu_after[BOTS][2]; /* µs an envelope: envelopes up to 10,000, the last 10,000 */
	struct scale scales[SCALES];
	int n_scales;
	double syscalls[BOTS][KINDS], instructions[BOTS][KINDS]; /* an envelope; 0: not measured */
};

extern const int windows[WINDOWS]; /* 1, 16, 256 */

void measure(const struct plan *p, struct results *r);
double median(const struct results *r, enum which w, enum figure f);

/* ---- report.c ---- */
void report_print(const struct plan *p, const struct results *r);
void report_json(const struct plan *p, const struct results *r, const char *path);
/* ---- picture.c ---- */
void picture_write(const struct plan *p, const struct results *r, const char *path);

#endif
