/*
 * Gaps become readings, readings walks through channels; here it is decided whose turn it is, and what is told
 * when a reading has ended.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WATCHED_MOST 256
#define MARGIN_MS MS_MINUTE /* a connection may have been dead half a minute before that was seen */
#define BEFORE_MS (24 * MS_HOUR) /* of a Node --here: what led to it was said before */
#define MARKED_MS (7 * MS_DAY)	 /* … and what is marked during it may be so much older */
#define MARKS_MOST 262144	 /* bytes of a walk's `before` */
#define MARKS_META "marks_before:%s"
#define SWEEP_MS MS_HOUR
#define SWEPT_META "swept_at:%s"
#define READINGS_MOST 2 /* one whose news are read, and the sweep of the one before */
#define REST_MS 1000
#define REST_MOST_MS 60000
#define LOOK_MOST 8

static int64_t now_of(const struct recover *c)
{
	return c->s.clock->now_ms(c->s.clock);
}

/* ---- life ---- */

static void recover_timer_fired(void *arg)
{
	recover_step(arg);
}

static int64_t meta_number(struct recover *c, const char *name)
{
	const char *value;
	struct arena a;
	int64_t n = 0;

	arena_init(&a);
	if (store_meta(c->s.store, name, &a, &value) > 0)
		n = strtoll(value, NULL, 10);
	arena_release(&a);
	return n;
}

struct recover *recover_new(const struct recover_seams *seams)
{
	struct recover *c = alloc(sizeof(*c));

	c->s = *seams;
	TAILQ_INIT(&c->walks);
	c->timer = loop_timer_new(c->s.loop, recover_timer_fired, c);
	c->gap_from = meta_number(c, "unread_from");
	c->noted = c->gap_from > 0;
	return c;
}

static void reading_free(struct reading *r)
{
	free(r->nodes);
	free(r);
}

static void walk_free(struct recover *c, struct walk *w)
{
	TAILQ_REMOVE(&c->walks, w, link);
	if (--w->reading->walks == 0)
		reading_free(w->reading);
	buf_release(&w->before);
	moments_release(&w->asks);
	moments_release(&w->threads);
	moments_release(&w->quiet);
	moments_release(&w->doubts);
	free(w->channel);
	free(w->cursor);
	free(w);
}

void recover_free(struct recover *c)
{
	if (!c)
		return;
	page_free(c);
	while (!TAILQ_EMPTY(&c->walks))
		walk_free(c, TAILQ_FIRST(&c->walks));
	loop_timer_free(c->timer);
	free(c->owed);
	free(c->place);
	free(c->bot_user);
	free(c);
}

void recover_stop(struct recover *c)
{
	c->stopped = true;
}

bool recover_quiet(const struct recover *c)
{
	return !c->calling && !c->page && !c->jobs && !c->gap_from && TAILQ_EMPTY(&c->walks);
}

/* ---- what outlives the program ---- */

static void noted(struct job *job, void *arg)
{
	struct recover *c = arg;

	if (job->rc < 0)
		log_warning("catch-up", "how far it is can't be saved: %s",
			    store_problem(c->s.store));
	job_free(job);
}

static void recover_note(struct recover *c, const char *name, const char *value)
{
	struct job *job = job_new(JOB_META);

	job->name = arena_strdup(&job->arena, name);
	job->value = arena_strdup(&job->arena, value);
	job->done = noted;
	job->arg = c;
	c->s.submit(job, c->s.arg);
}

static void note_number(struct recover *c, const char *name, int64_t n)
{
	char value[24];

	snprintf(value, sizeof(value), "%" PRId64, n);
	recover_note(c, name, value);
}

/* A mark made with an emoji that means nothing now isn't shown as ours any more; that is no end of it. So it is kept
 * since when the emoji are what they are: "SINCE name name …". */
static void note_emoji(struct recover *c)
{
	const char *was = NULL, *names;
	struct buf now;
	struct arena a;

	arena_init(&a);
	buf_init(&now, 4096);
	for (int k = 0; k < CAPTURE_KINDS; k++)
		buf_addf(&now, " %s", c->s.settings->emoji[k] ? c->s.settings->emoji[k] : "-");
	store_meta(c->s.store, "emoji", &a, &was);
	names = was ? strchr(was, ' ') : NULL;
	if (names && !strcmp(names, now.s)) {
		c->emoji_since = strtoll(was, NULL, 10);
	} else {
		c->emoji_since = was ? now_of(c) * US : 0;
		recover_note(c, "emoji", arena_printf(&a, "%" PRId64 "%s", c->emoji_since, now.s));
	}
	buf_release(&now);
	arena_release(&a);
}

