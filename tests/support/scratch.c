#include "tests/support/scratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MEMORY "/dev/shm"
#define ENOUGH \
	( \
		(unsigned long long)512 \
		<< 20) /* for all tests that run at a time; a container has 64 MB by default */

static const char *scratch_place(void)
{
	const char *given = getenv("SCRATCH");
	struct statvfs v;

	if (given && *given)
		return given;
	if (access(MEMORY, W_OK | X_OK) == 0 && statvfs(MEMORY, &v) == 0 &&
	    (unsigned long long)v.f_bavail * v.f_frsize >= ENOUGH)
		return MEMORY;
	return "/tmp";
}

void scratch_make(char *dir, size_t size, const char *name)
{
	snprintf(dir, size, "%s/aliosbot-%s-XXXXXX", scratch_place(), name);
	if (mkdtemp(dir))
		return;
	fprintf(stderr, "%s: %s\n", dir, strerror(errno));
	exit(2);
}
