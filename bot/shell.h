/*
 * shell: the program as it is called: options, the word, what it does, the exit code (product.md 7).
 *
 * Three kinds of words: those of the table in shell.c (run, config, verify …); commands of core's command
 * table that only read, answered from the database directly; and those that change something, which go
 * to the running bot if there is one (control.h) and else are done here, under the writer's lock. In all
 * three ways a command is the same line, becomes the same intent and gets the same answer (shell_line.c).
 */
#ifndef BOT_SHELL_H
#define BOT_SHELL_H

#include "adapters/export/import.h"
#include "bot/config.h"
#include "bot/run.h"
#include "core/line/line.h"
#include "core/store.h"

enum {
	SHELL_DONE = 0,
	SHELL_NO = 1, /* refused, or not found */
	SHELL_USAGE = 2,
	SHELL_CONFIG = 3,
	SHELL_SLACK = 4,
	SHELL_STORAGE = 5,
};

#define SHELL_DB "aliosbot.db"

/* All of main(): r has clock, zones, entropy, digest and hooks set; the rest is filled in here. */
int shell_main(int argc, char **argv, struct run *r);

/* The words of our own, for the manual: NULL past the last. */
const char *shell_word(size_t i, const char **usage, const char **says);

/* ---- shell_line.c ---- */

/* The line for core from the words of the command line, argv[0] being the command's: "note 42 TEXT" is
 * "42 note TEXT". A last "-" is read from stdin. 0, or 1 and a sentence in why. */
int shell_line(struct buf *line, const struct command *c, int argc, char **argv, struct buf *why);

/* A line as it was typed, with each `@U024BE7LD` a mention of that person of the team (NULL: none was met); in the arena. */
const char *shell_neutral(const char *team, const char *line, struct arena *a);
/* Is it a member's ID, as Slack shows it in a profile? */
bool shell_is_member(const char *word);

/* Reads which workspace this database knows: `found` is the team when it is back, NULL: none so far. The caller
 * frees it after store_batch() has brought it back, or sets `done`; so it is with the next one. */
struct job *shell_team_job(void);

/* A deed for a line as typed, of system user `user`; `@U024BE7LD` in it becomes that person of the team (NULL:
 * nobody). What to print is written with it, as of the same moment. */
struct job *shell_job(const char *team, const char *user, const char *zone, const char *line,
		      int64_t now_ms, bool json);

/* What to print for a job that is back, and the exit code. `problem`: store_problem(). */
int shell_outcome(struct buf *out, const struct job *job, const char *problem);

/* ---- shell_import.c ---- */

/* As import_job(): a document that system user `user` imports. */
struct job *shell_import_job(const struct import_piece *piece, const char *team, const char *user,
			     int64_t now_ms, struct buf *why);
/* What to print for one that is back, and the exit code. */
int shell_import_outcome(struct buf *out, const struct job *job, const char *problem);

/* Who runs this process: the system user's name. */
const char *shell_user(struct arena *a);

/* "note ID [WHEN] TEXT": a command's usage as it is on the shell. */
void shell_usage(struct buf *out, const struct command *c);

#endif
