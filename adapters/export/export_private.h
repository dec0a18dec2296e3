/*
 * export_private: what the pages of export_html.c and site*.c are built of.
 *
 * A page loads nothing: its style is in it, and so is the one script that the search has. Its policy names their
 * digests, so that a browser runs and draws these bytes and no others, whatever people wrote.
 */
#ifndef ADAPTERS_EXPORT_EXPORT_PRIVATE_H
#define ADAPTERS_EXPORT_EXPORT_PRIVATE_H

#include "adapters/export/export.h"

/* page.css, search.js; NUL-terminated. */
extern const char asset_page_css[], asset_search_js[];

struct page {
	const char *title;
	const char *style;  /* rules behind page.css, "" none; made by us */
	const char *script; /* NULL: the page has none */
	const char *
		home; /* where the site's index is, seen from here; NULL: it is no page of a site */
};

/* From <!doctype to the begin of <main>, and what closes it. */
void page_begin(struct buf *out, const struct page *p);
void page_end(struct buf *out, const struct page *p);

/* Words, and what people wrote (neutral text): its links are links, its line breaks are kept. */
void html_words(struct buf *out, const char *s);
void html_text(struct buf *out, const struct view *v, const char *text);
/* The same on one line, without links. */
void html_line(struct buf *out, const struct view *v, const char *text);
void html_person(struct buf *out, const struct view *v, const char *ref);
/* <time datetime="…">2026-11-23 14:05 UTC</time>; civil_time() or civil_full(). */
void html_time(struct buf *out, int64_t ms, void (*says)(struct buf *out, int64_t ms));
/* Priority and status, private. */
void html_badges(struct buf *out, const struct head *h);
/* Is it an address that a link may lead to? */
bool html_address(const char *url, size_t len);

#endif
