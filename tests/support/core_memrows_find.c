/* The archive's half of the map: every Node is looked at. */
#include "tests/support/core_memrows_private.h"

#include "core/find/concepts.h"
#include "core/find/like.h"
#include "core/find/search.h"

#include <string.h>

static struct memrows *memrows_of(struct rows *r)
{
	return (struct memrows *)r;
}

/* ---- passages ---- */

struct mem_passages {
	struct passage *p;
	int n;
};

static void mem_passage(struct mem_passages *all, const struct mem_node *n, enum table t,
			int64_t row, char letter, const char *text, const char *at)
{
	const char *body = mem_row(n, t, row) ? mem_string(n, t, row, text) : NULL;

	if (!body)
		return;
	all->p[all->n++] = (struct passage){ .letter = letter,
					     .n = row,
					     .text = body,
					     .at = at ? mem_int(n, t, row, at) : 0,
					     .marker = MARKER_NONE };
}

static void mem_said(struct mem_passages *all, const struct mem_node *n, enum table t, char letter,
		     const char *gone, const char *at)
{
	for (int64_t row = 1; row <= n->count[t]; row++) {
		int before = all->n;

		if (!mem_int(n, t, row, gone))
			mem_passage(all, n, t, row, letter, "text", at);
		if (all->n > before) {
			all->p[before].author = mem_string(n, t, row, "author");
			all->p[before].permalink = mem_string(n, t, row, "permalink");
		}
	}
}

static void mem_marks(struct mem_passages *all, const struct mem_node *n)
{
	for (int64_t row = 1; row <= n->count[TABLE_MARKER]; row++)
		for (int i = 0; i < all->n; i++)
			if (all->p[i].letter == 'E' &&
			    all->p[i].n == mem_int(n, TABLE_MARKER, row, "entry") &&
			    !strcmp(mem_string(n, TABLE_MARKER, row, "state"), "live"))
				all->p[i].marker = (enum marker)marker_from(
					mem_string(n, TABLE_MARKER, row, "marker"));
}

static void mem_files(struct mem_passages *all, const struct mem_node *n)
{
	for (int64_t row = 1; row <= n->count[TABLE_FILE]; row++)
		if (!mem_int(n, TABLE_ENTRY, mem_int(n, TABLE_FILE, row, "entry"), "withdrawn"))
			mem_passage(all, n, TABLE_FILE, row, HANDLE_FILE, "name", "entry");
}

/* How many entries stand before this one on the timeline; or behind it. */
static int mem_beside(const struct mem_node *n, int64_t entry, bool before)
{
	int64_t at = mem_int(n, TABLE_ENTRY, entry, "at"), other;
	int beside = 0;

	for (int64_t row = 1; row <= n->count[TABLE_ENTRY]; row++) {
		if (row == entry || mem_int(n, TABLE_ENTRY, row, "withdrawn"))
			continue;
		other = mem_int(n, TABLE_ENTRY, row, "at");
		beside += (other < at || (other == at && row < entry)) == before;
	}
	return beside;
}

static bool mem_is_telling(const struct mem_node *n, const struct passage *p)
{
	int marked = 0;

	if (p->letter != 'E' || mem_beside(n, p->n, true) < TELLING_MOST ||
	    mem_beside(n, p->n, false) < TELLING_MOST)
		return true;
	for (int64_t row = n->count[TABLE_MARKER]; row > 0 && marked < TELLING_MOST; row--) {
		if (strcmp(mem_string(n, TABLE_MARKER, row, "state"), "live") != 0)
			continue;
		marked++;
		if (mem_int(n, TABLE_MARKER, row, "entry") == p->n)
			return true;
	}
	return false;
}

/* The first of each kind, but of entries those that count as telling. */
static int mem_telling(const struct mem_node *n, struct passage *p, int count)
{
	int kept = 0, same = 0;

	for (int i = 0; i < count; i++) {
		same = i && p[i].letter == p[i - 1].letter ? same + 1 : 0;
		if (p[i].letter == 'E' ? mem_is_telling(n, &p[i]) : same < TELLING_MOST)
			p[kept++] = p[i];
	}
	return kept;
}

static int r_passages(struct rows *r, const char *node, enum passages_of of, struct arena *a,
		      struct passage **p)
{
	static const enum section order[] = { SECTION_SUMMARY, SECTION_CAUSE, SECTION_TRIGGER,
					      SECTION_IMPACT, SECTION_LESSON };
	struct mem_node *n = mem_node(memrows_of(r), node);
	struct mem_passages all = { 0 };
	int64_t rows = 1;

