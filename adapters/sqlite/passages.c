/*
 * passages: what a Node says today, as the archive looks at it: its title, sections, items, entries and the names of its
 * files; nothing that was withdrawn, replaced or erased.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

struct passages {
	struct passage *at;
	size_t count, room;
	struct arena *arena;
};

static struct passage *passage_add(struct passages *p)
{
	struct passage *more;

	if (p->count == p->room) {
		p->room = 2 * p->room + 32;
		more = arena_alloc(p->arena, p->room * sizeof(*more));
		if (p->count)
			memcpy(more, p->at, p->count * sizeof(*more));
		p->at = more;
	}
	return &p->at[p->count++];
}

#define TEXT_JOIN(table, field) \
	" FROM " table " p JOIN text t ON t.node = p.node AND t.n = p." field \
	" WHERE p.node = " THE_NODE " AND t.body NOT NULL"
#define PARA(rank, table) \
	" UNION ALL SELECT " rank ", p.n, t.body, p.author, p.permalink, p.at, NULL" TEXT_JOIN( \
		"\"" table "\"", "text") " AND p.gone IS NOT 1"

/* By rank. */
static const char passage_letters[] = { HANDLE_TITLE, 'S', 'C', 'T',	     'M',
					'L',	      'A', 'E', HANDLE_FILE, HANDLE_SERVICE };

static const char passages_sql[] =
	"SELECT 0, 1, t.body, NULL, NULL, declared_at, NULL FROM node JOIN text t"
	" ON t.node = node.n AND t.n = node.title WHERE id = ?1 AND t.body NOT NULL" PARA(
		"1", "summary") PARA("2", "root_cause") PARA("3", "trigger") PARA("4", "impact")
		PARA("5", "lesson") " UNION ALL SELECT 6, p.n, t.body, p.author, p.permalink, p.created_at, NULL" TEXT_JOIN(
			"item",
			"text") " AND p.withdrawn IS NOT 1"
				" UNION ALL SELECT 7, p.n, t.body, p.author, p.permalink, p.at, (SELECT m.marker FROM marker m"
				" WHERE m.node = p.node AND m.entry = p.n AND m.state = 'live' ORDER BY m.n DESC LIMIT 1)" TEXT_JOIN(
					"entry",
					"text") " AND p.withdrawn IS NOT 1"
						" UNION ALL SELECT 8, p.n, t.body, e.author, p.permalink, e.at, NULL FROM file p"
						" JOIN text t ON t.node = p.node AND t.n = p.name"
						" JOIN entry e ON e.node = p.node AND e.n = p.entry"
						" WHERE p.node = " THE_NODE
						" AND t.body NOT NULL AND e.withdrawn IS NOT 1"
						" UNION ALL SELECT 9, p.n, t.body, NULL, NULL, NULL, NULL" TEXT_JOIN(
							"service", "name") " AND p.gone IS NOT 1"
									   " ORDER BY 1, 2";

int rows_passages(struct rows *r, const char *node, struct arena *a, struct passage **p)
{
	struct passages all = { .arena = a };
	struct passage one;
	const char *marker;
	struct query q;
	int64_t rank;
	int word, rc;

	query(&q, &of_rows(r)->db, a, passages_sql, "s", node);
	while (query_next(&q, "iisssis", &rank, &one.n, &one.text, &one.author, &one.permalink,
			  &one.at, &marker)) {
		if (!word_read(&q, "marker", marker_from, marker, MARKER_NONE, &word))
			break;
		one.letter = passage_letters[rank];
		one.marker = (enum marker)word;
		*passage_add(&all) = one;
	}
	rc = query_end(&q);
	*p = all.at;
	return rc ? rc : (int)all.count;
}
