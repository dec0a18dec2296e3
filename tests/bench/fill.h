/*
 * fill: databases of ours that have much in them already. What is stored comes in by the store's
 * own seam, so `aliosbot verify` accepts it; what would have to be said to Slack about it counts as
 * said.
 */
#ifndef TESTS_BENCH_FILL_H
#define TESTS_BENCH_FILL_H

/* A database at path with so many Nodes, each declared, with one note, and ended. */
void fill_nodes(const char *path, int nodes);
/* So many notes on INCIDENT-number of the database at path. */
void fill_entries(const char *path, int node, int entries);

#endif
