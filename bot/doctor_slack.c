/*
 * doctor_slack: the way to Slack, and what Slack says.
 */
#include "bot/doctor_private.h"

#include "adapters/http/http.h"
#include "adapters/loop/loop.h"
#include "bot/version.h"
#include "core/time/civil.h"

#include <inttypes.h>
#include <libwebsockets.h>
#include <string.h>

#define CLOCK_MUCH_MS (60 * MS_SECOND)
#define CLOCK_SOME_MS (5 * MS_SECOND)

/* ---- asking ---- */

static void doctor_told(void *arg)
{
	*(bool *)arg = true;
}

/* "https://slack.com/api/": its host; in the arena. */
static const char *doctor_host(struct doctor *d)
{
	const char *host = strstr(d->api, "://") + 3;

	return arena_strndup(&d->arena, host, strcspn(host, ":/"));
}

static void doctor_see_proxy(struct doctor *d, struct loop *loop)
{
	const struct proxy *p = loop_proxy(loop, strncmp(d->api, "https:", 6) == 0, doctor_host(d));

	if (p)
		d->proxy = arena_printf(&d->arena, "%s:%d (%s)", p->host, p->port, p->name);
}

static void doctor_turn(struct doctor *d, struct loop *loop, struct http *http, struct web *web)
{
	bool told = false;
	const struct examine_seams seams = { .loop = loop,
					     .http = http,
					     .web = web,
					     .clock = d->sh->run->clock,
					     .tokens = d->tokens_read,
					     .arena = &d->arena,
					     .out = &d->slack,
					     .done = doctor_told,
					     .arg = &told };
	struct examine *x = examine_begin(&seams);

	while (!told && loop_turn(loop) == 0)
		;
	web_free(web);
	http_free(http);
	examine_free(x);
}

void doctor_ask_slack(struct doctor *d)
{
	static const struct lws_protocols none[] = { { 0 } };
	struct loop *loop;
	struct http *http;

	if (!d->api)
		return;
	loop = loop_new(none);
	if (!loop)
		return;
	doctor_see_proxy(d, loop);
	http = http_new(loop, "aliosbot/" ALIOSBOT_VERSION);
	doctor_turn(d, loop, http,
		    web_new(loop, http, d->api, d->tokens_read ? d->tokens.app : NULL,
			    d->tokens_read ? d->tokens.bot : NULL));
	loop_free(loop);
}

/* ---- the way there ---- */

void doctor_proxy(struct doctor *d)
{
	const char *bad = d->api ? proxy_unusable(strncmp(d->api, "https:", 6) == 0) : NULL;

	if (!d->api)
		doctor_find(
			d, FINDING_WRONG,
			"Take it out of the environment: without it, Slack is at https://slack.com/api/.",
			"SLACK_API_URL must begin with https:// (http:// only for this machine), "
			"or the tokens could be read on the way.");
	else if (bad)
		doctor_find(d, FINDING_WRONG,
			    "It must be like http://HOST:PORT or http://USER:PASSWORD@HOST:PORT; "
			    "https:// and socks:// proxies can't be used.",
			    "%s names a proxy that can't be used.", bad);
	else if (d->proxy)
		doctor_find(d, FINDING_OK, NULL, "Slack is reached through %s.", d->proxy);
	else
		doctor_find(d, FINDING_OK, NULL, "Slack is reached without a proxy.");
}

static const char *const fault_todo[] = {
	[HTTP_FAULT_NONE] =
		"Try again in a few minutes; https://slack-status.com says how Slack is.",
	[HTTP_FAULT_NAME] =
		"This machine can't resolve the name: check its DNS (/etc/resolv.conf).",
	[HTTP_FAULT_CONNECT] =
		"Check the network and the firewall: the bot needs port 443 of slack.com and of the "
		"hosts below it, outbound only. Behind a proxy, set https_proxy.",
	[HTTP_FAULT_PROXY] =
		"Check the proxy: it must allow CONNECT to port 443 of slack.com and the "
		"hosts below it.",
	[HTTP_FAULT_TLS] =
		"No encrypted connection could be made: something on the way, a firewall or a proxy, "
		"breaks it, or no TLS is spoken there.",
	[HTTP_FAULT_CERTIFICATE] =
		"Install ca-certificates and check this machine's date. If your company's proxy opens "
		"TLS, put its CA into /usr/local/share/ca-certificates/ and run update-ca-certificates.",
	[HTTP_FAULT_SLOW] = "There was no answer in time: check the network and the firewall.",
	[HTTP_FAULT_OTHER] = "Check the network; https://slack-status.com says how Slack is.",
};

