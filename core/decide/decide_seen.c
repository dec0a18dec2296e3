/* What somebody may see, for those who show Nodes before a line is said: forms. */
#include "core/decide/decide_common.h"

static int seen_begin(struct deed *d, struct intent *in)
{
	int rc = d->rows->person(d->rows, in->who, d->arena, &d->speaker);

	if (rc <= 0)
		d->speaker = (struct person){ .rank = RANK_UNKNOWN };
	d->speaker.ref = in->who;
	d->speaker.rank = rank_now(&d->speaker);
	d->in = in;
	return rc < 0 ? rc : 0;
}

int deed_node_seen(struct rows *r, const char *who, const char *channel, const char *id,
		   struct arena *a, struct head *h)
{
	struct intent in = { .who = who, .channel = channel };
	struct deed d = { .rows = r, .arena = a };
	int rc = seen_begin(&d, &in);

	if (rc < 0)
		return rc;
	rc = r->node_id(r, id, a, h);
	return rc > 0 ? node_seen(&d, h) : rc;
}

int deed_services_seen(struct rows *r, const char *who, const char *channel, struct arena *a,
		       const char **names, int most)
{
	struct intent in = { .who = who, .channel = channel };
	struct deed d = { .rows = r, .arena = a };
	int rc = seen_begin(&d, &in);

	return rc < 0 ? rc : services_seen(&d, names, most);
}

int deed_nodes_seen(struct rows *r, const char *who, const char *channel, struct arena *a,
		    struct head **h)
{
	struct intent in = { .who = who, .channel = channel };
	struct deed d = { .rows = r, .arena = a };
	int rc = seen_begin(&d, &in);
	bool more;

	return rc < 0 ? rc : nodes_seen(&d, "open", NULL, h, &more);
}

int deed_desk(struct rows *r, struct zones *zones, const char *who, int64_t now_ms, struct arena *a,
	      struct desk *out)
{
	struct intent in = { .who = who, .now_ms = now_ms };
	struct deed d = { .rows = r, .arena = a, .zones = zones };
	int rc = seen_begin(&d, &in);

	return rc < 0 ? rc : desk_fill(&d, out);
}
