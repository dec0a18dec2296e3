/*
 * acts: what the files of acts share. Each has a table of its statements; acts.c looks through all.
 */
#ifndef TESTS_SCENARIO_ACTS_H
#define TESTS_SCENARIO_ACTS_H

#include "tests/scenario/play.h"

#define BODY 1u /* words, a colon, a text */
#define RAW 2u	/* a backslash in the text is one */

struct act_row {
	const char *word; /* NULL ends the table */
	unsigned flags;
	void (*run)(struct play *p, struct line *l);
};
extern const struct act_row acts_of_people[], acts_of_slack[];

/* The words of a line: is it said, the one behind it, the i-th ("" if there is none), a number behind one. */
bool said(const struct line *l, const char *word);
const char *behind(const struct line *l, const char *word);
const char *word(const struct line *l, int i);
int number(const struct line *l, const char *name, int absent);

struct sl_channel *known_place(struct play *p, const char *name); /* place(), or fails */
/* Slack's three seconds hold for every envelope of every story; the clock stands still for them. */
void await_acks(struct play *p, const struct line *l);

#endif
