#include "adapters/clock/clock.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static int64_t read_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * MS_SECOND + now.tv_nsec / 1000000;
}

static int64_t realtime(struct clock *c)
{
	(void)c;
	return read_ms(CLOCK_REALTIME);
}

int64_t clock_boot_ms(void)
{
	return read_ms(CLOCK_BOOTTIME);
}

struct clock *clock_system(void)
{
	static struct clock clock = { .now_ms = realtime };

	return &clock;
}

static void clock_fill_now(unsigned char *at, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = getrandom(at, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		/* A salt that can be guessed would let erased texts be found by trying: never go on without. */
		if (n < 0)
			abort();
		at += n;
		len -= (size_t)n;
	}
}

/* Every text has a salt of 16 bytes: 16 of them are asked for in one go. What was given is not kept. A thread has its own;
 * after a fork without exec, which nobody does here, both would give the same. */
static _Thread_local struct {
	unsigned char bytes[256];
	size_t left;
} pool;

static void clock_fill(struct entropy *e, void *bytes, size_t len)
{
	unsigned char *from;

	(void)e;
	if (len > sizeof(pool.bytes)) {
		clock_fill_now(bytes, len);
		return;
	}
	if (len > pool.left) {
		clock_fill_now(pool.bytes, sizeof(pool.bytes));
		pool.left = sizeof(pool.bytes);
	}
	pool.left -= len;
	from = pool.bytes + pool.left;
	memcpy(bytes, from, len);
	explicit_bzero(from, len);
}

struct entropy *entropy_system(void)
{
	static struct entropy entropy = { .fill = clock_fill };

	return &entropy;
}
