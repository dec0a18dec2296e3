/*
 * archive: what the archive costs: search and similar against 1,000, 10,000 and 100,000 incidents with ten times as
 * many entries, what a note costs there, and how large the index is beside the texts.
 */
#ifndef TESTS_BENCH_ARCHIVE_H
#define TESTS_BENCH_ARCHIVE_H

/* Fills a database in `dir`, step by step up to `most` Nodes, and prints a line for each. */
void archive_measure(const char *dir, int most);

#endif
