/*
 * intent: who wants what: what comes into decide().
 */
#ifndef CORE_INTENT_H
#define CORE_INTENT_H

#include "core/capture.h"
#include "core/due.h"
#include "core/view.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum intent_kind {
	INTENT_LINE,	     /* somebody said a line: slash command, mention, DM, button, shell */
	INTENT_CHANNEL_MADE, /* Slack has made the Node's channel */
	INTENT_CHANNEL_REFUSED, /* Slack will not make it; `line` is its reason in words */
	INTENT_CHANNEL_RENAMED, /* `channel` is called `name` now */
	INTENT_CHANNEL_MOVED,	/* `channel` has another id, `name` (a ref) */
	INTENT_MESSAGE, /* `message` was posted, or is as it is now: captured by its tag, if it has one; who: its author */
	INTENT_REACTED, /* `capture` of `message` was set or taken back (`on`) by `by`, at `event_at`; who: the reactor */
	INTENT_OFFER, /* settings->emoji_offer was set on `message`: asks for a declaration; else like REACTED */
	INTENT_FETCHED, /* the text of a message that was marked before it was known (message.deleted: it's gone) */
	INTENT_EDITED,	/* `message` has a new text, as of message.edited */
	INTENT_DELETED, /* `message` was deleted */
	INTENT_IMPORTED, /* `view` was written by hand or by another program: it is to be a Node of ours */
	INTENT_DUE, /* the time of `due` has come */
	INTENT_RECOVERED, /* recovery of `node` has ended: away from `from_ms` to `now_ms`, `count` things recovered */
};

struct counting; /* core/show/statistics.h */

/* One of several lines that are said together. */
struct part {
	const char *key;  /* of what it completes (core/show/show.h, missing_of()) */
	const char *line; /* neutral, without the Node */
};

struct intent {
	enum intent_kind kind;
	enum via via;
	const char *place;	  /* the Slack team (or REF_SHELL_PLACE) the intent came from */
	const char *who;	  /* ref */
	const char *channel;	  /* ref; NULL: a DM or the shell */
	const char *channel_name; /* if known */
	bool channel_private;	  /* is `channel` a private channel, as far as we were told */
	bool channel_unsure;	  /* we weren't told, and Slack didn't answer when asked */
	bool foreign;		  /* `who` spoke from another workspace than `place` */
	const char *
		group; /* LINE: the user group (a ref) that settings.narrowed speaks of; NULL: none */
	const char *const
		*people; /* LINE that names a user group: who is in it; NULL: Slack hasn't told */
	size_t n_people;
	int in_group;		/* LINE: is `who` in it: 1, 0, -1: Slack hasn't told */
	const char *message_id; /* the message that said it (mention); NULL for a slash command */
	const char *permalink;
	int64_t now_ms;	     /* the message's own time, else the receipt: "now" of WHEN */
	int64_t received_ms; /* wall clock at receipt: recorded_at */
	const char *line;    /* INTENT_LINE: neutral text */
	const struct part *
		parts; /* LINE `complete-postmortem`: what was filled in; all is done, or nothing */
	size_t n_parts;
	const char *node; /* INTENT_CHANNEL_*: id */
	const char *name; /* INTENT_CHANNEL_*: the channel's name */
	bool replies; /* what follows later can be said where the line was said, to its speaker alone */
	const char *zone; /* shell: the caller's zone; else NULL: the person's row has it */
	bool unheard;	  /* shell: no bot runs; what is said goes to Slack when one does */
	/* INTENT_MESSAGE … INTENT_RECOVERED */
	const struct message *
		message; /* REACTED: channel, id and at, at least; LINE: the message that said it, NULL none */
	enum capture_kind capture;
	enum capture_via by;
	bool on;
	const char *
		stamp; /* orders what was said of one source; recovery: of when its page was asked for; LINE: of a
			* moment ago, by the chat's clock */
	int64_t event_at; /* when that was; 0: now_ms */
	/* LINE: the message that one of its words names, as its place writes them: channel, id and at; NULL: none does */
	const struct message *about;
	const struct view *
		view; /* IMPORTED: head.number 0: the year's next; nothing in it is numbered, rows are as they stand */
	int64_t from_ms, count;
	const struct counting *counting; /* LINE `stats`: so far (UNSURE_COUNT); NULL: in one go */
	struct due due;			 /* DUE */
	bool keep;   /* `message` is as it is now: it is remembered if it concerns a Node */
	bool untold; /* UNSURE_READERS was asked for, and Slack refused to tell something of it */
	unsigned
		unsure; /* UNSURE_*: what can be asked for. If that is needed, nothing is decided but that it is
					 * (outcome.first), and it comes again */
};

#define UNSURE_WHO (1u << 0) /* who `who` is: name, zone, rank; not needed if that is known */
#define UNSURE_WORDS \
	(1u << 1) /* what the message says; not needed for an offer if it is remembered */
/* LINE `merge`: who reads a channel; outcome.lack says what of that is to be asked. */
#define UNSURE_READERS (1u << 2)
/* LINE `stats`: how many there are, of which intent.counting has a part; outcome.bite is one more. */
#define UNSURE_COUNT (1u << 3)

/* Is it about a message as people see it: posted, marked, edited or deleted? */
static inline bool intent_about_message(const struct intent *in)
{
	return in->kind == INTENT_MESSAGE || in->kind == INTENT_REACTED ||
	       in->kind == INTENT_OFFER || in->kind == INTENT_EDITED || in->kind == INTENT_DELETED;
}

/* What is known of a message at a glance. */
struct concern {
	bool lives;	/* a Node lives in its channel: one that is open, or was DONE since */
	bool captured;	/* a Node has captured it, wherever it stands */
	bool announced; /* it is in the thread under a Node's message in the announcements */
	bool remembered, erased;
	struct message known; /* as it is remembered, if it is */
	bool met;	      /* the name, zone and rank of whoever says it or marks it are known */
};

#endif
