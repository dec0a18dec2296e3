/* A site's statistics: counts and durations, with bars as inline SVG. */
#include "adapters/export/site_private.h"

#include "core/base/alloc.h"

#include <inttypes.h>
#include <string.h>

#define MONTHS_MOST 36

/* ---- bars ---- */

struct bar {
	const char *label;
	int64_t n;
};

static void bars(struct buf *out, const char *title, const struct bar *b, size_t count)
{
	int64_t most = 1;

	for (size_t i = 0; i < count; i++)
		most = b[i].n > most ? b[i].n : most;
	buf_addf(out, "<h2>%s</h2>\n<svg viewBox=\"0 0 640 %zu\" role=\"img\" aria-label=\"%s\">\n",
		 title, 24 * count + 4, title);
	for (size_t i = 0; i < count; i++) {
		size_t y = 24 * i + 4;

		buf_addf(out, "<text x=\"0\" y=\"%zu\">", y + 14);
		html_words(out, b[i].label);
		buf_addf(out,
			 "</text><rect x=\"220\" y=\"%zu\" width=\"%" PRId64
			 "\" height=\"18\" rx=\"2\"/><text x=\"%" PRId64
			 "\" y=\"%zu\" class=\"soft\">%" PRId64 "</text>\n",
			 y, 360 * b[i].n / most, 228 + 360 * b[i].n / most, y + 14, b[i].n);
	}
	buf_adds(out, "</svg>\n");
}

static void by_priority(struct buf *out, const struct cards *c)
{
	struct bar b[PRIORITIES] = { 0 };

	for (int p = 0; p < PRIORITIES; p++)
		b[p].label = priority_name((enum priority)p);
	for (size_t i = 0; i < c->count; i++)
		b[c->list[i].priority].n++;
	bars(out, "By priority", b, PRIORITIES);
}

static void by_origin(struct buf *out, const struct cards *c)
{
	struct bar b[ORIGINS + 1] = { 0 };

	for (int o = 0; o < ORIGINS; o++)
		b[o].label = origin_name((enum origin)o);
	b[ORIGINS].label = "not said";
	for (size_t i = 0; i < c->count; i++)
		b[c->list[i].origin].n++;
	bars(out, "By change origin", b, ORIGINS + 1);
}

/* Months from the first incident to the last, the newest MONTHS_MOST of them. */
static int month_of(int64_t ms)
{
	struct civil day;

	civil_from_ms(&day, ms);
	return 12 * day.year + day.month - 1;
}

static void by_month(struct buf *out, const struct cards *c)
{
	struct bar b[MONTHS_MOST] = { 0 };
	char labels[MONTHS_MOST][16];
	int first = INT32_MAX, last = 0, m;
	size_t count;

	for (size_t i = 0; i < c->count; i++) {
		m = month_of(c->list[i].declared_at);
		first = m < first ? m : first;
		last = m > last ? m : last;
	}
	if (last - first >= MONTHS_MOST)
		first = last - MONTHS_MOST + 1;
	count = c->count ? (size_t)(last - first + 1) : 0;
	for (size_t i = 0; i < count; i++) {
		snprintf(labels[i], sizeof(labels[i]), "%04d-%02d", (first + (int)i) / 12 % 10000,
			 (first + (int)i) % 12 + 1);
		b[i].label = labels[i];
	}
	for (size_t i = 0; i < c->count; i++)
		if ((m = month_of(c->list[i].declared_at)) >= first)
			b[m - first].n++;
	bars(out, "By month of declaration", b, count);
}

/* ---- durations ---- */

static int number_order(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void duration_cell(struct buf *out, int64_t ms)
{
	buf_adds(out, "<td>");
	civil_duration(out, ms);
	buf_adds(out, "</td>");
}

/* The smallest that is not under so many of a hundred. */
static int64_t percentile(const int64_t *sorted, size_t n, size_t hundredths)
{
	return sorted[(n * hundredths + 99) / 100 - 1];
}

static void duration_row(struct buf *out, const struct cards *c, enum duration d, int64_t *ms)
{
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].durations.state[d] == DURATION_SET)
			ms[n++] = c->list[i].durations.ms[d];
	buf_addf(out, "<tr><td>%s</td><td>%zu</td>", duration_name(d), n);
	if (n) {
		qsort(ms, n, sizeof(*ms), number_order);
		duration_cell(out, percentile(ms, n, 50));
		duration_cell(out, percentile(ms, n, 90));
	} else {
		buf_adds(out, "<td></td><td></td>");
	}
	buf_addf(out, "<td>%zu</td></tr>\n", c->count - n);
}

static void durations(struct buf *out, const struct cards *c)
{
	int64_t *ms = alloc_more(NULL, c->count + 1, sizeof(*ms));

	buf_adds(
		out,
		"<h2>Durations</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>Duration</th><th>n</th>"
		"<th>Median</th><th>90 %</th><th>Not known</th></tr></thead>\n<tbody>\n");
	for (int d = 0; d < DURATIONS; d++)
		duration_row(out, c, (enum duration)d, ms);
	buf_adds(out, "</tbody></table></div>\n");
	free(ms);
}

/* Exercises count nowhere, and what was merged counts once. */
static void site_real(struct cards *real, const struct cards *c)
{
	*real = (struct cards){ .list = alloc_more(NULL, c->count + 1, sizeof(*real->list)) };
	for (size_t i = 0; i < c->count; i++)
		if (!c->list[i].drill && c->list[i].status != STATUS_MERGED)
			real->list[real->count++] = c->list[i];
}

void site_statistics(struct buf *out, const struct cards *all)
{
	struct page p = { .title = "Statistics", .home = "", .style = "" };
	int64_t open = 0, done = 0;
	struct cards real, *c = &real;

	site_real(&real, all);

	for (size_t i = 0; i < c->count; i++) {
		open += c->list[i].prevent_open;
		done += c->list[i].prevent_done;
	}
	page_begin(out, &p);
	buf_addf(out,
		 "<h1>Statistics</h1>\n<p>%zu %s. Prevention items: %" PRId64 " done, %" PRId64
		 " open.</p>\n",
		 c->count, c->count == 1 ? "incident" : "incidents", done, open);
	by_month(out, c);
	by_priority(out, c);
	by_origin(out, c);
	durations(out, c);
	page_end(out, &p);
	free(real.list);
}
