/*
 * behind: posts that are behind their Node, and what they should show, as of one moment: what a JOB_READ finds. It may run
 * on another thread, and touches nothing but its job (core/store.h).
 */
#ifndef ADAPTERS_SLACK_OUT_BEHIND_H
#define ADAPTERS_SLACK_OUT_BEHIND_H

#include "core/store.h"

#define BEHIND_MOST 64

struct behind { /* a post, and what it should show; in the job's arena */
	struct post post;
	bool due; /* `now` holds; else there was no need to draw it */
	int rc;	  /* of reading its Node: 1, else it can't be read now */
	int64_t seq;
	const char *text, *blocks;
	bool folded; /* with a container */
};

struct behinds { /* the job's `found` */
	const char *root;
	int64_t now_ms;
	bool folds;	   /* Slack takes containers */
	struct post *rest; /* not to be drawn: edited a moment ago, or being edited */
	size_t n_rest;
	struct behind behind[BEHIND_MOST];
	int n;
};

int behind_read(struct reads *r, struct job *job); /* its `read` */

#endif
