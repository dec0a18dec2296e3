/*
 * main_test: the program as tests run it: the same parts, with time in a file that the test writes and a
 * place at which to die.
 *
 *  ALIOSBOT_TEST_CLOCK   a file of 8 bytes, native int64_t: wall time in ms since 1970, read at each look
 *  ALIOSBOT_TEST_CRASH   "commit:K", "before-answer:K", "after-answer:K": _exit(137) at the K-th (from 1)
 *                        commit that wrote, Web API answer before or after it was handled
 *  ALIOSBOT_TEST_STOP    K: SIGTERM after the K-th turn of its loop (from 1)
 *  ALIOSBOT_TEST_POINTS  a file that gets "commit N\nanswer N\n" at a clean end: how many there were
 *  ALIOSBOT_TEST_TEMPO   "fast": what is in doubt is looked for after 100 ms, not 15 s, and a topic changes at once
 *  ALIOSBOT_TEST_DISK    "MIB INODES": so much is free on the database's disk
 *  ALIOSBOT_TEST_STORE   "late", "thread": a store that answers a turn later, or from a thread (far_store.h)
 */
#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "bot/shell.h"
#include "tests/support/far_store.h"
#include "tests/support/moved_clock.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define KILLED 137 /* what a shell says of a process that SIGKILL ended */

#ifdef COUNTED /* for `make coverage`: killed by this, it writes what it has counted, and does nothing else any more */
static void killed(int signal)
{
	(void)signal;
	_exit(KILLED);
}
#endif

static struct {
	long commits, answers;
	const char *at; /* "commit", "before-answer", "after-answer" */
	size_t at_len;
	long count;
} crash;

static void die_at(const char *point, long count)
{
	if (crash.at && count == crash.count && strlen(point) == crash.at_len &&
	    !strncmp(crash.at, point, crash.at_len))
		_exit(KILLED);
}

static void committed(void *arg)
{
	(void)arg;
	die_at("commit", ++crash.commits);
}

static void answered(bool handled, void *arg)
{
	(void)arg;
	if (!handled)
		crash.answers++;
	die_at(handled ? "after-answer" : "before-answer", crash.answers);
}

static long turns, stop_after;

/* To itself: the signal comes in as any other, and at a turn that can be named. */
static void turned(void *arg)
{
	(void)arg;
	if (++turns == stop_after)
		kill(getpid(), SIGTERM);
}

static void read_stop(void)
{
	const char *s = getenv("ALIOSBOT_TEST_STOP");

	stop_after = s ? strtol(s, NULL, 10) : 0;
}

static void read_crash(void)
{
	const char *s = getenv("ALIOSBOT_TEST_CRASH"), *colon = s ? strchr(s, ':') : NULL;

	if (!colon)
		return;
	crash.at = s;
	crash.at_len = (size_t)(colon - s);
	crash.count = strtol(colon + 1, NULL, 10);
}

static void write_points(void)
{
	const char *path = getenv("ALIOSBOT_TEST_POINTS");
	FILE *f = path ? fopen(path, "w") : NULL;

	if (f) {
		fprintf(f, "commit %ld\nanswer %ld\n", crash.commits, crash.answers);
		fclose(f);
	}
}

static const volatile int64_t *told;

static int64_t told_now(struct clock *c)
{
	(void)c;
	return *told;
}

/* The sandbox's, in its tests. */
static struct clock *other_clock(void)
{
	struct clock *moved = moved_clock();

	return moved ? moved : clock_system();
}

static struct clock *test_clock(void)
{
	static struct clock clock = { told_now };
	const char *path = getenv("ALIOSBOT_TEST_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *at;

	if (fd < 0)
		return other_clock();
	at = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return clock_system();
	told = at;
	return &clock;
}

static store_opener *test_store(void)
{
	const char *s = getenv("ALIOSBOT_TEST_STORE");

	if (s && !strcmp(s, "late"))
		return late_store_open;
	return s && !strcmp(s, "thread") ? thread_store_open : NULL;
}

static int told_disk(const char *folder, struct statvfs *v)
{
	long mib, inodes;

	(void)folder;
	if (sscanf(getenv("ALIOSBOT_TEST_DISK"), "%ld %ld", &mib, &inodes) != 2)
		return -1;
	*v = (struct statvfs){ .f_frsize = 1 << 20,
			       .f_bavail = (fsblkcnt_t)mib,
			       .f_files = 100000,
			       .f_favail = (fsfilcnt_t)inodes };
	return 0;
}

int main(int argc, char **argv)
{
	const char *tempo = getenv("ALIOSBOT_TEST_TEMPO");
	struct clock *clock = test_clock();
	bool fast = tempo && !strcmp(tempo, "fast");
	const struct run_hooks hooks = { .committed = committed,
					 .answered = answered,
					 .turned = turned,
					 .open_store = test_store(),
					 .disk = getenv("ALIOSBOT_TEST_DISK") ? told_disk : NULL,
					 .at_once = fast,
					 .told_clock = clock != clock_system(),
					 .probe_ms = fast ? 100 : 0 };
	struct run r = {
		.clock = clock,
		.boot_ms = clock_boot_ms,
		.zones = zones_system(),
		.entropy = entropy_system(),
		.digest = digest_openssl(),
		.hooks = &hooks,
	};
	int code;

#ifdef COUNTED
	signal(COUNTED, killed);
#endif
	read_crash();
	read_stop();
	code = shell_main(argc, argv, &r);
	write_points();
	return code;
}
