/*
 * slackd_people: what people do, as the payloads that Slack makes of it.
 */
#include "tests/slackd/slackd_private.h"

static void token_make(struct slackd *d, char token[24], char trigger[48])
{
	unsigned n = d->next_envelope + 1;

	snprintf(token, 24, "rsp%08u", n);
	snprintf(trigger, 48, "13345224609.738474920.%08u", n);
}

static void response_url(struct slackd *d, cJSON *payload, const char *path, const char *token)
{
	char url[128];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/%s/" SL_TEAM "/1/%s", d->port, path, token);
	jset(payload, "response_url", url);
}

static cJSON *person(struct slackd *d, const char *id)
{
	struct sl_user *u = sl_user(d->team, id);
	cJSON *o = cJSON_CreateObject();

	jset(o, "id", id);
	jset(o, "username", u ? u->name : id);
	jset(o, "name", u ? u->name : id);
	jset(o, "team_id", SL_TEAM);
	return o;
}

static cJSON *place(struct slackd *d, const char *id)
{
	struct sl_channel *c = sl_channel(d->team, id);
	cJSON *o = cJSON_CreateObject();

	jset(o, "id", id);
	jset(o, "name", !c || c->private_ ? "privategroup" : c->im ? "directmessage" : c->name);
	return o;
}

static cJSON *team(void)
{
	cJSON *o = cJSON_CreateObject();

	jset(o, "id", SL_TEAM);
	jset(o, "domain", "slackd");
	return o;
}

struct sl_envelope *slackd_says(struct slackd *d, const char *user, const char *channel,
				const char *line)
{
	struct sl_user *u = sl_user(d->team, user);
	struct sl_channel *c = sl_channel(d->team, channel);
	size_t word = strcspn(line, " \n");
	char token[24], trigger[48], command[64];
	cJSON *p = cJSON_CreateObject();

	token_make(d, token, trigger);
	snprintf(command, sizeof(command), "%.*s", (int)word, line);
	jset(p, "token", "verification");
	jset(p, "team_id", SL_TEAM);
	jset(p, "team_domain", "slackd");
	jset(p, "channel_id", channel);
	jset(p, "channel_name", !c || c->private_ ? "privategroup" : c->name);
	jset(p, "user_id", user);
	jset(p, "user_name", u ? u->name : user);
	jset(p, "command", command);
	jset(p, "text", line[word] ? line + word + 1 : "");
	jset(p, "api_app_id", SL_APP);
	jset(p, "is_enterprise_install", "false");
	response_url(d, p, "commands", token);
	jset(p, "trigger_id", trigger);
	return slackd_deliver(d, "slash_commands", p, true, user, channel, token);
}

/* An ephemeral message has no ts of its own in what is kept of it. */
static const char *shown_ts(const struct slackd *d, const cJSON *message)
{
	const struct sl_shown *s;

	for (s = d->shown; s; s = s->next)
		if (s->json == message)
			return s->ts;
	return "1.000001";
}

static const char *shown_thread(const struct slackd *d, const cJSON *message)
{
	const struct sl_shown *s;

	for (s = d->shown; s; s = s->next)
		if (s->json == message && s->thread_ts[0])
			return s->thread_ts;
	return jstr(message, "thread_ts");
}

struct sl_envelope *slackd_press(struct slackd *d, const char *user, const char *channel,
				 const cJSON *message, const cJSON *button, const char *block_id)
{
	return slackd_choose(d, user, channel, message, button, block_id, NULL);
}

/* What an element's event tells of it: not its options, but which was chosen. */
static cJSON *action_of(const cJSON *element, const char *block_id, cJSON *chosen)
{
	static const char *const told[] = { "type", "action_id", "text", "value", "style", "url" };
	cJSON *action = chosen ? chosen : cJSON_CreateObject(), *field;
	size_t i;

	for (i = 0; i < sizeof(told) / sizeof(*told); i++) {
		field = cJSON_GetObjectItemCaseSensitive(element, told[i]);
		if (field)
			cJSON_AddItemToObject(action, told[i], cJSON_Duplicate(field, true));
	}
	jset(action, "block_id", block_id);
	jset(action, "action_ts", "1.000002");
	return action;
}

struct sl_envelope *slackd_choose(struct slackd *d, const char *user, const char *channel,
				  const cJSON *message, const cJSON *element, const char *block_id,
				  cJSON *chosen)
{
	char token[24], trigger[48];
	cJSON *p = cJSON_CreateObject(), *container, *actions;
	const char *ts = jstr(message, "ts");

	token_make(d, token, trigger);
	jset(p, "type", "block_actions");
	cJSON_AddItemToObject(p, "user", person(d, user));
	cJSON_AddItemToObject(p, "team", team());
	cJSON_AddItemToObject(p, "channel", place(d, channel));
	container = cJSON_AddObjectToObject(p, "container");
	jset(container, "type", "message");
	jset(container, "channel_id", channel);
	jset(container, "message_ts", ts ? ts : shown_ts(d, message));
	jset(container, "thread_ts", shown_thread(d, message));
	cJSON_AddBoolToObject(container, "is_ephemeral", !ts);
	jset(p, "api_app_id", SL_APP);
	jset(p, "token", "verification");
	jset(p, "trigger_id", trigger);
	response_url(d, p, "actions", token);
	if (ts)
		cJSON_AddItemToObject(p, "message", cJSON_Duplicate(message, true));
	cJSON_AddObjectToObject(cJSON_AddObjectToObject(p, "state"), "values");
	actions = cJSON_AddArrayToObject(p, "actions");
	cJSON_AddItemToArray(actions, action_of(element, block_id, chosen));
	return slackd_deliver(d, "interactive", p, false, user, channel, token);
}

