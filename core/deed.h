/*
 * deed: one intent on its way through the core: what comes in, what may be asked, what goes out.
 *
 *     intent + rows ──→ decide() ──→ outcome { changes, sayings, answer }
 *
 * Nothing here does anything: the store runs decide() inside its transaction, writes the changes and the
 * sayings, and hands the answer back when it is on disk.
 */
#ifndef CORE_DEED_H
#define CORE_DEED_H

#include "arena.h"
#include "capture.h"
#include "civil.h"
#include "effect.h"
#include "line.h"
#include "node.h"
#include "text.h"
#include "view.h"

/* A DONE Node hears what is said in its channel for so long (product.md section 6, promise 2). */
#define LIVES_ON_MS (14 * MS_DAY)

/* ---- in: who wants what ---- */

enum intent_kind {
	INTENT_LINE,		/* somebody said a line: slash command, mention, DM, button, shell */
	INTENT_CHANNEL_MADE,	/* Slack has made the Node's channel */
	INTENT_CHANNEL_REFUSED,	/* Slack will not make it; `line` is its reason in words */
	INTENT_CHANNEL_RENAMED,	/* `channel` is called `name` now */
	INTENT_CHANNEL_MOVED,	/* `channel` has another id, `name` (a ref) */
	INTENT_MESSAGE,		/* `message` was posted, or is as it is now: captured by its tag, if it has one; who: its author */
	INTENT_MARKED,		/* `capture` of `message` was set or taken back (`on`) by `by`, at `event_ts`; who: the reactor.
				 * capture CAPTURE_KINDS: settings->emoji_offer, which asks for a declaration */
	INTENT_TOLD,		/* the text of a message that was marked before it was known (message.deleted: it's gone) */
	INTENT_REVISED,		/* `message` has a new text, as of message.edited */
	INTENT_DELETED,		/* `message` was deleted */
	INTENT_RECOVERED,	/* catch-up of `node` has ended: away from `from_ms` to `now_ms`, `count` things recovered */
};

struct intent {
	enum intent_kind kind;
	enum source source;
	const char *place;		/* the Slack team (or REF_SHELL_PLACE) the intent came from */
	const char *who;		/* ref */
	const char *channel;		/* ref; NULL: a DM or the shell */
	const char *channel_name;	/* if known */
	bool channel_private;		/* is `channel` a private channel, as far as we were told */
	bool channel_unsure;		/* we weren't told, and Slack didn't answer when asked */
	bool foreign;			/* `who` spoke from another workspace than `place` */
	const char *ts;			/* the message that said it (mention); NULL for a slash command */
	const char *permalink;
	int64_t now_ms;			/* the message's own time, else the receipt: "now" of WHEN */
	int64_t received_ms;		/* wall clock at receipt: recorded_at */
	const char *line;		/* INTENT_LINE: neutral text without the root */
	const char *node;		/* INTENT_CHANNEL_*: id */
	const char *name;		/* INTENT_CHANNEL_*: the channel's name */
	bool replies;			/* what follows later can be said where the line was said, to its speaker alone */
	const char *zone;		/* shell: the caller's zone; else NULL: the person's row has it */
	bool unheard;			/* shell: no bot runs; what is said goes to Slack when one does */
	/* INTENT_MESSAGE … INTENT_RECOVERED */
	const struct message *message;	/* MARKED: channel and ts at least; LINE: the message that said it, NULL none */
	enum capture_kind capture;
	enum capture_source by;
	bool on;
	const char *event_ts;		/* orders what was said of one source; catch-up: when its page was asked for */
	int64_t from_ms, count;
	bool keep;			/* `message` is as it is now: it is remembered if it concerns a Node */
	unsigned unsure;		/* UNSURE_*: what can be asked for. If that is needed, nothing is decided but that it is
					 * (outcome.first), and it comes again */
};

#define UNSURE_WHO (1u << 0)	/* who `who` is: name, zone, rank; not needed if that is known */
#define UNSURE_WORDS (1u << 1)	/* what the message says; not needed for an offer if it is remembered */

/* What is known of a message at a glance. */
struct concern {
	bool lives;		/* a Node lives in its channel: one that is open, or was DONE since */
	bool captured;		/* a Node has captured it, wherever it stands */
	bool announced;		/* it is in the thread under a Node's message in the announcements */
	bool remembered, erased;
	bool met;		/* the name, zone and rank of whoever says it or marks it are known */
};

/* A row of a Node's journal, as undo needs it. */
struct past {
	int64_t seq, at;
	const char *op;
	struct effect *effects;
	size_t count;
};

