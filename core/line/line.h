/*
 * line: how a line that a person typed is read (product.md section 2, "How a line is read").
 *
 *     [NODE] WORD [ARGUMENTS]
 *
 * The grammar is the table in command.c: word, other words for it, the shape of its arguments. Reading
 * changes nothing, asks nobody and needs no Node: what depends on the Node (is one open here? does item 3
 * exist?) is decided afterwards. The line is neutral text; curly quotes, letter case of command words and
 * runs of spaces don't matter, line breaks are kept in texts. Characters that nobody sees (what phones and web
 * pages leave behind) are left out, but for those that join letters or emoji.
 */
#ifndef CORE_LINE_LINE_H
#define CORE_LINE_LINE_H

#include "core/base/arena.h"
#include "core/node.h"
#include "core/time/when.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verb {
	VERB_NEW,
	VERB_NOTE,
	VERB_IMPACT,
	VERB_SUMMARY,
	VERB_CAUSE,
	VERB_TRIGGER,
	VERB_LESSON,
	VERB_ORIGIN,
	VERB_TITLE,
	VERB_ACTION,
	VERB_PREVENT,
	VERB_DONE,
	VERB_DROP,
	VERB_REOPEN_ITEM,
	VERB_ASSIGN,
	VERB_DUE,
	VERB_CAPTAIN,
	VERB_ROLE,
	VERB_SEV,
	VERB_STATUS,
	VERB_MARK,
	VERB_UPDATE,
	VERB_RESOLVE,
	VERB_POSTMORTEM,
	VERB_ARCHIVE,
	VERB_CANCEL,
	VERB_REOPEN,
	VERB_CARD,
	VERB_SHOW,
	VERB_CATCHUP,
	VERB_LIST,
	VERB_SEARCH,
	VERB_SIMILAR,
	VERB_EDIT,
	VERB_WITHDRAW,
	VERB_UNDO,
	VERB_REDACT,
	VERB_HELP,
	VERBS,
	/* Words that only buttons say; in no list and no help. */
	VERB_CAPTURE =
		VERBS, /* capture-message KIND TS [WHEN] [TEXT]: the message of this channel into the Node named before it; WHEN: not
				 * at the message's time; TEXT: not in its words (the capture's own_text). The form says these two */
	VERB_NEW_FROM, /* new-from-message TS [TITLE, options]: `new`, which begins with a message of this channel */
};

/* What stands behind the word. The reader of each shape is one function in line.c. */
enum shape {
	SHAPE_NONE,		/* nothing; more is refused */
	SHAPE_TITLE,		/* title, options, further lines */
	SHAPE_WHEN_TEXT,	/* [WHEN] TEXT */
	SHAPE_MAYBE_WHEN_TEXT,	/* [WHEN] [TEXT] */
	SHAPE_TEXT,		/* TEXT */
	SHAPE_MAYBE_TEXT,	/* [TEXT] */
	SHAPE_ITEM,		/* TEXT [@owner] [by DATE] */
	SHAPE_NUMBERS,		/* N… ("1, #2 and 4"), or nothing */
	SHAPE_NUMBERS_WHY,	/* N… [WHY] */
	SHAPE_NUMBERS_PERSON,	/* N… @owner */
	SHAPE_NUMBERS_DATE,	/* N… DATE */
	SHAPE_PERSON,		/* [@user] */
	SHAPE_ROLE,		/* ROLE @user */
	SHAPE_WORD,		/* one word of a list (priority, origin, list's) */
	SHAPE_WORD_WHEN_TEXT,	/* STATUS or MARKER, [WHEN] [TEXT] */
	SHAPE_NODE,		/* [ID] */
	SHAPE_HANDLE_WHEN_TEXT, /* HANDLE [WHEN] [TEXT] */
	SHAPE_HANDLE,		/* HANDLE */
	SHAPE_HANDLE_TEXT,	/* HANDLE WHY */
	SHAPE_CAPTURE,		/* KIND TS [WHEN] [TEXT] */
	SHAPE_NEW_FROM,		/* TS [TITLE] */
	SHAPE_COMMAND,		/* [COMMAND] */
};

/* A row of the command table: all that a command is. One more command costs one row and one function. */
struct deed;
struct command {
	const char *word;
	const char *aliases; /* "timeline add log", "" for none */
	const char *
		strict; /* of word and aliases, those that are commands only alone, or before a WHEN or one mention */
	enum verb verb;
	enum shape shape;
	unsigned flags;		       /* COMMAND_* */
	const char *usage;	       /* behind the root: "note [WHEN] TEXT" */
	const char *says;	       /* one line for `help` */
	const char *more;	       /* further lines for `help note`: examples; may be "" */
	const char *example;	       /* a whole line without the root, to be shown or typed */
	int (*decide)(struct deed *d); /* decide.h */
};
#define COMMAND_READS (1u << 0)	  /* changes nothing: may be answered any number of times */
#define COMMAND_NO_NODE (1u << 1) /* is not about the channel's Node: new, list, help, show */
#define COMMAND_RANKED \
	(1u << 2) /* whether it is allowed hangs on the person's rank: new, cancel, archive */
