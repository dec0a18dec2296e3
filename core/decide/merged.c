#include "core/decide/merged.h"

#include "core/decide/capture_private.h"

#include <string.h>

#define HOPS_MOST 16 /* a Node that was merged into one that was merged … */

/* ---- where it lives on ---- */

int merged_target(struct deed *d, const struct head *from, struct head *into)
{
	int rc, hops;

	*into = *from;
	for (hops = 0; into->status == STATUS_MERGED; hops++) {
		if (!into->merged_into || hops == HOPS_MOST)
			return 0;
		rc = d->rows->node_id(d->rows, into->merged_into, d->arena, into);
		if (rc <= 0)
			return rc;
	}
	return 1;
}

int node_writable(struct deed *d, const struct head *h)
{
	struct head into;
	int rc;

	if (h->status != STATUS_MERGED)
		return status_writable(h->status);
	rc = merged_target(d, h, &into);
	return rc <= 0 ? rc : status_writable(into.status);
}

/* ---- a line ---- */

/* These are about the old Node, whatever it became. */
static bool is_about_merged(const struct deed *d)
{
	const struct command *c = d->line.command;

	switch (c->verb) {
	case VERB_REOPEN:
	case VERB_MERGE:
	case VERB_REDACT:
		return true;
	default:
		return d->line.node.number && (c->flags & COMMAND_READS || c->verb == VERB_EXPORT);
	}
}

/* Does the line name pieces, and has the old Node all of them? 1, 0, < 0. */
static int names_pieces(struct deed *d, const struct head *h)
{
	const struct line *l = &d->line;
	const struct head now = d->node;
	struct piece p;
	struct item i;
	int rc = l->handle.letter || l->count;
	size_t k;

	for (k = 0; k < l->count && rc > 0; k++)
		rc = d->rows->item(d->rows, h->id, l->numbers[k], d->arena, &i);
	if (rc <= 0 || !l->handle.letter)
		return rc;
	d->node = *h;
	rc = piece_at(d, &l->handle, &p);
	d->node = now;
	return rc;
}

int merged_line(struct deed *d, struct head *h)
{
	struct head into;
	int rc;

	if (is_about_merged(d))
		return 1;
	rc = merged_target(d, h, &into);
	if (rc <= 0)
		return rc < 0 ? rc : 1;
	rc = node_seen(d, &into);
	if (rc < 0)
		return rc;
	if (!rc)
		return answer_refuse(
			d,
			"%s was merged into an incident that you can't see. Nothing was "
			"changed.",
			node_words(d, h));
	rc = names_pieces(d, h);
	if (rc)
		return rc < 0 ? rc : 1;
	d->merged = arena_strdup(d->arena, h->id);
	d->line.node = (struct node_name){ into.year, into.number };
	*h = into;
	return 1;
}

void merged_answer(struct deed *d)
{
	if (d->merged && d->out->answer.kind == ANSWER_WORDS)
		answer_more(d, "(%s was merged into %s.)", d->merged, node_words(d, &d->node));
}

/* ---- a piece and its copies ---- */

static int counterpart_add(struct deed *d, const char *node, const char *piece,
			   struct counterpart *at)
{
	int rc = handle_read(piece, strlen(piece), &at->at)
			 ? 0
			 : d->rows->node_id(d->rows, node, d->arena, &at->node);

	return rc;
}

/* "INCIDENT-2026-041 E7": what this is a copy of, unless that goes its own way again. */
static int original_of(struct deed *d, const struct head *h, const char *copy_of,
		       struct counterpart *at)
{
	const char *space = copy_of ? strchr(copy_of, ' ') : NULL;
	int rc;

	if (!space)
		return 0;
	rc = counterpart_add(d, arena_strndup(d->arena, copy_of, (size_t)(space - copy_of)),
			     space + 1, at);
	return rc <= 0 ? rc
		       : at->node.status == STATUS_MERGED && at->node.merged_into &&
				 !strcmp(at->node.merged_into, h->id);
}

static int copied(struct deed *d, const struct head *h, const char *piece, const char **copy_of)
{
	struct handle at;
	struct entry e = { 0 };
	struct item i = { 0 };
	int rc;

	*copy_of = NULL;
	if (!h->n_merged || handle_read(piece, strlen(piece), &at))
		return 0;
	if (at.letter == 'E')
		rc = d->rows->entry(d->rows, h->id, at.n, d->arena, &e);
	else if (at.letter == 'A')
		rc = d->rows->item(d->rows, h->id, at.n, d->arena, &i);
	else
		return 0;
	*copy_of = e.copy_of ? e.copy_of : i.copy_of;
	return rc;
}

int counterparts(struct deed *d, const struct head *h, const char *piece, struct counterpart *at)
{
	const char *of = arena_printf(d->arena, "%s %s", h->id, piece), *copy;
	int n = 0, rc;

	if (h->status == STATUS_MERGED && h->merged_into) {
		rc = d->rows->copy(d->rows, h->merged_into, of, d->arena, &copy);
		if (rc > 0)
			rc = counterpart_add(d, h->merged_into, copy, &at[n]);
		if (rc < 0)
			return rc;
		n += rc;
	}
	rc = copied(d, h, piece, &copy);
	if (rc > 0)
		rc = original_of(d, h, copy, &at[n]);
	return rc < 0 ? rc : n + rc;
}

