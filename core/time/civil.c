#include "core/time/civil.h"

#include "core/base/scan.h"

/* Days since 1970-01-01 of a date in the Gregorian calendar; years begin in March, so that the leap day
 * is the last of them. */
static int64_t days_of(int64_t year, int month, int day)
{
	int64_t era, of_era, of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	of_era = year - era * 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year + day - 1 - 719468;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

void civil_from_ms(struct civil *c, int64_t ms)
{
	int64_t rest = ms % MS_DAY +
		       (ms % MS_DAY < 0 ? MS_DAY : 0); /* of INT64_MIN too, without overflow */
	int64_t days = floor_div(ms, MS_DAY), shifted = days + 719468,
		era = floor_div(shifted, 146097);
	int64_t of_era = shifted - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int month = (int)((5 * of_year + 2) / 153);

	c->day = (int)(of_year - (153 * month + 2) / 5 + 1);
	c->month = month < 10 ? month + 3 : month - 9;
	c->year = (int)(year + era * 400 + (c->month <= 2));
	c->hour = (int)(rest / MS_HOUR);
	c->minute = (int)(rest % MS_HOUR / MS_MINUTE);
	c->second = (int)(rest % MS_MINUTE / MS_SECOND);
	c->ms = (int)(rest % MS_SECOND);
	c->weekday = (int)(days + 4 - floor_div(days + 4, 7) * 7);
}

int64_t civil_to_ms(const struct civil *c)
{
	int64_t months = (int64_t)c->month - 1, years = floor_div(months, 12);
	int64_t days = days_of(c->year + years, (int)(months - years * 12) + 1, 1) + c->day - 1;

	return days * MS_DAY + c->hour * MS_HOUR + c->minute * MS_MINUTE + c->second * MS_SECOND +
	       c->ms;
}

int civil_days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12)
		return 0;
	return days[month - 1] + (month == 2 && leap);
}

int zone_offset_s(const struct zone *z, int64_t utc_ms)
{
	int seconds;

	if (!z->known)
		return 0;
	if (z->name && z->zones && z->zones->offset(z->zones, z->name, utc_ms, &seconds) == 0)
		return seconds;
	return z->offset_s;
}

int zone_to_utc(const struct zone *z, int64_t local_ms, int64_t utc[2])
{
	/* Offsets lie within a day of UTC, and no zone has ever changed its clocks twice in two days:
	 * the offset that was in force is one of these two. */
	int64_t before = zone_offset_s(z, local_ms - MS_DAY) * MS_SECOND;
	int64_t after = zone_offset_s(z, local_ms + MS_DAY) * MS_SECOND;
	int64_t first = before > after ? before : after, second = before > after ? after : before;
	int n = 0;

	if (zone_offset_s(z, local_ms - first) * MS_SECOND == first)
		utc[n++] = local_ms - first;
	if (second != first && zone_offset_s(z, local_ms - second) * MS_SECOND == second)
		utc[n++] = local_ms - second;
	return n;
}

void civil_rfc3339(struct buf *out, int64_t ms)
{
	struct civil c;

	civil_from_ms(&c, ms);
	buf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day, c.hour,
		 c.minute, c.second, c.ms);
}

static bool field(const char **at, int digits, char before, int low, int high, int *value)
{
	int64_t v;

	if (before) {
		if (**at != before)
			return false;
		++*at;
	}
	if (!scan_number(at, digits, digits, &v) || v < low || v > high)
		return false;
	*value = (int)v;
	return true;
}

static bool read_fraction(const char **at, int *ms)
{
	int digits = 0;

	if (**at != '.')
		return true;
	for (++*at; **at >= '0' && **at <= '9'; ++*at)
		if (digits++ < 3)
			*ms = *ms * 10 + (**at - '0');
	if (!digits)
		return false;
	for (; digits < 3; digits++)
		*ms *= 10;
	return true;
}

static bool civil_read_offset(const char **at, int64_t *offset_ms)
{
	int hours, minutes, sign = **at == '-' ? -1 : 1;

	*offset_ms = 0;
	if (**at == '\0')
		return true;
	if (**at == 'Z' || **at == 'z') {
		++*at;
		return true;
	}
	if (**at != '+' && **at != '-')
		return false;
	++*at;
	if (!field(at, 2, 0, 0, 23, &hours) || !field(at, 2, ':', 0, 59, &minutes))
		return false;
	*offset_ms = sign * (hours * MS_HOUR + minutes * MS_MINUTE);
	return true;
}

