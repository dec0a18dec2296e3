#include "adapters/slack/format/envelope.h"

#include "adapters/json/json.h"
#include "adapters/slack/format/message.h"
#include "adapters/slack/format/ts.h"
#include "adapters/slack/format/mrkdwn.h"
#include "adapters/slack/format/words.h"

#include <ctype.h>

/* A frame being read: what the readers of single types take from and fill. */
struct reading {
	const cJSON *frame, *payload, *event;
	struct arena *a;
	struct envelope *e;
};

/* ---- facts, each only if it is what Slack gives in its place ---- */

/* Of a team, a channel, a person, a bot. Ids become parts of refs: anything else counts as absent.
 */
static const char *id(const cJSON *j, const char *path)
{
	const char *s = json_str(j, path);

	return s && mrkdwn_id(s, strlen(s)) ? s : NULL;
}

static const char *id_or(const cJSON *j, const char *path, const char *else_path)
{
	const char *s = id(j, path);

	return s ? s : id(j, else_path);
}

/* "1700000000.123456" */
static const char *stamp(const cJSON *j, const char *path)
{
	const char *s = json_str(j, path);

	return ts_is(s) ? s : NULL;
}

static const cJSON *object_at(const cJSON *j, const char *path)
{
	const cJSON *at = json_at(j, path);

	return cJSON_IsObject(at) ? at : NULL;
}

/* A part of the payload as JSON again. */
static const char *json(struct reading *r, const cJSON *j)
{
	struct buf b;
	const char *s;

	if (!cJSON_IsObject(j))
		return NULL;
	buf_init(&b, BUF_ROOMY);
	json_print(&b, j);
	s = arena_strndup(r->a, b.s, b.len);
	buf_release(&b);
	return s;
}

static bool envelope_same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* Words that Slack says in place of a name: DMs have none, those of private channels it keeps. A
 * conversation of a few people is called after them. */
static void channel_called(struct reading *r, const char *name)
{
	struct envelope *e = r->e;

	e->direct = envelope_same(name, "directmessage");
	e->private_ = envelope_same(name, "privategroup") || (name && !strncmp(name, "mpdm-", 5));
	e->openness_told = e->private_;
	e->channel_name = e->direct || e->private_ ? NULL : name;
}

/* ---- slash_commands ---- */

static enum envelope_kind envelope_command(struct reading *r)
{
	struct envelope *e = r->e;
	const cJSON *p = r->payload;

	e->team = id(p, "team_id");
	e->channel = id(p, "channel_id");
	channel_called(r, json_str(p, "channel_name"));
	e->openness_told = json_str(p, "channel_name");
	e->user_team = e->team;
	e->user = id(p, "user_id");
	e->user_name = json_str(p, "user_name");
	e->command = json_str(p, "command");
	e->text = json_str(p, "text") ? json_str(p, "text") : "";
	e->trigger_id = json_str(p, "trigger_id");
	e->response_url = json_str(p, "response_url");
	return e->team && e->channel && e->user && e->command ? ENVELOPE_COMMAND : ENVELOPE_OTHER;
}

/* ---- events_api ---- */

/* What a message says and who said it: the event itself, or the message inside one that is about
 * it. */
static void message_facts(struct reading *r, const cJSON *m)
{
	struct envelope *e = r->e;

	e->client_msg_id = json_str(m, "client_msg_id");
	e->user = id(m, "user");
	e->bot_id = id(m, "bot_id");
	e->text = json_str(m, "text");
	e->ts = stamp(m, "ts");
	e->thread_ts = stamp(m, "thread_ts");
	e->edited_ts = stamp(m, "edited.ts");
}

/* It names its message, and there is one to read. */
static bool is_message(struct reading *r, const cJSON *m)
{
	struct envelope *e = r->e;

	e->object = object_at(m, "");
	return e->team && e->channel && e->ts && e->object;
}

/* Somebody speaks to the bot. Slack sends a mention again when its message was edited: then it is
 * that. */
static enum envelope_kind envelope_said(struct reading *r)
{
	struct envelope *e = r->e;

