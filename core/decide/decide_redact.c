/* `redact HANDLE WHY`: somebody has pasted a password. The one exception to "nothing is
 * overwritten". */
#include "core/decide/capture_private.h"
#include "core/decide/merged.h"

#include "core/secret.h"

#include <string.h>

#define PIECES_MAX 64 /* that go together: of one message, over all Nodes */

/* What goes: pieces by their handle, each on its Node. Those of d->node come first. */
struct going {
	struct {
		const char *node, *piece;
	} at[PIECES_MAX];
	int n;
};

static bool has(const struct going *g, const char *node, const char *piece)
{
	int i;

	for (i = 0; i < g->n; i++)
		if (!strcmp(g->at[i].node, node) && !strcmp(g->at[i].piece, piece))
			return true;
	return false;
}

static void also(struct deed *d, struct going *g, const char *node, const char *piece)
{
	if (g->n == PIECES_MAX || has(g, node, piece))
		return;
	g->at[g->n].node = arena_strdup(d->arena, node);
	g->at[g->n++].piece = arena_strdup(d->arena, piece);
}

/* ---- does the reason say it again? ---- */

static bool repeats(const char *why, const char *text)
{
	const char *word;
	size_t len;

	while (text && (len = secret_next(&text, &word)) > 0)
		if (memmem(why, strlen(why), word, len))
			return true;
	return false;
}

/* ---- what has no letter: the title, files, links, reasons ---- */

/* The first line of a text: what an incident that was declared from a message is called. */
static bool begins_with(const char *text, const char *title)
{
	size_t len = strlen(title);

	return text && !strncmp(text, title, len) && (!text[len] || text[len] == '\n');
}

static int find_title(struct deed *d, const struct view *v, struct going *g, const char **words)
{
	const char *title = v->head.title;
	size_t i;

	also(d, g, d->node.id, "title");
	for (i = 0; title && i < v->n_entries; i++)
		if (begins_with(v->entries[i].text, title))
			also(d, g, d->node.id, handle_words(d, 'E', v->entries[i].n));
	*words = title;
	return 1;
}

/* A message without words is known by the names of its files. */
static int find_file(struct deed *d, const struct view *v, struct going *g, const char **words)
{
	const struct file *f = NULL;
	size_t i;

	for (i = 0; i < v->n_files; i++)
		if (v->files[i].n == d->line.handle.n)
			f = &v->files[i];
	if (!f)
		return 0;
	for (i = 0; f->name && i < v->n_entries; i++)
		if (v->entries[i].n == f->entry && v->entries[i].text &&
		    strstr(v->entries[i].text, f->name))
			also(d, g, d->node.id, handle_words(d, 'E', f->entry));
	*words = f->name;
	return 1;
}

/* The text that said it goes with it, and whatever else says the same link. */
static int find_link(struct deed *d, const struct view *v, struct going *g, const char **words)
{
	const char *handles[PIECES_MAX];
	int n = d->rows->link_handles(d->rows, d->node.id, d->line.handle.n, d->arena, handles,
				      PIECES_MAX),
	    j;
	size_t i;

	for (i = 0; i < v->n_links; i++)
		if (v->links[i].n == d->line.handle.n)
			*words = v->links[i].url;
	for (j = 0; j < n; j++)
		also(d, g, d->node.id, handles[j]);
	return n;
}

static int find_why(struct deed *d, const struct view *v, struct going *g, const char **words)
{
	size_t i;

	(void)g;
	for (i = 0; i < v->n_items; i++)
		if (v->items[i].n == d->line.handle.n) {
			*words = v->items[i].why;
			return 1;
		}
	return 0;
}

static int find_service(struct deed *d, const struct view *v, struct going *g, const char **words)
{
	(void)g;
	for (size_t i = 0; i < v->n_services; i++)
		if (v->services[i].n == d->line.handle.n)
			*words = v->services[i].name;
	return d->line.handle.n <= v->head.n_service;
}

static int find_other(struct deed *d, struct going *g, const char **words)
{
	static const struct {
		char letter;
		int (*find)(struct deed *d, const struct view *v, struct going *g,
			    const char **words);
	} finds[] = {
		{ HANDLE_TITLE, find_title },	  { HANDLE_FILE, find_file },
		{ HANDLE_LINK, find_link },	  { HANDLE_WHY, find_why },
		{ HANDLE_SERVICE, find_service },
	};
	char handle[HANDLE_MAX];
	struct view v;
	size_t i = 0;
	int rc = d->rows->view(d->rows, d->node.id, VIEW_FULL, d->arena, &v);

	if (rc <= 0)
		return rc;
	while (finds[i].letter != d->line.handle.letter)
		i++;
	handle_write(handle, &d->line.handle);
	if (finds[i].letter != HANDLE_TITLE)
		also(d, g, d->node.id, handle);
	rc = finds[i].find(d, &v, g, words);
	return rc ? rc
		  : answer_refuse(d, "There is no %s on %s. %s lists what there is.", handle,
				  node_words(d, &d->node),
				  to_type(d, node_line(d, &d->node, "show")));
}

