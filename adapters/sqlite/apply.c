/*
 * apply: effects → rows. Generic: one INSERT a table, one UPDATE a field, all from the core's list
 * of tables and fields, so that a new field costs a line in the schema and nothing here. Used alike
 * by a live change and by the replay of a journal, which is what makes the replay a proof.
 */
#include "inside.h"

#include <string.h>

#define SQL_MAX 192

int ledger_open(struct ledger *l, struct db *db, const char *id)
{
	int64_t *n = l->last;
	int rc;

	*l = (struct ledger){ .db = db, .id = id };
	rc = db_one(db, NULL,
		    "SELECT n, seq, chain, n_text, n_entry, n_summary, n_impact, n_root_cause,"
		    " n_trigger, n_lesson, n_item, n_marker, n_role, n_link, n_file, n_span,"
		    " n_capture, n_source FROM node WHERE id = ?",
		    "s>iibiiiiiiiiiiiiiii", id, &l->node, &l->seq, l->chain, sizeof(l->chain),
		    &l->n_text, &n[TABLE_ENTRY], &n[TABLE_SUMMARY], &n[TABLE_IMPACT],
		    &n[TABLE_CAUSE], &n[TABLE_TRIGGER], &n[TABLE_LESSON], &n[TABLE_ITEM],
		    &n[TABLE_MARKER], &n[TABLE_ROLE], &n[TABLE_LINK], &n[TABLE_FILE],
		    &n[TABLE_SPAN], &n[TABLE_CAPTURE], &n[TABLE_SOURCE]);
	return rc < 0 ? rc : 0;
}

int ledger_close(struct ledger *l)
{
	const int64_t *n = l->last;

	return db_run(
		l->db,
		"UPDATE node SET seq = ?, chain = ?, n_text = ?, n_entry = ?, n_summary = ?,"
		" n_impact = ?, n_root_cause = ?, n_trigger = ?, n_lesson = ?, n_item = ?,"
		" n_marker = ?, n_role = ?, n_link = ?, n_file = ?, n_span = ?,"
		" n_capture = ?, n_source = ? WHERE n = ?",
		"ibiiiiiiiiiiiiiiii", l->seq, l->chain, sizeof(l->chain), l->n_text, n[TABLE_ENTRY],
		n[TABLE_SUMMARY], n[TABLE_IMPACT], n[TABLE_CAUSE], n[TABLE_TRIGGER],
		n[TABLE_LESSON], n[TABLE_ITEM], n[TABLE_MARKER], n[TABLE_ROLE], n[TABLE_LINK],
		n[TABLE_FILE], n[TABLE_SPAN], n[TABLE_CAPTURE], n[TABLE_SOURCE], l->node);
}

/* ---- rows ---- */

static int born_node(struct ledger *l)
{
	struct node_name name;
	int rc;

	if (l->node)
		return db_fault(l->db, "%s is to be born, and is there already", l->id);
	if (node_name_read(l->id, strlen(l->id), &name) || !name.year)
		return db_fault(l->db, "“%s” is no id of a Node", l->id);
	rc = db_run(l->db, "INSERT INTO node (id, year, number) VALUES (?, ?, ?)", "sdi", l->id,
		    name.year, name.number);
	if (rc)
		return rc;
	l->node = sqlite3_last_insert_rowid(l->db->handle);
	/* Also when the number came from elsewhere (a replay, an import): it is never given again.
	 */
	return db_run(l->db,
		      "INSERT INTO year (year, last) VALUES (?, ?)"
		      " ON CONFLICT (year) DO UPDATE SET last = max(last, excluded.last)",
		      "di", name.year, name.number);
}

static int born(struct ledger *l, enum table t, int64_t row)
{
	char sql[SQL_MAX];
	int rc;

	if (t == TABLE_NODE)
		return born_node(l);
	if (row != l->last[t] + 1)
		return db_fault(l->db, "%s: %s %lld can't be born after %s %lld", l->id,
				table_name(t), (long long)row, table_name(t),
				(long long)l->last[t]);
	snprintf(sql, sizeof(sql), "INSERT INTO \"%s\" (node, n) VALUES (?, ?)", table_name(t));
	rc = db_run(l->db, sql, "ii", l->node, row);
	if (!rc)
		l->last[t] = row;
	return rc;
}

