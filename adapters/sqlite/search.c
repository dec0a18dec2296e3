/*
 * search: finding Nodes by words. The index (words_index.c) is asked tier by tier, the newest Nodes first, and no
 * further than as many as somebody will look at: a word that every Node has costs as much as one that a hundred have. What
 * stands in no index yet is read as it is (search_tail.c), and the Nodes it is about come first.
 */
#include "adapters/sqlite/search_private.h"

#include "core/find/like.h"

#include <string.h>

#define COUNTED 500 /* Nodes that a word is counted in; from there on it is reckoned */
#define LOOKED 2000 /* Nodes of one tier, wanted or not */
#define WALKED 1500 /* Nodes of one concept */
#define ALIKE_FEW 4 /* concepts that are shared, times this: Nodes looked at more closely */

/* ---- the index ---- */

/* Rows of Nodes that match, the newest first. */
static int index_rows(struct db *db, const char *match, int64_t *node, int most)
{
	struct query q;
	int n = 0, rc;

	query(&q, db, NULL,
	      "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?", "sd",
	      match, most);
	while (n < most && query_next(&q, "i", &node[n]))
		n++;
	rc = query_end(&q);
	return rc ? rc : n;
}

static bool is_among(const int64_t *node, int n, int64_t wanted)
{
	for (int i = 0; i < n; i++)
		if (node[i] == wanted)
			return true;
	return false;
}

static int index_has(struct db *db, const char *match, int64_t node)
{
	return db_one(db, NULL, "SELECT 1 FROM words WHERE words MATCH ? AND rowid = ?", "si>",
		      match, node);
}

/* `n` Nodes, down from the newest to `last`, have it: then in all there are about so many. */
static int64_t reckoned(int n, int most, int64_t last, int64_t newest)
{
	if (n < most || newest <= last)
		return n;
	return (int64_t)n * newest / (newest - last);
}

/* ---- a search, as FTS5 reads it ---- */

/* Words have neither quotes nor blanks. */
static void match_word(struct buf *out, const char *mark, const char *word, bool begins)
{
	buf_addf(out, "\"%s%s\"%s", mark, word, begins ? " *" : "");
}

/* Its parts, wherever they stand. */
static void match_parts(struct buf *out, const char *mark, const struct find_term *t)
{
	buf_addc(out, '(');
	for (size_t i = 0; i < t->count; i++) {
		buf_adds(out, i ? " AND " : "");
		match_word(out, mark, t->parts[i], t->begins && i + 1 == t->count);
	}
	buf_addc(out, ')');
}

/* As it was typed: "tax-calculator.js" as one word. */
static void match_typed(struct buf *out, const char *mark, const struct find_term *t)
{
	if (t->whole)
		match_word(out, mark, t->whole, t->begins);
	else
		match_parts(out, mark, t);
}

static const struct {
	const char *mark, *between;
	void (*term)(struct buf *out, const char *mark, const struct find_term *t);
} tiers[] = {
	{ WORDS_HEAD, " AND ", match_typed },
	{ "", " AND ", match_typed },
	{ "", " AND ", match_parts },
	{ "", " OR ", match_parts },
};
#define TIERS (sizeof(tiers) / sizeof(*tiers))

static void match_tier(struct buf *out, const struct find *f, size_t tier)
{
	buf_reset(out);
	/* A service is a text of the Node's, too: without it there is nothing to look at. */
	if (f->service)
		match_word(out, "", f->service, false);
	buf_adds(out, f->service && f->count ? " AND (" : "");
	for (size_t i = 0; i < f->count; i++) {
		buf_adds(out, i ? tiers[tier].between : "");
		tiers[tier].term(out, tiers[tier].mark, &f->terms[i]);
	}
	buf_adds(out, f->service && f->count ? ")" : "");
}

/* ---- found ---- */

struct finding_rows { /* what one question gathers */
	struct rows *rows;
	struct db *db;
	const struct find_wanted *wanted;
	struct arena *arena;
	struct head *h;
	int count, most;
	int64_t newest;
	struct node_set seen;
	int64_t node[LOOKED];
	struct buf match;
};

static int finding_rows_begin(struct finding_rows *x, struct rows *r,
			      const struct find_wanted *wanted, struct arena *a, struct head *h,
			      int most)
{
	x->rows = r;
	x->db = &of_rows(r)->db;
	x->wanted = wanted;
	x->arena = a;
	x->h = h;
	x->most = most;
	node_set_init(&x->seen, a, (TIERS + 1) * LOOKED);
	buf_init(&x->match, BUF_ROOMY);
	return db_one(x->db, NULL, "SELECT coalesce(max(n), 0) FROM node", ">i", &x->newest);
}

