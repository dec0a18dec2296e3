/*
 * store: the seam behind which Nodes are kept. One verb, store_submit(): what one turn of the loop
 * received goes in, decisions, effects, journal and outbox rows are written in one transaction, and each
 * job is handed back, in order, when it is on disk: in this turn, a later one, or from far away. Reading is
 * a job as well. adapters/sqlite is the one implementation.
 *
 * Always true:
 *  - Nothing a job asked for is visible before its `done` is called, and then it is on disk (fsync).
 *  - A job that faults leaves nothing behind and doesn't touch the others of its batch.
 *  - A deed whose key was seen is not decided again: its stored answer comes back, `duplicate` set.
 *  - One process writes; the others read.
 *  - When nothing can be written, deeds that only read are answered all the same.
 *
 * Results: 0 done, < 0 a fault below. store_problem() says the last one in words.
 */
#ifndef CORE_STORE_H
#define CORE_STORE_H

#include "core/base/histogram.h"
#include "core/outcome.h"
#include "core/rows.h"
#include "core/settings.h"
#include "core/transfer.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	STORE_FAULT = -1,  /* this job can't be done: a bug or a damaged row; it was rolled back */
	STORE_FULL = -2,   /* disk full, I/O error: nothing can be written now */
	STORE_BUSY = -3,   /* another process holds the file, or has it locked for a while */
	STORE_NEWER = -4,  /* the file was written by a newer aliosbot */
	STORE_ABSENT = -5, /* no such file (opened for reading) */
	STORE_DAMAGED =
		-6, /* what stands in the file can't be read, or makes no sense; rolled back */
	STORE_MOVED =
		-7, /* the file was deleted or replaced under us: what is written now is lost */
	STORE_UNSURE = -8, /* the disk failed while this was saved: it may be there or not */
	STORE_REFUSED =
		-9, /* JOB_IMPORT: the document is wrong, and job->transfer says where; rolled back */
	STORE_OLDER = -10,   /* the file is of an older aliosbot (opened for reading) */
	STORE_FOREIGN = -11, /* it is another program's database, or no file at all */
};

/* Trying the same again can't help; else it may, any moment. */
static inline bool store_for_good(int rc)
{
	return rc == STORE_FAULT || rc == STORE_DAMAGED;
}

struct store;

/* ---- how it stands, for `doctor`: what can be said without reading all of it ---- */

struct store_health {	    /* strings in the arena */
	const char *damage; /* what is wrong with the file, a sentence; NULL: nothing was found */
	int version;	    /* of the format */
	int64_t bytes;
	int64_t nodes, open;
	/* Letters not sent yet, the oldest of them since when, what it is, and why it wasn't sent at the last try (NULL). */
	int64_t waiting, waiting_since;
	const char *waiting_what, *waiting_why;
	/* Posts behind their Node. */
	int64_t behind, behind_since;
	/* Letters that Slack refused for good in the last RECENT days, and the last of them. */
	int64_t refused, refused_at;
	const char *refused_what, *refused_why;
	/* What came in and could not be done, and the last of it. */
	int64_t parked, parked_at;
	const char *parked_why;
	int64_t listened_until; /* when the bot has last listened to Slack; 0: never */
};
#define STORE_HEALTH_RECENT 30

/* ---- a channel that recovery reads ---- */

struct watched { /* a channel to be caught up on */
	char node[NODE_ID_MAX];
	const char *channel; /* ref */
	int64_t from_ms;     /* the Node is open there since */
};

/* ---- what whoever watches wants to know ---- */

struct store_counts {		 /* the first four: since it was opened */
	int64_t duplicates;	 /* deeds that had been done before */
	int64_t refused;	 /* jobs that the store could not do, or not now */
	int64_t dead;		 /* letters that Slack refused for good */
	struct histogram commit; /* how long it took until it was on disk */
	int64_t nodes[STATUSES];
	int64_t letters;	  /* to be sent, and not put off: at most 10,000 are looked at */
	int64_t oldest_letter_ms; /* when the first of all those was written; 0: there is none */
};

/* ---- reading: what a JOB_READ, and nobody else, may ask; all of it as of one moment ---- */

