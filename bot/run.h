/*
 * run: the running bot: one loop in which everything is wired to everything.
 *
 *   frame → router ┐                                  ┌→ ack with its answer
 *   shell command ┼→ queue of jobs → store_turn() ───┼→ answer on the shell
 *   Web API answer┘        (one a turn)              └→ courier → calls → their answers, at the router again
 */
#ifndef BOT_RUN_H
#define BOT_RUN_H

#include "bot/config.h"
#include "core/store.h"

struct statvfs;

/* Where Nodes are kept (storage.c). */
extern store_opener *const storage;
extern store_restorer *const storage_restore; /* NULL: what is kept there can't be restored so */

struct run_hooks { /* tests only */
	store_opener
		*open_store; /* instead of `storage`, where jobs are all that is asked for; NULL */
	void (*committed)(void *arg);		   /* after each commit that wrote */
	void (*answered)(bool handled, void *arg); /* around each answer of the Web API */
	void (*turned)(void *arg);		   /* after each turn of the loop; NULL */
	void *arg;
	int (*disk)(const char *folder, struct statvfs *v); /* instead of statvfs(3); NULL */
	bool at_once; /* changes of a topic aren't gathered for half a minute, those of a Home hardly */
	bool told_clock;  /* `clock` isn't the system's: it is looked at, and not waited for */
	int64_t probe_ms; /* instead of 15 s */
};

struct run {
	const struct config *config;
	const char *config_asked; /* --config, NULL: where to look again for it (config_find()) */
	const char *db;		  /* the database's path */
	const char *api_url;	  /* "https://slack.com/api/" */
	const char *app_token, *bot_token;
	struct clock *clock;
	int64_t (*boot_ms)(void); /* clock_boot_ms() */
	struct zones *zones;
	struct entropy *entropy;
	struct digest *digest;
	const struct run_hooks *hooks; /* NULL */
};

/* For those who ask a store for jobs alone. */
store_opener *run_open_store(const struct run *r);

/* Runs until SIGTERM or SIGINT, or until it can't go on. The shell's exit code. */
int run_bot(struct run *r);

#endif
