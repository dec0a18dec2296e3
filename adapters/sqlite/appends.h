/*
 * appends: a VFS of SQLite's in which a commit is one write(2). SQLite appends each page to the WAL with two, its head
 * and the page; here what lies side by side is kept until the commit's last page, and written at once.
 *
 * What is kept back is nobody's yet: readers know of a frame when the index of the WAL has it, and that SQLite writes
 * when all frames of the commit were written. Whatever else is asked of the file (a read, a sync, its size, a write
 * elsewhere) comes behind what was kept. A disk that is full or fails is told by the commit's last page, as it was by
 * any of them.
 */
#ifndef ADAPTERS_SQLITE_APPENDS_H
#define ADAPTERS_SQLITE_APPENDS_H

/* The name to open a database by. It stands on the VFS that is SQLite's default at the time. */
const char *appends_vfs(void);

#endif
