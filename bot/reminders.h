/*
 * reminders: what is due (core/due.h) is brought to the door when its time has come.
 *
 * One alarm, for the earliest; set anew when something is due at another time, or the clock was set. What came due
 * while nobody was there comes as soon as somebody is, over a minute: a morning after an outage is no avalanche.
 */
#ifndef BOT_REMINDERS_H
#define BOT_REMINDERS_H

#include "adapters/loop/loop.h"
#include "core/store.h"

struct reminders;

struct reminders_seams {
	struct loop *loop;
	struct clock *clock;
	bool told;    /* the clock isn't the system's */
	bool at_once; /* tests: not over a minute */
	void (*submit)(struct job *job, void *arg);
	void *arg;
};

struct reminders *reminders_new(const struct reminders_seams *seams);
void reminders_free(struct reminders *r); /* NULL is fine */

/* Looks at what is due first: at the start, and after STIR_DUE. */
void reminders_look(struct reminders *r);
/* The settings may say something else now; no job is under way. */
void reminders_settings(struct reminders *r);
void reminders_stop(struct reminders *r);

#endif
