/*
 * words: what a message says, in the neutral form (core/text.h): the words that people see, all of them.
 *
 * Where there are blocks, `text` is their fallback and counts only if they have no words; with attachments alone
 * it is the body. Attachments come after either: what an app attached, and what somebody forwarded (by whom, its
 * words, its link). A preview that Slack made of a link is nothing that was said.
 *
 * Which member of which block, element and attachment has words is one table, in the order of reading; of a type that it
 * doesn't know, the strings that a reader would see. A line is a line to whoever reads it in Slack: what stands
 * side by side there (the elements of a context, a row's cells) is one.
 *
 * Names for words.c, words_rich.c, words_attached.c.
 */
#ifndef ADAPTERS_SLACK_FORMAT_WORDS_H
#define ADAPTERS_SLACK_FORMAT_WORDS_H

#include "core/base/buf.h"

#include <cjson/cJSON.h>
#include <stdbool.h>

/* m: a message. place: the team, for refs. Nothing is added when it says nothing (a picture). */
void words_of_message(struct buf *out, const char *place, const cJSON *m);

/* Is this attachment a message that somebody forwarded? Its files are the message's then. */
bool words_is_forwarded(const cJSON *attachment);

#endif
