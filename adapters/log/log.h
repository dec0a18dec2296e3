/*
 * log: lines on stderr, "object: words", with the level in front as journald or a terminal has it. One line is one write(2) of at most 2 kB;
 * control characters in it are written \xNN, so nothing from outside can forge a line. Tokens never get here.
 */
#ifndef ADAPTERS_LOG_LOG_H
#define ADAPTERS_LOG_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_level_set(enum log_level most); /* default INFO */

/* object: what the line is about: "socket 2", "INCIDENT-2026-042", "outbox 17". */
void log_error(const char *object, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_warning(const char *object, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_info(const char *object, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_debug(const char *object, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
