/*
 * browser_do: what people do in the page (browser.h), one row a deed.
 */
#include "tests/sandbox/browser_private.h"

#include "adapters/json/json.h"
#include "tests/sandbox/hands.h"

#include <signal.h>

#define MINUTE_MS_MOST 60000

/* ---- its arguments ---- */

static const char *text(const cJSON *deed, const char *key)
{
	const char *s = jstr(deed, key);

	return s ? s : "";
}

static const char *text_or_null(const cJSON *deed, const char *key)
{
	const char *s = jstr(deed, key);

	return s && *s ? s : NULL;
}

static const char *as(const cJSON *deed)
{
	return text(deed, "as");
}

static bool on(const cJSON *deed)
{
	return json_true(deed, "on");
}

static int minute_ms(const cJSON *deed)
{
	int64_t ms = json_int(deed, "minute_ms", 1000);

	return ms < 0 ? 0 : ms > MINUTE_MS_MOST ? MINUTE_MS_MOST : (int)ms;
}

static cJSON *browser_do_copy(const cJSON *deed, const char *key)
{
	const cJSON *its = cJSON_GetObjectItemCaseSensitive(deed, key);

	return cJSON_IsObject(its) ? cJSON_Duplicate(its, true) : NULL;
}

/* ---- deeds: NULL, or a sentence ---- */

static const char *do_say(struct browser *p, const cJSON *deed)
{
	return hands_say(p->d, as(deed), text(deed, "channel"), text_or_null(deed, "thread_ts"),
			 text(deed, "text"), NULL, NULL);
}

static const char *do_edit(struct browser *p, const cJSON *deed)
{
	return hands_edit(p->d, as(deed), text(deed, "channel"), text(deed, "ts"),
			  text(deed, "text"));
}

static const char *do_delete(struct browser *p, const cJSON *deed)
{
	return hands_delete(p->d, as(deed), text(deed, "channel"), text(deed, "ts"));
}

static const char *do_react(struct browser *p, const cJSON *deed)
{
	return hands_react(p->d, as(deed), text(deed, "channel"), text(deed, "ts"),
			   text(deed, "name"), on(deed));
}

static const char *do_pin(struct browser *p, const cJSON *deed)
{
	return hands_pin(p->d, as(deed), text(deed, "channel"), text(deed, "ts"), on(deed));
}

static const char *do_press(struct browser *p, const cJSON *deed)
{
	const char *block = text_or_null(deed, "block_id"), *action = text(deed, "action_id");
	const cJSON *chosen = cJSON_GetObjectItemCaseSensitive(deed, "chosen");
	int64_t shown = json_int(deed, "shown", 0);

	if (text_or_null(deed, "view"))
		return hands_press_view(p->d, as(deed), text(deed, "view"), block, action, chosen);
	if (shown > 0)
		return hands_press_shown(p->d, as(deed), (unsigned)shown, block, action, chosen);
	return hands_press(p->d, as(deed), text(deed, "channel"), text(deed, "ts"), block, action,
			   chosen);
}

static const char *do_shortcut(struct browser *p, const cJSON *deed)
{
	return hands_shortcut(p->d, as(deed), text(deed, "callback_id"), text(deed, "channel"),
			      text_or_null(deed, "ts"));
}

static const char *do_submit(struct browser *p, const cJSON *deed)
{
	return hands_submit(p->d, as(deed), text(deed, "view"), browser_do_copy(deed, "values"));
}

static const char *do_close(struct browser *p, const cJSON *deed)
{
	return hands_close(p->d, as(deed), text(deed, "view"));
}

static const char *do_home(struct browser *p, const cJSON *deed)
{
	return hands_home(p->d, as(deed));
}

static const char *do_dismiss(struct browser *p, const cJSON *deed)
{
	return hands_dismiss(p->d, as(deed), (unsigned)json_int(deed, "shown", 0));
}

static const char *do_join(struct browser *p, const cJSON *deed)
{
	return hands_join(p->d, as(deed), text(deed, "channel"));
}

