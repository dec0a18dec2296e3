/*
 * slackd_manifest: what the app's manifest allows it: scopes, and the events that it is told of.
 */
#include "tests/slackd/slackd_private.h"

static const cJSON *at(const cJSON *o, const char *first, const char *second)
{
	return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(o, first), second);
}

static const cJSON *scopes_of(const cJSON *manifest)
{
	return cJSON_GetObjectItemCaseSensitive(at(manifest, "oauth_config", "scopes"), "bot");
}

static const cJSON *events_of(const cJSON *manifest)
{
	return cJSON_GetObjectItemCaseSensitive(at(manifest, "settings", "event_subscriptions"),
						"bot_events");
}

static const char *manifest_says_wrong(const cJSON *m)
{
	if (!cJSON_IsObject(m))
		return "it is no JSON object";
	if (!cJSON_IsTrue(at(m, "settings", "socket_mode_enabled")))
		return "settings.socket_mode_enabled is not true, and this speaks nothing but Socket Mode";
	if (!cJSON_IsArray(scopes_of(m)))
		return "oauth_config.scopes.bot is missing";
	return NULL;
}

const char *slackd_manifest_wrong(const char *manifest)
{
	cJSON *m = cJSON_Parse(manifest);
	const char *why = manifest_says_wrong(m);

	cJSON_Delete(m);
	return why;
}

cJSON *slackd_manifest_read(const char *text)
{
	cJSON *m = cJSON_Parse(text);
	const char *why = manifest_says_wrong(m);

	if (!why)
		return m;
	fprintf(stderr, "slackd: this is no manifest: %s\n", why);
	exit(2);
}

/* "message.channels" and so on are one event, by the kind of channel in which it happens. */
static void event_name(char out[64], const cJSON *event)
{
	static const struct {
		const char *type, *name;
	} kinds[] = {
		{ "channel", "message.channels" },
		{ "group", "message.groups" },
		{ "im", "message.im" },
	};
	const char *type = jstr(event, "type"), *where = jstr(event, "channel_type");
	size_t i;

	snprintf(out, 64, "%s", type ? type : "");
	for (i = 0; where && strcmp(out, "message") == 0 && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(where, kinds[i].type) == 0)
			snprintf(out, 64, "%s", kinds[i].name);
}

bool slackd_subscribed(const struct slackd *d, const cJSON *event)
{
	char name[64];

	if (!d->manifest)
		return true;
	event_name(name, event);
	return jhas(events_of(d->manifest), name);
}

bool slackd_has_home(const struct slackd *d)
{
	return !d->manifest ||
	       cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(
		       at(d->manifest, "features", "app_home"), "home_tab_enabled"));
}

void slackd_scopes(const struct slackd *d, struct buf *out)
{
	const cJSON *scope;

	cJSON_ArrayForEach(scope, scopes_of(d->manifest))
		buf_addf(out, "%s%s", out->len ? "," : "",
			 cJSON_IsString(scope) ? scope->valuestring : "");
}

bool slackd_has_scope(const struct slackd *d, const char *scopes, const struct sl_channel *c)
{
	int which = !c ? 0 : c->im ? 2 : c->private_;
	const char *bar;
	char one[64];

	if (!*scopes || !d->manifest)
		return true;
	while (which-- > 0 && (bar = strchr(scopes, '|')))
		scopes = bar + 1;
	snprintf(one, sizeof(one), "%.*s", (int)strcspn(scopes, "|"), scopes);
	return jhas(scopes_of(d->manifest), one);
}
