/*
 * aliosbot-sandbox: a Slack of one's own, on this machine alone: `make run` without a workspace or
 * tokens.
 *
 *     aliosbot-sandbox [--port N] [--data DIR] [--bot PROGRAM] [--archive] [--manifest FILE]
 *
 * The parts: slackd.h (the Slack: Web API, Socket Mode, workspace), hands.h (what people can do in
 * it), browser.h (the browser's page), play.h (incidents to be played), trouble.h (what goes wrong
 * at a click), child.h (the bot), keep.h (the workspace on disk), cast.h (who is in a new one).
 */
#include "adapters/log/log.h"
#include "tests/sandbox/archive.h"
#include "tests/sandbox/asset.h"
#include "tests/sandbox/browser.h"
#include "tests/sandbox/cast.h"
#include "tests/slackd/keep.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT 8042
#define REMEMBER 2000
#define GOODBYE_MS 6000 /* the bot says its own within 5 s */
#define TURN_MS 60000

enum { DONE = 0, NO = 1, USAGE = 2 };

struct sandbox {
	int port; /* -1: PORT, or any if that is taken */
	const char *data, *bot, *manifest;
	struct buf manifest_text, database, workspace;
	struct slackd *d;
	struct keep *keep;
	struct browser *browser;
	struct trouble *trouble;
	struct plays *plays;
	struct child *child;
	bool fill;  /* --archive */
	bool moves; /* --clock */
	struct buf clock_path;
	struct moved *moved;
	struct archive *archive;
	struct slackd_watcher watcher;
	bool ending;
};

static void sandbox_usage(FILE *f)
{
	fputs("usage: aliosbot-sandbox [--port N] [--data DIR] [--bot PROGRAM] [--archive]\n"
	      "       [--clock] [--manifest FILE]\n"
	      "\n"
	      "A Slack of your own, on this machine alone, with a page in the browser.\n"
	      "  --port N          where to listen on 127.0.0.1; 0: any free port (default: 8042, or any if taken)\n"
	      "  --data DIR        keep the workspace in DIR; without it, it is gone at the end\n"
	      "  --bot PROGRAM     start this bot against it, with its database in DIR\n"
	      "  --clock           the page can move the clock on; the bot goes by it (see README)\n"
	      "  --archive         with fifty incidents of the last year, to be found and compared with\n"
	      "  --manifest FILE   the app's manifest (default: aliosbot's)\n",
	      f);
}

/* ---- options ---- */

static int sandbox_refuse(const char *what, const char *why)
{
	fprintf(stderr, "aliosbot-sandbox: %s%s\n", what, why);
	return USAGE;
}

static int sandbox_read_port(struct sandbox *s, const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (!*text || *end || n < 0 || n > 65535)
		return sandbox_refuse(text, " is no port: it is a number from 0 to 65535.");
	s->port = (int)n;
	return DONE;
}

static int read_options(struct sandbox *s, int argc, char **argv)
{
	static const struct option options[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "data", required_argument, NULL, 'd' },
		{ "bot", required_argument, NULL, 'b' },
		{ "archive", no_argument, NULL, 'a' },
		{ "clock", no_argument, NULL, 'c' },
		{ "manifest", required_argument, NULL, 'm' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c, rc = DONE;

	while (rc == DONE && (c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'p':
			rc = sandbox_read_port(s, optarg);
			break;
		case 'd':
			s->data = optarg;
			break;
		case 'b':
			s->bot = optarg;
			break;
		case 'a':
			s->fill = true;
			break;
		case 'c':
			s->moves = true;
			break;
		case 'm':
			s->manifest = optarg;
			break;
		case 'h':
			sandbox_usage(stdout);
			exit(DONE);
		default:
			sandbox_usage(stderr);
			return USAGE;
		}
	}
	if (rc == DONE && optind < argc)
		return sandbox_refuse(argv[optind], ": what is this? See --help.");
	if (rc == DONE && s->bot && !s->data)
		return sandbox_refuse("--bot",
				      " needs --data DIR: the bot's database is kept there.");
	if (rc == DONE && s->fill && !s->bot)
		return sandbox_refuse("--archive",
				      " needs --bot PROGRAM: it is the bot that takes it in.");
	if (rc == DONE && s->moves && !s->data)
		return sandbox_refuse("--clock",
				      " needs --data DIR: how far it was moved is kept there.");
	return rc;
}

/* ---- the manifest ---- */

static bool read_stream(struct buf *out, FILE *f)
{
	char piece[4096];
	size_t n;

	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	return !ferror(f) && out->len && !out->full;
}

/* The bot's own, since its command may have another name by its settings. */
static bool ask_the_bot(struct sandbox *s)
{
	int ends[2];
	pid_t pid;
	FILE *f;
	bool good;

	if (pipe2(ends, O_CLOEXEC))
		return false;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execl(s->bot, s->bot, "manifest", (char *)NULL);
		fprintf(stderr, "aliosbot-sandbox: I can't run %s: %s\n", s->bot, strerror(errno));
		_exit(127);
	}
	close(ends[1]);
	f = fdopen(ends[0], "r");
	good = f && read_stream(&s->manifest_text, f);
	if (f)
		fclose(f);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return good;
}