/* Into the answer, if it wasn't looked at before and is wanted. */
static int node_take(struct finding_rows *x, int64_t node)
{
	bool born;
	int rc;

	if (x->count == x->most || node_set_add(&x->seen, node, &born) == (size_t)-1 || !born)
		return 0;
	rc = rows_node_row(x->rows, node, x->arena, &x->h[x->count]);
	if (rc > 0)
		rc = x->wanted->node(x->wanted->arg, &x->h[x->count]);
	if (rc > 0)
		x->count++;
	return rc < 0 ? rc : 0;
}

/* So many Nodes have it, at most COUNTED. A word that is common as it stands isn't asked for by its beginning: FTS5
 * would put all their lists together first. */
static int term_rows(struct finding_rows *x, const struct find_term *t)
{
	struct find_term whole = *t;
	int n;

	whole.begins = false;
	buf_reset(&x->match);
	match_parts(&x->match, "", &whole);
	n = index_rows(x->db, x->match.s, x->node, COUNTED);
	if (n < 0 || n == COUNTED || !t->begins)
		return n;
	buf_reset(&x->match);
	match_parts(&x->match, "", t);
	return index_rows(x->db, x->match.s, x->node, COUNTED);
}

/* In about how many Nodes a term is; of those that have one part of it in the index and another behind it nothing is
 * known here. */
static int term_count(struct finding_rows *x, const struct tail *tail, struct find_term *t)
{
	int n = term_rows(x, t);

	if (n < 0)
		return n;
	t->nodes = reckoned(n, COUNTED, n ? x->node[n - 1] : x->newest, x->newest);
	for (size_t i = 0; i < tail->nodes.count; i++)
		t->nodes += tail_has_parts(tail, i, t) == t->count &&
			    !is_among(x->node, n, tail->nodes.node[i]);
	return 0;
}

static int terms_count(struct finding_rows *x, const struct tail *tail, struct find *f)
{
	int rc = 0;

	for (size_t i = 0; i < f->count && !rc; i++)
		rc = term_count(x, tail, &f->terms[i]);
	return rc;
}

/* How many of the terms a Node has, in the index or behind it. */
static int tail_terms(struct finding_rows *x, const struct tail *tail, const struct find *f,
		      size_t at)
{
	int has = 0, rc;

	for (size_t i = 0; i < f->count; i++) {
		const struct find_term *t = &f->terms[i];
		size_t there = 0;

		for (size_t k = 0; k < t->count; k++) {
			bool begins = t->begins && k + 1 == t->count;

			rc = tail_has(tail, at, t->parts[k], begins);
			if (!rc) {
				buf_reset(&x->match);
				match_word(&x->match, "", t->parts[k], begins);
				rc = index_has(x->db, x->match.s, tail->nodes.node[at]);
			}
			if (rc < 0)
				return rc;
			there += rc > 0;
		}
		has += there == t->count;
	}
	return has;
}

/* Nodes about which something isn't in the index yet, and that have all the words (or some). */
static int tail_take(struct finding_rows *x, const struct tail *tail, const struct find *f,
		     bool all)
{
	int has, rc = 0;

	for (size_t i = tail->nodes.count; i-- && !rc;) {
		has = tail_terms(x, tail, f, i);
		if (has < 0)
			return has;
		if (all ? has == (int)f->count : has > 0)
			rc = node_take(x, tail->nodes.node[i]);
	}
	return rc;
}

static int tier_take(struct finding_rows *x, const struct find *f, size_t tier)
{
	int n, rc = 0;

	match_tier(&x->match, f, tier);
	n = index_rows(x->db, x->match.s, x->node, LOOKED);
	for (int i = 0; i < n && !rc && x->count < x->most; i++)
		rc = node_take(x, x->node[i]);
	return n < 0 ? n : rc;
}

static int tiers_take(struct finding_rows *x, struct find *f)
{
	struct tail tail;
	int rc = tail_read(of_rows(x->rows), x->arena, false, &tail);

	if (!rc)
		rc = terms_count(x, &tail, f);
	if (!rc)
		rc = tail_take(x, &tail, f, true);
	for (size_t i = 0; i < TIERS && !rc && x->count < x->most; i++)
		rc = tier_take(x, f, i);
	return rc ? rc : tail_take(x, &tail, f, false);
}