static void doctor_not_reached(struct doctor *d, const char *host, const struct examined_call *c)
{
	static const char *const what[] = {
		[HTTP_FAULT_NONE] = "can't be used",
		[HTTP_FAULT_NAME] = "has no address",
		[HTTP_FAULT_CONNECT] = "can't be reached",
		[HTTP_FAULT_PROXY] = "can't be reached through the proxy",
		[HTTP_FAULT_TLS] = "can't be reached by TLS",
		[HTTP_FAULT_CERTIFICATE] = "has a certificate that isn't trusted",
		[HTTP_FAULT_SLOW] = "doesn't answer",
		[HTTP_FAULT_OTHER] = "can't be reached",
	};

	doctor_find(d, FINDING_WRONG, fault_todo[c->fault], "%s %s: %s.", host, what[c->fault],
		    c->why ? c->why : "no reason is known");
}

void doctor_reach(struct doctor *d)
{
	const struct examined_call *c = &d->slack.bot;

	if (c->end == EXAMINED_NOT)
		doctor_find(d, d->api ? FINDING_WRONG : FINDING_UNKNOWN,
			    d->api ? fault_todo[HTTP_FAULT_SLOW] : NULL,
			    d->api ? "Slack didn't answer in time." : "Not asked: see proxy.");
	else if (c->end == EXAMINED_UNREACHABLE || c->end == EXAMINED_ODD)
		doctor_not_reached(d, doctor_host(d), c);
	else
		doctor_find(d, FINDING_OK, NULL, "%s answers (%" PRId64 " ms).", doctor_host(d),
			    c->took_ms);
}

void doctor_clock(struct doctor *d)
{
	const struct examined_call *c = &d->slack.bot;
	/* A Date says whole seconds: on average half of one has passed. */
	int64_t off = c->here_ms - c->date_ms - MS_SECOND / 2;
	int64_t much = off < 0 ? -off : off;

	if (!c->date_ms)
		doctor_find(d, FINDING_UNKNOWN, NULL, "Slack didn't say what time it is.");
	else if (much <= CLOCK_SOME_MS)
		doctor_find(d, FINDING_OK, NULL, "This machine's clock agrees with Slack's.");
	else
		doctor_find(d, much > CLOCK_MUCH_MS ? FINDING_WRONG : FINDING_WARNING,
			    "Turn on time synchronization: timedatectl set-ntp true",
			    "This machine's clock is %s %s of Slack's: times on timelines and "
			    "reminders are wrong by as much.",
			    doctor_span(d, much + MS_SECOND / 2), off > 0 ? "ahead" : "behind");
}

/* ---- the tokens ---- */

/* Not well and not refused: what the token is like can't be said. True: it is told. */
static bool doctor_untold(struct doctor *d, const struct examined_call *c)
{
	if (c->end == EXAMINED_LATER)
		doctor_find(d, FINDING_WARNING, "Try again in a minute.",
			    "Slack asks to slow down, so this wasn't checked.");
	else if (!d->tokens_read || c->end == EXAMINED_NOT)
		doctor_find(d, FINDING_UNKNOWN, NULL, "Not checked: %s.",
			    d->tokens_read ? "Slack can't be reached" : "see tokens");
	else if (c->end == EXAMINED_UNREACHABLE || c->end == EXAMINED_ODD)
		doctor_find(d, FINDING_UNKNOWN, NULL, "Not checked: Slack can't be reached.");
	else
		return false;
	return true;
}

void doctor_bot_token(struct doctor *d)
{
	const struct examined_call *c = &d->slack.bot;

	if (doctor_untold(d, c))
		return;
	if (c->end == EXAMINED_WELL)
		doctor_find(d, FINDING_OK, NULL, "Slack takes it: workspace “%s”.",
			    d->slack.team ? d->slack.team : "?");
	else
		doctor_find(d, FINDING_WRONG, web_error_says(c->why),
			    "Slack refuses SLACK_BOT_TOKEN (%s).", c->why);
}

