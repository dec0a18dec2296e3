/*
 * slackd_methods: one table of methods with what they need; every call passes the same checks
 * (token, rate, body, required arguments) before its function runs.
 */
#include "tests/slackd/slackd_methods.h"

#include "adapters/json/json.h"
#include "core/base/alloc.h"
#include "tests/slackd/slackd_model_private.h"

/* ---- arguments ---- */

void fail(struct call *c, const char *error)
{
	if (!c->error)
		c->error = error;
}

void fail_because(struct call *c, const char *error, const char *why)
{
	cJSON *meta, *messages;

	if (c->error)
		return;
	fail(c, error);
	meta = cJSON_AddObjectToObject(c->out, "response_metadata");
	messages = cJSON_AddArrayToObject(meta, "messages");
	cJSON_AddItemToArray(messages, cJSON_CreateString(why));
}

const char *arg(const struct call *c, const char *name)
{
	const char *s = jstr(c->args, name);

	return s && *s ? s : NULL;
}

bool arg_true(const struct call *c, const char *name)
{
	const char *s = arg(c, name);

	return s && (strcmp(s, "true") == 0 || strcmp(s, "1") == 0);
}

int arg_int(const struct call *c, const char *name, int absent)
{
	const char *s = arg(c, name);

	return s ? (int)strtol(s, NULL, 10) : absent;
}

cJSON *arg_json(const struct call *c, const char *name)
{
	const char *s = arg(c, name);

	return s ? json_read(s, strlen(s), NULL) : NULL;
}

struct sl_channel *arg_channel(struct call *c, const char *name)
{
	struct sl_channel *ch = sl_channel(c->team, arg(c, name));

	if (ch && (!(ch->private_ || ch->im) || sl_member(ch, SL_BOT_USER)))
		return ch;
	fail(c, "channel_not_found");
	return NULL;
}

struct sl_channel *arg_writable(struct call *c, const char *name, bool member)
{
	struct sl_channel *ch = arg_channel(c, name);

	if (!ch)
		return NULL;
	if (ch->archived)
		fail(c, "is_archived");
	else if (member && !sl_member(ch, SL_BOT_USER))
		fail(c, "not_in_channel");
	return c->error ? NULL : ch;
}

struct sl_message *arg_message(struct call *c, struct sl_channel *ch, const char *name)
{
	struct sl_message *m = ch ? sl_message(ch, arg(c, name)) : NULL;

	if (!m)
		fail(c, "message_not_found");
	return m;
}

void page(struct call *c, int n, int absent, int *from, int *to)
{
	const char *cursor = arg(c, "cursor");
	int limit = arg_int(c, "limit", absent);
	char next[24] = "";
	cJSON *meta;

	*from = cursor ? (int)strtol(cursor + 1, NULL, 10) : 0;
	if (limit < 1 || limit > 999 || *from < 0 || (cursor && cursor[0] != 'o')) {
		fail(c, cursor && cursor[0] != 'o' ? "invalid_cursor" : "invalid_limit");
		*to = *from = 0;
		return;
	}
	*to = *from + limit < n ? *from + limit : n;
	if (*to < n)
		snprintf(next, sizeof(next), "o%d", *to);
	meta = cJSON_AddObjectToObject(c->out, "response_metadata");
	jset(meta, "next_cursor", next);
}

/* ---- methods that fit nowhere else ---- */

static void m_auth_test(struct call *c)
{
	struct buf url;

	buf_init(&url, BUF_ROOMY);
	buf_addf(&url, "%s/", c->team->url);
	jset(c->out, "url", url.s);
	buf_release(&url);
	jset(c->out, "team", "Slackd");
	jset(c->out, "team_id", SL_TEAM);
	jset(c->out, "user", SL_BOT_NAME);
	jset(c->out, "user_id", SL_BOT_USER);
	jset(c->out, "bot_id", SL_BOT);
	jset(c->out, "app_id", SL_APP);
	cJSON_AddBoolToObject(c->out, "is_enterprise_install", false);
}

static void m_connections_open(struct call *c)
{
	struct buf url;

	buf_init(&url, 256);
	slackd_ticket(c->d, &url);
	jset(c->out, "url", url.s);
	buf_release(&url);
}

static struct sl_view *view_new(struct call *c, const char *user)
{
	struct sl_view *v = alloc(sizeof(*v));

	snprintf(v->id, sizeof(v->id), "V%06u", ++c->d->next_view);
	snprintf(v->user, sizeof(v->user), "%s", user);
	v->next = c->d->views;
	c->d->views = v;
	return v;
}

