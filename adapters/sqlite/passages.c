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
#define PARA(table, letter) \
	{ \
		letter, "SELECT p.n, t.body, p.author, p.permalink, p.at, NULL" TEXT_JOIN( \
				"\"" table "\"", "text") " AND p.gone IS NOT 1 ORDER BY p.n" \
	}

static const struct {
	char letter;
	const char *sql;
} passage_reads[] = {
	{ HANDLE_TITLE,
	  "SELECT 1, t.body, NULL, NULL, declared_at, NULL FROM node JOIN text t"
	  " ON t.node = node.n AND t.n = node.title WHERE id = ?1 AND t.body NOT NULL" },
	PARA("summary", 'S'),
	PARA("root_cause", 'C'),
	PARA("trigger", 'T'),
	PARA("impact", 'M'),
	PARA("lesson", 'L'),
	{ 'A', "SELECT p.n, t.body, p.author, p.permalink, p.created_at, NULL" TEXT_JOIN(
		       "item", "text") " AND p.withdrawn IS NOT 1 ORDER BY p.n" },
	{ 'E', "SELECT p.n, t.body, p.author, p.permalink, p.at, (SELECT m.marker FROM marker m"
	       " WHERE m.node = p.node AND m.entry = p.n AND m.state = 'live' ORDER BY m.n DESC"
	       " LIMIT 1)" TEXT_JOIN("entry", "text") " AND p.withdrawn IS NOT 1 ORDER BY p.n" },
	{ HANDLE_FILE, "SELECT p.n, t.body, e.author, p.permalink, e.at, NULL FROM file p"
		       " JOIN text t ON t.node = p.node AND t.n = p.name"
		       " JOIN entry e ON e.node = p.node AND e.n = p.entry"
		       " WHERE p.node = " THE_NODE " AND t.body NOT NULL AND e.withdrawn IS NOT 1"
		       " ORDER BY p.n" },
};

static int passages_read(struct sqlite_store *s, const char *node, size_t i, struct passages *all)
{
	struct passage p = { .letter = passage_reads[i].letter };
	const char *marker;
	struct query q;
	int word;

	query(&q, &s->db, all->arena, passage_reads[i].sql, "s", node);
	while (query_next(&q, "isssis", &p.n, &p.text, &p.author, &p.permalink, &p.at, &marker)) {
		if (!word_read(&q, "marker", marker_from, marker, MARKER_NONE, &word))
			break;
		p.marker = (enum marker)word;
		*passage_add(all) = p;
	}
	return query_end(&q);
}

int rows_passages(struct rows *r, const char *node, struct arena *a, struct passage **p)
{
	struct passages all = { .arena = a };
	int rc = 0;

	for (size_t i = 0; i < sizeof(passage_reads) / sizeof(*passage_reads) && !rc; i++)
		rc = passages_read(of_rows(r), node, i, &all);
	*p = all.at;
	return rc ? rc : (int)all.count;
}
