/* Statistics in words: for whoever asked in Slack, and with bars of blocks for the terminal. */
#include "core/outcome.h"
#include "core/show/statistics.h"

#include "core/base/utf8.h"

#include <string.h>

#define SERVICES_NAMED 12
#define BAR_MOST 30

/* ---- charts ---- */

static void chart_add(struct chart *c, const char *label, size_t n)
{
	if (c->count == CHART_BARS)
		return;
	c->bars[c->count].label = label;
	c->bars[c->count++].n = (int64_t)n;
}

static void chart_priorities(struct chart *c, const struct statistics *s)
{
	*c = (struct chart){ .title = "By priority", .of = "incidents" };
	for (int p = 0; p < PRIORITIES; p++)
		chart_add(c, priority_name((enum priority)p), s->by_priority[p]);
}

static void chart_origins(struct chart *c, const struct statistics *s)
{
	*c = (struct chart){ .title = "By change origin", .of = "incidents" };
	for (int o = 0; o < ORIGINS; o++)
		if (s->by_origin[o])
			chart_add(c, origin_name((enum origin)o), s->by_origin[o]);
	if (s->by_origin[ORIGIN_NONE])
		chart_add(c, "not set", s->by_origin[ORIGIN_NONE]);
}

static void chart_services(struct chart *c, const struct statistics *s)
{
	*c = (struct chart){ .title = "By service", .of = "incidents" };
	for (size_t i = 0; i < s->n_services && i < SERVICES_NAMED; i++)
		chart_add(c, s->services[i].name, s->services[i].n);
	if (s->no_service)
		chart_add(c, "no service", s->no_service);
}

struct chart *statistics_charts(const struct statistics *s, struct arena *a, size_t *count)
{
	struct chart *c = arena_alloc(a, ANSWER_CHARTS * sizeof(*c));

	*count = s->incidents ? ANSWER_CHARTS : 0;
	chart_priorities(&c[0], s);
	chart_origins(&c[1], s);
	return c;
}

static size_t label_width(const char *label)
{
	return utf8_length(label, strlen(label));
}

static void chart_bar(struct buf *out, const char *label, size_t widest, int64_t n, int64_t most)
{
	int64_t blocks = most ? (n * BAR_MOST + most - 1) / most : 0;

	buf_addf(out, "%s%*s  ", label, (int)(widest - label_width(label)), "");
	for (int64_t i = 0; i < blocks; i++)
		buf_adds(out, "█");
	buf_addf(out, "%s%lld", blocks ? " " : "", (long long)n);
}

void chart_write(struct buf *out, const struct chart *c, bool code)
{
	size_t widest = 0;
	int64_t most = 0;
	struct buf bar;

	for (size_t i = 0; i < c->count; i++) {
		size_t width = label_width(c->bars[i].label);

		widest = width > widest ? width : widest;
		most = c->bars[i].n > most ? c->bars[i].n : most;
	}
	text_add_bold(out, c->title);
	buf_adds(out, ":\n");
	for (size_t i = 0; i < c->count; i++) {
		buf_init(&bar, BUF_ROOMY);
		chart_bar(&bar, c->bars[i].label, widest, c->bars[i].n, most);
		if (code)
			text_add_code(out, bar.s);
		else
			buf_addf(out, "  %s", bar.s);
		buf_addc(out, '\n');
		buf_release(&bar);
	}
}

/* ---- counts, in a line ---- */

static void statistics_heading(struct buf *out, const char *words)
{
	text_add_bold(out, words);
	buf_adds(out, ": ");
}

static void priorities_line(struct buf *out, const struct statistics *s)
{
	statistics_heading(out, "By priority");
	for (int p = 0; p < PRIORITIES; p++)
		buf_addf(out, "%s%s %s %zu", p ? " · " : "", priority_emoji((enum priority)p),
			 priority_name((enum priority)p), s->by_priority[p]);
	buf_addc(out, '\n');
}

static void services_line(struct buf *out, const struct statistics *s)
{
	if (!s->n_services)
		return;
	statistics_heading(out, "By service");
	for (size_t i = 0; i < s->n_services && i < SERVICES_NAMED; i++)
		buf_addf(out, "%s%s %zu", i ? " · " : "", s->services[i].name, s->services[i].n);
	if (s->n_services > SERVICES_NAMED)
		buf_addf(out, " · %zu more", s->n_services - SERVICES_NAMED);
	if (s->no_service)
		buf_addf(out, " · no service %zu", s->no_service);
	buf_addc(out, '\n');
}

/* The three ways in which such a change fails. */
static void ai_words(struct buf *out, const struct statistics *s)
{
	static const char *const ways[] = {
		[ORIGIN_AI_OVER_RELIANCE] = "over-reliance on AI logic",
		[ORIGIN_AI_CONTEXT] = "context misalignment",
		[ORIGIN_AI_BLACK_BOX] = "black-box refactor",
	};
	const char *before = " (";

	buf_addf(out, "AI-assisted changes %zu", statistics_ai(s));
	for (int o = ORIGIN_AI_OVER_RELIANCE; o <= ORIGIN_AI_BLACK_BOX; o++) {
		if (!s->by_origin[o])
			continue;
		buf_addf(out, "%s%s %zu", before, ways[o], s->by_origin[o]);
		before = ", ";
	}
	if (*before == ',')
		buf_addc(out, ')');
}

