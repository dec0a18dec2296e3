/*
 * status: how the running bot stands, in the words of JSON: what it answers when `doctor` asks by the control socket.
 *
 *   {"version","pid","started_at","connections","others","commands","events","last_command_at","last_event_at","problem"}
 *
 * Times are UTC milliseconds, 0: never.
 */
#ifndef BOT_STATUS_H
#define BOT_STATUS_H

#include "bot/run_private.h"
#include "core/base/buf.h"

void status_write(struct buf *out, const struct bot *b);

#endif
