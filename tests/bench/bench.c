/*
 * bench: what an envelope costs, over the real protocol: the real program against the stand-in.
 *
 *   1. the same on a Node with 10 and with 10,000 entries: 1,000 notes as fast as they are taken (64 under
 *      way), then 200 one at a time. Per envelope: ack p50, p99, most; CPU time of the bot.
 *   2. the edits that this made, and whether the card shows the last note.
 *   3. memory.
 *
 * Numbers of one run are compared with each other (the ratio in the last column); what they are in
 * milliseconds depends on the machine. It fails only by what is promised whatever the machine: an ack
 * later than 3 s, a last state that isn't shown, more edits than the budget.
 */
#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "adapters/sqlite/sqlite_store.h"
#include "bot/shell.h"
#include "adapters/sandbox/slackd.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BURST 1000
#define SINGLE 200
#define UNDER_WAY 64
#define PATIENCE_MS 60000
#define ACK_PROMISE_MS 3000
#define EDITS_A_MINUTE 40
#define EDITS_AT_ONCE 5

struct bench {
	struct slackd *slack;
	char dir[64], db[96];
	pid_t bot;
	const char *channel;
};

struct timing {
	int64_t ms[BURST];
	size_t count;
	double cpu_us;		/* of the bot, per envelope */
};

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

/* ---- the bot ---- */

static void start(struct bench *b)
{
	char url[64], log[96];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/api/", slackd_port(b->slack));
	snprintf(log, sizeof(log), "%s/log", b->dir);
	b->bot = fork();
	if (b->bot == 0) {
		setenv("SLACK_API_URL", url, 1);
		setenv("SLACK_APP_TOKEN", SL_APP_TOKEN, 1);
		setenv("SLACK_BOT_TOKEN", SL_BOT_TOKEN, 1);
		setenv("ALIOSBOT_DB", b->db, 1);
		if (chdir(b->dir) == 0 && freopen(log, "a", stderr))
			execl(getenv("ALIOSBOT"), "aliosbot", "run", (char *)NULL);
		_exit(127);
	}
	for (int64_t until = slackd_ms() + PATIENCE_MS; !slackd_connections(b->slack);) {
		if (slackd_ms() > until)
			give_up("the bot does not connect");
		slackd_turn(b->slack, 10);
	}
}

static void end(struct bench *b)
{
	int status;

	kill(b->bot, SIGTERM);
	while (waitpid(b->bot, &status, WNOHANG) == 0)
		slackd_turn(b->slack, 10);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		give_up("the bot did not end well");
}

/* Nanoseconds on a processor so far: the first number of /proc/PID/schedstat. */
static double cpu_ns(pid_t pid)
{
	char path[64];
	double ns = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%lf", &ns) != 1)
		give_up("no /proc/PID/schedstat");
	fclose(f);
	return ns;
}

static long memory_kb(pid_t pid, const char *what)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, what, strlen(what)))
			kb = strtol(line + strlen(what) + 1, NULL, 10);
	if (f)
		fclose(f);
	return kb;
}

/* ---- a Node with so many entries ---- */

static void keep(struct job *job, void *arg)
{
	(void)arg;
	if (job->rc < 0 || job->outcome.verdict != VERDICT_DONE)
		give_up("an entry could not be laid in");
	job_free(job);
}

/* Straight into the database, while no bot runs: by the same door, without Slack. */
static void lay_in(struct bench *b, int entries)
{
	const struct settings settings = { .root = "/incident", .default_priority = PRIORITY_HIGH };
	const struct store_seams seams = {
		.settings = &settings, .zones = zones_system(), .entropy = entropy_system(),
		.digest = digest_openssl(), .clock = clock_system(),
	};
	struct store *s;
	struct buf why;

	buf_init(&why, 1000);
	if (sqlite_store_open(&s, b->db, STORE_WRITE, &seams, &why) < 0)
		give_up(why.s);
	for (int i = 0; i < entries;) {
		struct job *first = NULL, **last = &first;

		for (int n = 0; n < 64 && i < entries; n++, i++) {
			*last = shell_job(s, "bench", "UTC", "1 note something was tried again",
					  clock_system()->now_ms(clock_system()));
			(*last)->done = keep;
			last = &(*last)->next;
		}
		store_batch(s, first);
	}
	store_close(s);
	buf_release(&why);
}

/* ---- envelopes ---- */

static void wait_for(struct bench *b, const struct sl_envelope *e)
{
	for (int64_t until = slackd_ms() + PATIENCE_MS; !e->acked;) {
		if (slackd_ms() > until)
			give_up("no ack");
		slackd_turn(b->slack, 1);
	}
}

