/*
 * merged: Nodes that were merged into another.
 */
#include "adapters/sqlite/sqlite_private.h"

int rows_merged(struct rows *r, const char *node, struct arena *a, struct merged *m, int most)
{
	struct query q;
	int n = 0, rc;

	query(&q, &of_rows(r)->db, a,
	      "SELECT n, id, gone FROM merged WHERE node = " THE_NODE " ORDER BY n LIMIT ?", "sd",
	      node, most);
	while (n < most && query_next(&q, "iso", &m[n].n, &m[n].id, &m[n].gone))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}
