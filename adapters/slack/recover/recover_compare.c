/*
 * A page against the store: what differs becomes the job that an event would have made. All of it may be said
 * twice (a page that is read again): the core orders by the page's time, and what is so already changes nothing.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/slack/format/message.h"

#include <string.h>

/* ---- what has to be known first ---- */

static void compare_go_on(void *go)
{
	struct recover *c = go;

	if (c->state != RECOVER_ASKING)
		return;
	recover_move(c, RECOVER_COMPARING);
	loop_timer_set(c->timer, 0);
}

/* A page's other marks of that person needn't ask again. */
static void person_asked(struct recover_page *p, const char *person)
{
	for (size_t i = p->at; i < p->n; i++)
		for (size_t j = 0; j < p->seen[i].n_marks; j++)
			if (!strcmp(p->seen[i].marks[j].person, person))
				p->seen[i].marks[j].asked = true;
}

/* False: it is being asked who that is. */
static bool person_known(struct recover *c, struct reaction *m, bool ranked)
{
	if (m->asked || ranked || !c->s.know)
		return true;
	person_asked(c->page, m->person);
	recover_move(c, RECOVER_ASKING);
	c->s.know(m->person, compare_go_on, c, c->s.arg);
	return c->state == RECOVER_COMPARING;
}

/* False: it is being asked what the channel is called, or whether it is private. */
static bool channel_known(struct recover *c)
{
	struct walk *w = c->walk;

	if (!c->s.settings->n_alerts)
		return true;
	if (!w->named && c->s.call_by_name) {
		w->named = true;
		recover_move(c, RECOVER_ASKING);
		c->s.call_by_name(w->channel, compare_go_on, c, c->s.arg);
		if (c->state != RECOVER_COMPARING)
			return false;
	}
	if (!w->asked_open && c->s.know_openness) {
		w->asked_open = true;
		recover_move(c, RECOVER_ASKING);
		c->s.know_openness(w->channel, compare_go_on, c, c->s.arg);
		if (c->state != RECOVER_COMPARING)
			return false;
	}
	if (w->asked_open && w->openness == OPENNESS_UNTOLD)
		w->openness = c->s.openness(w->channel, c->s.arg);
	return true;
}

/* False: the names of its files are being asked for. Those that are remembered count. */
static bool files_known(struct recover *c, struct seen *s, const struct known *k)
{
	size_t i;

	if (s->named || !c->s.file_names)
		return true;
	s->named = true;
	for (i = 0; i < s->m.n_files && i < k->m.n_files && k->remembered; i++)
		if (!s->m.files[i].name && k->m.files[i].name)
			said_file_keep(&k->m.files[i], &c->page->arena, &s->m.files[i]);
	recover_move(c, RECOVER_ASKING);
	c->s.file_names(&s->m, &c->page->arena, compare_go_on, c, c->s.arg);
	return c->state == RECOVER_COMPARING;
}

/* ---- words ---- */

static int64_t edit_known(const struct known *k)
{
	int64_t last = k->remembered ? ts_us(k->m.edited) : 0;

	for (int i = 0; i < k->n && !k->remembered; i++)
		if (ts_us(k->held[i].c.edited) > last)
			last = ts_us(k->held[i].c.edited);
	return last;
}

static bool is_tagged(const struct seen *s)
{
	const char *rest;

	return s->m.text && tag_read(s->m.text, &rest) >= 0;
}

/* A tag's times are its author's. False: it is being asked who that is. */
static bool author_known(struct recover *c, struct seen *s, const struct known *k)
{
	if (s->author_asked || k->n || s->m.bot || !s->m.author || !is_tagged(s) || !c->s.know)
		return true;
	s->author_asked = true;
	recover_move(c, RECOVER_ASKING);
	c->s.know(s->m.author, compare_go_on, c, c->s.arg);
	return c->state == RECOVER_COMPARING;
}

