/*
 * slackd_faults: what goes wrong on purpose, and Slack's own patience (rates).
 *
 * A fault waits for calls of one method ("chat.update"; the doors that are no methods are "@ack",
 * "@connect", "@respond", "@upload"), lets `skip` of them through, then hits `times` of them and is
 * used up. SL_ANY_METHOD is every method of the Web API, SL_ANY_WRITE those of them that change
 * something. With `needle` it sees only calls whose arguments contain it.
 */
#ifndef TESTS_SLACKD_SLACKD_FAULTS_H
#define TESTS_SLACKD_SLACKD_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

#define SL_ANY_METHOD "*"
#define SL_ANY_WRITE "*!"

enum sl_fault_kind {
	SL_FAULT_STATUS, /* HTTP `value`, not taken; with `retry_after` seconds in a 429 */
	SL_FAULT_LOST,	 /* taken, and the connection closed without an answer */
	SL_FAULT_DROP,	 /* not taken, the connection closed without an answer */
	SL_FAULT_DELAY,	 /* taken, answered after `value` ms */
	SL_FAULT_ERROR,	 /* not taken: {"ok":false,"error":word} */
	SL_FAULT_ODD, /* taken; the answer is odd as `word` says: html, cut, short, long, redirect, endless */
};

struct sl_fault {
	struct sl_fault *next;
	char method[48], needle[96], word[64];
	enum sl_fault_kind kind;
	int value, retry_after;
	int skip, times; /* times < 0: for ever */
};

struct sl_faults {
	struct sl_fault *list;
	int hits;	/* faults that struck */
	int64_t poured; /* bytes of the answers without an end */
};

/* Copied; the copy is kept until sl_faults_clear(). */
const struct sl_fault *sl_fault_add(struct sl_faults *f, const struct sl_fault *fault);
/* Does one strike this call? Counts it. writes: the method changes something. The pointer stays
 * good until sl_faults_clear(). */
const struct sl_fault *sl_fault_hit(struct sl_faults *f, const char *method, const char *body,
				    bool writes);
void sl_faults_clear(struct sl_faults *f);

/* ---- rates: so many calls of a method in a minute (of its own), else 429 ---- */

enum sl_tier { SL_TIER_NONE, SL_TIER_1, SL_TIER_2, SL_TIER_3, SL_TIER_4, SL_TIER_POST };

struct sl_rate {
	struct sl_rate *next;
	char what[96]; /* method, and the channel for chat.postMessage */
	int64_t since_ms;
	int count;
};

struct sl_rates {
	bool on;
	int minute_ms; /* how long a minute is; shorter in tests */
	struct sl_rate *list;
};

/* 0: go on; else seconds for Retry-After (1 or more). now: monotonic. */
int sl_rate_take(struct sl_rates *r, enum sl_tier tier, const char *method, const char *channel,
		 int64_t now_ms);
void sl_rates_clear(struct sl_rates *r);

#endif
