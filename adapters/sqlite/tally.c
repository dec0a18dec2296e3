/*
 * tally: one row, written with every change: of what is added to the journals of all Nodes, so that what was taken
 * out whole, a Node with all that is its own, is missed; and how many commits there were.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

/* Whatever the order; and no two rows have the same digest: each covers the Node's name and the row's number. */
void tally_add(unsigned char sum[DIGEST_SIZE], const unsigned char row[DIGEST_SIZE])
{
	for (size_t i = 0; i < DIGEST_SIZE; i++)
		sum[i] ^= row[i];
}

int tally_of_all(struct db *db, int64_t *rows, unsigned char sum[DIGEST_SIZE])
{
	unsigned char row[DIGEST_SIZE];
	struct query q;

	*rows = 0;
	memset(sum, 0, DIGEST_SIZE);
	query(&q, db, NULL, "SELECT digest FROM journal", "");
	for (; query_next(&q, "b", row, sizeof(row)); ++*rows)
		tally_add(sum, row);
	return query_end(&q);
}

/* It is read once, and then known: nobody else writes. */
int tally_know(struct sqlite_store *s)
{
	struct tally *t = &s->tally;
	const char *behind = "", *unshown = "[]";
	int64_t unwalked;
	struct arena a;
	int rc, read;

	if (t->known)
		return 0;
	arena_init(&a);
	rc = db_one(&s->db, &a,
		    "SELECT journal, commits, sum, behind, unwalked, answers, unshown FROM tally"
		    " WHERE n = 1",
		    ">iibsiis", &t->journal, &t->commits, t->sum, sizeof(t->sum), &behind,
		    &unwalked, &t->answers, &unshown);
	if (rc > 0)
		words_behind_set(s, behind, unwalked);
	if (rc > 0 && (read = unshown_read(s, unshown)))
		rc = read;
	arena_release(&a);
	/* Who only reads isn't told of what others write. */
	t->known = rc > 0 && s->mode == STORE_WRITE;
	return rc == 0 ? db_damaged(&s->db, "the tally of all changes is gone") : rc < 0 ? rc : 0;
}
