#include "tests/support/core_memrows.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS 20	/* more than any table has */
#define MAX_NODES 400
#define MAX_FACTS 100

struct row {
	bool born;
	struct value v[FIELDS];
};

struct node {
	const char *id;
	struct row *rows[TABLES];
	int64_t count[TABLES];		/* highest row */
	const char **texts;		/* body of text i at [i - 1] */
	int64_t n_texts;
	struct buf journal;
	size_t last;			/* where its last change begins */
	int64_t seq;
};

struct memrows {
	struct rows rows;		/* first: what core holds is what we are */
	struct arena arena;
	struct node nodes[MAX_NODES];
	int count;
	struct person people[MAX_FACTS];
	int n_people;
	struct { const char *channel, *person; } members[MAX_FACTS];
	int n_members;
	struct { int year; int64_t last; } years[MAX_FACTS];
	int n_years;
};

static struct memrows *of(struct rows *r)
{
	return (struct memrows *)r;
}

/* ---- the map ---- */

static struct node *node_at(struct memrows *m, const char *id)
{
	int i;

	for (i = 0; i < m->count; i++)
		if (!strcmp(m->nodes[i].id, id))
			return &m->nodes[i];
	return NULL;
}

static struct node *node_make(struct memrows *m, const char *id)
{
	struct node *n = node_at(m, id);

	if (n)
		return n;
	assert(m->count < MAX_NODES);
	n = &m->nodes[m->count++];
	n->id = arena_strdup(&m->arena, id);
	buf_init(&n->journal, (size_t)1 << 28);
	return n;
}

static struct row *row_at(const struct node *n, enum table t, int64_t row)
{
	if (row < 1 || row > n->count[t] || !n->rows[t][row - 1].born)
		return NULL;
	return &n->rows[t][row - 1];
}

static struct row *row_make(struct node *n, enum table t, int64_t row)
{
	int64_t i;

	if (row > n->count[t]) {
		n->rows[t] = realloc(n->rows[t], (size_t)row * sizeof(struct row));
		assert(n->rows[t]);
		for (i = n->count[t]; i < row; i++)
			n->rows[t][i] = (struct row){ 0 };
		n->count[t] = row;
	}
	return &n->rows[t][row - 1];
}

static size_t field_index(enum table t, const char *name)
{
	const struct field *f = table_field(t, name, strlen(name));

	assert(f);
	return (size_t)(f - table_fields(t));
}

static const struct value *cell(const struct node *n, enum table t, int64_t row, const char *field)
{
	static const struct value null;
	struct row *r = row_at(n, t, row);

	return r ? &r->v[field_index(t, field)] : &null;
}

static int64_t cell_i(const struct node *n, enum table t, int64_t row, const char *field)
{
	const struct value *v = cell(n, t, row, field);

	return v->kind == VALUE_INT ? v->i : 0;
}

static const char *cell_s(const struct node *n, enum table t, int64_t row, const char *field)
{
	const struct value *v = cell(n, t, row, field);

	if (v->kind == VALUE_TEXT)
		return n->texts[v->i - 1];
	return v->kind == VALUE_STRING ? v->s : NULL;
}

static bool same_value(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == VALUE_STRING)
		return !strcmp(a->s, b->s);
	if (a->kind == VALUE_TEXT && memcmp(a->digest, b->digest, DIGEST_SIZE))
		return false;
	return a->i == b->i;
}

/* ---- applying ---- */

static const char *wrong(struct memrows *m, const struct node *n, const struct effect *e, const char *what)
{
	return arena_printf(&m->arena, "%s %s %" PRId64 " %s: %s", n->id, table_name(e->table), e->row,
			    e->field ? e->field : "(born)", what);
}

static const char *apply_one(struct memrows *m, struct node *n, const struct effect *e)
{
	struct row *r = row_at(n, e->table, e->row);
	struct value *v;

	if (!e->field) {
		if (r)
			return wrong(m, n, e, "born twice");
		if (e->row != n->count[e->table] + 1)
			return wrong(m, n, e, "born out of order");
		row_make(n, e->table, e->row)->born = true;
		return NULL;
	}
	if (!r)
		return wrong(m, n, e, "set before it is born");
	v = &r->v[field_index(e->table, e->field)];
	if (!same_value(v, &e->old))
		return wrong(m, n, e, "the old value is not what stands there");
	*v = e->new_;
	v->s = e->new_.kind == VALUE_STRING ? arena_strdup(&m->arena, e->new_.s) : NULL;
	return NULL;
}

