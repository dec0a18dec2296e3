/*
 * meet: who and what a text names by id alone should have a name when it is shown. First the store is asked which of
 * them it knows, all of a text in one job; then Slack about the others. Nobody waits for it.
 */
#ifndef ADAPTERS_SLACK_IN_MEET_H
#define ADAPTERS_SLACK_IN_MEET_H

#include "adapters/slack/in/channels.h"
#include "adapters/slack/in/people.h"

struct met {
	enum text_kind kind;	/* TEXT_PERSON, TEXT_CHANNEL, TEXT_GROUP */
	const char *ref, *name; /* name: a person's, as the text has it; "" or NULL */
	struct person known;	/* found: their row, zeroed: none */
	bool named;		/* found: a channel, a group, has a name */
};

struct meeting {
	struct met *of; /* in the order in which they are named */
	size_t n;
};

/* Those that are named in a text (neutral), behind `author` (NULL: nobody). In the arena, that of a job; the strings
 * are copies. */
void meeting_of(struct meeting *m, const char *author, const char *author_name, const char *text,
		struct arena *a);
/* From the job's `read`: what is known of them. What can't be read isn't known. */
void meeting_read(struct reads *r, struct meeting *m, struct arena *a);
/* From its `done`: asks Slack about the rest. */
void meeting_ask(const struct meeting *m, struct people *people, struct channels *channels);

#endif
