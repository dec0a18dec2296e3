/*
 * slackd_messages: the workspace's messages, reactions, pins (slackd_model.h).
 */
#include "tests/slackd/slackd_model_private.h"

/* ---- messages ---- */

const char *sl_ts(const struct sl_message *m)
{
	return jstr(m->json, "ts");
}

const char *sl_thread(const struct sl_message *m)
{
	const char *thread = jstr(m->json, "thread_ts");

	return thread && strcmp(thread, sl_ts(m)) != 0 ? thread : NULL;
}

bool sl_own(const struct sl_message *m)
{
	const char *user = jstr(m->json, "user"), *subtype = jstr(m->json, "subtype");

	return user && strcmp(user, SL_BOT_USER) == 0 &&
	       (!subtype || strcmp(subtype, "file_share") == 0);
}

void sl_permalink(const struct sl_team *t, struct buf *out, const struct sl_channel *c,
		  const struct sl_message *m)
{
	const char *p, *thread = sl_thread(m);

	buf_addf(out, "%s/archives/%s/p", t->url, c->id);
	for (p = sl_ts(m); *p; p++)
		if (*p != '.')
			buf_addc(out, *p);
	if (thread)
		buf_addf(out, "?thread_ts=%s&cid=%s", thread, c->id);
}

cJSON *sl_message_json(const struct sl_message *m, bool metadata)
{
	cJSON *o = cJSON_Duplicate(m->json, true);

	if (!metadata)
		cJSON_DeleteItemFromObjectCaseSensitive(o, "metadata");
	return o;
}

/* Most that are gone never had a reply: all of a channel need not be looked through for each of them. */
bool sl_tombstone(const struct sl_channel *c, const struct sl_message *m)
{
	const struct sl_message *reply = NULL;

	if (m->gone && cJSON_HasObjectItem(m->json, "reply_count"))
		reply = c->messages;
	for (; reply; reply = reply->next)
		if (!reply->gone && sl_thread(reply) && strcmp(sl_thread(reply), sl_ts(m)) == 0)
			return true;
	return false;
}

cJSON *sl_tombstone_json(const struct sl_message *m)
{
	static const char *const kept[] = { "type",	   "ts",	  "thread_ts",
					    "reply_count", "reply_users", "latest_reply" };
	cJSON *o = cJSON_CreateObject();
	size_t i;

	for (i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (cJSON_HasObjectItem(m->json, kept[i]))
			cJSON_AddItemToObject(
				o, kept[i],
				cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(m->json, kept[i]),
						true));
	jset(o, "user", "USLACKBOT");
	jset(o, "subtype", "tombstone");
	jset(o, "text", "This message was deleted.");
	return o;
}

struct sl_message *sl_message(struct sl_channel *c, const char *ts)
{
	struct sl_message *m;

	for (m = c->messages; m; m = m->next)
		if (ts && !m->gone && strcmp(sl_ts(m), ts) == 0)
			return m;
	return NULL;
}

void sl_bot_fields(cJSON *o)
{
	cJSON *profile;

	jset(o, "bot_id", SL_BOT);
	jset(o, "app_id", SL_APP);
	profile = cJSON_AddObjectToObject(o, "bot_profile");
	jset(profile, "id", SL_BOT);
	jset(profile, "app_id", SL_APP);
	jset(profile, "name", SL_BOT_NAME);
	jset(profile, "team_id", SL_TEAM);
}

static cJSON *message_event(const struct sl_channel *c, cJSON *base)
{
	if (!sl_member(c, SL_BOT_USER)) {
		cJSON_Delete(base);
		return NULL;
	}
	cJSON_DeleteItemFromObjectCaseSensitive(base, "metadata");
	jset(base, "type", "message");
	jset(base, "channel", c->id);
	jset(base, "channel_type", sl_channel_type(c));
	jset(base, "event_ts", jstr(base, "ts"));
	return base;
}

static void mention_event(struct sl_team *t, struct sl_channel *c, const struct sl_message *m)
{
	const char *text = jstr(m->json, "text");
	cJSON *e;

	if (c->im || sl_own(m) || !text || !strstr(text, "<@" SL_BOT_USER))
		return;
	e = message_event(c, sl_message_json(m, false));
	if (!e)
		return;
	jset(e, "type", "app_mention");
	jset(e, "channel_type", NULL);
	sl_emit(t, e);
}

static void set_number(cJSON *o, const char *key, double value)
{
	cJSON_DeleteItemFromObjectCaseSensitive(o, key);
	cJSON_AddNumberToObject(o, key, value);
}

