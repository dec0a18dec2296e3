/*
 * The article's filled example as a view: INCIDENT-2026-042, 2026-11-23, 11:05 to 11:50 UTC, captain
 * T1/U1 "Tech_Lead_Sarah". Two prevention items stand for its plan; the second has neither owner nor date.
 */
#ifndef TESTS_SUPPORT_CORE_ARTICLE_H
#define TESTS_SUPPORT_CORE_ARTICLE_H

#include "core/view.h"

#define ARTICLE_SARAH "T1/U1"
#define ARTICLE_TOM "T1/U2"	 /* called Tom */
#define ARTICLE_STRANGER "T1/U3" /* nobody knows their name */
#define ARTICLE_CHANNEL "T1/C42"

/* UTC ms of HH:MM on the day of the incident. */
int64_t article_at(int hour, int minute);

/* A fresh copy, resolved and DONE: a test may change everything in it. Its arrays have room for
 * ARTICLE_ROOM rows each; strings are constants or in `a`. */
#define ARTICLE_ROOM 16
void article_view(struct view *v, struct arena *a);

/* The same at 11:20: IDENTIFIED, three entries, items still open, no postmortem. */
void article_view_open(struct view *v, struct arena *a);

/* A test's view of it, and what is written of that: at most `most` bytes. */
struct article {
	struct arena arena;
	struct view view;
	struct buf out;
};
void article_begin(struct article *f, void (*view)(struct view *v, struct arena *a), size_t most);
void article_end(struct article *f);

/* Who is called what in it. */
struct names *article_names(void);
/* Commands as in a Slack whose root is "/incident". */
void article_command(struct names *names, struct buf *out, const char *line, size_t len);

/* Rows appended to a view, filled with what a test doesn't care about. */
struct entry *article_add_entry(struct view *v, int64_t at, const char *text);
struct item *article_add_item(struct view *v, enum item_type type, const char *text);
struct para *article_add_para(struct view *v, enum section s, const char *text);

#endif
