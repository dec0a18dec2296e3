#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "bot/shell.h"

#include <sys/prctl.h>
#include <sys/resource.h>

/* A core would hold the tokens and what people said; another process of the same user could read
 * both. The limit alone doesn't stop a core that is piped to a program. */
static void keep_to_oneself(void)
{
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int main(int argc, char **argv)
{
	struct run r = {
		.clock = clock_system(),
		.boot_ms = clock_boot_ms,
		.zones =
			zones_system(), /* changes the environment: before there is a second thread */
		.entropy = entropy_system(),
		.digest = digest_openssl(),
	};

	keep_to_oneself();
	return shell_main(argc, argv, &r);
}
