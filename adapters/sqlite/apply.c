/*
 * apply: effects → rows. Generic: one statement a row, an INSERT with all its columns where it is
 * born, else an UPDATE of those that change, all from the core's list of tables and fields, so that
 * a new field costs a line in the schema and nothing here. Used alike by a live change and by the
 * replay of a journal, which is what makes the replay a proof.
 *
 * Effects are gathered by row until the change ends (or touches more rows than fit); the Node's own
 * fields go with its counters, which are written anyway.
 */
#include "adapters/sqlite/sqlite_private.h"

#include <string.h>

#define SQL_MAX 1024

static void ledger_begin(struct ledger *l, struct db *db, const char *id)
{
	l->db = db;
	l->id = id;
	l->continues = false;
	l->node = l->seq = l->n_text = 0;
	memset(l->last, 0, sizeof(l->last));
	memset(l->chain, 0, sizeof(l->chain));
	l->own.table = TABLE_NODE;
	l->own.row = 1;
	l->own.born = false;
	l->own.count = 0;
	l->n_other = 0;
}

/* A Node's counters: the highest row of each of its tables. ROW(table, column, field of struct head) */
#define COUNTERS(ROW) \
	ROW(ENTRY, "n_entry", n_entry) \
	ROW(SUMMARY, "n_summary", n_para[SECTION_SUMMARY]) \
	ROW(IMPACT, "n_impact", n_para[SECTION_IMPACT]) \
	ROW(CAUSE, "n_root_cause", n_para[SECTION_CAUSE]) \
	ROW(TRIGGER, "n_trigger", n_para[SECTION_TRIGGER]) \
	ROW(LESSON, "n_lesson", n_para[SECTION_LESSON]) \
	ROW(ITEM, "n_item", n_item) \
	ROW(MARKER, "n_marker", n_marker) \
	ROW(ROLE, "n_role", n_role) \
	ROW(LINK, "n_link", n_link) \
	ROW(FILE, "n_file", n_file) \
	ROW(SPAN, "n_span", n_span) \
	ROW(CAPTURE, "n_capture", n_capture) \
	ROW(SOURCE, "n_source", n_source) \
	ROW(SERVICE, "n_service", n_service) \
	ROW(MERGED, "n_merged", n_merged)

int ledger_open(struct ledger *l, struct db *db, const char *id)
{
	int rc;

	ledger_begin(l, db, id);
#define COLUMN(table, column, field) ", " column
#define TYPE(table, column, field) "i"
#define INTO(table, column, field) , &l->last[TABLE_##table]
	rc = db_one(db, NULL,
		    "SELECT n, seq, chain, n_text" COUNTERS(COLUMN) " FROM node WHERE id = ?",
		    "s>iibi" COUNTERS(TYPE), id, &l->node, &l->seq, l->chain, sizeof(l->chain),
		    &l->n_text COUNTERS(INTO));
#undef COLUMN
#undef TYPE
#undef INTO
	return rc < 0 ? rc : 0;
}

void ledger_continue(struct ledger *l, struct db *db, const struct head *h)
{
	ledger_begin(l, db, h->id);
	l->continues = true;
	l->node = h->row;
	l->seq = h->seq;
	memcpy(l->chain, h->chain, sizeof(l->chain));
	l->n_text = h->n_text;
#define FROM(table, column, field) l->last[TABLE_##table] = h->field;
	COUNTERS(FROM)
#undef FROM
}

void ledger_leave(const struct ledger *l, struct head *h)
{
	snprintf(h->id, sizeof(h->id), "%s", l->id);
	h->seq = l->seq;
	memcpy(h->chain, l->chain, sizeof(h->chain));
	h->n_text = l->n_text;
#define INTO(table, column, field) h->field = l->last[TABLE_##table];
	COUNTERS(INTO)
#undef INTO
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

/* ---- gathered effects ---- */

static struct cell cell_int(int64_t i)
{
	return (struct cell){ .kind = CELL_INT, .i = i };
}

static struct cell cell_of(const struct value *v)
{
	switch (v->kind) {
	case VALUE_INT:
	case VALUE_TEXT:
		return cell_int(v->i);
	case VALUE_STRING:
		return (struct cell){ .kind = CELL_STRING, .p = v->s };
	case VALUE_NULL:
		break;
	}
	return (struct cell){ .kind = CELL_NULL };
}

/* Names are the core's own: the same field, the same string. */
static struct gathered_field *gathered(struct gathered *g, const char *field)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->field[i].name == field)
			return &g->field[i];
	return NULL;
}

/* ---- statements that are the same for every row ---- */

static char *inserts[TABLES], *counters_update;

