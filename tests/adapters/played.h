/*
 * played: the bot's outside, played by a test: its loop and the time, its websocket, the Web API.
 * Linked in the place of adapters/loop, adapters/http, slack/web.c and slack/socket.c, so that all
 * of bot/run.c runs, one thing a turn, and nothing depends on how fast the machine is.
 *
 * The Web API takes everything; a call waits until played_answer_one(). Acks always go out.
 */
#ifndef TESTS_ADAPTERS_PLAYED_H
#define TESTS_ADAPTERS_PLAYED_H

#include "adapters/slack/web/web.h"
#include "core/base/buf.h"
#include "core/store.h"

#include <stdbool.h>
#include <stdint.h>

#define PLAYED_BEGAN INT64_C(1795615500000) /* 2026-11-25T14:05:00Z */

/* Set before run_bot(). */
extern struct played {
	int (*turn)(void);   /* the loop's: 0, or -1 to end the bot */
	void (*acked)(void); /* an envelope was */
	const char *payload; /* of that ack, while acked() runs; NULL: none */
	/* Those that follow may be NULL. */
	const char *config; /* the file with its settings */
	/* Slack is asked; m WEB_METHODS: an upload or an answer to a response_url, without parameters. */
	void (*asked)(enum web_method m, const struct web_param *params);
	/* What it says to that; false: what a Slack would that takes everything. */
	bool (*answer)(enum web_method m, struct buf *json);
} played;

/* The whole bot with its settings, a quiet log and this chance, on a file that isn't there yet; until turn() says -1.
 * False: the settings can't be read. */
bool played_run(const char *db, void (*chance)(struct entropy *e, void *bytes, size_t len));

/* A folder of its own, and the file in it. */
struct played_home {
	char dir[80], db[96];
};
void played_home_make(struct played_home *home);
void played_home_remove(struct played_home *home);

int64_t played_wall(void);		    /* PLAYED_BEGAN + loop_now_ms() */
bool played_fire_until(int64_t until);	    /* the next timer due until then; false: none is */
void played_pass_until(int64_t ms);	    /* it is that late now; no timer fires */
bool played_answer_one(void);		    /* the call that waits longest; false: none does */
long played_calls(void);		    /* of the Web API so far */
void played_refuse_emoji(void);		    /* from now on reactions.add is at its limit */
void played_frame(const struct buf *frame); /* comes in by the websocket */
void played_down(void);			    /* which is cut, … */
void played_ready(int64_t gap_ms); /* … and is there again after so long; -1: for the first time */

#endif
