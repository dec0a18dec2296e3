/*
 * mix: what eight people in one channel with an open incident do to a bot, and how it bears it: of
 * 100 envelopes 30 are notes by slash command, 41 messages, 29 a 📌 on one of these, always in the
 * same order.
 */
#ifndef TESTS_BENCH_MIX_H
#define TESTS_BENCH_MIX_H

#include "tests/bench/bots.h"

enum kind { NOTE, MESSAGE, PIN, KINDS };

struct mix;

struct figures {       /* of some envelopes, all acked */
	double cpu_us; /* the bot's, per envelope */
	double per_s;
	double p50_ms, p99_ms; /* from sending to the ack */
};

struct mix *mix_new(void);
void mix_free(struct mix *m);
struct stand *mix_stand(struct mix *m);
const char *kind_name(enum kind k);

/* A bot that has just its hello: the incident is declared (ours: `--here`; to others it is a line
 * like another), everybody has said something, nothing is under way any more. */
void mix_prepare(struct mix *m, struct bot *b);
/* The same without a declaration: the database has one already. */
void mix_prepare_again(struct mix *m, struct bot *b);

/* `count` envelopes of the mix, always `under_way` unacked. */
void mix_window(struct mix *m, struct bot *b, int count, int under_way, struct figures *f);
/* `count` envelopes, per_s of them each second whether acked or not. */
void mix_steady(struct mix *m, struct bot *b, int count, int per_s, struct figures *f);
/* `count` of one kind, one at a time. */
void mix_kind(struct mix *m, struct bot *b, enum kind k, int count);

/* One last note; ends the bench if the card doesn't show it after 60 s. */
void mix_last(struct mix *m, struct bot *b);
/* Until no call of the Web API has come for 500 ms, most_ms at most. */
void mix_calm(struct mix *m, int most_ms);

#endif
