/*
 * decide_common: the functions of the commands, and what they share: finding the Node, who may, words of an
 * answer, the rows that most commands write. Private to core/decide/.
 *
 * Two things always hold. A refusal comes before change_begin(): what has begun to change is done.
 * And d->node is kept as the Node will be: whoever writes an effect on it
 * changes the struct as well, so what follows (old values, counters, what is missing) is right
 * without reading again.
 *
 * Strings that functions here return live in the deed's arena. Neutral text unless said otherwise.
 */
#ifndef CORE_DECIDE_DECIDE_COMMON_H
#define CORE_DECIDE_DECIDE_COMMON_H

#include "core/decide/decide.h"
#include "core/decide/deed.h"
#include "core/line/line.h"

#include <stdbool.h>
#include <stdint.h>

/* `new` names the open Nodes of this long. */
#define MS_RECENT (2 * MS_HOUR)
/* The functions of the command table: each reads d->line, d->node, d->rows and fills d->out. 0, or < 0 a fault of the
 * rows. */
#define COMMAND(name, function, ...) int function(struct deed *d);
#include "core/line/commands.inc"

/* Bytes of a line that fit a button's value (Slack: 2000 characters). */
#define BUTTON_LINE_MAX 1900
/* Code points of a title; of a text (Slack itself cuts there); of what a line has around its text. */
#define TITLE_MAX 200
#define TEXT_MAX 40000
#define COMMAND_MAX 500
/* Rows of one kind that one command sets aside or replaces. */
#define LIVE_MAX 1000
/* Nodes that a list looks at. */
#define NODES_LOOKED 200

/* ---- answering: 0, so that a command may end with it ---- */

