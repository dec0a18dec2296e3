/*
 * A page against the store: what differs becomes the job that an event would have made. All of it may be said
 * twice (a page that is read again): the core orders by the page's time, and what is so already changes nothing.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/message.h"

#include <stdlib.h>
#include <string.h>

#define JOBS_MOST 64 /* one transaction: live events wait no longer for it than for each other */
#define CAPTURES_MOST 16  /* of one message */
#define HOLDINGS_MOST 256 /* of one capture; those beyond are said again and change nothing */
#define CHUNK 32

/* ---- what the store knows of a message ---- */

struct held {
	struct capture c;
	struct source *h;
	int n;
};

struct known {
	struct message m; /* if remembered */
	bool remembered, deleted;
	struct held held[CAPTURES_MOST];
	int n;
};

static struct rows *rows_of(struct recover *c)
{
	return store_rows(c->s.store);
}

/* The store can't be read: the page is read again later. */
static bool fault(struct recover *c)
{
	log_warning("catch-up", "the store can't be read: %s", store_problem(c->s.store));
	c->unsaved = true;
	return false;
}

static bool held_sources(struct recover *c, struct held *held, struct arena *a)
{
	struct rows *rows = rows_of(c);
	struct source h[HOLDINGS_MOST];
	int n = rows->sources(rows, held->c.node, held->c.n, a, h, HOLDINGS_MOST);

	if (n < 0)
		return fault(c);
	held->h = arena_alloc(a, sizeof(*h) * (size_t)(n + 1));
	memcpy(held->h, h, sizeof(*h) * (size_t)n);
	held->n = n;
	return true;
}

static bool compare_look(struct recover *c, const char *ts, struct arena *a, struct known *k)
{
	struct rows *rows = rows_of(c);
	struct capture captures[CAPTURES_MOST];
	int rc = rows->message(rows, c->walk->channel, ts, a, &k->m);

	k->n = rows->captures(rows, c->walk->channel, ts, a, captures, CAPTURES_MOST);
	if (rc < 0 || k->n < 0)
		return fault(c);
	k->remembered = rc > 0;
	k->deleted = k->remembered && k->m.deleted;
	for (int i = 0; i < k->n; i++) {
		k->held[i].c = captures[i];
		k->deleted = k->deleted || captures[i].deleted;
		if (!held_sources(c, &k->held[i], a))
			return false;
	}
	return true;
}

/* ---- jobs ---- */

struct finding { /* in the job's arena */
	struct recover *c;
	unsigned *counted,
		bit; /* what was found counts once, whoever points at it; counted NULL: each time */
};

static void job_over(struct recover *c, const struct job *job)
{
	c->jobs--;
	if (job->rc < 0 && !store_for_good(job->rc))
		c->unsaved = true;
	else if (job->rc < 0)
		log_error("catch-up", "something missed could not be saved: %s",
			  store_problem(c->s.store));
}

static void kept(struct job *job, void *arg)
{
	struct recover *c = arg;

	job_over(c, job);
	job_free(job);
	page_compare(c);
}

/* A further person on the same capture is no further finding. */
static bool changed_something(const struct outcome *out)
{
	for (const struct change *change = out->changes; change; change = change->next)
		for (size_t i = 0; i < change->count; i++)
			if (change->effects[i].table != TABLE_SOURCE)
				return true;
	return false;
}

static void compare_found(struct job *job, void *arg)
{
	const struct finding *f = arg;
	struct recover *c = f->c;

	job_over(c, job);
	if (job->rc == 0 && !job->duplicate && job->outcome.verdict == VERDICT_DONE &&
	    changed_something(&job->outcome) && !(f->counted && (*f->counted & f->bit))) {
		if (f->counted)
			*f->counted |= f->bit;
		recover_count(c, &job->outcome);
	}
	job_free(job);
	page_compare(c);
}

static void compare_submit(struct recover *c, struct job *job)
{
	c->jobs++;
	c->s.submit(job, c->s.arg);
}

static void compare_remember(struct recover *c, const struct message *m)
{
	struct job *job = job_new(JOB_MESSAGE);

	message_keep(m, &job->arena, &job->message);
	job->done = kept;
	job->arg = c;
	compare_submit(c, job);
}