/* ---- all that the same message became ---- */

static int message_too(struct deed *d, struct going *g, const struct capture *c)
{
	const struct message m = { .channel = c->channel, .id = c->message_id };
	struct capture *all;
	int count = message_captures(d, &m, &all), i;

	for (i = 0; i < count; i++)
		if (all[i].piece)
			also(d, g, all[i].node, all[i].piece);
	return count < 0 ? count : 0;
}

/* A Node that was declared from it is called by its first line. */
static int title_too(struct deed *d, struct going *g, const char *node, const char *piece)
{
	struct handle at;
	struct entry e;
	struct head h;
	int rc;

	if (handle_read(piece, strlen(piece), &at) || at.letter != 'E')
		return 0;
	rc = d->rows->entry(d->rows, node, at.n, d->arena, &e);
	if (rc > 0)
		rc = d->rows->node_id(d->rows, node, d->arena, &h);
	if (rc > 0 && e.message_id && h.title && begins_with(e.text, h.title))
		also(d, g, node, "title");
	return rc < 0 ? rc : 0;
}

/* What it was copied to, or from. */
static int copies_too(struct deed *d, struct going *g, const char *node, const char *piece)
{
	struct counterpart at[COUNTERPARTS_MOST];
	struct head h;
	int n = d->rows->node_id(d->rows, node, d->arena, &h), i;

	if (n > 0)
		n = counterparts(d, &h, piece, at);
	for (i = 0; i < n; i++)
		also(d, g, at[i].node.id, handle_words(d, at[i].at.letter, at[i].at.n));
	return n < 0 ? n : 0;
}

/* What a service is or was called; 0: it was erased. */
static int service_name_of(struct deed *d, const char *node, const char *piece, const char **name)
{
	int64_t *texts;
	int n = d->rows->piece_texts(d->rows, node, piece, d->arena, &texts);

	*name = NULL;
	return n <= 0 ? n : d->rows->text(d->rows, node, texts[0], d->arena, name);
}

/* Services of that name on another Node, also those that were dropped. */
static int services_named(struct deed *d, struct going *g, const char *node, const char *name)
{
	char piece[HANDLE_MAX];
	const char *other;
	struct head h;
	int rc = d->rows->node_id(d->rows, node, d->arena, &h);

	for (int64_t n = 1; rc > 0 && n <= h.n_service; n++) {
		handle_write(piece, &(struct handle){ .letter = HANDLE_SERVICE, .n = n });
		rc = service_name_of(d, node, piece, &other);
		if (rc > 0 && other && !strcasecmp(other, name))
			also(d, g, node, piece);
		rc = rc < 0 ? rc : 1;
	}
	return rc < 0 ? rc : 0;
}

/* A service goes along when its Node is merged. */
static int services_too(struct deed *d, struct going *g, const char *node, const char *piece)
{
	struct merged *all = arena_alloc(d->arena, LIVE_MAX * sizeof(*all));
	struct handle at;
	struct head h;
	const char *name;
	int n = 0, rc;

	if (handle_read_any(piece, strlen(piece), &at) || at.letter != HANDLE_SERVICE)
		return 0;
	rc = service_name_of(d, node, piece, &name);
	if (rc > 0 && name)
		rc = d->rows->node_id(d->rows, node, d->arena, &h);
	if (rc <= 0 || !name)
		return rc < 0 ? rc : 0;
	if (h.status == STATUS_MERGED && h.merged_into)
		rc = services_named(d, g, h.merged_into, name);
	if (rc >= 0 && h.n_merged)
		rc = n = d->rows->merged(d->rows, node, d->arena, all, LIVE_MAX);
	for (int i = 0; i < n && rc >= 0; i++)
		rc = all[i].gone ? 0 : services_named(d, g, all[i].id, name);
	return rc < 0 ? rc : 0;
}

static int find_all(struct deed *d, struct going *g)
{
	struct capture *c = arena_alloc(d->arena, CAPTURES_MAX * sizeof(*c));
	int i, j, n, rc;

	for (i = 0; i < g->n; i++) {
		rc = title_too(d, g, g->at[i].node, g->at[i].piece);
		if (rc >= 0)
			rc = copies_too(d, g, g->at[i].node, g->at[i].piece);
		if (rc >= 0)
			rc = services_too(d, g, g->at[i].node, g->at[i].piece);
		n = d->rows->piece_captures(d->rows, g->at[i].node, g->at[i].piece, d->arena, c,
					    CAPTURES_MAX);
		for (j = 0; j < n && rc >= 0; j++)
			rc = message_too(d, g, &c[j]);
		if (n < 0 || rc < 0)
			return n < 0 ? n : rc;
	}
	return 0;
}

