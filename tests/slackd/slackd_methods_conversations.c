/*
 * Methods about places and people: conversations.*, users.*, usergroups.*.
 */
#include "tests/slackd/slackd_methods.h"

#include "core/base/utf8.h"

/* Lower case letters, digits, - and _, and letters of other scripts; 80 characters at most. */
static const char *name_wrong(const char *name)
{
	const char *p;

	if (utf8_length(name, strlen(name)) > 80)
		return "invalid_name_maxlength";
	if (!utf8_valid(name, strlen(name)))
		return "invalid_name_specials";
	for (p = name; *p; p++)
		if (!(*p >= 'a' && *p <= 'z') && !(*p >= '0' && *p <= '9') && *p != '-' &&
		    *p != '_' && !(*p & 0x80))
			return "invalid_name_specials";
	return strspn(name, "-_") == strlen(name) ? "invalid_name_punctuation" : NULL;
}

static bool name_ok(struct call *c, const char *name)
{
	fail(c, name_wrong(name));
	if (sl_channel_named(c->team, name))
		fail(c, "name_taken");
	return !c->error;
}

void m_create(struct call *c)
{
	struct sl_channel *ch;

	if (!name_ok(c, arg(c, "name")))
		return;
	ch = sl_channel_add(c->team, NULL, arg(c, "name"));
	ch->private_ = arg_true(c, "is_private");
	cJSON_AddItemToArray(ch->members, cJSON_CreateString(SL_BOT_USER));
	sl_channel_changed(c->team, ch);
	cJSON_AddItemToObject(c->out, "channel", sl_channel_json(c->team, ch));
}

void m_info(struct call *c)
{
	struct sl_channel *ch = arg_channel(c, "channel");

	if (ch)
		cJSON_AddItemToObject(c->out, "channel", sl_channel_json(c->team, ch));
}

static bool methods_conversations_listed(const struct call *c, const struct sl_channel *ch)
{
	const char *types = arg(c, "types");

	if (!types)
		types = "public_channel";
	if (ch->archived && arg_true(c, "exclude_archived"))
		return false;
	if ((ch->private_ || ch->im) && !sl_member(ch, SL_BOT_USER))
		return false;
	if (ch->im)
		return strstr(types, "im") != NULL;
	return strstr(types, ch->private_ ? "private_channel" : "public_channel") != NULL;
}

void m_list(struct call *c)
{
	cJSON *all = cJSON_AddArrayToObject(c->out, "channels");
	struct sl_channel *ch;
	int from, to, n = 0, i = 0;

	for (ch = c->team->channels; ch; ch = ch->next)
		n += methods_conversations_listed(c, ch);
	page(c, n, 100, &from, &to);
	for (ch = c->team->channels; ch; ch = ch->next) {
		if (!methods_conversations_listed(c, ch))
			continue;
		if (i >= from && i < to)
			cJSON_AddItemToArray(all, sl_channel_json(c->team, ch));
		i++;
	}
}

void m_members(struct call *c)
{
	struct sl_channel *ch = arg_channel(c, "channel");
	cJSON *all = cJSON_AddArrayToObject(c->out, "members");
	int from, to;

	if (!ch)
		return;
	page(c, cJSON_GetArraySize(ch->members), 100, &from, &to);
	for (; from < to; from++)
		cJSON_AddItemToArray(all,
				     cJSON_Duplicate(cJSON_GetArrayItem(ch->members, from), true));
}

/* ---- reading back ---- */

static bool in_window(const struct call *c, const char *ts)
{
	const char *oldest = arg(c, "oldest"), *latest = arg(c, "latest");
	bool inclusive = arg_true(c, "inclusive");
	double at = strtod(ts, NULL), low = oldest ? strtod(oldest, NULL) : 0,
	       high = latest ? strtod(latest, NULL) : 0;

	if (oldest && (inclusive ? at < low : at <= low))
		return false;
	return !latest || (inclusive ? at <= high : at < high);
}

static bool of_thread(const struct sl_message *m, const char *thread)
{
	const char *parent = sl_thread(m);

	return strcmp(sl_ts(m), thread) == 0 || (parent && strcmp(parent, thread) == 0);
}

