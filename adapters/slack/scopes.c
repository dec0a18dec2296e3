#include "adapters/slack/scopes.h"

#include <string.h>

const struct scope slack_scopes[] = {
	{ "app_mentions:read", "@aliosbot isn't heard, so there are no commands in threads",
	  false },
	{ "bookmarks:read", "a channel may get the bookmark of its card twice", true },
	{ "bookmarks:write", "channels have no bookmark that leads to the card", true },
	{ "channels:history",
	  "messages in public channels aren't captured, and what was missed isn't read back",
	  false },
	{ "channels:join", "the bot can't go to the announcements channel by itself", false },
	{ "channels:manage", "incidents get no channel of their own, and nobody is invited",
	  false },
	{ "channels:read", "public channels and who is in them aren't known", false },
	{ "channels:write.topic", "the topic of a channel doesn't show how the incident stands",
	  true },
	{ "chat:write", "nothing is posted: no card, no postmortem, no reminders", false },
	{ "chat:write.public", "nothing is posted in public channels that the bot isn't in", true },
	{ "commands", "the slash command and the shortcuts don't exist", false },
	{ "files:read", "files on captured messages have no names, and a file may be posted twice",
	  false },
	{ "files:write", "the postmortem and exports aren't posted as files", false },
	{ "groups:history",
	  "messages in private channels aren't captured, and what was missed isn't read back",
	  false },
	{ "groups:read", "private channels and who is in them aren't known", false },
	{ "groups:write", "private incidents get no channel, and nobody is invited to one", false },
	{ "groups:write.topic",
	  "the topic of a private channel doesn't show how the incident stands", true },
	{ "im:history", "direct messages to the bot aren't heard", false },
	{ "im:write", "nobody gets a direct message: no handover, no reminders", false },
	{ "pins:read", "Slack's own Pin captures nothing", false },
	{ "pins:write", "the card isn't pinned", true },
	{ "reactions:read", "emoji capture nothing", false },
	{ "reactions:write", "the bot doesn't show with an emoji what it captured", true },
	{ "usergroups:read",
	  "user groups are unknown: `todo @group`, and `restrict_group` lets nobody in", true },
	{ "users:read", "people's names, time zones and rights aren't known", false },
	{ NULL, NULL, false },
};

bool scope_granted(const char *header, const char *name)
{
	size_t len = strlen(name), n;

	for (; *header; header += n) {
		header += strspn(header, ", ");
		n = strcspn(header, ", ");
		if (n == len && memcmp(header, name, len) == 0)
			return true;
	}
	return false;
}
