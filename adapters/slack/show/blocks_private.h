/*
 * A page: a list of blocks while it is drawn. Every limit of Slack's is kept here, so that who draws
 * only says what stands where, and how much of it at most.
 *
 * Texts are neutral. What doesn't fit is cut at a line's or a word's end, with a last line that says so.
 * A page that came out too large is drawn again with everything in proportion smaller (page_draw).
 */
#ifndef ADAPTERS_SLACK_SHOW_BLOCKS_PRIVATE_H
#define ADAPTERS_SLACK_SHOW_BLOCKS_PRIVATE_H

#include "adapters/json/json.h"
#include "adapters/slack/show/blocks.h"
#include "core/view.h"

#include <stddef.h>

#define MESSAGE_BLOCKS 50
#define SECTION_CHARS 3000
#define HEADER_CHARS 150
#define BUTTON_CHARS 75
#define VALUE_CHARS 2000
#define FALLBACK_CHARS 3000
/* Not in Slack's documents: chat.postMessage answers msg_blocks_too_long from about 13,200 characters of
 * serialised blocks on (slackapi/bolt-js issues 2509, 2867). */
#define MESSAGE_CHARS 12000

/* What a page has no room for in the open, to be opened by whoever wants it: Slack's `container` (slack.md, "Newer
 * blocks"). It gets the room that the rest of the page leaves. */
struct fold {
	int at;		 /* so many blocks stand above it */
	int64_t count;	 /* entries that it is about, in it or not; 0: those in it */
	struct buf text; /* neutral: an entry a line, or a few lines */
	size_t *ends;	 /* … where each ends */
	size_t n;
	struct buf where; /* neutral: where those are that don't fit */
};

struct page {
	cJSON *blocks;	     /* array */
	struct names *names; /* for commands and spans without a name; may be NULL */
	size_t percent;	     /* of what sections ask for, 100 when all is well */
	bool folds;	     /* what isn't shown may be folded; else it is cut */
	struct fold *fold;   /* NULL: nothing is */
};

/* What is folded here; one a page, with p->folds only. */
struct fold *page_fold(struct page *p, int64_t count);
void fold_line_ends(struct fold *f); /* an entry was added to its text */
void fold_free(struct fold *f);
/* Puts p->fold among the blocks, within so many more serialised bytes and characters; false: not one entry fits. */
bool page_fold_place(struct page *p, size_t bytes, size_t chars);
bool fold_among(const cJSON *blocks);

/* A plain_text object: of this, as it is; */
cJSON *plain_object(const char *text);
/* or of its readable words, at most `points` characters, with emoji drawn. */
cJSON *page_plain(const char *text, struct names *names, size_t points);
void page_header(struct page *p, const char *text);
/* As many sections as `chars` characters need (more than one only above SECTION_CHARS), together no
 * longer than that. rest: the line that stands below when something was left out. "" draws nothing. */
void page_text(struct page *p, const char *text, size_t chars, const char *rest);
/* One section of what is mrkdwn already, of at most SECTION_CHARS; its white space at the end goes. */
void page_mrkdwn(struct page *p, struct buf *text);
/* Small grey print. */
void page_context(struct page *p, const char *text);

#define BUTTONS_MOST 25 /* in one row */
/* One row of them. Whole lines are said (action_id "say:N"), begun ones open their form ("form:N"). */
void page_buttons(struct page *p, const struct button *b, size_t count);

#define ROW_CHARS ((size_t)600)
/* The lines of a list, each of at most ROW_CHARS and `chars`, with its buttons or without, and what stands below. */
void page_rows(struct page *p, const struct answer *a, size_t chars, bool buttons);

typedef void page_drawer(struct page *p, const struct view *v, const void *arg);
/* Draws within so many serialised bytes and characters; folds: Slack takes containers here. The array is the caller's. */
cJSON *page_draw(page_drawer *draw, const struct view *v, const void *arg, size_t bytes,
		 size_t chars, bool folds);

/* All of `from` behind those; frees it. */
void blocks_move(cJSON *blocks, cJSON *from);

/* Appends text as mrkdwn, `chars` characters at most; returns the bytes of text that this took, all of
 * them unless it had to be cut (then at a line's end if one is near, else a word's). */
size_t mrkdwn_fit(struct buf *out, const char *text, struct names *names, size_t chars);
/* How many characters it has as mrkdwn. */
size_t mrkdwn_chars(const char *text, struct names *names);

/* For plain_text objects and topics: readable words, at most `points` characters. Nothing in them is
 * markup: not even a typed <!channel>, which a topic would take for one. */
void plain_words(struct buf *out, const char *text, struct names *names, size_t points);

/* The largest n <= len at which s can be cut between two graphemes. */
size_t grapheme_cut(const char *s, size_t len);

/* ---- rendered.c: what card and report have in common ---- */

void page_title(struct buf *text, const char *emoji,
		const char *words); /* a line: "🚨 *Incident Summary*" */
void page_name(struct page *p, const struct view *v);
void page_summary(struct page *p, const struct view *v, size_t chars, const char *rest);
void page_services(struct page *p, const struct view *v, const char *rest);
void page_impact(struct page *p, const struct view *v, size_t chars, const char *rest);
/* A day is a heading: a line with it where it changes. *day: of the entry before, at first page_first_day(), so that a
 * story of one day has none. Days are UTC's; each reader sees the date of the entry below in their own zone. */
int64_t page_first_day(const struct view *v);
void page_day(struct buf *b, int64_t at, int64_t *day);
/* The name and how it stands, mrkdwn, at most FALLBACK_CHARS. */
void rendered_fallback(struct buf *out, const struct view *v);
/* Blocks within MESSAGE_CHARS, and the fallback text. */
void rendered_draw(struct rendered *s, const struct view *v, page_drawer *draw, const void *arg,
		   bool folds);

/* ---- card.c: for the answer that shows it to one person ---- */

page_drawer draw_card;

#endif
