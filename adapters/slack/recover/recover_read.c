/*
 * The calls of recovery, and what their answers show: JSON → page. A page keeps nothing of the JSON.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/message.h"
#include "adapters/slack/format/mrkdwn.h"
#include "core/base/alloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_MOST 200
#define PAGE_LEAST 10
#define UNREADABLE_MOST 5 /* answers in a row: the last ones were asked to be small */
#define AHEAD_MS \
	MS_DAY /* without `latest` Slack may begin at the other end; its clock may be ahead */
#define STAMP_MS 1000 /* Slack's Date has whole seconds: the page is at most so much older */

/* ---- ts ---- */

int64_t ts_us(const char *ts)
{
	int64_t us = 0;
	int digits = 0;

	if (!message_stamp(ts))
		return 0;
	for (; *ts != '.'; ts++)
		us = us * 10 + (*ts - '0');
	for (ts++; digits < 6; digits++)
		us = us * 10 + (*ts ? *ts++ - '0' : 0);
	return us;
}

const char *ts_write(struct arena *a, int64_t us)
{
	return arena_printf(a, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
}

bool moments_has(const struct moments *set, int64_t us)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i] == us)
			return true;
	return false;
}

bool moments_add(struct moments *set, int64_t us)
{
	if (moments_has(set, us))
		return true;
	if (set->n == set->most)
		return false;
	if (set->n == set->room) {
		set->room = set->room ? 2 * set->room : 32;
		set->at = alloc_more(set->at, set->room, sizeof(*set->at));
	}
	set->at[set->n++] = us;
	return true;
}

void moments_drop(struct moments *set, int64_t us)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->at[i] == us)
			set->at[i--] = set->at[--set->n];
}

void moments_release(struct moments *set)
{
	free(set->at);
	*set = (struct moments){ 0 };
}

/* ---- a message of a page ---- */

/* Names may end in a skin tone: "pushpin::skin-tone-2". */
static bool is_emoji(const char *name, const char *wanted)
{
	size_t len = strlen(wanted);

	return name && !strncmp(name, wanted, len) && (!name[len] || !strncmp(name + len, "::", 2));
}

static void add_mark(const struct recover *c, struct recover_page *p, struct seen *s,
		     enum capture_kind kind, const char *user)
{
	if (!user || !mrkdwn_id(user, strlen(user)) || !strcmp(user, c->bot_user))
		return;
	s->marks[s->n_marks++] =
		(struct reaction){ .kind = kind, .person = ref_make(&p->arena, c->place, user) };
}

static size_t most_marks(const cJSON *reactions)
{
	const cJSON *r;
	size_t n = 0;

	cJSON_ArrayForEach(r, reactions)
		n += (size_t)cJSON_GetArraySize(json_at(r, "users"));
	return n;
}

static void read_reaction(const struct recover *c, const cJSON *r, enum capture_kind kind,
			  struct recover_page *p, struct seen *s)
{
	const cJSON *users = json_at(r, "users"), *user;

	if (json_int(r, "count", 0) > cJSON_GetArraySize(users))
		s->partial = true;
	cJSON_ArrayForEach(user, users) {
		add_mark(c, p, s, kind, cJSON_GetStringValue(user));
	}
}

/* In the order of the kinds: an item is there before it is checked. */
static void read_reactions(const struct recover *c, const cJSON *reactions, struct recover_page *p,
			   struct seen *s)
{
	const char *const *emoji = c->s.settings->emoji;
	const cJSON *r;

	s->marks = arena_alloc(&p->arena, sizeof(*s->marks) * (most_marks(reactions) + 1));
	for (int k = 0; k < CAPTURE_KINDS; k++)
		cJSON_ArrayForEach(r, reactions)
			if (emoji[k] && is_emoji(json_str(r, "name"), emoji[k]))
				read_reaction(c, r, k, p, s);
}

static bool recover_read_read_message(const struct recover *c, const cJSON *j,
				      struct recover_page *p, struct seen *s)
{
	const char *subtype = json_str(j, "subtype");

	*s = (struct seen){ 0 };
	if (message_parse(j, c->place, ref_id(c->walk->channel), c->bot_user, &p->arena, &s->m,
			  &s->own))
		return false;
	s->us = ts_us(s->m.ts);
	s->gone = subtype && !strcmp(subtype, "tombstone");
	if (p->kind != PAGE_PINS)
		read_reactions(c, json_at(j, "reactions"), p, s);
	return true;
}

