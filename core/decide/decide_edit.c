/* `edit HANDLE [WHEN] [TEXT]` and `withdraw HANDLE`: one way for each kind of piece. */
#include "core/decide/capture_private.h"

#include "core/show/show.h"

#include <inttypes.h>
#include <string.h>

int section_with(char letter)
{
	int s;

	for (s = 0; s < SECTIONS; s++)
		if (section_letter((enum section)s) == letter)
			return s;
	return -1;
}

bool is_para(enum table t)
{
	return t >= TABLE_SUMMARY && t < TABLE_SUMMARY + SECTIONS;
}

const char *handle_of(struct deed *d, enum table t, int64_t row)
{
	if (t == TABLE_ENTRY)
		return handle_words(d, 'E', row);
	if (t == TABLE_ITEM)
		return handle_words(d, 'A', row);
	return is_para(t) ? handle_words(d, section_letter((enum section)(t - TABLE_SUMMARY)), row)
			  : NULL;
}

static int find_entry(struct deed *d, struct piece *p)
{
	struct entry e;
	int rc = d->rows->entry(d->rows, d->node.id, p->n, d->arena, &e);

	if (rc == 1) {
		p->table = TABLE_ENTRY;
		p->text = e.text;
		p->gone = e.withdrawn;
		p->at = e.at;
	}
	return rc;
}

static int find_item(struct deed *d, struct piece *p)
{
	struct item i;
	int rc = d->rows->item(d->rows, d->node.id, p->n, d->arena, &i);

	if (rc == 1) {
		p->table = TABLE_ITEM;
		p->text = i.text;
		p->gone = i.withdrawn;
	}
	return rc;
}

static int find_para(struct deed *d, enum section s, struct piece *p)
{
	struct para para;
	int rc = d->rows->para(d->rows, d->node.id, s, p->n, d->arena, &para);

	if (rc == 1) {
		p->table = TABLE_SUMMARY + (unsigned)s;
		p->text = para.text;
		p->gone = para.gone;
	}
	return rc;
}

int piece_at(struct deed *d, const struct handle *h, struct piece *p)
{
	*p = (struct piece){ .n = h->n, .handle = handle_words(d, h->letter, h->n) };
	if (h->letter == 'E')
		return find_entry(d, p);
	if (h->letter == 'A')
		return find_item(d, p);
	return find_para(d, (enum section)section_with(h->letter), p);
}

int piece_find(struct deed *d, struct piece *p)
{
	int rc = piece_at(d, &d->line.handle, p);

	if (rc < 0)
		return rc;
	if (!rc)
		return answer_refuse(d, "%s has no %s. Nothing was changed. %s lists what it has.",
				     node_words(d, &d->node), p->handle,
				     to_type(d, node_line(d, &d->node, "show")));
	return 1;
}

static int find_living(struct deed *d, struct piece *p)
{
	int rc = piece_find(d, p);

	if (rc <= 0 || !p->gone)
		return rc;
	return answer_refuse(d, "%s has already been withdrawn or replaced.", p->handle);
}

/* Rows of `marker` that belong to an entry and count. */
static int entry_markers(struct deed *d, int64_t entry, enum marker *m, struct marked *at)
{
	int count = d->rows->live_markers(d->rows, d->node.id, m, at, LIVE_MAX), left = 0, i;

	if (count < 0)
		return count;
	for (i = 0; i < count; i++) {
		if (at[i].entry != entry)
			continue;
		m[left] = m[i];
		at[left++] = at[i];
	}
	return left;
}

/* ---- edit ---- */

int entry_move(struct deed *d, struct change *c, int64_t entry, int64_t from, int64_t to)
{
	enum marker *m = arena_alloc(d->arena, LIVE_MAX * sizeof(*m));
	struct marked *at = arena_alloc(d->arena, LIVE_MAX * sizeof(*at));
	int count = entry_markers(d, entry, m, at), i;

	effect_set(c, TABLE_ENTRY, entry, "at", v_int(from), v_int(to));
	for (i = 0; i < count; i++)
		effect_set(c, TABLE_MARKER, at[i].n, "at", v_int(at[i].at), v_int(to));
	return count < 0 ? count : 0;
}

static bool same_text(const struct deed *d, const struct piece *p)
{
	return !d->line.text || (p->text && !strcmp(p->text, d->line.text));
}

int decide_edit(struct deed *d)
{
	struct piece p;
	struct change *c;
	int rc;

	if (read_only(d))
		return 0;
	rc = find_living(d, &p);
	if (rc <= 0)
		return rc;
	if (same_text(d, &p) && (!d->line.has_when || d->line.when == p.at))
		return answer_same(d, "%s already says that.", p.handle);
	c = change_begin(d);
	if (!same_text(d, &p)) {
		effect_set(c, p.table, p.n, "text", V_WHATEVER, v_text(d->line.text));
		links_add(d, c, d->line.text, p.handle, p.text);
	}
	rc = captures_own(d, c, p.handle);
	if (rc >= 0 && d->line.has_when)
		rc = entry_move(d, c, p.n, p.at, d->line.when);
	if (rc < 0)
		return rc;
	answer_saved(d, "%s changed%s%s%s%s", p.handle, d->line.has_when ? " · " : "",
		     d->line.has_when ? moment_words(d, d->line.when) : "",
		     d->line.text ? ": " : "", d->line.text ? text_again(d, d->line.text) : "");
	answer_more(d, "The old version is kept.");
	return 0;
}

/* ---- withdraw ---- */

int markers_withdraw(struct deed *d, struct change *c, int64_t entry, const char **names)
{
	enum marker *m = arena_alloc(d->arena, LIVE_MAX * sizeof(*m));
	struct marked *at = arena_alloc(d->arena, LIVE_MAX * sizeof(*at));
	int count = entry_markers(d, entry, m, at), i;

	for (i = 0; i < count; i++) {
		effect_set(c, TABLE_MARKER, at[i].n, "state", v_str("live"), v_str("withdrawn"));
		if (names)
			*names = arena_printf(d->arena, "%s%s%s", *names, **names ? ", " : "",
					      marker_name(m[i]));
	}
	return count < 0 ? count : 0;
}

int decide_withdraw(struct deed *d)
{
	const char *names = "";
	struct piece p;
	struct change *c;
	int rc;

	if (read_only(d))
		return 0;
	rc = find_living(d, &p);
	if (rc <= 0)
		return rc;
	c = change_begin(d);
	effect_set(c, p.table, p.n,
		   p.table == TABLE_ENTRY || p.table == TABLE_ITEM ? "withdrawn" : "gone", v_null(),
		   v_int(1));
	rc = captures_beat(d, c, p.handle);
	if (rc >= 0 && p.table == TABLE_ENTRY)
		rc = markers_withdraw(d, c, p.n, &names);
	if (rc < 0)
		return rc;
	answer_saved(d, "%s withdrawn: %s", p.handle, text_again(d, view_text(p.text)));
	if (*names)
		answer_more(d, "Its marker went with it: %s.", names);
	return 0;
}