/* ---- gaps ---- */

void recover_gap(struct recover *c, int64_t from_ms, int64_t to_ms)
{
	if (from_ms <= 0 || to_ms < from_ms)
		return;
	if (!c->gap_from || from_ms < c->gap_from)
		c->gap_from = from_ms;
	if (to_ms > c->gap_to)
		c->gap_to = to_ms;
	if (!c->noted)
		note_number(c, "unread_from", c->gap_from);
	c->noted = true;
	loop_timer_set(c->timer, 0);
}

static struct reading *reading_new(int64_t from_ms, int64_t to_ms)
{
	struct reading *r = alloc(sizeof(*r));

	r->from_ms = from_ms;
	r->to_ms = to_ms;
	return r;
}

static struct tally *recover_tally_add(struct reading *r, const char *node, bool open)
{
	r->nodes = alloc_more(r->nodes, r->n + 1, sizeof(*r->nodes));
	r->nodes[r->n] = (struct tally){ .open = open };
	snprintf(r->nodes[r->n].node, NODE_ID_MAX, "%s", node);
	return &r->nodes[r->n++];
}

static struct tally *tally_of(struct reading *r, const char *node)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->nodes[i].node, node))
			return &r->nodes[i];
	return recover_tally_add(r, node, false);
}

static struct walk *walk_new(struct recover *c, struct reading *r, const char *channel)
{
	struct walk *w = alloc(sizeof(*w));

	w->reading = r;
	w->channel = alloc_strdup(channel);
	w->top = w->since = w->oldest = INT64_MAX;
	w->news = (r->from_ms - MARGIN_MS) * US;
	w->edge = INT64_MIN;
	buf_init(&w->before, MARKS_MOST);
	w->asks.most = w->threads.most = w->doubts.most = ASKS_MOST;
	w->quiet.most = QUIET_MOST;
	r->walks++;
	TAILQ_INSERT_TAIL(&c->walks, w, link);
	return w;
}

static struct walk *walk_of(struct recover *c, struct reading *r, const char *channel)
{
	struct walk *w;

	TAILQ_FOREACH(w, &c->walks, link)
	if (w->reading == r && !strcmp(w->channel, channel))
		return w;
	return walk_new(c, r, channel);
}

/* ---- whose turn it is to be swept ---- */

static void disown(struct recover *c, const char *node)
{
	for (size_t i = 0; i < c->n_owed; i++)
		if (!strcmp(c->owed[i].node, node)) {
			c->owed[i] = c->owed[--c->n_owed];
			return;
		}
}

/* As of the earliest gap that is owed. */
static void owe(struct recover *c, const char *node, int64_t news_ms, int64_t due_ms)
{
	struct owed *o = c->owed;

	for (; o < c->owed + c->n_owed; o++)
		if (!strcmp(o->node, node)) {
			o->due_ms = due_ms;
			return;
		}
	c->owed = alloc_more(c->owed, c->n_owed + 1, sizeof(*c->owed));
	o = &c->owed[c->n_owed++];
	*o = (struct owed){ .news_ms = news_ms, .due_ms = due_ms };
	snprintf(o->node, sizeof(o->node), "%.*s", NODE_ID_MAX - 1, node);
}

static bool being_swept(const struct recover *c, const char *node)
{
	const struct walk *w;

	TAILQ_FOREACH(w, &c->walks, link)
	for (size_t i = 0; i < w->reading->n; i++)
		if (w->reading->nodes[i].swept && !strcmp(w->reading->nodes[i].node, node))
			return true;
	return false;
}

/* When it may be swept again; a time that isn't past yet comes from a clock that was set back. */
static int64_t sweep_due_ms(struct recover *c, const char *node)
{
	int64_t now = now_of(c), swept;
	struct arena a;

	if (being_swept(c, node))
		return now + SWEEP_MS;
	arena_init(&a);
	swept = meta_number(c, arena_printf(&a, SWEPT_META, node));
	arena_release(&a);
	return swept > now ? now : swept + SWEEP_MS;
}