/* No SHA-256 in core's tests: 32 bytes that differ with the text are enough. */
static void digest_of(const char *s, unsigned char out[DIGEST_SIZE])
{
	uint64_t h = 1469598103934665603u;
	int i;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	for (i = 0; i < DIGEST_SIZE; i++) {
		out[i] = (unsigned char)(h >> 56);
		h = h * 6364136223846793005u + 1442695040888963407u;
	}
}

/* What the store does to an effect before it journals it. */
static void complete(struct memrows *m, struct node *n, struct effect *e)
{
	if (e->old.kind == VALUE_TEXT && e->old.i == -1)
		e->old = *cell(n, e->table, e->row, e->field);
	if (e->new_.kind != VALUE_TEXT)
		return;
	n->texts = realloc(n->texts, (size_t)(n->n_texts + 1) * sizeof(*n->texts));
	assert(n->texts);
	n->texts[n->n_texts++] = arena_strdup(&m->arena, e->new_.s);
	e->new_.i = n->n_texts;
	digest_of(e->new_.s, e->new_.digest);
}

const char *memrows_apply(struct memrows *m, const struct change *c)
{
	const char *bad;
	size_t i;

	for (; c; c = c->next) {
		struct node *n = node_make(m, c->node);

		n->last = n->journal.len;
		n->seq++;
		for (i = 0; i < c->count; i++) {
			complete(m, n, &c->effects[i]);
			effects_write(&n->journal, &c->effects[i], 1);
			bad = apply_one(m, n, &c->effects[i]);
			if (bad)
				return bad;
		}
	}
	return NULL;
}

/* ---- replay, undo ---- */

static const char *difference(struct memrows *m, const struct node *a, const struct node *b)
{
	struct effect e = { 0 };
	int64_t row;
	size_t f;
	int t;

	for (t = 0; t < TABLES; t++) {
		e.table = (enum table)t;
		e.row = 0;
		if (a->count[t] != b->count[t])
			return wrong(m, a, &e, "another number of rows");
		for (row = 0; row < a->count[t]; row++) {
			e.row = row + 1;
			for (f = 0; table_fields(e.table)[f].name; f++) {
				e.field = table_fields(e.table)[f].name;
				if (!same_value(&a->rows[t][row].v[f], &b->rows[t][row].v[f]))
					return wrong(m, a, &e, "differs");
			}
		}
	}
	return NULL;
}

static const char *read_into(struct memrows *to, struct node *n, const char *journal)
{
	struct effect e;
	const char *bad;
	int rc;

	while ((rc = effect_read(&journal, &to->arena, &e)) > 0) {
		bad = apply_one(to, n, &e);
		if (bad)
			return bad;
	}
	return rc < 0 ? arena_printf(&to->arena, "not a journal line: %s", journal) : NULL;
}

const char *memrows_replay(struct memrows *m)
{
	struct memrows *empty = memrows_new();
	const char *bad = NULL;
	int i;

	for (i = 0; !bad && i < m->count; i++) {
		struct node *n = node_make(empty, m->nodes[i].id);

		bad = read_into(empty, n, m->nodes[i].journal.s);
		if (!bad)
			bad = difference(empty, &m->nodes[i], n);
	}
	bad = arena_strdup(&m->arena, bad);
	memrows_free(empty);
	return bad;
}

static struct effect *effects_of(struct memrows *m, const char *lines, size_t *count)
{
	struct effect e, *all = NULL;

	*count = 0;
	while (effect_read(&lines, &m->arena, &e) > 0) {
		all = realloc(all, (*count + 1) * sizeof(e));
		assert(all);
		all[(*count)++] = e;
	}
	return all;
}

static const char *take_back(struct memrows *m, struct node *n, const struct effect *e)
{
	struct effect back = *e;

	if (!e->field) {
		row_at(n, e->table, e->row)->born = false;
		n->count[e->table]--;
		return NULL;
	}
	back.old = e->new_;
	back.new_ = e->old;
	return apply_one(m, n, &back);
}

