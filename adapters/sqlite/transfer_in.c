/*
 * transfer_in: a Node that comes from outside is what its journal adds up to: the rows are replayed into the tables,
 * the texts are held against their digests, and what every reader relies on is looked at. All of it in the job's
 * savepoint: whatever is wrong, nothing of it stays.
 */
#include "adapters/sqlite/replay.h"
#include "adapters/sqlite/verify_private.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

struct incoming {
	struct sqlite_store *s;
	struct transfer *t;
	struct arena *a; /* the job's */
	struct ledger l;
};

static int refused(struct incoming *in, const char *place, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int refused(struct incoming *in, const char *place, const char *fmt, ...)
{
	struct buf why;
	va_list ap;

	buf_init(&why, 1000);
	va_start(ap, fmt);
	buf_vaddf(&why, fmt, ap);
	va_end(ap);
	snprintf(in->t->place, sizeof(in->t->place), "%s", place);
	in->t->why = arena_strdup(in->a, why.s);
	buf_release(&why);
	return STORE_REFUSED;
}

static int row_refused(struct incoming *in, const struct transfer_row *row, const char *field,
		       const char *why)
{
	char place[64];

	snprintf(place, sizeof(place), "journal.rows[%zu].%s", (size_t)(row - in->t->rows), field);
	return refused(in, place, "%s", why);
}

static int text_refused(struct incoming *in, size_t i, const char *why)
{
	char place[64];

	snprintf(place, sizeof(place), "journal.texts[%zu].body", i);
	return refused(in, place, "%s", why);
}

/* ---- is it here? ---- */

/* 1: with the same journal, 0: no. */
static int is_there(struct incoming *in)
{
	const struct transfer *t = in->t;
	const struct transfer_row *last = &t->rows[t->n_rows - 1];
	int rc = ledger_open(&in->l, &in->s->db, t->id);

	if (rc || !in->l.node)
		return rc;
	if (in->l.seq == last->seq && memcmp(in->l.chain, last->digest, DIGEST_SIZE) == 0)
		return 1;
	return refused(in, "id", "%s is already here, with other changes", t->id);
}

/* ---- the journal ---- */

static int effects_looked_at(struct incoming *in, const struct transfer_row *row)
{
	const char *at = row->effects, *odd = NULL;
	struct effect e;
	struct arena a;
	int rc = 0;

	arena_init(&a);
	while (!odd && effect_read(&at, &a, &e) > 0)
		if ((odd = transfer_odd_value(&e)))
			rc = row_refused(in, row, "effects",
					 arena_printf(in->a, "%s %lld: %s %s", table_name(e.table),
						      (long long)e.row, e.field, odd));
	arena_release(&a);
	return rc;
}

static int row_looked_at(struct incoming *in, const struct transfer_row *row)
{
	const struct journal_row j = {
		.seq = row->seq,
		.at = row->at,
		.who = row->who,
		.source = row->source,
		.op = row->op,
		.basis = row->basis,
		.effects = row->effects,
	};
	struct journal_row whole = j;

	memcpy(whole.digest, row->digest, DIGEST_SIZE);
	if (row->seq != row - in->t->rows + 1)
		return row_refused(in, row, "seq", "is out of order");
	if (via_from(row->source) < 0)
		return row_refused(in, row, "source", "isn't a source");
	if (row->basis && !strcmp(row->basis, "-"))
		return row_refused(in, row, "basis", "is a basis that no change has");
	if (!replay_chained(in->s->seams.digest, in->t->id, &whole, in->l.chain))
		return row_refused(in, row, "digest",
				   "does not follow from the rows before it: one was changed");
	return effects_looked_at(in, row);
}

static int row_stored(struct incoming *in, const struct transfer_row *row)
{
	int rc = db_run(
		&in->s->db,
		"INSERT INTO journal (node, seq, at, who, source, op, basis, effects, digest)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		"iiisssssb", in->l.node, row->seq, row->at, row->who, row->source, row->op,
		row->basis, row->effects, row->digest, (size_t)DIGEST_SIZE);

	return rc ? rc : change_tally_add(in->s, in->l.node, row->digest);
}

static int row_in(struct incoming *in, const struct transfer_row *row)
{
	struct journal_row j = { .seq = row->seq, .effects = row->effects };
	struct buf why;
	int rc = row_looked_at(in, row);

	if (rc)
		return rc;
	memcpy(j.digest, row->digest, DIGEST_SIZE);
	buf_init(&why, BUF_ROOMY);
	rc = replay_row(&in->l, &j, &why);
	if (rc == 0 || store_for_good(rc))
		rc = row_refused(in, row, "effects", why.s);
	buf_release(&why);
	if (rc < 0)
		return rc;
	if (!in->l.node)
		return row_refused(in, row, "effects", "change a Node that was never born");
	return row_stored(in, row);
}

/* ---- the texts ---- */

static int text_in(struct incoming *in, size_t i)
{
	const struct transfer_text *text = &in->t->texts[i];
	unsigned char digest[DIGEST_SIZE], said[DIGEST_SIZE];
	const char *odd;
	int rc;

	if (text->n != (int64_t)i + 1 || text->n > in->l.n_text)
		return text_refused(in, i, "is of a text that the journal doesn't have");
	if (!text->body)
		return 0;
	if ((odd = transfer_odd_text(text->body)))
		return text_refused(in, i, odd);
	rc = ledger_text_digest(&in->l, text->n, said);
	if (rc <= 0)
		return rc ? rc : text_refused(in, i, "is of a text that the journal doesn't have");
	text_digest(in->s->seams.digest, text->salt, text->body, digest);
	if (memcmp(digest, said, sizeof(said)) != 0)
		return text_refused(in, i, "is not what was said: it was changed");
	return db_run(&in->s->db, "UPDATE text SET salt = ?, body = ? WHERE node = ? AND n = ?",
		      "bsii", text->salt, (size_t)SALT_SIZE, text->body, in->l.node, text->n);
}

static int texts_in(struct incoming *in)
{
	int rc = 0;

	for (size_t i = 0; i < in->t->n_texts && !rc; i++)
		rc = text_in(in, i);
	if (!rc && (int64_t)in->t->n_texts != in->l.n_text)
		rc = refused(in, "journal.texts", "has %zu texts, the journal %lld", in->t->n_texts,
			     (long long)in->l.n_text);
	return rc;
}

/* What was left blank must have been redacted. */
static int blanks_explained(struct incoming *in)
{
	struct buf findings;
	struct check c = { .s = in->s,
			   .db = &in->s->db,
			   .findings = &findings,
			   .node = in->l.node,
			   .id = in->t->id };
	int rc;

	buf_init(&findings, BUF_ROOMY);
	rc = verify_texts(&c);
	if (!rc && c.found)
		rc = refused(in, "journal.texts", "%.*s", (int)strcspn(findings.s, "\n"),
			     findings.s);
	buf_release(&findings);
	return rc;
}

/* ---- what readers rely on ---- */

static const struct {
	const char *sql; /* of node ?1: has it a row when this is wrong? */
	const char *place, *why;
} wrongs[] = {
	{ "SELECT 1 FROM node WHERE n = ?1 AND (title IS NULL OR status IS NULL OR priority IS NULL"
	  " OR declared_at IS NULL)",
	  "journal.rows",
	  "add up to no incident: title, status, priority or declared_at is missing" },
	{ "SELECT 1 FROM entry WHERE node = ?1 AND (at IS NULL OR source IS NULL)"
	  " UNION ALL SELECT 1 FROM item WHERE node = ?1"
	  " AND (type IS NULL OR state IS NULL OR source IS NULL)"
	  " UNION ALL SELECT 1 FROM marker WHERE node = ?1"
	  " AND (marker IS NULL OR at IS NULL OR state IS NULL)"
	  " UNION ALL SELECT 1 FROM role WHERE node = ?1 AND (role IS NULL OR person IS NULL)"
	  " UNION ALL SELECT 1 FROM span WHERE node = ?1 AND (channel IS NULL OR from_at IS NULL)"
	  " UNION ALL SELECT 1 FROM capture WHERE node = ?1"
	  " AND (kind IS NULL OR channel IS NULL OR ts IS NULL)"
	  " UNION ALL SELECT 1 FROM source WHERE node = ?1 AND (capture IS NULL OR source IS NULL)"
	  " UNION ALL SELECT 1 FROM service WHERE node = ?1 AND name IS NULL"
	  " UNION ALL SELECT 1 FROM merged WHERE node = ?1 AND (id IS NULL OR at IS NULL)",
	  "journal.rows", "leave out a field that every row of its kind has" },
	{ "SELECT 1 FROM node a JOIN node b ON b.channel = a.channel AND b.n <> a.n"
	  " WHERE a.n = ?1 AND a.status IN " OPEN_STATUS " AND b.status IN " OPEN_STATUS,
	  "channel", "has another open incident here; resolve that one first" },
};

static int relied_on(struct incoming *in)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof(wrongs) / sizeof(*wrongs) && !rc; i++) {
		rc = db_one(&in->s->db, NULL, wrongs[i].sql, "i>", in->l.node);
		if (rc > 0)
			rc = refused(in, wrongs[i].place, "%s", wrongs[i].why);
	}
	return rc;
}