/* ---- what may be asked: rows of the store, as they stand in this transaction ---- */

/* All return 1 found, 0 not there, < 0 a fault to be passed up. Strings live in the arena. */
struct rows {
	int (*node_named)(struct rows *r, const struct node_name *name, struct arena *a, struct head *h);
	int (*node_id)(struct rows *r, const char *id, struct arena *a, struct head *h);
	/* The channel's open Node; there is at most one. */
	int (*node_open_in)(struct rows *r, const char *channel, struct arena *a, struct head *h);
	/* The channel's newest Node in this status. */
	int (*node_last_in)(struct rows *r, const char *channel, enum status s, struct arena *a, struct head *h);
	/* Nodes, newest first, at most `most` of them: open ones, those of a person (captain, or owner of an
	 * open item; not archived), or all. Returns how many, < 0 a fault. person NULL unless mine. */
	int (*nodes)(struct rows *r, const char *which, const char *person, struct arena *a, struct head *h, int most);
	/* The year's next number; the birth of the Node that gets it takes it. */
	int (*node_number)(struct rows *r, int year, int64_t *number);

	int (*entry)(struct rows *r, const char *node, int64_t n, struct arena *a, struct entry *e);
	int (*para)(struct rows *r, const char *node, enum section s, int64_t n, struct arena *a, struct para *p);
	/* Live paragraphs' numbers, ascending; returns how many (at most `most`). */
	int (*paras)(struct rows *r, const char *node, enum section s, int64_t *n, int most);
	int (*item)(struct rows *r, const char *node, int64_t n, struct arena *a, struct item *i);
	/* Items still TODO, by number; returns how many are in i (at most `most`). */
	int (*open_items)(struct rows *r, const char *node, struct arena *a, struct item *i, int most);
	/* Live markers `beyond` a status, and those of an entry: rows of `marker` that are "live". */
	int (*live_markers)(struct rows *r, const char *node, enum marker *m, struct marked *at, int most);
	int (*roles)(struct rows *r, const char *node, struct arena *a, struct held_role *h, int most);	/* live */
	/* The Node's last span (0 = none): its row and channel; to_at 0 while open. */
	int (*last_span)(struct rows *r, const char *node, struct arena *a, int64_t *n, const char **channel, int64_t *to_at);

	/* Captures of a message, over all Nodes, oldest first; of one piece ("E7") of a Node; how many. */
	int (*captures)(struct rows *r, const char *channel, const char *ts, struct arena *a, struct capture *c, int most);
	int (*piece_captures)(struct rows *r, const char *node, const char *piece, struct arena *a, struct capture *c, int most);
	/* The capture that a source (its row) holds. */
	int (*source_capture)(struct rows *r, const char *node, int64_t source, struct arena *a, struct capture *c);
	int (*holdings)(struct rows *r, const char *node, int64_t capture, struct arena *a, struct holding *h, int most);
	/* At a glance: what there is of a message, by its channel, ts and thread; since_ms: from when on a DONE Node counts;
	 * who: may be NULL. */
	int (*concern)(struct rows *r, const struct message *m, int64_t since_ms, const char *who,
		       struct concern *c);
	/* A message as it is remembered. */
	int (*message)(struct rows *r, const char *channel, const char *ts, struct arena *a, struct message *m);
	/* The Node that was open in a channel at a moment (by its spans; the newest if there were several). */
	int (*node_open_at)(struct rows *r, const char *channel, int64_t at, struct arena *a, struct head *h);
	/* The Node that a channel was made for. */
	int (*node_of_channel)(struct rows *r, const char *channel, struct arena *a, struct head *h);
	/* The Node whose short card (in the announcements) has this ts: its thread belongs to it. */
	int (*node_of_thread)(struct rows *r, const char *channel, const char *ts, struct arena *a, struct head *h);
	/* The newest journal row of `who` on a Node since `since_ms` that is no undo and not undone (a later "undo"
	 * row of any seq names it in its basis, "seq=12"); effects in the arena. For undo. */
	int (*last_change)(struct rows *r, const char *node, const char *who, int64_t since_ms, struct arena *a,
			   struct past *p);
	/* Who changed this field last, after journal row `seq`: 1 and *who, *op, or 0. Changes that were undone, and
	 * the "undo" rows that did it, don't count. */
	int (*changed_after)(struct rows *r, const char *node, int64_t seq, enum table t, int64_t row, const char *field,
			     struct arena *a, const char **who, const char **op);
	/* Was this message erased (`redact`), and is this what it said? An edit (its ts; NULL: none) counts when it is newer
	 * than what was erased and its words are others. text NULL: was it, as far as that edit? 1, 0, < 0. */
	int (*erased)(struct rows *r, const char *channel, const char *ts, const char *edited, const char *text);
	/* Numbers of all texts of a piece ("E7"): what it says and ever said, an item's `why`, and the `url`s of links and
	 * `name`s of files that are its; or of what else has a handle ("title", "file2", "link3", "why4": node.h). In *n
	 * (arena); how many. For redact. */
	int (*piece_texts)(struct rows *r, const char *node, const char *piece, struct arena *a, int64_t **n);
	/* Nodes that have anything in a channel, or from it: their ids; how many. And rows of one of their tables whose
	 * `channel` it is. */
	int (*channel_nodes)(struct rows *r, const char *channel, struct arena *a, const char **ids, int most);
	int (*channel_rows)(struct rows *r, const char *node, enum table t, const char *channel, struct arena *a,
			    int64_t *n, int most);
	/* Handles of the texts that say the link of this number, of whatever number; how many. */
	int (*link_handles)(struct rows *r, const char *node, int64_t n, struct arena *a, const char **handles, int most);
	int (*person)(struct rows *r, const char *ref, struct arena *a, struct person *p);
	/* People with this in their name (the letter case of ASCII ignored); how many (at most `most`). */
	int (*people)(struct rows *r, const char *name, struct arena *a, struct person *p, int most);
	/* Is the person a member of the channel: 1 yes, 0 no or unknown, also when what was known is from before a gap. */
	int (*member)(struct rows *r, const char *channel, const char *person);
	int (*view)(struct rows *r, const char *node, enum view_size size, struct arena *a, struct view *v);
	struct names names;	/* for text_plain() */
};