const char *memrows_undo(struct memrows *m, const char *id)
{
	struct memrows *before = memrows_new(), *after = memrows_new();
	struct node *n = node_at(m, id), *b, *a;
	struct effect *effects;
	const char *bad;
	size_t count;

	b = node_make(before, id);
	a = node_make(after, id);
	bad = read_into(before, b, arena_strndup(&m->arena, n->journal.s, n->last));
	if (!bad)
		bad = read_into(after, a, n->journal.s);
	effects = effects_of(m, n->journal.s + n->last, &count);
	while (!bad && count)
		bad = take_back(after, a, &effects[--count]);
	if (!bad)
		bad = difference(after, a, b);
	bad = arena_strdup(&m->arena, bad);
	free(effects);
	memrows_free(after);
	memrows_free(before);
	return bad;
}

/* ---- rows: one Node's ---- */

static int word_of(int (*from)(const char *), const char *word, int otherwise)
{
	return word ? from(word) : otherwise;
}

static void markers_load(const struct node *n, struct head *h)
{
	int64_t row;

	for (row = 1; row <= n->count[TABLE_MARKER]; row++) {
		if (strcmp(cell_s(n, TABLE_MARKER, row, "state"), "live"))
			continue;
		h->markers[marker_from(cell_s(n, TABLE_MARKER, row, "marker"))] = (struct marked){
			.n = row,
			.at = cell_i(n, TABLE_MARKER, row, "at"),
			.entry = cell_i(n, TABLE_MARKER, row, "entry"),
		};
	}
}

static void head_load(const struct node *n, struct head *h)
{
	struct node_name name;
	int s;

	*h = (struct head){ 0 };
	memcpy(h->id, n->id, strlen(n->id) + 1);
	node_name_read(n->id, strlen(n->id), &name);
	h->year = name.year;
	h->number = name.number;
#define STR(member, field) h->member = cell_s(n, TABLE_NODE, 1, field)
#define INT(member, field) h->member = cell_i(n, TABLE_NODE, 1, field)
	STR(title, "title");
	STR(captain, "captain");
	STR(channel, "channel");
	STR(channel_name, "channel_name");
	STR(asked_in, "asked_in");
	STR(declared_by, "declared_by");
	STR(merged_into, "merged_into");
	INT(private_, "private");
	INT(own_channel, "own_channel");
	INT(declared_at, "declared_at");
	INT(closed_at, "closed_at");
	INT(status_at, "status_at");
	INT(update_at, "update_at");
	INT(report, "report");
	INT(report_void, "report_void");
#undef STR
#undef INT
	h->priority = (enum priority)priority_from(cell_s(n, TABLE_NODE, 1, "priority"));
	h->status = (enum status)status_from(cell_s(n, TABLE_NODE, 1, "status"));
	h->before_merge = (enum status)word_of(status_from, cell_s(n, TABLE_NODE, 1, "before_merge"), 0);
	h->origin = (enum origin)word_of(origin_from, cell_s(n, TABLE_NODE, 1, "origin"), ORIGIN_NONE);
	h->n_entry = n->count[TABLE_ENTRY];
	h->n_item = n->count[TABLE_ITEM];
	h->n_marker = n->count[TABLE_MARKER];
	h->n_role = n->count[TABLE_ROLE];
	h->n_link = n->count[TABLE_LINK];
	h->n_file = n->count[TABLE_FILE];
	h->n_span = n->count[TABLE_SPAN];
	for (s = 0; s < SECTIONS; s++)
		h->n_para[s] = n->count[TABLE_SUMMARY + s];
	h->n_text = n->n_texts;
	h->seq = n->seq;
	markers_load(n, h);
}

