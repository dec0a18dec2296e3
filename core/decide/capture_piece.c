/* Pieces that captures make: written, taken away, brought back. */
#include "core/decide/capture_private.h"

#include <string.h>

static enum section piece_section_of(enum capture_kind k)
{
	switch (k) {
	case CAPTURE_IMPACT:
		return SECTION_IMPACT;
	case CAPTURE_CAUSE:
		return SECTION_CAUSE;
	case CAPTURE_LESSON:
		return SECTION_LESSON;
	default:
		return SECTION_SUMMARY;
	}
}

static enum via via_of_piece(const struct deed *d, enum capture_via by, const struct message *m)
{
	switch (by) {
	case CAPTURED_BY_TAG:
		return VIA_TAG;
	case CAPTURED_BY_PIN:
		return VIA_PIN;
	case CAPTURED_BY_EMOJI:
		return VIA_EMOJI;
	default:
		if (d->line.command && d->line.command->verb == VERB_NEW_FROM)
			return m->bot ? VIA_ALERT : VIA_EMOJI;
		if (d->in->via == VIA_SHORTCUT)
			return VIA_SHORTCUT;
		return m->bot ? VIA_ALERT : VIA_EMOJI;
	}
}

/* By the first source that holds it: who recorded it, and how it came in. */
static struct credit credit_of(struct deed *d, const struct hold *h, const struct message *m)
{
	const char *author = message_author(d, m);
	const struct source *first = NULL, *s;

	for (s = h->sources; s < h->sources + h->count; s++)
		if (s->on && (!first || s->n < first->n))
			first = s;
	return (struct credit){
		.author = author ? author : REF_SOME_APP, /* people's messages name them */
		.recorder = first && first->person			       ? first->person
			    : first && first->via == CAPTURED_BY_TAG && author ? author
									       : REF_BOT,
		.via = via_of_piece(d, first ? first->via : CAPTURED_BY_EMOJI, m),
		.channel = m->channel,
		.message_id = m->id,
		.permalink = message_permalink(d, m),
	};
}

/* Slack's page of a file ends in its name, which can be redacted then; it is found without it, too. */
static const char *page_of(struct deed *d, const struct message_file *f)
{
	const char *at = f->permalink ? strstr(f->permalink, "/files/") : NULL;
	int slashes = 0;

	for (at = at ? at + strlen("/files/") : NULL; at && *at; at++)
		if (*at == '/' && ++slashes == 2)
			return arena_strndup(d->arena, f->permalink, (size_t)(at - f->permalink));
	return f->permalink;
}

void files_add(struct deed *d, struct change *c, int64_t entry, const struct message *m)
{
	const struct message_file *f;
	int64_t n;

	for (f = m->files; f < m->files + m->n_files; f++) {
		n = ++d->node.n_file;
		effect_born(c, TABLE_FILE, n);
		effect_set(c, TABLE_FILE, n, "entry", v_null(), v_int(entry));
		effect_set(c, TABLE_FILE, n, "name", v_null(),
			   v_text(f->name ? f->name : "a file"));
		effect_set(c, TABLE_FILE, n, "type", v_null(), v_str(f->type));
		effect_set(c, TABLE_FILE, n, "permalink", v_null(), v_str(page_of(d, f)));
	}
}

static int64_t entry_make(struct deed *d, struct change *c, const struct credit *by, int64_t at,
			  const struct message *m, const struct line *l, enum marker marker)
{
	int64_t n = entry_add_as(d, c, by, at ? at : message_at(m, l), l->text, marker);

	files_add(d, c, n, m);
	if (m->deleted)
		effect_set(c, TABLE_ENTRY, n, "deleted", v_null(), v_int(1));
	return n;
}

/* By whoever made an item of it, if that was a person; else by its author. */
static int item_make(struct deed *d, struct change *c, const struct credit *by, enum item_type type,
		     const struct message *m, const struct line *l)
{
	int64_t n = item_add_as(d, c, by, type, m->at, l);
	const struct item i = { .n = n, .type = type, .text = l->text, .due = l->due };
	const struct gift g = { .person = l->person,
				.giver =
					strcmp(by->recorder, REF_BOT) ? by->recorder : by->author };

	return give_items(d, &g, &i, 1);
}

