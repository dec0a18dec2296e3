/*
 * picture: the results as an SVG for the README: bars, a group for each figure, drawn against the
 * largest of its group. Readable on light and on dark: the text takes the reader's colour scheme.
 */
#include "tests/bench/measure.h"

#include <errno.h>
#include <string.h>

#define WIDTH 760
#define LEFT 110
#define BAR_ROOM 430
#define BAR 15
#define GAP 22

static const char *const colours[BOTS] = { "#2e7d5b", "#c9a227", "#4a90c2", "#8a8f98" };

static const struct {
	const char *title;
	enum figure figure;
	const char *unit;
	int digits;
} groups[] = {
	{ "CPU an envelope, one at a time", CPU_1, "µs", 0 },
	{ "CPU an envelope, 16 under way", CPU_16, "µs", 0 },
	{ "CPU an envelope, 256 under way", CPU_256, "µs", 0 },
	{ "Ack at a steady 200 a second, p50", ACK_P50, "ms", 1 },
	{ "Ack at a steady 200 a second, p99", ACK_P99, "ms", 1 },
	{ "Memory, idle", RSS_IDLE, "MB", 0 },
};
#define GROUPS ((int)(sizeof(groups) / sizeof(*groups)))

static double largest(const struct results *r, enum figure f)
{
	double most = 0, one;

	for (int w = 0; w < BOTS; w++) {
		one = median(r, (enum which)w, f);
		if (one > most)
			most = one;
	}
	return most;
}

static int draw_group(FILE *f, const struct results *r, int g, int y)
{
	double most = largest(r, groups[g].figure), one;

	fprintf(f, "<text class=\"title\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT, y + 12,
		groups[g].title);
	y += 20;
	for (int w = 0; w < BOTS; w++, y += BAR + 4) {
		one = median(r, (enum which)w, groups[g].figure);
		fprintf(f,
			"<text class=\"name\" x=\"%d\" y=\"%d\">%s</text>"
			"<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>"
			"<text x=\"%.1f\" y=\"%d\">%.*f %s</text>\n",
			LEFT - 8, y + 12, bot_name((enum which)w), LEFT, y, one / most * BAR_ROOM,
			BAR, colours[w], LEFT + one / most * BAR_ROOM + 8, y + 12, groups[g].digits,
			one, groups[g].unit);
	}
	return y + GAP;
}

void picture_write(const struct plan *p, const struct results *r, const char *path)
{
	int height = GROUPS * (20 + BOTS * (BAR + 4) + GAP) + 56, y = 12;
	FILE *f = fopen(path, "w");

	(void)p;
	if (!f)
		give_up("%s can't be written: %s", path, strerror(errno));
	fprintf(f,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
		"role=\"img\" aria-label=\"What an envelope costs aliosbot, Bolt for JavaScript, slack-go and the "
		"floor; shorter is better\">\n"
		"<style>text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-weight:600;font-size:13px}"
		".name{text-anchor:end}.note{fill:#6e7781}"
		"@media (prefers-color-scheme:dark){text{fill:#e6edf3}.note{fill:#9198a1}}</style>\n",
		WIDTH, height, WIDTH, height);
	for (int g = 0; g < GROUPS; g++)
		y = draw_group(f, r, g, y);
	fprintf(f,
		"<text class=\"note\" x=\"%d\" y=\"%d\">Shorter is better; medians of %d rounds of make "
		"bench.</text>\n"
		"<text class=\"note\" x=\"%d\" y=\"%d\">30 %% notes, 41 %% messages, 29 %% 📌 by eight people in "
		"one channel.</text>\n</svg>\n",
		LEFT, y + 8, r->rounds, LEFT, y + 26);
	fclose(f);
}
