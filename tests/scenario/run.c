/*
 * run: plays stories (tests/scenario/NAME.scn) against the bot and a Slack stand-in.
 *
 *     scenarios [-kv] [-j JOBS] [-s WORDS] [-r FOLDER] [FILE.scn…]     without files: all in tests/scenario
 *
 * A file holds stories, each begun by `story WORDS`; what stands before the first one is the beginning of
 * every one. A story has its own Slack, database and clock. A line is an act (acts.c) or, begun by `expect`, a check
 * (checks.c); `#` begins a comment line, "| " carries the text of the line above on. After each story:
 * the bot still runs and ends cleanly, `aliosbot verify` finds nothing, Slack has nothing to complain
 * of, no token stands in the log. Under one that fails: its steps with their times, Slack's own record, and the line
 * that plays it alone. -k keeps the folders, -v says each step as it is done, -s plays the stories whose name has WORDS, -j so
 * many files are played at a time (4: they mostly wait). -r writes into FOLDER what Slack told the bot, a file a story (record.c).
 */
#include "core/base/utf8.h"
#include "tests/scenario/play.h"

#include <glob.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define HASTE 60 /* Slack's minutes are our seconds */
#define LINES_MAX 4000
#define JOBS_MAX 16
#define RECORD_MOST 40 /* of Slack's record, the last ones */
#define ARGS_CHARS 160

struct text_line {
	const char *s;
	int at; /* its number in the file */
};

struct script {
	struct arena arena;
	const char *name, *path;
	struct text_line lines[LINES_MAX];
	int n;
};

static struct {
	bool keep, verbose;
	const char *runner, *only, *record;
	int jobs;
} told = { .jobs = 4 };

struct count { /* shared with the children that play */
	_Atomic int passed, failed;
};
static struct count *count;

struct job { /* a child that plays one file */
	pid_t pid;
	const char *path;
	FILE *out;
};

void fails(struct play *p, const char *fmt, ...)
{
	va_list ap;

	p->failures++;
	buf_addf(&p->report, "  %s:%d: ", p->file, p->line);
	va_start(ap, fmt);
	buf_vaddf(&p->report, fmt, ap);
	va_end(ap);
	buf_addc(&p->report, '\n');
}

/* ---- files ---- */

static void add_line(struct script *s, const char *text, int at)
{
	text += strspn(text, " \t");
	if (text[0] == '|') {
		struct text_line *last = &s->lines[s->n ? s->n - 1 : 0];

		last->s = arena_printf(&s->arena, "%s\n%s", s->n ? last->s : "",
				       text + 1 + (text[1] == ' '));
	} else if (*text && *text != '#' && s->n < LINES_MAX) {
		s->lines[s->n++] = (struct text_line){ arena_strdup(&s->arena, text), at };
	}
}

static bool script_read(struct script *s, const char *path)
{
	struct buf text;
	char *rest, *line;
	int at = 0;

	memset(s, 0, sizeof(*s));
	arena_init(&s->arena);
	s->path = path;
	s->name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	buf_init(&text, BUF_ROOMY);
	if (!file_read(&text, path)) {
		buf_release(&text);
		return false;
	}
	rest = text.s;
	while ((line = strsep(&rest, "\n")))
		add_line(s, line, ++at);
	buf_release(&text);
	return true;
}

/* ---- the end of a story ---- */

static void no_secret_in(struct play *p, const struct buf *log)
{
	if (strstr(log->s, SL_APP_TOKEN) || strstr(log->s, SL_BOT_TOKEN))
		fails(p, "a token stands in the log");
	if (strstr(log->s, "ERROR: AddressSanitizer") || strstr(log->s, "runtime error:"))
		fails(p, "the sanitizer says:\n%s", log->s);
}

static void look_at_log(struct play *p)
{
	struct buf path, log;

	stage_path(&p->stage, &path, "bot.log");
	buf_init(&log, (size_t)16 << 20);
	file_read(&log, path.s);
	no_secret_in(p, &log);
	if (p->failures)
		buf_addf(&p->report, "  the end of the bot's log:\n%s\n",
			 log.len > 2000 ? log.s + log.len - 2000 : log.s);
	buf_release(&path);
	buf_release(&log);
}

