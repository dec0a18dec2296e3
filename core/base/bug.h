/*
 * bug: what can't be, and is: one line on stderr, and the end. What was acknowledged is on disk, and a restart goes on
 * from there; going on with what nobody thought of would write it down.
 */
#ifndef CORE_BASE_BUG_H
#define CORE_BASE_BUG_H

_Noreturn void bug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