	if (!is_message(r, r->event) || !e->user || !e->text || e->bot_id)
		return ENVELOPE_OTHER;
	return e->edited_ts ? ENVELOPE_EDITED : ENVELOPE_MENTION;
}

static enum envelope_kind app_mention(struct reading *r)
{
	message_facts(r, r->event);
	return envelope_said(r);
}

static enum envelope_kind deleted(struct reading *r)
{
	struct envelope *e = r->e;

	e->object = object_at(r->event, "previous_message");
	return e->channel && e->ts ? ENVELOPE_DELETED : ENVELOPE_OTHER;
}

static enum envelope_kind message_deleted(struct reading *r)
{
	message_facts(r, json_at(r->event, "previous_message"));
	r->e->ts = stamp(r->event, "deleted_ts");
	return deleted(r);
}

/* Apps change their alerts (FIRING, RESOLVED) without an edit that Slack would note: only the words tell. */
static bool envelope_is_rewritten(struct reading *r, const cJSON *m)
{
	const cJSON *before = json_at(r->event, "previous_message");
	struct buf is, was;
	bool differ;

	if (!r->e->event_ts ||
	    !(r->e->bot_id || envelope_same(json_str(m, "subtype"), "bot_message")))
		return false;
	buf_init(&is, BUF_ROOMY);
	buf_init(&was, BUF_ROOMY);
	words_of_message(&is, "T", m);
	words_of_message(&was, "T", before);
	differ = cJSON_IsObject(before) && strcmp(is.s, was.s);
	buf_release(&was);
	buf_release(&is);
	return differ;
}

static enum envelope_kind message_changed(struct reading *r)
{
	const cJSON *m = json_at(r->event, "message");
	struct envelope *e = r->e;

	message_facts(r, m);
	/* A deleted parent of a thread isn't absent: Slack puts a tombstone in its place. */
	if (envelope_same(json_str(m, "subtype"), "tombstone"))
		return deleted(r);
	/* An unfurl changes a message too; it keeps `edited` (and the text) from an earlier edit. */
	if (!e->edited_ts ||
	    (envelope_same(e->text, json_str(r->event, "previous_message.text")) &&
	     envelope_same(e->edited_ts, json_str(r->event, "previous_message.edited.ts")))) {
		if (!envelope_is_rewritten(r, m))
			return ENVELOPE_OTHER;
		e->edited_ts = e->event_ts;
	}
	return is_message(r, m) ? ENVELOPE_EDITED : ENVELOPE_OTHER;
}

/* Subtypes that are still somebody saying something; the others are notices of Slack's. */
static bool plain_message(const char *subtype)
{
	return !subtype || envelope_same(subtype, "file_share") ||
	       envelope_same(subtype, "me_message") || envelope_same(subtype, "thread_broadcast");
}

static enum envelope_kind message(struct reading *r)
{
	const char *subtype = json_str(r->event, "subtype");
	struct envelope *e = r->e;

	if (envelope_same(subtype, "message_changed"))
		return message_changed(r);
	if (envelope_same(subtype, "message_deleted"))
		return message_deleted(r);
	message_facts(r, r->event);
	if (e->direct)
		return plain_message(subtype) ? envelope_said(r) : ENVELOPE_OTHER;
	if (!plain_message(subtype) && !envelope_same(subtype, "bot_message"))
		return ENVELOPE_OTHER;
	return is_message(r, r->event) ? ENVELOPE_MESSAGE : ENVELOPE_OTHER;
}

/* ":+1::skin-tone-2:" is "+1": one emoji, whatever the hand looks like. */
static const char *emoji_name(struct reading *r, const char *s)
{
	size_t colon, len;
	const char *tone;

	if (!s)
		return NULL;
	colon = *s == ':';
	tone = strstr(s + colon, "::");
	len = tone ? (size_t)(tone - s - colon) : strcspn(s + colon, ":");
	return len ? arena_strndup(r->a, s + colon, len) : NULL;
}

static enum envelope_kind reaction(struct reading *r)
{
	struct envelope *e = r->e;