/* Is it swept with this reading, or is that owed? */
static bool turn_of(struct recover *c, struct reading *r, const char *node)
{
	int64_t due = sweep_due_ms(c, node);

	if (due > now_of(c)) {
		owe(c, node, r->from_ms, due);
		return false;
	}
	disown(c, node);
	return true;
}

/* 0: none is owed. */
static int64_t next_sweep_ms(const struct recover *c)
{
	int64_t next = 0;

	for (size_t i = 0; i < c->n_owed; i++)
		if (!next || c->owed[i].due_ms < next)
			next = c->owed[i].due_ms;
	return next;
}

static bool sweep_is_due(const struct recover *c)
{
	return c->n_owed && next_sweep_ms(c) <= now_of(c);
}

static int64_t back(int64_t us, int64_t ms)
{
	return us > ms * US ? us - ms * US : 0;
}

/* False: there was nobody to write down which marks are older than the Node. */
static bool read_before(struct recover *c, struct walk *w, const char *node)
{
	const char *value = NULL;
	struct arena a;
	bool known;

	arena_init(&a);
	known = store_meta(c->s.store, arena_printf(&a, MARKS_META, node), &a, &value) > 0;
	buf_reset(&w->before);
	buf_adds(&w->before, value);
	arena_release(&a);
	return known;
}

/* Several Nodes may have lived in the channel: it is read once, back to the oldest of them. */
static void watch_channel(struct recover *c, struct reading *r, const struct watched *watched,
			  bool sweep)
{
	struct walk *w = walk_of(c, r, watched->channel);
	int64_t since = watched->from_ms * US;

	w->sweep = w->sweep || sweep;
	if (w->history_read) /* so far only a thread of it was to be read */
		w->history_read = w->pins_read = false;
	if (since >= w->since)
		return;
	w->since = since;
	w->edge = back(since, BEFORE_MS);
	w->oldest = read_before(c, w, watched->node) ? back(since, MARKED_MS) : w->edge;
}

/* Replies under its message in the announcements belong to the Node. */
static void watch_announcement(struct recover *c, struct reading *r, const char *node,
			       struct arena *a)
{
	const char *channel;
	struct post p;
	struct walk *w;
	int64_t us;

	if (store_post(c->s.store, node, POST_SHORT, 0, a, &p) <= 0 || !p.channel || !ts_us(p.ts))
		return;
	channel = ref_make(a, c->place, ref_id(p.channel));
	if (!channel)
		return;
	us = ts_us(p.ts);
	w = walk_of(c, r, channel);
	if (w->oldest == INT64_MAX)
		w->history_read = w->pins_read = true;
	if (us < w->since)
		w->since = us;
	moments_add(&w->threads, us);
}

static void watch(struct recover *c, struct reading *r, const struct watched *watched,
		  struct arena *a)
{
	struct rows *rows = store_rows(c->s.store);
	bool open, swept = turn_of(c, r, watched->node);
	struct head h;

	open = rows->node_id(rows, watched->node, a, &h) > 0 && status_open(h.status);
	recover_tally_add(r, watched->node, open)->swept = swept;
	watch_channel(c, r, watched, swept);
	watch_announcement(c, r, watched->node, a);
}

/* Of a sweep alone only the Nodes that it is owed to are read. */
static bool is_read(const struct recover *c, const struct reading *r, const char *node)
{
	for (size_t i = 0; i < c->n_owed && !r->owed; i++)
		if (!strcmp(c->owed[i].node, node))
			return c->owed[i].due_ms <= now_of(c);
	return r->owed;
}

/* Nodes of which nothing is read any more. */
static void forget_owed(struct recover *c)
{
	size_t i = 0;

	while (i < c->n_owed)
		if (c->owed[i].due_ms <= now_of(c))
			c->owed[i] = c->owed[--c->n_owed];
		else
			i++;
}

