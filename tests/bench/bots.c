#include "tests/bench/bots.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define START_US 60000000
#define END_US 10000000
#define ARGS 16

static const struct {
	const char *name;
	const char *program; /* the environment's word for where it is */
	const char *argv[3]; /* after it */
} bots[BOTS] = {
	[OURS] = { "aliosbot", "ALIOSBOT", { "run" } },
	[BOLT] = { "Bolt", "BENCH_NODE", { "BENCH_BOLT" } },
	[SLACK_GO] = { "slack-go", "BENCH_SLACK_GO", { NULL } },
	[FLOOR] = { "floor", "BENCH_FLOOR", { NULL } },
};

void give_up(const char *fmt, ...)
{
	va_list ap;

	fputs("bench: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

const char *bot_name(enum which w)
{
	return bots[w].name;
}

/* An argument in capitals is a word of the environment. */
static const char *argument(const char *word)
{
	return word && !strncmp(word, "BENCH_", 6) ? getenv(word) : word;
}

bool bot_there(enum which w)
{
	const char *program = getenv(bots[w].program), *script = argument(bots[w].argv[0]);

	return program && *program && (!bots[w].argv[0] || (script && *script));
}

void bot_init(struct bot *b, enum which w, struct stand *stand)
{
	*b = (struct bot){ .which = w, .stand = stand, .dir = "/tmp/aliosbot-bench-XXXXXX" };
	if (!mkdtemp(b->dir))
		give_up("no directory under /tmp");
	snprintf(b->db, sizeof(b->db), "%s/bot.db", b->dir);
}

static void exec_it(const struct bot *b, const char *const *before)
{
	const char *argv[ARGS] = { NULL }, *const *more = bots[b->which].argv;
	char url[64];
	int n = 0, log;

	for (; before && *before && n < ARGS - 4; before++)
		argv[n++] = *before;
	argv[n++] = getenv(bots[b->which].program);
	for (; *more; more++)
		argv[n++] = argument(*more);
	snprintf(url, sizeof(url), "%s/api/", stand_url(b->stand));
	setenv("SLACK_API_URL", url, 1);
	setenv("SLACK_APP_TOKEN", STAND_APP_TOKEN, 1);
	setenv("SLACK_BOT_TOKEN", STAND_BOT_TOKEN, 1);
	setenv("ALIOSBOT_DB", b->db, 1);
	setenv("NODE_ENV", "production", 1);
	unsetenv("http_proxy");
	log = chdir(b->dir) ? -1 : open("log", O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
		_exit(127);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

void bot_start_under(struct bot *b, const char *const *before)
{
	unsigned hellos = stand_hellos(b->stand);
	int64_t began = stand_us();
	pid_t parent = getpid();

	fflush(NULL);
	b->pid = fork();
	if (b->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(127);
		exec_it(b, before);
	}
	while (stand_hellos(b->stand) == hellos) {
		if (stand_us() - began > START_US || waitpid(b->pid, NULL, WNOHANG) == b->pid)
			give_up("%s does not connect, see %s/log", bot_name(b->which), b->dir);
		stand_turn(b->stand, 1000);
	}
	b->hello_us = stand_hello_us(b->stand) - began;
}

void bot_start(struct bot *b)
{
	bot_start_under(b, NULL);
}

void bot_end(struct bot *b)
{
	int64_t until = stand_us() + END_US;

	kill(b->pid, SIGTERM);
	while (waitpid(b->pid, NULL, WNOHANG) == 0) {
		if (stand_us() > until)
			kill(b->pid, SIGKILL);
		stand_turn(b->stand, 1000);
	}
	while (stand_connected(b->stand))
		stand_turn(b->stand, 1000);
}

void bot_release(struct bot *b)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", b->dir);
	if (system(command))
		give_up("%s can't be removed", b->dir);
}

double bot_cpu_us(const struct bot *b)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(b->pid, &clock) || clock_gettime(clock, &t))
		give_up("the time of process %d can't be read", (int)b->pid);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

long bot_rss_kb(const struct bot *b)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)b->pid);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmRSS:", 6))
			kb = strtol(line + 6, NULL, 10);
	if (f)
		fclose(f);
	return kb;
}

int64_t bot_bytes(const struct bot *b)
{
	char wal[104];
	struct stat db = { 0 }, log = { 0 };

	snprintf(wal, sizeof(wal), "%s-wal", b->db);
	if (stat(b->db, &db))
		return 0;
	stat(wal, &log);
	return (int64_t)db.st_size + (int64_t)log.st_size;
}
