/*
 * forms_private: what forms.c (which form, and what was filled in) and forms_open.c (what it shows, and its way to the
 * screen) share.
 */
#ifndef ADAPTERS_SLACK_IN_FORMS_PRIVATE_H
#define ADAPTERS_SLACK_IN_FORMS_PRIVATE_H

#include "adapters/slack/in/form.h"
#include "adapters/slack/in/forms.h"

struct begun {			 /* "INCIDENT-2026-042 assign 3 @" */
	const char *node, *word; /* NULL if there is none */
	const char *item,
		*when; /* what stands behind the word: the number of an item, or a WHEN; NULL */
};

struct form_look { /* in a JOB_READ's arena, its strings too */
	const struct form *form;
	const char *who;   /* asked for it */
	const char *place; /* the channel where they did, a ref; NULL: a DM */
	struct begun begun;
	struct form_about about;
	struct form_start start;
	const char *text; /* of the message that it is about, neutral; NULL */
	bool remembered;  /* that is looked for in the store first */
	/* what is found: one of the two, or neither */
	const char *view;    /* for views.open */
	const char *instead; /* the line to be said instead, because no form can be shown */
};

/* A JOB_READ for the form of this name, as asked for by the request; its `read` is one of those below. */
struct form_look *forms_look(const struct request *a, const char *word, struct job **job);
void forms_begun(struct begun *b, const char *line, struct arena *a);
int forms_begun_read(struct reads *r, struct job *job);
int forms_declare_read(struct reads *r, struct job *job);
int forms_capture_read(struct reads *r, struct job *job);
/* l->view; names NULL: it names nobody. */
int forms_blank_read(struct reads *r, struct job *job);
void forms_draw(struct form_look *l, struct names *names, struct arena *a);
/* views.open; word: of its command, for the sentence that stands for it when it doesn't open. The request goes on. */
void forms_show(struct request *a, const char *word, const char *view);
/* Where it was asked for: a bare id; NULL: nobody else reads it there. */
const char *forms_channel(const struct request *a);

#endif
