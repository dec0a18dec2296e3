/*
 * transfer: a Node as it travels from one database to another: its journal, what the journal's texts say, and how
 * the people and channels in it are called. The tables are not part of it: they are what the journal adds up to.
 *
 * A store gives one (reads->transfer), and takes one in (JOB_IMPORT): then it has come from outside, and nothing of
 * it is believed. What doesn't fit is named by its place in the document that adapters/export makes of it.
 */
#ifndef CORE_TRANSFER_H
#define CORE_TRANSFER_H

#include "core/base/arena.h"
#include "core/effect.h"
#include "core/text.h"

#include <stddef.h>
#include <stdint.h>

/* What a Node can be written as, for others. */
enum export_format {
	EXPORT_MD,   /* the report, in the article's layout */
	EXPORT_JSON, /* all of it: what can be imported again */
	EXPORT_HTML, /* a page that stands alone */
	EXPORT_CSV,  /* timeline and items, for a spreadsheet */
	EXPORT_FORMATS
};
const char *
export_format_name(enum export_format f); /* "md", "json" …: also the end of a file's name */
int export_format_from(const char *word); /* -1 unknown; letter case is ignored */

struct transfer_row { /* of the journal, in order */
	int64_t seq, at;
	const char *who, *source, *op, *basis; /* basis: NULL if there is none */
	const char *effects;		       /* the journal's text form */
	unsigned char digest[DIGEST_SIZE];
};

struct transfer_text { /* by number, from 1, all of them */
	int64_t n;
	const unsigned char *salt; /* SALT_SIZE bytes; NULL, and body NULL: it was redacted */
	const char *body;
};

struct transfer_name {
	enum text_kind kind; /* PERSON, CHANNEL or GROUP */
	const char *ref, *name;
};

struct transfer {
	char id[NODE_ID_MAX];
	struct transfer_row *rows; /* none: it was made by hand, and its journal begins here */
	size_t n_rows;
	struct transfer_text *texts;
	size_t n_texts;
	struct transfer_name
		*names; /* known where it comes from; they change none that are known here */
	size_t n_names;
	/* What an import found: */
	bool there;	 /* it was here before, with the same journal: nothing was written */
	char place[96];	 /* STORE_REFUSED: where in the document, "journal.rows[3].effects" */
	const char *why; /* … and what is wrong, a sentence's end; in the job's arena */
};

/* Names out of a transfer, and no others. */
struct transfer_names {
	struct names names;
	const struct transfer *transfer;
};
void transfer_names_init(struct transfer_names *n, const struct transfer *t);

/* A value that is about to come in with an effect: NULL, or what is wrong with it, the end of a sentence. Whoever
 * draws what a Node says relies on it: words are of our lists, ids and addresses hold nothing that could become
 * markup. */
const char *transfer_odd_value(const struct effect *e);
/* The same for a text. */
const char *transfer_odd_text(const char *body);

#endif
