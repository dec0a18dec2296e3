/*
 * merged: Nodes that were merged into another, the copies of what was said there, and who reads both.
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

/* The newest, if it was merged twice. */
int rows_copy(struct rows *r, const char *node, const char *of, struct arena *a, const char **piece)
{
	return db_one(
		&of_rows(r)->db, a,
		"SELECT letter || n FROM (SELECT 'E' AS letter, n FROM entry INDEXED BY entry_copy"
		" WHERE node = " THE_NODE " AND copy_of = ?2 UNION ALL SELECT 'A', n FROM item"
		" INDEXED BY item_copy WHERE node = " THE_NODE " AND copy_of = ?2)"
		" ORDER BY n DESC LIMIT 1",
		"ss>s", node, of, piece);
}

int rows_text(struct rows *r, const char *node, int64_t n, struct arena *a, const char **body)
{
	return db_one(&of_rows(r)->db, a,
		      "SELECT body FROM text WHERE node = " THE_NODE " AND n = ?2", "si>s", node, n,
		      body);
}

#define OURSELVES "(SELECT value FROM meta WHERE name = 'bot_user')"
/* Members of ?1, bots aside, that are none of ?2. The bot may never have been asked what it is itself. */
#define OUTSIDE \
	" FROM member a LEFT JOIN person p ON p.ref = a.person WHERE a.channel = ?1" \
	" AND coalesce(p.rank, '') <> 'bot'" \
	" AND a.person <> substr(?1, 1, instr(?1, '/')) || coalesce(" OURSELVES ", '')" \
	" AND NOT EXISTS (SELECT 1 FROM member b" \
	" WHERE b.channel = ?2 AND b.person = a.person AND b.as_of = " GAPS ")"
/* Somebody may be in ?1 whom nobody has told us of: its members weren't read since the last gap, nor did all of them
 * come since. */
#define UNSURE \
	"(NOT EXISTS (SELECT 1 FROM channel WHERE ref = ?1 AND members_as_of = " GAPS ")" \
	" AND (EXISTS (SELECT 1 FROM member WHERE channel = ?1 AND as_of <> " GAPS ")" \
	" OR NOT EXISTS (SELECT 1 FROM member WHERE channel = ?1)))"

int rows_member_outside(struct rows *r, const char *channel, const char *other)
{
	return db_one(&of_rows(r)->db, NULL,
		      "SELECT 1 WHERE EXISTS (SELECT 1" OUTSIDE ") OR " UNSURE, "ss>", channel,
		      other);
}

/* Are all who are in it known: its members were read, or came, since the last gap? */
static int members_unread(struct sqlite_store *s, const char *channel, bool *unread)
{
	int rc = db_one(&s->db, NULL, "SELECT 1 WHERE " UNSURE, "s>", channel);

	*unread = rc > 0;
	return rc < 0 ? rc : 0;
}

/* What somebody's rank was before a gap they may have no more. Those come last who were in ?2, and may be still. */
static int outsiders_read(struct sqlite_store *s, const char *channel, const char *other,
			  struct arena *a, struct outsiders *o)
{
	const char *person;
	bool guest, never, unsure;
	struct query q;

	query(&q, &s->db, a,
	      "SELECT person, rank IN ('guest', 'stranger'), rank = 'unknown', unsure FROM"
	      " (SELECT a.person AS person, EXISTS (SELECT 1 FROM member b"
	      " WHERE b.channel = ?2 AND b.person = a.person) AS known_there, coalesce(p.rank, 'unknown') AS rank,"
	      " coalesce(p.rank = 'unknown' OR p.as_of <> " GAPS ", 1) AS unsure" OUTSIDE
	      ") WHERE unsure OR rank IN ('guest', 'stranger') ORDER BY known_there, person",
	      "ss", channel, other);
	while (query_next(&q, "sooo", &person, &guest, &never, &unsure)) {
		if (guest && o->count++ < OUTSIDERS_NAMED)
			o->named[o->count - 1] = person;
		if (unsure && o->unmet++ < OUTSIDERS_UNMET)
			o->first_unmet[o->unmet - 1] = person;
		o->never_met += never;
	}
	return query_end(&q);
}

int rows_outsiders(struct rows *r, const char *channel, const char *other, struct arena *a,
		   struct outsiders *o)
{
	struct sqlite_store *s = of_rows(r);
	int rc;

	*o = (struct outsiders){ .count = 0 };
	rc = outsiders_read(s, channel, other, a, o);
	if (!rc)
		rc = members_unread(s, channel, &o->unread);
	if (!rc)
		rc = members_unread(s, other, &o->other_unread);
	return rc;
}
