/* What a search says and a text it is looked for in, divided by a line's end: neutral texts, any bytes. */
#include "core/find/like.h"
#include "core/find/search.h"

#include "core/base/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NOW INT64_C(1795440600000)

static void check_terms(const struct find *f)
{
	assert(f->count <= FIND_TERMS && f->page >= 1);
	for (size_t i = 0; i < f->count; i++) {
		const struct find_term *t = &f->terms[i];

		assert(t->count >= 1 && (!t->begins || i + 1 == f->count));
		for (size_t k = 0; k < t->count; k++)
			assert(*t->parts[k] && !strpbrk(t->parts[k], " \""));
		assert(!t->whole || (*t->whole && !strpbrk(t->whole, " \"")));
	}
	assert(!f->service || (*f->service && !strpbrk(f->service, " \"")));
}

/* Its second page is the same search. */
static void check_page(const struct find *f, const char *query, struct arena *a)
{
	struct find next;

	find_read(&next, find_page_line(a, query, 2), NOW, a);
	assert(next.page == 2 && next.count == f->count && next.since == f->since);
	assert(next.statuses == f->statuses && next.priorities == f->priorities);
	for (size_t i = 0; i < f->count; i++)
		for (size_t k = 0; k < f->terms[i].count; k++)
			assert(!strcmp(next.terms[i].parts[k], f->terms[i].parts[k]));
	assert(!strcmp(find_page_line(a, find_page_line(a, query, 2), 3),
		       find_page_line(a, query, 3)));
}

static void check_look(struct find *f, const char *text, bool valid)
{
	struct passage p = { .letter = 'E', .n = 1, .text = text, .marker = MARKER_NONE };
	struct look l;
	struct buf out;

	if (find_look(f, &p, 1, 10, &l)) {
		assert(l.count <= 1 && l.terms >> f->count == 0);
		assert(!f->count || l.terms);
	}
	buf_init(&out, 1 << 20);
	find_show(&out, f, text, 40, NULL);
	assert(!valid || out.full || utf8_valid(out.s, out.len));
	buf_release(&out);
}

static void check_like(const char *query, const char *text, struct arena *a)
{
	struct passage p = { .letter = HANDLE_TITLE, .n = 1, .text = text, .marker = MARKER_NONE };
	struct passage q = { .letter = HANDLE_TITLE, .n = 1, .text = query, .marker = MARKER_NONE };
	struct likeness out;
	struct like l;
	double share;

	like_read(&l, &q, 1, LIKE_WORDS, a);
	assert(l.count <= LIKE_WORDS);
	share = like_of(&l, &p, 1, 10, a, &out);
	assert(share >= 0 && out.count <= LIKE_SHARED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *query = strndup((const char *)data, size), *text = strchr(query, '\n');
	struct arena a;
	struct find f;

	if (text)
		*text++ = '\0';
	else
		text = query;
	arena_init(&a);
	find_read(&f, query, NOW, &a);
	check_terms(&f);
	check_page(&f, query, &a);
	check_look(&f, text, utf8_valid(text, strlen(text)));
	check_like(query, text, &a);
	arena_release(&a);
	free(query);
	return 0;
}