static void remember_once(struct recover *c, struct seen *s)
{
	if (!s->kept)
		compare_remember(c, &s->m);
	s->kept = true;
}

/* What rules for alerts may name it by; NULL: not known. */
static const char *channel_name(struct recover *c, struct arena *a)
{
	struct names *names = &rows_of(c)->names;
	const char *channel = c->walk->channel;

	return arena_strdup(a, names->name(names, TEXT_CHANNEL, channel, strlen(channel)));
}

/* A deed about a message as of this page; what is particular to its kind is the caller's to fill in. */
static struct job *deed_about(struct recover *c, enum intent_kind kind, enum via source,
			      const struct message *m)
{
	struct job *job = job_new(JOB_DEED);
	struct arena *a = &job->arena;
	struct finding *f = arena_alloc(a, sizeof(*f));

	f->c = c;
	message_keep(m, a, &job->message);
	job->intent = (struct intent){
		.kind = kind,
		.via = source,
		.place = arena_strdup(a, c->place),
		.who = job->message.author ? job->message.author : REF_BOT,
		.channel = job->message.channel,
		.channel_name = channel_name(c, a),
		.channel_private = c->walk->openness == OPENNESS_PRIVATE,
		.channel_unsure = c->walk->asked_open && c->walk->openness == OPENNESS_UNTOLD,
		.ts = job->message.ts,
		.permalink = job->message.permalink,
		.now_ms = ts_ms(m->ts),
		.received_ms = c->s.clock->now_ms(c->s.clock),
		.message = &job->message,
		.event_ts = arena_strdup(a, c->page->stamp),
	};
	job->done = compare_found;
	job->arg = f;
	return job;
}

/* However much of it is said about this message, it counts once. */
static struct job *counted_once(struct job *job, struct seen *s, unsigned bit)
{
	struct finding *f = job->arg;

	f->counted = &s->counted;
	f->bit = 1u << bit;
	return job;
}

/* ---- words ---- */

static void compare_meet(struct recover *c, struct seen *s)
{
	if (c->s.meet && !s->met)
		c->s.meet(&s->m, c->s.arg);
	s->met = true;
}

static void compare_say_message(struct recover *c, struct seen *s)
{
	enum via source = s->m.bot ? VIA_ALERT : VIA_TAG;

	compare_meet(c, s);
	remember_once(c, s);
	compare_submit(
		c, counted_once(deed_about(c, INTENT_MESSAGE, source, &s->m), s, CAPTURE_KINDS));
}

static void say_edited(struct recover *c, struct seen *s)
{
	compare_meet(c, s);
	remember_once(c, s);
	compare_submit(
		c, counted_once(deed_about(c, INTENT_EDITED, VIA_BOT, &s->m), s, CAPTURE_KINDS));
}

/* What it said goes to the core once more, in case that was never known; it isn't remembered. */
static void say_deleted(struct recover *c, const struct message *m)
{
	struct message gone = *m, forget = { .channel = m->channel,
					     .ts = m->ts,
					     .thread_ts = m->thread_ts,
					     .author = m->author,
					     .deleted = true };

	gone.deleted = true;
	compare_remember(c, &forget);
	compare_submit(c, deed_about(c, INTENT_DELETED, VIA_BOT, &gone));
}

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

/* An app changes what it said without an edit that Slack would note (FIRING, RESOLVED): as of this page. */
static bool compare_is_rewritten(const struct seen *s, const struct known *k)
{
	return s->m.bot && k->remembered && k->m.text && *k->m.text &&
	       strcmp(s->m.text, k->m.text) && ts_us(s->m.edited) <= edit_known(k);
}

static void compare_words(struct recover *c, struct seen *s, const struct known *k)
{
	const struct walk *w = c->walk;
	bool unheard = s->us > w->news && !k->remembered;

	if (compare_is_rewritten(s, k))
		s->m.edited = c->page->stamp;
	if (w->backfill) {
		if (!k->remembered)
			remember_once(c, s);
	} else if (!k->n && s->us >= w->since && (unheard || is_tagged(s))) {
		compare_say_message(c, s); /* a tag may have come with an edit */
	} else if (ts_us(s->m.edited) > edit_known(k)) {
		if (k->n)
			say_edited(c, s);
		else if (k->remembered)
			remember_once(c, s);
	}
}