static int r_entry(struct rows *r, const char *id, int64_t row, struct arena *a, struct entry *e)
{
	struct node *n = node_at(of(r), id);
	const char *marker;

	(void)a;
	if (!n || !row_at(n, TABLE_ENTRY, row))
		return 0;
	marker = cell_s(n, TABLE_ENTRY, row, "marker");
	*e = (struct entry){
		.n = row,
		.at = cell_i(n, TABLE_ENTRY, row, "at"),
		.recorded_at = cell_i(n, TABLE_ENTRY, row, "recorded_at"),
		.author = cell_s(n, TABLE_ENTRY, row, "author"),
		.recorder = cell_s(n, TABLE_ENTRY, row, "recorder"),
		.source = (enum source)source_from(cell_s(n, TABLE_ENTRY, row, "source")),
		.channel = cell_s(n, TABLE_ENTRY, row, "channel"),
		.ts = cell_s(n, TABLE_ENTRY, row, "ts"),
		.permalink = cell_s(n, TABLE_ENTRY, row, "permalink"),
		.text = cell_s(n, TABLE_ENTRY, row, "text"),
		.marker = (enum marker)word_of(marker_from, marker, MARKER_NONE),
		.withdrawn = cell_i(n, TABLE_ENTRY, row, "withdrawn"),
		.deleted = cell_i(n, TABLE_ENTRY, row, "deleted"),
	};
	for (row = 1; row <= n->count[TABLE_MARKER]; row++)
		e->marker_counts |= cell_i(n, TABLE_MARKER, row, "entry") == e->n &&
				    !strcmp(cell_s(n, TABLE_MARKER, row, "state"), "live");
	return 1;
}

static int r_para(struct rows *r, const char *id, enum section s, int64_t row, struct arena *a, struct para *p)
{
	struct node *n = node_at(of(r), id);
	enum table t = TABLE_SUMMARY + (unsigned)s;

	(void)a;
	if (!n || !row_at(n, t, row))
		return 0;
	*p = (struct para){
		.section = s,
		.n = row,
		.text = cell_s(n, t, row, "text"),
		.author = cell_s(n, t, row, "author"),
		.at = cell_i(n, t, row, "at"),
		.source = (enum source)source_from(cell_s(n, t, row, "source")),
		.gone = cell_i(n, t, row, "gone"),
	};
	return 1;
}

static int r_paras(struct rows *r, const char *id, enum section s, int64_t *out, int most)
{
	struct node *n = node_at(of(r), id);
	enum table t = TABLE_SUMMARY + (unsigned)s;
	int64_t row;
	int count = 0;

	for (row = 1; row <= n->count[t] && count < most; row++)
		if (!cell_i(n, t, row, "gone"))
			out[count++] = row;
	return count;
}

static int r_item(struct rows *r, const char *id, int64_t row, struct arena *a, struct item *i)
{
	struct node *n = node_at(of(r), id);

	(void)a;
	if (!n || !row_at(n, TABLE_ITEM, row))
		return 0;
	*i = (struct item){
		.n = row,
		.type = (enum item_type)item_type_from(cell_s(n, TABLE_ITEM, row, "type")),
		.state = (enum item_state)item_state_from(cell_s(n, TABLE_ITEM, row, "state")),
		.text = cell_s(n, TABLE_ITEM, row, "text"),
		.owner = cell_s(n, TABLE_ITEM, row, "owner"),
		.due = cell_s(n, TABLE_ITEM, row, "due"),
		.author = cell_s(n, TABLE_ITEM, row, "author"),
		.why = cell_s(n, TABLE_ITEM, row, "why"),
		.created_at = cell_i(n, TABLE_ITEM, row, "created_at"),
		.done_at = cell_i(n, TABLE_ITEM, row, "done_at"),
		.source = (enum source)source_from(cell_s(n, TABLE_ITEM, row, "source")),
		.withdrawn = cell_i(n, TABLE_ITEM, row, "withdrawn"),
	};
	return 1;
}

static bool is_open_item(const struct item *i)
{
	return i->state == ITEM_TODO && !i->withdrawn;
}

static int r_open_items(struct rows *r, const char *id, struct arena *a, struct item *out, int most)
{
	int64_t row;
	int count = 0;

	for (row = 1; count < most && r_item(r, id, row, a, &out[count]); row++)
		count += is_open_item(&out[count]);
	return count;
}

static int r_live_markers(struct rows *r, const char *id, enum marker *m, struct marked *at, int most)
{
	struct node *n = node_at(of(r), id);
	int64_t row;
	int count = 0;

	for (row = 1; row <= n->count[TABLE_MARKER] && count < most; row++) {
		if (strcmp(cell_s(n, TABLE_MARKER, row, "state"), "live"))
			continue;
		m[count] = (enum marker)marker_from(cell_s(n, TABLE_MARKER, row, "marker"));
		at[count++] = (struct marked){ .n = row,
					       .at = cell_i(n, TABLE_MARKER, row, "at"),
					       .entry = cell_i(n, TABLE_MARKER, row, "entry") };
	}
	return count;
}

