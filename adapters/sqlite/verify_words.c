/*
 * verify_words: has the index just the words that the texts have? It is made once more, in memory, from the journals and
 * the texts, and the two are compared word by word.
 */
#include "adapters/sqlite/verify_private.h"

#include <string.h>

#define TO_DO "; what was said is all there, but search may miss it or find too much"

/* (word, Node), in order; of a database's own index. */
static int pairs_begin(struct db *db, struct query *q, struct arena *a)
{
	int rc = db_script(db, "CREATE VIRTUAL TABLE temp.words_said USING fts5vocab(main, words,"
			       " instance)");

	if (!rc)
		query(q, db, a, "SELECT term, doc FROM temp.words_said", "");
	return rc;
}

static int pairs_end(struct db *db, struct query *q)
{
	int rc = query_end(q), dropped = db_script(db, "DROP TABLE temp.words_said");

	return rc ? rc : dropped;
}

struct pair {
	const char *word; /* NULL: the end */
	int64_t node;
};

static void pair_next(struct query *q, struct pair *p)
{
	if (!query_next(q, "si", &p->word, &p->node))
		p->word = NULL;
}

static int pair_order(const struct pair *x, const struct pair *y)
{
	int order;

	if (!x->word || !y->word)
		return !x->word - !y->word;
	order = strcmp(x->word, y->word);
	return order ? order : (x->node > y->node) - (x->node < y->node);
}

/* One finding is enough: which word it is can't be told to whoever may not see the Node. */
static int pair_differs(struct check *c, const struct pair *p, bool missing)
{
	const char *id = NULL;
	struct arena a;
	int rc;

	arena_init(&a);
	rc = db_one(c->db, &a, "SELECT id FROM node WHERE n = ?", "i>s", p->node, &id);
	finding(c,
		missing ? "%s: a word of its texts isn't in the search index" TO_DO
			: "%s: the search index has a word that no text of it has" TO_DO,
		id ? id : "a Node that isn't there");
	arena_release(&a);
	return rc < 0 ? rc : 0;
}

static int words_compare(struct check *c)
{
	struct query now, made;
	struct pair is, should;
	struct arena a, b;
	int rc, order;

	arena_init(&a);
	arena_init(&b);
	rc = pairs_begin(c->db, &now, &a);
	if (!rc && (rc = pairs_begin(&c->again, &made, &b)))
		pairs_end(c->db, &now);
	if (rc)
		return rc;
	do {
		arena_release(&a);
		arena_release(&b);
		pair_next(&now, &is);
		pair_next(&made, &should);
		order = pair_order(&is, &should);
	} while (is.word && !order);
	if (order)
		rc = pair_differs(c, order < 0 ? &is : &should, order > 0);
	if (pairs_end(&c->again, &made) && !rc)
		rc = db_fault(c->db, "%s", c->again.problem.s);
	if (pairs_end(c->db, &now) && !rc)
		rc = STORE_FAULT;
	arena_release(&a);
	arena_release(&b);
	return rc;
}

static int node_words_again(struct check *c, int64_t node, const char *id, int64_t indexed,
			    int64_t seq)
{
	if (indexed > seq)
		finding(c, "%s: the search index is ahead of its journal" TO_DO, id);
	return words_index_rows(c->db, &c->again, node, 0, indexed);
}

static int words_again(struct check *c)
{
	int64_t node, indexed, seq;
	const char *id;
	struct arena a;
	struct query q;
	int rc = 0, end;

	arena_init(&a);
	query(&q, c->db, &a, "SELECT n, id, indexed, seq FROM node ORDER BY n", "");
	while (!rc && query_next(&q, "isii", &node, &id, &indexed, &seq)) {
		rc = node_words_again(c, node, id, indexed, seq);
		arena_release(&a);
	}
	arena_release(&a);
	end = query_end(&q);
	return rc ? rc : end;
}

/* Whom the index lacks is on the list of those that wait, or will be come to (words_bite.c). */
static int behind_check(struct check *c)
{
	const char *id = NULL;
	struct arena a;
	int rc;

	arena_init(&a);
	rc = db_one(c->db, &a,
		    "SELECT id FROM node, tally WHERE behind GLOB '*[^0-9,]*'"
		    " OR behind NOT GLOB '*,' OR instr(CAST(behind AS BLOB), x'00')"
		    " OR unwalked NOT BETWEEN 0 AND (SELECT max(n) FROM node)"
		    " OR node.n > unwalked AND"
		    " (indexed < seq) IS NOT (instr(behind, ',' || node.n || ',') > 0)",
		    ">s", &id);
	if (rc > 0)
		finding(c, "%s: the list of what the search index lacks is wrong" TO_DO, id);
	arena_release(&a);
	return rc < 0 ? rc : 0;
}

int verify_words(struct check *c)
{
	int rc = behind_check(c);

	if (!rc)
		rc = words_again(c);
	return rc ? rc : words_compare(c);
}