/* ---- marks ---- */

static void print_before(struct buf *b, const struct seen *s, const struct reaction *m,
			 const char *person)
{
	buf_addf(b, " %s/%d/%s ", s->m.ts, (int)m->kind, person);
}

void before_note(struct walk *w, const struct seen *s)
{
	for (size_t i = 0; i < s->n_marks; i++)
		print_before(&w->before, s, &s->marks[i], s->partial ? "*" : s->marks[i].person);
}

static bool stood_before(const struct walk *w, const struct seen *s, const struct reaction *m)
{
	struct buf one;
	bool found = false;

	if (s->us >= w->edge || !w->before.len)
		return false;
	buf_init(&one, BUF_ROOMY);
	print_before(&one, s, m, m->person);
	found = strstr(w->before.s, one.s);
	buf_reset(&one);
	print_before(&one, s, m, "*");
	found = found || strstr(w->before.s, one.s);
	buf_release(&one);
	return found;
}

static enum capture_via compare_source_of(const struct recover_page *p)
{
	return p->kind == PAGE_PINS ? CAPTURED_BY_PIN : CAPTURED_BY_EMOJI;
}

/* A message has one PIN, whoever it was. */
static const struct source *held_source(const struct held *held, enum capture_via by,
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
static bool compare_is_held(const struct known *k, const struct reaction *m,
			    const struct recover_page *p)
{
	for (int i = 0; i < k->n; i++) {
		const struct source *h =
			k->held[i].c.kind == m->kind
				? held_source(&k->held[i], compare_source_of(p), m->person)
				: NULL;

		if (h && (h->on || h->beaten || ts_us(h->event_ts) >= p->stamp_us))
			return true;
	}
	return false;
}

/* ✅ is an answer to an item; on any other message it means nothing, and there are many. */
static bool means_nothing(const struct seen *s, const struct known *k, const struct reaction *m)
{
	return m->kind == CAPTURE_CHECK && !k->n && !s->next && !is_tagged(s);
}

static void who_is_known(void *go)
{
	struct recover *c = go;

	c->knowing = false;
	page_compare(c);
}

/* False: it is being asked who that is. */
static bool person_known(struct recover *c, struct reaction *m, struct arena *a)
{
	struct rows *rows = rows_of(c);
	struct person p;

	if (m->asked || !c->s.know)
		return true;
	if (rows->person(rows, m->person, a, &p) > 0 && p.rank != RANK_UNKNOWN)
		return true;
	m->asked = true;
	c->knowing = true;
	c->s.know(m->person, who_is_known, c, c->s.arg);
	return !c->knowing;
}

/* False: it is being asked what the channel is called, or whether it is private. */
static bool channel_known(struct recover *c)
{
	struct walk *w = c->walk;

	if (!c->s.settings->n_alerts)
		return true;
	if (!w->named && c->s.call_by_name) {
		w->named = c->knowing = true;
		c->s.call_by_name(w->channel, who_is_known, c, c->s.arg);
		if (c->knowing)
			return false;
	}
	if (!w->asked_open && c->s.know_openness) {
		w->asked_open = c->knowing = true;
		c->s.know_openness(w->channel, who_is_known, c, c->s.arg);
		if (c->knowing)
			return false;
	}
	if (w->asked_open && w->openness == OPENNESS_UNTOLD)
		w->openness = c->s.openness(w->channel, c->s.arg);
	return true;
}

static struct job *compare_mark_of(struct recover *c, const struct message *m,
				   enum capture_kind kind, enum capture_via by, const char *person,
				   bool on)
{
	enum via source = by == CAPTURED_BY_PIN ? VIA_PIN : VIA_EMOJI;
	struct job *job = deed_about(c, INTENT_REACTED, source, m);

	job->intent.who = person ? arena_strdup(&job->arena, person) : REF_BOT;
	job->intent.capture = kind;
	job->intent.by = by;
	job->intent.on = on;
	job->intent.now_ms = c->page->stamp_us / US;
	return job;
}

static void say_mark(struct recover *c, struct seen *s, enum capture_kind kind, const char *person,
		     bool on)
{
	compare_submit(c, counted_once(compare_mark_of(c, &s->m, kind, compare_source_of(c->page),
						       person, on),
				       s, kind));
}

/* False: not all of them yet. */
static bool marks_on(struct recover *c, struct seen *s, const struct known *k, struct arena *a)
{
	for (; s->next < s->n_marks; s->next++) {
		struct reaction *m = &s->marks[s->next];

		if (compare_is_held(k, m, c->page) || means_nothing(s, k, m) ||
		    stood_before(c->walk, s, m))
			continue;
		if (c->jobs >= JOBS_MOST || !person_known(c, m, a))
			return false;
		compare_meet(c, s);
		remember_once(c, s); /* so that its text need not be asked for */
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

/* What was there and is shown no more. Marks made when the kind had another emoji can't be seen now. */
static bool is_over(const struct recover *c, const struct source *h, enum capture_via by)
{
	int64_t us = ts_us(h->event_ts);

	return h->via == by && (h->on || h->beaten) && us < c->page->stamp_us &&
	       (by == CAPTURED_BY_PIN || us > c->emoji_since);
}

static void marks_off(struct recover *c, struct seen *s, const struct known *k)
{
	for (int i = 0; i < k->n; i++) {
		const struct held *held = &k->held[i];

		for (int j = 0; j < held->n; j++) {
			const struct source *h = &held->h[j];

			if (h->person && is_over(c, h, CAPTURED_BY_EMOJI) &&
			    !has_reaction(s, held->c.kind, h->person))
				say_mark(c, s, held->c.kind, h->person, false);
		}
	}
}

/* ---- a message that is there ---- */

static bool compare_marks(struct recover *c, struct seen *s, const struct known *k, struct arena *a)
{
	if (!marks_on(c, s, k, a))
		return false;
	if (c->page->kind == PAGE_PINS)
		return true;
	if (!s->partial)
		marks_off(c, s, k);
	else if (c->page->kind != PAGE_ONE)
		moments_add(&c->walk->asks, s->us);
	return true;
}

/* False: the names of its files are being asked for. Those that are remembered count. */
static bool compare_files_named(struct recover *c, struct seen *s, const struct known *k)
{
	size_t i;

	if (s->named || !c->s.file_names)
		return true;
	s->named = true;
	for (i = 0; i < s->m.n_files && i < k->m.n_files && k->remembered; i++)
		if (!s->m.files[i].name && k->m.files[i].name)
			said_file_keep(&k->m.files[i], &c->page->arena, &s->m.files[i]);
	c->knowing = true;
	c->s.file_names(&s->m, &c->page->arena, who_is_known, c, c->s.arg);
	return !c->knowing;
}

/* False: not done with it yet. */
static bool compare_seen(struct recover *c, struct seen *s, struct arena *a)
{
	struct known k = { .remembered = false };

	moments_drop(&c->walk->doubts, s->us);
	if (s->own)
		return true;
	if (c->walk->backfill && s->us < c->walk->edge) {
		if (c->page->kind != PAGE_PINS)
			before_note(c->walk, s);
		return true;
	}
	if (!compare_look(c, s->m.ts, a, &k) || k.deleted)
		return true;
	if (s->gone) {
		if (k.remembered || k.n)
			say_deleted(c, k.remembered ? &k.m : &s->m);
		return true;
	}
	if (!compare_files_named(c, s, &k))
		return false;
	if (!s->begun && c->page->kind != PAGE_PINS)
		compare_words(c, s, &k);
	s->begun = true;
	return compare_marks(c, s, &k, a);
}

/* ---- a message that is not there ---- */

static bool in_page(const struct recover_page *p, const char *ts)
{
	int64_t us = ts_us(ts);

	for (size_t i = 0; i < p->n; i++)
		if (p->seen[i].us == us)
			return true;
	return false;
}

/* History shows what begins threads, a thread its replies. */
static bool belongs(const struct recover *c, const struct message *m)
{
	if (c->page->kind == PAGE_THREAD)
		return ts_us(m->thread_ts) == c->walk->thread;
	return !m->thread_ts;
}

/* Goes on behind the last row; false: there was none. (Captures of one message come together, so that a chunk may
 * be a little short of CHUNK.) */
static bool chunk_over(struct recover_page *p, int n, const char *last)
{
	if (n > 0)
		p->absent_at = ts_us(last);
	return n > 0;
}

static bool absent_remembered(struct recover *c, const char *from, const char *to, struct arena *a)
{
	struct message m[CHUNK];
	int n = store_remembered(c->s.store, c->walk->channel, from, to, a, m, CHUNK);

	if (n < 0)
		return fault(c);
	for (int i = 0; i < n; i++)
		if (!m[i].deleted && belongs(c, &m[i]) && !in_page(c->page, m[i].ts))
			say_deleted(c, &m[i]);
	return chunk_over(c->page, n, n ? m[n - 1].ts : NULL);
}

static void pin_gone(struct recover *c, const struct capture *capture, struct arena *a)
{
	struct message m = { .channel = c->walk->channel, .ts = capture->ts };
	struct held held = { .c = *capture };
	const struct source *h;

	if (capture->kind != CAPTURE_TIMELINE || !held_sources(c, &held, a))
		return;
	h = held_source(&held, CAPTURED_BY_PIN, NULL);
	if (h && is_over(c, h, CAPTURED_BY_PIN))
		compare_submit(c, compare_mark_of(c, &m, CAPTURE_TIMELINE, CAPTURED_BY_PIN,
						  h->person, false));
}

/* Nobody remembers whether it was said in a thread: it may still turn up there. */
static void message_gone(struct recover *c, const struct capture *capture, struct arena *a)
{
	struct rows *rows = rows_of(c);
	struct message m;

	if (!c->walk->sweep || capture->deleted ||
	    rows->message(rows, c->walk->channel, capture->ts, a, &m) > 0)
		return;
	moments_add(&c->walk->doubts, ts_us(capture->ts));
}

static bool absent_captured(struct recover *c, const char *from, const char *to, struct arena *a)
{
	struct capture captures[CHUNK];
	int n;

	if (c->page->kind == PAGE_THREAD)
		return false;
	n = store_captured(c->s.store, c->walk->channel, from, to, a, captures, CHUNK);
	if (n < 0)
		return fault(c);
	for (int i = 0; i < n; i++) {
		if (in_page(c->page, captures[i].ts))
			continue;
		if (c->page->kind == PAGE_PINS)
			pin_gone(c, &captures[i], a);
		else
			message_gone(c, &captures[i], a);
	}
	return chunk_over(c->page, n, n ? captures[n - 1].ts : NULL);
}

static void compare_absent(struct recover *c, struct arena *a)
{
	struct recover_page *p = c->page;
	const char *from = ts_write(a, p->absent_at), *to = ts_write(a, p->high);

	if (p->low < p->high &&
	    (p->absent == 0 ? absent_remembered : absent_captured)(c, from, to, a))
		return;
	p->absent++;
	p->absent_at = p->low;
}

/* ---- the page ---- */

/* One message, or a chunk of those that are missing. False: there is nothing more, or it has to wait. */
static bool compare_next(struct recover *c)
{
	struct recover_page *p = c->page;
	struct arena a;
	bool more = true;

	if (c->knowing || c->jobs >= JOBS_MOST || !channel_known(c))
		return false;
	arena_init(&a);
	if (p->at < p->n) {
		if (compare_seen(c, &p->seen[p->at], &a))
			p->at++;
	} else if (p->absent < 2) {
		compare_absent(c, &a);
	} else {
		more = false;
	}
	arena_release(&a);
	return more;
}

void page_compare(struct recover *c)
{
	if (!c->page || c->comparing || c->stopped)
		return;
	c->comparing = true;
	while (compare_next(c))
		;
	c->comparing = false;
	if (c->knowing || c->jobs)
		return;
	if (c->unsaved) {
		c->unsaved = false;
		page_free(c);
		recover_rest(c, 0);
		return;
	}
	page_over(c);
	recover_step(c);
}