/* thread NULL: parents only (and replies that were shown in the channel too). */
static bool methods_conversations_readable(const struct call *c, const struct sl_channel *ch,
					   const struct sl_message *m, const char *thread)
{
	bool stone = sl_tombstone(ch, m);

	if (m->gone && !stone)
		return false;
	if (thread)
		return of_thread(m, thread) &&
		       (strcmp(sl_ts(m), thread) == 0 || in_window(c, sl_ts(m)));
	return (!sl_thread(m) || jstr(m->json, "broadcast")) && in_window(c, sl_ts(m));
}

static void read_back(struct call *c, struct sl_channel *ch, const char *thread)
{
	cJSON *out = cJSON_AddArrayToObject(c->out, "messages");
	struct sl_message *m;
	int n = 0, i = 0, from, to;

	for (m = ch->messages; m; m = m->next)
		n += methods_conversations_readable(c, ch, m, thread);
	page(c, n, 100, &from, &to);
	for (m = ch->messages; m; m = m->next) {
		int at = thread ? i : n - 1 - i; /* history: newest first */
		cJSON *shown;

		if (!methods_conversations_readable(c, ch, m, thread))
			continue;
		i++;
		if (at < from || at >= to)
			continue;
		shown = m->gone ? sl_tombstone_json(m)
				: sl_message_json(m, arg_true(c, "include_all_metadata"));
		short_names(c->team, shown);
		if (thread)
			cJSON_AddItemToArray(out, shown);
		else
			cJSON_InsertItemInArray(out, 0, shown);
	}
	cJSON_AddBoolToObject(c->out, "has_more", to < n);
}

void m_history(struct call *c)
{
	struct sl_channel *ch = arg_channel(c, "channel");

	if (ch && !sl_member(ch, SL_BOT_USER))
		fail(c, "not_in_channel");
	if (ch && !c->error)
		read_back(c, ch, NULL);
}

void short_names(const struct sl_team *t, cJSON *message)
{
	cJSON *r, *users;

	cJSON_ArrayForEach(r, cJSON_GetObjectItemCaseSensitive(message, "reactions")) {
		users = cJSON_GetObjectItemCaseSensitive(r, "users");
		while (t->names_most && cJSON_GetArraySize(users) > t->names_most)
			cJSON_DeleteItemFromArray(users, t->names_most);
	}
}

static bool thread_is_there(const struct sl_channel *ch, const char *ts)
{
	const struct sl_message *m;

	for (m = ch->messages; m; m = m->next)
		if (strcmp(sl_ts(m), ts) == 0)
			return !m->gone || sl_tombstone(ch, m);
	return false;
}

void m_replies(struct call *c)
{
	struct sl_channel *ch = arg_channel(c, "channel");

	if (!ch)
		return;
	if (!sl_member(ch, SL_BOT_USER))
		fail(c, "not_in_channel");
	else if (!thread_is_there(ch, arg(c, "ts")))
		fail(c, "thread_not_found");
	else
		read_back(c, ch, arg(c, "ts"));
}

/* ---- changing ---- */

void m_topic(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel", true);
	const char *text = jstr(c->args, "topic");

	if (!ch)
		return;
	if (!text)
		text = "";
	if (utf8_length(text, strlen(text)) > 250) {
		fail(c, "too_long");
		return;
	}
	sl_topic(c->team, ch, SL_BOT_USER, text);
	cJSON_AddItemToObject(c->out, "channel", sl_channel_json(c->team, ch));
}

static const char *cant_invite(struct call *c, const struct sl_channel *ch, const char *user)
{
	struct sl_user *u = sl_user(c->team, user);

	if (!u || u->deleted)
		return "user_not_found";
	if (strcmp(user, SL_BOT_USER) == 0)
		return "cant_invite_self";
	return sl_member(ch, user) ? "already_in_channel" : NULL;
}

static void add_invite_error(cJSON *errors, const char *user, const char *why)
{
	cJSON *e = cJSON_CreateObject();

	jset(e, "user", user);
	cJSON_AddBoolToObject(e, "ok", false);
	jset(e, "error", why);
	cJSON_AddItemToArray(errors, e);
}