/* An app changes what it said without an edit that Slack would note (FIRING, RESOLVED): as of this page. */
static bool is_rewritten(const struct seen *s, const struct known *k)
{
	return s->m.bot && k->remembered && k->m.text && *k->m.text &&
	       strcmp(s->m.text, k->m.text) && ts_us(s->m.edited) <= edit_known(k);
}

/* Was there a Node whose message it could have been when it was said? */
static bool had_a_node(const struct walk *w, const struct seen *s, const struct known *k)
{
	return s->us >= w->since || k->then || moments_has(&w->announced, ts_us(s->m.thread));
}

/* In a back-fill. What a rule for alerts could make an incident of has been nobody's: it isn't said again. */
static bool was_tagged_before(const struct recover *c, const struct seen *s)
{
	return is_tagged(s) && !(s->m.bot && c->s.settings->n_alerts);
}

static void compare_words(struct recover *c, struct seen *s, const struct known *k)
{
	const struct walk *w = c->walk;
	bool unheard = s->us > w->news && !k->remembered;

	if (is_rewritten(s, k))
		s->m.edited = c->page->stamp;
	if (w->backfill) {
		if (!k->n && was_tagged_before(c, s))
			say_message(c, s);
		else if (!k->remembered)
			say_remember(c, s);
	} else if (!k->n && had_a_node(w, s, k) && (unheard || is_tagged(s))) {
		say_message(c, s); /* a tag may have come with an edit */
	} else if (ts_us(s->m.edited) > edit_known(k)) {
		if (k->n)
			say_edited(c, s);
		else if (k->remembered)
			say_remember(c, s);
	}
}

/* Said to the bot, and not heard as far as can be seen here: whether it was, its key in the inbox says. */
static bool was_missed(const struct walk *w, const struct seen *s, const struct known *k)
{
	for (int i = 0; i < k->n; i++)
		if (k->held[i].c.kind == CAPTURE_SAID)
			return false;
	return s->mention && s->us > w->news && !w->backfill;
}

/* ---- marks ---- */

const struct source *compare_source(const struct held *held, enum capture_via by,
				    const char *person)
{
	for (int i = 0; i < held->n; i++)
		if (held->h[i].via == by &&
		    (by == CAPTURED_BY_PIN ||
		     (held->h[i].person && !strcmp(held->h[i].person, person))))
			return &held->h[i];
	return NULL;
}

/* Is it known that this source is there, or something newer? What `withdraw` has beaten stays so while Slack has it. */
static bool mark_is_held(const struct known *k, const struct reaction *m,
			 const struct recover_page *p)
{
	for (int i = 0; i < k->n; i++) {
		const struct source *h =
			k->held[i].c.kind == m->kind
				? compare_source(&k->held[i], say_via(p), m->person)
				: NULL;

		if (h && (h->on || h->beaten || ts_us(h->stamp) >= p->stamp_us))
			return true;
	}
	return false;
}

/* ✅ is an answer to an item; on any other message it means nothing, and there are many. */
static bool means_nothing(const struct seen *s, const struct known *k, const struct reaction *m)
{
	return m->kind == CAPTURE_CHECK && !k->n && !s->next && !is_tagged(s);
}

/* False: not all of them yet. */
static bool marks_on(struct recover *c, struct seen *s, const struct known *k)
{
	for (; s->next < s->n_marks; s->next++) {
		struct reaction *m = &s->marks[s->next];

		if (mark_is_held(k, m, c->page) || means_nothing(s, k, m) ||
		    (before_stood(c->walk, s, m) && !had_a_node(c->walk, s, k)))
			continue;
		if (c->jobs >= JOBS_MOST || !person_known(c, m, k->ranked[s->next]))
			return false;
		say_mark(c, s, m->kind, m->person, true);
	}
	return true;
}

static bool has_reaction(const struct seen *s, enum capture_kind kind, const char *person)
{
	for (size_t i = 0; i < s->n_marks; i++)
		if (s->marks[i].kind == kind && !strcmp(s->marks[i].person, person))
			return true;
	return false;
}

