#include "tests/bench/measure.h"

#include "tests/bench/fill.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STEADY_PER_S 200
#define OF_A_KIND 200	  /* envelopes whose syscalls are counted */
#define OF_A_KIND_SLOW 50 /* and instructions */
#define TAIL 10000
#define VERIFIED \
	1000 /* Nodes: the smallest database that is filled, and the one that is verified */

const int windows[WINDOWS] = { 1, 16, 256 };

static void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fflush(stderr);
}

/* ---- medians ---- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double median(const struct results *r, enum which w, enum figure f)
{
	double all[ROUNDS_MOST];
	int n = r->rounds;

	for (int i = 0; i < n; i++)
		all[i] = r->of[w][i][f];
	qsort(all, (size_t)n, sizeof(*all), by_size);
	return n % 2 ? all[n / 2] : (all[n / 2 - 1] + all[n / 2]) / 2;
}

/* ---- a bot and its mix ---- */

struct pair {
	struct mix *mix;
	struct bot bot;
};

static void pair_init(struct pair *p, enum which w)
{
	p->mix = mix_new();
	bot_init(&p->bot, w, mix_stand(p->mix));
}

static void pair_release(struct pair *p)
{
	bot_release(&p->bot);
	mix_free(p->mix);
}

/* ---- a round ---- */

static void one_round(const struct plan *p, enum which w, double of[FIGURES])
{
	struct pair pair;
	struct figures f;
	unsigned asked;
	int total = 0, entries; /* measured; and on disk */

	pair_init(&pair, w);
	bot_start(&pair.bot);
	mix_prepare(pair.mix, &pair.bot);
	of[RSS_IDLE] = (double)bot_rss_kb(&pair.bot) / 1024;
	mix_window(pair.mix, &pair.bot, p->warm, 16,
		   &f); /* node and Go compile and size themselves meanwhile */
	mix_calm(pair.mix, 1500);
	asked = stand_asked(mix_stand(pair.mix));
	for (int i = 0; i < WINDOWS; i++) {
		mix_window(pair.mix, &pair.bot, p->window[i], windows[i], &f);
		of[CPU_1 + i] = f.cpu_us;
		of[PER_S_1 + i] = f.per_s;
		total += p->window[i];
	}
	mix_calm(pair.mix, 1500);
	mix_steady(pair.mix, &pair.bot, p->steady, STEADY_PER_S, &f);
	total += p->steady;
	of[ACK_P50] = f.p50_ms;
	of[ACK_P99] = f.p99_ms;
	of[CALLS] = (stand_asked(mix_stand(pair.mix)) - asked) * 1000.0 / total;
	if (w != FLOOR)
		mix_last(pair.mix, &pair.bot);
	bot_end(&pair.bot);
	entries = p->warm + total;
	if (w != FLOOR)
		entries = entries * 59 / 100; /* notes and 📌; the messages lie beside them */
	of[BYTES] = (double)bot_bytes(&pair.bot) / entries;
	bot_start(&pair.bot);
	of[HELLO] = (double)pair.bot.hello_us / 1000;
	bot_end(&pair.bot);
	pair_release(&pair);
	say("    %-12s %6.0f %6.0f %6.0f µs   p50 %.1f p99 %.1f ms\n", bot_name(w), of[CPU_1],
	    of[CPU_16], of[CPU_256], of[ACK_P50], of[ACK_P99]);
}

/* ---- for long ---- */

static void for_long(const struct plan *p, enum which w, struct results *r)
{
	struct pair pair;
	struct figures f;

	say("  %s: RSS after %d envelopes …\n", bot_name(w), p->longest);
	pair_init(&pair, w);
	bot_start(&pair.bot);
	mix_prepare(pair.mix, &pair.bot);
	mix_window(pair.mix, &pair.bot, TAIL, 16, &f);
	r->cpu_after[w][0] = f.cpu_us;
	r->rss_10k_mb[w] = (double)bot_rss_kb(&pair.bot) / 1024;
	for (int done = TAIL; done < p->longest; done += TAIL)
		mix_window(pair.mix, &pair.bot, TAIL, 16, &f);
	r->cpu_after[w][1] = f.cpu_us;
	r->rss_long_mb[w] = (double)bot_rss_kb(&pair.bot) / 1024;
	bot_end(&pair.bot);
	pair_release(&pair);
}

