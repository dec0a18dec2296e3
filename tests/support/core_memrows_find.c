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
					     .at = mem_int(n, t, row, at),
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

static int r_passages(struct rows *r, const char *node, struct arena *a, struct passage **p)
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
	mem_marks(&all, n);
	return all.n;
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
			rc = r_passages(r, m->nodes[i].id, a, &p);
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

static bool mem_has(const struct passage *p, int count, const char *wanted, struct arena *a)
{
	char concept[WORD_MOST + 8];
	struct token *w;

	for (int i = 0; i < count; i++) {
		size_t n = find_tokens(a, p[i].text, &w);

		for (size_t k = 0; k < n; k++)
			if (w[k].upto - w[k].at == 1 && concept_of(w[k].s, concept, NULL) &&
			    !strcmp(concept, wanted))
				return true;
	}
	return false;
}

static int r_alike(struct rows *r, struct like_word *words, size_t count,
		   const struct find_wanted *wanted, struct arena *a, struct head *h, int most)
{
	struct memrows *m = memrows_of(r);
	int *shares = arena_alloc(a, (size_t)(m->count + 1) * sizeof(*shares)), n = 0, rc;
	struct passage *p;

	for (int i = 0; i < m->count; i++) {
		int texts = r_passages(r, m->nodes[i].id, a, &p);

		for (size_t k = 0; k < count; k++)
			if (mem_has(p, texts, words[k].concept, a)) {
				words[k].nodes++;
				shares[i]++;
			}
	}
	for (int least = (int)count; least >= 2; least--)
		for (int i = m->count; i-- && n < most;) {
			if (shares[i] != least)
				continue;
			mem_head(&m->nodes[i], &h[n]);
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
