/*
 * main_sandbox: the program as the sandbox starts it: the same parts, with a clock that its page can move on. It is never
 * installed.
 */
#include "adapters/clock/clock.h"
#include "adapters/digest/digest.h"
#include "bot/shell.h"
#include "tests/support/moved_clock.h"

int main(int argc, char **argv)
{
	struct clock *moved = moved_clock();
	const struct run_hooks hooks = { .told_clock = true };
	struct run r = {
		.clock = moved ? moved : clock_system(),
		.boot_ms = clock_boot_ms,
		.zones = zones_system(),
		.entropy = entropy_system(),
		.digest = digest_openssl(),
		.hooks = moved ? &hooks : NULL,
	};

	return shell_main(argc, argv, &r);
}