void doctor_app_token(struct doctor *d)
{
	const struct examined_call *c = &d->slack.app;
	bool scope = c->why && strcmp(c->why, "missing_scope") == 0;

	if (doctor_untold(d, c))
		return;
	if (c->end == EXAMINED_WELL)
		doctor_find(d, FINDING_OK, NULL, "Slack takes it for Socket Mode.");
	else
		doctor_find(
			d, FINDING_WRONG,
			scope ? "Make a new app-level token with the scope connections:write: Basic "
				"Information → App-Level Tokens → Generate."
			      : web_error_says(c->why),
			"Slack refuses SLACK_APP_TOKEN (%s).", c->why);
}

/* ---- scopes ---- */

static int doctor_missing(struct doctor *d)
{
	static const char todo[] =
		"Paste the output of `aliosbot manifest` into the app's page (App Manifest), then "
		"Install App → Reinstall.";
	int missing = 0;

	for (const struct scope *s = slack_scopes; s->name; s++) {
		if (scope_granted(d->slack.scopes, s->name))
			continue;
		missing++;
		doctor_find(d, s->some ? FINDING_WARNING : FINDING_WRONG, todo,
			    "%s is missing. Without it, %s.", s->name, s->lost);
	}
	return missing;
}

static bool doctor_needs(const char *name, size_t len)
{
	for (const struct scope *s = slack_scopes; s->name; s++)
		if (strlen(s->name) == len && memcmp(s->name, name, len) == 0)
			return true;
	return false;
}

/* Scopes that the token has and nothing needs, separated by commas; "": none. */
static const char *doctor_needless(struct doctor *d)
{
	const char *s = d->slack.scopes, *found = "";
	size_t n;

	for (; *s; s += n) {
		s += strspn(s, ", ");
		n = strcspn(s, ", ");
		if (n && !doctor_needs(s, n))
			found = arena_printf(&d->arena, "%s%s%.*s", found, *found ? ", " : "",
					     (int)n, s);
	}
	return found;
}

void doctor_scopes(struct doctor *d)
{
	const char *needless;

	if (doctor_untold(d, &d->slack.bot))
		return;
	if (d->slack.bot.end != EXAMINED_WELL) {
		doctor_find(d, FINDING_UNKNOWN, NULL, "Not checked: see bot token.");
		return;
	}
	if (!d->slack.scopes) {
		doctor_find(d, FINDING_UNKNOWN, NULL, "Slack didn't say which the token has.");
		return;
	}
	needless = doctor_needless(d);
	if (doctor_missing(d) == 0)
		doctor_find(d, FINDING_OK, NULL, "The token has all that the manifest asks for.");
	if (*needless)
		doctor_find(
			d, FINDING_WARNING,
			"If you didn't add them yourself, paste the manifest again and reinstall.",
			"The token may do more than the bot needs: %s.", needless);
}

/* ---- Socket Mode, layouts ---- */

void doctor_socket(struct doctor *d)
{
	const struct examined_call *c = &d->slack.place;

	if (doctor_untold(d, &d->slack.app))
		return;
	if (d->slack.app.end != EXAMINED_WELL)
		doctor_find(d, FINDING_UNKNOWN, NULL, "Not checked: see app token.");
	else if (!d->slack.host || c->end == EXAMINED_NOT)
		doctor_find(d, FINDING_UNKNOWN, NULL, "Slack didn't say where to connect.");
	else if (c->end == EXAMINED_WELL)
		doctor_find(d, FINDING_OK, NULL, "%s can be reached.", d->slack.host);
	else
		doctor_not_reached(d, d->slack.host, c);
}

void doctor_layouts(struct doctor *d)
{
	const struct examined *x = &d->slack;

	for (size_t i = 0; i < x->n_refused; i++)
		doctor_find(d, FINDING_WRONG,
			    "This is a bug in aliosbot: please report it, with this line.",
			    "Slack doesn't take the layout “%s”: %s.", x->refused[i].name,
			    x->refused[i].why);
	if (x->no_validate)
		doctor_find(d, FINDING_UNKNOWN, NULL, "This Slack can't check layouts.");
	else if (x->bot.end != EXAMINED_WELL)
		doctor_find(d, FINDING_UNKNOWN, NULL, "Not checked: see %s.",
			    x->bot.end == EXAMINED_REFUSED && d->tokens_read ? "bot token"
									     : "slack");
	else if (x->layout.end != EXAMINED_WELL && !x->n_refused)
		doctor_find(d, FINDING_UNKNOWN, NULL,
			    "Only %zu of them were checked: Slack didn't answer any further.",
			    x->layouts);
	else if (!x->n_refused)
		doctor_find(d, FINDING_OK, NULL, "Slack takes all %zu messages and forms.",
			    x->layouts);
}
