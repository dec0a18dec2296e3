/*
 * node: what an incident is (product.md section 1): its words, and its rows as the core sees them.
 *
 * Enums are stored and journaled by name (the tables below give it), never by number, so that a line
 * added in the middle changes no file. Every string in a row struct is borrowed from the arena that
 * the reader gave; texts are neutral (text.h); people, channels are refs; times UTC ms, 0 = not set.
 *
 * The tables of a Node, their fields and what they mean are listed once, in effect.h.
 */
#ifndef CORE_NODE_H
#define CORE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum priority { PRIORITY_CRITICAL, PRIORITY_HIGH, PRIORITY_MEDIUM, PRIORITY_LOW, PRIORITIES };

enum status {
	STATUS_OPEN,	      /* declared, nobody has said more */
	STATUS_INVESTIGATING, /* looking for the cause */
	STATUS_IDENTIFIED,    /* cause known */
	STATUS_MITIGATED,     /* users no longer hurt; "monitoring" */
	STATUS_DONE,	      /* resolved; postmortem work goes on */
	STATUS_ARCHIVED,      /* read-only, kept */
	STATUS_CANCELLED,     /* false alarm, read-only */
	STATUS_MERGED,	      /* lives on in another Node */
	STATUSES
};

enum marker {
	MARKER_BEGAN, /* impact began */
	MARKER_DETECTED,
	MARKER_ACKNOWLEDGED, /* a first captain existed */
	MARKER_DECLARED,
	MARKER_IDENTIFIED,
	MARKER_MITIGATED,
	MARKER_RESOLVED,
	MARKERS
};
#define MARKER_NONE MARKERS

enum section {			/* what paragraphs belong to; the letter is the handle's */
	       SECTION_SUMMARY, /* S */
	       SECTION_IMPACT,	/* M: each paragraph is a bullet */
	       SECTION_CAUSE,	/* C */
	       SECTION_TRIGGER, /* T */
	       SECTION_LESSON,	/* L */
	       SECTIONS
};

enum item_type { ITEM_MITIGATE, ITEM_PREVENT, ITEM_TYPES };
enum item_state { ITEM_TODO, ITEM_DONE, ITEM_DROPPED, ITEM_STATES };

enum role { ROLE_CAPTAIN, ROLE_SCRIBE, ROLE_COMMS, ROLE_HELPER, ROLES };

enum origin { /* change origin of a postmortem */
	      ORIGIN_AI_OVER_RELIANCE,
	      ORIGIN_AI_CONTEXT,
	      ORIGIN_AI_BLACK_BOX,
	      ORIGIN_CHANGE,
	      ORIGIN_CONFIG,
	      ORIGIN_DEPENDENCY,
	      ORIGIN_CAPACITY,
	      ORIGIN_HARDWARE,
	      ORIGIN_UNKNOWN,
	      ORIGINS
};
#define ORIGIN_NONE ORIGINS

enum via { /* how something came in */
	   VIA_COMMAND,
	   VIA_TAG,
	   VIA_MENTION,
	   VIA_EMOJI,
	   VIA_PIN,
	   VIA_SHORTCUT,
	   VIA_ALERT,
	   VIA_SHELL,
	   VIA_BOT,
	   VIAS
};

enum rank {		   /* what a person is in their workspace */
	    RANK_UNKNOWN,  /* not yet told */
	    RANK_MEMBER,   /* full member, admin, owner */
	    RANK_GUEST,	   /* single- or multi-channel guest */
	    RANK_STRANGER, /* of another organisation */
	    RANK_BOT,
	    RANK_GONE,	/* deactivated: no rights */
	    RANK_SHELL, /* a system user: everything is allowed, no rank is asked */
	    RANKS
};

/* Names as stored and said: "CRITICAL", "ai-context", "mitigate" … and back (letter case is ignored);
 * the *_from functions give -1 for an unknown word. */
const char *priority_name(enum priority p);
const char *priority_emoji(enum priority p); /* 🔴 🟠 🟡 🟢 */
int priority_from(const char *word);	     /* also sev0..sev4, p0..p4 */
const char *status_name(enum status s);
int status_from(
	const char *word); /* also monitoring, resolved, fixed, done, closed, investigate … */
