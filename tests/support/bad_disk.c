#include "tests/support/bad_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile struct bad_disk *disk;

/* Sets errno. */
static bool bad_disk_fails(void)
{
	int64_t n;

	if (!disk)
		return false;
	n = ++disk->writes;
	if (!disk->first || n < disk->first || n >= disk->first + disk->times)
		return false;
	disk->failed++;
	errno = (int)disk->error;
	return true;
}

static ssize_t bad_pwrite(int fd, const void *data, size_t len, off64_t at)
{
	int error;

	if (!bad_disk_fails())
		return pwrite64(fd, data, len, at);
	error = errno;
	if (pwrite64(fd, data, len / 2, at) >= 0)
		errno = error;
	return -1;
}

static int bad_ftruncate(int fd, off_t len)
{
	return bad_disk_fails() ? -1 : ftruncate(fd, len);
}

static int bad_open(const char *path, int flags, int mode)
{
	if (disk->read_only && (flags & O_ACCMODE) != O_RDONLY) {
		errno = EROFS;
		return -1;
	}
	return open(path, flags, mode);
}

/* In the place of libc's, for SQLite has no seam for it. */
int fdatasync(int fd)
{
	return bad_disk_fails() ? -1 : (int)syscall(SYS_fdatasync, fd);
}

void bad_disk_install(volatile struct bad_disk *d)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find("unix");

	disk = d;
	vfs->xSetSystemCall(vfs, "open", (sqlite3_syscall_ptr)bad_open);
	vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)bad_pwrite);
	vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)bad_pwrite);
	vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)bad_ftruncate);
}
