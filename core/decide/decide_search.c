/* The archive: search, similar, and what is said of earlier Nodes when one is declared. */
#include "core/decide/decide_common.h"

#include "core/find/archive.h"
#include "core/show/show.h"

#include <inttypes.h>
#include <string.h>

#define PASSAGE_POINTS 160
#define CAUSE_POINTS 120
#define SHARED_SAID 5

/* ---- whom it is for ---- */

/* What is posted in a channel is for all who read there. */
static int seen_by_all(void *arg, const struct head *h)
{
	(void)arg;
	return !h->private_;
}

static const char *date_words(struct deed *d, int64_t ms)
{
	struct buf b;

	buf_init(&b, 64);
	text_add_moment(&b, ms, MOMENT_DATE);
	return deed_keep(d, &b);
}

static const char *bold_words(struct deed *d, const char *s)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_add_bold(&b, s);
	return deed_keep(d, &b);
}

/* ---- search ---- */

/* `by:ben` is whoever is called so. 0: nobody is, or more than one, and that was answered; < 0. */
static int by_find(struct deed *d, struct find *f)
{
	int n = archive_by(d->rows, f, d->arena);
	const char *how = d->speaker.rank == RANK_SHELL ? "Type more of the name, or another part."
							: "Type @ and pick the name.";

	if (n < 0 || n == 1)
		return n;
	return answer_refuse(
		d, n ? "More than one person is called “%s”. %s" : "I don't know who “%s” is. %s",
		f->by_name, how);
}

/* “segments deleted by hand” — E7, which leads to the message. */
static const char *passage_words(struct deed *d, const struct find *f, const struct passage *p)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	buf_adds(&b, "“");
	find_show(&b, f, p->text, PASSAGE_POINTS, &d->rows->names);
	buf_adds(&b, "”");
	if (p->letter == HANDLE_FILE || p->letter == HANDLE_SERVICE)
		return deed_keep(d, &b);
	buf_adds(&b, " — ");
	if (p->permalink)
		text_add_link(&b, p->permalink, handle_words(d, p->letter, p->n));
	else
		text_add_code(&b, handle_words(d, p->letter, p->n));
	return deed_keep(d, &b);
}

static const char *cause_words(struct deed *d, const char *cause)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_words(&b, text_upto(d, cause, CAUSE_POINTS), &d->rows->names);
	return deed_keep(d, &b);
}

/* The title has the words: they are bold where they stand. */
static const char *name_found(struct deed *d, const struct find *f, const struct head *h)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	buf_addf(&b, "%s ", priority_emoji(h->priority));
	text_add_bold(&b, arena_printf(d->arena, "[%s]", h->id));
	buf_addc(&b, ' ');
	if (h->title)
		find_show(&b, f, h->title, TITLE_MAX, &d->rows->names);
	else
		buf_adds(&b, view_text(NULL));
	return deed_keep(d, &b);
}

/* "DONE · 2026-11-23 · #inc-2026-001-…" */
static const char *found_where(struct deed *d, const struct head *h)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	buf_addf(&b, "%s · %s", status_name(h->status), date_words(d, h->declared_at));
	if (h->channel) {
		buf_adds(&b, " · ");
		text_add_channel(&b, h->channel, h->channel_name);
	}
	return deed_keep(d, &b);
}

/* The best that doesn't stand above already; NULL. */
static const struct passage *found_passage(const struct found *one)
{
	for (size_t i = 0; i < one->look.count; i++) {
		const struct passage *p = &one->p[one->look.best[i]];

		if (p->letter != HANDLE_TITLE && (p->letter != 'C' || !one->cause))
			return p;
	}
	return NULL;
}

static void found_say(struct deed *d, const struct find *f, const struct found *one)
{
	const struct passage *p = found_passage(one);

	answer_more(d, "\n%s", name_found(d, f, &one->head));
	answer_more(d, "%s", found_where(d, &one->head));
	if (one->cause)
		answer_more(d, "Root cause: %s", cause_words(d, one->cause));
	if (p)
		answer_more(d, "%s", passage_words(d, f, p));
}

