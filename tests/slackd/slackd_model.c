#include "tests/slackd/slackd_model_private.h"

#include "core/base/alloc.h"

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

int sl_at(const cJSON *array, const char *string)
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
	return string && sl_at(array, string) >= 0;
}

void *sl_made(size_t size)
{
	void *p = alloc(size);

	return p;
}

char *sl_copy(const char *s)
{
	char *p = alloc_strdup(s ? s : "");

	return p;
}

static void model_put(char **where, const char *s)
{
	char *p = sl_copy(s);

	free(*where);
	*where = p;
}

/* ---- the team ---- */

struct sl_team *sl_team_new(int64_t (*now_ms)(void *arg), void (*event)(cJSON *event, void *arg),
			    void *arg)
{
	struct sl_team *t = sl_made(sizeof(*t));

	t->now_ms = now_ms;
	t->event = event;
	t->arg = arg;
	t->url = "";
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

#define FREE_LIST(list, kind, one) \
	do { \
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
void sl_next_ts(struct sl_team *t, char ts[32])
{
	int64_t us = t->now_ms(t->arg) * 1000;

	if (us <= t->last_us && (t->steady || t->last_us - us < 10 * 1000000))
		us = t->last_us + 1;
	t->last_us = us;
	snprintf(ts, 32, "%lld.%06lld", (long long)(us / 1000000), (long long)(us % 1000000));
}

/* An event that happens in a channel reaches the app only while its bot is a member there. */
cJSON *sl_event_in(const struct sl_channel *c, const char *type)
{
	cJSON *e;

	if (!sl_member(c, SL_BOT_USER))
		return NULL;
	e = cJSON_CreateObject();
	jset(e, "type", type);
	return e;
}

void sl_emit(struct sl_team *t, cJSON *event)
{
	char ts[32];

	if (!event)
		return;
	if (!jstr(event, "event_ts")) {
		sl_next_ts(t, ts);
		jset(event, "event_ts", ts);
	}
	t->event(event, t->arg);
}

int64_t sl_seconds(int64_t ms)
{
	return ms / 1000;
}

/* ---- people, groups ---- */

struct sl_user *sl_user_add(struct sl_team *t, const char *id, const char *name, const char *tz)
{
	struct sl_user *u = sl_made(sizeof(*u)), **end;

	u->id = sl_copy(id);
	u->name = sl_copy(name);
	u->tz = sl_copy(tz ? tz : "UTC");
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
	char *before = getenv("TZ") ? sl_copy(getenv("TZ")) : NULL;
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
	struct sl_group *g = sl_made(sizeof(*g));

	g->id = sl_copy(id);
	g->name = sl_copy(name);
	g->users = cJSON_CreateArray();
	g->next = t->groups;
	t->groups = g;
	return g;
}

/* ---- channels ---- */

struct sl_channel *sl_channel_add(struct sl_team *t, const char *id, const char *name)
{
	struct sl_channel *c = sl_made(sizeof(*c)), **end;
	char fresh[16];

	snprintf(fresh, sizeof(fresh), "C0NEW%04u", t->next_channel + 1);
	if (!id)
		t->next_channel++;
	c->id = sl_copy(id ? id : fresh);
	c->name = sl_copy(name);
	c->topic = sl_copy("");
	c->purpose = sl_copy("");
	c->creator = sl_copy(SL_BOT_USER);
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
	sl_channel_changed(t, c);
	return c;
}

void sl_channel_changed(struct sl_team *t, struct sl_channel *c)
{
	if (t->changed.channel)
		t->changed.channel(c, t->changed.arg);
}

static cJSON *model_said(const char *value, const char *creator)
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
	cJSON_AddNumberToObject(o, "created", (double)sl_seconds(c->created_ms));
	cJSON_AddBoolToObject(o, "is_im", c->im);
	if (c->im) {
		jset(o, "user", cJSON_GetStringValue(cJSON_GetArrayItem(c->members, 0)));
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
	cJSON_AddItemToObject(o, "topic", model_said(c->topic, t->users->id));
	cJSON_AddItemToObject(o, "purpose", model_said(c->purpose, t->users->id));
	cJSON_AddNumberToObject(o, "num_members", cJSON_GetArraySize(c->members));
	return o;
}

bool sl_member(const struct sl_channel *c, const char *user)
{
	return jhas(c->members, user);
}

bool sl_sees(const struct sl_channel *c, const struct sl_user *u)
{
	return sl_member(c, u->id) || !(c->private_ || c->im || u->guest);
}

const char *sl_channel_type(const struct sl_channel *c)
{
	if (c->im)
		return "im";
	return c->private_ ? "group" : "channel";
}

/* "U1 has joined the channel" and the like: a message with a subtype in the channel's history. */
void sl_notice(struct sl_team *t, struct sl_channel *c, const char *user, const char *subtype,
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
	sl_channel_changed(t, c);
	sl_notice(t, c, user, c->private_ ? "group_join" : "channel_join",
		  "has joined the channel");
	e = sl_event_in(c, "member_joined_channel");
	if (!e)
		return;
	jset(e, "user", user);
	jset(e, "channel", c->id);
	jset(e, "channel_type", c->private_ ? "G" : "C");
	jset(e, "team", SL_TEAM);
	jset(e, "inviter", inviter);
	sl_emit(t, e);
}

void sl_leave(struct sl_team *t, struct sl_channel *c, const char *user)
{
	int at = sl_at(c->members, user);
	cJSON *e;

	if (at < 0)
		return;
	e = sl_event_in(c, "member_left_channel");
	cJSON_DeleteItemFromArray(c->members, at);
	sl_channel_changed(t, c);
	if (!e)
		return;
	jset(e, "user", user);
	jset(e, "channel", c->id);
	jset(e, "channel_type", c->private_ ? "G" : "C");
	jset(e, "team", SL_TEAM);
	sl_emit(t, e);
}

void sl_topic(struct sl_team *t, struct sl_channel *c, const char *user, const char *text)
{
	model_put(&c->topic, text);
	sl_channel_changed(t, c);
	sl_notice(t, c, user, "channel_topic", text);
}
