/*
 * facts: what must be known before something can be decided (pipeline.md 3). Whoever says a thing whose meaning or
 * right hangs on what isn't known, or not since the last gap, waits for it, 1.5 s at most, with what they say next
 * behind it (16 at most), so that it stays in its order; nobody else waits.
 */
#ifndef ADAPTERS_SLACK_IN_FACTS_H
#define ADAPTERS_SLACK_IN_FACTS_H

#include "adapters/slack/in/group.h"
#include "adapters/slack/in/people.h"
#include "adapters/slack/in/rooms.h"

struct facts;

enum fact_kind {
	FACT_PERSON,   /* of whoever `ref` is: what `needs` says, PEOPLE_* */
	FACT_MEMBERS,  /* who is in the channel `ref` */
	FACT_OPENNESS, /* whether the channel `ref` is private */
	FACT_GROUP,    /* who is in the user group of the config; ref NULL */
};

struct fact {
	enum fact_kind kind;
	const char *ref, *name; /* name: what the payload calls a person, NULL */
	unsigned needs;
	const struct person *
		known; /* PERSON: their row, a moment ago (zeroed: none); NULL: it is to be read first */
};

struct facts *facts_new(const struct router_seams *seams);
void facts_free(struct facts *f);
struct people *facts_people(struct facts *f);
struct rooms *facts_rooms(struct facts *f);
struct group *facts_group(struct facts *f);
/* As of which gap answers count that are asked for now. */
const struct gap_count *facts_gaps(const struct facts *f);
/* Nothing was heard for a while: what rights hang on is in doubt until it is read again. */
void facts_gap(struct facts *f);

/* Calls go_on(arg) when these are known, or can't be waited for: at once (inside this call) in the common case, which is
 * that no row has to be read. */
void facts_wait(struct facts *f, const char *who, const struct fact *facts, size_t n,
		void (*go_on)(void *arg), void *arg);

/* A deed of somebody's is on its way, and may come back because something must be asked for first: what they say
 * meanwhile waits behind it. facts_land() ends that, be it over or not; facts_wait_again() waits where it would have stood
 * (before facts_land()). What has just waited keeps its ticket; it is never 0. since_ms (loop_now_ms()): the patience counts
 * from then. */
uint64_t facts_fly(struct facts *f, const char *who);
void facts_wait_again(struct facts *f, uint64_t ticket, int64_t since_ms, const char *who,
		      const struct fact *facts, size_t n, void (*go_on)(void *arg), void *arg);
void facts_land(struct facts *f, const char *who);
/* What has waited so is on its way once more, with the ticket that it has. */
void facts_fly_again(struct facts *f, const char *who);
/* Is something of theirs waiting for a fact? What flies as well need not wait for what flies. */
bool facts_waits(const struct facts *f, const char *who);

/* Nobody waits any more, now and later: the program is about to end, and what was read is to be done. */
void facts_stop(struct facts *f);

#endif
