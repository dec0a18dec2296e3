#include "tests/support/core_tales.h"

#include "core/base/scan.h"
#include "core/find/like.h"
#include "core/time/civil.h"

#include <string.h>

#define LINE_MOST 4000
#define TALES_MOST 1000

struct telling {
	const char *path, *prefix;
	int line, briefs;
	struct arena *arena;
	struct tale *tales;
	size_t count;
};

static _Noreturn void tales_fail(const struct telling *t, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", t->path, t->line, what);
	exit(1);
}

static struct tale *tale_begin(struct telling *t, const char *name)
{
	struct tale *tale;

	if (t->count == TALES_MOST)
		tales_fail(t, "too many");
	tale = &t->tales[t->count++];
	*tale = (struct tale){ .name = name, .priority = -1, .origin = ORIGIN_NONE };
	return tale;
}

/* The next word of *at, which moves behind it; NULL at the end. */
static const char *tales_word(struct telling *t, const char **at)
{
	const char *s = *at + strspn(*at, " ");
	size_t n = strcspn(s, " ");

	*at = s + n + strspn(s + n, " ");
	return n ? arena_strndup(t->arena, s, n) : NULL;
}

static void services_read(struct telling *t, struct tale *tale, const char *list)
{
	for (size_t n; *list; list += n + strspn(list + n, ", ")) {
		n = strcspn(list, ", ");
		if (tale->n_services == TALE_SERVICES)
			tales_fail(t, "too many services");
		tale->services[tale->n_services++] = arena_strndup(t->arena, list, n);
	}
}

static void incident_read(struct telling *t, const char *rest)
{
	struct tale *tale = tale_begin(t, tales_word(t, &rest));
	const char *w, *time;

	while ((w = tales_word(t, &rest))) {
		if (*w == '@') {
			tale->captain = w + 1;
		} else if (!strncmp(w, "sev", 3)) {
			tale->priority = priority_from(w);
		} else {
			time = tales_word(t, &rest);
			if (!time ||
			    civil_parse_rfc3339(arena_printf(t->arena, "%sT%s:00Z", w, time),
						&tale->at))
				tales_fail(t, "no such date");
		}
	}
}

static const char *field_cut(struct telling *t, const char **at)
{
	const char *s = *at + strspn(*at, " ");
	size_t n = strcspn(s, "|"), end = n;

	while (end && s[end - 1] == ' ')
		end--;
	*at = s + n + (s[n] == '|');
	return end ? arena_strndup(t->arena, s, end) : NULL;
}

static void brief_read(struct telling *t, const char *rest)
{
	struct tale *tale = tale_begin(t, arena_printf(t->arena, "%s%03d", t->prefix, ++t->briefs));
	const char *services = field_cut(t, &rest), *fix;

	tale->title = field_cut(t, &rest);
	tale->summary = field_cut(t, &rest);
	if (!services || !tale->title || !tale->summary)
		tales_fail(t, "a brief one has at least services, title and summary");
	services_read(t, tale, services);
	tale->cause = field_cut(t, &rest);
	fix = field_cut(t, &rest);
	if (fix)
		tale->entries[tale->n_entries++] = (struct tale_entry){
			.minute = 30, .who = "ben", .text = fix, .marker = MARKER_RESOLVED
		};
}

/* "+11 ben [identified]: text" */
static void entry_read(struct telling *t, struct tale *tale, const char *rest)
{
	struct tale_entry *e = &tale->entries[tale->n_entries++];
	const char *colon, *bracket;

	if (tale->n_entries > TALE_ENTRIES || !scan_number(&rest, 1, 6, &e->minute))
		tales_fail(t, "an entry is +MINUTES WHO [MARKER]: TEXT");
	e->marker = MARKER_NONE;
	rest += strspn(rest, " ");
	colon = strchr(rest, ':');
	if (!colon)
		tales_fail(t, "an entry has a colon");
	e->text = colon + 1 + strspn(colon + 1, " ");
	e->who = arena_strndup(t->arena, rest, strcspn(rest, " :["));
	bracket = memchr(rest, '[', (size_t)(colon - rest));
	if (bracket)
		e->marker = (enum marker)marker_from(
			arena_strndup(t->arena, bracket + 1, strcspn(bracket + 1, "]")));
	if ((int)e->marker < 0)
		tales_fail(t, "no such marker");
}