/* An alerting app's messages that open, or offer, a Node by themselves (config). */
struct alert_rule {
	const char *channel;	/* name or id; NULL: any the bot is in */
	const char *bot;	/* the app's name (letter case ignored) or bot id; NULL: any app */
	const char *pattern;	/* POSIX extended regular expression over the readable text, case ignored; NULL: any */
	bool open;		/* open a Node; else offer it */
	enum priority priority;
	const char *title;	/* NULL: the alert's first line */
};

/* What the config says that the core must know; the strings outlive every deed. */
struct settings {
	const char *root;		/* "/incident" */
	enum priority default_priority;
	bool announce_low;
	/* Bits of (UINT64_C(1) << VERB_*): only the captain, or members of this group, may. */
	uint64_t narrowed;
	const char *group;		/* a user group's ref, NULL: none */
	/* 1, 0, -1: Slack hasn't told. NULL: nobody is. */
	int (*in_group)(const struct settings *s, const char *person);
	/* Where a message stands, for whoever reads of it (NULL: nobody knows, or there is no callback). */
	const char *(*permalink)(const struct settings *s, const struct message *m, struct arena *a);
	const char *emoji[CAPTURE_KINDS];	/* names without colons; NULL: this kind has none */
	const char *emoji_offer;		/* "rotating_light": offers to declare */
	const struct alert_rule *alerts;	/* in the order of the config: the first that fits counts */
	size_t n_alerts;
};

/* ---- out ---- */

/* A button: pressing it says `line` (without the root) in the same place. */
struct button {
	const char *label;
	const char *line;
	bool primary, danger;
	bool begun;		/* the line is only begun ("INCIDENT-2026-042 note"): a form asks for the rest */
	const char *confirm;	/* what pressing it does, to be agreed to first; NULL: nothing is asked */
};

enum answer_kind {
	ANSWER_NONE,
	ANSWER_WORDS,	/* text and buttons */
	ANSWER_CARD,	/* the card of `node`, to this person only */
	ANSWER_FORM,	/* the declare form (`text` is shown where no form can be: the shell, an old trigger) */
};

#define ANSWER_BUTTONS 10

struct answer {
	enum answer_kind kind;
	const char *text;		/* neutral, with moments, bold, code */
	struct button buttons[ANSWER_BUTTONS];
	size_t count;
	const char *node;		/* the Node it is about, NULL */
};

/*
 * What is said once, in the order given; rows of the outbox. WHAT, not where: channels are looked up
 * when the call is made. Lanes: C = the Node's channel, A = announcements, P = a person, M = one message.
 */