/* ---- against what is there already ---- */

static void scale_windows(const struct plan *p, struct pair *pair, struct scale *s)
{
	struct figures f;

	for (int i = 0; i < WINDOWS; i++) {
		mix_window(pair->mix, &pair->bot, p->window[i] / 2, windows[i], &f);
		s->cpu_us[i] = f.cpu_us;
	}
	say("    %-24s %6.0f %6.0f %6.0f µs\n", s->name, s->cpu_us[0], s->cpu_us[1], s->cpu_us[2]);
}

static struct scale *scale_new(struct results *r, const char *fmt, int n)
	__attribute__((format(printf, 2, 0)));
static struct scale *scale_new(struct results *r, const char *fmt, int n)
{
	struct scale *s = &r->scales[r->n_scales++];

	snprintf(s->name, sizeof(s->name), fmt, n);
	return s;
}

/* What the bench has laid in is a database like another. */
static void verify(const struct bot *b)
{
	char command[256];

	snprintf(command, sizeof(command), "ALIOSBOT_DB=%s \"$ALIOSBOT\" verify >/dev/null", b->db);
	if (system(command))
		give_up("aliosbot verify does not accept %s", b->db);
}

static void scale_stored(const struct plan *p, struct results *r, int nodes)
{
	struct pair pair;

	pair_init(&pair, OURS);
	if (nodes > VERIFIED)
		fill_archive(pair.bot.db, 0, nodes);
	else if (nodes)
		fill_nodes(pair.bot.db, nodes);
	if (nodes == VERIFIED)
		verify(&pair.bot);
	bot_start(&pair.bot);
	mix_prepare(pair.mix, &pair.bot);
	scale_windows(p, &pair, scale_new(r, "%d Nodes stored", nodes));
	bot_end(&pair.bot);
	pair_release(&pair);
}

static void scale_entries(const struct plan *p, struct results *r, int entries)
{
	struct pair pair;

	pair_init(&pair, OURS);
	bot_start(&pair.bot);
	mix_prepare(pair.mix, &pair.bot);
	bot_end(&pair.bot);
	fill_entries(pair.bot.db, 1, entries);
	bot_start(&pair.bot);
	mix_prepare_again(pair.mix, &pair.bot);
	scale_windows(p, &pair, scale_new(r, "%d entries in the Node", entries));
	bot_end(&pair.bot);
	pair_release(&pair);
}

/* Owed because Slack refuses them meanwhile, so by the bot's own doing, however it keeps them. */
static void scale_owed(const struct plan *p, struct results *r, int emoji)
{
	struct pair pair;
	struct figures f;

	pair_init(&pair, OURS);
	bot_start(&pair.bot);
	mix_prepare(pair.mix, &pair.bot);
	stand_refuse_emoji(mix_stand(pair.mix), true);
	mix_window(pair.mix, &pair.bot, emoji * 100 / 29, 64, &f);
	mix_calm(pair.mix, 2000);
	scale_windows(p, &pair, scale_new(r, "%d emoji owed", emoji));
	bot_end(&pair.bot);
	pair_release(&pair);
}

static void scales(const struct plan *p, struct results *r)
{
	say("  aliosbot against what is stored and owed …\n");
	scale_stored(p, r, 0);
	for (int nodes = VERIFIED; nodes <= p->stored; nodes *= 10)
		scale_stored(p, r, nodes);
	scale_entries(p, r, p->owed);
	scale_owed(p, r, p->owed);
}

/* ---- by kind: counted by strace and callgrind, each envelope alone, its calls and edits included
 * ---- */

static bool can(const char *program)
{
	char command[96];

	snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", program);
	return system(command) == 0;
}

/* "strace -c -f": the line "100.00 … 1234 … total". */
static double read_strace(const char *path)
{
	char line[256];
	double calls = 0;
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, " total\n"))
			sscanf(line, "%*f %*f %*f %lf", &calls);
	if (f)
		fclose(f);
	return calls;
}

static pid_t trace(const struct bot *b, const char *out)
{
	char pid[16];
	pid_t tracer;

	snprintf(pid, sizeof(pid), "%d", (int)b->pid);
	tracer = fork();
	if (tracer == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(127);
		execlp("strace", "strace", "-c", "-f", "-p", pid, "-o", out, (char *)NULL);
		_exit(127);
	}
	return tracer;
}

