/*
 * limit: an input that takes more than 5 s is a finding, whatever else the machine does: of the processor's time, which a
 * busy machine doesn't lengthen. libFuzzer's own -timeout is of the clock; it remains for an input that waits.
 *
 * Linked into every fuzzer with --wrap.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define LIMIT_S 5

int __real_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libFuzzer takes the abort for a crash: it says where, and keeps the input. */
static void limit_reached(int signo)
{
	static const char says[] = "limit: an input has taken 5 s of the processor's time\n";

	(void)signo;
	if (write(STDERR_FILENO, says, sizeof(says) - 1) < 0)
		_exit(2);
	abort();
}

static void limit_set(long s)
{
	struct itimerval left = { .it_value.tv_sec = s };

	setitimer(ITIMER_PROF, &left, NULL);
}

int __wrap_LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool watched;
	int rc;

	if (!watched) {
		signal(SIGPROF, limit_reached);
		watched = true;
	}
	limit_set(LIMIT_S);
	rc = __real_LLVMFuzzerTestOneInput(data, size);
	limit_set(0);
	return rc;
}
