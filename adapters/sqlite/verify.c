/*
 * verify: is the file what the journal says? The file as a whole (verify_file.c), then for each Node:
 * the chain of digests, the texts against theirs, and the journal replayed into an empty database by
 * the code that wrote it, compared field by field. One finding of each kind a Node; people need the
 * first one.
 *
 * Not covered, and said by whoever prints "all is well": names of people and channels, remembered
 * messages, stored answers, the outbox and posts. And a digest keeps out nobody who computes all of
 * them anew: against that there is the chain's head in each posted report.
 */
#include "adapters/sqlite/replay.h"
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/verify_private.h"

#include <stdarg.h>
#include <string.h>

void finding(struct check *c, const char *fmt, ...)
{
	va_list ap;

	c->found++;
	va_start(ap, fmt);
	buf_vaddf(c->findings, fmt, ap);
	va_end(ap);
	buf_addc(c->findings, '\n');
}

/* What can't be read is a finding, and the check goes on behind it. */
static int absorb(struct check *c, int rc)
{
	const char *says = c->db->problem.s, *to_do = strstr(says, DB_TO_DO);

	if (!store_for_good(rc))
		return rc;
	finding(c, "%s%s%.*s", c->id ? c->id : "", c->id ? ": " : "",
		(int)(to_do ? (size_t)(to_do - says) : strlen(says)), says);
	return 0;
}

/* ---- the chain ---- */

static bool journal_next(struct query *q, struct journal_row *row)
{
	return query_next(q, "iisssssob", &row->seq, &row->at, &row->who, &row->source, &row->op,
			  &row->basis, &row->effects, &row->odd, row->digest, sizeof(row->digest));
}

static void journal_begin(struct check *c, struct query *q, struct arena *a)
{
	query(q, c->db, a,
	      "SELECT seq, at, who, source, op, basis, effects, basis IS '-' OR"
	      " instr(CAST(who || source || op || coalesce(basis, '') || effects AS BLOB), x'00'),"
	      " digest FROM journal"
	      " WHERE node = ? ORDER BY seq",
	      "i", c->node);
}

static int head_check(struct check *c, int64_t seq, const unsigned char chain[DIGEST_SIZE])
{
	unsigned char head[DIGEST_SIZE];
	int64_t last;
	int rc;

	rc = db_one(c->db, NULL, "SELECT seq, chain FROM node WHERE n = ?", "i>ib", c->node, &last,
		    head, sizeof(head));
	if (rc > 0 && (last != seq || memcmp(head, chain, DIGEST_SIZE) != 0))
		finding(c,
			"%s: the Node's row says that its journal ends at row %lld, the journal"
			" at row %lld, or with another digest: rows were taken away or added",
			c->id, (long long)last, (long long)seq);
	return rc < 0 ? rc : 0;
}

static int chain_check(struct check *c)
{
	unsigned char chain[DIGEST_SIZE] = { 0 };
	struct journal_row row;
	struct arena a;
	struct query q;
	int64_t seq = 0;
	bool whole = true;

	arena_init(&a);
	journal_begin(c, &q, &a);
	while (whole && journal_next(&q, &row)) {
		whole = row.seq == seq + 1 &&
			replay_chained(c->s->seams.digest, c->id, &row, chain) && !row.odd;
		if (!whole)
			finding(c,
				"%s: journal row %lld does not follow from the one before: it was"
				" changed, or one is missing",
				c->id, (long long)row.seq);
		seq = row.seq;
		arena_release(&a);
	}
	arena_release(&a);
	if (query_end(&q))
		return q.rc;
	return whole ? head_check(c, seq, chain) : 0;
}

/* ---- texts ---- */

/* Rows that text_digest() can't be asked about. */
static int texts_odd(struct check *c)
{
	struct query q;
	int64_t n;

	query(&q, c->db, NULL,
	      "SELECT n FROM text WHERE node = ? AND (length(digest) <> 32 OR length(salt) <> 16"
	      " OR (body IS NULL) <> (salt IS NULL) OR instr(CAST(body AS BLOB), x'00'))"
	      " ORDER BY n LIMIT 1",
	      "i", c->node);
	while (query_next(&q, "i", &n))
		finding(c, "%s: text %lld is damaged: it was changed in the file", c->id,
			(long long)n);
	return query_end(&q);
}

static int texts_same(struct check *c)
{
	unsigned char salt[SALT_SIZE], stored[DIGEST_SIZE], digest[DIGEST_SIZE];
	const char *body;
	struct arena a;
	struct query q;
	int64_t n;
	bool same = true;

	arena_init(&a);
	query(&q, c->db, &a,
	      "SELECT n, salt, body, digest FROM text"
	      " WHERE node = ? AND body IS NOT NULL AND length(salt) = 16 AND length(digest) = 32"
	      " ORDER BY n",
	      "i", c->node);
	while (same &&
	       query_next(&q, "ibsb", &n, salt, sizeof(salt), &body, stored, sizeof(stored))) {
		text_digest(c->s->seams.digest, salt, body, digest);
		same = memcmp(stored, digest, DIGEST_SIZE) == 0;
		if (!same)
			finding(c,
				"%s: text %lld is not what was said (“%.60s”): it was changed in"
				" the file",
				c->id, (long long)n, body);
		arena_release(&a);
	}
	arena_release(&a);
	return query_end(&q);
}

