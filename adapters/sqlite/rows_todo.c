/*
 * todo: open items of all Nodes, and of Nodes what statistics count.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <stdio.h>
#include <string.h>

/* By the index of what is open: of what is settled nothing is looked at, and texts, Nodes and people are read of those
 * only that are asked for. */
#define TODO(whose) \
	"SELECT i.n, i.type, t.body, i.owner, i.due, i.created_at, i.copy_of, m.id, m.year, m.number," \
	" (SELECT body FROM text WHERE text.node = m.n AND text.n = m.title), m.private, m.channel," \
	" m.declared_by, m.captain, m.status, m.priority, m.drill, p.zone, p.zone_offset_s, p.zone_known," \
	" o.every, o.hidden" \
	" FROM (SELECT item.node, item.n, item.due, count(*) OVER () AS every," \
	" sum(node.private IS 1) OVER () AS hidden FROM item " whose \
	" CROSS JOIN node ON node.n = item.node" \
	" WHERE item.state = 'TODO' AND item.withdrawn IS NOT 1 AND node.status IS NOT 'MERGED'" \
	" AND " ITEM_LEFT( \
		"item") " IS NOT 1" \
			" AND (?1 IS NULL OR item.owner IN (SELECT value FROM json_each(?1)))" \
			" AND (?4 IS NULL OR item.owner IS NOT ?4)" \
			" ORDER BY item.due IS NULL, item.due, item.node, item.n LIMIT ?2 OFFSET ?3) o" \
			" JOIN item i ON i.node = o.node AND i.n = o.n JOIN node m ON m.n = o.node" \
			" LEFT JOIN text t ON t.node = i.node AND t.n = i.text LEFT JOIN person p ON p.ref = i.owner" \
			" ORDER BY i.due IS NULL, i.due, i.node, i.n"

static bool todo_words(struct query *q, struct todo *t, const char *const word[3])
{
	int type, status, priority;

	if (!word_read(q, "type of item", item_type_from, word[0], ITEM_MITIGATE, &type) ||
	    !word_read(q, "status", status_from, word[1], STATUS_OPEN, &status) ||
	    !word_read(q, "priority", priority_from, word[2], PRIORITY_HIGH, &priority))
		return false;
	t->item.type = (enum item_type)type;
	t->node.status = (enum status)status;
	t->node.priority = (enum priority)priority;
	return true;
}

static bool todo_next(struct query *q, struct todo *t, struct todo_count *count)
{
	const char *word[3], *id;

	*t = (struct todo){ .node.origin = ORIGIN_NONE };
	if (!query_next(q, "issssissdisosssssosdoii", &t->item.n, &word[0], &t->item.text,
			&t->item.owner, &t->item.due, &t->item.created_at, &t->item.copy_of, &id,
			&t->node.year, &t->node.number, &t->node.title, &t->node.private_,
			&t->node.channel, &t->node.declared_by, &t->node.captain, &word[1],
			&word[2], &t->node.drill, &t->owner.zone, &t->owner.zone_offset_s,
			&t->owner.zone_known, &count->all, &count->private_))
		return false;
	snprintf(t->node.id, sizeof(t->node.id), "%s", id);
	t->owner.ref = t->item.owner;
	return todo_words(q, t, word);
}

/* The refs as an array: they have neither quotes nor backslashes in them, or they are none. */
static void owners_write(struct buf *out, const struct todo_asked *asked)
{
	buf_addc(out, '[');
	for (size_t i = 0, n = 0; i < asked->n_owners; i++)
		if (!strpbrk(asked->owners[i], "\"\\"))
			buf_addf(out, "%s\"%s\"", n++ ? "," : "", asked->owners[i]);
	buf_addc(out, ']');
}

int rows_todo(struct rows *r, const struct todo_asked *asked, struct arena *a, struct todo *t,
	      int most, struct todo_count *count)
{
	struct db *db = &of_rows(r)->db;
	const char *everybody = NULL;
	struct buf owners;
	struct query q;
	int n = 0, rc;

	*count = (struct todo_count){ 0 };
	buf_init(&owners, BUF_ROOMY);
	if (asked->owners) {
		owners_write(&owners, asked);
		query(&q, db, a, TODO("INDEXED BY item_owner"), "sdis", owners.s, most, asked->from,
		      asked->but);
	} else {
		query(&q, db, a, TODO("INDEXED BY item_open"), "sdis", everybody, most, asked->from,
		      asked->but);
	}
	while (n < most && todo_next(&q, &t[n], count))
		n++;
	rc = query_end(&q);
	buf_release(&owners);
	return rc ? rc : n;
}
