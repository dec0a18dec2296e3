/*
 * hands_app: what people do with what the app gave them: buttons, menus, modals, shortcuts
 * (hands.h).
 */
#include "tests/sandbox/hands.h"

#include "core/base/utf8.h"

/* ---- finding an element ---- */

/* Slack gives every block an id; where the app gave none, so does this. */
static void block_id_of(const cJSON *block, int i, char id[256])
{
	const char *own = jstr(block, "block_id");

	if (own)
		snprintf(id, 256, "%s", own);
	else
		snprintf(id, 256, "b%d", i);
}

static const cJSON *element_of(const cJSON *block, const char *action_id)
{
	static const char *const alone[] = { "accessory", "element" };
	const cJSON *e;

	for (size_t i = 0; i < sizeof(alone) / sizeof(*alone); i++) {
		e = cJSON_GetObjectItemCaseSensitive(block, alone[i]);
		if (jstr(e, "action_id") && strcmp(jstr(e, "action_id"), action_id) == 0)
			return e;
	}
	cJSON_ArrayForEach(e, cJSON_GetObjectItemCaseSensitive(block, "elements"))
		if (jstr(e, "action_id") && strcmp(jstr(e, "action_id"), action_id) == 0)
			return e;
	return NULL;
}

/* block_id NULL: in any block. */
static const cJSON *app_find(const cJSON *json, const char *block_id, const char *action_id,
			     char found_in[256])
{
	const cJSON *block, *e;
	int i = 0;

	cJSON_ArrayForEach(block, cJSON_GetObjectItemCaseSensitive(json, "blocks")) {
		block_id_of(block, i++, found_in);
		if (block_id && strcmp(block_id, found_in) != 0)
			continue;
		e = action_id ? element_of(block, action_id) : NULL;
		if (e)
			return e;
	}
	return NULL;
}

/* ---- choosing ---- */

static const cJSON *option_with(const cJSON *element, const char *value)
{
	const cJSON *o;

	cJSON_ArrayForEach(o, cJSON_GetObjectItemCaseSensitive(element, "options"))
		if (jstr(o, "value") && strcmp(jstr(o, "value"), value) == 0)
			return o;
	return NULL;
}

static void app_add_option(cJSON *to, const char *key, const cJSON *element, const char *value)
{
	const cJSON *o = value ? option_with(element, value) : NULL;

	if (o && key)
		cJSON_AddItemToObject(to, key, cJSON_Duplicate(o, true));
	else if (o)
		cJSON_AddItemToArray(to, cJSON_Duplicate(o, true));
}

/* What an element tells of its choice: an option, options, or a plain value under a name of its
 * own. */
static const struct {
	const char *type, *option, *options, *plain;
} choices[] = {
	{ "static_select", "selected_option", NULL, NULL },
	{ "overflow", "selected_option", NULL, NULL },
	{ "radio_buttons", "selected_option", NULL, NULL },
	{ "checkboxes", NULL, "selected_options", NULL },
	{ "users_select", NULL, NULL, "selected_user" },
	{ "conversations_select", NULL, NULL, "selected_conversation" },
	{ "channels_select", NULL, NULL, "selected_channel" },
	{ "datepicker", NULL, NULL, "selected_date" },
	{ "timepicker", NULL, NULL, "selected_time" },
	{ "plain_text_input", NULL, NULL, "value" },
};

/* NULL for a button. */
static cJSON *app_choice_of(const cJSON *element, const cJSON *chosen)
{
	const char *type = jstr(element, "type");
	const cJSON *value;
	cJSON *o;
	size_t i = 0;

	while (i < sizeof(choices) / sizeof(*choices) &&
	       (!type || strcmp(choices[i].type, type) != 0))
		i++;
	if (i == sizeof(choices) / sizeof(*choices))
		return NULL;
	o = cJSON_CreateObject();
	if (choices[i].option)
		app_add_option(o, choices[i].option, element, cJSON_GetStringValue(chosen));
	if (choices[i].plain)
		jset(o, choices[i].plain, cJSON_GetStringValue(chosen));
	if (choices[i].options) {
		cJSON *all = cJSON_AddArrayToObject(o, choices[i].options);

		cJSON_ArrayForEach(value, chosen)
			app_add_option(all, NULL, element, cJSON_GetStringValue(value));
	}
	return o;
}

static const char *press(struct slackd *d, const char *user, const char *channel, const cJSON *json,
			 const char *block_id, const char *action_id, const cJSON *chosen)
{
	char found_in[256];
	const cJSON *e = app_find(json, block_id, action_id, found_in);

	if (!e)
		return "This is no longer there.";
	slackd_choose(d, user, channel, json, e, found_in, app_choice_of(e, chosen));
	return NULL;
}

static bool there(struct slackd *d, const char *user, const char *channel)
{
	const struct sl_channel *c = sl_channel(slackd_team(d), channel);
	const struct sl_user *u = sl_user(slackd_team(d), user);

	return c && u && !u->bot && sl_sees(c, u);
}

const char *hands_press(struct slackd *d, const char *user, const char *channel, const char *ts,
			const char *block_id, const char *action_id, const cJSON *chosen)
{
	struct sl_message *m = there(d, user, channel)
				       ? sl_message(sl_channel(slackd_team(d), channel), ts)
				       : NULL;

	return m ? press(d, user, channel, m->json, block_id, action_id, chosen)
		 : "This message is no longer there.";
}

static struct sl_shown *shown_of(struct slackd *d, const char *user, unsigned id)
{
	struct sl_shown *s = slackd_shown_id(d, id);

	return s && user && strcmp(s->user, user) == 0 ? s : NULL;
}

