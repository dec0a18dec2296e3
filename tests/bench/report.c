/* report: the results as a table for people and as JSON for programs. */
#include "tests/bench/measure.h"

#include <errno.h>
#include <string.h>

static const struct {
	const char *name, *json;
	int digits;
} figures[FIGURES] = {
	[CPU_1] = { "CPU an envelope, µs: 1 under way", "cpu_us_1", 0 },
	[CPU_16] = { "16", "cpu_us_16", 0 },
	[CPU_256] = { "256", "cpu_us_256", 0 },
	[PER_S_1] = { "envelopes a second: 1 under way", "per_s_1", 0 },
	[PER_S_16] = { "16", "per_s_16", 0 },
	[PER_S_256] = { "256", "per_s_256", 0 },
	[ACK_P50] = { "ack at a steady 200/s, ms: p50", "ack_p50_ms", 2 },
	[ACK_P99] = { "p99", "ack_p99_ms", 2 },
	[RSS_IDLE] = { "RSS idle, MB", "rss_idle_mb", 1 },
	[HELLO] = { "exec to hello, ms", "hello_ms", 0 },
	[CALLS] = { "Web API calls per 1,000 envelopes", "calls_per_1000", 1 },
	[BYTES] = { "bytes on disk an entry", "bytes_per_entry", 0 },
};

static void heads(const struct plan *p)
{
	printf("\n%-36s", "");
	for (int w = 0; w < BOTS; w++)
		if (p->with[w])
			printf("%14s", bot_name((enum which)w));
	for (int w = 0; w < BOTS; w++)
		if (w != OURS && p->with[w])
			printf("  ours/%-9.9s", bot_name((enum which)w));
	putchar('\n');
}

static void row(const struct plan *p, const char *name, const double of[BOTS], int digits)
{
	printf("%36s", name);
	for (int w = 0; w < BOTS; w++)
		if (p->with[w])
			printf("%14.*f", digits, of[w]);
	for (int w = 0; w < BOTS; w++)
		if (w != OURS && p->with[w])
			printf("  × %-12.2f", of[w] > 0 ? of[OURS] / of[w] : 0);
	putchar('\n');
}

static void column(const double of[BOTS][KINDS], enum kind k, double out[BOTS])
{
	for (int w = 0; w < BOTS; w++)
		out[w] = of[w][k];
}

static void print_kinds(const struct plan *p, const struct results *r)
{
	double of[BOTS];
	char name[64];

	for (int k = 0; k < KINDS; k++) {
		column(r->syscalls, (enum kind)k, of);
		snprintf(name, sizeof(name), "syscalls: %s", kind_name((enum kind)k));
		if (of[OURS] > 0)
			row(p, name, of, 1);
	}
	for (int k = 0; k < KINDS; k++) {
		column(r->instructions, (enum kind)k, of);
		snprintf(name, sizeof(name), "instructions: %s", kind_name((enum kind)k));
		if (of[OURS] > 0)
			row(p, name, of, 0);
	}
}

static void print_scales(const struct results *r)
{
	const struct scale *none = &r->scales[0], *s;

	if (!r->n_scales)
		return;
	printf("\n%-36s%12s%10s%10s   against none\n", "aliosbot, CPU an envelope, µs", "1", "16",
	       "256");
	for (int i = 0; i < r->n_scales; i++) {
		s = &r->scales[i];
		printf("%36s%12.0f%10.0f%10.0f   × %.2f  %.2f  %.2f\n", s->name, s->cpu_us[0],
		       s->cpu_us[1], s->cpu_us[2], s->cpu_us[0] / none->cpu_us[0],
		       s->cpu_us[1] / none->cpu_us[1], s->cpu_us[2] / none->cpu_us[2]);
	}
}

void report_print(const struct plan *p, const struct results *r)
{
	double of[BOTS];

	heads(p);
	for (int f = 0; f < FIGURES && r->rounds; f++) {
		for (int w = 0; w < BOTS; w++)
			of[w] = p->with[w] ? median(r, (enum which)w, (enum figure)f) : 0;
		row(p, figures[f].name, of, figures[f].digits);
	}
	if (p->longest) {
		row(p, "RSS after 10,000, MB", r->rss_10k_mb, 1);
		row(p, "RSS after all, MB", r->rss_long_mb, 1);
		for (int half = 0; half < 2; half++) {
			for (int w = 0; w < BOTS; w++)
				of[w] = r->cpu_after[w][half];
			row(p, half ? "CPU, the last 10,000, µs" : "CPU, the first 10,000, µs", of,
			    0);
		}
	}
	print_kinds(p, r);
	print_scales(r);
	if (r->rounds)
		printf("\nMedians of %d rounds in which all took turns; compare ratios, not runs.\n",
		       r->rounds);
}

/* ---- JSON ---- */

static void json_list(FILE *f, const char *name, const double *of, int n)
{
	fprintf(f, ",\n      \"%s\": [", name);
	for (int i = 0; i < n; i++)
		fprintf(f, "%s%.2f", i ? ", " : "", of[i]);
	fputc(']', f);
}

/* A figure is its rounds, in order; the reader takes the median. */
static void json_bot(FILE *f, const struct results *r, enum which w)
{
	double rounds[ROUNDS_MOST];

	fprintf(f, "    {\n      \"name\": \"%s\"", bot_name(w));
	for (int i = 0; i < FIGURES; i++) {
		for (int k = 0; k < r->rounds; k++)
			rounds[k] = r->of[w][k][i];
		json_list(f, figures[i].json, rounds, r->rounds);
	}
	if (r->rss_long_mb[w] > 0) {
		fprintf(f, ",\n      \"rss_10000_mb\": %.1f, \"rss_long_mb\": %.1f",
			r->rss_10k_mb[w], r->rss_long_mb[w]);
		json_list(f, "cpu_us_first_and_last_10000", r->cpu_after[w], 2);
	}
	if (r->syscalls[w][NOTE] > 0)
		json_list(f, "syscalls_note_message_pin", r->syscalls[w], KINDS);
	if (r->instructions[w][NOTE] > 0)
		json_list(f, "instructions_note_message_pin", r->instructions[w], KINDS);
	fputs("\n    }", f);
}

void report_json(const struct plan *p, const struct results *r, const char *path)
{
	FILE *f = fopen(path, "w");
	bool first = true;

	if (!f)
		give_up("%s can't be written: %s", path, strerror(errno));
	fprintf(f, "{\n  \"rounds\": %d,\n  \"longest\": %d,\n  \"bots\": [\n", r->rounds,
		p->longest);
	for (int w = 0; w < BOTS; w++) {
		if (!p->with[w])
			continue;
		fputs(first ? "" : ",\n", f);
		json_bot(f, r, (enum which)w);
		first = false;
	}
	fputs("\n  ],\n  \"scales\": [", f);
	for (int i = 0; i < r->n_scales; i++) {
		fprintf(f, "%s\n    {\"name\": \"%s\"", i ? "," : "", r->scales[i].name);
		json_list(f, "cpu_us", r->scales[i].cpu_us, WINDOWS);
		fputc('}', f);
	}
	fputs("\n  ]\n}\n", f);
	fclose(f);
}
