/*
 * What an answer of Slack's shows: JSON → page. A page keeps nothing of the JSON.
 */
#include "adapters/slack/recover/recover_private.h"

#include "adapters/log/log.h"
#include "adapters/slack/format/message.h"
#include "adapters/slack/format/mrkdwn.h"
#include "core/base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define STAMP_MS 1000 /* Slack's Date has whole seconds: the page is at most so much older */

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

static bool page_read_message(const struct recover *c, const cJSON *j, struct recover_page *p,
			      struct seen *s)
{
	const char *subtype = json_str(j, "subtype");

	*s = (struct seen){ 0 };
	if (message_parse(j, c->place, ref_id(c->walk->channel), c->bot_user, &p->arena, &s->m,
			  &s->own))
		return false;
	s->us = ts_us(s->m.id);
	s->gone = subtype && !strcmp(subtype, "tombstone");
	if (p->kind == PAGE_HISTORY || p->kind == PAGE_THREAD)
		mention_read(c, j, &p->arena, s);
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

static void page_read_messages(const struct recover *c, const cJSON *all, struct recover_page *p)
{
	const cJSON *j;

	p->seen = arena_alloc(&p->arena, sizeof(*p->seen) * ((size_t)cJSON_GetArraySize(all) + 1));
	cJSON_ArrayForEach(j, all) {
		struct seen *s = &p->seen[p->n];

		if (!page_read_message(c, j, p, s))
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

	page_read_messages(c, json_at(j, "messages"), p);
	turn_round(p);
	/* A page that leads nowhere is the last, whatever Slack says. */
	p->last = !json_true(j, "has_more") || !p->n || p->seen[0].us >= w->top;
	p->low = p->last ? w->oldest : p->seen[0].us - 1;
	p->high = w->top - 1;
}

static void read_thread(struct recover *c, const cJSON *j, struct recover_page *p)
{
	const char *cursor = json_str(j, "response_metadata.next_cursor");

	page_read_messages(c, json_at(j, "messages"), p);
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

		if (!page_read_message(c, json_at(item, "message"), p, s))
			continue;
		s->marks = arena_alloc(&p->arena, sizeof(*s->marks));
		if ((at ? at : s->us) > from)
			add_mark(c, p, s, CAPTURE_TIMELINE, json_str(item, "created_by"));
		p->n++;
	}
	p->high = INT64_MAX;
}

static void read_one(struct recover *c, const cJSON *j, struct recover_page *p)
{
	const struct walk *w = c->walk;

	p->seen = arena_alloc(&p->arena, sizeof(*p->seen));
	/* Slack has given a thread's parent for a reply before now. */
	if (page_read_message(c, json_at(j, "message"), p, &p->seen[0]) &&
	    p->seen[0].us == w->asks.at[w->asks.n - 1])
		p->n = 1;
}

/* When it was asked for, by Slack's clock: however long the answer took, it shows at least what was there then. What was
 * posted while it was on its way may lack in it, and isn't deleted. */
static int64_t page_as_of(const struct recover *c, int64_t date_ms)
{
	int64_t took = recover_now(c) - c->asked_ms;

	if (!date_ms)
		return c->asked_ms - STAMP_MS;
	return date_ms - (took > 0 ? took : 0) - STAMP_MS;
}

static struct recover_page *page_new(const struct recover *c, int64_t date_ms)
{
	struct recover_page *p = alloc(sizeof(*p));

	arena_init(&p->arena);
	p->kind = c->asked;
	p->stamp_us = page_as_of(c, date_ms) * US;
	p->stamp = ts_write(&p->arena, p->stamp_us);
	return p;
}

void page_free(struct recover *c)
{
	if (!c->page)
		return;
	look_free(c->page);
	arena_release(&c->page->arena);
	free(c->page);
	c->page = NULL;
}

void page_read(struct recover *c, const struct web_result *r)
{
	static void (*const readers[])(struct recover *, const cJSON *, struct recover_page *) = {
		[PAGE_HISTORY] = read_history,
		[PAGE_THREAD] = read_thread,
		[PAGE_PINS] = read_pins,
		[PAGE_ONE] = read_one,
	};
	struct recover_page *p = page_new(c, r->date_ms);

	c->page = p;
	readers[p->kind](c, r->json, p);
	if (p->high > p->stamp_us)
		p->high = p->stamp_us; /* what came after can't be in it */
	p->absent = p->kind == PAGE_PINS ? ABSENT_CAPTURED : ABSENT_REMEMBERED;
	if (p->kind == PAGE_ONE || p->low >= p->high)
		p->absent = ABSENT_DONE;
	p->absent_at = p->low;
}

/* Slack has no such message (any more). */
void page_gone(struct recover *c)
{
	struct recover_page *p = page_new(c, 0);
	struct walk *w = c->walk;

	c->page = p;
	p->seen = arena_alloc(&p->arena, sizeof(*p->seen));
	p->seen[0].us = w->asks.at[w->asks.n - 1];
	p->seen[0].m = (struct message){ .channel = w->channel,
					 .id = ts_write(&p->arena, p->seen[0].us),
					 .at = p->seen[0].us / 1000 };
	p->seen[0].gone = true;
	p->n = 1;
	p->absent = ABSENT_DONE;
}

bool page_is_before(const struct recover *c, const struct seen *s)
{
	const struct walk *w = c->walk;

	return w->backfill && s->us < w->edge && !(c->page->kind == PAGE_PINS && s->n_marks);
}
