#include "bot/metrics_file.h"

#include "bot/control.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OURS "# HELP aliosbot_" /* how every such file begins */
#define NEW ".new"		/* it is written there first */

/* ---- whose place it is ---- */

static bool file_is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool folder_of(const char *path, struct stat *st)
{
	struct buf folder;
	int rc;

	buf_init(&folder, BUF_ROOMY);
	buf_add(&folder, path, (size_t)(base_of(path) - path));
	rc = stat(folder.len ? folder.s : ".", st);
	buf_release(&folder);
	return rc == 0;
}

/* One file by whatever way, or the place where it would be. */
static bool place_is_same(const char *a, const char *b)
{
	struct stat of_a, of_b;

	if (stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && file_is_same(&of_a, &of_b))
		return true;
	return strcmp(base_of(a), base_of(b)) == 0 && folder_of(a, &of_a) && folder_of(b, &of_b) &&
	       file_is_same(&of_a, &of_b);
}

static bool is_of_database(const char *path, const char *db)
{
	static const char *const beside[] = { "",	  "-wal",  "-shm",
					      "-journal", ".lock", CONTROL_SUFFIX };
	bool same = false;
	struct buf b;

	buf_init(&b, BUF_ROOMY);
	for (size_t i = 0; i < sizeof(beside) / sizeof(*beside) && !same; i++) {
		buf_reset(&b);
		buf_addf(&b, "%s%s", db, beside[i]);
		same = place_is_same(path, b.s);
	}
	buf_release(&b);
	return same;
}

/* What stands in the way at the path: nothing or ours: 0; another's: 1; < 0: that can't be known, errno says why. */
static int file_is_others(const char *path)
{
	char begin[sizeof(OURS) - 1];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	ssize_t n = -1;
	int why;

	if (fd < 0)
		return errno == ENOENT ? 0 : errno == ELOOP || errno == ENXIO ? 1 : -1;
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		close(fd);
		return 1;
	}
	n = read(fd, begin, sizeof(begin));
	why = errno;
	close(fd);
	errno = why;
	if (n <= 0)
		return (int)n; /* a machine that lost its power may leave an empty one */
	return n != sizeof(begin) || memcmp(begin, OURS, sizeof(begin)) != 0;
}

static void others_say(struct buf *why, const char *path)
{
	buf_addf(why,
		 "%s exists and isn't one of aliosbot's metrics files: remove it, or name another "
		 "for metrics_file",
		 path);
}

bool metrics_file_fits(const char *path, const char *db, const char *config, struct buf *why)
{
	struct buf new;
	bool fits = true;

	buf_init(&new, BUF_ROOMY);
	buf_addf(&new, "%s" NEW, path);
	if (is_of_database(path, db) || is_of_database(new.s, db)) {
		buf_addf(why,
			 "metrics_file can't be %s: it would take the place of the database %s or "
			 "of a file that belongs to it. Name another",
			 path, db);
		fits = false;
	} else if (config && (place_is_same(path, config) || place_is_same(new.s, config))) {
		buf_addf(why,
			 "metrics_file can't be %s: it would take the place of the config file. "
			 "Name another",
			 path);
		fits = false;
	} else if (file_is_others(path) > 0) {
		others_say(why, path);
		fits = false;
	}
	buf_release(&new);
	return fits;
}

/* ---- writing ---- */

/* 0, or errno. What stood there is taken away, never opened: it may be anything. */
static int file_write_new(const char *new, const struct buf *text)
{
	ssize_t n = -1;
	int fd, why;

	if (unlink(new) != 0 && errno != ENOENT)
		return errno;
	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	if (fd < 0)
		return errno;
	if (fchmod(fd, 0644) == 0)
		n = write(fd, text->s, text->len);
	why = n < 0 ? errno : (size_t)n < text->len ? ENOSPC : 0;
	close(fd);
	return why;
}

int metrics_file_write(const char *path, const struct buf *text, struct buf *why)
{
	int others = file_is_others(path), fault = others < 0 ? errno : 0;
	struct buf new;

	if (others > 0) {
		others_say(why, path);
		return -1;
	}
	buf_init(&new, BUF_ROOMY);
	buf_addf(&new, "%s" NEW, path);
	if (!fault) {
		fault = file_write_new(new.s, text);
		if (!fault && rename(new.s, path) != 0)
			fault = errno;
		if (fault)
			unlink(new.s); /* a folder stays */
	}
	buf_release(&new);
	if (fault)
		buf_addf(why, "%s can't be written: %s", path, strerror(fault));
	return fault ? -1 : 0;
}
