/*
 * counted: what SQLite is asked and what it asks of the system, counted inside this process: every
 * connection that is opened after counted_begin(), whoever opens it. Exact numbers, the same in
 * every run.
 */
#ifndef TESTS_SUPPORT_COUNTED_H
#define TESTS_SUPPORT_COUNTED_H

#include <stdio.h>

struct counted {
	long statements; /* begun, BEGIN, SAVEPOINT and COMMIT among them */
	long steps; /* of SQLite's virtual machine: what grows with the rows that are walked over */
	long commits;	    /* transactions that wrote */
	long pages;	    /* written to the WAL */
	long writes, reads; /* pwrite and pread */
	long locks;	    /* fcntl: the WAL's locks and the file's */
	long syncs;	    /* fdatasync */
};

void counted_begin(void); /* once, before the first connection */
/* Each statement from now on is written there, behind the pages written so far; NULL: no more. */
void counted_show(FILE *to);
struct counted counted_now(void);
struct counted counted_since(const struct counted *before);

#endif
