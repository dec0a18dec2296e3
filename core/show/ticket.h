/*
 * ticket: what a tracker calls the thing behind a URL: "PAY-123", "shop#42".
 */
#ifndef CORE_SHOW_TICKET_H
#define CORE_SHOW_TICKET_H

#include "core/base/arena.h"

struct ticket {
	const char *name; /* NULL: none */
	const char *url;
};

/* The first one that a neutral text names, in the arena. GitHub's and GitLab's issues, Linear's, Jira's. */
struct ticket ticket_of(const char *text, struct arena *a);

#endif
