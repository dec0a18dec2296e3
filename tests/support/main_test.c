/*
 * main_test: the program as tests run it: the same parts, with time in a file that the test writes and a
 * place at which to die.
 *
 *  ALIOSBOT_TEST_CLOCK   a file of two native int64_t: wall time in ms since 1970, and by how much this one is wrong; read
 *                        at each look
 *  ALIOSBOT_TEST_CRASH   "commit:K", "before-answer:K", "after-answer:K": _exit(137) at the K-th (from 1)
 *                        commit that wrote, Web API answer before or after it was handled
 *  ALIOSBOT_TEST_STOP    K: SIGTERM after the K-th turn of its loop (from 1)
 *  ALIOSBOT_TEST_POINTS  a file that gets "commit N\nanswer N\n" at a clean end: how many there were
 *  ALIOSBOT_TEST_TEMPO   "fast": what is in doubt is looked for after 100 ms, not 15 s, and a topic changes at once
 *  ALIOSBOT_TEST_DISK    "MIB INODES": so much is free on the database's disk
 *  ALIOSBOT_TEST_BOOT    anything: how long the machine is up follows that clock, as if it slept in between
 *  ALIOSBOT_TEST_WRITES  a file with a struct bad_disk: which of the database's writes fail
 *  ALIOSBOT_TEST_NAMES   a file of 8 bytes, native int64_t: not 0: no name has an address, DNS is dead
 *  ALIOSBOT_TEST_CA      the only signers whose certificates are trusted
 *  ALIOSBOT_TEST_STORE   "late", "thread": a store that answers a turn later, or from a thread (far_store.h)
 */
#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "adapters/loop/loop.h"
#include "bot/shell.h"
#include "tests/support/bad_disk.h"
#include "tests/support/far_store.h"
#include "tests/support/moved_clock.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
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

/* The file that this variable names, shared with whoever writes it; NULL: none. */
static volatile void *map_named(const char *name, size_t len)
{
	const char *path = getenv(name);
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *at;

	if (fd < 0)
		return NULL;
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return at == MAP_FAILED ? NULL : at;
}

static const volatile int64_t *told;

static int64_t told_now(struct clock *c)
{
	(void)c;
	return told[0] + told[1];
}

static int64_t told_boot_ms(void)
{
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

	told = map_named("ALIOSBOT_TEST_CLOCK", 2 * sizeof(*told));
	return told ? &clock : other_clock();
}

static const volatile int64_t *names_dead;

/* In the place of libc's. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
		struct addrinfo **result)
{
	static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

	if (names_dead && *names_dead)
		return EAI_AGAIN;
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	return real(name, service, hints, result);
}

static void read_troubles(void)
{
	volatile struct bad_disk *disk = map_named("ALIOSBOT_TEST_WRITES", sizeof(*disk));
	const char *ca = getenv("ALIOSBOT_TEST_CA");

	if (disk)
		bad_disk_install(disk);
	names_dead = map_named("ALIOSBOT_TEST_NAMES", sizeof(*names_dead));
	if (ca)
		loop_ca_file = ca;
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
		.boot_ms = told && getenv("ALIOSBOT_TEST_BOOT") ? told_boot_ms : clock_boot_ms,
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
	read_troubles();
	code = shell_main(argc, argv, &r);
	write_points();
	return code;
}
