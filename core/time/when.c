#include "core/time/when.h"

#include "core/base/scan.h"
#include "core/text.h"
#include "core/time/when_private.h"

/* How far a WHEN may lie ahead of now: people's clocks differ, and "14:05" is typed at 14:04. */
#define AHEAD (10 * MS_MINUTE)

bool when_needs_zone(const char *s)
{
	struct spoken w;

	return spoken_read(s, &w) && w.kind != SPOKEN_AGO && (w.wrong || !w.fixed);
}

/* ---- which moment that is ---- */

enum choice { CHOSEN, CHOICE_AHEAD, CHOICE_SKIPPED };

/* Of the moments at which the clocks show `local`: the later one not in the future, else the first one
 * if it is hardly ahead. A skipped one gives *ms by the clocks before the change. */
static enum choice choose(const struct zone *z, int64_t local, int64_t now, int64_t *ms)
{
	int64_t utc[2];
	int n = zone_to_utc(z, local, utc);

	if (n == 0)
		*ms = local - zone_offset_s(z, local - MS_DAY) * MS_SECOND;
	else
		*ms = n == 2 && utc[1] <= now ? utc[1] : utc[0];
	if (*ms > now + AHEAD)
		return CHOICE_AHEAD;
	return n ? CHOSEN : CHOICE_SKIPPED;
}

int64_t when_local_midnight(const struct zone *z, int64_t utc_ms)
{
	struct civil c;

	civil_from_ms(&c, utc_ms + zone_offset_s(z, utc_ms) * MS_SECOND);
	c.hour = c.minute = c.second = c.ms = 0;
	return civil_to_ms(&c);
}

static int64_t clock_ms(const struct civil *c)
{
	return c->hour * MS_HOUR + c->minute * MS_MINUTE + c->second * MS_SECOND;
}

/* Without a date: from the day on which the limit falls backwards, the first that is not too far ahead. */
static enum choice choose_latest(const struct zone *z, int64_t clock, int64_t now, int64_t *ms)
{
	int64_t day = when_local_midnight(z, now + AHEAD);
	enum choice choice;

	do {
		choice = choose(z, day + clock, now, ms);
		day -= MS_DAY;
	} while (choice == CHOICE_AHEAD);
	return choice;
}

static enum choice moment_of(const struct spoken *w, const struct when_context *c, int64_t *ms)
{
	struct zone fixed = { .offset_s = w->offset_s, .known = true };
	const struct zone *z = w->fixed ? &fixed : &c->zone;

	switch (w->kind) {
	case SPOKEN_AGO:
		*ms = c->now_ms - w->ago_ms;
		return CHOSEN;
	case SPOKEN_CLOCK:
		return choose_latest(z, clock_ms(&w->c), c->now_ms, ms);
	case SPOKEN_DAY:
		return choose(z,
			      when_local_midnight(z, c->now_ms) - w->days_back * MS_DAY +
				      clock_ms(&w->c),
			      c->now_ms, ms);
	case SPOKEN_DATE:
		return choose(z, civil_to_ms(&w->c), c->now_ms, ms);
	}
	return CHOICE_AHEAD;
}

enum when_result when_refuse(const char *said, size_t len, struct buf *why, const char *sentence)
{
	struct buf all, words;

	buf_init(&all, BUF_ROOMY);
	buf_init(&words, BUF_ROOMY);
	buf_add(&all, said, len);
	text_short(&words, all.s, 80);
	buf_adds(why, "“");
	text_words(why, words.s, NULL);
	buf_addf(why, "” %s", sentence);
	buf_release(&words);
	buf_release(&all);
	return WHEN_REFUSED;
}

static void say_clock(struct buf *out, const struct zone *z, int64_t ms)
{
	civil_time(out, ms + zone_offset_s(z, ms) * MS_SECOND);
	if (!z->known)
		buf_adds(out, " UTC");
}

/* ---- what looks like a time and is none ---- */

/* "1h30m ago" */
static void say_ago(struct buf *out, int64_t ms)
{
	static const struct {
		int64_t ms;
		char letter;
	} units[] = { { MS_DAY, 'd' }, { MS_HOUR, 'h' }, { MS_MINUTE, 'm' }, { MS_SECOND, 's' } };
	size_t i, from = out->len;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (ms >= units[i].ms)
			buf_addf(out, "%lld%c", (long long)(ms / units[i].ms), units[i].letter);
		ms %= units[i].ms;
	}
	buf_adds(out, out->len > from ? " ago" : "0m ago");
}

static void say_day(struct buf *out, const struct civil *day)
{
	buf_addf(out, "%04u-%02u-%02u ", (unsigned)day->year % 10000, (unsigned)day->month % 100,
		 (unsigned)day->day % 100);
}