bool compare_is_over(const struct recover *c, const struct source *h, enum capture_via by)
{
	int64_t us = ts_us(h->stamp);

	return h->via == by && (h->on || h->beaten) && us < c->page->stamp_us &&
	       (by == CAPTURED_BY_PIN || us > c->emoji_since);
}

static void marks_off(struct recover *c, struct seen *s, const struct known *k)
{
	for (int i = 0; i < k->n; i++) {
		const struct held *held = &k->held[i];

		for (int j = 0; j < held->n; j++) {
			const struct source *h = &held->h[j];

			if (h->person && compare_is_over(c, h, CAPTURED_BY_EMOJI) &&
			    !has_reaction(s, held->c.kind, h->person))
				say_mark(c, s, held->c.kind, h->person, false);
		}
	}
}

/* The message is there, so its pin was taken off; unless it was pinned again since. */
static void pin_off(struct recover *c, struct seen *s, const struct known *k)
{
	struct walk *w = c->walk;

	if (!moments_has(&w->unpinned, s->us))
		return;
	moments_drop(&w->unpinned, s->us);
	for (int i = 0; i < k->n && !k->deleted && !s->gone; i++) {
		const struct source *h = compare_source(&k->held[i], CAPTURED_BY_PIN, NULL);

		if (h && (h->on || h->beaten) && ts_us(h->stamp) < w->unpinned_us)
			say_unpinned(c, &s->m, h->person);
	}
}

static bool compare_marks(struct recover *c, struct seen *s, const struct known *k)
{
	if (!marks_on(c, s, k))
		return false;
	if (c->page->kind == PAGE_PINS)
		return true;
	if (!s->partial)
		marks_off(c, s, k);
	else if (c->page->kind != PAGE_ONE)
		moments_add(&c->walk->asks, s->us);
	return true;
}

/* ---- a message that is there ---- */

/* False: not done with it yet. */
static bool compare_seen(struct recover *c, struct seen *s, const struct known *k)
{
	moments_drop(&c->walk->doubts, s->us);
	if (s->own)
		return true;
	pin_off(c, s, k);
	if (page_is_before(c, s)) {
		if (c->page->kind != PAGE_PINS)
			before_note(c->walk, s);
		return true;
	}
	if (k->deleted)
		return true;
	if (s->gone) {
		if (k->remembered || k->n)
			say_deleted(c, k->remembered ? &k->m : &s->m);
		return true;
	}
	if (!files_known(c, s, k) || !author_known(c, s, k))
		return false;
	if (!s->begun && c->page->kind != PAGE_PINS)
		compare_words(c, s, k);
	if (!s->begun && was_missed(c->walk, s, k))
		mention_keep(c, s);
	s->begun = true;
	return compare_marks(c, s, k);
}

/* ---- the page ---- */

static bool is_through(const struct recover_page *p)
{
	return p->at == p->n && p->absent == ABSENT_DONE;
}

/* One message, or a chunk of those that are missing. */
static void compare_next(struct recover *c)
{
	struct recover_page *p = c->page;
	const struct look *look = look_of(p);

	if (!look)
		look_start(c);
	else if (!look->n)
		missing_compare(c, look);
	else if (compare_seen(c, &p->seen[p->at], &look->known[p->at - look->from]))
		p->at++;
}

void page_compare(struct recover *c)
{
	while (c->state == RECOVER_COMPARING) {
		if (c->unsaved || c->jobs >= JOBS_MOST || is_through(c->page)) {
			recover_move(c, RECOVER_SAVING);
			page_saved(c);
		} else if (channel_known(c)) {
			compare_next(c);
		}
	}
}

void page_saved(struct recover *c)
{
	if (c->state != RECOVER_SAVING || c->jobs)
		return;
	if (c->unsaved) {
		c->unsaved = false;
		page_free(c);
		recover_rest(c, c->walk, 0);
	} else if (is_through(c->page)) {
		walk_page_over(c);
		recover_move(c, RECOVER_IDLE);
		recover_step(c);
	} else {
		recover_move(c, RECOVER_COMPARING);
		page_compare(c);
	}
}