/* `node` has the one row 1 (1 = ?): the Node's own. */
static int set(struct ledger *l, const struct effect *e)
{
	const struct value *v = &e->new_;
	char sql[SQL_MAX];
	int rc;

	if (e->table == TABLE_NODE)
		snprintf(sql, sizeof(sql), "UPDATE node SET \"%s\" = ? WHERE n = ? AND 1 = ?",
			 e->field);
	else
		snprintf(sql, sizeof(sql), "UPDATE \"%s\" SET \"%s\" = ? WHERE node = ? AND n = ?",
			 table_name(e->table), e->field);
	if (v->kind == VALUE_INT || v->kind == VALUE_TEXT)
		rc = db_run(l->db, sql, "iii", v->i, l->node, e->row);
	else
		rc = db_run(l->db, sql, "sii", v->kind == VALUE_STRING ? v->s : NULL, l->node,
			    e->row);
	if (!rc && db_changed(l->db) != 1)
		return db_fault(l->db, "%s has no %s %lld to change", l->id, table_name(e->table),
				(long long)e->row);
	return rc;
}

int ledger_apply(struct ledger *l, const struct effect *e)
{
	const struct field *f;

	if (!e->field)
		return born(l, e->table, e->row);
	f = table_field(e->table, e->field, strlen(e->field));
	if (!f || (e->new_.kind != VALUE_NULL && e->new_.kind != f->kind))
		return db_fault(l->db, "%s: %s has no field %s of that kind", l->id,
				table_name(e->table), e->field);
	return set(l, e);
}

/* ---- what stands there ---- */

int ledger_value(struct ledger *l, enum table t, int64_t row, const char *field, struct arena *a,
		 struct value *v)
{
	const struct field *f = table_field(t, field, strlen(field));
	char sql[SQL_MAX];
	bool null = true;
	int rc;

	*v = v_null();
	if (!f)
		return db_fault(l->db, "%s has no field %s", table_name(t), field);
	if (t == TABLE_NODE)
		snprintf(sql, sizeof(sql),
			 "SELECT \"%s\" IS NULL, \"%s\" FROM node WHERE n = ? AND 1 = ?", field,
			 field);
	else
		snprintf(sql, sizeof(sql),
			 "SELECT \"%s\" IS NULL, \"%s\" FROM \"%s\" WHERE node = ? AND n = ?",
			 field, field, table_name(t));
	if (f->kind == VALUE_STRING)
		rc = db_one(l->db, a, sql, "ii>os", l->node, row, &null, &v->s);
	else
		rc = db_one(l->db, a, sql, "ii>oi", l->node, row, &null, &v->i);
	if (rc < 0 || null)
		return rc < 0 ? rc : 0;
	v->kind = f->kind;
	if (v->kind != VALUE_TEXT)
		return 0;
	rc = ledger_text_digest(l, v->i, v->digest);
	return rc < 0 ? rc : 0;
}

/* ---- texts ---- */

int ledger_text(struct ledger *l, int64_t n, const unsigned char *salt, const char *body,
		const unsigned char digest[DIGEST_SIZE])
{
	int rc;

	if (n != l->n_text + 1)
		return db_fault(l->db, "%s: text %lld can't follow text %lld", l->id, (long long)n,
				(long long)l->n_text);
	rc = db_run(l->db, "INSERT INTO text (node, n, salt, body, digest) VALUES (?, ?, ?, ?, ?)",
		    "iibsb", l->node, n, salt, (size_t)(salt ? SALT_SIZE : 0), body, digest,
		    (size_t)DIGEST_SIZE);
	if (!rc)
		l->n_text = n;
	return rc;
}

int ledger_text_digest(struct ledger *l, int64_t n, unsigned char digest[DIGEST_SIZE])
{
	return db_one(l->db, NULL, "SELECT digest FROM text WHERE node = ? AND n = ?", "ii>b",
		      l->node, n, digest, (size_t)DIGEST_SIZE);
}
