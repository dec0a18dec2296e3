#include "core/find/archive.h"

#include <string.h>

#define LOOK_AT 20  /* Nodes that are put in order together */
#define COMPARED 12 /* Nodes that are compared text by text */
#define ITEMS_MOST 20

static const char *passage_text(const struct passage *p, size_t count, char letter)
{
	for (size_t i = 0; i < count; i++)
		if (p[i].letter == letter)
			return p[i].text;
	return NULL;
}

/* ---- search ---- */

struct searching {
	struct rows *rows;
	struct find *find;
	const struct find_wanted *wanted;
	struct arena *arena;
	struct archive_page *page;
};

static int search_wanted(void *arg, const struct head *h)
{
	struct searching *s = arg;

	return find_wants(s->find, h) ? s->wanted->node(s->wanted->arg, h) : 0;
}

/* 1: it has something of it, 0, < 0. */
static int search_look(struct searching *s, const struct head *h, struct found *out)
{
	int n = s->rows->passages(s->rows, h->id, PASSAGES_ALL, s->arena, &out->p);

	if (n < 0)
		return n;
	out->head = *h;
	out->count = (size_t)n;
	out->cause = passage_text(out->p, out->count, 'C');
	return find_look(s->find, out->p, out->count, s->page->state.nodes, &out->look);
}

static int terms_of(const struct found *f)
{
	int n = 0;

	for (unsigned terms = f->look.terms; terms; terms &= terms - 1)
		n++;
	return n;
}

/* All the words before some of them; then what says most of them; then the newest. */
static bool found_before(const struct found *a, const struct found *b, size_t terms)
{
	bool x = terms_of(a) == (int)terms, y = terms_of(b) == (int)terms;

	if (x != y)
		return x;
	if (a->look.score != b->look.score)
		return a->look.score > b->look.score;
	return a->head.declared_at > b->head.declared_at;
}

/* The last one goes where it belongs, behind `from`. */
static void found_sort_in(struct found *f, size_t from, size_t last, size_t terms)
{
	struct found one = f[last];

	while (last > from && found_before(&one, &f[last - 1], terms)) {
		f[last] = f[last - 1];
		last--;
	}
	f[last] = one;
}

/* Looks at heads until `wanted` results are there. */
static int search_heads(struct searching *s, const struct head *h, int count, size_t wanted)
{
	struct archive_page *p = s->page;
	size_t from = 0;
	int rc;

	for (int i = 0; i < count; i++) {
		if (i % LOOK_AT == 0) {
			from = p->count;
			if (p->count > wanted)
				return 0;
		}
		rc = search_look(s, &h[i], &p->found[p->count]);
		if (rc < 0)
			return rc;
		if (rc)
			found_sort_in(p->found, from, p->count++, s->find->count);
	}
	return 0;
}

/* Of all that was found so far, the page. */
static void page_cut(struct archive_page *p, int64_t page)
{
	size_t last = p->count ? (p->count - 1) / ARCHIVE_PAGE + 1 : 1, from;

	p->page = page > (int64_t)last ? (int64_t)last : page;
	from = (size_t)(p->page - 1) * ARCHIVE_PAGE;
	p->more = p->count > from + ARCHIVE_PAGE;
	p->found += from;
	p->count = p->more ? ARCHIVE_PAGE : p->count - from;
}

int archive_by(struct rows *r, struct find *f, struct arena *a)
{
	struct person p[2];
	int n;

	if (f->by || !f->by_name)
		return 1;
	n = r->people(r, f->by_name, a, p, 2);
	if (n == 1)
		f->by = p[0].ref;
	return n;
}

/* No more than this page and the beginning of the next need; who said it, only the texts of each tell. */
static int heads_most(const struct find *f)
{
	int64_t most = (f->page * ARCHIVE_PAGE / LOOK_AT + 1) * LOOK_AT;

	return f->by || most > ARCHIVE_MOST ? ARCHIVE_MOST : (int)most;
}

int archive_search(struct rows *r, struct find *f, const struct find_wanted *wanted,
		   struct arena *a, struct archive_page *out)
{
	struct searching s = { .rows = r, .find = f, .wanted = wanted, .arena = a, .page = out };
	const struct find_wanted both = { .node = search_wanted, .arg = &s };
	struct head *h = arena_alloc(a, ARCHIVE_MOST * sizeof(*h));
	int count, rc;

	*out = (struct archive_page){ .found = arena_alloc(a, (ARCHIVE_MOST + 1) *
								      sizeof(*out->found)) };
	rc = r->find_state(r, &out->state);
	if (rc < 0)
		return rc;
	count = r->search(r, f, &both, a, h, heads_most(f));
	if (count < 0)
		return count;
	rc = search_heads(&s, h, count, (size_t)f->page * ARCHIVE_PAGE);
	if (rc < 0)
		return rc;
	page_cut(out, f->page);
	return 0;
}

/* ---- similar ---- */

struct comparing {
	const char *self;
	const struct find_wanted *wanted;
};

static int similar_wanted(void *arg, const struct head *h)
{
	const struct comparing *c = arg;

	if (!strcmp(h->id, c->self) || h->status == STATUS_CANCELLED ||
	    h->status == STATUS_MERGED || h->drill)
		return 0;
	return c->wanted->node(c->wanted->arg, h);
}

