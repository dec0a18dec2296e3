#include "tests/support/slackd_model.h"

#include <time.h>

/* ---- JSON in small ---- */

void jset(cJSON *o, const char *key, const char *value)
{
	cJSON_DeleteItemFromObjectCaseSensitive(o, key);
	if (value)
		cJSON_AddStringToObject(o, key, value);
}

const char *jstr(const cJSON *o, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(o, key));
}

static int at_of(const cJSON *array, const char *string)
{
	const cJSON *item;
	int i = 0;

	cJSON_ArrayForEach(item, array) {
		if (cJSON_IsString(item) && strcmp(item->valuestring, string) == 0)
			return i;
		i++;
	}
	return -1;
}

bool jhas(const cJSON *array, const char *string)
{
	return string && at_of(array, string) >= 0;
}

static void *made(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		buf_oom();
	return p;
}

static char *copy(const char *s)
{
	char *p = strdup(s ? s : "");

	if (!p)
		buf_oom();
	return p;
}

static void put(char **where, const char *s)
{
	char *p = copy(s);

	free(*where);
	*where = p;
}

/* ---- the team ---- */

struct sl_team *sl_team_new(int64_t (*now_ms)(void *arg), void (*event)(cJSON *event, void *arg), void *arg)
{
	struct sl_team *t = made(sizeof(*t));

	t->now_ms = now_ms;
	t->event = event;
	t->arg = arg;
	sl_user_add(t, SL_BOT_USER, SL_BOT_NAME, "UTC")->bot = true;
	return t;
}

static void free_channel(struct sl_channel *c)
{
	struct sl_message *m, *next;

	for (m = c->messages; m; m = next) {
		next = m->next;
		cJSON_Delete(m->json);
		free(m);
	}
	cJSON_Delete(c->members);
	cJSON_Delete(c->bookmarks);
	free(c->id);
	free(c->name);
	free(c->topic);
	free(c->purpose);
	free(c->creator);
	free(c);
}

static void free_user(struct sl_user *u)
{
	free(u->id);
	free(u->name);
	free(u->tz);
	free(u);
}

static void free_file(struct sl_file *f)
{
	free(f->id);
	free(f->name);
	free(f->title);
	free(f->data);
	cJSON_Delete(f->shares);
	free(f);
}

static void free_group(struct sl_group *g)
{
	free(g->id);
	free(g->name);
	cJSON_Delete(g->users);
	free(g);
}

#define FREE_LIST(list, kind, one) do { \
		struct kind *p_, *next_; \
		for (p_ = (list); p_; p_ = next_) { \
			next_ = p_->next; \
			one(p_); \
		} \
	} while (0)

void sl_team_free(struct sl_team *t)
{
	if (!t)
		return;
	FREE_LIST(t->channels, sl_channel, free_channel);
	FREE_LIST(t->users, sl_user, free_user);
	FREE_LIST(t->files, sl_file, free_file);
	FREE_LIST(t->groups, sl_group, free_group);
	free(t);
}

