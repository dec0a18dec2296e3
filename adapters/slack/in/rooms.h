/*
 * rooms: what rights hang on in a channel: who is in it (conversations.members), and whether it is private
 * (conversations.info). Members are read of channels of private Nodes alone: after each gap, since who left meanwhile
 * was not heard of, and when such a Node is new. Events keep them fresh until the next gap.
 *
 * Always true: an answer counts as of the moment when it was asked for; an event that comes meanwhile makes it be
 * asked for again.
 */
#ifndef ADAPTERS_SLACK_IN_ROOMS_H
#define ADAPTERS_SLACK_IN_ROOMS_H

#include "adapters/slack/format/envelope.h"
#include "adapters/slack/in/gap_count.h"
#include "adapters/slack/in/router.h"

struct rooms;

/* answered(arg): a question has ended; what it told is queued for the store. */
struct rooms *rooms_new(const struct router_seams *seams, const struct gap_count *gaps,
			void (*answered)(void *arg), void *arg);
void rooms_free(struct rooms *r);
void rooms_stop(struct rooms *r); /* asks no more */

/* Members of private Nodes' channels may have changed unheard, or there is a new such channel: reads them. */
void rooms_look(struct rooms *r);
/* Was there nothing left that Slack would tell when that was last looked at? Then nobody needs to ask the store. */
bool rooms_settled(const struct rooms *r);
/* Somebody joined or left the channel. */
void rooms_changed(struct rooms *r, const char *channel);

/* Each asks Slack, unless it wouldn't tell a while ago; true: the question is under way. */
bool rooms_ask_members(struct rooms *r, const char *channel);
bool rooms_ask_openness(struct rooms *r, const char *channel);
/* Did Slack refuse to tell, since the last gap? */
bool rooms_untold_members(const struct rooms *r, const char *channel);
/* Is it under way? */
bool rooms_asks_members(const struct rooms *r, const char *channel);
bool rooms_asks_openness(const struct rooms *r, const char *channel);

/* What Slack said to the last question, a moment ago. */
enum openness rooms_openness(const struct rooms *r, const char *channel);
/* And what it is called, by the same answer; NULL. */
const char *rooms_name(const struct rooms *r, const char *channel);

#endif
