/*
 * export: a Node, or all of them, as documents for others: Markdown, JSON, HTML, CSV, and a site (site.h). What is
 * written is of the Node alone, never of the moment: the same Node gives the same bytes.
 *
 * What people wrote stays words in each of them: no markup, no script, no formula.
 */
#ifndef ADAPTERS_EXPORT_EXPORT_H
#define ADAPTERS_EXPORT_EXPORT_H

#include "core/store.h"

/* Bytes of one Node's document; what doesn't fit sets out->full of whoever gave less. */
#define EXPORT_MAX ((size_t)256 << 20)

/* The Node's whole document. 1, 0: no such Node, < 0 a fault. Inside a JOB_READ, or what is like it. */
int export_node(struct reads *r, const char *node, enum export_format f, struct arena *a,
		struct buf *out);

/* One of each; v needs VIEW_FULL. */
void export_markdown(struct buf *out, const struct view *v);
/* Lines, of several Nodes if that is wanted, behind one head. */
void export_csv_head(struct buf *out);
void export_csv_rows(struct buf *out, const struct view *v);
/* One line. The names of t are filled in: those that the document needs, in a. */
void export_json(struct buf *out, const struct view *v, struct transfer *t, struct arena *a);
/* `home`: the address of the page that it is one of, NULL: it stands alone. */
void export_html(struct buf *out, const struct view *v, const char *home);

#endif
