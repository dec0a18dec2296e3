/* Action items: `action TEXT [@owner] [by DATE]`, and the numbers of `done 1, #2 and 4`. */
#include "line_private.h"

#include "scan.h"

#include <string.h>

/* ---- TEXT [@owner] [by DATE] ---- */

#define DATE_WORDS_MAX 4	/* "in 3 days", "dec 1, 2026" */

/* Takes "by DATE" off the end. False: refused. */
static bool take_by(struct reader *r)
{
	const char *why = NULL, *text;
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
			return true;
		case WHEN_REFUSED:
			text = reader_slice(r, r->at, by + 1);
			refuse(r, arena_printf(r->a, "%s %s tomorrow", r->l->word, text), "%s", why);
			return false;
		}
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

static void take_owner(struct reader *r)
{
	if (r->at == r->n)
		return;
	if (r->w[r->at].person) {
		reader_person(r, &r->w[r->at++]);
	} else if (r->w[r->n - 1].person && !mention_is_text(&r->w[r->n - 2])) {
		reader_person(r, &r->w[--r->n]);
	}
}

void read_item(struct reader *r)
{
	size_t whole = r->n, len;
	char *text;

	if (!take_by(r))
		return;
	take_owner(r);
	text = reader_slice(r, r->at, r->n);
	len = text ? strlen(text) : 0;
	while (len && r->n < whole && strchr(",;", text[len - 1]))
		text[--len] = '\0';
	if (len)
		r->l->text = text;
	else
		refuse_needs(r, "a text");
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
		refuse(r, numbers_typed(r), "That is more than %d items: give the others in a second "
		       "line.", LINE_NUMBERS_MAX);
	else
		refuse(r, r->l->count ? numbers_typed(r) : r->l->command->example,
		       "%s is no item's number. The card shows the numbers, like 1 or #2.",
		       word_in_code(r, w));
}

void read_numbers(struct reader *r)
{
	for (; r->at < r->n; r->at++) {
		if (!joins(&r->w[r->at]) && !take_number(r, &r->w[r->at])) {
			refuse_number(r, &r->w[r->at]);
			return;
		}
	}
	if (!r->l->count && r->l->command->verb != VERB_DONE)
		refuse_needs(r, "the number of an item");
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
			refuse_needs(r, "the number of an item");
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
				refuse_person(r, w);
			return;
		}
		who = w;
		if (w->person)
			reader_person(r, w);
	}
	if (!r->l->count)
		refuse_needs(r, "the number of an item");
	else if (!who)
		refuse_needs(r, "somebody to do it");
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
	const char *why = NULL;

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
		refuse_needs(r, "the number of an item");
	else if (r->at < r->n)
		refuse(r, arena_printf(r->a, "%s friday", numbers_typed(r)),
		       "%s is no date that I know. Type it like 2026-12-01, dec 1, friday, tomorrow or "
		       "in 3 days.", in_code(r, reader_slice(r, r->at, r->n)));
	else
		refuse_needs(r, "a date");
}
