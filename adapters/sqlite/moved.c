/*
 * moved: a channel has another id (Slack changes it when a channel is shared with another organisation, or
 * made private). What Nodes say of it, core has changed and journaled; here is what stands beside them. A
 * new column with a channel in it gets a row here.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

static const char *const refs[] = {
	"UPDATE OR REPLACE channel SET ref = ?2 WHERE ref = ?1",
	"UPDATE OR REPLACE member SET channel = ?2 WHERE channel = ?1",
	"UPDATE OR REPLACE message SET channel = ?2 WHERE channel = ?1",
	"UPDATE OR REPLACE erased SET channel = ?2 WHERE channel = ?1",
	"UPDATE OR REPLACE emoji SET channel = ?2 WHERE channel = ?1",
	"UPDATE letter SET channel = ?2 WHERE channel = ?1",
	"UPDATE letter SET sent_channel = ?2 WHERE sent_channel = ?1",
	("UPDATE letter SET lane = 'm:' || ?2 || substr(lane, length(?1) + 3)"
	 " WHERE substr(lane, 1, length(?1) + 3) = 'm:' || ?1 || ':'"),
	"UPDATE post SET channel = ?2 WHERE channel = ?1",
};

int channel_moved(struct sqlite_store *s, const char *from, const char *to)
{
	int rc = 0;

	rows_names_doubt(s);
	for (size_t i = 0; i < sizeof(refs) / sizeof(*refs) && !rc; i++)
		rc = db_run(&s->db, refs[i], "ss", from, to);
	return rc;
}

int rows_channel_nodes(struct rows *r, const char *channel, struct arena *a, const char **ids,
		       int most)
{
	struct query q;
	int n = 0, rc;

	query(&q, &of_rows(r)->db, a,
	      "SELECT id FROM node WHERE channel = ?1 OR asked_in = ?1"
	      " OR n IN (SELECT node FROM span WHERE channel = ?1)"
	      " OR n IN (SELECT node FROM capture WHERE channel = ?1)"
	      " OR n IN (SELECT node FROM entry WHERE channel = ?1) ORDER BY n LIMIT ?2",
	      "sd", channel, most);
	while (n < most && query_next(&q, "s", &ids[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}

int rows_channel_rows(struct rows *r, const char *node, enum table t, const char *channel,
		      struct arena *a, int64_t *n, int most)
{
	const char *sql = arena_printf(a,
				       "SELECT n FROM \"%s\" WHERE node = " THE_NODE
				       " AND channel = ?2 ORDER BY n LIMIT ?3",
				       table_name(t));
	struct query q;
	int count = 0, rc;

	query(&q, &of_rows(r)->db, NULL, sql, "ssd", node, channel, most);
	while (count < most && query_next(&q, "i", &n[count]))
		count++;
	rc = query_end(&q);
	return rc ? rc : count;
}
