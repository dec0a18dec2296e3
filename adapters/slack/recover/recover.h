/*
 * recover: what Slack could not deliver is fetched (product.md section 6, promise 2).
 *
 * After a gap (a start, a connection that was away, events that were dropped) the history, threads and pins of
 * every watched channel are read, newest first, and what differs from what the store knows is said again
 * through the same intents as if it had just come: INTENT_MESSAGE, REACTED, EDITED, DELETED. They carry the
 * page's own time as their stamp, so anything that arrives live and is newer wins. What is newer than the gap's start
 * is read at once; older messages and threads in one sweep behind it, at most hourly a Node.
 *
 * Mentions of the bot in what is newer than the gap's start are heard when all news has been read, in the order in which they
 * were said: the latest text of each, once (those that were heard live are known by their message).
 *
 *   gap ─→ reading ─→ a walk for each channel ─→ a page at a time ─→ jobs ─→ what really changed is counted
 *                                                                    and told, once a Node, at the end
 *
 * One thing is done at a time, and recover_move() alone says which (enum recover_state); what may follow what:
 *
 *   IDLE       → WAKING, STARTING, CALLING, HEARING, STOPPED   whose turn it is
 *   WAKING     → IDLE, RESTING, STOPPED               what the program before left is read in the store
 *   STARTING   → IDLE, RESTING, STOPPED               which channels have to be read is looked up there
 *   CALLING    → IDLE, COMPARING, RESTING, STOPPED    Slack is asked for a page
 *   COMPARING  → LOOKING, ASKING, SAVING, STOPPED     the page against what is known of it
 *   LOOKING    → COMPARING, STOPPED                   that is read, a chunk of messages as of one moment
 *   ASKING     → COMPARING, STOPPED                   who somebody is, what a channel or file is called
 *   SAVING     → IDLE, COMPARING, RESTING, STOPPED    its jobs go to disk, then the walk goes on behind the page
 *   HEARING    → IDLE, RESTING, STOPPED               a mention that was missed is heard, as if it came now
 *   RESTING    → IDLE, STOPPED                        something failed: once more in a while
 *
 * Always true: one call and one page at a time; a page's jobs are on disk before the walk goes on behind it; what
 * was not read when the program ends is read by the next one (meta "unread_from"). A fault of the store is never "nothing
 * here": what it was asked for is asked again. recover_free() may come at any time: jobs that are out then touch nothing.
 */
#ifndef ADAPTERS_SLACK_RECOVER_RECOVER_H
#define ADAPTERS_SLACK_RECOVER_RECOVER_H

#include "adapters/slack/format/envelope.h"
#include "adapters/slack/format/message.h"
#include "adapters/slack/web/web.h"
#include "core/store.h"

struct recover;

struct recover_seams {
	struct loop *loop;
	struct web *web;
	struct store *store;
	struct clock *clock;
	const struct settings *settings;
	void (*submit)(struct job *job, void *arg);
	/* Whoever reacted has to be known (the emoji of bots mean nothing): calls go_on(go) when they are or can't
	 * be, at once in the common case. NULL: nobody is asked. */
	void (*know)(const char *who, void (*go_on)(void *go), void *go, void *arg);
	/* A channel (a ref) should have its name before rules for alerts are read: as `know`. NULL: no matter. */
	void (*call_by_name)(const char *channel, void (*go_on)(void *go), void *go, void *arg);
	/* And it should be known whether it is private; what Slack said to that. Both NULL: no matter. */
	void (*know_openness)(const char *channel, void (*go_on)(void *go), void *go, void *arg);
	enum openness (*openness)(const char *channel, void *arg);
	/* Whoever wrote a message, or is named in it, should have a name when it is shown. NULL: no matter. */
	void (*meet)(const struct message *m, void *arg);
	/* Files whose names Slack hasn't told are asked for: calls go_on(go) when they are, or can't be waited for. */
	void (*file_names)(struct message *m, struct arena *a, void (*go_on)(void *go), void *go,
			   void *arg);
	/* Hears a mention, unless it was heard before: over(go, …) once, later. out: what came of it, NULL nothing; `again`: that
	 * isn't known, it is to be said again. NULL: nobody hears. */
	void (*mention)(const struct mention *m,
			void (*over)(void *go, const struct outcome *out, bool again), void *go,
			void *arg);
	void *arg;
};

struct recover *recover_new(const struct recover_seams *seams);
void recover_free(struct recover *c);
/* The team and the bot's user id; nothing is read before. */
void recover_identity(struct recover *c, const char *place, const char *bot_user);
/* Nothing may have been heard from from_ms to to_ms (wall clock). Gaps that come while one is read are added. */
void recover_gap(struct recover *c, int64_t from_ms, int64_t to_ms);
/* After each batch: sees sweeps that have come due and, with `nodes`, new Nodes that were declared --here in a channel
 * already in use: what was marked and tagged there in the last 24 hours is read the same way. Cheap. */
void recover_look(struct recover *c, bool nodes);
void recover_stop(struct recover *c); /* starts nothing more */
/* Nothing to read, nothing under way (a later sweep may be owed). */
bool recover_quiet(const struct recover *c);

#endif
