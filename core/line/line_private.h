/*
 * line_private: what the readers of a line share: its words, and how they refuse.
 *
 * A word is what stands between white space; a span (mention, link) is never divided. Words point into
 * the text; everything that a reader gives away is a copy in the arena.
 */
#ifndef CORE_LINE_LINE_PRIVATE_H
#define CORE_LINE_LINE_PRIVATE_H

#include "core/line/line.h"

struct word {
	const char *s;
	size_t len;
	bool person;   /* a mention of a person and nothing else, punctuation behind it apart */
	bool group;    /* the same of a user group */
	bool new_line; /* a line break comes before it */
};

struct reader {
	const struct line_context *c;
	struct arena *a;
	struct line *l;
	const char *prefix; /* "42 " when a Node was named before the command, else "" */
	const char *said;   /* the command word, in the text */
	struct word *w;	    /* words from the command's arguments on */
	size_t at, n;	    /* w[at..n) are still to be read */
};

/* ---- words (line_words.c) ---- */

void reader_words(struct reader *r, const char *text); /* r->w, r->n; r->at is 0 */
bool word_is(const struct word *w, const char *s);     /* letter case ignored */
/* The text without what nobody sees; in the arena. */
char *reader_seen(struct arena *a, const char *text);
struct word word_bare(struct word w);	   /* without quotes around it, curly or not, or a colon */
void unquote(const char **s, size_t *len); /* one pair around it, when no other quote is inside */
char *word_lower(struct reader *r, const struct word *w); /* bare */

/* w[from..to) as they were typed, and as one line; NULL if there is none. */
char *reader_slice(struct reader *r, size_t from, size_t to);
char *reader_one_line(struct reader *r, size_t from, size_t to);

void reader_person(struct reader *r, const struct word *w); /* sets person, person_name */
bool word_me(const struct word *w);			    /* "me" */

/* ---- refusing ---- */

/* `instead` (may be NULL) is what to type, without the Node that was named in front. */
void refuse(struct reader *r, const char *instead, const char *why, ...)
	__attribute__((format(printf, 3, 4)));
/* Something is missing: "Add the text:" and the command's example. */
void refuse_needs(struct reader *r, const char *what);
/* Nothing was said where a text should be: what stands for it is the text, or it is refused. */
void text_unsaid(struct reader *r, const char *what);
void refuse_person(struct reader *r, size_t from, size_t to); /* w[from..to) is nobody */
/* w[from..to) is perhaps somebody's name: sets whom and the line around it. */
void reader_whom(struct reader *r, size_t from, size_t to);
const char *in_code(struct reader *r, const char *s); /* set apart as typed, cut if long */
const char *word_in_code(struct reader *r, const struct word *w);
const char *typed(struct reader *r); /* the command's word */

/* ---- pieces of arguments ---- */

/* A WHEN at w[at], if there is one. False: refused. */
bool reader_when(struct reader *r);
/* Text as a DATE; r->l->due is set when it is one. */
/* "SEV-1", "p1.", "critical": a priority, -1 if it is none. A digit alone is none. */
int level_from(const char *word);
enum when_result reader_date(struct reader *r, const char *text, const char **why);

/* ---- shapes: line_args.c, line_items.c, line_title.c ---- */

void read_none(struct reader *r);
void read_text(struct reader *r);
void read_one_line(struct reader *r);
void read_maybe_text(struct reader *r);
void read_when_text(struct reader *r);
void read_maybe_when_text(struct reader *r);
void read_person(struct reader *r);
void read_role(struct reader *r);
void read_word(struct reader *r);
void read_list(struct reader *r);
void read_word_when_text(struct reader *r);
void read_node(struct reader *r);
void read_node_format(struct reader *r);
void read_handle(struct reader *r);
void read_handle_text(struct reader *r);
void read_handle_when_text(struct reader *r);
void read_capture(struct reader *r);
void read_new_from(struct reader *r);
void read_change(struct reader *r);
void read_given(struct reader *r);
void read_command(struct reader *r);
void read_into(struct reader *r);

void read_item(struct reader *r);
void read_numbers(struct reader *r);
void read_maybe_numbers(struct reader *r);
void read_numbers_why(struct reader *r);
void read_numbers_person(struct reader *r);
void read_numbers_date(struct reader *r);

void read_title(struct reader *r);

/* "list all 2": what didn't fit on the first; at w[at], the last word. */
bool reader_page(struct reader *r);

/* line_lists.c */
void read_todo(struct reader *r);
void read_stats(struct reader *r);
/* Is what stands from w[from] on whose items are to be listed, or nothing? */
bool reader_asks_todo(const struct reader *r, size_t from);

/* line_names.c */
void read_names(struct reader *r);
/* Adds the names in s[0..len), "checkout, payments"; false: one is too long, or no name, and that was refused. */
bool reader_names(struct reader *r, const char *s, size_t len);

#endif
