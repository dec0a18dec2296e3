/*
 * bots: the programs that are measured, as child processes: ours, and its peers under
 * tests/bench/peers. Each gets the same environment (SLACK_API_URL, both tokens, ALIOSBOT_DB: its
 * database) and a directory of its own. What is read of a process is its own, all threads: nothing
 * of the bench's.
 */
#ifndef TESTS_BENCH_BOTS_H
#define TESTS_BENCH_BOTS_H

#include "tests/bench/stand.h"

#include <sys/types.h>

enum which { OURS, BOLT, SLACK_GO, FLOOR, BOTS };

struct bot {
	enum which which;
	struct stand *stand;
	char dir[64], db[96];
	pid_t pid;
	int64_t hello_us; /* from exec to hello, of the last start */
};

const char *bot_name(enum which w); /* "aliosbot", "Bolt" */
/* Is it there? Ours and the floor always; others when `make bench` has installed them. */
bool bot_there(enum which w);

void bot_init(struct bot *b, enum which w, struct stand *stand); /* a directory, no process */
void bot_start(struct bot *b); /* returns when it has its hello; ends the bench if it never has */
/* The same under another program, whose arguments (ended by NULL) stand before: valgrind … */
void bot_start_under(struct bot *b, const char *const *before);
void bot_end(struct bot *b);	 /* SIGTERM; SIGKILL after 10 s */
void bot_release(struct bot *b); /* removes the directory */

double bot_cpu_us(const struct bot *b); /* on a processor so far */
long bot_rss_kb(const struct bot *b);
int64_t bot_bytes(const struct bot *b); /* of its database, the WAL included */

_Noreturn void give_up(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
