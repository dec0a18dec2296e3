/*
 * rows: what may be asked while something is decided: the store's rows, as they stand in this transaction.
 */
#ifndef CORE_ROWS_H
#define CORE_ROWS_H

#include "core/effect.h"
#include "core/find.h"
#include "core/intent.h"
#include "core/time/civil.h"
#include "core/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row of a Node's journal, as undo needs it. */
struct past {
	int64_t seq, at;
	const char *op;
	struct effect *effects;
	size_t count;
};

/* A DONE Node hears what is said in its channel for so long (product.md section 6, promise 2). */
#define LIVES_ON_MS (14 * MS_DAY)

/* Members of a channel, bots aside, that are none of another one's. */
#define OUTSIDERS_NAMED 3
#define OUTSIDERS_UNMET 100
struct outsiders {
	int64_t count; /* guests, and people of other organisations: as far as is known, now or earlier */
	const char *named[OUTSIDERS_NAMED]; /* the first of them: refs */
	/* Whose rank isn't known as it is now: how many, the first of them, and how many of them never had one with us. */
	int64_t unmet, never_met;
	const char *first_unmet[OUTSIDERS_UNMET];
	bool unread, other_unread; /* there may be members that nobody has told us of */
};

struct service_used {
	const char *name;
	struct head node; /* id, private_, channel, declared_by, captain; nothing else */
};

/* An open item of any Node. */
struct todo {
	struct item item;
	struct head
		node; /* id, year, number, title, private_, channel, declared_by, captain, status, priority, drill */
	struct person owner; /* ref NULL: nobody; its zone */
	bool over;	     /* core's (find/todo.c): the day is over for its owner */
};

struct todo_asked {
	const char *const *owners; /* refs; NULL: everybody's and nobody's */
	size_t n_owners;
	const char *but; /* a ref: nothing of theirs; NULL */
	int64_t from;	 /* so many are left out */
};

struct todo_count {
	int64_t all, private_; /* how many there are, of these on private Nodes */
};

/* A Node as statistics count it. */
struct counted_item {
	bool done;
	int64_t created_at, done_at;
};
struct counted_from { /* head.declared_at and head.row; { since, 0 }: since then */
	int64_t at, row;
};
struct counted_node {
	struct head head;
	const char *services;	      /* a name a line; NULL: none */
	struct counted_item *prevent; /* neither dropped nor withdrawn */
	size_t n_prevent;
};

struct overdue {
	const char *node; /* id */
	enum priority priority;
	int64_t n;
	const char *text, *owner, *due;
};

/* All return 1 found, 0 not there, < 0 a fault to be passed up. Strings live in the arena. */
struct rows {
	int (*node_named)(struct rows *r, const struct node_name *name, struct arena *a,
			  struct head *h);
	int (*node_id)(struct rows *r, const char *id, struct arena *a, struct head *h);
	/* The channel's open Node; there is at most one. */
	int (*node_open_in)(struct rows *r, const char *channel, struct arena *a, struct head *h);
	/* The channel's newest Node in this status. */
	int (*node_last_in)(struct rows *r, const char *channel, enum status s, struct arena *a,
			    struct head *h);
	/* Nodes, newest first, at most `most` of them: open ones, those of a person (captain, or owner of an
	 * open item; not archived, not merged), or all. Returns how many, < 0 a fault. person NULL unless mine. */
	int (*nodes)(struct rows *r, const char *which, const char *person, struct arena *a,
		     struct head *h, int most);
	/* The year's next number; the birth of the Node that gets it takes it. */
	int (*node_number)(struct rows *r, int year, int64_t *number);