/* What a parent tells of its thread, from the replies that are there. */
static void count_replies(const struct sl_channel *c, struct sl_message *parent)
{
	static const char *const told[] = { "thread_ts", "reply_count", "reply_users",
					    "latest_reply" };
	cJSON *users = cJSON_CreateArray(), *o = parent->json;
	const struct sl_message *m, *latest = NULL;
	size_t i;
	int n = 0;

	for (m = c->messages; m; m = m->next) {
		if (m->gone || !sl_thread(m) || strcmp(sl_thread(m), sl_ts(parent)) != 0)
			continue;
		n++;
		latest = m;
		if (!jhas(users, jstr(m->json, "user")))
			cJSON_AddItemToArray(users, cJSON_CreateString(jstr(m->json, "user")));
	}
	for (i = 0; i < sizeof(told) / sizeof(*told); i++)
		cJSON_DeleteItemFromObjectCaseSensitive(o, told[i]);
	if (!latest) {
		cJSON_Delete(users);
		return;
	}
	jset(o, "thread_ts", sl_ts(parent));
	set_number(o, "reply_count", n);
	cJSON_AddItemToObject(o, "reply_users", users);
	jset(o, "latest_reply", sl_ts(latest));
}

void sl_insert(struct sl_channel *c, struct sl_message *m)
{
	struct sl_message **at = &c->messages;

	if (c->newest && strcmp(sl_ts(c->newest), sl_ts(m)) < 0)
		at = &c->newest->next; /* as nearly always */
	while (*at && strcmp(sl_ts(*at), sl_ts(m)) < 0)
		at = &(*at)->next;
	m->next = *at;
	*at = m;
	if (!m->next)
		c->newest = m;
}

void sl_message_changed(struct sl_team *t, struct sl_channel *c, struct sl_message *m)
{
	if (t->changed.message)
		t->changed.message(c, m, t->changed.arg);
}

static void thread_changed(struct sl_team *t, struct sl_channel *c, struct sl_message *parent)
{
	if (!parent)
		return;
	count_replies(c, parent);
	sl_message_changed(t, c, parent);
}

struct sl_message *sl_post(struct sl_team *t, struct sl_channel *c, const char *user, cJSON *fields)
{
	struct sl_user *who = sl_user(t, user);
	struct sl_message *m = sl_made(sizeof(*m)), *parent;
	const char *thread = jstr(fields, "thread_ts");
	char ts[32];

	sl_next_ts(t, ts);
	jset(fields, "type", "message");
	if (cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(fields, "user")))
		cJSON_DeleteItemFromObjectCaseSensitive(fields, "user"); /* an app that has none */
	else
		jset(fields, "user", user);
	jset(fields, "ts", ts);
	jset(fields, "team", SL_TEAM);
	if (!jstr(fields, "text"))
		jset(fields, "text", "");
	if (who && who->bot && !jstr(fields, "subtype") && !jstr(fields, "bot_id"))
		sl_bot_fields(fields); /* of another app if it says so */
	m->json = fields;
	parent = thread ? sl_message(c, thread) : NULL;
	if (parent)
		jset(fields, "parent_user_id", jstr(parent->json, "user"));
	sl_insert(c, m);
	sl_message_changed(t, c, m);
	thread_changed(t, c, parent);
	sl_emit(t, message_event(c, sl_message_json(m, false)));
	mention_event(t, c, m);
	return m;
}

static void changed_event(struct sl_team *t, struct sl_channel *c, const char *subtype, cJSON *now,
			  cJSON *was)
{
	cJSON *e = cJSON_CreateObject();
	char ts[32];

	sl_next_ts(t, ts);
	jset(e, "subtype", subtype);
	jset(e, "ts", ts);
	cJSON_AddBoolToObject(e, "hidden", true);
	if (now)
		cJSON_AddItemToObject(e, "message", now);
	else
		jset(e, "deleted_ts", jstr(was, "ts"));
	cJSON_AddItemToObject(e, "previous_message", was);
	sl_emit(t, message_event(c, e));
}

void sl_edit(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user,
	     cJSON *fields)
{
	cJSON *was = sl_message_json(m, false), *field, *next, *edited;
	char ts[32];

	sl_next_ts(t, ts);
	for (field = fields->child; field; field = next) {
		next = field->next;
		cJSON_DetachItemViaPointer(fields, field);
		cJSON_DeleteItemFromObjectCaseSensitive(m->json, field->string);
		cJSON_AddItemToObject(m->json, field->string, field);
	}
	cJSON_Delete(fields);
	cJSON_DeleteItemFromObjectCaseSensitive(m->json, "edited");
	edited = cJSON_AddObjectToObject(m->json, "edited");
	jset(edited, "user", user);
	jset(edited, "ts", ts);
	m->edits++;
	sl_message_changed(t, c, m);
	changed_event(t, c, "message_changed", sl_message_json(m, false), was);
}

/* Also one that is gone: with its last reply its stone goes as well. */
static struct sl_message *parent_of(const struct sl_channel *c, const struct sl_message *reply)
{
	struct sl_message *m;

	for (m = sl_thread(reply) ? c->messages : NULL; m; m = m->next)
		if (strcmp(sl_ts(m), sl_thread(reply)) == 0)
			return m;
	return NULL;
}

void sl_reply_counts(const struct sl_channel *c, const struct sl_message *reply)
{
	struct sl_message *parent = parent_of(c, reply);
	const char *latest = parent ? jstr(parent->json, "latest_reply") : NULL;

	if (parent && (!latest || strcmp(latest, sl_ts(reply)) < 0))
		count_replies(c, parent);
}

