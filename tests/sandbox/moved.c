#include "tests/sandbox/moved.h"

#include "core/base/alloc.h"
#include "core/time/civil.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define AT_ONCE_MS (8 * MS_DAY)
#define AHEAD_MS (10 * 366 * MS_DAY) /* in all */

struct moved {
	volatile int64_t *ahead;
	void *map; /* the same, as it was given */
};

struct moved *moved_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct moved *m;
	void *at;

	if (fd < 0)
		return NULL;
	at = ftruncate(fd, sizeof(int64_t))
		     ? MAP_FAILED
		     : mmap(NULL, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return NULL;
	m = alloc(sizeof(*m));
	m->ahead = m->map = at;
	return m;
}

void moved_close(struct moved *m)
{
	if (!m)
		return;
	munmap(m->map, sizeof(int64_t));
	free(m);
}

int64_t moved_now_ms(void *moved)
{
	const struct moved *m = moved;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * MS_SECOND + now.tv_nsec / 1000000 + *m->ahead;
}

int64_t moved_ahead_ms(const struct moved *m)
{
	return *m->ahead;
}

const char *moved_on(struct moved *m, int64_t ms)
{
	if (ms <= 0 || ms > AT_ONCE_MS || *m->ahead + ms > AHEAD_MS)
		return "The clock goes forward only, eight days at once at most.";
	*m->ahead += ms;
	return NULL;
}