	e->user = id(r->event, "user");
	e->item_user = id(r->event, "item_user");
	e->reaction = emoji_name(r, json_str(r->event, "reaction"));
	e->in = envelope_same(json_str(r->event, "type"), "reaction_added");
	/* Files had reactions of their own once. */
	if (envelope_same(json_str(r->event, "item.type"), "message"))
		e->ts = stamp(r->event, "item.ts");
	return e->team && e->channel && e->ts && e->user && e->reaction && e->event_ts
		       ? ENVELOPE_REACTION
		       : ENVELOPE_OTHER;
}

static enum envelope_kind pin(struct reading *r)
{
	const cJSON *m = json_at(r->event, "item.message");
	struct envelope *e = r->e;

	e->user = id(r->event, "user");
	e->item_user = id_or(r->event, "item_user", "item.message.user");
	e->in = envelope_same(json_str(r->event, "type"), "pin_added");
	e->ts = stamp(m, "ts");
	return is_message(r, m) && e->user && e->event_ts ? ENVELOPE_PIN : ENVELOPE_OTHER;
}

static enum envelope_kind envelope_member(struct reading *r)
{
	struct envelope *e = r->e;

	e->user = id(r->event, "user");
	e->in = envelope_same(json_str(r->event, "type"), "member_joined_channel");
	return e->team && e->channel && e->user ? ENVELOPE_MEMBER : ENVELOPE_OTHER;
}

static enum envelope_kind home_opened(struct reading *r)
{
	struct envelope *e = r->e;

	e->user = id(r->event, "user");
	e->in = envelope_same(json_str(r->event, "tab"), "home");
	return e->team && e->user ? ENVELOPE_HOME : ENVELOPE_OTHER;
}

static enum envelope_kind envelope_renamed(struct reading *r)
{
	struct envelope *e = r->e;

	e->channel_name = json_str(r->event, "channel.name");
	return e->team && e->channel && e->channel_name ? ENVELOPE_CHANNEL : ENVELOPE_OTHER;
}

static enum envelope_kind envelope_moved(struct reading *r)
{
	struct envelope *e = r->e;

	e->channel = id(r->event, "old_channel_id");
	e->value = id(r->event, "new_channel_id");
	return e->team && e->channel && e->value ? ENVELOPE_MOVED : ENVELOPE_OTHER;
}

static enum envelope_kind envelope_opened(struct reading *r)
{
	return r->e->team && r->e->channel ? ENVELOPE_OPENED : ENVELOPE_OTHER;
}

static enum envelope_kind user(struct reading *r)
{
	struct envelope *e = r->e;

	e->user = id(r->event, "user.id");
	e->object = object_at(r->event, "user");
	return e->team && e->user && e->object ? ENVELOPE_USER : ENVELOPE_OTHER;
}

static enum envelope_kind group(struct reading *r)
{
	r->e->value = id(r->event, "subteam_id");
	return r->e->team && r->e->value ? ENVELOPE_GROUP : ENVELOPE_OTHER;
}

/* A type of Slack's, and who reads it; what is in no table is OTHER. */
struct reader {
	const char *type;
	enum envelope_kind (*read)(struct reading *r);
	const char *scopes, *subscriptions; /* of events: envelope.h */
};

static const struct reader events[] = {
	{ .type = "app_mention", .read = app_mention, .scopes = "app_mentions:read" },
	{ .type = "message",
	  .read = message,
	  .scopes = "channels:history groups:history im:history",
	  .subscriptions = "message.channels message.groups message.im" },
	{ .type = "member_joined_channel",
	  .read = envelope_member,
	  .scopes = "channels:read groups:read" },
	{ .type = "member_left_channel",
	  .read = envelope_member,
	  .scopes = "channels:read groups:read" },
	{ .type = "app_home_opened", .read = home_opened },
	{ .type = "channel_created", .read = envelope_renamed, .scopes = "channels:read" },
	{ .type = "channel_rename", .read = envelope_renamed, .scopes = "channels:read" },
	{ .type = "group_rename", .read = envelope_renamed, .scopes = "groups:read" },
	{ .type = "channel_id_changed", .read = envelope_moved, .scopes = "channels:read" },
	{ .type = "channel_unarchive", .read = envelope_opened, .scopes = "channels:read" },
	{ .type = "group_unarchive", .read = envelope_opened, .scopes = "groups:read" },
	{ .type = "user_change", .read = user, .scopes = "users:read" },
	{ .type = "team_join", .read = user, .scopes = "users:read" },
	{ .type = "subteam_members_changed", .read = group, .scopes = "usergroups:read" },
	{ .type = "reaction_added", .read = reaction, .scopes = "reactions:read" },
	{ .type = "reaction_removed", .read = reaction, .scopes = "reactions:read" },
	{ .type = "pin_added", .read = pin, .scopes = "pins:read" },
	{ .type = "pin_removed", .read = pin, .scopes = "pins:read" },
	{ .type = NULL },
};

