/*
 * shell_private: what the files shell*.c share.
 */
#ifndef BOT_SHELL_PRIVATE_H
#define BOT_SHELL_PRIVATE_H

#include "bot/shell.h"

struct shell {		  /* one call of the program */
	const char *user; /* who runs it, before root acts as somebody else */
	const char *db, *config_path;
	bool json, defaults, help, version;
	bool all;		     /* export: every incident */
	const char *format, *output; /* export: --format, -o; NULL */
	struct config config;
	struct run *run;
	struct arena arena;
	int argc; /* the word and what stands behind it, options taken out */
	char **argv;
};

/* A sentence on stderr; the exit code passes through, so that it can stand behind `return`. */
int shell_fail(int exit_code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Prints a text as it is, with a line's end; on stderr when the exit code is no success. */
int shell_print(int exit_code, const struct buf *text);

/* Opens the database for reading, or prints why not. SHELL_DONE, or the exit code. */
int shell_open_to_read(struct shell *sh, struct store **s);

/* The same without a word: 0, or the store's fault and a sentence in why. */
int shell_try_to_read(struct shell *sh, struct store **s, struct buf *why);

/* What shell.c reads before a word runs; doctor's runs without, and asks itself. 0, or 1 and sentences in why. */
int shell_load_config(struct shell *sh, struct buf *why);
/* A symbolic link is the file that it names: its bot listens beside that one. */
void shell_resolve_db(struct shell *sh);
/* Where Slack is, ended by a slash; NULL: not a place to send tokens to. */
const char *shell_api_url(struct shell *sh);

/* A change: by the bot if one runs, else here. ask: SHELL_DONE … the exit code, -1: no bot listens. `make`: the
 * database may be a new one. The exit code. */
struct shell_change {
	int (*ask)(struct shell *sh, const char *socket, void *arg);
	int (*here)(struct shell *sh, struct store *s, void *arg);
	void *arg;
	bool make;
};
int shell_change(struct shell *sh, const struct shell_change *c);

/* Runs `read` as a JOB_READ with job->found = arg. 0, or the fault. */
int shell_read(struct store *s, int (*read)(struct reads *r, struct job *job), void *arg);

/* Opens another file than the database for reading: 0, or the store's fault and a sentence in why. */
int shell_open_file(struct shell *sh, const char *path, struct store **s, struct buf *why);
/* What root makes belongs to the owner of the database. 0, or -1 and errno. */
int shell_act_as_owner(struct shell *sh);
/* What a store is opened with from the shell. */
struct store_seams shell_seams(struct shell *sh);

/* Words of the table: shell_export.c, shell_import.c, shell_backup.c. */
int shell_word_backup(struct shell *sh);
int shell_word_restore(struct shell *sh);
int shell_word_export(struct shell *sh);
int shell_word_import(struct shell *sh);

/* Runs a command of core's table: here, or by way of the running bot. The exit code. */
int shell_command(struct shell *sh, const struct command *c);

#endif