/* Unique and growing, as Slack's; but when the test's clock is set back, so are they. */
static void next_ts(struct sl_team *t, char ts[32])
{
	int64_t us = t->now_ms(t->arg) * 1000;

	if (us <= t->last_us && t->last_us - us < 10 * 1000000)
		us = t->last_us + 1;
	t->last_us = us;
	snprintf(ts, 32, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
}

/* An event that happens in a channel reaches the app only while its bot is a member there. */
static cJSON *event_in(const struct sl_channel *c, const char *type)
{
	cJSON *e;

	if (!sl_member(c, SL_BOT_USER))
		return NULL;
	e = cJSON_CreateObject();
	jset(e, "type", type);
	return e;
}

static void emit(struct sl_team *t, cJSON *event)
{
	char ts[32];

	if (!event)
		return;
	if (!jstr(event, "event_ts")) {
		next_ts(t, ts);
		jset(event, "event_ts", ts);
	}
	t->event(event, t->arg);
}

/* ---- people, groups ---- */

struct sl_user *sl_user_add(struct sl_team *t, const char *id, const char *name, const char *tz)
{
	struct sl_user *u = made(sizeof(*u)), **end;

	u->id = copy(id);
	u->name = copy(name);
	u->tz = copy(tz ? tz : "UTC");
	for (end = &t->users; *end; end = &(*end)->next)
		;
	*end = u;
	return u;
}

struct sl_user *sl_user(struct sl_team *t, const char *id)
{
	struct sl_user *u;

	for (u = t->users; u; u = u->next)
		if (id && strcmp(u->id, id) == 0)
			return u;
	return NULL;
}

/* libc knows other zones than the process's only through TZ; tests have one thread. */
static long zone_offset(const char *zone, int64_t now_ms)
{
	char *before = getenv("TZ") ? copy(getenv("TZ")) : NULL;
	time_t at = (time_t)(now_ms / 1000);
	struct tm tm;

	setenv("TZ", zone, 1);
	tzset();
	localtime_r(&at, &tm);
	if (before)
		setenv("TZ", before, 1);
	else
		unsetenv("TZ");
	tzset();
	free(before);
	return tm.tm_gmtoff;
}

cJSON *sl_user_json(struct sl_team *t, const struct sl_user *u)
{
	cJSON *o = cJSON_CreateObject(), *profile = cJSON_AddObjectToObject(o, "profile");

	jset(o, "id", u->id);
	jset(o, "team_id", u->stranger ? "T0OTHER" : SL_TEAM);
	jset(o, "name", u->name);
	jset(o, "real_name", u->name);
	jset(profile, "real_name", u->name);
	jset(profile, "display_name", u->name);
	jset(o, "tz", u->tz);
	jset(o, "tz_label", u->tz);
	cJSON_AddNumberToObject(o, "tz_offset", (double)zone_offset(u->tz, t->now_ms(t->arg)));
	cJSON_AddBoolToObject(o, "is_bot", u->bot);
	cJSON_AddBoolToObject(o, "is_admin", u->admin);
	cJSON_AddBoolToObject(o, "is_restricted", u->guest);
	cJSON_AddBoolToObject(o, "is_ultra_restricted", false);
	cJSON_AddBoolToObject(o, "is_stranger", u->stranger);
	cJSON_AddBoolToObject(o, "deleted", u->deleted);
	return o;
}

struct sl_group *sl_group_add(struct sl_team *t, const char *id, const char *name)
{
	struct sl_group *g = made(sizeof(*g));

	g->id = copy(id);
	g->name = copy(name);
	g->users = cJSON_CreateArray();
	g->next = t->groups;
	t->groups = g;
	return g;
}

/* ---- channels ---- */

struct sl_channel *sl_channel_add(struct sl_team *t, const char *id, const char *name)
{
	struct sl_channel *c = made(sizeof(*c)), **end;
	char fresh[16];

	snprintf(fresh, sizeof(fresh), "C0NEW%04u", t->next_channel + 1);
	if (!id)
		t->next_channel++;
	c->id = copy(id ? id : fresh);
	c->name = copy(name);
	c->topic = copy("");
	c->purpose = copy("");
	c->creator = copy(SL_BOT_USER);
	c->created_ms = t->now_ms(t->arg);
	c->members = cJSON_CreateArray();
	c->bookmarks = cJSON_CreateArray();
	for (end = &t->channels; *end; end = &(*end)->next)
		;
	*end = c;
	return c;
}

struct sl_channel *sl_channel(struct sl_team *t, const char *id)
{
	struct sl_channel *c;

	for (c = t->channels; c; c = c->next)
		if (id && strcmp(c->id, id) == 0)
			return c;
	return NULL;
}

struct sl_channel *sl_channel_named(struct sl_team *t, const char *name)
{
	struct sl_channel *c;

	for (c = t->channels; c; c = c->next)
		if (name && !c->im && strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

struct sl_channel *sl_dm(struct sl_team *t, const char *user)
{
	struct sl_channel *c;
	char id[64];

	snprintf(id, sizeof(id), "D%s", user);
	c = sl_channel(t, id);
	if (c)
		return c;
	c = sl_channel_add(t, id, "directmessage");
	c->im = true;
	cJSON_AddItemToArray(c->members, cJSON_CreateString(user));
	cJSON_AddItemToArray(c->members, cJSON_CreateString(SL_BOT_USER));
	return c;
}

static cJSON *said(const char *value, const char *creator)
{
	cJSON *o = cJSON_CreateObject();

	jset(o, "value", value);
	jset(o, "creator", creator);
	cJSON_AddNumberToObject(o, "last_set", 0);
	return o;
}

cJSON *sl_channel_json(struct sl_team *t, const struct sl_channel *c)
{
	cJSON *o = cJSON_CreateObject();

	jset(o, "id", c->id);
	cJSON_AddNumberToObject(o, "created", (double)(c->created_ms / 1000));
	cJSON_AddBoolToObject(o, "is_im", c->im);
	if (c->im) {
		jset(o, "user", cJSON_GetArrayItem(c->members, 0)->valuestring);
		return o;
	}
	jset(o, "name", c->name);
	jset(o, "creator", c->creator);
	cJSON_AddBoolToObject(o, "is_channel", !c->private_);
	cJSON_AddBoolToObject(o, "is_group", c->private_);
	cJSON_AddBoolToObject(o, "is_private", c->private_);
	cJSON_AddBoolToObject(o, "is_archived", c->archived);
	cJSON_AddBoolToObject(o, "is_general", false);
	cJSON_AddBoolToObject(o, "is_member", sl_member(c, SL_BOT_USER));
	cJSON_AddItemToObject(o, "topic", said(c->topic, t->users->id));
	cJSON_AddItemToObject(o, "purpose", said(c->purpose, t->users->id));
	cJSON_AddNumberToObject(o, "num_members", cJSON_GetArraySize(c->members));
	return o;
}

bool sl_member(const struct sl_channel *c, const char *user)
{
	return jhas(c->members, user);
}

static const char *channel_type(const struct sl_channel *c)
{
	if (c->im)
		return "im";
	return c->private_ ? "group" : "channel";
}

/* "U1 has joined the channel" and the like: a message with a subtype in the channel's history. */
static void notice(struct sl_team *t, struct sl_channel *c, const char *user, const char *subtype,
		   const char *text)
{
	cJSON *fields = cJSON_CreateObject();

	jset(fields, "subtype", subtype);
	jset(fields, "text", text);
	sl_post(t, c, user, fields);
}

void sl_join(struct sl_team *t, struct sl_channel *c, const char *user, const char *inviter)
{
	cJSON *e;

	if (sl_member(c, user))
		return;
	cJSON_AddItemToArray(c->members, cJSON_CreateString(user));
	notice(t, c, user, c->private_ ? "group_join" : "channel_join", "has joined the channel");
	e = event_in(c, "member_joined_channel");
	if (!e)
		return;
	jset(e, "user", user);
	jset(e, "channel", c->id);
	jset(e, "channel_type", c->private_ ? "G" : "C");
	jset(e, "team", SL_TEAM);
	jset(e, "inviter", inviter);
	emit(t, e);
}

void sl_leave(struct sl_team *t, struct sl_channel *c, const char *user)
{
	int at = at_of(c->members, user);
	cJSON *e;

	if (at < 0)
		return;
	e = event_in(c, "member_left_channel");
	cJSON_DeleteItemFromArray(c->members, at);
	if (!e)
		return;
	jset(e, "user", user);
	jset(e, "channel", c->id);
	jset(e, "channel_type", c->private_ ? "G" : "C");
	jset(e, "team", SL_TEAM);
	emit(t, e);
}

void sl_topic(struct sl_team *t, struct sl_channel *c, const char *user, const char *what, const char *text)
{
	bool topic = strcmp(what, "topic") == 0;

	put(topic ? &c->topic : &c->purpose, text);
	notice(t, c, user, topic ? "channel_topic" : "channel_purpose", text);
}

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

	return user && strcmp(user, SL_BOT_USER) == 0 && (!subtype || strcmp(subtype, "file_share") == 0);
}

void sl_permalink(struct buf *out, const struct sl_channel *c, const struct sl_message *m)
{
	const char *p, *thread = sl_thread(m);

	buf_addf(out, "https://slackd.local/archives/%s/p", c->id);
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

struct sl_message *sl_message(struct sl_channel *c, const char *ts)
{
	struct sl_message *m;

	for (m = c->messages; m; m = m->next)
		if (ts && !m->gone && strcmp(sl_ts(m), ts) == 0)
			return m;
	return NULL;
}

static void bot_fields(cJSON *o)
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
	jset(base, "channel_type", channel_type(c));
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
	emit(t, e);
}

static void count_reply(struct sl_message *parent, const struct sl_message *reply)
{
	cJSON *count = cJSON_GetObjectItemCaseSensitive(parent->json, "reply_count"), *users;
	const char *user = jstr(reply->json, "user");

	if (!count)
		count = cJSON_AddNumberToObject(parent->json, "reply_count", 0);
	cJSON_SetNumberValue(count, count->valuedouble + 1);
	users = cJSON_GetObjectItemCaseSensitive(parent->json, "reply_users");
	if (!users)
		users = cJSON_AddArrayToObject(parent->json, "reply_users");
	if (!jhas(users, user))
		cJSON_AddItemToArray(users, cJSON_CreateString(user));
	jset(parent->json, "thread_ts", sl_ts(parent));
	jset(parent->json, "latest_reply", sl_ts(reply));
}

static void insert(struct sl_channel *c, struct sl_message *m)
{
	struct sl_message **at = &c->messages;

	while (*at && strcmp(sl_ts(*at), sl_ts(m)) < 0)
		at = &(*at)->next;
	m->next = *at;
	*at = m;
}

struct sl_message *sl_post(struct sl_team *t, struct sl_channel *c, const char *user, cJSON *fields)
{
	struct sl_user *who = sl_user(t, user);
	struct sl_message *m = made(sizeof(*m)), *parent;
	const char *thread = jstr(fields, "thread_ts");
	char ts[32];

	next_ts(t, ts);
	jset(fields, "type", "message");
	jset(fields, "user", user);
	jset(fields, "ts", ts);
	jset(fields, "team", SL_TEAM);
	if (!jstr(fields, "text"))
		jset(fields, "text", "");
	if (who && who->bot && !jstr(fields, "subtype"))
		bot_fields(fields);
	m->json = fields;
	parent = thread ? sl_message(c, thread) : NULL;
	if (parent) {
		jset(fields, "parent_user_id", jstr(parent->json, "user"));
		count_reply(parent, m);
	}
	insert(c, m);
	emit(t, message_event(c, sl_message_json(m, false)));
	mention_event(t, c, m);
	return m;
}

static void changed_event(struct sl_team *t, struct sl_channel *c, const char *subtype, cJSON *now, cJSON *was)
{
	cJSON *e = cJSON_CreateObject();
	char ts[32];

	next_ts(t, ts);
	jset(e, "subtype", subtype);
	jset(e, "ts", ts);
	cJSON_AddBoolToObject(e, "hidden", true);
	if (now)
		cJSON_AddItemToObject(e, "message", now);
	else
		jset(e, "deleted_ts", jstr(was, "ts"));
	cJSON_AddItemToObject(e, "previous_message", was);
	emit(t, message_event(c, e));
}

void sl_edit(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user, cJSON *fields)
{
	cJSON *was = sl_message_json(m, false), *field, *next, *edited;
	char ts[32];

	next_ts(t, ts);
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
	changed_event(t, c, "message_changed", sl_message_json(m, false), was);
}

void sl_delete(struct sl_team *t, struct sl_channel *c, struct sl_message *m)
{
	m->gone = true;
	changed_event(t, c, "message_deleted", NULL, sl_message_json(m, false));
}

/* ---- reactions and pins ---- */

static cJSON *reaction_of(const struct sl_message *m, const char *name)
{
	cJSON *r;

	cJSON_ArrayForEach(r, cJSON_GetObjectItemCaseSensitive(m->json, "reactions"))
		if (strcmp(jstr(r, "name"), name) == 0)
			return r;
	return NULL;
}

static void reaction_event(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *type,
			   const char *user, const char *name)
{
	cJSON *e = event_in(c, type), *item;

	if (!e)
		return;
	jset(e, "user", user);
	jset(e, "reaction", name);
	jset(e, "item_user", jstr(m->json, "user"));
	item = cJSON_AddObjectToObject(e, "item");
	jset(item, "type", "message");
	jset(item, "channel", c->id);
	jset(item, "ts", sl_ts(m));
	emit(t, e);
}

int sl_react(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user, const char *name)
{
	cJSON *all = cJSON_GetObjectItemCaseSensitive(m->json, "reactions"), *r = reaction_of(m, name), *users;

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
	cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(r, "count"), cJSON_GetArraySize(users));
	reaction_event(t, c, m, "reaction_added", user, name);
	return 0;
}

int sl_unreact(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user, const char *name)
{
	cJSON *all = cJSON_GetObjectItemCaseSensitive(m->json, "reactions"), *r = reaction_of(m, name), *users;

	users = cJSON_GetObjectItemCaseSensitive(r, "users");
	if (!jhas(users, user))
		return 1;
	cJSON_DeleteItemFromArray(users, at_of(users, user));
	cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(r, "count"), cJSON_GetArraySize(users));
	if (cJSON_GetArraySize(users) == 0)
		cJSON_Delete(cJSON_DetachItemViaPointer(all, r));
	reaction_event(t, c, m, "reaction_removed", user, name);
	return 0;
}

