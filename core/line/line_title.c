/* `new TITLE [sev1] [@captain] [--private] [--here] [--drill] [--services=NAME,…]`, further lines. */
#include "core/line/line_private.h"

#include "core/base/scan.h"

#include <string.h>

/* Bytes of a word without what stands behind it in a list or at the end of a sentence. */
static size_t without_stop(const struct word *w)
{
	size_t len = w->len;

	while (len && strchr(",.;", w->s[len - 1]))
		len--;
	return len;
}

enum option { OPTION_NOT, OPTION_PRIVATE, OPTION_HERE, OPTION_DRILL, OPTION_WRONG };

static const char *const options[] = {
	[OPTION_PRIVATE] = "private",
	[OPTION_HERE] = "here",
	[OPTION_DRILL] = "drill",
};

/* The one that a word was perhaps meant to be: a slip away, or with something stuck to it. */
static enum option option_near(const char *s, size_t len)
{
	enum option o;
	size_t n;

	for (o = OPTION_PRIVATE; o <= OPTION_DRILL; o++) {
		n = strlen(options[o]);
		if (scan_near(s, len, options[o], n) < SCAN_FAR ||
		    (len > n && scan_is(s, n, options[o]) &&
		     !((s[n] | 0x20) >= 'a' && (s[n] | 0x20) <= 'z')))
			return o;
	}
	return OPTION_NOT;
}

/* The one that it is the beginning of: "--p". */
static enum option option_begun(const char *s, size_t len)
{
	enum option o;

	for (o = OPTION_PRIVATE; o <= OPTION_DRILL; o++)
		if (len < strlen(options[o]) && !strncasecmp(s, options[o], len))
			return o;
	return OPTION_NOT;
}

/* Without what people put around a word: "(--private)", "*--private*", a stop behind it. */
static struct word word_unwrapped(const struct word *word)
{
	struct word w = word_bare(*word);

	while (w.len && strchr("([{*_~", *w.s)) {
		w.s++;
		w.len--;
	}
	while (w.len && strchr(",.;:!?)]}*_~", w.s[w.len - 1]))
		w.len--;
	return w;
}

static bool within_word(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
	       (unsigned char)c >= 0x80;
}

/* "Payroll--private": an option with something before it. One dash behind a letter
 * makes a word ("non-private"), and addresses are full of all of this. */
static enum option option_inside(const struct word *w, bool further)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	enum option o;
	size_t i, n, name;

	if (memmem(w->s, w->len, "://", 3) || *w->s == '\x02')
		return OPTION_NOT;
	for (i = 1; i < w->len; i += n ? n : 1) {
		n = scan_dashes(w->s + i);
		name = strspn(w->s + i + n, letters);
		if (!n || (n == scan_dash(w->s + i) && (further || within_word(w->s[i - 1]))))
			continue;
		for (o = OPTION_PRIVATE; o <= OPTION_DRILL; o++)
			if (scan_is(w->s + i + n, name, options[o]))
				return o;
	}
	return OPTION_NOT;
}

/*
 * "--private" with any dashes: phones make one of two, or others of them. What begins like an option and is
 * none is wrong, for a private incident must not become public by a spelling. One hyphen begins many other
 * words, and further lines are pasted from anywhere: there only a near miss is.
 */
static enum option option_of(const struct word *word, bool further, enum option *near)
{
	struct word w = word_unwrapped(word);
	size_t dashes = scan_dashes(w.s), len = w.len;
	const char *name = w.s + dashes;
	enum option o;

	*near = OPTION_NOT;
	if (!dashes)
		*near = option_inside(&w, further);
	if (*near)
		return OPTION_WRONG;
	if (!dashes || len <= dashes || (further && dashes == 1))
		return OPTION_NOT;
	for (o = OPTION_PRIVATE; o <= OPTION_DRILL; o++)
		if (scan_is(name, len - dashes, options[o]))
			return o;
	*near = option_near(name, len - dashes);
	if (*near)
		return OPTION_WRONG;
	if (further || dashes < 2 || (*name | 0x20) < 'a' || (*name | 0x20) > 'z')
		return OPTION_NOT;
	*near = option_begun(name, len - dashes);
	return OPTION_WRONG;
}

/* "-- private" at the end of the line: is it one, or words? */
static bool option_torn(struct reader *r, size_t i, size_t to, enum option *near)
{
	if (i + 2 != to || scan_dashes(r->w[i].s) < r->w[i].len)
		return false;
	*near = word_is(&r->w[i + 1], "private") ? OPTION_PRIVATE
		: word_is(&r->w[i + 1], "here")	 ? OPTION_HERE
		: word_is(&r->w[i + 1], "drill") ? OPTION_DRILL
						 : OPTION_NOT;
	return *near != OPTION_NOT;
}

/* What was meant by "(--private)" and "down--private": the word before it is the title's. */
static const char *option_apart(struct reader *r, const char *typed_so, enum option near)
{
	size_t before = 0;

	while (typed_so[before] && !scan_dash(typed_so + before))
		before++;
	if (!before || !within_word(typed_so[before - 1]))
		before = 0;
	return arena_printf(r->a, "%.*s%s--%s", (int)before, typed_so, before ? " " : "",
			    options[near]);
}

static void refuse_option(struct reader *r, size_t from, size_t to, enum option near)
{
	const char *typed_so = reader_slice(r, from, to), *rest = reader_slice(r, to, r->n);
	const char *meant =
		near ? option_apart(r, typed_so, near) : typed_so + scan_dashes(typed_so);

	refuse(r,
	       arena_printf(r->a, "%.*s%s%s%s", (int)(r->w[from].s - r->said), r->said, meant,
			    rest ? " " : "", rest ? rest : ""),
	       "I don't know the option %s, so nothing was declared. There are --private, --here "
	       "and --drill.",
	       in_code(r, typed_so));
}

