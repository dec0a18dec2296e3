/*
 * statistics: incidents counted (product.md section 5): by priority, service and change origin, how long they took, what
 * became of prevention items. The one computation: `stats` in Slack and on the shell, its JSON and a site's page write it.
 *
 * Always true: drills count nowhere and merged incidents count where they were merged into. A duration whose detection
 * wasn't marked counts apart from the others, one whose markers are out of order in none.
 */
#ifndef CORE_SHOW_STATISTICS_H
#define CORE_SHOW_STATISTICS_H

#include "core/rows.h"
#include "core/show/show.h"

/* Of how long, where nothing else was asked for. */
#define STATISTICS_DAYS 90
/* Below this a median says less than the values themselves. */
#define SPREAD_FEW 10

struct spread {	     /* of durations */
	int64_t *ms; /* ascending, once statistics_end() was called */
	size_t n;
};
/* The smallest that is not under so many of a hundred; n > 0. */
int64_t spread_percentile(const struct spread *s, unsigned hundredths);

struct service_count {
	char *name; /* as it was written first */
	size_t n;
};

/* How long prevention items have been open. */
enum age { AGE_WEEK, AGE_MONTH, AGE_QUARTER, AGE_LONGER, AGES };
const char *age_name(enum age a); /* "0-7", "8-30", "31-90", "91+": days */

struct statistics {
	int64_t from, to;    /* declared then */
	const char *service; /* only incidents of it; borrowed; NULL: all */
	size_t incidents;
	size_t by_priority[PRIORITIES];
	size_t by_origin[ORIGINS + 1];	/* [ORIGIN_NONE]: not said */
	struct service_count *services; /* most incidents first, once statistics_end() was called */
	size_t n_services, no_service;
	/* [0]: detected, and whatever needs no detection; [1]: declared stood in for it */
	struct spread durations[DURATIONS][2];
	size_t unmarked[DURATIONS], disordered[DURATIONS];
	size_t open, done, done_in_30_days; /* prevention items */
	size_t age[AGES];		    /* of the open ones */
};

/* Does it count anywhere? */
bool statistics_counts(const struct head *h);
/* Zeroed but for from, to and service. */
void statistics_add(struct statistics *s, const struct counted_node *c);
void statistics_end(struct statistics *s);
void statistics_release(struct statistics *s);

/* A bite at a time: whoever waits for the store comes in between. What is counted so far is whoever asks': a bite that is
 * read twice is counted once. */
#define STATISTICS_BITE 256
struct counting {
	struct statistics s;	  /* from, to and service: of the first bite */
	struct counted_from from; /* where the next one begins */
	int64_t looked;
	bool whole; /* that was the last; statistics_end() was called */
};
struct counted_bite {
	int64_t from, to;
	const char *service;
	const struct counted_node *nodes; /* that the asker may see */
	size_t n;
	struct counted_from next;
	int looked;
	bool last;
};
/* What is behind counting->from, into the arena (from, to and service are the caller's to set). 0, < 0. */
int statistics_bite(struct counted_bite *bite, const struct counting *counting, struct rows *r,
		    const struct find_wanted *wanted, struct arena *a);
void counting_take(struct counting *c, const struct counted_bite *bite);
void counting_release(struct counting *c);

/* All of that in one go, for whoever `wanted` lets see, unless there are more than `most` to look at: 1 that was all, 0 there
 * are more, < 0. */
int statistics_look(struct statistics *s, struct rows *r, const struct find_wanted *wanted,
		    int64_t most);
/* As many as somebody may wait for in a chat: about a tenth of a second of work. */
#define STATISTICS_MOST 10000

/* How many came from changes made with AI's help. */
size_t statistics_ai(const struct statistics *s);
/* Neutral text. bars: of blocks, for where nothing else is drawn; else each count in a line of words. */
void statistics_write(struct buf *out, const struct statistics *s, bool bars);
/* What can be drawn of it (outcome.h), at most ANSWER_CHARTS, none of nothing; in the arena. */
struct chart *statistics_charts(const struct statistics *s, struct arena *a, size_t *count);
/* A chart in words: a bar a line; code: to be read to the letter, where letters have different widths else. */
void chart_write(struct buf *out, const struct chart *c, bool code);

#endif