/* All columns, so that each table has one such statement; a field that was not set is null. */
static char *insert_write(enum table t)
{
	const struct field *f = table_fields(t);
	struct buf sql;
	size_t n = 2;

	buf_init(&sql, SQL_MAX);
	buf_addf(&sql, "INSERT INTO \"%s\" (node, n", table_name(t));
	for (; f->name; f++, n++)
		buf_addf(&sql, ", \"%s\"", f->name);
	buf_adds(&sql, ") VALUES (?");
	for (size_t i = 1; i < n; i++)
		buf_adds(&sql, ", ?");
	buf_addc(&sql, ')');
	return buf_detach(&sql);
}

/* n_text = ?, n_entry = ? … seq = ?, chain = ? WHERE n = ?: a Node's counters */
static void counters_put(struct buf *sql)
{
	buf_adds(sql, "n_text = ?");
	for (enum table t = TABLE_NODE + 1; t < TABLES; t++)
		buf_addf(sql, ", n_%s = ?", table_name(t));
	buf_adds(sql, ", seq = ?, chain = ? WHERE n = ?");
}

/* Before main(), once. */
__attribute__((constructor)) static void apply_statements(void)
{
	struct buf sql;

	for (enum table t = TABLE_NODE + 1; t < TABLES; t++)
		inserts[t] = insert_write(t);
	buf_init(&sql, SQL_MAX);
	buf_adds(&sql, "UPDATE node SET ");
	counters_put(&sql);
	counters_update = buf_detach(&sql);
}

static int row_insert(struct ledger *l, struct gathered *g)
{
	struct cell cells[2 + GATHERED_MOST] = { cell_int(l->node), cell_int(g->row) };
	const struct field *f = table_fields(g->table);
	const struct gathered_field *set;
	size_t n = 2;

	for (; f->name; f++) {
		set = gathered(g, f->name);
		cells[n++] = set ? set->cell : (struct cell){ .kind = CELL_NULL };
	}
	return db_run_cells(l->db, inserts[g->table], cells, n);
}

/* "a" = ?, "b" = ?: the fields of g, and their values behind cells[*n]. */
static void fields_put(struct buf *sql, const struct gathered *g, struct cell *cells, size_t *n)
{
	for (size_t i = 0; i < g->count; i++) {
		buf_addf(sql, "%s\"%s\" = ?", i ? ", " : "", g->field[i].name);
		cells[(*n)++] = g->field[i].cell;
	}
}

static int row_update(struct ledger *l, struct gathered *g)
{
	struct cell cells[GATHERED_MOST + 2];
	struct buf sql;
	size_t n = 0;
	int rc;

	buf_init(&sql, SQL_MAX);
	buf_addf(&sql, "UPDATE \"%s\" SET ", table_name(g->table));
	fields_put(&sql, g, cells, &n);
	if (g->table == TABLE_NODE) {
		buf_adds(&sql, " WHERE n = ?");
	} else {
		buf_adds(&sql, " WHERE n = ? AND node = ?");
		cells[n++] = cell_int(g->row);
	}
	cells[n++] = cell_int(l->node);
	rc = db_run_cells(l->db, sql.s, cells, n);
	buf_release(&sql);
	if (!rc && db_changed(l->db) != 1)
		return db_fault(l->db, "%s has no %s %lld to change", l->id, table_name(g->table),
				(long long)g->row);
	return rc;
}

static int gathered_write(struct ledger *l, struct gathered *g)
{
	if (g->born)
		return row_insert(l, g);
	return g->count ? row_update(l, g) : 0;
}

/* In the order in which they came. */
static int others_write(struct ledger *l)
{
	int rc = 0;

	for (size_t i = 0; i < l->n_other && !rc; i++)
		rc = gathered_write(l, &l->other[i]);
	l->n_other = 0;
	return rc;
}

static struct gathered *gathered_row(struct ledger *l, enum table t, int64_t row)
{
	if (t == TABLE_NODE)
		return &l->own;
	for (struct gathered *g = l->other; g < l->other + l->n_other; g++)
		if (g->table == t && g->row == row)
			return g;
	return NULL;
}

/* Where effects of this row are gathered. */
static int gather(struct ledger *l, enum table t, int64_t row, struct gathered **g)
{
	int rc;

	*g = gathered_row(l, t, row);
	if (*g)
		return 0;
	if (l->n_other == GATHERED_ROWS && (rc = others_write(l)))
		return rc;
	*g = &l->other[l->n_other++];
	(*g)->table = t;
	(*g)->row = row;
	(*g)->born = false;
	(*g)->count = 0;
	return 0;
}