static void state_say(struct deed *d, const struct find_state *s)
{
	if (s->done < s->all)
		answer_more(
			d,
			"The archive is still being indexed (%d %% done); older incidents may be "
			"missing.",
			(int)(s->done * 100 / s->all));
}

static const char *asked_words(struct deed *d)
{
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	text_words(&b, text_upto(d, d->line.text, 80), &d->rows->names);
	return deed_keep(d, &b);
}

static int nothing_found(struct deed *d, const struct find *f, const struct archive_page *p)
{
	answer(d, VERDICT_READ, "Nothing found for: %s", asked_words(d));
	if (f->service || f->by || f->since || f->statuses || f->priorities || f->origins)
		answer_more(d, "Leave out the filters to search everywhere.");
	state_say(d, &p->state);
	return 0;
}

int decide_search(struct deed *d)
{
	const struct find_wanted seen = deed_wanted(d);
	struct archive_page page;
	struct find f;
	int rc;

	find_read(&f, d->line.text, d->in->now_ms, d->arena);
	rc = by_find(d, &f);
	if (rc <= 0)
		return rc;
	rc = archive_search(d->rows, &f, &seen, d->arena, &page);
	if (rc < 0)
		return rc;
	if (!page.count)
		return nothing_found(d, &f, &page);
	answer(d, VERDICT_READ, page.page > 1 ? "Results for %s, page %d:" : "Results for %s:",
	       as_code(d, asked_words(d)), (int)page.page);
	for (size_t i = 0; i < page.count; i++)
		found_say(d, &f, &page.found[i]);
	if (page.more)
		answer_button(d, "Show more",
			      arena_printf(d->arena, "search %s",
					   find_page_line(d->arena, d->line.text, page.page + 1)));
	state_say(d, &page.state);
	return 0;
}

/* ---- similar ---- */

static const char *shared_words(struct deed *d, const struct likeness *l)
{
	const char *s = "";

	for (size_t i = 0; i < l->count && i < SHARED_SAID; i++)
		s = arena_printf(d->arena, "%s%s%s", s, *s ? ", " : "", l->shared[i]);
	return s;
}

static const char *fix_words(struct deed *d, const struct relative *r)
{
	struct durations times;
	const char *s = "";
	struct buf took;

	durations_of(&r->head, &times);
	if (r->fix)
		s = arena_printf(d->arena, "Fixed by: %s (%s)", cause_words(d, r->fix->text),
				 handle_words(d, r->fix->letter, r->fix->n));
	if (times.state[DURATION_RESOLVE] != DURATION_SET)
		return s;
	buf_init(&took, 64);
	civil_duration(&took, times.ms[DURATION_RESOLVE]);
	return arena_printf(d->arena, *s ? "%s · resolved after %s" : "%sResolved after %s", s,
			    deed_keep(d, &took));
}

static void relative_write(struct deed *d, struct buf *out, const struct relative *r)
{
	const char *fix = fix_words(d, r);

	buf_addf(out, "\n• %s · %s · in common: %s", bold_words(d, node_words(d, &r->head)),
		 date_words(d, r->head.declared_at), shared_words(d, &r->like));
	if (r->cause)
		buf_addf(out, "\n   Root cause: %s", cause_words(d, r->cause));
	if (*fix)
		buf_addf(out, "\n   %s", fix);
	if (r->n_open)
		buf_addf(out, "\n   %zu prevention item%s still open: %s", r->n_open,
			 r->n_open == 1 ? "" : "s",
			 r->open[0].text ? cause_words(d, r->open[0].text) : "redacted");
}

static const char *relatives_words(struct deed *d, const struct relative *r, int n)
{
	struct buf out;

	buf_init(&out, BUF_ROOMY);
	for (int i = 0; i < n; i++)
		relative_write(d, &out, &r[i]);
	return deed_keep(d, &out);
}