	int (*entry)(struct rows *r, const char *node, int64_t n, struct arena *a, struct entry *e);
	int (*para)(struct rows *r, const char *node, enum section s, int64_t n, struct arena *a,
		    struct para *p);
	/* Live paragraphs' numbers, ascending; returns how many (at most `most`). */
	int (*paras)(struct rows *r, const char *node, enum section s, int64_t *n, int most);
	int (*item)(struct rows *r, const char *node, int64_t n, struct arena *a, struct item *i);
	/* Items still TODO, by number; returns how many are in i (at most `most`). */
	int (*open_items)(struct rows *r, const char *node, struct arena *a, struct item *i,
			  int most);
	/* Items still TODO, of Nodes that weren't merged into another: by date, those without one last. One look, of the whole
	 * of which *count tells. */
	int (*todo)(struct rows *r, const struct todo_asked *asked, struct arena *a, struct todo *t,
		    int most, struct todo_count *count);
	/* Nodes as they were declared, the first ones behind that place; how many, at most `most`. Which of them count, core
	 * says (show/statistics.h). */
	int (*counted)(struct rows *r, const struct counted_from *from, struct arena *a,
		       struct counted_node *c, int most);
	/* Live markers `beyond` a status, and those of an entry: rows of `marker` that are "live". */
	int (*live_markers)(struct rows *r, const char *node, enum marker *m, struct marked *at,
			    int most);
	int (*roles)(struct rows *r, const char *node, struct arena *a, struct held_role *h,
		     int most); /* live */
	/* Services that are down, in the order in which they were named. */
	int (*services)(struct rows *r, const char *node, struct arena *a, struct service *s,
			int most);
	/* What services of any Node are called or were, those of the newest Nodes first; names come again. Of each Node what
	 * node_seen() asks for. */
	int (*services_used)(struct rows *r, struct arena *a, struct service_used *s, int most);
	/* The piece of a Node that is a copy of this ("INCIDENT-2026-041 E7"). */
	int (*copy)(struct rows *r, const char *node, const char *of, struct arena *a,
		    const char **piece);
	/* What a text of a Node says, by its number; *body NULL: redacted. */
	int (*text)(struct rows *r, const char *node, int64_t n, struct arena *a,
		    const char **body);
	/* Is there a member of `channel`, bots aside, who is none of `other`, as far as that is known now? Where the members
	 * aren't known it is so: 1, 0, < 0. */
	int (*member_outside)(struct rows *r, const char *channel, const char *other);
	/* Who of them sees nothing but their channels, and what isn't known of that: 0, < 0. */
	int (*outsiders)(struct rows *r, const char *channel, const char *other, struct arena *a,
			 struct outsiders *o);
	/* Nodes that were merged into it. */
	int (*merged)(struct rows *r, const char *node, struct arena *a, struct merged *m,
		      int most);
	/* The Node's last span (0 = none): its row and channel; to_at 0 while open. */
	int (*last_span)(struct rows *r, const char *node, struct arena *a, int64_t *n,
			 const char **channel, int64_t *to_at);