int civil_parse_rfc3339(const char *s, int64_t *ms)
{
	struct civil c = { 0 };
	int64_t offset;

	if (!field(&s, 4, 0, 0, 9999, &c.year) || !field(&s, 2, '-', 1, 12, &c.month) ||
	    !field(&s, 2, '-', 1, civil_days_in_month(c.year, c.month), &c.day))
		return 1;
	if (*s != 'T' && *s != 't' && *s != ' ')
		return 1;
	s++;
	if (!field(&s, 2, 0, 0, 23, &c.hour) || !field(&s, 2, ':', 0, 59, &c.minute) ||
	    !field(&s, 2, ':', 0, 59, &c.second))
		return 1;
	if (!read_fraction(&s, &c.ms) || !civil_read_offset(&s, &offset) || *s)
		return 1;
	*ms = civil_to_ms(&c) - offset;
	return 0;
}

void civil_time(struct buf *out, int64_t ms)
{
	struct civil c;

	civil_from_ms(&c, ms);
	buf_addf(out, "%02d:%02d", c.hour, c.minute);
}

void civil_date(struct buf *out, int64_t ms)
{
	struct civil c;

	civil_from_ms(&c, ms);
	buf_addf(out, "%04d-%02d-%02d", c.year, c.month, c.day);
}

void civil_full(struct buf *out, int64_t ms)
{
	civil_date(out, ms);
	buf_addc(out, ' ');
	civil_time(out, ms);
	buf_adds(out, " UTC");
}

static bool date_read(const char *date, int64_t *ms)
{
	struct civil c = { 0 };

	if (!field(&date, 4, 0, 0, 9999, &c.year) || !field(&date, 2, '-', 1, 12, &c.month) ||
	    !field(&date, 2, '-', 1, civil_days_in_month(c.year, c.month), &c.day) || *date)
		return false;
	*ms = civil_to_ms(&c);
	return true;
}

void civil_day(struct buf *out, const char *date, int year)
{
	static const char days[] = "SunMonTueWedThuFriSat",
			  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil c;
	int64_t ms;

	if (!date_read(date, &ms)) {
		buf_adds(out, date);
		return;
	}
	civil_from_ms(&c, ms);
	buf_addf(out, "%.3s %d %.3s", days + 3 * c.weekday, c.day, months + 3 * (c.month - 1));
	if (c.year != year)
		buf_addf(out, " %d", c.year);
}

void civil_day_near(struct buf *out, const char *date, int64_t local_ms)
{
	static const struct {
		int64_t days;
		const char *word;
	} near[] = { { -1, "yesterday" }, { 0, "today" }, { 1, "tomorrow" } };
	struct civil now;
	int64_t ms, today = local_ms - ((local_ms % MS_DAY) + MS_DAY) % MS_DAY;
	const char *word = NULL;

	civil_from_ms(&now, local_ms);
	if (date_read(date, &ms))
		for (size_t i = 0; i < sizeof(near) / sizeof(*near); i++)
			if (ms == today + near[i].days * MS_DAY)
				word = near[i].word;
	if (word)
		buf_addf(out, "%s (", word);
	civil_day(out, date, now.year);
	buf_adds(out, word ? ")" : "");
}

static void two_units(struct buf *out, int64_t n, const char *unit, int64_t rest, const char *small)
{
	buf_addf(out, "%lld %s", (long long)n, unit);
	if (rest)
		buf_addf(out, " %lld %s", (long long)rest, small);
}

void civil_duration(struct buf *out, int64_t ms)
{
	if (ms < MS_MINUTE)
		two_units(out, ms / MS_SECOND, "s", 0, "");
	else if (ms < MS_HOUR)
		two_units(out, ms / MS_MINUTE, "min", 0, "");
	else if (ms < MS_DAY)
		two_units(out, ms / MS_HOUR, "h", ms % MS_HOUR / MS_MINUTE, "min");
	else
		two_units(out, ms / MS_DAY, "d", ms % MS_DAY / MS_HOUR, "h");
}

void civil_ago(struct buf *out, int64_t ms, int64_t now_ms)
{
	int64_t ago = now_ms - ms;

	if (ago > -MS_MINUTE && ago < MS_MINUTE) {
		buf_adds(out, "just now");
	} else if (ago < 0) {
		buf_adds(out, "in ");
		civil_duration(out, -ago);
	} else {
		civil_duration(out, ago);
		buf_adds(out, " ago");
	}
}