int decide_similar(struct deed *d)
{
	const struct find_wanted seen = deed_wanted(d);
	struct relative r[RELATIVES];
	struct find_state state;
	struct passage *p;
	int n = node_find(d), rc;

	if (n <= 0)
		return n;
	n = d->rows->passages(d->rows, d->node.id, PASSAGES_TELLING, d->arena, &p);
	if (n < 0)
		return n;
	n = archive_similar(d->rows, p, (size_t)n, 0, d->node.id, &seen, d->arena, r);
	if (n < 0)
		return n;
	rc = d->rows->find_state(d->rows, &state);
	if (rc < 0)
		return rc;
	answer(d, VERDICT_READ, n ? "Similar to %s:%s" : "No earlier incident is similar to %s.%s",
	       node_words(d, &d->node), relatives_words(d, r, n));
	for (int i = 0; i < n; i++)
		answer_button(d, arena_printf(d->arena, "Show %s", r[i].head.id),
			      arena_printf(d->arena, "show %s", r[i].head.id));
	state_say(d, &state);
	return 0;
}

/* ---- said by itself ---- */

static void passage_of(struct passage *p, char letter, const char *text)
{
	*p = (struct passage){ .letter = letter, .n = 1, .text = text, .marker = MARKER_NONE };
}

/* d->node isn't written yet when it is born. */
static int passages_born(struct deed *d, struct passage **p)
{
	size_t n = 0;

	*p = arena_alloc(d->arena, 2 * sizeof(**p));
	passage_of(&(*p)[n++], HANDLE_TITLE, d->node.title);
	if (d->line.more)
		passage_of(&(*p)[n++], 'S', d->line.more);
	return (int)n;
}

static int relatives_find(struct deed *d, const struct passage *p, int n, int old,
			  struct relative *r)
{
	const struct find_wanted all = { .node = seen_by_all };

	return archive_similar(d->rows, p, (size_t)n, (size_t)old, d->node.id, &all, d->arena, r);
}

static void relatives_say(struct deed *d, const char *heading, const struct relative *r, int n)
{
	say(d, SAY_SIMILAR)->text =
		arena_printf(d->arena, "%s%s", heading, relatives_words(d, r, n));
}

static int similar_say_again(struct deed *d, enum section s, const char *text)
{
	struct relative r[RELATIVES];
	struct passage *p, *with;
	int old = d->rows->passages(d->rows, d->node.id, PASSAGES_TELLING, d->arena, &p), n;

	if (old < 0)
		return old;
	with = arena_alloc(d->arena, ((size_t)old + 1) * sizeof(*with));
	if (old)
		memcpy(with, p, (size_t)old * sizeof(*with));
	passage_of(&with[old], section_letter(s), text);
	n = relatives_find(d, with, old + 1, old, r);
	if (n > 0 && !r[0].before)
		relatives_say(d,
			      s == SECTION_CAUSE ? "Similar earlier incidents, by root cause:"
						 : "Similar earlier incidents, by summary:",
			      r, n);
	return n < 0 ? n : 0;
}

/* Nothing was found, but not all could be looked at. */
static int similar_say_later(struct deed *d)
{
	struct find_state state;
	struct buf out;
	int rc = d->rows->find_state(d->rows, &state);

	if (rc < 0 || state.done >= state.all)
		return rc < 0 ? rc : 0;
	buf_init(&out, BUF_ROOMY);
	buf_addf(
		&out,
		"Earlier incidents are still being indexed (%d %% done). To see similar ones later: ",
		(int)(state.done * 100 / state.all));
	text_add_command(&out, "similar");
	say(d, SAY_SIMILAR)->text = deed_keep(d, &out);
	return 0;
}

int similar_say(struct deed *d, enum section s, const char *text)
{
	struct relative r[RELATIVES];
	struct passage *p;
	int n;

	if (text)
		return (s == SECTION_SUMMARY || s == SECTION_CAUSE) && d->node.n_para[s] == 1
			       ? similar_say_again(d, s, text)
			       : 0;
	n = passages_born(d, &p);
	n = relatives_find(d, p, n, 0, r);
	if (n > 0)
		relatives_say(d, "Similar earlier incidents:", r, n);
	return n < 0 ? n : n ? 0 : similar_say_later(d);
}