const char *marker_name(enum marker m); /* NULL for MARKER_NONE */
int marker_from(const char *word);
const char *
section_name(enum section s); /* "summary", "impact", "root_cause", "trigger", "lesson" */
int section_from(const char *word);
char section_letter(enum section s);
const char *item_type_name(enum item_type t);
int item_type_from(const char *word);
const char *item_state_name(enum item_state s);
int item_state_from(const char *word);
const char *role_name(enum role r);
int role_from(const char *word);
const char *origin_name(enum origin o); /* NULL for ORIGIN_NONE */
const char *origin_says(enum origin o); /* one line: "over-reliance on AI logic" */
int origin_from(const char *word);
const char *via_name(enum via s);
int via_from(const char *word);
const char *rank_name(enum rank r);
int rank_from(const char *word);

/* --- status moves: one table --- */

enum move {
	MOVE_NONE = 0, /* does not exist */
	MOVE_SAY,      /* by `status` (or resolve, archive, cancel, merge for those four) */
	MOVE_REOPEN,   /* only by `reopen WHY` */
	MOVE_SAME,     /* already there: changes nothing */
};
enum move status_move(enum status from, enum status to);
bool status_open(enum status s);     /* one of the four open ones */
bool status_writable(enum status s); /* sections and timeline may be written (open ones and DONE) */
/* So begins an entry by which the status moved, when nothing else was said. */
#define STATUS_SAYS "Status: "
/* And one by which only a marker was set. */
#define MARK_SAYS "Marked: "
enum marker status_marker(enum status s); /* the marker it sets, MARKER_NONE if none */
/* Is this marker "beyond" a status, to be set aside when the Node moves back to it? */
bool marker_beyond(enum marker m, enum status s);

/* --- ids --- */

#define NODE_ID_MAX 40 /* "INCIDENT-2026-042" and room */

/* A Node as people name it. number 0: none was named. year 0: the newest with that number. */
struct node_name {
	int year;
	int64_t number;
};

/* "INCIDENT-2026-042", "2026-042", "042", "42": 0 and *name, or 1 if s (len bytes) is no such thing. */
int node_name_read(const char *s, size_t len, struct node_name *name);
void node_id_write(char id[NODE_ID_MAX], int year, int64_t number); /* three digits or more */

/* A handle: letter E, M, A, S, C, T or L and a number. 0 or 1. Letter case is ignored. */
struct handle {
	char letter;
	int64_t n;
};
int handle_read(const char *s, size_t len, struct handle *h);

/* What else people wrote, so that it can be redacted: "title", "file2" (its name), "link3", "why4" (of item 4),
 * "service1". The number is that of the row; a title has 1. */
#define HANDLE_TITLE 'N'
#define HANDLE_FILE 'F'
#define HANDLE_LINK 'U'
#define HANDLE_WHY 'W'
#define HANDLE_SERVICE 'V'
/* One of these, or of the above. 0 or 1. */
int handle_read_any(const char *s, size_t len, struct handle *h);
#define HANDLE_MAX 32
void handle_write(char out[HANDLE_MAX], const struct handle *h);

/* --- rows --- */

struct marked {
	int64_t n; /* row in `marker`, 0 = this marker is not set */
	int64_t at;
	int64_t entry; /* E number it belongs to */
};

#define REPORT_REOPENED 1  /* superseded: reopened */
#define REPORT_WITHDRAWN 2 /* the `resolve` that posted it was undone */

/* Reminders about a Node itself (due.h): when it was last said, and until when it isn't to be; 0: never. */
struct reminded {
	int64_t said, snoozed;
};
enum node_due { DUE_UPDATE, DUE_CAPTAIN, DUE_POSTMORTEM, NODE_DUES };

