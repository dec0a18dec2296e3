/* What becomes of captures when their message is known at last, edited or deleted; and what was
 * recovered. */
#include "core/decide/on_edit_private.h"

#include "core/decide/merged.h"

#include <inttypes.h>
#include <string.h>

/* ---- a message's Nodes, one after the other ---- */

struct change *revising_change(struct deed *d, struct revising *r)
{
	if (!r->c)
		r->c = change_of(d, r->op);
	d->out->verdict = VERDICT_DONE;
	return r->c;
}

static bool seen_before(const struct capture *all, int i)
{
	int j;

	for (j = 0; j < i; j++)
		if (!strcmp(all[j].node, all[i].node))
			return true;
	return false;
}

/* Those of one Node, first to last. d->node is it, or already was: then its counters are ahead of
 * the store's. */
static int in_node(struct deed *d, struct revising *r, const struct capture *all, int count,
		   const char *node, int (*fn)(struct deed *d, struct revising *r, struct hold *h))
{
	struct hold h;
	int i, rc = 1;

	if (strcmp(d->node.id, node))
		rc = d->rows->node_id(d->rows, node, d->arena, &d->node);
	if (rc > 0)
		rc = node_writable(d, &d->node);
	if (rc <= 0)
		return rc;
	r->c = NULL;
	for (i = 0; i < count && rc >= 0; i++) {
		if (strcmp(all[i].node, node))
			continue;
		rc = capture_hold(d, all[i].kind, r->m, &h);
		if (rc >= 0)
			rc = fn(d, r, &h);
	}
	return rc < 0 ? rc : 0;
}

static int everywhere(struct deed *d, struct revising *r,
		      int (*fn)(struct deed *d, struct revising *r, struct hold *h))
{
	struct capture *all;
	int count = message_captures(d, r->m, &all), i, rc = 0;

	for (i = 0; i < count && !rc; i++)
		if (!seen_before(all, i))
			rc = in_node(d, r, all, count, all[i].node, fn);
	return count < 0 ? count : rc;
}

/* ---- its text, at last ---- */

static bool waits(const struct hold *h, const struct message *m)
{
	return h->c.alive && !h->c.piece && h->c.kind < CAPTURE_CHECK && m->text;
}

/* Its piece is made; of a merged Node, where that lives on. */
static int make_late(struct deed *d, struct revising *r, struct hold *h)
{
	struct reaction k = { .kind = h->c.kind, .on = true, .own_text = h->c.own_text };
	const struct head here = d->node;
	int i, rc;

	if (here.status != STATUS_MERGED)
		return capture_make(d, revising_change(d, r), h, r->m);
	for (i = 0; i < h->count && !h->sources[i].on; i++)
		;
	if (i == h->count)
		return 0;
	k.by = h->sources[i].via;
	k.person = h->sources[i].person;
	k.stamp = h->sources[i].stamp;
	rc = merged_target(d, &here, &d->node);
	if (rc > 0)
		rc = capture_react_here(d, NULL, &k, r->m);
	d->node = here;
	return rc < 0 ? rc : 0;
}

static void mark_deleted(struct change *c, struct capture *cap)
{
	struct handle at;

	effect_set(c, TABLE_CAPTURE, cap->n, "deleted", v_int(cap->deleted), v_int(1));
	if (cap->piece && !handle_read(cap->piece, strlen(cap->piece), &at) && at.letter == 'E')
		effect_set(c, TABLE_ENTRY, at.n, "deleted", v_int(cap->deleted), v_int(1));
	cap->deleted = true;
}

static int on_edit_tell(struct deed *d, struct revising *r, struct hold *h)
{
	int rc = 0;

	if (waits(h, r->m))
		rc = make_late(d, r, h);
	if (rc >= 0 && r->m->deleted && !h->c.deleted)
		mark_deleted(revising_change(d, r), &h->c);
	return rc;
}

int on_fetched(struct deed *d)
{
	struct message m;
	struct revising r = { .op = "told", .m = &m };
	int rc = message_known(d, &m);

	return rc < 0 ? rc : everywhere(d, &r, on_edit_tell);
}

int on_deletion(struct deed *d)
{
	struct message m;
	struct revising r = { .op = "deleted", .m = &m };
	int rc = message_known(d, &m);

	m.deleted = true;
	return rc < 0 ? rc : everywhere(d, &r, on_edit_tell);
}

/* ---- a new text ---- */

static int revise_entry(struct deed *d, struct revising *r, const char *handle, int64_t n,
			const struct line *l)
{
	struct entry e;
	int64_t at = message_at(r->m, l);
	int rc = d->rows->entry(d->rows, d->node.id, n, d->arena, &e);

	if (rc <= 0)
		return rc;
	if (l->text && (!e.text || strcmp(e.text, l->text))) {
		effect_set(revising_change(d, r), TABLE_ENTRY, n, "text", V_WHATEVER,
			   v_text(l->text));
		links_add(d, r->c, l->text, handle, e.text);
	}
	return e.at == at ? 0 : entry_move(d, revising_change(d, r), n, e.at, at);
}

