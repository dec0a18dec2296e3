#include "core/effect.h"

#include "core/base/bug.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the list of tables and fields --- */

#define I VALUE_INT
#define S VALUE_STRING
#define T VALUE_TEXT

static const struct field node_fields[] = {
	{ "title", T },		  { "captain", S },
	{ "priority", S },	  { "status", S },
	{ "before_merge", S },	  { "origin", S },
	{ "private", I },	  { "channel", S },
	{ "channel_name", S },	  { "own_channel", I },
	{ "asked_in", S },	  { "declared_at", I },
	{ "declared_by", S },	  { "closed_at", I },
	{ "status_at", I },	  { "update_at", I },
	{ "merged_into", S },	  { "report", I },
	{ "report_void", I },	  { "drill", I },
	{ "remind_off", I },	  { "update_from", I },
	{ "update_said", I },	  { "update_snoozed", I },
	{ "captain_said", I },	  { "captain_snoozed", I },
	{ "postmortem_said", I }, { "postmortem_snoozed", I },
	{ NULL, VALUE_NULL },
};
static const struct field entry_fields[] = {
	{ "at", I },	  { "recorded_at", I }, { "author", S },    { "recorder", S },
	{ "source", S },  { "channel", S },	{ "ts", S },	    { "permalink", S },
	{ "text", T },	  { "marker", S },	{ "withdrawn", I }, { "deleted", I },
	{ "copy_of", S }, { NULL, VALUE_NULL },
};
static const struct field para_fields[] = {
	{ "text", T },	  { "author", S }, { "at", I },	       { "source", S },	     { "gone", I },
	{ "channel", S }, { "ts", S },	   { "permalink", S }, { NULL, VALUE_NULL },
};
static const struct field item_fields[] = {
	{ "type", S },	      { "state", S },	      { "text", T },
	{ "owner", S },	      { "due", S },	      { "author", S },
	{ "why", T },	      { "created_at", I },    { "done_at", I },
	{ "source", S },      { "withdrawn", I },     { "channel", S },
	{ "ts", S },	      { "permalink", S },     { "copy_of", S },
	{ "reminded_at", I }, { "snoozed_until", I }, { NULL, VALUE_NULL },
};
static const struct field marker_fields[] = {
	{ "marker", S }, { "at", I }, { "entry", I }, { "state", S }, { NULL, VALUE_NULL },
};
static const struct field role_fields[] = {
	{ "role", S },
	{ "person", S },
	{ "gone", I },
	{ NULL, VALUE_NULL },
};
static const struct field link_fields[] = { { "url", T }, { "handle", S }, { NULL, VALUE_NULL } };
static const struct field file_fields[] = {
	{ "entry", I }, { "name", T }, { "type", S }, { "permalink", S }, { NULL, VALUE_NULL },
};
static const struct field span_fields[] = {
	{ "channel", S },
	{ "from_at", I },
	{ "to_at", I },
	{ NULL, VALUE_NULL },
};
static const struct field capture_fields[] = {
	{ "kind", S },	   { "channel", S }, { "ts", S },     { "piece", S },	    { "alive", I },
	{ "own_text", I }, { "deleted", I }, { "edited", S }, { NULL, VALUE_NULL },
};
static const struct field source_fields[] = {
	{ "capture", I }, { "source", S },   { "person", S },	   { "on", I },
	{ "beaten", I },  { "event_ts", S }, { NULL, VALUE_NULL },
};
static const struct field service_fields[] = { { "name", T }, { "gone", I }, { NULL, VALUE_NULL } };
static const struct field merged_fields[] = {
	{ "id", S },
	{ "at", I },
	{ "gone", I },
	{ NULL, VALUE_NULL },
};

#undef I
#undef S
#undef T

static const struct {
	const char *name;
	const struct field *fields;
} tables[TABLES] = {
	[TABLE_NODE] = { "node", node_fields },
	[TABLE_ENTRY] = { "entry", entry_fields },
	[TABLE_SUMMARY] = { "summary", para_fields },
	[TABLE_IMPACT] = { "impact", para_fields },
	[TABLE_CAUSE] = { "root_cause", para_fields },
	[TABLE_TRIGGER] = { "trigger", para_fields },
	[TABLE_LESSON] = { "lesson", para_fields },
	[TABLE_ITEM] = { "item", item_fields },
	[TABLE_MARKER] = { "marker", marker_fields },
	[TABLE_ROLE] = { "role", role_fields },
	[TABLE_LINK] = { "link", link_fields },
	[TABLE_FILE] = { "file", file_fields },
	[TABLE_SPAN] = { "span", span_fields },
	[TABLE_CAPTURE] = { "capture", capture_fields },
	[TABLE_SOURCE] = { "source", source_fields },
	[TABLE_SERVICE] = { "service", service_fields },
	[TABLE_MERGED] = { "merged", merged_fields },
};

