/*
 * outbox: what is to be said in the chat: letters, each once, and posts, which follow a Node to its last version.
 * One table says what kinds of letters there are.
 */
#ifndef CORE_OUTBOX_H
#define CORE_OUTBOX_H

#include "core/effect.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is said once, in the order given; rows of the outbox. WHAT, not where: channels are looked up
 * when the call is made. Lanes: C = the Node's channel, A = announcements, P = a person, M = one message.
 */
enum saying {
	SAY_CHANNEL,  /* C  make the Node's channel (name from id and title) */
	SAY_CARD,     /* C  post the card */
	SAY_PIN,      /* C  pin it */
	SAY_BOOKMARK, /* C  a bookmark to the card */
	SAY_UNPIN,    /* C  pin and bookmark of a Node that only used the channel are taken away */
	SAY_INVITE,   /* C  `person` into the channel */
	SAY_LINE,     /* C  one line, `text` */
	SAY_REPORT,   /* C  post the postmortem, `generation` */
	SAY_FILE, /* C  the Node as a file; `text`: its format, NULL: the report, `generation`. `person`: by a DM to them */
	SAY_SHORT, /* A  the short card */
	SAY_SHORT_LINE, /* A  `text`, in the thread under the short card; `loud`: shown in the channel too */
	SAY_SHORT_REPORT, /* A  the postmortem's short form, under the short card */
	SAY_DM,		  /* P  `text` to `person` */
	SAY_GIVEN, /* C  `text` by a DM to `person`, who was given what `gives` says; where the Node is; buttons */
	SAY_BRIEF, /* C  the same, and under it the Node's catchup; `text` has no words of people's */
	SAY_EMOJI, /* -  a wish, no letter: our emoji (`text`, a name without colons) on message `channel` + `message_id`; `on` false: take it away */
	SAY_OFFER, /* M  under message `channel` + `message_id`, to everybody there: a button that says `text` (a line);
				 *    once a message; node is "" */
	SAY_FETCH, /* M  ask Slack for the text of message `channel` + `message_id`; comes back as INTENT_FETCHED */
	SAY_SCRUB, /* C  after redact: `text` is the key of a letter of ours that showed it: delete that message or
				 *    file in Slack (a report's file is posted anew by a SAY_FILE that follows) */
	SAY_LINK, /* C  "here is the channel" to whoever declared it: to `person` by a DM; NULL: by the
				 *    command's response_url, if the intent had one */
	SAY_SIMILAR, /* C  `text`, in the thread under the card: earlier Nodes like this one */
	SAY_REMIND, /* C  `text` in the Node's channel; `gives`: of what it reminds ("update", "captain"); buttons */
	SAY_REMIND_DM, /* C  the same by a DM to `person` ("postmortem", "items 2 3") */
	SAY_DIGEST,    /* A  `text` in the announcements, about no Node; `generation`: the day */
	SAYINGS
};

/* In which letters keep their order; one stuck in a lane delays no other. */
enum lane {
	LANE_NONE, /* no letter, and no lane */
	LANE_CHANNEL,
	LANE_ANNOUNCE, /* one for each Node */
	LANE_PERSON,
	LANE_MESSAGE,
};

/* What makes a letter's key unique. */
enum letter_key {
	KEY_COUNTED,  /* they are counted as they come */
	KEY_NUMBERED, /* a Node has one of each generation */
	KEY_MESSAGE,  /* a message has one, whatever Node it is about, if any */
	KEY_DAY,      /* there is one for each day, its generation */
	KEY_LETTER,   /* a letter has one: the key is made of that one's */
};

/* What stands in Slack when it was sent, and so what `redact` takes back and pruning keeps. */
enum holds {
	HOLDS_NOTHING,
	HOLDS_WORDS,   /* people's: the letter's text */
	HOLDS_DRAWING, /* the Node, drawn when it goes out: two that wait would show the same */
	HOLDS_POST,    /* a message that follows the Node */
};

/* The one table of what can be said: what core and any store know of it. Who sends each, and how it is found out
 * whether it arrived, stands beside the calls (adapters/slack/out/senders.c). */
struct saying_row {
	const char *name; /* in the store: for ever */
	enum lane lane;
	enum letter_key key;
	enum holds holds;
	bool is_file; /* its progress is the file's id */
};
extern const struct saying_row sayings[SAYINGS];
int saying_from(const char *name); /* a letter's; -1: none */

enum letter_state {
	LETTER_PENDING, /* waits for its turn in its lane, and for not_before */
	LETTER_SENDING, /* a call was (or was about to be) made: its outcome is unknown until said */
	LETTER_SENT,
	LETTER_DEAD, /* refused for good; `error` is Slack's reason */
};

struct letter { /* a row of the outbox; strings in the arena of the reader */
	int64_t id;
	enum saying what;
	enum letter_state state;
	const char
		*key; /* "INCIDENT-2026-042/line/17": unique for ever; in the message's metadata */
	const char *lane;
	const char *node; /* id; OFFER: "" */
	const char *person, *text;
	int64_t generation;
	const char *
		gives; /* GIVEN, BRIEF: as `not-me` names it: "2 3", "scribe"; REMIND: as `snooze` does */
	bool loud;	       /* SHORT_LINE */
	bool on;	       /* EMOJI */
	const char *reply_url; /* SAY_LINK: the command's response_url */
	const char *
		channel; /* a ref; with message_id: FETCH, OFFER: the message it is about; SCRUB: what its
				 * letter's sent_channel and sent_id were, NULL if that was never told */
	const char *message_id;
	const char *progress;		/* what a call in several steps has reached */
	const char *file;		/* SCRUB: the file to delete */
	int64_t created_at, not_before; /* not_before: a pending letter isn't tried sooner */
	int64_t tries;
	const char *error;
	struct letter *
		next; /* of one outcome or job; there only what its saying needs is set, from `what` on */
};

/* Under a DM that tells somebody of what they are given (GIVEN, BRIEF): Done for each item, and "Not me"; under a
 * reminder: what settles it, and Snooze. How many, at most ANSWER_BUTTONS. */
struct button;
size_t letter_buttons(const struct letter *l, struct arena *a, struct button *b);

/* ---- messages of ours that follow a Node, and other states to be seen (wishes) ---- */

enum post_what {
	POST_CARD,
	POST_SHORT, /* the short card in the announcements channel */
	POST_REPORT,
	POST_TOPIC, /* the channel's topic: no message, id is "" */
	POSTS
};

struct post {
	const char *node;
	enum post_what what;
	int64_t generation;
	const char *channel, *id, *permalink; /* channel: a ref */
	int64_t shown;			      /* the Node's journal sequence that it shows */
	const char *hash;		      /* of what it shows: equal means no call is needed */
	int64_t dirty_at;		      /* since when the Node is ahead of it; 0: it isn't */
	enum priority priority;		      /* of the Node */
};

/* Which posts of its Node can show anything else after this change: bits of 1u << enum post_what. The one place that
 * knows what each shows: whoever draws more in one says so here. */
unsigned posts_changed_by(const struct change *c);

/* Slack tells everybody in a channel of a new topic: changes of one wait so long for those that follow, but for its first. */
#define TOPIC_GATHER_MS 30000
/* How many ms yet before this post should be edited; 0: now. */
int64_t post_gathers(const struct post *p, int64_t now_ms);

/* Our emoji on a message of somebody's: to be shown, or taken away. The last word stands. */
struct wish {
	const char *channel, *message_id,
		*emoji; /* a ref; a message there; a name without colons */
	bool on;
};

#endif
