/*
 * facts: what must be known before something can be decided (pipeline.md 3). Whoever says a thing whose meaning or
 * right hangs on what isn't known, or not since the last gap, waits for it, 1.5 s at most, with what they say next
 * behind it (16 at most), so that it stays in its order; nobody else waits.
 */
#ifndef ADAPTERS_SLACK_FACTS_H
#define ADAPTERS_SLACK_FACTS_H

#include "adapters/slack/group.h"
#include "adapters/slack/people.h"
#include "adapters/slack/rooms.h"

struct facts;

enum fact_kind {
	FACT_PERSON,	/* of whoever `ref` is: what `needs` says, PEOPLE_* */
	FACT_MEMBERS,	/* who is in the channel `ref` */
	FACT_OPENNESS,	/* whether the channel `ref` is private */
	FACT_GROUP,	/* who is in the user group of the config; ref NULL */
};

struct fact {
	enum fact_kind kind;
	const char *ref, *name;	/* name: what the payload calls a person, NULL */
	unsigned needs;
};

struct facts *facts_new(const struct front_seams *seams);
void facts_free(struct facts *f);
struct people *facts_people(struct facts *f);
struct rooms *facts_rooms(struct facts *f);
struct group *facts_group(struct facts *f);
/* As of which gap answers count that are asked for now. Whoever tells the store of a gap counts it up, and down again
 * when the store knows. */
struct gaps *facts_gaps(struct facts *f);

/* Calls go_on(arg) when these are known, or can't be waited for: at once (inside this call) in the common case. */
void facts_wait(struct facts *f, const char *who, const struct fact *facts, size_t n, void (*go_on)(void *arg),
		void *arg);

/* Nobody waits any more, now and later: the program is about to end, and what was read is to be done. */
void facts_stop(struct facts *f);

#endif