static void end_well(struct play *p)
{
	int status;

	if (!p->killed && !stage_alive(&p->stage))
		fails(p, "the bot has ended by itself, status %d", p->stage.status);
	if (stage_alive(&p->stage)) {
		status = stage_end(&p->stage, SIGTERM);
		if (status)
			fails(p, "SIGTERM: it ended with status %d", status);
	}
	if (slackd_complaints(p->stage.d) && !p->complaints_wanted)
		fails(p, "Slack complains:\n%s", slackd_complaints_say(p->stage.d));
	if (stage_owed(&p->stage, NULL) >= 0) {
		/* the program as it is installed: a sanitizer's start would cost a fifth of each story */
		stage_shell(&p->stage, "\"${ALIOSBOT:-aliosbot}\" verify");
		if (p->stage.shell_exit)
			fails(p, "verify: exit %d\n%s%s", p->stage.shell_exit, p->stage.out.s,
			      p->stage.err.s);
	}
}

/* ---- stories ---- */

static void play_line(struct play *p, const struct text_line *line)
{
	int64_t since = slackd_ms();
	struct step *step = &p->steps[p->n_steps++];

	p->line = line->at;
	if (strncmp(line->s, "expect ", 7) == 0)
		check(p, line->s + 7);
	else if (!act(p, line->s))
		fails(p, "this is no act (what must be so begins with `expect`): %s", line->s);
	*step = (struct step){ line->at, line->s, slackd_ms() - since };
	if (told.verbose) {
		printf("  %6" PRId64 " ms  %d: %s\n", step->ms, step->line, step->s);
		fflush(stdout);
	}
}

static void play_lines(struct play *p, const struct script *s, int from, int to)
{
	int i;

	for (i = from; i < to && p->failures < FAILURES_MAX; i++)
		play_line(p, &s->lines[i]);
}

/* ---- what is said of a story that failed ---- */

static void say_steps(struct play *p)
{
	int i;

	buf_adds(&p->report, "  its steps:\n");
	for (i = 0; i < p->n_steps; i++)
		buf_addf(&p->report, "  %6" PRId64 " ms  %d: %s\n", p->steps[i].ms,
			 p->steps[i].line, p->steps[i].s);
}

/* The calls as Slack saw them, the last ones. */
static void say_record(struct play *p)
{
	const struct sl_call *call;
	int n = 0;
	char *args;

	for (call = slackd_calls(p->stage.d); call; call = call->next)
		n++;
	buf_addf(&p->report, "  what Slack was asked (%d calls):\n", n);
	for (call = slackd_calls(p->stage.d); call; call = call->next) {
		if (n-- > RECORD_MOST)
			continue;
		args = cJSON_PrintUnformatted(call->args);
		buf_addf(&p->report, "    %s %s: %s %.*s\n", call->method, call->channel,
			 call->outcome,
			 args ? (int)utf8_cut(args,
					      strlen(args) < ARGS_CHARS ? strlen(args) : ARGS_CHARS)
			      : 0,
			 args ? args : "");
		free(args);
	}
}

