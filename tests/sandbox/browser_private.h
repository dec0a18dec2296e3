/*
 * browser_private: what browser.c (connections), browser_tell.c (frames to the page) and
 * browser_do.c (deeds from it) share.
 */
#ifndef TESTS_SANDBOX_BROWSER_PRIVATE_H
#define TESTS_SANDBOX_BROWSER_PRIVATE_H

#include "tests/sandbox/browser.h"
#include "tests/slackd/slackd_private.h"

struct browser_frame {
	struct browser_frame *next;
	size_t len;
	unsigned char data[]; /* LWS_PRE bytes, then len */
};

struct browser_conn {
	struct browser_conn *next;
	struct browser *browser;
	struct lws *wsi;
	struct browser_frame *out, **out_end;
	size_t owed; /* bytes in out */
	bool lost;   /* too slow: it is hung up, comes again and is told anew */
	struct buf in;
};

#define BROWSER_ACKS 100 /* the median is over so many */

struct browser {
	struct slackd *d;
	struct slackd_guest guest;
	struct browser_parts parts;
	struct browser_conn *conns;
	struct slackd_watcher watcher;
	lws_sorted_usec_list_t state_due;
	bool state_soon;
	int acks[BROWSER_ACKS];
	unsigned acked, calls;
};

/* browser.c: a frame (taken) for one page, or all of them (c NULL). */
void browser_send(struct browser *p, struct browser_conn *c, cJSON *frame);

/* browser_tell.c */
void browser_tell_all(struct browser *p,
		      struct browser_conn *c); /* what there is, from hello to ready */
void browser_watch(struct browser *p);	       /* and what becomes of it */
cJSON *browser_state(struct browser *p);

/* browser_do.c */
void browser_do(struct browser_conn *c, const cJSON *deed);

#endif