/* A thread under it is read now if something was said there since, in the sweep if not. */
static void find_thread(struct walk *w, const cJSON *j, int64_t us)
{
	int64_t latest = ts_us(json_str(j, "latest_reply"));

	if (!latest && json_int(j, "reply_count", 0) <= 0)
		return;
	if (!latest || latest > w->news)
		moments_add(&w->threads, us);
	else if (w->sweep && !moments_add(&w->quiet, us))
		log_info(w->channel, "too many threads at once; the next sweep reads the rest");
}

static void recover_read_read_messages(const struct recover *c, const cJSON *all,
				       struct recover_page *p)
{
	const cJSON *j;

	p->seen = arena_alloc(&p->arena, sizeof(*p->seen) * ((size_t)cJSON_GetArraySize(all) + 1));
	cJSON_ArrayForEach(j, all) {
		struct seen *s = &p->seen[p->n];

		if (!recover_read_read_message(c, j, p, s))
			continue;
		p->n++;
		if (p->kind == PAGE_HISTORY)
			find_thread(c->walk, j, s->us);
	}
}

/* ---- each kind of page ---- */

static void turn_round(struct recover_page *p)
{
	for (size_t i = 0; i < p->n / 2; i++) {
		struct seen s = p->seen[i];

		p->seen[i] = p->seen[p->n - 1 - i];
		p->seen[p->n - 1 - i] = s;
	}
}

static void read_history(struct recover *c, const cJSON *j, struct recover_page *p)
{
	const struct walk *w = c->walk;

	recover_read_read_messages(c, json_at(j, "messages"), p);
	turn_round(p);
	/* A page that leads nowhere is the last, whatever Slack says. */
	p->last = !json_true(j, "has_more") || !p->n || p->seen[0].us >= w->top;
	p->low = p->last ? w->oldest : p->seen[0].us - 1;
	p->high = w->top - 1;
}

static void read_thread(struct recover *c, const cJSON *j, struct recover_page *p)
{
	const char *cursor = json_str(j, "response_metadata.next_cursor");

	recover_read_read_messages(c, json_at(j, "messages"), p);
	p->cursor = cursor && *cursor && p->n ? arena_strdup(&p->arena, cursor) : NULL;
	p->low = c->walk->thread_top;
	p->high = p->cursor ? p->seen[p->n - 1].us : INT64_MAX;
}

/* What was pinned before may have been pinned before there was a Node. */
static void read_pins(struct recover *c, const cJSON *j, struct recover_page *p)
{
	const cJSON *items = json_at(j, "items"), *item;
	const struct walk *w = c->walk;
	int64_t from = w->news > w->since ? w->news : w->since;

	p->seen =
		arena_alloc(&p->arena, sizeof(*p->seen) * ((size_t)cJSON_GetArraySize(items) + 1));
	cJSON_ArrayForEach(item, items) {
		int64_t at = json_int(item, "created", 0) * 1000 * US;
		struct seen *s = &p->seen[p->n];

		if (!recover_read_read_message(c, json_at(item, "message"), p, s))
			continue;
		s->marks = arena_alloc(&p->arena, sizeof(*s->marks));
		if ((at ? at : s->us) > from)
			add_mark(c, p, s, CAPTURE_TIMELINE, json_str(item, "created_by"));
		p->n++;
	}
	p->high = INT64_MAX;
}

static void recover_read_read_one(struct recover *c, const cJSON *j, struct recover_page *p)
{
	const struct walk *w = c->walk;

	p->seen = arena_alloc(&p->arena, sizeof(*p->seen));
	/* Slack has given a thread's parent for a reply before now. */
	if (recover_read_read_message(c, json_at(j, "message"), p, &p->seen[0]) &&
	    p->seen[0].us == w->asks.at[w->asks.n - 1])
		p->n = 1;
}

static struct recover_page *page_new(const struct recover *c, int64_t date_ms)
{
	struct recover_page *p = alloc(sizeof(*p));

	arena_init(&p->arena);
	p->kind = c->asked;
	p->stamp_us = ((date_ms ? date_ms : c->asked_ms) - STAMP_MS) * US;
	p->stamp = ts_write(&p->arena, p->stamp_us);
	return p;
}