/* "prevent ben done by 2026-03-20: text" */
static void tales_item_read(struct telling *t, struct tale *tale, enum item_type type,
			    const char *rest)
{
	struct tale_item *i = &tale->items[tale->n_items++];
	const char *colon = strchr(rest, ':'), *head, *w;
	int state;

	if (tale->n_items > TALE_ITEMS || !colon)
		tales_fail(t, "an item is TYPE WHO STATE [by DATE]: TEXT");
	head = arena_strndup(t->arena, rest, (size_t)(colon - rest));
	i->type = type;
	i->text = colon + 1 + strspn(colon + 1, " ");
	i->who = tales_word(t, &head);
	w = tales_word(t, &head);
	state = w ? item_state_from(w) : -1;
	if (state < 0)
		tales_fail(t, "an item is todo, done or dropped");
	i->state = (enum item_state)state;
	if ((w = tales_word(t, &head)) && !strcmp(w, "by"))
		i->due = tales_word(t, &head);
}

static const char **text_field(struct tale *tale, const char *key)
{
	const struct {
		const char *key, **at;
	} fields[] = { { "title", &tale->title },     { "summary", &tale->summary },
		       { "impact", &tale->impact },   { "cause", &tale->cause },
		       { "trigger", &tale->trigger }, { "lesson", &tale->lesson },
		       { "like", &tale->like } };

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp(fields[i].key, key))
			return fields[i].at;
	return NULL;
}

static void line_of_tale(struct telling *t, const char *line)
{
	struct tale *tale = &t->tales[t->count - 1];
	const char *rest = line, *key = tales_word(t, &rest), **field = text_field(tale, key);
	int word;

	if (*key == '+')
		entry_read(t, tale, line + 1);
	else if (field)
		*field = rest;
	else if (!strcmp(key, "services"))
		services_read(t, tale, rest);
	else if ((word = item_type_from(key)) >= 0)
		tales_item_read(t, tale, (enum item_type)word, rest);
	else if (!strcmp(key, "origin") && (word = origin_from(rest)) >= 0)
		tale->origin = (enum origin)word;
	else if (strcmp(key, "began") != 0 || *rest++ != '-' ||
		 !scan_number(&rest, 1, 6, &tale->began))
		tales_fail(t, "I can't read this");
}

static void line_of_file(struct telling *t, const char *line)
{
	if (!*line || *line == '#')
		return;
	if (!strncmp(line, "INCIDENT ", 9))
		incident_read(t, line + 9);
	else if (!strncmp(line, "BRIEF ", 6))
		brief_read(t, line + 6);
	else if (t->count)
		line_of_tale(t, line);
	else
		tales_fail(t, "no incident has begun");
}

size_t tales_read(const char *path, const char *prefix, struct arena *a, struct tale **tales)
{
	struct telling t = { .path = path, .prefix = prefix, .arena = a };
	FILE *f = fopen(path, "r");
	char line[LINE_MOST];

	if (!f)
		tales_fail(&t, "can't be opened");
	t.tales = arena_alloc(a, TALES_MOST * sizeof(*t.tales));
	while (fgets(line, sizeof(line), f)) {
		t.line++;
		line[strcspn(line, "\n")] = '\0';
		line_of_file(&t, arena_strdup(a, line));
	}
	fclose(f);
	*tales = t.tales;
	return t.count;
}

static void passage_put(struct passage *p, size_t *n, char letter, const char *text)
{
	if (!text)
		return;
	p[*n] = (struct passage){
		.letter = letter, .n = (int64_t)*n + 1, .text = text, .marker = MARKER_NONE
	};
	(*n)++;
}

size_t tale_passages(const struct tale *t, bool declared, struct arena *a, struct passage **p)
{
	size_t n = 0;

	*p = arena_alloc(a, (8 + TALE_SERVICES + TALE_ENTRIES + TALE_ITEMS) * sizeof(**p));
	passage_put(*p, &n, HANDLE_TITLE, t->title);
	for (size_t i = 0; i < t->n_services; i++)
		passage_put(*p, &n, HANDLE_SERVICE, t->services[i]);
	passage_put(*p, &n, 'S', t->summary);
	if (declared)
		return n;
	passage_put(*p, &n, 'M', t->impact);
	passage_put(*p, &n, 'C', t->cause);
	passage_put(*p, &n, 'T', t->trigger);
	passage_put(*p, &n, 'L', t->lesson);
	for (size_t i = 0; i < t->n_items; i++)
		passage_put(*p, &n, 'A', t->items[i].text);
	for (size_t i = 0; i < t->n_entries; i++)
		passage_put(*p, &n, 'E', t->entries[i].text);
	return n;
}