/* Without a word: the newest that the filters let through. */
static int newest_take(struct finding_rows *x)
{
	int rc = 0;

	for (int64_t node = x->newest;
	     node > 0 && !rc && x->count < x->most && x->newest - node < LOOKED * (int64_t)TIERS;
	     node--)
		rc = node_take(x, node);
	return rc;
}

int rows_search(struct rows *r, struct find *f, const struct find_wanted *wanted, struct arena *a,
		struct head *h, int most)
{
	struct finding_rows *x = arena_alloc(a, sizeof(*x));
	int rc = finding_rows_begin(x, r, wanted, a, h, most);

	if (rc >= 0)
		rc = f->count || f->service ? tiers_take(x, f) : newest_take(x);
	buf_release(&x->match);
	return rc < 0 ? rc : x->count;
}

/* ---- alike ---- */

/* Nodes that have this concept, in the index or behind it, into `node`; w->nodes: about how many there are. */
static int concept_walk(struct finding_rows *x, const struct tail *tail, struct like_word *w,
			int64_t *node)
{
	int n, all;

	buf_reset(&x->match);
	match_word(&x->match, WORDS_CONCEPT, w->idea, false);
	n = all = index_rows(x->db, x->match.s, node, WALKED);
	if (n < 0)
		return n;
	w->nodes = reckoned(n, WALKED, n ? node[n - 1] : x->newest, x->newest);
	for (size_t i = 0; i < tail->nodes.count; i++)
		if (tail_has_concept(tail, i, w->idea) && !is_among(node, n, tail->nodes.node[i]))
			node[all++] = tail->nodes.node[i];
	w->nodes += all - n;
	return all;
}

static int concepts_walk(struct finding_rows *x, const struct tail *tail, struct like_word *words,
			 size_t count, struct node_set *s)
{
	int64_t node[WALKED + TAIL_ROWS];
	int n;

	for (size_t i = 0; i < count; i++) {
		if ((n = concept_walk(x, tail, &words[i], node)) < 0)
			return n;
		if (like_common(&words[i], x->newest))
			continue;
		for (int k = 0; k < n; k++) {
			bool born;
			size_t at = node_set_add(s, node[k], &born);

			if (at != (size_t)-1)
				s->score[at] += words[i].weight * like_rarity(&words[i], x->newest);
		}
	}
	return 0;
}

/* The best that is left, of those as good as each other the newest; s->count: none. */
static size_t node_set_best(const struct node_set *s)
{
	size_t at = s->count;

	for (size_t i = 0; i < s->count; i++)
		if (s->score[i] > 0 && (at == s->count || s->score[i] > s->score[at] ||
					(s->score[i] == s->score[at] && s->node[i] > s->node[at])))
			at = i;
	return at;
}

/* The best first, as far as somebody wants them. */
static int best_take(struct finding_rows *x, struct node_set *s)
{
	int rc = 0;

	for (int tries = 0; tries < x->most * ALIKE_FEW && x->count < x->most && !rc; tries++) {
		size_t at = node_set_best(s);

		if (at == s->count)
			break;
		s->score[at] = 0;
		rc = node_take(x, s->node[at]);
	}
	return rc;
}

int rows_alike(struct rows *r, struct like_word *words, size_t count,
	       const struct find_wanted *wanted, struct arena *a, struct head *h, int most)
{
	struct finding_rows *x = arena_alloc(a, sizeof(*x));
	int rc = finding_rows_begin(x, r, wanted, a, h, most);
	struct node_set s;
	struct tail tail;

	node_set_init(&s, a, (size_t)WALKED * LIKE_WORDS);
	if (rc >= 0)
		rc = tail_read(of_rows(r), a, true, &tail);
	if (!rc)
		rc = concepts_walk(x, &tail, words, count, &s);
	if (!rc)
		rc = best_take(x, &s);
	buf_release(&x->match);
	return rc < 0 ? rc : x->count;
}

int rows_find_state(struct rows *r, struct find_state *state)
{
	struct sqlite_store *s = of_rows(r);
	/* None is ever taken out: the last row is their number. */
	int rc = db_one(&s->db, NULL, "SELECT coalesce(max(n), 0) FROM node", ">i", &state->nodes);

	if (rc >= 0)
		rc = tail_state(s, state);
	return rc < 0 ? rc : 1;
}