static int revise_para(struct deed *d, struct revising *r, const char *handle, enum section s,
		       int64_t n, const struct line *l)
{
	struct para p;
	int rc = d->rows->para(d->rows, d->node.id, s, n, d->arena, &p);

	if (rc <= 0 || !l->text || (p.text && !strcmp(p.text, l->text)))
		return rc;
	effect_set(revising_change(d, r), TABLE_SUMMARY + (unsigned)s, n, "text", V_WHATEVER,
		   v_text(l->text));
	links_add(d, r->c, l->text, handle, p.text);
	return 0;
}

/* An item's owner or date follows the message as long as only the message has set it. 1: it did; 0; < 0. */
static int follow(struct deed *d, struct revising *r, int64_t n, const char *field, const char *old,
		  const char *new_)
{
	const char *who, *op = "";
	int rc;

	if (!old == !new_ && (!old || !strcmp(old, new_)))
		return 0;
	rc = d->rows->changed_after(d->rows, d->node.id, 0, TABLE_ITEM, n, field, d->arena, &who,
				    &op);
	if (rc > 0 && (!strcmp(op, "assign") || !strcmp(op, "due")))
		return 0;
	if (rc >= 0)
		effect_set(revising_change(d, r), TABLE_ITEM, n, field, v_str(old), v_str(new_));
	return rc < 0 ? rc : 1;
}

/* Whoever is its owner since the message names them is told, by its author. */
static int revise_given(struct deed *d, const struct revising *r, const struct item *was,
			const struct line *l)
{
	const char *author = message_author(d, r->m);
	struct item i = *was;
	const struct gift g = { .person = l->person, .giver = author ? author : REF_SOME_APP };

	i.text = l->text;
	i.due = l->due ? l->due : i.due;
	return give_items(d, &g, &i, 1);
}

static int revise_item(struct deed *d, struct revising *r, const char *handle, int64_t n,
		       const struct line *l)
{
	struct item i;
	int rc = d->rows->item(d->rows, d->node.id, n, d->arena, &i);

	if (rc <= 0 || !l->text)
		return rc;
	if (!i.text || strcmp(i.text, l->text)) {
		effect_set(revising_change(d, r), TABLE_ITEM, n, "text", V_WHATEVER,
			   v_text(l->text));
		links_add(d, r->c, l->text, handle, i.text);
	}
	if (l->kind != LINE_COMMAND) /* no tag says whose it is */
		return 0;
	rc = follow(d, r, n, "owner", i.owner, l->person);
	if (rc > 0)
		rc = revise_given(d, r, &i, l);
	if (rc >= 0)
		rc = follow(d, r, n, "due", i.due, l->due);
	return rc < 0 ? rc : 0;
}

int revise_piece(struct deed *d, struct revising *r, const char *piece, const struct line *l)
{
	struct handle at;
	int rc = l->text ? message_erased(d, r->m, l->text) : 0;

	if (rc || handle_read(piece, strlen(piece), &at))
		return rc < 0 ? rc : 0;
	if (at.letter == 'E')
		return revise_entry(d, r, piece, at.n, l);
	if (at.letter == 'A')
		return revise_item(d, r, piece, at.n, l);
	return revise_para(d, r, piece, (enum section)section_with(at.letter), at.n, l);
}

/* What is said to us begins with our name, but for a DM. */
static const char *behind_mention(const char *text)
{
	const char *at = text;
	struct text_part part;

	if (!text_next(&at, &part) || part.kind != TEXT_PERSON)
		return text;
	return at + strspn(at, " \t\n:,");
}

/* The line that made the piece, said anew: it corrects the words and never runs again. */
static int revise_said(struct deed *d, struct revising *r, const struct hold *h, const char *text)
{
	struct line_context c = { .when = { .now_ms = r->m->at } };
	struct line l;
	int rc = message_zone(d, r->m, &c.when.zone);

	if (rc < 0)
		return rc;
	if (r->m->n_files)
		c.unsaid = message_file_names(d, r->m);
	line_read(&c, behind_mention(text), d->arena, &l);
	if (l.kind != LINE_COMMAND || !l.text || l.command->piece != *h->c.piece)
		return 0;
	l.text = text_of_line(d, &l);
	if (*h->c.piece == 'M')
		return revise_bullets(d, r, h->c.piece, l.text);
	if (*h->c.piece != 'E')
		l.text = text_with_files(d, l.text, r->m);
	return revise_piece(d, r, h->c.piece, &l);
}

/* The tag that it had is gone, or it has one now. */
static int turn_tag(struct deed *d, struct revising *r, struct hold *h)
{
	const struct reaction k = {
		.kind = h->c.kind,
		.by = CAPTURED_BY_TAG,
		.on = message_tag(r->m) == (int)h->c.kind,
		.stamp = r->m->edited,
	};
	const struct source *s;
	bool had = false;

	for (s = h->sources; s < h->sources + h->count; s++)
		had |= s->via == CAPTURED_BY_TAG;
	if ((!had && !k.on) || !capture_heeds(h, &k))
		return 0;
	return capture_turn(d, revising_change(d, r), h, &k, r->m);
}

