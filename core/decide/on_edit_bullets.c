/* An edited message's impact: which of its bullets is which, before and now. */
#include "core/decide/on_edit_private.h"

#include <inttypes.h>
#include <string.h>

struct was_bullet { /* one that the message made */
	int64_t n;
	const char *text; /* NULL: redacted */
	bool kept;	  /* somebody has edited, withdrawn or redacted it: it follows no message */
	bool found;	  /* it is what a new one says */
};

struct is_bullet { /* one that it has now */
	const char *text;
	bool erased; /* it says what was redacted of the message: no piece follows it */
	bool found;
};

struct bullets {
	struct para first;
	struct was_bullet *was;
	struct is_bullet *is;
	size_t n_was, n_is;
};

/* ---- before ---- */

/* Those of one message have its time, which no other of its author's has. */
static bool is_of_message(const struct para *first, const struct para *p)
{
	return p->at == first->at && p->via == first->via && p->author && first->author &&
	       !strcmp(p->author, first->author);
}

/* Has this command changed the field last? 1, 0, < 0. */
static int changed_by(struct deed *d, int64_t n, const char *field, const char *by)
{
	const char *who, *op = "";
	int rc = d->rows->changed_after(d->rows, d->node.id, 0, TABLE_IMPACT, n, field, d->arena,
					&who, &op);

	return rc > 0 ? !strcmp(op, by) : rc;
}

/* One that went with an earlier edit of the message is no more. */
static int was_add(struct deed *d, struct bullets *b, const struct para *p)
{
	int rc = p->gone ? changed_by(d, p->n, "gone", "revise") : 0;
	int edited;

	if (rc)
		return rc < 0 ? rc : 0;
	edited = changed_by(d, p->n, "text", "edit");
	if (edited < 0)
		return edited;
	b->was[b->n_was++] = (struct was_bullet){ .n = p->n,
						  .text = p->text,
						  .kept = edited || p->gone || !p->text };
	return 0;
}

/* 1; 0: there is none. */
static int was_read(struct deed *d, int64_t first, struct bullets *b)
{
	int64_t last = d->node.n_para[SECTION_IMPACT];
	struct para p;
	int rc = d->rows->para(d->rows, d->node.id, SECTION_IMPACT, first, d->arena, &b->first);

	if (rc <= 0 || b->first.via != VIA_MENTION)
		return rc < 0 ? rc : 0;
	b->was = arena_alloc(d->arena, (size_t)(last - first + 1) * sizeof(*b->was));
	for (int64_t n = first; n <= last && rc >= 0; n++) {
		rc = d->rows->para(d->rows, d->node.id, SECTION_IMPACT, n, d->arena, &p);
		if (rc > 0 && is_of_message(&b->first, &p))
			rc = was_add(d, b, &p);
	}
	return rc < 0 ? rc : b->n_was > 0;
}

/* ---- now ---- */

static void is_read(struct deed *d, const struct message *m, const char *text, struct bullets *b)
{
	const char *at = text, *one;

	b->is = arena_alloc(d->arena, (strlen(text) / 2 + 1) * sizeof(*b->is));
	while ((one = bullet_next(d, &at))) {
		if (!b->n_is)
			one = text_with_files(d, one, m);
		b->is[b->n_is++].text = one;
	}
}

/* ---- which is which ---- */

/* text NULL: one that was redacted. */
static struct was_bullet *was_saying(struct bullets *b, const char *text)
{
	for (struct was_bullet *w = b->was; w < b->was + b->n_was; w++)
		if (!w->found && !w->text == !text && (!text || !strcmp(w->text, text)))
			return w;
	return NULL;
}

/* What stands there already stays; what was redacted isn't kept again, wherever it stands now. */
static int bullets_match(struct deed *d, const struct message *m, struct bullets *b)
{
	for (struct is_bullet *i = b->is; i < b->is + b->n_is; i++) {
		struct was_bullet *w = was_saying(b, i->text);
		int erased = w ? 0 : message_erased(d, m, i->text);

		if (erased < 0)
			return erased;
		i->erased = erased;
		if (erased)
			w = was_saying(b, NULL);
		i->found = w;
		if (w)
			w->found = true;
	}
	return 0;
}

/* Any of what is left could be what was redacted, said a little differently: it is only told apart by its place. */
static bool is_one_unsafe(const struct bullets *b)
{
	size_t was = 0, is = 0;
	bool redacted = false;

	for (const struct was_bullet *w = b->was; w < b->was + b->n_was; w++) {
		was += !w->found;
		redacted |= !w->found && !w->text;
	}
	for (const struct is_bullet *i = b->is; i < b->is + b->n_is; i++)
		is += !i->found;
	return redacted && was != is;
}

/* ---- done ---- */

static struct is_bullet *is_left(struct bullets *b)
{
	for (struct is_bullet *i = b->is; i < b->is + b->n_is; i++)
		if (!i->found)
			return i;
	return NULL;
}

static int bullet_follow(struct deed *d, struct revising *r, const struct was_bullet *w,
			 struct is_bullet *i)
{
	struct line l = { .text = i ? i->text : NULL };

	if (i)
		i->found = true;
	if (w->kept)
		return 0;
	if (i)
		return revise_piece(d, r, arena_printf(d->arena, "M%" PRId64, w->n), &l);
	effect_set(revising_change(d, r), TABLE_IMPACT, w->n, "gone", v_null(), v_int(1));
	return 0;
}

static void bullet_add(struct deed *d, struct revising *r, const struct bullets *b,
		       const char *text)
{
	const struct credit by = { .author = b->first.author,
				   .recorder = b->first.author,
				   .via = b->first.via,
				   .channel = r->m->channel,
				   .message_id = r->m->id,
				   .permalink = message_permalink(d, r->m) };

	para_add_as(d, revising_change(d, r), &by, SECTION_IMPACT, b->first.at, text);
}

int revise_bullets(struct deed *d, struct revising *r, const char *piece, const char *text)
{
	struct bullets b = { .n_was = 0 };
	struct is_bullet *i;
	struct handle h;
	int rc = handle_read(piece, strlen(piece), &h) ? 0 : was_read(d, h.n, &b);

	if (rc <= 0)
		return rc;
	is_read(d, r->m, text, &b);
	rc = bullets_match(d, r->m, &b);
	if (rc < 0 || is_one_unsafe(&b))
		return rc;
	for (struct was_bullet *w = b.was; w < b.was + b.n_was && rc >= 0; w++)
		if (!w->found)
			rc = bullet_follow(d, r, w, is_left(&b));
	for (; rc >= 0 && (i = is_left(&b)); i->found = true)
		if (!i->erased)
			bullet_add(d, r, &b, i->text);
	return rc < 0 ? rc : 0;
}