static bool effect_is(const char *name, const char *s, size_t len)
{
	return *name == *s && !strncmp(name, s, len) && !name[len];
}

const char *table_name(enum table t)
{
	return tables[t].name;
}

int table_from(const char *name, size_t len)
{
	int t;

	for (t = 0; t < TABLES; t++)
		if (effect_is(tables[t].name, name, len))
			return t;
	return -1;
}

const struct field *table_fields(enum table t)
{
	return tables[t].fields;
}

const struct field *table_field(enum table t, const char *name, size_t len)
{
	const struct field *f;

	/* Effects name their fields by these very strings: nearly always the first question is enough. */
	for (f = tables[t].fields; f->name; f++)
		if (f->name == name || effect_is(f->name, name, len))
			return f;
	return NULL;
}

/* --- making effects --- */

static struct effect *effect_add(struct change *c)
{
	struct effect *more;

	if (c->count == c->room) {
		more = arena_bytes(c->arena, (c->room ? 2 * c->room : 16) * sizeof(*more));
		if (c->count)
			memcpy(more, c->effects, c->count * sizeof(*more));
		c->effects = more;
		c->room = c->room ? 2 * c->room : 16;
	}
	return &c->effects[c->count++];
}

void effect_born(struct change *c, enum table t, int64_t row)
{
	*effect_add(c) = (struct effect){ .table = t, .row = row };
}

/* Null and 0 mean the same in an I field. Only null is written, so that old values, which the core
 * reads as 0 either way, are always the true ones. */
static struct value normal(struct value v)
{
	return v.kind == VALUE_INT && !v.i ? v_null() : v;
}

static bool effect_same(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind || a->kind == VALUE_TEXT)
		return false;
	if (a->kind == VALUE_STRING)
		return !strcmp(a->s, b->s);
	return a->i == b->i;
}

static struct value copied(struct arena *a, struct value v)
{
	v.s = arena_strdup(a, v.s);
	return v;
}

void effect_set(struct change *c, enum table t, int64_t row, const char *field, struct value old,
		struct value new_)
{
	const struct field *f = table_field(t, field, strlen(field));

	old = normal(old);
	new_ = normal(new_);
	if (!f || (old.kind && old.kind != f->kind) || (new_.kind && new_.kind != f->kind))
		bug("table %s has no field %s of this kind", tables[t].name, field);
	if (effect_same(&old, &new_))
		return;
	*effect_add(c) = (struct effect){
		.table = t,
		.row = row,
		.field = f->name,
		.old = copied(c->arena, old),
		.new_ = copied(c->arena, new_),
	};
}

/* --- the journal's text form: writing --- */

/* A string without the bytes that part a line (space, line break) and the backslash for them. */
static void escaped_write(struct buf *out, const char *s)
{
	size_t plain;

	for (; *s; s++) {
		plain = strcspn(s, " \n\\");
		buf_add(out, s, plain);
		s += plain;
		if (!*s)
			return;
		buf_adds(out, *s == ' ' ? "\\s" : *s == '\n' ? "\\n" : "\\\\");
	}
}

static void value_write(struct buf *out, const struct value *v)
{
	switch (v->kind) {
	case VALUE_NULL:
		buf_addc(out, '-');
		break;
	case VALUE_INT:
		buf_addc(out, 'i');
		buf_addn(out, v->i);
		break;
	case VALUE_STRING:
		buf_addc(out, 's');
		escaped_write(out, v->s);
		break;
	case VALUE_TEXT:
		buf_addc(out, 't');
		buf_addn(out, v->i);
		buf_addc(out, ':');
		buf_addx(out, v->digest, DIGEST_SIZE);
		break;
	}
}

static void effect_write(struct buf *out, const struct effect *e)
{
	if (!e->field)
		buf_addc(out, '+');
	buf_adds(out, tables[e->table].name);
	buf_addc(out, ' ');
	buf_addn(out, e->row);
	if (e->field) {
		buf_addc(out, ' ');
		buf_adds(out, e->field);
		buf_addc(out, ' ');
		value_write(out, &e->old);
		buf_addc(out, ' ');
		value_write(out, &e->new_);
	}
	buf_addc(out, '\n');
}

void effects_write(struct buf *out, const struct effect *effects, size_t count)
{
	for (const struct effect *e = effects; e < effects + count; e++)
		effect_write(out, e);
}

static void word_write(struct buf *out, const char *s)
{
	buf_addc(out, ' ');
	buf_adds(out, s);
}

