/* What `todo` and `stats` are asked for. */
#include "core/line/line_private.h"

#include "core/base/scan.h"
#include "core/text.h"

#include <inttypes.h>
#include <string.h>

#define DAYS_MOST 36500

/* ---- todo ---- */

/* Of pages there are some; what is none is refused, and no action item. */
static bool is_number(const struct word *w)
{
	size_t sign = w->len && strchr("+-", *w->s) ? 1 : 0;

	return w->len > sign && strspn(w->s + sign, "0123456789") >= w->len - sign;
}

static bool is_whose(const struct word *w)
{
	return w->person || w->group || word_me(w) || word_is(w, "mine") || word_is(w, "all");
}

bool reader_asks_todo(const struct reader *r, size_t from)
{
	size_t left = r->n - from;

	return !left || (left == 1 && is_number(&r->w[from])) ||
	       (is_whose(&r->w[from]) && (left == 1 || (left == 2 && is_number(&r->w[from + 1]))));
}

static void reader_group(struct reader *r, const struct word *w)
{
	const char *at = w->s;
	struct text_part part;

	text_next(&at, &part);
	r->l->group = arena_strndup(r->a, part.ref, part.ref_len);
	r->l->group_said = arena_strndup(r->a, part.begin, part.size);
}

static void read_whose(struct reader *r)
{
	const struct word *w = &r->w[r->at];

	if (r->at == r->n || is_number(w)) {
		/* On the shell nobody is owner of anything. */
		r->l->which = r->c->shell ? "all" : "mine";
		return;
	}
	if (w->person)
		reader_person(r, w);
	else if (w->group)
		reader_group(r, w);
	else
		r->l->which = word_is(w, "all") ? "all" : "mine";
	r->at++;
}

void read_todo(struct reader *r)
{
	read_whose(r);
	if (r->at < r->n && !reader_page(r))
		refuse(r, arena_printf(r->a, "%s all 2", r->l->word), "%s is no page.",
		       in_code(r, reader_slice(r, r->at, r->n)));
}

/* ---- stats ---- */

/* "90d", "90 days", "90": false, it is none of these. */
static bool take_days(struct reader *r)
{
	const struct word *w = &r->w[r->at];
	size_t digits = strspn(w->s, "0123456789");
	const char *at = arena_strndup(r->a, w->s, digits);
	int64_t n = 0;

	if (!digits || digits > w->len || !scan_number(&at, 1, 5, &n) || !n || n > DAYS_MOST)
		return false;
	if (digits < w->len && !scan_listed("d day days", w->s + digits, w->len - digits))
		return false;
	r->at++;
	if (digits == w->len && r->at < r->n &&
	    scan_listed("d day days", r->w[r->at].s, r->w[r->at].len))
		r->at++;
	r->l->days = n;
	return true;
}

/* "service checkout": the rest is its name. False: refused. */
static bool take_service(struct reader *r)
{
	size_t end = r->n;
	const char *s;

	if (++r->at == r->n) {
		refuse_needs(r, "the service's name");
		return false;
	}
	/* "service checkout 30d", too. */
	if (!r->l->days && r->n - r->at > 1) {
		size_t at = r->at;

		r->at = r->n - 1;
		if (take_days(r))
			end--;
		r->at = at;
	}
	s = reader_one_line(r, r->at, end);
	if (!reader_names(r, s, strlen(s)))
		return false;
	r->at = r->n;
	return true;
}

/* A name alone is a service's, most likely; what begins with a digit was to be days. */
static const char *stats_meant(struct reader *r)
{
	const char *name = reader_slice(r, r->at, r->n);

	if (strchr("0123456789", *name))
		return r->l->command->example;
	return r->l->days ? arena_printf(r->a, "%s %" PRId64 "d service %s", r->l->word, r->l->days,
					 name)
			  : arena_printf(r->a, "%s service %s", r->l->word, name);
}

void read_stats(struct reader *r)
{
	bool fine = true;

	if (r->at < r->n)
		take_days(r);
	if (r->at < r->n && scan_listed("service services", r->w[r->at].s, r->w[r->at].len))
		fine = take_service(r);
	if (fine && r->at < r->n)
		refuse(r, stats_meant(r), "I don't understand %s. Name days, a service or both.",
		       in_code(r, reader_slice(r, r->at, r->n)));
	else if (fine && r->l->n_names > 1)
		refuse(r, arena_printf(r->a, "%s service %s", r->l->word, r->l->names[0]),
		       "Name one service.");
}
