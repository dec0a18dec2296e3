#include "bot/manifest.h"

#include "adapters/slack/slack.h"

static const char *const events[] = {
	"app_home_opened",     "app_mention",	   "channel_created",
	"channel_id_changed",  "channel_rename",   "channel_unarchive",
	"group_rename",	       "group_unarchive",  "member_joined_channel",
	"member_left_channel", "message.channels", "message.groups",
	"message.im",	       "pin_added",	   "pin_removed",
	"reaction_added",      "reaction_removed", "subteam_members_changed",
	"team_join",	       "user_change",	   NULL,
};

static void manifest_list_scopes(struct buf *out, const char *indent)
{
	for (const struct scope *s = slack_scopes; s->name; s++)
		buf_addf(out, "%s\"%s\"%s\n", indent, s->name, s[1].name ? "," : "");
}

static void list(struct buf *out, const char *indent, const char *const *words)
{
	for (; *words; words++)
		buf_addf(out, "%s\"%s\"%s\n", indent, *words, words[1] ? "," : "");
}

void manifest_write(struct buf *out, const char *command)
{
	buf_adds(out,
		 "{\n"
		 "  \"display_information\": {\n"
		 "    \"name\": \"aliosbot\",\n"
		 "    \"description\": \"Keeps production incidents: card, timeline, action items, "
		 "postmortem.\",\n"
		 "    \"background_color\": \"#1d2b3a\"\n"
		 "  },\n"
		 "  \"features\": {\n"
		 "    \"app_home\": {\n"
		 "      \"home_tab_enabled\": true,\n"
		 "      \"messages_tab_enabled\": true,\n"
		 "      \"messages_tab_read_only_enabled\": false\n"
		 "    },\n"
		 "    \"bot_user\": {\n"
		 "      \"display_name\": \"aliosbot\",\n"
		 "      \"always_online\": true\n"
		 "    },\n"
		 "    \"slash_commands\": [\n"
		 "      {\n");
	buf_addf(out, "        \"command\": \"%s\",\n", command);
	buf_adds(out, "        \"description\": \"Declare and run an incident\",\n"
		      "        \"usage_hint\": \"new TITLE | note TEXT | resolve | help\",\n"
		      "        \"should_escape\": true\n"
		      "      }\n"
		      "    ],\n"
		      "    \"shortcuts\": [\n"
		      "      {\n"
		      "        \"name\": \"Declare an incident\",\n"
		      "        \"type\": \"global\",\n"
		      "        \"callback_id\": \"new\",\n"
		      "        \"description\": \"Opens the form that declares an incident\"\n"
		      "      },\n"
		      "      {\n"
		      "        \"name\": \"Add to incident…\",\n"
		      "        \"type\": \"message\",\n"
		      "        \"callback_id\": \"capture-message\",\n"
		      "        \"description\": \"Puts this message into an incident\"\n"
		      "      }\n"
		      "    ]\n"
		      "  },\n"
		      "  \"oauth_config\": {\n"
		      "    \"scopes\": {\n"
		      "      \"bot\": [\n");
	manifest_list_scopes(out, "        ");
	buf_adds(out, "      ]\n"
		      "    }\n"
		      "  },\n"
		      "  \"settings\": {\n"
		      "    \"event_subscriptions\": {\n"
		      "      \"bot_events\": [\n");
	list(out, "        ", events);
	buf_adds(out, "      ]\n"
		      "    },\n"
		      "    \"interactivity\": {\n"
		      "      \"is_enabled\": true\n"
		      "    },\n"
		      "    \"org_deploy_enabled\": false,\n"
		      "    \"socket_mode_enabled\": true,\n"
		      "    \"token_rotation_enabled\": false\n"
		      "  }\n"
		      "}\n");
}
