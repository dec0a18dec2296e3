/* `remind off`, `remind on`, and the buttons that put a reminder off. */
#include "core/decide/decide_common.h"

#include "core/base/scan.h"

#include <string.h>

int decide_remind(struct deed *d)
{
	bool off = !d->line.remind;
	struct change *c;

	if (d->node.remind_off == off)
		return answer_same(d, "Reminders are already %s.", off ? "off" : "on");
	c = change_begin(d);
	node_set_flag(c, "remind_off", &d->node.remind_off, off);
	/* What came due meanwhile was not wanted. */
	if (!off && status_open(d->node.status))
		node_set_int(c, "update_from", &d->node.update_from, d->in->now_ms);
	if (off)
		return answer_saved(d, "Reminders are off for this incident. To turn them on: %s",
				    to_type(d, "remind on"));
	return answer_saved(d, "Reminders are on.");
}

/* ---- snooze ---- */

struct snooze {
	int kind;
	int64_t until;
	int64_t numbers[LINE_NUMBERS_MAX]; /* ITEM */
	size_t count;
};

static int64_t snooze_until(const struct deed *d, const char *word)
{
	if (!strcmp(word, "1h"))
		return d->in->now_ms + MS_HOUR;
	return strcmp(word, "tomorrow") ? 0 : due_nine(&d->zone, d->in->now_ms, 1);
}

/* "items 2 3 1h": as letter_buttons() wrote it. False: it is none. */
static bool snooze_read(struct deed *d, struct snooze *s)
{
	char *words = arena_strdup(d->arena, d->line.text), *word = strsep(&words, " ");

	*s = (struct snooze){ .kind = due_from(word) };
	if (s->kind < 0 || s->kind == DUE_DIGEST)
		return false;
	while ((word = strsep(&words, " "))) {
		const char *at = word;
		int64_t n;

		if (scan_number(&at, 1, 9, &n) && !*at && s->count < LINE_NUMBERS_MAX)
			s->numbers[s->count++] = n;
		else
			s->until = snooze_until(d, word);
	}
	return s->until && (s->kind == DUE_ITEM) == (s->count > 0);
}

/* Nine o'clock was the speaker's. */
static struct change *change_snooze(struct deed *d)
{
	struct change *c = change_begin(d);

	c->basis = zone_words(d, &d->zone);
	return c;
}

static int snoozed(struct deed *d, const struct snooze *s)
{
	return answer_saved(d, "Snoozed until %s.", moment_words(d, s->until));
}

static int snooze_nothing(struct deed *d)
{
	return answer_same(d, "This is settled: no reminder is due.");
}

/* Those that are still open; their owner's or not: whoever may change items may put it off. */
static int snooze_items(struct deed *d, const struct snooze *s)
{
	struct item *open = arena_alloc(d->arena, LINE_NUMBERS_MAX * sizeof(*open));
	size_t count = 0, i;
	struct change *c;
	int rc;

	for (i = 0; i < s->count; i++) {
		rc = d->rows->item(d->rows, d->node.id, s->numbers[i], d->arena, &open[count]);
		if (rc < 0)
			return rc;
		count += rc && open[count].state == ITEM_TODO && !open[count].withdrawn &&
			 open[count].due && open[count].owner;
	}
	if (!count)
		return snooze_nothing(d);
	c = change_snooze(d);
	for (i = 0; i < count; i++)
		effect_set(c, TABLE_ITEM, open[i].n, "snoozed_until", v_int(open[i].snoozed_until),
			   v_int(s->until));
	return snoozed(d, s);
}

int decide_snooze(struct deed *d)
{
	struct snooze s;
	struct reminded *r;

	if (!snooze_read(d, &s))
		return answer(d, VERDICT_USAGE, "I don't know that reminder. Nothing was changed.");
	if (s.kind == DUE_ITEM)
		return snooze_items(d, &s);
	if (due_settled(s.kind, &d->node))
		return snooze_nothing(d);
	r = &d->node.reminded[s.kind];
	node_set_int(change_snooze(d), due_rows[s.kind].snoozed, &r->snoozed, s.until);
	return snoozed(d, &s);
}

#define DIGEST_FRESH (7 * MS_DAY)

/* It is said once more, to all who read it: so only where they do, while it is the last one. */
int decide_snooze_digest(struct deed *d)
{
	int64_t until = snooze_until(d, d->line.text);
	int rc;

	if (!until)
		return answer(d, VERDICT_USAGE, "I don't know that reminder. Nothing was changed.");
	if (!d->set->remind_digest)
		return snooze_nothing(d);
	rc = d->in->channel
		     ? d->rows->digest_said(d->rows, d->in->channel, d->in->now_ms - DIGEST_FRESH)
		     : 0;
	if (rc <= 0)
		return rc < 0 ? rc
			      : answer_refuse(
					d, "The weekly digest can be snoozed only in the channel "
					   "where it was posted this week. Nothing was changed.");
	d->out->digest_at = until;
	return answer(d, VERDICT_DONE, "Snoozed until %s.", moment_words(d, until));
}
