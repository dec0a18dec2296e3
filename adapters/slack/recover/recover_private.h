/*
 * recover_private: what the files of recovery share. recover.c moves it and knows what outlives the program; recover_reading.c
 * gaps, who is told; recover_sweeps.c whose turn it is to be swept; recover_here.c Nodes declared --here; recover_walk.c
 * a channel's calls; recover_page.c what an answer shows; recover_look.c what the store knows of it; recover_compare.c the two
 * against each other; recover_missing.c what should be there and isn't; recover_say.c what comes of that, as jobs;
 * recover_mention.c what was said to the bot.
 *
 * Moments in Slack are microseconds here: a message's ts, "1763906700.000200", without its point.
 */
#ifndef ADAPTERS_SLACK_RECOVER_RECOVER_PRIVATE_H
#define ADAPTERS_SLACK_RECOVER_RECOVER_PRIVATE_H

#include "adapters/slack/recover/recover.h"

#include "adapters/slack/recover/recover_moments.h"

#include <sys/queue.h>

struct machine;

#define US INT64_C(1000)	  /* microseconds in a millisecond */
#define BEFORE_MS CAPTURE_BACK_MS /* of a Node --here: what led to it was said before */
#define MARKED_MS (7 * MS_DAY)	  /* … and what is marked during it may be so much older */
#define MARKS_MOST 262144	  /* bytes of a walk's `before` */
#define MARKS_META "marks_before:%s"
#define JOBS_MOST 64 /* one transaction: live events wait no longer for it than for each other */

enum recover_state { /* recover.h has the picture */
		     RECOVER_IDLE,
		     RECOVER_WAKING,
		     RECOVER_STARTING,
		     RECOVER_CALLING,
		     RECOVER_COMPARING,
		     RECOVER_LOOKING,
		     RECOVER_ASKING,
		     RECOVER_SAVING,
		     RECOVER_HEARING,
		     RECOVER_RESTING,
		     RECOVER_STOPPED,
		     RECOVER_STATES
};

/* ---- what is read for one gap ---- */

struct reading_node { /* a Node, and what the gap would have cost it */
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
	int walks;		/* still under way, with its mentions that weren't heard yet */
	int64_t found;
	struct reading_node *nodes;
	size_t n;
};

/* A channel of it. In this order: what is in doubt, threads with news, pins, history down to `news`; in a sweep
 * then the rest of the history, and threads without news. */
struct walk {
	TAILQ_ENTRY(walk) link;
	struct reading *reading;
	char *channel; /* ref */
	int64_t news;  /* what is newer may never have been heard */
	/* Tags and alerts before there was a Node mean nothing: it is there `since`; others that live on in the channel, whose
	 * messages count as well, from `floor` on. */
	int64_t since, floor;
	int64_t oldest; /* nothing before is read */
	int64_t top;	/* history has been read down to here */
	bool backfill;	/* marks and tags only */
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
	bool before_known;
	bool history_read, pins_read;
	int unread;		       /* its last answers that nobody could read, in a row */
	bool unreadable;	       /* Slack would not show it: what is missing isn't known */
	struct moments asks;	       /* messages to be asked for by themselves */
	struct moments threads, quiet; /* parents of threads, with and without news */
	struct moments announced;      /* those of them that belong to a Node wherever they are */
	struct moments doubts; /* known, shown nowhere so far; whether in a thread isn't known */
	/* Captured by a pin that isn't there any more, as of then: taken off, or the message is deleted, whose entry
	 * stays. Each is asked for by itself. */
	struct moments unpinned;
	int64_t unpinned_us;
	int64_t thread;	    /* the one that is being read, 0 none */
	int64_t thread_top; /* read up to here */
	char *cursor;
};

enum level { LEVEL_NEWS, LEVEL_OLDER, LEVEL_QUIET, LEVEL_OVER };

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
	const char *mention; /* what it says to the bot, as Slack writes it; NULL: nothing */
	const char *user,
		*user_team; /* then: who, and of which workspace (NULL: not told), bare ids */
	bool named;	    /* its files have names, as far as Slack tells */
	bool author_asked;  /* who wrote it is known, as far as Slack tells */
	struct reaction *marks;
	size_t n_marks, next; /* next: the first mark not done */
	unsigned counted;     /* bits of what was found in it and counted */
};

enum page_kind { PAGE_HISTORY, PAGE_THREAD, PAGE_PINS, PAGE_ONE };

