/*
 * recover_private: what briefing.c (gaps, whose turn it is, what is told), recover_read.c (calls and pages) and
 * recover_compare.c (a page against the store) share.
 *
 * Moments in Slack are microseconds here: a message's ts, "1763906700.000200", without its point.
 */
#ifndef ADAPTERS_SLACK_RECOVER_RECOVER_PRIVATE_H
#define ADAPTERS_SLACK_RECOVER_RECOVER_PRIVATE_H

#include "adapters/slack/recover/recover.h"

#include <sys/queue.h>

#define US INT64_C(1000) /* microseconds in a millisecond */
#define ASKS_MOST 256	 /* more than a page has messages */
#define QUIET_MOST 4096

/* ---- a set of messages, by ts ---- */

struct moments {
	int64_t *at;
	size_t n, room, most;
};

bool moments_add(struct moments *set, int64_t us); /* false: full; twice is once */
bool moments_has(const struct moments *set, int64_t us);
void moments_drop(struct moments *set, int64_t us);
void moments_release(struct moments *set);

/* ---- what is read for one gap ---- */

struct tally { /* a Node, and what the gap would have cost it */
	char node[NODE_ID_MAX];
	bool open;
	bool swept; /* its turn came with this reading */
	int64_t count;
};

struct owed { /* a Node whose channel has more to be read than its news */
	char node[NODE_ID_MAX];
	int64_t news_ms; /* what happened since */
	int64_t due_ms;
};

struct reading {
	int64_t from_ms, to_ms; /* the gap; to_ms 0: a back-fill, of which nothing is told */
	bool owed;		/* Nodes hear of the gap, also when nothing was found */
	int walks;		/* still under way */
	int64_t found;
	struct tally *nodes;
	size_t n;
};

/* A channel of it. In this order: what is in doubt, threads with news, pins, history down to `news`; in a sweep
 * then the rest of the history, and threads without news. */
struct walk {
	TAILQ_ENTRY(walk) link;
	struct reading *reading;
	char *channel;	/* ref */
	int64_t news;	/* what is newer may never have been heard */
	int64_t since;	/* tags and alerts before there was a Node mean nothing */
	int64_t oldest; /* nothing before is read */
	int64_t top;	/* history has been read down to here */
	bool backfill;	/* marks only */
	bool named,
		asked_open; /* what the channel is called, and whether it is private, was asked where it matters */
	enum openness openness;
	bool sweep; /* all of it, not the news alone; at most hourly a Node */
	/* In a channel that was in use before: whoever marked what is older than `edge` may have done so before there
	 * was a Node. `before`: the marks that were there when it was declared, " ts/kind/person …" ("*": more
	 * people than Slack named); they mean nothing. A back-fill writes it down; without one, nothing older than
	 * `edge` is read. */
	int64_t edge;
	struct buf before;
	bool history_read, pins_read;
	int unread;		       /* its last answers that nobody could read, in a row */
	bool unreadable;	       /* Slack would not show it: what is missing isn't known */
	struct moments asks;	       /* messages to be asked for by themselves */
	struct moments threads, quiet; /* parents of threads, with and without news */
	struct moments doubts; /* known, shown nowhere so far; whether in a thread isn't known */
	int64_t thread;	       /* the one that is being read, 0 none */
	int64_t thread_top;    /* read up to here */
	char *cursor;
};

enum level { LEVEL_NEWS, LEVEL_OLDER, LEVEL_QUIET, LEVEL_OVER };
enum level walk_level(const struct walk *w);

/* ---- a page ---- */

struct reaction {
	enum capture_kind kind;
	const char *person; /* ref */
	bool asked;	    /* who this is */
};

struct seen { /* a message as Slack shows it */
	struct message m;
	int64_t us;
	bool own;     /* ours: never captured */
	bool gone;    /* a tombstone: deleted, its replies are still there */
	bool partial; /* not everybody who reacted is named */
	bool begun, kept,
		met; /* compare: its words are done; it is remembered; who wrote it is being asked */
	bool named;  /* its files have names, as far as Slack tells */
	struct reaction *marks;
	size_t n_marks, next; /* next: the first mark not done */
	unsigned counted;     /* bits of what was found in it and counted */
};

enum page_kind { PAGE_HISTORY, PAGE_THREAD, PAGE_PINS, PAGE_ONE };

struct recover_page {
	struct arena arena;
	enum page_kind kind;
	const char *stamp; /* it shows how it was then; the event_ts of all it tells */
	int64_t stamp_us;
	int64_t low, high;  /* read whole: low < ts <= high */
	const char *cursor; /* THREAD: of the next page, NULL: this was the last */
	bool last;	    /* HISTORY: nothing older is to be read */
	struct seen *seen;  /* oldest first */
	size_t n, at;	    /* at: the first not compared */
	/* What is known and should be in it: 0 remembered, 1 captured, 2 done; looked at up to absent_at. */
	int absent;
	int64_t absent_at;
};

/* ---- all of it ---- */

struct recover {
	struct recover_seams s;
	struct loop_timer *timer;
	char *place, *bot_user;
	TAILQ_HEAD(, walk) walks;
	int readings;
	int64_t gap_from,
		gap_to;	   /* not yet read; gap_from 0: none; gap_to 0: we aren't connected yet */
	bool noted;	   /* there is a meta "unread_from" */
	struct owed *owed; /* sweeps */
	size_t n_owed;
	char newest[NODE_ID_MAX]; /* the newest Node that was looked at */
	bool looked;
	bool stopped;

	struct walk *walk; /* whose call or page is under way */
	bool calling;
	int64_t asked_ms; /* wall clock, of the call */
	enum page_kind asked;
	struct recover_page *page;
	bool knowing; /* waits for `know` */
	int jobs;     /* under way */
	bool unsaved; /* one of them was not: the page is read again */
	bool comparing;
	int64_t emoji_since; /* marks before may have been made with other emoji than now */
	int tries;	     /* that failed, in a row */
	int64_t not_before;  /* loop_now_ms() */
};

/* briefing.c */
void recover_step(struct recover *c); /* goes on with whatever is next */
void recover_rest(struct recover *c,
		  int64_t least_ms); /* tries again later, each time a little later */
void recover_count(struct recover *c,
		   const struct outcome *out); /* something was missing and is there now */

/* recover_read.c */
void walk_call(struct recover *c, struct walk *w); /* makes the next call of the walk */
void page_over(struct recover *c); /* its jobs are on disk: the walk goes on behind it */
void page_free(struct recover *c);
int64_t ts_us(const char *ts); /* 0: no ts */
const char *ts_write(struct arena *a, int64_t us);

/* recover_compare.c */
void before_note(struct walk *w, const struct seen *s); /* its marks were there before the Node */
void page_compare(
	struct recover *c); /* as far as there is room for jobs; called again when they are done */

#endif