void journal_row_write(struct buf *out, const char *id, int64_t seq, int64_t at, const char *who,
		       const char *source, const char *op, const char *basis, const char *effects)
{
	buf_adds(out, id);
	buf_addc(out, ' ');
	buf_addn(out, seq);
	buf_addc(out, ' ');
	buf_addn(out, at);
	word_write(out, who);
	word_write(out, source);
	word_write(out, op);
	buf_addc(out, ' ');
	if (basis)
		escaped_write(out, basis);
	else
		buf_addc(out, '-');
	buf_addc(out, '\n');
	buf_adds(out, effects);
}

/* --- and reading --- */

/* A decimal number as the writer writes it, s[0..len): 0, or -1. */
static int effect_number_read(const char *s, size_t len, int64_t *n)
{
	bool minus = len && *s == '-';
	size_t i = minus;
	int64_t v = 0;
	int digit;

	if (i == len || (s[i] == '0' && len > 1))
		return -1;
	for (; i < len; i++) {
		digit = s[i] - '0';
		if (digit < 0 || digit > 9)
			return -1;
		/* Gathered as a negative number: INT64_MIN has no positive twin. */
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v))
			return -1;
	}
	if (!minus && __builtin_sub_overflow((int64_t)0, v, &v))
		return -1;
	*n = v;
	return 0;
}

static const char *escaped_read(struct arena *a, const char *s, size_t len)
{
	char *out = arena_alloc(a, len + 1), *p = out;
	const char *end = s + len;

	for (; s < end; s++) {
		if (*s != '\\') {
			*p++ = *s;
			continue;
		}
		if (++s == end)
			return NULL;
		if (*s == 's')
			*p++ = ' ';
		else if (*s == 'n')
			*p++ = '\n';
		else if (*s == '\\')
			*p++ = '\\';
		else
			return NULL;
	}
	return out;
}

static int effect_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int text_read(const char *s, size_t len, struct value *v)
{
	const char *colon = memchr(s, ':', len);
	int i, high, low;

	if (!colon || effect_number_read(s, (size_t)(colon - s), &v->i) || v->i < 1)
		return -1;
	colon++;
	if ((size_t)(s + len - colon) != 2 * DIGEST_SIZE)
		return -1;
	for (i = 0; i < DIGEST_SIZE; i++) {
		high = effect_hex(colon[2 * i]);
		low = effect_hex(colon[2 * i + 1]);
		if (high < 0 || low < 0)
			return -1;
		v->digest[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

static int effect_value_read(struct arena *a, enum value_kind kind, const char *s, size_t len,
			     struct value *v)
{
	static const char letters[] = {
		[VALUE_INT] = 'i', [VALUE_STRING] = 's', [VALUE_TEXT] = 't'
	};

	*v = v_null();
	if (len == 1 && *s == '-')
		return 0;
	if (!len || *s != letters[kind])
		return -1;
	v->kind = kind;
	s++;
	len--;
	if (kind == VALUE_INT)
		return effect_number_read(s, len, &v->i);
	if (kind == VALUE_TEXT)
		return text_read(s, len, v);
	v->s = escaped_read(a, s, len);
	return v->s ? 0 : -1;
}

/* The next word of a line, up to one space or the line's end. */
static size_t effect_word(const char **at, const char *end, const char **s)
{
	const char *space;
	size_t len;

	*s = *at;
	space = memchr(*at, ' ', (size_t)(end - *at));
	len = (size_t)((space ? space : end) - *at);
	*at = space ? space + 1 : end;
	return len;
}

static int line_effect(const char *s, const char *end, struct arena *a, struct effect *e)
{
	bool born = s < end && *s == '+';
	const struct field *f;
	const char *w;
	size_t len;
	int t;

	*e = (struct effect){ 0 };
	s += born;
	len = effect_word(&s, end, &w);
	t = table_from(w, len);
	if (t < 0)
		return -1;
	e->table = (enum table)t;
	len = effect_word(&s, end, &w);
	if (effect_number_read(w, len, &e->row) || e->row < 1)
		return -1;
	if (born)
		return w + len == end ? 0 : -1;
	len = effect_word(&s, end, &w);
	f = table_field(e->table, w, len);
	if (!f)
		return -1;
	e->field = f->name;
	len = effect_word(&s, end, &w);
	if (effect_value_read(a, f->kind, w, len, &e->old))
		return -1;
	len = effect_word(&s, end, &w);
	if (w + len != end) /* a word too many, or a space behind the last */
		return -1;
	return effect_value_read(a, f->kind, w, len, &e->new_);
}

int effect_read(const char **at, struct arena *a, struct effect *e)
{
	const char *line = *at, *end;

	if (!*line)
		return 0;
	end = strchr(line, '\n');
	if (!end || line_effect(line, end, a, e))
		return -1;
	*at = end + 1;
	return 1;
}
