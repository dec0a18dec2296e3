/*
 * envelope: one frame of Socket Mode, read. Pure and total: any bytes give a kind; nothing crashes on
 * them (fuzzed). All of it, the frame's tree as well, lives in the arena; texts are still Slack's (mrkdwn_in() makes
 * them neutral).
 */
#ifndef ADAPTERS_SLACK_FORMAT_ENVELOPE_H
#define ADAPTERS_SLACK_FORMAT_ENVELOPE_H

#include "core/base/arena.h"
#include "core/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;

/* Whether a channel is private, as far as Slack told. */
enum openness { OPENNESS_UNTOLD, OPENNESS_PUBLIC, OPENNESS_PRIVATE };

enum envelope_kind {
	ENVELOPE_JUNK, /* not JSON, or no envelope: nothing to ack */
	ENVELOPE_HELLO,
	ENVELOPE_DISCONNECT, /* reason */
	ENVELOPE_COMMAND,    /* slash_commands */
	ENVELOPE_MENTION,    /* events_api: app_mention, or message in a DM */
	ENVELOPE_MESSAGE, /* a message of a channel, people's and apps', with a text or without: object */
	ENVELOPE_EDITED, /* a message was edited (an unfurl is no edit): object is the new one, ts the message's */
	ENVELOPE_DELETED, /* message_deleted: channel, ts; object: as it was, NULL if Slack doesn't say */
	ENVELOPE_REACTION, /* reaction_added / reaction_removed on a message: in, user, reaction, channel, ts */
	ENVELOPE_PIN,	  /* pin_added / pin_removed of a message: in, user, channel, ts; object */
	ENVELOPE_MEMBER,  /* member_joined_channel / member_left_channel: in */
	ENVELOPE_CHANNEL, /* channel_created, channel_rename …: name */
	ENVELOPE_MOVED,	  /* channel_id_changed: channel, value (its new id) */
	ENVELOPE_OPENED,  /* channel_unarchive: channel */
	ENVELOPE_USER,	  /* user_change, team_join: user, object */
	ENVELOPE_GROUP,	  /* subteam_members_changed: value (its bare id) */
	ENVELOPE_HOME,	  /* app_home_opened: user; in: its Home tab */
	ENVELOPE_BUTTON,  /* block_actions */
	ENVELOPE_SUBMIT,  /* view_submission */
	ENVELOPE_MESSAGE_SHORTCUT, /* message_action: callback_id, channel, ts, object */
	ENVELOPE_GLOBAL_SHORTCUT,  /* shortcut: callback_id; it has no channel */
	ENVELOPE_OTHER, /* an envelope we have no use for (unknown type, foreign event): acked */
};
#define ENVELOPE_KINDS (ENVELOPE_OTHER + 1)

struct envelope {
	enum envelope_kind kind;
	const char *
		id; /* envelope_id; set whenever it could be read, also for OTHER and broken payloads */
	const char *type;    /* as Slack says: "slash_commands", "events_api/reaction_added" */
	const char *reason;  /* disconnect */
	int64_t connections; /* hello: num_connections */
	bool answers;	     /* accepts_response_payload */
	int64_t retry;
	const char *event_id, *client_msg_id, *trigger_id;
	/* team: the workspace that the payload names, which may be another than the bot's: of a channel that two
	 * organisations share, or of a Grid. installed: of those that the event is for, the first. user_team: the
	 * workspace of the person, as far as the payload tells. */
	const char *team, *installed, *user_team;
	const char *channel, *user, *user_name;
	const char *
		channel_name; /* NULL: unknown, also when Slack only says "directmessage" or "privategroup" */
	const char *command; /* "/incident" */
	const char *text;    /* Slack's text */
	const char *ts, *thread_ts, *event_ts, *edited_ts;
	const char *response_url;
	bool direct;   /* a DM (channel_type "im", a command's "directmessage") */
	bool private_; /* it is a private channel, or a conversation of a few */
	bool openness_told; /* whether it is one, Slack has said: of commands and of messages in channels */
	bool in;	    /* MEMBER: joined; REACTION, PIN: added */
	const char *reaction; /* REACTION: the emoji's name, without colons and skin tone */
	const char *
		item_user; /* REACTION, PIN: whose message it is; NULL: Slack doesn't say (webhooks) */
	const struct cJSON *
		object; /* the message as Slack has it, for message_parse(); USER: the user, for person_read() */
	const char *action_id, *value; /* BUTTON: the first action; ts is its message's */
	const char *callback_id, *private_metadata; /* SUBMIT, shortcuts (no private_metadata) */
	const char *bot_id;			    /* said by a bot */
	const char
		*view_id; /* SUBMIT, BUTTON in a view: which; NULL: Slack doesn't say, or in none */
	bool home, modal; /* BUTTON: the view is the person's Home, or a modal */
	int64_t event_time;	/* Unix seconds; 0: Slack doesn't say */
	const char *view_state; /* SUBMIT: JSON of view.state.values */
};

/* Events that are read: what the app subscribes to, and what Slack wants it to have for that. */
struct envelope_event {
	const char *type; /* "message"; NULL past the last */
	const char *
		subscriptions; /* blank-separated: "message.channels message.groups message.im"; NULL: as the type */
	const char *scopes; /* blank-separated, as in web_methods.h; NULL: none */
};
struct envelope_event envelope_event_at(size_t i);

void envelope_read(const char *frame, size_t len, struct arena *a, struct envelope *e);

/* users.info's `user`, user_change's `user`: name, zone, and the rank that they have in `place` (NULL: not known yet).
 * Bare id in ref. */
void person_read(const struct cJSON *user, const char *place, struct arena *a, struct person *p);

#endif
