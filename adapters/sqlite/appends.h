/*
 * appends: a VFS of SQLite's in which a commit is one write(2), or one for each 31 pages. SQLite makes two of every page,
 * one right behind the other: the page's head in the WAL, 24 bytes, and the page. What lies side by side is kept until the
 * commit's last page.
 *
 * Kept is only what nobody may have seen yet: that page's write, and whatever else is asked of the WAL, comes behind it.
 * What can't be written fails its own transaction, all of it. Of a transaction that is taken back nothing is left when the
 * writer's lock goes.
 */
#ifndef ADAPTERS_SQLITE_APPENDS_H
#define ADAPTERS_SQLITE_APPENDS_H

/* The name to open a database by. It stands on the VFS that is SQLite's default at the time; NULL, which is that one: no
 * memory. */
const char *appends_vfs(void);

#endif
