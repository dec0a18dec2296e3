/* Action items: `action TEXT [@owner] [by DATE]`, and the numbers of `done 1, #2 and 4`. */
#include "core/line/line_private.h"

#include "core/base/scan.h"

#include <string.h>

/* ---- TEXT [@owner] [by DATE] ---- */

#define DATE_WORDS_MAX 4 /* "in 3 days", "dec 1, 2026" */

#define TRY_DATES "Try friday, tomorrow, dec 1, 2026-12-01 or in 3 days."

/* A date to type in the place of one that can't be read. */
static const char *date_instead(const char *near)
{
	static const char days[] =
		"today tomorrow monday tuesday wednesday thursday friday saturday sunday";

	return near && scan_listed(days, near, strlen(near)) ? near : "friday";
}

/* The same line with another date behind `by`, and the mention that stood behind the date (w[n..whole)). */
static void refuse_by(struct reader *r, size_t by, const char *date, size_t whole, const char *why)
{
	const char *owner;

	r->n = whole;
	owner = r->n && r->w[r->n - 1].person ? reader_slice(r, r->n - 1, r->n) : NULL;
	refuse(r,
	       arena_printf(r->a, "%s %s %s%s%s", r->l->word, reader_slice(r, r->at, by + 1), date,
			    owner ? " " : "", owner ? owner : ""),
	       "%s", why);
}

/* Takes "by DATE" off the end: 1, 0 there is none, -1 refused. */
static int take_by(struct reader *r, size_t whole)
{
	const char *why = NULL;
	size_t i;

	for (i = 1; i <= DATE_WORDS_MAX && r->at + i < r->n; i++) {
		size_t by = r->n - i - 1;

		if (!word_is(&r->w[by], "by"))
			continue;
		switch (reader_date(r, reader_slice(r, by + 1, r->n), &why)) {
		case WHEN_NONE:
			continue;
		case WHEN_READ:
			r->n = by;
			return 1;
		case WHEN_REFUSED:
			if (r->c->unasked)
				return 0;
			refuse_by(r, by, "tomorrow", whole, why);
			return -1;
		}
	}
	return 0;
}

/* "by tomorow": nobody would leave that out on purpose. False: refused. */
static bool by_is_text(struct reader *r)
{
	size_t end = r->n - (r->n > r->at && r->w[r->n - 1].person), i;
	const char *near, *date;

	for (i = 1; i <= DATE_WORDS_MAX && r->at + i < end && !r->c->unasked; i++) {
		size_t by = end - i - 1;

		date = reader_slice(r, by + 1, end);
		if (!word_is(&r->w[by], "by") || !date_like(date, &near))
			continue;
		refuse_by(r, by, date_instead(near), r->n,
			  arena_printf(r->a, "I don't understand the date %s. " TRY_DATES,
				       in_code(r, date)));
		return false;
	}
	return true;
}

static bool mention_is_text(const struct word *before)
{
	size_t len = before->len;

	while (len && strchr(",.:;", before->s[len - 1]))
		len--;
	return scan_listed("from by for to with of and cc ask tell call page", before->s, len);
}

static bool owner_last(const struct reader *r)
{
	return r->n > r->at + 1 && r->w[r->n - 1].person && !mention_is_text(&r->w[r->n - 2]);
}

/* Beside "by DATE", in either order, or else in first or last place. False: refused. */
static bool take_by_and_owner(struct reader *r)
{
	size_t whole = r->n, last = whole - 1;
	int by = take_by(r, whole);

	/* "by friday @ben", and no mention: the date is one, and ben nobody. */
	if (!by && whole > r->at + 1 && *r->w[last].s == '@' && !r->c->unasked) {
		r->n = last;
		by = take_by(r, whole);
		r->n = whole;
		if (by > 0)
			refuse_person(r, last, whole);
		if (by)
			return false;
	}
	if (!by && owner_last(r)) {
		r->n = last;
		by = take_by(r, whole);
		if (by > 0) {
			reader_person(r, &r->w[last]);
			return true;
		}
		r->n = whole;
	}
	if (by < 0 || (!by && !by_is_text(r)))
		return false;
	if (r->at == r->n)
		return true;
	if (r->w[r->at].person)
		reader_person(r, &r->w[r->at++]);
	else if (owner_last(r))
		reader_person(r, &r->w[--r->n]);
	return true;
}

void read_item(struct reader *r)
{
	size_t whole = r->n, len;
	char *text;

	if (r->at < r->n && !take_by_and_owner(r))
		return;
	text = reader_slice(r, r->at, r->n);
	len = text ? strlen(text) : 0;
	while (len && r->n < whole && strchr(",;", text[len - 1]))
		text[--len] = '\0';
	if (len)
		r->l->text = text;
	else
		text_unsaid(r, "the text");
}

/* ---- numbers ---- */

static bool joins(const struct word *w)
{
	return scan_listed("and & +", w->s, w->len);
}

static bool has_number(const struct line *l, int64_t n)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		if (l->numbers[i] == n)
			return true;
	return false;
}

/* "3", "#3", "A3", "1,2,": adds what it names; false, and adds nothing, if it is no such word. */
static bool take_number(struct reader *r, const struct word *w)
{
	const char *s = w->s, *end = w->s + w->len;
	size_t count = r->l->count;
	int64_t n;

	while (s < end) {
		if (*s == '#' || *s == 'A' || *s == 'a')
			s++;
		if (!scan_number(&s, 1, 9, &n) || n == 0 || (s < end && *s != ','))
			break;
		if (!has_number(r->l, n) && r->l->count < LINE_NUMBERS_MAX)
			r->l->numbers[r->l->count++] = n;
		else if (!has_number(r->l, n))
			break;
		if (s == end || s + 1 == end)
			return true;
		s++;
	}
	r->l->count = count;
	return false;
}

