#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "bot/shell.h"

int main(int argc, char **argv)
{
	struct run r = {
		.clock = clock_system(),
		.boot_ms = clock_boot_ms,
		.zones = zones_system(),	/* changes the environment: before there is a second thread */
		.entropy = entropy_system(),
		.digest = digest_openssl(),
	};

	return shell_main(argc, argv, &r);
}