/* Results: how many or 1 found, 0 none, < 0 a fault. Strings in the arena. */
struct reads {
	struct rows *rows;
	/* Heads of the lanes (the first letter not SENT or DEAD of each), oldest first. */
	int (*letters)(struct reads *r, struct arena *a, struct letter *l, int most);
	/* Posts behind their Node, in the order in which they should be edited: CRITICAL first, then card before
	 * others, then longest waiting. */
	int (*dirty)(struct reads *r, struct arena *a, struct post *p, int most);
	/* One post; generation 0: the newest. */
	int (*post)(struct reads *r, const char *node, enum post_what what, int64_t generation,
		    struct arena *a, struct post *p);
	/* The post that is this message of a channel (a ref). */
	int (*post_at)(struct reads *r, const char *channel, const char *id, struct arena *a,
		       struct post *p);
	/* The next emoji that Slack doesn't show as it should, of the first channel behind `after` (""), else of
	 * the first of all. */
	int (*emoji)(struct reads *r, const char *after, struct arena *a, struct wish *w);
	/* What is due first, the earliest first; and how much is due by then, < 0 a fault. */
	int (*due)(struct reads *r, struct due *d, int most);
	int64_t (*due_count)(struct reads *r, int64_t until);
	int (*meta)(struct reads *r, const char *name, struct arena *a, const char **value);
	/* How many gaps there have been: at least 1, raised by JOB_GAP; AS_OF_NEVER after a fault. */
	int64_t (*gaps)(struct reads *r);
	/* Channels (refs) of private Nodes of which nobody knows, as of that many gaps, whether the person is a member;
	 * person NULL: whose members weren't read since. */
	int (*in_doubt)(struct reads *r, int64_t gaps, const char *person, struct arena *a,
			const char **channels, int most);
	/* Channels of open Nodes, and of DONE ones that were closed after since_ms; the newest Node first. */
	int (*watched)(struct reads *r, int64_t since_ms, struct arena *a, struct watched *w,
		       int most);
	/* Captures (alive or not) and remembered messages of a channel (a ref) with from_id < id <= to_id, as text,
	 * by id; a message's `at` isn't kept. To page: the last id is the next from_id. */
	int (*captured)(struct reads *r, const char *channel, const char *from_id,
			const char *to_id, struct arena *a, struct capture *c, int most);
	int (*remembered)(struct reads *r, const char *channel, const char *from_id,
			  const char *to_id, struct arena *a, struct message *m, int most);
	/* Ids of Nodes by year and number, those behind `after` ("": from the first). */
	int (*ids)(struct reads *r, const char *after, struct arena *a, const char **ids, int most);
	/* Costs the same however much is stored. 0, or a fault. */
	int (*counts)(struct reads *r, struct store_counts *c);
	/* A Node's journal and texts; names are not filled in. */
	int (*transfer)(struct reads *r, const char *node, struct arena *a, struct transfer *t);
};

/* ---- jobs ---- */

enum job_kind {
	JOB_READ,    /* `read` looks at the rows */
	JOB_DEED,    /* decide an intent (reading or changing) */
	JOB_CLAIM,   /* letter `id` goes to SENDING: the call starts after this commit */
	JOB_RESULT,  /* a letter's call has ended, or its outcome was found */
	JOB_EMOJI,   /* Slack shows `wish` as it says, or never will */
	JOB_SHOWN,   /* a post shows what it says now; or is gone (generation + 1 must be posted) */
	JOB_PERSON,  /* a person is known better now */
	JOB_CHANNEL, /* a channel's name, whether private */
	JOB_MEMBER,  /* a person is (or is no longer) in a channel */
	JOB_MESSAGE, /* a message of a channel where a Node lives, to be remembered (bounded), as it is now */
	JOB_OPENED,  /* a channel can be written to again: posts that were refused are tried anew */
	JOB_MEMBERS, /* the members of a channel, all of them */
	JOB_GAP, /* nothing was heard for a while: what rights hang on is in doubt until it is read again */
	JOB_IMPORT, /* a Node comes in from outside, all of it or nothing; nothing is said of it in the chat */
	JOB_CLOCK, /* the clock was set back, or may have been: what is due is reckoned anew, a few Nodes at a time */
	JOB_SETTINGS, /* the settings may say something else: what is due is made anew by them, a few Nodes at a time */
	JOB_META, /* a setting of ours: name → value ("bot_user", "announce_channel") */
};

struct job {
	enum job_kind kind;
	struct arena arena; /* born with job_new(); the outcome lives here */
	int rc;		    /* 0, or the fault */

	/* JOB_READ; and with any other kind, if it isn't NULL: behind what the job does, in the same transaction (a
	 * claim that brings the Node its call needs). It may run on another thread, so that it touches this job and
	 * nothing else: what it finds goes into the job's arena, and `found` says where. < 0 a fault, which becomes rc. */
	int (*read)(struct reads *r, struct job *job);
	void *found;
	bool one_look; /* JOB_READ: `read` asks one question, which needs no snapshot */
	/* JOB_READ: it looks ahead of a deed, which asks again whatever counts. `done` may be called within the
	 * transaction, and the deed that it submits be done in the same. What was found may be taken back with that. */
	bool ahead;