	if (!n)
		return 0;
	for (enum table t = 0; t < TABLES; t++)
		rows += n->count[t];
	all.p = *p = arena_alloc(a, (size_t)rows * sizeof(**p));
	mem_passage(&all, n, TABLE_NODE, 1, HANDLE_TITLE, "title", "declared_at");
	for (size_t i = 0; i < SECTIONS; i++)
		mem_said(&all, n, TABLE_SUMMARY + (unsigned)order[i], section_letter(order[i]),
			 "gone", "at");
	mem_said(&all, n, TABLE_ITEM, 'A', "withdrawn", "created_at");
	mem_said(&all, n, TABLE_ENTRY, 'E', "withdrawn", "at");
	mem_files(&all, n);
	for (int64_t row = 1; row <= n->count[TABLE_SERVICE]; row++)
		if (!mem_int(n, TABLE_SERVICE, row, "gone"))
			mem_passage(&all, n, TABLE_SERVICE, row, HANDLE_SERVICE, "name", NULL);
	mem_marks(&all, n);
	return of == PASSAGES_ALL ? all.n : mem_telling(n, all.p, all.n);
}

/* ---- search ---- */

/* Those with all words first; of each kind the newest. */
static int r_search(struct rows *r, struct find *f, const struct find_wanted *wanted,
		    struct arena *a, struct head *h, int most)
{
	struct memrows *m = memrows_of(r);
	struct passage *p;
	struct look look;
	int n = 0, rc;

	for (int all = 1; all >= 0; all--)
		for (int i = m->count; i-- && n < most;) {
			rc = r_passages(r, m->nodes[i].id, PASSAGES_ALL, a, &p);
			if (!find_look(f, p, (size_t)rc, m->count, &look) ||
			    (look.terms == (1u << f->count) - 1) != all)
				continue;
			mem_head(&m->nodes[i], &h[n]);
			rc = wanted->node(wanted->arg, &h[n]);
			if (rc < 0)
				return rc;
			n += rc > 0;
		}
	return n;
}

/* ---- alike ---- */

static bool mem_text_has(const char *text, const char *wanted, struct arena *a)
{
	char idea[WORD_MOST + 8];
	struct token *w;
	struct buf plain;
	bool has = false;
	size_t n;

	buf_init(&plain, BUF_ROOMY);
	text_words(&plain, text, NULL);
	n = find_tokens(a, plain.s, &w);
	for (size_t k = 0; k < n && !has; k++)
		has = w[k].upto - w[k].at == 1 && concept_of(w[k].s, idea, NULL) &&
		      !strcmp(idea, wanted);
	buf_release(&plain);
	return has;
}

static bool mem_is_link(const struct mem_node *n, int64_t text)
{
	for (int64_t row = 1; row <= n->count[TABLE_LINK]; row++)
		if (mem_cell(n, TABLE_LINK, row, "url")->i == text)
			return true;
	return false;
}

/* In a text that it ever had: so the index of words has it. */
static bool mem_has(const struct mem_node *n, const char *wanted, struct arena *a)
{
	for (int64_t i = 1; i <= n->n_texts; i++)
		if (n->texts[i - 1] && !mem_is_link(n, i) &&
		    mem_text_has(n->texts[i - 1], wanted, a))
			return true;
	return false;
}

/* What each Node shares, by how much it says. */
static double *mem_scores(const struct memrows *m, struct like_word *words, size_t count,
			  struct arena *a)
{
	double *score = arena_alloc(a, (size_t)(m->count + 1) * sizeof(*score));
	bool *has = arena_alloc(a, (size_t)(m->count + 1) * sizeof(*has));

	for (size_t k = 0; k < count; k++) {
		for (int i = 0; i < m->count; i++) {
			has[i] = mem_has(&m->nodes[i], words[k].idea, a);
			words[k].nodes += has[i];
		}
		if (like_common(&words[k], m->count))
			continue;
		for (int i = 0; i < m->count; i++)
			if (has[i])
				score[i] += words[k].weight * like_rarity(&words[k], m->count);
	}
	return score;
}

static int r_alike(struct rows *r, struct like_word *words, size_t count,
		   const struct find_wanted *wanted, struct arena *a, struct head *h, int most)
{
	struct memrows *m = memrows_of(r);
	double *score = mem_scores(m, words, count, a);
	int n = 0, best, rc;

	while (n < most) {
		best = 0;
		for (int i = 1; i < m->count; i++)
			if (score[i] >= score[best])
				best = i;
		if (!m->count || score[best] <= 0)
			break;
		score[best] = 0;
		mem_head(&m->nodes[best], &h[n]);
		rc = wanted->node(wanted->arg, &h[n]);
		if (rc < 0)
			return rc;
		n += rc > 0;
	}
	return n;
}

static int r_find_state(struct rows *r, struct find_state *state)
{
	*state = (struct find_state){ .nodes = memrows_of(r)->count };
	return 1;
}

void memrows_find_readers(struct memrows *m)
{
	m->rows.passages = r_passages;
	m->rows.search = r_search;
	m->rows.alike = r_alike;
	m->rows.find_state = r_find_state;
}
