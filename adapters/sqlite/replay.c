#include "adapters/sqlite/replay.h"

#include <string.h>

bool replay_chained(struct digest *d, const char *id, const struct journal_row *row,
		    unsigned char before[DIGEST_SIZE])
{
	struct buf bytes;

	buf_init(&bytes, 2 * BUF_ROOMY);
	journal_row_write(&bytes, id, row->seq, row->at, row->who, row->source, row->op, row->basis,
			  row->effects);
	chain_digest(d, before, &bytes, before);
	buf_release(&bytes);
	return memcmp(before, row->digest, DIGEST_SIZE) == 0;
}

static bool value_same(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_INT:
		return a->i == b->i;
	case VALUE_STRING:
		return strcmp(a->s, b->s) == 0;
	case VALUE_TEXT:
		return a->i == b->i && memcmp(a->digest, b->digest, DIGEST_SIZE) == 0;
	}
	return false;
}

/* A text is known by its digest only. 1: as it should be, 0: it isn't, < 0. */
static int replay_text(struct ledger *l, const struct value *v)
{
	unsigned char digest[DIGEST_SIZE];
	int rc;

	if (v->kind != VALUE_TEXT)
		return 1;
	if (v->i == l->n_text + 1)
		return (rc = ledger_text(l, v->i, NULL, NULL, v->digest)) ? rc : 1;
	rc = ledger_text_digest(l, v->i, digest);
	return rc > 0 ? memcmp(digest, v->digest, DIGEST_SIZE) == 0 : rc;
}

/* 1: applied; 0: the effect does not fit what stands there; < 0. */
static int replay_effect(struct ledger *l, struct arena *a, const struct effect *e)
{
	struct value old;
	int rc;

	if (e->field) {
		rc = ledger_value(l, e->table, e->row, e->field, a, &old);
		if (rc < 0 || !value_same(&old, &e->old))
			return rc;
		rc = replay_text(l, &e->new_);
		if (rc <= 0)
			return rc;
	}
	rc = ledger_apply(l, e);
	return rc ? rc : 1;
}

static int replay_fault(struct ledger *l, int rc, struct buf *why)
{
	buf_addf(why, "can't be replayed: %s", l->db->problem.s);
	return rc;
}

static int replay_effects(struct ledger *l, const struct journal_row *row, struct arena *a,
			  struct buf *why)
{
	const char *at = row->effects;
	struct effect e;
	int got, rc;

	while ((got = effect_read(&at, a, &e)) > 0) {
		rc = replay_effect(l, a, &e);
		if (rc < 0)
			return replay_fault(l, rc, why);
		if (rc == 0) {
			buf_addf(why,
				 "changes %s %lld, %s, from something that did not stand there",
				 table_name(e.table), (long long)e.row, e.field);
			return 0;
		}
	}
	if (got < 0) {
		buf_addf(why, "has a line that can't be read: %.*s", (int)strcspn(at, "\n"), at);
		return 0;
	}
	rc = ledger_settle(l);
	return rc ? replay_fault(l, rc, why) : 1;
}

int replay_row(struct ledger *l, const struct journal_row *row, struct buf *why)
{
	struct arena a;
	int rc;

	arena_init(&a);
	rc = replay_effects(l, row, &a, why);
	if (rc > 0) {
		l->seq = row->seq;
		memcpy(l->chain, row->digest, sizeof(l->chain));
	}
	arena_release(&a);
	return rc;
}
