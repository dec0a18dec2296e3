#include "when.h"

#include "scan.h"
#include "text.h"
#include "when_private.h"

#include <string.h>

/* How far a WHEN may lie ahead of now: people's clocks differ, and "14:05" is typed at 14:04. */
#define AHEAD (10 * MS_MINUTE)

/* ---- what was said, before anybody's clock is asked ---- */

enum spoken_kind {
	SPOKEN_CLOCK,	/* 14:05: the latest such moment */
	SPOKEN_DAY,	/* yesterday 23:50 */
	SPOKEN_DATE,	/* 2026-11-23 14:05 */
	SPOKEN_AGO,	/* -20m */
};

struct spoken {
	enum spoken_kind kind;
	struct civil c;		/* DATE: all of it; CLOCK, DAY: hour, minute, second */
	bool impossible;	/* DATE: there is no such date or time of day */
	int days_back;		/* DAY */
	int64_t ago_ms;		/* AGO */
	bool fixed;		/* UTC or an offset was said: the speaker's zone doesn't matter */
	int offset_s;
	size_t said;		/* bytes of the WHEN itself */
	size_t used;		/* with the comma and white space behind it */
};

bool when_ends(const char *s)
{
	return *s == '\0' || *s == ',' || scan_space(s);
}

/* H:MM[:SS[.fraction]]. Numbers out of range are left in c: the caller says whether that matters. */
static bool read_hours(const char **at, struct civil *c)
{
	const char *p = *at;
	int64_t hour, minute, second = 0, fraction;

	if (!scan_number(&p, 1, 2, &hour) || *p++ != ':' || !scan_number(&p, 2, 2, &minute))
		return false;
	if (*p == ':') {
		p++;
		if (!scan_number(&p, 2, 2, &second))
			return false;
		if (*p == '.' && p++ && !scan_number(&p, 1, 9, &fraction))
			return false;
	}
	c->hour = (int)hour;
	c->minute = (int)minute;
	c->second = (int)second;
	*at = p;
	return true;
}

/* "pm" or " PM" behind hours that can have it; anything else is left where it is. */
static void read_half(const char **at, struct civil *c)
{
	const char *p = *at + scan_blanks(*at);
	bool am = scan_is(p, strnlen(p, 2), "am"), pm = scan_is(p, strnlen(p, 2), "pm");

	if ((!am && !pm) || !when_ends(p + 2) || c->hour < 1 || c->hour > 12)
		return;
	c->hour = c->hour % 12 + (pm ? 12 : 0);
	*at = p + 2;
}

static bool read_utc(const char **at)
{
	const char *p = *at + scan_blanks(*at);

	if (!scan_is(p, strnlen(p, 3), "utc") || !when_ends(p + 3))
		return false;
	*at = p + 3;
	return true;
}

/* "Z", "+01:00", "-0530" directly behind a dated time. */
static bool read_offset(const char **at, int *offset_s)
{
	const char *p = *at;
	int sign = *p == '-' ? -1 : 1;
	int64_t hours, minutes;

	*offset_s = 0;
	if (*p == 'Z' || *p == 'z') {
		*at = p + 1;
		return true;
	}
	if (*p != '+' && *p != '-')
		return false;
	p++;
	if (strnlen(p, 3) == 3 && p[2] == ':') {
		if (!scan_number(&p, 2, 2, &hours) || *p++ != ':' || !scan_number(&p, 2, 2, &minutes))
			return false;
	} else if (scan_number(&p, 4, 4, &hours)) {
		minutes = hours % 100;
		hours /= 100;
	} else {
		return false;
	}
	/* -12:00 to +14:00, by quarters of an hour: all that there are, and fewer ranges to mistake. */
	if (hours * 60 + minutes > (sign > 0 ? 14 : 12) * 60 || minutes % 15 || minutes > 59)
		return false;
	*offset_s = sign * (int)(hours * 3600 + minutes * 60);
	*at = p;
	return true;
}

static bool clock_possible(const struct civil *c)
{
	return c->hour <= 23 && c->minute <= 59 && c->second <= 59;
}

/* "14:05 - 14:20" is a range, with or without spaces, and a range is text. */
static bool range_follows(const char *s)
{
	static const char *const dashes[] = { "-", "\xE2\x80\x93", "\xE2\x80\x94" };
	struct civil ignored;
	size_t i;

	s += scan_blanks(s);
	for (i = 0; i < sizeof(dashes) / sizeof(dashes[0]); i++) {
		const char *p = s + strlen(dashes[i]);

		if (strncmp(s, dashes[i], strlen(dashes[i])) != 0)
			continue;
		p += scan_blanks(p);
		return read_hours(&p, &ignored);
	}
	return false;
}

/* The time of day of any WHEN that has one, up to its end. */
static bool read_clock(const char **at, struct spoken *w)
{
	if (!read_hours(at, &w->c))
		return false;
	read_half(at, &w->c);
	if (read_utc(at) || (w->kind == SPOKEN_DATE && read_offset(at, &w->offset_s)))
		w->fixed = true;
	return when_ends(*at) && !range_follows(*at);
}

bool when_read_date(const char **at, struct civil *c)
{
	const char *p = *at;
	int64_t year, month, day;

	if (!scan_number(&p, 4, 4, &year) || *p++ != '-' || !scan_number(&p, 2, 2, &month) ||
	    *p++ != '-' || !scan_number(&p, 2, 2, &day))
		return false;
	c->year = (int)year;
	c->month = (int)month;
	c->day = (int)day;
	*at = p;
	return true;
}

bool when_date_exists(const struct civil *c)
{
	return c->day >= 1 && c->day <= civil_days_in_month(c->year, c->month);
}