int answer(struct deed *d, enum verdict v, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int answer_refuse(struct deed *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What was saved on d->node, or is so already: with its ID in front, but for in the Node's own channel. */
int answer_saved(struct deed *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int answer_same(struct deed *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A further line under what was answered. */
void answer_more(struct deed *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Buttons over ANSWER_BUTTONS, and those whose line is too long, are left out: false. */
bool answer_button(struct deed *d, const char *label, const char *line);
/* The same, whose line is only begun: its form asks for the rest; and one that has to be agreed to. */
bool answer_form_button(struct deed *d, const char *label, const char *line);
bool answer_confirm_button(struct deed *d, const char *label, const char *line,
			   const char *confirm);
/* A button that takes back what this line has changed, where `undo` can. */
void answer_undo(struct deed *d);
/* Says it if `person` (may be NULL), who was just given something, can't know of it: 0, < 0. */
int answer_gone(struct deed *d, const char *person);

/* The string into the arena; releases b. */
const char *deed_keep(struct deed *d, struct buf *b);

/* ---- words ---- */

const char *to_type(struct deed *d, const char *line); /* as a command */
const char *as_code(struct deed *d, const char *words);
/* A person in a line to be typed: "@name"; on the shell a member ID. */
const char *person_example(const struct deed *d);
/* A button with the line once more, if exactly one member is called what the line says: 0, < 0. */
int person_button(struct deed *d);
const char *who_is(struct deed *d, const char *ref);	      /* a person, named if known */
const char *node_words(struct deed *d, const struct head *h); /* "[INCIDENT-2026-042] 504 …" */
const char *node_line(struct deed *d, const struct head *h,
		      const char *line);			  /* "2026-042 note …" */
const char *handle_words(struct deed *d, char letter, int64_t n); /* "E7" */
const char *moment_words(struct deed *d, int64_t ms); /* "14:05 (3 min ago)", with zone_note() */
/* "read as UTC: …" when that was for want of the speaker's zone, else "". */
const char *zone_note(struct deed *d);
/* At most so many characters, spans whole. */
const char *text_upto(struct deed *d, const char *text, size_t points);
/* A title: one line of at most TITLE_MAX; *cut when there was more. */
const char *title_from(struct deed *d, const char *text, bool *cut);
/* A text for a posted line: whole when it fits, else cut, with where the rest is. */
const char *text_for_line(struct deed *d, const char *text, const char *handle);
/* A text as an answer repeats it. */
const char *text_again(struct deed *d, const char *text);

/* d->node as an answer begins with it: "This incident" where that can't be another. */
const char *subject_words(struct deed *d);
/* A date for the speaker: "tomorrow (Fri 4 Dec)". */
const char *due_words(struct deed *d, const char *date);
/* A zone as the journal's basis names it: "zone=Europe/Berlin". */
const char *zone_words(struct deed *d, const struct zone *z);
/* The zone of a person, as far as it is known. */
struct zone zone_of(struct deed *d, const struct person *p);
/* A Node on a button. */
const char *node_label(struct deed *d, const struct head *h);
/* The text of a piece that this line makes: most say what stands in the line. */
const char *text_of_line(struct deed *d, const struct line *l);

/* ---- which Node, and who may ---- */

/* 1: d->node is set; 0: there is none to be had and that was answered; < 0. */
int node_find(struct deed *d);
/* The same without an answer; *h instead of d->node. */
int node_meant(struct deed *d, struct head *h);
/* The channel's open Node, else its newest DONE one (closed: else of the others): 1, 0, < 0. */
int node_here(struct deed *d, bool closed, struct head *h);
/* A Node was named that isn't there, or isn't theirs to see: one answer, so that it tells nothing. 0. */
int refuse_unseen(struct deed *d, const struct node_name *n);
/* May the speaker know of it: 1, 0, < 0. */
int node_seen(struct deed *d, const struct head *h);
/* The same, for those who look through many. */
struct find_wanted deed_wanted(struct deed *d);
/* Nodes that the speaker may see, newest first, of the first NODES_LOOKED of rows->nodes(): how
 * many, < 0. *more: there may be others. */
int nodes_seen(struct deed *d, const char *which, const char *person, struct head **h, bool *more);
/* May the speaker give this command (on d->node, if it is set)? Else that is answered: who can. */
bool may_give(struct deed *d, const struct command *c);
bool may_declare(const struct deed *d);
/* The same, and nothing is answered: whether it can be offered. */
bool would_be_let(struct deed *d, const struct command *c);
/* Can't the Node move there by saying so? Then that is answered, with what can be done (decide_status.c). */
bool no_move(struct deed *d, enum status to);
/* Is the Node read-only? Then that is answered. */
bool read_only(struct deed *d);
/* Runs another command instead, with the same arguments, if the speaker may give it. */
int decide_as(struct deed *d, enum verb v);
/* What the postmortem lacks, as d->node is now, under the answer (decide_complete.c): all of it with what completes it;
 * or only how much it is, where the report says the rest. 0, < 0. */
int answer_missing(struct deed *d);
int answer_missing_count(struct deed *d);
/* How a line of this deed is read. */
struct line_context deed_line_context(const struct deed *d);

/* Is the Node shown in the announcements channel? Loudly: CRITICAL and HIGH. */
bool is_announced(const struct deed *d);
bool announced_loud(const struct deed *d);

/* INTENT_CHANNEL_*: what Slack says about a channel (on_channel.c). */
int on_channel(struct deed *d);
/* INTENT_DUE: the time of something has come (on_due.c). */
int on_due(struct deed *d);
/* INTENT_IMPORTED: a Node that was written elsewhere (on_import.c). */
int on_import(struct deed *d);
/* Is another Node open in the channel of this one? Then that is answered: 1; 0; < 0. */
int channel_taken(struct deed *d);

/* ---- services ---- */

/* Names of services used before on Nodes that the speaker may see, the newest first: how many, < 0. */
int services_seen(struct deed *d, const char **names, int most);
/* The one of `count` that is called so, letter case aside; NULL. */
const struct service *service_of(const struct service *s, int count, const char *name);
void service_add(struct deed *d, struct change *c, const char *name);

/* ---- pieces by their handle ---- */

struct piece {
	enum table table;
	int64_t n;
	const char *handle;
	const char *text; /* NULL: redacted */
	bool gone;	  /* withdrawn, or replaced */
	int64_t at;	  /* of an entry */
};

/* One of E, A and the sections. 1, 0: there is none, < 0. */
int piece_at(struct deed *d, const struct handle *h, struct piece *p);
/* The one that the line names. 1; 0: there is none, and that was answered; < 0. */
int piece_find(struct deed *d, struct piece *p);
int section_with(char letter); /* of a handle; -1: it is no section's */
bool is_para(enum table t);    /* a table of a section's paragraphs */
/* "E7" of a row; NULL for tables whose rows have none. */
const char *handle_of(struct deed *d, enum table t, int64_t row);

/* ---- the archive (decide_search.c) ---- */

/* Says it under the card of d->node, as this deed leaves it, if earlier Nodes are like it. Of a text that comes to it
 * (section and words; NULL: it was just born) only if that brings a better one. 0, < 0. */
int similar_say(struct deed *d, enum section s, const char *text);

/* The next line of an impact as it stands in its bullet; NULL: no more. */
const char *bullet_next(struct deed *d, const char **text);

/* An item in a list of many Nodes' (decide_todo.c). */
void todo_row(struct deed *d, const struct todo *t, struct answer_row *row);
int desk_fill(struct deed *d, struct desk *out); /* decide_desk.c */

/* ---- changing ---- */

struct change *change_begin(struct deed *d); /* op: the command's word; parts share one */
struct change *change_of(struct deed *d, const char *op);

/* Fields of the Node: effect and struct at once. */
void node_set_int(struct change *c, const char *field, int64_t *at, int64_t value);
void node_set_flag(struct change *c, const char *field, bool *at, bool value);
void node_set_string(struct change *c, const char *field, const char **at, const char *value);
void node_set_status(struct deed *d, struct change *c, enum status s);

int64_t said_at(const struct deed *d);		/* the WHEN, else now */
const char *person_or_me(const struct deed *d); /* the mention, else the speaker */

/* Who gets the credit for a piece, and the message that it came from (message_id NULL: none). */
struct credit {
	const char *author, *recorder;
	enum via via;
	const char *channel, *message_id, *permalink;
};

/* Author, source and message: every piece has them. */
void credit_set(struct change *c, enum table t, int64_t n, const struct credit *by);
/* Each writes a row with its links, raises the Node's counter, returns the row's number. */
int64_t entry_add_as(struct deed *d, struct change *c, const struct credit *by, int64_t at,
		     const char *text, enum marker m);
int64_t para_add_as(struct deed *d, struct change *c, const struct credit *by, enum section s,
		    int64_t at, const char *text);
int64_t item_add_as(struct deed *d, struct change *c, const struct credit *by, enum item_type type,
		    int64_t at, const struct line *l); /* text, owner, due of the line */
/* The same for what the speaker says with a line. The first one is captured as SAID, if a message
 * says it. */
int64_t entry_add(struct deed *d, struct change *c, int64_t at, const char *text, enum marker m);
/* An entry in words of ours that tells what a card's header shows: who is captain, which priority it has. */
int64_t entry_add_ours(struct deed *d, struct change *c, const char *text, enum marker m);
int64_t para_add(struct deed *d, struct change *c, enum section s, const char *text);
int64_t item_add(struct deed *d, struct change *c, enum item_type type);
/* Follows the message of this line with a piece (capture_source.c). */
void capture_said(struct deed *d, struct change *c, const char *piece, bool own_text);
/* Markers that an entry set; *names (may be NULL) gets their words. */
int markers_withdraw(struct deed *d, struct change *c, int64_t entry, const char **names);
/* An entry's time, and that of the markers that it set. */
int entry_move(struct deed *d, struct change *c, int64_t entry, int64_t from, int64_t to);
void item_set_state(struct change *c, const struct item *i, enum item_state s, int64_t at);
void marker_add(struct deed *d, struct change *c, enum marker m, int64_t at, int64_t entry);
/* Links of a text, but those that `before` (NULL: none) has already. */
void links_add(struct deed *d, struct change *c, const char *text, const char *handle,
	       const char *before);
/* Where the Node is open from now on, and no longer. */
void span_open(struct deed *d, struct change *c, int64_t from);
int span_close(struct deed *d, struct change *c, int64_t to);

/* decide_copy.c: a row as it was written elsewhere, with a number of its own, which is returned; and an entry's files. */
int64_t entry_copy(struct deed *d, struct change *c, const struct entry *e);
int64_t item_copy(struct deed *d, struct change *c, const struct item *i);
void files_copy(struct deed *d, struct change *c, const struct view *v, int64_t entry, int64_t n);

/* ---- saying ---- */

/* One more saying about d->node, at the end; its fields are the caller's to fill. */
struct letter *say(struct deed *d, enum saying what);
/* To or about a person; NULL if nobody can be reached by that ref (a system user). */
struct letter *say_to(struct deed *d, enum saying what, const char *person);
/* SAY_LINE; and SAY_SHORT_LINE, if the Node is announced. */
void say_line(struct deed *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void say_short_line(struct deed *d, const char *text);

/* ---- what somebody is given (given.c) ---- */

struct gift {
	const char *person; /* to whom; NULL: nobody */
	const char *giver;
	bool brief; /* they need to know all of it */
};

/* `person` is invited to the Node's channel and hears in one DM what they have, from whom, and of which Node; whoever gives
 * it to themselves is only invited, and to an item not even that. 0, < 0. */
int give_role(struct deed *d, const struct gift *g, enum role role);
int give_items(struct deed *d, const struct gift *g, const struct item *items, size_t count);
/* This change is undone: whoever heard that they have something hears that it is no longer theirs. 0, < 0. */
int give_undone(struct deed *d, const struct past *p);

#endif