	/* JOB_DEED; and JOB_RESULT with `then`. The intent's message may be `message`, or elsewhere in the arena. */
	struct intent intent;
	const char *key, *key2; /* what makes the envelope unique; NULL: not deduplicated */
	/* What may be done once, whatever envelope asks for it (a form, a button's press): as key2, but for a refusal,
	 * which doesn't use it up. NULL: key2 counts. */
	const char *once;
	/* As key2, for a refusal alone: the question is asked once. It and key2, once: NULL. */
	const char *asked;
	const char *reply_url; /* kept for SAY_LINK */
	struct outcome outcome;
	bool duplicate;
	bool again; /* a duplicate that another envelope brings */

	/* JOB_MESSAGE, and deeds about a message */
	struct message message;
	/* JOB_MESSAGE: when somebody was shown a button about it, 0: nobody was; it is kept for two weeks then, even
	 * where no Node lives. */
	int64_t offered;

	/* JOB_PERSON (rank), JOB_MEMBER, JOB_MEMBERS: how many gaps (store_gaps()) there had been when Slack said so. It
	 * counts until the next one. AS_OF_NOW: an event of this moment; AS_OF_NEVER: one that comes late, after which
	 * only Slack knows. */
	int64_t as_of;

	union {
		struct {
			int64_t letter;
		} claim; /* JOB_CLAIM */
		struct job_result {
			int64_t letter;
			/* SENT, DEAD, PENDING (again at not_before), SENDING (progress only) */
			enum letter_state state;
			int64_t not_before;
			const char *error, *progress;
			struct post posts[2]; /* SENT: messages that exist now */
			size_t n_posts;
			struct letter *letters; /* further ones that follow from it */
			bool then; /* `intent` is to be decided in the same savepoint */
			/* SENT: where its message or file is, so that redact finds it */
			const char *sent_channel, *sent_id, *sent_file;
		} result; /* JOB_RESULT */
		struct {
			struct post
				post; /* node, what, generation, shown, hash; id NULL: it is gone from the chat */
			struct letter *letters; /* that follow from it */
			/* Slack won't have that: nothing more is shown, and it isn't tried again until the Node
			 * changes, or by JOB_OPENED. */
			bool refused;
		} shown; /* JOB_SHOWN */
		/* JOB_IMPORT; without rows `intent`, an INTENT_IMPORTED, is decided (`outcome`). What `read` finds
		 * wrong with it, it says there as well, and gives STORE_REFUSED. */
		struct transfer *transfer;
		struct wish wish;     /* JOB_EMOJI */
		struct person person; /* JOB_PERSON */
		struct {
			const char *ref, *name;
			bool private_;
		} channel; /* JOB_CHANNEL */
		struct {
			const char *channel, *person; /* refs */
			bool in;
		} member; /* JOB_MEMBER */
		struct {
			const char *channel;
			const char *people; /* a JSON array of refs */
		} members;		    /* JOB_MEMBERS */
		struct {
			const char *channel; /* a ref; NULL: any */
		} opened;		     /* JOB_OPENED */
		struct {
			int64_t now; /* CLOCK: and this */
			bool back; /* CLOCK: it was set back: all Nodes; else those whose facts lie ahead (core/due.h) */
			int64_t after; /* goes on behind it, 0: from the first */
			int64_t next;  /* what the next one's `after` is; -1: it is done */
		} walk;		       /* JOB_CLOCK, JOB_SETTINGS */
		struct {
			const char *name, *value; /* value NULL: it goes */
		} meta;				  /* JOB_META */
	};

	void (*done)(struct job *job,
		     void *arg); /* after the commit (or the fault); frees the job or keeps it */
	void *arg;
	struct job *next; /* the caller's queue */
};

#define AS_OF_NOW 0
#define AS_OF_NEVER (-1)

struct job *job_new(enum job_kind kind);
void job_free(struct job *job);

/* ---- life ---- */

enum store_mode {
	STORE_WRITE, /* takes the writer's lock, migrates */
	STORE_READ,  /* read-only; changes nothing, takes no lock */
};

struct entropy { /* chance */
	void (*fill)(struct entropy *e, void *bytes, size_t len);
};
struct digest { /* SHA-256 */
	void (*sha256)(struct digest *d, const void *const *parts, const size_t *lens, size_t count,
		       unsigned char out[DIGEST_SIZE]);
};
struct clock { /* wall time, UTC ms */
	int64_t (*now_ms)(struct clock *c);
};

