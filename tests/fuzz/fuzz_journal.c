/*
 * journal: the text of a journal row's effects, as it stands in the store and in an exported document: any bytes. A line that
 * can be read is written again as it was, or as another that reads the same; its digest's bytes end.
 */
#include "core/effect.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_value(const struct value *a, const struct value *b)
{
	assert(a->kind == b->kind);
	if (a->kind == VALUE_INT)
		assert(a->i == b->i);
	if (a->kind == VALUE_STRING)
		assert(!strcmp(a->s, b->s));
	if (a->kind == VALUE_TEXT)
		assert(a->i == b->i && !memcmp(a->digest, b->digest, DIGEST_SIZE));
}

static void same_effect(const struct effect *a, const struct effect *b)
{
	assert(a->table == b->table && a->row == b->row);
	assert(!a->field == !b->field && (!a->field || !strcmp(a->field, b->field)));
	if (!a->field)
		return;
	same_value(&a->old, &b->old);
	same_value(&a->new_, &b->new_);
}

static void is_written_again(const struct effect *e, struct arena *a)
{
	struct effect again;
	const char *at;
	struct buf out;

	buf_init(&out, (size_t)1 << 20);
	effects_write(&out, e, 1);
	assert(!out.full && out.len && out.s[out.len - 1] == '\n');
	assert(strchr(out.s, '\n') == out.s + out.len - 1);
	at = out.s;
	assert(effect_read(&at, a, &again) == 1 && !*at);
	same_effect(e, &again);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	const char *at = text, *before;
	struct effect e;
	struct arena a;
	struct buf row;
	int rc;

	arena_init(&a);
	do {
		before = at;
		rc = effect_read(&at, &a, &e);
		assert(rc != 1 || at > before);
		if (rc == 1)
			is_written_again(&e, &a);
	} while (rc == 1);
	assert(rc || !*at);
	buf_init(&row, (size_t)1 << 20);
	journal_row_write(&row, "INCIDENT-2026-001", 1, 0, text, text, "note", text, text);
	buf_release(&row);
	arena_release(&a);
	free(text);
	return 0;
}
