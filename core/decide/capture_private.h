/*
 * capture_private: captures in work, for the deciders that make, change and withdraw them. Private
 * to core/decide/.
 *
 * Always true of a capture: it is alive while a source of it is on, and its piece shows while it is
 * alive (an item that somebody has taken up shows anyway). Whoever turns a source calls
 * capture_settle() behind it. And a hold is what the store has: once its capture was changed, only
 * that hold knows.
 */
#ifndef CORE_DECIDE_CAPTURE_PRIVATE_H
#define CORE_DECIDE_CAPTURE_PRIVATE_H

#include "core/decide/decide_common.h"
#include "core/line/line.h"

#define CAPTURES_MAX 64	 /* of one message */
#define SOURCES_MAX 2000 /* of one capture: the people who reacted */

/* A capture of d->node with its sources, loaded or about to be born. */
struct hold {
	struct capture c;
	struct source *sources;
	int count;
	int64_t at; /* of the piece that it is about to make; 0: as its message says */
	const struct capture *all; /* all captures of the message, of any Node */
	int n_all;
};

/* ---- messages ---- */

/* Is it to be decided at all? What is said of a message may concern no Node, or change nothing but what is
 * remembered of it; or is to be asked for first (outcome.first). 1, 0, < 0. */
int message_concerns(struct deed *d);
/* The intent's message, as well as it is known: what it brings, and what is remembered. */
int message_known(struct deed *d, struct message *m);
/* Is it a message that was redacted, and this what was erased? 1, 0, < 0. */
int message_erased(struct deed *d, const struct message *m, const char *text);
/* Its captures, over all Nodes, into the arena; how many. */
int message_captures(struct deed *d, const struct message *m, struct capture **all);
/* Does this mark, where no Node is, ask which one it is for? The others mean nothing there. */
bool asks_where(const struct intent *in);
/* The kind that its tag asks for, -1: it has none, or nothing stands behind it. */
int message_tag(const struct message *m);
/* What its files are called: what it says, if it has no words. */
const char *message_file_names(struct deed *d, const struct message *m);
/* A text with the message's files behind it, for a piece that can't hold them. */
const char *text_with_files(struct deed *d, const char *text, const struct message *m);
/* What it says as a piece of this kind: text, WHEN, owner and date are those of the line. */
void message_read(struct deed *d, enum capture_kind kind, const struct message *m, struct line *l);
/* The zone that was used for that, for the journal; NULL: a fault. */
const char *message_basis(struct deed *d, const struct message *m);
/* When that happened. */
int64_t message_at(const struct message *m, const struct line *l);
/* Its author, as a ref; an app without a user is REF_APP_PLACE; NULL: nobody knows. */
const char *message_author(struct deed *d, const struct message *m);
/* Where it stands: Slack says so of a few messages only; NULL unknown. */
const char *message_permalink(struct deed *d, const struct message *m);
/* What an app is called; NULL: nobody knows. */
const char *message_app(struct deed *d, const struct message *m);
/* The zone of its author, to read times by. */
int message_zone(struct deed *d, const struct message *m, struct zone *z);

/* ---- what is done to captures ---- */

/* A mark on a message: a source set or taken back. */
struct reaction {
	enum capture_kind kind;
	enum capture_via by;
	const char *person;
	bool on;
	const char *stamp;
	int64_t at;    /* when it happened, 0: as the message says */
	bool own_text; /* the message's text isn't its own, but what somebody made of it */
};

/* Finds the Node that the message belongs to (d->node) and marks it there. 1: it has one, 0: none,
 * < 0. */
int capture_react(struct deed *d, const struct reaction *k, const struct message *m);
/* The same on d->node, of which nothing was changed yet; c is the change to write into, or NULL:
 * one of its own. */
int capture_react_here(struct deed *d, struct change *c, const struct reaction *k,
		       const struct message *m);
/* And in a hold that was loaded: does the mark change a source? Then turn it. */
bool capture_heeds(const struct hold *h, const struct reaction *k);
int capture_turn(struct deed *d, struct change *c, struct hold *h, const struct reaction *k,
		 const struct message *m);

/* The hold of a kind on d->node among all captures of a message; c.n is 0 if there is none. */
int capture_hold(struct deed *d, enum capture_kind kind, const struct message *m, struct hold *h);
/* Makes the piece of a living capture; d->node is its Node. */
int capture_make(struct deed *d, struct change *c, struct hold *h, const struct message *m);
/* A source of it was turned: the piece goes, comes or comes back. m NULL: not known. */
int capture_settle(struct deed *d, struct change *c, struct hold *h, const struct message *m);
/* Born alive with one source by CAPTURED_BY_LINE and, if the text is known, its piece; else the
 * text is asked for. */
int capture_born(struct deed *d, struct change *c, const struct message *m, enum marker marker);

/* All captures that a piece is of, but ✅'s, with their sources, into the arena: how many. */
int captures_of(struct deed *d, const char *piece, struct hold **holds);
/* `withdraw` beats the sources that hold a piece, `edit` makes its text its own, and who says an
 * item's state by command has said more than ✅. */
int captures_beat(struct deed *d, struct change *c, const char *piece);
int captures_own(struct deed *d, struct change *c, const char *piece);
int captures_uncheck(struct deed *d, struct change *c, const char *piece);
void source_off(struct change *c, struct source *h, bool beaten);
/* Our emoji on the message, or off again. */
void capture_emoji(struct deed *d, const struct capture *c, bool on);

/* ---- parts of that ---- */

/* capture_piece.c: the rows of a piece; the owner of an item is told. 0, < 0. */
int piece_make(struct deed *d, struct change *c, struct hold *h, const struct message *m,
	       enum marker marker);
void files_add(struct deed *d, struct change *c, int64_t entry, const struct message *m);
/* Away with a piece, or back. 1: it stays, for somebody has taken it up; 0; < 0. */
int piece_go(struct deed *d, struct change *c, const char *piece, bool gone);
bool item_taken_up(const struct item *i);
int64_t event_at(const struct deed *d);

/* capture_check.c */
bool capture_is_item(enum capture_kind k);
/* The first ✅ has come, or the last has gone. */
int check_settle(struct deed *d, struct change *c, struct hold *check, bool alive);
/* This item was written, or brought back: its message may have a ✅ already. */
int check_item(struct deed *d, struct change *c, const struct hold *item);

/* ---- `new`, its timeline begun by a message: detected, if an app posted it (decide_new.c) ---- */

/* As the speaker's line says it; without a title there, the message's first line is it. */
int declare_from(struct deed *d, const struct message *m);
/* By a rule of the config, nobody is answered. */
int declare_alone(struct deed *d, const struct message *m, const char *title, enum priority p);
const char *title_of_message(struct deed *d, const struct message *m);

/* ---- intents ---- */

int on_message(struct deed *d);
int on_reaction(struct deed *d);
int on_offer(struct deed *d);
int on_fetched(struct deed *d);
int on_edit(struct deed *d);
int on_deletion(struct deed *d);
int on_recovery(struct deed *d);
int on_alert(struct deed *d, const struct message *m);

#endif