static int r_roles(struct rows *r, const char *id, struct arena *a, struct held_role *h, int most)
{
	struct node *n = node_at(of(r), id);
	int64_t row;
	int count = 0;

	(void)a;
	for (row = 1; row <= n->count[TABLE_ROLE] && count < most; row++)
		if (!cell_i(n, TABLE_ROLE, row, "gone"))
			h[count++] = (struct held_role){
				.n = row,
				.role = (enum role)role_from(cell_s(n, TABLE_ROLE, row, "role")),
				.person = cell_s(n, TABLE_ROLE, row, "person"),
			};
	return count;
}

static int r_last_span(struct rows *r, const char *id, struct arena *a, int64_t *row, const char **channel,
		       int64_t *to_at)
{
	struct node *n = node_at(of(r), id);

	(void)a;
	*row = n->count[TABLE_SPAN];
	*channel = cell_s(n, TABLE_SPAN, *row, "channel");
	*to_at = cell_i(n, TABLE_SPAN, *row, "to_at");
	return *row > 0;
}

/* ---- rows: finding Nodes ---- */

static int newest(struct rows *r, bool (*is)(const struct head *, const void *), const void *arg, struct head *h)
{
	struct memrows *m = of(r);
	struct head one;
	int i, found = 0;

	for (i = 0; i < m->count; i++) {
		head_load(&m->nodes[i], &one);
		if (!is(&one, arg))
			continue;
		if (found && (one.year < h->year || (one.year == h->year && one.number < h->number)))
			continue;
		*h = one;
		found = 1;
	}
	return found;
}

static bool is_named(const struct head *h, const void *arg)
{
	const struct node_name *name = arg;

	return h->number == name->number && (!name->year || h->year == name->year);
}

static int r_node_named(struct rows *r, const struct node_name *name, struct arena *a, struct head *h)
{
	(void)a;
	return newest(r, is_named, name, h);
}

static int r_node_id(struct rows *r, const char *id, struct arena *a, struct head *h)
{
	struct node *n = node_at(of(r), id);

	(void)a;
	if (n)
		head_load(n, h);
	return n != NULL;
}

static bool is_open_in(const struct head *h, const void *arg)
{
	return h->channel && !strcmp(h->channel, arg) && status_open(h->status);
}

static int r_node_open_in(struct rows *r, const char *channel, struct arena *a, struct head *h)
{
	(void)a;
	return newest(r, is_open_in, channel, h);
}

struct place {
	const char *channel;
	enum status status;
};

static bool is_last_in(const struct head *h, const void *arg)
{
	const struct place *p = arg;

	return h->channel && !strcmp(h->channel, p->channel) && h->status == p->status;
}

static int r_node_last_in(struct rows *r, const char *channel, enum status s, struct arena *a, struct head *h)
{
	struct place p = { channel, s };

	(void)a;
	return newest(r, is_last_in, &p, h);
}

static bool has_item_of(const struct node *n, const char *person)
{
	int64_t row;
	const char *owner;

	for (row = 1; row <= n->count[TABLE_ITEM]; row++) {
		owner = cell_s(n, TABLE_ITEM, row, "owner");
		if (owner && !strcmp(owner, person) && !cell_i(n, TABLE_ITEM, row, "withdrawn") &&
		    !strcmp(cell_s(n, TABLE_ITEM, row, "state"), "TODO"))
			return true;
	}
	return false;
}

static bool is_listed(const struct node *n, const struct head *h, const char *which, const char *person)
{
	if (!strcmp(which, "all"))
		return true;
	if (!strcmp(which, "open"))
		return status_open(h->status);
	if (h->status == STATUS_ARCHIVED)
		return false;
	return (h->captain && !strcmp(h->captain, person)) || has_item_of(n, person);
}

static int by_newest(const void *a, const void *b)
{
	const struct head *x = a, *y = b;

	if (x->year != y->year)
		return x->year > y->year ? -1 : 1;
	return x->number > y->number ? -1 : x->number < y->number;
}

