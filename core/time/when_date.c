#include "core/time/when.h"

#include "core/base/scan.h"
#include "core/time/when_private.h"

#include <string.h>
#include <strings.h>

#define DATE_WORDS 4

struct date_words {
	char s[64];
	const char *word[DATE_WORDS]; /* into s, lower case, without commas and full stops */
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
				used++; /* the NUL between two words is there already */
			d->word[d->n++] = d->s + used;
		}
		inside = true;
		d->s[used++] = *s >= 'A' && *s <= 'Z' ? (char)(*s + ('a' - 'A')) : *s;
	}
	return d->n > 0;
}

static const char *const months[] = { "january",   "february", "march",	   "april",
				      "may",	   "june",     "july",	   "august",
				      "september", "october",  "november", "december" };
static const char *const weekdays[] = { "sunday",   "monday", "tuesday", "wednesday",
					"thursday", "friday", "saturday" };

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
	return name_in(months, 12, word) + 1;
}

static int weekday_from(const char *word)
{
	return name_in(weekdays, 7, word);
}

static int day_from(const char *word) /* "1", "1st"; 0 if it is none */
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
	if (strcmp(d->word[0], "tomorrow") == 0 || strcmp(d->word[0], "yesterday") == 0) {
		c->day += *d->word[0] == 't' ? 1 : -1;
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

enum when_result date_read(const struct when_context *c, const char *s, char date[11],
			   struct buf *why)
{
	static bool (*const forms[])(const struct date_words *, const struct civil *,
				     struct civil *) = {
		date_iso,
		date_named,
		date_in,
		date_of_month,
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
		return when_refuse(s, strlen(s), why, "isn't in the calendar.");
	if (before_day(&day, &today))
		return when_refuse(s, strlen(s), why, "is in the past.");
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

/* ---- what looks like a date and is none ---- */

/* The name of a day or month that a word was meant to be: itself, a slip away, or four letters or more of
 * its beginning ("tom" is a person). NULL if there is none. */
static const char *day_name(const char *word)
{
	static const char *const others[] = { "today", "tomorrow", "yesterday", "tonight" };
	size_t len = strlen(word), i;
	const char *name;

	for (i = 0; i < 4 + 7 + 12; i++) {
		name = i < 4 ? others[i] : i < 11 ? weekdays[i - 4] : months[i - 11];
		if (len >= 3 && i >= 4 && strncmp(name, word, len) == 0)
			return name;
		if (len >= 4 && scan_near(word, len, name, strlen(name)) < SCAN_FAR)
			return name;
	}
	return NULL;
}

/* "12/01", "1.12.2026", "2026-12", "5th", "14:05", "5pm"; not "1.5" and "2-3", which are amounts. */
static bool date_number(const char *s)
{
	size_t digits = strspn(s, "0123456789");
	const char *rest = s + digits, *second;

	if (!digits || digits > 4)
		return false;
	if (!*rest || !strchr("/.:-", *rest))
		return scan_listed("st nd rd th am pm a.m p.m", rest, strlen(rest));
	if (rest[1] < '0' || rest[1] > '9')
		return false;
	second = strchr(rest + 1, *rest);
	return strchr("/:", *rest) || digits == 4 ||
	       (second && second[1] >= '0' && second[1] <= '9');
}

static bool date_unit(const char *word)
{
	return scan_listed(
		"day days week weeks month months year years hour hours minutes quarter sprint weekend "
		"morning noon evening afternoon night",
		word, strlen(word));
}

/* Words that say nothing alone: "next friday", "in 2 months", "the 5th", "end of week", "1 of dec". */
static bool date_led(const struct date_words *d, size_t i)
{
	const char *first = d->word[0], *word = d->word[i];

	if (scan_listed("next this in", first, strlen(first)) && date_unit(word))
		return true;
	if (strcmp(first, "end") == 0 || strcmp(first, "the") == 0)
		return strcmp(word, "of") == 0 || strcmp(word, "end") == 0 || date_number(word) ||
		       strcmp(word, "weekend") == 0;
	return (scan_listed("next this on", first, strlen(first)) || day_from(first)) &&
	       (day_name(word) || date_number(word));
}

bool date_like(const char *s, const char **near)
{
	struct date_words d;
	const char *first;
	size_t i;

	*near = NULL;
	if (!split_date(s, &d))
		return false;
	first = d.word[0];
	*near = day_name(first);
	if (*near || date_number(first) ||
	    scan_listed("noon midnight eod eow eom cob", first, strlen(first)))
		return true;
	for (i = 1; i < d.n; i++)
		if (date_led(&d, i))
			return true;
	return false;
}

/* ---- days that a WHEN doesn't have ---- */

/* "23.11.", "23.11.2026", "11/23", "2026/11/23" */
static size_t day_numbers(const char *s)
{
	const char *p = s;
	int64_t n;
	int parts;

	for (parts = 0; parts < 3; parts++) {
		if (!scan_number(&p, 1, 4, &n))
			break;
		if (*p == '.' || *p == '/')
			p++;
		else
			return parts ? (size_t)(p - s) : 0;
	}
	return parts > 1 && when_ends(p) ? (size_t)(p - s) : 0;
}

static size_t day_word(const char *s, char word[16])
{
	size_t n = 0;

	while (n < 15 && s[n] && !when_ends(s + n) && !(s[n] == '.' && when_ends(s + n + 1))) {
		word[n] = s[n] >= 'A' && s[n] <= 'Z' ? (char)(s[n] + ('a' - 'A')) : s[n];
		n++;
	}
	word[n] = '\0';
	return n + (s[n] == '.');
}

/* "last night", "yesterday evening": its bytes, 0 if there is none. */
static size_t part_of_day(const char *s, int *days_back)
{
	static const struct {
		const char *words;
		int days_back;
	} parts[] = {
		{ "last night", 1 },
		{ "tonight", 0 },
		{ "this morning", 0 },
		{ "this afternoon", 0 },
		{ "this evening", 0 },
		{ "yesterday morning", 1 },
		{ "yesterday afternoon", 1 },
		{ "yesterday evening", 1 },
		{ "yesterday night", 1 },
		{ "day before yesterday", 2 },
		{ "the day before yesterday", 2 },
	};
	size_t i, n;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		n = strlen(parts[i].words);
		*days_back = parts[i].days_back;
		if (scan_is(s, strnlen(s, n), parts[i].words) && when_ends(s + n))
			return n;
	}
	return 0;
}

/* "on", "last" and the blanks behind it. */
static size_t day_lead(const char *s)
{
	char word[16];
	size_t n = day_word(s, word), m;

	if (strcmp(word, "last") != 0 && strcmp(word, "on") != 0)
		return 0;
	m = scan_blanks(s + n);
	return m ? n + m : 0;
}

/* "monday", "23 november", "november 23, 2026" */
static size_t day_named(const char *s)
{
	char first[16], second[16], third[16];
	size_t n = day_word(s, first), m, year;

	if (weekday_from(first) >= 0)
		return n;
	m = scan_blanks(s + n);
	if (!m)
		return 0;
	m += day_word(s + n + m, second);
	if (!(month_from(first) && day_from(second)) && !(day_from(first) && month_from(second)))
		return 0;
	n += m;
	m = (s[n] == ',') + scan_blanks(s + n + (s[n] == ','));
	year = m ? day_word(s + n + m, third) : 0;
	return year == 4 && strspn(third, "0123456789") == 4 ? n + m + year : n;
}

static size_t day_alone(const char *s)
{
	size_t n = day_numbers(s);
	int ignored;

	return n ? n : part_of_day(s, &ignored);
}

/* Word by word: a line may have thousands of them, and each is looked at once. */
size_t day_words(const char *s)
{
	const char *at = s;
	size_t n, lead;

	while (!(n = day_alone(at)) && (lead = day_lead(at)))
		at += lead;
	if (!n)
		n = day_named(at);
	return n ? (size_t)(at - s) + n : 0;
}

bool day_before(const char *s, size_t len, const struct civil *today, struct civil *day)
{
	struct date_words d;
	struct civil c = { 0 };
	struct buf words;
	const char *at;
	int back;
	bool ok;

	if (part_of_day(s, &back) == len) {
		c = *today;
		c.day -= back;
		civil_from_ms(day, civil_to_ms(&c));
		return true;
	}
	buf_init(&words, 64);
	buf_add(&words, s, len);
	at = words.s;
	if (strncasecmp(at, "last ", 5) == 0 || strncasecmp(at, "on ", 3) == 0)
		at += strcspn(at, " ") + 1;
	ok = split_date(at, &d);
	if (ok && d.n == 1 && weekday_from(d.word[0]) >= 0) {
		c = *today;
		c.day -= (today->weekday - weekday_from(d.word[0]) + 7) % 7;
	} else if (ok && !date_iso(&d, today, &c)) {
		ok = date_of_month(&d, today, &c);
		if (ok && d.n == 2 && before_day(today, &c))
			c.year--;
	}
	buf_release(&words);
	if (!ok)
		return false;
	civil_from_ms(day, civil_to_ms(&c));
	return true;
}
