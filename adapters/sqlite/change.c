/*
 * change: what one intent does to one Node, on disk: texts get numbers, effects become rows, and
 * one row of the journal, chained by its digest to the one before, says all of it again.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

void text_digest(struct digest *d, const unsigned char salt[SALT_SIZE], const char *body,
		 unsigned char out[DIGEST_SIZE])
{
	d->sha256(d, (const void *const[]){ salt, body },
		  (const size_t[]){ SALT_SIZE, strlen(body) }, 2, out);
}

void chain_digest(struct digest *d, const unsigned char before[DIGEST_SIZE], const struct buf *row,
		  unsigned char out[DIGEST_SIZE])
{
	d->sha256(d, (const void *const[]){ before, row->s },
		  (const size_t[]){ DIGEST_SIZE, row->len }, 2, out);
}

static int text_add(struct sqlite_store *s, struct ledger *l, struct value *v)
{
	unsigned char salt[SALT_SIZE];

	s->seams.entropy->fill(s->seams.entropy, salt, sizeof(salt));
	text_digest(s->seams.digest, salt, v->s, v->digest);
	v->i = l->n_text + 1;
	return ledger_text(l, v->i, salt, v->s, v->digest);
}

/* A text that is there already and is put back. */
static int change_text_again(struct ledger *l, struct value *v)
{
	int rc = ledger_text_digest(l, v->i, v->digest);

	return rc == 0	? db_fault(l->db, "%s has no text %lld", l->id, (long long)v->i)
	       : rc < 0 ? rc
			: 0;
}

static int texts_of(struct sqlite_store *s, struct ledger *l, struct arena *a, struct effect *e)
{
	int rc = 0;

	/* The core doesn't know the number of the text that it replaces: what stands there is the
	 * old one. */
	if (e->old.kind == VALUE_TEXT)
		rc = ledger_value(l, e->table, e->row, e->field, a, &e->old);
	if (rc || e->new_.kind != VALUE_TEXT)
		return rc;
	return e->new_.i ? change_text_again(l, &e->new_) : text_add(s, l, &e->new_);
}

static int effects_apply(struct sqlite_store *s, struct ledger *l, struct change *c)
{
	int rc = 0;

	for (struct effect *e = c->effects; e < c->effects + c->count && !rc; e++) {
		if (e->table == TABLE_NODE) {
			s->stirred |= STIR_NODES;
			rows_names_doubt(s);
			if (e->field && strcmp(e->field, "status") == 0)
				counts_status(s, e->old.s, e->new_.s);
		}
		if (e->field)
			rc = texts_of(s, l, c->arena, e);
		if (!rc)
			rc = ledger_apply(l, e);
	}
	return rc;
}

int change_tally_add(struct sqlite_store *s, int64_t node, const unsigned char row[DIGEST_SIZE])
{
	int rc = tally_know(s);

	if (rc)
		return rc;
	tally_add(s->tally.sum, row);
	s->tally.journal++;
	words_behind_add(s, node);
	return 0;
}

static int journal_add(struct sqlite_store *s, struct ledger *l, const struct change *c,
		       const struct intent *in, const char *effects)
{
	const char *source = via_name(in->via), *who = in->who ? in->who : REF_BOT;
	struct buf row;
	int rc;

	buf_init(&row, 2 * BUF_ROOMY);
	l->seq++;
	journal_row_write(&row, l->id, l->seq, in->received_ms, who, source, c->op, c->basis,
			  effects);
	chain_digest(s->seams.digest, l->chain, &row, l->chain);
	buf_release(&row);
	rc = db_run(&s->db,
		    "INSERT INTO journal (node, seq, at, who, source, op, basis, effects, digest)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		    "iiisssssb", l->node, l->seq, in->received_ms, who, source, c->op, c->basis,
		    effects, l->chain, sizeof(l->chain));
	return rc ? rc : change_tally_add(s, l->node, l->chain);
}

static int journal_write(struct sqlite_store *s, struct ledger *l, const struct change *c,
			 const struct intent *in)
{
	struct buf effects;
	int rc;

	buf_init(&effects, BUF_ROOMY);
	effects_write(&effects, c->effects, c->count);
	if (effects.full)
		rc = db_fault(&s->db, "%s: a change of %zu effects is too long for the journal",
			      l->id, c->count);
	else
		rc = journal_add(s, l, c, in, effects.s);
	buf_release(&effects);
	return rc;
}

/* What was read of the Node counts once: the next change finds it as this one leaves it. */
static int ledger_of(struct sqlite_store *s, struct ledger *l, const char *node)
{
	if (strcmp(s->head.id, node) != 0)
		return ledger_open(l, &s->db, node);
	ledger_continue(l, &s->db, &s->head);
	l->id = node;
	s->head.id[0] = '\0';
	return 0;
}

/* All but its counters? */
static bool leaves_head(const struct change *c)
{
	for (const struct effect *e = c->effects; e < c->effects + c->count; e++)
		if (e->table == TABLE_NODE || e->table == TABLE_MARKER || e->table == TABLE_SPAN)
			return false;
	return true;
}

int change_write(struct sqlite_store *s, struct change *c, const struct intent *in, bool empty)
{
	struct ledger l;
	int rc;

	if (!c->count && !empty)
		return 0;
	if ((rc = ledger_of(s, &l, c->node)))
		return rc;
	if (!l.node && (!c->count || c->effects->field || c->effects->table != TABLE_NODE))
		return db_fault(&s->db, "there is no Node “%s” to change", c->node);
	if ((rc = effects_apply(s, &l, c)) || (rc = journal_write(s, &l, c, in)) ||
	    (rc = ledger_close(&l)))
		return rc;
	if (l.continues && !empty && leaves_head(c))
		ledger_leave(&l, &s->head);
	else
		head_forget(s);
	if ((rc = due_changed(s, c)))
		return rc;
	/* What was erased may have stood in any of them. */
	return post_behind(s, l.node, in->received_ms, empty ? ~0u : posts_changed_by(c));
}
