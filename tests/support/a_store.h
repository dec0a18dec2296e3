/*
 * a_store: a store in a directory of its own, with a clock that stands still until a test moves it
 * and "chance" that is the same in every run. People speak to it in lines, as they do to the bot.
 */
#ifndef TESTS_SUPPORT_A_STORE_H
#define TESTS_SUPPORT_A_STORE_H

#include "adapters/sqlite/sqlite_private.h"
#include "core/store.h"

#define A_STORE_NOW INT64_C(1795615500000) /* 2026-11-25T14:05:00Z */
#define A_STORE_CHANNEL "T1/C1"
#define ANNA "T1/UANNA"

struct a_store {
	char dir[64], path[80];
	struct store *store;
	struct store_seams seams;
	struct settings settings;
	struct clock clock;
	struct entropy entropy;
	int64_t now;
	uint64_t chance;
	int commits;	/* that wrote */
	int done;	/* jobs handed back */
	struct buf why; /* of the last open, verify or backup */
};

/* For cmocka: *state is a store; `declared`: in which a Node lives. */
int a_store_setup(void **state);
int a_store_setup_declared(void **state);
int a_store_teardown(void **state);

void a_store_init(struct a_store *s);	 /* makes the directory and opens the store for writing */
void a_store_release(struct a_store *s); /* closes it and removes the directory */
int a_store_open(struct a_store *s, enum store_mode mode);
void a_store_close(struct a_store *s);

/* Anna says a line in A_STORE_CHANNEL. The job is the caller's to free; its `done` only counts. */
struct job *a_store_line(struct a_store *s, const char *line);
struct job *a_store_run(struct a_store *s, struct job *job);  /* a batch of this one */
struct job *a_store_say(struct a_store *s, const char *line); /* both; fails the test on a fault */
void a_store_do(struct a_store *s, const char *line);	      /* must be VERDICT_DONE; freed */

/* INCIDENT-2026-NUMBER is declared and has A_STORE_CHANNEL as its channel. */
void a_store_declare(struct a_store *s, const char *title);
void a_store_channel_made(struct a_store *s, const char *node, const char *channel);

/* The store is told of somebody: who isn't known to be a member may not erase. */
void a_store_meet(struct a_store *s, const struct person *p);

/* Everything there is of a Node happens to the one that is there; then two more are declared.
 * Anna must have been met as a member. */
void a_store_live_through(struct a_store *s);

/* Closes it and puts in its place what an earlier version wrote (tests/golden/store-N.sql). */
void a_store_become(struct a_store *s, int version);

/* The first Node of the year, as it is read. */
struct view *a_store_view(struct a_store *s, enum view_size size, struct arena *a);

/* One number out of the file. */
int64_t a_store_number(struct a_store *s, const char *sql);
void a_store_script(struct a_store *s, const char *sql); /* for tampering */
void a_store_assert_verified(struct a_store *s);
/* After this, which is taken back again, `verify` finds that; NULL: nothing. */
void a_store_assert_finds(struct a_store *s, const char *sql, const char *finding);

#endif
