/*
 * capture: a message of the chat that became part of a Node (product.md section 2, from "Tagged message").
 *
 * One capture per Node, message and kind, however many people react. It is alive while any of its sources
 * holds it: the tag in the message, a Pin, a person's emoji. Captures and sources are rows of their own (tables
 * `capture` and `source`, effect.h), apart from the entry, item or paragraph that they made (the "piece").
 *
 * Order is by the chat's clock, not by arrival: a source keeps the stamp of the event that set it, an older event
 * changes nothing; a revision keeps its own; deletion is final.
 */
#ifndef CORE_CAPTURE_H
#define CORE_CAPTURE_H

#include "core/base/arena.h"
#include "core/node.h"
#include "core/time/civil.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What was marked in the last 24 hours before a Node --here is of it, what was marked earlier isn't: neither when it is read
 * back nor when its event comes late (product.md section 2). */
#define CAPTURE_BACK_MS MS_DAY

enum capture_kind {		      /* what a message becomes */
		    CAPTURE_TIMELINE, /* 📌 #timeline → entry */
		    CAPTURE_ACTION,   /* 🛠 #action TODO: ACTION: → item, mitigate */
		    CAPTURE_PREVENT,  /* 🛡 #prevent → item, prevent */
		    CAPTURE_IMPACT,   /* 📊 #impact → paragraph */
		    CAPTURE_SUMMARY,  /* #summary (no emoji) */
		    CAPTURE_CAUSE,    /* 🎯 #cause */
		    CAPTURE_LESSON,   /* 💡 #lesson */
		    CAPTURE_CHECK, /* ✅: no piece of its own: the item that this message became is DONE while one holds */
		    CAPTURE_SAID, /* the message was a line to the bot (mention): its piece follows edits and deletion */
		    CAPTURE_KINDS
};
const char *capture_name(enum capture_kind k); /* "timeline", "action" …, as stored */
int capture_from(const char *word);	       /* -1 */

enum capture_via {
	CAPTURED_BY_TAG,
	CAPTURED_BY_PIN,
	CAPTURED_BY_EMOJI,
	CAPTURED_BY_LINE,
	CAPTURE_VIAS
};
const char *capture_via_name(enum capture_via s); /* "tag", "pin", "emoji", "line" */
int capture_via_from(const char *word);

/* A tag at the start of a neutral text: "#timeline", "#action" …, also as a channel link of that name, or
 * "TODO:", "ACTION:". Letter case doesn't matter, nor whether it is bold. -1 none; else the kind, *rest behind it. */
int tag_read(const char *text, const char **rest);
/* Bytes of that rest without what closes a style that began before the tag: "*TODO: restart it*". */
size_t tag_rest(const char *text, const char *rest);

/* Stamps are what the chat orders its events, edits and messages by: a message's id is the stamp of its posting. To all
 * but the chat's adapter they are decimal numbers as text that say which is the later one, and nothing else: < 0, 0,
 * > 0 (NULL is before all). What time it was, the adapter says beside them. */
int stamp_order(const char *a, const char *b);

struct message_file {
	const char *name, *type, *permalink; /* neutral text, MIME type or Slack's filetype, link */
	const char *id; /* of one whose name was not told (name NULL): it can be asked for */
};
#define MESSAGE_FILES 10

/* A message as far as the bot was told: from an event, from what it remembers, or from Slack when asked. */
struct message {
	const char *channel; /* ref */
	const char *id;	     /* unique in its channel */
	int64_t at; /* when it was posted, UTC ms; 0: it is only remembered, or nobody knows */
	const char *
		thread; /* id of the message that began its thread; NULL: it is in none, or began it */
	const char *
		author; /* ref; of an app without a user that doesn't say its name: REF_APP_ID_PLACE; NULL unknown */
	const char *author_name; /* for bots and webhooks: what they call themselves, NULL */
	const char *text; /* neutral; "" is a message without text (a picture); NULL: not known */
	const char *permalink; /* NULL unknown */
	const char *edited;    /* stamp of the last edit, NULL */
	bool deleted;
	bool bot;    /* an app posted it */
	bool erased; /* what it says was erased and isn't kept again: text is NULL then */
	struct message_file files[MESSAGE_FILES];
	size_t n_files;
};

struct capture { /* a row of `capture` */
	char node[NODE_ID_MAX];
	int64_t n;
	enum capture_kind kind;
	const char *channel, *message_id;
	const char *piece; /* handle "E7", "A3", "M2"; NULL: its text is still to come, or CHECK */
	bool alive;
	bool own_text; /* somebody has used `edit` on it: revisions of the message no longer change it */
	bool deleted;	    /* the message was deleted in Slack */
	const char *edited; /* stamp of the revision that it shows, NULL */
};

struct source { /* a row of `source` */
	int64_t n, capture;
	enum capture_via via;
	const char *person; /* EMOJI, PIN: who; else NULL. A message has one PIN, whoever it was */
	bool on;
	bool beaten; /* off by `withdraw` (or `undo`), though Slack still has it: only its end in Slack makes
				 * it an ordinary source again */
	const char *stamp; /* of the event that set it */
};

#endif