struct sl_envelope *slackd_act(struct slackd *d, const struct sl_view *v, const cJSON *element,
			       const char *block_id, cJSON *chosen)
{
	char token[24], trigger[48];
	cJSON *p = cJSON_CreateObject(), *container;

	token_make(d, token, trigger);
	jset(p, "type", "block_actions");
	cJSON_AddItemToObject(p, "user", person(d, v->user));
	cJSON_AddItemToObject(p, "team", team());
	container = cJSON_AddObjectToObject(p, "container");
	jset(container, "type", "view");
	jset(container, "view_id", v->id);
	jset(p, "api_app_id", SL_APP);
	jset(p, "token", "verification");
	jset(p, "trigger_id", trigger);
	cJSON_AddItemToObject(p, "view", cJSON_Duplicate(v->json, true));
	cJSON_AddItemToArray(cJSON_AddArrayToObject(p, "actions"),
			     action_of(element, block_id, chosen));
	return slackd_deliver(d, "interactive", p, false, v->user, "", token);
}

struct sl_envelope *slackd_open_home(struct slackd *d, const char *user)
{
	struct sl_view *home = slackd_home(d, user);
	cJSON *event = cJSON_CreateObject();
	char ts[32];

	if (!slackd_has_home(d)) {
		cJSON_Delete(event);
		return NULL;
	}
	sl_next_ts(d->team, ts);
	jset(event, "type", "app_home_opened");
	jset(event, "user", user);
	jset(event, "channel", sl_dm(d->team, user)->id);
	jset(event, "tab", "home");
	jset(event, "event_ts", ts);
	if (home)
		cJSON_AddItemToObject(event, "view", cJSON_Duplicate(home->json, true));
	return slackd_event(d, event);
}

struct sl_envelope *slackd_submit(struct slackd *d, const struct sl_view *v, cJSON *values)
{
	char token[24], trigger[48];
	cJSON *p = cJSON_CreateObject(), *view = cJSON_Duplicate(v->json, true), *state;

	token_make(d, token, trigger);
	jset(p, "type", "view_submission");
	cJSON_AddItemToObject(p, "user", person(d, v->user));
	cJSON_AddItemToObject(p, "team", team());
	jset(p, "api_app_id", SL_APP);
	jset(p, "token", "verification");
	jset(p, "trigger_id", trigger);
	cJSON_DeleteItemFromObjectCaseSensitive(view, "state");
	state = cJSON_AddObjectToObject(view, "state");
	cJSON_AddItemToObject(state, "values", values);
	cJSON_AddItemToObject(p, "view", view);
	cJSON_AddArrayToObject(p, "response_urls");
	return slackd_deliver(d, "interactive", p, true, v->user, "", token);
}

struct sl_envelope *slackd_shortcut(struct slackd *d, const char *user, const char *callback_id,
				    const struct sl_channel *c, const struct sl_message *m)
{
	char token[24], trigger[48];
	cJSON *p = cJSON_CreateObject();

	token_make(d, token, trigger);
	jset(p, "type", m ? "message_action" : "shortcut");
	jset(p, "token", "verification");
	jset(p, "action_ts", "1.000003");
	cJSON_AddItemToObject(p, "team", team());
	cJSON_AddItemToObject(p, "user", person(d, user));
	jset(p, "callback_id", callback_id);
	jset(p, "trigger_id", trigger);
	if (m) {
		cJSON_AddItemToObject(p, "channel", place(d, c->id));
		jset(p, "message_ts", sl_ts(m));
		cJSON_AddItemToObject(p, "message", cJSON_Duplicate(m->json, true));
		response_url(d, p, "actions", token);
	}
	return slackd_deliver(d, "interactive", p, false, user, c ? c->id : "", token);
}

struct sl_envelope *slackd_event(struct slackd *d, cJSON *event)
{
	cJSON *p = cJSON_CreateObject(), *all, *one;
	const char *user = jstr(event, "user"), *channel = jstr(event, "channel");
	char id[24];

	if (!slackd_subscribed(d, event)) {
		cJSON_Delete(event);
		cJSON_Delete(p);
		return NULL;
	}
	snprintf(id, sizeof(id), "Ev%08u", d->next_envelope + 1);
	jset(p, "token", "verification");
	jset(p, "team_id", SL_TEAM);
	jset(p, "api_app_id", SL_APP);
	jset(p, "type", "event_callback");
	jset(p, "event_id", id);
	cJSON_AddNumberToObject(p, "event_time", (double)sl_seconds(slackd_now(d)));
	all = cJSON_AddArrayToObject(p, "authorizations");
	one = cJSON_CreateObject();
	jset(one, "team_id", SL_TEAM);
	jset(one, "user_id", SL_BOT_USER);
	cJSON_AddBoolToObject(one, "is_bot", true);
	cJSON_AddItemToArray(all, one);
	cJSON_AddBoolToObject(p, "is_ext_shared_channel", false);
	cJSON_AddItemToObject(p, "event", event);
	return slackd_deliver(d, "events_api", p, false, user, channel, NULL);
}