static void pin_event(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *type,
		      const char *user)
{
	cJSON *e = event_in(c, type), *item, *message;
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
	cJSON_AddNumberToObject(item, "created", (double)(t->now_ms(t->arg) / 1000));
	message = sl_message_json(m, false);
	buf_init(&link, BUF_ROOMY);
	sl_permalink(&link, c, m);
	jset(message, "permalink", link.s);
	buf_release(&link);
	cJSON_AddItemToObject(item, "message", message);
	emit(t, e);
}

int sl_pin(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user)
{
	cJSON *to;

	if (cJSON_HasObjectItem(m->json, "pinned_to"))
		return 1;
	to = cJSON_AddArrayToObject(m->json, "pinned_to");
	cJSON_AddItemToArray(to, cJSON_CreateString(c->id));
	notice(t, c, user, "pinned_item", "pinned a message to this channel.");
	pin_event(t, c, m, "pin_added", user);
	return 0;
}

int sl_unpin(struct sl_team *t, struct sl_channel *c, struct sl_message *m, const char *user)
{
	if (!cJSON_HasObjectItem(m->json, "pinned_to"))
		return 1;
	cJSON_DeleteItemFromObjectCaseSensitive(m->json, "pinned_to");
	pin_event(t, c, m, "pin_removed", user);
	return 0;
}

