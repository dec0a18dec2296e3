/*
 * archive: fifty incidents of the last year, so that there is something to be found: `--archive`, or a button of the
 * page's. They go in by the program's own import, once the bot is connected; the file beside the database remembers
 * that it was done.
 *
 *     EMPTY ── archive_fill ──→ WAITING ── the bot is connected ──→ FILLING ──→ FILLED
 *       ↑                                                              │
 *       └──────────────────────── it went wrong ───────────────────────┘
 */
#ifndef TESTS_SANDBOX_ARCHIVE_H
#define TESTS_SANDBOX_ARCHIVE_H

#include "core/base/buf.h"

#include <stdint.h>

/* The documents of `lines` (JSON, one a line), all days moved so that the newest ended the day before now_ms. False:
 * they can't be read. */
bool archive_move(struct buf *out, const char *lines, int64_t now_ms);

struct archive;

enum archive_state { ARCHIVE_EMPTY, ARCHIVE_WAITING, ARCHIVE_FILLING, ARCHIVE_FILLED };

/* dir: of the database; bot: the program. */
struct archive *archive_new(const char *dir, const char *bot, const char *database);
void archive_free(struct archive *a);

enum archive_state archive_state(const struct archive *a);
/* NULL, or why not: it is full, or about to be. */
const char *archive_fill(struct archive *a);
/* After each turn. `connected`: the bot is. What there is to say goes to stderr. True: the state is another. */
bool archive_turn(struct archive *a, bool connected);

#endif