struct envelope_event envelope_event_at(size_t i)
{
	const struct reader *r = &events[i];

	return (struct envelope_event){ r->type, r->subscriptions ? r->subscriptions : r->type,
					r->scopes };
}

/* Runs the reader of `inner` and says in full what type the envelope is. */
static enum envelope_kind envelope_dispatch(struct reading *r, const struct reader *table,
					    const char *inner)
{
	if (!inner)
		return ENVELOPE_OTHER;
	r->e->type = arena_join(r->a, r->e->type, "/", inner);
	for (; table->type; table++)
		if (!strcmp(table->type, inner))
			return table->read(r);
	return ENVELOPE_OTHER;
}

static enum envelope_kind event_callback(struct reading *r)
{
	struct envelope *e = r->e;

	r->event = json_at(r->payload, "event");
	e->event_id = json_str(r->payload, "event_id");
	e->team = id(r->payload, "team_id");
	e->installed = id(r->payload, "authorizations[0].team_id");
	e->user_team = id_or(r->event, "user_team", "user.team_id");
	e->event_time = json_int(r->payload, "event_time", 0);
	/* `channel` is an object in renames, and in reactions stands with the item. */
	e->channel = id_or(r->event, "channel", "channel.id");
	if (!e->channel)
		e->channel = id_or(r->event, "channel_id", "item.channel");
	e->event_ts = stamp(r->event, "event_ts");
	e->direct = envelope_same(json_str(r->event, "channel_type"), "im");
	e->openness_told = json_str(r->event, "channel_type");
	e->private_ = envelope_same(json_str(r->event, "channel_type"), "group") ||
		      envelope_same(json_str(r->event, "channel_type"), "mpim");
	return envelope_dispatch(r, events, json_str(r->event, "type"));
}

/* ---- interactive ---- */

static enum envelope_kind block_actions(struct reading *r)
{
	const cJSON *action = json_at(r->payload, "actions[0]");
	struct envelope *e = r->e;

	e->action_id = json_str(action, "action_id");
	e->value = json_str(action, "value");
	if (!e->value)
		e->value = json_str(action, "selected_option.value");
	e->event_ts = stamp(action, "action_ts");
	e->home = envelope_same(json_str(r->payload, "view.type"), "home");
	e->modal = envelope_same(json_str(r->payload, "view.type"), "modal");
	e->view_id = id(r->payload, "view.id");
	return e->team && e->user && e->action_id ? ENVELOPE_BUTTON : ENVELOPE_OTHER;
}

static enum envelope_kind view_submission(struct reading *r)
{
	struct envelope *e = r->e;

	e->view_state = json(r, json_at(r->payload, "view.state.values"));
	if (!e->view_state)
		e->view_state = "";
	e->view_id = id(r->payload, "view.id");
	e->callback_id = json_str(r->payload, "view.callback_id");
	e->private_metadata = json_str(r->payload, "view.private_metadata");
	return e->team && e->user && e->callback_id ? ENVELOPE_SUBMIT : ENVELOPE_OTHER;
}

static enum envelope_kind message_action(struct reading *r)
{
	const cJSON *m = json_at(r->payload, "message");
	struct envelope *e = r->e;

