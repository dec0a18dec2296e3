/*
 * A message that is known, should be in the page and isn't.
 */
#include "adapters/slack/recover/recover_private.h"

static bool missing_in_page(const struct recover_page *p, const char *ts)
{
	int64_t us = ts_us(ts);

	for (size_t i = 0; i < p->n; i++)
		if (p->seen[i].us == us)
			return true;
	return false;
}

/* History shows what begins threads, a thread its replies. */
static bool missing_belongs(const struct recover *c, const struct message *m)
{
	if (c->page->kind == PAGE_THREAD)
		return ts_us(m->thread) == c->walk->thread;
	return !m->thread;
}

static void missing_remembered(struct recover *c, const struct message *m)
{
	if (!m->deleted && missing_belongs(c, m))
		say_deleted(c, m);
}

static void missing_pin(struct recover *c, const struct missing *gone)
{
	const struct source *h = gone->held.c.kind == CAPTURE_TIMELINE
					 ? compare_source(&gone->held, CAPTURED_BY_PIN, NULL)
					 : NULL;
	int64_t us = ts_us(gone->held.c.message_id);

	if (!h || gone->held.c.deleted || !compare_is_over(c, h, CAPTURED_BY_PIN))
		return;
	c->walk->unpinned_us = c->page->stamp_us;
	if (moments_add(&c->walk->asks, us))
		moments_add(&c->walk->unpinned, us);
}

/* Nobody remembers whether it was said in a thread: it may still turn up there. */
static void missing_captured(struct recover *c, const struct missing *gone)
{
	if (c->walk->sweep && !gone->held.c.deleted && !gone->remembered)
		moments_add(&c->walk->doubts, ts_us(gone->held.c.message_id));
}

static const char *missing_ts(const struct look *look, int i)
{
	return look->absent == ABSENT_REMEMBERED ? look->missing[i].m.id
						 : look->missing[i].held.c.message_id;
}

void missing_compare(struct recover *c, const struct look *look)
{
	struct recover_page *p = c->page;
	int n = look->n_missing;

	for (int i = 0; i < n; i++) {
		const struct missing *gone = &look->missing[i];

		if (missing_in_page(p, missing_ts(look, i)))
			continue;
		if (look->absent == ABSENT_REMEMBERED)
			missing_remembered(c, &gone->m);
		else if (p->kind == PAGE_PINS)
			missing_pin(c, gone);
		else
			missing_captured(c, gone);
	}
	if (n > 0) {
		p->absent_at = ts_us(missing_ts(look, n - 1));
	} else {
		p->absent = p->kind == PAGE_THREAD ? ABSENT_DONE : p->absent + 1;
		p->absent_at = p->low;
	}
	look_free(p);
}