static void say_alone(struct play *p, const char *path, const char *name)
{
	static const char *const needed[] = { "ALIOSBOT", "ALIOSBOT_TEST", "ALIOSBOT_TEST_STORE" };
	size_t i;

	buf_adds(&p->report, "  alone:");
	for (i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (getenv(needed[i]))
			buf_addf(&p->report, " %s=%s", needed[i], getenv(needed[i]));
	buf_addf(&p->report, " %s -v -s \"%s\" %s\n", told.runner, name, path);
}

static bool begins_story(const char *s)
{
	return strncmp(s, "story ", 6) == 0;
}

static void play_story(const struct script *s, int prelude, int from, int to, const char *name)
{
	struct play p = { .file = s->name, .killed = true };
	struct record *record = NULL;
	int64_t since = slackd_ms();

	if (told.only && !strstr(name, told.only))
		return;
	arena_init(&p.arena);
	buf_init(&p.report, BUF_ROOMY);
	p.steps = arena_alloc(&p.arena, (size_t)s->n * sizeof(*p.steps) + 1);
	stage_open(&p.stage, HASTE);
	if (told.record)
		record = record_new(p.stage.d, told.record, s->name, name);
	play_lines(&p, s, 0, prelude);
	play_lines(&p, s, from, to);
	end_well(&p);
	look_at_log(&p);
	if (p.failures) {
		say_steps(&p);
		say_record(&p);
		say_alone(&p, s->path, name);
	}
	printf("%s - %s: %s (%.1f s)\n%s", p.failures ? "not ok" : "ok", s->name, name,
	       (double)(slackd_ms() - since) / 1000, p.failures ? p.report.s : "");
	if (told.keep)
		printf("  kept in %s\n", p.stage.dir);
	fflush(stdout);
	if (p.failures)
		count->failed++;
	else
		count->passed++;
	stage_close(&p.stage, told.keep);
	record_free(record);
	buf_release(&p.report);
	arena_release(&p.arena);
}

static void play_script(const struct script *s)
{
	int prelude = 0, from, to;

	while (prelude < s->n && !begins_story(s->lines[prelude].s))
		prelude++;
	if (prelude == s->n)
		play_story(s, 0, 0, s->n, "the whole of it");
	for (from = prelude; from < s->n; from = to) {
		for (to = from + 1; to < s->n && !begins_story(s->lines[to].s); to++)
			;
		play_story(s, prelude, from + 1, to, s->lines[from].s + 6);
	}
}

static void play_file(const char *path)
{
	static struct script s;

	if (script_read(&s, path)) {
		play_script(&s);
	} else {
		printf("not ok - %s can't be read\n", path);
		count->failed++;
	}
	arena_release(&s.arena);
}

/* ---- several at a time ---- */

static void job_start(struct job *j, const char *path)
{
	fflush(NULL);
	*j = (struct job){ .path = path, .out = tmpfile() };
	if (!j->out)
		exit(2);
	j->pid = fork();
	if (j->pid)
		return;
	if (!told.verbose)
		dup2(fileno(j->out), STDOUT_FILENO);
	play_file(path);
	fflush(NULL);
	_exit(0);
}

static void job_end(struct job *j, int status)
{
	char piece[4096];
	size_t n;

	rewind(j->out);
	while ((n = fread(piece, 1, sizeof(piece), j->out)) > 0)
		fwrite(piece, 1, n, stdout);
	fclose(j->out);
	if (status) {
		printf("not ok - %s: the runner itself ended with status %d\n", j->path, status);
		count->failed++;
	}
	fflush(stdout);
}

static int wait_one(struct job *jobs, int running)
{
	int status, i;
	pid_t pid = wait(&status);

	for (i = 0; i < running && jobs[i].pid != pid; i++)
		;
	if (i == running)
		return running;
	job_end(&jobs[i], status);
	jobs[i] = jobs[running - 1];
	return running - 1;
}

static void play_files(char *const *paths, int n)
{
	struct job jobs[JOBS_MAX];
	int i, running = 0;

	for (i = 0; i < n; i++) {
		if (running == told.jobs)
			running = wait_one(jobs, running);
		job_start(&jobs[running++], paths[i]);
	}
	while (running)
		running = wait_one(jobs, running);
}

static bool read_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "kvj:s:r:")) != -1) {
		if (option == '?')
			return false;
		if (option == 'k')
			told.keep = true;
		else if (option == 'v')
			told.verbose = true;
		else if (option == 'j')
			told.jobs = (int)strtol(optarg, NULL, 10);
		else if (option == 'r')
			told.record = optarg;
		else
			told.only = optarg;
	}
	told.runner = argv[0];
	if (told.verbose)
		told.jobs = 1;
	return told.jobs > 0 && told.jobs <= JOBS_MAX;
}

int main(int argc, char **argv)
{
	glob_t all = { 0 };
	int n;

	if (!read_options(argc, argv)) {
		fputs("usage: scenarios [-kv] [-j JOBS] [-s WORDS] [-r FOLDER] [FILE.scn...]\n",
		      stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (count == MAP_FAILED)
		return 2;
	if (optind == argc)
		glob("tests/scenario/*.scn", 0, NULL, &all);
	if (optind == argc)
		play_files(all.gl_pathv, (int)all.gl_pathc);
	else
		play_files(argv + optind, argc - optind);
	globfree(&all);
	n = count->passed + count->failed;
	printf("1..%d\n%d passed, %d failed\n", n, count->passed, count->failed);
	return count->failed || !n;
}