/* view is taken. */
static void view_show(struct call *c, struct sl_view *v, cJSON *view)
{
	snprintf(v->hash, sizeof(v->hash), "%u.abc", ++c->d->next_hash);
	jset(view, "id", v->id);
	jset(view, "team_id", SL_TEAM);
	jset(view, "hash", v->hash);
	cJSON_Delete(v->json);
	v->json = view;
	slackd_news_view(c->d, v);
	cJSON_AddItemToObject(c->out, "view", cJSON_Duplicate(view, true));
}

static void m_views_open(struct call *c)
{
	struct sl_envelope *from = slackd_envelope_of(c->d, arg(c, "trigger_id"), NULL);
	cJSON *view = arg_json(c, "view");
	struct sl_view *v;
	struct buf why;

	buf_init(&why, 1024);
	if (!from)
		fail(c, "invalid_trigger_id");
	else if (slackd_ms() - from->sent_ms > 3000)
		fail(c, "expired_trigger_id");
	else if (from->trigger_used)
		fail(c, "exchanged_trigger_id");
	else if (!slackd_view_ok(view, &why))
		fail_because(c, "invalid_arguments", why.s);
	buf_release(&why);
	if (c->error) {
		cJSON_Delete(view);
		return;
	}
	from->trigger_used = true;
	v = view_new(c, from->user);
	view_show(c, v, view);
	slackd_forget_views(c->d);
}

/* hash: of the view that is to be replaced, if it must be that. False: refused, and `view` is freed. */
static bool view_replaces(struct call *c, const struct sl_view *v, cJSON *view)
{
	struct buf why;

	buf_init(&why, 1024);
	if (v && arg(c, "hash") && strcmp(arg(c, "hash"), v->hash) != 0)
		fail(c, "hash_conflict");
	else if (!slackd_view_ok(view, &why))
		fail_because(c, "invalid_arguments", why.s);
	buf_release(&why);
	if (c->error)
		cJSON_Delete(view);
	return !c->error;
}

static void m_views_update(struct call *c)
{
	struct sl_view *v = slackd_view_named(c->d, arg(c, "view_id"));
	cJSON *view = arg_json(c, "view");

	if (!v || v->closed || v->home) {
		fail(c, "not_found");
		cJSON_Delete(view);
	} else if (view_replaces(c, v, view)) {
		view_show(c, v, view);
	}
}

static void m_views_publish(struct call *c)
{
	const char *user = arg(c, "user_id");
	struct sl_view *v = slackd_home(c->d, user);
	cJSON *view = arg_json(c, "view");
	const char *type = jstr(view, "type");

	if (!slackd_has_home(c->d))
		fail(c, "not_enabled");
	else if (!sl_user(c->team, user) || !type || strcmp(type, "home") != 0)
		fail(c, "invalid_arguments");
	if (c->error) {
		cJSON_Delete(view);
		return;
	}
	if (!view_replaces(c, v, view))
		return;
	if (!v)
		v = view_new(c, user);
	v->home = true;
	view_show(c, v, view);
}

/* Exactly one of them, and Slack's faults as it lists them: {pointer, message}. */
static void m_blocks_validate(struct call *c)
{
	static const char *const kinds[] = { "blocks", "message", "view" };
	const char *which = NULL;
	cJSON *what, *error;
	struct buf why;
	bool ok;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (arg(c, kinds[i]) && which)
			fail(c, "invalid_arguments");
		if (arg(c, kinds[i]))
			which = kinds[i];
	}
	if (!which)
		fail(c, "invalid_arguments");
	if (c->error)
		return;
	what = arg_json(c, which);
	buf_init(&why, BUF_ROOMY);
	ok = strcmp(which, "view") == 0 ? slackd_view_ok(what, &why)
	     : strcmp(which, "message") == 0
		     ? slackd_blocks_ok(cJSON_GetObjectItem(what, "blocks"), 50, &why)
		     : slackd_blocks_ok(what, 50, &why);
	if (!ok) {
		fail(c, strcmp(which, "view") == 0	? "invalid_view"
			: strcmp(which, "message") == 0 ? "invalid_message"
							: "invalid_blocks");
		error = cJSON_CreateObject();
		jset(error, "pointer", "/");
		jset(error, "message", why.s);
		cJSON_AddItemToArray(cJSON_AddArrayToObject(c->out, "errors"), error);
	}
	buf_release(&why);
	cJSON_Delete(what);
}

/* ---- the table ---- */