/* ---- what becomes of the one becomes of the other ---- */

/* Fields that both have; a paragraph's are called otherwise than an entry's. */
static const char *field_of(enum table from, const char *field, enum table to)
{
	static const char *const shared[] = { "text",  "at",  "withdrawn", "deleted", "state",
					      "owner", "due", "why",	   "done_at" };

	if (!is_para(from) || strcmp(field, "gone") != 0) {
		size_t i = 0;

		while (i < sizeof(shared) / sizeof(*shared) && strcmp(shared[i], field) != 0)
			i++;
		if (i == sizeof(shared) / sizeof(*shared))
			return NULL;
	} else {
		field = "withdrawn";
	}
	if (is_para(to) && !strcmp(field, "withdrawn"))
		field = "gone";
	return table_field(to, field, strlen(field)) ? field : NULL;
}

static enum table mirror_table(const struct handle *h)
{
	if (h->letter == 'E')
		return TABLE_ENTRY;
	return h->letter == 'A' ? TABLE_ITEM : TABLE_SUMMARY + (unsigned)section_with(h->letter);
}

/* Was it done to that row already, by this very deed? */
static bool is_mirrored(const struct deed *d, const char *node, enum table t, int64_t row,
			const char *field)
{
	const struct change *c;
	size_t i;

	for (c = d->out->changes; c; c = c->next)
		for (i = 0; !strcmp(c->node, node) && i < c->count; i++)
			if (c->effects[i].table == t && c->effects[i].row == row &&
			    c->effects[i].field && !strcmp(c->effects[i].field, field))
				return true;
	return false;
}

static struct change *change_there(struct deed *d, const struct head *h, const struct change *like)
{
	const struct head here = d->node;
	struct change *c;

	for (c = d->out->changes; c; c = c->next)
		if (!strcmp(c->node, h->id) && !strcmp(c->op, like->op))
			return c;
	d->node = *h;
	c = change_of(d, like->op);
	d->node = here;
	return c;
}

/* What stands there now; texts are the store's to know. */
static int mirror_old(struct deed *d, const struct counterpart *to, const char *field,
		      struct value *old)
{
	struct entry e = { 0 };
	struct para p = { 0 };
	struct item i = { 0 };
	int rc;

	if (to->at.letter == 'E')
		rc = d->rows->entry(d->rows, to->node.id, to->at.n, d->arena, &e);
	else if (to->at.letter == 'A')
		rc = d->rows->item(d->rows, to->node.id, to->at.n, d->arena, &i);
	else
		rc = d->rows->para(d->rows, to->node.id, (enum section)section_with(to->at.letter),
				   to->at.n, d->arena, &p);
	if (rc <= 0)
		return rc;
	if (!strcmp(field, "at"))
		*old = v_int(to->at.letter == 'E' ? e.at : p.at);
	else if (!strcmp(field, "withdrawn"))
		*old = v_int(to->at.letter == 'E' ? e.withdrawn : i.withdrawn);
	else if (!strcmp(field, "gone"))
		*old = v_int(p.gone);
	else if (!strcmp(field, "deleted"))
		*old = v_int(e.deleted);
	else if (!strcmp(field, "state"))
		*old = v_str(item_state_name(i.state));
	else if (!strcmp(field, "owner"))
		*old = v_str(i.owner);
	else if (!strcmp(field, "due"))
		*old = v_str(i.due);
	else if (!strcmp(field, "done_at"))
		*old = v_int(i.done_at);
	else if (!strcmp(field, "why"))
		*old = i.why ? V_WHATEVER : v_null();
	else
		*old = V_WHATEVER;
	return 1;
}

/* A text that is put back is named by its number, which is another's there. */
static int mirror_text(struct deed *d, const char *node, struct value *v)
{
	const char *body = v->s;
	int rc = 1;

	if (v->kind != VALUE_TEXT || body || v->i <= 0)
		return 1;
	rc = d->rows->text(d->rows, node, v->i, d->arena, &body);
	*v = v_text(body);
	return rc;
}

static int mirror_effect(struct deed *d, const struct change *c, const struct effect *e,
			 const struct counterpart *to)
{
	enum table t = mirror_table(&to->at);
	const char *field = field_of(e->table, e->field, t);
	struct value old, new_ = e->new_;
	int rc;

	if (!field || is_mirrored(d, to->node.id, t, to->at.n, field))
		return 0;
	rc = mirror_old(d, to, field, &old);
	if (rc > 0)
		rc = mirror_text(d, c->node, &new_);
	if (rc > 0)
		effect_set(change_there(d, &to->node, c), t, to->at.n, field, old, new_);
	return rc;
}