/* "--services=checkout,payments", as the form says it: bytes before the names; 0: it is something else. */
static size_t services_option(const struct word *w)
{
	static const char *const names[] = { "services=", "service=" };
	size_t dashes = scan_dashes(w->s), i, n;

	for (i = 0; dashes && i < sizeof(names) / sizeof(*names); i++) {
		n = strlen(names[i]);
		if (w->len > dashes + n && !strncasecmp(w->s + dashes, names[i], n))
			return dashes + n;
	}
	return 0;
}

/* False: refused. */
static bool options_good(struct reader *r, size_t line_end)
{
	enum option near;
	size_t i;

	for (i = r->at; i < r->n; i++) {
		bool torn = option_torn(r, i, line_end, &near);

		if (i < line_end && services_option(&r->w[i]))
			continue;
		if (!torn && option_of(&r->w[i], i >= line_end, &near) != OPTION_WRONG)
			continue;
		refuse_option(r, i, i + 1 + torn, near);
		return false;
	}
	return true;
}

static bool take_flag(struct line *l, const struct word *w, bool further)
{
	enum option near;

	switch (option_of(w, further, &near)) {
	case OPTION_PRIVATE:
		l->private_ = true;
		return true;
	case OPTION_HERE:
		l->here = true;
		return true;
	case OPTION_DRILL:
		l->drill = true;
		return true;
	default:
		return false;
	}
}

/* Takes the flags out of w[from..to): the words left are w[from..result). */
static size_t take_flags(struct reader *r, size_t from, size_t to)
{
	size_t i, kept = from, names;

	for (i = from; i < to; i++) {
		names = services_option(&r->w[i]);
		if (names)
			reader_names(r, r->w[i].s + names, r->w[i].len - names);
		else if (!take_flag(r->l, &r->w[i], false))
			r->w[kept++] = r->w[i];
	}
	return kept;
}

/* The further lines as they were typed, but for the flags. */
static const char *take_more(struct reader *r, size_t from)
{
	const char *s, *more;
	struct buf b;
	size_t i;

	if (from == r->n)
		return NULL;
	buf_init(&b, BUF_ROOMY);
	s = r->w[from].s;
	for (i = from; i < r->n; i++) {
		if (!take_flag(r->l, &r->w[i], true))
			continue;
		buf_add(&b, s, (size_t)(r->w[i].s - s));
		s = r->w[i].s + r->w[i].len;
	}
	buf_add(&b, s, (size_t)(r->w[r->n - 1].s + r->w[r->n - 1].len - s));
	while (b.len && scan_space(b.s + b.len - 1))
		buf_cut(&b, b.len - 1);
	s = b.s + scan_spaces(b.s);
	more = *s ? arena_strdup(r->a, s) : NULL;
	buf_release(&b);
	return more;
}

/* Only sev0-4 and p0-4 ("SEV-1" too): "high" and "low" are words of titles. */
static int priority_option(struct reader *r, const struct word *w)
{
	const struct word bare = { .s = w->s, .len = without_stop(w) };
	char *s = word_lower(r, &bare);
	size_t letters = strcspn(s, "01234"), dash = 0;

	while (dash < letters && !scan_dash(s + dash))
		dash++;
	if (!s[letters] || s[letters + 1] || !scan_listed("sev p", s, dash) ||
	    (dash < letters && dash + scan_dash(s + dash) != letters))
		return -1;
	return level_from(s);
}

/* "sev 1" */
static int priority_of_two(struct reader *r, size_t end)
{
	const struct word *digit = &r->w[end - 1];

	if (end - r->at < 3 || without_stop(digit) != 1 || *digit->s < '0' || *digit->s > '4' ||
	    !word_is(digit - 1, "sev"))
		return -1;
	return level_from(arena_printf(r->a, "sev%c", *digit->s));
}

static bool mention_is_title(const struct word *before)
{
	size_t len = before->len;

	while (len && strchr(",.:;", before->s[len - 1]))
		len--;
	return scan_listed("from by for to with of and cc", before->s, len);
}

/* One option at the end of the title, w[at..end): how many words it takes. */
static size_t take_option(struct reader *r, size_t end)
{
	struct word *last;
	int priority, two;

	if (end == r->at)
		return 0;
	last = &r->w[end - 1];
	if (last->person) {
		if (r->l->person || (end - 1 > r->at && mention_is_title(last - 1)))
			return 0;
		reader_person(r, last);
		return 1;
	}
	two = priority_of_two(r, end);
	priority = last->len <= 8 && two < 0 ? priority_option(r, last) : two;
	if (priority < 0 || r->l->priority >= 0)
		return 0;
	r->l->priority = priority;
	return two < 0 ? 1 : 2;
}

void read_title(struct reader *r)
{
	size_t line_end = r->at, end, whole, len, taken;
	const char *title;

	while (line_end < r->n && (line_end == r->at || !r->w[line_end].new_line))
		line_end++;
	if (!options_good(r, line_end))
		return;
	r->l->more = take_more(r, line_end);
	end = whole = take_flags(r, r->at, line_end);
	if (r->l->kind == LINE_REFUSED)
		return;
	while ((taken = take_option(r, end)))
		end -= taken;
	title = reader_one_line(r, r->at, end);
	len = title ? strlen(title) : 0;
	while (len && end < whole && strchr(",;", title[len - 1]))
		len--;
	if (!len) {
		refuse_needs(r, "the title");
		return;
	}
	unquote(&title, &len);
	r->l->text = arena_strndup(r->a, title, len);
}
