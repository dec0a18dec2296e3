/*
 * A walk through one channel: its calls in their order, and what Slack refuses.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define MARGIN_MS MS_MINUTE /* a connection may have been dead half a minute before that was seen */
#define ASKS_MOST 256	    /* more than a page has messages */
#define QUIET_MOST 4096
#define PAGE_MOST 200
#define PAGE_LEAST 10
#define UNREADABLE_MOST 5 /* answers in a row: the last ones were asked to be small */
#define AHEAD_MS \
	MS_DAY /* without `latest` Slack may begin at the other end; its clock may be ahead */

/* ---- life ---- */

struct walk *walk_new(struct recover *c, struct reading *r, const char *channel)
{
	struct walk *w = alloc(sizeof(*w));

	w->reading = r;
	w->channel = alloc_strdup(channel);
	w->top = w->since = w->floor = w->oldest = INT64_MAX;
	w->news = (r->from_ms - MARGIN_MS) * US;
	w->edge = INT64_MIN;
	buf_init(&w->before, MARKS_MOST);
	w->asks.most = w->threads.most = w->announced.most = w->doubts.most = w->unpinned.most =
		ASKS_MOST;
	w->quiet.most = QUIET_MOST;
	r->walks++;
	TAILQ_INSERT_TAIL(&c->walks, w, link);
	return w;
}

struct walk *walk_of(struct recover *c, struct reading *r, const char *channel)
{
	struct walk *w;

	TAILQ_FOREACH(w, &c->walks, link)
	if (w->reading == r && !strcmp(w->channel, channel))
		return w;
	return walk_new(c, r, channel);
}

void walk_free(struct recover *c, struct walk *w)
{
	TAILQ_REMOVE(&c->walks, w, link);
	if (--w->reading->walks == 0)
		reading_free(w->reading);
	buf_release(&w->before);
	moments_release(&w->asks);
	moments_release(&w->threads);
	moments_release(&w->quiet);
	moments_release(&w->announced);
	moments_release(&w->doubts);
	moments_release(&w->unpinned);
	free(w->channel);
	free(w->cursor);
	free(w);
}

void walk_last(struct recover *c, struct walk *w)
{
	TAILQ_REMOVE(&c->walks, w, link);
	TAILQ_INSERT_TAIL(&c->walks, w, link);
}

/* ---- what is next ---- */

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

static void thread_read(struct walk *w)
{
	moments_drop(&w->threads, w->thread);
	moments_drop(&w->quiet, w->thread);
	w->thread = 0;
}

void walk_page_over(struct recover *c)
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

static void walk_give_up(struct walk *w)
{
	w->asks.n = w->threads.n = w->quiet.n = w->doubts.n = w->unpinned.n = 0;
	w->thread = 0;
	w->history_read = w->pins_read = w->unreadable = true;
}

static void walk_refused(struct recover *c, const char *error)
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
		/* It was asked for by itself because it was not where it should be: so it is deleted. */
		if (!strcmp(error, "message_not_found")) {
			page_gone(c);
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

static void walk_told(const struct web_result *r, void *arg)
{
	struct recover *c = arg;

	if (c->state != RECOVER_CALLING)
		return;
	if (is_unreadable(c->walk, r)) {
		walk_refused(c, "unreadable_answer");
	} else if (r->end == WEB_LATER || r->end == WEB_UNKNOWN) {
		recover_rest(c, c->walk, r->retry_ms);
		return;
	} else if (r->end == WEB_REFUSED) {
		walk_refused(c, r->error);
	} else {
		page_read(c, r);
	}
	recover_move(c, c->page ? RECOVER_COMPARING : RECOVER_IDLE);
	recover_step(c);
}

/* ---- calls ---- */

static void walk_ask(struct recover *c, enum page_kind kind, enum web_method m,
		     const struct web_param *params)
{
	recover_move(c, RECOVER_CALLING);
	c->asked = kind;
	c->asked_ms = recover_now(c);
	web_call(c->s.web, m, NULL, params, walk_told, c);
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
		w->top = (recover_now(c) + AHEAD_MS) * US;
	{
		const struct web_param params[] = {
			{ "channel", ref_id(w->channel) },
			{ "oldest", ts_write(a, w->oldest) },
			{ "latest", ts_write(a, w->top) },
			{ "limit", page_size(c, a) },
			{ NULL, NULL },
		};

		walk_ask(c, PAGE_HISTORY, WEB_CONVERSATIONS_HISTORY, params);
	}
}

static void ask_thread(struct recover *c, struct walk *w, struct arena *a)
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

		walk_ask(c, PAGE_THREAD, WEB_CONVERSATIONS_REPLIES, params);
	}
}

static void ask_pins(struct recover *c, struct walk *w)
{
	const struct web_param params[] = { { "channel", ref_id(w->channel) }, { NULL, NULL } };

	walk_ask(c, PAGE_PINS, WEB_PINS_LIST, params);
}

static void ask_one(struct recover *c, struct walk *w, struct arena *a)
{
	const struct web_param params[] = {
		{ "channel", ref_id(w->channel) },
		{ "timestamp", ts_write(a, w->asks.at[w->asks.n - 1]) },
		{ "full", "true" },
		{ NULL, NULL },
	};

	walk_ask(c, PAGE_ONE, WEB_REACTIONS_GET, params);
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
		ask_thread(c, w, &a);
	else if (news_left(w))
		ask_history(c, w, &a);
	else if (!w->pins_read)
		ask_pins(c, w);
	else if (!w->history_read && w->quiet.n < QUIET_MOST / 2)
		ask_history(c, w, &a);
	else
		ask_thread(c, w, &a);
	arena_release(&a);
}
