/*
 * templates: every layout that the program sends, message or window, drawn for an incident that nobody had: for
 * `doctor`, which asks Slack whether it would take them, and a test, which asks the stand-in.
 */
#ifndef ADAPTERS_SLACK_TEMPLATES_H
#define ADAPTERS_SLACK_TEMPLATES_H

#include "core/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

struct template
{
	const char *name; /* "card", "form note" */
	bool view;	  /* for views.open and views.publish; else the blocks of a message */
	struct buf json;
};

/* How many there are. */
size_t template_count(void);
/* Draws template i; template_release() afterwards. */
void template_draw(struct template *t, size_t i);
void template_release(struct template *t);

#endif