static int read_manifest(struct sandbox *s)
{
	const struct asset *own = asset_named("manifest.json");
	FILE *f = s->manifest ? fopen(s->manifest, "re") : NULL;
	const char *why;
	bool good;

	if (s->manifest && !f)
		return sandbox_refuse(s->manifest, ": this manifest can't be read.");
	if (f)
		good = read_stream(&s->manifest_text, f);
	else
		good = s->bot ? ask_the_bot(s) : true;
	if (f)
		fclose(f);
	if (!f && !s->bot)
		buf_add(&s->manifest_text, own->data, own->len);
	if (!good)
		return sandbox_refuse(s->manifest ? s->manifest : s->bot,
				      ": no manifest came from it.");
	why = slackd_manifest_wrong(s->manifest_text.s);
	return why ? sandbox_refuse("the manifest is wrong: ", why) : DONE;
}

/* ---- the parts ---- */

static void changed(void *arg)
{
	struct sandbox *s = arg;

	browser_changed(s->browser);
}

static void log_line(const char *line, void *arg)
{
	struct sandbox *s = arg;

	fprintf(stderr, "bot: %s\n", line);
	browser_log(s->browser, line);
}

/* What the app must not do, and Slack would let pass or refuse in few words. */
static void complain(const char *line, void *arg)
{
	struct sandbox *s = arg;

	log_warning("slack", "%s", line);
	browser_log(s->browser, line);
}

static void sandbox_typing(const struct play_typing *t, void *arg)
{
	struct sandbox *s = arg;

	browser_typing(s->browser, t);
}

static bool start_slackd(struct sandbox *s)
{
	struct slackd_options o = { .manifest = s->manifest_text.s,
				    .remember = REMEMBER,
				    .port = s->port };

	if (s->moved) {
		o.now_ms = moved_now_ms;
		o.arg = s->moved;
	}

	if (s->port >= 0) {
		s->d = slackd_new(&o);
		return s->d != NULL;
	}
	o.port = PORT;
	s->d = slackd_new(&o);
	if (!s->d) {
		o.port = 0;
		s->d = slackd_new(&o);
	}
	return s->d != NULL;
}

/* Before there is a Slack: its times are the clock's. */
static int open_folder(struct sandbox *s)
{
	if (!s->data)
		return DONE;
	if (mkdir(s->data, 0700) && errno != EEXIST) {
		fprintf(stderr, "aliosbot-sandbox: I can't make the folder %s: %s\n", s->data,
			strerror(errno));
		return NO;
	}
	if (!s->moves)
		return DONE;
	buf_addf(&s->clock_path, "%s/clock", s->data);
	s->moved = moved_open(s->clock_path.s);
	if (s->moved)
		return DONE;
	fprintf(stderr, "aliosbot-sandbox: I can't keep a clock in %s: %s\n", s->data,
		strerror(errno));
	return NO;
}

static int open_data(struct sandbox *s)
{
	struct buf why;

	if (!s->data)
		return DONE;
	buf_addf(&s->workspace, "%s/workspace.db", s->data);
	buf_addf(&s->database, "%s/aliosbot.db", s->data);
	buf_init(&why, BUF_ROOMY);
	s->keep = keep_open(s->d, s->workspace.s, &why);
	if (!s->keep)
		fprintf(stderr, "aliosbot-sandbox: %s\n", why.s);
	buf_release(&why);
	return s->keep ? DONE : NO;
}

static void open_plays(struct sandbox *s)
{
	const struct play_seams seams = {
		.d = s->d, .typing = sandbox_typing, .changed = changed, .arg = s
	};
	struct buf why;

	buf_init(&why, BUF_ROOMY);
	s->plays = plays_new(&seams, &why);
	if (why.len)
		log_warning("sandbox", "%s", why.s);
	buf_release(&why);
}