/* "U1,U2": of those who can come, what is wrong with the others. */
static cJSON *invite_good(struct call *c, const struct sl_channel *ch, const char *users,
			  cJSON *errors)
{
	cJSON *good = cJSON_CreateArray();
	char user[32];
	const char *why;
	size_t len;

	for (; *users; users += len + (users[len] == ',')) {
		len = strcspn(users, ",");
		snprintf(user, sizeof(user), "%.*s", (int)(len < 31 ? len : 31), users);
		why = cant_invite(c, ch, user);
		if (why)
			add_invite_error(errors, user, why);
		else
			cJSON_AddItemToArray(good, cJSON_CreateString(user));
	}
	return good;
}

static void join_all(struct call *c, struct sl_channel *ch, const cJSON *users)
{
	const cJSON *user;

	cJSON_ArrayForEach(user, users)
		sl_join(c->team, ch, user->valuestring, SL_BOT_USER);
	cJSON_AddItemToObject(c->out, "channel", sl_channel_json(c->team, ch));
}

/* All or nobody; with `force` those who can come. */
void m_invite(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel", true);
	cJSON *errors = cJSON_CreateArray(),
	      *good = ch ? invite_good(c, ch, arg(c, "users"), errors) : NULL;

	if (errors->child && !(arg_true(c, "force") && cJSON_GetArraySize(good)))
		fail(c, jstr(errors->child, "error"));
	if (!c->error)
		join_all(c, ch, good);
	if (errors->child)
		cJSON_AddItemToObject(c->out, "errors", errors);
	else
		cJSON_Delete(errors);
	cJSON_Delete(good);
}

void m_join(struct call *c)
{
	struct sl_channel *ch = arg_writable(c, "channel", false);

	if (!ch)
		return;
	if (ch->private_ || ch->im) {
		fail(c, "method_not_supported_for_channel_type");
		return;
	}
	if (sl_member(ch, SL_BOT_USER))
		jset(c->out, "warning", "already_in_channel");
	sl_join(c->team, ch, SL_BOT_USER, NULL);
	cJSON_AddItemToObject(c->out, "channel", sl_channel_json(c->team, ch));
}

void m_open(struct call *c)
{
	struct sl_user *u = sl_user(c->team, arg(c, "users"));
	cJSON *channel;

	if (!u || u->bot) {
		fail(c, u ? "cannot_dm_bot" : "user_not_found");
		return;
	}
	channel = cJSON_AddObjectToObject(c->out, "channel");
	jset(channel, "id", sl_dm(c->team, u->id)->id);
}

/* ---- people ---- */

void m_users_info(struct call *c)
{
	struct sl_user *u = sl_user(c->team, arg(c, "user"));

	if (u)
		cJSON_AddItemToObject(c->out, "user", sl_user_json(c->team, u));
	else
		fail(c, "user_not_found");
}

/* An app without a user of its own stands among the users by its bot's id. */
void m_bots_info(struct call *c)
{
	struct sl_user *u = sl_user(c->team, arg(c, "bot"));
	cJSON *bot;

	if (!u || !u->bot) {
		fail(c, "bot_not_found");
		return;
	}
	bot = cJSON_AddObjectToObject(c->out, "bot");
	jset(bot, "id", u->id);
	jset(bot, "name", u->name);
}

void m_usergroups_list(struct call *c)
{
	cJSON *all = cJSON_AddArrayToObject(c->out, "usergroups"), *o;
	struct sl_group *g;

	for (g = c->team->groups; g; g = g->next) {
		o = cJSON_CreateObject();
		jset(o, "id", g->id);
		jset(o, "handle", g->name);
		jset(o, "name", g->name);
		cJSON_AddItemToArray(all, o);
	}
}

void m_usergroups_users(struct call *c)
{
	struct sl_group *g;

	for (g = c->team->groups; g; g = g->next) {
		if (strcmp(g->id, arg(c, "usergroup")) != 0)
			continue;
		cJSON_AddItemToObject(c->out, "users", cJSON_Duplicate(g->users, true));
		return;
	}
	fail(c, "no_such_subteam");
}
