/*
 * bench: what an envelope costs, over the real protocol, against peers in the same run.
 *
 *   make bench            all of it: rounds with every peer, by kind, for long, and against what is
 *                         stored and owed
 *   make bench QUICK=1    ours and the floor, one short round
 *
 * To look at less, by environment:
 *   BENCH_ONLY        rounds, kinds, scales, long or archive: only that
 *   BENCH_WITH        letters of aliosbot, bolt, slack-go, floor: "af"
 *   ROUNDS            3
 *   BENCH_ENVELOPES   8000: so many at 256 under way, half of it at 16, a quarter at 1
 *   BENCH_STORED      100000: at most so many Nodes
 *   BENCH_OWED        10000: so many emoji owed, and entries in the Node
 *   LONGEST           100000: envelopes until memory is looked at again
 *
 * bots.h which programs; stand.h the Slack that they all get; mix.h what is done to them; measure.h
 * what is looked at; fill.h full databases; report.c, picture.c what comes out.
 *
 * Figures in µs and ms are this machine's, and no two runs': only ratios within a run say
 * something. It fails only when something is wrong: no ack, a card that doesn't show the last note.
 */
#include "tests/bench/archive.h"
#include "tests/bench/measure.h"

#include <stdlib.h>
#include <string.h>

static int number(const char *name, int absent)
{
	const char *s = getenv(name);

	return s && *s ? (int)strtol(s, NULL, 10) : absent;
}

static void choose(struct plan *p)
{
	const char *only = getenv("BENCH_ONLY"); /* "rounds", "kinds", "scales", "long" */

	const char *with = getenv("BENCH_WITH"); /* letters of a, b, s, f: only these */

	for (int w = 0; w < BOTS; w++)
		p->with[w] = bot_there((enum which)w) && (!with || strchr(with, "absf"[w]));
	if (!bot_there(OURS))
		give_up("ALIOSBOT must name the program");
	if (number("QUICK", 0)) {
		*p = (struct plan){ .rounds = 1,
				    .warm = 500,
				    .window = { 600, 1200, 2400 },
				    .steady = 600,
				    .with = { [OURS] = true, [FLOOR] = p->with[FLOOR] } };
		return;
	}
	p->rounds = number("ROUNDS", 3);
	if (p->rounds > ROUNDS_MOST)
		give_up("at most %d rounds", ROUNDS_MOST);
	for (int i = 0; i < WINDOWS; i++)
		p->window[i] = number("BENCH_ENVELOPES", 8000) >> (WINDOWS - 1 - i);
	p->steady = p->warm = number("BENCH_ENVELOPES", 8000) / 8;
	p->kinds = !only || !strcmp(only, "kinds");
	p->scales = !only || !strcmp(only, "scales");
	p->archive = !only || !strcmp(only, "archive");
	p->longest = !only || !strcmp(only, "long") ? number("LONGEST", 100000) : 0;
	p->stored = number("BENCH_STORED", 100000);
	p->owed = number("BENCH_OWED", 10000);
	if (only && strcmp(only, "rounds") != 0)
		p->rounds = 0;
}

static const char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char dir[4096];

	snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	return realpath(dir, NULL); /* for as long as we run */
}

int main(int argc, char **argv)
{
	static struct results results;
	struct plan plan = { 0 };

	if (argc != 3)
		give_up("bench JSON SVG: where the results and the picture go");
	choose(&plan);
	plan.into = directory_of(argv[1]);
	measure(&plan, &results);
	report_print(&plan, &results);
	report_json(&plan, &results, argv[1]);
	if (plan.archive)
		archive_measure(plan.into, plan.stored);
	if (plan.rounds && plan.with[BOLT] && plan.with[SLACK_GO])
		picture_write(&plan, &results, argv[2]);
	return 0;
}