/* ---- the whole ---- */

int transfer_skip(struct sqlite_store *s, int64_t year, int64_t first, int64_t next)
{
	char key[64];

	snprintf(key, sizeof(key), SKIPPED "%" PRId64 "/%" PRId64, year, next);
	return db_run(
		&s->db,
		"INSERT INTO meta (name, value) VALUES (?1, CAST(?2 AS TEXT)) ON CONFLICT (name)"
		" DO UPDATE SET value = CAST(min(CAST(value AS INTEGER), ?2) AS TEXT)",
		"si", key, first);
}

int transfer_skipped(struct sqlite_store *s, const struct transfer *t, int64_t last)
{
	struct node_name name;

	if (!*t->id || node_name_read(t->id, strlen(t->id), &name) || name.number <= last + 1)
		return 0;
	return transfer_skip(s, name.year, last + 1, name.number);
}

int transfer_names_put(struct sqlite_store *s, const struct transfer *t)
{
	int rc = 0;

	for (size_t i = 0; i < t->n_names && !rc; i++) {
		const struct transfer_name *n = &t->names[i];

		rc = n->kind == TEXT_PERSON
			     ? db_run(&s->db,
				      "INSERT INTO person (ref, name, rank) VALUES (?, ?, 'unknown')"
				      " ON CONFLICT (ref) DO UPDATE SET"
				      " name = coalesce(name, excluded.name)",
				      "ss", n->ref, n->name)
			     : db_run(&s->db,
				      "INSERT INTO channel (ref, name) VALUES (?, ?)"
				      " ON CONFLICT (ref) DO UPDATE SET"
				      " name = coalesce(name, excluded.name)",
				      "ss", n->ref, n->name);
	}
	rows_names_doubt(s); /* nobody was known when their clock was asked for */
	rows_forget_names(s);
	return rc;
}

int transfer_in(struct sqlite_store *s, struct transfer *t, struct arena *a)
{
	struct incoming in = { .s = s, .t = t, .a = a };
	unsigned char chain[DIGEST_SIZE] = { 0 };
	int rc = is_there(&in);

	t->there = rc > 0;
	if (rc)
		return rc < 0 ? rc : 0;
	memcpy(in.l.chain, chain, sizeof(chain));
	for (size_t i = 0; i < t->n_rows && !rc; i++)
		rc = row_in(&in, &t->rows[i]);
	if (rc || (rc = ledger_close(&in.l)) || (rc = texts_in(&in)) ||
	    (rc = blanks_explained(&in)) || (rc = relied_on(&in)) || (rc = counts_came(s, t->id)))
		return rc;
	head_forget(s);
	s->stirred |= STIR_NODES;
	return due_anew(s, t->id);
}