static int r_nodes(struct rows *r, const char *which, const char *person, struct arena *a, struct head *out, int most)
{
	struct memrows *m = of(r);
	struct head *all = arena_alloc(a, MAX_NODES * sizeof(*all));
	int count = 0, i;

	for (i = 0; i < m->count; i++) {
		head_load(&m->nodes[i], &all[count]);
		count += is_listed(&m->nodes[i], &all[count], which, person);
	}
	qsort(all, (size_t)count, sizeof(*all), by_newest);
	if (count > most)
		count = most;
	memcpy(out, all, (size_t)count * sizeof(*all));
	return count;
}

static int r_node_number(struct rows *r, int year, int64_t *number)
{
	struct memrows *m = of(r);
	int i = 0;

	while (i < m->n_years && m->years[i].year != year)
		i++;
	assert(i < MAX_FACTS);
	if (i == m->n_years)
		m->years[m->n_years++].year = year;
	*number = ++m->years[i].last;
	return 1;
}

/* ---- rows: people, views ---- */

static int r_person(struct rows *r, const char *ref, struct arena *a, struct person *p)
{
	struct memrows *m = of(r);
	int i;

	(void)a;
	for (i = 0; i < m->n_people; i++) {
		if (strcmp(m->people[i].ref, ref))
			continue;
		*p = m->people[i];
		return 1;
	}
	return 0;
}

static int r_member(struct rows *r, const char *channel, const char *person)
{
	struct memrows *m = of(r);
	int i;

	for (i = 0; i < m->n_members; i++)
		if (!strcmp(m->members[i].channel, channel) && !strcmp(m->members[i].person, person))
			return 1;
	return 0;
}

static const char *name_of(struct names *names, enum text_kind kind, const char *ref, size_t len)
{
	struct memrows *m = (struct memrows *)((char *)names - offsetof(struct rows, names));
	int i;

	for (i = 0; kind == TEXT_PERSON && i < m->n_people; i++)
		if (strlen(m->people[i].ref) == len && !memcmp(m->people[i].ref, ref, len))
			return m->people[i].name;
	return NULL;
}

static int by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->n < y->n ? -1 : 1;
}

static void view_texts(struct rows *r, const struct node *n, bool full, struct arena *a, struct view *v)
{
	int64_t row, last;
	int s;

	for (s = 0, last = 0; s < SECTIONS; s++)
		last += n->count[TABLE_SUMMARY + s];
	v->paras = arena_alloc(a, (size_t)(last + 1) * sizeof(*v->paras));
	for (s = 0; s < SECTIONS; s++)
		for (row = 1; r_para(r, n->id, (enum section)s, row, a, &v->paras[v->n_paras]); row++)
			v->n_paras += full || !v->paras[v->n_paras].gone;
	v->entries = arena_alloc(a, (size_t)(n->count[TABLE_ENTRY] + 1) * sizeof(*v->entries));
	for (row = 1; r_entry(r, n->id, row, a, &v->entries[v->n_entries]); row++) {
		v->entries_live += !v->entries[v->n_entries].withdrawn;
		v->n_entries += full || !v->entries[v->n_entries].withdrawn;
	}
	qsort(v->entries, v->n_entries, sizeof(*v->entries), by_time);
	if (!full && v->n_entries > VIEW_LAST) {
		v->entries += v->n_entries - VIEW_LAST;
		v->n_entries = VIEW_LAST;
	}
	v->items = arena_alloc(a, (size_t)(n->count[TABLE_ITEM] + 1) * sizeof(*v->items));
	for (row = 1; r_item(r, n->id, row, a, &v->items[v->n_items]); row++) {
		v->items_open += is_open_item(&v->items[v->n_items]);
		v->n_items += full || is_open_item(&v->items[v->n_items]);
	}
}

static bool has_url(const struct view *v, const char *url)
{
	size_t i;

	for (i = 0; i < v->n_links; i++)
		if (!strcmp(v->links[i].url, url))
			return true;
	return false;
}

static void view_links(const struct node *n, struct arena *a, struct view *v)
{
	int64_t row;

	v->links = arena_alloc(a, (size_t)(n->count[TABLE_LINK] + 1) * sizeof(*v->links));
	for (row = 1; row <= n->count[TABLE_LINK]; row++) {
		const char *url = cell_s(n, TABLE_LINK, row, "url");

		if (!has_url(v, url))
			v->links[v->n_links++] =
				(struct link){ url, cell_s(n, TABLE_LINK, row, "handle") };
	}
}