static bool traced(const struct bot *b)
{
	char path[64], line[128];
	int tracer = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)b->pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "TracerPid: %d", &tracer);
	if (f)
		fclose(f);
	return tracer > 0;
}

static void count_syscalls(enum which w, struct results *r)
{
	struct pair pair;
	char out[96];
	pid_t tracer;

	pair_init(&pair, w);
	snprintf(out, sizeof(out), "%s/strace", pair.bot.dir);
	bot_start(&pair.bot);
	mix_prepare(pair.mix, &pair.bot);
	for (int k = 0; k < KINDS; k++) {
		tracer = trace(&pair.bot, out);
		while (!traced(&pair.bot) && waitpid(tracer, NULL, WNOHANG) == 0)
			stand_turn(mix_stand(pair.mix), 1000);
		if (!traced(&pair.bot))
			break; /* ptrace isn't allowed here */
		mix_kind(pair.mix, &pair.bot, (enum kind)k, OF_A_KIND);
		mix_calm(pair.mix, 1500);
		kill(tracer, SIGINT);
		waitpid(tracer, NULL, 0);
		r->syscalls[w][k] = read_strace(out) / OF_A_KIND;
	}
	bot_end(&pair.bot);
	pair_release(&pair);
}

/* "callgrind_control -d" writes FILE.1, FILE.2 …; the "summary:" or "totals:" line has the number.
 */
static double read_callgrind(const char *file, int n)
{
	char path[4200], line[256];
	double count = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s.%d", file, n);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "summary:", 8) || !strncmp(line, "totals:", 7))
			count = strtod(strchr(line, ':') + 1, NULL);
	if (f)
		fclose(f);
	return count;
}

static bool control(const struct pair *p, const char *what)
{
	char command[96];
	pid_t child;
	int status;

	snprintf(command, sizeof(command), "callgrind_control %s %d >/dev/null 2>&1", what,
		 (int)p->bot.pid);
	child = fork();
	if (child == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (waitpid(child, &status, WNOHANG) ==
	       0) /* it answers between two envelopes: serve it */
		stand_turn(mix_stand(p->mix), 1000);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void count_instructions(const struct plan *p, enum which w, struct results *r)
{
	char out[4200];
	const char *before[] = { "valgrind", "-q", "--tool=callgrind", out, NULL };
	struct pair pair;
	int dumps = 0;

	pair_init(&pair, w);
	snprintf(out, sizeof(out), "--callgrind-out-file=%s/callgrind.%s", p->into, bot_name(w));
	bot_start_under(&pair.bot, before);
	mix_prepare(pair.mix, &pair.bot);
	for (int k = 0; k < KINDS && control(&pair, "-z"); k++) {
		mix_kind(pair.mix, &pair.bot, (enum kind)k, OF_A_KIND_SLOW);
		mix_calm(pair.mix, 3000);
		if (!control(&pair, "-d"))
			break;
		r->instructions[w][k] =
			read_callgrind(strchr(out, '=') + 1, ++dumps) / OF_A_KIND_SLOW;
	}
	bot_end(&pair.bot);
	pair_release(&pair);
}

static void kinds(const struct plan *p, struct results *r)
{
	bool strace = can("strace"), valgrind = can("valgrind") && can("callgrind_control");

	say("  syscalls and instructions by kind …\n");
	for (int w = 0; w < BOTS; w++)
		if (p->with[w] && strace)
			count_syscalls((enum which)w, r);
	if (valgrind) { /* callgrind.aliosbot.1 is the note, .2 the message, .3 the 📌 */
		count_instructions(p, OURS, r);
		count_instructions(p, FLOOR, r);
	}
}

/* ---- all of it ---- */

void measure(const struct plan *p, struct results *r)
{
	for (r->rounds = 0; r->rounds < p->rounds; r->rounds++) {
		say("  round %d of %d: CPU an envelope at 1, 16, 256 under way\n", r->rounds + 1,
		    p->rounds);
		for (int w = 0; w < BOTS; w++)
			if (p->with[w])
				one_round(p, (enum which)w, r->of[w][r->rounds]);
	}
	if (p->kinds)
		kinds(p, r);
	if (p->scales)
		scales(p, r);
	for (int w = 0; w < BOTS && p->longest; w++)
		if (p->with[w])
			for_long(p, (enum which)w, r);
}