struct store_seams {
	const struct settings *settings;
	struct zones *zones;
	struct entropy *entropy;
	struct digest *digest;
	struct clock *clock;
	/* Something was submitted, or has come back: store_turn() is to be called. From any thread. NULL: whoever
	 * submits calls it (store_batch()). */
	void (*wake)(void *arg);
	/* What was written since it was called last, bits of enum stir: called after the `done`s of a transaction,
	 * so that nobody looks at what has not changed. NULL: nobody minds. */
	void (*stirred)(unsigned what, void *arg);
	void *arg; /* of these two */
	/* Opening takes long, and goes on: called now and then while a file is brought up to date. NULL: nobody minds. */
	void (*working)(void *nothing);
	/* What whoever runs the program should know of that, a sentence without its full stop. NULL: nobody listens. */
	void (*says)(const char *sentence);
	bool alone; /* the file is a new one that nobody else knows: no copy is made before it is brought up to date */
	/* Tests only: called after every commit that wrote something; may not return. NULL otherwise. */
	void (*committed)(void *arg);
	void *committed_arg;
};

enum stir {
	STIR_LETTERS = 1, /* a letter is there, or one has ended: the next of its lane may go */
	STIR_POSTS = 2,	  /* a post is behind its Node */
	STIR_EMOJI = 8,	  /* an emoji is wished for, or was shown: the next may be */
	STIR_DUE = 16,	  /* something is due at another time */
	STIR_NODES = 4,	  /* which Nodes live where: one was born, moved, or has another status */
};

/* The seam itself. */
struct store_ops {
	void (*submit)(struct store *s, struct job *jobs); /* a list, to be run in order */
	bool (*turn)(struct store *s);			   /* true: something was done */
	bool (*waits)(const struct store *s); /* something was submitted and hasn't come back */
	int (*idle)(struct store *s);
	void (*close)(struct store *s);
	const char *(*problem)(struct store *s);
	/* What not every store can do; NULL: this one can't. */
	int (*verify)(
		struct store *s,
		struct buf *findings); /* one a line; 0 all is well, 1 something is not, < 0 */
	const char *verified;	       /* what that looks at and what it doesn't, in sentences */
	int (*backup)(struct store *s, const char *to, struct buf *why); /* 0, or < 0 and why */
	/* 0; or < 0 when even that can't be read. */
	int (*health)(struct store *s, struct arena *a, struct store_health *h);
};

struct store {
	const struct store_ops *ops;
};

/* What a place to keep Nodes offers first: 0 and *s, or a fault and a sentence for the person in why (what, where, what
 * to do). */
typedef int store_opener(struct store **s, const char *path, enum store_mode mode,
			 const struct store_seams *seams, struct buf *why);

/* A copy (as `backup` makes them) takes the place of what is kept at path, which keeps another name. It is checked
 * first. 0, or a fault and a sentence in why, which says so if anything was changed (a disk that fails in the middle: the
 * old one is there in any case). STORE_BUSY: somebody writes there, or reads what isn't in the file itself yet. */
struct restored {
	const char *kept; /* what the old one is called now, NULL: there was none */
	const char *
		left; /* it was gone or empty: what the WAL that it left is called now, NULL: none */
	bool numbers_known; /* of Nodes declared since the copy: none of them is given again */
	int64_t nodes, newest_at; /* of the copy: the last change in it, 0: none */
	struct arena arena;	  /* the caller's to release */
};
typedef int store_restorer(const char *path, const char *from, const struct store_seams *seams,
			   struct restored *told, struct buf *why);

/* Queues jobs (a list by job->next); store_turn() runs them. */
static inline void store_submit(struct store *s, struct job *jobs)
{
	s->ops->submit(s, jobs);
}
/* Runs what waits, in as few transactions as the bounds allow (128 jobs or 20 ms each), and calls the `done` of
 * what is on disk; what those submit waits for the next turn (a look's deed doesn't: `ahead`). The loop's every turn. True: something was done. Without
 * `wake` it returns only when something is on disk. */
static inline bool store_turn(struct store *s)
{
	return s->ops->turn(s);
}
static inline bool store_waits(const struct store *s)
{
	return s->ops->waits(s);
}
/* For those who have no loop: all of it, and what it leads to. */
static inline void store_batch(struct store *s, struct job *jobs)
{
	store_submit(s, jobs);
	while (store_waits(s))
		store_turn(s);
}
/* Work for quiet moments: WAL checkpoint, pruning the inbox (older than 72 h and not among the newest), sent letters (a day; those that
 * carry people's words or a report a year, so that redact can take them back in Slack) and remembered messages, a
 * few rows at a time; and after redact, rewriting the file, so that nothing of it is left there.
 * 1: there is more to do, 0: done, < 0 a fault. */
static inline int store_idle(struct store *s)
{
	return s->ops->idle(s);
}
static inline void store_close(struct store *s)
{
	s->ops->close(s);
} /* checkpoints, lets go of the lock */
static inline const char *store_problem(struct store *s)
{
	return s->ops->problem(s);
}

#endif
