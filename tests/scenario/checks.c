/*
 * checks: expect SUBJECT VERB OBJECT. Each waits until it is so (10 s at most): what the bot does takes its time,
 * and how long is not what a story is about. What must not be is asked after `quiet`.
 */
#include "tests/scenario/play.h"

#include <inttypes.h>

struct verb;

struct asked {
	struct play *p;
	struct line line;
	int n; /* words of the subject */
	const struct verb *verb;
	const char *object, *path, *op;
	bool bad; /* the statement itself */
};

static bool contains(struct asked *a, const struct subject *s)
{
	return s->there && strstr(s->text.s, a->object);
}

static bool lacks(struct asked *a, const struct subject *s)
{
	return !strstr(s->text.s, a->object);
}

static bool is(struct asked *a, const struct subject *s)
{
	size_t len = s->text.len;

	while (len && (s->text.s[len - 1] == '\n' || s->text.s[len - 1] == ' '))
		len--;
	return s->there && len == strlen(a->object) && !memcmp(s->text.s, a->object, len);
}

static bool compare(const char *op, double is_value, double want)
{
	switch (op[0]) {
	case '=':
		return is_value >= want && is_value <= want;
	case '!':
		return is_value < want || is_value > want;
	case '>':
		return op[1] ? is_value >= want : is_value > want;
	default:
		return op[1] ? is_value <= want : is_value < want;
	}
}

static bool number_is(struct asked *a, const struct subject *s)
{
	return s->is_number && compare(a->op, (double)s->number, strtod(a->object, NULL));
}

static void value_text(struct buf *out, const cJSON *v, int length)
{
	char *s;

	if (length >= 0) {
		buf_addf(out, "%d", length);
	} else if (cJSON_IsString(v)) {
		buf_adds(out, v->valuestring);
	} else if (v) {
		s = cJSON_PrintUnformatted(v);
		buf_adds(out, s);
		free(s);
	} else {
		buf_adds(out, "(absent)");
	}
}

static const char *json_value(const struct subject *s, const char *path, struct buf *out)
{
	cJSON *read = s->json ? NULL : cJSON_Parse(s->text.s);
	const cJSON *at;
	int length;

	at = path_at(s->json ? s->json : read, path, &length);
	value_text(out, at, length);
	cJSON_Delete(read);
	return out->s;
}

static bool json_is(struct asked *a, const struct subject *s)
{
	struct buf value;
	bool good;

	buf_init(&value, BUF_ROOMY);
	json_value(s, a->path, &value);
	if (strcmp(a->op, "contains") == 0)
		good = strstr(value.s, a->object) != NULL;
	else if (strcmp(a->op, "lacks") == 0)
		good = strstr(value.s, a->object) == NULL;
	else if (a->op[0] == '>' || a->op[0] == '<')
		good = compare(a->op, strtod(value.s, NULL), strtod(a->object, NULL));
	else
		good = (strcmp(value.s, a->object) == 0) == (a->op[0] == '=');
	buf_release(&value);
	return good;
}

static bool golden_is(struct asked *a, const struct subject *s)
{
	struct buf path, want;
	char *json = s->json ? cJSON_Print(s->json) : NULL;
	const char *have = json ? json : s->text.s;
	bool good = false;
	FILE *f;

	buf_init(&path, 512);
	buf_init(&want, BUF_ROOMY);
	buf_addf(&path, "tests/golden/%s", a->object);
	if (s->there && getenv("GOLDEN_WRITE")) {
		f = fopen(path.s, "w");
		if (f) {
			fputs(have, f);
			fclose(f);
		}
	}
	if (s->there && file_read(&want, path.s))
		good = strcmp(want.s, have) == 0;
	buf_release(&path);
	buf_release(&want);
	free(json);
	return good;
}

static bool there(struct asked *a, const struct subject *s)
{
	(void)a;
	return s->there;
}

static bool absent(struct asked *a, const struct subject *s)
{
	(void)a;
	return !s->there;
}

static const struct verb {
	const char *word;
	int objects; /* words behind it */
	bool (*holds)(struct asked *a, const struct subject *s);
} verbs[] = {
	{ "contains", 1, contains }, { "lacks", 1, lacks },   { "is", 1, is },
	{ "there", 0, there },	     { "absent", 0, absent }, { "golden", 1, golden_is },
	{ "json", 3, json_is },	     { "==", 1, number_is },  { "!=", 1, number_is },
	{ ">=", 1, number_is },	     { "<=", 1, number_is },  { ">", 1, number_is },
	{ "<", 1, number_is },
};

static const struct verb *find_verb(const struct line *l, int *at)
{
	size_t i;

	for (*at = 1; *at < l->n; ++*at)
		for (i = 0; !l->quoted[*at] && i < sizeof(verbs) / sizeof(*verbs); i++)
			if (strcmp(verbs[i].word, l->w[*at]) == 0)
				return &verbs[i];
	return NULL;
}

static bool holds(void *arg)
{
	struct asked *a = arg;
	struct subject s = { .there = false };
	bool good;

	buf_init(&s.text, (size_t)16 << 20);
	a->bad = !subject_look(a->p, &a->line, a->n, &s);
	good = a->bad || a->verb->holds(a, &s);
	buf_release(&s.text);
	return good;
}

static void say_what_is(struct asked *a)
{
	struct subject s = { .there = false };
	struct buf value;

	buf_init(&s.text, a->path ? (size_t)16 << 20 : 4000);
	buf_init(&value, 4000);
	subject_look(a->p, &a->line, a->n, &s);
	if (s.is_number)
		fails(a->p, "it is %ld", s.number);
	else if (a->path)
		fails(a->p, "%s is %s", a->path, json_value(&s, a->path, &value));
	else
		fails(a->p, "there is %s:\n%s", s.there ? "this" : "nothing", s.text.s);
	buf_release(&s.text);
	buf_release(&value);
}

/* The shell's words and an answer that was given don't change any more. */
static int patience(const struct asked *a)
{
	static const char *const settled[] = { "shell", "errors", "shell-exit" };
	size_t i;

	for (i = 0; i < sizeof(settled) / sizeof(*settled); i++)
		if (strcmp(a->line.w[0], settled[i]) == 0)
			return 0;
	if (strncmp(a->line.w[0], "answer", 6) == 0 || strcmp(a->line.w[0], "button") == 0)
		return STAGE_ACK_MS;
	return STAGE_PATIENCE_MS;
}

void check(struct play *p, const char *s)
{
	struct asked a = { .p = p };
	int at;

	if (!line_split(p, s, false, &a.line))
		return;
	a.verb = find_verb(&a.line, &at);
	if (!a.verb || at + 1 + a.verb->objects != a.line.n) {
		fails(p, "nothing can be expected like this: %s", s);
		return;
	}
	a.n = at;
	a.op = a.line.w[at];
	a.object = a.verb->objects ? a.line.w[a.line.n - 1] : "";
	if (a.verb->objects == 3) {
		a.path = a.line.w[at + 1];
		a.op = a.line.w[at + 2];
	}
	if (!stage_until(&p->stage, holds, &a, patience(&a)))
		say_what_is(&a);
}
