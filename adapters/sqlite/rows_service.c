/*
 * service: which services a Node says are down, and what they were called before.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <stdio.h>

int rows_services(struct rows *r, const char *node, struct arena *a, struct service *s, int most)
{
	struct query q;
	int n = 0, rc;

	query(&q, &of_rows(r)->db, a,
	      "SELECT s.n, t.body FROM service s LEFT JOIN text t ON t.node = s.node AND t.n = s.name"
	      " WHERE s.node = " THE_NODE " AND s.gone IS NOT 1 ORDER BY s.n LIMIT ?",
	      "sd", node, most);
	while (n < most && query_next(&q, "is", &s[n].n, &s[n].name))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}

/* Backwards through the key, as far as `most`: the newest Nodes know how things are called today. */
int rows_services_used(struct rows *r, struct arena *a, struct service_used *s, int most)
{
	const char *id;
	struct query q;
	int n = 0, rc;

	query(&q, &of_rows(r)->db, a,
	      "SELECT t.body, m.id, m.private, m.channel, m.declared_by, m.captain FROM service s"
	      " CROSS JOIN text t ON t.node = s.node AND t.n = s.name CROSS JOIN node m ON m.n = s.node"
	      " WHERE t.body IS NOT NULL ORDER BY s.node DESC, s.n DESC LIMIT ?",
	      "d", most);
	while (n < most) {
		struct head *h = &s[n].node;

		*h = (struct head){ .origin = ORIGIN_NONE };
		if (!query_next(&q, "ssosss", &s[n].name, &id, &h->private_, &h->channel,
				&h->declared_by, &h->captain))
			break;
		snprintf(h->id, sizeof(h->id), "%s", id);
		n++;
	}
	rc = query_end(&q);
	return rc ? rc : n;
}