static void reading_start(struct recover *c, struct reading *r)
{
	struct watched watched[WATCHED_MOST];
	struct arena a;
	int n;

	arena_init(&a);
	n = store_watched(c->s.store, now_of(c) - LIVES_ON_MS, &a, watched, WATCHED_MOST);
	if (n < 0)
		log_warning("catch-up", "the store can't be read: %s", store_problem(c->s.store));
	r->walks++; /* so that it lives until all its walks are there */
	for (int i = 0; i < n; i++)
		if (is_read(c, r, watched[i].node))
			watch(c, r, &watched[i], &a);
	if (n >= 0)
		forget_owed(c);
	if (--r->walks) {
		log_info("catch-up", "%s %d channels for what was missed",
			 r->owed ? "reading" : "sweeping", r->walks);
		c->readings++;
	} else {
		reading_free(r);
	}
	arena_release(&a);
}

/* What was missed is read at once; the sweep goes with it, or is owed. */
static void start_gap(struct recover *c)
{
	struct reading *r = reading_new(c->gap_from, c->gap_to);

	r->owed = true;
	c->gap_from = c->gap_to = 0;
	reading_start(c, r);
}

static void start_owed_sweep(struct recover *c)
{
	int64_t news = INT64_MAX;

	for (size_t i = 0; i < c->n_owed; i++)
		if (c->owed[i].due_ms <= now_of(c) && c->owed[i].news_ms < news)
			news = c->owed[i].news_ms;
	reading_start(c, reading_new(news, now_of(c)));
}

void recover_backfill(struct recover *c, const char *node, const char *channel, int64_t from_ms)
{
	struct reading *r = reading_new(from_ms, 0);
	struct walk *w = walk_new(c, r, channel);

	recover_tally_add(r, node, true);
	w->backfill = true;
	w->news = w->since = w->edge = from_ms * US;
	w->oldest = back(w->edge, MARKED_MS - BEFORE_MS);
	c->readings++;
	loop_timer_set(c->timer, 0);
}

/* ---- new Nodes in old channels ---- */

/* The newest Node stands first; those that are newer than the newest so far are looked at. */
static void look_at(struct recover *c, const struct watched *w, const struct head *newest)
{
	struct rows *rows = store_rows(c->s.store);
	struct arena a;
	struct head h;

	arena_init(&a);
	if (rows->node_id(rows, w->node, &a, &h) > 0 && !h.own_channel &&
	    (h.year > newest->year || (h.year == newest->year && h.number > newest->number)))
		recover_backfill(c, w->node, w->channel, h.declared_at - BEFORE_MS);
	arena_release(&a);
}

static void look_at_newer(struct recover *c, const struct watched *w, int n)
{
	struct rows *rows = store_rows(c->s.store);
	struct head newest = { .year = 0 };
	struct arena a;

	arena_init(&a);
	if (!*c->newest || rows->node_id(rows, c->newest, &a, &newest) >= 0)
		for (int i = 0; i < n && strcmp(w[i].node, c->newest); i++)
			look_at(c, &w[i], &newest);
	arena_release(&a);
}

static void look_for_new(struct recover *c)
{
	struct watched w[LOOK_MOST];
	struct arena a;
	int n;

	arena_init(&a);
	n = store_watched(c->s.store, now_of(c), &a, w, LOOK_MOST);
	if (n > 0 && strcmp(w[0].node, c->newest)) {
		if (c->looked)
			look_at_newer(c, w, n);
		snprintf(c->newest, sizeof(c->newest), "%s", w[0].node);
	}
	c->looked = true;
	arena_release(&a);
}

void recover_identity(struct recover *c, const char *place, const char *bot_user)
{
	free(c->place);
	free(c->bot_user);
	c->place = alloc_strdup(place);
	c->bot_user = alloc_strdup(bot_user);
	note_emoji(c);
	look_for_new(c); /* those that are there already are not new */
	loop_timer_set(c->timer, 0);
}

void recover_look(struct recover *c, bool nodes)
{
	if (c->stopped || !c->place)
		return;
	if (nodes)
		look_for_new(c);
	if (sweep_is_due(c))
		loop_timer_set(c->timer, 0);
}

/* ---- what is told ---- */

void recover_count(struct recover *c, const struct outcome *out)
{
	struct reading *r = c->walk->reading;

	r->found++;
	for (const struct change *change = out->changes; change; change = change->next)
		tally_of(r, change->node)->count++;
}