static int born(struct ledger *l, enum table t, int64_t row)
{
	struct gathered *g;
	int rc;

	if (t == TABLE_NODE)
		return born_node(l);
	if (row != l->last[t] + 1)
		return db_fault(l->db, "%s: %s %lld can't be born after %s %lld", l->id,
				table_name(t), (long long)row, table_name(t),
				(long long)l->last[t]);
	if ((rc = gather(l, t, row, &g)))
		return rc;
	g->born = true;
	l->last[t] = row;
	return 0;
}

/* `node` has the one row 1: the Node's own. */
static int apply_set(struct ledger *l, const struct effect *e, const struct field *f)
{
	struct gathered_field *set;
	struct gathered *g;
	int rc;

	if (e->row < 1 || (e->table == TABLE_NODE && e->row != 1))
		return db_fault(l->db, "%s has no %s %lld to change", l->id, table_name(e->table),
				(long long)e->row);
	if ((rc = gather(l, e->table, e->row, &g)))
		return rc;
	set = gathered(g, f->name);
	if (!set) {
		if (g->count == GATHERED_MOST)
			return db_fault(l->db, "%s has more fields than can be written",
					table_name(e->table));
		set = &g->field[g->count++];
	}
	*set = (struct gathered_field){ .name = f->name, .cell = cell_of(&e->new_) };
	return 0;
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
	return apply_set(l, e, f);
}

int ledger_settle(struct ledger *l)
{
	int rc = others_write(l);

	if (!rc)
		rc = gathered_write(l, &l->own);
	l->own.count = 0;
	return rc;
}

/* The values of counters_put(). */
static void counters_cells(const struct ledger *l, struct cell *cells, size_t *n)
{
	cells[(*n)++] = cell_int(l->n_text);
	for (enum table t = TABLE_NODE + 1; t < TABLES; t++)
		cells[(*n)++] = cell_int(l->last[t]);
	cells[(*n)++] = cell_int(l->seq);
	cells[(*n)++] = (struct cell){ .kind = CELL_BLOB, .p = l->chain, .len = sizeof(l->chain) };
	cells[(*n)++] = cell_int(l->node);
}

/* The Node's own fields and its counters are one row: one UPDATE. */
int ledger_close(struct ledger *l)
{
	struct cell cells[GATHERED_MOST + TABLES + 4];
	struct buf sql;
	size_t n = 0;
	int rc = others_write(l);

	if (rc)
		return rc;
	buf_init(&sql, 2 * SQL_MAX);
	if (l->own.count) {
		buf_adds(&sql, "UPDATE node SET ");
		fields_put(&sql, &l->own, cells, &n);
		buf_adds(&sql, ", ");
		counters_put(&sql);
	}
	counters_cells(l, cells, &n);
	rc = db_run_cells(l->db, l->own.count ? sql.s : counters_update, cells, n);
	buf_release(&sql);
	l->own.count = 0;
	return rc;
}

/* ---- what stands there ---- */

/* Is it known without looking? What was just set, or a field of a row that was just born. */
static bool is_gathered(struct ledger *l, enum table t, int64_t row, const struct field *f,
			struct value *v)
{
	struct gathered *g = gathered_row(l, t, row);
	const struct gathered_field *set = g ? gathered(g, f->name) : NULL;

	if (set && set->cell.kind != CELL_NULL)
		*v = (struct value){ .kind = f->kind, .i = set->cell.i, .s = set->cell.p };
	return set || (g && g->born);
}

static int apply_value_read(struct ledger *l, enum table t, int64_t row, const struct field *f,
			    struct arena *a, struct value *v)
{
	char sql[SQL_MAX];
	bool null = true;
	int rc;

	if (t == TABLE_NODE)
		snprintf(sql, sizeof(sql),
			 "SELECT \"%s\" IS NULL, \"%s\" FROM node WHERE n = ? AND 1 = ?", f->name,
			 f->name);
	else
		snprintf(sql, sizeof(sql),
			 "SELECT \"%s\" IS NULL, \"%s\" FROM \"%s\" WHERE node = ? AND n = ?",
			 f->name, f->name, table_name(t));
	if (f->kind == VALUE_STRING)
		rc = db_one(l->db, a, sql, "ii>os", l->node, row, &null, &v->s);
	else
		rc = db_one(l->db, a, sql, "ii>oi", l->node, row, &null, &v->i);
	if (rc > 0 && !null)
		v->kind = f->kind;
	return rc < 0 ? rc : 0;
}

int ledger_value(struct ledger *l, enum table t, int64_t row, const char *field, struct arena *a,
		 struct value *v)
{
	const struct field *f = table_field(t, field, strlen(field));
	int rc = 0;

	*v = v_null();
	if (!f)
		return db_fault(l->db, "%s has no field %s", table_name(t), field);
	if (!is_gathered(l, t, row, f, v))
		rc = apply_value_read(l, t, row, f, a, v);
	if (!rc && v->kind == VALUE_TEXT)
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