static const struct passage *passage_fix(const struct passage *p, size_t count)
{
	const struct passage *fix = NULL;

	for (size_t i = 0; i < count; i++) {
		/* What we say ourselves where nobody said anything. */
		if (!strncmp(p[i].text, STATUS_SAYS, strlen(STATUS_SAYS)) ||
		    !strncmp(p[i].text, MARK_SAYS, strlen(MARK_SAYS)))
			continue;
		if (p[i].marker == MARKER_MITIGATED ||
		    (p[i].marker == MARKER_RESOLVED && (!fix || fix->marker == MARKER_RESOLVED)))
			fix = &p[i];
	}
	return fix;
}

/* Prevention items that aren't done: how many are in out->open. */
static int similar_open(struct rows *r, struct arena *a, struct relative *out)
{
	int n, kept = 0;

	out->open = arena_alloc(a, ITEMS_MOST * sizeof(*out->open));
	n = r->open_items(r, out->head.id, a, out->open, ITEMS_MOST);
	for (int i = 0; i < n; i++)
		if (out->open[i].type == ITEM_PREVENT)
			out->open[kept++] = out->open[i];
	out->n_open = (size_t)kept;
	return n < 0 ? n : 0;
}

/* The likest first; of those as like as each other the newest. */
static int relative_order(const struct relative *x, const struct relative *y)
{
	if (x->like.share != y->like.share)
		return x->like.share > y->like.share ? -1 : 1;
	if (x->head.declared_at != y->head.declared_at)
		return x->head.declared_at > y->head.declared_at ? -1 : 1;
	return strcmp(y->head.id, x->head.id);
}

static void relative_sort_in(struct relative *out, size_t *n, const struct relative *one)
{
	size_t at = *n;

	while (at && relative_order(one, &out[at - 1]) < 0)
		at--;
	if (at == RELATIVES)
		return;
	if (*n < RELATIVES)
		(*n)++;
	memmove(out + at + 1, out + at, (*n - 1 - at) * sizeof(*out));
	out[at] = *one;
}

/* What is known of its words from asking for all. */
static void like_know(struct like *l, const struct like *all)
{
	for (size_t i = 0; i < l->count; i++) {
		l->words[i].nodes = INT64_MAX / 2; /* it isn't one of those that set it apart */
		for (size_t k = 0; k < all->count; k++)
			if (!strcmp(l->words[i].idea, all->words[k].idea))
				l->words[i].nodes = all->words[k].nodes;
	}
}

static void relatives_before(struct relative *r, size_t count, const double *shares, int compared)
{
	for (size_t i = 0; i < count; i++) {
		int above = 0;

		for (int k = 0; k < compared; k++)
			above += shares[k] > r[i].share_before;
		r[i].before = r[i].share_before >= LIKE_LEAST && above < RELATIVES;
	}
}

struct similarity {
	struct rows *rows;
	struct like now, before;
	int64_t all; /* Nodes there are */
	struct arena *arena;
	struct relative *out;
	size_t count;
};

/* 0, < 0. *share: as like it was before. */
static int similar_compare(struct similarity *s, const struct head *h, double *share)
{
	struct relative one = { .head = *h };
	struct likeness before;
	struct passage *texts;
	int n = s->rows->passages(s->rows, h->id, PASSAGES_TELLING, s->arena, &texts);

	if (n < 0)
		return n;
	if (s->before.count)
		one.share_before = like_of(&s->before, texts, (size_t)n, s->all, s->arena, &before);
	*share = one.share_before;
	if (like_of(&s->now, texts, (size_t)n, s->all, s->arena, &one.like) < LIKE_LEAST)
		return 0;
	one.cause = passage_text(texts, (size_t)n, 'C');
	one.fix = passage_fix(texts, (size_t)n);
	relative_sort_in(s->out, &s->count, &one);
	return 0;
}

int archive_similar(struct rows *r, const struct passage *p, size_t count, size_t old,
		    const char *self, const struct find_wanted *wanted, struct arena *a,
		    struct relative *out)
{
	struct comparing c = { .self = self, .wanted = wanted };
	const struct find_wanted earlier = { .node = similar_wanted, .arg = &c };
	struct head *h = arena_alloc(a, COMPARED * sizeof(*h));
	struct similarity s = { .rows = r, .arena = a, .out = out };
	double shares[COMPARED];
	struct find_state state;
	int heads, rc = r->find_state(r, &state);

	if (rc < 0)
		return rc;
	s.all = state.nodes;
	like_read(&s.now, p, count, LIKE_WORDS, a);
	like_read(&s.before, p, old, LIKE_WORDS, a);
	heads = r->alike(r, s.now.words, s.now.count, &earlier, a, h, COMPARED);
	like_know(&s.before, &s.now);
	rc = heads < 0 ? heads : 0;
	for (int i = 0; i < heads && !rc; i++)
		rc = similar_compare(&s, &h[i], &shares[i]);
	for (size_t i = 0; i < s.count && rc >= 0; i++)
		rc = similar_open(r, a, &out[i]);
	if (rc < 0)
		return rc;
	relatives_before(out, s.count, shares, heads);
	return (int)s.count;
}