/* Before version 3 a redact named the pieces only: "E2, A1 and S1". 1: this text was one of
 * theirs. */
static int piece_had(struct check *c, const char *basis, int64_t text)
{
	struct arena a;
	struct handle h;
	int64_t *texts;
	size_t len;
	int rc = 0;

	arena_init(&a);
	for (; *basis && !rc; basis += len + strspn(basis + len, " ,")) {
		len = strcspn(basis, " ,");
		if (handle_read(basis, len, &h))
			continue;
		rc = rows_piece_texts(&c->s->rows, c->id, arena_strndup(&a, basis, len), &a,
				      &texts);
		for (int i = rc; rc > 0 && i--;)
			if (texts[i] == text)
				goto found;
		rc = rc < 0 ? rc : 0;
	}
	arena_release(&a);
	return rc;
found:
	arena_release(&a);
	return 1;
}

static int blank_explained(struct check *c, int64_t text)
{
	const char *basis;
	struct query q;
	struct arena a;
	int rc = 0, end;

	arena_init(&a);
	query(&q, c->db, &a,
	      "SELECT basis FROM journal WHERE node = ? AND op = 'redact' AND basis NOT NULL"
	      " AND NOT instr(basis, '" REDACTED "') ORDER BY seq",
	      "i", c->node);
	while (!rc && query_next(&q, "s", &basis))
		rc = piece_had(c, basis, text);
	end = query_end(&q);
	arena_release(&a);
	return rc ? rc : end;
}

/* Is text t named by a redact of the journal? */
#define ERASED \
	"EXISTS (SELECT 1 FROM journal j WHERE j.node = t.node AND instr(j.basis, '" REDACTED "')" \
	" AND instr(',' || substr(j.basis, instr(j.basis, '" REDACTED "') + 6) || ','," \
	" ',' || t.n || ','))"

static int texts_blank(struct check *c)
{
	struct query q;
	int64_t n;
	int rc = 1, end;

	query(&q, c->db, NULL,
	      "SELECT t.n FROM text t WHERE t.node = ? AND t.body IS NULL AND NOT " ERASED
	      " ORDER BY t.n",
	      "i", c->node);
	while (rc > 0 && query_next(&q, "i", &n))
		if ((rc = blank_explained(c, n)) == 0)
			finding(c, "%s: text %lld was blanked, and the journal has no redact of it",
				c->id, (long long)n);
	if ((end = query_end(&q)) || rc < 0)
		return end ? end : rc;
	query(&q, c->db, NULL,
	      "SELECT t.n FROM text t WHERE t.node = ? AND t.body NOT NULL AND " ERASED
	      " ORDER BY t.n LIMIT 1",
	      "i", c->node);
	while (query_next(&q, "i", &n))
		finding(c, "%s: text %lld was redacted, and is here again", c->id, (long long)n);
	return query_end(&q);
}

int verify_texts(struct check *c)
{
	int rc = texts_odd(c);

	if (!rc)
		rc = texts_same(c);
	return rc ? rc : texts_blank(c);
}

/* ---- replay ---- */

static bool row_again(struct check *c, struct ledger *l, const struct journal_row *row)
{
	struct buf why;
	int rc;

	buf_init(&why, BUF_ROOMY);
	rc = replay_row(l, row, &why);
	if (rc <= 0)
		finding(c, "%s: journal row %lld %s", c->id, (long long)row->seq, why.s);
	buf_release(&why);
	return rc > 0;
}

/* *whole: the journal could be replayed to its end. */
static int replay(struct check *c, bool *whole)
{
	struct journal_row row;
	struct ledger l;
	struct arena a;
	struct query q;

	*whole = ledger_open(&l, &c->again, c->id) == 0;
	arena_init(&a);
	journal_begin(c, &q, &a);
	while (*whole && journal_next(&q, &row)) {
		*whole = row_again(c, &l, &row);
		arena_release(&a);
	}
	arena_release(&a);
	if (*whole && ledger_close(&l)) {
		finding(c, "%s: %s", c->id, c->again.problem.s);
		*whole = false;
	}
	return query_end(&q);
}

/* ---- comparing ---- */

/* Is the row that both queries stand on the same? If not, says so. */
static bool row_same(struct check *c, const char *table, struct query *now, struct query *again)
{
	struct buf a, b, n;
	bool same = true;

	buf_init(&a, 400);
	buf_init(&b, 400);
	buf_init(&n, 40);
	query_column(now, 0, &n);
	for (int i = 0; same && query_name(now, i); i++) {
		same = query_same(now, again, i);
		if (same)
			continue;
		query_column(now, i, &a);
		query_column(again, i, &b);
		finding(c, "%s: %s %s, %s: the table says %s, the journal adds up to %s", c->id,
			table, n.s, query_name(now, i), a.s, b.s);
	}
	buf_release(&a);
	buf_release(&b);
	buf_release(&n);
	return same;
}

