/*
 * hands: what people do in the sandbox, as they do it: typed lines, clicks. Checks what Slack's own
 * client would not let them do, then makes of it what Slack would (slackd.h, slackd_model.h).
 *
 * Every function gives NULL when it is done, else a sentence for the person (static, or good until
 * the next call). Ids that don't exist are refused, never trusted: they come from a browser.
 */
#ifndef TESTS_SANDBOX_HANDS_H
#define TESTS_SANDBOX_HANDS_H

#include "tests/slackd/slackd.h"

/*
 * Text as typed into Slack's: &, <, > escaped; @name, #name, @here, URLs marked up, not within
 * `code`. command: a slash command's, where names stand beside the ids (should_escape).
 */
void hands_markup(struct sl_team *t, struct buf *out, const char *typed, bool command);

/* A message, or with "/" in front a command. made: the message's ts (""), 32 bytes; sent: a
 * command's envelope (NULL); both may be NULL. thread_ts: NULL, or of the message that is answered.
 */
const char *hands_say(struct slackd *d, const char *user, const char *channel,
		      const char *thread_ts, const char *typed, char made[32],
		      struct sl_envelope **sent);
const char *hands_edit(struct slackd *d, const char *user, const char *channel, const char *ts,
		       const char *typed);
const char *hands_delete(struct slackd *d, const char *user, const char *channel, const char *ts);
const char *hands_react(struct slackd *d, const char *user, const char *channel, const char *ts,
			const char *name, bool on);
const char *hands_pin(struct slackd *d, const char *user, const char *channel, const char *ts,
		      bool on);

/* A button, or what else can be chosen in a message. chosen: a value, an id, a date as string, or
 * an array of values; NULL for a button. */
const char *hands_press(struct slackd *d, const char *user, const char *channel, const char *ts,
			const char *block_id, const char *action_id, const cJSON *chosen);
/* The same in what only this person sees. */
const char *hands_press_shown(struct slackd *d, const char *user, unsigned shown,
			      const char *block_id, const char *action_id, const cJSON *chosen);
/* The same in a view of theirs: their Home, or a modal. */
const char *hands_press_view(struct slackd *d, const char *user, const char *view,
			     const char *block_id, const char *action_id, const cJSON *chosen);
/* Opens the app's Home tab. */
const char *hands_home(struct slackd *d, const char *user);
/* ts NULL: a global shortcut. */
const char *hands_shortcut(struct slackd *d, const char *user, const char *callback_id,
			   const char *channel, const char *ts);
/* values (taken): as view.state.values. What is required and empty comes back beside its field,
 * unsent. */
const char *hands_submit(struct slackd *d, const char *user, const char *view, cJSON *values);
const char *hands_close(struct slackd *d, const char *user, const char *view);
const char *hands_dismiss(struct slackd *d, const char *user, unsigned shown);

const char *hands_join(struct slackd *d, const char *user, const char *channel);
const char *hands_leave(struct slackd *d, const char *user, const char *channel);
const char *hands_invite(struct slackd *d, const char *user, const char *channel, const char *who);
const char *hands_create(struct slackd *d, const char *user, const char *name, bool private_);

#endif