void page_free(struct recover *c)
{
	if (!c->page)
		return;
	arena_release(&c->page->arena);
	free(c->page);
	c->page = NULL;
}

static void page_read(struct recover *c, const struct web_result *r)
{
	static void (*const readers[])(struct recover *, const cJSON *, struct recover_page *) = {
		[PAGE_HISTORY] = read_history,
		[PAGE_THREAD] = read_thread,
		[PAGE_PINS] = read_pins,
		[PAGE_ONE] = recover_read_read_one,
	};
	struct recover_page *p = page_new(c, r->date_ms);

	c->page = p;
	readers[p->kind](c, r->json, p);
	if (p->high > p->stamp_us)
		p->high = p->stamp_us; /* what came after can't be in it */
	p->absent = p->kind == PAGE_ONE ? 2 : p->kind == PAGE_PINS ? 1 : 0;
	p->absent_at = p->low;
}

/* ---- behind a page ---- */

static void thread_read(struct walk *w)
{
	moments_drop(&w->threads, w->thread);
	moments_drop(&w->quiet, w->thread);
	w->thread = 0;
}

void page_over(struct recover *c)
{
	struct recover_page *p = c->page;
	struct walk *w = c->walk;

	switch (p->kind) {
	case PAGE_HISTORY:
		w->top = p->low + 1;
		w->history_read = p->last;
		break;
	case PAGE_THREAD:
		free(w->cursor);
		w->cursor = alloc_strdup(p->cursor);
		w->thread_top = p->high;
		if (!w->cursor)
			thread_read(w);
		break;
	case PAGE_PINS:
		w->pins_read = true;
		break;
	case PAGE_ONE:
		w->asks.n--;
		break;
	}
	page_free(c);
	c->tries = 0;
}

/* ---- refusals ---- */

/* It was asked for by itself because it was not where it should be: so it is deleted. */
static void one_is_gone(struct recover *c)
{
	struct recover_page *p = page_new(c, 0);
	struct walk *w = c->walk;

	c->page = p;
	p->seen = arena_alloc(&p->arena, sizeof(*p->seen));
	p->seen[0].us = w->asks.at[w->asks.n - 1];
	p->seen[0].m =
		(struct message){ .channel = w->channel, .ts = ts_write(&p->arena, p->seen[0].us) };
	p->seen[0].gone = true;
	p->n = 1;
	p->absent = 2;
}

static void walk_give_up(struct walk *w)
{
	w->asks.n = w->threads.n = w->quiet.n = w->doubts.n = 0;
	w->thread = 0;
	w->history_read = w->pins_read = w->unreadable = true;
}

static void recover_read_refused(struct recover *c, const char *error)
{
	struct walk *w = c->walk;

	c->tries = 0;
	switch (c->asked) {
	case PAGE_HISTORY:
		log_warning(w->channel, "what was missed here can't be read: %s",
			    web_error_says(error));
		walk_give_up(w);
		break;
	case PAGE_THREAD:
		/* thread_not_found: it was deleted with all its replies, which are missed where they are known. */
		log_info(w->channel, "a thread can't be read: %s", web_error_says(error));
		thread_read(w);
		break;
	case PAGE_PINS:
		log_warning(w->channel, "its pins can't be read: %s", web_error_says(error));
		w->pins_read = true;
		break;
	case PAGE_ONE:
		if (!strcmp(error, "message_not_found")) {
			one_is_gone(c);
			return;
		}
		log_info(w->channel, "a message can't be read: %s", web_error_says(error));
		w->asks.n--;
		break;
	}
}

/* Slack answered, and again and again nobody could read it, not even a small page: what that page has is lost, and
 * must not keep the rest for good. */
static bool is_unreadable(struct walk *w, const struct web_result *r)
{
	bool so = r->end == WEB_UNKNOWN && r->error && !strcmp(r->error, WEB_SAYS_UNREADABLE);

	w->unread = so ? w->unread + 1 : 0;
	return w->unread > UNREADABLE_MOST;
}

static void recover_read_told(const struct web_result *r, void *arg)
{
	struct recover *c = arg;

	c->calling = false;
	if (c->stopped)
		return;
	if (is_unreadable(c->walk, r)) {
		recover_read_refused(c, "unreadable_answer");
	} else if (r->end == WEB_LATER || r->end == WEB_UNKNOWN) {
		recover_rest(c, r->retry_ms);
		return;
	} else if (r->end == WEB_REFUSED) {
		recover_read_refused(c, r->error);
	} else {
		page_read(c, r);
	}
	if (c->page)
		page_compare(c);
	else
		recover_step(c);
}