/* ---- away with it ---- */

/* The texts of all that goes on a Node. */
static int erase_on(struct deed *d, const struct going *g, const char *node)
{
	struct erasure *x = arena_alloc(d->arena, sizeof(*x)), **end = &d->out->erase;
	int64_t *some, *both;
	int i, found;

	*x = (struct erasure){ .node = arena_strdup(d->arena, node) };
	for (i = 0; i < g->n; i++) {
		if (strcmp(g->at[i].node, node))
			continue;
		found = d->rows->piece_texts(d->rows, node, g->at[i].piece, d->arena, &some);
		if (found < 0)
			return found;
		both = arena_alloc(d->arena, (x->count + (size_t)found) * sizeof(*both));
		if (x->count)
			memcpy(both, x->texts, x->count * sizeof(*both));
		if (found)
			memcpy(both + x->count, some, (size_t)found * sizeof(*both));
		x->texts = both;
		x->count += (size_t)found;
	}
	while (*end)
		end = &(*end)->next;
	*end = x;
	return 0;
}

/* "A1, E2 and L1" */
static const char *redact_listed(struct deed *d, const struct going *g, const char *node)
{
	const char *s = NULL, *last = NULL;
	int i;

	for (i = 0; i < g->n; i++) {
		if (strcmp(g->at[i].node, node))
			continue;
		if (last)
			s = s ? arena_printf(d->arena, "%s, %s", s, last) : last;
		last = g->at[i].piece;
	}
	return s ? arena_printf(d->arena, "%s and %s", s, last) : last;
}

/* What goes on d->node. */
static int redact_here(struct deed *d, const struct going *g, const char *why)
{
	const char *names = redact_listed(d, g, d->node.id);
	struct change *c = change_of(d, "redact");
	int rc = erase_on(d, g, d->node.id);

	if (rc < 0)
		return rc;
	c->basis = names;
	entry_add(d, c, d->in->now_ms, arena_printf(d->arena, "Redacted %s: %s", names, why),
		  MARKER_NONE);
	if (d->node.report)
		say(d, SAY_FILE)->generation = d->node.report;
	return 0;
}

/* The reason stays where it was given: those who read the other Node may not see this one. */
static int redact_elsewhere(struct deed *d, const struct going *g, const char *here)
{
	struct head h;
	int i, j, rc;

	for (i = 0; i < g->n; i++) {
		/* A Node's pieces needn't stand together: it is done at the first of them. */
		for (j = 0; strcmp(g->at[j].node, g->at[i].node); j++)
			;
		if (j < i || !strcmp(g->at[i].node, here))
			continue;
		rc = d->rows->node_id(d->rows, g->at[i].node, d->arena, &h);
		if (rc <= 0)
			return rc;
		d->node = h;
		rc = redact_here(d, g, "the same message was redacted on another incident");
		if (rc < 0)
			return rc;
		rc = node_seen(d, &h);
		if (rc < 0)
			return rc;
		if (has(g, h.id, "title"))
			h.title = NULL;
		if (rc)
			answer_more(d, "The same message was also erased on %s: %s.",
				    node_words(d, &h), redact_listed(d, g, h.id));
	}
	return 0;
}

static int find_named(struct deed *d, struct going *g, const char **words)
{
	struct piece p;
	int rc;

	if (section_with(d->line.handle.letter) < 0 && !strchr("EA", d->line.handle.letter))
		return find_other(d, g, words);
	rc = piece_find(d, &p);
	if (rc <= 0)
		return rc;
	also(d, g, d->node.id, p.handle);
	*words = p.text;
	return 1;
}

int decide_redact(struct deed *d)
{
	const struct head here = d->node;
	const char *words = NULL, *names;
	struct going g = { .n = 0 };
	int rc = find_named(d, &g, &words);

	if (rc <= 0 || d->out->verdict == VERDICT_REFUSED)
		return rc < 0 ? rc : 0;
	if (repeats(d->line.text, words))
		return answer_refuse(
			d, "The reason is kept, and it repeats part of what you want erased. "
			   "Please give a reason without it. Nothing was changed.");
	rc = find_all(d, &g);
	names = redact_listed(d, &g, here.id);
	if (rc >= 0)
		rc = redact_here(d, &g, d->line.text);
	if (rc < 0)
		return rc;
	answer(d, VERDICT_DONE, "%s %s erased for good, in every version%s.", names,
	       strchr(names, ' ') ? "are" : "is",
	       d->in->unheard ? "; what I posted will be erased when the bot runs"
			      : " and in everything I posted");
	rc = redact_elsewhere(d, &g, here.id);
	d->node = here;
	answer_more(d,
		    "What I can't reach: the person's own message in Slack (delete or edit it "
		    "there), what was shown to one person only, older backups, and the channel's "
		    "name.");
	return rc;
}