	e->callback_id = json_str(r->payload, "callback_id");
	e->ts = stamp(m, "ts");
	/* The message itself doesn't always say its ts, the payload does. */
	if (!e->ts)
		e->ts = stamp(r->payload, "message_ts");
	return is_message(r, m) && e->user && e->callback_id ? ENVELOPE_MESSAGE_SHORTCUT
							     : ENVELOPE_OTHER;
}

static enum envelope_kind shortcut(struct reading *r)
{
	struct envelope *e = r->e;

	e->callback_id = json_str(r->payload, "callback_id");
	return e->team && e->user && e->callback_id ? ENVELOPE_GLOBAL_SHORTCUT : ENVELOPE_OTHER;
}

static const struct reader interactions[] = {
	{ .type = "block_actions", .read = block_actions },
	{ .type = "view_submission", .read = view_submission },
	{ .type = "message_action", .read = message_action },
	{ .type = "shortcut", .read = shortcut },
	{ .type = NULL },
};

static enum envelope_kind interactive(struct reading *r)
{
	const cJSON *p = r->payload;
	struct envelope *e = r->e;

	/* `team` is null where the app is installed for a whole organisation. */
	e->team = id_or(p, "team.id", "user.team_id");
	e->user = id(p, "user.id");
	e->user_team = id(p, "user.team_id");
	e->user_name = json_str(p, json_str(p, "user.username") ? "user.username" : "user.name");
	e->channel = id_or(p, "channel.id", "container.channel_id");
	channel_called(r, json_str(p, "channel.name"));
	e->ts = stamp(p, "container.message_ts");
	if (!e->ts)
		e->ts = stamp(p, "message.ts");
	e->thread_ts = stamp(p, "container.thread_ts");
	if (!e->thread_ts)
		e->thread_ts = stamp(p, "message.thread_ts");
	e->trigger_id = json_str(p, "trigger_id");
	e->response_url = json_str(p, "response_url");
	return envelope_dispatch(r, interactions, json_str(p, "type"));
}

/* ---- the frame ---- */

static const struct reader envelopes[] = {
	{ .type = "slash_commands", .read = envelope_command },
	{ .type = "events_api", .read = event_callback },
	{ .type = "interactive", .read = interactive },
};

/* Frames of Slack's own that want no ack. */
static enum envelope_kind greeting(struct reading *r)
{
	struct envelope *e = r->e;

	e->connections = json_int(r->frame, "num_connections", 0);
	e->reason = json_str(r->frame, "reason");
	if (envelope_same(e->type, "hello"))
		return ENVELOPE_HELLO;
	return envelope_same(e->type, "disconnect") ? ENVELOPE_DISCONNECT : ENVELOPE_JUNK;
}

static enum envelope_kind envelope(struct reading *r)
{
	struct envelope *e = r->e;
	size_t i;

	e->answers = json_true(r->frame, "accepts_response_payload");
	e->retry = json_int(r->frame, "retry_attempt", 0);
	for (i = 0; i < sizeof(envelopes) / sizeof(*envelopes); i++)
		if (envelope_same(envelopes[i].type, e->type))
			return envelopes[i].read(r);
	return ENVELOPE_OTHER;
}

/* ---- frames that are no JSON: what must be acked all the same ---- */

#define ID_BYTES 256

/* The string whose opening quote is at s[at]: what follows its closing quote, len if it never ends.
 */
static size_t behind_string(const char *s, size_t len, size_t at)
{
	for (at++; at < len && s[at] != '"'; at++)
		if (s[at] == '\\')
			at++;
	return at < len ? at + 1 : len;
}

static size_t envelope_skip_space(const char *s, size_t len, size_t at)
{
	while (at < len && isspace((unsigned char)s[at]))
		at++;
	return at;
}

/* The string from s[at] on, quotes taken off, if it is one that can be an id: short, plain ASCII.
 */
static const char *plain_string(const char *s, size_t len, size_t at, struct arena *a)
{
	size_t end, i;

	if (at >= len || s[at] != '"')
		return NULL;
	end = behind_string(s, len, at);
	if (end < at + 3 || end - at > ID_BYTES || s[end - 1] != '"')
		return NULL;
	for (i = at + 1; i < end - 1; i++)
		if (s[i] <= ' ' || s[i] > '~' || s[i] == '\\')
			return NULL;
	return arena_strndup(a, s + at + 1, end - at - 2);
}

