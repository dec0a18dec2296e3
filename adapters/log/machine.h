/*
 * machine: a thing that is always in one of a few states: a table of them, what may follow each, and how that is said
 * in the log. Whoever has such a thing has one function that moves it, and that asks machine_move() first.
 *
 * Always true: what isn't in the table doesn't happen: it is a bug, and ends the program (core/base/bug.h).
 */
#ifndef ADAPTERS_LOG_MACHINE_H
#define ADAPTERS_LOG_MACHINE_H

struct machine_state {
	const char
		*name; /* "READY": as in the picture in the thing's header, which a test compares */
	unsigned next; /* bits of MOVE(state): what may follow; 0: nothing does */
	const char *says; /* "ready": the line in the log, at level debug */
};

struct machine {
	const char *noun; /* "connection" */
	const struct machine_state *states;
	int count;
};

#define MOVE(state) (1u << (state))

/* object: whose line it is in the log: "socket 2". */
void machine_move(const struct machine *m, const char *object, int from, int to);

#endif
