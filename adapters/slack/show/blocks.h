/*
 * blocks: what the bot shows in Slack: card, short card, report, answers. Pure: a view in, JSON out, every
 * limit of slack.md kept (50 blocks, 3000 characters a section, verbatim everywhere), golden-tested.
 *
 * Each writes the value of `blocks` (a JSON array) and the fallback `text` (mrkdwn-escaped, ≤ 3000
 * characters; what a notification shows).
 */
#ifndef ADAPTERS_SLACK_SHOW_BLOCKS_H
#define ADAPTERS_SLACK_SHOW_BLOCKS_H

#include "core/desk.h"
#include "core/outcome.h"
#include "core/view.h"

struct rendered {
	struct buf blocks; /* JSON array */
	struct buf text;
	bool folded; /* there is a container in it */
};
void rendered_init(struct rendered *s);
void rendered_release(struct rendered *s);
/* What was drawn so far, in an arena: to be read on, never added to nor released. NULL if it is empty. */
const struct rendered *rendered_keep(const struct rendered *s, struct arena *a);

/* The card (section 3), in its order. VIEW_CARD is enough. Buttons as far as the status
 * allows what they do; each does what a line does, and names the Node. folds: entries that aren't shown are there to be
 * opened, where Slack takes that (web_newer.h), as in the report; else it says where they are. */
void card_blocks(struct rendered *s, const struct view *v, bool folds);
/* The shorter card of the announcements channel. */
void short_card_blocks(struct rendered *s, const struct view *v);
/* The whole postmortem (section 4): one message; long sections cut with "in full in the file"; then what
 * is missing. VIEW_FULL. newer: the permalink of the report that replaced this one, NULL; when set, the
 * message is only a link to it. Heads itself with report_heading(). */
void report_blocks(struct rendered *s, const struct view *v, const char *newer, bool folds);
/* The announcements' short form: summary, impact, root cause, lesson, durations, link. */
void short_report_blocks(struct rendered *s, const struct view *v);
/* The channel's topic, ≤ 250 characters, plain. */
void topic_text(struct buf *out, const struct view *v);

/* Plain words of ours as a message: a line, a DM, a brief. Sections of at most 3000 characters. */
void words_blocks(struct rendered *s, const char *text, struct names *names);

/* An answer: at most `max` bytes as answer_ack() writes it (20,000 for an ack), cut at a person's place with a hint
 * where the rest is. Buttons: action_id "say:N" or "form:N", value the line. view: for ANSWER_CARD, else NULL.
 * Blocks "": there are none. ANSWER_NONE without a text draws nothing. */
void answer_draw(struct rendered *s, const struct answer *a, const struct view *view,
		 struct names *names, size_t max);
/* Charts as a message of their own: blocks that Slack draws, and the same in words. */
void charts_blocks(struct rendered *s, const struct chart *c, size_t count);

/* A person's Home, for views.publish. said: the answer to what was pressed there; NULL. */
void home_view(struct buf *out, const struct desk *d, const struct answer *said,
	       struct names *names);
/* An answer in a window of its own, for views.open and views.update: its words, and buttons that need no form. */
void window_view(struct buf *out, const struct answer *a, struct names *names);
/* What the search box is called in what Slack sends. */
#define HOME_SEARCH "search"

/* {"response_type":"ephemeral","text":…,"blocks":…}: what goes in the ack of a command; */
void answer_ack(struct buf *out, const struct rendered *s);
/* and what goes to a response_url: an answer to a button would else take the place of the message with the button. */
void answer_response(struct buf *out, const struct rendered *s);
#define ACK_MAX 20000

/* "inc-2026-042-504-gateway-timeouts": ≤ 80, lower case, [a-z0-9-] and letters of other scripts as Slack
 * allows them; again > 0 appends "-2" …. (libutf8proc) */
void channel_name(struct buf *out, const struct head *h, int again);

#endif
