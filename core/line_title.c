/* `new TITLE [sev1] [@captain] [--private] [--here]`, further lines. */
#include "line_private.h"

#include "scan.h"

#include <string.h>

/* Bytes of a word without what stands behind it in a list or at the end of a sentence. */
static size_t without_stop(const struct word *w)
{
	size_t len = w->len;

	while (len && strchr(",.;", w->s[len - 1]))
		len--;
	return len;
}

/* "--private", also with the one dash that phones make of two. */
static bool is_flag(const struct word *w, const char *flag)
{
	static const char *const dashes[] = { "--", "\u2014", "\u2013" };
	size_t len = without_stop(w), i, n;

	for (i = 0; i < sizeof(dashes) / sizeof(dashes[0]); i++) {
		n = strlen(dashes[i]);
		if (len > n && memcmp(w->s, dashes[i], n) == 0)
			return scan_is(w->s + n, len - n, flag);
	}
	return false;
}

static bool take_flag(struct line *l, const struct word *w)
{
	if (is_flag(w, "private"))
		l->private_ = true;
	else if (is_flag(w, "here"))
		l->here = true;
	else
		return false;
	return true;
}

/* Takes the flags out of w[from..to): the words left are w[from..result). */
static size_t take_flags(struct reader *r, size_t from, size_t to)
{
	size_t i, kept = from;

	for (i = from; i < to; i++)
		if (!take_flag(r->l, &r->w[i]))
			r->w[kept++] = r->w[i];
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
		if (!take_flag(r->l, &r->w[i]))
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

/* Only sev0-4 and p0-4: "high" and "low" are words of titles. */
static int priority_option(struct reader *r, const struct word *w)
{
	const struct word bare = { .s = w->s, .len = without_stop(w) };
	char *s = word_lower(r, &bare);
	size_t letters = strcspn(s, "01234");

	if (!s[letters] || s[letters + 1] || !scan_listed("sev p", s, letters))
		return -1;
	return priority_from(s);
}

static bool mention_is_title(const struct word *before)
{
	size_t len = before->len;

	while (len && strchr(",.:;", before->s[len - 1]))
		len--;
	return scan_listed("from by for to with of and cc", before->s, len);
}

/* One option at the end of the title, w[at..end). */
static bool take_option(struct reader *r, size_t end)
{
	struct word *last;
	int priority;

	if (end == r->at)
		return false;
	last = &r->w[end - 1];
	if (last->person) {
		if (r->l->person || (end - 1 > r->at && mention_is_title(last - 1)))
			return false;
		reader_person(r, last);
		return true;
	}
	priority = last->len <= 8 ? priority_option(r, last) : -1;
	if (priority < 0 || r->l->priority >= 0)
		return false;
	r->l->priority = priority;
	return true;
}

void read_title(struct reader *r)
{
	size_t line_end = r->at, end, whole, len;
	const char *title;

	while (line_end < r->n && (line_end == r->at || !r->w[line_end].new_line))
		line_end++;
	r->l->more = take_more(r, line_end);
	end = whole = take_flags(r, r->at, line_end);
	while (take_option(r, end))
		end--;
	title = reader_one_line(r, r->at, end);
	len = title ? strlen(title) : 0;
	while (len && end < whole && strchr(",;", title[len - 1]))
		len--;
	if (!len) {
		refuse_needs(r, "a title");
		return;
	}
	unquote(&title, &len);
	r->l->text = arena_strndup(r->a, title, len);
}
