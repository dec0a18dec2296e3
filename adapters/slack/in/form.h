/*
 * form: the forms (modals) that ask for what a line needs: one row each in form.c's table, from the
 * view for views.open to the line that it says when it was filled in. Pure: nothing here calls
 * Slack or reads the store.
 *
 * A form is named by the word of its command ("note", "new"): its callback_id. Its line is that
 * word, with the Node named before it and what stands in the fields behind it, so a form can do
 * nothing that a command can't. block_id and action_id of a field are the same word: errors are
 * shown beside it.
 */
#ifndef ADAPTERS_SLACK_IN_FORM_H
#define ADAPTERS_SLACK_IN_FORM_H

#include "core/base/buf.h"
#include "core/intent.h"
#include "core/text.h"

#define FORM_DECLARE "new"
#define FORM_DECLARE_FROM "new-from-message" /* the same, begun by a message */
#define FORM_STATUS "status"
#define FORM_CAPTURE "capture-message"	    /* "Add to incident…" */
#define FORM_COMPLETE "complete-postmortem" /* asks for all that is missing */

#define FORM_SERVICES 10 /* Slack shows no more boxes than these */

struct form; /* a row of the table; it has no end of life */

/* What a form is about and where it was asked for: travels in its private_metadata. All may be
 * NULL. */
struct form_about {
	const char *node;    /* id; NULL: none, or to be chosen in the form */
	const char *item;    /* number, "3" */
	const char *channel; /* bare id of where it was opened (CAPTURE: where the message is);
				NULL: a DM, nowhere */
	const char *ts;	     /* CAPTURE, DECLARE_FROM: the message */
	const char *words; /* CAPTURE: tells whether the wording was changed; form_view() sets it */
	const char *respond; /* response_url of what opened it: the answer goes there */
};

/* What it shows at first. */
struct form_start {
	const char *heading; /* neutral; what it is about; NULL: nothing stands above the fields */
	const char *when, *text, *title; /* in the fields of that name; plain; NULL */
	enum priority priority;		 /* NEW: the one that is chosen */
	enum status status;		 /* STATUS: the Node's: what may follow is offered */
	const struct head
		*nodes; /* CAPTURE: to choose from, the first is chosen; at most 100 are shown */
	size_t n_nodes;
	const char *const *services; /* NEW: names used before, FORM_SERVICES at most */
	size_t n_services;
	const char *const *missing; /* COMPLETE: keys, and the Node that lacks them */
	size_t n_missing;
	const struct view *view;
	struct names *names;
};

const struct form *form_named(const char *word); /* NULL: there is none */
const char *form_word_at(size_t i);		 /* NULL past the last */
/* The view for views.open. */
void form_view(struct buf *out, const struct form *f, const struct form_about *about,
	       const struct form_start *start);
/* Strings in the arena; what isn't what it should be is NULL. */
void form_about_read(const char *private_metadata, struct arena *a, struct form_about *about);
struct form_error {
	const char *field, *sentence; /* neutral */
};
#define FORM_WRONG_MOST 7
struct form_wrong {
	struct form_error of[FORM_WRONG_MOST];
	size_t n;
};
/* The line (neutral) that the filled form says; state: JSON of view.state.values. False: all fields that can't be so are
 * in *wrong (arena). */
bool form_line(struct buf *out, const struct form *f, const struct form_about *about,
	       const char *place, const char *state, struct arena *a, struct form_wrong *wrong);
/* COMPLETE: what was filled in, in *parts (arena), as many as *n; the result is like that of form_line(). */
bool form_parts(const char *state, const char *place, struct arena *a, struct part **parts,
		size_t *n, struct form_wrong *wrong);
/* Beside which field a refusal of that line stands. unreadable: the line can't be read; the rest
 * being chosen or free text, that is the time or date. */
const char *form_field_refused(const struct form *f, bool unreadable);
/* The ack that keeps it open: of each the first line of the sentence beside its field. */
void form_errors(struct buf *out, const struct form_error *errors, size_t count,
		 struct names *names);

#endif
