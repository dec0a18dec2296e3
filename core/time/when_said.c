/* A WHEN as it is said: the forms that can be read, and what looks like one of them and is none. */
#include "core/time/when_private.h"

#include "core/base/scan.h"

#include <string.h>

enum reading { NOT_ONE, IS_ONE, IS_WRONG };

bool when_ends(const char *s)
{
	return *s == '\0' || *s == ',' || scan_space(s);
}

/* "14:05: rolled back": bytes of the one mark that may end a time like a comma does. */
static size_t stop_at(const char *s)
{
	return *s && strchr(",.:;", *s) && (*s == ',' || !s[1] || scan_space(s + 1));
}

static bool clock_ends(const char *s)
{
	return when_ends(s) || stop_at(s);
}

static enum reading when_said_wrong(struct spoken *w, enum spoken_wrong what)
{
	w->wrong = what;
	return IS_WRONG;
}

/* Up to white space, a comma or a mention. */
static size_t word_length(const char *s)
{
	size_t n = 0;

	while (!when_ends(s + n) && s[n] != '\x02')
		n++;
	return n;
}

/* ---- the time of day ---- */

static size_t letters(const char *s)
{
	return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

/* H:MM[:SS[.fraction]]. Numbers out of range are left in c: the caller says whether that matters. */
static bool read_hours(const char **at, struct civil *c)
{
	const char *p = *at;
	int64_t hour, minute, second = 0, fraction;

	size_t colon;

	if (!scan_number(&p, 1, 2, &hour) || !(colon = scan_colon(p)))
		return false;
	p += colon;
	if (!scan_number(&p, 2, 2, &minute))
		return false;
	*at = p;
	colon = scan_colon(p);
	p += colon;
	if (colon && scan_number(&p, 2, 2, &second)) {
		*at = p;
		if (*p == '.' && p++ && scan_number(&p, 1, 9, &fraction))
			*at = p;
	}
	c->hour = (int)hour;
	c->minute = (int)minute;
	c->second = (int)second;
	return true;
}

/* Bytes of "pm", "PM", "p.m.", "p. m." at s, 0 if there is none. */
static size_t half_length(const char *s)
{
	const char *p = s;

	if (!*p || !strchr("aApP", *p++))
		return 0;
	if (*p == '.') {
		p++;
		p += scan_blanks(p);
	}
	if (*p != 'm' && *p != 'M')
		return 0;
	p++;
	if (*p == '.' && p - s > 2)
		p++;
	return clock_ends(p) ? (size_t)(p - s) : 0;
}

/* The half of the day behind hours. An hour that has none ("14:05pm") is wrong, but for one case: behind
 * "14:05 " a PM is a person. */
static enum reading read_half(const char **at, struct civil *c)
{
	const char *p = *at + scan_blanks(*at);
	size_t len = half_length(p);
	bool pm = *p == 'p' || *p == 'P';

	if (!len)
		return NOT_ONE;
	if (c->hour < 1 || c->hour > 12)
		return c->hour > 12 && p > *at && len == 2 && pm ? NOT_ONE : IS_WRONG;
	c->hour = c->hour % 12 + (pm ? 12 : 0);
	*at = p + len;
	return IS_ONE;
}

/* "UTC", "GMT", "Z", with or without a space before it. */
static bool read_utc(const char **at)
{
	const char *p = *at + scan_blanks(*at);
	size_t len = strcspn(p, " \t\n,.:;\xC2\xE2");

	if (!scan_listed("utc gmt z", p, len) || !clock_ends(p + len))
		return false;
	*at = p + len;
	return true;
}

/* "Z", "+01:00", "-0530" directly behind a time. */
static bool when_said_read_offset(const char **at, int *offset_s)
{
	const char *p = *at;
	size_t dash = scan_dash(p);
	int sign = dash ? -1 : 1;
	int64_t hours, minutes;

	*offset_s = 0;
	if (!dash && *p != '+')
		return false;
	p += dash ? dash : 1;
	if (strnlen(p, 3) == 3 && p[2] == ':') {
		if (!scan_number(&p, 2, 2, &hours) || *p++ != ':' ||
		    !scan_number(&p, 2, 2, &minutes))
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

/* Bytes of a time zone's name at s, 0 if there is none. Short ones that are words as well, or parts of
 * names, count in capitals only. */
static size_t zone_length(const char *s)
{
	static const char always[] =
		"est edt cst cdt mst mdt pst pdt akst akdt hst cet cest eet eest bst jst kst "
		"aest aedt acst acdt awst nzst nzdt msk sgt hkt ist sast";
	static const char capitals[] =
		"ET CT MT PT MET MEST WET WEST CAT EAT WAT BRT ART PKT WIB AST ADT PHT";
	static const char *const areas[] = { "Africa/",	  "America/",	"Antarctica/", "Asia/",
					     "Atlantic/", "Australia/", "Europe/",     "Indian/",
					     "Pacific/",  "Etc/" };
	size_t len = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"), i;

	for (i = 0; i < sizeof(areas) / sizeof(areas[0]); i++)
		if (strncasecmp(s, areas[i], strlen(areas[i])) == 0)
			return word_length(s);
	if ((s[len] == '+' || scan_dash(s + len)) && scan_listed("utc gmt", s, len)) {
		const char *p = s + len + (s[len] == '+' ? 1 : scan_dash(s + len));

		return *p >= '0' && *p <= '9' ? word_length(s) : 0;
	}
	if (!clock_ends(s + len))
		return 0;
	if (scan_listed(always, s, len))
		return len;
	return scan_listed(capitals, s, len) && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == len ? len
											       : 0;
}

static bool clock_possible(const struct civil *c)
{
	return c->hour <= 23 && c->minute <= 59 && c->second <= 59;
}

/* "14:05 - 14:20" is a range, with or without spaces, and a range is text. */
static bool range_follows(const char *s)
{
	struct civil ignored;
	size_t dash;

	s += scan_blanks(s);
	dash = *s == '/' ? 1 : scan_dash(s);
	if (!dash)
		return false;
	s += dash;
	s += scan_blanks(s);
	return read_hours(&s, &ignored);
}

/* "00:1b:44:11:3a:b7", "2001:db8::1" are addresses. */
static bool is_address(const char *s)
{
	size_t i, n = word_length(s), colons = 0;

	for (i = 0; i < n; i++)
		colons += s[i] == ':' && i + 1 < n;
	return colons > 2;
}

static enum reading read_zone(const char **at, struct spoken *w)
{
	const char *p;

	if (read_utc(at)) {
		w->fixed = true;
		return IS_ONE;
	}
	if (when_said_read_offset(at, &w->offset_s)) {
		w->fixed = true;
		if (w->kind == SPOKEN_DATE)
			return IS_ONE;
		w->tail = w->clock + w->clock_len;
		w->tail_len = (size_t)(*at - w->tail);
		return when_said_wrong(w, SPOKEN_OFFSET);
	}
	p = *at + scan_blanks(*at);
	w->tail = p;
	w->tail_len = zone_length(p);
	if (!w->tail_len)
		return NOT_ONE;
	*at = p + w->tail_len;
	return when_said_wrong(w, SPOKEN_ZONE);
}

/* What makes an amount of "1.25", so that it is no time. */
static bool unit_follows(const char *s)
{
	static const char units[] =
		"percent pct million millions billion bn thousand k m x times kb mb gb tb kib mib gib "
		"tib ms s sec secs seconds min mins minutes h hrs hours days mbps gbps mbit gbit rps "
		"qps usd eur dollars euros";
	size_t n = scan_blanks(s), len;

	if (s[n] == '%')
		return true;
	len = letters(s + n);
	/* One letter is a unit only where it touches its number, and there no time ends. */
	return len > 1 && scan_listed(units, s + n, len);
}

/* "14.05", "14h05", "1405 UTC": no form that is read, but no text either. */
static bool read_other_form(const char **at, struct spoken *w)
{
	const char *p = *at;
	int64_t hour, minute;

	if (scan_number(&p, 4, 4, &hour)) {
		minute = hour % 100;
		hour /= 100;
		w->fixed = read_utc(&p);
		if (!w->fixed && !scan_listed("h hrs", p, letters(p)))
			return false;
		p += letters(p);
	} else if (!scan_number(&p, 1, 2, &hour) || !*p || !strchr(".hH", *p++) ||
		   !scan_number(&p, 2, 2, &minute)) {
		return false;
	}
	w->c.hour = (int)hour;
	w->c.minute = (int)minute;
	w->c.second = 0;
	if (hour > 23 || minute > 59 || read_half(&p, &w->c) == IS_WRONG || !clock_ends(p) ||
	    unit_follows(p))
		return false;
	*at = p;
	return true;
}

/* "noon", "midnight": at the start of a text only behind "at", or where a stop follows; "noon peak" is text.
 * Midnight of a day may be its first or its last moment. */
static enum reading read_named_hour(const char **at, struct spoken *w)
{
	const char *p = *at;
	size_t twelve = p[0] == '1' && p[1] == '2' ? 2 + scan_blanks(p + 2) : 0, len;
	bool noon;

	p += twelve > 2 ? twelve : 0; /* "12 noon" */
	len = letters(p);
	noon = scan_is(p, len, "noon");

	if ((!noon && !scan_is(p, len, "midnight")) || !clock_ends(p + len))
		return NOT_ONE;
	if (w->kind == SPOKEN_CLOCK && !w->led && p == *at && p[len] && !stop_at(p + len))
		return NOT_ONE;
	*at = p + len;
	w->clock = p;
	w->clock_len = len;
	w->c.hour = noon ? 12 : w->kind == SPOKEN_CLOCK ? 0 : 24;
	w->c.minute = w->c.second = 0;
	return IS_ONE;
}

/* H:MM with its half, or an hour alone that has one ("2pm"). */
static enum reading read_time_of_day(const char **at, struct spoken *w)
{
	const char *start = *at;
	bool whole = read_hours(at, &w->c);
	enum reading half;
	int64_t hour;

	if (!whole && (w->kind != SPOKEN_CLOCK || w->led) && read_other_form(at, w))
		return when_said_wrong(w, SPOKEN_FORM);
	if (!whole && read_named_hour(at, w) == IS_ONE)
		return IS_ONE;
	if (!whole) {
		if (!scan_number(at, 1, 2, &hour) || hour < 1 || hour > 12)
			return NOT_ONE;
		w->c.hour = (int)hour;
		w->c.minute = w->c.second = 0;
	}
	w->clock = start;
	w->clock_len = (size_t)(*at - start);
	half = read_half(at, &w->c);
	if (half == IS_ONE)
		w->clock_len = (size_t)(*at - start);
	if (half == IS_WRONG) {
		*at += scan_blanks(*at);
		*at += half_length(*at);
		return when_said_wrong(w, SPOKEN_TAIL);
	}
	return whole || half == IS_ONE ? IS_ONE : NOT_ONE;
}

/* The time of day of any WHEN that has one, up to its end. */
static enum reading read_clock(const char **at, struct spoken *w)
{
	const char *start = *at;
	enum reading r = read_time_of_day(at, w);

	/* No clock gets that far: "80:20" is a ratio. */
	if (r == NOT_ONE || is_address(start) || (w->kind == SPOKEN_CLOCK && w->c.hour > 29))
		return NOT_ONE;
	/* Behind a dated time "-05:00" is an offset. */
	if (w->kind != SPOKEN_DATE && range_follows(*at))
		return NOT_ONE;
	if (r == IS_ONE)
		r = read_zone(at, w) == IS_WRONG ? IS_WRONG : IS_ONE;
	if (range_follows(*at))
		return NOT_ONE;
	if (!clock_ends(*at)) {
		*at += word_length(*at);
		return when_said_wrong(w, SPOKEN_TAIL);
	}
	return r == IS_ONE && !clock_possible(&w->c) ? when_said_wrong(w, SPOKEN_NO_CLOCK) : r;
}

/* ---- days ---- */

bool when_read_date(const char **at, struct civil *c)
{
	const char *p = *at;
	int64_t year, month, day;
	size_t dash;

	if (!scan_number(&p, 4, 4, &year) || !(dash = scan_dash(p)))
		return false;
	p += dash;
	if (!scan_number(&p, 2, 2, &month) || !(dash = scan_dash(p)))
		return false;
	p += dash;
	if (!scan_number(&p, 2, 2, &day))
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

/* What may stand between a day and its time: "yesterday, at 23:50". Its bytes, 0 if there is nothing. */
static size_t day_gap(const char *s)
{
	size_t n = *s == ',' ? 1 : 0, at;

	n += scan_blanks(s + n);
	at = strnlen(s + n, 2) == 2 && scan_is(s + n, 2, "at") ? scan_blanks(s + n + 2) : 0;
	return at ? n + 2 + at : n;
}

static enum reading read_dated(const char **at, struct spoken *w)
{
	enum reading r;
	size_t gap;

	w->kind = SPOKEN_DATE;
	if (!when_read_date(at, &w->c))
		return NOT_ONE;
	gap = **at == 'T' || **at == 't' ? 1 : day_gap(*at);
	*at += gap;
	if (!gap)
		return NOT_ONE;
	r = read_clock(at, w);
	if (r == NOT_ONE || (r == IS_WRONG && w->wrong != SPOKEN_NO_CLOCK))
		return r;
	return r == IS_WRONG || !when_date_exists(&w->c) ? when_said_wrong(w, SPOKEN_NO_DATE) : r;
}

static const struct {
	const char *word;
	int days_back;
} days[] = { { "today", 0 }, { "yesterday", 1 }, { "tomorrow", -1 } };

/* One of these at s: its bytes, 0 if it is none. */
static size_t day_at(const char *s, int *days_back)
{
	size_t i, n;

	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		n = strlen(days[i].word);
		*days_back = days[i].days_back;
		if (scan_is(s, strnlen(s, n), days[i].word))
			return n;
	}
	return 0;
}

static enum reading when_said_read_day(const char **at, struct spoken *w)
{
	size_t n = day_at(*at, &w->days_back), gap;

	w->kind = SPOKEN_DAY;
	if (!n)
		return NOT_ONE;
	gap = day_gap(*at + n);
	*at += n + gap;
	return gap ? read_clock(at, w) : NOT_ONE;
}

/* "14:05 yesterday", "14:05 on 2026-11-23". */
static enum reading read_day_behind(const char **at, struct spoken *w)
{
	const char *p = *at + scan_blanks(*at);
	size_t n = day_at(p, &w->days_back);
	struct civil c = w->c;

	if (p > *at && n && clock_ends(p + n)) {
		w->kind = SPOKEN_DAY;
		*at = p + n;
		return IS_ONE;
	}
	if (scan_is(p, strnlen(p, 2), "on"))
		p += 2 + scan_blanks(p + 2);
	w->day = p;
	if (p == *at || !when_read_date(&p, &c) || !clock_ends(p))
		return IS_ONE;
	w->day_len = (size_t)(p - w->day);
	*at = p;
	return when_said_wrong(w, SPOKEN_OTHER_DAY);
}

/* "at ", "around ", "ca. ": its bytes, 0 if there is none. */
static size_t lead_length(const char *s)
{
	size_t len = letters(s), stop = s[len] == '.';

	if (!scan_listed("at around about approx circa ca", s, len) || !scan_blanks(s + len + stop))
		return 0;
	return len + stop + scan_blanks(s + len + stop);
}

static enum reading read_time(const char **at, struct spoken *w)
{
	static const char around[] = "([*_`";
	bool dressed = **at && strchr(around, **at);
	enum reading r;

	w->kind = SPOKEN_CLOCK;
	if (**at == '@' || **at == '~' || dressed) {
		++*at;
	} else if (lead_length(*at)) {
		*at += lead_length(*at);
		w->led = true;
	}
	r = read_clock(at, w);
	if (dressed && r != NOT_ONE)
		return when_said_wrong(w, SPOKEN_TAIL);
	return r == IS_ONE ? read_day_behind(at, w) : r;
}

/* "monday 14:05": the day isn't one of those that are read, and the time must not become today's. */
static enum reading read_other_day(const char **at, struct spoken *w)
{
	enum reading r;
	size_t gap;

	w->kind = SPOKEN_CLOCK;
	w->day = *at;
	w->day_len = day_words(*at);
	gap = w->day_len ? day_gap(*at + w->day_len) : 0;
	if (!gap)
		return NOT_ONE;
	*at += w->day_len + gap;
	w->led = true;
	r = read_clock(at, w);
	return r == NOT_ONE ? r : when_said_wrong(w, SPOKEN_OTHER_DAY);
}

/* Last of all: "1h30 ago" and "23.11. 14:05" begin in the same way. */
static enum reading read_otherwise(const char **at, struct spoken *w)
{
	w->kind = SPOKEN_CLOCK;
	*at += **at == '@' || **at == '~';
	return read_other_form(at, w) ? when_said_wrong(w, SPOKEN_FORM) : NOT_ONE;
}

/* ---- how long ago ---- */

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

/* A number, in tenths: "20", "1.5", "1,5"; also "a", "an", "half an". */
static bool read_count(const char **at, bool words, int64_t *tenths)
{
	const char *p = *at;
	size_t len = letters(p);
	int64_t part = 0;

	*tenths = 10;
	if (words && scan_is(p, len, "half") && scan_blanks(p + len)) {
		*tenths = 5;
		p += len + scan_blanks(p + len);
		len = letters(p);
	}
	if (words && scan_listed("a an", p, len)) {
		*at = p + len;
		return true;
	}
	if (p != *at || !scan_number(&p, 1, 6, tenths))
		return false;
	*tenths *= 10;
	if ((*p == '.' || *p == ',') && p[1] >= '0' && p[1] <= '9') {
		p++;
		if (!scan_number(&p, 1, 1, &part))
			return false;
	}
	*tenths += part;
	*at = p;
	return true;
}

/* "1h30m", "1h30"; spaces, and "and", may stand within it only where "ago" says what they are for. */
static bool read_amounts(const char **at, bool spaces, int64_t *ms)
{
	const char *p = *at;
	int64_t n, unit = 0;
	int parts;

	*ms = 0;
	for (parts = 0; parts < 4; parts++) {
		size_t len;
		bool glued;

		if (spaces)
			p += scan_blanks(p);
		if (spaces && parts && scan_is(p, letters(p), "and") && scan_blanks(p + 3))
			p += 3 + scan_blanks(p + 3);
		glued = p == *at;
		if (!read_count(&p, spaces && !parts, &n))
			break;
		/* "1h30": minutes follow hours. */
		if (unit == MS_HOUR && glued && when_ends(p)) {
			*ms += n * MS_MINUTE / 10;
			*at = p;
			return true;
		}
		if (spaces)
			p += scan_blanks(p);
		len = letters(p);
		unit = unit_ms(p, len);
		if (!unit)
			break;
		*ms += n * unit / 10;
		p += len;
		p += *p == '.' && scan_space(p + 1) ? 1 : 0; /* "10 min. ago" */
		*at = p;
	}
	return parts > 0;
}

static bool read_word_ago(const char **at)
{
	size_t gap = scan_blanks(*at);

	if (!gap || !scan_is(*at + gap, strnlen(*at + gap, 3), "ago") || !clock_ends(*at + gap + 3))
		return false;
	*at += gap + 3;
	return true;
}

static enum reading read_minus(const char **at, struct spoken *w)
{
	const char *p;

	w->kind = SPOKEN_AGO;
	if (!scan_dash(*at))
		return NOT_ONE;
	*at += scan_dash(*at);
	p = *at;
	if (*p < '0' || *p > '9')
		return NOT_ONE;
	if (read_amounts(at, false, &w->ago_ms) && clock_ends(*at) && !read_word_ago(at))
		return IS_ONE;
	/* "-10 minutes ago": before or ahead? Either way it is a time. */
	*at = p;
	if (!read_amounts(at, true, &w->ago_ms) || !clock_ends(*at))
		return NOT_ONE;
	read_word_ago(at);
	return when_said_wrong(w, SPOKEN_MINUS);
}

static enum reading read_ago(const char **at, struct spoken *w)
{
	w->kind = SPOKEN_AGO;
	*at += **at == '~';
	return read_amounts(at, true, &w->ago_ms) && read_word_ago(at) ? IS_ONE : NOT_ONE;
}

bool spoken_read(const char *s, struct spoken *w)
{
	static enum reading (*const forms[])(const char **at, struct spoken *w) = {
		read_dated, when_said_read_day, read_time,	read_minus,
		read_ago,   read_other_day,	read_otherwise,
	};
	const char *start = s + scan_spaces(s), *at;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		*w = (struct spoken){ 0 };
		at = start;
		if (!*at || forms[i](&at, w) == NOT_ONE)
			continue;
		w->said = (size_t)(at - start);
		at += stop_at(at);
		w->used = (size_t)(at - s) + scan_spaces(at);
		return true;
	}
	return false;
}
