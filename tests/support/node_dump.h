/*
 * node_dump: what a database has of its Nodes in the end, as text, for comparing two ends that came about differently:
 * without the moments at which something was said, and without what is chance.
 */
#ifndef TESTS_SUPPORT_NODE_DUMP_H
#define TESTS_SUPPORT_NODE_DUMP_H

#include <sqlite3.h>

/* The caller's to free. Ends the process if it can't be read. */
char *node_dump(sqlite3 *db);
char *node_dump_file(const char *path);

#endif