/* What is known and should be in a page is looked up behind what is in it. */
enum absent { ABSENT_REMEMBERED, ABSENT_CAPTURED, ABSENT_DONE };

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
	enum absent absent;
	int64_t absent_at; /* looked at up to here */
	struct job
		*look; /* what is known of the next ones (struct look), NULL: not looked up yet */
};

/* ---- what the store knows: a JOB_READ's question and answer, in its arena ---- */

struct held { /* a capture, and its sources */
	struct capture c;
	struct source *h;
	int n;
};

struct known { /* of a message in the page */
	/* the question: ts NULL: nothing has to be known */
	const char *ts;
	const char **people; /* its marks', in their order */
	size_t n_people;
	bool ask_then;
	/* the answer */
	bool *ranked;	  /* who they are is known */
	bool then;	  /* a Node was open there when it was said */
	struct message m; /* if remembered */
	bool remembered, deleted;
	struct held *held;
	int n;
};

struct missing {	  /* one that should be in the page */
	struct message m; /* ABSENT_REMEMBERED */
	struct held held; /* ABSENT_CAPTURED */
	bool remembered;
};

struct look {
	const char *channel; /* ref */
	size_t from, n;	     /* seen[from], and so many; n 0: what is absent */
	struct known *known;
	const char *channel_name; /* what rules for alerts may name it by; NULL: not known */
	enum absent absent;
	bool sources; /* of pins */
	const char *low, *high;
	struct missing *missing;
	int n_missing;
};

/* ---- all of it ---- */

extern const struct machine recover_machine;

struct recover {
	struct recover_seams s;
	enum recover_state state; /* moved by recover_move() */
	bool freed; /* by recover_free(), while jobs were out: the last of them takes the rest away */
	int out;    /* jobs that haven't come back */
	struct loop_timer *timer;
	char *place, *bot_user;

	bool awake;	     /* what the program before left is known */
	char *emoji_was;     /* meta "emoji" as it was then; NULL none */
	int64_t emoji_since; /* marks before may have been made with other emoji than now */
	int64_t gap_from,
		gap_to; /* not yet read; gap_from 0: none; gap_to 0: we aren't connected yet */
	bool noted;	/* there is a meta "unread_from" */

	struct reading *starting; /* STARTING: its channels are being looked up */
	int readings;
	TAILQ_HEAD(, walk) walks;
	TAILQ_HEAD(, unheard) unheard; /* mentions, the oldest first */
	int n_unheard;
	struct owed *owed; /* sweeps */
	size_t n_owed;

	struct {		 /* for Nodes declared --here */
		bool out, again; /* it is being looked; and has to be once more */
		bool known;	 /* `year` and `number` are the newest Node's that was looked at */
		int year;
		int64_t number;
	} here;

	struct walk *walk; /* whose call or page is under way */
	int64_t asked_ms;  /* wall clock, of the call */
	enum page_kind asked;
	struct recover_page *page;
	int jobs;     /* the page's, under way */
	bool unsaved; /* one of them was not saved, or the store not read: the page is read again */
	int tries;    /* that failed, in a row */
	int64_t not_before; /* RESTING: loop_now_ms() */
};

/* recover.c */
void recover_move(struct recover *c, enum recover_state to);
void recover_step(struct recover *c); /* goes on with whatever is next */
/* RESTING: tries again later, each time a little later, and not sooner than in least_ms. w: the walk that failed; NULL: none. */
void recover_rest(struct recover *c, struct walk *w, int64_t least_ms);
/* All jobs of recovery's go out by the one, and begin their `done` with the other. True: recovery is no more, nor the job. */
void recover_submit(struct recover *c, struct job *job, void (*done)(struct job *job, void *arg),
		    void *arg);
bool recover_is_gone(struct recover *c, struct job *job);
void recover_note(struct recover *c, const char *name, const char *value); /* a meta; NULL: none */
void recover_note_number(struct recover *c, const char *name, int64_t n);
void recover_noted(struct job *job, void *arg); /* a `done` for what may fail */
int64_t recover_now(const struct recover *c);	/* wall clock */
int64_t recover_back(int64_t us, int64_t ms);	/* so much before, 0 at the least */