static int r_view(struct rows *r, const char *id, enum view_size size, struct arena *a, struct view *v)
{
	struct node *n = node_at(of(r), id);

	if (!n)
		return 0;
	*v = (struct view){ .names = &r->names };
	head_load(n, &v->head);
	view_texts(r, n, size == VIEW_FULL, a, v);
	view_links(n, a, v);
	v->roles = arena_alloc(a, (size_t)(n->count[TABLE_ROLE] + 1) * sizeof(*v->roles));
	v->n_roles = (size_t)r_roles(r, id, a, v->roles, (int)n->count[TABLE_ROLE]);
	v->entry_rev = arena_alloc(a, (v->n_entries + 1) * sizeof(*v->entry_rev));
	return 1;
}

/* ---- life, facts, looking ---- */

struct memrows *memrows_new(void)
{
	struct memrows *m = calloc(1, sizeof(*m));

	assert(m);
	arena_init(&m->arena);
	m->rows = (struct rows){
		.node_named = r_node_named,
		.node_id = r_node_id,
		.node_open_in = r_node_open_in,
		.node_last_in = r_node_last_in,
		.nodes = r_nodes,
		.node_number = r_node_number,
		.entry = r_entry,
		.para = r_para,
		.paras = r_paras,
		.item = r_item,
		.open_items = r_open_items,
		.live_markers = r_live_markers,
		.roles = r_roles,
		.last_span = r_last_span,
		.person = r_person,
		.member = r_member,
		.view = r_view,
		.names = { name_of },
	};
	return m;
}

void memrows_free(struct memrows *m)
{
	int i, t;

	for (i = 0; i < m->count; i++) {
		for (t = 0; t < TABLES; t++)
			free(m->nodes[i].rows[t]);
		free(m->nodes[i].texts);
		buf_release(&m->nodes[i].journal);
	}
	arena_release(&m->arena);
	free(m);
}

struct rows *memrows_rows(struct memrows *m)
{
	return &m->rows;
}

void memrows_person(struct memrows *m, const char *ref, const char *name, const char *zone, enum rank rank)
{
	assert(m->n_people < MAX_FACTS);
	m->people[m->n_people++] = (struct person){
		.ref = ref, .name = name, .zone = zone, .zone_known = zone != NULL, .rank = rank
	};
}

void memrows_member(struct memrows *m, const char *channel, const char *person)
{
	assert(m->n_members < MAX_FACTS);
	m->members[m->n_members].channel = channel;
	m->members[m->n_members++].person = person;
}

const char *memrows_holds(struct memrows *m)
{
	struct head h, other;
	const char *channel;
	int64_t span, to_at;
	int i, j;

	for (i = 0; i < m->count; i++) {
		head_load(&m->nodes[i], &h);
		r_last_span(&m->rows, h.id, &m->arena, &span, &channel, &to_at);
		if (status_open(h.status) != (h.channel && span && !to_at) && h.channel)
			return arena_printf(&m->arena, "%s: status and span disagree", h.id);
		if (status_open(h.status) && h.closed_at)
			return arena_printf(&m->arena, "%s: open and closed", h.id);
		for (j = 0; j < i && h.channel && status_open(h.status); j++) {
			head_load(&m->nodes[j], &other);
			if (is_open_in(&other, h.channel))
				return arena_printf(&m->arena, "%s and %s are open in %s", h.id, other.id,
						    h.channel);
		}
	}
	return NULL;
}

const char *memrows_cell(struct memrows *m, const char *id, const char *table, int64_t row, const char *field)
{
	struct node *n = node_at(m, id);
	int t = table_from(table, strlen(table));
	const struct value *v;

	assert(n && t >= 0);
	if (!row_at(n, (enum table)t, row))
		return NULL;
	v = cell(n, (enum table)t, row, field);
	if (v->kind == VALUE_NULL)
		return "-";
	if (v->kind == VALUE_INT)
		return arena_printf(&m->arena, "i%" PRId64, v->i);
	return arena_printf(&m->arena, "%s%s", v->kind == VALUE_STRING ? "s" : "",
			    cell_s(n, (enum table)t, row, field));
}

const char *memrows_journal(struct memrows *m, const char *id)
{
	struct node *n = node_at(m, id);

	return n ? n->journal.s : "";
}
