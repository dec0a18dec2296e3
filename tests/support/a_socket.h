/*
 * a_socket: Socket Mode for tests: its times so short that a test can wait for them, each wait the shortest it may be;
 * and what it logs.
 */
#ifndef TESTS_SUPPORT_A_SOCKET_H
#define TESTS_SUPPORT_A_SOCKET_H

#include "adapters/slack/socket/socket.h"

#include <stdio.h>

#define A_LONG_MS 10000 /* what must happen happens before this */

/* To be started, and freed by slack_socket_free(). */
struct slack_socket *a_socket_new(struct loop *loop, struct web *web,
				  const struct socket_calls *calls);

/* Turns the loop until something was counted so often; it fails if that takes over ten seconds. */
void a_loop_until(struct loop *loop, const int *count, int wanted);

/* What is logged from here to there. */
struct a_log {
	FILE *file;
	int usual;
	char text[100000];
};
void a_log_begin(struct a_log *log);
const char *a_log_end(struct a_log *log); /* its text */

#endif