const char *hands_press_shown(struct slackd *d, const char *user, unsigned shown,
			      const char *block_id, const char *action_id, const cJSON *chosen)
{
	const struct sl_shown *s = shown_of(d, user, shown);

	return s ? press(d, user, s->channel, s->json, block_id, action_id, chosen)
		 : "This message is no longer there.";
}

const char *hands_dismiss(struct slackd *d, const char *user, unsigned shown)
{
	struct sl_shown *s = shown_of(d, user, shown);

	if (!s)
		return "This message is no longer there.";
	slackd_dismiss(d, s);
	return NULL;
}

/* ---- shortcuts ---- */

static bool has_shortcut(struct slackd *d, const char *callback_id, bool on_message)
{
	const cJSON *features = cJSON_GetObjectItemCaseSensitive(slackd_manifest(d), "features"),
		    *s;
	const char *type, *id;

	cJSON_ArrayForEach(s, cJSON_GetObjectItemCaseSensitive(features, "shortcuts")) {
		type = jstr(s, "type");
		id = jstr(s, "callback_id");
		if (type && id && callback_id && strcmp(id, callback_id) == 0)
			return strcmp(type, on_message ? "message" : "global") == 0;
	}
	return false;
}

const char *hands_shortcut(struct slackd *d, const char *user, const char *callback_id,
			   const char *channel, const char *ts)
{
	struct sl_channel *c =
		ts && there(d, user, channel) ? sl_channel(slackd_team(d), channel) : NULL;
	struct sl_message *m = c ? sl_message(c, ts) : NULL;

	if (!sl_user(slackd_team(d), user))
		return "There is no such person here.";
	if (!has_shortcut(d, callback_id, ts))
		return "The app has no such shortcut.";
	if (ts && !m)
		return "This message is no longer there.";
	slackd_shortcut(d, user, callback_id, c, m);
	return NULL;
}

/* ---- modals ---- */

static const char *text_wrong(const cJSON *element, const char *value)
{
	const cJSON *most = cJSON_GetObjectItemCaseSensitive(element, "max_length");
	size_t length = utf8_length(value, strlen(value));

	if (length > (cJSON_IsNumber(most) ? (size_t)most->valuedouble : 3000))
		return "This is too long.";
	return NULL;
}

/* Is there anything in what was given for a field? A text, a choice, a list of choices. */
static bool given(const cJSON *value)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, value) {
		if (strcmp(v->string, "type") == 0 || cJSON_IsNull(v))
			continue;
		if (cJSON_IsString(v)  ? v->valuestring[0] != '\0'
		    : cJSON_IsArray(v) ? v->child != NULL
				       : true)
			return true;
	}
	return false;
}

/* As Slack's client: what must be filled in is, before the app hears of it. NULL: the field is
 * fine. */
static const char *field_wrong(const cJSON *block, const cJSON *values)
{
	const cJSON *element = cJSON_GetObjectItemCaseSensitive(block, "element"), *value;
	const char *block_id = jstr(block, "block_id"), *action_id = jstr(element, "action_id");

	if (!element || !block_id || !action_id)
		return NULL;
	value = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(values, block_id),
						 action_id);
	if (!given(value) && !cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(block, "optional")))
		return "Please complete this required field.";
	return jstr(value, "value") ? text_wrong(element, jstr(value, "value")) : NULL;
}

static cJSON *errors_in(const cJSON *view, const cJSON *values)
{
	cJSON *errors = NULL;
	const cJSON *block;
	const char *why;

	cJSON_ArrayForEach(block, cJSON_GetObjectItemCaseSensitive(view, "blocks")) {
		why = field_wrong(block, values);
		if (!why)
			continue;
		errors = errors ? errors : cJSON_CreateObject();
		jset(errors, jstr(block, "block_id"), why);
	}
	return errors;
}

static struct sl_view *app_open_view(struct slackd *d, const char *user, const char *id)
{
	struct sl_view *v = id ? slackd_view_named(d, id) : NULL;

	return v && !v->closed && user && strcmp(v->user, user) == 0 ? v : NULL;
}

const char *hands_submit(struct slackd *d, const char *user, const char *view, cJSON *values)
{
	struct sl_view *v = app_open_view(d, user, view);
	cJSON *errors;

	if (!v || !cJSON_IsObject(values)) {
		cJSON_Delete(values);
		return "This form is no longer open.";
	}
	errors = errors_in(v->json, values);
	if (errors) {
		cJSON_Delete(values);
		slackd_view_errors(d, v, errors);
		return NULL;
	}
	slackd_submit(d, v, values);
	return NULL;
}

const char *hands_press_view(struct slackd *d, const char *user, const char *view,
			     const char *block_id, const char *action_id, const cJSON *chosen)
{
	const struct sl_view *v = app_open_view(d, user, view);
	char found_in[256];
	const cJSON *e = v ? app_find(v->json, block_id, action_id, found_in) : NULL;

	if (!e)
		return "This is no longer there.";
	slackd_act(d, v, e, found_in, app_choice_of(e, chosen));
	return NULL;
}

const char *hands_home(struct slackd *d, const char *user)
{
	const struct sl_user *u = sl_user(slackd_team(d), user);

	if (!u || u->bot)
		return "There is nobody of that name.";
	return slackd_open_home(d, user) ? NULL : "The app has no Home tab.";
}

const char *hands_close(struct slackd *d, const char *user, const char *view)
{
	struct sl_view *v = app_open_view(d, user, view);

	if (!v)
		return "This form is no longer open.";
	slackd_view_close(d, v);
	return NULL;
}
