#include "when.h"

#include "scan.h"
#include "when_private.h"

#include <string.h>

#define DATE_WORDS 4

struct date_words {
	char s[64];
	const char *word[DATE_WORDS];	/* into s, lower case, without commas and full stops */
	size_t n;
};

static bool split_date(const char *s, struct date_words *d)
{
	size_t used = 0, space;
	bool inside = false;

	*d = (struct date_words){ .n = 0 };
	for (; *s; s += space ? space : 1) {
		space = scan_space(s);
		if (space || *s == ',' || (*s == '.' && when_ends(s + 1))) {
			inside = false;
			continue;
		}
		if (used + 2 >= sizeof(d->s) || (!inside && d->n == DATE_WORDS))
			return false;
		if (!inside) {
			if (used)
				used++;		/* the NUL between two words is there already */
			d->word[d->n++] = d->s + used;
		}
		inside = true;
		d->s[used++] = *s >= 'A' && *s <= 'Z' ? (char)(*s + ('a' - 'A')) : *s;
	}
	return d->n > 0;
}

/* "dec", "sept", "december": three letters or more of a name. Its place in the list, or -1. */
static int name_in(const char *const *names, int count, const char *word)
{
	size_t len = strlen(word);
	int i;

	for (i = 0; len >= 3 && i < count; i++)
		if (strncmp(names[i], word, len) == 0)
			return i;
	return -1;
}

static int month_from(const char *word)
{
	static const char *const months[] = { "january", "february", "march", "april", "may", "june",
		"july", "august", "september", "october", "november", "december" };

	return name_in(months, 12, word) + 1;
}

static int weekday_from(const char *word)
{
	static const char *const days[] = { "sunday", "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday" };

	return name_in(days, 7, word);
}

static int day_from(const char *word)	/* "1", "1st"; 0 if it is none */
{
	int64_t day;

	if (!scan_number(&word, 1, 2, &day) || day < 1 || day > 31)
		return 0;
	if (*word && !scan_listed("st nd rd th", word, strlen(word)))
		return 0;
	return (int)day;
}

/* The dates that can be read; each sets *c and says whether the words are such a date. */
static bool date_iso(const struct date_words *d, const struct civil *today, struct civil *c)
{
	const char *at = d->word[0];

	(void)today;
	return d->n == 1 && when_read_date(&at, c) && !*at;
}

static bool date_named(const struct date_words *d, const struct civil *today, struct civil *c)
{
	int weekday;

	if (d->n != 1)
		return false;
	*c = *today;
	if (strcmp(d->word[0], "today") == 0)
		return true;
	if (strcmp(d->word[0], "tomorrow") == 0) {
		c->day++;
		return true;
	}
	weekday = weekday_from(d->word[0]);
	if (weekday < 0)
		return false;
	c->day += (weekday - today->weekday + 6) % 7 + 1;
	return true;
}

static bool date_in(const struct date_words *d, const struct civil *today, struct civil *c)
{
	const char *at;
	int64_t n;

	if (d->n != 3 || strcmp(d->word[0], "in") != 0)
		return false;
	at = d->word[1];
	if (!scan_number(&at, 1, 4, &n) || *at)
		return false;
	*c = *today;
	if (scan_listed("week weeks", d->word[2], strlen(d->word[2])))
		n *= 7;
	else if (!scan_listed("day days", d->word[2], strlen(d->word[2])))
		return false;
	c->day += (int)n;
	return true;
}

static bool before_day(const struct civil *a, const struct civil *b)
{
	if (a->year != b->year)
		return a->year < b->year;
	return a->month != b->month ? a->month < b->month : a->day < b->day;
}

static bool date_of_month(const struct date_words *d, const struct civil *today, struct civil *c)
{
	const char *at;
	int64_t year;
	int tries;

	if (d->n != 2 && d->n != 3)
		return false;
	*c = *today;
	c->month = month_from(d->word[0]);
	c->day = day_from(d->word[c->month ? 1 : 0]);
	if (!c->month)
		c->month = month_from(d->word[1]);
	if (!c->month || !c->day)
		return false;
	if (d->n == 3) {
		at = d->word[2];
		if (!scan_number(&at, 4, 4, &year) || *at)
			return false;
		c->year = (int)year;
		return true;
	}
	/* The next such day; February 29 may be eight years away. */
	for (tries = 0; tries < 9 && (before_day(c, today) || !when_date_exists(c)); tries++)
		c->year++;
	return true;
}

/* Counted days run over the end of a month; a date that was written out must exist as it stands. */
static bool carries(bool (*form)(const struct date_words *, const struct civil *, struct civil *))
{
	return form == date_named || form == date_in;
}

enum when_result date_read(const struct when_context *c, const char *s, char date[11], struct buf *why)
{
	static bool (*const forms[])(const struct date_words *, const struct civil *, struct civil *) = {
		date_iso, date_named, date_in, date_of_month,
	};
	struct civil today, day = { 0 };
	struct date_words d;
	size_t i, count = sizeof(forms) / sizeof(forms[0]);

	if (!split_date(s, &d))
		return WHEN_NONE;
	civil_from_ms(&today, when_local_midnight(&c->zone, c->now_ms));
	for (i = 0; i < count && !forms[i](&d, &today, &day); i++)
		;
	if (i == count)
		return WHEN_NONE;
	s += scan_spaces(s);
	if (carries(forms[i]))
		civil_from_ms(&day, civil_to_ms(&day));
	if (!when_date_exists(&day))
		return when_refuse(s, strlen(s), why,
				   " is not in the calendar. Type a date like 2026-12-01.");
	if (before_day(&day, &today))
		return when_refuse(s, strlen(s), why,
				   " is over. Type today or a later date, like 2026-12-01, friday or "
				   "in 3 days.");
	snprintf(date, 11, "%04u-%02u-%02u", (unsigned)day.year % 10000, (unsigned)day.month % 100,
		 (unsigned)day.day % 100);
	return WHEN_READ;
}

int64_t date_end_ms(const char *date, const struct zone *z)
{
	struct civil c = { 0 };
	int64_t utc[2], last;
	int n;

	if (!when_read_date(&date, &c))
		return 0;
	last = civil_to_ms(&c) + MS_DAY - 1;
	n = zone_to_utc(z, last, utc);
	return n ? utc[n - 1] : last - zone_offset_s(z, last - MS_DAY) * MS_SECOND;
}