/* Several pieces may have been made; which of them somebody has edited is seen at each. */
static bool has_bullets(const struct hold *h)
{
	return h->c.kind == CAPTURE_SAID && *h->c.piece == 'M';
}

static int revise_text(struct deed *d, struct revising *r, struct hold *h)
{
	struct line l;

	if (waits(h, r->m))
		return make_late(d, r, h);
	if (!h->c.piece || (h->c.own_text && !has_bullets(h)))
		return 0;
	if (h->c.kind == CAPTURE_SAID)
		return revise_said(d, r, h, r->m->text);
	message_read(d, h->c.kind, r->m, &l);
	return revise_piece(d, r, h->c.piece, &l);
}

static void revise_edited(struct deed *d, struct revising *r, struct hold *h)
{
	effect_set(revising_change(d, r), TABLE_CAPTURE, h->c.n, "edited", v_str(h->c.edited),
		   v_str(r->m->edited));
	h->c.edited = r->m->edited;
}

/* It still says what was redacted of it, so that its text isn't known here: bullets that don't follow it all the same. */
static int revise_rest(struct deed *d, struct revising *r, struct hold *h)
{
	int rc;

	if (!h->c.piece || !has_bullets(h) || stamp_order(r->m->edited, h->c.edited) <= 0)
		return 0;
	rc = revise_said(d, r, h, d->in->message->text);
	if (rc >= 0)
		revise_edited(d, r, h);
	return rc;
}

static int revise(struct deed *d, struct revising *r, struct hold *h)
{
	const char *edited = r->m->edited;
	int rc;

	if (stamp_order(edited, h->c.edited) <= 0 || h->c.kind == CAPTURE_CHECK)
		return 0;
	rc = revise_text(d, r, h);
	if (rc < 0)
		return rc;
	revise_edited(d, r, h);
	return turn_tag(d, r, h);
}

static bool has_kind(const struct capture *all, int count, int kind)
{
	int i;

	for (i = 0; i < count; i++)
		if ((int)all[i].kind == kind)
			return true;
	return false;
}

int on_edit(struct deed *d)
{
	struct message m;
	struct revising r = { .op = "revise", .m = &m };
	int rc = message_known(d, &m), count, tag;
	struct capture *all;
	struct reaction k = { .by = CAPTURED_BY_TAG, .on = true, .stamp = m.edited };

	if (rc < 0 || !m.edited)
		return rc;
	if (!m.text)
		return m.erased && d->in->message->text && !d->in->message->n_files
			       ? everywhere(d, &r, revise_rest)
			       : 0;
	tag = message_tag(&m);
	count = message_captures(d, &m, &all);
	if (count < 0)
		return count;
	/* A kind that it wasn't captured as. This comes first: then the Node is still what the
	 * store has. */
	if (tag >= 0 && !has_kind(all, count, tag)) {
		k.kind = (enum capture_kind)tag;
		rc = capture_react(d, &k, &m);
	}
	return rc < 0 ? rc : everywhere(d, &r, revise);
}

/* ---- after recovery ---- */

#define GAP_SAID (5 * MS_MINUTE)

/* "14:02–14:09 UTC", with the dates where they differ. */
static const char *gap_words(struct deed *d, int64_t from, int64_t to)
{
	struct buf b;

	buf_init(&b, 128);
	if (from / MS_DAY != to / MS_DAY) {
		civil_full(&b, from);
		buf_adds(&b, " – ");
		civil_full(&b, to);
		return deed_keep(d, &b);
	}
	civil_time(&b, from);
	buf_adds(&b, "–");
	civil_time(&b, to);
	buf_adds(&b, " UTC");
	return deed_keep(d, &b);
}

static const char *recovered_words(struct deed *d, int64_t count)
{
	if (count <= 0)
		return "nothing was missed";
	return arena_printf(d->arena, "%" PRId64 " %s recovered from the channel", count,
			    count == 1 ? "entry was" : "entries were");
}

int on_recovery(struct deed *d)
{
	int64_t from = d->in->from_ms, to = d->in->now_ms, count = d->in->count;
	struct credit us = { .author = REF_BOT, .recorder = REF_BOT, .via = VIA_BOT };
	const char *text;
	int rc;

	if (count <= 0 && to - from <= GAP_SAID)
		return 0;
	rc = d->rows->node_id(d->rows, d->in->node, d->arena, &d->node);
	if (rc > 0 && d->node.status == STATUS_MERGED) {
		/* The other one says of itself that we were away. */
		struct head into;

		rc = count > 0 ? merged_target(d, &d->node, &into) : 0;
		d->node = rc > 0 ? into : d->node;
	}
	if (rc <= 0 || !status_writable(d->node.status))
		return rc < 0 ? rc : 0;
	text = arena_printf(d->arena, "aliosbot was offline %s; %s", gap_words(d, from, to),
			    recovered_words(d, count));
	entry_add_as(d, change_of(d, "recovered"), &us, to, text, MARKER_NONE);
	d->out->verdict = VERDICT_DONE;
	return 0;
}