static const char *do_leave(struct browser *p, const cJSON *deed)
{
	return hands_leave(p->d, as(deed), text(deed, "channel"));
}

static const char *do_invite(struct browser *p, const cJSON *deed)
{
	return hands_invite(p->d, as(deed), text(deed, "channel"), text(deed, "user"));
}

static const char *do_create(struct browser *p, const cJSON *deed)
{
	return hands_create(p->d, as(deed), text(deed, "name"), json_true(deed, "private"));
}

static const char *do_trouble(struct browser *p, const cJSON *deed)
{
	return p->parts.trouble ? trouble_make(p->parts.trouble, text(deed, "what"))
				: "This sandbox can't be broken.";
}

static const char *do_clock(struct browser *p, const cJSON *deed)
{
	const cJSON *ms = cJSON_GetObjectItemCaseSensitive(deed, "ms");
	const char *why;

	if (!p->parts.moved)
		return "This sandbox's clock can't be moved.";
	if (!cJSON_IsNumber(ms) || ms->valuedouble < 1 || ms->valuedouble > 1e12)
		return "How far?";
	why = moved_on(p->parts.moved, (int64_t)ms->valuedouble);
	browser_changed(p);
	return why;
}

static const char *do_bot(struct browser *p, const cJSON *deed)
{
	const char *what = text(deed, "what");

	if (!p->parts.child)
		return "The bot was not started by this sandbox: stop and start it where it runs.";
	if (strcmp(what, "start") == 0)
		return child_start(p->parts.child);
	if (strcmp(what, "stop") == 0)
		return child_end(p->parts.child, SIGTERM);
	if (strcmp(what, "kill") == 0)
		return child_end(p->parts.child, SIGKILL);
	return "The bot can be started, stopped and killed, no more.";
}

static const char *do_archive(struct browser *p, const cJSON *deed)
{
	(void)deed;
	return p->parts.archive ? archive_fill(p->parts.archive)
				: "This sandbox has no bot of its own: there is nothing to fill.";
}

static const char *do_play(struct browser *p, const cJSON *deed)
{
	return p->parts.plays ? play_start(p->parts.plays, text(deed, "name"), minute_ms(deed))
			      : "There are no plays.";
}

static const char *do_play_do(struct browser *p, const cJSON *deed)
{
	return p->parts.plays ? play_do(p->parts.plays, text(deed, "what"), minute_ms(deed))
			      : "There are no plays.";
}

static const struct {
	const char *what;
	const char *(*act)(struct browser *p, const cJSON *deed);
} deeds[] = {
	{ "say", do_say },	     { "edit", do_edit },     { "delete", do_delete },
	{ "react", do_react },	     { "pin", do_pin },	      { "press", do_press },
	{ "shortcut", do_shortcut }, { "submit", do_submit }, { "close", do_close },
	{ "dismiss", do_dismiss },   { "join", do_join },     { "leave", do_leave },
	{ "invite", do_invite },     { "create", do_create }, { "trouble", do_trouble },
	{ "bot", do_bot },	     { "play", do_play },     { "play_do", do_play_do },
	{ "archive", do_archive },   { "home", do_home },     { "archive", do_archive },
	{ "clock", do_clock },
};

static const char *act(struct browser *p, const cJSON *deed)
{
	size_t i;

	for (i = 0; i < sizeof(deeds) / sizeof(*deeds); i++)
		if (strcmp(deeds[i].what, text(deed, "do")) == 0)
			return deeds[i].act(p, deed);
	return "There is no such deed.";
}

void browser_do(struct browser_conn *c, const cJSON *deed)
{
	struct browser *p = c->browser;
	const char *why = act(p, deed);
	cJSON *f = cJSON_CreateObject();

	jset(f, "t", "did");
	cJSON_AddNumberToObject(f, "id", (double)json_int(deed, "id", 0));
	if (why)
		jset(f, "error", why);
	else
		cJSON_AddNullToObject(f, "error");
	browser_send(p, c, f);
	browser_changed(p);
}