static const struct method methods[] = {
	{ "auth.test", SL_TIER_NONE, M_ANY_TOKEN, "", "", m_auth_test },
	{ "apps.connections.open", SL_TIER_NONE, M_APP_TOKEN, "", "", m_connections_open },

	{ "chat.postMessage", SL_TIER_POST, 0, "chat:write", "channel", m_chat_post },
	{ "chat.update", SL_TIER_3, 0, "chat:write", "channel ts", m_chat_update },
	{ "chat.delete", SL_TIER_3, 0, "chat:write", "channel ts", m_chat_delete },
	{ "chat.postEphemeral", SL_TIER_4, 0, "chat:write", "channel user", m_chat_ephemeral },
	{ "chat.getPermalink", SL_TIER_NONE, M_FORM_ONLY, "", "channel message_ts",
	  m_chat_permalink },

	{ "conversations.create", SL_TIER_2, 0, "channels:manage|groups:write", "name", m_create },
	{ "conversations.info", SL_TIER_3, M_FORM_ONLY, "channels:read|groups:read|im:history",
	  "channel", m_info },
	{ "conversations.list", SL_TIER_2, M_FORM_ONLY, "channels:read", "", m_list },
	{ "conversations.members", SL_TIER_4, M_FORM_ONLY, "channels:read|groups:read|im:history",
	  "channel", m_members },
	{ "conversations.history", SL_TIER_3, M_FORM_ONLY,
	  "channels:history|groups:history|im:history", "channel", m_history },
	{ "conversations.replies", SL_TIER_3, M_FORM_ONLY,
	  "channels:history|groups:history|im:history", "channel ts", m_replies },
	{ "conversations.setTopic", SL_TIER_2, 0, "channels:write.topic|groups:write.topic",
	  "channel", m_topic },
	{ "conversations.invite", SL_TIER_3, 0, "channels:manage|groups:write", "channel users",
	  m_invite },
	{ "conversations.join", SL_TIER_3, 0, "channels:join", "channel", m_join },
	{ "conversations.open", SL_TIER_3, 0, "im:write", "users", m_open },

	{ "users.info", SL_TIER_4, M_FORM_ONLY, "users:read", "user", m_users_info },
	{ "bots.info", SL_TIER_3, M_FORM_ONLY, "users:read", "bot", m_bots_info },
	{ "usergroups.list", SL_TIER_2, M_FORM_ONLY, "usergroups:read", "", m_usergroups_list },
	{ "usergroups.users.list", SL_TIER_2, M_FORM_ONLY, "usergroups:read", "usergroup",
	  m_usergroups_users },

	{ "reactions.add", SL_TIER_3, 0, "reactions:write", "channel timestamp name",
	  m_reactions_add },
	{ "reactions.remove", SL_TIER_2, 0, "reactions:write", "channel timestamp name",
	  m_reactions_remove },
	{ "reactions.get", SL_TIER_3, M_FORM_ONLY, "reactions:read", "channel timestamp",
	  m_reactions_get },
	{ "pins.add", SL_TIER_2, 0, "pins:write", "channel timestamp", m_pins_add },
	{ "pins.remove", SL_TIER_2, 0, "pins:write", "channel timestamp", m_pins_remove },
	{ "pins.list", SL_TIER_2, M_FORM_ONLY, "pins:read", "channel", m_pins_list },
	{ "bookmarks.add", SL_TIER_2, 0, "bookmarks:write", "channel_id title type",
	  m_bookmarks_add },
	{ "bookmarks.remove", SL_TIER_2, 0, "bookmarks:write", "channel_id bookmark_id",
	  m_bookmarks_remove },
	{ "bookmarks.list", SL_TIER_3, M_FORM_ONLY, "bookmarks:read", "channel_id",
	  m_bookmarks_list },

	{ "files.getUploadURLExternal", SL_TIER_4, M_FORM_ONLY, "files:write", "filename length",
	  m_upload_url },
	{ "files.completeUploadExternal", SL_TIER_4, 0, "files:write", "files", m_complete },
	{ "files.info", SL_TIER_4, M_FORM_ONLY, "files:read", "file", m_file_info },
	{ "files.delete", SL_TIER_3, 0, "files:write", "file", m_file_delete },
	{ "blocks.validate", SL_TIER_NONE, 0, "", "", m_blocks_validate },
	{ "views.open", SL_TIER_4, 0, "", "trigger_id view", m_views_open },
	{ "views.update", SL_TIER_4, 0, "", "view_id view", m_views_update },
	{ "views.publish", SL_TIER_4, 0, "", "user_id view", m_views_publish },
};

static const struct method *method_named(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	return NULL;
}

bool slackd_method_writes(const char *name)
{
	const struct method *m = method_named(name);

	return m && !(m->flags & (M_FORM_ONLY | M_ANY_TOKEN | M_APP_TOKEN));
}