struct head { /* a Node's own row and what counts on it; enough to decide most things */
	char id[NODE_ID_MAX];
	int year;
	int64_t number;
	const char *title;   /* one line */
	const char *captain; /* NULL: nobody yet */
	enum priority priority;
	enum status status;
	enum status before_merge; /* meaningful while MERGED */
	enum origin origin;
	bool private_;
	const char *channel;	  /* NULL until Slack has made it */
	const char *channel_name; /* without '#', NULL while unknown */
	bool own_channel;	  /* the channel was made for this Node (not --here) */
	const char *
		asked_in; /* the public channel the declaration came from; NULL: shell, DM, a private one */
	int64_t declared_at;
	const char *declared_by;
	int64_t closed_at;	 /* when DONE, CANCELLED or MERGED was said last; 0 while open */
	int64_t status_at;	 /* the WHEN of the last status move */
	int64_t update_at;	 /* the last stakeholder `update` */
	const char *merged_into; /* id */
	bool merged_hidden; /* … which is private, and this one isn't: its readers aren't told which */
	bool drill;	    /* an exercise: announced nowhere, counted nowhere */
	bool remind_off;
	int64_t update_from; /* since when an update is waited for, if not since declared_at */
	struct reminded reminded[NODE_DUES];
	int64_t report; /* generation of the posted report, 0 = none yet */
	int64_t report_void; /* 0, or why that report counts no longer: REPORT_REOPENED, REPORT_WITHDRAWN */
	int64_t n_entry, n_item, n_para[SECTIONS], n_marker, n_role, n_link, n_file, n_span,
		n_capture, n_source, n_service, n_merged; /* last used */
	int64_t n_text, seq;				  /* the store's: texts, journal rows */
	int64_t row;			/* the store's: its own number of the Node; 0 elsewhere */
	unsigned char chain[32];	/* digest of the last journal row */
	struct marked markers[MARKERS]; /* those that count */
};

struct entry {
	int64_t n;
	int64_t at, recorded_at;
	const char *author, *recorder;
	enum via via;
	const char *channel, *message_id, *permalink; /* the message it came from; NULL */
	const char *text;			      /* NULL: redacted */
	enum marker marker;			      /* as said with it; MARKER_NONE */
	bool marker_counts;	 /* its marker is live (not set aside, not withdrawn) */
	bool withdrawn, deleted; /* deleted: in Slack */
	const char *copy_of;	 /* of a piece of a merged Node: "INCIDENT-2026-041 E7"; NULL */
	int64_t revisions;
};
/* Does it tell what the header of a card doesn't? Lines that the bot itself writes don't: who is captain, which
 * priority it has, that it was offline. */
bool entry_tells(const struct entry *e);

struct para {
	enum section section;
	int64_t n;
	const char *text; /* NULL: redacted */
	const char *author;
	int64_t at;
	enum via via;
	bool gone;    /* replaced or withdrawn */
	bool deleted; /* its message is gone from Slack */
};

struct item {
	int64_t n;
	enum item_type type;
	enum item_state state;
	const char *text; /* NULL: redacted */
	const char *owner;
	const char *due; /* "2026-12-01" or NULL */
	const char *author;
	const char *why;	     /* of a drop */
	int64_t created_at, done_at; /* done_at: DONE or DROPPED */
	enum via via;
	bool withdrawn;
	bool deleted;	     /* its message is gone from Slack */
	const char *copy_of; /* like an entry's */
	bool left; /* that Node was reopened since, and has it again: this one counts nowhere */
	int64_t reminded_at, snoozed_until; /* its owner; due.h */
};

struct held_role {
	int64_t n;
	enum role role;
	const char *person;
};

struct service { /* one that is down; those dropped are kept, and not read */
	int64_t n;
	const char *name; /* NULL: redacted */
};
/* Characters of a service's name; services of a Node. */
#define SERVICE_MAX 40
#define SERVICES_MAX 50

struct merged { /* a Node that was merged into this one */
	int64_t n;
	const char *id;
	bool gone; /* and was reopened since */
};

struct person {
	const char *ref;
	const char *name; /* NULL while unknown */
	const char *zone; /* IANA name, NULL while unknown */
	int zone_offset_s;
	bool zone_known;
	enum rank rank; /* as it was last read */
	bool doubtful;	/* … which was before a gap: it may be another now (rank_now()) */
};

/* The rank that rights are asked of: what may have been taken away meanwhile doesn't count. */
enum rank rank_now(const struct person *p);

#endif
