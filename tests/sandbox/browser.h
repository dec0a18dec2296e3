/*
 * browser: the sandbox in the browser. Serves the page's files and talks with it over one websocket
 * (/page).
 *
 * The page is a view: it is told everything of the workspace and shows what the person chosen there
 * may see; what people do in it comes back as deeds and becomes what Slack would make of it. It
 * keeps nothing that a reload would lose but the draft of a message. Frames are JSON objects, one a
 * frame, UTF-8.
 *
 * Only pages of our own may talk: Host must be 127.0.0.1, localhost or [::1], and Origin the same
 * with its port, else a page of a stranger that is open in the same browser could type commands
 * here.
 *
 * Server → page: {"t": …}; the first eight come at once after connecting, in this order, then as
 * things change
 *   hello     url ("http://127.0.0.1:8042"), team {id,name}, bot ("U0BOT": the app's own user),
 *             app {name, commands [{command,description,usage_hint}],
 *             shortcuts [{name,type,callback_id,description}]},
 *             words [{word,usage,says,example}]: what can be said behind the first command,
 *             plays [{name,title,says,steps}]
 *   user      user {id,name,tz,bot,guest,admin}; names are unique
 *   channel   channel {id,name,topic,purpose,private,im,archived,members [ids],
 *             bookmarks [{title,link,emoji}],created (s)}
 *             im: with the bot; members has the person and the bot
 *   message   channel, gone, message: as conversations.history shows it, with permalink. The newest
 *             1,000 of a channel
 *   shown     id, user, channel, thread_ts (null), ts, from ("app" or "slack"), json {text,blocks}:
 *             what one person alone sees ("Only visible to you"). from "slack": Slack's own words,
 *             e.g. that the app did not respond
 *   view      id, user, view: a modal that is open for this person; errors {block_id: "…"} or null;
 *             trouble: a sentence or null (nothing came back in 3 s: it stays open)
 *   state     connections (of the app), unacked, acked, ack_ms (median of the last 100), calls,
 *             bot {managed, running, pid, says}: managed: this sandbox starts and stops it; says:
 *             how it ended ("ended by signal 9"), ""
 *             slack {down_s, limited_s, losing, forgets}: seconds left, 0 none; losing: answers
 *             still to be lost; forgets (bool): see `trouble`
 *             clock null or {ahead_ms}: how far it was moved on; null: it can't be
 *             play null or {name,title,step,steps,paused,minute_ms,waits,skipped,why}: waits: for
 *             what, null; skipped: steps that could not be done; why: the last one's sentence, null
 *             played null or {ended,name,title,minutes,steps,people,commands,messages,emoji,skipped,
 *             channel}: the last play that came to its end, and when (s);
 *             what there was in it, and its incident's channel, null
 *             archive null (there is none), "empty", "waiting" (for the bot), "filling", "full"
 *   ready     that was all there is now
 *   shown_gone, view_gone   id
 *   call      method, channel, outcome ("ok", Slack's error word, "429", "lost" …)
 *   envelope  n, type, says ("/incident note x", "reaction_added pushpin" …), user, attempts,
 *             ack_ms (null: not yet), fate ("", "refused", "given up", "waiting"); again when
 *             something of it changes
 *   log       line: of the bot's log
 *   typing    user, channel, thread_ts (null), text, in_ms: a play's next step, about to be done;
 *             text "" for what isn't typed
 *   did       id (the deed's), error (a sentence, null: done)
 *
 * Page → server: {"do": …, "id": number, "as": "U1", …}, each answered by `did`
 *   say       channel, text, thread_ts (or absent): as typed. "/…" is a command (not in threads:
 *             refused as Slack does); @name, #name, URLs are made into Slack's markup here.
 *             /invite @name and /leave are Slack's own
 *   edit      channel, ts, text
 *   delete    channel, ts (one's own)
 *   react     channel, ts, name, on (bool)
 *   pin       channel, ts, on
 *   press     block_id (may be absent), action_id, and where: channel + ts, shown (id) or view; chosen:
 *             an option's value, a user's id, a date …, a list of values for checkboxes; absent for
 *             a button
 *   shortcut  callback_id, and for one on a message: channel, ts
 *   submit    view, values: as view.state.values
 *   close     view
 *   home      (nothing more) opens the app's Home tab
 *   dismiss   shown
 *   join, leave  channel
 *   invite    channel, user
 *   create    name, private (bool)
 *   trouble   what: "cut", "refresh", "limit" (429 for 30 s), "down" (60 s), "lose" (the next three
 *             answers), "forget" (what happens while the app is away is never told), "heal"
 *   clock     ms: so much further on
 *   bot       what: "stop" (SIGTERM), "kill" (SIGKILL), "start"
 *   archive   (nothing more) fills the archive with fifty incidents of the last year
 *   play      name, minute_ms (what a minute of the story takes; 0: as fast as it goes)
 *   play_do   what: "pause", "go on", "next" (don't wait), "stop", "speed" (minute_ms)
 *
 * GET /files/ID is a file that the app uploaded, as text/plain; /archives/CHANNEL/pTS is the page.
 */
#ifndef TESTS_SANDBOX_BROWSER_H
#define TESTS_SANDBOX_BROWSER_H

#include "tests/sandbox/archive.h"
#include "tests/sandbox/child.h"
#include "tests/sandbox/moved.h"
#include "tests/sandbox/play.h"
#include "tests/sandbox/trouble.h"
#include "tests/slackd/slackd.h"

#include <libwebsockets.h>

struct browser;

/* From now on d serves the page. */
struct browser *browser_new(struct slackd *d);
void browser_free(struct browser *p); /* after slackd_free(d) */

/* What the page can set going besides slackd; NULL: it can't. Borrowed. */
struct browser_parts {
	struct trouble *trouble;
	struct plays *plays;
	struct child *child;
	struct archive *archive;
	struct moved *moved;
};
void browser_parts(struct browser *p, const struct browser_parts *parts);

/* ---- news ---- */
void browser_changed(struct browser *p); /* something that `state` tells; told soon, once */
void browser_log(struct browser *p, const char *line);
void browser_typing(struct browser *p, const struct play_typing *t);

#endif