static void origins_line(struct buf *out, const struct statistics *s)
{
	statistics_heading(out, "By change origin");
	ai_words(out, s);
	for (int o = ORIGIN_CHANGE; o < ORIGINS; o++)
		if (s->by_origin[o])
			buf_addf(out, " · %s %zu", origin_says((enum origin)o), s->by_origin[o]);
	if (s->by_origin[ORIGIN_NONE])
		buf_addf(out, " · not set %zu", s->by_origin[ORIGIN_NONE]);
	buf_addc(out, '\n');
}

/* ---- durations ---- */

static void spread_values(struct buf *out, const struct spread *s)
{
	for (size_t i = 0; i < s->n; i++) {
		buf_adds(out, i ? ", " : "");
		civil_duration(out, s->ms[i]);
	}
}

static void spread_write(struct buf *out, const struct spread *s)
{
	if (s->n < SPREAD_FEW) {
		spread_values(out, s);
		return;
	}
	buf_adds(out, "median ");
	civil_duration(out, spread_percentile(s, 50));
	buf_adds(out, ", p90 ");
	civil_duration(out, spread_percentile(s, 90));
	buf_addf(out, ", n = %zu", s->n);
}

/* Those that have no number, once a duration. */
static void duration_others(struct buf *out, const struct statistics *s, int i)
{
	if (s->unmarked[i])
		buf_addf(out, "; %zu not marked", s->unmarked[i]);
	if (s->disordered[i])
		buf_addf(out, "; %zu with markers out of order", s->disordered[i]);
}

static void duration_line(struct buf *out, const struct statistics *s, int i)
{
	bool any = false;

	for (int in = 0; in < 2; in++) {
		const struct spread *of = &s->durations[i][in];

		if (!of->n)
			continue;
		buf_adds(out, any ? "\n   " : "• ");
		buf_addf(out, "%s (", duration_label((enum duration)i));
		duration_defined(out, (enum duration)i, in == 1);
		buf_adds(out, "): ");
		spread_write(out, of);
		if (!any)
			duration_others(out, s, i);
		any = true;
	}
	if (any)
		buf_addc(out, '\n');
}

static void durations_lines(struct buf *out, const struct statistics *s)
{
	size_t begin;

	text_add_bold(out, "Durations");
	buf_adds(out, ":\n");
	begin = out->len;
	for (int i = 0; i < DURATIONS; i++)
		duration_line(out, s, i);
	if (out->len == begin)
		buf_adds(out, "None yet: each needs two markers.\n");
}

/* ---- prevention ---- */

static void prevention_line(struct buf *out, const struct statistics *s)
{
	const char *before = "; open for ";

	statistics_heading(out, "Prevention items");
	if (!s->open && !s->done) {
		buf_adds(out, "none\n");
		return;
	}
	buf_addf(out, "%zu done (%zu within 30 days), %zu open", s->done, s->done_in_30_days,
		 s->open);
	for (int a = 0; a < AGES; a++) {
		if (!s->age[a])
			continue;
		buf_addf(out, "%s%s days: %zu", before, age_name((enum age)a), s->age[a]);
		before = ", ";
	}
	buf_addc(out, '\n');
}

/* ---- all of it ---- */

static void statistics_title(struct buf *out, const struct statistics *s)
{
	int64_t days = (s->to - s->from) / MS_DAY;

	buf_addf(out, "%zu %s declared in the last %lld %s", s->incidents,
		 s->incidents == 1 ? "incident" : "incidents", (long long)days,
		 days == 1 ? "day" : "days");
	if (s->service)
		buf_addf(out, " that affected %s", s->service);
	buf_addc(out, '\n');
}

static void counts_as_bars(struct buf *out, const struct statistics *s)
{
	struct chart c;

	chart_priorities(&c, s);
	chart_write(out, &c, false);
	if (s->n_services) {
		chart_services(&c, s);
		chart_write(out, &c, false);
		if (s->n_services > SERVICES_NAMED)
			buf_addf(out, "  and %zu more\n", s->n_services - SERVICES_NAMED);
	}
	chart_origins(&c, s);
	chart_write(out, &c, false);
	ai_words(out, s);
	buf_addc(out, '\n');
}

static void counts_as_words(struct buf *out, const struct statistics *s)
{
	priorities_line(out, s);
	services_line(out, s);
	origins_line(out, s);
}

void statistics_write(struct buf *out, const struct statistics *s, bool bars)
{
	statistics_title(out, s);
	if (!s->incidents)
		return;
	if (bars)
		counts_as_bars(out, s);
	else
		counts_as_words(out, s);
	durations_lines(out, s);
	prevention_line(out, s);
}
