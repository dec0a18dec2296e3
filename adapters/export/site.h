/*
 * site: incidents as a folder of pages that any web server, or none, can show:
 *
 *     index.html                 all of them, newest first, with filters
 *     search.html                a search that needs no server
 *     statistics.html            how many, of what kind, how long
 *     incidents/INCIDENT-….html  one each
 *
 * Private incidents are left out unless they are named; a page of one that is no longer shown is removed. A file is
 * written whole, under another name first, and only if it is to change, so that a timer may do this. No page has
 * a script but the search, whose policy names it; nothing is loaded from anywhere.
 */
#ifndef ADAPTERS_EXPORT_SITE_H
#define ADAPTERS_EXPORT_SITE_H

#include "core/store.h"

struct site {
	const char *dir;	  /* made if it isn't there */
	bool all;		  /* or only those that are named */
	const char *const *named; /* IDs */
	size_t n_named;
	/* what came of it */
	size_t count, written; /* incidents; files that changed */
	struct buf why;	       /* the caller's; a sentence, if a file can't be written */
};

/* For a JOB_READ whose `found` is a struct site. < 0 a fault of the store's. */
int site_read(struct reads *r, struct job *job);

/* A whole file in a directory (made if it isn't there): 1 written, 0 it was just that, -1 and why. */
int site_put(const char *dir, const char *name, const struct buf *content, struct buf *why);

#endif