/* ---- files ---- */

struct sl_file *sl_file_add(struct sl_team *t, const char *name, size_t announced)
{
	struct sl_file *f = made(sizeof(*f));
	char id[16];

	snprintf(id, sizeof(id), "F0FILE%03u", ++t->next_file);
	f->id = copy(id);
	f->name = copy(name);
	f->title = copy(name);
	f->announced = announced;
	f->shares = cJSON_CreateObject();
	f->next = t->files;
	t->files = f;
	return f;
}

struct sl_file *sl_file(struct sl_team *t, const char *id)
{
	struct sl_file *f;

	for (f = t->files; f; f = f->next)
		if (id && strcmp(f->id, id) == 0)
			return f;
	return NULL;
}

cJSON *sl_file_json(const struct sl_file *f)
{
	cJSON *o = cJSON_CreateObject();
	const char *dot = strrchr(f->name, '.');
	char link[96];

	snprintf(link, sizeof(link), "https://slackd.local/files/%s/%s", SL_BOT_USER, f->id);
	jset(o, "id", f->id);
	jset(o, "name", f->name);
	jset(o, "title", f->title);
	jset(o, "filetype", dot ? dot + 1 : "text");
	jset(o, "mimetype", "text/plain");
	jset(o, "user", SL_BOT_USER);
	cJSON_AddNumberToObject(o, "size", (double)f->len);
	jset(o, "permalink", link);
	cJSON_AddItemToObject(o, "shares", cJSON_Duplicate(f->shares, true));
	return o;
}

void sl_file_share(struct sl_team *t, struct sl_file *f, struct sl_channel *c, const char *thread_ts,
		   const char *comment)
{
	cJSON *fields = cJSON_CreateObject(), *files = cJSON_AddArrayToObject(fields, "files"), *kind, *places, *share;
	const char *which = c->private_ || c->im ? "private" : "public";
	struct sl_message *m;

	jset(fields, "text", comment);
	jset(fields, "thread_ts", thread_ts);
	cJSON_AddItemToArray(files, sl_file_json(f));
	cJSON_AddBoolToObject(fields, "upload", true);
	bot_fields(fields);
	jset(fields, "subtype", "file_share");
	m = sl_post(t, c, SL_BOT_USER, fields);
	kind = cJSON_GetObjectItemCaseSensitive(f->shares, which);
	if (!kind)
		kind = cJSON_AddObjectToObject(f->shares, which);
	places = cJSON_GetObjectItemCaseSensitive(kind, c->id);
	if (!places)
		places = cJSON_AddArrayToObject(kind, c->id);
	share = cJSON_CreateObject();
	jset(share, "ts", sl_ts(m));
	jset(share, "channel_name", c->name);
	cJSON_AddItemToArray(places, share);
}
