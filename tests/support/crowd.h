/*
 * crowd: people in one channel with an incident, who chat, tag, react, pin, edit and delete by a chance that is the same
 * in every run; and what the bot has kept of it in the end. Played twice, once in peace and once disturbed, it must keep
 * the same (product.md section 6, promises 1 and 2).
 *
 *     crowd_begin ─ crowd_later, crowd_act … ─ crowd_rest ─ crowd_kept ─ crowd_end
 *
 * Compared is what promise 2 compares: what is alive, with its text, author and time; not handles, order of recording,
 * nor what began and ended within a gap (so nothing that was marked within one is deleted in it).
 */
#ifndef TESTS_SUPPORT_CROWD_H
#define TESTS_SUPPORT_CROWD_H

#include "tests/support/stage.h"

struct crowd_said;

struct crowd {
	struct stage s;
	struct sl_channel *c;
	uint64_t chance; /* of what people do */
	int chatter;	 /* the weight of small talk; of all else it is 186 */
	struct crowd_said *said;
	int n;
	/* What is marked now isn't deleted, nor the mark taken back, before then: until the bot has surely heard of it,
	 * or read it afterwards. */
	int64_t known_ms;
	int kinds; /* what they did that matters */
	void (*fails)(const char *why) __attribute__((noreturn));
};

/* A number below n, of the stream at *chance. */
int crowd_chance(uint64_t *chance, int n);

/* Starts the bot and declares an incident in the channel. */
void crowd_begin(struct crowd *w, uint64_t seed,
		 void (*fails)(const char *why) __attribute__((noreturn)));
/* Ends the bot; fails if it ends badly, if `verify` finds something, or if Slack complains. */
void crowd_end(struct crowd *w);
void crowd_later(struct crowd *w, int64_t ms);

/* One act of somebody's, of all there are, by their weight. */
void crowd_act(struct crowd *w);
void crowd_chat(struct crowd *w);
void crowd_tag(struct crowd *w);
void crowd_mark(struct crowd *w);
void crowd_pin(struct crowd *w);
/* Somebody reacts with 📌, or takes it back. */
void crowd_storm(struct crowd *w);
/* The person U00 types a line, again if it was not saved; it is answered when this returns. */
void crowd_say(struct crowd *w, const char *line);

/* Until every envelope is acked; fails if that takes long. */
void crowd_heard(struct crowd *w);
/* Until all is read, decided and on disk. The bot's own emoji may be behind: Slack takes one in a second or so. */
void crowd_rest(struct crowd *w);

/* Everything of the incident that is alive, a line each, in order; the caller's. */
char *crowd_kept(struct crowd *w);
/* How two of these differ: "- …" lines that only the first has, "+ …" only the second; "" if they don't. */
void crowd_differ(struct buf *out, const char *calm, const char *disturbed);

#endif