static struct child *open_child(struct sandbox *s)
{
	const struct child_seams seams = {
		.d = s->d,
		.program = s->bot,
		.database = s->database.s,
		.clock = s->moved ? s->clock_path.s : NULL,
		.line = log_line,
		.changed = changed,
		.arg = s,
	};

	return child_new(&seams);
}

static int sandbox_open_all(struct sandbox *s)
{
	int rc = open_folder(s);

	if (rc != DONE)
		return rc;
	if (!start_slackd(s)) {
		fprintf(stderr,
			"aliosbot-sandbox: port %d is taken: give another with --port, or stop what uses it.\n",
			s->port >= 0 ? s->port : PORT);
		return NO;
	}
	cast_people(s->d);
	rc = open_data(s);
	if (rc != DONE)
		return rc;
	cast_channels(s->d);
	slackd_rates(s->d)->on = true;
	s->browser = browser_new(s->d);
	s->watcher = (struct slackd_watcher){ .complaint = complain, .arg = s };
	slackd_watch(s->d, &s->watcher);
	s->trouble = trouble_new(s->d, changed, s);
	open_plays(s);
	s->child = s->bot ? open_child(s) : NULL;
	s->archive = s->bot ? archive_new(s->data, s->bot, s->database.s) : NULL;
	if (s->fill)
		archive_fill(s->archive);
	browser_parts(s->browser, &(struct browser_parts){ s->trouble, s->plays, s->child,
							   s->archive, s->moved });
	return DONE;
}

static void close_all(struct sandbox *s)
{
	archive_free(s->archive);
	child_free(s->child);
	if (s->d) {
		plays_free(s->plays);
		trouble_free(s->trouble);
	}
	slackd_free(s->d);
	browser_free(s->browser);
	keep_close(s->keep);
	moved_close(s->moved);
	buf_release(&s->clock_path);
	buf_release(&s->manifest_text);
	buf_release(&s->database);
	buf_release(&s->workspace);
}

/* ---- life ---- */

static bool on_signal(int fd, void *arg)
{
	struct sandbox *s = arg;
	struct signalfd_siginfo info;

	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo != SIGCHLD)
			s->ending = true;
		else if (s->child)
			child_reap(s->child);
	}
	return true;
}

static bool sandbox_watch_signals(struct sandbox *s)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd >= 0 && slackd_watch_fd(s->d, fd, on_signal, s);
}

/* The bot says goodbye to a Slack that still listens. */
static void see_off(struct sandbox *s)
{
	int64_t until = slackd_ms() + GOODBYE_MS;

	if (!s->child || child_end(s->child, SIGTERM))
		return;
	while (child_pid(s->child) && slackd_ms() < until)
		slackd_turn(s->d, 100);
}

static void greet(const struct sandbox *s)
{
	printf("\n  Your own Slack is at  %s/\n\n", slackd_url(s->d));
	if (s->data)
		printf("  It is kept in %s/ (delete the folder to start over). ", s->data);
	else
		printf("  It is kept in memory only. ");
	printf("Ctrl-C ends it.\n\n");
	if (!s->bot)
		printf("  For a bot: SLACK_API_URL=%s/api/ and any tokens xapp-… and xoxb-…\n\n",
		       slackd_url(s->d));
	fflush(stdout);
}

static int sandbox_run(struct sandbox *s)
{
	const char *why;
	int rc = sandbox_open_all(s);

	if (rc != DONE)
		return rc;
	if (!sandbox_watch_signals(s)) {
		fprintf(stderr, "aliosbot-sandbox: the system gives no signalfd.\n");
		return NO;
	}
	greet(s);
	why = s->child ? child_start(s->child) : NULL;
	if (why)
		fprintf(stderr, "aliosbot-sandbox: %s\n", why);
	while (!s->ending && !keep_failed(s->keep)) {
		slackd_turn(s->d, TURN_MS);
		if (archive_turn(s->archive, slackd_connections(s->d) > 0))
			browser_changed(s->browser);
	}
	see_off(s);
	return keep_failed(s->keep) ? NO : DONE;
}

int main(int argc, char **argv)
{
	struct sandbox s = { .port = -1 };
	int rc;

	buf_init(&s.manifest_text, BUF_ROOMY);
	buf_init(&s.database, 4096);
	buf_init(&s.workspace, 4096);
	buf_init(&s.clock_path, 4096);
	rc = read_options(&s, argc, argv);
	if (rc == DONE)
		rc = read_manifest(&s);
	if (rc == DONE)
		rc = sandbox_run(&s);
	close_all(&s);
	return rc;
}
