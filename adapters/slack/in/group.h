/*
 * group: who is in the user group that the config names (restrict_group), since a right hangs on it. Read at the start,
 * after each gap and when Slack says that it has changed; what was read before a gap counts for nothing.
 */
#ifndef ADAPTERS_SLACK_IN_GROUP_H
#define ADAPTERS_SLACK_IN_GROUP_H

#include "adapters/json/json.h"
#include "adapters/slack/in/gap_count.h"
#include "adapters/slack/in/router.h"

struct group;

/* answered(arg): the question has ended. */
struct group *group_new(const struct router_seams *seams, const struct gap_count *gaps,
			void (*answered)(void *arg), void *arg);
void group_free(struct group *g);
void group_stop(struct group *g); /* asks no more */
/* This is the group (a ref): Slack is asked who is in it. Before that there is none, and nothing is asked. */
void group_named(struct group *g, const char *ref);
const char *group_ref(const struct group *g); /* NULL: there is none (yet) */

/* usergroups.users.list's `users` as refs of that place. */
const char **group_members(const cJSON *users, const char *place, struct arena *a, size_t *count);

/* Asks Slack, unless it is known, or Slack wouldn't tell a moment ago; true: the question is under way. */
bool group_ask(struct group *g);
bool group_asks(const struct group *g); /* is it under way? */
/* Somebody joined or left the group of this bare id. */
void group_changed(struct group *g, const char *id);
/* Is this person (a ref) in it? 1, 0, -1: Slack hasn't told since the last gap. */
int group_has(const struct group *g, const char *person);

#endif
