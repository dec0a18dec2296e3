/*
 * passages: what a Node says today, as the archive looks at it: its title, sections, items, entries and the names of its
 * files; nothing that was withdrawn, replaced or erased. Of a Node with thousands of entries those that tell what it was
 * cost no more than of one with fifty.
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

/* By rank. */
static const char passage_letters[] = { HANDLE_TITLE, 'S', 'C', 'T',	     'M',
					'L',	      'A', 'E', HANDLE_FILE, HANDLE_SERVICE };

/* clang-format off */
#define OF_NODE "p.node = " THE_NODE " AND "
#define TEXT_OF(field) " JOIN text t ON t.node = p.node AND t.n = p." field " AND t.body NOT NULL"
/* `few` is "" or the end of a subquery that takes no more than so many of a kind. */
#define PART(columns, from, where, few) \
	" UNION ALL SELECT * FROM (SELECT " columns " FROM " from " WHERE " where " ORDER BY p.n" few ")"
#define PARA(rank, table, few) \
	PART(rank ", p.n, t.body, p.author, p.permalink, p.at, NULL", \
	     "\"" table "\" p" TEXT_OF("text"), OF_NODE "p.gone IS NOT 1", few)
#define PASSAGES(entries, few) \
	"SELECT 0, 1, t.body, NULL, NULL, declared_at, NULL FROM node JOIN text t" \
	" ON t.node = node.n AND t.n = node.title WHERE id = ?1 AND t.body NOT NULL" \
	PARA("1", "summary", few) PARA("2", "root_cause", few) PARA("3", "trigger", few) \
	PARA("4", "impact", few) PARA("5", "lesson", few) \
	PART("6, p.n, t.body, p.author, p.permalink, p.created_at, NULL", \
	     "item p" TEXT_OF("text"), OF_NODE "p.withdrawn IS NOT 1", few) \
	" UNION ALL SELECT 7, p.n, t.body, p.author, p.permalink, p.at, (SELECT m.marker FROM marker m" \
	" WHERE m.node = p.node AND m.entry = p.n AND m.state = 'live' ORDER BY m.n DESC LIMIT 1)" \
	" FROM entry p" TEXT_OF("text") " WHERE " OF_NODE "p.withdrawn IS NOT 1" entries \
	PART("8, p.n, t.body, e.author, p.permalink, e.at, NULL", \
	     "file p" TEXT_OF("name") " JOIN entry e ON e.node = p.node AND e.n = p.entry", \
	     OF_NODE "e.withdrawn IS NOT 1", few) \
	PART("9, p.n, t.body, NULL, NULL, NULL, NULL", \
	     "service p" TEXT_OF("name"), OF_NODE "p.gone IS NOT 1", few) \
	" ORDER BY 1, 2"

#define TIMELINE_END(order) \
	"SELECT n FROM (SELECT n FROM entry WHERE node = " THE_NODE " AND withdrawn IS NOT 1" \
	" ORDER BY at" order ", n" order " LIMIT ?2)"
#define ENTRIES_TELLING \
	" AND p.n IN (" TIMELINE_END("") " UNION " TIMELINE_END(" DESC") \
	" UNION SELECT entry FROM (SELECT entry FROM marker WHERE node = " THE_NODE \
	" AND state = 'live' ORDER BY n DESC LIMIT ?2))"
/* clang-format on */

static const char passages_all[] = PASSAGES("", "");
static const char passages_telling[] = PASSAGES(ENTRIES_TELLING, " LIMIT ?2");

int rows_passages(struct rows *r, const char *node, enum passages_of of, struct arena *a,
		  struct passage **p)
{
	struct passages found = { .arena = a };
	struct passage one;
	const char *marker;
	struct query q;
	int64_t rank;
	int word, rc;

	if (of == PASSAGES_ALL)
		query(&q, &of_rows(r)->db, a, passages_all, "s", node);
	else
		query(&q, &of_rows(r)->db, a, passages_telling, "sd", node, TELLING_MOST);
	while (query_next(&q, "iisssis", &rank, &one.n, &one.text, &one.author, &one.permalink,
			  &one.at, &marker)) {
		if (!word_read(&q, "marker", marker_from, marker, MARKER_NONE, &word))
			break;
		one.letter = passage_letters[rank];
		one.marker = (enum marker)word;
		*passage_add(&found) = one;
	}
	rc = query_end(&q);
	*p = found.at;
	return rc ? rc : (int)found.count;
}