#define COMMAND_ADDS \
	(1u << 3) /* said twice it does it twice: a second press of its button counts as none */

const struct command *command_at(size_t i); /* NULL past the last */
const struct command *command_verb(enum verb v);
const struct command *command_word(const char *s,
				   size_t len); /* word or alias, any letter case; NULL */
/* The nearest command to a word that is none (edit distance ≤ 2, or a prefix of 3 or more); NULL if none. */
const struct command *command_nearest(const char *s, size_t len);

enum line_kind {
	LINE_EMPTY, /* nothing was said; node may be set ("/incident 42" is `show 42`: LINE_COMMAND) */
	LINE_COMMAND, /* command and its arguments are set */
	LINE_UNKNOWN, /* no command: `word` is it, `text` the whole line, `more` what follows the word, `near` the nearest
			 * or NULL, `instead` the line with it */
	LINE_REFUSED, /* a command, but it can't be meant so; `why` says it, `instead` is the line to type */
};

#define LINE_NUMBERS_MAX 50

struct line {
	enum line_kind kind;
	const struct command *command;
	const char *word;	    /* as typed, lower case: "open", "note" */
	struct node_name node;	    /* named before the command, or by SHAPE_NODE; number 0: none */
	const struct command *near; /* LINE_UNKNOWN */
	bool everyday; /* LINE_UNKNOWN: the word is a command (near) only alone, or before a WHEN */
	bool unchosen; /* LINE_REFUSED: `status`, `sev` and the like alone; what it is could be said */
	const char *why,
		*instead; /* LINE_REFUSED: a sentence; a whole line without the root, may be NULL */
	/* Somebody was named without a mention (REFUSED, or UNKNOWN and everyday): their name as it was typed, and
	 * the line around it. NULL: nobody was. */
	const char *whom, *before_whom, *after_whom;

	/* arguments; absent: NULL, 0, -1 or false */
	bool has_when;
	int64_t when;
	bool zone_was_unknown; /* a WHEN or DATE was read as UTC for want of a zone */
	const char *text;      /* also title, why, the whole line of LINE_UNKNOWN; "" never: NULL */
	const char *more;      /* `new`: the further lines */
	const char *person;    /* ref; NULL in captain, role and assign: the speaker ("me") */
	const char *person_name;		    /* what the mention called them, may be NULL */
	const char *due;			    /* "2026-12-01" */
	int priority, status, marker, role, origin; /* -1: not said */
	bool private_, here;
	struct handle handle; /* letter 0: none */
	int64_t numbers[LINE_NUMBERS_MAX];
	size_t count;
	const struct command *about; /* help COMMAND */
	const char *which;	     /* list: "open", "mine", "all" */
	int64_t page;		     /* list: 0 and 1 are the first */
	int capture;		     /* -1; capture-message: enum capture_kind */
	const char *ts;		     /* capture-message, new-from-message: whose */
};

struct line_context {
	struct when_context when;
	const char *root; /* "/incident", for sentences */
	bool shell;	  /* people are named by their member ID there */
	const char *
		unsaid; /* stands for the text of a command that adds one, when none is said: the names of the
				 * files that came with it; NULL: a text must be said */
	bool unasked; /* nobody is there to be told: a WHEN or a date that can't be meant is text */
};

/* The command that one word says: by its own name or alias, or as a level, a status or a marker ("mitigated"). NULL. */
const struct command *line_command(const char *s, size_t len);

/* Reads a neutral text. Everything in *l lives in the arena. Never fails: what can't be read is a kind. */
void line_read(const struct line_context *c, const char *text, struct arena *a, struct line *l);

/* What must be known before this line can be read or decided (pipeline.md 3). */
#define LINE_NEEDS_ZONE (1u << 0)  /* of the speaker */
#define LINE_NEEDS_RANK (1u << 1)  /* of the speaker */
#define LINE_NEEDS_SIGHT (1u << 2) /* which Nodes the speaker may see, whatever the channel */
#define LINE_NEEDS_NODE (1u << 3)  /* the same, but only if no Node lives in the channel */
#define LINE_NEEDS_NAMED (1u << 4) /* whoever it names is given something: are they still there? */
#define LINE_NEEDS_CHANNEL (1u << 5) /* is the channel private? */
unsigned line_needs(const char *text);
/* Is it one of these commands: bits of (UINT64_C(1) << VERB_*)? */
bool line_is_one_of(const char *text, uint64_t verbs);
/* Is it a command that adds something each time it is said (COMMAND_ADDS)? */
bool line_adds(const char *text);

#endif
