/* A site's statistics: counts and durations, with bars as inline SVG. */
#include "adapters/export/site_private.h"

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

static void by_priority(struct buf *out, const struct statistics *s)
{
	struct bar b[PRIORITIES] = { 0 };

	for (int p = 0; p < PRIORITIES; p++)
		b[p] = (struct bar){ priority_name((enum priority)p), (int64_t)s->by_priority[p] };
	bars(out, "By priority", b, PRIORITIES);
}

static void by_origin(struct buf *out, const struct statistics *s)
{
	struct bar b[ORIGINS + 1] = { 0 };

	for (int o = 0; o < ORIGINS; o++)
		b[o] = (struct bar){ origin_name((enum origin)o), (int64_t)s->by_origin[o] };
	b[ORIGINS] = (struct bar){ "not said", (int64_t)s->by_origin[ORIGINS] };
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
		first = c->list[i].counted && m < first ? m : first;
		last = c->list[i].counted && m > last ? m : last;
	}
	if (last - first >= MONTHS_MOST)
		first = last - MONTHS_MOST + 1;
	count = c->statistics.incidents ? (size_t)(last - first + 1) : 0;
	for (size_t i = 0; i < count; i++) {
		snprintf(labels[i], sizeof(labels[i]), "%04d-%02d", (first + (int)i) / 12 % 10000,
			 (first + (int)i) % 12 + 1);
		b[i].label = labels[i];
	}
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].counted && (m = month_of(c->list[i].declared_at)) >= first)
			b[m - first].n++;
	bars(out, "By month of declaration", b, count);
}

/* ---- durations ---- */

static void duration_cell(struct buf *out, int64_t ms)
{
	buf_adds(out, "<td>");
	civil_duration(out, ms);
	buf_adds(out, "</td>");
}

static void duration_row(struct buf *out, const struct statistics *s, enum duration d,
			 bool from_declared)
{
	const struct spread *of = &s->durations[d][from_declared];

	buf_addf(out, "<tr><td>%s (", duration_name(d));
	duration_defined(out, d, from_declared);
	buf_addf(out, ")</td><td>%zu</td>", of->n);
	if (of->n) {
		duration_cell(out, spread_percentile(of, 50));
		duration_cell(out, spread_percentile(of, 90));
	} else {
		buf_adds(out, "<td></td><td></td>");
	}
	if (from_declared)
		buf_adds(out, "<td></td></tr>\n");
	else
		buf_addf(out, "<td>%zu</td></tr>\n", s->unmarked[d] + s->disordered[d]);
}

static void durations(struct buf *out, const struct statistics *s)
{
	buf_adds(
		out,
		"<h2>Durations</h2>\n<div class=\"wide\"><table>\n<thead><tr><th>Duration</th><th>n</th>"
		"<th>Median</th><th>90 %</th><th>Not known</th></tr></thead>\n<tbody>\n");
	for (int d = 0; d < DURATIONS; d++) {
		duration_row(out, s, (enum duration)d, false);
		if (s->durations[d][1].n)
			duration_row(out, s, (enum duration)d, true);
	}
	buf_adds(out, "</tbody></table></div>\n");
}

void site_statistics(struct buf *out, const struct cards *c)
{
	struct page p = { .title = "Statistics", .home = "", .style = "" };
	const struct statistics *s = &c->statistics;

	page_begin(out, &p);
	buf_addf(out, "<h1>Statistics</h1>\n<p>%zu %s. Prevention items: %zu done, %zu open.</p>\n",
		 s->incidents, s->incidents == 1 ? "incident" : "incidents", s->done, s->open);
	by_month(out, c);
	by_priority(out, s);
	by_origin(out, s);
	durations(out, s);
	page_end(out, &p);
}