/* The numbers that were understood, as they would be typed: "1 2". */
static const char *numbers_typed(struct reader *r)
{
	const char *s = r->l->word;
	size_t i;

	for (i = 0; i < r->l->count; i++)
		s = arena_printf(r->a, "%s %lld", s, (long long)r->l->numbers[i]);
	return s;
}

static void refuse_number(struct reader *r, const struct word *w)
{
	if (r->l->count == LINE_NUMBERS_MAX)
		refuse(r, numbers_typed(r),
		       "That is more than %d items: give the others in a second "
		       "line.",
		       LINE_NUMBERS_MAX);
	else
		refuse(r, r->l->count ? numbers_typed(r) : r->l->command->example,
		       "%s isn't an item number. The numbers are on the card.", word_in_code(r, w));
}

void read_maybe_numbers(struct reader *r)
{
	for (; r->at < r->n; r->at++) {
		if (!joins(&r->w[r->at]) && !take_number(r, &r->w[r->at])) {
			refuse_number(r, &r->w[r->at]);
			return;
		}
	}
}

void read_numbers(struct reader *r)
{
	read_maybe_numbers(r);
	if (!r->l->count && r->l->kind == LINE_COMMAND)
		refuse_needs(r, "the item's number");
}

void read_given(struct reader *r)
{
	int role = r->n == r->at + 1 ? role_from(word_lower(r, &r->w[r->at])) : -1;

	if (role < 0)
		read_numbers(r);
	else
		r->l->role = role;
}

static bool all_numbers(struct reader *r)
{
	size_t i;

	for (i = r->at; i < r->n; i++)
		if (!joins(&r->w[i]) && !take_number(r, &r->w[i]))
			break;
	if (i == r->n && r->l->count)
		return true;
	r->l->count = 0;
	return false;
}

/* Does a number behind this word surely belong to it? In "drop 3 2 nodes are gone" it doesn't. */
static bool goes_on(const struct word *w)
{
	return joins(w) || w->s[w->len - 1] == ',';
}

void read_numbers_why(struct reader *r)
{
	size_t first = r->at;

	if (r->at == r->n || all_numbers(r)) {
		if (!r->l->count)
			refuse_needs(r, "the item's number");
		return;
	}
	for (; r->at < r->n; r->at++) {
		const struct word *w = &r->w[r->at];

		if (r->at > first && *w->s != '#' && !joins(w) && !goes_on(w - 1))
			break;
		if (!joins(w) && !take_number(r, w))
			break;
	}
	if (r->l->count)
		r->l->text = reader_slice(r, r->at, r->n);
	else
		refuse_number(r, &r->w[first]);
}

void read_numbers_person(struct reader *r)
{
	const struct word *who = NULL, *w;

	for (; r->at < r->n; r->at++) {
		w = &r->w[r->at];
		if (joins(w) || word_is(w, "to") || take_number(r, w))
			continue;
		if ((!w->person && !word_me(w)) || who) {
			if (who || !r->l->count)
				refuse_number(r, w);
			else
				refuse_person(r, r->at, r->n);
			return;
		}
		who = w;
		if (w->person)
			reader_person(r, w);
	}
	if (!r->l->count)
		refuse_needs(r, "the item's number");
	else if (!who)
		refuse(r, arena_printf(r->a, "%s me", numbers_typed(r)), "Add who will do it:");
}

/* Is the rest, w[at..n), a date, perhaps with "by" or "on" before it? */
static enum when_result rest_is_date(struct reader *r, const char **why)
{
	size_t from = r->at;

	if (from < r->n && scan_listed("by on to", r->w[from].s, r->w[from].len))
		from++;
	if (from == r->n || r->n - from > DATE_WORDS_MAX)
		return WHEN_NONE;
	return reader_date(r, reader_slice(r, from, r->n), why);
}

void read_numbers_date(struct reader *r)
{
	const char *why = NULL, *date, *near;

	for (; r->at < r->n; r->at++) {
		/* "due 3 1 dec": as soon as a number was said, what can be a date is one. */
		switch (r->l->count ? rest_is_date(r, &why) : WHEN_NONE) {
		case WHEN_READ:
			return;
		case WHEN_REFUSED:
			refuse(r, arena_printf(r->a, "%s tomorrow", numbers_typed(r)), "%s", why);
			return;
		case WHEN_NONE:
			break;
		}
		if (!joins(&r->w[r->at]) && !take_number(r, &r->w[r->at]))
			break;
	}
	if (!r->l->count && r->at < r->n)
		refuse_number(r, &r->w[r->at]);
	else if (!r->l->count)
		refuse_needs(r, "the item's number");
	else if (r->at < r->n) {
		date = reader_slice(r, r->at, r->n);
		date_like(date, &near);
		refuse(r, arena_printf(r->a, "%s %s", numbers_typed(r), date_instead(near)),
		       "I don't understand the date %s. " TRY_DATES, in_code(r, date));
	} else
		refuse(r, arena_printf(r->a, "%s friday", numbers_typed(r)), "Add the date:");
}