static void recover_tell(struct recover *c, const struct reading *r, const struct tally *t)
{
	struct job *job = job_new(JOB_DEED);

	job->intent = (struct intent){
		.kind = INTENT_RECOVERED,
		.via = VIA_BOT,
		.place = arena_strdup(&job->arena, c->place),
		.who = REF_BOT,
		.node = arena_strdup(&job->arena, t->node),
		.from_ms = r->from_ms,
		.now_ms = r->to_ms,
		.received_ms = now_of(c),
		.count = t->count,
	};
	job->done = noted;
	job->arg = c;
	c->s.submit(job, c->s.arg);
}

static void note_swept(struct recover *c, const struct reading *r)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < r->n; i++)
		if (r->nodes[i].swept)
			note_number(c, arena_printf(&a, SWEPT_META, r->nodes[i].node), now_of(c));
	arena_release(&a);
}

/* Nodes that are over hear only of what was found for them. */
static void reading_over(struct recover *c, const struct reading *r)
{
	for (size_t i = 0; i < r->n && r->to_ms; i++)
		if (r->nodes[i].count || (r->owed && r->nodes[i].open))
			recover_tell(c, r, &r->nodes[i]);
	log_info("catch-up", "read; %" PRId64 " things had been missed", r->found);
	c->readings--;
	note_swept(c, r);
}

/* From now on whoever marks an older message means this Node. What was cut off could be told from nothing. */
static void note_before(struct recover *c, const struct walk *w)
{
	struct arena a;

	if (!w->backfill || w->unreadable || w->before.full)
		return;
	arena_init(&a);
	recover_note(c, arena_printf(&a, MARKS_META, w->reading->nodes[0].node), w->before.s);
	arena_release(&a);
}

static void walk_over(struct recover *c, struct walk *w)
{
	note_before(c, w);
	if (w->reading->walks == 1)
		reading_over(c, w->reading);
	walk_free(c, w);
}

/* ---- whose turn it is ---- */

/* The walk with the most urgent work; those that are over leave. NULL: there is none. */
static struct walk *next_walk(struct recover *c)
{
	struct walk *w, *next, *first = NULL;

	for (w = TAILQ_FIRST(&c->walks); w; w = next) {
		next = TAILQ_NEXT(w, link);
		if (walk_level(w) == LEVEL_OVER)
			walk_over(c, w);
		else if (!first || walk_level(w) < walk_level(first))
			first = w;
	}
	return first;
}

static void start_what_is_due(struct recover *c)
{
	const struct walk *w = next_walk(c);
	bool busy = w && walk_level(w) == LEVEL_NEWS;

	if (c->gap_from && c->gap_to && !busy && c->readings < READINGS_MOST)
		start_gap(c);
	else if (!w && sweep_is_due(c))
		start_owed_sweep(c);
}

/* Nothing is left to be read; a sweep may be owed. */
static void recover_settle(struct recover *c)
{
	int64_t in = next_sweep_ms(c) - now_of(c);

	if (c->noted)
		recover_note(c, "unread_from", NULL);
	c->noted = false;
	if (c->n_owed)
		loop_timer_set(c->timer, in > REST_MS ? in : REST_MS);
}

void recover_rest(struct recover *c, int64_t least_ms)
{
	int64_t rest = (int64_t)REST_MS << (c->tries < 6 ? c->tries : 6);

	if (rest > REST_MOST_MS)
		rest = REST_MOST_MS;
	if (rest < least_ms)
		rest = least_ms;
	c->tries++;
	c->not_before = loop_now_ms() + rest;
	loop_timer_set(c->timer, rest);
	/* It may be this channel's alone: the others of its level come first. */
	TAILQ_REMOVE(&c->walks, c->walk, link);
	TAILQ_INSERT_TAIL(&c->walks, c->walk, link);
}

void recover_step(struct recover *c)
{
	struct walk *w;

	if (c->stopped || !c->place || c->calling || c->page)
		return;
	if (c->not_before > loop_now_ms()) {
		loop_timer_set(c->timer, c->not_before - loop_now_ms());
		return;
	}
	start_what_is_due(c);
	w = next_walk(c);
	if (w)
		walk_call(c, w);
	else if (!c->gap_from)
		recover_settle(c);
}