void sl_delete(struct sl_team *t, struct sl_channel *c, struct sl_message *m)
{
	m->gone = true;
	sl_message_changed(t, c, m);
	thread_changed(t, c, parent_of(c, m));
	changed_event(t, c, "message_deleted", NULL, sl_message_json(m, false));
}

/* ---- reactions and pins ---- */

static cJSON *reaction_of(const struct sl_message *m, const char *name)
{
	cJSON *r;

	cJSON_ArrayForEach(r, cJSON_GetObjectItemCaseSensitive(m->json, "reactions"))
		if (jstr(r, "name") && strcmp(jstr(r, "name"), name) == 0)
			return r;
	return NULL;
}

static void reaction_event(struct sl_team *t, struct sl_channel *c, struct sl_message *m,
			   const char *type, const char *user, const char *name)
{
	cJSON *e = sl_event_in(c, type), *item;

	if (!e)
		return;
	jset(e, "user", user);
	jset(e, "reaction", name);
	jset(e, "item_user", jstr(m->json, "user"));
	item = cJSON_AddObjectToObject(e, "item");
	jset(item, "type", "message");
	jset(item, "channel", c->id);
	jset(item, "ts", sl_ts(m));
	sl_emit(t, e);
}

int sl_react(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user,
	     const char *name)
{
	cJSON *all = cJSON_GetObjectItemCaseSensitive(m->json, "reactions"),
	      *r = reaction_of(m, name), *users;

	if (r && jhas(cJSON_GetObjectItemCaseSensitive(r, "users"), user))
		return 1;
	if (!all)
		all = cJSON_AddArrayToObject(m->json, "reactions");
	if (!r) {
		r = cJSON_CreateObject();
		jset(r, "name", name);
		cJSON_AddArrayToObject(r, "users");
		cJSON_AddNumberToObject(r, "count", 0);
		cJSON_AddItemToArray(all, r);
	}
	users = cJSON_GetObjectItemCaseSensitive(r, "users");
	cJSON_AddItemToArray(users, cJSON_CreateString(user));
	cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(r, "count"),
			     cJSON_GetArraySize(users));
	sl_message_changed(t, c, m);
	reaction_event(t, c, m, "reaction_added", user, name);
	return 0;
}

int sl_unreact(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user,
	       const char *name)
{
	cJSON *all = cJSON_GetObjectItemCaseSensitive(m->json, "reactions"),
	      *r = reaction_of(m, name), *users;

	users = cJSON_GetObjectItemCaseSensitive(r, "users");
	if (!jhas(users, user))
		return 1;
	cJSON_DeleteItemFromArray(users, sl_at(users, user));
	cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(r, "count"),
			     cJSON_GetArraySize(users));
	if (cJSON_GetArraySize(users) == 0)
		cJSON_Delete(cJSON_DetachItemViaPointer(all, r));
	sl_message_changed(t, c, m);
	reaction_event(t, c, m, "reaction_removed", user, name);
	return 0;
}

static void pin_event(struct sl_team *t, struct sl_channel *c, struct sl_message *m,
		      const char *type, const char *user)
{
	cJSON *e = sl_event_in(c, type), *item, *message;
	struct buf link;

	if (!e)
		return;
	jset(e, "user", user);
	jset(e, "channel_id", c->id);
	jset(e, "item_user", jstr(m->json, "user"));
	item = cJSON_AddObjectToObject(e, "item");
	jset(item, "type", "message");
	jset(item, "channel", c->id);
	jset(item, "created_by", user);
	cJSON_AddNumberToObject(item, "created", (double)sl_seconds(t->now_ms(t->arg)));
	message = sl_message_json(m, false);
	buf_init(&link, BUF_ROOMY);
	sl_permalink(t, &link, c, m);
	jset(message, "permalink", link.s);
	buf_release(&link);
	cJSON_AddItemToObject(item, "message", message);
	sl_emit(t, e);
}

int sl_pin(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user)
{
	cJSON *to, *info;

	if (cJSON_HasObjectItem(m->json, "pinned_to"))
		return 1;
	to = cJSON_AddArrayToObject(m->json, "pinned_to");
	cJSON_AddItemToArray(to, cJSON_CreateString(c->id));
	info = cJSON_AddObjectToObject(m->json, "pinned_info");
	jset(info, "channel", c->id);
	jset(info, "pinned_by", user);
	cJSON_AddNumberToObject(info, "pinned_ts", (double)sl_seconds(t->now_ms(t->arg)));
	sl_message_changed(t, c, m);
	sl_notice(t, c, user, "pinned_item", "pinned a message to this channel.");
	pin_event(t, c, m, "pin_added", user);
	return 0;
}

int sl_unpin(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user)
{
	if (!cJSON_HasObjectItem(m->json, "pinned_to"))
		return 1;
	cJSON_DeleteItemFromObjectCaseSensitive(m->json, "pinned_to");
	cJSON_DeleteItemFromObjectCaseSensitive(m->json, "pinned_info");
	sl_message_changed(t, c, m);
	pin_event(t, c, m, "pin_removed", user);
	return 0;
}
