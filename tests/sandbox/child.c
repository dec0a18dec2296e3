#include "tests/sandbox/child.h"

#include "core/base/alloc.h"
#include "tests/sandbox/moved.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_MAX_BYTES 4096

struct child {
	struct child_seams seams;
	pid_t pid;
	bool ending, again; /* it was told to end; and is to be started when it has */
	char says[64];
	struct pipe *log; /* of the one that runs; an older one's may still be read to its end */
};

/* Lives as long as somebody holds the other end. */
struct pipe {
	struct child *child; /* NULL: freed */
	struct buf line;
};

struct child *child_new(const struct child_seams *seams)
{
	struct child *c = alloc(sizeof(*c));

	c->seams = *seams;
	return c;
}

void child_free(struct child *c)
{
	if (!c)
		return;
	if (c->pid) {
		kill(-c->pid, SIGKILL);
		waitpid(c->pid, NULL, 0);
	}
	if (c->log)
		c->log->child = NULL;
	free(c);
}

/* ---- its log ---- */

static void end_line(struct pipe *p)
{
	if (p->child && p->line.len)
		p->child->seams.line(p->line.s, p->child->seams.arg);
	buf_reset(&p->line);
}

static void child_take(struct pipe *p, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '\n')
			end_line(p);
		else
			buf_addc(&p->line, s[i]);
	}
}

static bool on_log(int fd, void *arg)
{
	struct pipe *p = arg;
	char piece[4096];
	ssize_t n = read(fd, piece, sizeof(piece));

	if (n > 0)
		child_take(p, piece, (size_t)n);
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return true;
	end_line(p);
	if (p->child && p->child->log == p)
		p->child->log = NULL;
	buf_release(&p->line);
	free(p);
	return false;
}

static void listen_to(struct child *c, int fd)
{
	struct pipe *p = alloc(sizeof(*p));

	p->child = c;
	buf_init(&p->line, LINE_MAX_BYTES);
	if (c->log)
		c->log->child = NULL;
	c->log = p;
	if (slackd_watch_fd(c->seams.d, fd, on_log, p))
		return;
	close(fd);
	c->log = NULL;
	free(p);
}

/* ---- its life ---- */

static void set_environment(const struct child *c)
{
	struct buf url;

	buf_init(&url, 256);
	buf_addf(&url, "%s/api/", slackd_url(c->seams.d));
	setenv("SLACK_API_URL", url.s, 1);
	buf_release(&url);
	setenv("SLACK_APP_TOKEN", "xapp-sandbox", 1);
	setenv("SLACK_BOT_TOKEN", "xoxb-sandbox", 1);
	setenv("ALIOSBOT_DB", c->seams.database, 1);
	if (c->seams.clock)
		setenv(MOVED_ENV, c->seams.clock, 1);
}

static _Noreturn void become(const struct child *c, int out, pid_t parent)
{
	sigset_t none;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	set_environment(c);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	execl(c->seams.program, c->seams.program, "run", (char *)NULL);
	fprintf(stderr, "I can't run %s: %s\n", c->seams.program, strerror(errno));
	_exit(127);
}

const char *child_start(struct child *c)
{
	pid_t parent = getpid();
	int ends[2];

	child_reap(c);
	c->again = c->pid && c->ending;
	if (c->pid)
		return c->ending ? NULL : "The bot runs already.";
	if (pipe2(ends, O_CLOEXEC))
		return "There is no pipe left for the bot's log.";
	fcntl(ends[0], F_SETFL, O_NONBLOCK); /* not the bot's end: it would have to write again */
	fflush(NULL);
	c->pid = fork();
	if (c->pid == 0)
		become(c, ends[1], parent);
	close(ends[1]);
	if (c->pid < 0) {
		c->pid = 0;
		close(ends[0]);
		return "The system can't start another process.";
	}
	setpgid(c->pid, c->pid); /* here as well: it may be killed before it has come to that */
	c->says[0] = '\0';
	listen_to(c, ends[0]);
	c->seams.changed(c->seams.arg);
	return NULL;
}

const char *child_end(struct child *c, int signal)
{
	if (!c->pid)
		return "The bot doesn't run.";
	kill(-c->pid, signal);
	c->ending = true;
	c->again = false;
	return NULL;
}

void child_reap(struct child *c)
{
	int status;

	if (!c->pid || waitpid(c->pid, &status, WNOHANG) != c->pid)
		return;
	c->pid = 0;
	c->ending = false;
	if (WIFSIGNALED(status))
		snprintf(c->says, sizeof(c->says), "ended by signal %d", WTERMSIG(status));
	else
		snprintf(c->says, sizeof(c->says), "ended with exit code %d", WEXITSTATUS(status));
	c->seams.changed(c->seams.arg);
	if (c->again)
		child_start(c);
}

pid_t child_pid(const struct child *c)
{
	return c->pid;
}

const char *child_says(const struct child *c)
{
	return c->says;
}
