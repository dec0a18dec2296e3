/*
 * outcome: what decide() gives back: a verdict, an answer to whoever asked, changes, and what is said because of
 * them. Nothing of it is done yet.
 */
#ifndef CORE_OUTCOME_H
#define CORE_OUTCOME_H

#include "core/capture.h"
#include "core/outbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A button: pressing it says `line` in the same place. */
struct button {
	const char *label;
	const char *line;
	bool primary, danger;
	bool begun; /* the line is only begun ("INCIDENT-2026-042 note"): a form asks for the rest */
	const char
		*confirm; /* what pressing it does, to be agreed to first; NULL: nothing is asked */
};

enum answer_kind {
	ANSWER_NONE,
	ANSWER_WORDS, /* text and buttons */
	ANSWER_CARD,  /* the card of `node`, to this person only */
	ANSWER_FORM, /* the declare form (`text` is shown where no form can be: the shell, an old trigger) */
};

#define ANSWER_BUTTONS 10

/* A line of a list, with buttons of its own. */
#define ROW_BUTTONS 3
struct answer_row {
	const char *text;
	struct button buttons[ROW_BUTTONS];
	size_t count;
};

/* Numbers that can be drawn, where something is there that draws. */
#define CHART_BARS 20
struct chart {
	const char *title, *of; /* "By priority", "incidents" */
	struct {
		const char *label;
		int64_t n;
	} bars[CHART_BARS];
	size_t count;
};
#define ANSWER_CHARTS 2

/* Rows and charts are of what was only read: they aren't kept for whoever asks with the same envelope again, who reads
 * anew. */
struct answer {
	enum answer_kind kind;
	const char *text;	 /* neutral, with moments, bold, code */
	struct answer_row *rows; /* between the text and the buttons */
	size_t n_rows;
	const char *more; /* behind the rows; NULL */
	struct chart *charts;
	size_t n_charts;
	struct button buttons[ANSWER_BUTTONS];
	size_t count;
	const char *node; /* the Node it is about, NULL */
};

enum verdict {
	VERDICT_NOTHING, /* nothing to do, nothing to answer */
	VERDICT_READ,	 /* answered; nothing changed */
	VERDICT_DONE,	 /* changed */
	VERDICT_REFUSED, /* answered with why not; nothing changed */
	VERDICT_USAGE,	 /* the line can't be read: like REFUSED (the shell's exit code differs) */
};

/* Texts of a Node to erase wherever the store keeps them. */
struct erasure {
	const char *node;
	const int64_t *texts; /* numbers */
	size_t count;
	struct erasure *next;
};

/* What is to be asked of Slack about who reads a channel: refs. With `first` (UNSURE_READERS) whoever said the line waits
 * for it; else it was refused for want of it, and may be asked in the background. */
struct lack {
	const char *channels[2];   /* whose members; NULL: none */
	const char *const *people; /* whose rank */
	size_t n_people;
};

struct wrong {
	const char *key; /* of the part */
	const char *text;
};

struct counted_bite;

struct outcome {
	enum verdict verdict;
	struct answer answer;
	struct wrong *
		wrong; /* REFUSED, USAGE: the intent's parts that can't be, the first of them as `answer` says it */
	size_t n_wrong;
	struct change *changes, **changes_end; /* in order */
	const char *moved_from,
		*moved_to; /* a channel's ref, wherever the store keeps one beside the Nodes; NULL */
	struct erasure *erase; /* `redact` (each Node's journal row is in changes) */
	struct letter *letters, **letters_end;
	unsigned first; /* not 0: nothing was decided, for this of intent.unsure is needed first */
	struct lack lack;
	const struct counted_bite *bite; /* UNSURE_COUNT (core/show/statistics.h) */
	const struct message *
		remember; /* to be kept with it, whatever the verdict; redacted words are left out. NULL: none */
	int64_t digest_at; /* DONE: when the week's digest comes (again); 0: as it would */
	int64_t offered; /* `remember`: when somebody was shown a button about it, 0: nobody was */
	bool met;	 /* `remember`: its author's name, zone and rank are known */
};

#endif
