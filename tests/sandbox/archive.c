#include "tests/sandbox/archive.h"

#include "adapters/json/json.h"
#include "core/base/alloc.h"
#include "core/time/civil.h"
#include "tests/sandbox/asset.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FILE_NAME "archive.jsonl"

struct archive {
	char *path, *bot, *database;
	enum archive_state state;
	pid_t pid; /* of the import, while FILLING */
};

/* ---- days ---- */

/* Days since 1970 that "2026-03-04…" begins with; -1: it is no date. */
static int64_t archive_day(const char *s)
{
	struct civil c = { 0 };

	if (sscanf(s, "%4d-%2d-%2d", &c.year, &c.month, &c.day) != 3 || strlen(s) < 10)
		return -1;
	return civil_to_ms(&c) / MS_DAY;
}

static bool is_moment(const cJSON *j)
{
	size_t len = cJSON_IsString(j) ? strlen(j->valuestring) : 0;

	return len == strlen("2026-03-04T14:05:00.000Z") && j->valuestring[10] == 'T' &&
	       archive_day(j->valuestring) >= 0;
}

static bool is_day(const cJSON *j)
{
	return cJSON_IsString(j) && j->string && !strcmp(j->string, "due");
}

/* The newest moment within, as a day. */
static int64_t archive_last(const cJSON *j)
{
	int64_t last = is_moment(j) ? archive_day(j->valuestring) : -1, one;
	const cJSON *child;

	cJSON_ArrayForEach(child, j) {
		one = j->string && !strcmp(j->string, "items") ? -1 : archive_last(child);
		last = one > last ? one : last;
	}
	return last;
}

/* Each date is written over where it stands: it stays as long as it is. */
static void move_days(cJSON *j, int64_t days)
{
	struct buf day;
	cJSON *child;

	cJSON_ArrayForEach(child, j)
		move_days(child, days);
	if (!is_moment(j) && !is_day(j))
		return;
	buf_init(&day, 64);
	civil_date(&day, (archive_day(j->valuestring) + days) * MS_DAY);
	if (day.len == 10)
		memcpy(j->valuestring, day.s, 10);
	buf_release(&day);
}

/* Calls `each` for every line; false: one can't be read. */
static bool for_each_line(const char *lines, void (*each)(cJSON *j, void *arg), void *arg)
{
	bool good = true;
	size_t len;
	cJSON *j;

	for (; *lines && good; lines += len + (lines[len] == '\n')) {
		len = strcspn(lines, "\n");
		j = json_read(lines, len, NULL);
		good = j != NULL;
		if (j)
			each(j, arg);
		cJSON_Delete(j);
	}
	return good;
}

static void line_last(cJSON *j, void *arg)
{
	int64_t *last = arg, day = archive_last(j);

	*last = day > *last ? day : *last;
}

struct moving {
	struct buf *out;
	int64_t days;
};

static void line_move(cJSON *j, void *arg)
{
	struct moving *m = arg;

	move_days(j, m->days);
	json_print(m->out, j);
	buf_addc(m->out, '\n');
}

bool archive_move(struct buf *out, const char *lines, int64_t now_ms)
{
	struct moving m = { .out = out };
	int64_t last = -1;

	if (!for_each_line(lines, line_last, &last) || last < 0)
		return false;
	m.days = now_ms / MS_DAY - 1 - last;
	return for_each_line(lines, line_move, &m);
}

/* ---- the import ---- */

static char *joined(const char *dir, const char *name)
{
	struct buf b;

	buf_init(&b, 4096);
	buf_addf(&b, "%s/%s", dir, name);
	return buf_detach(&b);
}

struct archive *archive_new(const char *dir, const char *bot, const char *database)
{
	struct archive *a = alloc(sizeof(*a));
	struct stat st;

	a->path = joined(dir, FILE_NAME);
	a->bot = alloc_strdup(bot);
	a->database = alloc_strdup(database);
	a->state = stat(a->path, &st) == 0 ? ARCHIVE_FILLED : ARCHIVE_EMPTY;
	return a;
}

enum archive_state archive_state(const struct archive *a)
{
	return a->state;
}

const char *archive_fill(struct archive *a)
{
	static const char *const why_not[] = {
		[ARCHIVE_WAITING] = "The archive is filled as soon as the bot is connected.",
		[ARCHIVE_FILLING] = "The archive is being filled.",
		[ARCHIVE_FILLED] = "The archive is already full: fifty incidents of the last year.",
	};
	const char *why = why_not[a->state];

	if (!why)
		a->state = ARCHIVE_WAITING;
	return why;
}

void archive_free(struct archive *a)
{
	if (!a)
		return;
	if (a->state == ARCHIVE_FILLING) {
		kill(a->pid, SIGTERM);
		waitpid(a->pid, NULL, 0);
	}
	free(a->path);
	free(a->bot);
	free(a->database);
	free(a);
}

static bool archive_write(const struct archive *a)
{
	const struct asset *lines = asset_named(FILE_NAME);
	struct timespec now;
	struct buf out;
	bool good;
	FILE *f;

	clock_gettime(CLOCK_REALTIME, &now);
	buf_init(&out, (size_t)8 << 20);
	good = lines && archive_move(&out, lines->data, now.tv_sec * INT64_C(1000));
	f = good ? fopen(a->path, "we") : NULL;
	good = f && fwrite(out.s, 1, out.len, f) == out.len;
	if (f && fclose(f))
		good = false;
	buf_release(&out);
	return good;
}

static void archive_begin(struct archive *a)
{
	sigset_t none;

	if (!archive_write(a)) {
		fprintf(stderr, "aliosbot-sandbox: I can't write %s: %s\n", a->path,
			strerror(errno));
		a->state = ARCHIVE_EMPTY;
		return;
	}
	fflush(NULL);
	a->pid = fork();
	a->state = a->pid < 0 ? ARCHIVE_EMPTY : ARCHIVE_FILLING;
	if (a->pid != 0)
		return;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setenv("ALIOSBOT_DB", a->database, 1);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	execl(a->bot, a->bot, "import", a->path, (char *)NULL);
	_exit(127);
}

static void archive_end(struct archive *a)
{
	int status;

	if (waitpid(a->pid, &status, WNOHANG) != a->pid)
		return;
	a->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		a->state = ARCHIVE_FILLED;
		fprintf(stderr, "The archive is filled: fifty incidents of the last year.\n");
		return;
	}
	fprintf(stderr,
		"aliosbot-sandbox: the archive couldn't be imported. Nothing of it is there; fill it "
		"again.\n");
	unlink(a->path);
	a->state = ARCHIVE_EMPTY;
}

bool archive_turn(struct archive *a, bool connected)
{
	enum archive_state before = a ? a->state : ARCHIVE_EMPTY;

	if (before == ARCHIVE_FILLING)
		archive_end(a);
	else if (before == ARCHIVE_WAITING && connected)
		archive_begin(a);
	return a && a->state != before;
}
