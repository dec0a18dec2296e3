/*
 * unmovable: a file that can't have its new name. It takes the place of the C library's functions in the whole program, so
 * only one file of a program includes it.
 */
#ifndef TESTS_SUPPORT_UNMOVABLE_H
#define TESTS_SUPPORT_UNMOVABLE_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What ends so isn't renamed: EIO. NULL: all are. */
static const char *unmovable;

static bool unmovable_moves(const char *from)
{
	size_t len = strlen(from), end = unmovable ? strlen(unmovable) : 0;

	if (!end || len < end || strcmp(from + len - end, unmovable) != 0)
		return true;
	errno = EIO;
	return false;
}

int rename(const char *from, const char *to)
{
	return unmovable_moves(from) ? renameat(AT_FDCWD, from, AT_FDCWD, to) : -1;
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
	(void)flags;
	assert_int_not_equal(access(to, F_OK), 0);
	return unmovable_moves(from) ? renameat(from_dir, from, to_dir, to) : -1;
}

#endif
