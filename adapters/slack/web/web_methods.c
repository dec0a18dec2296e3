#include "adapters/slack/web/web_methods.h"

/* slack.md "Web API": T2 20 a minute, T3 50, T4 100. Half of a tier's calls or fewer may come at
 * once. */
static const struct pace tier2 = { 5000, 8 };
static const struct pace tier3 = { 1500, 10 };
static const struct pace tier4 = { 750, 20 };
/* Documented as 1 a minute and meant against reconnect storms, which the socket's backoff prevents;
 * a few reconnects in a row must not wait a minute each, nor people for a bot whose Slack is back.
 * Should Slack mind, its 429 says until when. */
static const struct pace connects = { 15000, 10 };
/* "Several hundred a minute" over all channels. */
static const struct pace posts = { 200, 20 };
const struct pace web_channel_pace = { 1000, 3 };
/* All cards share T3, so 45 a minute leaves it some room. */
static const struct pace updates = { 1500, 5 };
/* "Hundreds a minute" */
static const struct pace hundreds = { 300, 20 };

static const struct pace validates = { 1000, 40 };

const struct method web_methods[WEB_METHODS] = {
	[WEB_APPS_CONNECTIONS_OPEN] = { .name = "apps.connections.open",
					.pace = &connects,
					.app_token = true,
					.scopes = "connections:write" },
	[WEB_AUTH_TEST] = { .name = "auth.test", .pace = &hundreds },
	[WEB_CHAT_POST_MESSAGE] = { .name = "chat.postMessage",
				    .pace = &posts,
				    .by_channel = true,
				    .scopes = "chat:write chat:write.public" },
	[WEB_CHAT_UPDATE] = { .name = "chat.update",
			      .pace = &updates,
			      .already = "message_not_modified",
			      .scopes = "chat:write" },
	[WEB_CHAT_DELETE] = { .name = "chat.delete",
			      .pace = &tier3,
			      .already = "message_not_found",
			      .scopes = "chat:write" },
	[WEB_CHAT_POST_EPHEMERAL] = { .name = "chat.postEphemeral",
				      .pace = &tier4,
				      .scopes = "chat:write" },
	[WEB_CHAT_GET_PERMALINK] = { .name = "chat.getPermalink", .pace = &hundreds },
	[WEB_VIEWS_OPEN] = { .name = "views.open", .pace = &tier4 },
	[WEB_VIEWS_UPDATE] = { .name = "views.update", .pace = &tier4 },
	[WEB_VIEWS_PUBLISH] = { .name = "views.publish", .pace = &tier4 },
	[WEB_CONVERSATIONS_CREATE] = { .name = "conversations.create",
				       .pace = &tier2,
				       .scopes = "channels:manage groups:write" },
	[WEB_CONVERSATIONS_SET_TOPIC] = { .name = "conversations.setTopic",
					  .pace = &tier2,
					  .scopes = "channels:write.topic groups:write.topic" },
	[WEB_CONVERSATIONS_INVITE] = { .name = "conversations.invite",
				       .pace = &tier3,
				       .already = "already_in_channel",
				       .scopes = "channels:manage groups:write" },
	[WEB_CONVERSATIONS_JOIN] = { .name = "conversations.join",
				     .pace = &tier3,
				     .already = "already_in_channel",
				     .scopes = "channels:join" },
	[WEB_CONVERSATIONS_LIST] = { .name = "conversations.list",
				     .pace = &tier2,
				     .scopes = "channels:read groups:read" },
	[WEB_CONVERSATIONS_INFO] = { .name = "conversations.info",
				     .pace = &tier3,
				     .scopes = "channels:read groups:read" },
	[WEB_CONVERSATIONS_HISTORY] = { .name = "conversations.history",
					.pace = &tier3,
					.scopes = "channels:history groups:history im:history" },
	[WEB_CONVERSATIONS_REPLIES] = { .name = "conversations.replies",
					.pace = &tier3,
					.scopes = "channels:history groups:history im:history" },
	[WEB_CONVERSATIONS_MEMBERS] = { .name = "conversations.members",
					.pace = &tier4,
					.scopes = "channels:read groups:read" },
	[WEB_CONVERSATIONS_OPEN] = { .name = "conversations.open",
				     .pace = &tier3,
				     .scopes = "im:write" },
	[WEB_USERS_INFO] = { .name = "users.info", .pace = &tier4, .scopes = "users:read" },
	[WEB_BOTS_INFO] = { .name = "bots.info", .pace = &tier3, .scopes = "users:read" },
	[WEB_REACTIONS_ADD] = { .name = "reactions.add",
				.pace = &tier3,
				.already = "already_reacted",
				.scopes = "reactions:write" },
	[WEB_REACTIONS_REMOVE] = { .name = "reactions.remove",
				   .pace = &tier2,
				   .already = "no_reaction",
				   .scopes = "reactions:write" },
	[WEB_REACTIONS_GET] = { .name = "reactions.get",
				.pace = &tier3,
				.scopes = "reactions:read" },
	[WEB_PINS_ADD] = { .name = "pins.add",
			   .pace = &tier2,
			   .already = "already_pinned",
			   .scopes = "pins:write" },
	[WEB_PINS_LIST] = { .name = "pins.list", .pace = &tier2, .scopes = "pins:read" },
	[WEB_PINS_REMOVE] = { .name = "pins.remove",
			      .pace = &tier2,
			      .already = "no_pin",
			      .scopes = "pins:write" },
	[WEB_BOOKMARKS_ADD] = { .name = "bookmarks.add",
				.pace = &tier2,
				.scopes = "bookmarks:write" },
	[WEB_BOOKMARKS_LIST] = { .name = "bookmarks.list",
				 .pace = &tier3,
				 .scopes = "bookmarks:read" },
	[WEB_BOOKMARKS_REMOVE] = { .name = "bookmarks.remove",
				   .pace = &tier2,
				   .already = "not_found",
				   .scopes = "bookmarks:write" },
	[WEB_FILES_GET_UPLOAD_URL] = { .name = "files.getUploadURLExternal",
				       .pace = &tier4,
				       .scopes = "files:write" },
	[WEB_FILES_COMPLETE_UPLOAD] = { .name = "files.completeUploadExternal",
					.pace = &tier4,
					.scopes = "files:write" },
	[WEB_FILES_INFO] = { .name = "files.info", .pace = &tier4, .scopes = "files:read" },
	[WEB_FILES_DELETE] = { .name = "files.delete",
			       .pace = &tier3,
			       .already = "file_not_found file_deleted",
			       .scopes = "files:write" },
	/* Only `doctor` calls it, each layout once; Slack says nothing of its limit. */
	[WEB_BLOCKS_VALIDATE] = { .name = "blocks.validate", .pace = &validates },
	[WEB_USERGROUPS_LIST] = { .name = "usergroups.list",
				  .pace = &tier2,
				  .scopes = "usergroups:read" },
	[WEB_USERGROUPS_USERS_LIST] = { .name = "usergroups.users.list",
					.pace = &tier2,
					.scopes = "usergroups:read" },
};