static bool read_dated(const char **at, struct spoken *w)
{
	size_t gap;

	w->kind = SPOKEN_DATE;
	if (!when_read_date(at, &w->c))
		return false;
	gap = **at == 'T' || **at == 't' ? 1 : scan_blanks(*at);
	*at += gap;
	if (!gap || !read_clock(at, w))
		return false;
	w->impossible = !when_date_exists(&w->c) || !clock_possible(&w->c);
	return true;
}

static bool read_day(const char **at, struct spoken *w)
{
	static const char *const days[] = { "today", "yesterday" };
	size_t i, n, gap;

	w->kind = SPOKEN_DAY;
	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		n = strlen(days[i]);
		if (!scan_is(*at, strnlen(*at, n), days[i]))
			continue;
		gap = scan_blanks(*at + n);
		*at += n + gap;
		w->days_back = (int)i;
		return gap && read_clock(at, w) && clock_possible(&w->c);
	}
	return false;
}

static bool read_time(const char **at, struct spoken *w)
{
	w->kind = SPOKEN_CLOCK;
	if (**at == '@')
		++*at;
	return read_clock(at, w) && clock_possible(&w->c);
}

static int64_t unit_ms(const char *s, size_t len)
{
	static const struct {
		const char *words;
		int64_t ms;
	} units[] = {
		{ "s sec secs second seconds", MS_SECOND },
		{ "m min mins minute minutes", MS_MINUTE },
		{ "h hr hrs hour hours", MS_HOUR },
		{ "d day days", MS_DAY },
	};
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (scan_listed(units[i].words, s, len))
			return units[i].ms;
	return 0;
}

/* "1h30m"; spaces may stand within it only where "ago" says what they are for. */
static bool read_amounts(const char **at, bool spaces, int64_t *ms)
{
	const char *p = *at;
	int parts;

	*ms = 0;
	for (parts = 0; parts < 4; parts++) {
		int64_t n, unit;
		size_t len;

		if (spaces)
			p += scan_blanks(p);
		if (!scan_number(&p, 1, 6, &n))
			break;
		if (spaces)
			p += scan_blanks(p);
		len = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
		unit = unit_ms(p, len);
		if (!unit)
			return false;
		*ms += n * unit;
		p += len;
		*at = p;
	}
	return parts > 0;
}

static bool read_minus(const char **at, struct spoken *w)
{
	w->kind = SPOKEN_AGO;
	return *(*at)++ == '-' && read_amounts(at, false, &w->ago_ms) && when_ends(*at);
}

static bool read_ago(const char **at, struct spoken *w)
{
	size_t gap;

	w->kind = SPOKEN_AGO;
	if (!read_amounts(at, true, &w->ago_ms))
		return false;
	gap = scan_blanks(*at);
	*at += gap;
	if (!gap || !scan_is(*at, strnlen(*at, 3), "ago"))
		return false;
	*at += 3;
	return when_ends(*at);
}

static bool read_spoken(const char *s, struct spoken *w)
{
	static bool (*const forms[])(const char **at, struct spoken *w) = {
		read_dated, read_day, read_time, read_minus, read_ago,
	};
	const char *start = s + scan_spaces(s), *at;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		*w = (struct spoken){ 0 };
		at = start;
		if (!*at || !forms[i](&at, w))
			continue;
		w->said = (size_t)(at - start);
		at += *at == ',';
		w->used = (size_t)(at - s) + scan_spaces(at);
		return true;
	}
	return false;
}

bool when_needs_zone(const char *s)
{
	struct spoken w;

	return read_spoken(s, &w) && w.kind != SPOKEN_AGO && !w.fixed;
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
		return choose(z, when_local_midnight(z, c->now_ms) - w->days_back * MS_DAY + clock_ms(&w->c),
			      c->now_ms, ms);
	case SPOKEN_DATE:
		return choose(z, civil_to_ms(&w->c), c->now_ms, ms);
	}
	return CHOICE_AHEAD;
}

enum when_result when_refuse(const char *said, size_t len, struct buf *why, const char *sentence)
{
	struct buf words;

	buf_init(&words, 80);
	buf_add(&words, said, len);
	text_add_code(why, words.s);
	buf_adds(why, sentence);
	buf_release(&words);
	return WHEN_REFUSED;
}

static void say_clock(struct buf *out, const struct zone *z, int64_t ms)
{
	struct buf words;

	buf_init(&words, 16);
	civil_time(&words, ms + zone_offset_s(z, ms) * MS_SECOND);
	text_add_code(out, words.s);
	buf_release(&words);
}

enum when_result when_read(const struct when_context *c, const char *s, size_t *used, int64_t *ms,
			   struct buf *why)
{
	const char *said = s + scan_spaces(s);
	struct spoken w;
	enum choice choice;

	if (!read_spoken(s, &w))
		return WHEN_NONE;
	*used = w.used;
	*ms = c->now_ms;
	if (w.impossible)
		return when_refuse(said, w.said, why,
				   " is no date and time that exists. Type it like 2026-11-23 14:05.");
	choice = moment_of(&w, c, ms);
	if (choice == CHOICE_AHEAD) {
		*ms = c->now_ms;
		return when_refuse(said, w.said, why,
				   " is still ahead. Type when it happened, like 14:05 or 20m ago; "
				   "leave the time out if it is now.");
	}
	if (*ms <= 0) {
		*ms = c->now_ms;
		return when_refuse(said, w.said, why,
				   " is before 1970. Type when it happened, like 14:05 or 20m ago.");
	}
	if (choice == CHOSEN)
		return WHEN_READ;
	when_refuse(said, w.said, why, " never was: the clocks were put forward over it. Type ");
	say_clock(why, &c->zone, *ms);
	buf_adds(why, " if you mean the time by the old clocks.");
	return WHEN_REFUSED;
}
