/* site_private: what the pages of a site are drawn from. */
#ifndef ADAPTERS_EXPORT_SITE_PRIVATE_H
#define ADAPTERS_EXPORT_SITE_PRIVATE_H

#include "adapters/export/export_private.h"
#include "adapters/export/site.h"

#include "core/show/statistics.h"

struct card { /* what is kept of an incident when its page is written; strings in the site's arena */
	const char *id, *title, *captain, *cause,
		*services; /* plain words; captain, cause, services: "" if there is none */
	const char *words; /* all that was said, cut to WORDS_MAX */
	enum priority priority;
	enum status status;
	enum origin origin;
	int64_t declared_at;
	bool drill;   /* named: it is shown */
	bool counted; /* in statistics */
	int year;     /* of its declaration, UTC */
};

struct cards {
	struct card *list; /* oldest first */
	size_t count, room;
	struct arena arena;
	struct statistics statistics; /* of all of them; statistics_end() was called */
};

void site_index(struct buf *out, const struct cards *c);
void site_search(struct buf *out, const struct cards *c);
void site_statistics(struct buf *out, const struct cards *c);

#endif