const char *web_method_name(enum web_method m)
{
	return web_methods[m].name;
}

bool web_word_in(const char *words, const char *word)
{
	size_t len = strlen(word), n;

	for (; *words; words += n, words += strspn(words, " ")) {
		n = strcspn(words, " ");
		if (n == len && !memcmp(words, word, len))
			return true;
	}
	return false;
}

bool web_error_is_limit(const char *error)
{
	return web_word_in("ratelimited rate_limited", error);
}

bool web_error_is_unknown(const char *error)
{
	return web_word_in("internal_error fatal_error service_unavailable request_timeout", error);
}

#define REINSTALL " Reinstall the app and give the bot its new token."

struct sentence {
	const char *words;
	const char *says;
};

/* After these Slack refuses every call with the token. */
static const struct sentence dead_tokens[] = {
	{ "not_authed", "Slack got no token. Set SLACK_APP_TOKEN and SLACK_BOT_TOKEN." },
	{ "invalid_auth",
	  "Slack doesn't know this token. Copy it again from the app's page: the bot's begins "
	  "with xoxb-, the app's with xapp-." },
	{ "not_allowed_token_type",
	  "This is the wrong kind of token. The bot's begins with xoxb-, the app's "
	  "with xapp-." },
	{ "account_inactive user_removed_from_team token_revoked token_expired",
	  "This token is no longer valid: the app was removed or its token withdrawn." REINSTALL },
	{ "team_disabled", "This Slack workspace is switched off. Ask its owner." },
};

static const struct sentence sentences[] = {
	{ "missing_scope",
	  "The app lacks a scope (a permission). Paste the output of `aliosbot manifest` into the "
	  "app's page and reinstall the app." },
	{ "no_permission access_denied restricted_action restricted_action_read_only_channel "
	  "not_authorized user_is_restricted org_login_required ekm_access_denied",
	  "The workspace's settings don't let the bot do this. Ask a workspace admin." },
	{ "not_in_channel", "The bot isn't in this channel. Invite it with /invite." },
	{ "channel_not_found",
	  "There is no such channel, or the bot isn't in it. If it is private, invite the bot "
	  "with /invite." },
	{ "is_archived", "The channel is archived. Unarchive it in Slack to go on there." },
	{ "name_taken", "A channel with this name already exists." },
	{ "invalid_name invalid_name_specials invalid_name_punctuation invalid_name_required "
	  "invalid_name_maxlength",
	  "Slack doesn't accept this channel name." },
	{ "user_not_found users_not_found", "Slack doesn't know this person." },
	{ "cant_invite ura_max_channels cant_invite_self user_is_ultra_restricted",
	  "This person can't be invited into the channel. A workspace admin can." },
	{ "cannot_dm_bot user_disabled messages_tab_disabled",
	  "This person can't be sent a direct message." },
	{ "invalid_blocks invalid_blocks_format msg_blocks_too_long",
	  "Slack didn't accept the layout of this message. This is a bug in aliosbot; the log "
	  "has the details." },
	{ "msg_too_long", "The message is too long for Slack." },
	{ "message_not_found", "The message is no longer there." },
	{ "cant_update_message cant_delete_message edit_window_closed",
	  "Slack doesn't let the bot change this message." },
	{ "expired_trigger_id trigger_expired exchanged_trigger_id trigger_exchanged",
	  "Slack waited too long to open the form. Try again." },
	{ "expired_url used_url", "Slack no longer accepts this answer." },
	{ "ratelimited rate_limited", "Slack asks the bot to slow down. It continues by itself." },
	{ "internal_error fatal_error service_unavailable request_timeout",
	  "Slack has a problem of its own. The bot tries again." },
};

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const char *sentence_in(const struct sentence *s, size_t count, const char *error)
{
	for (size_t i = 0; error && i < count; i++)
		if (web_word_in(s[i].words, error))
			return s[i].says;
	return NULL;
}

const char *web_error_says(const char *error)
{
	const char *says = sentence_in(dead_tokens, COUNT(dead_tokens), error);

	if (!error)
		return "Slack gave no reason.";
	if (!says)
		says = sentence_in(sentences, COUNT(sentences), error);
	return says ? says : error;
}

bool web_token_is_dead(const char *error)
{
	return sentence_in(dead_tokens, COUNT(dead_tokens), error);
}
