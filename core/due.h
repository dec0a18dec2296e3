/*
 * due: what is to be said when a time has come: the kinds of reminders (product.md section 5), and when each is due.
 *
 * When something is due follows from facts of the Node alone: what was declared, said, dated, when we last reminded
 * of it, until when somebody put it off. So a store keeps the times as rows that it can make anew (`due`), in the
 * transaction of the change that moved them; the journal has the facts. When one comes it is an intent like any
 * other (INTENT_DUE), decided by what is true then: what was settled meanwhile is not said, and what was missed for
 * days is said once, since saying it is a fact from which the next time follows.
 */
#ifndef CORE_DUE_H
#define CORE_DUE_H

#include "core/node.h"
#include "core/settings.h"
#include "core/time/civil.h"

#include <stdbool.h>
#include <stdint.h>

struct change;

/* enum node_due (node.h) has the first ones: DUE_UPDATE, DUE_CAPTAIN, DUE_POSTMORTEM. */
#define DUE_ITEM NODE_DUES	   /* an item's date is over; key: its number */
#define DUE_DIGEST (NODE_DUES + 1) /* the week's overdue prevention items; about no Node */
#define DUES (NODE_DUES + 2)

struct due {
	int kind;
	char node[NODE_ID_MAX]; /* DIGEST: "" */
	int64_t key;		/* ITEM: its number; else 0 */
	int64_t at;
	int64_t clock_set; /* struct due_clock, as the store has it */
};

/* The one table of kinds. */
struct due_row {
	const char *name;	    /* in the store, and in what Snooze says: for ever */
	const char *said, *snoozed; /* fields of `node`, of `item`; NULL: none */
	const char *label, *line;   /* the button that settles it, NULL: none */
	bool begun;		    /* its line is only begun */
};
extern const struct due_row due_rows[DUES];
int due_from(const char *name); /* -1: none */

/* A fact that lies further ahead of the clock than this was said by a clock that was ahead, or the clock is behind now. The
 * facts stay as they were said, for nobody knows which; what follows from them is reckoned as if they had been said when
 * the clock was set back, else nothing would be said until then. Where the clock is right again they count as they are:
 * what was due too early by them is decided anew when it comes, and waits. */
#define DUE_AHEAD_MS MS_HOUR
struct due_clock {
	int64_t now; /* 0: all facts are as they are */
	int64_t set; /* when it was set back last; 0: now */
};
/* Brings back what lies ahead, in a copy of the facts; i NULL: of the Node alone. */
void due_bend(struct head *h, struct item *i, const struct due_clock *c);
/* Would that change anything? */
bool due_ahead_of(const struct head *h, const struct item *i, int64_t now);

/* What a due time follows from. */
struct due_facts {
	const struct head *head;
	const struct item *item; /* ITEM */
	struct zone zone;	 /* of whom it is for: due_person() */
	const struct settings *set;
	struct due_clock clock;
};
/* When it is due, in the past if that was missed; 0: it isn't. */
int64_t due_at(int kind, const struct due_facts *f);
/* Whose clock says so, and to whom it is said; NULL: nobody's, in the channel. */
const char *due_person(int kind, const struct head *h, const struct item *i);
/* Is there nothing to remind a Node of any more, whenever it would be due? For kinds of a Node's own. */
bool due_settled(int kind, const struct head *h);
/* When the next update is due, as a card shows it: reminding of it moves it not; 0: none is. */
int64_t due_update(const struct head *h, const struct settings *set);
/* Since when an update is waited for. */
int64_t due_update_since(const struct head *h);
/* When the next digest after `after` is; 0: there is none. */
int64_t due_digest(const struct settings *set, struct zones *zones, int64_t after);

/* A person's clock, for what is said to them at nine; it needn't be known. */
struct zone due_zone(const struct person *p, struct zones *zones);
/* 9:00 on the day that so many days follow the one of `ms`. */
int64_t due_nine(const struct zone *z, int64_t ms, int days);

/* Which kinds a change may move, bits of 1u << kind; DUE_ALL_ITEMS: those of all items. 0 for nearly all that is
 * said, and nothing is looked at then. */
#define DUE_ALL_ITEMS (1u << DUES)
unsigned dues_changed_by(const struct change *c);
/* May it move when this item is due? */
struct effect;
bool due_item_moved(const struct effect *e);

/* The settings that due times follow from, in words: where they are others, the times are made anew. */
struct buf;
void due_settings(struct buf *out, const struct settings *set);

#endif
