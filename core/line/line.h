/*
 * line: how a line that a person typed is read (product.md section 2, "How a line is read").
 *
 *     [NODE] WORD [ARGUMENTS]
 *
 * The grammar is the table in commands.inc: word, other words for it, the shape of its arguments. Reading
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

/* VERB_NEW, VERB_NOTE …: a name for each row of the command table, in its order. */
enum verb {
#define COMMAND(name, function, ...) VERB_##name,
#include "core/line/commands.inc"
	VERBS
};
#define COMMAND_BIT(name) (UINT64_C(1) << VERB_##name)

/* What stands behind the word. The reader of each shape is one function, named in line.c. */
enum shape {
	SHAPE_NONE,		/* nothing; more is refused */
	SHAPE_TITLE,		/* title, options, further lines */
	SHAPE_WHEN_TEXT,	/* [WHEN] TEXT */
	SHAPE_MAYBE_WHEN_TEXT,	/* [WHEN] [TEXT] */
	SHAPE_TEXT,		/* TEXT */
	SHAPE_ONE_LINE,		/* TEXT without line breaks, or quotes around it */
	SHAPE_MAYBE_TEXT,	/* [TEXT] */
	SHAPE_ITEM,		/* TEXT [@owner] [by DATE] */
	SHAPE_NUMBERS,		/* N… ("1, #2 and 4") */
	SHAPE_MAYBE_NUMBERS,	/* N…, or nothing */
	SHAPE_NUMBERS_WHY,	/* N… [WHY] */
	SHAPE_NUMBERS_PERSON,	/* N… @owner */
	SHAPE_NUMBERS_DATE,	/* N… DATE */
	SHAPE_PERSON,		/* [@user] */
	SHAPE_ROLE,		/* ROLE @user */
	SHAPE_WORD,		/* one word of a list (priority, origin) */
	SHAPE_LIST,		/* [open|mine|all] [PAGE] */
	SHAPE_WORD_WHEN_TEXT,	/* STATUS or MARKER, [WHEN] [TEXT] */
	SHAPE_NODE,		/* [ID] */
	SHAPE_NODE_FORMAT,	/* [ID] [FORMAT] */
	SHAPE_HANDLE_WHEN_TEXT, /* HANDLE [WHEN] [TEXT] */
	SHAPE_HANDLE,		/* HANDLE */
	SHAPE_HANDLE_TEXT,	/* HANDLE of any text, WHY */
	SHAPE_CAPTURE,		/* KIND TS [WHEN] [TEXT] */
	SHAPE_NEW_FROM,		/* TS [TITLE] */
	SHAPE_CHANGE,		/* N, of a change */
	SHAPE_GIVEN,		/* ROLE, or N… */
	SHAPE_COMMAND,		/* [COMMAND] */
	SHAPE_NAMES,		/* [drop] [NAME…] */
	SHAPE_INTO,		/* ID [yes] */
	SHAPE_TODO,		/* [@user|@group|me|all] [PAGE]; anything else is an action item */
	SHAPE_STATS,		/* [90d] [service NAME] */
};

/* Of which list the word is that a command takes (SHAPE_WORD, SHAPE_WORD_WHEN_TEXT, SHAPE_ROLE, SHAPE_LIST). */
enum choice {
	CHOICE_NONE,
	CHOICE_PRIORITY,
	CHOICE_STATUS,
	CHOICE_MARKER,
	CHOICE_ROLE,
	CHOICE_ORIGIN,
	CHOICE_LIST,
	CHOICE_REMIND,
	CHOICES
};