/* The day that was meant, else today. */
static void say_other_day(struct buf *out, const struct when_context *c, const struct spoken *w)
{
	struct civil today, day;

	civil_from_ms(&today, when_local_midnight(&c->zone, c->now_ms));
	if (!w->day || !day_before(w->day, w->day_len, &today, &day))
		day = today;
	say_day(out, &day);
}

/* The day that stands before the time: without it the line to type would mean today. */
static void say_own_day(struct buf *out, const struct spoken *w)
{
	if (w->kind == SPOKEN_DATE && when_date_exists(&w->c))
		say_day(out, &w->c);
	else if (w->kind == SPOKEN_DAY && w->days_back > 0)
		buf_adds(out, "yesterday ");
}

#define CLOCK_WORDS_MOST 32 /* bytes of a time of day that are said again as they were typed */

/* What to type in its place. */
static void say_instead(struct buf *out, const struct when_context *c, const struct spoken *w)
{
	bool clock = w->c.hour <= 23 && w->c.minute <= 59 && w->c.second <= 59;

	if (w->wrong == SPOKEN_MINUS) {
		say_ago(out, w->ago_ms);
	} else if (w->wrong == SPOKEN_NO_CLOCK && w->c.hour == 24 && !w->c.minute && !w->c.second) {
		buf_adds(out, "00:00");
	} else if (!clock || w->wrong == SPOKEN_NO_CLOCK || w->wrong == SPOKEN_NO_DATE) {
		/* Nobody can tell what was meant: the form, with a time that does no harm. */
		say_clock(out, &c->zone, c->now_ms);
	} else {
		if (w->wrong == SPOKEN_OTHER_DAY || w->wrong == SPOKEN_OFFSET)
			say_other_day(out, c, w);
		else
			say_own_day(out, w);
		/* "14.05" has no words that could stand there, and "2      am" may have too many. */
		if (w->wrong == SPOKEN_FORM || !w->clock_len || w->clock_len > CLOCK_WORDS_MOST)
			buf_addf(out, "%d:%02d%s", w->c.hour, w->c.minute, w->fixed ? " UTC" : "");
		else
			buf_add(out, w->clock, w->clock_len);
		if (w->wrong == SPOKEN_OFFSET)
			buf_add(out, w->tail, w->tail_len);
	}
}

static enum when_result refuse_wrong(const struct when_context *c, const char *said,
				     const struct spoken *w, struct buf *why, struct buf *instead)
{
	static const char put_a_word[] = "If it isn't meant as a time, put a word before it.";

	say_instead(instead, c, w);
	switch (w->wrong) {
	case SPOKEN_ZONE:
		when_refuse(w->tail, w->tail_len, why,
			    "is a time zone that I can't use here. Give the time in "
			    "your own zone or in UTC.");
		break;
	case SPOKEN_OFFSET:
		when_refuse(said, w->said, why,
			    "needs its date: an offset belongs to a time with a date.");
		break;
	case SPOKEN_MINUS:
		when_refuse(said, w->said, why, "could be before or ahead. ");
		buf_adds(why, put_a_word);
		break;
	case SPOKEN_OTHER_DAY:
		when_refuse(said, w->said, why,
			    "isn't a time that I can read. Give the day as a date.");
		break;
	case SPOKEN_NO_DATE:
		when_refuse(said, w->said, why, "doesn't exist.");
		break;
	default:
		when_refuse(said, w->said, why, "isn't a time that I can read. ");
		buf_adds(why, put_a_word);
	}
	return WHEN_REFUSED;
}

enum when_result when_read(const struct when_context *c, const char *s, size_t *used, int64_t *ms,
			   struct buf *why, struct buf *instead)
{
	const char *said = s + scan_spaces(s);
	struct spoken w;
	enum choice choice;

	if (!spoken_read(s, &w))
		return WHEN_NONE;
	*used = w.used;
	*ms = c->now_ms;
	if (w.wrong)
		return refuse_wrong(c, said, &w, why, instead);
	choice = moment_of(&w, c, ms);
	if (choice == CHOICE_AHEAD) {
		*ms = c->now_ms;
		return when_refuse(said, w.said, why,
				   "is in the future. Leave the time out if it's now.");
	}
	if (*ms <= 0) {
		*ms = c->now_ms;
		say_clock(instead, &c->zone, c->now_ms);
		return when_refuse(said, w.said, why, "is too long ago to be meant.");
	}
	if (choice == CHOSEN)
		return WHEN_READ;
	when_refuse(said, w.said, why,
		    "doesn't exist that day (clocks went forward). By the old clocks it is ");
	say_clock(why, &c->zone, *ms);
	buf_addc(why, '.');
	return WHEN_REFUSED;
}
