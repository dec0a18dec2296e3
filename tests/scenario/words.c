#include "tests/scenario/play.h"

#define TEXT_MAX ((size_t)4 << 20)

void var_set(struct play *p, const char *name, const char *value)
{
	struct var *v = arena_alloc(&p->arena, sizeof(*v));

	v->name = arena_strdup(&p->arena, name);
	v->value = arena_strdup(&p->arena, value);
	v->next = p->vars;
	p->vars = v;
}

const char *var_get(struct play *p, const char *name)
{
	const struct var *v;

	for (v = p->vars; v; v = v->next)
		if (strcmp(v->name, name) == 0)
			return v->value;
	return NULL;
}

static void add_point(struct buf *out, unsigned long c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
	} else if (c < 0x800) {
		buf_addc(out, (char)(0xC0 | c >> 6));
		buf_addc(out, (char)(0x80 | (c & 63)));
	} else if (c < 0x10000) {
		buf_addc(out, (char)(0xE0 | c >> 12));
		buf_addc(out, (char)(0x80 | (c >> 6 & 63)));
		buf_addc(out, (char)(0x80 | (c & 63)));
	} else {
		buf_addc(out, (char)(0xF0 | c >> 18));
		buf_addc(out, (char)(0x80 | (c >> 12 & 63)));
		buf_addc(out, (char)(0x80 | (c >> 6 & 63)));
		buf_addc(out, (char)(0x80 | (c & 63)));
	}
}

/* Bytes taken of what begins at s, a backslash. */
static size_t add_escape(struct buf *out, const char *s, bool raw)
{
	char hex[3] = "", *end;

	if (s[1] == 'x' && s[2] && s[3]) {
		memcpy(hex, s + 2, 2);
		buf_addc(out, (char)strtoul(hex, NULL, 16));
		return 4;
	}
	if (s[1] == 'u' && s[2] == '{') {
		add_point(out, strtoul(s + 3, &end, 16));
		return (size_t)(end - s) + 1;
	}
	if (raw || !s[1]) {
		buf_addc(out, '\\');
		return 1;
	}
	buf_addc(out, s[1] == 'n' ? '\n' : s[1] == 't' ? '\t' : s[1]);
	return 2;
}

/* {40000*x}; 0 if it isn't one. */
static size_t add_repeat(struct buf *out, const char *s, const char *end)
{
	char *star;
	unsigned long n = strtoul(s + 1, &star, 10);
	const char *close = memchr(s, '}', (size_t)(end - s));

	if (star == s + 1 || *star != '*' || !close)
		return 0;
	while (n--)
		buf_add(out, star + 1, (size_t)(close - star - 1));
	return (size_t)(close - s) + 1;
}

static size_t add_var(struct play *p, struct buf *out, const char *s, const char *end)
{
	const char *close = s[1] == '{' ? memchr(s, '}', (size_t)(end - s)) : NULL, *name, *value;

	if (!close)
		return 0;
	name = arena_strndup(&p->arena, s + 2, (size_t)(close - s - 2));
	value = var_get(p, name);
	if (!value)
		fails(p, "nothing is called ${%s}", name);
	buf_adds(out, value);
	return (size_t)(close - s) + 1;
}

const char *expanded(struct play *p, const char *s, size_t len, bool raw)
{
	const char *end = s + len, *result;
	struct buf out;

	buf_init(&out, TEXT_MAX);
	while (s < end) {
		size_t used = 0;

		if (*s == '\\')
			used = add_escape(&out, s, raw);
		else if (*s == '{')
			used = add_repeat(&out, s, end);
		else if (*s == '$')
			used = add_var(p, &out, s, end);
		if (!used) {
			buf_addc(&out, *s);
			used = 1;
		}
		s += used;
	}
	result = arena_strndup(&p->arena, out.s, out.len);
	buf_release(&out);
	return result;
}

/* Where a quoted string ends: at its closing quote. NULL: nowhere. */
static const char *quote_end(const char *s)
{
	for (s++; *s && *s != '"'; s++)
		if (*s == '\\' && s[1])
			s++;
	return *s ? s : NULL;
}

bool line_split(struct play *p, const char *s, bool has_body, struct line *l)
{
	*l = (struct line){ 0 };
	while (*(s += strspn(s, " \t"))) {
		const char *end = *s == '"' ? quote_end(s) : s + strcspn(s, " \t");
		bool last;

		if (!end || l->n == WORDS_MAX) {
			fails(p, end ? "too many words" : "a quote that does not end");
			return false;
		}
		last = has_body && *s != '"' && end[-1] == ':';
		l->quoted[l->n] = *s == '"';
		if (l->quoted[l->n])
			l->w[l->n++] = expanded(p, s + 1, (size_t)(end++ - s - 1), false);
		else
			l->w[l->n++] = expanded(p, s, (size_t)(end - s) - last, false);
		s = end;
		if (last) {
			s += *s == ' ';
			l->body = s;
			return true;
		}
	}
	if (has_body)
		fails(p, "this needs a colon and what is said behind it");
	return !has_body;
}