/* recover_reading.c */
struct reading *reading_new(int64_t from_ms, int64_t to_ms);
void reading_free(struct reading *r);
void reading_start(struct recover *c, struct reading *r); /* STARTING */
struct reading_node *reading_add(struct reading *r, const char *node, bool open);
void reading_count(struct reading *r,
		   const struct outcome *out); /* something was missing and is there now */
void reading_over(struct recover *c, const struct reading *r);

/* Another walk, or mention, of it is over: with the last one all that was found is told. */
void reading_leave(struct recover *c, struct reading *r);

/* recover_sweeps.c */
#define SWEPT_META "swept_at:%s"
/* Is it swept with this reading, or is that owed? swept_ms: when it was last. */
bool sweep_turn(struct recover *c, struct reading *r, const char *node, int64_t swept_ms);
int64_t sweep_next_ms(const struct recover *c); /* 0: none is owed */
bool sweep_is_due(const struct recover *c);
bool sweep_is_owed(const struct recover *c, const char *node); /* it is due, too */
struct reading *sweep_reading(struct recover *c);	       /* all that are due */
/* Nodes of which nothing is read any more: those that were due at at_ms, and were given no turn then. */
void sweep_forget(struct recover *c, int64_t at_ms);

/* recover_here.c */
void here_look(struct recover *c);
void before_note(struct walk *w, const struct seen *s); /* its marks were there before the Node */
bool before_stood(const struct walk *w, const struct seen *s, const struct reaction *m);
void before_save(struct recover *c, const struct walk *w); /* a back-fill is over */

/* recover_walk.c */
struct walk *walk_new(struct recover *c, struct reading *r, const char *channel);
struct walk *walk_of(struct recover *c, struct reading *r,
		     const char *channel); /* new if there is none */
void walk_free(struct recover *c, struct walk *w);
void walk_last(struct recover *c, struct walk *w); /* the others of its level come first */
enum level walk_level(const struct walk *w);
void walk_call(struct recover *c, struct walk *w); /* makes the next call of the walk */
void walk_page_over(struct recover *c); /* its jobs are on disk: the walk goes on behind it */

/* recover_mention.c */
/* Does a person speak to the bot in it? */
void mention_read(const struct recover *c, const cJSON *j, struct arena *a, struct seen *s);
void mention_keep(struct recover *c, const struct seen *s); /* to be heard: its latest text, once */
bool mention_is_next(const struct recover *c); /* there is one, and no news is left to be read */
void mention_hear(struct recover *c);	       /* the oldest: HEARING */
void mentions_free(struct recover *c);

/* recover_page.c */
void page_read(struct recover *c, const struct web_result *r);
void page_gone(struct recover *c); /* PAGE_ONE: it isn't there any more */
void page_free(struct recover *c);
/* In a back-fill: older than the hours that are read back? (What a Pin of these hours is on may be older.) */
bool page_is_before(const struct recover *c, const struct seen *s);

/* recover_look.c */
void look_start(
	struct recover *c); /* at the page's next messages, or those that are absent: LOOKING */
const struct look *
look_of(const struct recover_page *p); /* NULL: nothing is looked up, or all of it is used */
void look_free(struct recover_page *p);

/* recover_compare.c */
void page_compare(struct recover *c); /* COMPARING: as far as nothing has to be waited for */
void page_saved(struct recover *c);   /* a job is back: SAVING goes on when that was the last */
/* By whom it is held so; a message has one PIN, whoever it was: `person` is NULL then. NULL: it isn't. */
const struct source *compare_source(const struct held *held, enum capture_via by,
				    const char *person);
/* It was there and is shown no more. Marks made when the kind had another emoji can't be seen now. */
bool compare_is_over(const struct recover *c, const struct source *h, enum capture_via by);

/* recover_missing.c */
/* A chunk of what should be there. (Captures of one message come together, so that it may be a little short.) */
void missing_compare(struct recover *c, const struct look *look);

/* recover_say.c: each is one job or two */
/* A further person on the same capture is no further finding. */
bool say_changed(const struct outcome *out);
void say_remember(struct recover *c, struct seen *s); /* once */
void say_message(struct recover *c, struct seen *s);
void say_edited(struct recover *c, struct seen *s);
void say_deleted(struct recover *c, const struct message *m);
void say_mark(struct recover *c, struct seen *s, enum capture_kind kind, const char *person,
	      bool on);
/* As of when the pins were read. */
void say_unpinned(struct recover *c, const struct message *m, const char *person);
enum capture_via say_via(const struct recover_page *p);

#endif