/* A row of the command table, commands.inc: all that a command is. One more command costs one row and one function. */
struct deed;
struct command {
	enum verb verb;
	int (*decide)(struct deed *d); /* core/decide/ */
	const char *word;
	const char *aliases; /* "timeline add log", "" for none */
	const char *
		strict; /* of word and aliases, those that are commands only alone, or before a WHEN or one mention */
	enum shape shape;
	enum choice choice;
	unsigned flags; /* COMMAND_* */
	char piece; /* the letter of the piece that its text becomes: an edited message corrects it; 0: none */
	const char *lacks;   /* what is asked for when no text was said; NULL: "the text" */
	const char *begins;  /* what stands before its text on the timeline; NULL: nothing */
	const char *usage;   /* "note [WHEN] TEXT" */
	const char *says;    /* one line for `help` */
	const char *more;    /* further lines for `help note`: examples; may be "" */
	const char *example; /* a whole line, to be shown or typed */
	const char *heading; /* with it a group begins in `help`; NULL: none */
	const char *
		everyday; /* "name a captain": what was perhaps meant, when a word that is an everyday one is no command;
			       * NULL: none of its words is */
	const char *for_good; /* "your last change here …": why `undo` doesn't take it back, and */
	const char *instead;  /* what to type then; both NULL: it does */
	uint64_t may_be;      /* COMMAND_BIT() of others that it may turn out to say */
};
#define COMMAND_READS (1u << 0)	  /* changes nothing: may be answered any number of times */
#define COMMAND_NO_NODE (1u << 1) /* is not about the channel's Node: new, list, help, show */
#define COMMAND_RANKED \
	(1u << 2) /* whether it is allowed hangs on the person's rank: new, cancel, archive */
#define COMMAND_ADDS \
	(1u << 3) /* said twice it does it twice: a second press of its button counts as none */
#define COMMAND_ON_CLOSED \
	(1u << 4) /* makes sense on a Node that is read-only; what READS does as well */
#define COMMAND_GIVES (1u << 5)	       /* whoever it names is given something */
#define COMMAND_MANY (1u << 6)	       /* is about all Nodes that the speaker may see */
#define COMMAND_DECLARES (1u << 7)     /* makes a Node: here, or in a channel of its own */
#define COMMAND_RESTRICTABLE (1u << 8) /* the config may leave it to the captain and a group */
#define COMMAND_HIDDEN \
	(1u << 9) /* only buttons say it: in no list and no help; the table's last rows */

/* The words of a list that are shown, with a space between. */
const char *choice_words(enum choice c);

const struct command *command_at(size_t i); /* NULL past the last that people may know */
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
	bool unchosen; /* LINE_REFUSED: `status`, `sev` and the like alone: a question */
	const char *why, *instead; /* LINE_REFUSED: a sentence; a whole line, may be NULL */
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
	int remind;				    /* remind: 0 off, 1 on; -1 */
	bool private_, here, drill;
	const char **names; /* service; new: each a short name, plain words */
	size_t n_names;
	bool drop;		/* service: these go */
	const char *group;	/* todo: a user group, a ref */
	const char *group_said; /* the mention */
	int64_t days;		/* stats: 0 not said */
	struct node_name into;	/* merge */
	bool confirmed;
	struct handle handle; /* letter 0: none */
	int64_t numbers[LINE_NUMBERS_MAX];
	size_t count;
	const struct command *about; /* help COMMAND */
	const char *
		which; /* list: "open", "mine", "all"; todo: "mine", "all"; export: "md", "json" … */
	int64_t page;		/* list, todo: 0 and 1 are the first */
	int capture;		/* -1; capture-message: enum capture_kind */
	const char *message_id; /* capture-message, new-from-message: which */
};

struct line_context {
	struct when_context when;
	bool shell;		/* people are named by their member ID there */
	const char *message_id; /* the word that names a message; "": none does; NULL: any may */
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
#define LINE_NEEDS_CREW (1u << 6)    /* who is in the user group that it names? */
unsigned line_needs(const char *text);
/* The same; and the command that it says, NULL none. */
const struct command *line_asks(const char *text, unsigned *needs);
/* The user group (a ref) that it names, in the arena; NULL. */
const char *line_group(const char *text, struct arena *a);
/* Is it one of these commands (COMMAND_BIT()), or may it turn out to be? NULL: no. */
bool command_is_one_of(const struct command *c, uint64_t verbs);

#endif