static void row_alone(struct check *c, const char *table, struct query *q, bool in_table)
{
	struct buf n;

	buf_init(&n, 40);
	query_column(q, 0, &n);
	if (in_table)
		finding(c, "%s: %s %s is in the table, but not in the journal", c->id, table, n.s);
	else
		finding(c, "%s: %s %s is in the journal, but not in the table", c->id, table, n.s);
	buf_release(&n);
}

/* The same SELECT in both, by number of the row. 1: equal, 0: the first difference was said, < 0.
 */
static int table_compare(struct check *c, const char *table, const char *sql)
{
	struct query now, again;
	bool a, b, same = true;

	query(&now, c->db, NULL, sql, "s", c->id);
	query(&again, &c->again, NULL, sql, "s", c->id);
	do {
		a = query_next(&now, "");
		b = query_next(&again, "");
		if (a && b)
			same = row_same(c, table, &now, &again);
		else if (a != b && !now.rc && !again.rc)
			row_alone(c, table, a ? &now : &again, a);
	} while (a && b && same);
	query_end(&again);
	if (query_end(&now))
		return now.rc;
	return again.rc ? again.rc : same && a == b;
}

/* The fields that core/effect.h lists, and what hangs on them. */
static void table_select(struct buf *sql, enum table t)
{
	buf_reset(sql);
	buf_adds(sql, t == TABLE_NODE ? "SELECT 1" : "SELECT n");
	for (const struct field *f = table_fields(t); f->name; f++)
		buf_addf(sql, ", \"%s\"", f->name);
	if (t == TABLE_NODE)
		buf_adds(sql,
			 ", year, number, n_entry, n_summary, n_impact, n_root_cause, n_trigger,"
			 " n_lesson, n_item, n_marker, n_role, n_link, n_file, n_span, n_capture,"
			 " n_source, n_service, n_merged, n_text, seq FROM node WHERE id = ?");
	else
		buf_addf(sql, " FROM \"%s\" WHERE node = " THE_NODE " ORDER BY n", table_name(t));
}

static int compare(struct check *c)
{
	struct buf sql;
	int rc = 1;

	buf_init(&sql, BUF_ROOMY);
	for (int t = 0; t < TABLES && rc > 0; t++) {
		table_select(&sql, (enum table)t);
		rc = table_compare(c, table_name((enum table)t), sql.s);
	}
	if (rc > 0)
		rc = table_compare(c, "text",
				   "SELECT n, digest FROM text WHERE node = " THE_NODE
				   " ORDER BY n");
	buf_release(&sql);
	return rc < 0 ? rc : 0;
}

/* One Node at a time stands in the second database; rolling back empties it for the next. */
static int replay_check(struct check *c)
{
	bool whole;
	int rc;

	if (db_script(&c->again, "BEGIN"))
		return db_fault(c->db, "%s", c->again.problem.s);
	rc = replay(c, &whole);
	if (!rc && whole)
		rc = compare(c);
	if (db_script(&c->again, "ROLLBACK") && !rc)
		rc = db_fault(c->db, "%s", c->again.problem.s);
	return rc;
}

/* ---- all of it ---- */

static int node_check(struct check *c)
{
	int rc = absorb(c, chain_check(c));

	if (!rc)
		rc = absorb(c, verify_texts(c));
	return rc ? rc : absorb(c, replay_check(c));
}

static int nodes_check(struct check *c)
{
	struct arena a;
	struct query q;
	int rc = 0, end;

	arena_init(&a);
	query(&q, c->db, &a, "SELECT n, id FROM node ORDER BY n", "");
	while (!rc && query_next(&q, "is", &c->node, &c->id)) {
		rc = node_check(c);
		arena_release(&a);
	}
	c->id = NULL;
	arena_release(&a);
	end = query_end(&q);
	return rc ? rc : end;
}

static int again_open(struct check *c)
{
	int rc = db_open(&c->again, "again",
			 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY |
				 SQLITE_OPEN_NOMUTEX);

	if (!rc)
		rc = schema_migrate(&c->again, 0);
	return rc ? db_fault(c->db, "%s", c->again.problem.s) : 0;
}

/* All checks see one moment of the file, also while a bot writes to it. */
int sqlite_store_verify(struct store *store, struct buf *findings)
{
	struct sqlite_store *s = sqlite_store_of(store);
	struct check c = { .s = s, .db = &s->db, .findings = findings };
	int rc;

	rc = db_run(&s->db, "SAVEPOINT verify", "");
	if (rc)
		return rc;
	if (!(rc = again_open(&c)) && !(rc = absorb(&c, verify_file(&c))))
		rc = absorb(&c, nodes_check(&c));
	if (!rc)
		rc = absorb(&c, verify_words(&c));
	db_close(&c.again);
	db_run(&s->db, "RELEASE verify", "");
	return rc ? rc : c.found > 0;
}
