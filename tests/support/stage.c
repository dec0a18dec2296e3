#include "tests/support/stage.h"

#include "adapters/sqlite/schema.h"
#include "tests/sandbox/asset.h"
#include "tests/support/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define TURN_MS 20  /* how long one look may take at most: a child's end wakes nobody */
#define CALM_MS 150 /* nothing came for so long: what was to come after the last thing has come */

#define CLOCKS (2 * sizeof(int64_t))

static void die(const char *what)
{
	fprintf(stderr, "stage: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int64_t stage_now(void *arg)
{
	const struct stage *s = arg;

	return *s->clock;
}

void stage_path(const struct stage *s, struct buf *path, const char *name)
{
	buf_init(path, 512);
	buf_addf(path, "%s/%s", s->dir, name);
}

static int make_file(const struct stage *s, const char *name, int flags)
{
	struct buf path;
	int fd;

	stage_path(s, &path, name);
	fd = open(path.s, flags | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		die(path.s);
	buf_release(&path);
	return fd;
}

/* That the bot maps as well. */
static volatile void *make_shared(const struct stage *s, const char *name, size_t len)
{
	int fd = make_file(s, name, O_RDWR);
	void *at;

	if (ftruncate(fd, (off_t)len))
		die(name);
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		die(name);
	close(fd);
	return at;
}

static void make_world(struct stage *s)
{
	s->clock = make_shared(s, "clock", CLOCKS);
	s->disk = make_shared(s, "disk", sizeof(*s->disk));
	s->names_dead = make_shared(s, "names", sizeof(*s->names_dead));
	*s->clock = INT64_C(1763895600000); /* 2025-11-23T11:00:00Z, until the story says another */
}

/* `aliosbot` in the PATH of shell lines. */
static void make_bin(const struct stage *s)
{
	const char *bot = getenv("ALIOSBOT_TEST");
	struct buf dir, link;
	char real[4096];

	if (!realpath(bot ? bot : "build/tests/aliosbot-test", real))
		die("the bot for tests (ALIOSBOT_TEST, or `make build/tests/aliosbot-test`)");
	stage_path(s, &dir, "bin");
	stage_path(s, &link, "bin/aliosbot");
	if (mkdir(dir.s, 0700) || symlink(real, link.s))
		die(link.s);
	buf_release(&dir);
	buf_release(&link);
}

void stage_open(struct stage *s, int haste)
{
	const struct slackd_options o = { .now_ms = stage_now,
					  .arg = s,
					  .haste = haste,
					  .manifest = asset_named("manifest.json")->data,
					  .links = "https://slackd.local" };

	*s = (struct stage){ .status = -1 };
	scratch_make(s->dir, sizeof(s->dir), "story");
	make_world(s);
	make_bin(s);
	close(make_file(s, "aliosbot.conf", O_WRONLY));
	buf_init(&s->out, (size_t)16 << 20);
	buf_init(&s->err, BUF_ROOMY);
	s->d = slackd_new(&o);
	if (!s->d)
		die("no port for slackd");
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void stage_close(struct stage *s, bool keep)
{
	if (stage_alive(s))
		stage_end(s, SIGKILL);
	slackd_free(s->d);
	munmap((void *)(uintptr_t)s->clock, CLOCKS);
	munmap((void *)(uintptr_t)s->disk, sizeof(*s->disk));
	munmap((void *)(uintptr_t)s->names_dead, sizeof(*s->names_dead));
	buf_release(&s->out);
	buf_release(&s->err);
	if (!keep)
		nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void stage_clock(struct stage *s, int64_t ms)
{
	*s->clock = ms;
}

void stage_config(struct stage *s, const char *line)
{
	int fd = make_file(s, "aliosbot.conf", O_WRONLY | O_APPEND);

	dprintf(fd, "%s\n", line);
	close(fd);
}

/* ---- children ---- */

static void set_path(const struct stage *s, const char *name, const char *file)
{
	struct buf path;

	stage_path(s, &path, file);
	setenv(name, path.s, 1);
	buf_release(&path);
}

static void set_environment(const struct stage *s)
{
	struct buf b;

	buf_init(&b, 8192);
	buf_addf(&b, "http://127.0.0.1:%d/api/", slackd_port(s->d));
	setenv("SLACK_API_URL", s->api_url ? s->api_url : b.s, 1);
	buf_reset(&b);
	buf_addf(&b, "%s/bin:%s", s->dir, getenv("PATH"));
	setenv("PATH", b.s, 1);
	buf_release(&b);
	setenv("SLACK_APP_TOKEN", SL_APP_TOKEN, 1);
	setenv("SLACK_BOT_TOKEN", SL_BOT_TOKEN, 1);
	set_path(s, "ALIOSBOT_DB", "aliosbot.db");
	set_path(s, "ALIOSBOT_CONFIG", "aliosbot.conf");
	set_path(s, "ALIOSBOT_TEST_CLOCK", "clock");
	set_path(s, "ALIOSBOT_TEST_WRITES", "disk");
	set_path(s, "ALIOSBOT_TEST_NAMES", "names");
	set_path(s, "ALIOSBOT_TEST_POINTS", "points");
	setenv("ALIOSBOT_TEST_TEMPO", "fast", 1);
	setenv("TZ", "UTC", 1);
	unsetenv("http_proxy");
	unsetenv("ALIOSBOT_TEST_CRASH");
}

static void redirect(const struct stage *s, const char *name, int flags, int to)
{
	int fd = make_file(s, name, O_WRONLY | flags);

	if (dup2(fd, to) < 0)
		die(name);
}

static pid_t spawn(struct stage *s, char *const argv[], const char *env, const char *out,
		   const char *err, int flags)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid)
		return pid;
	/* Nothing of ours may outlive us, nor hold slackd's sockets open. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	set_environment(s);
	if (env)
		putenv(strdup(env));
	redirect(s, out, flags, STDOUT_FILENO);
	redirect(s, err, flags, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	execvp(argv[0], argv);
	_exit(127);
}

static int code_of(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool stage_alive(struct stage *s)
{
	int status;

	if (!s->bot)
		return false;
	if (waitpid(s->bot, &status, WNOHANG) != s->bot)
		return true;
	s->bot = 0;
	s->status = code_of(status);
	return false;
}

static bool is_gone(void *arg)
{
	return !stage_alive(arg);
}

void stage_spawn(struct stage *s, const char *env)
{
	char *argv[] = { (char *)"aliosbot", (char *)"run", NULL };

	s->bot = spawn(s, argv, env, "bot.log", "bot.log", O_APPEND);
}

static bool is_up(void *arg)
{
	struct stage *s = arg;

	return !stage_alive(s) || slackd_connections(s->d) > 0;
}

bool stage_start(struct stage *s, const char *env)
{
	bool still = s->still, up;

	stage_spawn(s, env);
	s->still = true; /* how long a start takes is no part of a story */
	up = stage_until(s, is_up, s, 2 * STAGE_PATIENCE_MS);
	s->still = still;
	return up && stage_alive(s);
}

#ifdef COUNTED /* the bot for tests dies of it as suddenly, but writes what was counted */
#define KILL COUNTED
#else
#define KILL SIGKILL
#endif

int stage_end(struct stage *s, int signal)
{
	if (stage_alive(s))
		kill(s->bot, signal == SIGKILL ? KILL : signal);
	if (!stage_until(s, is_gone, s, STAGE_PATIENCE_MS)) {
		kill(s->bot, SIGKILL);
		stage_until(s, is_gone, s, STAGE_PATIENCE_MS);
	}
	slackd_turn(s->d, 0); /* its connections are seen to be gone */
	return s->status;
}

/* ---- waiting ---- */

bool stage_until(struct stage *s, bool (*is_true)(void *arg), void *arg, int ms)
{
	int64_t now = slackd_ms(), end = now + ms, before;

	while (!is_true(arg)) {
		if (now >= end)
			return false;
		before = now;
		slackd_turn(s->d, TURN_MS);
		now = slackd_ms();
		if (!s->still)
			*s->clock += now - before;
	}
	return true;
}

#define OWED \
	"SELECT key || ' ' || state || ', not before ' || not_before || ', tries ' || tries" \
	" FROM letter WHERE state IN ('pending', 'sending')" \
	" UNION ALL SELECT 'emoji ' || name || ' on ' || ts FROM emoji" \
	" UNION ALL SELECT 'due: ' || kind || ' ' || at FROM due WHERE at <= ?1" \
	" UNION ALL SELECT what || ' behind since ' || since FROM " SCHEMA_POSTS_BEHIND( \
		"(SELECT unshown FROM tally)") " b JOIN post ON post.rowid = b.post"

static int list_rows(sqlite3 *db, int64_t now, struct buf *say)
{
	sqlite3_stmt *q;
	int n = 0;

	if (sqlite3_prepare_v2(db, OWED, -1, &q, NULL) != SQLITE_OK)
		return -1;
	sqlite3_bind_int64(q, 1, now);
	for (; sqlite3_step(q) == SQLITE_ROW; n++)
		if (say)
			buf_addf(say, "  %s\n", (const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	return n;
}

/* *db is kept for the next look, because to read the schema takes more than to look; closed if it can't be read. */
static int owed_in(sqlite3 **db, const struct stage *s, struct buf *say)
{
	struct buf path;
	int n = -1;

	stage_path(s, &path, "aliosbot.db");
	if (*db || sqlite3_open_v2(path.s, db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(*db, 1000);
		n = list_rows(*db, *s->clock, say);
	}
	if (n < 0 && say)
		buf_addf(say, "    %s can't be read: %s\n", path.s, sqlite3_errmsg(*db));
	if (n < 0) {
		sqlite3_close(*db);
		*db = NULL;
	}
	buf_release(&path);
	return n;
}

int stage_owed(const struct stage *s, struct buf *say)
{
	sqlite3 *db = NULL;
	int n = owed_in(&db, s, say);

	sqlite3_close(db);
	return n;
}

struct calm {
	struct stage *s;
	sqlite3 *db;
	unsigned stirs;
	int64_t since, looked;
};

static bool is_calm(void *arg)
{
	struct calm *c = arg;
	int64_t now = slackd_ms();

	if (slackd_stirs(c->s->d) != c->stirs || slackd_unacked(c->s->d) ||
	    slackd_in_flight(c->s->d)) {
		c->stirs = slackd_stirs(c->s->d);
		c->since = now;
	}
	if (!stage_alive(c->s))
		return true;
	if (now - c->since < CALM_MS || now - c->looked < CALM_MS / 2)
		return false;
	c->looked = now;
	return owed_in(&c->db, c->s, NULL) == 0;
}

bool stage_quiet(struct stage *s, int ms)
{
	struct calm c = { .s = s, .stirs = slackd_stirs(s->d), .since = slackd_ms() };

	bool calm = stage_until(s, is_calm, &c, ms);

	sqlite3_close(c.db);
	return calm && stage_alive(s);
}

/* ---- the shell ---- */

struct ending {
	pid_t pid;
	int status;
};

static bool has_ended(void *arg)
{
	struct ending *e = arg;

	return waitpid(e->pid, &e->status, WNOHANG) == e->pid;
}

static void read_into(const struct stage *s, struct buf *out, const char *name)
{
	struct buf path;

	buf_reset(out);
	stage_path(s, &path, name);
	file_read(out, path.s);
	buf_release(&path);
}

void stage_shell(struct stage *s, const char *line)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)(uintptr_t)line, NULL };
	struct ending e = { .pid = spawn(s, argv, NULL, "out", "err", O_TRUNC) };
	bool still = s->still;

	s->still = true;
	if (stage_until(s, has_ended, &e, 4 * STAGE_PATIENCE_MS)) {
		s->shell_exit = code_of(e.status);
	} else {
		kill(e.pid, SIGKILL);
		waitpid(e.pid, &e.status, 0);
		s->shell_exit = 128 + SIGKILL;
	}
	s->still = still;
	read_into(s, &s->out, "out");
	read_into(s, &s->err, "err");
}