int piece_make(struct deed *d, struct change *c, struct hold *h, const struct message *m,
	       enum marker marker)
{
	struct credit by = credit_of(d, h, m);
	enum capture_kind k = h->c.kind;
	enum section s = piece_section_of(k);
	struct line l;
	int64_t n;
	int rc = 0;

	message_read(d, k, m, &l);
	if (l.has_when || l.due)
		c->basis = message_basis(d, m);
	if (k == CAPTURE_TIMELINE)
		h->c.piece = handle_words(d, 'E', entry_make(d, c, &by, h->at, m, &l, marker));
	else if (k == CAPTURE_ACTION || k == CAPTURE_PREVENT) {
		rc = item_make(d, c, &by, k == CAPTURE_PREVENT ? ITEM_PREVENT : ITEM_MITIGATE, m,
			       &l);
		h->c.piece = handle_words(d, 'A', d->node.n_item);
	} else {
		n = para_add_as(d, c, &by, s, m->at, l.text);
		h->c.piece = handle_words(d, section_letter(s), n);
	}
	effect_set(c, TABLE_CAPTURE, h->c.n, "piece", v_null(), v_str(h->c.piece));
	effect_set(c, TABLE_CAPTURE, h->c.n, "edited", v_str(h->c.edited), v_str(m->edited));
	effect_set(c, TABLE_CAPTURE, h->c.n, "deleted", v_int(h->c.deleted), v_int(m->deleted));
	h->c.edited = m->edited;
	h->c.deleted = m->deleted;
	return rc;
}

bool item_taken_up(const struct item *i)
{
	return i->owner || i->due || i->state != ITEM_TODO;
}

int64_t event_at(const struct deed *d)
{
	return d->in->event_at ? d->in->event_at : d->in->now_ms;
}

/* ---- the piece goes, and comes back ---- */

static int entry_go(struct deed *d, struct change *c, int64_t n, bool gone)
{
	struct entry e;
	int rc = d->rows->entry(d->rows, d->node.id, n, d->arena, &e);

	if (rc <= 0 || e.withdrawn == gone)
		return rc < 0 ? rc : 0;
	effect_set(c, TABLE_ENTRY, n, "withdrawn", v_int(e.withdrawn), v_int(gone));
	if (gone)
		return markers_withdraw(d, c, n, NULL);
	if (e.marker != MARKER_NONE && !e.marker_counts)
		marker_add(d, c, e.marker, e.at, n);
	return 0;
}

static int para_go(struct deed *d, struct change *c, enum section s, int64_t n, bool gone)
{
	struct para p;
	int rc = d->rows->para(d->rows, d->node.id, s, n, d->arena, &p);

	if (rc > 0)
		effect_set(c, TABLE_SUMMARY + (unsigned)s, n, "gone", v_int(p.gone), v_int(gone));
	return rc < 0 ? rc : 0;
}

/* 1: it stays, somebody has taken it up. */
static int item_go(struct deed *d, struct change *c, int64_t n, bool gone)
{
	struct item i;
	int rc = d->rows->item(d->rows, d->node.id, n, d->arena, &i);

	if (rc <= 0)
		return rc;
	if (gone && item_taken_up(&i))
		return 1;
	if (gone) {
		item_set_state(c, &i, ITEM_DROPPED, event_at(d));
		return 0;
	}
	effect_set(c, TABLE_ITEM, n, "withdrawn", v_int(i.withdrawn), v_null());
	if (i.state == ITEM_DROPPED)
		item_set_state(c, &i, ITEM_TODO, 0);
	return 0;
}

int piece_go(struct deed *d, struct change *c, const char *piece, bool gone)
{
	struct handle at;

	if (handle_read(piece, strlen(piece), &at))
		return 0;
	if (at.letter == 'E')
		return entry_go(d, c, at.n, gone);
	if (at.letter == 'A')
		return item_go(d, c, at.n, gone);
	return para_go(d, c, (enum section)section_with(at.letter), at.n, gone);
}
