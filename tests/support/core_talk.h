/*
 * core_talk: what happens in channels besides lines: messages, edits, deletions, emoji and pins, as
 * the front tells the core of them: what is remembered first, then the intent.
 *
 * A stamp is the moment of the scene's clock when it is taken ("1795442400.000100"), one of its own
 * each time.
 */
#ifndef TESTS_SUPPORT_CORE_TALK_H
#define TESTS_SUPPORT_CORE_TALK_H

#include "tests/support/core_scene.h"

#define SENTRY "T1/USENTRY" /* an app's user */

const char *talk_stamp(struct scene *s);
/* Words that outlive the deed. */
const char *talk_words(struct scene *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A message; its stamp. */
const char *talk_posts(struct scene *s, const char *who, const char *channel, const char *text);
/* The same, of everything that can be known of one; remembered, and told if `told`. */
const char *talk_message(struct scene *s, struct message *m, bool told);
void talk_edits(struct scene *s, const char *channel, const char *ts, const char *text);
void talk_edited(struct scene *s, const char *channel, const char *ts, const char *text,
		 const char *edited);
void talk_deletes(struct scene *s, const char *channel, const char *ts);

/* An emoji set (on) or taken away; at a stamp of its own, or at `event_ts`. */
void talk_marks(struct scene *s, const char *who, const char *channel, const char *ts,
		enum capture_kind kind, bool on);
/* 🚨 is set. */
void talk_sirens(struct scene *s, const char *who, const char *channel, const char *ts);
void talk_reacted(struct scene *s, const char *who, const char *channel, const char *ts,
		  enum capture_kind kind, enum capture_via by, bool on, const char *event_ts);
void talk_pins(struct scene *s, const char *who, const char *channel, const char *ts, bool on);
/* Slack answers what a message says that nobody had seen. */
void talk_tells(struct scene *s, struct message *m);
/* A mention says a line; its stamp. */
const char *talk_mentions(struct scene *s, const char *who, const char *channel, const char *line);

#endif