static void notes(struct bench *b, int count, int under_way, const char *last, struct timing *t)
{
	struct sl_envelope *said[BURST];
	double before = cpu_ns(b->bot);
	int sent = 0, acked = 0;

	for (; acked < count; acked++) {
		while (sent < count && sent - acked < under_way) {
			said[sent] = slackd_says(b->slack, "U1", b->channel,
						 sent == count - 1 ? last : "/incident note tried the next thing");
			sent++;
		}
		wait_for(b, said[acked]);
	}
	for (int i = 0; i < count; i++)
		t->ms[i] = said[i]->acked_ms - said[i]->sent_ms;
	t->count = (size_t)count;
	t->cpu_us = (cpu_ns(b->bot) - before) / 1000 / count;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print(const char *what, struct timing *t, const struct timing *of)
{
	qsort(t->ms, t->count, sizeof(*t->ms), by_size);
	printf("  %-34s p50 %3" PRId64 " ms   p99 %3" PRId64 " ms   most %3" PRId64 " ms   CPU %4.0f µs an envelope",
	       what, t->ms[t->count / 2], t->ms[t->count * 99 / 100], t->ms[t->count - 1], t->cpu_us);
	if (of)
		printf("   × %.2f", t->cpu_us / of->cpu_us);
	putchar('\n');
	if (t->ms[t->count - 1] > ACK_PROMISE_MS)
		give_up("an ack came after Slack's 3 s");
}

/* ---- what is shown ---- */

static int edits(struct bench *b, const char *channel)
{
	const struct sl_call *c;
	int n = 0;

	for (c = slackd_calls(b->slack); c; c = c->next)
		n += !strcmp(c->method, "chat.update") && (!channel || !strcmp(c->channel, channel));
	return n;
}

static bool card_says(struct bench *b, const char *words)
{
	struct sl_channel *c = sl_channel(slackd_team(b->slack), b->channel);
	struct sl_message *m;
	bool found = false;

	for (m = c->messages; m && !found; m = m->next) {
		struct buf s;

		if (m->gone || !sl_own(m))
			continue;
		buf_init(&s, BUF_ROOMY);
		sl_words(&s, m->json);
		found = strstr(s.s, words) != NULL;
		buf_release(&s);
	}
	return found;
}

static void until_card_says(struct bench *b, const char *words)
{
	for (int64_t until = slackd_ms() + PATIENCE_MS; !card_says(b, words);) {
		if (slackd_ms() > until)
			give_up("the card does not show the last note");
		slackd_turn(b->slack, 20);
	}
}

/* ---- the run ---- */

static void declare(struct bench *b)
{
	struct sl_envelope *e;
	struct sl_channel *c = NULL;

	start(b);
	e = slackd_says(b->slack, "U1", "C1", "/incident new the bench sev1");
	wait_for(b, e);
	for (int64_t until = slackd_ms() + PATIENCE_MS; !c || !card_says(b, "the bench");) {
		if (slackd_ms() > until)
			give_up("no card");
		slackd_turn(b->slack, 10);
		c = sl_channel_named(slackd_team(b->slack), "inc-2026-001-the-bench");
		for (struct sl_channel *any = slackd_team(b->slack)->channels; any && !c; any = any->next)
			if (strstr(any->name, "the-bench"))
				c = any;
		if (c)
			b->channel = c->id;
	}
	end(b);
}

static void run(int entries, struct timing *burst, struct timing *single, const struct timing *of_burst,
		const struct timing *of_single)
{
	struct bench b = { .dir = "/tmp/aliosbot-bench-XXXXXX" };
	const struct slackd_options options = { 0 };
	int64_t began;
	int made, most;
	char command[128];

	if (!mkdtemp(b.dir))
		give_up("no directory under /tmp");
	snprintf(b.db, sizeof(b.db), "%s/aliosbot.db", b.dir);
	b.slack = slackd_new(&options);
	if (!b.slack)
		give_up("no port");
	sl_user_add(slackd_team(b.slack), "U1", "sarah", "UTC");
	sl_channel_add(slackd_team(b.slack), "C1", "shop");
	declare(&b);
	lay_in(&b, entries - 1);
	start(&b);
	wait_for(&b, slackd_says(b.slack, "U1", b.channel, "/incident note who is asking"));

	printf("a Node with %d entries\n", entries);
	began = slackd_ms();
	made = edits(&b, NULL);
	notes(&b, BURST, UNDER_WAY, "/incident note the last of the burst", burst);
	print("1,000 notes, 64 under way", burst, of_burst);
	notes(&b, SINGLE, 1, "/incident note the very last one", single);
	print("200 notes, one at a time", single, of_single);
	until_card_says(&b, "the very last one");
	made = edits(&b, NULL) - made;
	most = EDITS_AT_ONCE + (int)((slackd_ms() - began) * EDITS_A_MINUTE / 60000) + 1;
	printf("  %-34s %d chat.update in %.1f s (budget: %d); the last note is shown\n", "the card", made,
	       (double)(slackd_ms() - began) / 1000, most);
	if (made > most)
		give_up("more edits than the budget allows");
	printf("  %-34s %ld kB, %ld of them its own\n", "memory", memory_kb(b.bot, "VmRSS:"),
	       memory_kb(b.bot, "RssAnon:"));
	end(&b);
	slackd_free(b.slack);
	snprintf(command, sizeof(command), "rm -r %s", b.dir);
	if (system(command))
		give_up("the directory can't be removed");
}

int main(void)
{
	static struct timing burst[2], single[2];

	if (!getenv("ALIOSBOT"))
		give_up("ALIOSBOT must name the program");
	run(10, &burst[0], &single[0], NULL, NULL);
	run(10000, &burst[1], &single[1], &burst[0], &single[0]);
	return 0;
}
