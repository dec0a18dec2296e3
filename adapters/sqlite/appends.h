/*
 * appends: a VFS of SQLite's in which a page that is appended to the WAL is one write(2). SQLite makes two of it, one
 * right behind the other: the page's head, 24 bytes, and the page. The head is kept until its page comes.
 *
 * Nothing is kept any longer than that: between the two SQLite asks nothing of the file. So a write that fails fails
 * the call that it failed before, and what is rolled back leaves nothing behind that could be written later.
 */
#ifndef ADAPTERS_SQLITE_APPENDS_H
#define ADAPTERS_SQLITE_APPENDS_H

/* The name to open a database by. It stands on the VFS that is SQLite's default at the time; NULL, which is that one: no
 * memory. */
const char *appends_vfs(void);

#endif
