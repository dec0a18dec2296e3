/*
 * people: zone and rank of whoever is seen, asked for once (users.info; of an app its name: bots.info), kept by the
 * store, kept fresh by user_change. What a rank was before a gap is in doubt: it is asked for again when a right
 * hangs on it. What the store has of them whoever asks brings along.
 */
#ifndef ADAPTERS_SLACK_IN_PEOPLE_H
#define ADAPTERS_SLACK_IN_PEOPLE_H

#include "adapters/slack/in/gap_count.h"
#include "adapters/slack/in/router.h"

struct people;

/* answered(arg): a question has ended; what it told is saved. */
struct people *people_new(const struct router_seams *seams, const struct gap_count *gaps,
			  void (*answered)(void *arg), void *arg);
void people_free(struct people *p);
void people_stop(struct people *p); /* asks no more */

#define PEOPLE_ZONE (1u << 0)
#define PEOPLE_RANK (1u << 1) /* as it is now */
#define PEOPLE_MET (1u << 2)  /* as it was once: person, bot */

/* Asks for what isn't known; true: something of what is needed is being asked for. name: their user name as the
 * payload had it, NULL, kept until Slack says better. known: the store's row, a moment ago; zeroed: there is none. */
bool people_ask(struct people *p, const char *who, const char *name, unsigned needs,
		const struct person *known);
bool people_asks(struct people *p, const char *who);   /* is it under way? */
bool people_untold(struct people *p, const char *who); /* did Slack answer, and not say it? */

/* Asks who all these are, one after the other, so slowly that nobody who waits stands behind them: a hundred a minute are
 * all that there are. */
void people_ask_behind(struct people *p, const char *const *who, size_t n);
bool people_behind(const struct people *p); /* are some left? */

/* Somebody is mentioned, by this name if the mention had one (name NULL or ""): learns who it is, waits for
 * nothing. */
void people_meet(struct people *p, const char *who, const char *name, const struct person *known);

/* An event said something new of them. */
void people_changed(struct people *p, const char *who);

/* A JOB_PERSON for what Slack says of a person. */
struct job *people_job(const char *ref, const struct person *said);

#endif