enum saying {
	SAY_CHANNEL,		/* C  make the Node's channel (name from id and title) */
	SAY_CARD,		/* C  post the card */
	SAY_PIN,		/* C  pin it */
	SAY_BOOKMARK,		/* C  a bookmark to the card */
	SAY_INVITE,		/* C  `person` into the channel */
	SAY_LINE,		/* C  one line, `text` */
	SAY_REPORT,		/* C  post the postmortem, `generation` */
	SAY_FILE,		/* C  the report as a Markdown file, `generation` */
	SAY_SHORT,		/* A  the short card */
	SAY_SHORT_LINE,		/* A  `text`, in the thread under the short card; `loud`: shown in the channel too */
	SAY_SHORT_REPORT,	/* A  the postmortem's short form, under the short card */
	SAY_DM,			/* P  `text` to `person` */
	SAY_BRIEF,		/* P  the Node's catchup to `person` */
	SAY_EMOJI,		/* -  a wish, no letter: our emoji (`text`, a name without colons) on message `channel` + `ts`; `loud` false: take it away */
	SAY_OFFER,		/* M  under message `channel` + `ts`, to everybody there: a button that says `text` (a line);
				 *    once a message; node is "" */
	SAY_FETCH,		/* M  ask Slack for the text of message `channel` + `ts`; comes back as INTENT_TOLD */
	SAY_SCRUB,		/* C  after redact: `text` is the key of a letter of ours that showed it: delete that message or
				 *    file in Slack (a report's file is posted anew by a SAY_FILE that follows) */
	SAY_LINK,		/* C  "here is the channel" to whoever declared it: to `person` by a DM; NULL: by the
				 *    command's response_url, if the intent had one */
	SAYINGS
};

struct say {
	enum saying what;
	const char *node;
	const char *person;
	const char *text;
	int64_t generation;
	bool loud;
	const char *channel, *ts;	/* EMOJI, FETCH: ref of the channel, and the message */
	struct say *next;
};

enum verdict {
	VERDICT_NOTHING,	/* nothing to do, nothing to answer */
	VERDICT_READ,		/* answered; nothing changed */
	VERDICT_DONE,		/* changed */
	VERDICT_REFUSED,	/* answered with why not; nothing changed */
	VERDICT_USAGE,		/* the line can't be read: like REFUSED (the shell's exit code differs) */
};

/* Texts of a Node to erase wherever the store keeps them. */
struct erasure {
	const char *node;
	const int64_t *texts;			/* numbers */
	size_t count;
	struct erasure *next;
};

struct outcome {
	enum verdict verdict;
	struct answer answer;
	struct change *changes, **changes_end;	/* in order */
	const char *moved_from, *moved_to;	/* a channel's ref, wherever the store keeps one beside the Nodes; NULL */
	struct erasure *erase;			/* `redact` (each Node's journal row is in changes) */
	struct say *says, **says_end;
	unsigned first;			/* not 0: nothing was decided, for this of intent.unsure is needed first */
	const struct message *remember;	/* to be kept with it, whatever the verdict; redacted words are left out. NULL: none */
	int64_t offered;		/* `remember`: when somebody was shown a button about it, 0: nobody was */
	bool met;			/* `remember`: its author's name, zone and rank are known */
};

/* ---- the deed ---- */

struct deed {
	const struct intent *in;
	const struct settings *set;
	struct rows *rows;
	struct zones *zones;
	struct arena *arena;
	struct outcome *out;
	/* filled by decide() before a command's function runs */
	struct line line;
	struct person speaker;		/* ref always set */
	struct zone zone;		/* the speaker's */
	struct head node;		/* id "" if there is none */
	bool said;			/* a piece of d->node follows the message that said this line already */
	bool files_kept;		/* a piece of d->node has the files of that message */
	struct concern concern;		/* of in->message, where `glanced` */
	bool glanced;
};

/* For forms, which show Nodes before anything is said about them. What somebody asking from `channel` (NULL: a
 * DM) may see: the Node of this id, 1, 0, < 0; open Nodes, newest first: how many, < 0. */
int deed_node_seen(struct rows *r, const char *who, const char *channel, const char *id, struct arena *a,
		   struct head *h);
int deed_nodes_seen(struct rows *r, const char *who, const char *channel, struct arena *a, struct head **h);

/* Runs one intent. 0, or < 0 a fault of the rows (the outcome is then worthless). The outcome's strings
 * live in the arena or in the intent. */
int decide(const struct intent *in, const struct settings *set, struct rows *rows, struct zones *zones,
	   struct arena *a, struct outcome *out);

#endif