	/* Captures of a message, over all Nodes, oldest first; of one piece ("E7") of a Node; how many. */
	int (*captures)(struct rows *r, const char *channel, const char *id, struct arena *a,
			struct capture *c, int most);
	int (*piece_captures)(struct rows *r, const char *node, const char *piece, struct arena *a,
			      struct capture *c, int most);
	/* The capture that a source (its row) holds. */
	int (*source_capture)(struct rows *r, const char *node, int64_t source, struct arena *a,
			      struct capture *c);
	int (*sources)(struct rows *r, const char *node, int64_t capture, struct arena *a,
		       struct source *h, int most);
	/* At a glance: what there is of a message, by its channel, id and thread; since_ms: from when on a DONE Node counts;
	 * who: may be NULL. */
	int (*concern)(struct rows *r, const struct message *m, int64_t since_ms, const char *who,
		       struct arena *a, struct concern *c);
	/* A message as it is remembered; `at` isn't: whoever knows its id was told when it was posted, too. */
	int (*message)(struct rows *r, const char *channel, const char *id, struct arena *a,
		       struct message *m);
	/* The Node that was open in a channel at a moment (by its spans; the newest if there were several). */
	int (*node_open_at)(struct rows *r, const char *channel, int64_t at, struct arena *a,
			    struct head *h);
	/* Whose it is what was said in a channel at a moment: the Node's that was open there then; else that is open there now;
	 * else that the channel was made for. */
	int (*node_said_in)(struct rows *r, const char *channel, int64_t at, struct arena *a,
			    struct head *h);
	/* The Node whose short card (in the announcements) is this message: its thread belongs to it. */
	int (*node_of_thread)(struct rows *r, const char *channel, const char *id, struct arena *a,
			      struct head *h);
	/* The newest journal row of `who` on a Node since `since_ms` that is no undo and not undone (a later "undo"
	 * row of any seq names it in its basis, "seq=12"), or row `seq`, if it is one (0: any); effects in the arena.
	 * For undo. */
	int (*last_change)(struct rows *r, const char *node, const char *who, int64_t since_ms,
			   int64_t seq, struct arena *a, struct past *p);
	/* Who changed this field last, after journal row `seq`: 1 and *who, *op, or 0. Changes that were undone, and
	 * the "undo" rows that did it, don't count. */
	int (*changed_after)(struct rows *r, const char *node, int64_t seq, enum table t,
			     int64_t row, const char *field, struct arena *a, const char **who,
			     const char **op);
	/* Was this message erased (`redact`), and is this what it said? An edit (its stamp; NULL: none) counts when it is newer
	 * than what was erased and its words are others. text NULL: was it, as far as that edit? 1, 0, < 0. */
	int (*erased)(struct rows *r, const char *channel, const char *id, const char *edited,
		      const char *text);
	/* Numbers of all texts of a piece ("E7"): what it says and ever said, an item's `why`, and the `url`s of links and
	 * `name`s of files that are its; or of what else has a handle ("title", "file2", "link3", "why4": node.h). In *n
	 * (arena); how many. For redact. */
	int (*piece_texts)(struct rows *r, const char *node, const char *piece, struct arena *a,
			   int64_t **n);
	/* Prevention items still open whose date is before this day, of Nodes that are neither private, drills nor merged:
	 * those longest overdue first; how many (at most `most`). */
	int (*overdue)(struct rows *r, const char *day, struct arena *a, struct overdue *o,
		       int most);
	/* Nodes that have anything in a channel, or from it: their ids; how many. And rows of one of their tables whose
	 * `channel` it is. */
	int (*channel_nodes)(struct rows *r, const char *channel, struct arena *a, const char **ids,
			     int most);
	int (*channel_rows)(struct rows *r, const char *node, enum table t, const char *channel,
			    struct arena *a, int64_t *n, int most);
	/* Handles of the texts that say the link of this number, of whatever number; how many. */
	int (*link_handles)(struct rows *r, const char *node, int64_t n, struct arena *a,
			    const char **handles, int most);
	int (*person)(struct rows *r, const char *ref, struct arena *a, struct person *p);
	/* People with this in their name (the letter case of ASCII ignored); how many (at most `most`). */
	int (*people)(struct rows *r, const char *name, struct arena *a, struct person *p,
		      int most);
	/* Was a digest posted in this channel since then: 1, 0, < 0. */
	int (*digest_said)(struct rows *r, const char *channel, int64_t since_ms);
	/* Is the person a member of the channel: 1 yes, 0 no or unknown, also when what was known is from before a gap. */
	int (*member)(struct rows *r, const char *channel, const char *person);
	int (*view)(struct rows *r, const char *node, enum view_size size, struct arena *a,
		    struct view *v);
	/* The archive (core/find/). Nodes in which the words of a search are: those with all of them in title, summary or
	 * cause, those with all of them, those with some; each the newest first. It may be one that has a word no longer,
	 * or not beside its neighbour: whoever asks looks at its passages. f->terms[].nodes are filled in. How many are
	 * in h, at most `most` and no more than the store cares to look at. */
	int (*search)(struct rows *r, struct find *f, const struct find_wanted *wanted,
		      struct arena *a, struct head *h, int most);
	/* Nodes that share most of these words, by weight and rarity; words[].nodes are filled in. */
	int (*alike)(struct rows *r, struct like_word *words, size_t count,
		     const struct find_wanted *wanted, struct arena *a, struct head *h, int most);
	/* What a Node says today; how many are in *p (arena). */
	int (*passages)(struct rows *r, const char *node, enum passages_of of, struct arena *a,
			struct passage **p);
	int (*find_state)(struct rows *r, struct find_state *state);
	struct names names; /* for text_plain() */
};

#endif