/* What a command says of a piece is stronger than its message: so it is where the message was captured. */
static int mirror_captures(struct deed *d, const struct change *c, const struct counterpart *to)
{
	static const struct {
		const char *op;
		int (*tell)(struct deed *d, struct change *c, const char *piece);
	} tells[] = {
		{ "edit", captures_own },
		{ "withdraw", captures_beat },
		{ "done", captures_uncheck },
		{ "drop", captures_uncheck },
		{ "reopen-item", captures_uncheck },
	};
	const struct head here = d->node;
	int rc = 1;

	for (size_t i = 0; i < sizeof(tells) / sizeof(*tells); i++) {
		if (strcmp(tells[i].op, c->op) != 0)
			continue;
		d->node = to->node;
		rc = tells[i].tell(d, change_there(d, &to->node, c),
				   handle_words(d, to->at.letter, to->at.n));
		d->node = here;
	}
	return rc < 0 ? rc : 1;
}

/* A reader of the answer may know the other Node by its number. */
static int mirror_say(struct deed *d, const struct counterpart *to)
{
	int rc = d->in->kind == INTENT_LINE && d->out->answer.kind == ANSWER_WORDS
			 ? node_seen(d, &to->node)
			 : 0;

	if (rc > 0)
		answer_more(d, "It is %s on %s, changed as well.",
			    handle_words(d, to->at.letter, to->at.n), to->node.id);
	return rc < 0 ? rc : 0;
}

/* The effects of one change on one piece; `from` is the first of them. 1: there were some, 0, < 0. */
static int mirror_effects(struct deed *d, const struct change *c, size_t from,
			  const struct counterpart *to)
{
	const struct effect *first = &c->effects[from], *e;
	int any = 0, rc = 0;

	for (e = first; e < c->effects + c->count && rc >= 0; e++) {
		if (e->table != first->table || e->row != first->row || !e->field)
			continue;
		rc = mirror_effect(d, c, e, to);
		any |= rc > 0;
	}
	return rc < 0 ? rc : any;
}

static int mirror_row(struct deed *d, const struct change *c, const struct head *h, size_t from)
{
	struct counterpart at[COUNTERPARTS_MOST];
	const char *piece = handle_of(d, c->effects[from].table, c->effects[from].row);
	int n = piece ? counterparts(d, h, piece, at) : 0, i, rc = 0;

	for (i = 0; i < n && rc >= 0; i++) {
		rc = mirror_effects(d, c, from, &at[i]);
		if (rc > 0)
			rc = mirror_captures(d, c, &at[i]);
		if (rc > 0)
			rc = mirror_say(d, &at[i]);
	}
	return n < 0 ? n : rc;
}

/* Rows that are born have no counterpart; each other one is looked at where the change first touches it. */
static bool is_first(const struct change *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (c->effects[k].table == c->effects[i].table &&
		    c->effects[k].row == c->effects[i].row)
			return false;
	return c->effects[i].field != NULL;
}

static int mirror_change(struct deed *d, const struct change *c)
{
	struct head h = d->node;
	int rc = 1;

	if (strcmp(h.id, c->node) != 0)
		rc = d->rows->node_id(d->rows, c->node, d->arena, &h);
	if (rc <= 0 || (h.status != STATUS_MERGED && !h.n_merged))
		return rc < 0 ? rc : 0;
	for (size_t i = 0; i < c->count && rc >= 0; i++)
		if (is_first(c, i))
			rc = mirror_row(d, c, &h, i);
	return rc < 0 ? rc : 0;
}

int merged_mirror(struct deed *d)
{
	int rc = 0;

	for (const struct change *c = d->out->changes; c && rc >= 0; c = c->next)
		if (strcmp(c->op, "merge") && strcmp(c->op, "new") && strcmp(c->op, "reopen"))
			rc = mirror_change(d, c);
	return rc;
}

/* ---- apart again ---- */

static int64_t merged_row(struct deed *d, const struct head *into, const char *from, int *rc)
{
	struct merged *all = arena_alloc(d->arena, LIVE_MAX * sizeof(*all));
	int count = d->rows->merged(d->rows, into->id, d->arena, all, LIVE_MAX);

	*rc = count < 0 ? count : 0;
	for (int i = count; i-- > 0;)
		if (!all[i].gone && !strcmp(all[i].id, from))
			return all[i].n;
	return 0;
}

int merged_part(struct deed *d, const struct head *into)
{
	const struct head from = d->node;
	int rc;
	int64_t n = merged_row(d, into, from.id, &rc);
	struct change *c;

	if (rc < 0 || !n)
		return rc;
	d->node = *into;
	c = change_of(d, "reopen");
	effect_set(c, TABLE_MERGED, n, "gone", v_null(), v_int(1));
	if (status_writable(into->status)) {
		entry_add(d, c, d->in->now_ms,
			  arena_printf(d->arena, "%s was reopened; what came from it stays here",
				       node_words(d, &from)),
			  MARKER_NONE);
		say_line(d, "🔁 %s was reopened. What came from it stays here, marked.",
			 node_words(d, &from));
	}
	d->node = from;
	return 0;
}