/* ---- calls ---- */

static void recover_read_ask(struct recover *c, enum page_kind kind, enum web_method m,
			     const struct web_param *params)
{
	c->asked = kind;
	c->calling = true;
	c->asked_ms = c->s.clock->now_ms(c->s.clock);
	web_call(c->s.web, m, NULL, params, recover_read_told, c);
}

/* An answer that is too large to be taken would be so again: smaller ones after each failure. */
static const char *page_size(const struct recover *c, struct arena *a)
{
	int tries = c->tries > c->walk->unread ? c->tries : c->walk->unread,
	    n = PAGE_MOST >> (tries < 8 ? tries : 8);

	return arena_printf(a, "%d", n > PAGE_LEAST ? n : PAGE_LEAST);
}

static void ask_history(struct recover *c, struct walk *w, struct arena *a)
{
	if (w->top == INT64_MAX)
		w->top = (c->s.clock->now_ms(c->s.clock) + AHEAD_MS) * US;
	{
		const struct web_param params[] = {
			{ "channel", ref_id(w->channel) },
			{ "oldest", ts_write(a, w->oldest) },
			{ "latest", ts_write(a, w->top) },
			{ "limit", page_size(c, a) },
			{ NULL, NULL },
		};

		recover_read_ask(c, PAGE_HISTORY, WEB_CONVERSATIONS_HISTORY, params);
	}
}

static void recover_read_ask_thread(struct recover *c, struct walk *w, struct arena *a)
{
	if (!w->thread) {
		w->thread = w->threads.n ? w->threads.at[w->threads.n - 1]
					 : w->quiet.at[w->quiet.n - 1];
		w->thread_top = w->thread;
	}
	{
		const struct web_param params[] = {
			{ "channel", ref_id(w->channel) },
			{ "ts", ts_write(a, w->thread) },
			{ "limit", page_size(c, a) },
			{ "cursor", w->cursor },
			{ NULL, NULL },
		};

		recover_read_ask(c, PAGE_THREAD, WEB_CONVERSATIONS_REPLIES, params);
	}
}

static void ask_pins(struct recover *c, struct walk *w)
{
	const struct web_param params[] = { { "channel", ref_id(w->channel) }, { NULL, NULL } };

	recover_read_ask(c, PAGE_PINS, WEB_PINS_LIST, params);
}

static void ask_one(struct recover *c, struct walk *w, struct arena *a)
{
	const struct web_param params[] = {
		{ "channel", ref_id(w->channel) },
		{ "timestamp", ts_write(a, w->asks.at[w->asks.n - 1]) },
		{ "full", "true" },
		{ NULL, NULL },
	};

	recover_read_ask(c, PAGE_ONE, WEB_REACTIONS_GET, params);
}

static bool news_left(const struct walk *w)
{
	return !w->history_read && w->top > w->news;
}

enum level walk_level(const struct walk *w)
{
	if (w->asks.n || w->thread || w->threads.n || news_left(w) || !w->pins_read)
		return LEVEL_NEWS;
	if (!w->sweep && !w->backfill)
		return LEVEL_OVER;
	if (!w->history_read)
		return LEVEL_OLDER;
	return w->quiet.n || w->doubts.n ? LEVEL_QUIET : LEVEL_OVER;
}

void walk_call(struct recover *c, struct walk *w)
{
	struct arena a;

	arena_init(&a);
	c->walk = w;
	if (!w->asks.n && walk_level(w) == LEVEL_QUIET && !w->quiet.n) {
		struct moments none = w->asks;

		w->asks =
			w->doubts; /* every thread has been read: who is still missing is asked for */
		w->doubts = none;
	}
	if (w->asks.n)
		ask_one(c, w, &a);
	else if (w->thread || w->threads.n)
		recover_read_ask_thread(c, w, &a);
	else if (news_left(w))
		ask_history(c, w, &a);
	else if (!w->pins_read)
		ask_pins(c, w);
	else if (!w->history_read && w->quiet.n < QUIET_MOST / 2)
		ask_history(c, w, &a);
	else
		recover_read_ask_thread(c, w, &a);
	arena_release(&a);
}
