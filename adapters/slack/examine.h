/*
 * examine: what Slack says when it is asked whether all is well, for `doctor`: the two tokens, the place where Socket
 * Mode connects (by HTTPS: a connection would take commands away from a bot that runs), and whether it takes every
 * layout that the program sends (templates.h).
 *
 * `done` is called once, from the loop, at the latest after EXAMINE_MS, with what is known by then. Nothing is changed
 * in Slack, and nothing is asked twice.
 */
#ifndef ADAPTERS_SLACK_EXAMINE_H
#define ADAPTERS_SLACK_EXAMINE_H

#include "adapters/slack/web/web.h"
#include "core/base/arena.h"
#include "core/store.h"

#define EXAMINE_MS 60000

enum examined_end {
	EXAMINED_NOT,	      /* not come to */
	EXAMINED_WELL,	      /* Slack said yes; of the place of Socket Mode: it answered */
	EXAMINED_REFUSED,     /* `why` is Slack's word */
	EXAMINED_LATER,	      /* Slack asks for patience */
	EXAMINED_UNREACHABLE, /* no answer: fault and `why` */
	EXAMINED_ODD,	      /* an answer that isn't one of Slack's: `why` */
};

struct examined_call {
	enum examined_end end;
	enum http_fault fault;
	const char *why;
	int64_t date_ms, here_ms; /* the server's clock and ours when the answer came; 0 */
	int64_t took_ms;
};

#define EXAMINED_LAYOUTS 8

struct examined {
	struct examined_call bot, app, place,
		layout;		   /* auth.test, apps.connections.open, …, blocks.validate */
	const char *team, *scopes; /* NULL: Slack didn't say */
	const char *host;	   /* where Socket Mode connects: "wss-primary.slack.com" */
	size_t layouts;		   /* asked about */
	bool no_validate;	   /* this Slack has no such method */
	struct {
		const char *name, *why;
	} refused[EXAMINED_LAYOUTS]; /* the first of them */
	size_t n_refused;
};

struct examine;

struct examine_seams {
	struct loop *loop;
	struct http *http;
	struct web *web; /* without tokens only whether Slack is there is asked */
	struct clock *clock;
	bool tokens;
	struct arena *arena; /* for what *out points to */
	struct examined *out;
	void (*done)(void *arg);
	void *arg;
};

struct examine *examine_begin(const struct examine_seams *seams);
void examine_free(
	struct examine *x); /* after web_free() and http_free(): they hold its callbacks */

#endif
