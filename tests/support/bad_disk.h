/*
 * bad_disk: the system calls by which SQLite writes (pwrite, ftruncate, fdatasync), of which some fail as a kernel lets
 * them fail: of a write half is there by then. Or the disk is mounted read-only.
 */
#ifndef TESTS_SUPPORT_BAD_DISK_H
#define TESTS_SUPPORT_BAD_DISK_H

#include <stdint.h>

struct bad_disk {
	int64_t writes;	   /* so far */
	int64_t first;	   /* the first to fail, from 1; 0: none */
	int64_t times;	   /* so many, that one included */
	int64_t error;	   /* ENOSPC, EIO */
	int64_t failed;	   /* so many have */
	int64_t read_only; /* not 0: nothing can be opened for writing */
};

/* Before the first database is opened; it is looked at with each write, and may be another process's. */
void bad_disk_install(volatile struct bad_disk *disk);

#endif
