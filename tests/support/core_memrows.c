#include "tests/support/core_memrows_private.h"

#include "core/base/utf8.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- the map ---- */

struct mem_node *mem_node(struct memrows *m, const char *id)
{
	int i;

	for (i = 0; i < m->count; i++)
		if (!strcmp(m->nodes[i].id, id))
			return &m->nodes[i];
	return NULL;
}

static struct mem_node *node_make(struct memrows *m, const char *id)
{
	struct mem_node *n = mem_node(m, id);

	if (n)
		return n;
	assert(m->count < MAX_NODES);
	n = &m->nodes[m->count++];
	n->id = arena_strdup(&m->arena, id);
	buf_init(&n->journal, (size_t)1 << 28);
	return n;
}

struct mem_row *mem_row(const struct mem_node *n, enum table t, int64_t row)
{
	if (row < 1 || row > n->count[t] || !n->rows[t][row - 1].born)
		return NULL;
	return &n->rows[t][row - 1];
}

static struct mem_row *row_make(struct mem_node *n, enum table t, int64_t row)
{
	int64_t i;

	if (row > n->count[t]) {
		n->rows[t] = realloc(n->rows[t], (size_t)row * sizeof(struct mem_row));
		assert(n->rows[t]);
		for (i = n->count[t]; i < row; i++)
			n->rows[t][i] = (struct mem_row){ 0 };
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

const struct value *mem_cell(const struct mem_node *n, enum table t, int64_t row, const char *field)
{
	static const struct value null;
	struct mem_row *r = mem_row(n, t, row);

	return r ? &r->v[field_index(t, field)] : &null;
}

int64_t mem_int(const struct mem_node *n, enum table t, int64_t row, const char *field)
{
	const struct value *v = mem_cell(n, t, row, field);

	return v->kind == VALUE_INT ? v->i : 0;
}

const char *mem_string(const struct mem_node *n, enum table t, int64_t row, const char *field)
{
	const struct value *v = mem_cell(n, t, row, field);

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

static const char *wrong(struct memrows *m, const struct mem_node *n, const struct effect *e,
			 const char *what)
{
	return arena_printf(&m->arena, "%s %s %" PRId64 " %s: %s", n->id, table_name(e->table),
			    e->row, e->field ? e->field : "(born)", what);
}

static const char *apply_one(struct memrows *m, struct mem_node *n, const struct effect *e)
{
	struct mem_row *r = mem_row(n, e->table, e->row);
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
static void complete(struct memrows *m, struct mem_node *n, struct effect *e)
{
	if (e->old.kind == VALUE_TEXT && e->old.i == -1)
		e->old = *mem_cell(n, e->table, e->row, e->field);
	if (e->new_.kind != VALUE_TEXT || e->new_.i) /* a text that is there already is put back */
		return;
	n->texts = realloc(n->texts, (size_t)(n->n_texts + 1) * sizeof(*n->texts));
	assert(n->texts);
	n->texts[n->n_texts++] = arena_strdup(&m->arena, e->new_.s);
	e->new_.i = n->n_texts;
	digest_of(e->new_.s, e->new_.digest);
}

static void journal_open(struct memrows *m, struct mem_node *n, const struct change *c,
			 const struct intent *in)
{
	n->last = n->journal.len;
	n->changes = realloc(n->changes, (size_t)(n->seq + 1) * sizeof(*n->changes));
	assert(n->changes);
	n->changes[n->seq++] = (struct mem_change){
		.who = arena_strdup(&m->arena, in->who ? in->who : REF_BOT),
		.op = arena_strdup(&m->arena, c->op),
		.basis = arena_strdup(&m->arena, c->basis ? c->basis : ""),
		.at = in->received_ms,
		.from = n->last,
	};
}

static bool is_erased_text(const struct erasure *x, const struct value *v)
{
	size_t i;

	for (i = 0; i < x->count; i++)
		if (v->kind == VALUE_TEXT && v->i == x->texts[i])
			return true;
	return false;
}

/* The words of a message that aren't kept again: the texts themselves, since nothing here outlives
 * its test. */
static void message_erase(struct memrows *m, const struct mem_node *n, const struct erasure *x,
			  const char *channel, const char *ts, bool whole)
{
	struct mem_erased *e;
	struct message *known;
	size_t i;

	for (known = m->messages; known < m->messages + m->n_messages; known++) {
		if (strcmp(known->channel, channel) || strcmp(known->id, ts))
			continue;
		known->text = NULL;
		known->n_files = 0;
	}
	for (i = 0; i < x->count; i++) {
		assert(m->n_erased < MAX_ERASED);
		e = &m->erased[m->n_erased++];
		*e = (struct mem_erased){ channel, ts, n->texts[x->texts[i] - 1], NULL, whole };
		for (known = m->messages; known < m->messages + m->n_messages; known++)
			if (!strcmp(known->channel, channel) && !strcmp(known->id, ts))
				e->since = known->edited;
	}
}

#define NEEDLE_POINTS 32
#define NEEDLE_LEAST 4

/* Does a message say what is erased? As adapters/sqlite/erase.c looks for it. */
static bool says_erased(const struct mem_node *n, const struct erasure *x, const char *text)
{
	struct buf words, needle;
	bool says = false;

	buf_init(&words, BUF_ROOMY);
	buf_init(&needle, BUF_ROOMY);
	text_words(&words, text, NULL);
	for (size_t i = 0; i < x->count && !says; i++) {
		const char *body = n->texts[x->texts[i] - 1];

		if (!body || text_blank(body))
			continue;
		buf_reset(&needle);
		text_words(&needle, body, NULL);
		says = needle.len < NEEDLE_LEAST
			       ? !strcmp(needle.s, words.s)
			       : memmem(words.s, words.len, needle.s,
					utf8_bytes(needle.s, needle.len, NEEDLE_POINTS)) != NULL;
	}
	buf_release(&needle);
	buf_release(&words);
	return says;
}

static void messages_erase(struct memrows *m, const struct mem_node *n, const struct erasure *x)
{
	const char *ts;
	int64_t row, entry;
	int t;

	for (t = TABLE_ENTRY; t <= TABLE_ITEM; t++)
		for (row = 1; row <= n->count[t]; row++) {
			ts = mem_string(n, (enum table)t, row, "ts");
			if (ts && is_erased_text(x, mem_cell(n, (enum table)t, row, "text")))
				message_erase(m, n, x, mem_string(n, (enum table)t, row, "channel"),
					      ts, true);
		}
	for (row = 1; row <= n->count[TABLE_FILE]; row++) {
		entry = mem_int(n, TABLE_FILE, row, "entry");
		ts = mem_string(n, TABLE_ENTRY, entry, "ts");
		if (ts && is_erased_text(x, mem_cell(n, TABLE_FILE, row, "name")) &&
		    !is_erased_text(x, mem_cell(n, TABLE_ENTRY, entry, "text")))
			message_erase(m, n, x, mem_string(n, TABLE_ENTRY, entry, "channel"), ts,
				      false);
	}
	for (int i = 0; i < m->n_messages; i++)
		if (m->messages[i].text && says_erased(n, x, m->messages[i].text))
			message_erase(m, n, x, m->messages[i].channel, m->messages[i].id, false);
}

static void erase(struct memrows *m, const struct outcome *o)
{
	const struct erasure *x;
	struct mem_node *n;
	size_t i;

	for (x = o->erase; x; x = x->next) {
		n = mem_node(m, x->node);
		messages_erase(m, n, x);
		for (i = 0; i < x->count; i++)
			n->texts[x->texts[i] - 1] = NULL;
	}
}

const char *memrows_apply(struct memrows *m, const struct outcome *o, const struct intent *in)
{
	const struct change *c;
	const char *bad;
	size_t i;

	for (c = o->changes; c; c = c->next) {
		struct mem_node *n = node_make(m, c->node);

		journal_open(m, n, c, in);
		for (i = 0; i < c->count; i++) {
			complete(m, n, &c->effects[i]);
			effects_write(&n->journal, &c->effects[i], 1);
			bad = apply_one(m, n, &c->effects[i]);
			if (bad)
				return bad;
		}
		n->changes[n->seq - 1].to = n->journal.len;
	}
	erase(m, o);
	return NULL;
}

/* ---- replay, undo ---- */

static const char *difference(struct memrows *m, const struct mem_node *a, const struct mem_node *b)
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

static const char *read_into(struct memrows *to, struct mem_node *n, const char *journal)
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
		struct mem_node *n = node_make(empty, m->nodes[i].id);

		bad = read_into(empty, n, m->nodes[i].journal.s);
		if (!bad)
			bad = difference(empty, &m->nodes[i], n);
	}
	bad = arena_strdup(&m->arena, bad);
	memrows_free(empty);
	return bad;
}

size_t mem_effects(const struct mem_node *n, int64_t seq, struct arena *a, struct effect **e)
{
	const struct mem_change *c = &n->changes[seq - 1];
	const char *lines = arena_strndup(a, n->journal.s + c->from, c->to - c->from), *at = lines;
	size_t count = 0;

	*e = arena_alloc(a, (c->to - c->from + 1) * sizeof(**e));
	while (effect_read(&at, a, &(*e)[count]) > 0)
		count++;
	return count;
}

static const char *take_back(struct memrows *m, struct mem_node *n, const struct effect *e)
{
	struct effect back = *e;

	if (!e->field) {
		mem_row(n, e->table, e->row)->born = false;
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
	struct mem_node *n = mem_node(m, id), *b, *a;
	struct effect *effects;
	const char *bad;
	size_t count;

	b = node_make(before, id);
	a = node_make(after, id);
	bad = read_into(before, b, arena_strndup(&m->arena, n->journal.s, n->last));
	if (!bad)
		bad = read_into(after, a, n->journal.s);
	count = mem_effects(n, n->seq, &after->arena, &effects);
	while (!bad && count)
		bad = take_back(after, a, &effects[--count]);
	if (!bad)
		bad = difference(after, a, b);
	bad = arena_strdup(&m->arena, bad);
	memrows_free(after);
	memrows_free(before);
	return bad;
}

/* ---- life, facts, looking ---- */

struct memrows *memrows_new(void)
{
	struct memrows *m = calloc(1, sizeof(*m));

	assert(m);
	arena_init(&m->arena);
	memrows_readers(m);
	memrows_past_readers(m);
	memrows_find_readers(m);
	return m;
}

void memrows_free(struct memrows *m)
{
	int i, t;

	for (i = 0; i < m->count; i++) {
		for (t = 0; t < TABLES; t++)
			free(m->nodes[i].rows[t]);
		free(m->nodes[i].texts);
		free(m->nodes[i].changes);
		buf_release(&m->nodes[i].journal);
	}
	arena_release(&m->arena);
	free(m);
}

struct rows *memrows_rows(struct memrows *m)
{
	return &m->rows;
}

void memrows_person(struct memrows *m, const char *ref, const char *name, const char *zone,
		    enum rank rank)
{
	assert(m->n_people < MAX_FACTS);
	m->people[m->n_people++] = (struct person){
		.ref = ref, .name = name, .zone = zone, .zone_known = zone != NULL, .rank = rank
	};
}

void memrows_person_is(struct memrows *m, const char *ref, enum rank rank, bool doubtful)
{
	int i;

	for (i = 0; i < m->n_people; i++) {
		if (strcmp(m->people[i].ref, ref))
			continue;
		m->people[i].rank = rank;
		m->people[i].doubtful = doubtful;
	}
}

void memrows_member(struct memrows *m, const char *channel, const char *person)
{
	assert(m->n_members < MAX_FACTS);
	m->members[m->n_members].channel = channel;
	m->members[m->n_members++].person = person;
}

static bool has_source(const struct mem_node *n, int64_t capture)
{
	int64_t row;

	for (row = 1; row <= n->count[TABLE_SOURCE]; row++)
		if (mem_int(n, TABLE_SOURCE, row, "capture") == capture &&
		    mem_int(n, TABLE_SOURCE, row, "on"))
			return true;
	return false;
}

static bool same_capture(const struct mem_node *n, int64_t a, int64_t b)
{
	static const char *const key[] = { "kind", "channel", "ts" };
	size_t i;

	for (i = 0; i < 3; i++)
		if (!same_value(mem_cell(n, TABLE_CAPTURE, a, key[i]),
				mem_cell(n, TABLE_CAPTURE, b, key[i])))
			return false;
	return true;
}

static const char *captures_hold(struct memrows *m, const struct mem_node *n)
{
	int64_t row, other;

	for (row = 1; row <= n->count[TABLE_SOURCE]; row++)
		if (mem_int(n, TABLE_SOURCE, row, "on") && mem_int(n, TABLE_SOURCE, row, "beaten"))
			return arena_printf(&m->arena, "%s: source %lld is on and beaten", n->id,
					    (long long)row);
	for (row = 1; row <= n->count[TABLE_CAPTURE]; row++) {
		if (mem_int(n, TABLE_CAPTURE, row, "alive") != has_source(n, row))
			return arena_printf(&m->arena, "%s: capture %lld and its sources disagree",
					    n->id, (long long)row);
		for (other = 1; other < row; other++)
			if (same_capture(n, row, other))
				return arena_printf(&m->arena, "%s: captures %lld and %lld are one",
						    n->id, (long long)other, (long long)row);
	}
	return NULL;
}

const char *memrows_holds(struct memrows *m)
{
	struct head h, other;
	const char *channel, *bad;
	int64_t span, to_at;
	int i, j;

	for (i = 0; i < m->count; i++) {
		mem_head(&m->nodes[i], &h);
		bad = captures_hold(m, &m->nodes[i]);
		if (bad)
			return bad;
		m->rows.last_span(&m->rows, h.id, &m->arena, &span, &channel, &to_at);
		if (status_open(h.status) != (h.channel && span && !to_at) && h.channel)
			return arena_printf(&m->arena, "%s: status and span disagree", h.id);
		if (status_open(h.status) && h.closed_at)
			return arena_printf(&m->arena, "%s: open and closed", h.id);
		for (j = 0; j < i && h.channel && status_open(h.status); j++) {
			mem_head(&m->nodes[j], &other);
			if (mem_open_in(&other, h.channel))
				return arena_printf(&m->arena, "%s and %s are open in %s", h.id,
						    other.id, h.channel);
		}
	}
	return NULL;
}

/* What was redacted of it is not kept again. */
static void message_leave_erased(struct memrows *m, struct message *msg)
{
	struct rows *r = &m->rows;
	size_t i;

	if (msg->text && r->erased(r, msg->channel, msg->id, msg->edited, msg->text) > 0) {
		msg->text = NULL;
		msg->n_files = 0;
	}
	for (i = 0; i < msg->n_files; i++)
		if (msg->files[i].name &&
		    r->erased(r, msg->channel, msg->id, msg->edited, msg->files[i].name) > 0)
			msg->files[i].name = msg->files[i].permalink = NULL;
}

static bool same_string(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

static bool same_files(const struct message *a, const struct message *b)
{
	size_t i;

	for (i = 0; i < a->n_files && i < b->n_files; i++)
		if (!same_string(a->files[i].name, b->files[i].name) ||
		    !same_string(a->files[i].type, b->files[i].type) ||
		    !same_string(a->files[i].permalink, b->files[i].permalink))
			return false;
	return a->n_files == b->n_files;
}

/* Edits have an order of their own, whatever order they come in; what is deleted stays so. */
static bool message_is_news(const struct message *known, const struct message *msg)
{
	int order = strcmp(msg->edited ? msg->edited : "", known->edited ? known->edited : "");

	if (known->deleted || msg->deleted || order)
		return !known->deleted && (msg->deleted || order > 0);
	return (msg->text && (!known->text || strcmp(msg->text, known->text))) ||
	       !same_files(known, msg) || (!known->permalink && msg->permalink);
}

static const char *either(const char *new_, const char *old)
{
	return new_ ? new_ : old;
}

void memrows_message(struct memrows *m, const struct message *msg)
{
	struct message kept = *msg, *known;
	int i = 0;

	kept.at = 0; /* the rows keep it nowhere */
	message_leave_erased(m, &kept);
	if (kept.deleted) {
		kept.text = "";
		kept.n_files = 0;
	}
	while (i < m->n_messages &&
	       (strcmp(m->messages[i].channel, msg->channel) || strcmp(m->messages[i].id, msg->id)))
		i++;
	assert(i < MAX_MESSAGES);
	known = &m->messages[i];
	if (i < m->n_messages) {
		if (!message_is_news(known, &kept))
			return;
		kept.thread = either(kept.thread, known->thread);
		kept.author = either(kept.author, known->author);
		kept.author_name = either(kept.author_name, known->author_name);
		kept.text = either(kept.text, known->text);
		kept.permalink = either(kept.permalink, known->permalink);
		kept.edited = either(kept.edited, known->edited);
	}
	*known = kept;
	m->n_messages += i == m->n_messages;
}

void memrows_thread(struct memrows *m, const char *channel, const char *ts, const char *node)
{
	assert(m->n_threads < MAX_FACTS);
	m->threads[m->n_threads].channel = channel;
	m->threads[m->n_threads].ts = ts;
	m->threads[m->n_threads++].node = node;
}

const char *memrows_cell(struct memrows *m, const char *id, const char *table, int64_t row,
			 const char *field)
{
	struct mem_node *n = mem_node(m, id);
	int t = table_from(table, strlen(table));
	const struct value *v;

	assert(n && t >= 0);
	if (!mem_row(n, (enum table)t, row))
		return NULL;
	v = mem_cell(n, (enum table)t, row, field);
	if (v->kind == VALUE_NULL)
		return "-";
	if (v->kind == VALUE_INT)
		return arena_printf(&m->arena, "i%" PRId64, v->i);
	if (!mem_string(n, (enum table)t, row, field))
		return "(erased)";
	return arena_printf(&m->arena, "%s%s", v->kind == VALUE_STRING ? "s" : "",
			    mem_string(n, (enum table)t, row, field));
}

const char *memrows_journal(struct memrows *m, const char *id)
{
	struct mem_node *n = mem_node(m, id);

	return n ? n->journal.s : "";
}

const char *memrows_last_op(struct memrows *m, const char *id)
{
	struct mem_node *n = mem_node(m, id);
	const struct mem_change *c = n && n->seq ? &n->changes[n->seq - 1] : NULL;

	return c ? arena_printf(&m->arena, "%s%s%s", c->op, *c->basis ? " " : "", c->basis) : "";
}

bool memrows_keeps(struct memrows *m, const char *id, const char *words)
{
	struct mem_node *n = mem_node(m, id);
	int64_t i;

	for (i = 0; i < n->n_texts; i++)
		if (n->texts[i] && strstr(n->texts[i], words))
			return true;
	return false;
}