/* "envelope_id":"…" at the outermost level; inside, and in texts, anybody could have written it. */
static const char *salvage_id(const char *s, size_t len, struct arena *a)
{
	static const char name[] = "\"envelope_id\"";
	size_t at = envelope_skip_space(s, len, 0), end, depth = 0;

	if (at < len && s[at] != '{')
		return NULL;
	for (; at < len; at = end) {
		end = at + 1;
		if (s[at] == '{' || s[at] == '[')
			depth++;
		else if (s[at] == '}' || s[at] == ']')
			depth--;
		if (!depth)
			return NULL;
		if (s[at] != '"')
			continue;
		end = behind_string(s, len, at);
		if (depth > 1 || end - at != strlen(name) || memcmp(s + at, name, strlen(name)))
			continue;
		end = envelope_skip_space(s, len, end);
		if (end < len && s[end] == ':')
			return plain_string(s, len, envelope_skip_space(s, len, end + 1), a);
	}
	return NULL;
}

void envelope_read(const char *frame, size_t len, struct arena *a, struct envelope *e)
{
	struct reading r = { .a = a, .e = e };
	const cJSON *j = json_read_in(a, frame, len);

	*e = (struct envelope){ .kind = ENVELOPE_JUNK, .type = "" };
	if (!j) {
		e->id = salvage_id(frame, len, a);
		e->kind = e->id ? ENVELOPE_OTHER : ENVELOPE_JUNK;
		return;
	}
	r.frame = j;
	r.payload = json_at(j, "payload");
	e->id = json_str(j, "envelope_id");
	if (json_str(j, "type"))
		e->type = json_str(j, "type");
	if (e->id && !*e->id)
		e->id = NULL;
	e->kind = e->id ? envelope(&r) : greeting(&r);
}

/* ---- people ---- */

static const char *envelope_name_of(const cJSON *u)
{
	static const char *const paths[] = {
		"profile.display_name",
		"real_name",
		"profile.real_name",
		"name",
	};
	const char *name;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		name = json_str(u, paths[i]);
		/* Slack gives "" for a display name that was never set. */
		if (name && name[strspn(name, " \t\n")])
			return name;
	}
	return NULL;
}

/* Of another organisation, or of a workspace of the same Grid that isn't ours. */
static bool is_elsewhere(const cJSON *u, const char *place)
{
	const char *team = json_str(u, "team_id");
	const cJSON *one;

	if (!place || !team || envelope_same(team, place))
		return false;
	cJSON_ArrayForEach(one, json_at(u, "enterprise_user.teams"))
		if (cJSON_IsString(one) && envelope_same(one->valuestring, place))
			return false;
	return true;
}

static enum rank rank_of(const cJSON *u, const char *place)
{
	if (json_true(u, "is_bot"))
		return RANK_BOT;
	if (json_true(u, "deleted"))
		return RANK_GONE;
	if (json_true(u, "is_stranger") || is_elsewhere(u, place))
		return RANK_STRANGER;
	if (json_true(u, "is_restricted") || json_true(u, "is_ultra_restricted"))
		return RANK_GUEST;
	if (json_at(u, "id") || json_at(u, "is_restricted") || json_at(u, "is_bot"))
		return RANK_MEMBER;
	return RANK_UNKNOWN;
}

void person_read(const cJSON *u, const char *place, struct arena *a, struct person *p)
{
	const char *ref = json_str(u, "id"), *zone = json_str(u, "tz");
	int64_t offset = json_int(u, "tz_offset", INT64_MAX);
	bool offset_known = offset > -86400 && offset < 86400;

	*p = (struct person){
		.ref = ref && mrkdwn_id(ref, strlen(ref)) ? arena_strdup(a, ref) : NULL,
		.name = arena_strdup(a, envelope_name_of(u)),
		.zone = zone && *zone ? arena_strdup(a, zone) : NULL,
		.zone_offset_s = offset_known ? (int)offset : 0,
		.rank = rank_of(u, place),
	};
	p->zone_known = p->zone || offset_known;
}
