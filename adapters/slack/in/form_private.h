/*
 * form_private: a form as a row; form.c has the rows and draws them, form_line.c reads what was filled in.
 */
#ifndef ADAPTERS_SLACK_IN_FORM_PRIVATE_H
#define ADAPTERS_SLACK_IN_FORM_PRIVATE_H

#include "adapters/slack/in/form.h"

#include "adapters/json/json.h"
#include "adapters/slack/show/blocks_private.h"

#define FORM_FIELDS FORM_WRONG_MOST
#define TEXT_CHARS 3000 /* Slack's most in a field */
#define LINE_MOST 65536

enum field_kind {
	FIELD_LINE, /* one line of text */
	FIELD_TEXT, /* several */
	FIELD_WHEN, /* a WHEN, typed as in a command */
	FIELD_DATE,
	FIELD_PERSON,
	FIELD_CHOICE, /* one of a list */
	FIELD_CHECK,  /* boxes to be ticked; left out while there is none */
};

struct form_field {
	const char *id;
	enum field_kind kind;
	bool must;
	const char *label;
	const char *example; /* grey, in the empty field; NULL */
	const char *before;  /* stands before it in the line when it isn't empty; NULL */
	void (*choices)(cJSON *element, const struct form_start *start); /* CHOICE, CHECK */
};

struct form {
	const char *word;	    /* of the command */
	const char *title, *submit; /* at most 24 characters each */
	const char *
		line; /* what stands behind the word; {id} is that field, {item}, {ts} what it is about;
			 * NULL: FORM_COMPLETE, whose fields hang on the Node */
	struct form_field
		fields[FORM_FIELDS]; /* an error that is nobody's stands beside the first */
};

#define FORM_OTHERS "others" /* names of services, typed */
/* The boxes of services used before. */
void form_services(cJSON *element, const struct form_start *start);

const struct form_field *form_field_named(const struct form *f, const char *id,
					  size_t len); /* NULL */
void form_origins(cJSON *element, const struct form_start *start);
/* An input block; its element is named like the field. */
void form_add_field(cJSON *blocks, const struct form_field *f, const struct form_start *start);
void form_draw_complete(cJSON *blocks, const struct form_start *start);
/* form_line.c: what somebody filled in. */
struct filled {
	const struct form *form;	/* NULL: its fields hang on the Node */
	const struct form_about *about; /* NULL: it isn't about words of a message */
	const char *place;
	cJSON *state; /* of the view: an object a block */
	struct arena *arena;
};
const char *filled_raw(struct filled *f, const struct form_field *field); /* NULL: nothing */
void filled_add(struct buf *out, struct filled *f, const struct form_field *field); /* neutral */

/* Whether two wordings are the same, white space at the ends aside: so are these. 9 bytes. */
void form_fingerprint(char out[9], const char *words);

/* In the order of the fields. */
void form_wrong_add(struct form_wrong *wrong, const char *field, const char *sentence);

#endif