/* ---- the way in ---- */

/* JSON bodies have numbers, booleans and nested values where a form has strings. */
static void as_strings(cJSON *args)
{
	cJSON *a, *next;

	for (a = args->child; a; a = next) {
		char *s = cJSON_IsString(a) ? NULL : cJSON_PrintUnformatted(a);
		cJSON *string = s ? cJSON_CreateString(s) : NULL;

		next = a->next;
		free(s);
		if (!string)
			continue;
		string->string = sl_copy(a->string);
		cJSON_ReplaceItemViaPointer(args, a, string);
	}
}

static const char *token_wrong(const struct method *m, const char *token)
{
	bool app = strncmp(token, "xapp-", 5) == 0, bot = strncmp(token, "xoxb-", 5) == 0;

	if (!*token)
		return "not_authed";
	if (!app && !bot)
		return "invalid_auth";
	if (m->flags & M_ANY_TOKEN)
		return NULL;
	return app == !!(m->flags & M_APP_TOKEN) ? NULL : "not_allowed_token_type";
}

static void required(struct call *c, const char *needs)
{
	char name[48], why[96];
	size_t len;

	for (; *needs; needs += len + (needs[len] == ' ')) {
		len = strcspn(needs, " ");
		snprintf(name, sizeof(name), "%.*s", (int)len, needs);
		if (arg(c, name))
			continue;
		snprintf(why, sizeof(why), "[ERROR] missing required field: %s", name);
		fail_because(c, "invalid_arguments", why);
	}
}

/* The kind of the channel that is named, or will be made, says which of a method's scopes it is. */
static void scope_there(struct call *c, const struct method *m)
{
	const char *id = arg(c, "channel") ? arg(c, "channel") : arg(c, "channel_id");
	const struct sl_channel *ch = sl_channel(c->team, id);
	struct sl_channel made = { .private_ = arg_true(c, "is_private") };
	struct buf all;

	if (c->error || slackd_has_scope(c->d, m->scope, ch ? ch : &made))
		return;
	buf_init(&all, BUF_ROOMY);
	slackd_scopes(c->d, &all);
	jset(c->out, "needed", m->scope);
	jset(c->out, "provided", all.s);
	buf_release(&all);
	fail(c, "missing_scope");
}

static void slackd_methods_run(struct call *c, const struct method *m, const char *token, bool json,
			       const struct sl_fault *fault)
{
	if (fault) {
		fail(c, fault->word);
		return;
	}
	if (jstr(c->args, "token"))
		slackd_complain(c->d, "%s: the token stands in the body", m->name);
	if (json && (m->flags & M_FORM_ONLY)) {
		slackd_complain(c->d, "%s: JSON body where Slack reads only forms", m->name);
		fail(c, "invalid_arguments");
	}
	fail(c, token_wrong(m, token));
	scope_there(c, m);
	required(c, m->needs);
	if (!c->error)
		m->run(c);
}

static void finish(struct call *c, struct sl_call *record, struct reply *r)
{
	cJSON *answer = cJSON_CreateObject(), *field;

	cJSON_AddBoolToObject(answer, "ok", !c->error);
	if (c->error)
		jset(answer, "error", c->error);
	while ((field = c->out->child)) {
		cJSON_DetachItemViaPointer(c->out, field);
		cJSON_AddItemToObject(answer, field->string, field);
	}
	slackd_outcome(c->d, record, r->status == 429 ? "429" : c->error ? c->error : "ok");
	r->type = "application/json; charset=utf-8";
	r->body = cJSON_PrintUnformatted(answer);
	cJSON_Delete(answer);
	cJSON_Delete(c->out);
}

void slackd_method(struct slackd *d, const char *name, const char *token, cJSON *args, bool json,
		   const struct sl_fault *fault, struct reply *r)
{
	const struct method *m = method_named(name);
	struct sl_call *record;
	struct call c = { .d = d, .team = d->team, .args = args, .out = cJSON_CreateObject() };
	int wait;

	as_strings(args);
	record = slackd_record(d, name, args);
	wait = m ? sl_rate_take(&d->rates, m->tier, name, record->channel, slackd_ms()) : 0;
	if (wait) {
		fail(&c, "ratelimited");
	} else if (m) {
		slackd_methods_run(&c, m, token, json, fault);
	} else {
		slackd_complain(d, "no such method: %s", name);
		fail(&c, "unknown_method");
	}
	*r = (struct reply){ .status = wait ? 429 : 200, .retry_after = wait };
	finish(&c, record, r);
}
